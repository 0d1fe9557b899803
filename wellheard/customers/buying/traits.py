"""Buying as traits of customers: for segments, groups found in the data, and lists."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    CharField,
    Count,
    FloatField,
    IntegerField,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from wellheard.customers.buying.adding_up import YEAR
from wellheard.customers.buying.currencies import main_currency
from wellheard.customers.models import Order, RfmCut, RfmScore
from wellheard.customers.segmenting.expressions import DaysSince
from wellheard.customers.traits import About, Express, Trait, register_trait

GROUP = "What they buy"


def _orders(about: About, now: datetime) -> QuerySet[Any]:
    """The orders up to today: one that is dated ahead counts when its day has come."""
    return Order.objects.filter(**{about: OuterRef("pk")}, ordered_on__lte=timezone.localdate(now))


def _orders_12(about: About, now: datetime) -> QuerySet[Any]:
    return _orders(about, now).filter(ordered_on__gt=timezone.localdate(now) - timedelta(days=YEAR))


def _real(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(is_cancelled=False, is_total=False)


def _one(rows: QuerySet[Any], about: About, value: Any, output: Any) -> Subquery:
    return Subquery(rows.order_by().values(about).annotate(value=value).values("value"), output_field=output)


def orders_12(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """Orders in the last 12 months; 0 for who has none."""
    return Coalesce(_one(_real(_orders_12(about, now)), about, Count("pk"), IntegerField()), 0)


def amount_12(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """Net amount in the last 12 months in the main currency; 0 for who has none."""
    recent = _orders_12(about, now).filter(currency=main_currency(), is_total=False)
    return Coalesce(_one(recent, about, Cast(Sum("amount"), FloatField()), FloatField()), 0.0)


def last_order(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """Days since the last order."""
    newest = _real(_orders(about, now)).order_by("-ordered_on", "-pk").values("ordered_on")[:1]
    return DaysSince(Subquery(newest), now)


def usual_gap(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """Days between order days on average; not known below three of them."""
    days = _real(_orders(about, now)).order_by().values(about).annotate(number=Count("ordered_on", distinct=True))
    days = days.filter(number__gte=3)
    first = Subquery(days.annotate(value=Min("ordered_on")).values("value"))
    last = Subquery(days.annotate(value=Max("ordered_on")).values("value"))
    number = Cast(Subquery(days.values("number")), FloatField())
    return (Cast(DaysSince(first, now), FloatField()) - Cast(DaysSince(last, now), FloatField())) / (number - 1.0)


def scored(name: str) -> Callable[[QuerySet[Any], About, datetime], Any]:
    """The score at the newest cut in the main currency."""

    def express(rows: QuerySet[Any], about: About, now: datetime) -> Any:
        newest = RfmCut.objects.filter(currency=main_currency()).order_by("-at", "-pk").values_list("pk", flat=True)
        key = Concat(Value("a" if about == "account" else "p"), Cast(OuterRef("pk"), CharField()))
        scores = RfmScore.objects.filter(cut_id=newest.first() or 0, buyer=key)
        return Subquery(scores.values(name)[:1], output_field=IntegerField())

    return express


def _score(key: str, name: str, title: str, low: str, high: str) -> Trait:
    help_words = "1 to 5 at the newest RFM cut, 5 is best; not known for who has never ordered."
    express: Express = scored(name)
    return Trait(key, title, "number", express, group=GROUP, help_words=help_words, low_words=low, high_words=high)


TRAITS = (
    Trait(
        "buying.orders_12",
        "number of orders in 12 months",
        "number",
        orders_12,
        group=GROUP,
        phrases={"at_least": "that ordered at least {value} times in 12 months"},
        low_words="order rarely",
        high_words="order often",
    ),
    Trait(
        "buying.amount_12",
        "amount ordered in 12 months",
        "money",
        amount_12,
        group=GROUP,
        help_words="In the currency of most orders; credit notes taken off, other currencies left out.",
        low_words="buy for little",
        high_words="buy for much",
    ),
    Trait(
        "buying.last_order",
        "last order",
        "number",
        last_order,
        group=GROUP,
        unit="days ago",
        low_words="bought recently",
        high_words="bought long ago",
    ),
    Trait(
        "buying.usual_gap",
        "usual time between orders",
        "number",
        usual_gap,
        group=GROUP,
        unit="days",
        help_words="On average; known from three days with an order on.",
        low_words="order at short intervals",
        high_words="order at long intervals",
    ),
    _score("buying.r", "r", "recency score", "bought long ago", "bought recently"),
    _score("buying.f", "f", "frequency score", "few orders", "many orders"),
    _score("buying.m", "m", "amount score", "small amounts", "large amounts"),
)


def register() -> None:
    """Offer them."""
    for each in TRAITS:
        register_trait(each)
