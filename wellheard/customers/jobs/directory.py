"""Keeps the ways to reach people complete, for those who were noted before there were any beside the record."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from wellheard.core.action import acting
from wellheard.core.actors import System
from wellheard.core.jobs import every
from wellheard.customers.actions.affiliations import keep_affiliated
from wellheard.customers.actions.reaching import keep_reachable
from wellheard.customers.models import PRESENT, Affiliation, ContactPoint, Person
from wellheard.customers.points import country_of

AT_ONCE = 200


@every(seconds=3600)
def reach_everybody() -> None:
    """Give those who have an address, a number or an account and nothing beside it their contact points and affiliation."""
    points = Exists(ContactPoint.objects.filter(person=OuterRef("pk")))
    spoken = Exists(Affiliation.objects.filter(person=OuterRef("pk")))
    reached = Q(email__isnull=False) | ~Q(phone="")
    lacking = Person.objects.filter(PRESENT).filter((reached & ~points) | (Q(account__isnull=False) & ~spoken))
    last = 0
    while some := list(lacking.filter(pk__gt=last).select_related("account", "site").order_by("pk")[:AT_ONCE]):
        last = some[-1].pk
        at = timezone.now()
        with acting("customers.note_contact_point", System("directory"), at):
            for person in some:
                keep_reachable(person, country=country_of(person))
                keep_affiliated(person, at=at)
