"""What an effect is, the methods that can find it, and the figure of a single period."""

from dataclasses import dataclass, replace
from math import exp, inf, log

from wellheard.ground import scores
from wellheard.ground.effectiveness.plan import Observation, Plan

Interval = tuple[float, float]


@dataclass(frozen=True)
class Method:
    """How the effect was computed: an id, and a sentence for people."""

    id: str
    sentence: str


METHODS = {
    method.id: method
    for method in (
        Method(
            "quasi_poisson",
            "Ratio of two rates from the counts of each period (quasi-Poisson with Student's t): the interval widens "
            "by itself when the counts scatter more than chance would have it.",
        ),
        Method(
            "exact_rate_ratio",
            "Exact ratio of two rates of rare events, given how many there were in all. It assumes that the events are "
            "independent of one another.",
        ),
        Method(
            "zero_events",
            "Nothing has happened since: the silence must have lasted long enough (about 3 divided by the rate before, "
            "longer when that rate itself comes from few events). The interval is one-sided, at 95 %.",
        ),
        Method(
            "difference_of_proportions",
            "Difference of two shares with the hybrid score interval (Newcombe), widened when the periods scatter more "
            "than chance would have it.",
        ),
        Method(
            "nps_difference",
            "Difference of two net promoter scores with the adjusted Wald interval, widened when the periods scatter "
            "more than chance would have it.",
        ),
        Method(
            "difference_of_means",
            "Difference of two means with Welch's t interval, widened when the periods scatter more than chance would "
            "have it.",
        ),
    )
}


@dataclass(frozen=True)
class Effect:
    """The change (a ratio or a difference) with its interval, and the two levels with theirs, in the plan's unit.

    `before_variance` and `after_variance` are the parts of the effect's variance (of its logarithm, for ratios) that
    come from each window: they tell how much a longer follow-up would help.
    """

    method: Method
    value: float
    low: float
    high: float
    before: float
    after: float
    before_interval: Interval
    after_interval: Interval
    before_variance: float
    after_variance: float
    dispersion: float = 1.0
    avoided: float | None = None


def widened(effect: Effect, factor: float, *, is_ratio: bool) -> Effect:
    """The same effect with an interval `factor` times as wide around the same value (on the log scale for ratios)."""

    def stretch(value: float, end: float) -> float:
        if not is_ratio:
            return value + factor * (end - value)
        if value in (0, inf) or end in (0, inf):
            # Nothing has no logarithm. The guard for runs says that such an interval couldn't be widened.
            return end
        return exp(log(value) + factor * (log(end) - log(value)))

    return replace(
        effect,
        low=stretch(effect.value, effect.low),
        high=stretch(effect.value, effect.high),
        before_variance=effect.before_variance * factor**2,
        after_variance=effect.after_variance * factor**2,
    )


def exposure_of(plan: Plan, each: Observation) -> float:
    """What a count is divided by: the exposure of a rate, one period for a count alone."""
    return float(each.exposure or 0) if plan.kind == "rate" else 1.0


def value_of(plan: Plan, each: Observation) -> float | None:
    """The figure of a single period in the plan's unit; None when nothing was measured."""
    if plan.is_ratio:
        exposure = exposure_of(plan, each)
        return plan.per * (each.count or 0) / exposure if exposure else None
    if plan.kind == "proportion":
        return (each.count or 0) / each.exposure if each.exposure else None
    if plan.kind == "nps" and each.counts is not None and not isinstance(each.counts, dict):
        return scores.nps(tuple(each.counts)).value
    if isinstance(each.counts, dict):
        return scores.mean_score(each.counts).value
    return each.value


def answers_in(plan: Plan, each: Observation) -> float:
    """How much a single period weighs: its exposure, its number of answers, or one."""
    if plan.kind in ("rate", "proportion"):
        return float(each.exposure or 0)
    if each.counts is not None:
        return float(sum(each.counts.values() if isinstance(each.counts, dict) else each.counts))
    return 1.0
