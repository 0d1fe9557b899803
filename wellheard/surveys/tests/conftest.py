"""A survey as most tests need it: a score, a comment, a satisfaction, open since this morning."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from wellheard.core.models import Member
from wellheard.surveys.actions import NewQuestion, create_survey, open_survey
from wellheard.surveys.models import Question, Response, Survey
from wellheard.surveys.storing import NewResponse, store

RECOMMEND = {"en": "How likely are you to recommend us?", "de": "Wie wahrscheinlich empfehlen Sie uns weiter?"}
WHY = {"en": "Why did you give that score?", "de": "Warum?"}
SATISFIED = {"en": "How satisfied are you with the delivery?", "de": "Wie zufrieden sind Sie mit der Lieferung?"}
QUESTIONS = (
    NewQuestion("nps", RECOMMEND, key="recommend"),
    NewQuestion("text", WHY, key="why"),
    NewQuestion("csat", SATISFIED, key="delivery"),
)


@pytest.fixture
def draft(ana: Member, now: datetime) -> Survey:
    return create_survey("After delivery", QUESTIONS, ana, at=now, languages=("en", "de"))


@pytest.fixture
def survey(draft: Survey, ana: Member, now: datetime) -> Survey:
    return open_survey(draft, ana, at=now)


def question(survey: Survey, key: str) -> Question:
    return survey.questions.get(key=key)


Answered = Callable[..., list[Response]]


@pytest.fixture
def answered(survey: Survey, now: datetime) -> Answered:
    """`answered(9, 3, None, words="Leaks", segment="Landscapers", at=…)` stores a response a score."""
    nps, why, csat = (question(survey, key) for key in ("recommend", "why", "delivery"))

    def give(
        *scores: int | None, words: str | None = None, satisfied: int | None = None, at: datetime = now, **details: Any
    ) -> list[Response]:
        rows = []
        for score in scores:
            answers: list[tuple[int, int | None, str | None]] = []
            if score is not None:
                answers.append((nps.pk, score, None))
            if words is not None:
                answers.append((why.pk, None, words))
            if satisfied is not None:
                answers.append((csat.pk, satisfied, None))
            rows.append(NewResponse.of(survey, at=at, channel="link", answers=tuple(answers), **details))
        ids = store(rows)
        return [Response.objects.get(pk=pk) for pk in ids]

    return give
