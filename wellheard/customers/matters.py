"""What is open between us and a customer, however long ago it began: asked apart from the timeline's newest entries.

register_matters(open_cases)   # called from an app's `ready()`
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from wellheard.core.actors import Actor
from wellheard.customers.lineage import held_lineage
from wellheard.customers.models import Account, Person

SHOWN = 20


@dataclass(frozen=True)
class Matter:
    """Something that waits for an end: what it is, since when, where it stands in words with the `tone` of a state."""

    title: str
    url: str
    since: datetime
    state: str = ""
    tone: str = ""


Matters = Callable[[Account | Person, Actor, int], Iterable[Matter]]
"""(the customer, who looks, most) → at most so many open matters that this actor may see, oldest first, in constant queries."""

_askers: list[Matters] = []


def register_matters(matters: Matters) -> None:
    """Add to what is shown as open on every customer's page."""
    if matters not in _askers:
        _askers.append(matters)


def open_matters(record: Account | Person, actor: Actor, most: int = SHOWN) -> tuple[list[Matter], bool]:
    """The open matters, oldest first, at most so many of each sort; and whether some are left out."""
    found: list[Matter] = []
    is_more = False
    with held_lineage(record):
        for matters in _askers:
            some = list(matters(record, actor, most + 1))
            is_more = is_more or len(some) > most
            found += some[:most]
    return sorted(found, key=lambda each: each.since), is_more
