"""What surveys show on a customer's page: how they see us, and who of them answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Prefetch
from django.utils import timezone

from wellheard.core.lists import how_many
from wellheard.core.models import Member
from wellheard.core.templatetags.words import counted, when
from wellheard.customers.lineage import lineage_of
from wellheard.customers.models import Account, MailingRecipient, Person
from wellheard.customers.parts import Part, register_part
from wellheard.surveys.customer_scores import Measure, measures_of, wording_of
from wellheard.surveys.findings import FEW, finding_of, span_words, value_words
from wellheard.surveys.models import Answer, QuestionKind, Response
from wellheard.surveys.scores import compare
from wellheard.surveys.views.results import NAMES, SCORE_COLUMNS, whole

LATEST_SHOWN = 3
PEOPLE_SHOWN = 20
A_YEAR = timedelta(days=365)
ASKING = "surveys"
"""The purpose of mailings that ask."""


def how_they_see_us(record: Account | Person, member: Member) -> dict[str, Any] | None:
    """Their scores over time with how sure they are, and their latest answers. One answer is shown as that, never as a trend."""
    measures = measures_of(record, member)
    if not measures:
        return None
    is_account = isinstance(record, Account)
    shown = [_shown(each, timezone.localdate()) for each in measures if each.n > 1] if is_account else []
    return {
        "measures": shown[:1],
        "others": shown[1:],
        "others_words": how_many(len(shown) - 1, "other question", "other questions"),
        "latest": latest_answers(record, member),
        "one": _one_words(measures, is_account),
    }


def _one_words(measures: Sequence[Measure], is_account: bool) -> str:
    most = max(each.n for each in measures)
    if most == 1:
        return "One answer so far: what one person said on one day, no trend."
    return (
        "" if is_account else f"{how_many(most, 'answer', 'answers')} of one person: how they felt each time, no score."
    )


def _shown(measure: Measure, today: Any) -> dict[str, Any]:
    """A measure as the template takes it: a chart over quarters, or a ruler for one quarter, or nothing for one answer."""
    lately, before = measure.lately_and_before(today)
    whole_estimate = measure.estimate(measure.points)
    is_nps = measure.kind == QuestionKind.NPS
    periods = {each.period for each in measure.points}
    sentence, rest, tone = change_words(measure, lately, before)
    return {
        "name": "Would recommend us (NPS)" if is_nps else NAMES[measure.kind],
        "question": wording_of(measure.question),
        "n": measure.n,
        "is_trend": len(periods) > 1,
        "is_score": len(periods) == 1 and measure.n > 1,
        "estimate": whole_estimate,
        "minimum": -100 if is_nps else 0,
        "unit": "" if is_nps else "%",
        "finding": finding_of(measure.kind, whole_estimate),
        "sentence": sentence,
        "rest": rest,
        "tone": tone,
        "data": {"min": -100 if is_nps else 0, "max": 100},
        "columns": [{"name": "period", "label": "Quarter"}, {"name": "series", "label": "Wording"}, *SCORE_COLUMNS],
        "rows": [
            {"period": each.period.short, "series": each.wording, **_numbers(measure, each)} for each in measure.points
        ],
    }


def _numbers(measure: Measure, point: Any) -> dict[str, Any]:
    found = measure.estimate([point])
    shown = {"score": found.value, "low": found.low, "high": found.high}
    return {"n": found.n} | {name: None if value is None else whole(value) for name, value in shown.items()}


def change_words(measure: Measure, lately: Any, before: Any) -> tuple[str, str, str]:
    """Whether they see us otherwise than before: the finding, the numbers behind it, and its tone. With few answers on
    either side nothing is called a change, whatever the interval says."""
    if not before.n or not lately.n:
        side = "in the last 12 months" if lately.n else "more than a year ago"
        return f"All answers were given {side}: nothing to compare them with.", "", ""
    now, then = value_words(measure.kind, lately), value_words(measure.kind, before)
    rest = (
        f"In the last four quarters {now}, from {counted(lately.n, 'answer,answers')}; "
        f"before that {then}, from {counted(before.n, 'answer,answers')}."
    )
    if min(lately.n, before.n) < FEW:
        return "Too few answers to say whether anything changed.", rest, ""
    change = compare(measure.kind, lately, before)
    rest = f"{rest} {span_words(measure.kind, change)}"
    if not change.is_real:
        return "No real change.", rest, ""
    if (change.value or 0) > 0:
        return "They see us better than before, and not by chance.", rest, "better"
    return "They see us worse than before, and not by chance.", rest, "worse"


def latest_answers(record: Account | Person, member: Member) -> list[dict[str, str]]:
    """The newest answers with a score: who, what they gave, and when; two queries."""
    is_account = isinstance(record, Account)
    given = Answer.objects.filter(score__isnull=False, question__is_detail=False).select_related("question__survey")
    rows = (
        lineage_of(record)
        .of_alone(Response.objects.visible_to(member).counted())
        .filter(Exists(given.filter(response=OuterRef("pk"))))
        .select_related("person__merged_into", "survey")
        .prefetch_related(Prefetch("answers", given.order_by("question__position", "question_id"), to_attr="given"))
        .order_by("-answered_at", "-pk")
    )
    return [
        {
            "title": f"{named(each)}: {scored_words(each)}" if is_account else scored_words(each),
            "url": each.get_absolute_url(),
            "note": f"{each.survey}, {when(each.answered_on)}",
        }
        for each in rows[:LATEST_SHOWN]
    ]


def named(response: Response) -> str:
    """Who answered, under the name that they have now."""
    person = response.person
    return "Someone" if person is None else str(person.merged_into or person)


def scored_words(response: Response) -> str:
    """`3 out of 10 (How likely …?)`: the first question that they scored."""
    given: list[Answer] = response.given  # type: ignore[attr-defined]
    if not given:
        return "in words"
    first = given[0]
    more = f", and {how_many(len(given) - 1, 'more score', 'more scores').lower()}" if len(given) > 1 else ""
    return f"{first.score} out of {first.question.scale[1]}{more}"


def who_answers(record: Account | Person, member: Member) -> dict[str, Any] | None:
    """Who of an account answered in the last twelve months, and who stays silent; five queries whatever the history."""
    if not isinstance(record, Account):
        return None
    lineage = lineage_of(record)
    since = timezone.now() - A_YEAR
    everyone = list(
        Person.objects.visible_to(member).filter(pk__in=lineage.people, erased_at__isnull=True).order_by("name", "pk")
    )
    people = [each for each in everyone if each.merged_into_id is None]
    if not people:
        return None
    stands_for = {each.pk: each.merged_into_id or each.pk for each in everyone}
    responses = Response.objects.visible_to(member).filter(answered_at__gte=since)
    answered = _latest(
        responses.filter(person__in=stands_for).values_list("person").annotate(last=Max("answered_at")), stands_for
    )
    asked = _latest(
        MailingRecipient.objects.filter(
            person__in=stands_for,
            status=MailingRecipient.Status.WRITTEN,
            mailing__template__purpose__key=ASKING,
            message__isnull=False,
        )
        .values_list("person")
        .annotate(last=Max("message__written_at")),
        stands_for,
    )
    nameless = responses.filter(person__isnull=True, account__in=lineage.accounts).count()
    spoke = sorted((each for each in people if each.pk in answered), key=lambda each: answered[each.pk], reverse=True)
    silent = [each for each in people if each.pk not in answered]
    return {
        "sentence": f"{how_many(len(spoke), 'person', 'people')} of {len(people)} answered in the last 12 months.",
        "answered": _rows(spoke, lambda each: f"answered {when(answered[each.pk])}"),
        "silent": _rows(silent, lambda each: _silence(each, asked.get(each.pk))),
        "silent_words": how_many(len(silent), "stays silent", "stay silent"),
        "more_answered": max(0, len(spoke) - PEOPLE_SHOWN),
        "more_silent": max(0, len(silent) - PEOPLE_SHOWN),
        "nameless": nameless,
    }


def _latest(rows: Any, stands_for: dict[int, int]) -> dict[int, datetime]:
    """For each person the latest moment, those of duplicates taken as theirs."""
    found: dict[int, datetime] = {}
    for person, moment in rows.order_by():
        survivor = stands_for[person]
        found[survivor] = max(moment, found.get(survivor, moment))
    return found


def _rows(people: Sequence[Person], note: Any) -> list[dict[str, str]]:
    return [{"title": str(each), "url": each.get_absolute_url(), "note": note(each)} for each in people[:PEOPLE_SHOWN]]


def _silence(person: Person, asked: datetime | None) -> str:
    if person.do_not_ask:
        return "wants no surveys"
    return f"last asked {when(asked)}" if asked else "not asked by a mailing yet"


def register() -> None:
    """Put them on the pages of customers."""
    register_part(
        Part("surveys.satisfaction", "How they see us", how_they_see_us, "surveys/customer_scores.html", order=10)
    )
    register_part(
        Part(
            "surveys.answering", "Who answers", who_answers, "surveys/customer_answering.html", place="aside", order=20
        )
    )
