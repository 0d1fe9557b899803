"""Sources that are known again by their header: how their columns were mapped the last time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.customers.models import ImportSource


def source_of(kind: str, columns: Sequence[str], name: str = "") -> ImportSource | None:
    """The source that writes this header, or the one of this name; None for a new one."""
    rows = ImportSource.objects.filter(import_kind=kind)
    if name:
        return rows.filter(name__iexact=name).order_by("pk").first()
    wanted = list(columns)
    return next((each for each in rows.order_by("-used_at", "-pk")[:200] if each.columns == wanted), None)


@action("customers.remember_source")
def remember_source(
    kind: str,
    name: str,
    columns: Sequence[str],
    mapping: Mapping[str, str],
    answers: Mapping[str, Any],
    by: Actor,
    *,
    at: datetime,
) -> ImportSource:
    """Keep how a source's columns are mapped; the same name is brought up to date."""
    source = ImportSource.objects.filter(import_kind=kind, name=name[:100]).first()
    source = source or ImportSource(import_kind=kind, name=name[:100])
    source.columns, source.mapping, source.answers = list(columns), dict(mapping), dict(answers)
    source.used_at = at
    source.save()
    return source


@action("customers.forget_source")
def forget_source(source: ImportSource, by: Actor, *, at: datetime) -> None:
    """Forget how it maps its columns. What came from it stays."""
    source.delete()
