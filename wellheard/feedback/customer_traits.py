"""What customers said, as traits: how often within 12 months, how often unhappily, how long ago."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from wellheard.customers.segmenting.expressions import YEAR, DaysSince
from wellheard.customers.traits import About, Express, Trait, register_trait
from wellheard.feedback.models import Statement, is_low


def how_many(wanted: Q) -> Express:
    """The number of their statements within 12 months of which this is true."""

    def express(rows: QuerySet[Any], about: About, now: datetime) -> Any:
        mine = Statement.objects.filter(wanted, heard_at__gt=now - YEAR, **{about: OuterRef("pk")})
        return Coalesce(Subquery(mine.order_by().values(about).annotate(number=Count("pk")).values("number")), 0)

    return express


def last_said(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """Whole days since they said something."""
    mine = Statement.objects.filter(**{about: OuterRef("pk")})
    return DaysSince(Subquery(mine.order_by().values(about).annotate(last=Max("heard_at")).values("last")), now)


GROUP = "What they said"
TRAITS = (
    Trait(
        "feedback.statements",
        "number of statements in 12 months",
        "number",
        how_many(Q()),
        group=GROUP,
        low_words="say little",
        high_words="say much",
    ),
    Trait("feedback.unhappy", "number of unhappy statements in 12 months", "number", how_many(is_low()), group=GROUP),
    Trait(
        "feedback.last_said",
        "last statement",
        "number",
        last_said,
        group=GROUP,
        unit="days ago",
        phrases={"unknown": "that never said anything", "known": "that said something at least once"},
    ),
)


def register() -> None:
    """Offer them."""
    for each in TRAITS:
        register_trait(each)
