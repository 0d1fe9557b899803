"""Which measurement belongs to which window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from wellheard.ground.effectiveness.plan import Observation, Plan, last_day, periods_in

Phase = Literal["before", "baseline", "trigger", "settling in", "follow-up", "after"]


@dataclass(frozen=True)
class Windows:
    """The series sorted by time, cut by the plan."""

    series: tuple[Observation, ...]
    phases: tuple[Phase, ...]
    baseline: tuple[Observation, ...]
    follow_up: tuple[Observation, ...]
    missing: int
    ends_on: date
    is_over: bool
    trigger_in_baseline: bool

    @property
    def earlier(self) -> tuple[Observation, ...]:
        """All that was measured before the follow-up and isn't the trigger or settling in."""
        kept = zip(self.series, self.phases, strict=True)
        return tuple(each for each, phase in kept if phase in ("before", "baseline"))


def cut(plan: Plan, series: Sequence[Observation], today: date) -> Windows:
    """Sort and cut a series. A period counts when it has ended: half a month has half a month's complaints.

    Raises ValueError for two measurements of one period, or one that lacks what its kind needs.
    """
    ordered = tuple(sorted(series, key=lambda each: each.period))
    if len({each.period for each in ordered}) < len(ordered):
        raise ValueError("Two measurements for one period.")
    for each in ordered:
        _check(plan, each)
    phases = tuple(_phase(plan, each.period) for each in ordered)
    counted = [
        (each, phase)
        for each, phase in zip(ordered, phases, strict=True)
        if last_day(each.period, plan.period) < today and not _is_empty(plan, each)
    ]
    baseline = tuple(each for each, phase in counted if phase == "baseline")
    follow_up = tuple(each for each, phase in counted if phase == "follow-up")
    planned_baseline = [day for day in periods_in(plan.baseline, plan.period) if _phase(plan, day) == "baseline"]
    planned_follow_up = periods_in(plan.follow_up, plan.period)
    ended = [day for day in planned_follow_up if last_day(day, plan.period) < today]
    ends_on = max(plan.follow_up[1], last_day(planned_follow_up[-1], plan.period))
    return Windows(
        series=ordered,
        phases=phases,
        baseline=baseline,
        follow_up=follow_up,
        missing=max(0, len(planned_baseline) - len(baseline)) + max(0, len(ended) - len(follow_up)),
        ends_on=ends_on,
        is_over=today > ends_on,
        trigger_in_baseline=any(
            plan.baseline[0] <= each.period <= plan.baseline[1] and _has_trigger(plan, each.period) for each in ordered
        ),
    )


def _phase(plan: Plan, day: date) -> Phase:
    if plan.trigger_excluded and _has_trigger(plan, day):
        return "trigger"
    if day < plan.baseline[0]:
        return "before"
    if day <= plan.baseline[1]:
        return "baseline"
    if day < plan.follow_up[0]:
        return "settling in"
    return "follow-up" if day <= plan.follow_up[1] else "after"


def _has_trigger(plan: Plan, day: date) -> bool:
    return plan.trigger is not None and day <= plan.trigger <= last_day(day, plan.period)


def _is_empty(plan: Plan, each: Observation) -> bool:
    """A period without a single order, case or answer says nothing."""
    if plan.kind in ("rate", "proportion"):
        return each.exposure == 0
    if plan.kind in ("nps", "mean") and each.counts is not None:
        return sum(each.counts.values() if isinstance(each.counts, dict) else each.counts) == 0
    return False


def _check(plan: Plan, each: Observation) -> None:
    when = each.period.isoformat()
    if plan.kind in ("rate", "count", "proportion") and (each.count is None or each.count < 0):
        raise ValueError(f"{when}: a {plan.kind} needs a count that isn't below zero.")
    if plan.kind in ("rate", "proportion"):
        if each.exposure is None or each.exposure < 0 or (each.exposure == 0 and each.count):
            raise ValueError(f"{when}: a {plan.kind} needs an exposure.")
        if plan.kind == "proportion" and (each.count or 0) > each.exposure:
            raise ValueError(f"{when}: more hits than cases.")
    if plan.kind == "nps" and (each.counts is None or isinstance(each.counts, dict) or len(each.counts) != 11):
        raise ValueError(f"{when}: NPS needs eleven counters.")
    if plan.kind == "mean" and each.value is None and not isinstance(each.counts, dict):
        raise ValueError(f"{when}: a mean needs its answers as score and number, or the value of the period.")
