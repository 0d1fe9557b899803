"""Everything on a survey's results page, read in a handful of queries whatever the number of answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef

from wellheard.core.actors import Actor
from wellheard.ground.comparison import Estimate
from wellheard.ground.periods import Period, month_of, parse, quarter_of
from wellheard.surveys.models import Answer, PeriodKind, Question, Response, Survey
from wellheard.surveys.scores import (
    EVER,
    Counts,
    Part,
    ScoreReport,
    Span,
    added,
    counts_by,
    estimate_of,
    excluded,
    parts_of,
    report_of,
    tallies_of,
)

MONTHS_SHOWN = 18
QUARTERS_SHOWN = 12
CHOICES_SHOWN = 6
COMMENTS_SHOWN = 5
ALL = "all"

Cells = dict[tuple[int, date, str], Counts]


@dataclass(frozen=True)
class TrendPoint:
    """A month or quarter of the trend; `wording` says which wording was asked then."""

    period: Period
    wording: str
    part: Part


@dataclass(frozen=True)
class Comment:
    """What someone wrote, beside the score that they gave."""

    response: Response
    text: str
    score: int | None
    highest: int


@dataclass(frozen=True)
class Results:
    """The results of one question in one period (None: ever), against the period before."""

    survey: Survey
    question: Question
    questions: Sequence[Question]
    period: Period | None
    choices: Sequence[Period]
    report: ScoreReport
    before: Estimate | None
    segments: Sequence[Part]
    trend: Sequence[TrendPoint]
    comments: Sequence[Comment]
    has_answers: bool


def results_of(survey: Survey, question: Question, asked: str, actor: Actor) -> Results:
    """The results for what the address asks: a period's code, `all`, or nothing for what is most to the point."""
    chain = _wordings(question)
    cells: Cells = {
        (pk, day, segment): counts
        for (pk, day, segment), counts in counts_by(
            tallies_of(chain).filter(period_kind=PeriodKind.MONTH), "question_id", "period", "segment"
        ).items()
        if any(counts)
    }
    own = {key: counts for key, counts in cells.items() if key[0] == question.pk}
    choices = _choices(month for _, month, _ in own)
    period = _period(survey, choices, asked)
    within = {key: counts for key, counts in own.items() if period is None or key[1] in period}
    report = report_of(question, added(within.values()))
    span = EVER if period is None else Span(period.first, period.last)
    report = replace(report, excluded=excluded(question, report.n, span))
    before = None
    if period is not None:
        earlier = added(counts for key, counts in own.items() if key[1] in period.previous)
        before = estimate_of(question.kind_of_question, earlier)
    segments: dict[str, list[Counts]] = defaultdict(list)
    for (_, _, segment), counts in within.items():
        segments[segment].append(counts)
    return Results(
        survey=survey,
        question=question,
        questions=[each for each in survey.questions.all() if each.is_scored and each.retired_at is None],
        period=period,
        choices=choices,
        report=report,
        before=before,
        segments=parts_of(question.kind_of_question, {name: added(each) for name, each in segments.items()}),
        trend=_trend(chain, cells),
        comments=_comments(question, span, actor),
        has_answers=bool(cells) or report.responses > 0,
    )


def _wordings(question: Question) -> list[Question]:
    """The question and those that it replaced, oldest first."""
    known = {each.pk: each for each in question.survey.questions.all()}
    chain = [question]
    while (earlier := chain[0].replaces_id) is not None and earlier in known:
        chain.insert(0, known[earlier])
    return chain


def _choices(months: Iterable[date]) -> list[Period]:
    """The quarters with answers, newest first; months while all of it lies in one quarter; none for one month."""
    found = set(months)
    quarters = sorted({quarter_of(month) for month in found}, reverse=True)
    if len(quarters) > 1:
        return quarters[:CHOICES_SHOWN]
    return sorted((month_of(month) for month in found), reverse=True) if len(found) > 1 else []


def _period(survey: Survey, choices: Sequence[Period], asked: str) -> Period | None:
    """The period asked for. By default a running survey shows its latest one, a closed survey all of its answers."""
    if asked and asked != ALL:
        try:
            found = parse(asked)
        except ValueError:
            return None
        return found if found.kind in ("month", "quarter", "year") else None
    if not asked and survey.status == Survey.Status.OPEN and choices:
        return choices[0]
    return None


def _trend(chain: Sequence[Question], cells: Cells) -> list[TrendPoint]:
    """Months, or quarters once there are more than 18 months; a wording's periods are compared with each other."""
    months = {month for _, month, _ in cells}
    if not months:
        return []
    by_quarter = len({month_of(month) for month in months}) > MONTHS_SHOWN or _months_between(months) > MONTHS_SHOWN
    points: list[TrendPoint] = []
    for place, question in enumerate(chain, start=1):
        found: dict[Period, list[Counts]] = defaultdict(list)
        for (pk, month, _), counts in cells.items():
            if pk == question.pk:
                found[quarter_of(month) if by_quarter else month_of(month)].append(counts)
        parts = {
            part.name: part
            for part in parts_of(
                question.kind_of_question, {each.code: added(counts) for each, counts in found.items()}
            )
        }
        name = "same wording" if len(chain) == 1 else f"wording {place}"
        points += [TrendPoint(each, name, parts[each.code]) for each in sorted(found)]
    return points[-(QUARTERS_SHOWN if by_quarter else MONTHS_SHOWN) :]


def _months_between(months: set[date]) -> int:
    first, last = min(months), max(months)
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _comments(question: Question, span: Span, actor: Actor) -> list[Comment]:
    """The newest responses with words, as far as this actor may see; two queries."""
    asked = [each.pk for each in question.survey.questions.all() if not each.is_scored and not each.is_detail]
    words = Answer.objects.filter(response=OuterRef("pk"), question_id__in=asked, text__isnull=False)
    rows = Response.objects.visible_to(actor).filter(Exists(words), survey=question.survey)
    if span.first is not None:
        rows = rows.filter(answered_on__gte=span.first)
    if span.last is not None:
        rows = rows.filter(answered_on__lte=span.last)
    newest = rows.select_related("account").prefetch_related("answers").order_by("-answered_on", "-id")
    found = []
    for response in newest[:COMMENTS_SHOWN]:
        given = {each.question_id: each for each in response.answers.all()}
        said = [given[pk].text or "" for pk in asked if pk in given]
        score = given[question.pk].score if question.pk in given else None
        found.append(Comment(response, "\n\n".join(said), score, question.scale[1]))
    return found
