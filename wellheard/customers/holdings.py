"""What is kept about a person, wherever it is: each app says what it holds, how it is shown, and how it is made nameless.

    register_holding(Holding("cases.cases", "Complaints and requests", shown=…, forget=…, outdated=…))

The access request shows every holding; erasure asks every holding to forget; retention asks which are outdated.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wellheard.core.actors import Actor


@dataclass(frozen=True)
class Holding:
    """`shown(people)` gives what is kept about these people (ids: one person and the duplicates merged into them), as plain
    dictionaries, oldest first, streamed. `forget(people, by, at)` removes what is personal and keeps the record and its
    numbers; it gives how many records it touched. `outdated(before)` gives the ids of the people whose last event of this
    kind lies before that moment, or None when the kind is not subject to retention by itself.
    """

    key: str
    title: str
    shown: Callable[[Sequence[int]], Iterable[dict[str, Any]]]
    forget: Callable[[Sequence[int], Actor, datetime], int]
    outdated: Callable[[datetime], Any] | None = None
    about: str = ""


_holdings: dict[str, Holding] = {}


def register_holding(holding: Holding) -> None:
    """Say what an app keeps about people; called from its `ready()`. A key is given once."""
    known = _holdings.get(holding.key)
    if known is not None and known != holding:
        raise ValueError(f"There are two holdings called {holding.key}.")
    _holdings[holding.key] = holding


def every_holding() -> list[Holding]:
    """All of them, in the order of their keys."""
    return [holding for _, holding in sorted(_holdings.items())]
