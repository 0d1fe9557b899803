"""Powers are those of a simulation with 12 months before and slight over-dispersion (negative binomial, 0.1)."""

from datetime import date
from typing import Any

import pytest

from wellheard.ground.effectiveness import earliest_decision, power
from wellheard.ground.tests.valves import PLAN, month, plan_of


@pytest.mark.parametrize(
    ("mean", "ratio", "wanted"),
    [(5, 0.5, (0.17, 0.45, 0.74)), (5, 0.3, (0.39, 0.86, 0.98)), (2, 0.5, (0.0, 0.15, 0.38))],
)
def test_the_power_of_counts_after_3_6_and_12_months(mean, ratio, wanted):
    plan = plan_of(12, 12)

    found = [power(plan, mean, 1 + 0.1 * mean, months, expected=ratio) for months in (3, 6, 12)]

    assert found == pytest.approx(wanted, abs=0.05)


def test_the_same_plan_shows_the_same_power_every_time():
    assert power(PLAN, 20, 1.2) == power(PLAN, 20, 1.2) > 0.8


def test_a_plan_that_can_decide_in_time_says_when():
    outlook = earliest_decision(PLAN, 20, 1.2)

    assert (outlook.is_enough, outlook.planned_periods, outlook.needed_periods) == (True, 8, 7)
    assert outlook.earliest_on == date(2026, 10, 1)
    assert outlook.sentence == (
        "If the change is at least 33 % fewer, this plan finds it in 85 % of cases. "
        "The decision can be made on 1 November 2026."
    )


def test_a_plan_that_is_too_short_says_how_long_it_must_be():
    outlook: Any = earliest_decision(plan_of(12, 3), 12, 1.5, expected=0.5)

    assert outlook.is_enough is False
    assert outlook.power < 0.8
    assert outlook.needed_periods > 3
    assert outlook.earliest_on == month(12 + outlook.needed_periods)
    assert "it can't find the change in time. With a follow-up of" in outlook.sentence


def test_a_measure_that_hardly_moves_is_called_hopeless():
    outlook = earliest_decision(plan_of(12, 6), 0.5)

    assert (outlook.needed_periods, outlook.earliest_on, outlook.is_enough) == (None, None, False)
    assert "choose a measure that moves sooner or more often" in outlook.sentence


def test_the_power_for_more_events_counts_upwards():
    plan = plan_of(12, 12, direction="up", smallest_worthwhile=1.5)

    assert power(plan, 20) > 0.95
    assert power(plan, 0.2) < 0.2


def test_the_power_of_answers_follows_the_normal_curve():
    shares = plan_of(6, 6, kind="proportion", direction="up", smallest_worthwhile=0.2)
    scores = plan_of(1, 1, kind="nps", direction="up", smallest_worthwhile=25)
    means = plan_of(1, 1, kind="mean", direction="up", smallest_worthwhile=1)

    # 0.6 -> 0.8 with 60 cases each: error sqrt((0.24 + 0.16) / 60) = 0.08165; 0.2 / error - 1.95996 = 0.48953.
    assert power(shares, 0.6, answers_per_period=10) == pytest.approx(0.68777, abs=1e-4)
    # Nobody passive, 0 -> 25: error sqrt((10000 + 9375) / 100) = 13.919; 25 / error - 1.95996 = -0.16388.
    assert power(scores, 0, answers_per_period=100) == pytest.approx(0.43491, abs=1e-4)
    # error sqrt((4 + 4) / 32) = 0.5; 2 - 1.95996 = 0.04004.
    assert power(means, 3, answers_per_period=32, standard_deviation=2) == pytest.approx(0.51597, abs=1e-4)


@pytest.mark.parametrize(
    ("plan", "arguments", "message"),
    [
        (PLAN, {"baseline_mean_per_period": 0}, "some events"),
        (PLAN, {"baseline_mean_per_period": 5, "dispersion": 0}, "dispersion"),
        (plan_of(6, 6, kind="nps", direction="up"), {"baseline_mean_per_period": 5}, "answers per period"),
        (
            plan_of(6, 6, kind="mean", direction="up"),
            {"baseline_mean_per_period": 5, "answers_per_period": 9},
            "standard deviation",
        ),
    ],
)
def test_power_asks_for_what_it_needs(plan, arguments, message):
    with pytest.raises(ValueError, match=message):
        power(plan, **arguments)
