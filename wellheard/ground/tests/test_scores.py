"""Reference values: Rocks 2016 (method) and our own two computations of each number; see the docstrings of scores.py."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wellheard.ground import scores
from wellheard.ground.comparison import Difference, Estimate, normal_quantile

ONE = scores.nps_from(60, 25, 15)
OTHER = scores.nps_from(45, 30, 25)

eleven_counters = some.lists(some.integers(0, 400), min_size=11, max_size=11)
answers_1_to_5 = some.dictionaries(some.integers(1, 5), some.integers(0, 200), max_size=5)


def test_intervals_reach_1_959964_standard_errors_not_1_96():
    assert normal_quantile() == pytest.approx(1.959964, abs=5e-7)


@pytest.mark.parametrize(
    ("groups", "value", "low", "high"),
    [
        ((60, 25, 15), 45.0, 29.3431, 58.0355),
        ((45, 30, 25), 20.0, 3.7703, 35.0647),
        ((7, 3, 2), 41.6667, -5.5013, 72.1680),
        ((10, 0, 0), 100.0, 47.5036, 100.0),
    ],
)
def test_nps_is_plain_and_its_interval_adjusted_and_clipped(groups, value, low, high):
    found = scores.nps_from(*groups)

    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=5e-5)
    assert found.n == sum(groups)
    assert found.counts == dict(zip(("promoters", "passives", "detractors"), groups, strict=True))


def test_nps_reads_eleven_counters_from_0_to_10():
    found = scores.nps([1, 0, 2, 0, 0, 3, 4, 5, 6, 7, 8])

    assert found == scores.nps_from(promoters=15, passives=11, detractors=10)


def test_the_score_of_no_answers_is_none():
    nothing = Estimate(None, 0, None, None)

    assert scores.nps([0] * 11) == replace(nothing, counts={"promoters": 0, "passives": 0, "detractors": 0})
    assert scores.csat({}) == replace(nothing, counts={"satisfied": 0, "others": 0})
    assert scores.share(0, 0) == replace(nothing, counts={"met": 0, "others": 0})
    assert scores.mean_score({}) == scores.ces({}) == scores.index({}) == nothing
    assert nothing.margin is None


@pytest.mark.parametrize(
    "wrong", [lambda: scores.nps([1] * 10), lambda: scores.nps([-1] + [1] * 10), lambda: scores.csat({6: 1})]
)
def test_answers_that_do_not_fit_are_refused(wrong):
    with pytest.raises(ValueError, match=r"eleven|below zero|outside the scale"):
        wrong()


def test_margin_is_half_the_interval():
    assert ONE.margin == pytest.approx((58.0355 - 29.3431) / 2, abs=1e-4)


def test_nps_difference_plain_and_adjusted():
    plain = scores.nps_difference(ONE, OTHER)
    adjusted = scores.nps_difference(ONE, OTHER, adjusted=True)

    assert (plain.value, plain.low, plain.high) == pytest.approx((25.0, 3.4627, 46.5373), abs=5e-5)
    assert (plain.z, plain.p) == pytest.approx((2.27508, 0.022901), rel=1e-4)
    assert (adjusted.value, adjusted.low, adjusted.high) == pytest.approx((24.2718, 3.0433, 45.5003), abs=5e-5)
    assert (adjusted.z, adjusted.p) == pytest.approx((2.24095, 0.02503), rel=2e-4)


def test_compared_nps_shows_the_plain_difference_with_the_adjusted_interval():
    found = scores.compare(ONE, OTHER, "nps")

    assert (found.value, found.low, found.high) == pytest.approx((25.0, 3.0433, 45.5003), abs=5e-5)
    assert found.is_real


def test_groups_that_all_answer_alike_get_no_false_certainty():
    found = scores.nps_difference(scores.nps_from(10, 0, 0), scores.nps_from(10, 0, 0))

    assert found.value == 0
    assert found.low is not None
    assert found.low < -30
    assert not found.is_real


def test_a_difference_to_no_answers_is_unknown_and_not_real():
    unknown = Difference(None, None, None, None, None)

    assert scores.nps_difference(ONE, scores.nps([0] * 11)) == unknown
    assert scores.compare(scores.csat({}), scores.csat({5: 3}), "csat") == unknown
    assert scores.compare(scores.mean_score({}), scores.mean_score({5: 3}), "mean") == unknown
    assert not unknown.is_real


def test_csat_is_the_share_of_the_best_two_with_wilsons_interval_in_per_cent():
    found = scores.csat({1: 100, 2: 50, 3: 32, 4: 41, 5: 40})

    assert found.counts == {"satisfied": 81, "others": 182}
    assert (found.value, found.low, found.high) == pytest.approx((30.7985, 25.53, 36.62), abs=5e-3)
    assert scores.csat({1: 2, 10: 3, 9: 1}, scale_high=10, top=1).value == 50


def test_csat_compares_in_percentage_points():
    found = scores.compare(scores.csat({5: 56, 1: 14}), scores.csat({4: 48, 3: 32}), "proportion")

    assert (found.value, found.low, found.high) == pytest.approx((20.0, 5.24, 33.39), abs=5e-3)
    assert (found.z, found.p) == pytest.approx((2.65017, 0.008045), rel=1e-4)


def test_a_mean_has_students_interval():
    found = scores.mean_score({1: 1, 2: 1, 3: 1, 4: 1, 5: 1})

    # 3 +- 2.776445 * sqrt(2.5 / 5)
    assert (found.value, found.n) == (3.0, 5)
    assert (found.low, found.high) == pytest.approx((1.036757, 4.963243), abs=1e-6)
    assert found.counts == {"1": 1, "2": 1, "3": 1, "4": 1, "5": 1}


def test_a_mean_of_equal_answers_is_unsure_as_far_as_the_scale_lets_it():
    without_scale = scores.mean_score({7: 20})
    effort = scores.ces({7: 20})

    assert (without_scale.low, without_scale.high) == (None, None)
    # Wilson's upper limit of none in 20 is 0.1611: that many others at 1 would take 0.97 off.
    assert (effort.low, effort.high) == pytest.approx((7 - 6 * 0.16113, 7.0), abs=1e-4)


def test_means_compare_by_welch():
    found = scores.compare(scores.mean_score({1: 2, 2: 3, 3: 5}), scores.mean_score({3: 4, 4: 4, 5: 2}), "mean")

    # scipy.stats.ttest_ind(equal_var=False) on the same answers
    assert (found.value, found.z, found.p) == pytest.approx((-1.5, -4.160251, 0.000590), abs=5e-6)
    assert (found.low, found.high) == pytest.approx((-2.257597, -0.742403), abs=5e-6)


def test_index_puts_scales_of_any_length_on_0_to_100():
    assert scores.index({1: 5, 5: 5}, scale_low=1, scale_high=5).value == 50
    assert scores.index({10: 4}).value == 100


@pytest.mark.parametrize(
    ("margin", "variance", "needed"), [(5, 1.0, 1537), (10, 1.0, 385), (5, 0.5475, 842), (10, 0.5475, 211)]
)
def test_answers_needed_for_a_margin(margin, variance, needed):
    assert scores.sample_size_nps(margin, variance) == needed


@given(eleven_counters)
def test_the_interval_of_an_nps_holds_its_value_and_stays_on_the_scale(counts):
    found: Any = scores.nps(counts)

    if found.value is not None:
        assert -100 <= found.low <= found.value <= found.high <= 100
        assert found.low < found.high


@given(answers_1_to_5)
def test_the_interval_of_csat_and_mean_holds_its_value_and_stays_on_the_scale(counts):
    share: Any = scores.csat(counts)
    mean: Any = scores.mean_score(counts, scale_low=1, scale_high=5)

    if share.value is not None:
        assert 0 <= share.low <= share.value <= share.high <= 100
        assert 1 <= mean.low <= mean.value <= mean.high <= 5


@given(eleven_counters, eleven_counters)
def test_comparing_the_other_way_round_turns_the_sign(first, second):
    there: Any = scores.compare(scores.nps(first), scores.nps(second), "nps")
    back = scores.compare(scores.nps(second), scores.nps(first), "nps")

    if there.value is not None:
        assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))
        assert there.is_real == back.is_real
