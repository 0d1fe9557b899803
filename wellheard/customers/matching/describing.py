"""What is compared of accounts and people: read in few statements, for some or for all."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from wellheard.core.batches import in_batches
from wellheard.customers.models import Account, ContactPoint, Person
from wellheard.ground.likeness import Described

Points = dict[int, dict[str, list[str]]]


def described_people(ids: Collection[int] | None = None) -> dict[int, Described]:
    """These people (None: all) as they are compared; merged and erased ones are left out."""
    found: dict[int, Described] = {}
    for some in _pieces(ids):
        rows = _living(Person.objects.all(), some)
        points = _points("person_id", some)
        for pk, name, email, firm, city in rows.values_list("pk", "name", "email", "account__name", "account__city"):
            mine = points.get(pk, {})
            emails = {*mine.get("email", ()), *([email.strip().lower()] if email else [])}
            found[pk] = Described(
                name=name,
                emails=tuple(sorted(emails)),
                phones=tuple(sorted(mine.get("phone", ()))),
                organisation=firm or "",
                city=city or "",
            )
    return found


def described_accounts(ids: Collection[int] | None = None) -> dict[int, Described]:
    """These accounts (None: all) as they are compared; merged and erased ones are left out."""
    found: dict[int, Described] = {}
    for some in _pieces(ids):
        points = _points("account_id", some)
        for pk, name, city in _living(Account.objects.all(), some).values_list("pk", "name", "city"):
            mine = points.get(pk, {})
            found[pk] = Described(
                name=name,
                emails=tuple(sorted(mine.get("email", ()))),
                phones=tuple(sorted(mine.get("phone", ()))),
                city=city,
                websites=tuple(sorted(mine.get("website", ()))),
            )
    return found


def _pieces(ids: Collection[int] | None) -> list[list[int] | None]:
    return [None] if ids is None else list(in_batches(sorted(ids)))


def _living(rows: QuerySet[Any], ids: list[int] | None) -> QuerySet[Any]:
    rows = rows.filter(merged_into__isnull=True, erased_at__isnull=True).order_by("pk")
    return rows if ids is None else rows.filter(pk__in=ids)


def _points(owner: str, ids: list[int] | None) -> Points:
    """Addresses that several share say nothing about who someone is, and numbers that can't be read neither."""
    rows = ContactPoint.objects.filter(is_shared=False, is_valid=True, **{f"{owner}__isnull": False}).order_by("pk")
    rows = rows if ids is None else rows.filter(**{f"{owner}__in": ids})
    points: Points = defaultdict(lambda: defaultdict(list))
    for pk, what, key in rows.values_list(owner, "what", "key").iterator(chunk_size=5000):
        points[pk][what].append(key)
    return points
