"""One timeline of everything between us and a customer. Apps above register what they know; this one only orders it.

    register_source(spoken, "said")   # called from an app's `ready()`; topics are the keys of TOPICS

A page asks every source for its newest entries up to a moment, never for all of them, so it costs the same whatever the
history: `spoken(record, actor, until, most)`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from django.db.models import Q

from wellheard.core.actors import Actor
from wellheard.customers.lineage import held_lineage
from wellheard.customers.models import Account, Person

TOPICS = {
    "said": "What they said",
    "asked": "Surveys",
    "cases": "Complaints",
    "conversations": "Conversations",
    "orders": "Orders",
    "told": "What they were told",
    "consent": "What they agreed to",
    "changes": "What changed",
}
"""What an entry is about, with the words of the button that shows these alone."""
SHOWN_AT_ONCE = 30
FURTHEST = 5_000


@dataclass(frozen=True)
class TimelineItem:
    """Something that happened. `actor` begins the sentence that `text` goes on with; `heard` marks the customer's own words."""

    at: datetime
    text: str
    actor: str = ""
    url: str = ""
    link: str = "Open"
    heard: bool = False


Source = Callable[[Account | Person, Actor, datetime | None, int], Iterable[TimelineItem]]
"""(the customer, who looks, until, most) → what this actor may see of it, newest first, in constant queries: what happened
at `until` or earlier (None: up to now), at most `most` entries, those of one moment always in the same order.
Whose rows they are says `customers.lineage.lineage_of(record)`, which costs nothing within a page."""

_sources: dict[Source, tuple[str, ...]] = {}


def register_source(source: Source, *topics: str) -> None:
    """Add to every customer's timeline what belongs to these topics (keys of `TOPICS`)."""
    if unknown := set(topics) - set(TOPICS):
        raise ValueError(f"A timeline has no topic {', '.join(sorted(unknown))}.")
    _sources.setdefault(source, topics)


def topics() -> list[tuple[str, str]]:
    """The topics about which something is registered, with their words."""
    known = {topic for several in _sources.values() for topic in several}
    return [(key, words) for key, words in TOPICS.items() if key in known]


def until_moment(field: str, until: datetime | None) -> Q:
    """Rows of that moment or earlier, for sources: `rows.filter(until_moment("heard_at", until))`."""
    return Q() if until is None else Q(**{f"{field}__lte": until})


@dataclass(frozen=True)
class Mark:
    """Where an earlier page begins: at a moment, after so many entries of that very moment."""

    at: datetime
    skip: int = 0

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{self.skip}"

    @classmethod
    def read(cls, written: str) -> Self | None:
        """What stands in an address; None for what is no mark."""
        moment, _, skip = written.partition("-")
        try:
            at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
        except ValueError:
            return None
        if not (skip.isascii() and skip.isdigit() and len(skip) < 6):
            return None
        return cls(at, min(int(skip), FURTHEST))


@dataclass(frozen=True)
class Window:
    """A page of the timeline, newest first; `earlier` marks where the next one begins, None at the end."""

    items: list[TimelineItem]
    earlier: Mark | None


def timeline_of(
    record: Account | Person,
    actor: Actor,
    *,
    topic: str = "",
    mark: Mark | None = None,
    most: int = SHOWN_AT_ONCE,
) -> Window:
    """The newest entries of all sources (of those of a topic), from `mark` on. None is left out, also of one moment."""
    until, skip = (mark.at, mark.skip) if mark else (None, 0)
    found: list[TimelineItem] = []
    with held_lineage(record):
        for source, about in _sources.items():
            if not topic or topic in about:
                # One more than is shown tells whether there is an earlier page.
                found += _answers(source, record, actor, until, skip + most + 1)
    found.sort(key=lambda item: item.at, reverse=True)
    shown = found[skip : skip + most]
    if len(found) <= skip + most:
        return Window(shown, None)
    last = shown[-1].at
    return Window(shown, Mark(last, sum(1 for item in found[: skip + most] if item.at == last)))


def _answers(
    source: Source, record: Account | Person, actor: Actor, until: datetime | None, most: int
) -> list[TimelineItem]:
    """What a source answers. One that knows days alone may give what happened later that day: that is dropped, and as much
    more asked for."""
    given = list(source(record, actor, until, most))
    kept = [item for item in given if until is None or item.at <= until]
    if len(kept) < len(given) >= most:
        given = list(source(record, actor, until, most + len(given) - len(kept)))
        kept = [item for item in given if until is None or item.at <= until]
    return kept
