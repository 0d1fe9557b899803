"""What one transaction has written so far, and on whose behalf: it becomes the trail's entries as the last step.

Everything here can be taken back to a mark, since an action that fails inside another leaves nothing behind.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.errors import LostChanges, Refusal, WroteOutsideAction
from wellheard.core.indexing import index, unindex
from wellheard.core.limits import refuse_what_no_database_holds
from wellheard.core.records import Record, kind_of, plain
from wellheard.core.trail.append import Draft, Packed, append
from wellheard.core.webhooks.deliveries import listeners, write_deliveries

Values = dict[str, Any]
Key = tuple[str, Any]

CREATED_AT_ONCE = 2_000

current: ContextVar["Writing | None"] = ContextVar("writing", default=None)


@dataclass
class Doing:
    """An action that runs; `first` is the place of the first draft since it began, `subject` what it is done to."""

    name: str
    actor: Actor
    at: datetime
    first: int
    subject: Record | None = None


@dataclass
class Writing:
    """The drafts of the trail's entries, the records to index, and which instance of a row is up to date."""

    doing: list[Doing] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    records: dict[Key, Record | None] = field(default_factory=dict)
    """To be indexed at the end; None: it is gone."""
    in_hand: dict[Key, Record] = field(default_factory=dict)
    """The instance that locked or wrote the row last. Any other one of the same row may be stale."""
    _places: dict[tuple[str, str, str, Any], int] = field(default_factory=dict)
    _undo: list[Callable[[], object]] = field(default_factory=list)
    forgets: bool = False
    """What is written erases personal values: the entries keep a digest of what was there before, and nothing else."""

    # ---- actions within actions ----

    def begin(self, name: str, by: Actor, at: datetime) -> int:
        """An action begins; gives the mark to which `take_back` returns if it fails."""
        self.doing.append(Doing(name, by, at, len(self.drafts)))
        return len(self._undo)

    def end(self) -> None:
        """The innermost action has ended."""
        self.doing.pop()

    def take_back(self, mark: int) -> None:
        """Forget everything since the mark: its transaction was rolled back."""
        while len(self._undo) > mark:
            self._undo.pop()()

    # ---- what happened ----

    def touched(self, record: Record, before: Values | None, after: Values | None) -> None:
        """A record was created (no before) or changed."""
        self._note(record.kind, record.pk, type(record), before, after)
        self._put(self.records, (record.kind, record.pk), record)
        self._put(self.in_hand, (record.kind, record.pk), record)

    def created_many(self, records: Sequence[Record]) -> None:
        """New records of one model: as `touched` for each, with one way back for all. An import makes hundreds of thousands,
        so the instances are let go unless they have a place in the search."""
        doing, first = self.doing[-1], len(self.drafts)
        known = [each for each in records if (each.kind, each.pk) in self.records]
        new = [each for each in records if (each.kind, each.pk) not in self.records]
        is_searched = bool(records) and type(records[0]).search_text is not Record.search_text
        at = {name: place for place, name in enumerate(records[0].values_for_trail())} if records else {}
        places: list[tuple[str, str, str, Any]] = []
        found: list[Key] = []
        for place, record in enumerate(new, start=first):
            kind, pk = record.kind, record.pk
            loaded = record._loaded or {}
            values = Packed(at, tuple(loaded[name] for name in at))
            self.drafts.append(Draft(doing.name, doing.actor.actor_id, doing.at, kind, pk, None, values, type(record)))
            places.append((doing.name, doing.actor.actor_id, kind, pk))
            self._places[places[-1]] = place
            if is_searched:
                found.append((kind, pk))
                self.records[kind, pk] = self.in_hand[kind, pk] = record

        def forget() -> None:
            del self.drafts[first:]
            for place in places:
                self._places.pop(place, None)
            for key in found:
                self.records.pop(key, None)
                self.in_hand.pop(key, None)

        self._undo.append(forget)
        for record in known:  # its number was another row's, which is gone
            self.touched(record, None, record._loaded)

    def removed(self, model: type[Record], pk: Any, before: Values) -> None:
        """A record is gone."""
        self._note(kind_of(model), pk, model, before, None)
        self._put(self.records, (kind_of(model), pk), None)

    def happened(self, record: Record | None, **details: Any) -> None:
        """The action took place, even if it changed no field. `details` are kept in the entry (nothing personal): without a
        record in that of the subject, or of what the action wrote first."""
        if record is not None and record.pk is None:
            return  # it was deleted, which `removed` has noted
        doing = self.doing[-1]
        if record is None and doing.subject is not None and doing.subject.pk is not None:
            record = doing.subject
        if record is None:
            place = next((n for n in range(doing.first, len(self.drafts)) if self.drafts[n].action == doing.name), None)
        else:
            place = self._places.get((doing.name, doing.actor.actor_id, record.kind, record.pk))
        if place is None:
            values = record.values_for_trail() if record is not None else {}
            kind, pk, model = (record.kind, record.pk, type(record)) if record is not None else ("", None, Record)
            place = self._note(kind, pk, model, values, values)
        if details:
            draft = self.drafts[place]
            present = draft.details
            self._undo.append(lambda: setattr(draft, "details", present))
            draft.details = present | plain(details)

    def lock(self, record: Record) -> None:
        """Lock the row and bring the record in hand up to date with it: what was changed in it and not saved is dropped.

        Not so within an action that has it in hand already: there the changes would be lost in silence.
        """
        key = (record.kind, record.pk)
        if self.in_hand.get(key) is record:
            if record.has_unsaved_changes:
                raise LostChanges(
                    f"{record.kind} {record.pk} was changed and not saved before an inner action took it."
                )
            return
        record.become(self._fresh(record))
        self._put(self.in_hand, key, record)

    def catch_up(self, record: Record, only: frozenset[str] | None = None) -> None:
        """Before a record that nobody locked is written: lock the row, and keep what others changed in it meanwhile.

        Refused when they changed a field that is about to be written too.
        """
        key = (record.kind, record.pk)
        if self.in_hand.get(key) is not record:
            record.merge(self._fresh(record), only)
            self._put(self.in_hand, key, record)

    def seal(self) -> None:
        """Append the trail entries, refresh the search index, write what programs are told: the last step before the commit."""
        unindex([key for key, record in self.records.items() if record is None])
        index([record for record in self.records.values() if record is not None])
        for draft in self.drafts:
            draft.forgets = draft.forgets or self.forgets
        hooks = listeners(self.drafts)
        write_deliveries(hooks, self.drafts, append(self.drafts))

    # ---- the pieces ----

    def _note(self, kind: str, pk: Any, model: type[Record], before: Values | None, after: Values | None) -> int:
        """The entry of the running action about one record: made, or carried on. Gives its place."""
        doing = self.doing[-1]
        key = (doing.name, doing.actor.actor_id, kind, pk)
        place = self._places.get(key) if kind else None
        if place is not None:
            draft = self.drafts[place]
            present = draft.after
            self._undo.append(lambda: setattr(draft, "after", present))
            draft.after = after
            return place
        place = len(self.drafts)
        self.drafts.append(Draft(doing.name, doing.actor.actor_id, doing.at, kind, pk, before, after, model))
        self._undo.append(self.drafts.pop)
        if kind:
            self._places[key] = place
            self._undo.append(lambda: self._places.pop(key))
        return place

    def _put(self, into: dict[Key, Any], key: Key, value: Record | None) -> None:
        """Set an entry; taken back, it is as it was before. A row whose lock was rolled back is in nobody's hand."""
        if key in into and into is self.records:
            present = into[key]
            self._undo.append(lambda: into.__setitem__(key, present))
        else:
            self._undo.append(lambda: into.pop(key, None))
        into[key] = value

    def _fresh(self, record: Record) -> Record:
        try:
            # no_key: a plain FOR UPDATE would make rows wait that only point to this one (answers arriving for a survey).
            return type(record)._base_manager.select_for_update(no_key=True).get(pk=record.pk)
        except type(record).DoesNotExist:
            raise Refusal(f"{record.label} is no longer there; someone removed it. Nothing was changed.") from None


def create_many(records: Sequence[Record]) -> None:
    """Insert many new records of one model at once, within an action: each has its entry and its place in the search.

    For imports. What `save` checks of each record is the caller's to check beforehand.
    """
    now_writing = writing()
    for some in in_batches(records, CREATED_AT_ONCE):
        model = type(some[0])
        for record in some:
            refuse_what_no_database_holds(record)
        # The plain queryset: a record's own closes the bulk methods, since they leave no trail; here it follows at once.
        rows: Any = QuerySet(model=model, using=DEFAULT_DB_ALIAS)
        rows.bulk_create(some)
        for record in some:
            record._note_loaded()
        now_writing.created_many(some)


def lock_many(rows: QuerySet[Any]) -> list[Any]:
    """These records, locked in the order of their ids, to be changed in this action and written with `write_many`."""
    found = list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))
    now_writing = writing()
    for record in found:
        now_writing._put(now_writing.in_hand, (record.kind, record.pk), record)
    return found


def write_many(records: Sequence[Record], fields: Sequence[str]) -> None:
    """Write these fields of many records of one model at once; each has its entry. They come from `lock_many`."""
    now_writing = writing()
    if not records:
        return
    for record in records:
        refuse_what_no_database_holds(record, frozenset(fields))
    rows: Any = QuerySet(model=type(records[0]), using=DEFAULT_DB_ALIAS)
    for some in in_batches(records, 500):
        rows.bulk_update(some, fields)
    for record in records:
        before = record._loaded
        record._note_loaded()
        now_writing.touched(record, before, record._loaded)


def remove_many(records: Sequence[Record]) -> None:
    """Remove many records of one model at once, within an action: each has its entry and leaves the search.

    For undoing imports. Refused by the database where something still points to one of them.
    """
    now_writing = writing()
    for some in in_batches(records):
        model = type(some[0])
        gone = [(each.pk, each.values_for_trail()) for each in some]
        rows: Any = QuerySet(model=model, using=DEFAULT_DB_ALIAS)
        rows.filter(pk__in=[pk for pk, _ in gone]).delete()
        for pk, values in gone:
            now_writing.removed(model, pk, values)


def writing() -> Writing:
    """The transaction that is being written; raises when a record is written outside of an action."""
    present = current.get()
    if present is None:
        raise WroteOutsideAction("Records are written by actions only: see wellheard/core/action.py.")
    return present
