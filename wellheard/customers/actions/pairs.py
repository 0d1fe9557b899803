"""Noting pairs that may be one customer, after a scan."""

from datetime import datetime
from typing import Literal

from django.db.models import Model

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor, System
from wellheard.core.batches import in_batches
from wellheard.core.writing import create_many
from wellheard.customers.matching.scanning import Found, scan
from wellheard.customers.models import Account, DuplicatePair, Person

SCANNER = System("duplicates")
AT_ONCE = 1_000
Status = DuplicatePair.Status


def look_for_duplicates(at: datetime) -> dict[str, int]:
    """Compare all accounts and all people, and note the pairs. Gives how many stand to be decided."""
    return {about: _noted(about, at) for about in ("account", "person")}


def _noted(about: Literal["account", "person"], at: datetime) -> int:
    found = scan(about)
    for some in in_batches(found, AT_ONCE):
        note_pairs(about, some, SCANNER, at=at)
    drop_pairs(about, {(each.first, each.second) for each in found}, SCANNER, at=at)
    return DuplicatePair.objects.filter(about=about, status=Status.OPEN).count()


@action("customers.note_pairs")
def note_pairs(about: str, found: list[Found], by: Actor, *, at: datetime) -> None:
    """Note what was found: new pairs to be decided; those that were called different only if they say something else now."""
    firsts = {each.first for each in found}
    rows = DuplicatePair.objects.filter(about=about, first_id__in=firsts)
    known = {(row.first_id, row.second_id): row for row in rows}
    sites = _sites(about, found)
    new = []
    for each in found:
        row = known.get((each.first, each.second))
        site = sites.get(each.first) if sites.get(each.first) == sites.get(each.second) else None
        if row is None:
            new.append(
                DuplicatePair(
                    about=about,
                    first_id=each.first,
                    second_id=each.second,
                    site_id=site,
                    likeness=each.likeness,
                    reasons=list(each.reasons),
                    described=each.described,
                    found_at=at,
                )
            )
        elif row.described != each.described and row.status != Status.MERGED:
            again = row.status == Status.DIFFERENT
            row.likeness, row.reasons, row.described, row.site_id = (
                each.likeness,
                list(each.reasons),
                each.described,
                site,
            )
            if again:
                row.status, row.found_at, row.decided_at = Status.OPEN, at, None
            row.save()
    create_many(new)
    detail(about=about, found=len(found), new=len(new))


@action("customers.drop_pairs")
def drop_pairs(about: str, found: set[tuple[int, int]], by: Actor, *, at: datetime) -> None:
    """Open pairs that are not alike any more are gone."""
    rows = DuplicatePair.objects.filter(about=about, status=Status.OPEN).order_by("pk")
    gone = [row for row in rows.iterator() if (row.first_id, row.second_id) not in found]
    for row in gone:
        row.delete()
    detail(about=about, gone=len(gone))


def _sites(about: str, found: list[Found]) -> dict[int, int | None]:
    model: type[Model] = Account if about == "account" else Person
    ids = {pk for each in found for pk in (each.first, each.second)}
    return dict(model._default_manager.filter(pk__in=ids).values_list("pk", "site_id"))
