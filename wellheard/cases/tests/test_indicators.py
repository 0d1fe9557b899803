"""What is counted about cases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wellheard.cases import actions
from wellheard.cases.indicators import causes, records_between
from wellheard.ground.effectiveness import Observation, Period
from wellheard.measures.actions import count_volume
from wellheard.measures.catalogue import get

SEP, OCT, NOV, DEC = (date(2026, month, 1) for month in (9, 10, 11, 12))


def series(key: str, first: date = SEP, last: date = DEC, period: Period = "month", **scope: str) -> list[Observation]:
    return get(key).series(scope, first, last, period)


@pytest.fixture
def told(opened, ben):
    """`told(day, …)` is a complaint received at noon of that day."""

    def one(day, cause="", *, answered_after=None, **changes):
        at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
        case = opened(at=at, **changes)
        if answered_after is not None:
            case = actions.acknowledge(case, ben, at=at)
            case = actions.assess(case, ben, at=at, severity=1)
            if cause:
                case = actions.investigate(case, ben, at=at, cause_words=cause)
            case = actions.answer(case, ben, at=at + answered_after, finding="upheld", text="Sorry.")
        return case

    return one


@pytest.fixture
def orders(ana, leipzig):
    for month, count in ((SEP, 900), (OCT, 1000), (NOV, 1100)):
        count_volume("orders", month, count, ana, at=datetime(2026, 12, 2, tzinfo=UTC), site=leipzig)


def test_complaints_are_divided_by_the_orders_of_the_month(told, orders):
    told(date(2026, 10, 3))
    told(date(2026, 11, 3))
    told(date(2026, 11, 30))
    told(date(2026, 11, 4), kind="question")

    assert series("cases.complaints") == [
        Observation(SEP, count=0, exposure=900),
        Observation(OCT, count=1, exposure=1000),
        Observation(NOV, count=2, exposure=1100),
    ]


def test_a_quarter_needs_the_orders_of_all_its_months(told, orders):
    assert series("cases.complaints", date(2026, 7, 1), DEC, "quarter") == []


def test_a_month_begins_at_midnight_of_the_site(opened):
    opened(at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))  # 00:30 on 1 November in Leipzig

    assert series("cases.complaints_counted", OCT, NOV) == [Observation(NOV, count=1)]


def test_before_the_first_case_nobody_counted(told):
    told(date(2026, 10, 3))
    told(date(2026, 12, 3))

    assert series("cases.complaints_counted") == [
        Observation(OCT, count=1),
        Observation(NOV, count=0),
        Observation(DEC, count=1),
    ]


def test_complaints_are_told_apart_by_cause_and_site(told, leipzig, lyon, ana):
    soon = timedelta(hours=1)
    told(date(2026, 11, 3), "Seals glued too cold", answered_after=soon)
    told(date(2026, 11, 4), "seals glued too cold", answered_after=soon)
    told(date(2026, 11, 5), "Lost parcel", answered_after=soon)
    told(date(2026, 11, 6), by=ana, site=lyon, owner=ana)

    assert causes() == [("Lost parcel", "Lost parcel"), ("seals glued too cold", "seals glued too cold")]
    assert series("cases.complaints_counted", NOV, NOV, cause="Seals glued too cold") == [Observation(NOV, count=2)]
    assert series("cases.complaints_counted", NOV, NOV, site=str(lyon.pk)) == [Observation(NOV, count=1)]


def test_answers_in_time_leave_out_what_still_has_time(told, ben, now, monkeypatch):
    monkeypatch.setattr("wellheard.cases.indicators.timezone.now", lambda: datetime(2026, 11, 20, tzinfo=UTC))
    told(date(2026, 11, 2), answered_after=timedelta(days=1))
    told(date(2026, 11, 3), answered_after=timedelta(days=9))
    told(date(2026, 11, 4))
    told(date(2026, 11, 19))
    actions.withdraw(told(date(2026, 11, 5)), ben, at=now, reason="Mistake")

    assert series("cases.answered_in_time") == [Observation(NOV, count=1, exposure=3)]
    assert series("cases.acknowledged_in_time") == [Observation(NOV, count=2, exposure=3)]


def test_every_number_opens_its_records():
    url = records_between({"site": "3", "cause": "Lost parcel"}, OCT, date(2026, 11, 30))

    assert url == "/cases/?show=all&kind=complaint&site=3&cause=Lost+parcel&from=2026-10&until=2026-11"
