"""The holding that most kinds of rows with a person need."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from wellheard.core.actors import Actor
from wellheard.customers.forgetting import forget_rows, told_rows, without
from wellheard.customers.holdings import Forgotten, Holding, Scope

People = Sequence[int]


def plain_holding(
    key: str,
    title: str,
    model: Any,
    *,
    shows: Sequence[str],
    empties: Sequence[str] = (),
    scrubs: Sequence[str] = (),
    goes: str = "",
    stays: str = "",
    related: Sequence[str] = (),
    order: int = 50,
) -> Holding:
    """A holding of records with a `person`: fields that are emptied, and fields of which the person is taken out."""

    def rows(people: People) -> QuerySet[Any]:
        return model._default_manager.filter(person__in=people)  # type: ignore[no-any-return]

    def forget(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
        if not empties and not scrubs:
            return Forgotten(0)
        return forget_rows(
            rows(scope.people),
            lambda row: dict.fromkeys(empties, "") | without(scope.known, row, *scrubs),
            after=after,
            most=most,
            known=scope.known,
            fields=tuple(empties),
            scrubbed=tuple(scrubs),
        )

    return Holding(
        key,
        title,
        shown=lambda people: told_rows(rows(people).select_related(*related).order_by("pk"), shows),
        forget=forget,
        count=lambda people: rows(people).count(),
        goes=goes,
        stays=stays,
        order=order,
    )


def nothing(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    return Forgotten(0)
