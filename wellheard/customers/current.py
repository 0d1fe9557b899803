"""Which record stands for a customer now: duplicates lead to the one that they were merged into."""

from typing import Any, TypeVar, cast

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.customers.models import Account, InterestedParty, Person

Customer = TypeVar("Customer", Account, Person)


def current(record: Customer) -> Customer:
    """The record itself, or the one that it was merged into (which is never a merged one)."""
    survivor: Any = record.merged_into
    return record if survivor is None else cast("Customer", survivor)


def refuse_gone(record: Account | Person) -> None:
    """Refused when another record stands for this one, or when everything personal in it was erased."""
    if record.merged_into is not None:
        raise Refusal(
            f"{record} was merged into {record.merged_into}. Nothing was saved; open {record.merged_into} and repeat it there.",
            code="merged",
        )
    if record.erased_at is not None:
        raise Refusal(
            f"{record} was erased on {record.erased_at:%-d %B %Y}, so nothing new is noted there. "
            "Nothing was saved; add a new record if they came back.",
            code="erased",
        )


def refuse_out_of_reach(record: Account | Person | InterestedParty, by: Actor, name: str) -> None:
    """Asked once more after a change of the site: refused when `by` may not do `name` where the record would be then."""
    if not access.may(by, name, record):
        raise NotAllowed(
            f"You don’t look after {record.site}, so you can’t move anything there. Nothing was saved; "
            "choose another site, or ask an administrator.",
            field="site",
        )
