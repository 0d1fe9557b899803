"""What surveys give to measures, evidence, the home page and programs."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from wellheard.core.models import Member, Site
from wellheard.evidence.collectors import items_of, rules_of
from wellheard.ground.effectiveness import Observation
from wellheard.measures import catalogue
from wellheard.surveys.actions import leave_out
from wellheard.surveys.home import truth_at
from wellheard.surveys.models import Survey
from wellheard.surveys.tests.conftest import Answered

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def moment(month: int, day: int = 10) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def counters(**given: int) -> tuple[int, ...]:
    return tuple(given.get(f"c{score}", 0) for score in range(11))


def test_nps_by_month_are_its_eleven_counters(survey: Survey, answered: Answered, leipzig: Site) -> None:
    answered(9, 9, 3, at=moment(3), segment="Landscapers", site_id=leipzig.pk)
    answered(10, at=moment(5), segment="Home owners")
    answered(None, at=moment(6))
    nps = catalogue.get("surveys.nps")
    everyone = {"survey": str(survey.pk)}

    assert nps.series(everyone, *YEAR) == [
        Observation(date(2026, 3, 1), counts=counters(c3=1, c9=2)),
        Observation(date(2026, 5, 1), counts=counters(c10=1)),
    ]
    assert nps.series(everyone | {"segment": "Home owners"}, *YEAR, "quarter") == [
        Observation(date(2026, 4, 1), counts=counters(c10=1))
    ]
    assert nps.series(everyone | {"site": str(leipzig.pk)}, *YEAR, "year") == [
        Observation(date(2026, 1, 1), counts=counters(c3=1, c9=2))
    ]
    assert nps.series(everyone, date(2026, 3, 9), date(2026, 3, 31), "week") == [
        Observation(date(2026, 3, 9), counts=counters(c3=1, c9=2))
    ]
    assert nps.series(everyone, date(2026, 3, 2), date(2026, 3, 31)) == []
    assert nps.series({}, *YEAR) == nps.series({"survey": "0"}, *YEAR) == []


def test_csat_by_month_is_how_many_of_how_many(survey: Survey, answered: Answered) -> None:
    answered(9, 3, satisfied=5, at=moment(3))
    answered(9, satisfied=3, at=moment(3))

    series = catalogue.get("surveys.csat").series({"survey": str(survey.pk)}, *YEAR)

    assert series == [Observation(date(2026, 3, 1), count=2, exposure=3)]


def test_one_must_say_of_which_survey(survey: Survey, answered: Answered, leipzig: Site) -> None:
    answered(9, segment="Landscapers")

    fields = catalogue.get("surveys.nps").scopes()

    assert [(field.key, field.required, field.choices) for field in fields] == [
        ("survey", True, ((str(survey.pk), "After delivery"),)),
        ("segment", False, (("Landscapers", "Landscapers"),)),
        ("site", False, ((str(leipzig.pk), "Leipzig"),)),
    ]


@pytest.mark.pages
def test_the_records_behind_an_indicator_are_the_counted_answers(survey: Survey, ana: Member) -> None:
    url = catalogue.get("surveys.nps").records_url(
        {"survey": str(survey.pk), "segment": "Home owners"}, date(2026, 4, 1), date(2026, 6, 30)
    )

    assert url == f"/surveys/{survey.pk}/answers/?question=recommend&counted=yes&segment=Home+owners&period=2026-Q2"


@pytest.mark.pages
def test_evidence_names_each_survey_with_its_n_and_interval(survey: Survey, answered: Answered, ana: Member) -> None:
    answered(*[10] * 60, *[7] * 25, *[2] * 15, at=moment(4, 20))
    answered(10, at=moment(9))

    (item,) = [
        each
        for each in items_of("perception.monitor", date(2026, 4, 1), date(2026, 6, 30), ana)
        if each.kind == "surveys.survey"
    ]

    assert (item.label, item.on, item.record_id) == (
        "After delivery: NPS 45, between 29 and 58, from 100 answers",
        date(2026, 4, 1),
        survey.pk,
    )


@pytest.mark.pages
def test_a_score_from_few_answers_is_a_gap(survey: Survey, answered: Answered, ana: Member) -> None:
    answered(9, 9, at=moment(4))
    (rule,) = [each for each in rules_of("perception.monitor") if each.id == "G9.1.2-3"]

    gaps = list(rule.find(*YEAR, ana))

    assert [(gap.label, gap.sentence, gap.owner) for gap in gaps] == [
        ("After delivery", "Its score rests on 2 answers: too few to decide anything by.", "Ana Brandt")
    ]


@pytest.mark.pages
def test_home_shows_this_quarter_against_the_last(survey: Survey, answered: Answered, ana: Member, dan: Member) -> None:
    now = moment(11)
    assert truth_at(0)(ana, now) is None
    answered(*[10] * 60, *[3] * 20, at=moment(8))
    answered(*[10] * 20, *[3] * 60, at=moment(11))

    shown = truth_at(0)(ana, now)

    assert shown is not None
    assert (shown.value, shown.n, shown.was, shown.tone) == (-50.0, 80, 50.0, "worse")
    assert shown.finding == "Fell, and not by chance, since July to September 2026."
    assert shown.base == "From 80 answers to “After delivery”, October to December 2026."
    assert truth_at(0)(dan, now) is None


@pytest.mark.pages
def test_programs_read_surveys_and_scores(
    survey: Survey,
    answered: Answered,
    ana: Member,
    dan: Member,
    now: datetime,
    signed_in: Callable[[Member], Client],
) -> None:
    first, *_ = answered(9, 10, 3, at=moment(5), segment="Landscapers")
    answered(None, at=moment(5))
    leave_out(first, "test", ana, at=now)
    client = signed_in(ana)

    (listed,) = client.get("/api/v1/surveys").json()
    found = client.get(f"/api/v1/surveys/{survey.pk}/score", {"from": "2026-05-01", "to": "2026-05-31"}).json()

    assert (listed["reference"], listed["questions"][0]["kind"]) == (survey.reference, "nps")
    assert (found["metric"], found["value"], found["n"], found["excluded"]) == (
        "nps",
        0.0,
        2,
        {"no score": 1, "test": 1},
    )
    assert found["low"] < 0 < found["high"]
    everything = client.get(f"/api/v1/surveys/{survey.pk}/score", {"from": "0001-01-01", "to": "9999-12-31"})
    assert (everything.status_code, everything.json()["n"]) == (200, 2)
    refused = client.get(f"/api/v1/surveys/{survey.pk}/score", {"question": "why"})
    assert (refused.status_code, refused.json()["field"]) == (409, "question")
    assert signed_in(dan).get("/api/v1/surveys").json() == []
    assert signed_in(dan).get(f"/api/v1/surveys/{survey.pk}/score").status_code == 404
