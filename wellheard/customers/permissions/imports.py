"""Who sees how files of customers were read."""

from wellheard.core.access import EVERYWHERE, declare
from wellheard.customers.models import ImportedChange, ImportSource
from wellheard.customers.permissions.roles import STEWARDS

declare("customers.see_importsource", ImportSource, dict.fromkeys(STEWARDS, EVERYWHERE))
declare("customers.see_importedchange", ImportedChange, dict.fromkeys(STEWARDS, EVERYWHERE))
