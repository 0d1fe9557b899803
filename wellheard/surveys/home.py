"""What surveys show on the home page: whether customers recommend us, against the quarter before."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from wellheard.core.home import TruthItem
from wellheard.core.models import Member
from wellheard.core.templatetags.words import counted
from wellheard.ground.periods import quarter_of
from wellheard.surveys.findings import FEW, finding_of
from wellheard.surveys.models import QuestionKind, Survey, Tally
from wellheard.surveys.scores import Span, added, counts_by, estimate_of, tallies_of, within

NAMES = {QuestionKind.NPS.value: "Would recommend us", QuestionKind.CSAT.value: "Are satisfied"}


def recommendation(member: Member, now: datetime) -> TruthItem | None:
    """The headline score of the newest survey with answers: this quarter's, or the last one that says something."""
    answered = Tally.objects.filter(question__survey=OuterRef("pk"))
    found = Survey.objects.visible_to(member).filter(Exists(answered)).prefetch_related("questions")
    survey = found.order_by("is_imported", "-opened_at", "-pk").first()
    question = survey.headline() if survey is not None else None
    if survey is None or question is None:
        return None
    kind = question.kind_of_question
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
    return TruthItem(
        name=NAMES[kind],
        n=shown.n,
        base=f"From {counted(shown.n, 'answer,answers')} to “{survey.title}”, {quarters[place].label}.",
        value=shown.value,
        low=shown.low,
        high=shown.high,
        finding=finding.sentence.rstrip(":") + ".",
        tone=finding.tone,
        url=f"{reverse('surveys:results', args=[survey.pk])}?period={quarters[place].code}",
        minimum=-100 if kind == QuestionKind.NPS else 0,
        unit="" if kind == QuestionKind.NPS else "%",
        was=before.value if has_before else None,
        was_label=label if has_before else "",
    )
