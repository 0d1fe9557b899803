"""What we note about our customers."""

from datetime import date, datetime
from typing import Any

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site
from wellheard.core.references import next_reference
from wellheard.customers.actions.affiliations import keep_affiliated
from wellheard.customers.actions.reaching import (
    TAKEN,
    keep_reachable,
    keep_sites,
    read_numbers_again,
    refuse_taken_address,
    refusing_taken_address,
    share_address,
)
from wellheard.customers.current import current, refuse_gone, refuse_out_of_reach
from wellheard.customers.custom import about_of, with_custom
from wellheard.customers.models import Account, ContactPoint, Person, Segment
from wellheard.customers.models.base import Lifecycle
from wellheard.customers.points import country_of
from wellheard.customers.segmenting.hand import keep_hand_membership
from wellheard.customers.tagging import know_tags
from wellheard.customers.values import (
    clean_country,
    clean_email,
    clean_language,
    clean_lifecycle,
    clean_tags,
    clean_words,
)

COMMON_FIELDS = frozenset({"site", "owner", "notes", "tags", "custom", "language"})
ACCOUNT_FIELDS = COMMON_FIELDS | {"name", "segment", "since", "city", "country", "industry", "parent"}
PERSON_FIELDS = COMMON_FIELDS | {
    *("name", "given_name", "family_name", "salutation", "email", "phone", "account"),
    *("channel", "frequency", "do_not_ask", "wants_no_mail"),
}


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
    lifecycle: str = Lifecycle.ACTIVE,
    lifecycle_reason: str = "",
    **more: Any,
) -> Account:
    """A new customer, with its reference. `more` are others of `ACCOUNT_FIELDS`."""
    account = Account(noted_at=at)
    set_values(
        account,
        {"name": name, "segment": segment, "site": site, "owner": owner, "since": since, "city": city, "notes": notes}
        | more,
        ACCOUNT_FIELDS,
    )
    _check_account(account)
    account.lifecycle, account.lifecycle_reason = clean_lifecycle(lifecycle, lifecycle_reason)
    account.lifecycle_since = at
    account.reference = next_reference("ACC", at)
    account.save()
    if account.segment_id is not None:
        keep_hand_membership(account, at)
    return account


@action("customers.change_account")
def change_account(account: Account, by: Actor, *, at: datetime, **changes: Any) -> Account:
    """Correct what we know about a customer. `changes` are among `ACCOUNT_FIELDS`; of `custom`, only the keys given."""
    refuse_gone(account)
    site, segment, country = account.site_id, account.segment_id, account.country
    set_values(account, changes, ACCOUNT_FIELDS)
    if account.site_id != site:
        refuse_out_of_reach(account, by, "customers.change_account")
    _check_account(account)
    if account.has_unsaved_changes:
        account.save()
    if account.segment_id != segment:
        keep_hand_membership(account, at)
    if account.site_id != site:
        keep_sites(account)
    if account.country != country:
        read_numbers_again(account)
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
    lifecycle: str = Lifecycle.ACTIVE,
    lifecycle_reason: str = "",
    is_shared: bool = False,
    **more: Any,
) -> Person:
    """A new person. Their site is that of their account when none is said. `more` are others of `PERSON_FIELDS`.

    `is_shared`: several people read the address, so it may be somebody else's as well.
    """
    account = current(account) if account is not None else None
    person = Person(noted_at=at)
    given: dict[str, Any] = {"name": name, "email": email, "phone": phone, "account": account, "language": language}
    given |= {"wants_no_mail": wants_no_mail, "site": site or (account.site if account else None)}
    set_values(person, given | more, PERSON_FIELDS)
    person.lifecycle, person.lifecycle_reason = clean_lifecycle(lifecycle, lifecycle_reason)
    person.lifecycle_since = at
    _keep(person, by, at=at, is_shared=is_shared)
    return person


@action("customers.change_person")
def change_person(person: Person, by: Actor, *, at: datetime, is_shared: bool | None = None, **changes: Any) -> Person:
    """Correct what we know about a person, and what they prefer. `changes` are among `PERSON_FIELDS`; of `custom`, only
    the keys given. `is_shared`: several people read the main address; None leaves that as it is."""
    refuse_gone(person)
    site = person.site_id
    set_values(person, changes, PERSON_FIELDS)
    if person.site_id != site:
        refuse_out_of_reach(person, by, "customers.change_person")
    _keep(person, by, at=at, is_shared=is_shared)
    if person.site_id != site:
        keep_sites(person)
    return person


def _keep(person: Person, by: Actor, *, at: datetime, is_shared: bool | None) -> None:
    """Check a person, save them, and bring the ways to reach them in line."""
    person.email = clean_email(person.email) or None
    if not person.name:
        person.name = clean_words(f"{person.given_name} {person.family_name}")
    if not person.name and not person.email:
        raise Refusal("A person needs a name or an address. Nothing was saved; give one of them.", field="name")
    if is_shared and person.email:
        share_address(person.email)
    else:
        refuse_taken_address(person, by)
    with refusing_taken_address(person, by):
        if person.pk is None or person.has_unsaved_changes:
            person.save()
        keep_reachable(person, country=country_of(person), shared=is_shared)
    keep_affiliated(person, at=at)


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

    An address that several read finds the one of this name among them, else a new person. A former address still finds
    its person, and a merged one leads to the one who stands for them now. What we already know of someone is left as it
    is; people are asked before it changes.
    """
    account = current(account) if account is not None else None
    found, is_shared = known_person(email, name, account)
    if found is not None:
        return found
    try:
        return add_person(
            name, by, at=at, email=email or None, site=site, language=language, account=account, is_shared=is_shared
        )
    except Refusal as refusal:
        # Someone added the same address at the same moment.
        found, _ = known_person(email, name, account) if refusal.code == TAKEN else (None, False)
        if found is None:
            raise
        return found


def known_person(email: str, name: str, account: Account | None = None) -> tuple[Person | None, bool]:
    """The person whom this address, or without one this name in the account, stands for; and is the address shared?"""
    called = clean_words(name).casefold()
    if email.strip():
        key = email.strip().lower()
        points = list(
            ContactPoint.objects.filter(what=ContactPoint.What.EMAIL, key=key, person__isnull=False)
            .select_related("person__merged_into")
            .order_by("is_former", "pk")
        )
        people = [current(point.person) for point in points if point.person is not None]
        if not any(point.is_shared for point in points):
            return (people[0] if people else None), False
        same = (each for each in people if clean_words(each.name).casefold() == called)
        return next(same, None), True
    if account is not None and called:
        namesakes = Person.objects.filter(account=account, name=name.strip(), erased_at__isnull=True)
        found = namesakes.select_related("merged_into").order_by("pk").first()
        return (current(found) if found is not None else None), False
    return None, False


def _check_account(account: Account) -> None:
    if not account.name:
        raise Refusal("A customer needs a name. Nothing was saved; give it one and save again.", field="name")
    above, seen = account.parent, 0
    while above is not None:
        seen += 1
        if (account.pk is not None and above.pk == account.pk) or seen > 20:
            raise Refusal(
                f"{account.parent} belongs to {account.name} already, so it can’t stand above it. "
                "Nothing was saved; choose another group, or none.",
                field="parent",
            )
        above = above.parent


def set_values(record: Account | Person, changes: dict[str, Any], allowed: frozenset[str]) -> None:
    """Put clean values into the record; None stands for nothing in a text."""
    if unknown := set(changes) - allowed:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    for name, value in changes.items():
        match name:
            case "custom":
                record.custom = with_custom(about_of(record), record.custom, value or {})
            case "tags":
                record.tags = clean_tags(value)
                know_tags(about_of(record), record.tags)
            case "country":
                record.country = clean_country(value)  # type: ignore[union-attr]
            case "language":
                record.language = clean_language(value)
            case "parent" | "account":
                setattr(record, name, current(value) if value is not None else None)
            case "name" | "given_name" | "family_name" | "salutation" | "city" | "industry":
                setattr(record, name, clean_words(value))
            case "channel" | "frequency":
                setattr(record, name, _chosen(record, name, value or ""))
            case "phone" | "notes":
                setattr(record, name, value or "")
            case _:
                setattr(record, name, value)


def _chosen(record: Account | Person, name: str, value: str) -> str:
    field: Any = record._meta.get_field(name)
    choices = [str(key) for key, _ in field.choices or ()]
    if value and value not in choices:
        raise Refusal(
            f"There is no {name} “{str(value)[:40]}”. Nothing was saved; use one of: {', '.join(filter(None, choices))}.",
            field=name,
        )
    return value
