"""What buying offers to the rest of the product; called once, when the program starts."""

from wellheard.core.imports import register_importer
from wellheard.core.trail.seals import SealedRows, register_sealed
from wellheard.customers.buying import keys, story, traits
from wellheard.customers.buying.storing import bodies
from wellheard.customers.imports.transactions import TransactionImporter
from wellheard.customers.models import Order


def register() -> None:
    """Orders are sealed, imported, told on a customer's page, and describe customers in rules."""
    register_sealed(SealedRows("customers.order", Order, bodies))
    register_importer(TransactionImporter())
    traits.register()
    story.register()
    keys.register()
