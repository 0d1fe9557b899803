"""Scores of satisfaction: NPS, CSAT, CES, means and index, each with its n and interval.

Counts go in, never percentages. NPS and its difference are in points (-100 to 100), CSAT and index in per cent
(0 to 100), means and CES in the unit of the scale. NPS is a registered mark of its owners; the arithmetic is public.
"""

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import Literal, NamedTuple

from wellheard.ground import proportions
from wellheard.ground.comparison import (
    CONFIDENCE,
    UNKNOWN_DIFFERENCE,
    Difference,
    Estimate,
    normal_quantile,
    t_quantile,
    two_sided_p,
)

__all__ = [
    "Difference",
    "Estimate",
    "Moments",
    "ScoreKind",
    "ces",
    "compare",
    "csat",
    "difference_of_means",
    "index",
    "mean_score",
    "moments",
    "nps",
    "nps_difference",
    "nps_from",
    "sample_size_nps",
    "share",
]

ScoreKind = Literal["nps", "proportion", "csat", "mean", "ces"]


class Moments(NamedTuple):
    """Number, mean and variance (n - 1; 0 for a single answer) of some answers."""

    n: int
    mean: float
    variance: float


def nps(counts: Sequence[int]) -> Estimate:
    """The net promoter score of eleven counters, the answers 0 to 10 in this order; see `nps_from`."""
    if len(counts) != 11:
        raise ValueError(f"NPS needs eleven counters, one for each answer from 0 to 10, not {len(counts)}.")
    _check_counters(counts)
    return nps_from(promoters=sum(counts[9:]), passives=sum(counts[7:9]), detractors=sum(counts[:7]))


def nps_from(promoters: int, passives: int, detractors: int) -> Estimate:
    """Promoters (9, 10) minus detractors (0 to 6) per 100 answers.

    The value is the plain score. The interval is adjusted Wald: 3/4 promoter, 3/4 detractor and 3 answers are added
    first, because the plain one claims full certainty when all answer alike (Rocks 2016, The American Statistician
    70(4):365-372). It is clipped to the scale and always holds the value.
    """
    _check_counters((promoters, passives, detractors))
    n = promoters + passives + detractors
    counts = {"promoters": promoters, "passives": passives, "detractors": detractors}
    if n == 0:
        return Estimate(None, 0, None, None, counts)
    value = 100 * (promoters - detractors) / n
    centre, variance = _net(promoters + 0.75, detractors + 0.75, n + 3)
    reach = normal_quantile() * sqrt(variance)
    # A single answer is the one case in which the adjusted interval would miss the plain score.
    low = min(value, max(-100.0, 100 * (centre - reach)))
    high = max(value, min(100.0, 100 * (centre + reach)))
    return Estimate(value, n, low, high, counts)


def nps_difference(first: Estimate, second: Estimate, *, adjusted: bool = False) -> Difference:
    """How many points the first NPS lies above the second: normal approximation, independent answers.

    `adjusted` takes all figures (the value as well) from the adjusted counts of `nps_from`. When everyone answered
    alike on both sides the plain figures know no spread, so the adjusted ones are used.
    """
    if first.n == 0 or second.n == 0:
        return UNKNOWN_DIFFERENCE
    extra, more = (0.75, 3) if adjusted else (0.0, 0)
    value1, variance1 = _net(first.counts["promoters"] + extra, first.counts["detractors"] + extra, first.n + more)
    value2, variance2 = _net(second.counts["promoters"] + extra, second.counts["detractors"] + extra, second.n + more)
    error = sqrt(variance1 + variance2)
    if error == 0:
        return nps_difference(first, second, adjusted=True)
    value = value1 - value2
    reach = normal_quantile() * error
    low, high = max(-2.0, value - reach), min(2.0, value + reach)
    return Difference(100 * value, 100 * low, 100 * high, two_sided_p(value / error), value / error)


def csat(counts: Mapping[int, int], *, scale_low: int = 1, scale_high: int = 5, top: int = 2) -> Estimate:
    """The per cent of answers among the `top` best of the scale, with its Wilson interval in per cent."""
    _check_scale(counts, scale_low, scale_high)
    if not 1 <= top <= scale_high - scale_low:
        raise ValueError(f"A scale from {scale_low} to {scale_high} has no {top} best answers beside others.")
    satisfied = sum(count for score, count in counts.items() if score > scale_high - top)
    return share(satisfied, sum(counts.values()), name="satisfied")


def share(x: int, n: int, *, name: str = "met") -> Estimate:
    """The per cent that x is of n, with its Wilson interval in per cent; counts are {name: x, "others": n - x}."""
    proportions.check_share(x, n)
    counts = {name: x, "others": n - x}
    if n == 0:
        return Estimate(None, 0, None, None, counts)
    low, high = proportions.wilson(x, n)
    return Estimate(100 * x / n, n, min(100 * low, 100 * x / n), max(100 * high, 100 * x / n), counts)


def mean_score(counts: Mapping[int, int], *, scale_low: int | None = None, scale_high: int | None = None) -> Estimate:
    """The mean answer with its t interval; counts are returned as {"score": n}.

    When the ends of the scale are given, the interval stays on the scale. When all answered alike, the answers know no
    spread: the interval then says how far the mean could lie away if as many others as Wilson's limit for none in n
    stood at the ends of the scale. Without the ends of the scale it is unknown (None).
    """
    low_end = min(counts, default=0) if scale_low is None else scale_low
    high_end = max(counts, default=0) if scale_high is None else scale_high
    _check_scale(counts, low_end, high_end)
    n, mean, variance = moments(counts)
    kept = {str(score): counts[score] for score in sorted(counts)}
    if n == 0:
        return Estimate(None, 0, None, None, kept)
    if variance == 0:
        if scale_low is None or scale_high is None:
            return Estimate(mean, n, None, None, kept)
        others = proportions.wilson(0, n)[1]
        return Estimate(mean, n, mean - others * (mean - scale_low), mean + others * (scale_high - mean), kept)
    reach = t_quantile(n - 1) * sqrt(variance / n)
    low = mean - reach if scale_low is None else max(float(scale_low), mean - reach)
    high = mean + reach if scale_high is None else min(float(scale_high), mean + reach)
    return Estimate(mean, n, low, high, kept)


def ces(counts: Mapping[int, int], *, scale_low: int = 1, scale_high: int = 7) -> Estimate:
    """The customer effort score: the mean ease on the scale with its interval."""
    return mean_score(counts, scale_low=scale_low, scale_high=scale_high)


def index(counts: Mapping[int, int], *, scale_low: int = 1, scale_high: int = 10) -> Estimate:
    """The mean answer on a scale of 0 (worst) to 100 (best): questions with different scales can be read alike."""
    mean = mean_score(counts, scale_low=scale_low, scale_high=scale_high)
    if mean.value is None or mean.low is None or mean.high is None:
        return mean
    value, low, high = (
        100 * (each - scale_low) / (scale_high - scale_low) for each in (mean.value, mean.low, mean.high)
    )
    return Estimate(value, mean.n, low, high, mean.counts)


def moments(counts: Mapping[int, int] | Mapping[float, int]) -> Moments:
    """Number, mean and variance of answers given as {score: n}."""
    n = sum(counts.values())
    if n == 0:
        return Moments(0, 0.0, 0.0)
    mean = sum(score * count for score, count in counts.items()) / n
    squares = sum(count * (score - mean) ** 2 for score, count in counts.items())
    # Of answers that are all alike a rounded mean would leave a spread of 1e-32, which isn't zero.
    alike = sum(1 for count in counts.values() if count) == 1
    return Moments(n, mean, 0.0 if alike else squares / (n - 1))


def difference_of_means(first: Moments, second: Moments) -> Difference:
    """How much larger the first mean is (Welch's t: unequal spread allowed); `z` holds the t value.

    Unknown interval when neither side has any spread, or a side has fewer than two answers.
    """
    if first.n == 0 or second.n == 0:
        return UNKNOWN_DIFFERENCE
    value = first.mean - second.mean
    part1, part2 = first.variance / first.n, second.variance / second.n
    if min(first.n, second.n) < 2 or part1 + part2 == 0:
        return Difference(value, None, None, None, None)
    # Imported late: it takes about a second, see comparison.py.
    from scipy.stats import t as student

    freedom = (part1 + part2) ** 2 / (part1**2 / (first.n - 1) + part2**2 / (second.n - 1))
    error = sqrt(part1 + part2)
    reach = t_quantile(freedom) * error
    return Difference(
        value, value - reach, value + reach, float(2 * student.sf(abs(value / error), freedom)), value / error
    )


def compare(first: Estimate, second: Estimate, kind: ScoreKind) -> Difference:
    """How far the first figure lies above the second, by the method that fits the kind, in the unit of the figures.

    NPS shows the plain difference with the adjusted interval, like a single NPS. "proportion" (from `share`) and "csat"
    differ in percentage points, "mean" and "ces" in the unit of the scale.
    """
    if first.value is None or second.value is None:
        return UNKNOWN_DIFFERENCE
    if kind == "nps":
        value = first.value - second.value
        safe = nps_difference(first, second, adjusted=True)
        if safe.low is None or safe.high is None:
            return safe
        return Difference(value, min(value, safe.low), max(value, safe.high), safe.p, safe.z)
    if kind in ("proportion", "csat"):
        return _compare_shares(first, second)
    return difference_of_means(*(moments({int(score): n for score, n in e.counts.items()}) for e in (first, second)))


def sample_size_nps(margin: float, variance: float = 1.0) -> int:
    """How many answers an NPS needs so that it is sure to plus or minus `margin` points.

    `variance` is that of one answer counted as -1, 0 or +1; 1 is the worst case, and about 0.5 is common.
    """
    if margin <= 0 or variance < 0:
        raise ValueError("The margin must be above zero, and the variance not below it.")
    return ceil((normal_quantile(CONFIDENCE) / (margin / 100)) ** 2 * variance)


def _net(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """The score as a fraction, and the variance of that score."""
    value = (promoters - detractors) / n
    # Rounding may take the variance of answers that are all alike a hair below zero.
    return value, max(0.0, (promoters + detractors) / n - value**2) / n


def _compare_shares(first: Estimate, second: Estimate) -> Difference:
    """Shares in per cent; what isn't among "others" is the share."""
    found = proportions.difference(
        first.n - first.counts["others"], first.n, second.n - second.counts["others"], second.n
    )
    if found.value is None or found.low is None or found.high is None:
        return found
    return Difference(100 * found.value, 100 * found.low, 100 * found.high, found.p, found.z)


def _check_counters(counts: Sequence[int]) -> None:
    if any(count < 0 for count in counts):
        raise ValueError("A counter can't be below zero.")


def _check_scale(counts: Mapping[int, int], scale_low: int, scale_high: int) -> None:
    _check_counters(tuple(counts.values()))
    strays = sorted(score for score, count in counts.items() if count and not scale_low <= score <= scale_high)
    if strays:
        raise ValueError(f"Answers outside the scale from {scale_low} to {scale_high}: {', '.join(map(str, strays))}.")
