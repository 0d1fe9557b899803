"""The figures of buyers, kept so that pages needn't add up all orders: worked out anew by every look, never corrected."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from wellheard.core.batches import in_batches
from wellheard.core.bulk import insert_rows
from wellheard.customers.buying.adding_up import MONTHS, Scope, Sums, cohorts, of_batch, of_customers, sums
from wellheard.customers.buying.signals import signals_of_everybody
from wellheard.customers.buying.warnings import NO_SIGNALS, Signals, is_lost, warning_of
from wellheard.customers.models import Buyer, CohortCount, WarningDismissal

COLUMNS = (
    "key",
    "account_id",
    "person_id",
    "site_id",
    "source",
    "customer_key",
    "currency",
    "first_on",
    "again_after",
    "last_on",
    "orders",
    "order_days",
    "amount",
    "orders_12",
    "amount_12",
    "orders_before",
    "amount_before",
    "usual_gap",
    "last_score",
    "open_matters",
    "is_silent",
    "is_lost",
    "warning",
    "reasons",
    "proposes",
    "dismissed_until",
)


def alone() -> None:
    """Nobody else works out figures until this transaction ends. SQLite's transactions are alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wellheard.buying'))")


def renew_everybody(at: datetime) -> int:
    """Work out the figures of every buyer anew; gives how many there are."""
    alone()
    Buyer.objects.all().delete()
    return _work_out(None, signals_of_everybody(at), at)


def renew_batch(batch_id: int, at: datetime) -> int:
    """The figures of those who have an order in this import, before the next look at everybody."""
    alone()
    day = timezone.localdate(at)
    found = [each for some in sums(day, of_batch(batch_id)) for each in some]
    keys = sorted({each.key for each in found})
    signals = _kept_signals(keys)
    _forget(keys)
    _insert(found, signals, day, _quiet(day))
    return len(keys)


def renew_customers(accounts: Sequence[int], people: Sequence[int], at: datetime) -> None:
    """The figures of these customers: after a merge, or when orders were matched. Those who have no orders now lose theirs."""
    alone()
    keys = [*(f"a{pk}" for pk in accounts), *(f"p{pk}" for pk in people)]
    signals = _kept_signals(keys)
    _forget(keys)
    for some in in_batches(accounts, 1_000):
        _work_out(of_customers(accounts=some), signals, at)
    for some in in_batches(people, 1_000):
        _work_out(of_customers(people=some), signals, at)


def _forget(keys: Sequence[str]) -> None:
    for some in in_batches(keys):
        Buyer.objects.filter(key__in=some).delete()


def _kept_signals(keys: Sequence[str]) -> dict[str, Signals]:
    """What the last look knew of these buyers."""
    return {
        buyer.key: Signals(buyer.last_score, buyer.open_matters, buyer.is_silent)
        for some in in_batches(keys)
        for buyer in Buyer.objects.filter(key__in=some).only("key", "last_score", "open_matters", "is_silent")
    }


def _work_out(scope: Scope | None, signals: Mapping[str, Signals], at: datetime) -> int:
    day, number = timezone.localdate(at), 0
    quiet = _quiet(day)
    for some in sums(day, scope):
        number += len({each.key for each in some})
        _insert(some, signals, day, quiet)
    return number


def _insert(found: Sequence[Sums], signals: Mapping[str, Signals], day: date, quiet: Mapping[str, date]) -> None:
    rows = [_row(each, signals.get(each.key, NO_SIGNALS), day, quiet.get(each.key)) for each in found]
    insert_rows(Buyer._meta.db_table, COLUMNS, rows)


def _quiet(day: date) -> dict[str, date]:
    """Until when warnings were dismissed, by the key of the buyer."""
    found: dict[str, date] = {}
    rows = WarningDismissal.objects.filter(until__gte=day).order_by("until", "pk")
    for account, person, until in rows.values_list("account_id", "person_id", "until"):
        found[f"a{account}" if account else f"p{person}"] = until
    return found


def _row(each: Sums, signals: Signals, day: date, quiet: date | None) -> tuple[Any, ...]:
    warned = warning_of(each, signals, day)
    on, exact = connection.ops.adapt_datefield_value, _exact
    return (
        each.key,
        each.account_id,
        each.person_id,
        each.site_id,
        each.source,
        each.customer_key,
        each.currency,
        on(each.first_on),
        (each.second_on - each.first_on).days if each.second_on and each.first_on else None,
        on(each.last_on),
        each.orders,
        each.order_days,
        exact(each.amount),
        each.orders_12,
        exact(each.amount_12),
        each.orders_before,
        exact(each.amount_before),
        each.usual_gap,
        signals.last_score,
        signals.open_matters,
        signals.is_silent,
        is_lost(each.last_on, each.usual_gap, day),
        warned.points,
        json.dumps(list(warned.reasons), ensure_ascii=False),
        warned.proposes,
        on(quiet),
    )


def _exact(amount: Decimal) -> Any:
    return connection.ops.adapt_decimalfield_value(amount, 16, 2)


def count_cohorts(day: date) -> None:
    """Count anew who came back when, by month and by quarter of the first order."""
    CohortCount.objects.all().delete()
    for unit in MONTHS:
        insert_rows(
            CohortCount._meta.db_table,
            ("unit", "currency", "site_id", "cohort", "age", "buyers", "amount"),
            [
                (unit, currency, site, connection.ops.adapt_datefield_value(first), age, buyers, _exact(amount))
                for currency, site, first, age, buyers, amount in cohorts(day, unit)
            ],
        )
