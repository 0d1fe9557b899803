"""Every kind of measure goes the whole way: planned, locked, judged, shown, computed again."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from wellheard.ground.effectiveness import Observation
from wellheard.ground.periods import months
from wellheard.improvement import actions
from wellheard.improvement.tests.conftest import DONE, JUDGED, LOCKED, STARTED
from wellheard.improvement.words import worthwhile_in_words
from wellheard.measures import catalogue
from wellheard.measures.catalogue import Indicator

pytestmark = pytest.mark.pages
BETTER_FROM = date(2026, 2, 1)
Make = Callable[[date], Observation]


def in_time(month: date) -> Observation:
    return Observation(month, count=60 + month.month % 3 if month < BETTER_FROM else 88 + month.month % 3, exposure=100)


def recommends(month: date) -> Observation:
    few, many = [5, 0, 0, 0, 5, 10, 10, 20, 20, 20, 10 + month.month % 3], [1, 0, 0, 0, 0, 4, 5, 10, 20, 40, 30]
    return Observation(month, counts=few if month < BETTER_FROM else many)


def marks(month: date) -> Observation:
    few, many = {1: 10, 3: 20, 5: 10 + month.month % 3}, {1: 2, 3: 10, 5: 40}
    return Observation(month, counts=few if month < BETTER_FROM else many)


def praise(month: date) -> Observation:
    return Observation(month, count=10 + month.month % 4 if month < BETTER_FROM else 25 + month.month % 4)


@pytest.fixture
def counted() -> Iterator[Callable[..., None]]:
    """Register a measure that became better in February 2026."""

    def register(kind: Any, make: Make, **details: Any) -> None:
        def series(scope: Any, first: date, last: date, period: str = "month") -> list[Observation]:
            return [make(month.first) for month in months(first, last) if month.first >= first]

        catalogue.register(Indicator("tests.kind", "What we measure", kind, "up", series, **details))

    yield register
    catalogue.unregister("tests.kind")


@pytest.mark.parametrize(
    ("kind", "make", "worthwhile", "agreed_words", "name", "certainty"),
    [
        ("proportion", in_time, "0.1000", "at least 10 points more", "Points of difference", "lies above the 10"),
        ("nps", recommends, "10.0000", "at least 10 points more", "Points of difference", "lies above the 10"),
        ("mean", marks, "0.3000", "at least 0.3 more", "Difference", "lies above the 0.3"),
        ("count", praise, "1.2500", "at least a quarter more", "Times as many events as before", "lies above the 1.2"),
    ],
)
def test_a_measure_of_this_kind_goes_the_whole_way(
    proposed, ben, ana, agreed, counted, signed_in, monkeypatch, kind, make, worthwhile, agreed_words, name, certainty
):
    counted(kind, make, events="events", base="answers")
    plan = actions.plan_effectiveness(
        proposed, ben, at=LOCKED, **agreed | {"indicator": "tests.kind", "smallest_worthwhile": worthwhile}
    )
    assert worthwhile_in_words(plan) == agreed_words
    assert plan.outlook["months_measured"] == 12
    assert plan.outlook["power"] > 0.3
    actions.lock_plan(proposed, ben, at=LOCKED)
    actions.start(proposed, ben, at=STARTED)
    actions.finish(proposed, ben, at=DONE)

    verdict = actions.judge(proposed, ana, at=JUDGED)

    assert verdict.word == "effective"
    monkeypatch.setattr(timezone, "now", lambda: JUDGED)
    shown = signed_in(ana).get(f"{proposed.get_absolute_url()}verdict/?again=1").context
    assert (shown["recomputed"], shown["is_intact"]) == (True, True)
    assert shown["sure"].name == name
    assert certainty in shown["sure"].sentence
    assert shown["sure"].smallest <= shown["sure"].low <= shown["sure"].high <= shown["sure"].largest
    assert (
        shown["chart"].sentence == "Every month since then lies above the line that the time before led us to expect."
    )
