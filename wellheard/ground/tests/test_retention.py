import pytest

from wellheard.ground.retention import (
    by_age,
    cohort_rows,
    expected_lifetime,
    mean_amount,
    share_of,
)


def test_a_share_has_its_interval():
    share = share_of(81, 263)

    assert (share.value, share.low, share.high) == pytest.approx((0.30798, 0.2553, 0.3662), abs=1e-4)


def test_of_nobody_nothing_is_known():
    share = share_of(0, 0)

    assert (share.value, share.low, share.high) == (None, 0.0, 1.0)


def test_cohorts_show_only_what_is_over():
    counts = {("2026-01", 0): 10, ("2026-01", 2): 4, ("2026-02", 0): 5, ("2026-02", 1): 5}

    rows = cohort_rows(counts, {"2026-01": 2, "2026-02": 0})

    assert [(row.cohort, row.size, [(each.x, each.n) for each in row.shares]) for row in rows] == [
        ("2026-01", 10, [(10, 10), (0, 10), (4, 10)]),
        ("2026-02", 5, [(5, 5)]),
    ]


def test_over_all_cohorts_only_the_old_enough_count():
    rows = cohort_rows({("a", 0): 10, ("a", 1): 4, ("b", 0): 30, ("b", 1): 15, ("c", 0): 7}, {"a": 1, "b": 1, "c": 0})

    assert [(each.x, each.n) for each in by_age(rows)] == [(47, 47), (19, 40)]


def test_a_mean_has_the_interval_of_student():
    # 10, 12, 14, 20: 14 ± 3.182446 · √(56 / 3 / 4), the quantile from a table of t with 3 degrees of freedom.
    found = mean_amount(56, 840, 4)

    assert (found.value, found.low, found.high) == pytest.approx((14, 7.1251, 20.8749), abs=1e-3)
    assert mean_amount(0, 0, 0).value is None
    assert (mean_amount(5, 25, 1).value, mean_amount(5, 25, 1).low) == (5, None)


def test_the_expected_value_is_that_of_the_formula():
    found = expected_lifetime(80, 100, 100 * 500, 100 * 500 * 500, 100, discount=0.1)

    assert found is not None
    assert found.value == pytest.approx(500 * 0.8 / 0.3)
    assert found.low < found.value < found.high
    assert (found.retention.x, found.yearly.n) == (80, 100)


def test_more_customers_make_it_surer():
    few = expected_lifetime(16, 20, 20 * 500, 20 * 260_000, 20)
    many = expected_lifetime(1600, 2000, 2000 * 500, 2000 * 260_000, 2000)

    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


def test_everybody_stayed_and_it_is_still_not_sure():
    found = expected_lifetime(20, 20, 20 * 500, 20 * 250_000, 20)

    assert found is not None
    assert found.low < found.value < found.high


@pytest.mark.parametrize(("of", "n"), [(9, 100), (100, 9), (0, 0)])
def test_too_few_say_nothing(of: int, n: int):
    assert expected_lifetime(0, of, 1000, 20_000, n) is None


def test_numbers_that_contradict_each_other_are_refused():
    with pytest.raises(ValueError, match="share"):
        expected_lifetime(11, 10, 100, 1000, 10)
    with pytest.raises(ValueError, match="discount"):
        expected_lifetime(5, 10, 100, 1000, 10, discount=0)
