"""The words of a complaint about a member are kept from them wherever they stand, not only on the case."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from wellheard.cases.actions import open_case
from wellheard.cases.models import Case
from wellheard.core.links import may_see
from wellheard.core.models import Member, Site
from wellheard.customers.actions import add_account
from wellheard.feedback.actions import hear
from wellheard.feedback.models import Statement
from wellheard.surveys.actions import NewQuestion, create_survey, open_survey
from wellheard.surveys.jobs import notice_waiting
from wellheard.surveys.models import Response
from wellheard.surveys.storing import NewResponse, store

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
WORDS = "Ben Okafor shouted at us."


def complaint_about(subject: Member, statement: Statement, by: Member, site: Site, at: datetime) -> Case:
    case = open_case("Shouted at", by, at=at, site=site, owner=by, origin=statement, received_at=at)
    case.subject_member = subject
    case.save()
    return case


@pytest.fixture
def answer(ana: Member, ben: Member, leipzig: Site, now: datetime, arranging: Callable[..., object]) -> Response:
    questions = [NewQuestion("nps", {"en": "Would you?"}), NewQuestion("text", {"en": "Why?"})]
    survey = open_survey(create_survey("After delivery", questions, ana, at=now), ana, at=now)
    scored, worded = survey.questions.all()
    account = add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig, owner=ben)
    answers = ((scored.pk, 1, None), (worded.pk, None, WORDS))
    details = {"account_id": account.pk, "site_id": leipzig.pk}
    (pk,) = store([NewResponse.of(survey, at=now, channel="link", answers=answers, **details)])
    assert notice_waiting(at=now) == 1
    with arranging():  # type: ignore[attr-defined]
        complaint_about(ben, Statement.objects.get(), ana, leipzig, now)
    return Response.objects.get(pk=pk)


def test_the_words_are_on_no_page_of_whom_they_are_about(
    answer: Response, ana: Member, ben: Member, signed_in: Callable[[Member], Client]
):
    statement = Statement.objects.get()
    assert statement.account is not None
    places = [
        reverse("feedback:list"),
        f"{reverse('feedback:list')}?format=csv",
        reverse("feedback:detail", args=[statement.pk]),
        reverse("customers:detail", args=[statement.account.pk]),
        reverse("surveys:results", args=[answer.survey_id]),
        reverse("surveys:answers", args=[answer.survey_id]),
        f"{reverse('surveys:answers', args=[answer.survey_id])}?format=csv",
        reverse("surveys:answer", args=[answer.pk]),
        "/api/v1/feedback/statements",
        f"/search/?q={statement.reference}",
    ]

    def read(member: Member) -> list[str]:
        client = signed_in(member)
        return [url for url in places if WORDS.encode() in b"".join(client.get(url))]

    assert read(ben) == []
    assert read(ana) == places


def test_others_of_the_site_and_other_words_are_not_touched(
    answer: Response, ana: Member, ben: Member, leipzig: Site, now: datetime
):
    other = hear("Late again.", ana, at=now, source="phone", heard_at=now, site=leipzig)
    about = Statement.objects.exclude(pk=other.pk).get()

    assert list(Statement.objects.visible_to(ben)) == [other]
    ben, ana = (Member.objects.get(pk=each.pk) for each in (ben, ana))  # as in their next request
    assert [may_see(ben, each) for each in (about, other, answer)] == [False, True, False]
    assert [may_see(ana, each) for each in (about, other, answer)] == [True, True, True]
    assert list(Response.objects.visible_to(ben)) == []
