"""Can this plan find the change in time? Shown while the plan is being made, before it is locked."""

from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from wellheard.ground.comparison import normal_quantile
from wellheard.ground.effectiveness.measuring import RARE_IN_BASELINE, RARE_PER_PERIOD
from wellheard.ground.effectiveness.plan import Plan, next_period, periods_in
from wellheard.ground.effectiveness.words import day, percent, worthwhile

WANTED_POWER = 0.8
MOST_PERIODS = 36
SIMULATED = 2000
# The same draws every time: a form that is opened twice must show the same number.
SEED = 9001


@dataclass(frozen=True)
class Outlook:
    """What a plan can be expected to show.

    `power` is the chance to notice the change with the follow-up as planned. `needed_periods` is the shortest
    follow-up that reaches the wanted power, and `earliest_on` the day after it; None when 36 periods don't.
    """

    power: float
    planned_periods: int
    needed_periods: int | None
    earliest_on: date | None
    is_enough: bool
    sentence: str


def power(
    plan: Plan,
    baseline_mean_per_period: float,
    dispersion: float = 1.0,
    follow_up_periods: int | None = None,
    *,
    answers_per_period: float | None = None,
    standard_deviation: float | None = None,
    expected: float | None = None,
) -> float:
    """The chance (0 to 1) that the interval leaves out "no change" if the change is as large as expected.

    `expected` is an effect in the plan's terms (ratio or difference); without it the smallest worthwhile one.
    `baseline_mean_per_period`: events (rate, count), the share (proportion), the score (nps) or the mean.
    `dispersion`: variance of the counts by their mean (rate, count), else the design effect of the answers.
    Proportion, nps and mean need `answers_per_period`; a mean also the `standard_deviation` of one answer.
    Rates are simulated with the very rules of the interval, as formulas promise too much for small counts. The guards
    can only lower the chance of "effective", above all where it moved already before.
    """
    periods = follow_up_periods or len(periods_in(plan.follow_up, plan.period))
    baseline = len(periods_in(plan.baseline, plan.period))
    effect = plan.smallest_worthwhile if expected is None else expected
    if periods < 1 or dispersion <= 0 or (plan.is_ratio and (baseline_mean_per_period <= 0 or effect <= 0)):
        raise ValueError("Power needs a follow-up, a dispersion above zero, and some events before and after.")
    if plan.is_ratio:
        return _power_of_rates(plan, baseline_mean_per_period, max(1.0, dispersion), baseline, periods, effect)
    if not answers_per_period or answers_per_period <= 0:
        raise ValueError(f"The power of a {plan.kind} needs the number of answers per period.")
    before, after = _variances(plan, baseline_mean_per_period, abs(effect), standard_deviation)
    error = sqrt(dispersion / answers_per_period * (before / baseline + after / periods))
    if error == 0:
        return float(effect != 0)
    # Imported late: scipy.stats takes about a second.
    from scipy.stats import norm

    return float(norm.sf(normal_quantile() - abs(effect) / error))


def earliest_decision(
    plan: Plan,
    baseline_mean_per_period: float,
    dispersion: float = 1.0,
    *,
    wanted_power: float = WANTED_POWER,
    answers_per_period: float | None = None,
    standard_deviation: float | None = None,
    expected: float | None = None,
) -> Outlook:
    """Whether the plan can find the change in time, and the earliest day of a decision; arguments as for `power`."""

    def power_after(periods: int) -> float:
        return power(
            plan,
            baseline_mean_per_period,
            dispersion,
            periods,
            answers_per_period=answers_per_period,
            standard_deviation=standard_deviation,
            expected=expected,
        )

    planned = len(periods_in(plan.follow_up, plan.period))
    reached = power_after(planned)
    needed = next((n for n in range(1, MOST_PERIODS + 1) if power_after(n) >= wanted_power), None)
    is_enough = reached >= wanted_power
    earliest = None if needed is None else _day_after(plan, needed)
    chance = f"If the change is {worthwhile(plan) if expected is None else 'as expected'}, "
    chance += f"this plan finds it in {percent(reached)} of cases"
    if is_enough:
        sentence = f"{chance}. The decision can be made on {day(_day_after(plan, planned))}."
    elif needed is None or earliest is None:
        way_out = "choose a measure that moves sooner or more often"
        sentence = f"{chance}, and even {MOST_PERIODS} periods aren't enough: {way_out}."
    else:
        sentence = (
            f"{chance}: it can't find the change in time. With a follow-up of {needed} periods, until {day(earliest)}, "
            f"it would in {percent(wanted_power)}."
        )
    return Outlook(reached, planned, needed, earliest, is_enough, sentence)


def _day_after(plan: Plan, periods: int) -> date:
    first = plan.follow_up[0]
    for _ in range(periods):
        first = next_period(first, plan.period)
    return first


def _variances(plan: Plan, level: float, effect: float, deviation: float | None) -> tuple[float, float]:
    """The variance of one answer before and after, in the plan's unit."""
    sign = 1 if plan.direction == "up" else -1
    if plan.kind == "proportion":
        after = min(1.0, max(0.0, level + sign * effect))
        return level * (1 - level), after * (1 - after)
    if plan.kind == "nps":
        # Nobody passive: the most that answers with this score can scatter.
        after = min(100.0, max(-100.0, level + sign * effect))
        return 1e4 - level**2, 1e4 - after**2
    if deviation is None or deviation <= 0:
        raise ValueError("The power of a mean needs the standard deviation of one answer.")
    return deviation**2, deviation**2


def _power_of_rates(plan: Plan, mean: float, spread: float, before: int, after: int, ratio: float) -> float:
    import numpy

    source = numpy.random.default_rng(SEED)

    def draw(level: float, periods: int) -> Any:
        # Gamma-Poisson with the same shape before and after, so that the scatter shrinks together with the mean.
        if spread == 1:
            return source.poisson(level, (SIMULATED, periods))
        shape = mean / (spread - 1)
        return source.poisson(source.gamma(shape, level / shape, (SIMULATED, periods)))

    is_found = _found(plan, draw(mean, before), draw(mean * ratio, after))
    return float(is_found.mean())


def _found(plan: Plan, before: Any, after: Any) -> Any:
    """For each simulated series: does the interval leave out no change, on the better side (rules of measuring.py)?"""
    import numpy
    from scipy.stats import beta
    from scipy.stats import t as student

    n1, n2 = before.shape[1], after.shape[1]
    c1, c2 = before.sum(axis=1).astype(float), after.sum(axis=1).astype(float)
    spread1, spread2 = _squares(before), _squares(after)
    falls = plan.direction == "down"
    # Zero events after, for plans that want fewer: one-sided exact limit on counts divided by their dispersion.
    events = c1 / numpy.maximum(1, spread1 / max(1, n1 - 1))
    silent = (c2 == 0) & (c1 > 0) & falls
    silent_found = (n1 / (n1 + n2)) ** events < 0.05
    # Rare events: exact limit at 2.5 % on one side.
    rare = (c1 < max(RARE_IN_BASELINE, RARE_PER_PERIOD * n1)) | (c2 == 0) | (n1 + n2 < 4)
    share = n2 / (n1 + n2)
    p = beta.sf(share, c2 + 1, numpy.maximum(c1, 0.5)) if falls else beta.cdf(share, numpy.maximum(c2, 0.5), c1 + 1)
    rare_found = (p < 0.025) & ((c1 > 0) if falls else (c2 > 0))
    # Otherwise quasi-Poisson with t.
    freedom = max(1, n1 + n2 - 2)
    safe1, safe2 = numpy.maximum(c1, 0.5), numpy.maximum(c2, 0.5)
    spread = numpy.maximum(1, (spread1 + spread2) / freedom)
    change = numpy.log(safe2 / n2) - numpy.log(safe1 / n1)
    t = (-change if falls else change) / numpy.sqrt(spread * (1 / safe1 + 1 / safe2))
    return numpy.where(silent, silent_found, numpy.where(rare, rare_found, t > student.ppf(0.975, freedom)))


def _squares(counts: Any) -> Any:
    import numpy

    means = counts.mean(axis=1, keepdims=True)
    return ((counts - means) ** 2 / numpy.where(means > 0, means, 1)).sum(axis=1)
