"""How tests sell: what stands for the sums of a buyer, and a look at all orders."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wellheard.core.actors import System
from wellheard.customers.actions.buying import look_at_buying
from wellheard.customers.buying.adding_up import Sums
from wellheard.customers.models import BuyingLook

TODAY = date(2026, 11, 16)
Sell = Callable[..., None]


def look(at: datetime) -> BuyingLook:
    return look_at_buying(System("tests"), at=at)


def sums(**more: Any) -> Sums:
    values: dict[str, Any] = dict.fromkeys(Sums._fields) | {
        "key": "a1",
        "source": "",
        "customer_key": "",
        "currency": "EUR",
        "lifecycle": "active",
        "orders": 0,
        "order_days": 0,
        "amount": Decimal(),
        "orders_12": 0,
        "amount_12": Decimal(),
        "orders_before": 0,
        "amount_before": Decimal(),
    }
    return Sums(**(values | more))
