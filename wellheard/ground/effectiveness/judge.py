"""The verdict of a plan from its series, and the same again from its own record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import isfinite
from typing import Any

from wellheard.ground.effectiveness import guards as told
from wellheard.ground.effectiveness import series_guards as seen
from wellheard.ground.effectiveness import words
from wellheard.ground.effectiveness.decision import Decision, decide
from wellheard.ground.effectiveness.effect import Effect, value_of, widened
from wellheard.ground.effectiveness.guards import Facts
from wellheard.ground.effectiveness.measuring import measure
from wellheard.ground.effectiveness.plan import Observation, Plan, next_period
from wellheard.ground.effectiveness.trend import check_trend, lag_one
from wellheard.ground.effectiveness.verdict import ENGINE_VERSION, ChartRow, Guard, Verdict, as_json
from wellheard.ground.effectiveness.windows import Windows, cut


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
    """The verdict of a plan: a word, its numbers, the guards, a chart and a sentence (decision table: see decision.py).

    `recurrences`: linked cases with the same cause whose event lies after the action. `other_changes`: what else
    happened in the windows, in words. `coverage_*`: the share of events reported or of people who answered (0 to 1).
    Raises ValueError when the series doesn't fit the plan or a guard that doesn't exist is overridden.
    """
    windows = cut(plan, series, today)
    trend = check_trend(plan, windows)
    correlation = lag_one(plan, windows, trend)
    effect = measure(plan, windows)
    factor = seen.widening(correlation, len(windows.baseline) + len(windows.follow_up))
    if effect is not None and factor > 1:
        effect = widened(effect, factor, is_ratio=plan.is_ratio)
    facts = Facts(
        plan=plan,
        windows=windows,
        effect=effect,
        trend=trend,
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
    verdict = Verdict(
        word=decision.word,
        sentence=_sentence(plan, effect, decision, again_on),
        again_on=again_on,
        scale="ratio" if plan.is_ratio else "difference",
        guards=guards,
        chart=_chart(plan, windows, effect),
        is_final=windows.is_over,
        workings=_workings(facts, factor),
        inputs={
            "engine": ENGINE_VERSION,
            "plan": as_json(plan),
            "series": as_json(windows.series),
            "today": as_json(today),
            "recurrences": recurrences,
            "other_changes": list(other_changes),
            "definition_changed": definition_changed,
            "coverage_before": coverage_before,
            "coverage_after": coverage_after,
        },
    )
    return verdict if effect is None else _with_numbers(verdict, effect)


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


def _with_numbers(verdict: Verdict, effect: Effect) -> Verdict:
    return replace(
        verdict,
        effect=_finite(effect.value),
        low=_finite(effect.low),
        high=_finite(effect.high),
        before=effect.before,
        after=effect.after,
        before_interval=effect.before_interval,
        after_interval=effect.after_interval,
        avoided=effect.avoided,
        method=effect.method,
    )


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
