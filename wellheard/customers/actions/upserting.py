"""Customers as another program knows them: found again, brought up to date or added, however often they are sent.

    upsert_person("salesforce", "003A", {"name": "Jane Zed", "emails": ["jane@example.com"]}, by, at=at)

Values are checked by the same functions as on the forms. What is not given is left as it is; what is given empty is erased.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar, cast

from django.db import IntegrityError, models

from wellheard.core import access
from wellheard.core.action import acting
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.records import plain
from wellheard.customers.actions.affiliations import affiliate
from wellheard.customers.actions.describing import set_lifecycle
from wellheard.customers.actions.directory import (
    ACCOUNT_FIELDS,
    PERSON_FIELDS,
    add_account,
    add_person,
    change_account,
    change_person,
    known_person,
    set_values,
)
from wellheard.customers.actions.external import by_external_id, remember_external_id, source_key
from wellheard.customers.actions.reaching import TAKEN, is_noted, note_address, note_contact_point
from wellheard.customers.actions.segments import add_segment
from wellheard.customers.current import current, refuse_gone
from wellheard.customers.models import Account, Affiliation, ContactPoint, CustomField, Person, Segment
from wellheard.customers.suppression import erased_among
from wellheard.customers.values import clean_lifecycle, clean_tags

Customer = TypeVar("Customer", Account, Person)
Verdict = Literal["created", "changed", "same"]
Values = Mapping[str, Any]
POINTS = {"emails": "email", "phones": "phone", "websites": "website"}
BESIDE = frozenset({"add_tags", "lifecycle", "lifecycle_reason", "addresses", *POINTS})
ACCOUNT_VALUES = ACCOUNT_FIELDS | BESIDE
PERSON_VALUES = PERSON_FIELDS | BESIDE | {"affiliations"}


@dataclass(frozen=True)
class Upserted(Generic[Customer]):
    """What became of a customer that was sent. `before` and `after` hold the fields that changed, by the names of columns
    (`owner_id`), as JSON; of `custom` only the keys that changed. `added` are the ids of what was put beside it, by model:
    `customers.contactpoint`, `customers.address`, `customers.affiliation`, `customers.externalid`."""

    record: Customer
    verdict: Verdict
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    added: dict[str, list[int]] = field(default_factory=dict)


def upsert_account(
    source: str, external_id: str, values: Values, by: Actor, *, at: datetime, key: str = "external_id"
) -> Upserted[Account]:
    """The account that `source` calls `external_id` as `values` say, else the one that `key` finds, else a new one.

    `key`: "external_id", "name" (the only one of that name) or the key of an own field. `values` are among
    `ACCOUNT_VALUES`; `segment` may be a name. Everything is kept or nothing.
    """
    return _keep(Account, source, external_id, values, key, by, at)


def upsert_person(
    source: str, external_id: str, values: Values, by: Actor, *, at: datetime, key: str = "external_id"
) -> Upserted[Person]:
    """The person that `source` calls `external_id` as `values` say, else the one of their e-mail address, else a new one.

    `key`: "external_id" and "email" both look at the id first and at the address then; the key of an own field looks
    at that instead of the address. `values` are among `PERSON_VALUES`; an affiliation is
    `{"account": …, "roles": […], "job_title": "…", "is_main": True}`. Everything is kept or nothing.
    """
    return _keep(Person, source, external_id, values, key, by, at)


def _keep(
    model: type[Customer], source: str, external_id: str, values: Values, key: str, by: Actor, at: datetime
) -> Upserted[Customer]:
    """Find, else add. Where somebody adds the same customer at the same moment, theirs is found by the second look."""
    about = "account" if model is Account else "person"
    for is_last in (False, True):
        try:
            with acting(f"customers.upsert_{about}", by, at):
                access.require(by, f"customers.add_{about}")
                found = _found(model, source, external_id, values, key)
                return _upsert(model, found, source, external_id, dict(values), by, at)
        except IntegrityError:
            if is_last:
                raise
        except Refusal as refusal:
            if is_last or refusal.code != TAKEN:
                raise
    raise AssertionError("the second look returns or raises")


def bring_up_to_date(
    record: Customer, source: str, external_id: str, values: Values, by: Actor, *, at: datetime
) -> Upserted[Customer]:
    """The same for a record that is found already, as an import does for many rows at once."""
    model = type(record)
    about = "account" if isinstance(record, Account) else "person"
    with acting(f"customers.upsert_{about}", by, at):
        access.require(by, f"customers.change_{about}", record)
        return _upsert(model, record, source, external_id, dict(values), by, at)


def _found(model: type[Customer], source: str, external_id: str, values: Values, key: str) -> Customer | None:
    if source and str(external_id or "").strip():
        known = by_external_id(model, source, external_id)
        if known is not None:
            return known
    about = "account" if model is Account else "person"
    if key in {"external_id", "email"}:
        if model is Account:
            return None
        person, _ = known_person(_main_email(values), _called(values))
        found: Any = person
        if found is not None and source and found.external_ids.filter(source=source_key(source)).exists():
            # There they are two: that they share an address does not make them one.
            return None if external_id else cast("Customer", found)
        return cast("Customer | None", found)
    if key == "name":
        name = str(values.get("name") or "").strip()
        return _only(model, model.objects.filter(name__iexact=name), name) if name else None
    if not CustomField.objects.filter(about=about, key=key).exists():
        raise Refusal(f"There is no field “{str(key)[:60]}” to find customers by. Nothing was saved.", field="key")
    value = (values.get("custom") or {}).get(key)
    if value in (None, ""):
        return None
    probe = model()
    set_values(probe, {"custom": {key: value}}, frozenset({"custom"}))
    return _only(model, model.objects.filter(**{f"custom__{key}": probe.custom[key]}), str(value))


def _called(values: Values) -> str:
    return str(values.get("name") or f"{values.get('given_name') or ''} {values.get('family_name') or ''}")


def _only(model: type[Customer], rows: "models.QuerySet[Customer]", called: str) -> Customer | None:
    some = rows.filter(merged_into__isnull=True, erased_at__isnull=True).order_by("pk")[:2]
    if len(some) > 1:
        raise Refusal(
            f"Several customers are called “{called[:60]}”, so it can’t be known which is meant. Nothing was saved; "
            "merge them, or use another key.",
            field="key",
        )
    return some[0] if some else None


def _main_email(values: Values) -> str:
    if values.get("email"):
        return str(values["email"])
    first = next(iter(_entries(values.get("emails"))), {})
    return str(first.get("value") or "")


def _upsert(
    model: type[Customer],
    found: Customer | None,
    source: str,
    external_id: str,
    values: dict[str, Any],
    by: Actor,
    at: datetime,
) -> Upserted[Customer]:
    _refuse_unknown(model, values)
    if isinstance(values.get("segment"), str):
        values["segment"] = _segment(values["segment"], by, at)
    own: dict[str, Any] = {name: value for name, value in values.items() if name not in BESIDE | {"affiliations"}}
    email = _main_email(values)
    if model is Person and "email" not in own and email and not getattr(found, "email", None):
        own["email"] = email
    if "add_tags" in values:
        tags: Any = own.get("tags", found.tags if found is not None else [])
        own["tags"] = clean_tags([*clean_tags(tags), *clean_tags(values["add_tags"])])
    if found is None:
        _refuse_erased(model, email)
        record: Customer = _add(model, own, values, by, at)
        _beside(record, source, external_id, values, by, at)
        return Upserted(record, "created", added=_new(record, {}))
    record = current(found)
    refuse_gone(record)
    first, was = record.values_for_trail(), _new(record, {})
    changes = {name: value for name, value in own.items() if _differs(record, name, value)}
    if changes:
        change: Callable[..., Any] = change_account if model is Account else change_person
        change(record, by, at=at, **changes)
    if "lifecycle" in values:
        same = str(values["lifecycle"]) == record.lifecycle
        reason = values.get("lifecycle_reason") or (record.lifecycle_reason if same else "")
        wanted = clean_lifecycle(values["lifecycle"], str(reason))
        if wanted != (record.lifecycle, record.lifecycle_reason):
            set_lifecycle(record, wanted[0], by, at=at, reason=wanted[1])
    _beside(record, source, external_id, values, by, at)
    added = _new(record, was)
    before, after = _changed(first, record.values_for_trail())
    return Upserted(record, "changed" if after or added else "same", before, after, added)


def _refuse_erased(model: type[Account | Person], email: str) -> None:
    """Another program doesn't bring back whom we erased on request; unless one of us noted the address again."""
    if model is not Person or not erased_among([email]):
        return
    if not ContactPoint.objects.filter(what=ContactPoint.What.EMAIL, key=email.strip().lower()).exists():
        raise Refusal(
            "This person was erased on request. Nothing was saved; erase them in your program too. If they came back "
            "themselves, have them added by hand.",
            field="email",
            code="erased",
        )


def _refuse_unknown(model: type[Account | Person], values: Values) -> None:
    allowed = ACCOUNT_VALUES if model is Account else PERSON_VALUES
    if unknown := set(values) - allowed:
        name = min(unknown)[:60]
        raise Refusal(
            f"There is no “{name}” here. Nothing was saved; leave it out, or use one of: {', '.join(sorted(allowed))}.",
            field=name,
        )


def _new(record: Account | Person, was: Mapping[str, Iterable[int]]) -> dict[str, list[int]]:
    """The ids of what stands beside a customer and was not there before, by model."""
    kept: list[Any] = [record.contact_points, record.addresses, record.external_ids, record.affiliations]
    found = {rows.model._meta.label_lower: [*rows.order_by("pk").values_list("pk", flat=True)] for rows in kept}
    new = {kind: [pk for pk in pks if pk not in {*was.get(kind, ())}] for kind, pks in found.items()}
    return {kind: pks for kind, pks in new.items() if pks}


def _add(model: type[Customer], own: dict[str, Any], values: Values, by: Actor, at: datetime) -> Customer:
    add: Callable[..., Any] = add_account if model is Account else add_person
    more = {name: values[name] for name in ("lifecycle", "lifecycle_reason") if values.get(name)}
    if model is Person:
        _, is_shared = known_person(str(own.get("email") or ""), "")
        shared = any(each.get("is_shared") for each in _entries(values.get("emails")))
        more["is_shared"] = is_shared or shared
    return cast("Customer", add(by=by, at=at, **({"name": ""} | own | more)))


def _segment(name: str, by: Actor, at: datetime) -> Segment | None:
    words = name.strip()
    if not words:
        return None
    return Segment.objects.filter(name__iexact=words).order_by("pk").first() or add_segment(words, by, at=at)


def _differs(record: Account | Person, name: str, value: Any) -> bool:
    """Would this value change the record?"""
    probe = copy.copy(record)
    set_values(probe, {name: value}, ACCOUNT_FIELDS if isinstance(record, Account) else PERSON_FIELDS)
    field: Any = record._meta.get_field(name)
    one, other = (plain(getattr(each, field.attname) or None) for each in (probe, record))
    return bool(one != other)


def _entries(given: Any) -> list[dict[str, Any]]:
    """A list of values, each a text or a dictionary with `value`, as dictionaries; empty ones are left out."""
    listed: Iterable[Any] = [given] if isinstance(given, str | dict) else given or []
    found = [each if isinstance(each, dict) else {"value": each} for each in listed]
    return [each for each in found if str(each.get("value") or "").strip()]


def _beside(record: Customer, source: str, external_id: str, values: Values, by: Actor, at: datetime) -> None:
    """Note what stands beside a customer, as far as it isn't noted yet."""
    # Accounts first: a national number is read in the country of the account.
    if isinstance(record, Person) and values.get("affiliations"):
        present = {each.account_id: each for each in record.affiliations.filter(until__isnull=True)}
        for each in values["affiliations"]:
            if not _is_known_affiliation(present.get(current(each["account"]).pk), each):
                affiliate(record, by=by, at=at, **each)
    if any(values.get(name) for name in POINTS):
        points = list(record.contact_points.order_by("pk"))
        for name, what in POINTS.items():
            for each in _entries(values.get(name)):
                if not _is_known_point(points, what, each):
                    _point(record, what, each, by, at)
    for each in values.get("addresses") or ():
        if not is_noted(record, each):
            note_address(record, by, at=at, **each)
    name = str(external_id or "").strip()
    model: type[Customer] = type(record)
    if source and name and by_external_id(model, source, name) != record:
        remember_external_id(record, source, name, by, at=at)


def _is_known_point(points: Iterable[ContactPoint], what: str, given: Values) -> bool:
    """Is it noted already, just as given? (A number is then read only once.)"""
    value = str(given["value"]).strip()
    return any(
        (each.what, each.value, each.is_former) == (what, value, False)
        and given.get("use", each.use) == each.use
        and (not given.get("is_main") or each.is_main)
        and (not given.get("is_shared") or each.is_shared)
        for each in points
    )


def _point(record: Account | Person, what: str, given: Values, by: Actor, at: datetime) -> ContactPoint:
    more = {name: given[name] for name in ("use", "is_main", "is_shared") if name in given}
    try:
        return note_contact_point(record, what, str(given["value"]), by, at=at, **more)
    except Refusal as refusal:
        refusal.field = f"{what}s"
        raise


def _is_known_affiliation(present: Affiliation | None, given: Values) -> bool:
    return (
        present is not None
        and (not given.get("roles") or sorted(given["roles"]) == sorted(present.roles))
        and (not given.get("job_title") or given["job_title"] == present.job_title)
        and (not given.get("is_main") or present.is_main)
        and (not given.get("since") or given["since"] == present.since)
    )


def _changed(first: Values, last: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, before and after, as JSON; of own fields the keys that differ (None: it was not there)."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in last:
        if first.get(name) == last[name] or name == "lifecycle_since":
            continue
        one, other = first.get(name), last[name]
        if name == "custom":
            keys = sorted(key for key in {*(one or {}), *other} if (one or {}).get(key) != other.get(key))
            one, other = ({key: (values or {}).get(key) for key in keys} for values in (one, other))
        before[name], after[name] = _as_json(one), _as_json(other)
    return before, after


def _as_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
