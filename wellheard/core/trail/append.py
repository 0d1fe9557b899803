"""Appending: the head row is locked, canonical text is hashed, entries are inserted, the head moves. Last and brief."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, models
from django.utils import timezone

from wellheard.core.bulk import insert_rows
from wellheard.core.models.trail import TrailEntry, TrailHead, TrailPersonal
from wellheard.ground.canonical import canonical, digest, salted_digest

CHAIN = "main"
START = "0" * 64
ENTRIES_AT_ONCE = 2_000
MANY = 200
"""From so many rows on they are inserted past the models, which is quicker; below, in one statement."""
ENTRY = (
    *("chain", "seq", "prev_digest", "digest", "body", "body_version", "at", "recorded_at"),
    *("actor_id", "action", "did", "kind", "object_id", "site_id"),
)
PERSONAL = ("chain", "seq", "field", "side", "salt", "value")


class Packed(Mapping[str, Any]):
    """The values of one of very many records: a tuple, with the places of the names shared by all of them."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: tuple[Any, ...]) -> None:
        self._places, self._values = places, values

    def __getitem__(self, name: str) -> Any:
        return self._values[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass
class Draft:
    """What one action did to one record. `before` is None for a new record, `after` for a deleted one."""

    action: str
    actor_id: str
    at: datetime
    kind: str
    object_id: Any
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    model: type[models.Model]
    details: dict[str, Any] = field(default_factory=dict)
    forgets: bool = False
    """The personal values of before are erased by this very change: they are not set aside."""


class Appended(NamedTuple):
    """What is needed of an entry after it was written."""

    seq: int
    at: datetime
    did: str


def append(drafts: Sequence[Draft]) -> list[Appended]:
    """Append an entry for each draft, and say what each became. In the business transaction: if it fails, the change fails."""
    if not drafts:
        return []
    # The head row always exists and is locked: reading the last entry instead forks the chain under load.
    head = TrailHead.objects.select_for_update().get(chain=CHAIN)
    recorded = timezone.now()
    entries: list[tuple[Any, ...]] = []
    personal: list[tuple[Any, ...]] = []
    appended: list[Appended] = []
    for draft in drafts:
        seq, previous = head.seq + 1, head.digest
        changes, values = _changes(draft, seq)
        did = _did(draft, changes)
        site = (draft.after or draft.before or {}).get("site_id")
        body = canonical(
            {
                "v": 1,
                "chain": CHAIN,
                "seq": seq,
                "prev": previous,
                "at": draft.at,
                "recorded": recorded,
                "actor": draft.actor_id,
                "action": draft.action,
                "did": did,
                "kind": draft.kind,
                "object": draft.object_id,
                "site": site,
                "changes": changes,
                "details": draft.details,
            }
        )
        head.seq, head.digest = seq, digest(body)
        entries.append(
            (
                *(CHAIN, seq, previous, head.digest, body, 1, draft.at, recorded),
                *(draft.actor_id, draft.action, did, draft.kind, draft.object_id, site),
            )
        )
        appended.append(Appended(seq, draft.at, did))
        personal += [(CHAIN, seq, *value) for value in values]
        if len(entries) >= ENTRIES_AT_ONCE:  # an import has hundreds of thousands
            _insert(TrailEntry, ENTRY, entries)
            _insert(TrailPersonal, PERSONAL, personal)
            entries, personal = [], []
    _insert(TrailEntry, ENTRY, entries)
    _insert(TrailPersonal, PERSONAL, personal)
    TrailHead.objects.filter(pk=head.pk).update(seq=head.seq, digest=head.digest)
    return appended


def _insert(model: Any, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if len(rows) >= MANY:
        stored = connection.ops.adapt_datetimefield_value
        plain = [[stored(cell) if isinstance(cell, datetime) else cell for cell in row] for row in rows]
        insert_rows(model._meta.db_table, columns, plain)
    elif rows:
        model.objects.bulk_create([model(**dict(zip(columns, row, strict=True))) for row in rows])


def _did(draft: Draft, changes: dict[str, Any]) -> str:
    if draft.before is None and draft.after is None:
        return "noted"  # made and removed by the same action
    if draft.before is None:
        return "created"
    if draft.after is None:
        return "deleted"
    return "changed" if changes else "noted"


def _changes(draft: Draft, seq: int) -> tuple[dict[str, list[Any]], list[tuple[str, int, str, str]]]:
    """Field by field, before and after; a personal value becomes a salted digest, and is set aside to be erasable."""
    before, after = draft.before or {}, draft.after or {}
    changes: dict[str, list[Any]] = {}
    values: list[tuple[str, int, str, str]] = []
    hidden: frozenset[str] = getattr(draft.model, "trail_personal", frozenset())
    for name in {*before, *after}:
        pair = [before.get(name), after.get(name)]
        if pair[0] == pair[1]:
            continue
        if name in hidden:
            for side, value in enumerate(pair):
                if value in (None, ""):
                    continue
                salt = secrets.token_hex(32)
                text = value if isinstance(value, str) else canonical(value)
                pair[side] = {"salted": salted_digest(salt, text)}
                if not (draft.forgets and side == 0):
                    values.append((name, side, salt, text))
        changes[name] = pair
    return changes, values
