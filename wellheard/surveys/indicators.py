"""Scores of surveys as indicators: by survey, segment and site, read from the tallies."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from wellheard.ground.effectiveness import Observation
from wellheard.ground.effectiveness import Period as PeriodKind
from wellheard.ground.periods import exactly, period_of
from wellheard.measures.catalogue import Indicator, Scope, ScopeField, Series, register
from wellheard.measures.scopes import site_field
from wellheard.surveys.models import Question, QuestionKind, Survey, Tally
from wellheard.surveys.scores import Counts, added, counts_by, tallies_of

SEGMENTS_OFFERED = 100


def question_for(scope: Scope, kind: str) -> Question | None:
    """The question of this kind that the chosen survey asks now; an earlier wording is a series of its own."""
    survey = scope.get("survey", "")
    if not survey.isdecimal():
        return None
    found = Question.objects.filter(survey_id=int(survey), kind_of_question=kind, retired_at=None)
    return found.order_by("position", "pk").first()


def counters(question: Question, scope: Scope, first: date, last: date, period: PeriodKind) -> dict[date, Counts]:
    """Eleven counters for each period that starts within these days; those without answers are left out."""
    stored = "day" if period in ("day", "week") else "month"
    site = scope.get("site", "")
    rows = tallies_of(
        [question], segment=scope.get("segment") or None, site=int(site) if site.isdecimal() else None
    ).filter(period_kind=stored, period__gte=period_of(period, first).first, period__lte=period_of(period, last).last)
    found: dict[date, list[Counts]] = defaultdict(list)
    for (day,), counts in counts_by(rows, "period").items():
        found[period_of(period, day).first].append(counts)
    summed = {start: added(counts) for start, counts in sorted(found.items()) if first <= start <= last}
    return {start: counts for start, counts in summed.items() if any(counts)}


def nps_series(scope: Scope, first: date, last: date, period: PeriodKind = "month") -> list[Observation]:
    """The eleven counters of each period."""
    question = question_for(scope, QuestionKind.NPS)
    if question is None:
        return []
    return [
        Observation(start, counts=counts) for start, counts in counters(question, scope, first, last, period).items()
    ]


def csat_series(scope: Scope, first: date, last: date, period: PeriodKind = "month") -> list[Observation]:
    """How many gave 4 or 5, among how many, in each period."""
    question = question_for(scope, QuestionKind.CSAT)
    if question is None:
        return []
    return [
        Observation(start, count=counts[4] + counts[5], exposure=sum(counts))
        for start, counts in counters(question, scope, first, last, period).items()
    ]


def scopes_of(kind: str) -> Callable[[], Sequence[ScopeField]]:
    """Which survey (needed), which segment, which site."""

    def scopes() -> Sequence[ScopeField]:
        asked = Question.objects.filter(kind_of_question=kind, retired_at=None).values("survey_id")
        surveys = Survey.objects.filter(pk__in=asked).exclude(status=Survey.Status.DRAFT).order_by("-pk")
        titles = tuple((str(pk), title) for pk, title in surveys.values_list("pk", "title"))
        named = Tally.objects.filter(period_kind="month", question__kind_of_question=kind).exclude(segment="")
        segments = named.order_by("segment").values_list("segment", flat=True).distinct()[:SEGMENTS_OFFERED]
        return (
            ScopeField("survey", "Survey", titles, required=True),
            ScopeField("segment", "Customers", tuple((segment, segment) for segment in segments)),
            site_field(),
        )

    return scopes


def records_of(kind: str) -> Callable[[Scope, date, date], str]:
    """The answers that were counted; only whole days, months, quarters and years can be shown there."""

    def records(scope: Scope, first: date, last: date) -> str:
        question = question_for(scope, kind)
        if question is None:
            return ""
        wanted = {"question": question.key, "counted": "yes"}
        if scope.get("segment"):
            wanted["segment"] = scope["segment"]
        if scope.get("site"):
            wanted["site"] = scope["site"]
        whole = exactly(first, last)
        if whole is not None:
            wanted["period"] = whole.code
        return f"{reverse('surveys:answers', args=[question.survey_id])}?{urlencode(wanted)}"

    return records


def _indicator(key: str, kind: QuestionKind, series: Series, title: str, what: str) -> Indicator:
    return Indicator(
        key=key,
        title=title,
        kind="nps" if kind == QuestionKind.NPS else "proportion",
        direction="up",
        series=series,
        unit="points" if kind == QuestionKind.NPS else "",
        events="answers of 4 and 5",
        base="answers",
        measure="the recommendation score" if kind == QuestionKind.NPS else "the share of satisfied customers",
        what=what,
        scopes=scopes_of(kind),
        records_url=records_of(kind),
    )


NPS = register(
    _indicator(
        "surveys.nps",
        QuestionKind.NPS,
        nps_series,
        "How many recommend us (NPS)",
        "Answers of 9 and 10 minus answers of 0 to 6, for each 100 answers to one survey’s question.",
    )
)
CSAT = register(
    _indicator(
        "surveys.csat",
        QuestionKind.CSAT,
        csat_series,
        "Satisfied customers (CSAT)",
        "Answers of 4 and 5 on a scale of 1 to 5, as a share of all answers to one survey’s question.",
    )
)
