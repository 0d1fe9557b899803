"""Whose orders are these? By what the source calls the customer, else by e-mail address; never by a guess."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.models import Site
from wellheard.core.references import next_references
from wellheard.core.writing import create_many
from wellheard.customers.actions.external import source_key
from wellheard.customers.buying.storing import NewOrder, Owner
from wellheard.customers.models import Account, ContactPoint, ExternalId, Person


def owners_of(source: str, keys: Iterable[str]) -> dict[str, Owner]:
    """The customers whom we know by these keys, in few queries. Merged ones lead to who stands for them now."""
    wanted = sorted({key for key in keys if key})
    found: dict[str, Owner] = {}
    for some in in_batches([key for key in wanted if "@" in key]):
        found |= _by_address(some)
    for some in in_batches(wanted):
        known = ExternalId.objects.filter(source=source_key(source), value__in=some).order_by("pk")
        # Where an account and a person bear the same key, it is the account that buys.
        accounts: dict[str, Owner] = {}
        for each in known.select_related("account", "person"):
            if each.account is not None:
                account = each.account
                accounts[each.value] = Owner(account.merged_into_id or account.pk, None, account.site_id)
            elif each.person is not None:
                found[each.value] = _of_person(each.person)
        found |= accounts
    return found


def _by_address(keys: Sequence[str]) -> dict[str, Owner]:
    """People by e-mail address; an address that several share is nobody's."""
    spelled: dict[str, list[str]] = {}
    for key in keys:
        spelled.setdefault(key.strip().lower(), []).append(key)
    points = ContactPoint.objects.filter(what=ContactPoint.What.EMAIL, key__in=sorted(spelled), person__isnull=False)
    people: dict[str, set[Owner]] = {}
    for point in points.select_related("person").order_by("pk"):
        if point.person is not None and point.person.erased_at is None:
            people.setdefault(point.key, set()).add(_of_person(point.person))
    return {key: next(iter(own)) for address, own in people.items() if len(own) == 1 for key in spelled[address]}


def _of_person(person: Person) -> Owner:
    pk = person.merged_into_id or person.pk
    return Owner(person.account_id, pk, person.site_id)


@dataclass
class Made:
    """Customers that were made for keys nobody knew: the owners; and each record with the row that named it first, and with
    what came along with it, by kind."""

    owners: dict[str, Owner] = field(default_factory=dict)
    records: list[tuple[Account | Person, int, dict[str, list[int]]]] = field(default_factory=list)


def make_customers(
    source: str, orders: Sequence[NewOrder], what: str, site: Site | None, by: Actor, *, at: datetime
) -> Made:
    """Accounts or people (`what`: "accounts" or "people") for the customers of these orders, each under its key.

    A key that is an e-mail address becomes a person with that address, whatever was asked for.
    """
    first: dict[str, NewOrder] = {}
    for order in orders:
        if order.customer_key:
            first.setdefault(order.customer_key, order)
    people = {key: order for key, order in first.items() if what == "people" or _is_address(key)}
    accounts = {key: order for key, order in first.items() if key not in people}
    made = Made()
    references = next_references("ACC", len(accounts), at)
    new_accounts = [
        Account(reference=reference, name=_name(source, order), site=site, noted_at=at)
        for reference, order in zip(references, accounts.values(), strict=True)
    ]
    new_people = [
        Person(
            name="" if _is_address(key) and not order.customer_name else _name(source, order),
            email=key if _is_address(key) else None,
            site=site,
            noted_at=at,
        )
        for key, order in people.items()
    ]
    create_many(new_accounts)
    create_many(new_people)
    site_id = site.pk if site else None
    ids = []
    for key, account in zip(accounts, new_accounts, strict=True):
        made.owners[key] = Owner(account.pk, None, site_id)
        ids.append(ExternalId(account=account, site=site, source=source_key(source), value=key))
    for key, person in zip(people, new_people, strict=True):
        made.owners[key] = Owner(None, person.pk, site_id)
        ids.append(ExternalId(person=person, site=site, source=source_key(source), value=key))
    points = [
        ContactPoint(
            person=person,
            site=site,
            what=ContactPoint.What.EMAIL,
            value=person.email,
            key=person.email.lower(),
            is_main=True,
        )
        for person in new_people
        if person.email
    ]
    create_many(ids)
    create_many(points)
    along: dict[int, list[int]] = {}
    for point in points:
        along.setdefault(point.person_id or 0, []).append(point.pk)
    orders = [*accounts.values(), *people.values()]
    records: list[Account | Person] = [*new_accounts, *new_people]
    for record, order, each in zip(records, orders, ids, strict=True):
        added = {"customers.externalid": [each.pk]}
        if isinstance(record, Person) and record.pk in along:
            added["customers.contactpoint"] = along[record.pk]
        made.records.append((record, order.row, added))
    return made


def _name(source: str, order: NewOrder) -> str:
    name = order.customer_name or order.customer_key
    return (f"Customer {name}" if name.replace(".", "").isdigit() else name)[:200]


def _is_address(key: str) -> bool:
    if "@" not in key or len(key) > 254:
        return False
    try:
        validate_email(key)
    except ValidationError:
        return False
    return True
