"""The only way to write.

    @action("cases.acknowledge")
    def acknowledge(case: Case, by: Actor, *, at: datetime) -> Case:
        CASE_FLOW.take(case, "acknowledge")
        ...

`@action` opens the transaction, locks the row, checks the permission and leaves the trail entries, appended as the last
step so that the trail's lock is held briefly. An action may call others: all of it is one transaction.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal, WroteOutsideAction
from wellheard.core.records import Record, plain
from wellheard.core.trail.append import Draft, append

P = ParamSpec("P")
R = TypeVar("R")

ACTIONS: dict[str, Callable[..., Any]] = {}
_current: ContextVar["Writing | None"] = ContextVar("writing", default=None)


@dataclass
class Writing:
    """What has been written so far in this transaction, and on whose behalf."""

    doing: list[tuple[str, Actor, datetime]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    records: dict[tuple[str, Any], Record] = field(default_factory=dict)

    def touched(self, record: Record, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        """A record was created (no before), changed, or deleted (no after)."""
        name, actor, at = self.doing[-1]
        key = (name, record.kind, record.pk)
        for draft in self.drafts:
            if (draft.action, draft.kind, draft.object_id) == key and draft.actor_id == actor.actor_id:
                draft.after = after
                break
        else:
            self.drafts.append(Draft(name, actor.actor_id, at, record.kind, record.pk, before, after, type(record)))
        if after is None:
            self.records.pop((record.kind, record.pk), None)
        else:
            self.records[record.kind, record.pk] = record

    def happened(self, record: Record | None, **details: Any) -> None:
        """The action took place, even if it changed no field. `details` are kept in the entry (nothing personal)."""
        if record is not None and record.pk is None:
            return  # it was deleted, which `touched` has noted
        name, actor, at = self.doing[-1]
        kind, pk = (record.kind, record.pk) if record is not None else ("", None)
        for draft in self.drafts:
            if draft.action == name and (record is None or (draft.kind, draft.object_id) == (kind, pk)):
                draft.details |= plain(details)
                return
        values = record.values_for_trail() if record is not None else {}
        model = type(record) if record is not None else Record
        self.drafts.append(Draft(name, actor.actor_id, at, kind, pk, values, values, model, plain(details)))

    def seal(self) -> None:
        """Append the trail entries and refresh the search index: the last step before the commit."""
        from wellheard.core.search import index

        index([record for record in self.records.values() if record.search_text() is not None])
        append(self.drafts)


def writing() -> Writing:
    """The transaction that is being written; raises when a record is written outside of an action."""
    present = _current.get()
    if present is None:
        raise WroteOutsideAction("Records are written by actions only: see wellheard/core/action.py.")
    return present


def detail(**details: Any) -> None:
    """Add facts to the trail entry of the running action, for what no field shows."""
    writing().happened(None, **details)


@contextmanager
def acting(name: str, by: Actor, at: datetime) -> Iterator[Writing]:
    """Write under this name. For actions, the demo and tests; it checks no permission."""
    outer = _current.get()
    present = outer or Writing()
    drafts, records = len(present.drafts), dict(present.records)
    token = _current.set(present)
    try:
        with transaction.atomic():
            present.doing.append((name, by, at))
            try:
                yield present
            finally:
                present.doing.pop()
            if outer is None:
                present.seal()
    except BaseException:
        # An action that failed inside another leaves nothing behind, neither rows nor entries.
        del present.drafts[drafts:]
        present.records = records
        raise
    finally:
        _current.reset(token)


def lock(record: Record) -> None:
    """Lock the row and bring the record in hand up to date with it."""
    try:
        # no_key: a plain FOR UPDATE would make rows wait that only point to this one (answers arriving for a survey).
        fresh = type(record)._base_manager.select_for_update(no_key=True).get(pk=record.pk)
    except type(record).DoesNotExist:
        raise Refusal(f"{record.label} is no longer there; someone removed it. Nothing was changed.") from None
    for each in record._meta.concrete_fields:
        record.__dict__[each.attname] = fresh.__dict__[each.attname]
    record._loaded = fresh._loaded
    record._state.fields_cache.clear()


def action(name: str, *, creates: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a verb. Its parameters include `by` (who) and `at` (when); a first parameter that is a record is
    the subject. A function without a subject (or `creates`: its first parameter is for whom or from what) makes something
    new, and returns it."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        if missing := {"by", "at"} - set(signature.parameters):
            raise TypeError(f"{name} lacks {missing}")
        first = next(iter(signature.parameters))

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            by: Actor = bound.arguments["by"]
            given = bound.arguments[first]
            subject = given if isinstance(given, Record) and given.pk is not None and not creates else None
            with acting(name, by, bound.arguments["at"]) as present:
                if subject is not None:
                    lock(subject)
                access.require(by, name, subject)
                result = function(*bound.args, **bound.kwargs)
                if subject is None and isinstance(result, Record):
                    access.require(by, name, result)
                present.happened(subject or (result if isinstance(result, Record) else None))
            return result

        ACTIONS[name] = run
        return run

    return decorate
