"""What buying says of customers in segments and lists."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from wellheard.core.models import Member
from wellheard.customers.actions import add_account
from wellheard.customers.actions.buying import cut_rfm
from wellheard.customers.models import Account
from wellheard.customers.tests.selling import TODAY, Sell, look
from wellheard.customers.traits import trait

pytestmark = pytest.mark.django_db


def test_traits_describe_accounts_and_people(holzapfel: Account, sell: Sell, ana: Member, now: datetime):
    quiet = add_account("Stadt Halle", ana, at=now)
    sell(holzapfel, "2025-01-01", "2026-10-01", "2026-11-01", "2026-11-06", amount=10)
    sell(holzapfel, "2026-11-07", amount=-4, is_cancelled=True)
    look(now)
    cut_rfm(ana, at=now, currency="EUR")

    def read(key: str) -> dict[str, Any]:
        found = trait(key)
        assert found is not None
        rows = Account.objects.order_by("pk")
        return dict(rows.annotate(value=found.express(rows, "account", now)).values_list("name", "value"))

    assert read("buying.orders_12") == {holzapfel.name: 3, quiet.name: 0}
    assert read("buying.amount_12") == {holzapfel.name: 26, quiet.name: 0}
    assert read("buying.last_order") == {holzapfel.name: 10, quiet.name: None}
    assert read("buying.usual_gap")[holzapfel.name] == pytest.approx(674 / 3, abs=0.5)
    assert read("buying.r") == {holzapfel.name: 1, quiet.name: None}


def test_traits_know_nothing_of_orders_to_come(holzapfel: Account, sell: Sell, now: datetime):
    sell(holzapfel, "2026-11-06", TODAY + timedelta(days=30), amount=100, currency="")
    look(now)

    assert [_trait(f"buying.{key}", now) for key in ("orders_12", "amount_12", "last_order")] == [1, 100, 10]


@pytest.mark.parametrize(("zone", "moment"), [("Europe/Berlin", (16, 23, 30)), ("America/New_York", (18, 1, 0))])
def test_days_are_those_of_the_calendar(
    zone: str, moment: tuple[int, int, int], holzapfel: Account, sell: Sell, now: datetime
):
    """In Berlin the 17th has begun while it is still the 16th at Greenwich; in New York it has not ended on the 18th."""
    sell(holzapfel, "2026-11-16")
    day, hour, minute = moment

    with timezone.override(zone):
        assert _trait("buying.last_order", datetime(2026, 11, day, hour, minute, tzinfo=UTC)) == 1


def _trait(key: str, at: datetime) -> Any:
    known = trait(key)
    assert known is not None
    rows = Account.objects.all()
    return rows.annotate(value=known.express(rows, "account", at)).values_list("value", flat=True).get()
