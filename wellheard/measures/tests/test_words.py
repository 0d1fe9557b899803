"""What a value and a series say."""

from datetime import date
from typing import Any

import pytest

from wellheard.ground.effectiveness import Kind, Observation
from wellheard.ground.periods import month_of
from wellheard.measures.catalogue import Indicator
from wellheard.measures.words import Finding, finding, latest, readings, value_in_words

TODAY = date(2026, 11, 16)


def nothing(scope, first, last, period="month"):
    return []


def indicator(kind: Kind = "rate", **details: Any) -> Indicator:
    usual: dict[str, Any] = {"events": "complaints", "base": "orders", "per": 1000, "measure": "complaints"}
    return Indicator("x.y", "Complaints per 1,000 orders", kind, "down", nothing, **(usual | details))


def months(counts: list[int], exposure: float = 2000) -> list[Observation]:
    """A count for each of the last full months, the last one October 2026."""
    first = month_of(TODAY).shifted(-len(counts))
    return [
        Observation(first.shifted(place).first, count=count, exposure=exposure) for place, count in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("of", "value", "words"),
    [
        (indicator(), 9.76, "9.8 per 1,000 orders"),
        (indicator(per=1), 0.031, "0.031 per orders"),
        (indicator("count"), 14, "14 complaints"),
        (indicator("proportion"), 0.68, "68 %"),
        (indicator("nps"), 41.2, "41.2"),
        (indicator("mean", unit="of 5"), 4.25, "4.2 of 5"),
        (indicator(), None, "nothing measured"),
    ],
)
def test_a_value_carries_its_unit(of, value, words):
    assert value_in_words(of, value) == words


def test_each_month_carries_what_it_stands_on():
    read = readings(indicator(), months([12, 0], 2020))

    # Garwood: 6.2006 to 20.9616 events for 12, 0 to 3.6889 for none.
    assert [(each.month, each.words, each.base) for each in read] == [
        (date(2026, 9, 1), "5.9 per 1,000 orders", "12 complaints from 2,020 orders"),
        (date(2026, 10, 1), "0 per 1,000 orders", "0 complaints from 2,020 orders"),
    ]
    assert [each.value for each in read] == [1000 * 12 / 2020, 0.0]
    assert [each.low for each in read] == pytest.approx([1000 * 6.2006 / 2020, 0.0], abs=0.001)
    assert [each.high for each in read] == pytest.approx([1000 * 20.9616 / 2020, 1000 * 3.6889 / 2020], abs=0.001)


def test_scores_stand_on_their_answers():
    counters = [0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 3]

    read = readings(indicator("nps", events="answers"), [Observation(date(2026, 10, 1), counts=counters)])

    assert [(each.words, each.base) for each in read] == [("50", "10 answers")]


def test_the_running_month_is_never_the_latest_value():
    series = [*months([12]), Observation(date(2026, 11, 1), count=2, exposure=100)]

    found = latest(indicator(), series, TODAY)

    assert found is not None
    assert found.month == date(2026, 10, 1)


def test_a_real_fall_is_said_to_be_one():
    series = months([20, 19, 22, 18, 21, 20, 19, 22, 20, 18, 21, 20, 8, 9, 7])

    assert finding(indicator(), series, TODAY) == Finding(
        "Fell, and not by chance: from 10 to 4 per 1,000 orders (60 % fewer) in August to October 2026.", "better"
    )


def test_a_fall_within_chance_is_no_change():
    series = months([20, 19, 22, 18, 21, 20, 19, 22, 20, 18, 21, 20, 18, 19, 17])

    assert finding(indicator(), series, TODAY) == Finding(
        "No real change: 9 per 1,000 orders in the last three months, after 10 in the year before."
    )


def test_few_months_say_nothing():
    assert finding(indicator(), months([20, 3, 2]), TODAY) == Finding("Too few months to say whether it changed.")


def test_silence_over_a_year_is_said_as_such():
    assert finding(indicator(), months([0] * 15), TODAY) == Finding("No complaints in the last 15 months.")
