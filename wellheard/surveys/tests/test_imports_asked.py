"""What a file does not say is asked, not guessed: the order of dates, the scale, which column is which."""

from datetime import date, datetime

import pytest

from wellheard.core.errors import Refusal
from wellheard.core.imports import HasQuestions
from wellheard.core.models import Member
from wellheard.surveys.models import Answer, Response, Survey
from wellheard.surveys.scores import question_of, score
from wellheard.surveys.tests.importing import OWN, bring, counts

AMBIGUOUS = b"Date,NPS\n03/04/2026,9\n05/04/2026,2\n"


def test_an_order_of_day_and_month_that_nothing_shows_is_asked_and_changes_nothing(ana: Member, now: datetime) -> None:
    before = counts()

    with pytest.raises(HasQuestions) as stopped:
        bring(ana, now, AMBIGUOUS)

    (asked,) = stopped.value.result.questions
    assert (asked.name, set(asked.choices)) == ("day_month_order", {"dmy", "mdy"})
    assert counts() == before


@pytest.mark.parametrize(("said", "day"), [("dmy", date(2026, 4, 3)), ("mdy", date(2026, 3, 4))])
def test_the_answered_order_decides(ana: Member, now: datetime, said: str, day: date) -> None:
    bring(ana, now, AMBIGUOUS, day_month_order=said)

    assert Response.objects.order_by("pk").values_list("answered_on", flat=True)[0] == day


def test_yes_accepts_what_is_likely(ana: Member, now: datetime) -> None:
    rows = "".join(f"{month}/{day}/2026 10:00,{day}\n" for month, day in ((11, 1), (11, 2), (11, 3), (11, 4), (11, 5)))

    batch = bring(ana, now, f"Timestamp,NPS\n{rows}".encode(), yes=True)

    assert batch.guessed["date_order"].startswith("mdy perhaps: no value has a day above 12")
    assert set(Response.objects.values_list("answered_on__month", flat=True)) == {11}


def test_a_date_without_a_time_is_that_day_wherever_it_is_read(ana: Member, now: datetime) -> None:
    batch = bring(ana, now, b"Date,NPS\n31.03.2026,9\n", time_zone="Pacific/Auckland")

    response = Response.objects.get()
    assert response.answered_on == date(2026, 3, 31)
    assert batch.guessed["time_of_day"] == "the file has none; noon is stored, and the day counts"
    assert batch.guessed["time_zone"].startswith("Pacific/Auckland, as you said")


def test_a_date_beyond_all_calendars_rejects_its_row_alone(ana: Member, now: datetime) -> None:
    batch = bring(ana, now, b"Date,NPS\n0001-01-01 00:10,9\n2026-03-31 10:00,8\n")

    assert [each["reason"] for each in batch.rejected] == ["“0001-01-01 00:10” lies too far from today to be a date."]
    assert batch.accepted == 1


def test_a_file_without_dates_has_those_of_its_import(ana: Member, now: datetime) -> None:
    batch = bring(ana, now, b"NPS,Comment\n9,Good\n3,Bad\n")

    assert batch.guessed["answered_at"] == "the file has no dates, so the day of the import is used: 2026-11-16"
    assert set(Response.objects.values_list("answered_at", flat=True)) == {now}


def test_a_file_without_a_score_asks_for_it_and_keeps_the_words(ana: Member, now: datetime) -> None:
    words = b"Name,Comment\nAn,All good here\nBo,Not so good\n"
    with pytest.raises(HasQuestions) as stopped:
        bring(ana, now, words)
    assert [(each.name, list(each.choices)) for each in stopped.value.result.questions] == [("score", ["Name", "none"])]

    batch = bring(ana, now, words, score="none")

    assert (batch.accepted, batch.left_out) == (2, {"no score": 2})
    assert Answer.objects.filter(question__is_detail=False).values_list("text", flat=True).count() == 2


def test_a_scale_that_nothing_shows_is_asked(ana: Member, now: datetime) -> None:
    rows = "".join(f"{number},fine\n" for number in (1, 2, 3, 4, 5, 5, 4, 3, 4, 5))
    data = f"Score,Comment\n{rows}".encode()
    with pytest.raises(HasQuestions) as stopped:
        bring(ana, now, data)
    assert [each.name for each in stopped.value.result.questions] == ["scale"]

    bring(ana, now, data, scale="1-5")

    report_ = score(Survey.objects.get())
    assert (report_.metric, report_.value, report_.n) == ("csat", 60.0, 10)


def test_a_column_of_satisfaction_from_one_to_five_is_its_own_scale(ana: Member, now: datetime) -> None:
    bring(ana, now)

    survey = Survey.objects.get()
    driver = question_of(survey, "how-satisfied-are-you-with-the-driver-1-5")
    assert (driver.kind_of_question, score(survey, driver).n) == ("csat", 9)


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"stars": "Timestamp"}, "stars", "no field “stars”"),
        ({"score": "Stars"}, "score", "no column “Stars”"),
        ({"day_month_order": "ydm"}, "day_month_order", "dmy or mdy"),
        ({"time_zone": "Leipzig"}, "time_zone", "no time zone"),
    ],
)
def test_what_is_said_wrongly_is_refused_and_changes_nothing(
    ana: Member, now: datetime, said: dict[str, str], field: str, words: str
) -> None:
    before = counts()

    with pytest.raises(Refusal, match=words) as refused:
        bring(ana, now, OWN, "after-delivery.csv", yes=False, into="", **said)

    assert refused.value.field == field
    assert counts() == before
