"""Whatever names a person, so that it can be found in texts and taken out of them."""

from collections.abc import Iterable, Sequence

from wellheard.core.batches import in_batches
from wellheard.core.trail.erasing import known_values
from wellheard.customers.models import ContactPoint, Person
from wellheard.ground.text.removing import Known

People = Sequence[int]


def known_of(people: People) -> Known:
    """Whatever names these people, now or at any time that the trail still remembers; not an address that others read too."""
    names: set[str] = set()
    emails: set[str] = set(ContactPoint.objects.filter(person__in=people, what="email").values_list("key", flat=True))
    phones: set[str] = set(ContactPoint.objects.filter(person__in=people, what="phone").values_list("key", flat=True))
    for person in Person.objects.filter(pk__in=people):
        if person.erased_at is None:
            names |= {person.name, f"{person.given_name} {person.family_name}"}
            emails.add(person.email or "")
            phones.add(person.phone)
    names |= known_values("customers.person", people, ("name",))
    emails |= known_values("customers.person", people, ("email",))
    emails -= read_by_others(emails, people)
    return Known.of(names, emails, phones)


def read_by_others(addresses: Iterable[str], people: People) -> set[str]:
    """Those of these addresses, as they were given, that somebody else has: mail there is theirs as well."""
    keys = {each: each.strip().lower() for each in addresses}
    found: set[str] = set()
    for some in in_batches(sorted(set(keys.values()) - {""})):
        points = ContactPoint.objects.filter(what=ContactPoint.What.EMAIL, key__in=some, person__isnull=False)
        found |= set(points.exclude(person__in=people).order_by().values_list("key", flat=True))
    return {each for each, key in keys.items() if key in found}
