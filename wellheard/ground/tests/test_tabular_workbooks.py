import io
import zipfile
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import statsmodels as statsmodels_package
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.tabular import (
    DamagedFile,
    EmptyFile,
    Limits,
    LockedFile,
    Ragged,
    Row,
    TooLarge,
    UnknownSheet,
    UnreadableFile,
    WrongKind,
    read,
)

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx(**sheets: list[list[Any]]) -> bytes:
    """A workbook with these sheets: lists of rows, which begin in the first cell."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def ods(table: str, beginning: str = "") -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{beginning}<office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Answers">{table}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return packed({"mimetype": ODS_TYPE, "META-INF/manifest.xml": manifest, "content.xml": content})


def ods_row(*texts: str, repeat: int = 1) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        if text
        else "<table:table-cell/>"
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{repeat}">{cells}</table:table-row>'


def packed(files: Mapping[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def repacked(content: bytes, changes: Mapping[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return packed({**{name: archive.read(name) for name in archive.namelist()}, **changes})


def test_cells_become_the_texts_that_a_person_would_type():
    content = xlsx(
        Answers=[
            ["When", "Score", "Share", "Phone", "Said", "Took", "At"],
            [datetime(2019, 11, 1, 8, 51, 12, 402_000), 17850.0, 0.1 + 0.2, 491701234567, "two\nlines", "", ""],  # noqa: DTZ001
            [datetime(2019, 11, 1), -8.5, 1e-7, 1e20, True, "", ""],  # noqa: DTZ001
        ]
    )

    table = read(content, name="answers.xlsx")

    assert [row.cells[:5] for row in table.rows] == [
        ["2019-11-01T08:51:12.402", "17850", "0.3", "491701234567", "two\nlines"],
        ["2019-11-01", "-8.5", "0.0000001", "100000000000000000000", "TRUE"],
    ]
    assert table.guessed == {"format": "xlsx", "sheet": "Answers", "sheets": ["Answers"], "header_row": 1}


def test_times_durations_formulas_and_errors_have_texts():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Time", "Duration", "Formula", "Error", "Text"])
        sheet.write_datetime(1, 0, time(9, 40), workbook.add_format({"num_format": "hh:mm"}))
        sheet.write_datetime(1, 1, timedelta(hours=30, seconds=5), workbook.add_format({"num_format": "[h]:mm:ss"}))
        sheet.write_formula(1, 2, "=1+2", None, 3)
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_string(1, 4, "=1+2")

    rows = list(read(content.getvalue(), name="answers.xlsx").rows)

    assert rows == [Row(2, ["09:40:00", "30:00:05", "3", "", "=1+2"])]


def test_rows_have_the_numbers_that_the_spreadsheet_shows():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(2, 1, ["Score", "Why", "Why"])
        sheet.write_row(3, 1, [9, "Good"])
        sheet.write_row(7, 1, [3, "Late", "Rude"])
        sheet.write_blank(20, 9, None, workbook.add_format({"bold": True}))

    table = read(content.getvalue(), name="answers.xlsx")

    assert table.columns == ["Score", "Why", "Why (2)"]
    assert list(table.rows) == [Row(4, ["9", "Good", ""]), Row(8, ["3", "Late", "Rude"])]
    assert (table.guessed["header_row"], table.problems.blank_rows, table.problems.ragged) == (3, 3, [])


def test_the_sheet_with_most_cells_is_taken_and_hidden_ones_are_not():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        workbook.add_worksheet("Notes").write_column(0, 0, ["About", "this", "file"])
        workbook.add_worksheet("Data").write_row(0, 0, ["a", "b", "c", "d"])
        hidden = workbook.add_worksheet("Lists")
        hidden.write_column(0, 0, list(range(100)))
        hidden.hide()

    table = read(content.getvalue(), name="answers.xlsx")

    assert (table.guessed["sheet"], table.guessed["sheets"]) == ("Data", ["Notes", "Data", "Lists"])
    assert read(content.getvalue(), name="answers.xlsx", sheet="Lists").columns == ["0"]
    with pytest.raises(UnknownSheet, match=r'no sheet "Answers".* Its sheets are: Notes, Data, Lists\.'):
        read(content.getvalue(), name="answers.xlsx", sheet="Answers")


def test_a_workbook_without_content_is_empty():
    with pytest.raises(EmptyFile, match="no sheet with content"):
        read(xlsx(A=[], B=[]), name="answers.xlsx")
    with pytest.raises(EmptyFile, match="is empty"):
        read(xlsx(A=[[" "], [" "]]), name="answers.xlsx")
    with pytest.raises(EmptyFile, match="is empty"):
        read(xlsx(A=[], B=[["x"]]), name="answers.xlsx", sheet="A")


def test_an_open_document_spreadsheet_is_read_like_the_others():
    content = ods(
        ods_row("Score", "Why", "")
        + ods_row("9", "Größe")
        + ods_row("", "", repeat=2)
        + ods_row("3", "", "more")
        + '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )

    table = read(content, name="answers.ods")

    assert table.columns == ["Score", "Why", "Column 3"]
    assert list(table.rows) == [Row(2, ["9", "Größe", ""]), Row(5, ["3", "", "more"])]
    assert (table.guessed["format"], table.guessed["sheet"]) == ("ods", "Answers")


@pytest.mark.parametrize(
    "table",
    [
        ods_row("x", repeat=1_000_000_000),
        ods_row("x").replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="1000000000"'),
        ods_row("", repeat=20_000_000) + ods_row("x"),
    ],
)
def test_a_small_open_document_that_repeats_itself_without_end_is_refused(table):
    with pytest.raises(TooLarge, match="at most 12000000 cells are read"):
        read(ods(table), name="answers.ods")


def test_an_open_document_with_entities_of_its_own_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'

    with pytest.raises(DamagedFile):
        read(ods(ods_row("&b;"), beginning=bomb), name="answers.ods")


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    content = repacked(xlsx(A=[["a"]]), {"xl/media/bomb.xml": b"\0" * 5_000_000})

    assert len(content) < 20_000
    with pytest.raises(TooLarge, match="unpacks to more than 4 MB"):
        read(content, name="answers.xlsx", limits=Limits(unpacked=4_000_000))
    assert read(content, name="answers.xlsx").columns == ["a"]


def test_a_workbook_that_lies_about_its_size_is_refused_as_well():
    content = repacked(xlsx(A=[["a"]]), {"xl/media/bomb.xml": b"\0" * 5_000_000})
    lying = content.replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))

    assert lying != content
    with pytest.raises(TooLarge, match="unpacks to more than 4 MB"):
        read(lying, name="answers.xlsx", limits=Limits(unpacked=4_000_000))


def test_one_cell_far_away_is_refused_before_it_fills_the_memory():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")

    with pytest.raises(TooLarge, match="reaches to row 1048576 and column 16384"):
        read(content.getvalue(), name="answers.xlsx")


def test_limits_of_rows_columns_and_cells_hold_for_workbooks_too():
    content = xlsx(A=[["a", "b"], ["1", "2"], ["3", "long text"]])

    for limits, sentence in (
        (Limits(rows=1), "more than 1 rows"),
        (Limits(columns=1), "has 2 cells; at most 1"),
        (Limits(cell=5), "Row 3 .* more than 5 characters"),
        (Limits(bytes=100), "at most 100 bytes"),
    ):
        with pytest.raises(TooLarge, match=sentence):
            list(read(content, name="answers.xlsx", limits=limits).rows)


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"readme.txt": "hello"}, "an archive"),
        ({"word/document.xml": "<w/>"}, "a text document"),
        ({"xl/workbook.bin": "x"}, "a binary workbook"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "an archive"),
    ],
)
def test_an_archive_that_is_no_workbook_is_named(files, kind):
    with pytest.raises(WrongKind, match=kind):
        read(packed(files), name="answers.xlsx")


def test_a_workbook_that_is_broken_off_or_altered_is_damaged():
    content = xlsx(A=[["a", "b"], ["1", "2"]])

    for broken in (
        content[: len(content) // 2],
        b"PK\x03\x04" + b"junk" * 50,
        repacked(content, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}),
        repacked(content, {"xl/workbook.xml": b"no XML at all"}),
    ):
        with pytest.raises(UnreadableFile) as caught:
            list(read(broken, name="answers.xlsx").rows)
        assert isinstance(caught.value, DamagedFile | EmptyFile)


@given(st.integers(0), st.binary(min_size=1, max_size=4), st.sampled_from(["xlsx", "ods"]))
def test_a_workbook_with_altered_bytes_gives_a_table_or_a_sentence(place, noise, kind):
    content = bytearray(xlsx(A=[["a", "b"]] * 3) if kind == "xlsx" else ods(ods_row("a", "b") * 3))
    place %= len(content)
    content[place : place + len(noise)] = noise
    refused, short = "", []

    try:
        table = read(bytes(content), name="answers.xlsx")
        short = [row for row in table.rows if len(row.cells) < len(table.columns)]
    except UnreadableFile as refusal:
        refused = refusal.what

    assert short == []
    assert refused == "" or refused.endswith(".")


def test_an_old_workbook_is_read():
    statsmodels = Path(statsmodels_package.__file__).parent
    old = statsmodels / "datasets" / "macrodata" / "src" / "macrodata.xls" / "macrodata.xls"
    if not old.is_file():
        pytest.skip("statsmodels no longer brings an old workbook along")

    table = read(old, name="macrodata.xls")

    assert (table.guessed["format"], table.guessed["sheet"]) == ("xls", "Monthly")
    assert table.columns == ["DATE", "CPIAUCSL", "M1SL", "POP", "TB3MS"]
    assert table.preview(1) == [Row(2, ["1934-01-01", "", "", "", "0.72"])]


def test_an_old_workbook_that_is_none_is_damaged():
    with pytest.raises(DamagedFile, match="damaged workbook"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, name="answers.xls")


def test_a_locked_archive_is_told():
    content = bytearray(xlsx(A=[["a"]]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 1)

    with pytest.raises(LockedFile, match="protected by a password"):
        read(bytes(content), name="answers.xlsx")


def test_rows_that_are_longer_than_the_header_are_told():
    table = read(xlsx(A=[["a", "b"], ["1", "2", "3"]]), name="answers.xlsx")

    # A sheet is a rectangle: its header is as long as its longest row.
    assert table.columns == ["a", "b", "Column 3"]
    assert list(table.rows) == [Row(2, ["1", "2", "3"])]
    assert table.problems.ragged == list[Ragged]()
