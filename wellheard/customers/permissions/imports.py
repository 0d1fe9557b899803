"""Who brings files of customers, and who decides what they only propose."""

from wellheard.core.access import EVERYWHERE, declare_each
from wellheard.customers.models import ImportSource, UnsubscribeRequest
from wellheard.customers.permissions.roles import STEWARDS

declare_each(
    ("customers.see_importsource", "customers.remember_source", "customers.forget_source"),
    ImportSource,
    dict.fromkeys(STEWARDS, EVERYWHERE),
)
declare_each(
    ("customers.see_unsubscriberequest", "customers.confirm_unsubscribe", "customers.dismiss_unsubscribe"),
    UnsubscribeRequest,
    dict.fromkeys(STEWARDS, EVERYWHERE),
)
declare_each(("customers.look_up_unsubscribes",), None, dict.fromkeys(STEWARDS, EVERYWHERE))
