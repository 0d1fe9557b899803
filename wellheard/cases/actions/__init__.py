"""What people do with cases: the only place that writes."""

from wellheard.cases.actions.customer import customer_writes, say_settled, say_unsettled
from wellheard.cases.actions.handling import acknowledge, answer, assess, close, investigate, reopen, withdraw
from wellheard.cases.actions.keeping import (
    alert,
    hand_over,
    look,
    note,
    note_failed_mail,
    reclassify,
    set_promise,
    write_to_customer,
)
from wellheard.cases.actions.opening import open_case

__all__ = [
    "acknowledge",
    "alert",
    "answer",
    "assess",
    "close",
    "customer_writes",
    "hand_over",
    "investigate",
    "look",
    "note",
    "note_failed_mail",
    "open_case",
    "reclassify",
    "reopen",
    "say_settled",
    "say_unsettled",
    "set_promise",
    "withdraw",
    "write_to_customer",
]
