"""Who sees what customers buy, and who decides what follows from it."""

from wellheard.core.access import EVERYWHERE, declare, declare_each
from wellheard.customers.models import Buyer, BuyingLook, CohortCount, Order, RfmCut, RfmScore, WarningDismissal
from wellheard.customers.permissions.roles import KEEPERS, READERS, STEWARDS

declare("customers.see_order", Order, READERS)
declare("customers.see_buyer", Buyer, READERS)
declare("customers.see_cohortcount", CohortCount, READERS)
declare("customers.see_rfmscore", RfmScore, READERS)
declare("customers.see_buyinglook", BuyingLook, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_rfmcut", RfmCut, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_warningdismissal", WarningDismissal, READERS)
# Figures and cuts are those of everybody; who works them out sees only those of their sites.
declare_each(
    ("customers.look_at_buying", "customers.cut_rfm", "customers.add_orders"), None, dict.fromkeys(STEWARDS, EVERYWHERE)
)
declare("customers.match_orders", None, dict.fromkeys(STEWARDS, EVERYWHERE))
declare("customers.dismiss_warning", WarningDismissal, KEEPERS)
