"""Sealing rows that arrive too quickly for an entry each: the digests of a batch form a Merkle tree, its root is one entry.

An app registers such rows: how to find the unsealed, and the canonical text of each. Until it is sealed, a row is shown
as not sealed yet.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from wellheard.core.action import acting, detail
from wellheard.core.actors import System
from wellheard.core.models.trail import TrailEntry, TrailRemoval, TrailSeal
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
    """Seal the unsealed rows of a kind, oldest first; None when there is nothing to seal."""
    rows = SEALED[kind]
    with transaction.atomic():
        _one_sealer_at_a_time()
        waiting = list(
            rows.model._default_manager.filter(seal_id__isnull=True).order_by("pk").values_list("pk", "digest")[:most]
        )
        if not waiting:
            return None
        moment = at or timezone.now()
        root = merkle.root([value for _, value in waiting])
        first, last = waiting[0][0], waiting[-1][0]
        with acting("core.seal", SEALER, moment):
            detail(kind=kind, first=first, last=last, count=len(waiting), root=root)
        seq = TrailEntry.objects.filter(action="core.seal").order_by("-seq").values_list("seq", flat=True)[0]
        seal = TrailSeal.objects.create(
            kind=kind, first_id=first, last_id=last, count=len(waiting), root=root, seq=seq, at=moment
        )
        ids = [pk for pk, _ in waiting]
        for start in range(0, len(ids), 500):
            rows.model._default_manager.filter(pk__in=ids[start : start + 500]).update(seal_id=seal.pk)
    return seal


def _one_sealer_at_a_time() -> None:
    """SQLite's transactions are that already; PostgreSQL gets a lock that ends with the transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wellheard.seals'))")


@dataclass(frozen=True)
class BrokenSeal:
    """A sealed row that no longer says what it said, or a seal whose rows don't match its root."""

    kind: str
    row: int | None
    seq: int
    sentence: str


def take_back(kind: str, rows: QuerySet[Any]) -> int:
    """Remove sealable rows within an action (an import undone); gives how many. What was sealed leaves its digest behind,
    and the running action's entry holds the root over all of it."""
    sealed = list(rows.filter(seal_id__isnull=False).order_by("pk").values_list("pk", "digest", "seal_id"))
    if sealed:
        root = merkle.root([value for _, value, _ in sealed])
        detail(removed_kind=kind, removed_count=len(sealed), removed_root=root)
        TrailRemoval.objects.bulk_create(
            [TrailRemoval(kind=kind, row_id=pk, digest=value, seal_id=seal, root=root) for pk, value, seal in sealed],
            batch_size=2000,
        )
    removed, _ = rows.delete()
    return removed


def check_seals() -> Iterator[BrokenSeal]:
    """Every sealed row that was changed or removed behind the product's back, named. Goes seal by seal, in little memory."""
    yield from _check_removals()
    for seal in TrailSeal.objects.order_by("pk").iterator(chunk_size=200):
        rows = SEALED.get(seal.kind)
        if rows is None:
            continue
        present: list[Any] = list(rows.model._default_manager.filter(seal_id=seal.pk).order_by("pk"))
        leaves = {row.pk: row.digest for row in present}
        honest = True
        for row, body in zip(present, rows.bodies(present), strict=True):
            if digest(body) != row.digest:
                honest = False
                yield BrokenSeal(seal.kind, row.pk, seal.seq, f"{seal.kind} {row.pk} was changed after it was sealed.")
        leaves |= dict(TrailRemoval.objects.filter(seal_id=seal.pk).values_list("row_id", "digest"))
        if len(leaves) < seal.count:
            gone = f"{seal.count - len(leaves)} of {seal.count} rows sealed by entry {seal.seq} ({seal.kind}) are gone."
            yield BrokenSeal(seal.kind, None, seal.seq, gone)
        elif honest and merkle.root([leaves[pk] for pk in sorted(leaves)]) != seal.root:
            wrong = f"The rows sealed by entry {seal.seq} ({seal.kind}) do not match their seal."
            yield BrokenSeal(seal.kind, None, seal.seq, wrong)


def _check_removals() -> Iterator[BrokenSeal]:
    """Digests left behind by a removal count only when the trail holds their root."""
    for root in TrailRemoval.objects.order_by().values_list("root", flat=True).distinct():
        digests = TrailRemoval.objects.filter(root=root).order_by("row_id").values_list("digest", "kind")
        if (
            merkle.root([value for value, _ in digests]) != root
            or not TrailEntry.objects.filter(body__contains=root).exists()
        ):
            yield BrokenSeal(digests[0][1], None, 0, "Sealed rows were removed without an entry of the trail.")
