from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.tabular import (
    NotANumber,
    NotAScore,
    NumberGuess,
    guess_decimal,
    is_blank,
    parse_number,
    parse_score,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8", "8"),
        (" 8.5 ", "8.5"),
        ("8,5", "8.5"),
        ("-12,50", "-12.50"),
        ("\u221212.5", "-12.5"),
        (".5", "0.5"),
        ("0,913", "0.913"),
        ("17850.0", "17850.0"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567.89", "1234567.89"),
        ("1 234,567", "1234.567"),
        ("1\u202f234\u202f567", "1234567"),
        ("1'234.5", "1234.5"),
        ("1.23E+11", "1.23E+11"),
        ("1234,567", "1234.567"),
    ],
)
def test_numbers_are_read_exactly_with_comma_or_point(text, expected):
    assert parse_number(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [("1,234", ",", "1.234"), ("1,234", ".", "1234"), ("1.234", ".", "1.234"), ("1.234", ",", "1234")],
)
def test_the_mark_of_the_column_decides_what_could_be_two_numbers(text, decimal, expected):
    assert parse_number(text, decimal) == Decimal(expected)


def test_a_number_that_could_be_two_is_refused_without_it():
    with pytest.raises(NotANumber, match=r'"1,234" could be 1234 or 1\.234\. Say which mark'):
        parse_number("1,234")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10/10",
        "9 – great",
        "great",
        "12 %",
        "1,2,3",
        "1.2.3",
        "12 34",
        "nan",
        "Infinity",
        "0x10",
        "1_000",
        "٣",
        "--1",
    ],
)
def test_what_is_no_number_as_a_whole_is_refused(text):
    with pytest.raises(NotANumber, match="is no number"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "decimal"), [("8.5", ","), ("1,5", "."), ("1,234,567", ","), ("1.234,5", "."), ("1,234.5", ",")]
)
def test_a_number_written_with_the_other_mark_is_refused(text, decimal):
    with pytest.raises(NotANumber, match="decimals"):
        parse_number(text, decimal)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (["12", "1,234", "8,5"], NumberGuess(",", 'row 3 has "8,5"')),
        ([(7, "1,234.5")], NumberGuess(".", 'row 7 has "1,234.5"')),
        (["1.234.567"], NumberGuess(",", 'row 1 has "1.234.567"')),
        (["12", "1,234", "great"], NumberGuess(None, "no value shows it")),
    ],
)
def test_the_mark_before_decimals_is_found_where_a_value_shows_it(samples, expected):
    assert guess_decimal(samples) == expected


@pytest.mark.parametrize(("text", "score"), [("9", 9), (" 10 ", 10), ("0", 0), ("9.0", 9), ("9,00", 9), ("1e1", 10)])
def test_whole_numbers_on_the_scale_are_scores(text, score):
    assert parse_score(text, 0, 10) == score


@pytest.mark.parametrize("text", ["", "  ", "NA", "n/a", "#N/A", "NULL", "-", "–", "None"])
def test_where_nobody_answered_there_is_no_score(text):
    assert is_blank(text)
    assert parse_score(text, 0, 10) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("8.5", "between two scores; the scale goes from 0 to 10 in whole numbers"),
        ("11", "off the scale; the scale goes from 0 to 10"),
        ("-1", "off the scale"),
        ("10/10", '"10/10" is no number; the scale goes from 0 to 10'),
        ("9 – great", "is no number"),
        ("nine", "is no number"),
    ],
)
def test_what_is_no_score_is_refused_and_never_read_by_its_beginning(text, sentence):
    with pytest.raises(NotAScore, match=sentence):
        parse_score(text, 0, 10)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("10 - Extremely likely", 10),
        ("Not at all likely (0)", 0),
        ("Not at all likely - 0", 0),
        ("9 – great", 9),
        ("7 (good)", 7),
        ("5: neutral", 5),
        ("9", 9),
        ("NA", None),
    ],
)
def test_labels_of_the_scale_are_passed_over_where_that_is_asked_for(text, score):
    assert parse_score(text, 0, 10, labelled=True) == score


@pytest.mark.parametrize("text", ["10/10", "5 of 10", "8.5 good", "between 7 and 8", "great"])
def test_more_than_a_label_is_refused_all_the_same(text):
    with pytest.raises(NotAScore):
        parse_score(text, 0, 10, labelled=True)


numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4)


@given(numbers)
def test_every_number_comes_back_from_both_ways_of_writing(number):
    english = f"{number:,f}"
    continental = english.translate(str.maketrans(",.", ".,"))

    assert parse_number(english, ".") == number
    assert parse_number(continental, ",") == number
    assert parse_number(f"{number:f}", ".") == number


@given(st.text("0123456789.,- e'", max_size=10))
def test_any_text_gives_a_number_or_a_sentence(text):
    refused = ""
    try:
        found = parse_number(text)
    except NotANumber as refusal:
        found, refused = Decimal(0), str(refusal)

    assert found.is_finite()
    assert refused == "" or refused.endswith(".")
