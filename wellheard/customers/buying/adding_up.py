"""Orders added up for each buyer and currency, in one statement: what everything else about buying begins with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

YEAR = 365
SOME = 5_000


@dataclass(frozen=True)
class Scope:
    """Which orders, as a condition on the table `o`; everything by default. The text is ours, values are parameters."""

    sql: str = "TRUE"
    params: tuple[Any, ...] = ()


class Sums(NamedTuple):
    """One buyer's orders in one currency, up to a day. Days are None for who has totals or credit notes alone."""

    key: str
    account_id: int | None
    person_id: int | None
    site_id: int | None
    source: str
    customer_key: str
    currency: str
    lifecycle: str
    lifecycle_since: date | None
    first_on: date | None
    second_on: date | None
    last_on: date | None
    orders: int
    order_days: int
    amount: Decimal
    orders_12: int
    amount_12: Decimal
    orders_before: int
    amount_before: Decimal

    @property
    def usual_gap(self) -> float | None:
        """Days between order days on average; None below three of them."""
        if self.first_on is None or self.last_on is None or self.order_days < 3:
            return None
        return (self.last_on - self.first_on).days / (self.order_days - 1)


BUYER_KEY = """CASE WHEN o.account_id IS NOT NULL THEN 'a' || o.account_id
    WHEN o.person_id IS NOT NULL THEN 'p' || o.person_id ELSE 'k:' || o.source || ':' || o.customer_key END"""
_SOMEBODY = "(o.account_id IS NOT NULL OR o.person_id IS NOT NULL OR o.customer_key <> '')"

_SQL = """
WITH mine AS (
    SELECT {key} AS buyer, o.account_id,
        CASE WHEN o.account_id IS NULL THEN o.person_id END AS person_id,
        CASE WHEN o.account_id IS NULL AND o.person_id IS NULL THEN o.source ELSE '' END AS source,
        CASE WHEN o.account_id IS NULL AND o.person_id IS NULL THEN o.customer_key ELSE '' END AS customer_key,
        o.site_id, o.currency, o.ordered_on, o.amount, NOT (o.is_cancelled OR o.is_total) AS is_order, o.is_total
    FROM customers_order o WHERE {somebody} AND o.ordered_on <= %s AND ({scope})
), dated AS (
    SELECT mine.*, MIN(CASE WHEN is_order THEN ordered_on END) OVER (PARTITION BY buyer, currency) AS first_on FROM mine
)
SELECT buyer, d.account_id, d.person_id, COALESCE(MIN(a.site_id), MIN(p.site_id), MIN(d.site_id)), d.source,
    d.customer_key, d.currency, COALESCE(MIN(a.lifecycle), MIN(p.lifecycle), ''),
    COALESCE(MIN(a.lifecycle_since), MIN(p.lifecycle_since)),
    MIN(d.first_on), MIN(CASE WHEN is_order AND ordered_on > first_on THEN ordered_on END),
    MAX(CASE WHEN is_order THEN ordered_on END), COUNT(CASE WHEN is_order THEN 1 END),
    COUNT(DISTINCT CASE WHEN is_order THEN ordered_on END), SUM(d.amount),
    COUNT(CASE WHEN is_order AND ordered_on > %s THEN 1 END),
    COALESCE(SUM(CASE WHEN ordered_on > %s AND NOT is_total THEN d.amount END), 0),
    COUNT(CASE WHEN is_order AND ordered_on > %s AND ordered_on <= %s THEN 1 END),
    COALESCE(SUM(CASE WHEN ordered_on > %s AND ordered_on <= %s AND NOT is_total THEN d.amount END), 0)
FROM dated d
LEFT JOIN customers_account a ON a.id = d.account_id
LEFT JOIN customers_person p ON p.id = d.person_id
GROUP BY buyer, d.account_id, d.person_id, d.source, d.customer_key, d.currency
ORDER BY buyer, d.currency
"""


def sums(day: date, scope: Scope | None = None) -> Iterator[list[Sums]]:
    """The sums of every buyer of the scope up to this day, in lists of some thousands. The last 12 months are 365 days."""
    scope = scope or Scope()
    year, two = day - timedelta(days=YEAR), day - timedelta(days=2 * YEAR)
    sql = _SQL.format(key=BUYER_KEY, somebody=_SOMEBODY, scope=scope.sql)
    adapt = connection.ops.adapt_datefield_value
    days = [adapt(each) for each in (year, year, two, year, two, year)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapt(day), *scope.params, *days])
        while rows := cursor.fetchmany(SOME):
            yield [_read(row) for row in rows]


def _read(row: Sequence[Any]) -> Sums:
    values = list(row)
    for place in (8, 9, 10, 11):
        values[place] = _day(values[place])
    for place in (14, 16, 18):
        values[place] = Decimal(str(values[place])).quantize(Decimal("0.01"))
    return Sums(*values)


def _day(value: Any) -> date | None:
    """SQLite gives texts back from what is computed."""
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    day: date | None = value.date() if hasattr(value, "date") else value
    return day


_COHORTS = """
WITH mine AS (
    SELECT {key} AS buyer, COALESCE(a.site_id, p.site_id, o.site_id) AS site_id, o.currency, o.amount, {period} AS period
    FROM customers_order o
    LEFT JOIN customers_account a ON a.id = o.account_id
    LEFT JOIN customers_person p ON p.id = o.person_id AND o.account_id IS NULL
    WHERE {somebody} AND NOT (o.is_cancelled OR o.is_total) AND o.ordered_on <= %s
), dated AS (
    SELECT mine.*, MIN(period) OVER (PARTITION BY buyer, currency) AS cohort,
        MIN(site_id) OVER (PARTITION BY buyer, currency) AS home FROM mine
)
SELECT currency, home, cohort, period - cohort, COUNT(DISTINCT buyer), SUM(amount) FROM dated
GROUP BY currency, home, cohort, period - cohort ORDER BY currency, home, cohort, period - cohort
"""
_MONTH = {
    "sqlite": "(CAST(strftime('%%Y', o.ordered_on) AS INTEGER) * 12 + CAST(strftime('%%m', o.ordered_on) AS INTEGER) - 1)",
    "postgresql": "(EXTRACT(YEAR FROM o.ordered_on)::int * 12 + EXTRACT(MONTH FROM o.ordered_on)::int - 1)",
}
MONTHS = {"month": 1, "quarter": 3}


def cohorts(day: date, unit: str) -> Iterator[tuple[str, int | None, date, int, int, Decimal]]:
    """(currency, site, first day of the cohort, age, buyers, amount): who first ordered then, and again at that age.

    Each buyer counts at one site, also who ordered at several before anybody knew who they are.
    """
    months = MONTHS[unit]
    period = f"({_MONTH[connection.vendor]} / {months})"
    sql = _COHORTS.format(key=BUYER_KEY, somebody=_SOMEBODY, period=period)
    with connection.cursor() as cursor:
        cursor.execute(sql, [connection.ops.adapt_datefield_value(day)])
        for currency, site, cohort, age, buyers, amount in cursor.fetchall():
            year, month = divmod(cohort * months, 12)
            yield currency, site, date(year, month + 1, 1), age, buyers, Decimal(str(amount)).quantize(Decimal("0.01"))


def of_batch(batch_id: int) -> Scope:
    """All orders of the buyers who have one in this import."""
    there = f"SELECT {BUYER_KEY} FROM customers_order o WHERE o.batch_id = %s AND {_SOMEBODY}"  # noqa: S608  names of ours
    return Scope(
        f"{BUYER_KEY} IN ({there.replace('o.', 'i.').replace('customers_order o', 'customers_order i')})", (batch_id,)
    )


def of_customers(accounts: Sequence[int] = (), people: Sequence[int] = ()) -> Scope:
    """The orders of these accounts, and of these people where no account has them."""
    conditions, params = [], []
    for column, ids in (("o.account_id", accounts), ("o.account_id IS NULL AND o.person_id", people)):
        if ids:
            conditions.append(f"({column} IN ({', '.join(['%s'] * len(ids))}))")
            params += list(ids)
    return Scope(" OR ".join(conditions) or "FALSE", tuple(params))
