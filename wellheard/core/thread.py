"""The thread: answer, case, cause, action, verdict, told. Always these six, in this order, from any record on it.

Each app registers how it takes part; walking is over links, so no app needs to know the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from wellheard.core.actors import Actor
from wellheard.core.links import Key, fetch, key_of, neighbourhood
from wellheard.core.records import kind_of

STEPS = ("answer", "case", "cause", "action", "verdict", "told")
TITLES = {
    "answer": "Answer",
    "case": "Case",
    "cause": "Cause",
    "action": "Action",
    "verdict": "Verdict",
    "told": "Told",
}
LATER = {
    "answer": "Nothing heard",
    "case": "No case opened",
    "cause": "Not looked for yet",
    "action": "None yet",
    "verdict": "Nothing to judge yet",
    "told": "Nobody told yet",
}


@dataclass(frozen=True)
class Step:
    """One node of the thread. `state` is done, here, doing or later; `others` counts further records at this step."""

    key: str
    title: str
    words: str
    state: str
    url: str = ""
    others: int = 0


Describe = Callable[[Any], "tuple[str, str] | None"]
Stands = Callable[[Any], bool]
Address = Callable[[Any], str]


@dataclass(frozen=True)
class Part:
    """How a kind takes part at a step. `stands` asks no database: it is asked of every record on the thread."""

    describe: Describe
    stands: Stands
    is_spare: bool
    address: Address


_steps: dict[tuple[str, str], Part] = {}


def page_of(record: Any) -> str:
    """The record's own page."""
    return str(getattr(record, "get_absolute_url", str)())


def register_step(
    step: str,
    kind: str,
    describe: Describe,
    *,
    stands: Stands = lambda record: True,
    spare: bool = False,
    address: Address = page_of,
) -> None:
    """Say how records of `kind` appear at `step`.

    `describe(record)` gives (words, state done|doing|later), or None if the record has nothing to show there yet; it is
    asked of one record only. `stands(record)` says quickly whether a record belongs to the step at all. A `spare` kind is
    shown only where no other is. One kind may serve several steps (an action carries its verdict); `address` says where the
    step leads when that is not the record's own page.
    """
    if step not in STEPS:
        raise ValueError(f"The thread has no step {step}.")
    _steps[step, kind] = Part(describe, stands, spare, address)


def thread_of(record: Model, actor: Actor, *, here: str) -> list[Step]:
    """The six steps around a record, as far as this actor may see them; `here` names the step the page is at."""
    keys, _ = neighbourhood(key_of(record), depth=6)
    kinds = {kind for _, kind in _steps}
    records = fetch((key for key in keys if key[0] in kinds), actor)
    records[key_of(record)] = record
    return [_step(step, records, record, here) for step in STEPS]


def _step(step: str, records: dict[Key, Model], record: Model, here: str) -> Step:
    # The record in hand first; then the most recent one of its kind.
    standing = sorted(_standing(step, records), key=lambda each: (each == record, each.pk), reverse=True)
    for place, first in enumerate(standing):
        part = _steps[step, kind_of(type(first))]
        said = part.describe(first)
        if said is not None:
            url = "" if step == here else part.address(first)
            others = len(standing) - place - 1
            return Step(step, TITLES[step], said[0], "here" if step == here else said[1], url, others)
    return Step(step, TITLES[step], LATER[step], "here" if step == here else "later")


def _standing(step: str, records: dict[Key, Model]) -> list[Model]:
    """The records that belong to a step; spare ones only where there is no other."""
    found = [
        (part, each)
        for (kind, _), each in sorted(records.items())
        if (part := _steps.get((step, kind))) and part.stands(each)
    ]
    usual = [each for part, each in found if not part.is_spare]
    return usual or [each for _, each in found]


def walk(record: Model, actor: Actor) -> Sequence[tuple[str, list[Model]]]:
    """Every record of the thread, step by step: what an auditor reads backwards."""
    keys, _ = neighbourhood(key_of(record), depth=6)
    records = fetch((key for key in keys if key[0] in {kind for _, kind in _steps}), actor)
    records[key_of(record)] = record
    return [(step, _standing(step, records)) for step in STEPS]
