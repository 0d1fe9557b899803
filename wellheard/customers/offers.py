"""What can be done about a customer from their page; apps above offer it.

register_offer(Offer("Note what they said", note_for, "feedback.hear"))   # from an app's `ready()`
"""

from collections.abc import Callable
from dataclasses import dataclass

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.customers.models import Account, Person


@dataclass(frozen=True)
class Offer:
    """A button on a customer's page: where it leads from this account or person, and who may use it."""

    label: str
    url: Callable[[Account | Person], str]
    permission: str


_offers: list[Offer] = []


def register_offer(offer: Offer) -> None:
    """Add a button to the pages of accounts and people."""
    if offer not in _offers:
        _offers.append(offer)


def offers_for(record: Account | Person, member: Member) -> list[dict[str, str]]:
    """The buttons that this member may use, in the order of registration."""
    if member.is_read_only:
        return []
    return [
        {"label": offer.label, "url": offer.url(record)} for offer in _offers if access.may(member, offer.permission)
    ]
