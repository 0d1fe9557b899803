"""The verdict of a plan from its series.

The decision table. "Gain" is the effect turned so that above zero is better; the interval is that of 95 %.

| follow-up | interval and estimate | guards | verdict |
|---|---|---|---|
| still running | any | any | cannot tell, ask again when it ends |
| over | wholly on the wrong side of no change | definition and trend don't block | worse |
| over | any other, or the definition changed | the same cause came back | not effective |
| over | nothing to compare, or the definition changed | | cannot tell |
| over | any | trend blocks: the answer depends on the trend before | cannot tell: it was moving already |
| over | wholly better than no change, estimate reaches the minimum | none blocks | effective |
| over | the same | one blocks | cannot tell, unless the verifier sets it aside in writing |
| over | even its best end falls short of the minimum | | not effective |
| over | none of these: too wide | | cannot tell, ask again when more could settle it |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf, isfinite, sqrt
from typing import Any

from wellheard.ground import poisson
from wellheard.ground.effectiveness import guards as told
from wellheard.ground.effectiveness import series_guards as seen
from wellheard.ground.effectiveness import words
from wellheard.ground.effectiveness.effect import Effect, measure, value_of, widened
from wellheard.ground.effectiveness.guards import Facts
from wellheard.ground.effectiveness.plan import Observation, Plan, next_period, position
from wellheard.ground.effectiveness.trend import check_trend, lag_one
from wellheard.ground.effectiveness.verdict import ENGINE_VERSION, ChartRow, Guard, Verdict, Word, as_json
from wellheard.ground.effectiveness.windows import Windows, cut

# How far ahead we look for the period in which the question could be settled.
MOST_EXTRA_PERIODS = 36


@dataclass(frozen=True)
class Decision:
    """The word, why in one sentence, and how many periods later to ask again (0: when the follow-up has ended)."""

    word: Word
    reason: str
    extra_periods: int | None = None


def judge(
    plan: Plan,
    series: Sequence[Observation],
    *,
    today: date,
    recurrences: int = 0,
    other_changes: Sequence[str] = (),
    definition_changed: bool = False,
    coverage_before: float | None = None,
    coverage_after: float | None = None,
) -> Verdict:
    """The verdict of a plan: a word, its numbers, the guards, a chart and a sentence (decision table: see module).

    `recurrences`: linked cases with the same cause whose event lies after the action. `other_changes`: what else
    happened in the windows, in words. `coverage_*`: the share of events reported or of people who answered (0 to 1).
    Raises ValueError when the series doesn't fit the plan or a guard that doesn't exist is overridden.
    """
    windows = cut(plan, series, today)
    correlation = lag_one(plan, windows)
    effect = measure(plan, windows)
    factor = seen.widening(correlation, len(windows.baseline) + len(windows.follow_up))
    if effect is not None and factor > 1:
        effect = widened(effect, factor, is_ratio=plan.is_ratio)
    facts = Facts(
        plan=plan,
        windows=windows,
        effect=effect,
        trend=check_trend(plan, windows),
        lag_one=correlation,
        recurrences=recurrences,
        other_changes=tuple(other_changes),
        definition_changed=definition_changed,
        coverage_before=coverage_before,
        coverage_after=coverage_after,
    )
    guards = _guards(facts)
    decision = decide(facts, guards)
    again_on = None if decision.word != "cannot_tell" else _again_on(plan, windows, decision, today)
    return Verdict(
        word=decision.word,
        sentence=_sentence(plan, effect, decision, again_on),
        again_on=again_on,
        scale="ratio" if plan.is_ratio else "difference",
        effect=_finite(effect and effect.value),
        low=_finite(effect and effect.low),
        high=_finite(effect and effect.high),
        before=_finite(effect and effect.before),
        after=_finite(effect and effect.after),
        before_interval=effect and effect.before_interval,
        after_interval=effect and effect.after_interval,
        avoided=effect and effect.avoided,
        method=effect and effect.method,
        guards=guards,
        chart=_chart(plan, windows, effect),
        is_final=windows.is_over,
        workings=_workings(facts, factor),
        inputs={
            "engine": ENGINE_VERSION,
            "plan": as_json(plan),
            "series": as_json(list(windows.series)),
            "today": as_json(today),
            "recurrences": recurrences,
            "other_changes": list(other_changes),
            "definition_changed": definition_changed,
            "coverage_before": coverage_before,
            "coverage_after": coverage_after,
        },
    )


def recompute(inputs: Mapping[str, Any]) -> Verdict:
    """The verdict computed again from the `inputs` of an earlier one, as read from its JSON.

    Raises ValueError when they were written by another version of this engine.
    """
    if inputs["engine"] != ENGINE_VERSION:
        raise ValueError(f"Version {inputs['engine']} of the engine wrote this; this is version {ENGINE_VERSION}.")
    kept = dict(inputs["plan"])
    for name in ("baseline", "follow_up"):
        kept[name] = tuple(date.fromisoformat(each) for each in kept[name])
    for name in ("settling_until", "trigger"):
        kept[name] = kept[name] and date.fromisoformat(kept[name])
    series = [Observation(**{**each, "period": date.fromisoformat(each["period"])}) for each in inputs["series"]]
    told_by_people = {key: inputs[key] for key in inputs if key not in ("engine", "plan", "series", "today")}
    return judge(Plan(**kept), series, today=date.fromisoformat(inputs["today"]), **told_by_people)


def decide(facts: Facts, guards: Sequence[Guard]) -> Decision:
    """The word by the decision table of this module."""
    plan, effect = facts.plan, facts.effect
    blocking = {guard.id: guard for guard in guards if guard.blocks}
    if not facts.windows.is_over:
        known = " The same cause has come back already." if facts.recurrences else ""
        return Decision("cannot_tell", f"The follow-up is still running.{known}", 0)
    comparable = effect is not None and "definition" not in blocking
    low, high = sorted((plan.gain(effect.low), plan.gain(effect.high))) if effect is not None else (-inf, inf)
    if comparable and high < 0 and "trend" not in blocking:
        return Decision("worse", "That is a real change for the worse.")
    if facts.recurrences:
        return Decision("not_effective", blocking["recurrence"].explanation)
    window = _periods_in_follow_up(facts)
    if not comparable or effect is None:
        reason = "The two can't be compared." if effect is not None else "There is nothing to compare."
        return Decision(
            "cannot_tell", blocking["definition"].explanation if "definition" in blocking else reason, window
        )
    if "trend" in blocking:
        return Decision("cannot_tell", blocking["trend"].explanation, window)
    agreed = f"We had agreed that {words.worthwhile(plan)} would be worth it"
    if low > 0 and plan.gain(effect.value) >= plan.worthwhile_gain:
        if not blocking:
            return Decision("effective", f"{agreed}: it worked.")
        doubts = " ".join(guard.explanation for guard in blocking.values())
        return Decision("cannot_tell", f"That would be enough, but something else may explain it. {doubts}", window)
    if high < plan.worthwhile_gain:
        return Decision("not_effective", f"{agreed}, and the measurements rule that out.")
    return _too_wide(facts, effect, agreed, low, window)


def _too_wide(facts: Facts, effect: Effect, agreed: str, low: float, window: int) -> Decision:
    better = "It did get better, but whether by enough is open" if low > 0 else "The measurements allow no answer yet"
    needed = periods_needed(facts.plan, facts.windows, effect)
    if needed is None:
        hint = "Measurements like these won't settle it within years; think of a measure that moves sooner."
        return Decision("cannot_tell", f"{agreed}. {better}. {hint}", window)
    return Decision("cannot_tell", f"{agreed}. {better}.", needed)


def periods_needed(plan: Plan, windows: Windows, effect: Effect) -> int | None:
    """How many more periods of follow-up would settle it if all goes on as it did; None when 36 wouldn't."""
    n = len(windows.follow_up)
    if effect.method.id == "zero_events":
        return _silence_needed(windows, effect)
    middle = plan.gain(effect.value)
    low, high = sorted((plan.gain(effect.low), plan.gain(effect.high)))
    whole = effect.before_variance + effect.after_variance
    if not all(map(isfinite, (middle, low, high, whole))) or whole == 0:
        return None
    for extra in range(1, MOST_EXTRA_PERIODS + 1):
        shrink = sqrt((effect.before_variance + effect.after_variance * n / (n + extra)) / whole)
        future_low, future_high = middle - shrink * (middle - low), middle + shrink * (high - middle)
        works = future_low > 0 and middle >= plan.worthwhile_gain
        if works or future_high < plan.worthwhile_gain:
            return extra
    return None


def _silence_needed(windows: Windows, effect: Effect) -> int | None:
    """Periods of further silence until the exact one-sided limit falls below no change."""
    events = 1 / effect.before_variance
    before, after = len(windows.baseline), len(windows.follow_up)
    for extra in range(1, MOST_EXTRA_PERIODS + 1):
        if poisson.exact_rate_ratio(events, before, 0, after + extra, confidence=0.9).high < 1:
            return extra
    return None


def _guards(facts: Facts) -> tuple[Guard, ...]:
    found = (
        seen.trend(facts),
        seen.volume(facts),
        seen.season(facts),
        told.recurrence(facts),
        told.other_changes(facts),
        told.definition(facts),
        told.coverage(facts),
        seen.trigger(facts),
        seen.points(facts),
        seen.gaps(facts),
        seen.runs(facts),
        seen.independence(facts),
    )
    return told.overridden(found, facts.plan.overrides)


def _periods_in_follow_up(facts: Facts) -> int:
    first, last = (position(day, facts.plan.period) for day in facts.plan.follow_up)
    return int(last - first) + 1


def _again_on(plan: Plan, windows: Windows, decision: Decision, today: date) -> date:
    """The day after the last period that is needed; never a day that has passed."""
    day = windows.ends_on + timedelta(days=1)
    for _ in range(decision.extra_periods or 0):
        day = next_period(day, plan.period)
    while day <= today:
        day = next_period(day, plan.period)
    return day


def _sentence(plan: Plan, effect: Effect | None, decision: Decision, again_on: date | None) -> str:
    parts = [decision.reason]
    if effect is not None:
        numbers = (effect.before, effect.after, effect.value, effect.low, effect.high)
        parts.insert(0, words.what_happened(plan, *numbers))
    if again_on is not None:
        parts.append(f"Ask again on {words.day(again_on)}.")
    return " ".join(parts)


def _chart(plan: Plan, windows: Windows, effect: Effect | None) -> tuple[ChartRow, ...]:
    rows = []
    for each, phase in zip(windows.series, windows.phases, strict=True):
        expected = effect.before_interval if effect is not None and phase == "follow-up" else (None, None)
        rows.append(ChartRow(each.period, phase, each.count, each.exposure, value_of(plan, each), *expected))
    return tuple(rows)


def _workings(facts: Facts, factor: float) -> dict[str, float | str | None]:
    effect, trend = facts.effect, facts.trend
    return {
        "periods_before": len(facts.windows.baseline),
        "periods_after": len(facts.windows.follow_up),
        "dispersion": effect.dispersion if effect else None,
        "lag_one": facts.lag_one,
        "widened_by": factor,
        "trend_gain_per_period": trend.slope if trend else None,
        "trend_p": trend.slope_p if trend else None,
        "step_gain": trend.step if trend else None,
        "step_gain_low": trend.step_low if trend else None,
        "step_gain_high": trend.step_high if trend else None,
        "agreed_gain": facts.plan.worthwhile_gain,
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
