"""Values of indicators in words, and what a series says: “9.8 per 1,000 orders”, “Fell, and not by chance.”"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wellheard.ground.effectiveness import Observation, Plan
from wellheard.ground.effectiveness.effect import Effect, value_of
from wellheard.ground.effectiveness.measuring import measure
from wellheard.ground.effectiveness.windows import cut
from wellheard.ground.effectiveness.words import change, level, number
from wellheard.ground.periods import month_of, span_label
from wellheard.ground.poisson import poisson_interval
from wellheard.ground.proportions import wilson
from wellheard.ground.scores import mean_score, nps
from wellheard.measures.catalogue import Indicator

MONTHS_NOW = 3
MONTHS_BEFORE = 12


@dataclass(frozen=True)
class Reading:
    """One month of an indicator. `value` is in its unit, None when nothing was measured; `base` is what it stands on.
    `low` and `high`: the interval of 95 % in the same unit, where the measurement allows one."""

    month: date
    value: float | None
    words: str
    base: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Finding:
    """What a series says: a sentence, and better or worse when the change is real (empty when it isn't)."""

    sentence: str
    tone: str = ""


def plan_between(indicator: Indicator, before: tuple[date, date], after: tuple[date, date]) -> Plan:
    """A comparison of two spans of this indicator, with any change taken as worth having."""
    return Plan(
        kind=indicator.kind,
        direction=indicator.direction,
        smallest_worthwhile=1.0 if indicator.kind in ("rate", "count") else 0.0,
        baseline=before,
        follow_up=after,
        measure=indicator.measure,
        unit=indicator.unit,
        per=indicator.per,
    )


def value_in_words(indicator: Indicator, value: float | None) -> str:
    """“9.8 per 1,000 orders”, “68 %”, “41”; “nothing measured” without a value."""
    if value is None:
        return "nothing measured"
    some_day, next_day = date(2000, 1, 1), date(2000, 2, 1)
    said = level(plan_between(indicator, (some_day, some_day), (next_day, next_day)), value)
    if indicator.kind == "count":
        return f"{said} {indicator.unit or indicator.events}"
    return f"{said} {indicator.unit}".strip()


def base_in_words(indicator: Indicator, each: Observation) -> str:
    """What a value stands on: “12 complaints from 2,020 orders”, “61 of 68 answers”, “412 answers”."""
    if indicator.kind == "rate":
        return f"{number(each.count or 0)} {indicator.events} from {number(each.exposure or 0)} {indicator.base}"
    if indicator.kind == "proportion":
        return f"{number(each.count or 0)} of {number(each.exposure or 0)} {indicator.base}"
    if indicator.kind == "count":
        return ""
    if each.counts is None:
        return ""
    answers = sum(each.counts.values() if isinstance(each.counts, dict) else each.counts)
    return f"{number(answers)} {'answer' if answers == 1 else 'answers'}"


def readings(indicator: Indicator, series: Sequence[Observation]) -> list[Reading]:
    """A series with its words, oldest first."""
    if not series:
        return []
    first, last = min(each.period for each in series), max(each.period for each in series)
    plan = plan_between(indicator, (first, first), (month_of(last).end, month_of(last).end))
    found = []
    for each in sorted(series, key=lambda each: each.period):
        value = value_of(plan, each)
        low, high = (None, None) if value is None else interval(indicator, each)
        words, base = value_in_words(indicator, value), base_in_words(indicator, each)
        found.append(Reading(each.period, value, words, base, low, high))
    return found


def interval(indicator: Indicator, each: Observation) -> tuple[float | None, float | None]:
    """How sure one month's value is, at 95 %: Garwood's interval for events, Wilson's for shares, those of
    `ground.scores` for scores; none for a mean whose answers aren't known."""
    if indicator.kind in ("rate", "count"):
        unit = indicator.per / (each.exposure or 1) if indicator.kind == "rate" else 1.0
        low, high = poisson_interval(each.count or 0)
        return unit * low, unit * high
    if indicator.kind == "proportion":
        return wilson(each.count or 0, each.exposure or 0)
    if each.counts is None:
        return None, None
    estimate = mean_score(each.counts) if isinstance(each.counts, dict) else nps(tuple(each.counts))
    return estimate.low, estimate.high


def latest(indicator: Indicator, series: Sequence[Observation], today: date) -> Reading | None:
    """The last month that has ended and in which something was measured."""
    ended = [each for each in series if each.period < month_of(today).first]
    with_value = [reading for reading in readings(indicator, ended) if reading.value is not None]
    return with_value[-1] if with_value else None


def finding(indicator: Indicator, series: Sequence[Observation], today: date) -> Finding:
    """Whether the last three full months differ from the twelve before them by more than chance (interval of 95 %)."""
    last = month_of(today).previous
    first = last.shifted(1 - MONTHS_NOW)
    now = (first.first, last.first)
    before = (first.shifted(-MONTHS_BEFORE).first, first.previous.first)
    plan = plan_between(indicator, before, now)
    windows = cut(plan, series, today)
    if len(windows.follow_up) < MONTHS_NOW or len(windows.baseline) < MONTHS_BEFORE // 2:
        return Finding("Too few months to say whether it changed.")
    effect = measure(plan, windows)
    if effect is None:
        return Finding(f"No {indicator.events} in the last {len(windows.baseline) + MONTHS_NOW} months.")
    return _compared(indicator, plan, effect, now)


def _compared(indicator: Indicator, plan: Plan, effect: Effect, now: tuple[date, date]) -> Finding:
    after, before = value_in_words(indicator, effect.after), level(plan, effect.before)
    months = span_label(month_of(now[0]), month_of(now[1]))
    low, high = sorted((plan.gain(effect.low), plan.gain(effect.high)))
    if low <= 0 <= high:
        return Finding(f"No real change: {after} in the last three months, after {before} in the year before.")
    verb = "Rose" if effect.after > effect.before else "Fell"
    sentence = f"{verb}, and not by chance: from {before} to {after} ({change(plan, effect.value)}) in {months}."
    return Finding(sentence, "better" if low > 0 else "worse")
