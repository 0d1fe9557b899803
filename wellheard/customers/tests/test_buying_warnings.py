"""Early warnings: what they say, whom they are about, and how one is dismissed."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member
from wellheard.customers.actions import set_lifecycle
from wellheard.customers.actions.buying import dismiss_warning, look_at_buying
from wellheard.customers.buying.warnings import Signals, warning_of
from wellheard.customers.models import Account, Buyer, WarningDismissal
from wellheard.customers.tests.selling import TODAY, Sell, look, sums

pytestmark = pytest.mark.django_db


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
