"""What follows from orders: figures and cohorts; and whose an order is."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Organisation, Site
from wellheard.core.trail.seals import seal_waiting
from wellheard.core.trail.verify import verify
from wellheard.customers.actions import add_account, add_person
from wellheard.customers.actions.buying import add_orders, match_orders
from wellheard.customers.actions.duplicates import merge, undo_merge
from wellheard.customers.buying import reading
from wellheard.customers.buying.money import money
from wellheard.customers.buying.storing import NewOrder
from wellheard.customers.holdings import holding
from wellheard.customers.models import Account, Buyer, CohortCount, Order
from wellheard.customers.tests.selling import TODAY, Sell, look

pytestmark = pytest.mark.django_db


def test_figures_count_orders_and_take_credit_notes_off(holzapfel: Account, sell: Sell, now: datetime):
    sell(holzapfel, "2024-01-01", "2025-10-01", "2026-01-01", "2026-11-01")
    sell(holzapfel, "2026-11-02", amount=-30, is_cancelled=True)
    sell(holzapfel, "2026-11-03", amount=5000, is_total=True)

    look(now)

    buyer = Buyer.objects.get()
    assert (buyer.key, buyer.currency, buyer.site) == (f"a{holzapfel.pk}", "EUR", holzapfel.site)
    assert (buyer.first_on, buyer.last_on, buyer.again_after) == (date(2024, 1, 1), date(2026, 11, 1), 639)
    assert (buyer.orders, buyer.orders_12, buyer.orders_before) == (4, 2, 1)
    assert [buyer.amount, buyer.amount_12, buyer.amount_before] == [5370, 170, 100]
    assert buyer.usual_gap == pytest.approx(1035 / 3)


def test_currencies_have_figures_of_their_own(holzapfel: Account, sell: Sell, ana: Member, now: datetime):
    sell(holzapfel, "2026-01-01", "2026-02-01", currency="EUR")
    sell(holzapfel, "2026-03-01", currency="CHF", amount=70)

    look(now)

    assert dict(Buyer.objects.values_list("currency", "amount")) == {"EUR": 200, "CHF": 70}
    assert reading.overview(ana, "EUR", TODAY)["amount_12"] == 200


def test_a_look_again_changes_nothing(holzapfel: Account, sell: Sell, now: datetime):
    sell(holzapfel, "2026-01-01", "2026-02-01")
    sell("17", "2026-01-05")
    look(now)
    before = list(Buyer.objects.order_by("key").values_list("key", "amount", "orders"))

    look(now)

    assert list(Buyer.objects.order_by("key").values_list("key", "amount", "orders")) == before


def test_cohorts_equal_a_count_by_hand(sell: Sell, ana: Member, now: datetime):
    bought = {
        "a": ["2026-01-05", "2026-01-20", "2026-03-01"],
        "b": ["2026-01-31", "2026-02-01"],
        "c": ["2026-02-10", "2026-03-10", "2026-10-01"],
        "d": ["2026-11-01"],
    }
    for who, days in bought.items():
        sell(who, *days)
    look(now)

    found = reading.cohorts_of(ana, "EUR", "month", TODAY)
    quarters = reading.cohorts_of(ana, "EUR", "quarter", TODAY)

    assert [(row.cohort, row.size, [each.x for each in row.shares[:4]]) for row in found.rows] == [
        ("2026-01", 2, [2, 1, 1, 0]),
        ("2026-02", 1, [1, 1, 0, 0]),
    ]
    assert [(each.x, each.n) for each in found.by_age[:3]] == [(3, 3), (2, 3), (1, 3)]
    assert len(found.rows[0].shares) == 10  # October is over, November is not
    assert [(row.cohort, row.size, [each.x for each in row.shares]) for row in quarters.rows] == [
        ("2026-01", 3, [3, 0, 0])
    ]


def test_repeat_rate_counts_only_who_had_the_time(sell: Sell, ana: Member, now: datetime):
    sell("a", "2025-01-05", "2025-02-01")
    sell("b", "2025-01-05", "2026-06-01")
    sell("c", "2025-01-05")
    sell("d", "2026-10-05", "2026-10-06")
    look(now)

    found = reading.worth_of(ana, "EUR", TODAY)

    assert {days: (each.x, each.n) for days, each in found.repeats.items()} == {90: (1, 3), 365: (1, 3)}
    assert (found.so_far.n, found.so_far.value, found.expected) == (4, 175.0, None)
    assert (found.kept.x, found.kept.n) == (1, 3)


def test_other_programs_send_an_order_once(ana: Member, organisation: Organisation, now: datetime):
    order = NewOrder("7", "x", TODAY, Decimal(10), "EUR")
    first = add_orders("Shop", [order], ana, at=now)
    again = add_orders("shop", [order], ana, at=now)
    other = add_orders("shop", [NewOrder("7", "x", TODAY, Decimal(11), "EUR")], ana, at=now)

    assert (len(first.new), len(again.new), len(again.same), len(other.differing)) == (1, 0, 1, 1)
    assert Order.objects.get().amount == 10
    with pytest.raises(Refusal, match="given twice"):
        add_orders("shop", [order, order], ana, at=now)


def test_an_unknown_customer_is_matched_once_for_all(holzapfel: Account, sell: Sell, ana: Member, now: datetime):
    sell("17", "2026-01-01", "2026-02-01")
    look(now)

    matched = match_orders(holzapfel, "shop", "17", ana, at=now)
    sell("17", "2026-03-01")

    assert matched == 2
    assert set(Order.objects.values_list("account", "site")) == {(holzapfel.pk, holzapfel.site_id)}
    assert list(Buyer.objects.values_list("key", "orders")) == [(f"a{holzapfel.pk}", 3)]


def test_a_person_without_an_account_is_a_buyer(ana: Member, sell: Sell, organisation: Organisation, now: datetime):
    cleo = add_person("Cleo", ana, at=now, email="cleo@example.com")
    sell("CLEO@example.com", "2026-01-01")

    assert list(Buyer.objects.values_list("key", "orders")) == [(f"p{cleo.pk}", 1)]


def test_merged_accounts_have_the_figures_of_both(holzapfel: Account, sell: Sell, ana: Member, now: datetime):
    twin = add_account("Holzapfel Gartenbau", ana, at=now, site=holzapfel.site)
    sell(holzapfel, "2026-01-01")
    sell(twin, "2026-02-01", "2026-03-01")
    look(now)

    made = merge("account", holzapfel.pk, twin.pk, ana, at=now)
    together = list(Buyer.objects.values_list("key", "orders"))
    undo_merge(made, ana, at=now, reason="Two firms.")

    assert together == [(f"a{holzapfel.pk}", 3)]
    assert sorted(Buyer.objects.values_list("key", "orders")) == sorted([(f"a{holzapfel.pk}", 1), (f"a{twin.pk}", 2)])


def test_an_erased_key_leaves_the_seal_whole(ana: Member, sell: Sell, organisation: Organisation, now: datetime):
    cleo = add_person("Cleo", ana, at=now, email="cleo@example.com")
    sell("cleo@example.com", "2026-01-01")
    seal_waiting("customers.order", at=now)

    found = holding("customers.order_keys")
    assert found is not None
    told = list(found.shown([cleo.pk]))
    scope: Any = SimpleNamespace(people=(cleo.pk,))
    done = found.forget(scope, ana, now, 0, 100)

    order = Order.objects.get()
    assert told == [{"source": "shop", "customer_key": "cleo@example.com"}]
    assert (done.changed, order.customer_key, order.key_salt, found.count([cleo.pk])) == (1, "", "", 0)
    assert verify().ok


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [(1250, "EUR", "1,250 EUR"), (Decimal("-12.50"), "EUR", "−12.50 EUR"), (Decimal("99999.5"), "", "100,000")],
)
def test_amounts_in_words(amount: Any, currency: str, words: str):
    assert money(amount, currency) == words


@pytest.mark.parametrize(
    "other",
    [
        {"is_cancelled": True},
        {"is_total": True},
        {"quantity": Decimal(2)},
        {"customer_key": "18"},
        {"customer_key": ""},
    ],
)
def test_an_order_that_came_otherwise_is_told(
    other: dict[str, Any], ana: Member, organisation: Organisation, now: datetime
):
    said: dict[str, Any] = {
        "external_id": "1",
        "customer_key": "17",
        "ordered_on": TODAY,
        "amount": Decimal(9),
        "currency": "EUR",
    }
    add_orders("shop", [NewOrder(**said)], ana, at=now)

    again = add_orders("shop", [NewOrder(**said)], ana, at=now)
    changed = add_orders("shop", [NewOrder(**said | other)], ana, at=now)

    assert (len(again.same), len(again.differing)) == (1, 0)
    assert (len(changed.same), len(changed.differing)) == (0, 1)


def test_an_order_whose_key_was_erased_is_the_same(ana: Member, organisation: Organisation, now: datetime):
    order = NewOrder("1", "jo@holzapfel.example", TODAY, Decimal(9))
    add_orders("shop", [order], ana, at=now)
    Order.objects.update(customer_key="", key_salt="")

    assert len(add_orders("shop", [order], ana, at=now).same) == 1


def test_an_unknown_buyer_at_two_sites_is_one_of_one_site(
    ana: Member, leipzig: Site, lyon: Site, organisation: Organisation, now: datetime
):
    add_orders("shop", [NewOrder("1", "17", date(2026, 1, 5), Decimal(9))], ana, at=now, site_id=leipzig.pk)
    add_orders("shop", [NewOrder("2", "17", date(2026, 3, 5), Decimal(9))], ana, at=now, site_id=lyon.pk)

    look(now)

    counted = CohortCount.objects.filter(unit="month").order_by("age").values_list("site", "age", "buyers")
    home = Buyer.objects.get().site_id
    assert list(counted) == [(home, 0, 1), (home, 2, 1)]
