"""Whether the register of interested parties is alive: are needs met, and are reviews held in time?

Both are read from what was kept with each review, so the number of a past month never changes.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone

from wellheard.customers.models import InterestedParty, PartyNeed, PartyReview
from wellheard.ground.effectiveness import Observation
from wellheard.ground.effectiveness import Period as PeriodKind
from wellheard.ground.periods import period_of
from wellheard.measures.catalogue import Indicator, Scope, ScopeField, register
from wellheard.measures.scopes import site_field

Row = TypeVar("Row", bound=Model)
MET = str(PartyNeed.Met.MET.label)
LOOKED_AT = {MET, str(PartyNeed.Met.NOT_MET.label)}


def _reviews(scope: Scope, first: date, last: date) -> list[PartyReview]:
    zone = timezone.get_current_timezone()
    rows = PartyReview.objects.filter(
        at__gte=datetime.combine(first, time.min, zone), at__lte=datetime.combine(last, time.max, zone)
    )
    return list(_within(rows, scope, sort="party__sort").order_by("at", "pk"))


def _within(rows: QuerySet[Row], scope: Scope, *, sort: str) -> QuerySet[Row]:
    """The rows of the site and of the sort of party that are asked for; `sort` is where the sort is found."""
    if scope.get("site"):
        rows = rows.filter(site_id=int(scope["site"]))
    if scope.get("sort"):
        rows = rows.filter(**{sort: scope["sort"]})
    return rows


def needs_met(scope: Scope, first: date, last: date, period: PeriodKind = "month") -> list[Observation]:
    """Of the relevant needs in the reviews of a period that were found met or not met: how many were met."""
    met: dict[date, int] = defaultdict(int)
    looked_at: dict[date, int] = defaultdict(int)
    for review in _reviews(scope, first, _end(last, period)):
        start = period_of(period, timezone.localdate(review.at)).first
        for need in review.state.get("needs", []):
            if need.get("is_relevant") and need.get("met") in LOOKED_AT:
                looked_at[start] += 1
                met[start] += need["met"] == MET
    return [
        Observation(start, count=met[start], exposure=number)
        for start, number in sorted(looked_at.items())
        if first <= start <= last
    ]


def reviews_in_time(scope: Scope, first: date, last: date, period: PeriodKind = "month") -> list[Observation]:
    """Of the reviews held in a period, and those that were due in it and not held: how many were held in time."""
    held: dict[date, int] = defaultdict(int)
    due: dict[date, int] = defaultdict(int)
    for review in _reviews(scope, first, _end(last, period)):
        on = timezone.localdate(review.at)
        was_due = review.state.get("was_due_on")
        start = period_of(period, on).first
        due[start] += 1
        held[start] += not was_due or on <= date.fromisoformat(was_due)
    due_then = InterestedParty.objects.filter(retired_at=None, next_review_on__range=(first, _end(last, period)))
    late = _within(due_then.filter(next_review_on__lt=timezone.localdate()), scope, sort="sort")
    for day in late.order_by("pk").values_list("next_review_on", flat=True):
        due[period_of(period, day or last).first] += 1
    return [
        Observation(start, count=held[start], exposure=number)
        for start, number in sorted(due.items())
        if first <= start <= last
    ]


def _end(last: date, period: PeriodKind) -> date:
    return period_of(period, last).last


def scopes() -> Sequence[ScopeField]:
    """Which site, which sort of party."""
    sorts = tuple(
        (str(value), f"{label}"[:1].upper() + f"{label}"[1:]) for value, label in InterestedParty.Sort.choices
    )
    return (site_field(), ScopeField("sort", "Party", sorts))


def records(scope: Scope, first: date, last: date) -> str:
    """The register, narrowed to the sort of party."""
    sort = scope.get("sort", "")
    return f"{reverse('customers:parties')}?sort_of={sort}" if sort else reverse("customers:parties")


NEEDS_MET = register(
    Indicator(
        key="customers.needs_met",
        title="Needs of interested parties that are met",
        kind="proportion",
        direction="up",
        series=needs_met,
        events="needs that are met",
        base="needs looked at",
        measure="the share of needs that are met",
        what="Relevant needs in the reviews of a month that were found met, among those found met or not met. Those of which "
        "nobody can tell yet are left out.",
        scopes=scopes,
        records_url=records,
    )
)
REVIEWS_IN_TIME = register(
    Indicator(
        key="customers.party_reviews_in_time",
        title="Reviews of interested parties held in time",
        kind="proportion",
        direction="up",
        series=reviews_in_time,
        events="reviews in time",
        base="reviews held or due",
        measure="the share of reviews in time",
        what="Reviews that were held by the day on which they were due, among all that were held, or were due and not held.",
        scopes=scopes,
        records_url=records,
    )
)
