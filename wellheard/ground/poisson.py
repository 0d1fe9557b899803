"""Counts of events over an exposure (orders, contacts, months): intervals, rate ratios, and what silence proves.

A rate is events per unit of exposure. A rate ratio is the rate after divided by the rate before: 1 means no change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt

from wellheard.ground.comparison import CONFIDENCE, check_confidence, t_quantile

# scipy.stats is imported inside the functions: it takes about a second, which start-up and most pages needn't pay.


@dataclass(frozen=True)
class RateRatio:
    """Rate after by rate before, with its interval; `high` is infinite when the baseline may have been zero.

    `dispersion` is how much wider than chance the counts scatter (1 = as chance has it).
    """

    value: float
    low: float
    high: float
    p: float
    dispersion: float = 1.0
    degrees_of_freedom: float = inf


def poisson_interval(count: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of the mean behind a count of independent events (Garwood 1936, Biometrika 28:437-442)."""
    if count < 0:
        raise ValueError("A count can't be below zero.")
    check_confidence(confidence)
    from scipy.stats import chi2

    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else float(chi2.ppf(tail, 2 * count)) / 2
    return low, float(chi2.isf(tail, 2 * (count + 1))) / 2


def exact_rate_ratio(
    before: float, before_exposure: float, after: float, after_exposure: float, confidence: float = CONFIDENCE
) -> RateRatio:
    """The ratio of two rates of rare, independent events, conditional on how many there were in all.

    Given all events, the number that fell after is binomial (Przyborowski & Wilenski 1940, Biometrika 31:313-323); its
    Clopper-Pearson limits become limits of the ratio. Not whole counts are taken too: they come from counts that were
    divided by their dispersion. Raises ValueError when there is no event or no exposure.
    """
    check_confidence(confidence)
    if before < 0 or after < 0 or before + after == 0:
        raise ValueError("Without any event there is no ratio of rates.")
    if before_exposure <= 0 or after_exposure <= 0:
        raise ValueError("A rate needs an exposure above zero.")
    from scipy.stats import beta

    tail = (1 - confidence) / 2
    low_share = 0.0 if after == 0 else float(beta.ppf(tail, after, before + 1))
    high_share = 1.0 if before == 0 else float(beta.isf(tail, after + 1, before))
    by_chance = after_exposure / (before_exposure + after_exposure)
    at_most = 1.0 if before == 0 else float(beta.sf(by_chance, after + 1, before))
    at_least = 1.0 if after == 0 else float(beta.cdf(by_chance, after, before + 1))
    scale = before_exposure / after_exposure
    return RateRatio(
        value=inf if before == 0 else after / before * scale,
        low=low_share / (1 - low_share) * scale,
        high=inf if high_share == 1 else high_share / (1 - high_share) * scale,
        p=min(1.0, 2 * min(at_most, at_least)),
    )


def quasi_poisson_rate_ratio(
    before: Sequence[float],
    before_exposures: Sequence[float],
    after: Sequence[float],
    after_exposures: Sequence[float],
    confidence: float = CONFIDENCE,
) -> RateRatio:
    """The ratio of two rates from the counts of single periods, with an interval that widens as they scatter.

    The Poisson model with two rates in closed form; standard error times the square root of Pearson's dispersion
    (never below 1: counts that look too regular are luck), and Student's t with periods - 2 degrees of freedom.
    Raises ValueError when one side has no event or there are fewer than four periods: use `exact_rate_ratio`.
    """
    freedom = len(before) + len(after) - 2
    if freedom < 2 or sum(before) == 0 or sum(after) == 0:
        raise ValueError("A quasi-Poisson ratio needs four periods, and events before and after.")
    from scipy.stats import t as student

    spread = dispersion((before, before_exposures), (after, after_exposures))
    error = sqrt(spread * (1 / sum(before) + 1 / sum(after)))
    middle = log(sum(after) / sum(after_exposures)) - log(sum(before) / sum(before_exposures))
    reach = t_quantile(freedom, confidence) * error
    p = float(2 * student.sf(abs(middle) / error, freedom))
    return RateRatio(exp(middle), exp(middle - reach), exp(middle + reach), p, spread, freedom)


def dispersion(*groups: tuple[Sequence[float], Sequence[float]]) -> float:
    """Pearson's dispersion of (counts, exposures) around the rate of each group, never below 1.

    1 means that the counts scatter as independent events do; 1 as well when there are too few periods to tell.
    """
    squares, freedom = pearson_chi_square(*groups)
    return max(1.0, squares / freedom) if freedom > 0 else 1.0


def clustering_p(*groups: tuple[Sequence[float], Sequence[float]]) -> float:
    """The chance that independent events scatter at least this much; small means that they come in clusters."""
    squares, freedom = pearson_chi_square(*groups)
    if freedom <= 0:
        return 1.0
    from scipy.stats import chi2

    return float(chi2.sf(squares, freedom))


def pearson_chi_square(*groups: tuple[Sequence[float], Sequence[float]]) -> tuple[float, int]:
    """Pearson's chi-square around the rate of each group, and its degrees of freedom; silent groups add none."""
    squares, freedom = 0.0, 0
    for counts, exposures in groups:
        if sum(counts) == 0:
            continue
        rate = sum(counts) / sum(exposures)
        squares += sum(
            (count - rate * exposure) ** 2 / (rate * exposure)
            for count, exposure in zip(counts, exposures, strict=True)
            if exposure > 0
        )
        freedom += sum(1 for exposure in exposures if exposure > 0) - 1
    return squares, freedom


def silence_needed(rate: float, confidence: float = CONFIDENCE) -> float:
    """How long nothing must happen until silence proves something, in periods of the rate: about 3 / rate at 95 %.

    Takes the rate as known; where it was itself counted from few events, `exact_rate_ratio` asks for more.
    """
    if rate <= 0:
        raise ValueError("A rate of zero is silent for ever.")
    check_confidence(confidence)
    return -log(1 - confidence) / rate


def chance_of_silence(rate: float, periods: float) -> float:
    """How often nothing happens for so many periods although nothing has changed."""
    if rate < 0 or periods < 0:
        raise ValueError("Neither a rate nor a time can be below zero.")
    return exp(-rate * periods)
