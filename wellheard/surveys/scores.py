"""Scores, each with its number of answers, its interval, and what was left out. Read from the tallies, never guessed.

The rule (version 1): a question's score counts every whole number on its scale that was given in the period, by the day
of the answer in the survey's zone. Left out, and said so: responses without a score for it, and those that somebody
left out with a reason. NPS counts 9 and 10 against 0 to 6; CSAT is the share of 4 and 5. Scales are never mixed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum

from wellheard.core.errors import Refusal
from wellheard.ground import scores as ground
from wellheard.ground.comparison import UNKNOWN_DIFFERENCE, Difference, Estimate
from wellheard.ground.periods import month_of
from wellheard.ground.proportions import benjamini_hochberg
from wellheard.surveys.models import COUNTERS, PeriodKind, Question, QuestionKind, Response, Survey, Tally

RULE_VERSION = 1
NO_SCORE = "no score"
LEFT_OUT = "left out"
Counts = tuple[int, ...]
NOTHING: Counts = (0,) * 11


@dataclass(frozen=True)
class Span:
    """From which day to which, both counted; None is without end."""

    first: date | None = None
    last: date | None = None

    @property
    def is_whole_months(self) -> bool:
        """Can it be read from the counters of months?"""
        starts = self.first is None or self.first.day == 1
        return starts and (self.last is None or self.last == month_of(self.last).last)


EVER = Span()


@dataclass(frozen=True)
class ScoreReport:
    """A score as pages, API and program show it. `value`, `low`, `high` are points (nps) or per cent (csat)."""

    metric: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    counts: dict[str, int]
    excluded: dict[str, int] = field(default_factory=dict)
    scores: Counts = NOTHING

    @property
    def estimate(self) -> Estimate:
        """The same figure for comparisons."""
        return Estimate(self.value, self.n, self.low, self.high, self.counts)

    @property
    def responses(self) -> int:
        """How many responses there are in all: counted and left out."""
        return self.n + sum(self.excluded.values())

    def as_json(self) -> dict[str, Any]:
        """The object that the program and the API give."""
        names = ("metric", "value", "n", "low", "high", "counts", "excluded")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Part:
    """The score of one segment, or of one period."""

    name: str
    estimate: Estimate
    against_rest: Difference = UNKNOWN_DIFFERENCE
    stands_out: bool = False

    @property
    def signal(self) -> str:
        """Proven better or worse than the rest, or nothing."""
        if not self.stands_out or self.against_rest.value is None:
            return ""
        return "better" if self.against_rest.value > 0 else "worse"


def estimate_of(kind: str, counts: Sequence[int]) -> Estimate:
    """The score that eleven counters give for this kind of question."""
    if kind == QuestionKind.NPS:
        return ground.nps(counts)
    return ground.csat({score: counts[score] for score in range(1, 6)})


def compare(kind: str, first: Estimate, second: Estimate) -> Difference:
    """How far the first lies above the second, with its interval."""
    return ground.compare(first, second, "nps" if kind == QuestionKind.NPS else "csat")


def question_of(survey: Survey, question: Question | str | None) -> Question:
    """The question asked about: itself, by its key, or the survey's headline. It must have a scale."""
    if question is None:
        found = survey.headline()
        if found is None:
            raise Refusal(f"“{survey.title}” asks nothing that has a scale, so it has no score.", field="question")
        return found
    if isinstance(question, str):
        known = list(survey.questions.all())
        match = next((each for each in known if each.key == question), None)
        if match is None:
            keys = ", ".join(each.key for each in known if each.is_scored)
            raise Refusal(
                f"“{survey.title}” has no question “{question}”. Those with a score: {keys}.", field="question"
            )
        question = match
    if not question.is_scored:
        raise Refusal(f"“{question}” is answered in words, so it has no score.", field="question")
    return question


def tallies_of(
    questions: Iterable[Question], *, segment: str | None = None, site: int | None = None, channel: str | None = None
) -> QuerySet[Tally]:
    """The counters of questions, narrowed."""
    rows = Tally.objects.filter(question__in=list(questions))
    if segment is not None:
        rows = rows.filter(segment=segment)
    if site is not None:
        rows = rows.filter(site=site)
    if channel is not None:
        rows = rows.filter(channel=channel)
    return rows


def within(rows: QuerySet[Tally], span: Span) -> QuerySet[Tally]:
    """The counters of a span: whole months where it is made of them, else days."""
    kind = PeriodKind.MONTH if span.is_whole_months else PeriodKind.DAY
    rows = rows.filter(period_kind=kind)
    if span.first is not None:
        rows = rows.filter(period__gte=span.first)
    return rows if span.last is None else rows.filter(period__lte=span.last)


def counts_of(rows: QuerySet[Tally]) -> Counts:
    """Eleven counters added up; one query."""
    sums = rows.order_by().aggregate(**{f"s{name}": Sum(name) for name in COUNTERS})
    return tuple(int(sums[f"s{name}"] or 0) for name in COUNTERS)


def counts_by(rows: QuerySet[Tally], *names: str) -> dict[tuple[Any, ...], Counts]:
    """Eleven counters for each value of these columns; one query."""
    sums = {f"s{name}": Sum(name) for name in COUNTERS}
    found = rows.order_by().values_list(*names).annotate(**sums)
    return {tuple(row[: len(names)]): tuple(int(each or 0) for each in row[len(names) :]) for row in found}


def added(several: Iterable[Counts]) -> Counts:
    """Counters added up."""
    total = [0] * 11
    for counts in several:
        for place, number in enumerate(counts):
            total[place] += number
    return tuple(total)


def score(
    survey: Survey,
    question: Question | str | None = None,
    segment: str | None = None,
    first: date | None = None,
    last: date | None = None,
    *,
    site: int | None = None,
    channel: str | None = None,
) -> ScoreReport:
    """The score of a question (the headline, unless one is named), with what was left out and why. Four queries."""
    asked = question_of(survey, question)
    span = Span(first, last)
    counts = counts_of(within(tallies_of([asked], segment=segment, site=site, channel=channel), span))
    report = report_of(asked, counts)
    return replace(report, excluded=excluded(asked, report.n, span, segment=segment, site=site, channel=channel))


def report_of(question: Question, counts: Counts) -> ScoreReport:
    """A report without what was left out."""
    found = estimate_of(question.kind_of_question, counts)
    return ScoreReport(
        question.kind_of_question, found.value, found.n, found.low, found.high, dict(found.counts), scores=tuple(counts)
    )


def responses_to(
    question: Question,
    span: Span = EVER,
    *,
    segment: str | None = None,
    site: int | None = None,
    channel: str | None = None,
) -> QuerySet[Response]:
    """The responses of the time in which a question was asked with this wording."""
    rows = asked_with(question, Response.objects.filter(survey_id=question.survey_id))
    if span.first is not None:
        rows = rows.filter(answered_on__gte=span.first)
    if span.last is not None:
        rows = rows.filter(answered_on__lte=span.last)
    if segment is not None:
        rows = rows.filter(segment=segment)
    if site is not None:
        rows = rows.filter(site_id=site) if site else rows.filter(site__isnull=True)
    return rows if channel is None else rows.filter(channel=channel)


def asked_with(question: Question, rows: QuerySet[Response]) -> QuerySet[Response]:
    """Those that came in while a question was asked with this wording."""
    if question.replaces_id is not None and question.replaces is not None and question.replaces.retired_at:
        rows = rows.filter(received_at__gte=question.replaces.retired_at)
    if question.retired_at is not None:
        rows = rows.filter(received_at__lt=question.retired_at)
    return rows


def excluded(question: Question, counted: int, span: Span = EVER, **narrowed: Any) -> dict[str, int]:
    """What is not in the score: {reason: number}; nothing that is zero."""
    rows = responses_to(question, span, **narrowed).order_by()
    left_out = dict(rows.exclude(left_out="").values_list("left_out").annotate(number=Count("pk")))
    # Counted over the index of days alone; the few that somebody left out have an index of their own.
    silent = rows.count() - sum(left_out.values()) - counted
    reasons = {NO_SCORE: silent} if silent > 0 else {}
    return reasons | dict(sorted(left_out.items()))


def distribution(counts: Counts, question: Question) -> list[tuple[int, int]]:
    """(score, how many gave it) along the scale."""
    low, high = question.scale
    return [(each, counts[each]) for each in range(low, high + 1)]


def by_segment(question: Question, first: date | None = None, last: date | None = None, **narrowed: Any) -> list[Part]:
    """The score of each segment against the rest, largest first; answers without a segment are the segment ""."""
    rows = within(tallies_of([question], **narrowed), Span(first, last))
    return parts_of(
        question.kind_of_question, {str(key[0]): counts for key, counts in counts_by(rows, "segment").items()}
    )


def parts_of(kind: str, counts: dict[str, Counts]) -> list[Part]:
    """Each part beside the rest of them. One stands out only when it still does among so many (Benjamini-Hochberg)."""
    filled = {name: each for name, each in counts.items() if sum(each)}
    whole = added(filled.values())
    parts = []
    for name, each in filled.items():
        rest = tuple(all_of - part for all_of, part in zip(whole, each, strict=True))
        own = estimate_of(kind, each)
        parts.append(Part(name, own, compare(kind, own, estimate_of(kind, rest))))
    found = benjamini_hochberg([1.0 if part.against_rest.p is None else part.against_rest.p for part in parts])
    # Both must hold: the interval of the difference leaves out zero, and the find stands among so many looks.
    marked = [
        replace(part, stands_out=real and part.against_rest.is_real) for part, real in zip(parts, found, strict=True)
    ]
    return sorted(marked, key=lambda part: (-part.estimate.n, part.name))


def by_month(
    question: Question, months: int = 24, until: date | None = None, **narrowed: Any
) -> list[tuple[date, Estimate]]:
    """The score of each month that has answers, oldest first; the last `months` up to `until`."""
    rows = tallies_of([question], **narrowed).filter(period_kind=PeriodKind.MONTH)
    if until is not None:
        last = month_of(until)
        rows = rows.filter(period__lte=last.first, period__gt=last.shifted(-months).first)
    found = sorted((key[0], counts) for key, counts in counts_by(rows, "period").items() if sum(counts))
    return [(month, estimate_of(question.kind_of_question, counts)) for month, counts in found[-months:]]
