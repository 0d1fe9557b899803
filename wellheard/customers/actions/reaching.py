"""Ways to reach people and accounts, kept beside the main ones that stand on the record itself."""

from datetime import datetime

from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.links import may_see
from wellheard.customers.models import Account, Affiliation, ContactPoint, Person
from wellheard.ground.phones import read_phone

What = ContactPoint.What


def address_key(email: str) -> str:
    """What an e-mail address is found by."""
    return email.strip().lower()


def refuse_taken_address(person: Person, by: Actor, *, email: str | None = None) -> None:
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
            "use another address, or open that person.",
            field="email",
        )


def keep_reachable(person: Person, *, country: str = "", shared: bool = False) -> None:
    """Bring the contact points in line with the main address and number: new ones are added, replaced ones become former."""
    points = list(person.contact_points.all())
    for what, value in ((What.EMAIL, person.email or ""), (What.PHONE, person.phone)):
        _keep_main(person, [each for each in points if each.what == what], what, value.strip(), country, shared)


def _keep_main(person: Person, points: list[ContactPoint], what: str, value: str, country: str, shared: bool) -> None:
    made = contact_point(what, value, country=country, person=person, is_shared=shared) if value else None
    for each in points:
        same = made is not None and each.key == made.key
        state = (same, each.is_former if not each.is_main or same else True, each.site_id)
        wanted = (same, False if same else state[1], person.site_id)
        if same and made is not None and each.value != made.value:
            each.value, each.extension, each.is_valid = made.value, made.extension, made.is_valid
            each.is_main, each.is_former, each.site_id = wanted
            each.save()
        elif (each.is_main, each.is_former, each.site_id) != wanted:
            each.is_main, each.is_former, each.site_id = wanted
            each.save()
    if made is not None and not any(each.key == made.key for each in points):
        made.is_main = True
        made.save()


def contact_point(
    what: str,
    value: str,
    *,
    country: str = "",
    person: Person | None = None,
    account: Account | None = None,
    use: str = "",
    is_shared: bool = False,
) -> ContactPoint:
    """A contact point of one of the two, not saved yet: its key is read from the value."""
    owner = person or account
    point = ContactPoint(
        what=what,
        value=value.strip(),
        use=use[:40],
        person=person,
        account=account,
        site_id=owner.site_id if owner else None,
        is_shared=is_shared,
    )
    if what == What.PHONE:
        phone = read_phone(value, country)
        point.key, point.extension, point.is_valid = phone.key, phone.extension[:20], phone.is_valid
    elif what == What.EMAIL:
        point.key = address_key(value)
    else:
        point.key = (
            value.strip().casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
        )
    return point


def keep_affiliated(person: Person, *, at: datetime) -> None:
    """The account on the person is their main affiliation; one that it replaces ends today."""
    for each in person.affiliations.filter(is_main=True).exclude(account=person.account):
        each.is_main, each.until = False, at.date()
        each.save()
    if person.account is None:
        return
    present = person.affiliations.filter(account=person.account, until__isnull=True).first()
    if present is None:
        Affiliation(person=person, account=person.account, is_main=True, site_id=person.account.site_id).save()
    elif not present.is_main:
        present.is_main = True
        present.save()
