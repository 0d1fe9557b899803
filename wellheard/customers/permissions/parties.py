"""Who sees and keeps the register of interested parties."""

from wellheard.core.access import declare
from wellheard.customers.models import InterestedParty, PartyNeed, PartyReview
from wellheard.customers.permissions.roles import READERS

declare("customers.see_interestedparty", InterestedParty, READERS)
declare("customers.see_partyneed", PartyNeed, READERS)
declare("customers.see_partyreview", PartyReview, READERS)
