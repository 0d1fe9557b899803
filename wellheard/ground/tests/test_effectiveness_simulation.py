"""What the engine promises on average: useless actions don't look effective. Seeded, so that each run is the same."""

from collections import Counter
from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Any

import numpy
import pytest

from wellheard.ground import poisson
from wellheard.ground.comparison import normal_quantile
from wellheard.ground.tests.valves import counts, judge, month, plan_of


def overdispersed(source: numpy.random.Generator, means: Sequence[float], extra: float) -> Any:
    """Counts with variance mean + extra * mean ** 2."""
    return source.poisson(numpy.asarray(means) * source.gamma(1 / extra, extra, len(means)))


def words(series_of_counts: Sequence[Any], before: int, after: int) -> Counter[str]:
    plan = plan_of(before, after, smallest_worthwhile=0.8)
    return Counter(judge(plan, counts([int(n) for n in each]), today=month(60)).word for each in series_of_counts)


@pytest.mark.parametrize("extra", [0.2, 0.5])
def test_quasi_poisson_keeps_false_success_below_5_per_cent_where_plain_poisson_does_not(extra):
    source = numpy.random.default_rng(20)
    plain = quasi = 0

    for _ in range(1000):
        series = overdispersed(source, [8.0] * 18, extra)
        before, after = series[:12], series[12:]
        quasi += poisson.quasi_poisson_rate_ratio(before, [1] * 12, after, [1] * 6).high < 1
        middle = log(after.sum() / 6) - log(before.sum() / 12)
        plain += exp(middle + normal_quantile() * sqrt(1 / before.sum() + 1 / after.sum())) < 1

    assert quasi < 50
    assert plain > 85


def test_useless_actions_are_hardly_ever_called_effective():
    source = numpy.random.default_rng(21)

    found = words([overdispersed(source, [8.0] * 18, 0.2) for _ in range(300)], 12, 6)

    assert found["effective"] <= 9
    assert found["worse"] <= 15


@pytest.mark.parametrize(("before", "after"), [(12, 6), (24, 12)])
def test_what_was_falling_already_is_not_called_effective(before, after):
    source = numpy.random.default_rng(22)
    falling = [15 * 0.95**i for i in range(before + after)]
    series = [overdispersed(source, falling, 0.05) for _ in range(200)]

    found = words(series, before, after)
    by_levels = sum(
        poisson.quasi_poisson_rate_ratio(each[:before], [1] * before, each[before:], [1] * after).high < 1
        for each in series
        if each[before:].sum()
    )

    assert by_levels > 0.25 * len(series)
    assert found["effective"] <= 0.05 * len(series)
    assert found["cannot_tell"] >= 0.94 * len(series)


def test_a_real_halving_of_a_frequent_trouble_is_found_more_often_than_not():
    source = numpy.random.default_rng(23)

    found = words([overdispersed(source, [20.0] * 24 + [10.0] * 12, 0.1) for _ in range(100)], 24, 12)

    assert found["effective"] > 60
    assert found["not_effective"] == found["worse"] == 0
