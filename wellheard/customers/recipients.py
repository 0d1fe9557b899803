"""Who gets a mailing, who does not and why, and how it reads for each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from wellheard.core.actors import Actor
from wellheard.core.models import Organisation
from wellheard.customers.consent import may_send_each
from wellheard.customers.models import Affiliation, Mailing, Person, Segment, SegmentMembership
from wellheard.customers.personalising import Texts, ValueMissing, Written, write_for

REASON_LENGTH = 200


@dataclass(frozen=True)
class Fate:
    """What becomes of a mailing for one person: they get it, or nothing is sent for the `reason`."""

    person: Person
    texts: Texts
    organisation: Organisation
    reason: str = ""

    @property
    def gets_it(self) -> bool:
        """Is anything sent to them?"""
        return not self.reason

    @property
    def written(self) -> Written | None:
        """What they read, written when it is asked for: a hundred thousand letters would fill the memory."""
        return write_for(self.person, self.texts, self.organisation) if self.gets_it else None


def people_of_segment(segment: Segment) -> QuerySet[Person]:
    """The people in a segment now; of a segment of accounts everybody who speaks for one of them today."""
    now = SegmentMembership.objects.filter(segment=segment, until__isnull=True)
    accounts = now.filter(account__isnull=False).values("account_id")
    speaks = Affiliation.objects.filter(account_id__in=accounts, until__isnull=True).values("person_id")
    chosen = Q(pk__in=now.filter(person__isnull=False).values("person_id"))
    return Person.objects.filter(chosen | Q(account_id__in=accounts) | Q(pk__in=speaks))


def people_of(mailing: Mailing, actor: Actor) -> QuerySet[Person]:
    """For whom a draft is meant, as far as this actor may see them: those in its segment, or the chosen ones."""
    chosen = Person.objects.filter(mailings__mailing=mailing)
    rows = people_of_segment(mailing.segment) if mailing.segment is not None else chosen
    if mailing.site_id is not None:
        rows = rows.filter(Q(site_id=mailing.site_id) | Q(site_id=None))
    # The ids of who may be seen, apart: joins to mailings and affiliations would show people twice.
    seen = Person.objects.visible_to(actor).filter(merged_into=None, erased_at=None)
    found = Person.objects.filter(pk__in=rows.values("pk")).filter(pk__in=seen.values("pk"))
    return found.select_related("account", "owner", "account__owner").order_by("name", "pk")


def fates_of(people: Iterable[Person], texts: Texts, purpose: str, at: datetime) -> list[Fate]:
    """For each of them what they would read, or why nothing is sent; in a number of queries that does not grow."""
    given, organisation = list(people), Organisation.current()
    sendable = may_send_each(given, purpose, at)
    found = []
    for person in given:
        answer = sendable[person.pk]
        if not answer.yes:
            found.append(Fate(person, texts, organisation, answer.words[:REASON_LENGTH]))
            continue
        try:
            write_for(person, texts, organisation)
        except ValueMissing as missing:
            found.append(Fate(person, texts, organisation, missing.words[:REASON_LENGTH]))
        else:
            found.append(Fate(person, texts, organisation))
    return found
