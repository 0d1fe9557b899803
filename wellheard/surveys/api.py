"""Surveys and their scores, for programs. Answers are handed in by `surveys.intake`."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from wellheard.core.views import member_of
from wellheard.surveys.models import Survey
from wellheard.surveys.scores import score

router = Router()


class QuestionOut(Schema):
    """A question. `key` names it; `texts` holds its wording by language."""

    key: str
    kind: str = Field(alias="kind_of_question")
    texts: dict[str, str]
    required: bool
    position: int
    retired_at: datetime | None


class SurveyOut(Schema):
    """A survey with its questions."""

    id: int
    reference: str
    title: str
    status: str
    languages: list[str]
    site_id: int | None
    is_imported: bool
    opened_at: datetime | None
    closed_at: datetime | None
    questions: list[QuestionOut]


class ScoreOut(Schema):
    """A score: points for nps, per cent for csat; null without answers. `excluded` counts what was left out, by reason."""

    metric: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    counts: dict[str, int]
    excluded: dict[str, int]


class Asked(Schema):
    """Which score: the question's key (else the headline), a segment, the first and the last day."""

    question: str = ""
    segment: str | None = None
    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")


@router.get("", response=list[SurveyOut], summary="The surveys that you may see, newest first")
def surveys(request: HttpRequest) -> Any:
    return Survey.objects.visible_to(member_of(request)).prefetch_related("questions").order_by("-pk")


@router.get("/{int:survey_id}/score", response=ScoreOut, summary="A survey's score, with its interval")
def survey_score(request: HttpRequest, survey_id: int, asked: Query[Asked]) -> Any:
    survey = get_object_or_404(Survey.objects.visible_to(member_of(request)), pk=survey_id)
    return score(survey, asked.question or None, asked.segment, asked.first, asked.last).as_json()
