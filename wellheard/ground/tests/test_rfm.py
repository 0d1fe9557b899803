import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.rfm import Limits, Scores, limits_between, limits_of, quantile, score, scores_of

# R package rfm, rfm_data_orders, analysis date 2006-12-31, five bins.
PUBLISHED = Limits((114, 180, 296.4, 481), (3, 4, 5, 7), (254.8, 381, 505.4, 665))


@pytest.mark.parametrize(
    ("name", "recency", "orders", "amount", "expected"),
    [
        ("Abbey O'Reilly", 205, 6, 472, Scores(3, 4, 3)),
        ("Add Senger", 140, 3, 340, Scores(4, 1, 2)),
        ("Aden Lesch", 194, 4, 405, Scores(3, 2, 3)),
        ("Aden Murphy", 98, 7, 596, Scores(5, 4, 4)),
        ("Admiral Senger", 132, 5, 448, Scores(4, 3, 3)),
    ],
)
def test_scores_are_those_of_the_r_package(name: str, recency: int, orders: int, amount: int, expected: Scores):
    assert scores_of(recency, orders, amount, PUBLISHED) == expected


def test_at_a_limit_the_lower_score_counts():
    assert [score(value, (3, 4, 5, 7)) for value in (2, 3, 3.01, 4, 5, 7, 8)] == [1, 1, 2, 2, 3, 4, 5]


def test_quantiles_lie_between_neighbours():
    # Type 7 by hand: the place is 4 × the share, counted from 0.
    assert [quantile([1, 2, 4, 7, 11], share) for share in (0.2, 0.4, 0.5, 0.8)] == pytest.approx([1.8, 3.2, 4.0, 7.8])


def test_limits_part_into_groups_of_the_same_size():
    limits = limits_between(list(range(1, 101)))

    groups = [score(value, limits) for value in range(1, 101)]

    assert limits == pytest.approx((20.8, 40.6, 60.4, 80.2))
    assert [groups.count(number) for number in range(1, 6)] == [20] * 5


def test_fewer_different_values_give_fewer_groups():
    assert limits_between([1] * 90 + [2] * 10) == (1.0,)
    assert limits_between([5, 5, 5]) == ()
    assert limits_between([]) == ()


def test_where_all_are_alike_everybody_scores_one():
    limits = limits_of([10, 10], [1, 1], [5, 5])

    assert scores_of(10, 1, 5, limits) == Scores(1, 1, 1)


def test_without_values_there_is_no_quantile():
    with pytest.raises(ValueError, match="needs values"):
        quantile([], 0.5)
    with pytest.raises(ValueError, match="two bins"):
        limits_between([1], 1)


@given(st.lists(st.integers(0, 1000), min_size=1), st.integers(2, 9))
def test_more_never_scores_less_and_every_score_is_used(values: list[int], bins: int):
    limits = limits_between(values, bins)

    scores = [score(value, limits) for value in sorted(values)]

    assert scores == sorted(scores)
    assert set(scores) == set(range(1, len(limits) + 2))
    assert len(limits) < bins
