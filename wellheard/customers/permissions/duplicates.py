"""Who sees duplicates, and who may merge."""

from wellheard.core.access import declare
from wellheard.customers.models import DuplicatePair, Merge
from wellheard.customers.permissions.roles import READERS

declare("customers.see_duplicatepair", DuplicatePair, READERS)
declare("customers.see_merge", Merge, READERS)
