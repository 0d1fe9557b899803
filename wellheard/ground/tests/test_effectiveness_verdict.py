"""The decision table, row by row, and what a verdict carries. The ratio is checked against statsmodels in test_poisson."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from wellheard.ground import scores
from wellheard.ground.effectiveness import Observation, Plan, expected_false, recompute
from wellheard.ground.tests.valves import AFTERWARDS, COMPLAINTS, ORDERS, PLAN, counts, judge, month, plan_of, rates

LATER = date(2035, 1, 1)
WOBBLE = [8, 12, 9, 11, 10, 10, 12, 8, 11, 9, 10, 10]


def test_the_trays_worked():
    verdict = judge(PLAN, rates(), today=AFTERWARDS)

    assert verdict.word == "effective"
    assert verdict.sentence == (
        "Complaints about cracked valves fell from 9.8 to 4.7 per 1,000 orders: 51 % fewer (between 64 % fewer and "
        "35 % fewer). We had agreed that at least 33 % fewer would be worth it: it worked."
    )
    assert (verdict.effect, verdict.low, verdict.high) == pytest.approx((0.48618, 0.36409, 0.64921), abs=1e-5)
    assert (verdict.before, verdict.after) == pytest.approx((1000 * 240 / 24590, 1000 * 81 / 17070))
    assert verdict.avoided == pytest.approx(240 / 24590 * 17070 - 81)
    assert verdict.before_interval == pytest.approx((8.4405, 11.2860), abs=1e-4)
    assert (verdict.method.id, verdict.scale, verdict.again_on) == ("quasi_poisson", "ratio", None)
    assert (verdict.is_final, verdict.blocking) == (True, ())


def test_the_chart_names_each_window_and_what_was_expected():
    verdict = judge(PLAN, [Observation(date(2024, 12, 1), count=9, exposure=1000), *rates()], today=AFTERWARDS)

    phases = [row.phase for row in verdict.chart]
    assert phases == ["before", *["baseline"] * 12, "trigger", "settling in", *["follow-up"] * 8]
    march = verdict.chart[15]
    assert (march.period, march.count, march.exposure) == (date(2026, 3, 1), 12, 2020)
    assert march.value == pytest.approx(1000 * 12 / 2020)
    assert (march.expected_low, march.expected_high) == verdict.before_interval
    assert verdict.chart[14].expected_low is None


def test_while_the_follow_up_runs_nobody_can_tell_whatever_the_numbers():
    verdict = judge(PLAN, rates(), today=date(2026, 10, 31))

    assert (verdict.word, verdict.again_on, verdict.is_final) == ("cannot_tell", date(2026, 11, 1), False)
    assert verdict.sentence.endswith("The follow-up is still running. Ask again on 1 November 2026.")
    # October hasn't ended: its complaints don't count yet.
    assert verdict.workings["periods_after"] == 7


def test_a_window_whose_end_is_the_first_day_of_its_last_month_lasts_until_that_month_ends():
    plan = replace(PLAN, follow_up=(date(2026, 3, 1), date(2026, 10, 1)))

    assert judge(plan, rates(), today=date(2026, 10, 15)).again_on == date(2026, 11, 1)
    assert judge(plan, rates(), today=AFTERWARDS).word == "effective"


def test_a_rise_is_worse():
    risen = COMPLAINTS[:14] + [2 * each for each in COMPLAINTS[:8]]

    verdict = judge(PLAN, rates(risen), today=AFTERWARDS)

    assert verdict.word == "worse"
    assert verdict.low > 1
    assert verdict.avoided < 0
    assert "rose from 9.8 to 19.9 per 1,000 orders: 104 % more" in verdict.sentence


def test_no_change_with_enough_data_is_not_effective():
    many = [10 * each for each in WOBBLE]

    verdict = judge(plan_of(12, 12), counts(many + many), today=LATER)

    assert (verdict.word, verdict.effect) == ("not_effective", 1.0)
    assert "Complaints stayed at 100: no change" in verdict.sentence
    assert verdict.sentence.endswith("at least 33 % fewer would be worth it, and the measurements rule that out.")


def test_no_change_with_little_data_is_an_open_question_with_a_date():
    verdict = judge(plan_of(12, 6), counts([2, 1, 3, 2, 2, 1, 3, 2, 2, 2, 1, 3, 2, 2, 1, 3, 2, 2]), today=LATER)

    assert verdict.word == "cannot_tell"
    assert verdict.low < 0.67 < 1 < verdict.high
    assert verdict.again_on > LATER


def test_better_but_perhaps_not_by_enough_is_an_open_question():
    many = [90 + each for each in WOBBLE]
    plan = plan_of(12, 12, smallest_worthwhile=0.69)

    verdict = judge(plan, counts(many + [round(0.75 * each) for each in many]), today=date(2027, 1, 1))

    assert (verdict.word, verdict.high < 1, verdict.low < 0.69 < verdict.effect) == ("cannot_tell", True, True)
    assert "It did get better, but whether by enough is open" in verdict.sentence
    more = int(verdict.sentence.split("a follow-up with ")[1].split(" ")[0])
    assert verdict.again_on == month(24 + more)


def test_the_same_cause_again_makes_the_best_numbers_not_effective():
    verdict = judge(PLAN, rates(), today=AFTERWARDS, recurrences=2)

    assert (verdict.word, verdict.again_on) == ("not_effective", None)
    assert verdict.sentence.endswith("The same cause came back 2 times since the action.")


def test_while_the_follow_up_runs_a_recurrence_is_told_but_not_judged():
    verdict = judge(PLAN, rates()[:18], today=date(2026, 7, 2), recurrences=1)

    assert verdict.word == "cannot_tell"
    assert "The same cause has come back already." in verdict.sentence


def test_without_anything_after_there_is_nothing_to_compare():
    verdict = judge(PLAN, rates()[:13], today=AFTERWARDS)

    assert (verdict.word, verdict.effect, verdict.before, verdict.method) == ("cannot_tell", None, None, None)
    assert verdict.sentence.startswith("There is nothing to compare.")
    assert verdict.again_on > AFTERWARDS


def test_enough_silence_after_rare_events_is_proof_and_too_little_is_not():
    rare = [1, 0, 1, 1, 0, 2, 1, 0, 1, 1, 0, 1]

    short = judge(plan_of(12, 3), counts([*rare, 0, 0, 0]), today=month(15))
    long = judge(plan_of(12, 6), counts([*rare, 0, 0, 0, 0, 0, 0]), today=month(18))

    assert (short.word, short.method.id, short.high > 1) == ("cannot_tell", "zero_events", True)
    # (12 / (12 + n)) ** 9 falls below 0.05 with the fifth month: two more than the three that were watched.
    assert short.again_on == month(17)
    assert (long.word, long.effect, long.low) == ("effective", 0.0, 0.0)
    # The one-sided limit of none against nine: 20 ** (1 / 9) - 1, times 12 months by 6.
    assert long.high == pytest.approx((20 ** (1 / 9) - 1) * 2)


def test_rare_events_are_compared_exactly_and_say_what_that_assumes():
    verdict = judge(plan_of(12, 12), counts([1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, *[0] * 6, 1, *[0] * 5]), today=LATER)

    assert verdict.method.id == "exact_rate_ratio"
    assert "independent" in verdict.method.sentence
    assert {guard.id: guard.state for guard in verdict.guards}["independence"] == "unknown"
    assert verdict.effect == pytest.approx(1 / 7)


def test_something_out_of_nothing_has_no_ratio_but_a_verdict():
    verdict = judge(plan_of(12, 12), counts([0] * 12 + [1] * 12), today=LATER)

    assert (verdict.word, verdict.effect, verdict.high) == ("worse", None, None)
    assert verdict.sentence.startswith("Complaints rose from 0 to 1. That is a real change for the worse.")


def test_more_ideas_are_better_when_up_is_better():
    plan = plan_of(12, 12, direction="up", smallest_worthwhile=1.5, measure="ideas")

    verdict = judge(plan, counts(WOBBLE + [2 * each + 1 for each in WOBBLE]), today=LATER)

    assert verdict.word == "effective"
    assert "at least 50 % more would be worth it" in verdict.sentence


def test_shares_are_compared_by_newcombes_interval():
    plan = plan_of(1, 1, kind="proportion", direction="up", smallest_worthwhile=0.1, measure="answered in time")
    series = [Observation(month(0), count=48, exposure=80), Observation(month(1), count=56, exposure=70)]

    verdict = judge(plan, series, today=LATER)

    assert (verdict.word, verdict.scale) == ("effective", "difference")
    assert (verdict.effect, verdict.low, verdict.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert "rose from 60 % to 80 %: 20 points more" in verdict.sentence


def test_nps_is_compared_with_its_own_variance():
    plan = plan_of(1, 1, kind="nps", direction="up", smallest_worthwhile=10, measure="NPS")
    before = Observation(month(0), counts=[0, 0, 0, 0, 0, 0, 25, 0, 30, 45, 0])
    after = Observation(month(1), counts=[0, 0, 0, 0, 0, 0, 15, 0, 25, 60, 0])

    verdict = judge(plan, [after, before], today=LATER)

    wanted = scores.compare(scores.nps_from(60, 25, 15), scores.nps_from(45, 30, 25), "nps")
    assert (verdict.effect, verdict.low, verdict.high) == pytest.approx((wanted.value, wanted.low, wanted.high))
    assert (verdict.word, verdict.before, verdict.after) == ("effective", 20.0, 45.0)
    assert verdict.sentence.startswith("NPS rose from 20 to 45: 25 points more (between 3 points more and 45.5 points")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"1": 10, "2": 20, "3": 10}] * 4, [{"3": 10, "4": 20, "5": 10}] * 4),
        ([2.0, 2.2, 1.9, 2.1], [4.1, 3.9, 4.0, 4.2]),
    ],
)
def test_means_come_from_answers_or_from_one_value_a_period(before, after):
    plan = plan_of(4, 4, kind="mean", direction="up", smallest_worthwhile=1, measure="the test result")
    field = "counts" if isinstance(before[0], dict) else "value"
    series = [Observation(month(i), **{field: each}) for i, each in enumerate(before + after)]

    verdict = judge(plan, series, today=LATER)

    assert (verdict.word, verdict.method.id) == ("effective", "difference_of_means")
    assert verdict.effect == pytest.approx(2, abs=0.05)


def test_months_that_differ_more_than_their_answers_explain_widen_the_interval():
    plan = plan_of(6, 6, kind="proportion", direction="up", smallest_worthwhile=0.01)
    jumpy = [500, 700, 450, 750, 600, 600, 560, 760, 510, 810, 660, 660]
    series = [Observation(month(i), count=hits, exposure=1000) for i, hits in enumerate(jumpy)]

    verdict = judge(plan, series, today=LATER)

    assert verdict.effect == pytest.approx(0.06)
    assert verdict.workings["dispersion"] > 10
    assert (verdict.word, verdict.low < 0) == ("cannot_tell", True)


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ([Observation(month(0), count=1), Observation(month(0), count=2)], "Two measurements"),
        ([Observation(month(0), count=-1)], "below zero"),
        ([Observation(month(0))], "needs a count"),
    ],
)
def test_a_series_that_does_not_fit_is_refused(series, message):
    with pytest.raises(ValueError, match=message):
        judge(plan_of(12, 6), series, today=LATER)


@pytest.mark.parametrize(
    ("kind", "wrong", "message"),
    [
        ("rate", Observation(month(0), count=1), "needs an exposure"),
        ("rate", Observation(month(0), count=1, exposure=0), "needs an exposure"),
        ("proportion", Observation(month(0), count=3, exposure=2), "more hits than cases"),
        ("nps", Observation(month(0), counts=[1, 2]), "eleven"),
        ("mean", Observation(month(0)), "needs its answers"),
    ],
)
def test_a_measurement_that_lacks_what_its_kind_needs_is_refused(kind, wrong, message):
    with pytest.raises(ValueError, match=message):
        judge(plan_of(12, 6, kind=kind), [wrong], today=LATER)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"smallest_worthwhile": 1.5}, "not above 1"),
        ({"direction": "up", "smallest_worthwhile": 0.67}, "below 1"),
        ({"kind": "nps", "smallest_worthwhile": -5}, "without a sign"),
        ({"baseline": (month(5), month(0))}, "end before it starts"),
        ({"baseline": (month(0), month(12))}, "after the baseline"),
        ({"settling_until": month(13)}, "before the follow-up"),
        ({"per": 0}, "positive number"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        plan_of(12, 6, **changes)


def test_an_auditor_computes_the_same_verdict_again_from_its_json():
    plan = replace(PLAN, overrides={"volume": "The new shop brought the same kind of orders."})
    verdict = judge(
        plan, rates(orders=ORDERS[:14] + [2 * n for n in ORDERS[14:]]), today=AFTERWARDS, coverage_before=0.5
    )

    kept = json.loads(json.dumps(verdict.to_json()))

    assert recompute(kept["inputs"]) == verdict
    assert recompute(kept["inputs"]).to_json() == verdict.to_json()
    assert kept["chart"][0]["period"] == "2025-01-01"
    with pytest.raises(ValueError, match="Version 0 of the engine"):
        recompute({**kept["inputs"], "engine": 0})


def test_answers_survive_the_way_through_json():
    plan = plan_of(1, 1, kind="mean", direction="up", smallest_worthwhile=0)
    verdict = judge(plan, [Observation(month(i), counts={1: 5, 2 + i: 4}) for i in (0, 1)], today=LATER)

    assert recompute(json.loads(json.dumps(verdict.to_json()))["inputs"]) == verdict


def test_of_forty_useless_actions_one_looks_effective():
    assert expected_false(40) == 1


monthly = some.lists(some.integers(0, 40), min_size=12, max_size=12)


@settings(max_examples=60)
@given(monthly, monthly, some.sampled_from(["down", "up"]))
def test_it_is_never_effective_while_the_interval_allows_no_change(before, after, direction):
    plan = plan_of(12, 12, direction=direction, smallest_worthwhile=0.8 if direction == "down" else 1.25)

    verdict = judge(plan, counts(before + after), today=LATER)

    if verdict.word == "effective":
        assert verdict.high < 1 if direction == "down" else verdict.low > 1
        assert verdict.blocking == ()
    if verdict.effect is not None:
        assert verdict.low <= verdict.effect
        assert verdict.high is None or verdict.effect <= verdict.high
    assert (verdict.again_on is None) == (verdict.word != "cannot_tell")
    json.dumps(verdict.to_json(), allow_nan=False)


@settings(max_examples=40)
@given(monthly, monthly)
def test_swapping_before_and_after_inverts_the_ratio(before, after):
    plan = Plan("count", "down", 0.5, (month(0), month(11)), (month(12), month(23)))
    there = judge(plan, counts(before + after), today=LATER)
    back = judge(plan, counts(after + before), today=LATER)

    if there.effect and back.effect:
        assert back.effect == pytest.approx(1 / there.effect)
