"""Who buys in the tests of buying."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_account
from wellheard.customers.actions.buying import add_orders
from wellheard.customers.buying.storing import NewOrder
from wellheard.customers.models import Account, Order
from wellheard.customers.tests.selling import Sell


@pytest.fixture
def sell(ana: Member, now: datetime) -> Sell:
    numbers = iter(range(1, 10_000))

    def run(who: Any, *days: str | date, amount: Any = 100, currency: str = "EUR", **more: Any) -> None:
        orders = [
            NewOrder(
                external_id=f"n{next(numbers)}",
                customer_key=who if isinstance(who, str) else "",
                ordered_on=date.fromisoformat(day) if isinstance(day, str) else day,
                amount=Decimal(amount),
                currency=currency,
                **more,
            )
            for day in days
        ]
        add_orders("shop", orders, ana, at=now)
        if not isinstance(who, str):
            field = "account" if isinstance(who, Account) else "person"
            mine = Order.objects.filter(external_id__in=[each.external_id for each in orders])
            mine.update(**{field: who}, site=who.site)

    return run


@pytest.fixture
def holzapfel(ana: Member, ben: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig, owner=ben)
