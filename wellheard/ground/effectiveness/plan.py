"""The plan of an effectiveness test, fixed before anyone acts, and the measurements that it will be judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import inf, log
from typing import Literal

Kind = Literal["rate", "count", "proportion", "nps", "mean"]
Direction = Literal["down", "up"]
Period = Literal["day", "week", "month", "quarter", "year"]
Window = tuple[date, date]

RATIO_KINDS = ("rate", "count")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Plan:
    """What is measured, when, and which change would be worth having.

    kind: "rate" counts events per exposure, "count" counts events alone, "proportion" counts hits among n cases,
        "nps" and "mean" take the answers themselves.
    direction: which way is better.
    smallest_worthwhile: rate and count: the ratio after / before (0.67 = a third fewer; 1.5 = half as many again);
        proportion: the difference as a fraction (0.05 = five percentage points); nps: points; mean: its unit.
    baseline, follow_up: first and last day; a period counts when its first day lies within.
    settling_until: periods that start up to this day count neither before nor after.
    trigger: the day of the bad news that started it all. Its period is left out unless `trigger_excluded` is False.
    overrides: id of a guard -> the verifier's written reason why it doesn't stand in the way.
    period: the length of one measurement.
    measure, unit, per: for sentences: "complaints about valves", "per 1,000 orders", 1000 (rates are multiplied by it).
    """

    kind: Kind
    direction: Direction
    smallest_worthwhile: float
    baseline: Window
    follow_up: Window
    settling_until: date | None = None
    trigger: date | None = None
    trigger_excluded: bool = True
    overrides: Mapping[str, str] = field(default_factory=dict, hash=False)
    period: Period = "month"
    measure: str = "the measure"
    unit: str = ""
    per: float = 1.0

    def __post_init__(self) -> None:
        if self.baseline[0] > self.baseline[1] or self.follow_up[0] > self.follow_up[1]:
            raise ValueError("A window can't end before it starts.")
        if self.baseline[1] >= self.follow_up[0]:
            raise ValueError("The follow-up must start after the baseline has ended.")
        if self.settling_until is not None and self.settling_until >= self.follow_up[0]:
            raise ValueError("The settling-in time must end before the follow-up starts.")
        if self.per <= 0:
            raise ValueError("Rates need a positive number to be given per.")
        self._check_worthwhile()

    def _check_worthwhile(self) -> None:
        if not self.is_ratio:
            if self.smallest_worthwhile < 0:
                raise ValueError("The smallest worthwhile difference is a size: give it without a sign.")
        elif self.direction == "down" and not 0 < self.smallest_worthwhile <= 1:
            raise ValueError("For fewer events the smallest worthwhile ratio lies above 0 and not above 1.")
        elif self.direction == "up" and self.smallest_worthwhile < 1:
            raise ValueError("For more events the smallest worthwhile ratio can't be below 1.")

    @property
    def is_ratio(self) -> bool:
        """Is the effect a ratio (1 = no change) rather than a difference (0 = no change)?"""
        return self.kind in RATIO_KINDS

    @property
    def worthwhile_gain(self) -> float:
        """The smallest worthwhile change on the scale of `gain`."""
        return abs(log(self.smallest_worthwhile)) if self.is_ratio else self.smallest_worthwhile

    def gain(self, effect: float) -> float:
        """The effect on a scale where zero is no change and more is better (logarithm for ratios; may be infinite)."""
        change = effect
        if self.is_ratio:
            change = -inf if effect == 0 else log(effect)
        return change if self.direction == "up" else -change


@dataclass(frozen=True)
class Observation:
    """One period's measurement; `period` is its first day.

    rate: count and exposure. count: count (exposure, if given, only tells whether the volume changed).
    proportion: count hits among exposure cases. nps: eleven counters. mean: {score: n}, or one `value` for the period.
    """

    period: date
    count: float | None = None
    exposure: float | None = None
    counts: Sequence[int] | Mapping[int, int] | None = field(default=None, hash=False)
    value: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.counts, Mapping):
            # Keys of JSON objects are text; an auditor's recomputation must start from equal observations.
            object.__setattr__(self, "counts", {int(score): n for score, n in self.counts.items()})
        elif self.counts is not None:
            object.__setattr__(self, "counts", tuple(self.counts))


def next_period(day: date, period: Period) -> date:
    """The first day of the period after the one that starts on this day (which must exist in every month)."""
    if period in _DAYS:
        return day + timedelta(days=_DAYS[period])
    months = day.year * 12 + day.month - 1 + _MONTHS[period]
    return date(months // 12, months % 12 + 1, min(day.day, 28))


def last_day(day: date, period: Period) -> date:
    """The last day of the period that starts on this day."""
    return next_period(day, period) - timedelta(days=1)


def periods_in(window: Window, period: Period) -> list[date]:
    """The first days of the periods of a window, counted from its own first day."""
    days = []
    day = window[0]
    while day <= window[1]:
        days.append(day)
        day = next_period(day, period)
    return days


def position(day: date, period: Period) -> float:
    """A day on a time axis whose unit is one period."""
    if period in _DAYS:
        return day.toordinal() / _DAYS[period]
    return (day.year * 12 + day.month - 1) / _MONTHS[period]
