"""The way back: what an import made goes, unless something was attached to it since; what it changed is as it was before."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Q

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.errors import Refusal
from wellheard.core.models import ImportBatch
from wellheard.core.models.links import Link
from wellheard.core.models.tasks import Task
from wellheard.core.models.trail import TrailEntry
from wellheard.core.writing import remove_many
from wellheard.customers.actions.putting_back import left_over, put_back
from wellheard.customers.imports.known import Customer
from wellheard.customers.models import Account, Buyer, DuplicatePair, ImportedChange, Person, SegmentMembership

BESIDE = ("customers.externalid", "customers.affiliation", "customers.address", "customers.contactpoint")
DERIVED: tuple[type[Any], ...] = (SegmentMembership, DuplicatePair, Buyer)
"""Rows that programs of ours derive from customers: nobody attached them, and they go along."""
AT_ONCE = 500


def take_back(batch: ImportBatch, by: Actor, at: datetime) -> dict[str, int]:
    """Undo a batch of contacts. What stays is noted in its row, with the reason."""
    counts: Counter[str] = Counter()
    _put_back_changes(batch, by, at, counts)
    for model, noun in ((Person, "people"), (Account, "accounts")):
        kind = f"customers.{model._meta.model_name}"
        created = ImportedChange.objects.filter(batch=batch, verdict="created", record_kind=kind).order_by("pk")
        for some in in_batches(created.iterator(chunk_size=AT_ONCE), AT_ONCE):
            _remove(model, some, batch, counts, noun)
    return {name: number for name, number in counts.items() if number}


def _put_back_changes(batch: ImportBatch, by: Actor, at: datetime, counts: Counter[str]) -> None:
    changed = ImportedChange.objects.filter(batch=batch, verdict="changed").order_by("-pk")
    for change in list(changed):
        record: Customer | None = (
            apps.get_model(change.record_kind)._default_manager.filter(pk=change.record_id).first()
        )
        after = change.after.get("fields", {})
        if record is None:
            continue
        stays = left_over(record, after)
        added = change.after.get("added", {})
        kept = {kind: changed_since(kind, pks, batch.at) for kind, pks in added.items()}
        going = {kind: [pk for pk in pks if pk not in kept[kind]] for kind, pks in added.items()}
        stays += [str(apps.get_model(kind)._meta.verbose_name) for kind, pks in kept.items() if pks]
        try:
            put_back(record, by, at=at, before=change.before, after=after, added=going)
        except Refusal as refusal:
            _stay(change, refusal.sentence)
            counts["stayed"] += 1
            continue
        if stays:
            names = ", ".join(each.removesuffix("_id").replace("_", " ") for each in stays)
            _stay(change, f"{names} changed since and stayed as it is")
            counts["stayed"] += 1
        else:
            counts["changed back"] += 1


def _remove(
    model: type[Any], changes: list[ImportedChange], batch: ImportBatch, counts: Counter[str], noun: str
) -> None:
    added: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        for kind, pks in change.after.get("added", {}).items():
            added[kind] |= set(pks)
    stays = _attached(model, changes, added, batch)
    going = [change for change in changes if change.record_id not in stays]
    for change in changes:
        if change.record_id in stays:
            _stay(change, stays[change.record_id])
            counts["stayed"] += 1
    for derived in DERIVED:
        for name in _references(derived, model):
            rows = derived._base_manager.filter(**{f"{name}__in": [change.record_id for change in going]})
            _remove_rows(list(rows))
    gone_beside = {kind: [pk for c in going for pk in c.after.get("added", {}).get(kind, [])] for kind in BESIDE}
    for kind, pks in gone_beside.items():
        _remove_rows(list(apps.get_model(kind)._default_manager.filter(pk__in=pks).order_by("pk")))
    records = list(model.objects.filter(pk__in=[change.record_id for change in going]).order_by("pk"))
    _remove_rows(records)
    counts[noun] += len(records)


def _remove_rows(rows: list[Any]) -> None:
    if rows and hasattr(rows[0], "values_for_trail"):
        remove_many(rows)
    elif rows:
        type(rows[0])._base_manager.filter(pk__in=[each.pk for each in rows]).delete()


def _attached(
    model: type[Any], changes: list[ImportedChange], added: dict[str, set[int]], batch: ImportBatch
) -> dict[int, str]:
    """Records that something hangs on now, with what it is: they stay."""
    ids = [change.record_id for change in changes]
    found: dict[int, str] = {}
    for relation in model._meta.related_objects:
        other: Any = relation.related_model
        if other in DERIVED or relation.many_to_many:
            continue
        name = relation.field.attname
        own = added.get(f"{other._meta.app_label}.{other._meta.model_name}", set())
        rows = other._base_manager.filter(**{f"{relation.field.name}__in": ids}).order_by().values_list(name, "pk")
        for owner, pk in rows.iterator(chunk_size=5_000):
            if pk not in own and owner not in found:
                found[owner] = f"stays: {other._meta.verbose_name} was noted since"
    owners = {
        (each, pk): change.record_id
        for change in changes
        for each, pks in change.after.get("added", {}).items()
        for pk in pks
    }
    for each, pks in added.items():
        for pk in changed_since(each, pks, batch.at):
            found[owners[each, pk]] = f"stays: {apps.get_model(each)._meta.verbose_name} was changed since"
    kind = f"customers.{model._meta.model_name}"
    found |= _linked(kind, ids)
    changed = TrailEntry.objects.filter(kind=kind, object_id__in=ids, at__gt=batch.at).exclude(did="removed")
    return {
        pk: "stays: it was changed since" for pk in changed.order_by().values_list("object_id", flat=True) if pk
    } | found


def changed_since(kind: str, pks: Iterable[int], at: datetime) -> set[int]:
    """Which of these rows somebody changed after this moment."""
    found: set[int] = set()
    for some in in_batches(sorted(pks)):
        entries = TrailEntry.objects.filter(kind=kind, object_id__in=some, at__gt=at).exclude(did="removed")
        found |= {pk for pk in entries.order_by().values_list("object_id", flat=True) if pk is not None}
    return found


def _linked(kind: str, ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    wanted = list(ids)
    links = Link.objects.filter(
        Q(source_kind=kind, source_id__in=wanted) | Q(target_kind=kind, target_id__in=wanted)
    ).order_by("pk")
    for link in links:
        pk = link.source_id if link.source_kind == kind else link.target_id
        found[pk] = "stays: it is linked with something"
    tasks = Task.objects.filter(about_kind=kind, about_id__in=wanted).order_by("pk")
    found |= {
        pk: "stays: there is a task about it" for pk in tasks.values_list("about_id", flat=True) if pk is not None
    }
    return found


def _references(derived: type[Any], model: type[Any]) -> list[str]:
    return [each.name for each in derived._meta.concrete_fields if each.related_model is model]


def _stay(change: ImportedChange, why: str) -> None:
    change.note = "; ".join(filter(None, (change.note, why)))[-300:]
    change.is_left = True
    change.save(update_fields=["note", "is_left"])
