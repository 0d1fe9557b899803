"""What we note about our customers."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site
from wellheard.core.references import next_reference
from wellheard.customers.actions.reaching import keep_affiliated, keep_reachable, refuse_taken_address
from wellheard.customers.models import Account, Person, Segment

ACCOUNT_FIELDS = frozenset({"name", "segment", "site", "owner", "since", "city", "notes"})
PERSON_FIELDS = frozenset({"name", "email", "phone", "account", "language", "wants_no_mail", "site"})


@action("customers.add_segment")
def add_segment(name: str, by: Actor, *, at: datetime) -> Segment:
    """A new segment; asked for again under the same name, the one there is."""
    segment, _ = Segment.objects.get_or_create(name=name.strip())
    return segment


@action("customers.add_account")
def add_account(
    name: str,
    by: Actor,
    *,
    at: datetime,
    segment: Segment | None = None,
    site: Site | None = None,
    owner: Member | None = None,
    since: date | None = None,
    city: str = "",
    notes: str = "",
) -> Account:
    """A new customer, with its reference."""
    if not name.strip():
        raise Refusal("A customer needs a name. Nothing was saved; give it one and save again.", field="name")
    account = Account(
        reference=next_reference("ACC", at),
        name=name.strip(),
        segment=segment,
        site=site,
        owner=owner,
        since=since,
        city=city,
        notes=notes,
        noted_at=at,
    )
    account.save()
    return account


@action("customers.change_account")
def change_account(account: Account, by: Actor, *, at: datetime, **changes: Any) -> Account:
    """Correct what we know about a customer. `changes` are among `ACCOUNT_FIELDS`."""
    _set(account, changes, ACCOUNT_FIELDS)
    account.name = account.name.strip()
    if not account.name:
        raise Refusal("A customer needs a name. Nothing was saved; give it one and save again.", field="name")
    account.save()
    return account


@action("customers.add_person")
def add_person(
    name: str,
    by: Actor,
    *,
    at: datetime,
    email: str | None = None,
    phone: str = "",
    account: Account | None = None,
    language: str = "",
    wants_no_mail: bool = False,
    site: Site | None = None,
) -> Person:
    """A new person. Their site is that of their account when none is said."""
    person = Person(
        name=name.strip(),
        email=_address(email),
        phone=phone,
        account=account,
        language=language,
        wants_no_mail=wants_no_mail,
        site=site or (account.site if account else None),
        noted_at=at,
    )
    _refuse_nobody(person)
    refuse_taken_address(person, by)
    person.save()
    keep_reachable(person, country=_country(person))
    keep_affiliated(person, at=at)
    return person


@action("customers.change_person")
def change_person(person: Person, by: Actor, *, at: datetime, **changes: Any) -> Person:
    """Correct what we know about a person, and what they prefer. `changes` are among `PERSON_FIELDS`."""
    _set(person, changes, PERSON_FIELDS)
    person.name, person.email = person.name.strip(), _address(person.email)
    _refuse_nobody(person)
    refuse_taken_address(person, by)
    person.save()
    keep_reachable(person, country=_country(person))
    keep_affiliated(person, at=at)
    return person


@action("customers.stop_mail")
def stop_mail(person: Person, by: Actor, *, at: datetime) -> Person:
    """They asked for no more news by mail."""
    person.wants_no_mail = True
    person.save(update_fields=["wants_no_mail"])
    return person


def person_for(
    email: str,
    name: str,
    by: Actor,
    *,
    at: datetime,
    site: Site | None = None,
    language: str = "",
    account: Account | None = None,
) -> Person:
    """Whoever has this address, else a new person. Without an address: the one of this name in the account, else a new one.

    What we already know of someone is left as it is; people are asked before it changes.
    """
    found = _known(email, name, account)
    if found is not None:
        return found
    try:
        return add_person(name, by, at=at, email=email or None, site=site, language=language, account=account)
    except IntegrityError:
        # Someone added the same address at the same moment.
        found = _known(email, name, account)
        if found is None:
            raise
        return found


def _known(email: str, name: str, account: Account | None) -> Person | None:
    if email.strip():
        return Person.objects.with_email(email).first()
    if account is not None and name.strip():
        return Person.objects.filter(account=account, name=name.strip()).order_by("pk").first()
    return None


def _country(person: Person) -> str:
    """Where a national phone number is read: the account's country, else that of the site."""
    account, site = person.account, person.site
    return (account.country if account else "") or (site.country if site else "")


def _address(email: str | None) -> str | None:
    return (email or "").strip() or None


def _refuse_nobody(person: Person) -> None:
    if not person.name and not person.email:
        raise Refusal("A person needs a name or an address. Nothing was saved; give one of them.", field="name")


def _set(record: Account | Person, changes: dict[str, Any], allowed: frozenset[str]) -> None:
    if unknown := set(changes) - allowed:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    for field, value in changes.items():
        setattr(record, field, value)
