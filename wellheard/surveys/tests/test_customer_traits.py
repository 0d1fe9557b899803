"""What customers answered, as traits of rules; and the segments that are frozen with their answers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from wellheard.core.models import ImportBatch, Member, Organisation, Site
from wellheard.core.trail.seal_checks import check_seals
from wellheard.core.trail.seals import seal_waiting
from wellheard.customers.actions import add_account, add_person, add_segment, change_account, change_segment
from wellheard.customers.models import Account, Person
from wellheard.customers.segmenting.rules import fitting, read_rule
from wellheard.customers.segmenting.sentences import rule_in_words
from wellheard.customers.traits import About, Traits
from wellheard.feedback.models import Statement
from wellheard.ground.canonical import canonical, digest
from wellheard.surveys.jobs import notice_waiting
from wellheard.surveys.models import Response, Survey, response_body, response_text
from wellheard.surveys.storing import bodies
from wellheard.surveys.tests.conftest import Answered
from wellheard.surveys.tests.importing import bring

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Fits = Callable[..., list[str]]


@pytest.fixture
def halle(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    return add_account("Halle", ana, at=now, site=leipzig, segment=add_segment("Towns", ana, at=now))


@pytest.fixture
def cleo(ana: Member, halle: Account, now: datetime) -> Person:
    add_account("Without people", ana, at=now)
    add_person("Marc", ana, at=now, account=add_account("Silent", ana, at=now))
    return add_person("Cleo", ana, at=now, email="cleo@halle.example", account=halle)


@pytest.fixture
def fits(now: datetime) -> Fits:
    def names(trait: str, how: str, value: Any = None, about: About = "account") -> list[str]:
        condition = {"trait": f"surveys.{trait}", "is": how, "value": value}
        rule = read_rule({"match": "all", "conditions": [condition]}, Traits(about))
        return [str(each) for each in fitting(rule, about, now).order_by("name")]

    return names


def test_what_they_answered_describes_them(
    fits: Fits, halle: Account, cleo: Person, answered: Answered, survey: Survey, now: datetime
):
    mine = {"account_id": halle.pk, "person_id": cleo.pk}
    answered(2, at=now - 400 * DAY, **mine)
    answered(9, at=now - 100 * DAY, **mine)
    answered(5, at=now - 10 * DAY, satisfied=3, **mine)
    answered(7)

    assert fits("last_recommendation", "equals", 5) == ["Halle"]
    assert fits("last_recommendation", "unknown") == ["Silent", "Without people"]
    assert fits("last_satisfaction", "at_most", 3) == ["Halle"]
    assert fits("lowest_recommendation", "equals", 5) == ["Halle"]
    assert fits("last_answered", "equals", 10) == ["Halle"]
    assert fits("last_answered", "unknown") == ["Silent", "Without people"]
    assert fits("answers", "equals", 2) == ["Halle"]
    assert fits("answers", "equals", 0) == ["Silent", "Without people"]
    assert fits("is_silent", "yes") == ["Silent"]
    assert fits("answers", "equals", 2, about="person") == ["Cleo"]
    assert fits("is_silent", "yes", about="person") == ["Marc"]


def test_an_answer_that_was_left_out_describes_nobody(
    fits: Fits, halle: Account, cleo: Person, answered: Answered, now: datetime
):
    (row,) = answered(2, at=now - DAY, account_id=halle.pk)
    Response.objects.filter(pk=row.pk).update(left_out="test")

    assert fits("last_recommendation", "known") == []
    assert fits("is_silent", "yes") == ["Halle", "Silent"]


def test_the_answers_of_a_merged_duplicate_are_those_of_the_survivor(
    fits: Fits, halle: Account, cleo: Person, answered: Answered, ana: Member, arranging: Any, now: datetime
):
    twin = add_account("Halle (Saale)", ana, at=now)
    answered(3, at=now - DAY, account_id=twin.pk)
    answered(8, at=now - 2 * DAY, account_id=halle.pk)
    with arranging():
        twin.merged_into = halle
        twin.save()

    assert fits("last_recommendation", "equals", 3) == ["Halle"]
    assert fits("answers", "equals", 2) == ["Halle"]


def test_a_rule_over_answers_is_read_as_a_sentence(halle: Account):
    traits = Traits("account")
    conditions = [
        {"trait": "surveys.last_recommendation", "is": "at_most", "value": 6},
        {"trait": "surveys.is_silent", "is": "no"},
        {"trait": "cases.complaints", "is": "at_least", "value": 2},
        {"trait": "feedback.unhappy", "is": "between", "value": [1, 3]},
    ]

    assert rule_in_words(read_rule({"match": "all", "conditions": conditions}, traits), traits) == (
        "Accounts whose last recommendation is at most 6, that have not been silent for 12 months, that complained at least "
        "2 times in 12 months and whose number of unhappy statements in 12 months lies between 1 and 3"
    )


def test_segments_are_part_of_the_digest_only_where_there_are_any(answered: Answered, now: datetime):
    before, after = answered(7), answered(7, segments=("Größe L", "VIP"))
    rows = [*before, *after]

    assert [row.segments for row in rows] == [[], ["Größe L", "VIP"]]
    texts = bodies(rows)
    assert [digest(each) for each in texts] == [row.digest for row in rows]
    assert ['"segments"' in each for each in texts] == [False, True]


def test_the_quick_text_with_segments_is_the_canonical_one(now: datetime):
    body = response_body(
        survey_id=7, submission_key="k", received_at=now, answered_at=now, language="de", channel="link", segment="VIP",
        segments=('Größe "L"', "\u2028"), site_id=1, account_id=2, person_id=None, batch_id=None, row=None,
        answers=[(1, 9, None)],
    )  # fmt: skip

    assert response_text(body) == canonical(body)


def test_segments_changed_behind_our_back_are_noticed(answered: Answered, now: datetime):
    (row,) = answered(7, segments=("VIP",))
    seal_waiting("surveys.response", at=now)
    Response.objects.filter(pk=row.pk).update(segments=["Towns"])

    assert [each.row for each in check_seals()] == [row.pk]


def test_a_statement_bears_the_segments_of_its_answer(
    ana: Member, halle: Account, cleo: Person, answered: Answered, now: datetime
):
    answered(2, words="It leaks.", account_id=halle.pk, person_id=cleo.pk, segment="Towns", segments=("Towns", "VIP"))

    notice_waiting(at=now)

    assert Statement.objects.get().segments == ["Towns", "VIP"]


def test_an_imported_answer_bears_the_segments_of_the_day_it_was_given(
    ana: Member, halle: Account, cleo: Person, now: datetime
):
    firms = add_segment("Firms", ana, at=now)
    change_account(halle, ana, at=now + 10 * DAY, segment=firms)
    change_segment(firms, ana, at=now + 11 * DAY, name="Companies")
    data = b"date,score,account\n2026-11-20,9,Halle\n2026-12-01,3,Halle\n2026-11-20,5,Elsewhere\n"

    batch = bring(ana, now + 30 * DAY, data, "answers.csv", yes=True)

    assert isinstance(batch, ImportBatch)
    rows = Response.objects.order_by("pk").values_list("segments", flat=True)
    assert list(rows) == [["Towns"], ["Companies"], []]
