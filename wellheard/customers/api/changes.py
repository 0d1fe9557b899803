"""What changed since a cursor: so that another program's copy follows, and misses nothing.

The cursor is the number of the trail's entry. Numbers are given while the trail's head is locked until the commit, so what is
committed later has a higher number: whoever asks on from the highest one seen misses nothing, however many write at once.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from wellheard.core import access
from wellheard.core.batches import in_batches
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, TrailEntry, TrailHead
from wellheard.core.trail.append import CHAIN
from wellheard.core.views import member_of
from wellheard.core.webhooks.announced import announced, owners_of, parts
from wellheard.customers.announcing import KINDS
from wellheard.customers.api.consents import ConsentOut, PurposeOut, consents_for
from wellheard.customers.api.conversations import ConversationOut, conversations_for
from wellheard.customers.api.directory import accounts_for, people_for
from wellheard.customers.api.duplicates import MergeOut
from wellheard.customers.api.paging import LARGEST, Asked, refuse_unknown
from wellheard.customers.api.parties import PartyOut, parties_for
from wellheard.customers.api.schemas import AccountOut, PersonOut
from wellheard.customers.api.segments import SegmentOut, segments_for
from wellheard.customers.models import Merge, Purpose
from wellheard.evidence.seeing import model_of

router = Router()
WINDOW = 20_000
"""Entries of all kinds that are looked through at once: other matters may lie between two changes of customers."""
MOST = 500
Key = tuple[str, int]
Rows = Callable[[Member], Any]


@dataclass(frozen=True)
class Shown:
    """How records of a kind are read for a member, and as what they are shown."""

    rows: Rows
    schema: type[Schema]


SHOWN: Mapping[str, Shown] = {
    "customers.account": Shown(accounts_for, AccountOut),
    "customers.person": Shown(people_for, PersonOut),
    "customers.conversation": Shown(conversations_for, ConversationOut),
    "customers.purpose": Shown(lambda member: Purpose.objects.visible_to(member), PurposeOut),
    "customers.consent": Shown(consents_for, ConsentOut),
    "customers.segment": Shown(segments_for, SegmentOut),
    "customers.interestedparty": Shown(parties_for, PartyOut),
    "customers.merge": Shown(lambda member: Merge.objects.visible_to(member), MergeOut),
}
BY_NAME = {each.name: each.kind for each in KINDS}


class AskedChanges(Asked):
    """Since when, and of what."""

    after: int = Field(
        0, ge=0, le=LARGEST, description="The `cursor` of the answer before; 0 for everything from the beginning."
    )
    limit: int = Field(100, ge=1, le=MOST)
    kinds: str = Field(
        "", max_length=200, description="account, person, consent, …, with commas between; all, if left out."
    )


class ChangeOut(Schema):
    """A record that changed, as it is now. `verb`: created, changed, merged (see `into`), erased, deleted, or gone, when it
    moved to where you may not see it. Told again it is told the same: replace your copy by `record`."""

    kind: str
    id: int
    verb: str
    at: datetime
    cursor: int
    into: int | None = None
    record: dict[str, Any] | None = None


class ChangesOut(Schema):
    """Changes in the order of the trail. Ask on with `cursor`; `more` says whether there is more already."""

    changes: list[ChangeOut]
    cursor: int
    more: bool


class NowOut(Schema):
    """Where the changes end at present."""

    cursor: int


@dataclass
class Seen:
    """What a page's entries say of one record; `left` are the sites that it left."""

    seq: int
    at: datetime
    is_new: bool = False
    site: int | None = None
    has_site: bool = False
    left: tuple[int | None, ...] = ()


@router.get("/changes/now", response=NowOut, operation_id="changes_now")
def now(request: HttpRequest) -> dict[str, int]:
    """The cursor of now. Ask for it first, copy every list, then follow the changes after it."""
    return {"cursor": _head()}


@router.get("/changes", response=ChangesOut, operation_id="list_changes")
def changes(request: HttpRequest, asked: Query[AskedChanges]) -> dict[str, Any]:
    """What changed after a cursor: each record once, as it is now, as far as you may see it."""
    refuse_unknown(request, asked)
    member, kinds, head = member_of(request), _kinds(asked.kinds), _head()
    if asked.after > head:
        raise Refusal(
            "This cursor is later than everything here, as after a restored backup. Copy every list anew, then ask from the "
            "cursor of /changes/now.",
            field="after",
            code="unknown_cursor",
        )
    # The head was read first: what is committed while we read has a higher number, and comes with the next question.
    end = min(head, asked.after + WINDOW)
    wanted = {*kinds, *(part for part, owners in parts().items() if kinds & {*owners.values()})}
    rows = TrailEntry.objects.filter(chain=CHAIN, seq__gt=asked.after, seq__lte=end, kind__in=wanted)
    entries = list(rows.exclude(did="noted").order_by("seq")[: asked.limit])
    cursor = entries[-1].seq if len(entries) == asked.limit else end
    told = _told(_seen(entries, kinds), member)
    return {"changes": told, "cursor": cursor, "more": cursor < head}


def _head() -> int:
    return TrailHead.objects.get(chain=CHAIN).seq


def _kinds(said: str) -> set[str]:
    names = [name.strip() for name in said.split(",") if name.strip()]
    if unknown := [name for name in names if name not in BY_NAME]:
        raise Refusal(
            f"Nothing is called “{unknown[0][:60]}” here. There is: {', '.join(sorted(BY_NAME))}.",
            field="kinds",
            code="unknown_filter",
        )
    return {BY_NAME[name] for name in names} or {each.kind for each in KINDS}


def _seen(entries: Iterable[TrailEntry], kinds: set[str]) -> dict[Key, Seen]:
    """By record: what the entries say of it and of its parts."""
    entries = list(entries)
    bodies = {entry.seq: json.loads(entry.body)["changes"] for entry in entries}
    owners = _owners(entries, bodies)
    found: dict[Key, Seen] = {}
    for entry in entries:
        for key in owners[entry.seq]:
            if key[0] not in kinds:
                continue
            seen = found.setdefault(key, Seen(entry.seq, entry.at))
            seen.seq, seen.at = entry.seq, entry.at
            if key == (entry.kind, entry.object_id):
                seen.is_new = seen.is_new or entry.did == "created"
                seen.site, seen.has_site = entry.site_id, True
                if entry.did == "changed" and "site_id" in bodies[entry.seq]:
                    seen.left = (*seen.left, bodies[entry.seq]["site_id"][0])
    return dict(sorted(found.items(), key=lambda each: each[1].seq))


def _owners(entries: Iterable[TrailEntry], bodies: Mapping[int, Mapping[str, Any]]) -> dict[int, list[Key]]:
    """By entry: the records that it is about. A part that is still there names its whole itself; one that is gone is named
    by the entry with which it went."""
    found: dict[int, list[Key]] = {}
    rest: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        pk = entry.object_id
        found[entry.seq] = [(entry.kind, pk)] if announced(entry.kind) is not None and pk is not None else []
        if entry.kind in parts():
            changed = bodies[entry.seq]
            sides = [{name: pair[side] for name, pair in changed.items()} for side in (0, 1)]
            found[entry.seq] += owners_of(entry.kind, sides)
            if entry.did == "changed" and pk is not None:
                rest[entry.kind][pk].append(entry.seq)
    for kind, by_pk in rest.items():
        model, fields = model_of(kind), [*parts()[kind]]
        if model is None:
            continue
        for some in in_batches(sorted(by_pk)):
            for values in model._default_manager.filter(pk__in=some).values("pk", *fields):
                for seq in by_pk[values["pk"]]:
                    found[seq] += [key for key in owners_of(kind, [values]) if key not in found[seq]]
    return found


def _told(seen: Mapping[Key, Seen], member: Member) -> list[dict[str, Any]]:
    """The records as they are now, as far as the member may see them, in a number of questions that does not grow."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in seen:
        by_kind[kind].append(pk)
    visible: dict[Key, Any] = {}
    there: set[Key] = set()
    for kind, pks in by_kind.items():
        visible |= {(kind, row.pk): row for row in SHOWN[kind].rows(member).filter(pk__in=pks)}
        model: Any = model_of(kind)
        there |= {(kind, pk) for pk in model._default_manager.filter(pk__in=pks).values_list("pk", flat=True)}
    told = []
    for key, each in seen.items():
        change = _change(key, each, visible.get(key), key in there, member)
        if change is not None:
            told.append(change)
    return told


def _change(key: Key, seen: Seen, row: Model | None, is_there: bool, member: Member) -> dict[str, Any] | None:
    kind, pk = key
    name = announced(kind)
    said: dict[str, Any] = {"kind": name.name if name else kind, "id": pk, "at": seen.at, "cursor": seen.seq}
    if row is None:
        # What one could not see before either is not told of.
        sites = seen.left if is_there else ((seen.site,) if seen.has_site else ())
        if not any(_saw(member, kind, site) for site in sites):
            return None
        return said | {"verb": "gone" if is_there else "deleted", "into": None, "record": None}
    into = getattr(row, "merged_into_id", None)
    verb = "created" if seen.is_new else "changed"
    if getattr(row, "erased_at", None) is not None:
        verb = "erased"
    elif into is not None:
        verb = "merged"
    return said | {"verb": verb, "into": into, "record": SHOWN[kind].schema.from_orm(row).dict()}


def _saw(member: Member, kind: str, site_id: int | None) -> bool:
    """Does this member see records of this kind at that site?"""
    model = model_of(kind)
    if model is None or not any(field.attname == "site_id" for field in model._meta.concrete_fields):
        return model is not None and access.may(member, access.see(model))
    return access.may(member, access.see(model), model(pk=-1, site_id=site_id))
