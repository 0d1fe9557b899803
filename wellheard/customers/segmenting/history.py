"""How a segment grew and shrank, and who came from where and went where; every number from the memberships themselves."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from wellheard.customers.models import Segment, SegmentMembership
from wellheard.customers.segmenting.sentences import about_of
from wellheard.ground.periods import month_of

MONTHS = 12
LOOKED_BACK = timedelta(days=90)
AROUND = timedelta(days=7)
"""Whoever leaves one segment and joins another within this time has moved from the one to the other."""
MOST_MOVES = 2_000


@dataclass(frozen=True)
class Month:
    """A month of a segment: how many joined and left in it, and how many were in at its end (or now)."""

    first: date
    members: int
    joined: int
    left: int


@dataclass(frozen=True)
class Move:
    """How many customers came from another segment, or went there."""

    name: str
    number: int


def months_of(segment: Segment, now: datetime, months: int = MONTHS) -> list[Month]:
    """The last months, oldest first. Reckoned backwards from today's members; three queries whatever the history."""
    today = timezone.localdate(now)
    firsts = [month_of(today).shifted(-back).first for back in range(months - 1, -1, -1)]
    start = timezone.make_aware(datetime.combine(firsts[0], time()))
    rows = SegmentMembership.objects.filter(segment=segment)
    joined = _per_month(rows.filter(since__gte=start, since__lte=now), "since")
    left = _per_month(rows.filter(until__gte=start, until__lte=now), "until")
    members = rows.filter(until__isnull=True).count()
    found = []
    for first in reversed(firsts):
        found.append(Month(first, members, joined[first], left[first]))
        members += left[first] - joined[first]
    return found[::-1]


def _per_month(rows: QuerySet[SegmentMembership], field: str) -> Counter[date]:
    counted = rows.order_by().annotate(month=TruncMonth(field)).values("month").annotate(number=Count("pk"))
    return Counter({timezone.localdate(month): number for month, number in counted.values_list("month", "number")})


def came_from(segment: Segment, now: datetime) -> list[Move]:
    """The segments that those who joined lately had just left, the most frequent first."""
    return _moves(segment, now, mine="since", other="until")


def went_to(segment: Segment, now: datetime) -> list[Move]:
    """The segments that those who left lately have joined instead."""
    return _moves(segment, now, mine="until", other="since")


def _moves(segment: Segment, now: datetime, *, mine: str, other: str) -> list[Move]:
    about = about_of(segment)
    lately = SegmentMembership.objects.filter(
        segment=segment, **{f"{mine}__gt": now - LOOKED_BACK, f"{mine}__lte": now}
    )
    newest = lately.order_by(f"-{mine}", "-pk")[:MOST_MOVES]
    when: dict[int, datetime] = dict(newest.values_list(f"{about}_id", mine))
    if not when:
        return []
    span = {f"{other}__gt": now - LOOKED_BACK - AROUND, f"{other}__lte": now}
    elsewhere = SegmentMembership.objects.filter(**span, **{f"{about}__in": list(when)}).exclude(segment=segment)
    moved = {
        (name, customer)
        for name, customer, moment in elsewhere.order_by("pk").values_list("segment__name", f"{about}_id", other)
        if abs(moment - when[customer]) <= AROUND
    }
    counted = Counter(name for name, _ in moved)
    return [Move(name, number) for name, number in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]


def growth_in_words(months: Sequence[Month], many: str) -> str:
    """The finding of the chart: `132 accounts now, 12 more than a year ago: 20 joined and 8 left in 12 months.`"""
    if not months or not any(month.members or month.joined or month.left for month in months):
        return f"No {many} have belonged here in the last {MONTHS} months."
    now, joined, left = months[-1].members, sum(each.joined for each in months), sum(each.left for each in months)
    before = now - joined + left
    one = many[:-1] if many.endswith("s") else "person"
    members = f"{now:,} {one if now == 1 else many} now"
    difference = f"{abs(now - before):,} {'more' if now > before else 'fewer'} than {MONTHS} months ago"
    change = difference if now != before else f"as many as {MONTHS} months ago"
    moved = f"{joined:,} joined and {left:,} left since then" if joined or left else "nobody joined or left"
    return f"{members}, {change}: {moved}."
