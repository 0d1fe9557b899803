"""Reference values: Garwood 1936; the ratio of rates against statsmodels' GLM; the rule for silence."""

from math import exp, inf

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as some

from wellheard.ground import poisson

# Complaints and orders of twelve months before and eight after.
BEFORE = (
    [16, 23, 25, 19, 14, 24, 28, 21, 15, 12, 20, 23],
    [1980, 2040, 2110, 2190, 2260, 2300, 2050, 1890, 1960, 2010, 1930, 1870],
)
AFTER = ([12, 7, 14, 11, 6, 10, 13, 8], [2020, 2150, 2240, 2310, 2280, 2120, 1940, 2010])


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0, 3.6889), (3, 0.6187, 8.7673), (10, 4.7954, 18.3904)])
def test_garwoods_interval_of_a_count(count, low, high):
    assert poisson.poisson_interval(count) == pytest.approx((low, high), abs=5e-5)


def test_a_count_below_zero_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        poisson.poisson_interval(-1)


def test_the_quasi_poisson_ratio_is_the_one_of_a_regression_with_pearsons_scale():
    from scipy.stats import t
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    found = poisson.quasi_poisson_rate_ratio(*BEFORE, *AFTER)

    design = [[1.0, float(i >= 12)] for i in range(20)]
    offset = numpy.log(BEFORE[1] + AFTER[1])
    fit = GLM(BEFORE[0] + AFTER[0], design, family=Poisson(), offset=offset).fit(scale="X2")
    reach = t.ppf(0.975, 18) * fit.bse[1]
    wanted = (exp(fit.params[1]), exp(fit.params[1] - reach), exp(fit.params[1] + reach), fit.scale)
    assert (found.value, found.low, found.high, found.dispersion) == pytest.approx(wanted, rel=1e-6)
    assert found.degrees_of_freedom == 18
    assert (found.value, found.low, found.high) == pytest.approx((0.48618, 0.36409, 0.64921), abs=1e-5)


def test_counts_that_look_too_regular_do_not_narrow_the_interval():
    found = poisson.quasi_poisson_rate_ratio([10] * 6, [1] * 6, [10] * 6, [1] * 6)

    assert (found.value, found.dispersion) == (1.0, 1.0)
    assert found.low < 0.7


def test_the_exact_ratio_gives_clopper_pearson_limits():
    found = poisson.exact_rate_ratio(10, 12, 3, 12)

    # Clopper-Pearson for 3 of 13 is 0.050381 to 0.538131; share / (1 - share) turns it into a ratio.
    assert found.value == pytest.approx(0.3)
    assert (found.low, found.high) == pytest.approx((0.050381 / 0.949619, 0.538131 / 0.461869), abs=1e-5)
    # Two-sided binomial p of 3 in 13 (twice the smaller tail): 2 * 378 / 8192.
    assert found.p == pytest.approx(2 * 378 / 8192)


def test_nothing_before_leaves_the_ratio_without_an_upper_limit():
    found = poisson.exact_rate_ratio(0, 12, 6, 12)

    assert (found.value, found.high) == (inf, inf)
    assert found.low > 1


@pytest.mark.parametrize("counts", [(0, 12, 0, 6), (3, 0, 2, 6)])
def test_no_events_or_no_exposure_make_no_ratio(counts):
    with pytest.raises(ValueError, match=r"no ratio|exposure"):
        poisson.exact_rate_ratio(*counts)


@pytest.mark.parametrize(("rate", "months"), [(0.25, 12), (0.5, 6), (1, 3), (2, 1.5)])
def test_silence_must_last_about_three_by_the_rate(rate, months):
    assert poisson.silence_needed(rate) == pytest.approx(months, rel=0.002)


@pytest.mark.parametrize(("rate", "chance"), [(1 / 4, 0.47), (1 / 2, 0.22), (1, 0.05)])
def test_three_silent_months_prove_little(rate, chance):
    assert poisson.chance_of_silence(rate, 3) == pytest.approx(chance, abs=0.005)


def test_clusters_are_noticed():
    clustered = ([0, 0, 9, 0, 0, 0, 8, 0], [1.0] * 8)
    calm = ([2, 3, 1, 2, 2, 3, 2, 2], [1.0] * 8)

    assert poisson.clustering_p(clustered) < 0.001
    assert poisson.clustering_p(calm) > 0.9
    assert poisson.dispersion(clustered) > 5
    assert poisson.dispersion(calm) == 1


counts = some.lists(some.integers(1, 60), min_size=2, max_size=12)


@given(counts, counts)
def test_swapping_before_and_after_inverts_the_ratio(before, after):
    ones = [1.0] * len(before), [1.0] * len(after)
    there = poisson.quasi_poisson_rate_ratio(before, ones[0], after, ones[1])
    back = poisson.quasi_poisson_rate_ratio(after, ones[1], before, ones[0])
    exact = poisson.exact_rate_ratio(sum(before), len(before), sum(after), len(after))
    exact_back = poisson.exact_rate_ratio(sum(after), len(after), sum(before), len(before))

    assert (1 / back.value, 1 / back.high, 1 / back.low) == pytest.approx((there.value, there.low, there.high))
    assert (1 / exact_back.value, 1 / exact_back.high) == pytest.approx((exact.value, exact.low))
    assert there.low <= there.value <= there.high
    assert exact.low <= exact.value <= exact.high
