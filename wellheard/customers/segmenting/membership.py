"""Who was in a segment at a moment, and which segments are frozen with an answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from wellheard.customers.models import Account, Person, Segment, SegmentMembership
from wellheard.customers.segmenting.rules import customers
from wellheard.customers.segmenting.sentences import about_of

Period = tuple[str, datetime, datetime | None]
"""The name of a segment, since when someone was in it, and until when (None: still)."""


def open_at(at: datetime | None = None) -> Q:
    """The memberships that held at this moment; without one, those that hold now."""
    if at is None:
        return Q(until__isnull=True)
    return Q(since__lte=at) & (Q(until__isnull=True) | Q(until__gt=at))


def members_of(segment: Segment, at: datetime | None = None) -> QuerySet[Any]:
    """The accounts (or people) in the segment now, or at a past moment; by name. Whoever was merged since does not show."""
    about = about_of(segment)
    held = SegmentMembership.objects.filter(open_at(at), segment=segment)
    return customers(about).filter(pk__in=held.values(f"{about}_id")).order_by("name", "pk")


def segments_at(account: Account | None, person: Person | None, at: datetime | None = None) -> list[str]:
    """The names of all segments that this account or this person was in at that moment, by name; one query.

    Before we knew somebody they count as what they were when we first wrote them down: what was heard yesterday from a
    customer that is added today belongs to their segment too. The segment on the account itself counts also where it was
    chosen before memberships were kept.
    """
    whose = Q()
    for who, field in ((account, "account"), (person, "person")):
        if who is not None and who.pk is not None:
            moment = None if at is None else max(at, who.noted_at or at)
            whose |= Q(**{field: who.pk}) & open_at(moment)
    if not whose:
        return []
    held = SegmentMembership.objects.filter(whose, segment=OuterRef("pk"))
    wanted = Q(Exists(held))
    if account is not None and account.segment_id is not None:
        ever = SegmentMembership.objects.filter(segment=OuterRef("pk"), account=account.pk)
        wanted |= Q(Q(pk=account.segment_id), ~Exists(ever))
    return list(Segment.objects.filter(wanted).order_by("name").values_list("name", flat=True))


class KnownMemberships:
    """Who was in which segment when, of many customers, asked for once: for imports and whatever else writes many rows."""

    def __init__(self, accounts: Iterable[int] | None = None, people: Iterable[int] | None = None) -> None:
        mine = {"account": frozenset(accounts or ()), "person": frozenset(people or ())}
        wanted = Q(account__isnull=False) if mine["account"] else Q()
        wanted |= Q(person__isnull=False) if mine["person"] else Q()
        self._periods: dict[tuple[str, int], list[Period]] = {}
        self._noted: dict[tuple[str, int], datetime] = {}
        if not wanted:
            return
        rows = SegmentMembership.objects.order_by("segment__name", "pk")
        names = ("account_id", "person_id", "segment__name", "since", "until", "account__noted_at", "person__noted_at")
        for account, person, name, since, until, noted, noted_person in rows.filter(wanted).values_list(*names):
            key = ("account", account) if account is not None else ("person", person)
            if key[1] in mine[key[0]]:
                self._periods.setdefault(key, []).append((name, since, until))
                if (moment := noted or noted_person) is not None:
                    self._noted[key] = moment

    def names(self, account: int | None, person: int | None, at: datetime) -> tuple[str, ...]:
        """As `segments_at`, without a query."""
        found: set[str] = set()
        for key in (("account", account), ("person", person)):
            if key[1] is None:
                continue
            known = (key[0], key[1])
            moment = max(at, self._noted.get(known, at))
            for name, since, until in self._periods.get(known, ()):
                if since <= moment and (until is None or until > moment):
                    found.add(name)
        return tuple(sorted(found))
