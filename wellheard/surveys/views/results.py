"""A survey's results: the finding is the title, everything else says how sure it is and where it comes from."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wellheard.core.models import Member
from wellheard.core.views import member_of
from wellheard.ground.comparison import Estimate
from wellheard.ground.periods import Period
from wellheard.surveys.findings import (
    SIGNAL_WORDS,
    few_words,
    finding_of,
    left_out_words,
    segments_words,
    spread_words,
    trend_words,
)
from wellheard.surveys.models import Question, QuestionKind, Survey
from wellheard.surveys.results import ALL, Comment, Results, results_of
from wellheard.surveys.scores import LEFT_OUT, NO_SCORE, RULE_VERSION, Part, distribution, question_of
from wellheard.surveys.views.answers import account_named, beginning

NAMES = {QuestionKind.NPS.value: "NPS", QuestionKind.CSAT.value: "Satisfied"}
SCORE_COLUMNS = [
    {"name": "n", "label": "Answers", "numeric": True},
    {"name": "score", "label": "Score", "numeric": True, "decimals": 0},
    {"name": "low", "label": "from", "numeric": True, "decimals": 0},
    {"name": "high", "label": "to", "numeric": True, "decimals": 0},
]


@login_required
@require_GET
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The results of a survey, or of one of its questions, ever or in a period."""
    member = member_of(request)
    survey = get_object_or_404(
        Survey.objects.visible_to(member).select_related("site", "owner").prefetch_related("questions"), pk=pk
    )
    question = _question(survey, request.GET.get("question", ""))
    if question is None:
        return render(request, "surveys/no_score.html", {"survey": survey})
    found = results_of(survey, question, request.GET.get("period", ""), member)
    return render(request, "surveys/results.html", _context(found, member))


def _question(survey: Survey, key: str) -> Question | None:
    """The question of this key; the headline when there is none of it; None when nothing has a scale."""
    if survey.headline() is None:
        return None
    keys = {each.key for each in survey.questions.all() if each.is_scored}
    return question_of(survey, key if key in keys else None)


def _context(found: Results, reader: Member) -> dict[str, Any]:
    kind = found.question.kind_of_question
    answers = _AnswersUrl(found)
    before = found.before if found.before is not None and found.before.n else None
    before_label = found.period.previous.label if found.period is not None else ""
    finding = finding_of(kind, found.report.estimate, before, before_label)
    spread, spread_rest = spread_words(kind, found.report.estimate, found.report.scores)
    period_name = found.trend[0].period.kind if found.trend else "month"
    return {
        "survey": found.survey,
        "question": found.question,
        "found": found,
        "finding": finding,
        "name": NAMES[kind],
        "unit": "" if kind == QuestionKind.NPS else "%",
        "minimum": -100 if kind == QuestionKind.NPS else 0,
        "was": before.value if before else None,
        "was_label": before_label,
        "span": found.period.label if found.period else "all answers",
        "periods": _periods(found),
        "questions": _questions(found),
        "counted_url": answers(counted="yes"),
        "left_out": _left_out(found, answers),
        "left_out_count": sum(found.report.excluded.values()),
        "trend_words": trend_words([each.part for each in _named(found)], period_name),
        "trend_columns": [
            {"name": "period", "label": period_name.capitalize()},
            {"name": "series", "label": "Wording"},
            *SCORE_COLUMNS,
        ],
        "trend_rows": [
            {
                "period": {"value": each.period.short, "url": answers(period=each.period.code, counted="yes")},
                "series": each.wording,
                **_numbers(each.part.estimate),
            }
            for each in found.trend
        ],
        "has_segments": len([part for part in found.segments if part.name]) > 1,
        "segments_words": segments_words(found.segments),
        "segments_rest": few_words(found.segments),
        "segment_columns": [
            {"name": "segment", "label": "Group"},
            *SCORE_COLUMNS,
            {"name": "signal", "label": "Against the rest"},
        ],
        "segment_rows": [_segment(part, answers) for part in found.segments],
        "segment_data": {"overall": whole(found.report.value)} if found.report.value is not None else {},
        "spread_words": spread,
        "spread_rest": spread_rest,
        "spread_columns": [
            {"name": "score", "label": "Score"},
            {"name": "people", "label": "Answers", "numeric": True},
            {"name": "group", "label": "Counts as"},
        ],
        "spread_rows": _spread(found, answers),
        "comments": [_comment(each, reader) for each in found.comments],
        "comments_url": answers(words="yes"),
        "rule_version": RULE_VERSION,
    }


class _AnswersUrl:
    """Addresses of the list of answers, for this question and period unless something else is said."""

    def __init__(self, found: Results) -> None:
        self.path = reverse("surveys:answers", args=[found.survey.pk])
        self.wanted = {"question": found.question.key}
        if found.period is not None:
            self.wanted["period"] = found.period.code

    def __call__(self, **more: str) -> str:
        return f"{self.path}?{urlencode(self.wanted | more)}"


def _named(found: Results) -> list[Any]:
    """The points of the present wording, each under a name for sentences."""
    last = found.trend[-1].wording if found.trend else ""
    points = [each for each in found.trend if each.wording == last]
    return [_Named(each.period, each.part) for each in points]


class _Named:
    def __init__(self, period: Period, part: Part) -> None:
        self.part = Part(period.label, part.estimate, part.against_rest, part.stands_out)


def _numbers(estimate: Estimate) -> dict[str, Any]:
    """Whole points and per cents, as everywhere on the page: the answers don't know more than that."""
    shown = {"score": estimate.value, "low": estimate.low, "high": estimate.high}
    return {"n": estimate.n} | {name: None if value is None else whole(value) for name, value in shown.items()}


def whole(value: float) -> int:
    """The nearest whole point, halves away from zero: as `number` writes it in the sentences of the same page."""
    return int(Decimal(str(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _segment(part: Part, answers: _AnswersUrl) -> dict[str, Any]:
    """A group's row. Answers without a group can't be filtered by it."""
    name = part.name or "no group named"
    url = answers(segment=part.name, counted="yes") if part.name else ""
    return {
        "segment": {"value": name, "url": url},
        **_numbers(part.estimate),
        "signal": {"value": part.signal, "text": SIGNAL_WORDS[part.signal]},
    }


def _spread(found: Results, answers: _AnswersUrl) -> list[dict[str, Any]]:
    rows = []
    for score, people in distribution(found.report.scores, found.question):
        group, words = _class_of(found.question, score)
        url = answers(score=str(score), counted="yes")
        rows.append({"score": {"value": score, "url": url}, "people": people, "group": {"value": group, "text": words}})
    return rows


def _class_of(question: Question, score: int) -> tuple[str, str]:
    """How a score counts: the shade of its bar, and its words."""
    if question.kind_of_question == QuestionKind.NPS:
        return ("low", "detractor") if score < 7 else ("middle", "in between") if score < 9 else ("high", "promoter")
    return ("low", "not satisfied") if score < 3 else ("middle", "in between") if score == 3 else ("high", "satisfied")


def _periods(found: Results) -> list[dict[str, Any]]:
    """The periods to choose from; none when there is only one."""
    if not found.choices:
        return []
    path = reverse("surveys:results", args=[found.survey.pk])
    wanted = {"question": found.question.key}
    chips = [
        {
            "label": "All answers",
            "url": f"{path}?{urlencode(wanted | {'period': ALL})}",
            "current": found.period is None,
        }
    ]
    for each in found.choices:
        url = f"{path}?{urlencode(wanted | {'period': each.code})}"
        chips.append({"label": each.label, "url": url, "current": found.period == each})
    return chips


def _questions(found: Results) -> list[dict[str, Any]]:
    """The questions that have a score, when there are several."""
    if len(found.questions) < 2:
        return []
    path = reverse("surveys:results", args=[found.survey.pk])
    period = found.period.code if found.period else ALL
    return [
        {
            "label": each.wording(found.survey.main_language),
            "url": f"{path}?{urlencode({'question': each.key, 'period': period})}",
            "current": each.pk == found.question.pk,
        }
        for each in found.questions
    ]


def _left_out(found: Results, answers: _AnswersUrl) -> list[dict[str, str]]:
    return [
        {
            "words": left_out_words(reason, count),
            "url": answers(counted=NO_SCORE if reason == NO_SCORE else LEFT_OUT),
        }
        for reason, count in found.report.excluded.items()
    ]


def _comment(comment: Comment, reader: Member) -> dict[str, Any]:
    response = comment.response
    score = "" if comment.score is None else f"{comment.score} out of {comment.highest}"
    where = ", ".join(part for part in (response.segment, account_named(response, reader)) if part)
    return {
        "text": beginning(comment.text),
        "language": response.language,
        "who": score or "no score",
        "where": where,
        "on": response.answered_on,
        "url": response.get_absolute_url(),
    }
