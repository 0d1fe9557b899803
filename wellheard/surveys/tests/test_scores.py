"""A score says how many, how sure, and what was left out."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.surveys.actions import ask_anew
from wellheard.surveys.models import Survey
from wellheard.surveys.scores import Span, by_month, by_segment, distribution, question_of, score
from wellheard.surveys.tests.conftest import Answered, question


def day(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_the_score_is_the_plain_one_with_the_adjusted_interval(survey: Survey, answered: Answered) -> None:
    answered(*[10] * 60, *[7] * 25, *[2] * 15)
    answered(None, None, words="No score from me")

    report = score(survey)

    assert (report.metric, report.value, report.n) == ("nps", 45.0, 100)
    assert (round(report.low or 0, 4), round(report.high or 0, 4)) == (29.3431, 58.0355)
    assert report.counts == {"promoters": 60, "passives": 25, "detractors": 15}
    assert report.excluded == {"no score": 2}
    assert report.responses == 102
    assert set(report.as_json()) == {"metric", "value", "n", "low", "high", "counts", "excluded"}


def test_no_answers_have_no_score(survey: Survey) -> None:
    report = score(survey)

    assert (report.value, report.n, report.low, report.high, report.excluded) == (None, 0, None, None, {})


def test_satisfaction_is_the_share_of_fours_and_fives_and_never_mixed_with_nps(
    survey: Survey, answered: Answered
) -> None:
    answered(0, 0, satisfied=5)
    answered(10, 10, satisfied=3)

    assert (score(survey).value, score(survey, "delivery").value) == (0.0, 50.0)
    assert score(survey, "delivery").counts == {"satisfied": 2, "others": 2}


def test_a_question_in_words_or_one_that_is_not_there_has_no_score(survey: Survey) -> None:
    with pytest.raises(Refusal, match="answered in words"):
        score(survey, "why")
    with pytest.raises(Refusal, match="Those with a score: recommend, delivery"):
        score(survey, "stars")

    assert question_of(survey, None) == question(survey, "recommend")


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        (None, None, True),
        (date(2026, 1, 1), date(2026, 2, 28), True),
        (date(2024, 2, 1), date(2024, 2, 29), True),
        (date(2026, 1, 2), None, False),
        (None, date(2026, 2, 27), False),
    ],
)
def test_whole_months_are_recognised(first: date | None, last: date | None, whole: bool) -> None:
    assert Span(first, last).is_whole_months is whole


def test_a_score_of_some_days_and_of_whole_months(survey: Survey, answered: Answered) -> None:
    answered(10, at=day(2026, 1, 31))
    answered(0, at=day(2026, 2, 1))
    answered(0, None, at=day(2026, 2, 28))

    january_on = score(survey, first=date(2026, 1, 15), last=date(2026, 2, 1))
    february = score(survey, first=date(2026, 2, 1), last=date(2026, 2, 28))

    assert (january_on.value, january_on.n, january_on.excluded) == (0.0, 2, {})
    assert (february.value, february.n, february.excluded) == (-100.0, 2, {"no score": 1})


def test_segments_stand_out_only_when_the_difference_is_real(survey: Survey, answered: Answered) -> None:
    answered(*[10] * 80, *[3] * 20, segment="Landscapers")
    answered(*[10] * 30, *[3] * 70, segment="Home owners")
    answered(10, 3, 3, segment="Municipalities")

    parts = by_segment(question(survey, "recommend"))

    assert [(part.name, part.estimate.value, part.estimate.n, part.signal) for part in parts] == [
        ("Home owners", -40.0, 100, "worse"),
        ("Landscapers", 60.0, 100, "better"),
        ("Municipalities", pytest.approx(-33.3333, abs=0.001), 3, ""),
    ]


def test_months_come_in_order_and_without_the_empty_ones(survey: Survey, answered: Answered) -> None:
    answered(10, at=day(2026, 3, 1))
    answered(10, 0, at=day(2026, 1, 10))
    answered(None, words="Only words", at=day(2026, 2, 1))

    recommend = question(survey, "recommend")

    assert [(month, part.value) for month, part in by_month(recommend)] == [
        (date(2026, 1, 1), 0.0),
        (date(2026, 3, 1), 100.0),
    ]
    assert [month for month, _ in by_month(recommend, months=2, until=date(2026, 3, 31))] == [date(2026, 3, 1)]


def test_the_spread_follows_the_scale(survey: Survey, answered: Answered) -> None:
    answered(10, 10, 0, satisfied=5)

    assert distribution(score(survey).scores, question(survey, "recommend")) == [
        (0, 1),
        *((each, 0) for each in range(1, 10)),
        (10, 2),
    ]
    delivery = question(survey, "delivery")
    assert distribution(score(survey, delivery).scores, delivery) == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 3)]


def test_responses_before_a_new_wording_are_not_missing_from_it(
    survey: Survey, ana: Member, answered: Answered
) -> None:
    answered(9, None, at=day(2026, 1, 1))
    new = ask_anew(survey, question(survey, "recommend"), {"en": "Now?"}, ana, at=day(2026, 2, 1))
    answered(None, at=day(2026, 3, 1))

    assert score(survey, new).excluded == {"no score": 1}
    assert score(survey, "recommend").excluded == {"no score": 1}


def test_a_score_asks_as_much_of_many_answers_as_of_few(survey: Survey, answered: Answered) -> None:
    def asked() -> int:
        fresh = Survey.objects.get()
        with CaptureQueriesContext(connection) as queries:
            score(fresh)
        return len(queries)

    answered(1)
    few = asked()
    answered(*[9] * 40)

    assert asked() == few == 4
