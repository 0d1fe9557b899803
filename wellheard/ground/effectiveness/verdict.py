"""What a judgement consists of, and how it is kept: as JSON from which an auditor can compute it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from math import isfinite
from typing import Any, Literal

from wellheard.ground.effectiveness.effect import Interval, Method
from wellheard.ground.effectiveness.windows import Phase

Word = Literal["effective", "not_effective", "worse", "cannot_tell"]
Doubt = Literal["no", "perhaps", "yes", "unknown"]

# Written into every verdict. Raise it when the same inputs may lead to other results.
ENGINE_VERSION = 1


@dataclass(frozen=True)
class Guard:
    """Another explanation that was looked into.

    `state` answers the question. `blocks`: as long as this stands, the verdict can't be "effective" (`overridden` by
    the verifier's written reason, it doesn't block).
    """

    id: str
    question: str
    state: Doubt
    explanation: str
    blocks: bool = False
    overridden: bool = False


@dataclass(frozen=True)
class ChartRow:
    """One period of the chart. `expected_low` and `expected_high`: where the average lay before, for the follow-up."""

    period: date
    phase: Phase
    count: float | None
    exposure: float | None
    value: float | None
    expected_low: float | None = None
    expected_high: float | None = None


@dataclass(frozen=True)
class Verdict:
    """The verdict with everything that a page, a signature and an auditor need.

    `effect`, `low`, `high`: after / before for scale "ratio" (None: without bound, as there was nothing before),
    after - before for "difference". `before` and `after` are in the plan's unit (rates: per `plan.per`).
    `avoided`: events fewer than the rate before would have brought; only for rates and counts.
    `is_final` is False while the follow-up is still running. `workings` are the numbers on the way to the verdict.
    """

    word: Word
    sentence: str
    again_on: date | None
    scale: Literal["ratio", "difference"]
    guards: tuple[Guard, ...]
    chart: tuple[ChartRow, ...]
    is_final: bool
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    after: float | None = None
    before_interval: Interval | None = None
    after_interval: Interval | None = None
    avoided: float | None = None
    method: Method | None = None
    workings: Mapping[str, float | str | None] = field(default_factory=dict, hash=False)
    inputs: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def blocking(self) -> tuple[Guard, ...]:
        """The guards that stand in the way of "effective"."""
        return tuple(guard for guard in self.guards if guard.blocks)

    def to_json(self) -> dict[str, Any]:
        """The whole verdict as plain JSON values; days are ISO text."""
        return {each.name: as_json(getattr(self, each.name)) for each in fields(self)}


def as_json(value: Any) -> Any:
    """A value of this package as plain JSON; what is not finite becomes None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


def expected_false(verdicts: int) -> float:
    """How many of so many useless actions would look effective by chance: one in forty at 95 %, one side."""
    return verdicts / 40
