"""What is kept about a person, wherever it is: each app says what it holds, how it is shown, and how it is made nameless.

    register_holding(Holding("cases.cases", "Complaints and requests", shown=…, forget=…, goes="…", stays="…"))

The access file shows every holding; erasure asks every holding to forget, in slices; retention asks which rows are outdated.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wellheard.core.actors import Actor
from wellheard.ground.text.removing import Known


@dataclass(frozen=True)
class Scope:
    """Whom to forget: their ids (one person and the duplicates merged into them), what may name them in texts, and whose
    very words are to be removed too (`feedback.statement:12`)."""

    people: tuple[int, ...]
    known: Known
    chosen: frozenset[str] = field(default_factory=frozenset)

    def chosen_of(self, kind: str) -> set[int]:
        """The ids of the chosen records of this kind (`feedback.statement`)."""
        return {int(pk) for each, _, pk in (key.rpartition(":") for key in self.chosen) if each == kind}


@dataclass(frozen=True)
class Forgotten:
    """One slice: how many rows it changed, and after which id the next one begins (None: there is none)."""

    changed: int
    after: int | None = None


@dataclass(frozen=True)
class Words:
    """Something that the person said or wrote, which stays unless it is chosen: its key, when, where and how it begins."""

    key: str
    at: datetime
    where: str
    excerpt: str
    url: str = ""


Forget = Callable[[Scope, Actor, datetime, int, int], Forgotten]
"""(whom, by whom, when, after which id, how many rows at most) → what was done."""


@dataclass(frozen=True)
class Expiry:
    """Retention of a kind: `rows(before)` are those whose last event lies before that moment and which still hold something
    personal, each with `person_id` and `account_id` where it has them (a legal hold of either keeps it); `forget(ids, by, at)`
    makes them nameless; `example(row)` names one without naming a person."""

    rows: Callable[[datetime], Any]
    forget: Callable[[Sequence[int], Actor, datetime], int]
    example: Callable[[Any], str]
    title: str
    goes: str
    held_by: tuple[str, str] = ("person", "account")
    """The fields that lead to the person and to the account; empty where there is none."""


@dataclass(frozen=True)
class Holding:
    """`shown(people)` gives what is kept about these people as plain dictionaries, oldest first, streamed. `count(people)`
    says how many rows that is. `forget` removes what is personal from a slice of rows, and keeps the record and its numbers:
    asked again it changes nothing. `goes` and `stays` say in a sentence what is erased, and what is kept and why."""

    key: str
    title: str
    shown: Callable[[Sequence[int]], Iterable[dict[str, Any]]]
    forget: Forget
    count: Callable[[Sequence[int]], int]
    goes: str = ""
    stays: str = ""
    words: Callable[[Sequence[int]], Iterable[Words]] | None = None
    expiry: Expiry | None = None
    order: int = 50


_holdings: dict[str, Holding] = {}


def register_holding(holding: Holding) -> None:
    """Say what an app keeps about people; called from its `ready()`. A key is given once."""
    known = _holdings.get(holding.key)
    if known is not None and known != holding:
        raise ValueError(f"There are two holdings called {holding.key}.")
    _holdings[holding.key] = holding


def every_holding() -> list[Holding]:
    """All of them, in their order."""
    return sorted(_holdings.values(), key=lambda each: (each.order, each.key))


def holding(key: str) -> Holding | None:
    """The holding of this key, if an app has registered it."""
    return _holdings.get(key)
