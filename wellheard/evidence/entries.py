"""Entries of the trail as people read them: who did what, to which record, when, and what changed."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Field, ForeignKey, Q
from django.urls import reverse

from wellheard.core.actors import Actor
from wellheard.core.links import Key
from wellheard.core.models import Member, TrailEntry, TrailPersonal
from wellheard.core.trail.append import CHAIN
from wellheard.evidence.masking import Mask, mask_of
from wellheard.evidence.seeing import model_of, visible_keys
from wellheard.evidence.words import done_in_words, field_in_words, field_of, kept_in_words, kind_in_words

HIDDEN_PERSONAL = "a personal value, kept apart"
ERASED = "a personal value, erased"
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Change:
    """One field of an entry, before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """An entry in words. `recorded_late` says that it was written down noticeably later than it happened."""

    seq: int
    at: datetime
    recorded_at: datetime
    actor: str
    done: str
    did: str
    kind: str
    record_id: int | None
    about: str
    changes: Sequence[Change]
    details: Sequence[Change]
    digest: str
    previous: str
    url: str = ""

    @property
    def recorded_late(self) -> bool:
        return self.recorded_at - self.at > LATE


@dataclass(frozen=True)
class Happening:
    """What somebody did at one moment: one action, with the entries that it left, the record's own first."""

    at: datetime
    actor: str
    done: str
    entries: Sequence[Told]

    @property
    def about(self) -> str:
        """What it was done to: `case`, `case, entry`, `20 tellings`."""
        counted = Counter(entry.about for entry in self.entries if entry.about)
        return ", ".join(about if number == 1 else f"{number} × {about}" for about, number in counted.items())


def happenings(told: Iterable[Told]) -> list[Happening]:
    """Entries that one action left together become one happening, in order."""
    grouped: dict[tuple[datetime, str, str], list[Told]] = {}
    for each in told:
        grouped.setdefault((each.at, each.actor, each.done), []).append(each)
    return [Happening(at, actor, done, entries) for (at, actor, done), entries in grouped.items()]


def entries_about(keys: Iterable[Key]) -> Q:
    """The entries about any of these records."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in keys:
        by_kind[kind].append(pk)
    wanted = Q(pk__in=())
    for kind, pks in by_kind.items():
        wanted |= Q(kind=kind, object_id__in=pks)
    return Q(chain=CHAIN) & wanted


def tell(entries: Sequence[TrailEntry], reader: Actor, *, mask: Mask | None = None) -> list[Told]:
    """The entries in words, with the same number of queries however many there are.

    Personal values are looked up for records that the reader may see; of others, and of removed ones, they stay hidden.
    """
    mask = mask or mask_of(reader)
    said = [json.loads(entry.body) for entry in entries]
    seen = visible_keys({(entry.kind, entry.object_id) for entry in entries if entry.object_id is not None}, reader)
    personal = _personal_of([entry.seq for entry in entries if (entry.kind, entry.object_id) in seen])
    actors = actors_named({entry.actor_id for entry in entries})
    named = _related(said, reader)

    def value(entry: TrailEntry, name: str, side: int, kept: Any, field: "Field[Any, Any] | None") -> str:
        if isinstance(kept, dict) and set(kept) == {"salted"}:
            if (entry.kind, entry.object_id) not in seen:
                return HIDDEN_PERSONAL
            known = personal.get((entry.seq, name, side))
            return ERASED if known is None else mask(_plain_personal(known, field))
        if isinstance(field, ForeignKey) and isinstance(kept, int):
            return mask(named.get((_target(field), kept), f"number {kept}"))
        return mask(kept_in_words(kept, field))

    told = []
    for entry, body in zip(entries, said, strict=True):
        changes = []
        for name, pair in sorted(body["changes"].items()):
            if name == "id":
                continue
            field = field_of(entry.kind, name)
            before, after = (value(entry, name, side, kept, field) for side, kept in enumerate(pair))
            if before or after:
                changes.append(Change(field_in_words(field, name), before, after))
        details = [
            Change(field_in_words(None, name), "", mask(kept_in_words(kept, None)))
            for name, kept in sorted(body["details"].items())
        ]
        told.append(
            Told(
                seq=entry.seq,
                at=entry.at,
                recorded_at=entry.recorded_at,
                actor=actors.get(entry.actor_id, "Somebody whose account is gone"),
                done=done_in_words(entry.action),
                did=entry.did,
                kind=entry.kind,
                record_id=entry.object_id,
                about=kind_in_words(entry.kind) if entry.kind else "",
                changes=changes,
                details=details,
                digest=entry.digest,
                previous=entry.prev_digest,
                url=trail_url(entry),
            )
        )
    return told


def trail_url(entry: TrailEntry) -> str:
    """Where everything about the entry's record stands; empty for entries about no record."""
    if not entry.kind or entry.object_id is None:
        return ""
    return reverse("evidence:record_trail", args=[entry.kind, entry.object_id])


def actors_named(actor_ids: set[str]) -> dict[str, str]:
    """The names behind opaque ids: members by name, jobs as Wellheard, customers as such."""
    names: dict[str, str] = {}
    members: dict[int, str] = {}
    for actor_id in actor_ids:
        sort, _, rest = actor_id.partition(":")
        if sort == "member" and rest.isdecimal():
            members[int(rest)] = actor_id
        elif sort == "system":
            names[actor_id] = f"Wellheard ({rest})"
        elif sort == "public":
            names[actor_id] = "The customer"
    for pk, name in Member.objects.filter(pk__in=members).values_list("pk", "name"):
        names[members[pk]] = name
    return names


def _personal_of(seqs: Sequence[int]) -> dict[tuple[int, str, int], str]:
    rows = TrailPersonal.objects.filter(chain=CHAIN, seq__in=seqs)
    return {(row.seq, row.field, row.side): row.value for row in rows}


def _plain_personal(text: str, field: "Field[Any, Any] | None") -> str:
    """Structured personal values are kept as JSON text."""
    if field is not None and field.get_internal_type() == "JSONField":
        try:
            return kept_in_words(json.loads(text), None)
        except ValueError:
            return text
    return text


def _target(field: "ForeignKey[Any, Any]") -> str:
    return str(field.related_model._meta.label_lower)


def _related(said: Sequence[dict[str, Any]], reader: Actor) -> dict[Key, str]:
    """What foreign keys in the entries point to, in words, where the reader may see it: one query a kind."""
    wanted: set[Key] = set()
    for body in said:
        for name, pair in body["changes"].items():
            field = field_of(body["kind"], name)
            if isinstance(field, ForeignKey):
                wanted |= {(_target(field), kept) for kept in pair if isinstance(kept, int)}
    seen = visible_keys(wanted, reader)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in seen:
        by_kind[kind].append(pk)
    named: dict[Key, str] = {}
    for kind, pks in by_kind.items():
        model = model_of(kind)
        if model is not None:
            named |= {(kind, each.pk): str(each) for each in model._default_manager.filter(pk__in=pks)}
    return named
