"""Cuts, scores, moves and groups."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.customers.actions.buying import cut_rfm
from wellheard.customers.buying import reading, scoring
from wellheard.customers.jobs.buying import look_every_night
from wellheard.customers.models import RfmCut, RfmScore
from wellheard.customers.tests.selling import TODAY, Sell

pytestmark = pytest.mark.django_db


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
