"""Reading a contact point: what it is found by, in which country its number is dialled, and which of several it is."""

from collections.abc import Iterable

from wellheard.customers.models import Account, ContactPoint, Person
from wellheard.ground.phones import read_phone

What = ContactPoint.What


def address_key(email: str) -> str:
    """What an e-mail address is found by."""
    return email.strip().lower()


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
    read_point(point, country)
    return point


def read_point(point: ContactPoint, country: str) -> None:
    """Find the key in the value, and for a number its extension and whether it can be dialled."""
    if point.what == What.PHONE:
        phone = read_phone(point.value, country)
        point.key, point.extension, point.is_valid = phone.key, phone.extension[:20], phone.is_valid
    elif point.what == What.EMAIL:
        point.key = address_key(point.value)
    else:
        words = point.value.casefold().removeprefix("https://").removeprefix("http://")
        point.key = words.removeprefix("www.").rstrip("/")


def noted_as(points: Iterable[ContactPoint], point: ContactPoint, *, stands_so: bool = False) -> ContactPoint | None:
    """Which of the points (of the same sort) this one is. Two extensions of a switchboard are two numbers; one without an
    extension is the one whose extension is known. `stands_so`: it is written so on the record itself, and then it is
    another one than a number with an extension."""
    same = [each for each in points if each.key == point.key]
    alike = [each for each in same if each.extension == point.extension]
    near = [each for each in same if not each.extension or (not point.extension and not stands_so)]
    return next(iter([*alike, *near]), None)


def country_of(owner: Account | Person) -> str:
    """Where a national phone number is read (two letters): the account's country, else that of the site."""
    account = owner if isinstance(owner, Account) else owner.account
    site = owner.site or (account.site if account else None)
    return (account.country if account else "") or (site.country if site else "")
