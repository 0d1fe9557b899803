"""Reference values: Newcombe 1998 (Stat. Med. 17:857-872 and 873-890); Benjamini & Hochberg 1995."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wellheard.ground import proportions
from wellheard.ground.comparison import UNKNOWN_DIFFERENCE


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval(x, n, low, high):
    assert proportions.wilson(x, n) == pytest.approx((low, high), abs=5e-5)


def test_of_no_cases_nothing_is_known():
    assert proportions.wilson(0, 0) == (0.0, 1.0)
    assert proportions.difference(0, 0, 3, 4) == UNKNOWN_DIFFERENCE


def test_more_confidence_means_a_wider_interval():
    narrow, wide = proportions.wilson(8, 20, 0.9), proportions.wilson(8, 20, 0.99)

    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_the_difference_of_two_shares_by_newcombes_method_10():
    found = proportions.difference(56, 70, 48, 80)

    assert (found.value, found.low, found.high) == pytest.approx((0.20, 0.0524, 0.3339), abs=5e-5)
    assert (found.z, found.p) == pytest.approx((2.65017, 0.008045), rel=1e-4)
    assert found.is_real


def test_all_against_all_is_no_difference_but_not_a_certain_one():
    found: Any = proportions.difference(12, 12, 30, 30)

    assert (found.value, found.z, found.p) == (0.0, 0.0, 1.0)
    assert found.low < 0 < found.high


def test_of_fifteen_looks_four_are_found():
    found = [0.0001, 0.0004, 0.0019, 0.0095]
    chance = [0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]

    assert proportions.benjamini_hochberg([*found, *chance], 0.05) == (True,) * 4 + (False,) * 11
    assert proportions.benjamini_hochberg([*chance, *found], 0.05) == (False,) * 11 + (True,) * 4
    assert proportions.benjamini_hochberg([]) == ()


@pytest.mark.parametrize(("x", "n"), [(5, 4), (-1, 4), (0, -1)])
def test_impossible_shares_are_refused(x, n):
    with pytest.raises(ValueError, match="0 <= x <= n"):
        proportions.wilson(x, n)


shares = some.integers(1, 300).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n)))


@given(shares, shares)
def test_intervals_hold_their_value_and_stay_possible(first, second):
    low, high = proportions.wilson(*first)
    found: Any = proportions.difference(*first, *second)

    assert 0 <= low <= first[0] / first[1] <= high <= 1
    assert -1 <= found.low <= found.value <= found.high <= 1
