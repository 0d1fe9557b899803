"""The registry of evidence: apps above say where records show a requirement, and where something is missing.

    register_collector(Collector("complaints.handled", "cases.answered", "Complaints answered", answered))

A collector reads only what its actor may see. Requirements are named by slug, never by a clause number: the same number
means different things in different editions.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from wellheard.core.actors import Actor

Basis = Literal["requirement", "own rule", "good practice"]
Severity = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Item:
    """A record that shows something. `on` is the day it took effect, `received_at` when Wellheard came to know of it,
    `digest` the version it is shown at (empty when the record has none); `direct` is False when it speaks only through
    another record."""

    kind: str
    record_id: int
    label: str
    url: str
    on: date
    received_at: datetime | None = None
    digest: str = ""
    direct: bool = True


Collect = Callable[[int | None, date, date, Actor], Iterable[Item]]


@dataclass(frozen=True)
class Collector:
    """Finds items for the requirement `slug`. `key` names the collector (`"cases.answered"`), `title` its items in words.

    `collect(site_id, first, last, actor)` gives the items that took effect from `first` to `last`, both included, oldest
    first; `site_id` None means every site. It streams: never keep all of them.
    """

    slug: str
    key: str
    title: str
    collect: Collect


@dataclass(frozen=True)
class Gap:
    """One thing that is missing, at a record or (without a kind) in general. `sentence` says what, and why it matters."""

    sentence: str
    kind: str = ""
    record_id: int | None = None
    label: str = ""
    url: str = ""
    owner: str = ""
    due: date | None = None


Find = Callable[[date, date, Actor], Iterable[Gap]]


@dataclass(frozen=True)
class GapRule:
    """Looks for gaps of one kind, with the basis on which they are called so: only `requirement` is what the standard says;
    an interval that the organisation set itself is its `own rule`, the rest is `good practice`. `basis_in` names the editions
    (`{"2026": "requirement"}`) in which the basis is another one."""

    id: str
    slug: str
    severity: Severity
    basis: Basis
    title: str
    find: Find
    basis_in: Mapping[str, Basis] = field(default_factory=dict, hash=False)

    def in_edition(self, year: str) -> "GapRule":
        """The rule with the basis that it has in this edition."""
        basis = self.basis_in.get(year, self.basis)
        return self if basis == self.basis else replace(self, basis=basis)


_collectors: dict[str, Collector] = {}
_rules: dict[str, GapRule] = {}


def register_collector(collector: Collector) -> None:
    """Add a collector; called from an app's `ready()`. A key is given once."""
    known = _collectors.get(collector.key)
    if known is not None and known != collector:
        raise ValueError(f"There are two collectors called {collector.key}.")
    _collectors[collector.key] = collector


def register_gap_rule(rule: GapRule) -> None:
    """Add a gap rule; called from an app's `ready()`. An id is given once."""
    known = _rules.get(rule.id)
    if known is not None and known != rule:
        raise ValueError(f"There are two gap rules called {rule.id}.")
    _rules[rule.id] = rule


def collectors_of(slug: str) -> list[Collector]:
    """The collectors of a requirement, in the order of their keys."""
    return [collector for key, collector in sorted(_collectors.items()) if collector.slug == slug]


def rules_of(slug: str) -> list[GapRule]:
    """The gap rules of a requirement, in the order of their ids."""
    return [rule for key, rule in sorted(_rules.items()) if rule.slug == slug]


def every_slug() -> set[str]:
    """The slugs that anything is registered for."""
    return {each.slug for each in _collectors.values()} | {each.slug for each in _rules.values()}


def items_of(slug: str, first: date, last: date, actor: Actor, *, site_id: int | None = None) -> Iterator[Item]:
    """Every item of a requirement, collector by collector."""
    for collector in collectors_of(slug):
        yield from collector.collect(site_id, first, last, actor)
