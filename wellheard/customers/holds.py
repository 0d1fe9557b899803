"""Who may not be erased: the people and accounts of whom a legal hold stands."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from wellheard.core.models import OutboxMessage
from wellheard.customers.lineage import ids_of
from wellheard.customers.models import Account, Affiliation, ContactPoint, LegalHold, Person


def standing_holds(person: Person) -> QuerySet[LegalHold]:
    """The holds that keep this person's data: their own, those of the duplicates merged into them, and those of the accounts
    for which they speak or spoke."""
    people = ids_of(person)
    accounts = {*Affiliation.objects.filter(person__in=people).order_by().values_list("account_id", flat=True)}
    accounts |= {*Person.objects.filter(pk__in=people).order_by().values_list("account_id", flat=True)} - {None}
    rows = LegalHold.objects.filter(Q(person__in=people) | Q(account__in=accounts), lifted_at__isnull=True)
    return rows.order_by("pk")


def held_accounts() -> QuerySet[Account]:
    """The accounts of which a hold stands, with the duplicates merged into them: sealed rows still name those."""
    held = LegalHold.objects.filter(lifted_at__isnull=True, account__isnull=False).order_by().values("account_id")
    return Account.objects.filter(Q(pk__in=held) | Q(merged_into__in=held)).order_by()


def held_people() -> QuerySet[Person]:
    """The people of whom a hold stands, or of whose account; with the duplicates merged into them."""
    accounts = held_accounts().values("pk")
    own = LegalHold.objects.filter(lifted_at__isnull=True, person__isnull=False).order_by().values("person_id")
    speaking = Affiliation.objects.filter(account__in=accounts).order_by().values("person_id")
    held = Person.objects.filter(Q(pk__in=own) | Q(account__in=accounts) | Q(pk__in=speaking)).order_by()
    return Person.objects.filter(Q(pk__in=held.values("pk")) | Q(merged_into__in=held.values("pk"))).order_by()


def without_held(rows: QuerySet[Any], person: str, account: str) -> QuerySet[Any]:
    """Rows of nobody whose data must be kept. The names lead to person and account; empty where there is none."""
    if person:
        rows = rows.exclude(**{f"{person}__in": held_people().values("pk")})
    if account:
        rows = rows.exclude(**{f"{account}__in": held_accounts().values("pk")})
    return rows


def mails_kept() -> QuerySet[OutboxMessage]:
    """The mails that a hold keeps: to an address that a held customer has or had, about a held customer, or about a record
    of theirs (`register_held`)."""
    people, accounts = held_people().values("pk"), held_accounts().values("pk")
    points = ContactPoint.objects.filter(Q(person__in=people) | Q(account__in=accounts), what=ContactPoint.What.EMAIL)
    kept = Q(address__in=points.order_by().values("key"))
    kept |= Q(about_kind="customers.person", about_id__in=people)
    kept |= Q(about_kind="customers.account", about_id__in=accounts)
    for kind, held in sorted(_held.items()):
        kept |= Q(about_kind=kind, about_id__in=held(people, accounts))
    return OutboxMessage.objects.alias(address=Lower("to")).filter(kept).order_by()


Held = Callable[[Any, Any], Any]
"""(the held people's ids, the held accounts' ids) → the ids of the records of a kind that are theirs."""
_held: dict[str, Held] = {}


def register_held(kind: str, held: Held) -> None:
    """Say which records of a kind above belong to held customers: mails about them are kept."""
    _held[kind] = held
