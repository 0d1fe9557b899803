"""A question in other words: changed while nobody answered, asked anew with a break afterwards."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from wellheard.core.models import Member
from wellheard.surveys.models import Survey
from wellheard.surveys.tests.conftest import Answered, question

pytestmark = pytest.mark.pages
SignedIn = Callable[[Member], Client]


def words_for(survey: Survey, text: str) -> dict[str, str]:
    return dict.fromkeys(survey.languages, text)


def test_unanswered_words_are_simply_changed(survey: Survey, ana: Member, signed_in: SignedIn) -> None:
    asked = question(survey, "recommend")
    url = reverse("surveys:wording", args=[survey.pk, asked.pk])
    assert url in signed_in(ana).get(survey.get_absolute_url()).content.decode()

    signed_in(ana).post(url, words_for(survey, "Would you recommend us?"))

    asked.refresh_from_db()
    assert (asked.wording("en"), survey.questions.count()) == ("Would you recommend us?", 3)


def test_answered_words_stay_and_a_new_question_takes_over(
    survey: Survey, answered: Answered, ana: Member, now: datetime, signed_in: SignedIn
) -> None:
    answered(9, 3)
    asked = question(survey, "recommend")
    before = asked.texts
    url = reverse("surveys:wording", args=[survey.pk, asked.pk])
    assert "a new series begins" in signed_in(ana).get(url).content.decode()

    signed_in(ana).post(url, words_for(survey, "Would you recommend us?"))

    asked.refresh_from_db()
    assert (asked.texts, asked.retired_at is not None) == (before, True)
    assert survey.questions.get(replaces=asked).wording("en") == "Would you recommend us?"
    assert signed_in(ana).get(url).status_code == 404


def test_empty_words_change_nothing_and_say_so(survey: Survey, ana: Member, signed_in: SignedIn) -> None:
    asked = question(survey, "recommend")

    answer = signed_in(ana).post(reverse("surveys:wording", args=[survey.pk, asked.pk]), words_for(survey, "  "))

    assert answer.status_code == 422
    assert "needs words in the survey" in answer.content.decode()


def test_readers_may_not_and_strangers_find_nothing(
    survey: Survey, auditor: Member, dan: Member, signed_in: SignedIn
) -> None:
    url = reverse("surveys:wording", args=[survey.pk, question(survey, "recommend").pk])

    codes = [signed_in(member).post(url, words_for(survey, "x")).status_code for member in (auditor, dan)]

    assert codes == [403, 404]
