"""What the home page shows beside the tasks. Apps register it in their `ready()`; the page itself is `web`'s.

Each function takes the member and the present moment, reads only what that member may see, and gives None (or nothing)
when there is nothing to show. A number never stands without its base; a score never without its interval.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from wellheard.core.models.members import Member

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TruthItem:
    """A score on its ruler. `finding` is the sentence in bold (“No real change.”), `base` says from how many of how many.

    Without a `value` (no answers yet, too few to say) the ruler is left out and the sentences stand alone.
    """

    name: str
    n: int
    base: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    finding: str = ""
    tone: str = ""  # "better" or "worse" only for a signal
    url: str = ""
    aside: str = ""
    minimum: float = 0
    maximum: float = 100
    unit: str = ""
    decimals: int | None = None
    was: float | None = None
    was_label: str = ""
    agreed: float | None = None
    agreed_label: str = ""

    def __post_init__(self) -> None:
        if not self.base:
            raise ValueError(f"{self.name}: a score says how many people it comes from")
        if self.value is not None and (self.low is None or self.high is None):
            raise ValueError(f"{self.name}: a score never stands without its interval")


@dataclass(frozen=True)
class TallyItem:
    """A few words that count: `value` “37 of 38”, `label` “of them answered in the time we promised”; the base is in one
    of the two. `url` opens the records behind it."""

    value: str
    label: str
    url: str = ""


@dataclass(frozen=True)
class NewsItem:
    """Something that changed and that everyone should know; `url` with `link` words opens it."""

    at: datetime
    text: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Aside:
    """A small part beside the agenda: “Ready for the audit?”, a sentence, up to three lines (title, url, note), a way on."""

    title: str
    sentence: str
    rows: Sequence[dict[str, str]] = ()
    url: str = ""
    link: str = ""


Item = TypeVar("Item")
Truth = Callable[[Member, datetime], TruthItem | None]
Tallies = Callable[[Member, datetime], Iterable[TallyItem] | TallyItem | None]
News = Callable[[Member, datetime], Iterable[NewsItem]]
AsideOf = Callable[[Member, datetime], Aside | None]

_truths: list[tuple[int, Truth]] = []
_tallies: list[tuple[int, Tallies]] = []
_news: list[tuple[int, News]] = []
_asides: list[tuple[int, AsideOf]] = []


def _add(to: list[tuple[int, Item]], function: Item, order: int) -> None:
    if all(known is not function for _, known in to):
        to.append((order, function))
        to.sort(key=lambda each: each[0])


def register_truth(function: Truth, *, order: int = 50) -> None:
    """Offer a score; the first three that say something are shown."""
    _add(_truths, function, order)


def register_tally(function: Tallies, *, order: int = 50) -> None:
    """Offer one or a few counts; the first four are shown."""
    _add(_tallies, function, order)


def register_news(function: News, *, order: int = 50) -> None:
    """Offer what changed during the last days; the newest five of all are shown."""
    _add(_news, function, order)


def register_aside(function: AsideOf, *, order: int = 50) -> None:
    """Offer a part beside the agenda."""
    _add(_asides, function, order)


@dataclass(frozen=True)
class Home:
    """What the registered functions said, and whether one of them failed."""

    truths: Sequence[TruthItem]
    tallies: Sequence[TallyItem]
    news: Sequence[NewsItem]
    asides: Sequence[Aside]
    is_incomplete: bool


def home_of(member: Member, now: datetime) -> Home:
    """Everything beside the agenda. One part that fails is logged and left out: the rest of the morning must go on."""
    faults: list[str] = []

    def said(function: Callable[[Member, datetime], object]) -> list[object]:
        try:
            answer = function(member, now)
            return list(answer) if isinstance(answer, Iterable) else [] if answer is None else [answer]
        except Exception:
            logger.exception("%s failed for the home page", function)
            faults.append(repr(function))
            return []

    truths: list[TruthItem] = []
    for _, truth in _truths:
        if len(truths) < 3:
            truths += [item for item in said(truth) if isinstance(item, TruthItem)]
    tallies: list[TallyItem] = []
    for _, tally in _tallies:
        if len(tallies) < 4:
            tallies += [item for item in said(tally) if isinstance(item, TallyItem)]
    news = [item for _, function in _news for item in said(function) if isinstance(item, NewsItem)]
    asides = [item for _, function in _asides for item in said(function) if isinstance(item, Aside)]
    return Home(
        truths=truths[:3],
        tallies=tallies[:4],
        news=sorted(news, key=lambda item: item.at, reverse=True)[:5],
        asides=asides,
        is_incomplete=bool(faults),
    )
