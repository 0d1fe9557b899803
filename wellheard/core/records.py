"""The base of everything that a person decides about: a record knows what it was, and can't be written in secret."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.deletion import Collector

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal, WroteOutsideAction
from wellheard.core.limits import refuse_what_no_database_holds
from wellheard.ground.canonical import canonical, digest

Row = TypeVar("Row", bound=models.Model)


def plain(value: Any) -> Any:
    """A field's value as the trail keeps it: only what canonical text can hold, and a copy."""
    if isinstance(value, bool | int | str | dt.datetime | dt.date | Decimal) or value is None:
        return str(value) if isinstance(value, models.Choices) else value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


class RecordQuerySet(models.QuerySet[Row]):
    """Reads as usual; writes only through actions, so the bulk methods that would pass the trail by are closed."""

    def visible_to(self, actor: Actor) -> Self:
        """The rows that this actor may see. Every page and every API answer starts here."""
        return access.visible(self, actor)  # type: ignore[return-value]

    def _closed(self, method: str) -> NoReturn:
        raise WroteOutsideAction(f"{self.model.__name__}.objects.{method} would leave no trail; use an action.")

    def update(self, **kwargs: Any) -> int:
        self._closed("update")

    def delete(self) -> tuple[int, dict[str, int]]:
        self._closed("delete")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Row]:
        self._closed("bulk_create")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._closed("bulk_update")


class Record(models.Model):
    """A row that leaves a trail whenever it is written, and may be linked, searched and shown in a thread."""

    trail_personal: ClassVar[frozenset[str]] = frozenset()
    """Fields about a person: the trail holds a salted digest, the value can be erased."""
    trail_left_out: ClassVar[frozenset[str]] = frozenset()
    """Fields that only cache what other rows say."""
    fingerprint_fields: ClassVar[Sequence[str] | None] = None
    """What a link is made against; by default every field but the workflow ones."""

    written_freely: ClassVar[frozenset[str]] = frozenset()
    """Fields that are nobody's decision (a last sign-in): alone, they are saved without an action and leave no entry."""

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    _loaded: dict[str, Any] | None = None
    _loaded_beside: dict[str, Any] | None = None  # of the fields that the trail leaves out

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        record = super().from_db(db, field_names, values, **more)
        record._note_loaded()
        return record

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        """As Django's; also what the next entry compares with is then what the database holds."""
        super().refresh_from_db(using, fields, from_queryset)
        self._note_loaded(None if fields is None else _attnames(self, fields))

    def _note_loaded(self, only: Collection[str] | None = None) -> None:
        """What is in hand now is what the database holds; of `only` these fields, if given."""
        now, beside = self.values_for_trail(), self._values_beside()
        if only is not None:
            now = {name: now[name] for name in only if name in now}
            beside = {name: beside[name] for name in only if name in beside}
        self._loaded = (self._loaded or {}) | now
        self._loaded_beside = (self._loaded_beside or {}) | beside

    def values_for_trail(self) -> dict[str, Any]:
        """The present values of every loaded field that the trail keeps."""
        there = self.__dict__
        return {
            field.attname: plain(there[field.attname])
            for field in self._meta.concrete_fields
            if field.attname in there and field.attname not in self.trail_left_out
        }

    def _values_beside(self) -> dict[str, Any]:
        return {name: plain(self.__dict__[name]) for name in self.trail_left_out if name in self.__dict__}

    def save(self, *args: Any, **kwargs: Any) -> None:
        from wellheard.core.writing import writing

        only = None
        if kwargs.get("update_fields") is not None:
            only = _attnames(self, kwargs["update_fields"])
            if self.pk is not None and only <= self.written_freely:
                super().save(*args, **kwargs)
                self._note_loaded(only)
                return
        now_writing = writing()
        refuse_what_no_database_holds(self, only)
        if self._state.adding or self.pk is None:
            self._loaded = None
            # With a number of its own Django would otherwise overwrite the row that bears it already.
            super().save(*args, **(kwargs if self.pk is None else {"force_insert": True} | kwargs))
        else:
            now_writing.catch_up(self, only)
            super().save(*args, **kwargs)
        before = self._loaded
        self._note_loaded(only)
        now_writing.touched(self, before, self._loaded)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the row, and the records that can't be without it; each of them has its entry."""
        from wellheard.core.writing import writing

        now_writing = writing()
        now_writing.lock(self)
        gone = [(type(each), each.pk, each.values_for_trail()) for each in (*_going_along(self), self)]
        removed = super().delete(*args, **kwargs)
        for model, pk, values in gone:
            now_writing.removed(model, pk, values)
        return removed

    @property
    def has_unsaved_changes(self) -> bool:
        """Is something in hand that the row does not say?"""
        return (self.values_for_trail(), self._values_beside()) != (self._loaded, self._loaded_beside)

    def become(self, fresh: Self) -> None:
        """Be as the row is now; whatever was changed here and not saved is dropped."""
        for each in self._meta.concrete_fields:
            self.__dict__[each.attname] = fresh.__dict__[each.attname]
        self._loaded, self._loaded_beside = fresh._loaded, fresh._loaded_beside
        self._state.fields_cache.clear()

    def merge(self, fresh: Self, only: Collection[str] | None = None) -> None:
        """Take over what others changed in the row meanwhile; refused where both changed the same field (of `only` these)."""
        loaded = (self._loaded or {}) | (self._loaded_beside or {})
        present = (fresh._loaded or {}) | (fresh._loaded_beside or {})
        mine = self.values_for_trail() | self._values_beside()
        for each in self._meta.concrete_fields:
            name = each.attname
            if name not in mine:
                continue
            if name in loaded and mine[name] == loaded[name]:
                if mine[name] != present[name]:
                    self.__dict__[name] = fresh.__dict__[name]
                    self._state.fields_cache.pop(each.name, None)
                continue
            both = name in loaded and loaded[name] != present[name] and mine[name] != present[name]
            if both and (only is None or name in only):
                raise Refusal(
                    f"Somebody else changed {self.label} meanwhile. Nothing was saved; look at it again, then repeat.",
                    field=name,
                    code="changed_meanwhile",
                )
        self._loaded, self._loaded_beside = fresh._loaded, fresh._loaded_beside

    # ---- what other parts ask of a record ----

    @property
    def kind(self) -> str:
        """`cases.case`: how links, tasks and the trail name the model."""
        return kind_of(type(self))

    @property
    def label(self) -> str:
        """What a person would call this record, in a few words."""
        return str(self)

    def get_absolute_url(self) -> str:
        """Where the record's page is; empty when it has none of its own."""
        return ""

    def search_text(self) -> tuple[str, str] | None:
        """(title, words) for the search index; None when the record isn't searched."""
        return None

    def fingerprint(self) -> str:
        """A digest of what the record says. Links carry it: when it changes, the link is suspect."""
        names = self.fingerprint_fields
        if names is None:
            names = [field.attname for field in self._meta.concrete_fields if field.attname not in WORKFLOW_FIELDS]
        return digest(canonical({name: plain(getattr(self, name)) for name in names}))


# Also the way that related managers and Django itself take to the rows (`site.members.add(…)`) is one with bulk writes closed.
Record._meta.base_manager_name = "objects"

WORKFLOW_FIELDS = frozenset({"status", "owner_id", "updated_at"})


def kind_of(model: type[models.Model]) -> str:
    """`cases.case`."""
    return f"{model._meta.app_label}.{model._meta.model_name}"


def as_json(value: Any) -> Any:
    """A plain copy of a JSON value, so that a later change of the original can't reach it."""
    return json.loads(json.dumps(value))


def _attnames(record: Record, names: Collection[str]) -> frozenset[str]:
    """Fields by the name of their column's attribute: `owner` and `owner_id` are both `owner_id`."""
    return frozenset(each.attname for each in record._meta.concrete_fields if {each.name, each.attname} & set(names))


def _going_along(record: Record) -> list[Record]:
    """The records that a deletion of this one takes along, those furthest away first. Raises as the deletion would."""
    collector = Collector(using=record._state.db or DEFAULT_DB_ALIAS, origin=record)
    collector.collect([record])
    found: list[Record] = []
    for rows in (*collector.data.values(), *collector.fast_deletes):
        found += [each for each in rows if isinstance(each, Record) and each != record]
    return found[::-1]
