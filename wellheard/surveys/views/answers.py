"""The answers behind a score: which counted, which were left out and why; and one answer whole."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wellheard.core.actors import Actor
from wellheard.core.links import Linked, linked, may_see
from wellheard.core.lists import Column, Filter, ListPage, how_many, list_view, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.core.thread import thread_of
from wellheard.core.views import member_of
from wellheard.customers.segmenting.filters import segment_then_filter
from wellheard.ground.periods import Period, month_of, parse, quarter_of, year_of
from wellheard.surveys.actions import count_again, leave_out, may_leave_out
from wellheard.surveys.models import Answer, Question, QuestionKind, Response, Survey, Tally
from wellheard.surveys.scores import LEFT_OUT, NO_SCORE, asked_with

REASONS = ("test", "double", "too late", "not a customer")
LONGEST_SHOWN = 2_000
"""Characters of one answer among others. Its own page and the exports have all of them."""


@login_required
def answers(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list of a survey's answers, seen from one of its questions."""
    member = member_of(request)
    survey = get_object_or_404(Survey.objects.visible_to(member).prefetch_related("questions"), pk=pk)
    return list_view(answers_page(survey, request.GET.get("question", ""), member))(request)


def answers_page(survey: Survey, key: str, reader: Member) -> ListPage:
    """The list, declared for this survey: its questions, segments and periods are what one can filter by."""
    questions = list(survey.questions.all())
    scored = [each for each in questions if each.is_scored]
    words = [each.pk for each in questions if not each.is_scored and not each.is_detail]
    question = next((each for each in scored if each.key == key), survey.headline())

    def rows(member: Member) -> Rows:
        found = Response.objects.visible_to(member).filter(survey=survey)
        kept = Answer.objects.exclude(question__is_detail=True).order_by("question_id")
        # A plain list for each row: a queryset for each would take half of the time of an export.
        return found.select_related("account").prefetch_related(Prefetch("answers", kept, to_attr="given"))

    score_title = "Score" if question is None or question.kind_of_question == QuestionKind.NPS else "Satisfied"
    return ListPage(
        key="surveys.answers",
        title=lambda count: how_many(count, "answer", "answers") + f" of “{survey.title}”",
        rows=rows,
        columns=(
            Column(
                "answered",
                "Answered",
                lambda row: row.answered_on,
                url=Response.get_absolute_url,
                sort="answered_on",
                kind="date",
            ),
            Column("score", score_title, lambda row: _score_of(row, question), kind="number"),
            Column(
                "words",
                "In their words",
                lambda row: beginning(_words_of(row, words)),
                whole=lambda row: _words_of(row, words),
            ),
            Column("segment", "Group", lambda row: row.segment, sort="segment"),
            Column("account", "Customer", lambda row: account_named(row, reader)),
            Column("channel", "Reached us", lambda row: CHANNELS.get(row.channel, row.channel)),
            Column("state", "Counted", lambda row: _state_of(row, question), kind="state"),
        ),
        filters=tuple(_filters(survey, scored, words, question)),
        default_sort="-answered",
        teach={
            "title": "Nobody has answered yet",
            "why": "Every answer appears here as it was given, with whether it counts and why not.",
        },
        lead=f"Seen from the question “{question}”." if question is not None else "",
    )


def _filters(
    survey: Survey, scored: Sequence[Question], words: Sequence[int], question: Question | None
) -> list[Filter]:
    def narrow_counted(rows: Rows, value: str) -> Rows:
        return _narrow_counted(rows, value, question)

    filters = [
        Filter("counted", "Counted", lambda member: COUNTED, narrow_counted),
        Filter("words", "Words", lambda member: WORDS, lambda rows, value: _narrow_words(rows, value, words)),
        Filter("period", "Period", lambda member: _periods(survey), _narrow_period),
        Filter("segment", "Group", lambda member: _segments(survey), lambda rows, value: rows.filter(segment=value)),
        segment_then_filter(),
        site_filter(),
    ]
    if question is None:
        return filters
    low, high = question.scale
    choices = [(str(score), str(score)) for score in range(low, high + 1)]

    def with_score(rows: Rows, value: str) -> Rows:
        return rows.filter(_answered(question, score=int(value)))

    filters.append(Filter("score", "Score", lambda member: choices, with_score))
    if len(scored) > 1:
        keys = [(each.key, str(each)) for each in scored]
        filters.append(
            Filter("question", "Seen from", lambda member: keys, lambda rows, value: rows, default=question.key)
        )
    return filters


CHANNELS = {"import": "file", "api": "program"}
COUNTED = [("yes", "counted"), (NO_SCORE, "without a score"), (LEFT_OUT, "left out by someone")]
WORDS = [("yes", "with words"), ("no", "without words")]


def _answered(question: Question, **wanted: Any) -> Exists:
    return Exists(Answer.objects.filter(response=OuterRef("pk"), question=question, score__isnull=False, **wanted))


def _narrow_counted(rows: Rows, value: str, question: Question | None) -> Rows:
    if value != "yes" and question is not None:
        rows = asked_with(question, rows)
    if value == LEFT_OUT:
        return rows.exclude(left_out="")
    if question is None:
        return rows.none() if value == "yes" else rows.filter(left_out="")
    has_score = _answered(question)
    return rows.filter(has_score if value == "yes" else ~has_score, left_out="")


def _narrow_words(rows: Rows, value: str, words: Sequence[int]) -> Rows:
    said = Exists(Answer.objects.filter(response=OuterRef("pk"), question_id__in=words, text__isnull=False))
    return rows.filter(said if value == "yes" else ~said)


def _narrow_period(rows: Rows, value: str) -> Rows:
    period = parse(value)
    return rows.filter(answered_on__range=(period.first, period.last))


def _months(survey: Survey) -> list[Period]:
    found = Tally.objects.filter(question__survey=survey, period_kind="month").order_by("-period")
    return [month_of(day) for day in found.values_list("period", flat=True).distinct()]


def _periods(survey: Survey) -> list[tuple[str, str]]:
    """The years, quarters and months with answers, newest first."""
    months = _months(survey)
    found: list[Period] = []
    for make in (year_of, quarter_of, month_of):
        found += dict.fromkeys(make(month.first) for month in months)
    return [(each.code, each.label) for each in found]


def _segments(survey: Survey) -> list[tuple[str, str]]:
    found = Tally.objects.filter(question__survey=survey, period_kind="month").exclude(segment="")
    return [(each, each) for each in found.order_by("segment").values_list("segment", flat=True).distinct()]


def _score_of(row: Any, question: Question | None) -> int | None:
    if question is None:
        return None
    return next((each.score for each in row.given if each.question_id == question.pk), None)


def account_named(response: Response, reader: Actor) -> str:
    """The customer's name, for those who may see that customer."""
    return str(response.account) if response.account is not None and may_see(reader, response.account) else ""


def beginning(text: str) -> str:
    """The words, or the beginning of very many: whoever sends a book must not bury what all the others said."""
    if len(text) <= LONGEST_SHOWN:
        return text
    return f"{text[:LONGEST_SHOWN]} … ({len(text) - LONGEST_SHOWN:,} more characters: open the answer)"


def _words_of(row: Any, words: Sequence[int]) -> str:
    """What they wrote, whole: shortened only by the page, never in an export."""
    return "\n\n".join(each.text for each in row.given if each.question_id in words and each.text)


def _state_of(row: Any, question: Question | None) -> str:
    if row.left_out:
        return f"left out: {row.left_out}"
    return "counted" if _score_of(row, question) is not None else "no score"


@login_required
@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One response whole, with its thread."""
    member = member_of(request)
    found = Response.objects.visible_to(member).select_related("survey__site", "person", "account", "site", "batch")
    response = get_object_or_404(found, pk=pk)
    given = list(response.answers.select_related("question").order_by("question__position", "question_id"))
    rated = next((each for each in given if each.score is not None), None)
    words = [each for each in given if each.text is not None and not each.question.is_detail]
    context = {
        "response": response,
        "survey": response.survey,
        "heading": _heading(rated, response),
        "thread": thread_of(response, member, here="answer"),
        "words": words,
        "scores": [
            {"label": str(each.question), "value": f"{each.score} out of {each.question.scale[1]}"}
            for each in given
            if each.score is not None
        ],
        "details": [{"label": str(each.question), "value": each.text} for each in given if each.question.is_detail],
        "person": response.person if response.person and may_see(member, response.person) else None,
        "account": response.account if response.account and may_see(member, response.account) else None,
        "linked": [_link(each) for each in linked(response, member)],
        "may_change": not member.is_read_only and may_leave_out(response, member),
        "reasons": REASONS,
    }
    return render(request, "surveys/answer.html", context)


def _link(each: Linked) -> dict[str, str]:
    label, url = getattr(each.other, "label", str(each.other)), getattr(each.other, "get_absolute_url", str)()
    return {"title": str(label), "url": url, "note": each.link.role}


def _heading(rated: Answer | None, response: Response) -> str:
    day = f"{response.answered_on:%-d %B %Y}"
    return (
        f"Words without a score, {day}" if rated is None else f"{rated.score} out of {rated.question.scale[1]}, {day}"
    )


@login_required
@require_POST
def count(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Leave a response out of the score, with a reason; or let it count again."""
    member = member_of(request)
    response = get_object_or_404(Response.objects.visible_to(member).select_related("survey"), pk=pk)
    at = timezone.now()
    if request.POST.get("decision") == "count":
        count_again(response, member, at=at)
        messages.success(request, "This answer counts again.")
    else:
        leave_out(response, request.POST.get("reason", ""), member, at=at)
        messages.success(
            request, "This answer counts no longer. It stays here, and the score says that it was left out."
        )
    return HttpResponseRedirect(response.get_absolute_url())
