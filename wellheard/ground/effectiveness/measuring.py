"""How large the change was, by the method that fits the data."""

from collections.abc import Sequence
from math import exp, inf, sqrt
from typing import NamedTuple

from wellheard.ground import poisson, proportions, scores
from wellheard.ground.comparison import normal_quantile, t_quantile
from wellheard.ground.effectiveness.effect import METHODS, Effect, Interval, exposure_of, widened
from wellheard.ground.effectiveness.plan import Observation, Plan
from wellheard.ground.effectiveness.windows import Windows

# Below one event a period, or five in the whole baseline, the scatter between periods can't be estimated.
RARE_PER_PERIOD = 1
RARE_IN_BASELINE = 5
# A scatter from fewer periods than this (minus two) is itself too uncertain to widen an interval of many answers by.
FREEDOM_FOR_SCATTER = 4


class Level(NamedTuple):
    """The answers of one window taken together, and the value, number and variance of an answer for each period."""

    value: float
    interval: Interval
    variance: float
    n: int
    periods: tuple[tuple[float, float], ...]


def measure(plan: Plan, windows: Windows) -> Effect | None:
    """The effect of a plan, or None when one of the windows holds nothing to compare."""
    if not windows.baseline or not windows.follow_up:
        return None
    if plan.is_ratio:
        return _rates(plan, windows.baseline, windows.follow_up)
    if plan.kind == "proportion":
        return _proportions(windows.baseline, windows.follow_up)
    if plan.kind == "nps":
        return _nps(windows.baseline, windows.follow_up)
    return _means(windows.baseline, windows.follow_up)


def _rates(plan: Plan, baseline: Sequence[Observation], follow_up: Sequence[Observation]) -> Effect | None:
    counts = [[float(each.count or 0) for each in window] for window in (baseline, follow_up)]
    exposures = [[exposure_of(plan, each) for each in window] for window in (baseline, follow_up)]
    (before, after), (exposure_before, exposure_after) = map(sum, counts), map(sum, exposures)
    if before + after == 0:
        return None
    periods = len(baseline) + len(follow_up)
    spread = 1.0
    if after == 0 and plan.direction == "down":
        method = "zero_events"
        spread = poisson.dispersion((counts[0], exposures[0]))
        ratio = poisson.exact_rate_ratio(before / spread, exposure_before, 0, exposure_after, confidence=0.9)
    elif min(before, after) == 0 or before < max(RARE_IN_BASELINE, RARE_PER_PERIOD * len(baseline)) or periods < 4:
        method = "exact_rate_ratio"
        ratio = poisson.exact_rate_ratio(before, exposure_before, after, exposure_after)
    else:
        method = "quasi_poisson"
        ratio = poisson.quasi_poisson_rate_ratio(counts[0], exposures[0], counts[1], exposures[1])
        spread = ratio.dispersion
    return Effect(
        method=METHODS[method],
        value=ratio.value,
        low=ratio.low,
        high=ratio.high,
        before=plan.per * before / exposure_before,
        after=plan.per * after / exposure_after,
        before_interval=_rate_interval(plan, before, exposure_before, spread, ratio.degrees_of_freedom),
        after_interval=_rate_interval(plan, after, exposure_after, spread, ratio.degrees_of_freedom),
        before_variance=spread / before if before else inf,
        after_variance=spread / after if after else inf,
        dispersion=spread,
        avoided=before / exposure_before * exposure_after - after,
    )


def _rate_interval(plan: Plan, count: float, exposure: float, spread: float, freedom: float) -> Interval:
    """The interval of one window's rate: like the ratio's where that is a t interval, else Garwood's exact one."""
    unit = plan.per / exposure
    if freedom == inf or count == 0:
        low, high = poisson.poisson_interval(count / spread)
        return unit * low * spread, unit * high * spread
    reach = t_quantile(freedom) * sqrt(spread / count)
    return unit * count * exp(-reach), unit * count * exp(reach)


def _proportions(baseline: Sequence[Observation], follow_up: Sequence[Observation]) -> Effect | None:
    levels, hits = [], []
    for window in (baseline, follow_up):
        x = sum(each.count or 0 for each in window)
        n = sum(each.exposure or 0 for each in window)
        periods = tuple(((each.count or 0) / each.exposure, each.exposure) for each in window if each.exposure)
        levels.append(Level(x / n, proportions.wilson(x, n), x / n * (1 - x / n), round(n), periods))
        hits.append((x, n))
    (x_before, n_before), (x_after, n_after) = hits
    found = proportions.difference(x_after, n_after, x_before, n_before)
    return _of_answers("difference_of_proportions", found, levels, limits=(0.0, 1.0))


def _nps(baseline: Sequence[Observation], follow_up: Sequence[Observation]) -> Effect | None:
    levels, estimates = [], []
    for window in (baseline, follow_up):
        each_period = [scores.nps(tuple(each.counts)) for each in window if each.counts is not None]
        whole = scores.nps_from(
            *(sum(e.counts[name] for e in each_period) for name in ("promoters", "passives", "detractors"))
        )
        if whole.value is None or whole.low is None or whole.high is None:
            return None
        in_favour, against = whole.counts["promoters"] / whole.n, whole.counts["detractors"] / whole.n
        variance = 1e4 * (in_favour + against) - whole.value**2
        periods = tuple((e.value, e.n) for e in each_period if e.value is not None)
        levels.append(Level(whole.value, (whole.low, whole.high), variance, whole.n, periods))
        estimates.append(whole)
    found = scores.compare(estimates[1], estimates[0], "nps")
    return _of_answers("nps_difference", found, levels, limits=(-100.0, 100.0))


def _means(baseline: Sequence[Observation], follow_up: Sequence[Observation]) -> Effect | None:
    levels, parts = [], []
    for window in (baseline, follow_up):
        answers: dict[float, int] = {}
        periods: list[tuple[float, float]] = []
        for each in window:
            if isinstance(each.counts, dict):
                for score, n in each.counts.items():
                    answers[score] = answers.get(score, 0) + n
                periods.append((scores.moments(each.counts).mean, sum(each.counts.values())))
            elif each.value is not None:
                answers[each.value] = answers.get(each.value, 0) + 1
        whole = scores.moments(answers)
        reach = t_quantile(whole.n - 1) * sqrt(whole.variance / whole.n) if whole.n > 1 else inf
        interval = (whole.mean - reach, whole.mean + reach)
        levels.append(Level(whole.mean, interval, whole.variance, whole.n, tuple(periods)))
        parts.append(whole)
    return _of_answers(
        "difference_of_means", scores.difference_of_means(parts[1], parts[0]), levels, limits=(-inf, inf)
    )


def _of_answers(method: str, found: scores.Difference, levels: Sequence[Level], limits: Interval) -> Effect | None:
    if found.value is None or found.low is None or found.high is None:
        return None
    before, after = levels
    spread, factor = _scatter_of_periods(levels)

    def around(level: Level) -> Interval:
        low, high = (level.value + factor * (end - level.value) for end in level.interval)
        return max(limits[0], low), min(limits[1], high)

    effect = Effect(
        method=METHODS[method],
        value=found.value,
        low=found.low,
        high=found.high,
        before=before.value,
        after=after.value,
        before_interval=around(before),
        after_interval=around(after),
        before_variance=before.variance / before.n,
        after_variance=after.variance / after.n,
        dispersion=spread,
    )
    return widened(effect, factor, is_ratio=False)


def _scatter_of_periods(levels: Sequence[Level]) -> tuple[float, float]:
    """How much more the periods of a window differ than their answers explain, and the factor for the interval.

    Many answers make a narrow interval, but the months of any year differ by more than their answers' chance: without
    this step a large survey would find an effect in every half-year.
    """
    squares, freedom = 0.0, 0
    for level in levels:
        if level.variance > 0 and level.periods:
            squares += sum(n * (value - level.value) ** 2 for value, n in level.periods) / level.variance
            freedom += len(level.periods) - 1
    if freedom < FREEDOM_FOR_SCATTER or squares <= freedom:
        return 1.0, 1.0
    spread = squares / freedom
    return spread, sqrt(spread) * t_quantile(freedom) / normal_quantile()
