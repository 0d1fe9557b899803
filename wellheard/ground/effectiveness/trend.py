"""Was it moving already? Interrupted time series: the level before and after, with and without the trend before."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, exp, isfinite, pi, sin, sqrt
from typing import Any, Literal, NamedTuple

from wellheard.ground.comparison import CONFIDENCE, normal_quantile, t_quantile, two_sided_p
from wellheard.ground.effectiveness.effect import answers_in, exposure_of, value_of
from wellheard.ground.effectiveness.plan import Observation, Plan, position
from wellheard.ground.effectiveness.windows import Windows

# statsmodels is imported inside the functions: it takes about a second, which start-up and most pages needn't pay.

PERIODS_BEFORE = 12
PERIODS_AFTER = 6
PERIODS_FOR_A_SLOPE = 6
# The p below which a trend counts as clear.
CLEAR = 0.05


class Fit(NamedTuple):
    """Coefficients with their standard errors, Pearson's scale (already in the errors) and degrees of freedom."""

    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    scale: float
    freedom: int


@dataclass(frozen=True)
class InterruptedRate:
    """The step in a rate at the interruption (rate ratio), beside the trend (rate ratio per period) it stands on."""

    value: float
    low: float
    high: float
    p: float
    trend: float
    dispersion: float
    slope_change: float | None = None
    slope_change_p: float | None = None


@dataclass(frozen=True)
class TrendCheck:
    """What a trend says, as gains (above zero is better): per period, and what remains as the step beyond it.

    The step is None when the series is too short for both; `slope_p` then belongs to the baseline alone.
    """

    slope: float
    slope_p: float
    step: float | None = None
    step_low: float | None = None
    step_high: float | None = None


def its_rate_ratio(
    counts: Sequence[float],
    exposures: Sequence[float],
    start_index: int,
    *,
    harmonics: int = 0,
    slope_change: bool = False,
    dispersion: Literal["X2", "poisson"] = "X2",
    season: float = 12,
) -> InterruptedRate:
    """The rate ratio of an interruption in equally spaced periods: Poisson regression on trend and step.

    `start_index` is the first period after. `harmonics` pairs of sine and cosine stand for a season of `season`
    periods. "X2" widens the interval by Pearson's dispersion; "poisson" does not, and is there for comparison.
    Formulas: Lopez Bernal, Cummins & Gasparrini, Int. J. Epidemiology 2017;46:348-355.
    Raises ValueError when the interruption isn't inside the series or the model can't be fitted.
    """
    if not 0 < start_index < len(counts) or len(counts) != len(exposures):
        raise ValueError("The interruption must lie inside the series, and every count needs its exposure.")
    rows = []
    for time in range(len(counts)):
        is_after = float(time >= start_index)
        row = [1.0, is_after, float(time)]
        if slope_change:
            row.append(is_after * (time - start_index))
        for k in range(1, harmonics + 1):
            row += [sin(2 * pi * k * time / season), cos(2 * pi * k * time / season)]
        rows.append(row)
    fit = _poisson_fit(rows, counts, exposures, scale="X2" if dispersion == "X2" else 1.0)
    if fit is None:
        raise ValueError("These counts can't be fitted: too few events or periods for so many terms.")
    step, error = fit.coefficients[1], fit.errors[1]
    reach = normal_quantile(CONFIDENCE) * error
    return InterruptedRate(
        value=exp(step),
        low=exp(step - reach),
        high=exp(step + reach),
        p=_normal_p(step, error),
        trend=exp(fit.coefficients[2]),
        dispersion=fit.scale,
        slope_change=exp(fit.coefficients[3]) if slope_change else None,
        slope_change_p=_normal_p(fit.coefficients[3], fit.errors[3]) if slope_change else None,
    )


def check_trend(plan: Plan, windows: Windows) -> TrendCheck | None:
    """The trend of a plan's series: beside the step when it is long enough, else that of the baseline alone.

    None when even the baseline is too short, or nothing can be fitted.
    """
    before, after = windows.baseline, windows.follow_up
    sign = 1.0 if plan.direction == "up" else -1.0
    # A window without a single event would make the step infinite: then the baseline alone must say what it was doing.
    has_step = not plan.is_ratio or all(any(each.count for each in window) for window in (before, after))
    if len(before) >= PERIODS_BEFORE and len(after) >= PERIODS_AFTER and has_step:
        both = (*before, *after)
        rows = [[1.0, float(i >= len(before)), _time(plan, each, both[0])] for i, each in enumerate(both)]
        fit = _fit(plan, rows, both)
        if fit is not None:
            step, reach = sign * fit.coefficients[1], t_quantile(fit.freedom) * fit.errors[1]
            return TrendCheck(sign * fit.coefficients[2], _p(fit, 2), step, step - reach, step + reach)
    if len(before) < PERIODS_FOR_A_SLOPE:
        return None
    fit = _fit(plan, [[1.0, _time(plan, each, before[0])] for each in before], before)
    return None if fit is None else TrendCheck(sign * fit.coefficients[1], _p(fit, 1))


def lag_one(plan: Plan, windows: Windows, trend: TrendCheck | None = None) -> float | None:
    """How much each period resembles the one before it (-1 to 1), about the mean of its window; None when unknown.

    A clear trend that stands beside a step is taken out first: it makes neighbours alike without any runs.
    """
    clear = trend is not None and trend.step is not None and trend.slope_p < CLEAR
    slope = (trend.slope if plan.direction == "up" else -trend.slope) if trend is not None and clear else 0.0
    products, squares = 0.0, 0.0
    for window in (windows.baseline, windows.follow_up):
        known = [
            (value, answers_in(plan, each), _time(plan, each, window[0]))
            for each in window
            if (value := value_of(plan, each)) is not None
        ]
        if len(known) < 2:
            continue
        expected = _along(slope, known, is_ratio=plan.is_ratio)
        residuals = [(value - wanted) * sqrt(n) for (value, n, _), wanted in zip(known, expected, strict=True)]
        products += sum(one * other for one, other in pairwise(residuals))
        squares += sum(each**2 for each in residuals)
    return products / squares if squares > 0 else None


def _along(slope: float, known: Sequence[tuple[float, float, float]], *, is_ratio: bool) -> list[float]:
    """The level of a window for each of its (value, weight, time), moving by the slope about the window's mean."""
    whole = sum(n for _, n, _ in known)
    if is_ratio:
        shape = [exp(slope * time) for *_, time in known]
        level = sum(value * n for value, n, _ in known) / sum(
            n * each for (_, n, _), each in zip(known, shape, strict=True)
        )
        return [level * each for each in shape]
    mean, middle = sum(value * n for value, n, _ in known) / whole, sum(time * n for _, n, time in known) / whole
    return [mean + slope * (time - middle) for *_, time in known]


def _time(plan: Plan, each: Observation, first: Observation) -> float:
    return position(each.period, plan.period) - position(first.period, plan.period)


def _normal_p(value: float, error: float) -> float:
    if error == 0:
        return 1.0 if value == 0 else 0.0
    return two_sided_p(value / error)


def _p(fit: Fit, term: int) -> float:
    from scipy.stats import t as student

    if fit.errors[term] == 0:
        return 1.0 if fit.coefficients[term] == 0 else 0.0
    return float(2 * student.sf(abs(fit.coefficients[term] / fit.errors[term]), fit.freedom))


def _fit(plan: Plan, rows: Sequence[Sequence[float]], series: Sequence[Observation]) -> Fit | None:
    if plan.is_ratio:
        counts = [float(each.count or 0) for each in series]
        exposures = [exposure_of(plan, each) for each in series]
        fit = _poisson_fit(rows, counts, exposures)
        if fit is None or fit.scale >= 1:
            return fit
        # Counts that look more regular than chance are luck, as in poisson.quasi_poisson_rate_ratio.
        return _poisson_fit(rows, counts, exposures, scale=1.0)
    from statsmodels.regression.linear_model import WLS

    values = [value_of(plan, each) for each in series]
    if len(rows) <= len(rows[0]) or any(value is None for value in values):
        return None
    return _as_fit(WLS(values, rows, weights=[answers_in(plan, each) for each in series]).fit())


def _poisson_fit(
    rows: Sequence[Sequence[float]], counts: Sequence[float], exposures: Sequence[float], scale: str | float = "X2"
) -> Fit | None:
    if len(rows) <= len(rows[0]) or sum(counts) == 0 or min(exposures) <= 0:
        return None
    import warnings

    import numpy
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    model = GLM(numpy.array(counts), numpy.array(rows), family=Poisson(), offset=numpy.log(numpy.array(exposures)))
    with warnings.catch_warnings():
        # A window without any event sends a coefficient to minus infinity with warnings; we look at the result instead.
        warnings.simplefilter("ignore")
        try:
            result = model.fit(scale=scale)
        except (ValueError, FloatingPointError, numpy.linalg.LinAlgError):
            return None
    return _as_fit(result) if result.converged else None


def _as_fit(result: Any) -> Fit | None:
    coefficients, errors = tuple(map(float, result.params)), tuple(map(float, result.bse))
    if not all(map(isfinite, (*coefficients, *errors))):
        return None
    return Fit(coefficients, errors, float(result.scale), int(result.df_resid))
