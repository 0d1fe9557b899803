"""What surveys show on the home page: whether customers recommend us, against the quarter before."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Case, Exists, OuterRef, When
from django.urls import reverse

from wellheard.core.home import TruthItem
from wellheard.core.models import Member
from wellheard.core.templatetags.words import counted
from wellheard.ground.periods import quarter_of
from wellheard.surveys.findings import FEW, finding_of
from wellheard.surveys.models import Question, QuestionKind, Survey, Tally
from wellheard.surveys.scores import Span, added, counts_by, estimate_of, tallies_of, within

SHOWN = 3
TRUTHS = tuple(range(SHOWN))


def truth_at(place: int) -> Callable[[Member, datetime], TruthItem | None]:
    """The provider of the score that stands at this place on the home page."""

    def truth(member: Member, now: datetime) -> TruthItem | None:
        asked = asked_of(member)
        return truth_about(asked[place], member, now) if place < len(asked) else None

    return truth


def asked_of(member: Member) -> list[Question]:
    """The questions whose scores are shown: of surveys that are open, whether people recommend us first; where none is
    open, the headline of the newest survey that was answered."""
    answered = Exists(Tally.objects.filter(question=OuterRef("pk")))
    surveys = Survey.objects.visible_to(member)
    questions = Question.objects.filter(answered, retired_at__isnull=True, is_detail=False).select_related(
        "survey__site"
    )
    is_nps = Case(When(kind_of_question=QuestionKind.NPS, then=0), default=1)
    running = questions.filter(survey__in=surveys.open()).order_by(is_nps, "survey__opened_at", "position", "pk")
    return list(running[:SHOWN]) or list(
        questions.filter(survey__in=surveys).order_by("-survey_id", is_nps, "position")[:1]
    )


def truth_about(question: Question, member: Member, now: datetime) -> TruthItem | None:
    """This quarter's score against the one before, or the last quarter's when this one has too few answers yet."""
    survey, kind = question.survey, question.kind_of_question
    quarter = quarter_of(survey.day_of(now))
    by_month = counts_by(
        within(tallies_of([question]), Span(quarter.shifted(-2).first, quarter.last)).filter(period_kind="month"),
        "period",
    )
    quarters = [quarter, quarter.previous, quarter.shifted(-2)]
    estimates = [
        estimate_of(kind, added(counts for (day,), counts in by_month.items() if day in each)) for each in quarters
    ]
    place = 0 if estimates[0].n >= FEW else 1
    shown, before = estimates[place], estimates[place + 1]
    if shown.n < FEW:
        return None
    label = quarters[place + 1].label
    finding = finding_of(kind, shown, before, label)
    has_before = before.n >= FEW
    results = reverse("surveys:results", args=[survey.pk])
    is_nps = kind == QuestionKind.NPS
    return TruthItem(
        name="Would recommend us (NPS)" if is_nps else question.wording(member.language, survey.main_language),
        n=shown.n,
        base=f"From {counted(shown.n, 'answer,answers')} to “{survey.title}”, {quarters[place].label}.",
        value=shown.value,
        low=shown.low,
        high=shown.high,
        finding=finding.sentence.rstrip(":") + ".",
        tone=finding.tone,
        url=f"{results}?{urlencode({'question': question.key, 'period': quarters[place].code})}",
        minimum=-100 if is_nps else 0,
        unit="" if is_nps else "%",
        was=before.value if has_before else None,
        was_label=label if has_before else "",
    )
