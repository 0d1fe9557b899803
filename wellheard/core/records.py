"""The base of everything that a person decides about: a record knows what it was, and can't be written in secret."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.errors import WroteOutsideAction
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

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    _loaded: dict[str, Any] | None = None

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        record = super().from_db(db, field_names, values, **more)
        record._loaded = record.values_for_trail()
        return record

    def values_for_trail(self) -> dict[str, Any]:
        """The present values of every loaded field that the trail keeps."""
        there = self.__dict__
        return {
            field.attname: plain(there[field.attname])
            for field in self._meta.concrete_fields
            if field.attname in there and field.attname not in self.trail_left_out
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        from wellheard.core.action import writing

        now_writing = writing()
        before = self._loaded
        super().save(*args, **kwargs)
        self._loaded = self.values_for_trail()
        now_writing.touched(self, before, self._loaded)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        from wellheard.core.action import writing

        writing().touched(self, self.values_for_trail(), None)
        return super().delete(*args, **kwargs)

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


WORKFLOW_FIELDS = frozenset({"status", "owner_id", "updated_at"})


def kind_of(model: type[models.Model]) -> str:
    """`cases.case`."""
    return f"{model._meta.app_label}.{model._meta.model_name}"


def as_json(value: Any) -> Any:
    """A plain copy of a JSON value, so that a later change of the original can't reach it."""
    return json.loads(json.dumps(value))
