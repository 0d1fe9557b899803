from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_account, add_person, affiliate, change_person
from wellheard.customers.actions.duplicates import merge
from wellheard.customers.models import Account, Person
from wellheard.customers.timeline import timeline_of
from wellheard.feedback.models import Statement
from wellheard.surveys.actions import ask_anew, leave_out
from wellheard.surveys.customer_parts import how_they_see_us, latest_answers, who_answers
from wellheard.surveys.customer_scores import measures_of
from wellheard.surveys.jobs import notice_waiting
from wellheard.surveys.models import Survey
from wellheard.surveys.storing import NewResponse, store
from wellheard.surveys.tests.conftest import Answered, question

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Member], Client]


@pytest.fixture
def holzapfel(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, account=holzapfel)


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def test_answers_stand_in_the_timeline_once_though_they_are_statements_too(
    ana: Member, holzapfel: Account, cleo: Person, answered: Answered, now: datetime
):
    answered(3, words="Nobody picks up.", person_id=cleo.pk, account_id=holzapfel.pk)
    notice_waiting(at=now)

    items = timeline_of(holzapfel, ana).items

    assert Statement.objects.count() == 1
    assert [(each.actor, each.text, each.heard) for each in items] == [
        ("Cleo Holzapfel", "answered “After delivery”: 3 out of 10, “Nobody picks up.”", True)
    ]
    assert [each.text for each in timeline_of(cleo, ana, topic="asked").items] == [items[0].text]
    assert timeline_of(cleo, ana, topic="told").items == []


def test_an_account_has_what_its_people_said_for_whomever_but_counts_only_its_own(
    ana: Member, holzapfel: Account, cleo: Person, answered: Answered, now: datetime
):
    town = add_account("Stadt Halle", ana, at=now)
    affiliate(cleo, town, ana, at=now)
    answered(9, person_id=cleo.pk, account_id=holzapfel.pk)

    assert [each.text for each in timeline_of(town, ana).items] == [
        "answered “After delivery”, for Gärtnerei Holzapfel: 9 out of 10"
    ]
    assert (measures_of(town, ana), [each.n for each in measures_of(holzapfel, ana)]) == ([], [1])


def test_sealed_answers_of_a_merged_duplicate_are_read_under_the_survivor(
    ana: Member, holzapfel: Account, cleo: Person, answered: Answered, now: datetime
):
    double = add_account("Gartnerei Holzapfel", ana, at=now)
    twin = add_person("C. Holzapfel", ana, at=now, account=double)
    answered(2, person_id=twin.pk, account_id=double.pk)
    merge("account", holzapfel.pk, double.pk, ana, at=now)
    merge("person", cleo.pk, twin.pk, ana, at=now)

    assert [(each.actor, each.text) for each in timeline_of(holzapfel, ana, topic="asked").items] == [
        ("Cleo Holzapfel", "answered “After delivery”: 2 out of 10")
    ]
    assert [each.n for each in measures_of(holzapfel, ana)] == [1]
    assert [each.n for each in measures_of(cleo, ana)] == [1]
    found = who_answers(holzapfel, ana)
    assert found is not None
    assert [each["title"] for each in found["answered"]] == ["Cleo Holzapfel"]


def test_one_answer_is_shown_as_that_and_never_as_a_trend(
    ana: Member, holzapfel: Account, cleo: Person, answered: Answered
):
    answered(3, person_id=cleo.pk, account_id=holzapfel.pk)

    found = how_they_see_us(holzapfel, ana)

    assert found is not None
    assert found["one"] == "One answer so far: what one person said on one day, no trend."
    assert (found["measures"], found["others"]) == ([], [])
    assert [each["title"] for each in found["latest"]] == ["Cleo Holzapfel: 3 out of 10"]


def test_few_answers_are_no_proof_of_a_change(ana: Member, holzapfel: Account, answered: Answered):
    answered(0, 0, 0, at=ago(500), account_id=holzapfel.pk)
    answered(10, 10, 10, at=ago(5), account_id=holzapfel.pk)

    found = how_they_see_us(holzapfel, ana)

    assert found is not None
    shown = found["measures"][0]
    assert (shown["is_trend"], shown["sentence"], shown["tone"]) == (
        True,
        "Too few answers to say whether anything changed.",
        "",
    )
    assert [(row["n"], row["score"]) for row in shown["rows"]] == [(3, -100), (3, 100)]
    assert all(row["low"] is not None for row in shown["rows"])


def test_a_change_that_is_no_chance_is_said_and_one_that_may_be_is_not(
    ana: Member, holzapfel: Account, answered: Answered, now: datetime
):
    answered(*[2] * 30, at=ago(500), account_id=holzapfel.pk)
    answered(*[10] * 30, at=ago(5), account_id=holzapfel.pk)
    mixed = add_account("Stadt Halle", ana, at=now)
    answered(*[2, 9] * 10, at=ago(500), account_id=mixed.pk)
    answered(*[2, 9] * 9, 9, 9, at=ago(5), account_id=mixed.pk)

    better, same = (how_they_see_us(each, ana) for each in (holzapfel, mixed))

    assert better is not None
    assert same is not None
    assert better["measures"][0]["sentence"] == "They see us better than before, and not by chance."
    assert better["measures"][0]["tone"] == "better"
    assert (same["measures"][0]["sentence"], same["measures"][0]["tone"]) == ("No real change.", "")


def test_scales_are_never_mixed_and_what_was_left_out_does_not_count(
    ana: Member, holzapfel: Account, answered: Answered, now: datetime
):
    kept, test = answered(9, 0, satisfied=4, account_id=holzapfel.pk)
    leave_out(test, "test", ana, at=now)

    measures = measures_of(holzapfel, ana)

    assert [(each.kind, each.n) for each in measures] == [("nps", 1), ("csat", 1)]
    assert [each["url"] for each in latest_answers(holzapfel, ana)] == [kept.get_absolute_url()]


def test_a_new_wording_is_the_same_measure_with_a_break(
    ana: Member, holzapfel: Account, survey: Survey, answered: Answered, now: datetime
):
    answered(9, account_id=holzapfel.pk)
    ask_anew(survey, question(survey, "recommend"), {"en": "Would you name us to a friend?", "de": "Und?"}, ana, at=now)
    newer = survey.questions.get(replaces__isnull=False)
    store([NewResponse.of(survey, at=now, channel="link", answers=((newer.pk, 4, None),), account_id=holzapfel.pk)])

    (measure,) = measures_of(holzapfel, ana)

    assert [(each.wording, sum(each.counts)) for each in measure.points] == [
        ("How likely are you to recommend us?", 1),
        ("Would you name us to a friend?", 1),
    ]
    assert measure.question == newer


def test_a_persons_answers_are_listed_and_make_no_score(
    ana: Member, holzapfel: Account, cleo: Person, answered: Answered
):
    answered(3, at=ago(400), person_id=cleo.pk, account_id=holzapfel.pk)
    answered(9, at=ago(4), person_id=cleo.pk, account_id=holzapfel.pk)

    found = how_they_see_us(cleo, ana)

    assert found is not None
    assert found["measures"] == []
    assert found["one"] == "Two answers of one person: how they felt each time, no score."
    assert [each["title"] for each in found["latest"]] == ["9 out of 10", "3 out of 10"]


def test_who_answered_and_who_stays_silent(
    ana: Member, holzapfel: Account, cleo: Person, answered: Answered, now: datetime
):
    silent = add_person("Marc", ana, at=now, account=holzapfel)
    tired = add_person("Vera", ana, at=now, account=holzapfel)
    change_person(tired, ana, at=now, do_not_ask=True)
    answered(9, at=ago(10), person_id=cleo.pk, account_id=holzapfel.pk)
    answered(9, at=ago(400), person_id=silent.pk, account_id=holzapfel.pk)
    answered(9, at=ago(10), account_id=holzapfel.pk)

    found = who_answers(holzapfel, ana)

    assert found is not None
    assert found["sentence"] == "One person of 3 answered in the last 12 months."
    assert [each["title"] for each in found["answered"]] == ["Cleo Holzapfel"]
    assert [(each["title"], each["note"]) for each in found["silent"]] == [
        ("Marc", "not asked by a mailing yet"),
        ("Vera", "wants no surveys"),
    ]
    assert found["nameless"] == 1
    assert who_answers(cleo, ana) is None


def test_nobody_reads_the_people_of_another_site(
    ana: Member, ben: Member, holzapfel: Account, lyon: Site, answered: Answered, now: datetime
):
    add_person("Chloé", ana, at=now, account=holzapfel, site=lyon)

    assert who_answers(holzapfel, ben) is None


@pytest.mark.pages
def test_the_pages_ask_as_much_for_one_answer_as_for_many(
    ana: Member, holzapfel: Account, cleo: Person, answered: Answered, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)

    def queries() -> list[int]:
        counts = []
        for page in (holzapfel.get_absolute_url(), cleo.get_absolute_url()):
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
        return counts

    answered(3, words="x", satisfied=2, at=ago(5), person_id=cleo.pk, account_id=holzapfel.pk)
    one = queries()
    for number in range(2):
        add_person(f"Marc {number}", ana, at=now, account=holzapfel)
        answered(9, words="y", satisfied=2, at=ago(200), person_id=cleo.pk, account_id=holzapfel.pk)
    three = queries()
    answered(*[7] * 497, words="z", at=ago(300), person_id=cleo.pk, account_id=holzapfel.pk)
    many = queries()

    page = client.get(holzapfel.get_absolute_url()).content.decode()
    assert (three, many) == (one, one)
    for words in ("How they see us", "Who answers", "One person of 3 answered", "Earlier", "Would recommend us (NPS)"):
        assert words in page
