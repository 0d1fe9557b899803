"""What a row says beyond what is known of its customer."""

from typing import Any

from wellheard.customers.actions.directory import ACCOUNT_FIELDS, PERSON_FIELDS
from wellheard.customers.imports.found import Found, Point
from wellheard.customers.imports.known import Customer
from wellheard.customers.models import Lifecycle, Person
from wellheard.customers.points import contact_point, country_of

OWN = {"account": ACCOUNT_FIELDS, "person": PERSON_FIELDS}
"""The fields of the record itself; contact points and addresses stand beside it."""


def keys_of(found: Found) -> set[tuple[str, ...]]:
    """By what another row of the file may mean the same customer."""
    keys: set[tuple[str, ...]] = {("email", each.value.lower()) for each in found.points if each.what == "email"}
    if found.what == "account":
        keys = {("name", found.name.casefold())}
    elif not found.email:
        keys.add(("person", found.name.casefold()))
    if found.external_id:
        keys.add(("id", found.what, found.external_id))
    return keys


def told_apart(points: list[Point], record: Customer) -> list[Point]:
    """Without those that only spell an earlier one of the row another way: the first spelling is the one that is kept."""
    known = {(each.what, each.value) for each in record.contact_points.all()}
    if all((each.what, each.value) in known for each in points):
        return points
    country = country_of(record)
    first: dict[tuple[str, str], Point] = {}
    for each in points:
        first.setdefault((each.what, contact_point(each.what, each.value, country=country).key), each)
    return list(first.values())


def values_of(found: Found, record: Customer, source: str, *, erases_blanks: bool) -> dict[str, Any]:
    """What an upsert is told: never a blank, unless blanks are to erase what is known."""
    values = {name: value for name, value in found.values.items() if name in OWN[found.what]}
    if isinstance(record, Person) and found.name and found.name == found.phone:
        values.pop("name", None)  # called by their number only where nothing better is known
    if tags := values.pop("tags", None):
        values["add_tags"] = tags
    if (notes := values.pop("notes", "")) and notes not in record.notes:
        values["notes"] = "\n\n".join(filter(None, (record.notes, notes)))
    if "lifecycle" in found.values and record.lifecycle in (Lifecycle.PROSPECT, Lifecycle.ACTIVE):
        values["lifecycle"] = found.values["lifecycle"]
    if found.custom:
        values["custom"] = dict(found.custom)
    is_by_number = any((each.source, each.value) == (source, found.external_id) for each in record.external_ids.all())
    points = {"email": "emails", "phone": "phones", "website": "websites"}
    for each in found.points:
        entry: dict[str, Any] = {"value": each.value}
        if each.use:
            entry["use"] = each.use
        if each.what == "email" and each.value == found.email and is_by_number and isinstance(record, Person):
            entry["is_main"] = True
        values.setdefault(points[each.what], []).append(entry)
    if found.addresses:
        values["addresses"] = found.addresses
    if erases_blanks:
        for name in found.cleared & OWN[found.what] - {"name", "email", "phone", "account", "site", "owner"}:
            empty: Any = {"since": None, "segment": None, "tags": []}.get(name, "")
            values.setdefault(name, empty)
        for name in found.cleared:
            if name.startswith("custom."):
                values.setdefault("custom", {})[name.removeprefix("custom.")] = None
    return values


def says_more(found: Found, record: Customer, values: dict[str, Any], source: str) -> bool:
    """Could the row change anything? Decided without a query; a yes is looked at again by the upsert."""
    own = {name: value for name, value in values.items() if name in OWN[found.what] and name != "custom"}
    if any((getattr(record, name) or None) != (value or None) for name, value in own.items()):
        return True
    if any(record.custom.get(key) != value for key, value in values.get("custom", {}).items()):
        return True
    if values.get("lifecycle", record.lifecycle) != record.lifecycle:
        return True
    there = {each.casefold() for each in record.tags}
    if any(tag.casefold() not in there for tag in values.get("add_tags", [])):
        return True
    points = {(each.what, each.value): each for each in record.contact_points.all() if not each.is_former}
    for each in found.points:
        known = points.get((each.what, each.value))
        if known is None or (each.use and known.use != each.use):
            return True
        if not known.is_main and any(
            one.get("is_main") for one in values.get("emails", []) if one["value"] == each.value
        ):
            return True
    addresses = [
        {name: getattr(each, name) for name in address}
        for address in found.addresses
        for each in record.addresses.all()
    ]
    if any(address not in addresses for address in found.addresses):
        return True
    if isinstance(record, Person):
        speaks = {(each.account_id, each.job_title) for each in record.affiliations.all() if each.until is None}
        for each in values.get("affiliations", []):
            title = each["job_title"]
            if not any(pk == each["account"].pk and (not title or title == said) for pk, said in speaks):
                return True
    return bool(source and found.external_id) and not any(
        (each.source, each.value) == (source, found.external_id) for each in record.external_ids.all()
    )
