"""How one customer scored us over time: counted from their own answers, each kind of question by itself.

Answers to the same words in several surveys are one measure; a new wording of a question is the same measure with a
visible break. Responses that somebody left out don't count, nor do those that a person gave for another customer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractQuarter, ExtractYear

from wellheard.core.actors import Actor
from wellheard.customers.lineage import lineage_of
from wellheard.customers.models import Account, Person
from wellheard.ground.comparison import Estimate
from wellheard.ground.periods import Period, quarter_of
from wellheard.surveys.models import Question, QuestionKind, Response
from wellheard.surveys.scores import NOTHING, Counts, added, estimate_of

YEAR_OF_QUARTERS = 4


@dataclass(frozen=True)
class Point:
    """A quarter's answers to one wording of a measure: eleven counters, as tallies have them."""

    period: Period
    wording: str
    counts: Counts


@dataclass(frozen=True)
class Measure:
    """One question over time, oldest quarter first. `question` is its present wording."""

    question: Question
    points: Sequence[Point]

    @property
    def kind(self) -> str:
        return self.question.kind_of_question

    @property
    def n(self) -> int:
        """How many answers there are in all."""
        return sum(sum(each.counts) for each in self.points)

    def estimate(self, points: Iterable[Point]) -> Estimate:
        """The score of these quarters together."""
        return estimate_of(self.kind, added(each.counts for each in points))

    def lately_and_before(self, today: date) -> tuple[Estimate, Estimate]:
        """The score of this quarter and the three before it, and that of the time before, both in the present wording."""
        first = quarter_of(today).shifted(1 - YEAR_OF_QUARTERS)
        present = [each for each in self.points if each.wording == self.points[-1].wording]
        return (
            self.estimate(each for each in present if each.period >= first),
            self.estimate(each for each in present if each.period < first),
        )


def measures_of(record: Account | Person, actor: Actor) -> list[Measure]:
    """What this customer's answers measure, the one with most answers first; two queries whatever the history."""
    cells: dict[int, dict[Period, list[int]]] = defaultdict(lambda: defaultdict(lambda: list(NOTHING)))
    rows = (
        lineage_of(record)
        .of_alone(Response.objects.visible_to(actor).counted())
        .filter(answers__score__isnull=False, answers__question__is_detail=False)
        .order_by()
        .annotate(year=ExtractYear("answered_on"), quarter=ExtractQuarter("answered_on"))
        .values_list("answers__question_id", "year", "quarter", "answers__score")
        .annotate(number=Count("pk"))
    )
    for question, year, quarter, score, number in rows:
        cells[question][Period("quarter", date(year, 3 * quarter - 2, 1))][score] += number
    questions = {
        each.pk: each for each in Question.objects.filter(pk__in=cells).select_related("survey").order_by("pk")
    }
    found = [_measure(several, cells) for several in _grouped(questions).values()]
    return sorted(found, key=lambda each: (-each.n, each.kind != QuestionKind.NPS, each.question.pk))


def wording_of(question: Question) -> str:
    """The question's words in the main language of its survey."""
    return question.wording(question.survey.main_language)


def _grouped(questions: dict[int, Question]) -> dict[tuple[str, str], list[Question]]:
    """The questions that measure the same: of one kind, in the same words or one a new wording of the other."""
    groups: dict[tuple[str, str], list[Question]] = defaultdict(list)
    for question in questions.values():
        root = question
        while root.replaces_id in questions:
            root = questions[root.replaces_id]
        groups[root.kind_of_question, wording_of(root).strip().casefold()].append(question)
    return groups


def _measure(questions: Sequence[Question], cells: dict[int, dict[Period, list[int]]]) -> Measure:
    # The same words in two surveys are one point; different words in one quarter are two, the older first.
    merged: dict[tuple[Period, str], list[Counts]] = defaultdict(list)
    latest: dict[str, Question] = {}
    for question in questions:
        words = wording_of(question)
        latest[words] = question
        for period, counts in cells[question.pk].items():
            merged[period, words].append(tuple(counts))
    order = {words: place for place, words in enumerate(latest)}
    points = [
        Point(period, words, added(several))
        for (period, words), several in sorted(merged.items(), key=lambda each: (each[0][0], order[each[0][1]]))
    ]
    return Measure(latest[points[-1].wording], points)
