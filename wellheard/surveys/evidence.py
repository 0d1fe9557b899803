"""What surveys show an auditor: customers were asked what they think, how many answered, and how sure the result is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q
from django.urls import reverse

from wellheard.core.actors import Actor
from wellheard.core.templatetags.words import counted, number
from wellheard.evidence.collectors import Collector, Gap, GapRule, Item, register_collector, register_gap_rule
from wellheard.surveys.models import Question, Survey
from wellheard.surveys.scores import ScoreReport, Span, counts_by, report_of, tallies_of, within

SLUG = "perception.monitor"
ENOUGH = 30


@dataclass(frozen=True)
class Measured:
    """A survey's score in a span, and the last day on which it was answered then."""

    survey: Survey
    report: ScoreReport
    on: date

    @property
    def sentence(self) -> str:
        """`After delivery: NPS 41, between 35 and 47, from 412 answers`."""
        name, unit = ("NPS ", "") if self.report.metric == "nps" else ("", " % satisfied")
        value, low, high = (number(each) for each in (self.report.value, self.report.low, self.report.high))
        return (
            f"{self.survey.title}: {name}{value}{unit}, between {low} and {high}, "
            f"from {counted(self.report.n, 'answer,answers')}"
        )


def measured(site_id: int | None, first: date, last: date, actor: Actor) -> list[Measured]:
    """Every survey that was answered on these days, as far as this actor may see; three queries."""
    surveys = Survey.objects.visible_to(actor).exclude(status=Survey.Status.DRAFT)
    if site_id is not None:
        surveys = surveys.filter(Q(site_id=site_id) | Q(site_id=None))
    headlines: dict[int, Question] = {}
    for survey in surveys.prefetch_related("questions"):
        if (question := survey.headline()) is not None:
            question.survey = survey
            headlines[question.pk] = question
    rows = within(tallies_of(headlines.values(), site=site_id), Span(first, last))
    counts = {key[0]: each for key, each in counts_by(rows, "question_id").items() if any(each)}
    days = within(tallies_of(headlines.values(), site=site_id), Span(first, last)).filter(question_id__in=counts)
    ends = dict(days.order_by().values_list("question_id").annotate(end=Max("period")))
    found = [
        Measured(headlines[pk].survey, report_of(headlines[pk], each), min(last, ends[pk]))
        for pk, each in counts.items()
    ]
    return sorted(found, key=lambda each: (each.on, each.survey.pk))


def asked(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Surveys that were answered in that time, each with its n and its interval."""
    for each in measured(site_id, first, last, actor):
        yield Item(
            kind=each.survey.kind,
            record_id=each.survey.pk,
            label=each.sentence,
            url=reverse("surveys:results", args=[each.survey.pk]),
            on=each.on,
            digest=each.survey.fingerprint(),
        )


def too_few(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Scores from fewer than thirty answers."""
    for each in measured(None, first, last, actor):
        if each.report.n < ENOUGH:
            yield Gap(
                sentence=f"Its score rests on {counted(each.report.n, 'answer,answers')}: too few to decide anything by.",
                kind=each.survey.kind,
                record_id=each.survey.pk,
                label=each.survey.title,
                url=reverse("surveys:results", args=[each.survey.pk]),
                owner=str(each.survey.owner or ""),
            )


def register() -> None:
    """Offer the collector and the rule to the evidence pages."""
    register_collector(Collector(SLUG, "surveys.asked", "Surveys, with how many answered and how sure we are", asked))
    register_gap_rule(GapRule("G9.1.2-3", SLUG, "low", "good practice", "Scores from fewer than 30 answers", too_few))
