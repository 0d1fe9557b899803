"""The pieces that holdings are made of: showing rows, and making a slice of them nameless with everything said about them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from wellheard.core.batches import in_batches
from wellheard.core.indexing import index
from wellheard.core.links import carry_fingerprints
from wellheard.core.models import OutboxMessage, StoredFile, Task
from wellheard.core.records import Record, kind_of, plain
from wellheard.core.trail.erasing import erase_personal
from wellheard.core.writing import lock_many, write_many, writing
from wellheard.customers.holdings import Forgotten
from wellheard.ground.text.removing import Known

Mask = Callable[[Any], Mapping[str, Any]]
"""(a row) → the fields that change, and what they say then."""


def forget_rows(
    rows: QuerySet[Any],
    mask: Mask,
    *,
    after: int,
    most: int,
    known: Known,
    fields: Collection[str] | None = None,
    scrubbed: Collection[str] = (),
) -> Forgotten:
    """Mask the next rows, with the tasks, mails and files about them, their place in the search and what the trail kept aside:
    all values of `fields` (None: of every field), and those of `scrubbed` that name the person."""
    writing().forgets = True
    pks = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:most])
    if not pks:
        return Forgotten(0)
    kind = kind_of(rows.model)
    records = lock_many(rows.model._default_manager.filter(pk__in=pks))
    changed = mask_records(records, mask)
    changed += forget_beside(kind, pks, known)
    erase_personal(kind, pks, fields=fields)
    if scrubbed:
        erase_personal(kind, pks, fields=scrubbed, when=known.named_in)
    # Their names are among the words by which others are found.
    index(records)
    return Forgotten(changed, pks[-1] if len(pks) == most else None)


def forget_chosen(
    one: Forgotten, rows: QuerySet[Any], chosen: Collection[int], known: Known, fields: Collection[str] | None = None
) -> Forgotten:
    """After the last slice (`one`): of the rows whose very words were chosen, the trail forgets every value of `fields` too
    (None: of every field)."""
    if one.after is not None or not chosen:
        return one
    two = forget_rows(
        rows.filter(pk__in=chosen), lambda row: {}, after=0, most=len(chosen) + 1, known=known, fields=fields
    )
    return Forgotten(one.changed + two.changed)


def mask_records(records: Sequence[Record], mask: Mask) -> int:
    """Write what the mask says into those of the records that don't say it yet; gives how many."""
    changed, names = [], set()
    prints = {each.pk: each.fingerprint() for each in records}
    for each in records:
        new = {name: value for name, value in mask(each).items() if getattr(each, name) != value}
        for name, value in new.items():
            setattr(each, name, value)
        if new:
            changed.append(each)
            names |= set(new)
    write_many(changed, sorted(names))
    if changed:
        now = {each.pk: (prints[each.pk], each.fingerprint()) for each in changed}
        carry_fingerprints(changed[0].kind, now)
    return len(changed)


def forget_beside(kind: str, pks: Sequence[int], known: Known) -> int:
    """Tasks, mails and files about these records no longer name the person; gives how many did."""
    about = Q(about_kind=kind, about_id__in=pks)
    tasks = lock_many(Task.objects.filter(about))
    changed = mask_records(tasks, lambda task: without(known, task, "title", "note"))
    erase_personal("core.task", [each.pk for each in tasks], when=known.named_in)
    files = lock_many(StoredFile.objects.filter(about))
    changed += mask_records(files, lambda file: without(known, file, "name"))
    erase_personal("core.storedfile", [each.pk for each in files], when=known.named_in)
    return changed + forget_mails(OutboxMessage.objects.filter(about), known)


def forget_mails(messages: QuerySet[OutboxMessage], known: Known) -> int:
    """Mails lose the person's address, and their names in subject and text; what still waits for them is not sent."""
    changed = 0
    for message in messages.order_by("pk").select_for_update():
        new = without(known, message, "subject", "text", "last_fault")
        to_them = message.to.strip().casefold() in known.emails
        if to_them:
            new["to"] = f"erased-{message.pk}@erased.invalid"
        if to_them and message.status == OutboxMessage.Status.WAITING:
            new |= {"status": OutboxMessage.Status.FAILED, "next_try_at": None, "last_fault": "The person was erased."}
        if any(getattr(message, name) != value for name, value in new.items()):
            OutboxMessage.objects.filter(pk=message.pk).update(**new)
            changed += 1
    return changed


def without(known: Known, row: Any, *names: str) -> dict[str, Any]:
    """These fields of the row, the person taken out of them."""
    return {name: removed_from(known, getattr(row, name)) for name in names}


def removed_from(known: Known, value: Any) -> Any:
    """The value without the person, however it is nested."""
    if isinstance(value, str):
        return known.removed_from(value)
    if isinstance(value, dict):
        return {key: removed_from(known, each) for key, each in value.items()}
    if isinstance(value, list):
        return [removed_from(known, each) for each in value]
    return value


def delete_rows(rows: QuerySet[Any], *, after: int, most: int) -> Forgotten:
    """Remove the next rows altogether, with what the trail kept aside about them."""
    writing().forgets = True
    found = lock_many(
        rows.model._default_manager.filter(pk__in=list(rows.order_by("pk").values_list("pk", flat=True)[:most]))
    )
    pks = [each.pk for each in found]
    for each in found:
        each.delete()
    erase_personal(kind_of(rows.model), pks)
    return Forgotten(len(pks), pks[-1] if len(pks) == most else None)


def told(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """What an access file says of a row: these fields, with words for choices, and nothing of the rest."""
    said: dict[str, Any] = {}
    for name in names:
        shown = getattr(row, f"get_{name}_display", None)
        value = shown() if shown is not None else getattr(row, name)
        if isinstance(value, Record):
            value = str(value)
        if value not in (None, "", [], {}):
            said[name] = value.isoformat() if hasattr(value, "isoformat") else plain(value)
    return said


def told_rows(rows: QuerySet[Any], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows as an access file tells them, oldest first."""
    for row in rows.iterator(chunk_size=500):
        yield told(row, names)


def ids_in_batches(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """The ids of the rows, in bounded pieces."""
    yield from in_batches(rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000))
