from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.periods import (
    Kind,
    Period,
    day_of,
    exactly,
    month_of,
    months,
    parse,
    period_of,
    periods,
    quarter_of,
    quarters,
    span_label,
    week_of,
    year_of,
)

DAY = date(2026, 8, 31)
kinds = st.sampled_from(["day", "week", "month", "quarter", "year"])
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def test_each_kind_has_its_first_and_last_day():
    found = [(period.first, period.last) for period in (make(DAY) for make in (day_of, week_of, month_of))]
    longer = [(period.first, period.last) for period in (quarter_of(DAY), year_of(DAY))]

    assert found == [(DAY, DAY), (DAY, date(2026, 9, 6)), (date(2026, 8, 1), DAY)]
    assert longer == [(date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 1, 1), date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("kind", "code", "short", "label"),
    [
        ("day", "2026-08-31", "31 Aug 2026", "Monday 31 August 2026"),
        ("week", "2026-W36", "W36 2026", "week 36 of 2026"),
        ("month", "2026-08", "Aug 2026", "August 2026"),
        ("quarter", "2026-Q3", "Q3 2026", "July to September 2026"),
        ("year", "2026", "2026", "2026"),
    ],
)
def test_each_kind_has_a_code_a_short_name_and_a_label(kind, code, short, label):
    period = period_of(kind, DAY)

    assert (period.code, period.short, period.label, str(period)) == (code, short, label, label)


def test_the_week_of_new_year_belongs_to_the_year_of_its_thursday():
    assert week_of(date(2027, 1, 1)).code == "2026-W53"
    assert parse("2026-W53").first == date(2026, 12, 28)


def test_months_and_quarters_from_day_to_day():
    assert [month.code for month in months(date(2025, 11, 30), date(2026, 2, 1))] == [
        *["2025-11", "2025-12", "2026-01", "2026-02"]
    ]
    assert [quarter.code for quarter in quarters(date(2025, 11, 30), date(2026, 2, 1))] == ["2025-Q4", "2026-Q1"]
    assert months(date(2026, 2, 1), date(2026, 1, 31)) == []


def test_the_period_before_crosses_the_year():
    assert [period_of(kind, date(2026, 1, 1)).previous.code for kind in ("day", "month", "quarter", "year")] == [
        *["2025-12-31", "2025-12", "2025-Q4", "2025"]
    ]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-07", "2026-09", "July to September 2026"),
        ("2025-11", "2026-02", "November 2025 to February 2026"),
        ("2026-07", "2026-07", "July 2026"),
        ("2025-Q3", "2026-Q2", "July 2025 to June 2026"),
        ("2026-Q1", "2026-Q2", "January to June 2026"),
        ("2024", "2026", "2024 to 2026"),
        ("2026-W01", "2026-W05", "week 1 of 2026 to week 5 of 2026"),
    ],
)
def test_a_span_reads_in_words(first, last, words):
    assert span_label(parse(first), parse(last)) == words


def test_a_span_of_different_kinds_or_backwards_is_refused():
    with pytest.raises(ValueError, match="no span from 2026 to July 2026"):
        span_label(parse("2026"), parse("2026-07"))
    with pytest.raises(ValueError, match="no span"):
        span_label(parse("2026-08"), parse("2026-07"))


@pytest.mark.parametrize("text", ["Q3 2026", "q3 2026", "2026Q3", " 2026-Q3 "])
def test_a_quarter_is_read_in_the_ways_people_write_it(text):
    assert parse(text) == Period("quarter", date(2026, 7, 1))


@pytest.mark.parametrize("text", ["Nov 2026", "november 2026", "2026-11"])
def test_a_month_is_read_in_the_ways_people_write_it(text):
    assert parse(text) == Period("month", date(2026, 11, 1))


@pytest.mark.parametrize("text", ["", "2026-13", "2026-02-30", "2026-W54", "2026-Q5", "soon", "0000"])
def test_what_names_no_period_is_refused_with_the_text(text):
    with pytest.raises(ValueError, match=f'"{text}"'):
        parse(text)


def test_no_period_begins_in_the_middle_of_another():
    with pytest.raises(ValueError, match="No quarter begins on 2026-08-01"):
        Period("quarter", date(2026, 8, 1))


def test_october_in_london_holds_the_hour_that_comes_twice():
    begin, end = parse("2026-10").moments("Europe/London")

    assert (begin, end) == (datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert end - begin == timedelta(days=31, hours=1)


@given(kinds, days)
def test_every_day_belongs_to_one_period_and_its_code_finds_it_again(kind, day):
    period = period_of(kind, day)

    assert day in period
    assert day not in period.next
    assert day not in period.previous
    assert parse(period.code) == period
    assert period.first <= day <= period.last


@given(kinds, days, st.integers(-50, 50))
def test_stepping_on_and_back_returns(kind, day, steps):
    period = period_of(kind, day)

    assert period.shifted(steps).shifted(-steps) == period
    assert (period.shifted(steps) > period) == (steps > 0)
    assert period.next.first == period.end
    assert period.previous.end == period.first


@given(kinds, days, st.integers(0, 400))
def test_the_periods_of_a_span_follow_one_another_without_a_gap(kind, first, length):
    last = first + timedelta(days=length)
    found = list(periods(kind, first, last))

    assert [period.end for period in found[:-1]] == [period.first for period in found[1:]]
    assert first in found[0]
    assert last in found[-1]


@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter", "year"])
def test_the_very_last_period_ends_with_the_calendar(kind: Kind):
    period = period_of(kind, date.max)

    assert (period.last, date.max in period) == (date.max, True)


@pytest.mark.parametrize("text", ["0001", "0001-01", "9999", "9999-Q4", "9999-12", "Dec 9999", "0000"])
def test_a_period_without_neighbours_is_not_asked_for(text: str):
    with pytest.raises(ValueError, match="There is no"):
        parse(text)


def test_days_that_make_a_period_exactly():
    assert exactly(date(2026, 2, 1), date(2026, 2, 28)) == month_of(date(2026, 2, 1))
    assert exactly(date(2026, 4, 1), date(2026, 6, 30)) == quarter_of(date(2026, 5, 1))
    assert exactly(date(2026, 4, 1), date(2026, 6, 30), "month", "year") is None
    assert exactly(date(2026, 1, 1), date(2026, 12, 31), "month", "year") == year_of(date(2026, 1, 1))
    assert exactly(date(2026, 1, 2), date(2026, 1, 31)) is None
