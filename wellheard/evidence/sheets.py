"""What a record says, as an auditor reads it: the customer's words whole, then its facts, its parts, and what was checked.

It works for every record without knowing it: from its fields, and from the rows that belong to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, QuerySet

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.links import Key, key_of
from wellheard.core.records import Record
from wellheard.evidence.integrity import Finding
from wellheard.evidence.masking import Mask
from wellheard.evidence.seeing import model_of, visible_rows
from wellheard.evidence.words import field_in_words, in_words, kind_in_words, several_in_words

CUSTOMERS_WORDS = ("verbatim", "complaint_text")
"""What the apps call the fields that hold a customer's words."""
NOT_SHOWN = frozenset(
    {
        "id",
        "key",
        "secret",
        "submission_key",
        "token",
        "seal",
        "seal_id",
        "origin_kind",
        "origin_id",
        "password",
        "digest",
    }
)
NAMING = frozenset({"reference", "title", "name"})
"""Fields that the label already shows."""
MOST_PARTS = 20


@dataclass(frozen=True)
class Fact:
    """A field with its value in words."""

    label: str
    value: str
    is_long: bool = False


@dataclass(frozen=True)
class Sheet:
    """One record, ready to be read."""

    key: Key
    kind: str
    label: str
    url: str
    words: str = ""
    language: str = ""
    facts: Sequence[Fact] = ()
    findings: Sequence[Finding] = ()
    parts: "Sequence[Parts]" = ()


@dataclass(frozen=True)
class Parts:
    """Rows that belong to a record: its answers, its whys, its plans. `more` says how many are not shown."""

    title: str
    sheets: Sequence[Sheet]
    more: int = 0


@dataclass
class Records:
    """Records in hand with their parts; read in few queries, before anything is put in words."""

    main: dict[Key, Any] = field(default_factory=dict)
    parts: dict[Key, list[tuple[str, list[Any], int]]] = field(default_factory=lambda: defaultdict(list))

    def everything(self) -> dict[Key, Any]:
        """The records and their parts."""
        found = dict(self.main)
        for groups in self.parts.values():
            for _, rows, _ in groups:
                found |= {key_of(row): row for row in rows}
        return found


def read(keys: Iterable[Key], reader: Actor, *, with_parts: bool = True) -> Records:
    """The records that the reader may see, with their parts: a few queries a kind, however many there are."""
    found = Records()
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, pk in keys:
        by_kind[kind].add(pk)
    for kind in sorted(by_kind):
        model = model_of(kind)
        if model is None:
            continue
        rows = _with_related(visible_rows(model._default_manager.filter(pk__in=by_kind[kind]), reader))
        found.main |= {(kind, row.pk): row for row in rows.order_by("pk")}
    if with_parts:
        for kind in sorted({kind for kind, _ in found.main}):
            _read_parts(apps.get_model(kind), found, reader)
    return found


def _with_related(rows: QuerySet[Any]) -> QuerySet[Any]:
    names = [each.name for each in rows.model._meta.concrete_fields if isinstance(each, ForeignKey)]
    return rows.select_related(*names) if names else rows


def _read_parts(model: type[Model], found: Records, reader: Actor) -> None:
    owners = {pk: row for (kind, pk), row in found.main.items() if kind == model._meta.label_lower}
    if not owners:
        return
    for relation in reversed(model._meta.related_objects):  # what came last is read first
        child = relation.related_model
        link = relation.field
        if not isinstance(child, type) or not _is_part(model, child, link):
            continue
        rows = child._default_manager.filter(**{f"{link.name}__in": list(owners)})
        if access.see(child) in access.TABLE:
            rows = visible_rows(rows, reader)
        by_owner: dict[int, list[Any]] = defaultdict(list)
        for row in _with_related(rows).order_by("pk"):
            if key_of(row) in found.main:
                continue  # it is shown for itself
            owner = owners[getattr(row, link.attname)]
            setattr(row, link.name, owner)  # its label may ask for it
            by_owner[owner.pk].append(row)
        for pk, belonging in by_owner.items():
            title = several_in_words(child)
            shown = belonging[-MOST_PARTS:]
            group = (title[:1].upper() + title[1:], shown, len(belonging) - len(shown))
            found.parts[model._meta.label_lower, pk].append(group)


def _is_part(model: type[Model], child: type[Model], link: Any) -> bool:
    """Rows of the same app that belong to the record. Without a permission of their own they go with what they are part of,
    but only where they would be removed with it."""
    if child._meta.app_label != model._meta.app_label or child is model or not isinstance(link, ForeignKey):
        return False
    if access.see(child) in access.TABLE:
        return True
    return getattr(link.remote_field.on_delete, "__name__", "") == "CASCADE"


def sheet_of(row: Any, mask: Mask, *, findings: Sequence[Finding] = (), owner: Model | None = None) -> Sheet:
    """A record in words, without its parts."""
    kind, pk = key_of(row)
    hidden = NOT_SHOWN | (row.trail_left_out if isinstance(row, Record) else frozenset())
    words, facts, label = "", [], str(getattr(row, "label", row))
    for each in row._meta.concrete_fields:
        if each.name in hidden or each.name.endswith("_digest"):
            continue
        value = getattr(row, each.name)
        if value is None or value == "" or value == {} or value == [] or value is owner:
            continue
        text = mask(in_words(value, each))
        if each.name in CUSTOMERS_WORDS or (each.name == "text" and not isinstance(row, Record)):
            words = text  # what is no record came from outside as it is: its text is the customer's
        elif text and not (each.name in NAMING and text in label):
            facts.append(Fact(field_in_words(each, each.name), text, is_long=len(text) > 120 or "\n" in text))
    return Sheet(
        key=(kind, pk),
        kind=kind_in_words(kind),
        label=mask(label),
        url=str(getattr(row, "get_absolute_url", str)()),
        words=words,
        language=str(getattr(row, "language", "") or ""),
        facts=facts,
        findings=findings,
    )


def sheets_of(records: Records, mask: Mask, findings: dict[Key, list[Finding]]) -> dict[Key, Sheet]:
    """Every record in words, with its parts."""
    sheets = {}
    for key, row in records.main.items():
        parts = [
            Parts(
                title,
                [sheet_of(part, mask, findings=findings.get(key_of(part), []), owner=row) for part in rows],
                more,
            )
            for title, rows, more in records.parts.get(key, [])
        ]
        sheets[key] = replace(sheet_of(row, mask, findings=findings.get(key, [])), parts=parts)
    return sheets
