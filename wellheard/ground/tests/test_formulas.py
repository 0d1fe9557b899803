import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.formulas import neutralise_cell, restore_cell


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example")',
        "=1+1",
        "+1-1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1+1",
        "＝1+1",
        "-",
        "- slow delivery",
        "+49 170 1234567",
        "-12.5.",
        "'=1",
    ],
)
def test_what_a_spreadsheet_might_run_gets_an_apostrophe(text):
    assert neutralise_cell(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    ["", "12", "-12.5", "+3", "-12,5", "-1.234,50", "-3 %", "-1.5E-7", "+49170123", "a=b", "It's", "'quoted'", "Größe"],
)
def test_numbers_and_plain_texts_stay(text):
    assert neutralise_cell(text) == text
    assert restore_cell(text) == text


@given(st.text() | st.text("'=+-@1. \t", max_size=6))
def test_every_text_comes_back_as_it_was_and_no_formula_is_left(text):
    written = neutralise_cell(text)

    assert restore_cell(written) == text
    assert not written.startswith(("=", "@", "\t", "\r"))
