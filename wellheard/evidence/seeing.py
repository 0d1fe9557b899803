"""Which of many records an actor may see: one question a kind, however many records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model, QuerySet

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.links import Key

Thing = TypeVar("Thing")
BATCH = 500


def model_of(kind: str) -> type[Model] | None:
    """The model behind `cases.case`; None for kinds that nobody knows (any more)."""
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def visible_rows(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """The rows that the actor may see; none of a kind that has no permission to be seen."""
    if access.see(rows.model) not in access.TABLE:
        return rows.none()
    narrow = getattr(rows, "visible_to", None)
    return narrow(actor) if narrow is not None else access.visible(rows, actor)


def visible_keys(keys: Iterable[Key], actor: Actor) -> set[Key]:
    """Those of the keys whose records exist and may be seen."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, pk in keys:
        by_kind[kind].add(pk)
    seen: set[Key] = set()
    for kind, pks in by_kind.items():
        model = model_of(kind)
        if model is not None:
            rows = visible_rows(model._default_manager.filter(pk__in=pks), actor)
            seen |= {(kind, pk) for pk in rows.values_list("pk", flat=True)}
    return seen


def in_batches(things: Iterable[Thing], size: int = BATCH) -> Iterator[list[Thing]]:
    """The things in lists of at most `size`."""
    source = iter(things)
    while batch := list(islice(source, size)):
        yield batch
