"""What the pages of buying show, read from the kept figures in a few statements each."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.customers.buying.adding_up import MONTHS, YEAR
from wellheard.customers.buying.warnings import UNHAPPY
from wellheard.customers.models import Buyer, CohortCount, RfmCut, RfmScore
from wellheard.ground.retention import (
    CohortRow,
    Lifetime,
    Share,
    by_age,
    cohort_rows,
    expected_lifetime,
    mean_amount,
    share_of,
)

UNHAPPY_NOW = Q(last_score__lte=UNHAPPY)
OPEN_NOW = Q(open_matters__gt=0)
SILENT_NOW = Q(is_silent=True)
REPEAT_WITHIN = (90, 365)
DISCOUNT = 0.1


def mine(member: Member, currency: str) -> QuerySet[Buyer]:
    """The buyers in this currency whom this member may see."""
    return Buyer.objects.visible_to(member).filter(currency=currency).order_by()


def overview(member: Member, currency: str, day: date) -> dict[str, Any]:
    """Numbers of buyers and amounts; one statement."""
    year = day - timedelta(days=YEAR)
    signals = {
        "unhappy": UNHAPPY_NOW,
        "open": OPEN_NOW,
        "silent": SILENT_NOW,
        "stake": UNHAPPY_NOW | OPEN_NOW | SILENT_NOW,
    }
    figures: dict[str, Any] = {
        "buyers": Count("pk"),
        "active": Count("pk", filter=Q(orders_12__gt=0)),
        "before": Count("pk", filter=Q(orders_before__gt=0)),
        "new": Count("pk", filter=Q(first_on__gt=year)),
        "lost": Count("pk", filter=Q(is_lost=True)),
        "warned": Count("pk", filter=Q(warning__gt=0) & (Q(dismissed_until__isnull=True) | Q(dismissed_until__lt=day))),
        "unknown": Count("pk", filter=Q(account__isnull=True, person__isnull=True)),
        "orders_12": Sum("orders_12"),
        "amount_12": Sum("amount_12"),
        "amount_before": Sum("amount_before"),
        "amount": Sum("amount"),
    }
    for name, condition in signals.items():
        figures[f"{name}_buyers"] = Count("pk", filter=condition & Q(orders_12__gt=0))
        figures[f"{name}_amount"] = Sum("amount_12", filter=condition & Q(orders_12__gt=0))
    # Named apart from the fields, which the filters of later figures would otherwise no longer find.
    found = mine(member, currency).aggregate(**{f"all_{name}": figure for name, figure in figures.items()})
    return {name: Decimal() if found[f"all_{name}"] is None else found[f"all_{name}"] for name in figures}


def amounts_by_month(member: Member, currency: str, day: date, months: int = 24) -> list[tuple[date, Decimal]]:
    """What was ordered in each of the last months, the running one included; credit notes are not taken off."""
    rows = access.visible(CohortCount.objects.filter(unit="month", currency=currency), member)
    found: dict[int, Decimal] = {}
    for cohort, age, amount in rows.order_by().values_list("cohort", "age").annotate(total=Sum("amount")):
        number = cohort.year * 12 + cohort.month - 1 + age
        found[number] = found.get(number, Decimal()) + amount
    last = day.year * 12 + day.month - 1
    return [
        (date(number // 12, number % 12 + 1, 1), found.get(number, Decimal()))
        for number in range(last - months + 1, last + 1)
    ]


@dataclass(frozen=True)
class Cohorts:
    """The rows of the table, and the share over all cohorts by age."""

    rows: list[CohortRow]
    by_age: list[Share]


def cohorts_of(member: Member, currency: str, unit: str, day: date) -> Cohorts:
    """Who came back, by the period of the first order. Periods that are not over are left out."""
    months = MONTHS[unit]
    rows = access.visible(CohortCount.objects.filter(unit=unit, currency=currency), member)
    counts = {
        (f"{cohort:%Y-%m}", age): number
        for cohort, age, number in rows.order_by().values_list("cohort", "age").annotate(total=Sum("buyers"))
    }
    present = (day.year * 12 + day.month - 1) // months
    last_age = {}
    for name in {name for name, _ in counts}:
        year, month = int(name[:4]), int(name[5:])
        last_age[name] = max(0, present - (year * 12 + month - 1) // months - 1)
    found = cohort_rows(counts, last_age)
    # The running period's own cohort is still growing, and nobody in it can have come back.
    running = f"{present * months // 12}-{present * months % 12 + 1:02d}"
    found = [row for row in found if row.cohort != running]
    return Cohorts(found, by_age(found))


@dataclass(frozen=True)
class Worth:
    """Repeat shares by number of days, what a customer brought so far, and what an active one is expected to bring."""

    repeats: dict[int, Share]
    so_far: Any
    expected: Lifetime | None
    kept: Share
    yearly: Any


def worth_of(member: Member, currency: str, day: date) -> Worth:
    """Repeat rate and lifetime value; one statement."""
    buyers = mine(member, currency)
    amount, year = Cast("amount", FloatField()), Cast("amount_12", FloatField())
    figures: dict[str, Any] = {
        "n": Count("pk", filter=Q(orders__gt=0)),
        "total": Sum(amount, filter=Q(orders__gt=0)),
        "squares": Sum(amount * amount, filter=Q(orders__gt=0), output_field=FloatField()),
        "of": Count("pk", filter=Q(orders_before__gt=0)),
        "kept": Count("pk", filter=Q(orders_before__gt=0, orders_12__gt=0)),
        "active": Count("pk", filter=Q(orders_12__gt=0)),
        "year_total": Sum(year, filter=Q(orders_12__gt=0)),
        "year_squares": Sum(year * year, filter=Q(orders_12__gt=0), output_field=FloatField()),
    }
    for days in REPEAT_WITHIN:
        old_enough = Q(first_on__lte=day - timedelta(days=days))
        figures[f"of_{days}"] = Count("pk", filter=old_enough)
        figures[f"again_{days}"] = Count("pk", filter=old_enough & Q(again_after__lte=days))
    found = {name: value or 0 for name, value in buyers.aggregate(**figures).items()}
    return Worth(
        {days: share_of(found[f"again_{days}"], found[f"of_{days}"]) for days in REPEAT_WITHIN},
        mean_amount(found["total"], found["squares"], found["n"]),
        expected_lifetime(
            found["kept"], found["of"], found["year_total"], found["year_squares"], found["active"], discount=DISCOUNT
        ),
        share_of(found["kept"], found["of"]),
        mean_amount(found["year_total"], found["year_squares"], found["active"]),
    )


def cuts(currency: str) -> list[RfmCut]:
    """The newest cut and the one before, as far as there are."""
    return list(RfmCut.objects.filter(currency=currency).order_by("-at", "-pk")[:2])


@dataclass(frozen=True)
class Cell:
    """Buyers with these scores of recency and frequency."""

    r: int
    f: int
    buyers: int
    amount: Decimal


def cells(member: Member, cut: RfmCut) -> list[Cell]:
    """How many buyers have which scores, and what they bought for in all."""
    rows = RfmScore.objects.visible_to(member).filter(cut=cut).order_by()
    found = rows.values_list("r", "f").annotate(number=Count("pk"), total=Sum("amount")).order_by("-r", "f")
    return [Cell(*row) for row in found]


def moves(member: Member, now: RfmCut, before: RfmCut) -> list[tuple[int, int, int, int, int]]:
    """(r, f before, r, f now, buyers) of those who score otherwise than at the cut before."""
    visible = RfmScore.objects.visible_to(member).filter(cut=now).order_by().values("pk")
    sql, params = visible.query.sql_with_params()
    # The sign keeps SQLite from looking up every visible row again for each buyer.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.r, b.f, n.r, n.f, COUNT(*) FROM customers_rfmscore n "  # noqa: S608  the inner statement is Django's
            "JOIN customers_rfmscore b ON b.cut_id = %s AND b.buyer = n.buyer "
            f"WHERE n.cut_id = %s AND (n.r <> b.r OR n.f <> b.f) AND +n.id IN ({sql}) "
            "GROUP BY b.r, b.f, n.r, n.f ORDER BY COUNT(*) DESC, b.r, b.f, n.r, n.f",
            [before.pk, now.pk, *params],
        )
        return [(row[0], row[1], row[2], row[3], row[4]) for row in cursor.fetchall()]
