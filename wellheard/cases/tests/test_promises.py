"""Which promise holds, and the clock that follows from it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wellheard.cases import actions
from wellheard.cases.clock import clock_of
from wellheard.cases.promises import DEFAULT, promised_for
from wellheard.core.actors import System
from wellheard.core.models import Holiday, Site
from wellheard.core.setup import add_site
from wellheard.ground.working_time import Promise


@pytest.fixture
def promise(ana, now):
    def make(answer, **where):
        valid_from = where.pop("valid_from", date(2026, 1, 1))
        return actions.set_promise(
            f"Board: {answer} days", ana, at=now, acknowledge=(1, "working_days"), answer=(answer, "working_days"),
            valid_from=valid_from, **where,
        )  # fmt: skip

    return make


def answer_days(kind: str, site: Site, now: datetime) -> int:
    return promised_for(kind, site, now).answer.amount


def test_without_a_rule_the_preset_holds(leipzig, now):
    assert promised_for("complaint", leipzig, now) == DEFAULT


def test_the_nearest_rule_wins(promise, leipzig, lyon, now):
    promise(10)
    promise(9, kind="complaint")
    promise(8, site=leipzig)
    promise(7, site=leipzig, kind="complaint")

    asked = [("complaint", leipzig), ("question", leipzig), ("complaint", lyon), ("question", lyon)]
    assert [answer_days(kind, site, now) for kind, site in asked] == [7, 8, 9, 10]


def test_the_latest_that_already_holds_wins(promise, leipzig, now):
    promise(5, valid_from=date(2026, 11, 16))
    promise(4, valid_from=date(2026, 3, 1))
    promise(3, valid_from=date(2026, 11, 17))

    assert answer_days("complaint", leipzig, now) == 5


def test_a_rule_begins_with_the_day_of_the_site(promise, leipzig):
    promise(5, valid_from=date(2026, 11, 17))

    assert answer_days("complaint", leipzig, datetime(2026, 11, 16, 23, 30, tzinfo=UTC)) == 5  # 00:30 in Leipzig


def test_a_later_rule_does_not_touch_what_was_promised(received, promise):
    promise(1)
    received.refresh_from_db()

    assert received.promised == {
        "acknowledge": [1, "working_days"],
        "answer": [3, "working_days"],
        "source": DEFAULT.source,
    }


def test_a_site_that_never_opens_still_has_a_deadline(organisation, ana, now):
    nowhere = add_site("Nowhere", System("tests"), at=now, week={})

    case = actions.open_case("Late", ana, at=now, site=nowhere, owner=ana)

    assert case.answer_due == now + timedelta(days=3)
    assert case.answer_explained == "3 calendar days from Monday 16:30"


# ---- the clock on the page ----------------------------------------------------------------------------------------
def test_first_the_acknowledgement_counts(received, now):
    clock = clock_of(received, now + timedelta(minutes=5))

    assert (clock.label, clock.due, clock.tone) == ("Acknowledgement due", "tomorrow, 16:30", "wait")
    assert clock.explanation == "1 working day from Monday 16:30."
    assert clock.then == "Our answer is due Friday 20 November, 16:30."


def test_then_the_answer_with_the_days_that_count(acknowledged, now):
    thursday = now + timedelta(days=2, hours=18, minutes=30)  # 11:00

    clock = clock_of(acknowledged, thursday)

    assert (clock.label, clock.due, clock.tone) == ("Answer due", "tomorrow, 16:30", "wait")
    assert clock.days == [
        {"label": "Mon", "start": 94, "gone": 6, "today": False},
        {"label": "Tue", "start": 0, "gone": 100, "today": False},
        {"label": "holiday", "name": "Wednesday, Repentance and Prayer Day", "off": True, "today": False},
        {"label": "today", "start": 0, "gone": 25, "today": True},
        {"label": "Fri", "start": 0, "gone": 0, "today": False},
    ]


@pytest.mark.parametrize(("hours", "tone"), [(1, ""), (95, "wait"), (97, "late")])
def test_the_tone_is_calm_then_waiting_then_late(acknowledged, now, hours, tone):
    assert clock_of(acknowledged, now + timedelta(hours=hours)).tone == tone


def test_a_broken_promise_says_so(acknowledged, now):
    assert clock_of(acknowledged, now + timedelta(days=5)).due == "yesterday, 16:30, and not done"


def test_after_the_answer_the_clock_says_whether_it_came_in_time(answered, now):
    clock = clock_of(answered, now + timedelta(days=2))

    assert (clock.label, clock.due, clock.tone) == ("Answered", "yesterday, 16:30", "")
    assert clock.explanation == "In time: promised for Friday 20 November, 16:30."


def test_when_the_calendar_changed_since_no_strip_contradicts_the_promise(acknowledged, leipzig, arranging, now):
    with arranging():
        Holiday(site=leipzig, on=date(2026, 11, 19), name="Works outing").save()

    clock = clock_of(acknowledged, now + timedelta(hours=1))

    assert (clock.at, clock.days) == (acknowledged.answer_due, [])


def test_after_reopening_the_new_answer_counts(closed, ben, now):
    case = actions.reopen(closed, ben, at=now + timedelta(days=7), reason="A third one drips.")

    clock = clock_of(case, now + timedelta(days=7))

    assert (clock.label, clock.at) == ("New answer due", now + timedelta(days=10))


def test_promises_are_said_as_people_say_them():
    assert str(Promise(1, "working_days")) == "1 working day"
