"""What can be imported about customers."""

from wellheard.core.imports import register_importer
from wellheard.customers.imports.importer import ContactImporter
from wellheard.customers.imports.unsubscribes import UnsubscribeImporter


def register() -> None:
    """Offer the imports."""
    register_importer(ContactImporter())
    register_importer(UnsubscribeImporter())
