"""The way back from an upsert: what it changed is as it was, unless somebody changed it since."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.records import plain
from wellheard.customers.actions.describing import set_lifecycle
from wellheard.customers.actions.directory import change_account, change_person
from wellheard.customers.current import refuse_gone
from wellheard.customers.models import Account, Person

BESIDE = ("customers.externalid", "customers.affiliation", "customers.address", "customers.contactpoint")


@action("customers.put_back")
def put_back(
    record: Account | Person,
    by: Actor,
    *,
    at: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    added: Mapping[str, list[int]],
) -> Account | Person:
    """Take back what an upsert did (its `before`, `after` and `added`). `left_over` says beforehand what will stay."""
    refuse_gone(record)
    stays = left_over(record, after)
    changes: dict[str, Any] = {}
    for name, value in before.items():
        if name in stays:
            continue
        field = record._meta.get_field(name)
        if name == "custom":
            changes["custom"] = {key: each for key, each in value.items() if f"custom.{key}" not in stays}
        elif field.is_relation:
            changes[field.name] = field.related_model._base_manager.filter(pk=value).first()  # type: ignore[union-attr]
        elif field.get_internal_type() == "DateField" and value:
            changes[name] = date.fromisoformat(value)
        else:
            changes[name] = value
    standing = {name: changes.pop(name) for name in ("lifecycle", "lifecycle_reason") if name in changes}
    for kind in BESIDE:
        model = apps.get_model(kind)
        owner = "account" if isinstance(record, Account) else "person"
        for each in model._default_manager.filter(pk__in=added.get(kind, []), **{f"{owner}_id": record.pk}).order_by(
            "pk"
        ):
            each.delete()
    if changes:
        change: Callable[..., Any] = change_account if isinstance(record, Account) else change_person
        change(record, by, at=at, **changes)
    if standing:
        set_standing: Callable[..., Any] = set_lifecycle
        set_standing(
            record,
            standing.get("lifecycle", record.lifecycle),
            by,
            at=at,
            reason=standing.get("lifecycle_reason", record.lifecycle_reason),
        )
    return record


def left_over(record: Account | Person, after: Mapping[str, Any]) -> list[str]:
    """The fields (own ones as `custom.<key>`) that somebody changed since: they say something else than `after`."""
    found: list[str] = []
    for name, value in after.items():
        present = plain(getattr(record, name))
        if name == "custom":
            found += [f"custom.{key}" for key, each in value.items() if present.get(key) != each]
        elif (present.isoformat() if hasattr(present, "isoformat") else present) != value:
            found.append(name)
    return found
