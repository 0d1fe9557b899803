"""The thread: answer, case, cause, action, verdict, told. Always these six, in this order, from any record on it.

Each app registers how it takes part; walking is over links, so no app needs to know the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from wellheard.core.actors import Actor
from wellheard.core.links import Key, fetch, key_of, may_see, neighbourhood

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
_steps: dict[tuple[str, str], Describe] = {}


def register_step(step: str, kind: str, describe: Describe) -> None:
    """Say how records of `kind` appear at `step`: `describe(record)` gives (words, state done|doing), or None if the record
    has nothing to show there yet. One kind may serve several steps (an action carries its verdict)."""
    if step not in STEPS:
        raise ValueError(f"The thread has no step {step}.")
    _steps[step, kind] = describe


def thread_of(record: Model, actor: Actor, *, here: str) -> list[Step]:
    """The six steps around a record, as far as this actor may see them; `here` names the step the page is at."""
    keys, _ = neighbourhood(key_of(record), depth=6)
    kinds = {kind for _, kind in _steps}
    records = fetch(key for key in keys if key[0] in kinds)
    records[key_of(record)] = record
    return [_step(step, records, record, actor, here) for step in STEPS]


def _step(step: str, records: dict[Key, Model], record: Model, actor: Actor, here: str) -> Step:
    shown: list[tuple[Model, str, str]] = []
    for (kind, _), each in sorted(records.items()):
        describe = _steps.get((step, kind))
        if describe is not None and (each == record or may_see(actor, each)) and (said := describe(each)):
            shown.append((each, *said))
    # The record in hand first; then the most recent one of its kind.
    shown.sort(key=lambda item: (item[0] == record, item[0].pk), reverse=True)
    if not shown:
        return Step(step, TITLES[step], LATER[step], "here" if step == here else "later")
    first, words, state = shown[0]
    url = "" if step == here else getattr(first, "get_absolute_url", str)()
    return Step(step, TITLES[step], words, "here" if step == here else state, url, len(shown) - 1)


def walk(record: Model, actor: Actor) -> Sequence[tuple[str, list[Model]]]:
    """Every record of the thread, step by step: what an auditor reads backwards."""
    keys, _ = neighbourhood(key_of(record), depth=6)
    records = fetch(key for key in keys if key[0] in {kind for _, kind in _steps})
    records[key_of(record)] = record
    return [
        (
            step,
            [each for (kind, _), each in sorted(records.items()) if _stands(step, kind, each) and may_see(actor, each)],
        )
        for step in STEPS
    ]


def _stands(step: str, kind: str, record: Model) -> bool:
    """Has this record something to show at this step?"""
    describe = _steps.get((step, kind))
    return describe is not None and describe(record) is not None
