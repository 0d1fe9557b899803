"""Who sees duplicates, and who may merge."""

from wellheard.core.access import EVERYWHERE, declare, declare_each
from wellheard.core.actors import Role
from wellheard.customers.models import DuplicatePair, Merge
from wellheard.customers.permissions.roles import READERS, STEWARDS

declare("customers.see_duplicatepair", DuplicatePair, READERS)
declare("customers.see_merge", Merge, READERS)
declare_each(("customers.merge", "customers.undo_merge"), Merge, STEWARDS)
declare("customers.keep_apart", DuplicatePair, STEWARDS)
declare_each(("customers.note_pairs", "customers.drop_pairs"), None, {Role.SYSTEM: EVERYWHERE})
declare("customers.look_for_duplicates", None, dict.fromkeys(STEWARDS, EVERYWHERE))
