"""Causes and corrective actions that name a customer. They belong to no person, so they are found by what they say."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from wellheard.core.actors import Actor
from wellheard.core.records import kind_of
from wellheard.core.trail.erasing import erase_personal
from wellheard.customers.forgetting import forget_rows, told, without
from wellheard.customers.holdings import Forgotten, Holding, Scope, Words, register_holding
from wellheard.customers.own_holdings import known_of
from wellheard.ground.text.removing import REMOVED, Known
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction, Why

TEXTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (CauseAnalysis, ("title", "problem", "cause")),
    (Why, ("text", "evidence")),
    (CorrectiveAction, ("title", "what", "other_changes")),
)


def naming(known: Known) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """The records that name the person, with the fields that do."""
    for model, fields in TEXTS:
        yield from _naming(model, fields, known)


def _naming(model: Any, fields: tuple[str, ...], known: Known) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for row in model._default_manager.order_by("pk").iterator(chunk_size=500):
        if named := tuple(name for name in fields if known.named_in(getattr(row, name))):
            yield row, named


def shown(people: Sequence[int]) -> Iterable[dict[str, Any]]:
    for row, fields in naming(known_of(people)):
        yield told(row, fields)


def words(people: Sequence[int]) -> Iterable[Words]:
    """Each text that names them: chosen, all of it gives way to the mark; else their names alone do."""
    for row, fields in naming(known_of(people)):
        owner = row.analysis if isinstance(row, Why) else row
        text = getattr(row, fields[0])
        yield Words(
            f"{kind_of(type(row))}:{row.pk}",
            owner.opened_at,
            f"in {owner.reference}",
            text[:200],
            row.get_absolute_url(),
        )


def forget(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """Names go out of every text; of the chosen, the whole text that named them goes. Each kind is looked through whole."""
    changed = 0
    for model, fields in TEXTS:
        chosen = scope.chosen_of(kind_of(model))
        named = [row.pk for row, _ in _naming(model, fields, scope.known)]
        rows: QuerySet[Any] = model._default_manager.filter(pk__in=named)

        def mask(row: Any, fields: tuple[str, ...] = fields, chosen: set[int] = chosen) -> dict[str, Any]:
            if row.pk not in chosen:
                return without(scope.known, row, *fields)
            return {name: REMOVED for name in fields if scope.known.named_in(getattr(row, name))}

        changed += forget_rows(
            rows, mask, after=0, most=len(named) + 1, known=scope.known, fields=(), scrubbed=fields
        ).changed
        # What they said before, and no longer do, the trail still remembers.
        everything = model._default_manager.order_by("pk").values_list("pk", flat=True)
        erase_personal(kind_of(model), everything.iterator(chunk_size=2_000), when=scope.known.named_in)
    return Forgotten(changed)


def register() -> None:
    """Say what is kept here."""
    register_holding(
        Holding(
            "improvement.texts",
            "Causes and corrective actions that name them",
            shown=shown,
            forget=forget,
            count=lambda people: sum(1 for _ in naming(known_of(people))),
            goes="Their names in titles and texts; of those that you choose below, the whole text.",
            stays="What was found and changed: it is about how we work.",
            words=words,
        )
    )
