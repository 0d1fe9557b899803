# ruff: noqa: DTZ001 - clocks on the wall have no time zone

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.working_time import (
    Calendar,
    DayShare,
    Elapsed,
    Interval,
    NoWorkingTime,
    Pause,
    Promise,
    distance_in_words,
    in_words,
)

OFFICE = (Interval(time(8), time(12)), Interval(time(13), time(17)))
LEIPZIG = Calendar(
    "Europe/Berlin",
    dict.fromkeys(range(5), OFFICE),
    {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday", date(2026, 11, 18): "Buß- und Bettag"},
)
THREE_DAYS = Promise(3, "working_days")
WAITING = "waiting for the customer"


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_the_deadline_names_the_holiday_that_made_it_longer():
    deadline = LEIPZIG.deadline(local("2026-11-16 16:30"), THREE_DAYS)

    assert deadline.due == local("2026-11-20 16:30")
    assert deadline.explanation == ("3 working days from Monday 16:30; Wednesday is a holiday (Buß- und Bettag)")


def test_a_holiday_that_is_over_was_one():
    deadline = LEIPZIG.deadline(local("2026-11-16 16:30"), THREE_DAYS, now=local("2026-11-19 10:00"))

    assert deadline.explanation == "3 working days from Monday 16:30; Wednesday was a holiday (Buß- und Bettag)"


def test_easter_takes_two_days():
    deadline = LEIPZIG.deadline(local("2026-04-02 16:30"), Promise(1, "working_days"))

    assert deadline.due == local("2026-04-07 16:30")
    assert deadline.explanation == (
        "1 working day from Thursday 16:30; Friday is a holiday (Good Friday); Monday is a holiday (Easter Monday)"
    )


def test_the_strip_of_days_shows_what_counts_and_what_has_gone():
    now = local("2026-11-19 10:00")

    days = LEIPZIG.deadline(local("2026-11-16 16:30"), THREE_DAYS, now=now).days

    assert days == (
        DayShare(date(2026, 11, 16), "Mon", "working", "", begins=0.9375, ends=1.0, gone=0.0625),
        DayShare(date(2026, 11, 17), "Tue", "working", "", begins=0.0, ends=1.0, gone=1.0),
        DayShare(date(2026, 11, 18), "Wed", "holiday", "Buß- und Bettag", begins=0.0, ends=0.0, gone=0.0),
        DayShare(date(2026, 11, 19), "today", "working", "", begins=0.0, ends=1.0, gone=0.25),
        DayShare(date(2026, 11, 20), "Fri", "working", "", begins=0.0, ends=0.9375, gone=0.0),
    )


def test_the_strip_of_calendar_days_counts_weekends_too():
    days = LEIPZIG.deadline(local("2026-11-13 12:00"), Promise(3, "calendar_days"), now=local("2026-11-15 18:00")).days

    assert days == (
        DayShare(date(2026, 11, 13), "Fri", "working", "", begins=0.5, ends=1.0, gone=0.5),
        DayShare(date(2026, 11, 14), "Sat", "off", "", begins=0.0, ends=1.0, gone=1.0),
        DayShare(date(2026, 11, 15), "today", "off", "", begins=0.0, ends=1.0, gone=0.75),
        DayShare(date(2026, 11, 16), "Mon", "working", "", begins=0.0, ends=0.5, gone=0.0),
    )


def test_what_came_on_saturday_counts_from_monday_and_says_so():
    deadline = LEIPZIG.deadline(local("2026-11-14 11:20"), Promise(4, "working_hours"))

    assert deadline.due == local("2026-11-16 12:00")
    assert deadline.counted_from == local("2026-11-16 08:00")
    assert deadline.explanation == "4 working hours from Monday 08:00, the first opening after Saturday 11:20"
    assert [day.day for day in deadline.days] == [date(2026, 11, 16)]


def test_a_far_deadline_gives_dates_and_a_closure_is_said_once():
    closed = {date(2026, 8, 3) + timedelta(days=n): "Works closure" for n in range(26)}
    calendar = Calendar("Europe/Berlin", dict.fromkeys(range(5), OFFICE), closed)

    deadline = calendar.deadline(local("2026-07-31 16:30"), Promise(60, "working_minutes"))

    assert deadline.due == local("2026-08-31 08:30")
    assert deadline.explanation == (
        "60 working minutes from Friday 31 July 16:30; Monday 3 August to Friday 28 August are holidays (Works closure)"
    )


def test_more_than_three_holidays_are_counted():
    holidays = {date(2026, 12, day): f"Feast {day}" for day in (1, 3, 7, 9, 10)}
    calendar = Calendar("UTC", dict.fromkeys(range(5), OFFICE), holidays)

    deadline = calendar.deadline(datetime(2026, 11, 30, 9, tzinfo=UTC), Promise(5, "working_days"))

    assert deadline.explanation == (
        "5 working days from Monday 30 November 09:00; Tuesday 1 December is a holiday (Feast 1); "
        "Thursday 3 December is a holiday (Feast 3); Monday 7 December is a holiday (Feast 7); and 2 more holidays"
    )


def test_a_pause_pushes_the_deadline_by_the_working_time_paused():
    # Friday 15:00 to Monday 10:00 are 2 + 2 working hours, though 67 hours on the wall.
    pause = Pause(local("2026-11-13 15:00"), local("2026-11-16 10:00"), WAITING)

    deadline = LEIPZIG.deadline(local("2026-11-12 09:00"), THREE_DAYS, [pause])

    assert deadline.due == local("2026-11-17 14:00")
    assert deadline.paused == timedelta(hours=4)
    assert deadline.explanation == (
        "3 working days from Thursday 09:00; 4 working hours of pause added (waiting for the customer)"
    )


def test_a_pause_that_begins_after_the_deadline_no_longer_helps():
    late = Pause(local("2026-11-17 09:00"), local("2026-11-19 09:00"), WAITING)

    deadline = LEIPZIG.deadline(local("2026-11-16 09:00"), Promise(4, "working_hours"), [late])

    assert deadline.due == local("2026-11-16 14:00")
    assert deadline.paused == timedelta(0)


def test_two_pauses_in_one_minute_both_count():
    pauses = [
        Pause(local("2026-11-16 09:00:05"), local("2026-11-16 09:00:15"), WAITING),
        Pause(local("2026-11-16 09:00:25"), local("2026-11-16 09:00:55"), WAITING),
    ]

    deadline = LEIPZIG.deadline(local("2026-11-16 08:00"), Promise(2, "working_hours"), pauses)

    assert deadline.due == local("2026-11-16 10:00:40")


def test_overlapping_pauses_count_once():
    pauses = [
        Pause(local("2026-11-16 09:00"), local("2026-11-16 11:00"), WAITING),
        Pause(local("2026-11-16 10:00"), local("2026-11-16 10:30"), "laboratory"),
    ]

    deadline = LEIPZIG.deadline(local("2026-11-16 08:00"), Promise(2, "working_hours"), pauses)

    assert deadline.due == local("2026-11-16 12:00")
    assert deadline.explanation.endswith("2 working hours of pause added (waiting for the customer, laboratory)")


def test_while_a_pause_lasts_the_clock_stands_still():
    pause = Pause(local("2026-11-16 09:00"), None, WAITING)
    promise = Promise(2, "working_hours")
    start = local("2026-11-16 08:00")

    without_now = LEIPZIG.deadline(start, promise, [pause])
    one_hour_later = LEIPZIG.deadline(start, promise, [pause], now=local("2026-11-16 10:00"))

    assert (without_now.due, one_hour_later.due) == (local("2026-11-16 10:00"), local("2026-11-16 11:00"))
    assert one_hour_later.stopped_since == pause.start
    assert one_hour_later.explanation == (
        "2 working hours from Monday 08:00; 1 working hour of pause added (waiting for the customer); "
        "the clock stands still"
    )


def test_a_pause_across_the_end_of_summer_time_counts_the_hours_that_passed():
    night_and_day = Calendar("Europe/Berlin", dict.fromkeys(range(7), (Interval(time(0), time(0)),)))
    pause = Pause(local("2026-10-24 22:00"), local("2026-10-25 10:00"), WAITING)

    deadline = night_and_day.deadline(local("2026-10-24 20:00"), Promise(4, "working_hours"), [pause])

    assert deadline.paused == timedelta(hours=13)
    assert deadline.due == local("2026-10-25 12:00")


def test_calendar_days_are_pushed_by_all_the_time_paused():
    pause = Pause(local("2026-11-14 09:00"), local("2026-11-15 09:00"), WAITING)

    deadline = LEIPZIG.deadline(local("2026-11-13 12:00"), Promise(3, "calendar_days"), [pause])

    assert deadline.due == local("2026-11-17 12:00")
    assert deadline.explanation == (
        "3 calendar days from Friday 12:00; 24 hours of pause added (waiting for the customer)"
    )


@pytest.mark.parametrize(
    ("rule", "due", "reason"),
    [
        ("stay", "2026-04-05 18:00", ""),
        ("next", "2026-04-07 17:00", "; Sunday 5 April is closed, so the next working day"),
        ("previous", "2026-04-02 17:00", "; Sunday 5 April is closed, so the previous working day"),
    ],
)
def test_calendar_days_that_end_on_a_closed_day_follow_the_chosen_rule(rule, due, reason):
    promise = Promise(3, "calendar_days", on_closed_day=rule)

    deadline = LEIPZIG.deadline(local("2026-04-02 18:00"), promise)

    assert deadline.due == local(due)
    assert deadline.explanation == f"3 calendar days from Thursday 18:00{reason}"


def test_calendar_days_need_no_working_time_but_working_days_do():
    closed = Calendar("UTC", {})
    start = datetime(2026, 6, 1, 12, tzinfo=UTC)

    assert closed.deadline(start, Promise(30, "calendar_days")).due == datetime(2026, 7, 1, 12, tzinfo=UTC)
    with pytest.raises(NoWorkingTime):
        closed.deadline(start, THREE_DAYS)


def test_elapsed_time_is_gross_on_the_wall_and_net_of_pauses_in_working_time():
    pauses = [
        Pause(local("2026-11-16 10:00"), local("2026-11-16 14:00"), WAITING),
        Pause(local("2026-11-17 16:00"), None, WAITING),
    ]

    found = LEIPZIG.elapsed(local("2026-11-16 09:00"), local("2026-11-17 18:00"), pauses)

    # Monday 09–10 and 14–17 are 4 hours, Tuesday 08–12 and 13–16 are 7.
    assert found == Elapsed(gross_seconds=33 * 3600, net_working_seconds=11 * 3600)


def test_swapped_moments_give_negative_times_instead_of_quick_cases():
    assert LEIPZIG.elapsed(local("2026-11-17 09:00"), local("2026-11-16 16:00")) == Elapsed(-17 * 3600, -2 * 3600)


def test_a_pause_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        Pause(local("2026-11-17 09:00"), local("2026-11-16 09:00"), WAITING)


def test_a_negative_promise_is_refused():
    with pytest.raises(ValueError, match="-1 working days would be due before it is made"):
        Promise(-1, "working_days")


moments = st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
promises = st.builds(
    Promise,
    st.integers(0, 40),
    st.sampled_from(["working_minutes", "working_hours", "working_days", "calendar_days"]),
)


@st.composite
def pauses(draw):
    start = draw(moments)
    return Pause(start, start + timedelta(minutes=draw(st.integers(0, 9_000))), WAITING)


@given(moments, promises, st.lists(pauses(), max_size=5))
def test_pauses_push_by_exactly_what_they_paused_and_never_pull(start, promise, breaks):
    plain, pushed = LEIPZIG.deadline(start, promise), LEIPZIG.deadline(start, promise, breaks)

    assert plain.due <= pushed.due
    moved = pushed.due - plain.due
    if promise.unit != "calendar_days":
        moved = LEIPZIG.working_time(plain.due, pushed.due)
    assert moved == pushed.paused
    longest = sum((pause.end - pause.start for pause in breaks), timedelta(0))
    assert timedelta(0) <= pushed.paused <= longest


@given(moments, st.integers(1, 60), st.lists(pauses(), max_size=5))
def test_at_the_due_moment_the_net_time_is_what_was_promised(start, hours, breaks):
    deadline = LEIPZIG.deadline(start, Promise(hours, "working_hours"), breaks)

    assert LEIPZIG.elapsed(start, deadline.due, breaks).net_working_seconds == hours * 3600


@given(moments, promises, st.lists(pauses(), max_size=3), moments)
def test_the_shares_of_the_strip_stay_between_nothing_and_all(start, promise, breaks, now):
    days = LEIPZIG.deadline(start, promise, breaks, now=now).days

    assert days
    assert [day.day for day in days] == [days[0].day + timedelta(days=n) for n in range(len(days))]
    for day in days:
        assert 0 <= day.begins <= 1
        assert 0 <= day.ends <= 1
        assert 0 <= day.gone <= 1


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-19 14:00", "today, 14:00"),
        ("2026-11-20 16:30", "tomorrow, 16:30"),
        ("2026-11-18 16:30", "yesterday, 16:30"),
        ("2026-11-16 16:30", "Monday 16 November, 16:30"),
        ("2027-01-04 08:00", "Monday 4 January 2027, 08:00"),
    ],
)
def test_a_due_moment_reads_as_people_say_it(due, words):
    assert in_words(local(due), local("2026-11-19 10:00"), "Europe/Berlin") == words


def test_the_day_is_that_of_the_place_not_of_greenwich():
    now = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    due = datetime(2026, 11, 20, 7, tzinfo=UTC)

    assert in_words(due, now, "Europe/Berlin") == "today, 08:00"
    assert in_words(due, now, ZoneInfo("Europe/London")) == "tomorrow, 07:00"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-19 14:20", "in 4 hours"),
        ("2026-11-19 11:00", "in 1 hour"),
        ("2026-11-19 10:25", "in 25 minutes"),
        ("2026-11-19 10:00:20", "in less than a minute"),
        ("2026-11-20 16:30", "in 1 working day"),
        ("2026-11-24 09:00", "in 3 working days"),
        ("2026-11-19 09:35", "since 09:35, 25 minutes"),
        ("2026-11-19 10:00", "since 10:00, less than a minute"),
        ("2026-11-18 16:30", "since yesterday, 1 day"),
        ("2026-11-17 16:30", "since Tuesday, 2 days"),
        ("2026-11-02 16:30", "since 2 November, 17 days"),
        ("2025-11-19 10:00", "since 19 November 2025, 365 days"),
    ],
)
def test_the_distance_to_a_deadline_reads_as_people_say_it(due, words):
    assert distance_in_words(local(due), local("2026-11-19 10:00"), LEIPZIG) == words


def test_over_a_weekend_without_working_days_plain_days_are_said():
    assert distance_in_words(local("2026-11-22 10:00"), local("2026-11-20 18:00"), LEIPZIG) == "in 2 days"
    assert distance_in_words(local("2026-11-20 00:30"), local("2026-11-19 23:50"), LEIPZIG) == "in 40 minutes"
