from dataclasses import replace
from datetime import date

import pytest

from wellheard.ground.effectiveness import Guard, Observation, Verdict
from wellheard.ground.tests.valves import AFTERWARDS, COMPLAINTS, ORDERS, PLAN, counts, judge, month, plan_of, rates

LATER = date(2035, 1, 1)
FELL = [20, 23, 18, 21, 19, 22, 20, 18, 21, 22, 19, 20, 9, 11, 8, 10, 11, 9, 10, 9]


def guard(verdict: Verdict, name: str) -> Guard:
    return {each.id: each for each in verdict.guards}[name]


def test_when_nothing_else_explains_it_every_guard_says_no_or_that_it_cannot_know():
    verdict = judge(PLAN, rates(), today=AFTERWARDS, coverage_before=0.4, coverage_after=0.41)

    names = "trend volume season recurrence other_changes definition coverage trigger points gaps runs independence"
    assert {each.id: each.state for each in verdict.guards} == dict.fromkeys(names.split(), "no")
    assert guard(verdict, "volume").explanation == "4 % more a month than before, and we count per occasion."
    assert guard(verdict, "season").explanation == "The same periods of the year: 9.4 before, 4.7 after."
    assert guard(verdict, "trigger").explanation == "The alarm was raised outside the baseline."


def test_a_baseline_with_the_month_that_raised_the_alarm_blocks_unless_that_month_is_left_out():
    spiked = [*FELL[:11], 48, *FELL[12:]]
    plan = plan_of(12, 8, trigger=month(11), trigger_excluded=False)

    kept = judge(plan, counts(spiked), today=LATER)
    left_out = judge(replace(plan, trigger_excluded=True), counts(spiked), today=LATER)

    assert (kept.word, guard(kept, "trigger").state, guard(kept, "trigger").blocks) == ("cannot_tell", "yes", True)
    assert (left_out.word, guard(left_out, "trigger").state) == ("effective", "no")
    assert left_out.chart[11].phase == "trigger"
    assert left_out.before == pytest.approx(sum(FELL[:11]) / 11)


def test_a_series_that_was_falling_already_cannot_tell():
    falling = [round(60 * 0.95**i) for i in range(20)]

    verdict = judge(plan_of(12, 8), counts(falling), today=LATER)

    assert verdict.high < 1
    assert (verdict.word, guard(verdict, "trend").state) == ("cannot_tell", "yes")
    assert guard(verdict, "trend").explanation.startswith("It was already improving by 5 % a month before")


def test_a_short_falling_baseline_blocks_by_itself():
    falling = [60, 52, 47, 41, 36, 31, 27, 24, 12, 11, 10, 9]

    verdict = judge(plan_of(8, 4), counts(falling), today=LATER)

    assert (verdict.word, guard(verdict, "trend").blocks) == ("cannot_tell", True)
    assert "too short to tell the two apart" in guard(verdict, "trend").explanation


def test_a_step_far_beyond_the_trend_is_effective_and_the_trend_is_mentioned():
    falling = [round(200 * 0.98**i * (0.4 if i >= 12 else 1)) for i in range(20)]

    verdict = judge(plan_of(12, 8), counts(falling), today=LATER)

    assert (verdict.word, guard(verdict, "trend").state) == ("effective", "perhaps")


def test_what_was_getting_worse_already_is_not_called_worse():
    rising = [round(30 * 1.05**i) for i in range(20)]

    verdict = judge(plan_of(12, 8), counts(rising), today=LATER)

    assert verdict.low > 1
    assert (verdict.word, guard(verdict, "trend").state) == ("cannot_tell", "yes")
    assert "already getting worse by 5 %" in guard(verdict, "trend").explanation


def test_a_falling_trend_of_scores_is_seen_as_well():
    plan = plan_of(12, 6, kind="nps", direction="up", smallest_worthwhile=5)
    series = [Observation(month(i), counts=[0, 0, 0, 0, 0, 60 - 3 * i, 0, 0, 40, 100 + 3 * i, 0]) for i in range(18)]

    verdict = judge(plan, series, today=LATER)

    assert verdict.low > 0
    assert (verdict.word, guard(verdict, "trend").state) == ("cannot_tell", "yes")


def test_a_third_more_or_fewer_orders_block_a_rate_until_the_verifier_gives_a_reason():
    series = rates([*COMPLAINTS[:14], *COMPLAINTS[14:]], [*ORDERS[:14], *(round(1.4 * n) for n in ORDERS[14:])])

    verdict = judge(PLAN, series, today=AFTERWARDS)
    overridden = judge(replace(PLAN, overrides={"volume": "Same customers, more orders."}), series, today=AFTERWARDS)

    assert (verdict.word, guard(verdict, "volume").state) == ("cannot_tell", "yes")
    assert "something else may explain it. 46 % more a month than before" in verdict.sentence
    assert overridden.word == "effective"
    assert (guard(overridden, "volume").state, guard(overridden, "volume").overridden) == ("yes", True)
    assert guard(overridden, "volume").explanation.endswith("Set aside by the verifier: Same customers, more orders.")


def test_events_alone_say_nothing_about_their_occasions():
    verdict = judge(plan_of(12, 8), counts(FELL), today=LATER)

    assert (verdict.word, guard(verdict, "volume").state) == ("effective", "unknown")


def test_another_definition_can_not_be_compared_in_either_direction():
    better = judge(PLAN, rates(), today=AFTERWARDS, definition_changed=True)
    worse = judge(PLAN, rates(COMPLAINTS[:14] + [60] * 8), today=AFTERWARDS, definition_changed=True)

    assert (better.word, worse.word) == ("cannot_tell", "cannot_tell")
    assert guard(better, "definition").state == "yes"


def test_other_changes_are_named_but_do_not_block():
    verdict = judge(PLAN, rates(), today=AFTERWARDS, other_changes=["new carrier in Lyon", "price cut"])

    assert verdict.word == "effective"
    assert guard(verdict, "other_changes").state == "perhaps"
    assert guard(verdict, "other_changes").explanation == "In the same time: new carrier in Lyon; price cut."


@pytest.mark.parametrize(
    ("before", "after", "state", "word"),
    [
        (0.4, 0.2, "yes", "cannot_tell"),
        (0.4, 0.33, "perhaps", "effective"),
        (0.4, 0.4, "no", "effective"),
        (None, 0.4, "unknown", "effective"),
    ],
)
def test_fewer_reports_may_be_all_that_changed(before, after, state, word):
    verdict = judge(PLAN, rates(), today=AFTERWARDS, coverage_before=before, coverage_after=after)

    assert (guard(verdict, "coverage").state, verdict.word) == (state, word)


def test_the_season_blocks_when_the_same_months_were_as_good_a_year_ago():
    # Summer is calm every year; the action comes in spring.
    seasonal = [30, 31, 29, 30, 10, 9, 11, 10, 9, 30, 29, 31, 31, 30, 29, 30, 10, 11, 9, 10, 11]
    plan = plan_of(12, 5, follow_up=(month(16), month(20)), settling_until=month(15))

    verdict = judge(plan, counts(seasonal), today=LATER)

    assert verdict.effect < 0.67
    assert guard(verdict, "season") == Guard(
        "season", "Is it the season?", "yes", "The same periods of the year: 9.8 before, 10.2 after.", blocks=True
    )
    assert verdict.word == "cannot_tell"


def test_without_a_year_before_the_season_is_unknown():
    verdict = judge(plan_of(6, 5), counts(FELL[6:17]), today=LATER)

    assert guard(verdict, "season").state == "unknown"


def test_fewer_than_eight_points_block_counts_but_not_answers():
    few = judge(plan_of(4, 3), counts([40, 42, 39, 41, 10, 12, 11]), today=LATER)
    plan = plan_of(1, 1, kind="proportion", direction="up", smallest_worthwhile=0.1)
    answers = judge(plan, [Observation(month(i), count=40 + 50 * i, exposure=100) for i in (0, 1)], today=LATER)

    assert (few.word, guard(few, "points").state) == ("cannot_tell", "yes")
    assert (answers.word, guard(answers, "points").state) == ("effective", "perhaps")


def test_missing_months_block_counts():
    series = counts(FELL)
    verdict = judge(plan_of(12, 8), series[:15] + series[16:], today=LATER)

    assert (verdict.word, guard(verdict, "gaps").state) == ("cannot_tell", "yes")
    assert guard(verdict, "gaps").explanation == "1 period of the plan without a measurement."


def test_a_month_without_orders_is_no_measurement():
    orders = [*ORDERS[:5], 0, *ORDERS[6:]]
    verdict = judge(PLAN, rates([*COMPLAINTS[:5], 0, *COMPLAINTS[6:]], orders), today=AFTERWARDS)

    assert verdict.workings["periods_before"] == 11
    assert guard(verdict, "gaps").blocks
    assert verdict.chart[5].value is None


def test_months_that_come_in_runs_widen_the_interval_and_strong_runs_block():
    in_runs = [24, 26, 25, 27, 15, 16, 14, 13, 25, 27, 26, 24, 12, 14, 13, 13, 6, 5, 5, 6]
    mild = [24, 26, 25, 15, 16, 14, 25, 27, 22, 16, 14, 17, 12, 13, 11, 6, 5, 7, 13, 12]

    strong = judge(plan_of(12, 8), counts(in_runs), today=LATER)
    noticed = judge(plan_of(12, 8), counts(mild), today=LATER)

    assert (strong.word, guard(strong, "runs").state) == ("cannot_tell", "yes")
    assert guard(noticed, "runs").state == "perhaps"
    assert noticed.workings["widened_by"] > 1.4
    assert "the interval was made" in guard(noticed, "runs").explanation


def test_rare_events_in_clusters_block():
    clusters = [0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, *[0] * 5, 1, *[0] * 6]
    verdict = judge(plan_of(12, 12), counts(clusters), today=LATER)

    assert verdict.method.id == "exact_rate_ratio"
    assert (verdict.word, guard(verdict, "independence").state) == ("cannot_tell", "yes")


def test_a_cause_that_came_back_cannot_be_argued_away():
    plan = replace(PLAN, overrides={"recurrence": "It was only once."})

    verdict = judge(plan, rates(), today=AFTERWARDS, recurrences=1)

    assert (verdict.word, guard(verdict, "recurrence").blocks) == ("not_effective", True)


@pytest.mark.parametrize("overrides", [{"wether": "typed wrongly"}, {"volume": "  "}])
def test_an_override_needs_a_guard_and_a_reason(overrides):
    with pytest.raises(ValueError, match=r"no guard called|written reason"):
        judge(replace(PLAN, overrides=overrides), rates(), today=AFTERWARDS)
