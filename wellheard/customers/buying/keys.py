"""What other programs call a person, on their orders: personal when it is an address, and erased with its salt.

The order stays, with its number, day and amount; its seal holds, since it covers a salted digest of the key alone.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from wellheard.core.actors import Actor
from wellheard.customers.holdings import Forgotten, Holding, Scope, register_holding
from wellheard.customers.models import Order
from wellheard.customers.models.orders import OrderQuerySet


def _keyed(people: Sequence[int]) -> OrderQuerySet:
    return Order.objects.filter(person__in=people).exclude(customer_key="")


def shown(people: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Each name by which a program knows them, once."""
    rows = _keyed(people).order_by("source", "customer_key").values("source", "customer_key").distinct()
    for row in rows.iterator(chunk_size=1_000):
        yield dict(row)


def forget(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """Empty the keys, and the salts without which nobody can try which key gives the digest."""
    pks = list(_keyed(scope.people).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:most])
    Order.objects.filter(pk__in=pks).update(customer_key="", key_salt="")
    return Forgotten(len(pks), pks[-1] if len(pks) == most else None)


def register() -> None:
    """Say that this is kept."""
    register_holding(
        Holding(
            "customers.order_keys",
            "What other programs call them on orders",
            shown=shown,
            forget=forget,
            count=lambda people: _keyed(people).count(),
            goes="The customer numbers and addresses on orders.",
            stays="The orders themselves, with number, day and amount.",
        )
    )
