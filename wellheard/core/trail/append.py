"""Appending: the head row is locked, canonical text is hashed, entries are inserted, the head moves. Last and brief."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from wellheard.ground.canonical import canonical, digest, salted_digest

CHAIN = "main"
START = "0" * 64
PERSONAL_AT_ONCE = 5_000
ENTRIES_AT_ONCE = 2_000


@dataclass
class Draft:
    """What one action did to one record. `before` is None for a new record, `after` for a deleted one."""

    action: str
    actor_id: str
    at: datetime
    kind: str
    object_id: Any
    before: dict[str, Any] | None
    after: dict[str, Any] | None
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
    from wellheard.core.models.trail import TrailEntry, TrailHead, TrailPersonal

    if not drafts:
        return []
    # The head row always exists and is locked: reading the last entry instead forks the chain under load.
    head = TrailHead.objects.select_for_update().get(chain=CHAIN)
    recorded = timezone.now()
    entries, personal = [], []
    appended: list[Appended] = []
    for draft in drafts:
        seq, previous = head.seq + 1, head.digest
        changes, values = _changes(draft, seq)
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
                "did": _did(draft, changes),
                "kind": draft.kind,
                "object": draft.object_id,
                "site": site,
                "changes": changes,
                "details": draft.details,
            }
        )
        head.seq, head.digest = seq, digest(body)
        entries.append(
            TrailEntry(
                chain=CHAIN,
                seq=seq,
                prev_digest=previous,
                digest=head.digest,
                body=body,
                body_version=1,
                at=draft.at,
                recorded_at=recorded,
                actor_id=draft.actor_id,
                action=draft.action,
                did=_did(draft, changes),
                kind=draft.kind,
                object_id=draft.object_id,
                site_id=site,
            )
        )
        appended.append(Appended(seq, draft.at, entries[-1].did))
        if len(entries) >= ENTRIES_AT_ONCE:
            TrailEntry.objects.bulk_create(entries)
            entries = []
        personal += [TrailPersonal(chain=CHAIN, seq=seq, **value) for value in values]
        if len(personal) >= PERSONAL_AT_ONCE:  # an import has hundreds of thousands
            TrailPersonal.objects.bulk_create(personal)
            personal = []
    if entries:
        TrailEntry.objects.bulk_create(entries)
    if personal:
        TrailPersonal.objects.bulk_create(personal)
    TrailHead.objects.filter(pk=head.pk).update(seq=head.seq, digest=head.digest)
    return appended


def _did(draft: Draft, changes: dict[str, Any]) -> str:
    if draft.before is None and draft.after is None:
        return "noted"  # made and removed by the same action
    if draft.before is None:
        return "created"
    if draft.after is None:
        return "deleted"
    return "changed" if changes else "noted"


def _changes(draft: Draft, seq: int) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """Field by field, before and after; a personal value becomes a salted digest, and is set aside to be erasable."""
    before, after = draft.before or {}, draft.after or {}
    changes: dict[str, list[Any]] = {}
    values: list[dict[str, Any]] = []
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
                    values.append({"field": name, "side": side, "salt": salt, "value": text})
        changes[name] = pair
    return changes, values
