# ruff: noqa: DTZ001 - clocks on the wall have no time zone

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.local_time import UnknownZone, first_moment
from wellheard.ground.working_time import Calendar, Interval, NoWorkingTime

ALL_DAY = (Interval(time(0), time(0)),)
OFFICE = (Interval(time(8), time(12)), Interval(time(13), time(17)))
SHIFTS = (Interval(time(0), time(2, 30)), Interval(time(2, 30), time(10)), Interval(time(22), time(0)))
ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "America/Goose_Bay",
)
LEIPZIG = Calendar(
    "Europe/Berlin",
    dict.fromkeys(range(5), OFFICE),
    {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday", date(2026, 11, 18): "Buß- und Bettag"},
)


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@st.composite
def calendars(draw):
    hours = draw(st.sampled_from([ALL_DAY, OFFICE, SHIFTS, (Interval(time(9, 15), time(14)),)]))
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
    closed = draw(st.sets(st.dates(date(2011, 1, 1), date(2012, 12, 31)), max_size=6))
    return Calendar(draw(st.sampled_from(ZONES)), dict.fromkeys(weekdays, hours), dict.fromkeys(closed, "Closed"))


moments = st.datetimes(datetime(2011, 1, 1), datetime(2012, 12, 31), timezones=st.just(UTC))
minutes = st.integers(0, 20_000)


def test_a_lunch_break_is_not_working_time():
    assert LEIPZIG.add_working(local("2026-11-16 11:30"), minutes=60) == local("2026-11-16 13:30")
    assert LEIPZIG.working_seconds(local("2026-11-16 08:00"), local("2026-11-16 17:00")) == 8 * 3600


def test_the_last_minute_of_a_day_ends_at_closing_not_at_the_next_opening():
    assert LEIPZIG.add_working(local("2026-11-16 16:00"), minutes=60) == local("2026-11-16 17:00")


def test_a_start_outside_working_hours_counts_from_the_next_opening():
    saturday = local("2026-11-14 11:20")

    assert LEIPZIG.next_working(saturday) == local("2026-11-16 08:00")
    assert LEIPZIG.add_working(saturday, minutes=30) == local("2026-11-16 08:30")
    assert LEIPZIG.add_days(saturday, days=1, kind="working") == local("2026-11-17 08:00")


def test_working_days_skip_weekends_and_holidays():
    assert LEIPZIG.add_days(local("2026-04-02 16:30"), days=1, kind="working") == local("2026-04-07 16:30")
    assert LEIPZIG.add_days(local("2026-11-16 16:30"), days=3, kind="working") == local("2026-11-20 16:30")


def test_calendar_days_count_every_day_and_keep_the_time_on_the_wall():
    # Clocks go back on 25 October 2026: seven days later is one hour more than 168 hours.
    start = local("2026-10-20 16:30")

    due = LEIPZIG.add_days(start, days=7, kind="calendar")

    assert due == local("2026-10-27 16:30")
    assert due - start == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("from_time", "expected"), [("09:00", "10:00"), ("10:30", "10:30"), ("12:15", "13:00"), ("16:30", "14:00")]
)
def test_a_working_day_with_other_hours_moves_the_time_into_them(from_time, expected):
    short_friday = (Interval(time(10), time(12)), Interval(time(13), time(14)))
    calendar = Calendar("Europe/Berlin", {3: (Interval(time(8), time(17)),), 4: short_friday})

    due = calendar.add_days(local(f"2026-11-12 {from_time}"), days=1, kind="working")

    assert due == local(f"2026-11-13 {expected}")


def test_no_working_days_are_due_at_the_next_opening_and_no_calendar_days_at_once():
    saturday = local("2026-11-14 11:20")

    assert LEIPZIG.add_days(saturday, days=0, kind="working") == local("2026-11-16 08:00")
    assert LEIPZIG.add_days(saturday, days=0, kind="calendar") == saturday


def test_days_backwards_are_refused():
    with pytest.raises(ValueError, match="due before it was made"):
        LEIPZIG.add_days(local("2026-11-16 09:00"), days=-1, kind="working")


def test_walking_back_finds_the_moment_of_a_reminder():
    assert LEIPZIG.add_working(local("2026-11-17 09:00"), minutes=-120) == local("2026-11-16 16:00")


def test_a_closure_far_longer_than_the_promise_is_no_obstacle():
    closed = {date(2026, 8, 3) + timedelta(days=n): "Works closure" for n in range(400)}
    calendar = Calendar("Europe/Berlin", dict.fromkeys(range(5), OFFICE), closed)

    assert calendar.add_working(local("2026-07-31 16:30"), minutes=60) == local("2027-09-07 08:30")


@pytest.mark.parametrize("weekday", range(7))
def test_one_open_weekday_is_enough_whichever_it_is(weekday):
    calendar = Calendar("UTC", {weekday: (Interval(time(9), time(10)),)})
    open_days = [day for day in range(1, 15) if date(2026, 6, day).weekday() == weekday]

    due = calendar.add_working(datetime(2026, 6, 1, tzinfo=UTC), minutes=90)

    assert due == datetime(2026, 6, open_days[1], 9, 30, tzinfo=UTC)


def test_a_calendar_whose_time_has_run_out_says_so():
    moment = datetime(9999, 12, 30, 20, tzinfo=UTC)

    with pytest.raises(NoWorkingTime, match="no working time left"):
        LEIPZIG.next_working(moment)
    with pytest.raises(NoWorkingTime, match="no working time left"):
        LEIPZIG.add_days(datetime(9999, 11, 1, tzinfo=UTC), days=400, kind="working")
    with pytest.raises(ValueError, match="after the year 9999"):
        LEIPZIG.add_days(moment, days=40, kind="calendar")


def test_a_calendar_that_never_opens_says_so():
    never = Calendar("UTC", {0: ()})
    moment = datetime(2026, 6, 1, tzinfo=UTC)

    with pytest.raises(NoWorkingTime, match="no working hours on any weekday"):
        never.next_working(moment)
    with pytest.raises(NoWorkingTime):
        never.add_working(moment, minutes=1)
    with pytest.raises(NoWorkingTime):
        never.add_working(moment, minutes=-1)
    with pytest.raises(NoWorkingTime):
        never.add_days(moment, days=1, kind="working")
    assert never.working_seconds(moment, moment + timedelta(days=9)) == 0


def test_hours_until_midnight_join_those_of_the_next_day():
    night = Calendar("Europe/Berlin", {0: (Interval(time(22), time(0)),), 1: (Interval(time(0), time(6)),)})

    assert night.add_working(local("2026-11-16 23:00"), minutes=120) == local("2026-11-17 01:00")
    assert night.working_seconds(local("2026-11-16 20:00"), local("2026-11-17 12:00")) == 8 * 3600


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        # Berlin: 02:00 to 03:00 is missing on 29 March and comes twice on 25 October 2026.
        (date(2026, 3, 29), {"00:00–24:00": 23, "01:00–02:30": 1, "02:15–05:00": 2, "02:00–03:00": 0}),
        (date(2026, 10, 25), {"00:00–24:00": 25, "01:00–02:30": 1.5, "02:30–05:00": 3.5, "02:00–03:00": 2}),
    ],
)
def test_a_day_on_which_clocks_change_has_the_hours_that_were_worked(day, hours):
    found = {}
    for text in hours:
        start, end = text.split("–")
        calendar = Calendar("Europe/Berlin", {6: (Interval.from_json([start, end]),)})
        worked = sum((stretch.end - stretch.start for stretch in calendar.stretches(day)), timedelta(0))
        found[text] = worked / timedelta(hours=1)

    assert found == hours


def test_lord_howe_changes_by_half_an_hour():
    calendar = Calendar("Australia/Lord_Howe", dict.fromkeys(range(7), ALL_DAY))

    lengths = [
        sum((stretch.end - stretch.start for stretch in calendar.stretches(day)), timedelta(0)) / timedelta(hours=1)
        for day in (date(2026, 4, 5), date(2026, 10, 4))
    ]

    assert lengths == [24.5, 23.5]


def test_a_day_that_a_country_skipped_is_no_working_day():
    apia = Calendar("Pacific/Apia", dict.fromkeys(range(7), OFFICE))

    assert not apia.is_working_day(date(2011, 12, 30))
    assert apia.add_days(local("2011-12-29 09:00", "Pacific/Apia"), days=1, kind="working") == local(
        "2011-12-31 09:00", "Pacific/Apia"
    )


def test_a_missing_wall_time_means_the_moment_of_the_change():
    berlin = ZoneInfo("Europe/Berlin")

    assert first_moment(datetime(2026, 3, 29, 2, 45), berlin) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert first_moment(datetime(2026, 10, 25, 2, 45), berlin) == datetime(2026, 10, 25, 0, 45, tzinfo=UTC)


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        LEIPZIG.add_working(datetime(2026, 11, 16, 9), minutes=1)


@pytest.mark.parametrize(
    ("zone", "week", "sentence"),
    [
        ("Europe/Atlantis", {}, 'no time zone "Europe/Atlantis"'),
        ("", {}, "no time zone"),
        ("UTC", {7: OFFICE}, "no weekday 7"),
        ("UTC", {0: (Interval(time(8), time(12)), Interval(time(11), time(13)))}, "08:00–12:00 and 11:00–13:00 on Mon"),
        ("UTC", {0: (Interval(time(8), time(0)), Interval(time(9), time(13)))}, "08:00–24:00 and 09:00–13:00 on Mon"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_with_the_reason(zone, week, sentence):
    with pytest.raises(ValueError, match=sentence):
        Calendar(zone, week)


def test_hours_that_end_before_they_start_are_refused():
    with pytest.raises(ValueError, match="22:00–06:00 end before they start"):
        Interval(time(22), time(6))


def test_a_stored_calendar_comes_back_equal():
    night = Calendar("Asia/Kathmandu", {6: SHIFTS, 0: OFFICE}, {date(2026, 12, 25): "Christmas Day"})

    assert Calendar.from_json(night.to_json()) == night
    assert night.to_json() == {
        "zone": "Asia/Kathmandu",
        "week": {
            "0": [["08:00", "12:00"], ["13:00", "17:00"]],
            "6": [["00:00", "02:30"], ["02:30", "10:00"], ["22:00", "24:00"]],
        },
        "holidays": {"2026-12-25": "Christmas Day"},
    }
    assert hash(Calendar.from_json(night.to_json())) == hash(night)


@pytest.mark.parametrize("stored", [{}, {"zone": "UTC", "week": 5}, {"zone": "UTC", "week": {"0": [["8"]]}}])
def test_something_else_is_not_a_stored_calendar(stored):
    with pytest.raises(ValueError, match=r"."):
        Calendar.from_json(stored)


def test_an_unknown_zone_in_a_stored_calendar_is_named():
    with pytest.raises(UnknownZone, match="Mars"):
        Calendar.from_json({"zone": "Mars/Base", "week": {}})


def test_a_holiday_on_a_day_off_is_only_a_day_off():
    calendar = Calendar("UTC", {0: OFFICE}, {date(2026, 11, 15): "Sunday feast", date(2026, 11, 16): "Feast"})

    assert [calendar.day_kind(date(2026, 11, day)) for day in (15, 16, 23)] == ["off", "holiday", "working"]


@given(calendars(), moments, minutes)
def test_adding_working_time_and_measuring_it_agree(calendar, start, amount):
    assert calendar.working_seconds(start, calendar.add_working(start, minutes=amount)) == amount * 60
    assert calendar.working_seconds(calendar.add_working(start, minutes=-amount), start) == amount * 60


@given(calendars(), moments, minutes, minutes)
def test_adding_twice_is_adding_the_sum(calendar, start, first, second):
    for sign in (1, -1):
        step = calendar.add_working(start, minutes=sign * first)
        assert calendar.add_working(step, minutes=sign * second) == calendar.add_working(
            start, minutes=sign * (first + second)
        )


@given(calendars(), moments, moments, minutes, st.integers(0, 60))
def test_working_time_never_runs_backwards(calendar, one, other, amount, days):
    early, late = sorted((one, other))

    assert calendar.add_working(early, minutes=amount) <= calendar.add_working(late, minutes=amount)
    assert calendar.next_working(early) <= calendar.next_working(late)
    for kind in ("working", "calendar"):
        assert early <= calendar.add_days(early, days=days, kind=kind) <= calendar.add_days(late, days=days, kind=kind)
    assert 0 <= calendar.working_seconds(early, late) <= (late - early).total_seconds()
    assert calendar.working_seconds(late, early) == -calendar.working_seconds(early, late)


@given(calendars(), moments, moments, moments)
def test_working_time_of_two_parts_is_that_of_the_whole(calendar, one, two, three):
    assert calendar.working_time(one, two) + calendar.working_time(two, three) == calendar.working_time(one, three)


@given(calendars(), moments, minutes, st.sampled_from(ZONES))
def test_it_does_not_matter_in_which_zone_a_moment_is_written(calendar, start, amount, zone):
    elsewhere = start.astimezone(ZoneInfo(zone))

    assert calendar.add_working(elsewhere, minutes=amount) == calendar.add_working(start, minutes=amount)
    assert calendar.add_days(elsewhere, days=3, kind="working") == calendar.add_days(start, days=3, kind="working")
    assert calendar.next_working(elsewhere).tzinfo is UTC


@given(calendars(), st.datetimes(datetime(2011, 1, 1), datetime(2012, 12, 31)))
def test_the_first_moment_of_a_wall_time_is_when_the_clock_first_shows_it_or_later(calendar, wall):
    zone = calendar.zone_info
    moment = first_moment(wall, zone)

    shown = moment.astimezone(zone).replace(tzinfo=None)
    before = (moment - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
    assert before < wall <= shown


@given(calendars(), moments)
def test_the_next_working_moment_is_inside_the_hours_of_its_day(calendar, start):
    moment = calendar.next_working(start)

    days = [calendar.local_day(moment) + timedelta(days=n) for n in (-1, 0, 1)]
    assert any(stretch.start <= moment < stretch.end for day in days for stretch in calendar.stretches(day))
