"""What follows from orders: figures, cohorts, scores, warnings, and what is done about them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from wellheard.core.actors import System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Organisation, Site
from wellheard.core.trail.seals import seal_waiting
from wellheard.core.trail.verify import verify
from wellheard.customers.actions import add_account, add_person, set_lifecycle
from wellheard.customers.actions.buying import add_orders, cut_rfm, dismiss_warning, look_at_buying, match_orders
from wellheard.customers.actions.duplicates import merge, undo_merge
from wellheard.customers.buying import reading, scoring
from wellheard.customers.buying.adding_up import Sums
from wellheard.customers.buying.money import money
from wellheard.customers.buying.storing import NewOrder
from wellheard.customers.buying.warnings import Signals, warning_of
from wellheard.customers.holdings import holding
from wellheard.customers.jobs.buying import look_every_night
from wellheard.customers.models import (
    Account,
    Buyer,
    BuyingLook,
    CohortCount,
    Order,
    RfmCut,
    RfmScore,
    WarningDismissal,
)
from wellheard.customers.traits import trait

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 16)
Sell = Callable[..., None]


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


# ---- figures -------------------------------------------------------------------------------------------------------
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


# ---- warnings ------------------------------------------------------------------------------------------------------
def test_each_sign_says_its_numbers():
    buyer = sums(
        first_on=date(2025, 1, 1),
        last_on=date(2026, 8, 1),
        orders=18,
        order_days=18,
        orders_12=4,
        amount_12=Decimal(400),
        orders_before=10,
        amount_before=Decimal(1000),
    )

    found = warning_of(buyer, Signals(last_score=4, open_matters=3, is_silent=False), TODAY)

    assert [(each["points"], each["words"]) for each in found.reasons] == [
        (3, "Usually orders every 34 days; the last order is 107 days ago, 3.2 times as long."),
        (2, "Bought for 400 EUR in the last 12 months and for 1,000 EUR in the 12 before: 60 % less."),
        (2, "Gave 4 of 10 when last asked whether they would recommend us."),
        (2, "3 complaints or requests are open."),
    ]
    assert (found.points, found.proposes) == (9, "at_risk")


@pytest.mark.parametrize(("days_ago", "points"), [(14, 0), (15, 0), (16, 1), (20, 1), (21, 2), (30, 2), (31, 3)])
def test_the_gap_is_compared_with_the_usual_one(days_ago: int, points: int):
    last = TODAY - timedelta(days=days_ago)
    buyer = sums(first_on=last - timedelta(days=90), last_on=last, orders=10, order_days=10, orders_12=10)

    found = warning_of(buyer, Signals(is_silent=True), TODAY)

    assert found.points == (points + 1 if points else 0)


def test_who_is_lost_is_not_warned_of_but_proposed():
    buyer = sums(first_on=date(2024, 1, 1), last_on=date(2025, 11, 15), orders=9, order_days=9)

    assert warning_of(buyer, Signals(last_score=0), TODAY).points == 0
    assert warning_of(buyer, Signals(), TODAY).proposes == "lost"
    assert warning_of(buyer._replace(lifecycle="lost"), Signals(), TODAY).proposes == ""
    assert warning_of(buyer._replace(last_on=date(2025, 11, 16)), Signals(), TODAY).proposes == ""


def test_a_seldom_buyer_is_lost_later():
    buyer = sums(first_on=date(2015, 1, 1), last_on=date(2025, 1, 1), orders=6, order_days=6)

    assert warning_of(buyer, Signals(), TODAY).proposes == ""


def test_who_was_lost_and_orders_again_is_won_back(holzapfel: Account, sell: Sell, ana: Member, now: datetime):
    set_lifecycle(holzapfel, "lost", ana, at=now - timedelta(days=30), reason="No order for two years.")
    sell(holzapfel, "2024-01-01", "2026-11-10")

    look(now)

    assert Buyer.objects.get().proposes == "won_back"
    holzapfel.refresh_from_db()
    assert holzapfel.lifecycle == "lost"


def test_a_false_alarm_stays_quiet_and_keeps_why(holzapfel: Account, sell: Sell, ben: Member, now: datetime):
    sell(holzapfel, "2026-01-01", "2026-01-11", "2026-01-21", "2026-10-01", amount=5)
    look(now)
    buyer = Buyer.objects.get()
    Buyer.objects.update(warning=3, reasons=[{"rule": "gap", "points": 3, "words": "Long."}])
    buyer.refresh_from_db()

    made = dismiss_warning(buyer, "They pause in winter.", 90, ben, at=now)
    look(now)

    assert (made.until, made.said) == (TODAY + timedelta(days=90), ["Long."])
    assert Buyer.objects.get().dismissed_until == made.until


@pytest.mark.parametrize(("reason", "days"), [("", 90), ("   ", 90), ("x" * 501, 90), ("fine", 0), ("fine", 400)])
def test_a_false_alarm_needs_a_reason_and_an_end(
    reason: str, days: int, holzapfel: Account, sell: Sell, ana: Member, now: datetime
):
    sell(holzapfel, "2026-01-01")
    look(now)

    with pytest.raises(Refusal):
        dismiss_warning(Buyer.objects.get(), reason, days, ana, at=now)

    assert not WarningDismissal.objects.exists()


def test_a_reader_dismisses_nothing(holzapfel: Account, sell: Sell, auditor: Member, now: datetime):
    sell(holzapfel, "2026-01-01")
    look(now)

    with pytest.raises(NotAllowed):
        dismiss_warning(Buyer.objects.get(), "fine", 3, auditor, at=now)
    with pytest.raises(NotAllowed):
        look_at_buying(auditor, at=now)


# ---- RFM -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def twenty(sell: Sell) -> None:
    for number in range(1, 21):
        sell(
            f"c{number:02}", *(TODAY - timedelta(days=10 * number + 3 * each) for each in range(number)), amount=number
        )


def test_a_cut_keeps_its_limits_and_scores(twenty: None, ana: Member, now: datetime):
    made = cut_rfm(ana, at=now, currency="EUR")

    best = RfmScore.objects.get(cut=made, buyer="k:shop:c01")
    assert (made.buyers, made.orders, made.recency) == (20, ["4.8", "8.6", "12.4", "16.2"], ["48", "86", "124", "162"])
    assert (best.r, best.f, best.m, best.recency, best.orders) == (5, 1, 1, 10, 1)
    assert RfmScore.objects.filter(cut=made, f=5).count() == 4


def test_a_cut_of_an_earlier_day_knows_nothing_later(twenty: None, sell: Sell, ana: Member, now: datetime):
    sell("late", TODAY)

    made = cut_rfm(ana, at=now, currency="EUR", on=TODAY - timedelta(days=1))

    assert made.buyers == 20
    with pytest.raises(Refusal, match="lies ahead"):
        cut_rfm(ana, at=now, currency="EUR", on=TODAY + timedelta(days=1))
    with pytest.raises(Refusal, match="Nobody has ordered"):
        cut_rfm(ana, at=now, currency="CHF")


def test_a_move_says_whether_the_customer_or_the_limits_moved(twenty: None, sell: Sell, ana: Member, now: datetime):
    before = cut_rfm(ana, at=now - timedelta(days=4), currency="EUR", on=TODAY - timedelta(days=5))
    sell("c20", TODAY, amount=1)
    later = cut_rfm(ana, at=now, currency="EUR")

    was, is_now = (RfmScore.objects.get(cut=each, buyer="k:shop:c20") for each in (before, later))

    assert (was.r, is_now.r) == (1, 5)
    assert scoring.why_moved(was, is_now, before) == "their own figures changed"
    assert (1, 5, 5, 5, 1) in reading.moves(ana, later, before)


def test_every_pair_of_scores_is_in_one_group():
    for r in range(1, 6):
        for f in range(1, 6):
            fitting = [each for each in scoring.GROUPS if each.r[0] <= r <= each.r[1] and each.f[0] <= f <= each.f[1]]
            assert len(fitting) == 1, (r, f)


def test_cuts_follow_by_themselves_once_somebody_made_one(twenty: None, ana: Member, now: datetime, monkeypatch: Any):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    look_every_night()
    assert not RfmCut.objects.exists()
    cut_rfm(ana, at=now - timedelta(days=31), currency="EUR")

    look_every_night()
    look_every_night()

    assert RfmCut.objects.count() == 2


# ---- traits --------------------------------------------------------------------------------------------------------
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


# ---- orders of other programs, and matching ------------------------------------------------------------------------
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
