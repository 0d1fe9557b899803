"""Answers, as what is kept about a person; and what becomes of them when customers are merged."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from wellheard.core.actors import Actor
from wellheard.core.trail.seals import reword
from wellheard.customers.holdings import Forgotten, Holding, Scope, Words, register_holding
from wellheard.customers.merging.rules import Stays, register_rule
from wellheard.feedback.models import Statement
from wellheard.ground.text.removing import REMOVED
from wellheard.surveys.models import Answer, Response

KIND = "surveys.response"

SEALED = Stays("sealed as it was given, so it keeps whom it came with; it is read through the survivor's lineage")


def shown(people: Sequence[int]) -> Iterable[dict[str, Any]]:
    """Their answers, oldest first, each question with what they gave."""
    rows = Response.objects.filter(person__in=people).select_related("survey").order_by("answered_at", "pk")
    for row in rows.prefetch_related("answers__question").iterator(chunk_size=500):
        answers = sorted(row.answers.all(), key=lambda each: (each.question.position, each.pk))
        yield {
            "survey": str(row.survey),
            "answered_at": row.answered_at.isoformat(),
            "channel": row.get_channel_display(),
            "language": row.language,
            "segment": row.segment,
            "answers": [{"question": str(each.question), "answer": str(each)} for each in answers],
        }


def _worded(people: Sequence[int]) -> QuerySet[Response]:
    """Their answers that still hold words."""
    answers = Answer.objects.exclude(text__isnull=True).exclude(text__in=("", REMOVED))
    return Response.objects.filter(person__in=people, pk__in=answers.values("response"))


def words(people: Sequence[int]) -> Iterable[Words]:
    """What they wrote in surveys. Words that became a statement are offered there, once: they go from both."""
    statements = Statement.objects.filter(origin_kind=KIND).exclude(verbatim__in=("", REMOVED))
    rows = _worded(people).exclude(pk__in=statements.filter(person__in=people).values("origin_id"))
    for row in rows.prefetch_related("answers").order_by("answered_at", "pk").iterator(chunk_size=500):
        said = next(each.text for each in row.answers.all() if each.text and each.text != REMOVED)
        yield Words(f"{KIND}:{row.pk}", row.answered_at, row.label, said[:200], row.get_absolute_url())


def forget(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """The words that were chosen give way to the mark, also behind a chosen statement; scores stay, and so does the seal."""
    chosen = scope.chosen_of(KIND)
    heard = Statement.objects.filter(pk__in=scope.chosen_of("feedback.statement"), origin_kind=KIND)
    rows = _worded(scope.people).filter(Q(pk__in=chosen) | Q(pk__in=heard.values("origin_id")))
    pks = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:most])
    return Forgotten(remove_words(pks), pks[-1] if len(pks) == most else None)


def remove_words(pks: Sequence[int]) -> int:
    """Put the mark in place of the words of these answers, within an action; gives how many changed."""
    return reword(KIND, pks, lambda some: _worded_answers(some).update(text=REMOVED)) if pks else 0


def _worded_answers(pks: Sequence[int]) -> QuerySet[Answer]:
    return Answer.objects.filter(response__in=pks).exclude(text__isnull=True).exclude(text="")


def register() -> None:
    """Say what is kept here."""
    register_rule("surveys.response.person", SEALED)
    register_rule("surveys.response.account", SEALED)
    register_holding(
        Holding(
            "surveys.answers",
            "Answers to surveys",
            shown=shown,
            forget=forget,
            count=lambda people: Response.objects.filter(person__in=people).count(),
            goes="The words that you choose below.",
            stays="Scores, and words that you don’t choose, of a person without a name; the seals hold either way.",
            words=words,
        )
    )
