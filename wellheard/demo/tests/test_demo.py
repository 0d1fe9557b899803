"""The demo organisation: its story ends as it is told, its numbers hold, and every page looks alive."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from wellheard.cases.models import Case
from wellheard.conftest import Arranging
from wellheard.core.models import Member, Organisation, OutboxMessage, TrailEntry, TrailPersonal
from wellheard.core.trail.verify import verify
from wellheard.customers.models import (
    Account,
    Buyer,
    Conversation,
    DuplicatePair,
    InterestedParty,
    Mailing,
    Merge,
    Order,
    PartyNeed,
    PartyReview,
    Person,
    PrivacyRequest,
    RfmCut,
    Segment,
)
from wellheard.customers.segmenting.membership import members_of
from wellheard.demo.story import load_demo
from wellheard.feedback.models import Notice, Statement, Telling
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction
from wellheard.measures import catalogue
from wellheard.surveys.models import Question, Response, Survey
from wellheard.surveys.scores import score
from wellheard.surveys.tallies import equal_to_rebuild

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
NOW = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
SignIn = Callable[[Member], Client]
COUNTED: tuple[type[Model], ...] = (
    *(Account, Person, Survey, Response, Statement, Case, CauseAnalysis, CorrectiveAction, Notice, Telling),
    *(Order, Conversation, Segment, InterestedParty, PartyNeed, PartyReview, Mailing, DuplicatePair, Merge),
    PrivacyRequest,
)
HAPPENINGS = 3336
COUNTS = {
    "Account": 40,
    "Person": 59,
    "Survey": 3,
    "Response": 1702,
    "Statement": 628,
    "Case": 176,
    "CauseAnalysis": 4,
    "CorrectiveAction": 3,
    "Notice": 2,
    "Telling": 15,
    "Order": 981,
    "Conversation": 17,
    "Segment": 8,
    "InterestedParty": 13,
    "PartyNeed": 13,
    "PartyReview": 9,
    "Mailing": 2,
    "DuplicatePair": 5,
    "Merge": 1,
    "PrivacyRequest": 2,
}
SCORES = {
    "recommend": {"promoters": 579, "passives": 318, "detractors": 186},
    "delivery": {"satisfied": 804, "others": 279},
    "satisfied": {"satisfied": 459, "others": 160},
}
PEOPLE = ("ana", "otto")
LISTS = (
    "home",
    "my-work",
    "search",
    "surveys:list",
    "feedback:list",
    "feedback:rules",
    "feedback:notices",
    "customers:list",
    "customers:people",
    "customers:conversations",
    "customers:segments",
    "customers:buying",
    "customers:buyers",
    "customers:buying-rfm",
    "customers:buying-cohorts",
    "customers:buying-worth",
    "customers:buying-warnings",
    "customers:buying-lost",
    "customers:buying-unknown",
    "customers:orders",
    "customers:parties",
    "customers:party-picture",
    "customers:mailings",
    "customers:templates",
    "customers:care",
    "customers:duplicates",
    "customers:merges",
    "customers:imports",
    "customers:privacy-requests",
    "customers:holds",
    "customers:retention",
    "customers:fields",
    "cases:list",
    "cases:promises",
    "improvement:list",
    "improvement:analyses",
    "measures:list",
    "evidence:home",
    "evidence:trail",
)

STEWARDS_ONLY = (
    "customers:new-conversation",
    "customers:clusters",
    "customers:new-segment",
    "customers:import-sources",
    "customers:unsubscribes",
    "customers:suppressions",
    "customers:import-contacts",
    "customers:new-mailing",
    "customers:purposes",
)


@pytest.fixture(scope="module", autouse=True)
def happenings(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The demo, loaded once for all tests here, and gone after them; gives how many things happened in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo(NOW)
        transaction.set_rollback(True)


@pytest.fixture(params=PEOPLE)
def client_of(request: pytest.FixtureRequest, signed_in: SignIn, arranging: Arranging) -> Client:
    """The quality manager's browser, and the auditor's, whose account does not end while these tests are of use."""
    member = Member.objects.get(email__startswith=f"{request.param}@")
    with arranging(at=NOW):
        member.read_only_until = None
        member.save()
    return signed_in(member)


def pages() -> list[str]:
    """Every list, and the page of each survey, analysis, action and measure."""
    found = [reverse(name) for name in LISTS]
    for survey in Survey.objects.order_by("pk"):
        found += [reverse(f"surveys:{name}", args=[survey.pk]) for name in ("detail", "results", "answers")]
    found += [analysis.get_absolute_url() for analysis in CauseAnalysis.objects.order_by("pk")]
    for action in CorrectiveAction.objects.order_by("pk"):
        found += [reverse(f"improvement:{name}", args=[action.pk]) for name in ("action", "plan", "verdict")]
        found.append(reverse("evidence:thread", args=[action.kind, action.pk]))
    found += [notice.get_absolute_url() for notice in Notice.objects.order_by("pk")]
    found += [reverse("measures:indicator", args=[indicator.key]) for indicator in catalogue.every()]
    for model in (Conversation, Segment, InterestedParty, Mailing, Merge, PrivacyRequest, DuplicatePair):
        found += [record.get_absolute_url() for record in model.objects.order_by("pk")]
    newest = (Case.objects.order_by("-pk")[0], Statement.objects.order_by("-pk")[0], Account.objects.order_by("pk")[0])
    return found + [record.get_absolute_url() for record in newest]


def test_one_action_worked_one_did_not_help_and_one_cannot_be_told() -> None:
    actions = CorrectiveAction.objects.order_by("pk")

    assert {action.title: (action.status, action.verdict and action.verdict.word) for action in actions} == {
        "Paper instructions back in the box": ("closed", "not_effective"),
        "Pack valves in moulded trays": ("closed", "effective"),
        "Two people on the hotline from 12 to 14": ("done", "cannot_tell"),
    }
    assert CauseAnalysis.objects.filter(status="open").values_list("title", flat=True).get() == (
        "Connectors of lot 2610-B drip"
    )


def test_the_same_day_gives_the_same_story(happenings: int) -> None:
    assert happenings == HAPPENINGS
    assert {model.__name__: model._default_manager.count() for model in COUNTED} == COUNTS
    counts = {question.key: score(question.survey, question).counts for question in _scored()}
    assert {key: counts[key] for key in SCORES} == SCORES


def test_the_trail_is_whole_and_everything_is_sealed() -> None:
    report = verify()

    assert (report.ok, report.faults, report.checkpoints) == (True, [], 1)
    assert report.entries == TrailEntry.objects.count()
    assert Response.objects.filter(seal_id=None).count() == 0


def test_the_counters_equal_a_rebuild_for_each_question() -> None:
    assert {question.pk: equal_to_rebuild(question) for question in _scored()} == {
        question.pk: True for question in _scored()
    }


def test_nothing_waits_in_the_outbox() -> None:
    statuses = OutboxMessage.objects.values_list("status", flat=True)

    assert set(statuses) == {OutboxMessage.Status.SENT}


def test_those_who_said_it_were_told_once_each_in_a_language_of_theirs() -> None:
    told = list(Telling.objects.values_list("notice", "person"))

    assert len(told) == len(set(told)) > 0
    assert set(Telling.objects.values_list("language", flat=True)) <= {"en", "de", "fr"}
    assert not OutboxMessage.objects.filter(purpose="you said, we did", to="").exists()


def test_customers_differ_in_what_they_order_and_need() -> None:
    held = {each.name: members_of(each).count() for each in Segment.objects.order_by("pk")}
    overdue = InterestedParty.objects.filter(next_review_on__lt=NOW.date()).values_list("name", flat=True)

    assert {name for name, number in held.items() if not number} == set()
    assert list(overdue) == ["Home owners"]
    assert RfmCut.objects.count() > 4
    assert Buyer.objects.filter(warning__gt=0).count() > Buyer.objects.exclude(dismissed_until=None).count() == 1
    assert {"lost", "won_back", "at_risk"} <= set(Account.objects.values_list("lifecycle", flat=True))
    assert set(DuplicatePair.objects.values_list("status", flat=True)) == {"open", "different", "merged"}


def test_who_was_erased_is_nowhere_in_the_trail() -> None:
    assert not TrailPersonal.objects.filter(value__contains="Ulf Kramer").exists()
    assert not Person.objects.filter(name="Ulf Kramer").exists()


def test_every_page_can_be_opened(client_of: Client) -> None:
    answers = {address: client_of.get(address).status_code for address in pages()}

    assert {address: status for address, status in answers.items() if status != 200} == {}


def test_what_only_stewards_may_open_opens_for_them(signed_in: SignIn) -> None:
    client = signed_in(Member.objects.get(email="ana@rosetau.example"))

    assert {name: client.get(reverse(name)).status_code for name in STEWARDS_ONLY} == dict.fromkeys(STEWARDS_ONLY, 200)


def test_the_home_page_looks_alive(signed_in: SignIn) -> None:
    page = signed_in(Member.objects.get(email="ana@rosetau.example")).get("/")

    assert Organisation.current().is_demo
    assert page.context["first_steps"] == []
    assert len(page.context["agenda"]) > 0
    assert len(page.context["beside"].truths) > 0
    assert len(page.context["beside"].tallies) > 0
    assert page.context["beside"].is_incomplete is False


def test_the_public_page_says_what_was_changed_and_what_did_not_help() -> None:
    page = Client().get("/told/?lang=de").content.decode()

    assert "Ventile reisen jetzt in Formschalen" in page
    assert "Wir haben es versucht, und es hat nicht geholfen" in page


def _scored() -> list[Question]:
    return [question for question in Question.objects.order_by("pk") if question.is_scored]
