"""Checking seals: every sealed row that was changed, removed or slipped in behind the product's back.

A seal is only as good as the entry of the trail that holds its root, so each is compared with its entry, and each entry
with its seal. Goes seal by seal, in little memory.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from wellheard.core.batches import in_batches
from wellheard.core.models.trail import TrailEntry, TrailRemoval, TrailSeal
from wellheard.core.trail.append import CHAIN
from wellheard.core.trail.seals import SEALED, SealedRows, words_of
from wellheard.ground import merkle
from wellheard.ground.canonical import digest

NAMED = 50  # rows of one kind that are named
AT_ONCE = 500  # rows whose texts are in memory: each may be as long as a book


@dataclass(frozen=True)
class BrokenSeal:
    """A sealed row that no longer says what it said, or a seal whose rows don't match its root."""

    kind: str
    row: int | None
    seq: int
    sentence: str


def check_seals() -> Iterator[BrokenSeal]:
    """Everything about seals that does not hold."""
    yield from _removals()
    yield from _entries_without_a_seal()
    yield from _rows_without_a_seal()
    for seals in in_batches(TrailSeal.objects.order_by("pk").iterator(chunk_size=200), 200):
        entries = TrailEntry.objects.filter(chain=CHAIN, seq__in=[seal.seq for seal in seals])
        bodies = dict(entries.values_list("seq", "body"))
        for seal in seals:
            # Asked again before it is called broken: an import may be taken back between two of the questions.
            if _faults_of(seal, bodies.get(seal.seq, "")):
                yield from _faults_of(seal, bodies.get(seal.seq, ""))


def _removals() -> Iterator[BrokenSeal]:
    """Digests left behind by a removal count only when an entry of the trail holds the root over them."""
    held = set()
    holding = TrailEntry.objects.filter(chain=CHAIN, body__contains='"removed_root":"').values_list("body", flat=True)
    for body in holding.iterator(chunk_size=200):
        details = json.loads(body)["details"]
        held.add((details.get("removed_kind"), details.get("removed_root"), details.get("removed_count")))
    for kind, root in TrailRemoval.objects.order_by().values_list("kind", "root").distinct():
        left = TrailRemoval.objects.filter(kind=kind, root=root).order_by("row_id").values_list("digest", flat=True)
        digests = [bytes.fromhex(value) for value in left.iterator(chunk_size=5_000)]
        if (kind, root, len(digests)) not in held or merkle.root(digests) != root:
            yield BrokenSeal(kind, None, 0, "Sealed rows were removed without an entry of the trail.")


def words_removed() -> Iterator[str]:
    """What was taken out of sealed rows on request, a sentence an entry; `check_seals` says whether it is vouched for."""
    holding = TrailEntry.objects.filter(chain=CHAIN, body__contains=':words","removed_root":"').order_by("seq")
    for seq, body in holding.values_list("seq", "body").iterator(chunk_size=200):
        said = json.loads(body)
        details = said["details"]
        kind, count = str(details["removed_kind"]).removesuffix(":words"), details["removed_count"]
        by = details.get("decided_by") or said["actor"]
        yield f"{kind}: words removed on request by {by}, from {count} sealed rows (entry {seq}). Their seals hold."


def _entries_without_a_seal() -> Iterator[BrokenSeal]:
    sealing = TrailEntry.objects.filter(chain=CHAIN, kind="", action="core.seal")
    for seq, body in (
        sealing.exclude(seq__in=TrailSeal.objects.values("seq")).order_by("seq").values_list("seq", "body")
    ):
        kind = str(json.loads(body)["details"].get("kind", ""))
        yield BrokenSeal(kind, None, seq, f"The seal that entry {seq} speaks of ({kind}) is gone.")


def _rows_without_a_seal() -> Iterator[BrokenSeal]:
    for rows in SEALED.values():
        seals = TrailSeal.objects.filter(kind=rows.kind).values("pk")
        loose = rows.model._default_manager.filter(seal_id__isnull=False).exclude(seal_id__in=seals).order_by("pk")
        for pk in loose.values_list("pk", flat=True)[:NAMED]:
            yield BrokenSeal(rows.kind, pk, 0, f"{rows.kind} {pk} bears a seal that is not there.")


def _faults_of(seal: TrailSeal, body: str) -> list[BrokenSeal]:
    rows = SEALED.get(seal.kind)
    if not _is_vouched_for(seal, body):
        sentence = f"The seal of entry {seal.seq} ({seal.kind}) is not the one that the entry speaks of."
        return [BrokenSeal(seal.kind, None, seal.seq, sentence)]
    return [] if rows is None else _faulty_rows(seal, rows)


def _is_vouched_for(seal: TrailSeal, body: str) -> bool:
    said = json.loads(body or "{}")
    here = {
        "kind": seal.kind,
        "first": seal.first_id,
        "last": seal.last_id,
        "count": seal.count,
        "root": seal.root,
    }
    return bool(said.get("action") == "core.seal" and said.get("details") == here)


def _faulty_rows(seal: TrailSeal, rows: SealedRows) -> list[BrokenSeal]:
    sealed: QuerySet[Any] = rows.model._default_manager.filter(seal_id=seal.pk).order_by("pk")
    removed = dict(TrailRemoval.objects.filter(kind=seal.kind, seal_id=seal.pk).values_list("row_id", "digest"))
    reworded = TrailRemoval.objects.filter(kind=words_of(seal.kind), seal_id=seal.pk).order_by("pk")
    # The newest counts: what was removed does not come back.
    left = dict(reworded.values_list("row_id", "digest"))
    faults: list[tuple[int | None, str]] = []
    leaves: dict[int, str] = {}
    for present in in_batches(sealed.iterator(chunk_size=AT_ONCE), AT_ONCE):
        for row, body in zip(present, rows.bodies(present), strict=True):
            leaves[row.pk] = row.digest
            if digest(body) != left.get(row.pk, row.digest):
                faults.append((row.pk, f"{seal.kind} {row.pk} was changed after it was sealed."))
            elif row.pk in removed:
                faults.append((row.pk, f"{seal.kind} {row.pk} was taken back, and is here again."))
    leaves |= removed
    if len(leaves) < seal.count:
        gone = f"{seal.count - len(leaves)} of {seal.count} rows sealed by entry {seal.seq} ({seal.kind}) are gone."
        faults.append((None, gone))
    elif not faults and merkle.root([leaves[pk] for pk in sorted(leaves)]) != seal.root:
        faults.append((None, f"The rows sealed by entry {seal.seq} ({seal.kind}) do not match their seal."))
    return [BrokenSeal(seal.kind, row, seal.seq, sentence) for row, sentence in faults]
