# ruff: noqa: DTZ001 - dates and times in files have no time zone
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.tabular import DateGuess, NotADate, guess_dates, parse_date


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("11/1/2019 8:51:12", "mdy", datetime(2019, 11, 1, 8, 51, 12)),
        ("11/1/2019 8:51:12", "dmy", datetime(2019, 1, 11, 8, 51, 12)),
        ("11/04/2018 20:09", "dmy", datetime(2018, 4, 11, 20, 9)),
        ("23.04.2018", "dmy", date(2018, 4, 23)),
        ("23. 4. 2018", "dmy", date(2018, 4, 23)),
        ("4-23-18", "mdy", date(2018, 4, 23)),
        ("12/25/69", "mdy", date(1969, 12, 25)),
        ("1/2/2020 12:05 AM", "mdy", datetime(2020, 1, 2, 0, 5)),
        ("1/2/2020, 12:05 p.m.", "mdy", datetime(2020, 1, 2, 12, 5)),
    ],
)
def test_three_numbers_are_read_in_the_order_of_the_file(text, order, expected):
    assert parse_date(text, order) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-11-01", date(2019, 11, 1)),
        (" 2019-11-01 08:51:12.402 ", datetime(2019, 11, 1, 8, 51, 12, 402_000)),
        ("2019-11-01T08:51:12", datetime(2019, 11, 1, 8, 51, 12)),
        ("2019-11-01T08:51:12.4021Z", datetime(2019, 11, 1, 8, 51, 12, 402_100, UTC)),
        ("2019-11-01T08:51+05:30", datetime(2019, 11, 1, 8, 51, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
        ("2020/03/04 2:05:12 PM GMT+1", datetime(2020, 3, 4, 14, 5, 12, tzinfo=timezone(timedelta(hours=1)))),
        ("2019-11-01 24:00", datetime(2019, 11, 2)),
        ("2020/01/19", date(2020, 1, 19)),
        ("19950103", date(1995, 1, 3)),
        ("20th Jan 2020", date(2020, 1, 20)),
        ("1st of May 2020, 14:00", datetime(2020, 5, 1, 14)),
        ("7 Dec 2019", date(2019, 12, 7)),
        ("20-JAN-20", date(2020, 1, 20)),
        ("Mon, 20 Jan 2020 10:00:00 -0500", datetime(2020, 1, 20, 10, tzinfo=timezone(-timedelta(hours=5)))),
        ("January 5, 2020 at 2:05 PM", datetime(2020, 1, 5, 14, 5)),
        ("20. März 2020", date(2020, 3, 20)),
        ("Montag, 20. Maerz 2020 um 09:40", datetime(2020, 3, 20, 9, 40)),
        ("1er août 2020", date(2020, 8, 1)),
        ("20 de enero de 2020", date(2020, 1, 20)),
        ("3 maart 2020", date(2020, 3, 3)),
    ],
)
@pytest.mark.parametrize("order", ["dmy", "mdy", "ymd", "ambiguous"])
def test_dates_that_show_their_order_are_read_in_any(text, order, expected):
    found = parse_date(text, order)

    assert found == expected
    assert type(found) is type(expected)
    assert getattr(found, "tzinfo", None) == getattr(expected, "tzinfo", None)


@pytest.mark.parametrize(
    ("text", "order", "sentence"),
    [
        ("31/02/2019", "dmy", "February 2019 has no day 31"),
        ("2019-02-29", "ymd", "February 2019 has no day 29"),
        ("12/25/2019", "dmy", "no month 25. Perhaps day and month stand in the other order"),
        ("25/12/2019", "mdy", "no month 25. Perhaps day and month stand in the other order"),
        ("25/25/2019", "dmy", r"no month 25\.$"),
        ("11/4/2018", "ymd", "does not show which number is the day. Say the order"),
        ("11/4/2018", "ambiguous", "does not show which number is the day"),
        ("Monday - 13th Jan", "dmy", "is no date"),
        ("2019-11-01 25:00", "ymd", "no such time of day"),
        ("2019-11-01 13:05 PM", "ymd", "with AM or PM hours go from 1 to 12"),
        ("2019-11-01 10:00 +99", "ymd", "no such time of day"),
        ("1.30pm", "dmy", "is no date"),
        ("2400", "dmy", "is no date"),
        ("43290.53487", "dmy", "is no date"),
        ("soon", "dmy", "is no date"),
        ("20 Smarch 2020", "dmy", "is no date"),
        ("x" * 10_000, "dmy", "is no date"),
        ("  ", "dmy", "There is no date"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text, order, sentence):
    with pytest.raises(NotADate, match=sentence):
        parse_date(text, order)


def test_a_spreadsheets_numbers_of_days_are_read_where_they_are_asked_for():
    assert parse_date("43290", serials=True) == date(2018, 7, 9)
    assert parse_date("43290.53487", serials=True) == datetime(2018, 7, 9, 12, 50, 13)
    assert parse_date("43290,5", serials=True) == datetime(2018, 7, 9, 12)
    with pytest.raises(NotADate):
        parse_date("99999", serials=True)


def test_one_day_above_the_twelfth_proves_the_order_and_names_its_row():
    guess = guess_dates([(12, "11/04/2018 20:09"), (13, ""), (14, "25/04/2018 20:09"), (15, "not yet")])

    assert guess == DateGuess(
        order="dmy",
        has_time=True,
        evidence="row 14 has 25 as first number",
        formats={"d/m/Y H:M": 2},
        likely="dmy",
        unread=1,
    )


def test_months_first_are_proven_by_the_second_number():
    guess = guess_dates(["11/4/2018", "4/25/2018"])

    assert (guess.order, guess.evidence, guess.formats) == ("mdy", "row 2 has 25 as second number", {"m/d/Y": 2})


def test_both_orders_in_one_column_are_ambiguous_and_nothing_is_likely():
    guess = guess_dates(["25/4/2018", "4/25/2018"])

    assert guess == DateGuess(
        order="ambiguous",
        has_time=False,
        evidence="row 1 has 25 as first number, row 2 has 25 as second: both orders occur",
        formats={"?/?/Y": 2},
    )


def test_without_a_day_above_twelve_nothing_is_proven():
    guess = guess_dates(["1/2/2019", "3/2/2019"])

    assert (guess.order, guess.evidence, guess.likely) == ("ambiguous", "no value has a day above 12", "")


@pytest.mark.parametrize(
    ("samples", "likely", "because"),
    [
        ([f"11/{day}/2019" for day in (4, 1, 3, 2, 1)], "mdy", "read so, all lie within 4 days instead of 91"),
        ([f"{day}/11/2019" for day in (4, 1, 3, 2, 1)], "dmy", "read so, all lie within 4 days instead of 91"),
        (["1/3/2019", "2/3/2019", "1/4/2019", "5/4/2019", "1/5/2019"], "dmy", "the rows are in the order of time"),
        (["5/6/2019 1:05 PM"], "mdy", "times have AM and PM"),
    ],
)
def test_what_fits_better_is_likely_but_not_proven(samples, likely, because):
    guess = guess_dates(samples)

    assert (guess.order, guess.likely) == ("ambiguous", likely)
    assert because in guess.because


@pytest.mark.parametrize(
    ("samples", "order", "evidence"),
    [
        (["2019-11-01", "2019-11-02"], "ymd", "the year stands first"),
        (["20190101"], "ymd", "the year stands first"),
        (["7 Dec 2019"], "dmy", "months are written as words"),
        (["01.02.2019"], "dmy", "dots stand between the numbers, and then the day comes first"),
        (["soon", "later"], "ambiguous", "no value is a date"),
        ([], "ambiguous", "no value is a date"),
    ],
)
def test_other_forms_say_their_order_themselves(samples, order, evidence):
    assert (guess_dates(samples).order, guess_dates(samples).evidence) == (order, evidence)


def test_numbers_of_days_are_recognised():
    guess = guess_dates(["43290.53487", "43291", ""])

    assert (guess.serials, guess.has_time, guess.formats) == (True, True, {"serial number": 2})
    assert not guess_dates(["43290", "12"]).serials


def test_days_and_months_that_a_spreadsheet_swapped_are_suspected():
    left, turned = ["26/01/2021", "13/02/2021", "28/02/2021"], ["2021-03-01", "2021-12-11", "2021-02-02"]

    assert "may have swapped day and month" in guess_dates([*left, *turned]).suspicion
    assert guess_dates([*left, "2021-03-21", *turned]).suspicion == ""
    assert guess_dates([*left, "11/03/2021", *turned]).suspicion == ""


moments = st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31))
written_orders = st.sampled_from([("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y"), ("ymd", "%Y-%m-%d"), ("dmy", "%d.%m.%y")])


@given(moments, written_orders, st.sampled_from(["%H:%M:%S", "%I:%M:%S %p", "%H:%M:%S.%f"]))
def test_every_moment_comes_back_from_its_text(moment, written, clock):
    order, day = written
    expected = moment if "%f" in clock else moment.replace(microsecond=0)

    assert parse_date(moment.strftime(f"{day} {clock}"), order) == expected
    assert parse_date(moment.strftime(day), order) == moment.date()


@given(st.lists(moments, min_size=1, max_size=20), st.sampled_from([("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y")]))
def test_the_proven_order_is_never_the_wrong_one(values, written):
    order, form = written
    guess = guess_dates([value.strftime(form) for value in values])

    assert guess.order in (order, "ambiguous")
    assert (guess.order == order) == any(value.day > 12 for value in values)


@given(st.text(max_size=40))
def test_any_text_gives_a_date_or_a_sentence(text):
    refused = ""
    try:
        parse_date(text, "dmy", serials=True)
    except NotADate as refusal:
        refused = str(refusal)

    assert refused == "" or refused.endswith(".")
