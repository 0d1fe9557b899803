"""Who sees and keeps the register of interested parties."""

from wellheard.core.access import AT_SITE, EVERYWHERE, declare, declare_each
from wellheard.core.actors import Role
from wellheard.customers.models import InterestedParty, PartyNeed, PartyReview, Segment
from wellheard.customers.permissions.roles import READERS, STEWARDS

declare("customers.see_interestedparty", InterestedParty, READERS)
declare("customers.see_partyneed", PartyNeed, READERS)
declare("customers.see_partyreview", PartyReview, READERS)
declare_each(
    (
        "customers.add_party",
        "customers.change_party",
        "customers.decide_climate",
        "customers.retire_party",
        "customers.return_party",
    ),
    InterestedParty,
    STEWARDS,
)
# Whoever defines segments, wherever their parties belong: the entry of a segment follows it.
declare("customers.keep_party", Segment, dict.fromkeys(STEWARDS, EVERYWHERE))
# Leaders look at parties with their own eyes: the standard wants them to.
KEEPERS_OF_NEEDS = STEWARDS | {Role.PROCESS_OWNER: AT_SITE, Role.TOP_MANAGEMENT: AT_SITE}
declare_each(
    ("customers.add_need", "customers.change_need", "customers.watch_need", "customers.retire_need"),
    PartyNeed,
    KEEPERS_OF_NEEDS,
)
declare("customers.review_party", PartyReview, KEEPERS_OF_NEEDS)
