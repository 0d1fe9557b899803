"""Surveys are known by their token for a second: a change made here is seen at once, and nobody drives a survey out."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import Arranging
from wellheard.core.models import Member
from wellheard.surveys.actions import close_survey
from wellheard.surveys.intake import known
from wellheard.surveys.intake.known import forget, survey_of
from wellheard.surveys.models import Survey


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    forget()
    yield
    forget()


def test_a_survey_is_read_once_a_second_at_most(survey: Survey, monkeypatch: pytest.MonkeyPatch):
    asked = []
    for moment in (0.0, 0.5, 0.9, 1.1, 1.5):
        monkeypatch.setattr(time, "monotonic", lambda moment=moment: moment)
        with CaptureQueriesContext(connection) as queries:
            assert survey_of(survey.token) is not None
        asked.append(len(queries) > 0)

    assert asked == [True, False, False, True, False]


def test_a_change_made_here_is_seen_at_once(
    survey: Survey, ana: Member, now: datetime, django_capture_on_commit_callbacks
):
    before = survey_of(survey.token)
    with django_capture_on_commit_callbacks(execute=True):
        close_survey(survey, ana, at=now)
    after = survey_of(survey.token)

    assert before is not None
    assert after is not None
    assert (before.survey.status, after.survey.status) == ("open", "closed")


def test_whoever_tries_tokens_drives_no_survey_out_and_is_not_remembered(survey: Survey):
    survey_of(survey.token)
    for number in range(100):
        assert survey_of(f"guess-{number}") is None

    assert list(known._known) == [survey.token]
    with CaptureQueriesContext(connection) as queries:
        assert survey_of(survey.token) is not None
    assert len(queries) == 0


def test_a_survey_that_is_known_is_never_unknown_while_others_ask(survey: Survey):
    """Somebody asks anew at this moment, and what was known is forgotten meanwhile: the link must lead on."""
    survey_of(survey.token)
    assert known._renewing.acquire(blocking=False)
    try:
        forget()
        assert survey_of(survey.token) is not None
    finally:
        known._renewing.release()


def test_what_was_read_before_a_change_is_not_kept_after_it(survey: Survey, monkeypatch: pytest.MonkeyPatch):
    reading = Survey.asked

    def changed_meanwhile(self: Survey) -> Any:
        forget()
        return reading(self)

    monkeypatch.setattr(Survey, "asked", changed_meanwhile)

    assert survey_of(survey.token) is not None
    assert known._known == {}


def test_a_survey_taken_back_to_a_draft_is_known_no_longer(survey: Survey, arranging: Arranging, monkeypatch):
    survey_of(survey.token)
    with arranging():
        survey.status = Survey.Status.DRAFT
        survey.save()
    monkeypatch.setattr(known, "KEPT_SECONDS", -1.0)

    assert (survey_of(survey.token), known._known) == (None, {})
