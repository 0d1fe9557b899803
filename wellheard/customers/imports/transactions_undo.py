"""The way back of customers that were made for imported orders: they go when nothing else belongs to them yet."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import QuerySet

from wellheard.core.batches import in_batches
from wellheard.core.models import ImportBatch, Link, Task
from wellheard.core.records import Record, kind_of
from wellheard.core.writing import writing
from wellheard.customers.models import Account, Buyer, ContactPoint, ExternalId, ImportedChange, Person

OWN: tuple[type[models.Model], ...] = (ExternalId, ContactPoint, Buyer)
"""What an import of orders makes along with a customer."""


def remove_unused(batch: ImportBatch) -> dict[str, int]:
    """Remove the customers that this import made, but for those that are used by now; within an action."""
    removed: dict[str, int] = {}
    for name, model in (("people", Person), ("accounts", Account)):
        made = ImportedChange.objects.filter(batch=batch, record_kind=kind_of(model), verdict="created")
        for ids in in_batches(made.order_by("record_id").values_list("record_id", flat=True), 1_000):
            gone = _remove(model, ids)
            removed[name] = removed.get(name, 0) + gone
            removed[f"{name}_kept"] = removed.get(f"{name}_kept", 0) + len(ids) - gone
    return removed


def _remove(model: type[Account] | type[Person], ids: list[int]) -> int:
    free = set(ids) - _used(model, ids)
    field = model.__name__.lower()
    for own in (ExternalId, ContactPoint):
        _delete(own, own.objects.filter(**{f"{field}__in": free}))
    return _delete(model, model._default_manager.filter(pk__in=free))


def _used(model: type[Record], ids: list[int]) -> set[int]:
    """Those to which something belongs that did not come with them."""
    used: set[int] = set()
    for relation in model._meta.related_objects:
        if issubclass(relation.related_model, OWN):  # type: ignore[arg-type]
            continue
        column = relation.field.attname if relation.one_to_many or relation.one_to_one else relation.field.name
        rows: Any = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
        used |= set(rows.order_by().values_list(column, flat=True))
    mine: Any = model._default_manager.filter(pk__in=ids)
    used |= _linked(kind_of(model), ids)
    # What somebody has written into the record since is theirs.
    for pk, notes, tags, custom in mine.values_list("pk", "notes", "tags", "custom"):
        if notes or tags or custom:
            used.add(pk)
    return used


def _linked(kind: str, ids: list[int]) -> set[int]:
    tasks = Task.objects.filter(about_kind=kind, about_id__in=ids).values_list("about_id", flat=True)
    sources = Link.objects.filter(source_kind=kind, source_id__in=ids).values_list("source_id", flat=True)
    targets = Link.objects.filter(target_kind=kind, target_id__in=ids).values_list("target_id", flat=True)
    return {each for rows in (tasks, sources, targets) for each in rows if each is not None}


def _delete(model: type[Record], rows: Any) -> int:
    """Remove records with an entry each; what would go along is known to be none, or figures that are worked out again."""
    found = list(rows.order_by("pk"))
    now_writing = writing()
    gone = [(record.pk, record.values_for_trail()) for record in found]
    for some in in_batches([pk for pk, _ in gone], 500):
        plain: Any = QuerySet(model=model, using=DEFAULT_DB_ALIAS).filter(pk__in=some)
        plain.delete()
    for pk, values in gone:
        now_writing.removed(model, pk, values)
    return len(gone)
