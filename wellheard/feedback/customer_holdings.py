"""Statements and what people were told, as what is kept about a person; and what becomes of them when customers are merged."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from wellheard.core.actors import Actor
from wellheard.customers.forgetting import forget_chosen, forget_rows, told, without
from wellheard.customers.holdings import Expiry, Forgotten, Holding, Scope, Words, register_holding
from wellheard.customers.merging.rules import Moves, Stays, register_rule
from wellheard.customers.own_holdings import plain_holding
from wellheard.feedback.models import Statement, Telling
from wellheard.ground.text.removing import REMOVED, Known

SHOWN = ("reference", "heard_at", "source", "account", "verbatim", "language", "rating_words", "status", "handled_note")
KIND = "feedback.statement"


def rows_of(people: Sequence[int]) -> QuerySet[Statement]:
    return Statement.objects.filter(person__in=people)


def forget(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """Our notes lose their names; the words go where they were chosen. The trail keeps the digest of what they were."""
    chosen = scope.chosen_of(KIND)
    rows = rows_of(scope.people)
    one = forget_rows(
        rows,
        lambda row: without(scope.known, row, "handled_note") | ({"verbatim": REMOVED} if row.pk in chosen else {}),
        after=after,
        most=most,
        known=scope.known,
        fields=(),
        scrubbed=("handled_note",),
    )
    return forget_chosen(one, rows, chosen, scope.known)


def words(people: Sequence[int]) -> Iterable[Words]:
    """What they said, unless it was removed already."""
    for row in rows_of(people).exclude(verbatim__in=("", REMOVED)).order_by("heard_at", "pk"):
        yield Words(f"{KIND}:{row.pk}", row.heard_at, row.reference, row.verbatim[:200], row.get_absolute_url())


def shown(people: Sequence[int]) -> Iterable[dict[str, Any]]:
    for row in rows_of(people).select_related("account").order_by("heard_at", "pk").iterator(chunk_size=500):
        yield told(row, SHOWN)


def old(before: datetime) -> QuerySet[Any]:
    """Statements heard before that moment whose words are still there."""
    return Statement.objects.filter(heard_at__lt=before).exclude(verbatim__in=("", REMOVED))


def forget_old(ids: Sequence[int], by: Actor, at: datetime) -> int:
    return forget_rows(
        Statement.objects.filter(pk__in=ids),
        lambda row: {"verbatim": REMOVED, "handled_note": ""},
        after=0,
        most=len(ids) + 1,
        known=Known(),
    ).changed


def register() -> None:
    """Say what is kept here."""
    register_rule("feedback.statement.person", Moves())
    register_rule("feedback.statement.account", Moves())
    register_rule("feedback.statement.origin_id", Moves(("origin_kind",)))
    register_rule("feedback.notice.origin_id", Stays("notices tell about actions and cases, never about a customer"))
    register_rule("feedback.telling.person", Moves(("notice_id",)))
    register_holding(
        Holding(
            "feedback.statements",
            "What they said",
            shown=shown,
            forget=forget,
            count=lambda people: rows_of(people).count(),
            goes="Names in our notes; and the words that you choose below.",
            stays="Their words, of a person without a name: they are the record of the complaint.",
            words=words,
            expiry=Expiry(
                old,
                forget_old,
                lambda row: f"{row.reference} of {row.heard_at:%-d %B %Y}",
                "What customers said",
                "The words and our notes; rating, date and account stay. The answers to surveys that they came from stay sealed.",
            ),
        )
    )
    register_holding(
        plain_holding(
            "feedback.tellings", "News they were told", Telling,
            shows=("notice", "way", "language", "told_at"), related=("notice",),
            stays="That someone was told, for the counts.",
        )
    )  # fmt: skip
