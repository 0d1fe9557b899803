"""One timeline of everything between us and a customer. Apps above register what they know; this one only orders it.

register_source(statements_of)   # called from an app's `ready()`
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from wellheard.core.actors import Actor
from wellheard.customers.models import Account, Person


@dataclass(frozen=True)
class TimelineItem:
    """Something that happened. `actor` begins the sentence that `text` goes on with; `heard` marks the customer's own words.

    While `is_open` it is also listed as an open matter, with its `state` in words and the state's `tone`.
    """

    at: datetime
    text: str
    actor: str = ""
    url: str = ""
    link: str = "Open"
    heard: bool = False
    is_open: bool = False
    state: str = ""
    tone: str = ""


Source = Callable[[Account | Person, Actor], Iterable[TimelineItem]]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Add to every customer's timeline. `source` answers for an account or a person with what this actor may see."""
    if source not in _sources:
        _sources.append(source)


def timeline_of(record: Account | Person, actor: Actor) -> list[TimelineItem]:
    """Everything that the sources know, newest first."""
    items = [item for source in _sources for item in source(record, actor)]
    return sorted(items, key=lambda item: item.at, reverse=True)
