"""Sealing rows that arrive too quickly for an entry each: the digests of a batch form a Merkle tree, its root is one entry.

An app registers such rows: how to find the unsealed, and the canonical text of each. Until it is sealed, a row is shown
as not sealed yet.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from wellheard.core.action import acting, detail
from wellheard.core.actors import System
from wellheard.core.batches import AT_ONCE, in_batches
from wellheard.core.models.trail import TrailHead, TrailRemoval, TrailSeal
from wellheard.core.trail.append import CHAIN
from wellheard.ground import merkle
from wellheard.ground.canonical import digest

SEALER = System("seals")


class Sealable(Protocol):
    """Rows with an increasing id, a `digest` column set when they are stored, and a `seal_id`."""

    pk: int
    digest: str
    seal_id: int | None


@dataclass(frozen=True)
class SealedRows:
    """`bodies(rows)` gives each row's canonical text as the database holds it now, in the order of `rows`, in few queries."""

    kind: str
    model: type[Model]
    bodies: Callable[[Sequence[Any]], Iterable[str]]


SEALED: dict[str, SealedRows] = {}


def register_sealed(rows: SealedRows) -> None:
    """Have rows of this kind sealed."""
    SEALED[rows.kind] = rows


def seal_waiting(kind: str, *, at: datetime | None = None, most: int = 20_000) -> TrailSeal | None:
    """Seal the unsealed rows of a kind, oldest first; None when there is nothing to seal.

    Rows before head, as everybody else does: who holds a row waits for the head, so the head must not wait for rows. Rows
    that somebody holds just now are sealed the next time.
    """
    rows = SEALED[kind].model._default_manager
    with transaction.atomic():
        _alone_with_seals()
        unsealed = rows.filter(seal_id__isnull=True).order_by("pk").select_for_update(skip_locked=True)
        waiting = list(unsealed.values_list("pk", "digest")[:most])
        if not waiting:
            return None
        moment, pk = at or timezone.now(), _next_seal_id()
        for some in in_batches(key for key, _ in waiting):
            rows.filter(pk__in=some).update(seal_id=pk)
        root = merkle.root([value for _, value in waiting])
        first, last = waiting[0][0], waiting[-1][0]
        with acting("core.seal", SEALER, moment):
            detail(kind=kind, first=first, last=last, count=len(waiting), root=root)
        return TrailSeal.objects.create(
            pk=pk,
            kind=kind,
            first_id=first,
            last_id=last,
            count=len(waiting),
            root=root,
            seq=TrailHead.objects.get(chain=CHAIN).seq,
            at=moment,
        )


def _alone_with_seals() -> None:
    """Nobody else seals or takes back until this transaction ends. SQLite's transactions are alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wellheard.seals'))")


def _next_seal_id() -> int:
    """The number of the next seal, set aside: the rows bear it before the seal itself is written."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence('core_trailseal', 'id'))")
        else:
            cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM core_trailseal")
        return int(cursor.fetchone()[0])


def take_back(kind: str, rows: QuerySet[Any]) -> int:
    """Remove sealable rows within an action (an import undone); gives how many. What was sealed leaves its digest behind,
    and the running action's entry holds the root over all of it. Goes in pieces: there may be a million."""
    _alone_with_seals()
    sealed = rows.filter(seal_id__isnull=False).order_by("pk").values_list("digest", flat=True)
    digests = [bytes.fromhex(value) for value in sealed.iterator(chunk_size=AT_ONCE)]
    root = merkle.root(digests) if digests else ""
    if digests:
        detail(removed_kind=kind, removed_count=len(digests), removed_root=root)
    removed = 0
    while some := list(rows.order_by("pk").values_list("pk", "digest", "seal_id")[:AT_ONCE]):
        TrailRemoval.objects.bulk_create(
            TrailRemoval(kind=kind, row_id=pk, digest=value, seal_id=seal, root=root)
            for pk, value, seal in some
            if seal is not None
        )
        rows.model._default_manager.filter(pk__in=[pk for pk, _, _ in some]).delete()
        removed += len(some)
    return removed


def words_of(kind: str) -> str:
    """The kind under which removals of words alone are kept: the row stays, and `digest` is of what is left of it."""
    return f"{kind}:words"


def words_left(kind: str, pks: Collection[int]) -> dict[int, str]:
    """Of the sealed rows from which words were removed: the digest of what is left, by id. The newest removal counts."""
    rows = TrailRemoval.objects.filter(kind=words_of(kind), row_id__in=pks).order_by("pk")
    return dict(rows.values_list("row_id", "digest"))


def reword(kind: str, pks: Sequence[int], write: Callable[[Sequence[int]], object]) -> int:
    """Have `write` take words out of sealable rows, within an action; gives how many rows say something else now.

    A sealed row keeps the digest of what it said, so its seal still holds. The digest of what is left of it stands beside,
    and the running action's entry holds the root over these. What is not sealed yet is sealed as it is then. Once an action.
    """
    _alone_with_seals()
    sealable = SEALED[kind]
    rows: list[Any] = list(sealable.model._default_manager.filter(pk__in=pks).order_by("pk").select_for_update())
    write([row.pk for row in rows])
    left = [(row, digest(body)) for row, body in zip(rows, sealable.bodies(rows), strict=True)]
    noted = words_left(kind, pks)
    new = [(row, value) for row, value in left if value != noted.get(row.pk, row.digest)]
    for row, value in new:
        if row.seal_id is None:
            sealable.model._default_manager.filter(pk=row.pk).update(digest=value)
    sealed = [(row, value) for row, value in new if row.seal_id is not None]
    if sealed:
        root = merkle.root([bytes.fromhex(value) for _, value in sealed])
        detail(removed_kind=words_of(kind), removed_count=len(sealed), removed_root=root)
        TrailRemoval.objects.bulk_create(
            TrailRemoval(kind=words_of(kind), row_id=row.pk, digest=value, seal_id=row.seal_id, root=root)
            for row, value in sealed
        )
    return len(new)
