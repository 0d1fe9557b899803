"""Answers, as what is kept about a person; and what becomes of them when customers are merged."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from wellheard.core.actors import Actor
from wellheard.customers.holdings import Forgotten, Holding, Scope, register_holding
from wellheard.customers.merging.rules import Stays, register_rule
from wellheard.surveys.models import Response

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


def forget(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """Nothing: an answer carries no name of its own, and its words are sealed."""
    return Forgotten(0)


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
            stays="Answers with their words, of a person without a name: scores stay as they were, and the seal holds.",
        )
    )
