"""Ways to reach people and accounts, kept beside the main ones that stand on the record itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.links import may_see
from wellheard.customers.current import refuse_gone
from wellheard.customers.models import Account, Address, ContactPoint, Person
from wellheard.customers.points import address_key, contact_point, country_of, noted_as, read_point
from wellheard.customers.values import clean_email, clean_words

What = ContactPoint.What
TAKEN = "taken_address"
"""The code of the refusal of an address that is somebody else's."""
ADDRESS_FIELDS = frozenset({"use", "lines", "postcode", "city", "region", "country"})


def refuse_taken_address(person: Person, by: Actor, *, email: str | None = None, field: str = "email") -> None:
    """Refused when somebody else has the address for themselves. One that several share is nobody's own."""
    address = email or person.email
    if not address:
        return
    taken = ContactPoint.objects.filter(what=What.EMAIL, key=address_key(address), is_shared=False)
    other = taken.filter(person__isnull=False).exclude(person_id=person.pk).select_related("person").first()
    if other is not None and other.person is not None:
        # Whom a customer of another site is, an address must not give away.
        whose = other.person.name if other.person.name and may_see(by, other.person) else "someone else"
        raise Refusal(
            f"The address {address} already belongs to {whose}. Nothing was saved; "
            "use another address, open that person, or say that several people read it.",
            field=field,
            code=TAKEN,
        )


@contextmanager
def refusing_taken_address(
    owner: Account | Person, by: Actor, *, email: str | None = None, field: str = "email"
) -> Iterator[None]:
    """What is written within is refused, too, when somebody else was given the address at the same moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        if isinstance(owner, Person):
            refuse_taken_address(owner, by, email=email, field=field)
        raise


def share_address(email: str) -> None:
    """Within an action: from now on several people read this address, so it belongs to none of them alone."""
    for each in ContactPoint.objects.filter(what=What.EMAIL, key=address_key(email), is_shared=False).order_by("pk"):
        each.is_shared = True
        each.save(update_fields=["is_shared"])


def read_numbers_again(account: Account) -> None:
    """Within an action: the account's country changed, and with it what the numbers without a country code mean."""
    owned = ContactPoint.objects.filter(what=What.PHONE).filter(Q(account=account) | Q(person__account=account))
    for each in owned.exclude(value__startswith="+").exclude(value__startswith="00").order_by("pk"):
        read_point(each, account.country or (each.site.country if each.site else ""))
        if each.has_unsaved_changes:
            each.save()


def is_read_by_several(point: ContactPoint) -> bool:
    """Is it said of this address already, on anybody's record, that several people read it?"""
    return (
        point.what == What.EMAIL
        and ContactPoint.objects.filter(what=What.EMAIL, key=point.key, is_shared=True).exists()
    )


def keep_reachable(person: Person, *, country: str = "", shared: bool | None = None) -> None:
    """Bring the contact points in line with the main address and number: new ones are added, replaced ones become former.

    `shared` says whether several people read the main address; None leaves what is known of it.
    """
    points = list(person.contact_points.all())
    for what, value in ((What.EMAIL, person.email or ""), (What.PHONE, person.phone)):
        _keep_main(
            person,
            [each for each in points if each.what == what],
            what,
            value.strip(),
            country,
            shared if what == What.EMAIL else None,
        )


def _keep_main(
    person: Person, points: list[ContactPoint], what: str, value: str, country: str, shared: bool | None
) -> None:
    made = contact_point(what, value, country=country, person=person, is_shared=bool(shared)) if value else None
    known = noted_as(points, made, stands_so=True) if made is not None else None
    for each in points:
        same = each is known
        if same and made is not None:
            each.value, each.extension, each.is_valid = made.value, made.extension, made.is_valid
            each.is_shared = each.is_shared if shared is None else shared
        each.is_former = False if same else each.is_former or each.is_main
        each.is_main, each.site_id = same, person.site_id
        if each.has_unsaved_changes:
            each.save()
    if made is not None and known is None:
        made.is_main, made.is_shared = True, made.is_shared or is_read_by_several(made)
        made.save()


@action("customers.note_contact_point")
def note_contact_point(
    owner: Account | Person,
    what: str,
    value: str,
    by: Actor,
    *,
    at: datetime,
    use: str = "",
    is_main: bool = False,
    is_shared: bool = False,
) -> ContactPoint:
    """One more e-mail address, phone number or website. One that is known already is brought up to date, a former one is
    in use again. The first of its sort is the main one. `is_shared`: several people read the address."""
    refuse_gone(owner)
    point = contact_point(
        what,
        clean_point(what, value),
        country=country_of(owner),
        use=clean_words(use),
        is_shared=is_shared,
        **_of(owner),
    )
    _guard_address(point, owner, by, is_shared)
    present = list(owner.contact_points.filter(what=what).order_by("pk"))
    known = noted_as(present, point)
    if known is not None:
        known.is_former, known.is_shared = False, known.is_shared or is_shared
        if point.extension or not known.extension:
            known.value, known.extension, known.is_valid = point.value, point.extension, point.is_valid
        known.use = point.use or known.use
        point = known
    with refusing_taken_address(owner, by, email=point.value, field="value"):
        if is_main or not any(each.is_main for each in present):
            _make_main(point, owner, present)
        elif point.pk is None or point.has_unsaved_changes:
            point.save()
    return point


@action("customers.change_contact_point")
def change_contact_point(point: ContactPoint, by: Actor, *, at: datetime, **changes: Any) -> ContactPoint:
    """Correct a contact point: `value`, `use`, `is_main` (True), `is_shared`, `is_former`."""
    if unknown := set(changes) - {"value", "use", "is_main", "is_shared", "is_former"}:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    owner = _owner(point)
    refuse_gone(owner)
    if "value" in changes:
        point.value = clean_point(point.what, changes["value"])
        read_point(point, country_of(owner))
        same = owner.contact_points.filter(what=point.what, key=point.key, extension=point.extension)
        if same.exclude(pk=point.pk).exists():
            raise Refusal(
                f"{point.value} is noted here already. Nothing was saved; change or drop one of the two.", field="value"
            )
    point.use = clean_words(changes.get("use", point.use))
    point.is_shared = changes.get("is_shared", point.is_shared)
    point.is_former = changes.get("is_former", point.is_former)
    _guard_address(point, owner, by, point.is_shared)
    with refusing_taken_address(owner, by, email=point.value, field="value"):
        if changes.get("is_main") or (point.is_main and not point.is_former):
            point.is_former = False
            _make_main(point, owner, list(owner.contact_points.filter(what=point.what).exclude(pk=point.pk)))
        else:
            _no_longer_main(point, owner)
            point.save()
    return point


@action("customers.drop_contact_point")
def drop_contact_point(point: ContactPoint, by: Actor, *, at: datetime) -> ContactPoint:
    """It is no longer used. It stays as a former one, so that mail from it still finds whose it was."""
    owner = _owner(point)
    refuse_gone(owner)
    point.is_former = True
    if isinstance(owner, Person) and point.is_main and point.what == What.EMAIL and not owner.name:
        raise Refusal(
            "This address is all that we know this person by. Nothing was changed; write their name first.",
            field="value",
        )
    _no_longer_main(point, owner)
    point.save()
    return point


def clean_point(what: str, value: Any) -> str:
    """The value of a contact point; refused when it is empty, an address that is none, or a site that isn't on the web."""
    if what not in What.values:
        raise Refusal(
            f"There is no way to reach anyone called “{str(what)[:40]}”. Nothing was saved; "
            f"use one of: {', '.join(What.values)}.",
            field="what",
        )
    text = clean_email(value, field="value") if what == What.EMAIL else clean_words(value)
    if not text:
        raise Refusal("There is nothing to note. Nothing was saved; write the address or the number.", field="value")
    scheme = text.partition(":")[0].lower() if ":" in text else ""
    if what == What.WEBSITE and scheme.isalpha() and scheme not in {"http", "https"}:
        raise Refusal(
            "A website begins with https:// or http://, or with its name. Nothing was saved; correct it.", field="value"
        )
    return text


def _guard_address(point: ContactPoint, owner: Account | Person, by: Actor, is_shared: bool) -> None:
    if point.what != What.EMAIL or not isinstance(owner, Person):
        return
    if is_shared:
        share_address(point.value)
        point.is_shared = True
        return
    refuse_taken_address(owner, by, email=point.value, field="value")
    point.is_shared = others_with(
        point.key, owner
    ).exists()  # an address that others have too is shared, whatever is said


def others_with(key: str, person: Person) -> QuerySet[ContactPoint]:
    """This e-mail address on the records of other people."""
    return ContactPoint.objects.filter(what=What.EMAIL, key=key, person__isnull=False).exclude(person_id=person.pk)


def _make_main(point: ContactPoint, owner: Account | Person, present: list[ContactPoint]) -> None:
    for each in present:
        if each.pk != point.pk and each.is_main:
            each.is_main = False
            each.save(update_fields=["is_main"])
    point.is_main = True
    if point.pk is None or point.has_unsaved_changes:
        point.save()
    _onto(owner, point.what, point.value)


def _no_longer_main(point: ContactPoint, owner: Account | Person) -> None:
    """Another that is in use takes the place of one that was the main one."""
    if not point.is_main:
        return
    point.is_main = False
    others = owner.contact_points.filter(what=point.what, is_former=False).exclude(pk=point.pk)
    heir = others.order_by("pk").first()
    if heir is not None:
        heir.is_main = True
        heir.save(update_fields=["is_main"])
    _onto(owner, point.what, heir.value if heir is not None else "")


def _onto(owner: Account | Person, what: str, value: str) -> None:
    """The main address and number stand on a person too."""
    if isinstance(owner, Person) and what != What.WEBSITE:
        name = "email" if what == What.EMAIL else "phone"
        wanted = value or None if name == "email" else value
        if getattr(owner, name) != wanted:
            setattr(owner, name, wanted)
            owner.save(update_fields=[name])


@action("customers.note_address")
def note_address(owner: Account | Person, by: Actor, *, at: datetime, **fields: Any) -> Address:
    """Where they live or work: `use`, `lines`, `postcode`, `city`, `region`, `country`. The same one is noted once."""
    refuse_gone(owner)
    address = Address(site_id=owner.site_id, **_of(owner))
    _set_address(address, fields)
    same = _same_address(owner, address)
    if same is None:
        address.save()
        return address
    if address.use and same.use != address.use:
        same.use = address.use
        same.save()
    return same


def is_noted(owner: Account | Person, fields: Mapping[str, Any]) -> bool:
    """Is this address, with this use, noted already?"""
    address = Address()
    _set_address(address, dict(fields))
    same = _same_address(owner, address)
    return same is not None and (not address.use or same.use == address.use)


def _same_address(owner: Account | Person, address: Address) -> Address | None:
    for each in owner.addresses.order_by("pk"):
        if all(getattr(each, name) == getattr(address, name) for name in ADDRESS_FIELDS - {"use"}):
            return each
    return None


@action("customers.change_address")
def change_address(address: Address, by: Actor, *, at: datetime, **fields: Any) -> Address:
    """Correct an address."""
    refuse_gone(_owner(address))
    _set_address(address, fields)
    address.save()
    return address


@action("customers.drop_address")
def drop_address(address: Address, by: Actor, *, at: datetime) -> None:
    """They are there no more. The trail keeps that it was there."""
    refuse_gone(_owner(address))
    address.delete()


def _set_address(address: Address, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - ADDRESS_FIELDS:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} in an address")
    for name, value in fields.items():
        text = "\n".join(filter(None, map(clean_words, str(value or "").splitlines())))
        setattr(address, name, text if name == "lines" else clean_words(text))
    if not any(getattr(address, name) for name in ADDRESS_FIELDS - {"use", "country"}):
        raise Refusal("The address says no place. Nothing was saved; write at least the town.", field="city")


def keep_sites(owner: Account | Person) -> None:
    """Within an action: what belongs to an account or a person is looked after where they are."""
    kept: list[Any] = [owner.contact_points, owner.addresses, owner.external_ids]
    if isinstance(owner, Account):
        kept.append(owner.affiliations)
    for rows in kept:
        for each in rows.all():
            if each.site_id != owner.site_id:
                each.site_id = owner.site_id
                each.save()


def _of(owner: Account | Person) -> dict[str, Any]:
    return {"account": owner} if isinstance(owner, Account) else {"person": owner}


def _owner(part: ContactPoint | Address) -> Account | Person:
    owner = part.person or part.account
    if owner is None:
        raise LookupError(f"{part.kind} {part.pk} has no owner")
    return owner
