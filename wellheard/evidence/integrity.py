"""Does a record still say what the trail says? Checked where the record is shown, so that nobody has to take our word."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Field

from wellheard.core.links import key_of
from wellheard.core.models import TrailEntry, TrailPersonal, TrailSeal
from wellheard.core.records import Record
from wellheard.core.templatetags.words import count
from wellheard.core.trail.append import CHAIN
from wellheard.core.trail.seals import SEALED, words_left
from wellheard.evidence.words import field_in_words, field_of
from wellheard.ground.canonical import canonical, digest, salted_digest


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: `tone` is better (it holds), worse (it does not) or wait (it can't be told yet)."""

    tone: str
    sentence: str
    digest: str = ""


def check(record: Any, entries: Sequence[TrailEntry], personal: Sequence[TrailPersonal]) -> list[Finding]:
    """Everything that can be checked about a record; `entries` are all of its entries, `personal` their personal values."""
    findings: list[Finding] = []
    if isinstance(record, Record) and any(entry.did == "created" for entry in entries):
        findings.append(_row_against_trail(record, entries, personal))
    if isinstance(getattr(record, "digest", None), str) and record.digest and not hasattr(record, "seal_id"):
        findings.append(_digest(record, entries))
    if hasattr(record, "is_intact"):
        findings.append(
            Finding("better", "What was computed and signed is unchanged.")
            if record.is_intact
            else Finding("worse", "What was computed or signed does not match its digest any more.")
        )
    return findings


def _row_against_trail(record: Record, entries: Sequence[TrailEntry], personal: Sequence[TrailPersonal]) -> Finding:
    changed = [field_in_words(field_of(record.kind, name), name) for name in differing(record, entries, personal)]
    if changed:
        return Finding("worse", f"Changed behind the trail’s back: {', '.join(changed)}.")
    newest = max(entry.seq for entry in entries)
    return Finding("better", f"The record says what the trail says, up to entry {count(newest)}.")


def differing(record: Record, entries: Sequence[TrailEntry], personal: Sequence[TrailPersonal]) -> list[str]:
    """The fields whose value is not the one that the trail last gave them. Erased personal values can't be compared."""
    last: dict[str, tuple[int, Any]] = {}
    for entry in sorted(entries, key=lambda each: each.seq):
        for name, (_, after) in json.loads(entry.body)["changes"].items():
            last[name] = (entry.seq, after)
    salts = {(row.seq, row.field): row.salt for row in personal if row.side == 1}
    now = record.values_for_trail()
    return [
        name
        for name, value in sorted(now.items())
        if not _same(
            value, *last.get(name, (0, None)), field_of(record.kind, name), salts.get((last.get(name, (0,))[0], name))
        )
    ]


def _same(value: Any, seq: int, kept: Any, field: "Field[Any, Any] | None", salt: str | None) -> bool:
    if isinstance(kept, dict) and set(kept) == {"salted"}:
        if salt is None:
            return True
        return bool(kept["salted"] == salted_digest(salt, value if isinstance(value, str) else canonical(value)))
    present = json.loads(canonical(value))
    if present == kept or (present in (None, "") and kept in (None, "")):
        return True
    sort = field.get_internal_type() if field is not None else ""
    if sort == "DecimalField":
        # A column has its own number of digits: 1.5 comes back as 1.5000.
        return _number(present) == _number(kept)
    if sort == "DateField" and isinstance(kept, str):
        return bool(present == kept[:10])
    return str(present) == str(kept)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _digest(record: Any, entries: Sequence[TrailEntry]) -> Finding:
    """A digest of agreed content (a locked plan): is it the one in the trail, and still that of the content?"""
    kept = [
        (entry.seq, changes["digest"][1])
        for entry in entries
        if "digest" in (changes := json.loads(entry.body)["changes"])
    ]
    computed = getattr(record, "computed_digest", None)
    if computed is not None and computed() != record.digest:
        return Finding("worse", "Its content has changed since its digest was taken.", record.digest)
    if not kept:
        return Finding("wait", "The trail holds no digest of it.", record.digest)
    seq, value = max(kept)
    if value != record.digest:
        return Finding("worse", f"Its digest is not the one that entry {count(seq)} holds.", record.digest)
    return Finding(
        "better", f"Its content is unchanged since entry {count(seq)}, which holds this digest.", record.digest
    )


def check_seals(rows: Sequence[Any]) -> dict[int, Finding]:
    """For rows of one kind that arrived too quickly for an entry each: sealed with others under one entry, or not yet."""
    if not rows:
        return {}
    sealed = SEALED.get(key_of(rows[0])[0])
    bodies = list(sealed.bodies(rows)) if sealed is not None else [None] * len(rows)
    seals = dict(TrailSeal.objects.filter(pk__in={row.seal_id for row in rows}).values_list("pk", "seq"))
    left = words_left(sealed.kind, [row.pk for row in rows]) if sealed is not None else {}
    return {row.pk: _seal(row, body, seals, left.get(row.pk, "")) for row, body in zip(rows, bodies, strict=True)}


def _seal(row: Any, body: str | None, seals: dict[int, int], left: str) -> Finding:
    if body is not None and left and digest(body) == left and row.seal_id in seals:
        said = (
            f"Sealed by entry {count(seals[row.seal_id])}. Words were removed on request since; the rest is unchanged."
        )
        return Finding("better", said, row.digest)
    if body is not None and digest(body) != row.digest:
        return Finding("worse", "It was changed after it was stored: its text does not have its digest.", row.digest)
    if row.seal_id is None:
        return Finding("wait", "Not sealed yet: the trail takes it up within seconds.", row.digest)
    if row.seal_id not in seals:
        return Finding("worse", "Its seal is gone.", row.digest)
    return Finding("better", f"Sealed by entry {count(seals[row.seal_id])}, unchanged since.", row.digest)


def personal_of(entries: Sequence[TrailEntry]) -> list[TrailPersonal]:
    """The personal values of these entries."""
    return list(TrailPersonal.objects.filter(chain=CHAIN, seq__in=[entry.seq for entry in entries]))
