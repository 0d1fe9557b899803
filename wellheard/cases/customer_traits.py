"""What customers complained of, as traits: open matters, complaints within 12 months, the last one, how many were right."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from wellheard.cases.models import Case, Finding, Kind
from wellheard.cases.models.case import CaseQuerySet
from wellheard.customers.segmenting.expressions import YEAR, DaysSince
from wellheard.customers.traits import About, Express, Trait, register_trait

Narrow = Callable[[CaseQuerySet, datetime], QuerySet[Case]]


def how_many(narrow: Narrow) -> Express:
    """The number of their cases that `narrow` leaves."""

    def express(rows: QuerySet[Any], about: About, now: datetime) -> Any:
        mine = Case.objects.filter(**{about: OuterRef("pk")})
        number = narrow(mine, now).order_by().values(about).annotate(number=Count("pk"))
        return Coalesce(Subquery(number.values("number")), 0)

    return express


def last_complaint(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """Whole days since their last complaint reached us."""
    mine = Case.objects.filter(**{about: OuterRef("pk")}, kind_of_case=Kind.COMPLAINT)
    return DaysSince(Subquery(mine.order_by().values(about).annotate(last=Max("received_at")).values("last")), now)


def _recent(cases: CaseQuerySet, now: datetime) -> QuerySet[Case]:
    return cases.filter(kind_of_case=Kind.COMPLAINT, received_at__gt=now - YEAR)


def _upheld(cases: CaseQuerySet, now: datetime) -> QuerySet[Case]:
    return _recent(cases, now).filter(finding__in=[Finding.UPHELD, Finding.PARTLY])


GROUP = "What they complained of"
TRAITS = (
    Trait("cases.open", "number of open matters", "number", how_many(lambda cases, now: cases.open()), group=GROUP),
    Trait(
        "cases.complaints",
        "number of complaints in 12 months",
        "number",
        how_many(_recent),
        group=GROUP,
        phrases={"at_least": "that complained at least {value} times in 12 months"},
        low_words="complain rarely",
        high_words="complain often",
    ),
    Trait(
        "cases.last_complaint",
        "last complaint",
        "number",
        last_complaint,
        group=GROUP,
        unit="days ago",
        phrases={"unknown": "that never complained", "known": "that complained at least once"},
    ),
    Trait(
        "cases.upheld",
        "number of upheld complaints in 12 months",
        "number",
        how_many(_upheld),
        group=GROUP,
        help_words="Those in which they were right, or partly right.",
    ),
)


def register() -> None:
    """Offer them."""
    for each in TRAITS:
        register_trait(each)
