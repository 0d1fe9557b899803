from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.tabular import (
    BrokenEncoding,
    DamagedFile,
    EmptyFile,
    Limits,
    NotText,
    Ragged,
    Renamed,
    Row,
    TooLarge,
    UnreadableFile,
    WrongKind,
    read,
)
from wellheard.ground.tabular.delimited import guess_delimiter

ANSWERS = "Score,Why\r\n9,Good\r\n3,Late\r\n"


def cells(content: bytes, **options: Any) -> list[list[str]]:
    return [row.cells for row in read(content, name="answers.csv", **options).rows]


def test_a_plain_file_gives_columns_rows_with_their_numbers_and_what_was_guessed():
    table = read(ANSWERS.encode(), name="answers.csv")

    assert table.columns == ["Score", "Why"]
    assert list(table.rows) == [Row(2, ["9", "Good"]), Row(3, ["3", "Late"])]
    assert table.guessed == {
        "format": "csv",
        "encoding": "utf-8",
        "encoding_is_sure": True,
        "broken_bytes": 0,
        "has_bom": False,
        "delimiter": ",",
        "line_ends": "CRLF",
        "header_row": 1,
    }


def test_a_file_on_disk_is_read_like_its_bytes(tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text(ANSWERS, newline="")

    for path in (file, str(file)):
        table = read(path, name=file.name)
        assert list(table.rows) == list(read(ANSWERS.encode(), name=file.name).rows)


def test_rows_can_be_read_again_from_the_top():
    table = read(ANSWERS.encode(), name="answers.csv")

    assert table.preview(1) == [Row(2, ["9", "Good"])]
    assert len(list(table.rows)) == len(list(table.rows)) == 2


@pytest.mark.parametrize(
    ("codec", "encoding", "has_bom"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8", True),
        ("utf-16", "utf-16", True),
        ("utf-32", "utf-32", True),
    ],
)
def test_the_encoding_is_found_and_the_byte_order_mark_hides_no_column(codec, encoding, has_bom):
    table = read("Größe;Ort\nklein;Köln 東京\n".encode(codec), name="answers.csv")

    assert (table.columns, list(table.rows)) == (["Größe", "Ort"], [Row(2, ["klein", "Köln 東京"])])
    assert (table.guessed["encoding"], table.guessed["has_bom"], table.guessed["encoding_is_sure"]) == (
        encoding,
        has_bom,
        True,
    )


def test_windows_1252_is_read_and_said_to_be_a_guess():
    table = read("Größe;Preis\nklein;5 €\n".encode("cp1252"), name="answers.csv")

    assert (table.columns, list(table.rows)) == (["Größe", "Preis"], [Row(2, ["klein", "5 €"])])
    assert (table.guessed["encoding"], table.guessed["encoding_is_sure"]) == ("cp1252", False)


def test_a_named_encoding_is_followed():
    assert cells("Ort\nŁódź\n".encode("cp1250"), encoding="windows-1250") == [["Łódź"]]
    assert cells("Ort\nŁódź\n".encode("utf-16-le"), encoding="utf-16-le") == [["Łódź"]]
    assert cells("Ort\nKöln\n".encode(), encoding="UTF8") == [["Köln"]]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_a_named_encoding_leaves_no_byte_order_mark_in_the_first_header(codec):
    named = "utf-8" if codec == "utf-8-sig" else codec
    content = '\ufeff"Ort, Land",b\nx,y\n'.encode("utf-8" if codec == "utf-8-sig" else codec)

    assert read(content, name="a.csv", encoding=named).columns == ["Ort, Land", "b"]


def test_a_named_encoding_that_does_not_fit_says_at_which_byte():
    with pytest.raises(BrokenEncoding, match="not text in utf-8: line 2, byte 8, does not fit") as caught:
        read(b"Ort\nK\xc3\xb6l\xe4n\n", name="answers.csv", encoding="utf-8")

    assert caught.value.where == "line 2, byte 8"
    assert caught.value.kept == "Nothing was saved, and the file is as it was."


def test_the_byte_is_right_far_behind_the_beginning_of_the_file():
    content = b"Ort\n" + "Köln\n".encode() * 300_000 + b"\xff\n"

    with pytest.raises(BrokenEncoding) as caught:
        read(content, name="answers.csv", encoding="utf-8")

    assert caught.value.where == f"line 300002, byte {len(content) - 2}"


@pytest.mark.parametrize("name", ["klingon", "base64", "", "rot13"])
def test_an_encoding_that_is_none_is_refused(name):
    with pytest.raises(BrokenEncoding, match=f'no text encoding "{name}"'):
        read(b"a,b\n", name="answers.csv", encoding=name)


def test_utf_8_with_a_few_broken_bytes_stays_utf_8_and_tells_the_rows():
    content = "Ort,n\nKöln,1\nMünchen,2\n".encode() + b"Z\xfcrich,3\n" + "Łódź \ufffd,4\n".encode()

    table = read(content, name="answers.csv")

    assert [row.cells[0] for row in table.rows] == ["Köln", "München", "Z\ufffdrich", "Łódź \ufffd"]
    assert (table.guessed["encoding"], table.guessed["encoding_is_sure"]) == ("utf-8", False)
    assert table.guessed["broken_bytes"] == 1
    assert (table.problems.replaced, table.problems.replaced_rows) == (2, [4, 5])


def test_bytes_that_are_neither_utf_8_nor_windows_1252_are_refused_with_their_place():
    with pytest.raises(BrokenEncoding, match="neither UTF-8 nor Windows-1252 text: line 2, byte 2, is no character"):
        read(b"a\n\x81\x8d\n", name="answers.csv")


def test_a_mark_that_promises_another_encoding_than_the_bytes_have_is_told():
    with pytest.raises(BrokenEncoding, match="says that it is UTF-8, but line 1, byte 4, is not"):
        read(b"\xef\xbb\xbfa\xff,b\n", name="answers.csv")


@pytest.mark.parametrize("options", [{}, {"encoding": "utf-8"}, {"encoding": "cp1252"}])
def test_a_single_nul_byte_marks_its_cell_and_the_rest_is_read(options):
    table = read(b"a,b\n1,2\n3,\x004\n", name="answers.csv", **options)

    assert [row.cells for row in table.rows] == [["1", "2"], ["3", "\ufffd4"]]
    assert table.problems.replaced_rows == [3]


def test_a_nul_byte_in_a_header_is_marked_too():
    assert read(b"a\x00,b\n1,2\n", name="answers.csv").columns == ["a\ufffd", "b"]


@pytest.mark.parametrize("options", [{}, {"encoding": "utf-8"}, {"encoding": "cp1252"}])
@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a,b\n1,2\n3,\x00\x004\n", 3),
        ("a,b\n1,2\n".encode("utf-16-le"), 1),
        (b"a,b\n" + b"1,2\n" * 600_000 + b"3,\x00\x00\x004\n" * 1_000, 600_002),
    ],
)
def test_many_nul_bytes_are_refused_with_the_line_of_the_first(content, line, options):
    with pytest.raises(NotText, match=f"many NUL bytes from line {line} on"):
        read(content, name="answers.csv", **options)


def test_binary_junk_is_no_table():
    with pytest.raises(NotText, match="many control characters"):
        read(bytes(range(1, 256)) * 4, name="answers.csv")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\n <!DOCTYPE html><table></table>", "a web page or XML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "a web page or XML"),
        (b'{"SurveyEntry": {}}', "JSON"),
        (b'[ {"a": 1} ]', "JSON"),
    ],
)
def test_another_kind_of_file_is_named_whatever_it_is_called(content, kind):
    with pytest.raises(WrongKind, match=kind) as caught:
        read(content, name="answers.csv")

    assert '"answers.csv"' in caught.value.what
    assert caught.value.advice


@pytest.mark.parametrize("content", [b"", b"\n\n\r\n", b" , ,\n", b"\xef\xbb\xbf"])
def test_a_file_without_content_is_empty(content):
    with pytest.raises(EmptyFile, match="is empty"):
        read(content, name="answers.csv")


def test_a_header_alone_is_a_table_without_rows():
    assert cells(b"Score,Why") == []


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb, c\n1, 2\t3\n4\t5, 6, 7\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('Name;Why\nAna;"late, rude; slow"\nBen;"ok, fine, good"\n', ";"),
        ("How likely, 0 to 10;Why\n9;good, quick\n3;late\n", ";"),
        ('Comment\n"late, rude"\n', ","),
        ("Report, made today\n\na;b;c\n1;2;3\n4;5;6\n", ";"),
    ],
)
def test_the_delimiter_is_the_one_that_cuts_rows_alike(text, delimiter):
    assert guess_delimiter(text) == delimiter
    assert read(text.encode(), name="a.csv").guessed["delimiter"] == delimiter


def test_the_name_decides_between_delimiters_that_fit_alike():
    text = "a\tb,c\n1\t2,3\n"

    assert (guess_delimiter(text), guess_delimiter(text, "a.tsv"), guess_delimiter("x\n", "a.tsv")) == (",", "\t", "\t")


def test_a_delimiter_can_be_said_and_the_file_can_say_it_itself():
    assert cells(b"a:b\n1,2:3\n", delimiter=":") == [["1,2", "3"]]
    table = read(b"sep=|\r\na|b\r\n1;2|3\r\n", name="a.csv")
    assert (table.columns, list(table.rows)) == (["a", "b"], [Row(3, ["1;2", "3"])])
    with pytest.raises(ValueError, match="A delimiter is one character"):
        read(b"a", name="a.csv", delimiter="::")


def test_quotes_hold_delimiters_quotes_and_line_ends_and_rows_are_counted_as_records():
    content = b'a,b\r\n"1, ""one""","two\r\nlines\nthree"\r\n\r\n3,4\r\n'

    table = read(content, name="a.csv")

    assert list(table.rows) == [Row(2, ['1, "one"', "two\r\nlines\nthree"]), Row(4, ["3", "4"])]
    assert (table.problems.blank_rows, table.guessed["line_ends"]) == (1, "CRLF")


@pytest.mark.parametrize(("end", "name"), [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")])
def test_all_line_ends_are_read(end, name):
    table = read(f'a,b{end}"x\ny",2{end}3,4'.encode(), name="a.csv")

    assert [row.cells for row in table.rows] == [["x\ny", "2"], ["3", "4"]]
    assert table.guessed["line_ends"] == name


def test_a_quote_that_is_never_closed_is_an_error_where_it_swallows_rows():
    table = read(b'a,b\n1,"two\n3,4\n5,6\n', name="a.csv")

    with pytest.raises(DamagedFile, match=r"quotation mark in row 2 .* never closed, so the 3 lines"):
        list(table.rows)


def test_a_quote_that_is_never_closed_in_the_last_line_is_reported():
    table = read(b'a,b\n1,2\n3,"four', name="a.csv")

    assert [row.cells for row in table.rows] == [["1", "2"], ["3", "four"]]
    assert table.problems.unclosed_quote == 3


def test_inches_and_loose_quotes_are_no_open_quotes():
    table = read(b'a,b\n5" pipe,"two\nlines"\n1,"x" y\n', name="a.csv")

    assert [row.cells for row in table.rows] == [['5" pipe', "two\nlines"], ["1", "x y"]]
    assert table.problems.unclosed_quote is None


def test_blank_and_repeated_headers_get_names_of_their_own():
    table = read(b" Score ,,Why,Why,Why (2),\n1,2,3,4,5,6\n", name="a.csv")

    assert table.columns == ["Score", "Column 2", "Why", "Why (3)", "Why (2)", "Column 6"]
    assert table.headers == [" Score ", "", "Why", "Why", "Why (2)", ""]
    assert table.problems.renamed == [
        *[Renamed(2, "", "Column 2"), Renamed(4, "Why", "Why (3)"), Renamed(6, "", "Column 6")]
    ]


def test_rows_of_another_length_are_told_and_nothing_in_them_is_lost():
    table = read(b"a,b,c,\n1,2\n1,2,3\n1,2,3,4,5\n1,2,3,4,,\n", name="a.csv")

    assert [row.cells for row in table.rows] == [
        ["1", "2", "", ""],
        ["1", "2", "3", ""],
        ["1", "2", "3", "4", "5"],
        ["1", "2", "3", "4"],
    ]
    assert table.problems.ragged == [Ragged(2, 2), Ragged(4, 5)]
    assert table.problems.ragged_count == 2


def test_the_header_can_stand_further_down():
    content = b"Report\n\nDept,Score\nA,9\n"

    assert read(content, name="a.csv", header_row=3).columns == ["Dept", "Score"]
    assert list(read(content, name="a.csv", header_row=3).rows) == [Row(4, ["A", "9"])]
    assert read(b"\n\nDept,Score\nA,9\n", name="a.csv").guessed["header_row"] == 3
    with pytest.raises(EmptyFile, match="has no row 9"):
        read(content, name="a.csv", header_row=9)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(bytes=10), "has 31 bytes; at most 10 bytes are read"),
        (Limits(rows=1), "has more than 1 rows"),
        (Limits(columns=1), "Row 1 of the file .* has 2 cells; at most 1 are read"),
        (Limits(cell=6), "Row 3 of the file .* has a cell of more than 6 characters"),
    ],
)
def test_what_is_too_large_is_refused_with_its_place(limits, sentence):
    with pytest.raises(TooLarge, match=sentence):
        list(read(b"Score,Why\n9,Good\n3,Very late.\n\n", name="answers.csv", limits=limits).rows)


def test_a_comment_longer_than_the_usual_limit_of_readers_is_read():
    long = "x" * 500_000

    assert cells(f"Why\n{long}\n".encode()) == [[long]]


def test_a_huge_file_is_refused_without_reading_it(tmp_path):
    file = tmp_path / "huge.csv"
    with file.open("wb") as sparse:
        sparse.truncate(200_000_000)

    with pytest.raises(TooLarge, match="has 200 MB; at most 50 MB are read"):
        read(file, name="huge.csv")


def test_a_file_that_is_not_there_is_told(tmp_path):
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(UnreadableFile, match=r'There is no file "answers\.csv"'):
            read(path, name="answers.csv")


def test_every_refusal_says_what_happened_what_was_kept_and_what_to_do():
    with pytest.raises(UnreadableFile) as caught:
        read(b"%PDF", name="answers.csv")

    assert str(caught.value) == (
        'The file "answers.csv" is a PDF, not a table. Nothing was saved, and the file is as it was. '
        "Open it in the program it comes from and save the table as CSV or XLSX."
    )


plain_cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(plain_cells, min_size=3, max_size=3), max_size=6), st.sampled_from([",", ";", "\t", "|"]))
def test_what_the_writer_wrote_comes_back(rows, delimiter):
    import csv
    import io

    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([["a", "b", "c"], *rows])

    table = read(out.getvalue().encode("utf-8-sig"), name="a.csv", delimiter=delimiter)

    expected = [row for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in table.rows] == expected


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_sentence(content):
    refused, short = "", []
    try:
        table = read(content, name="answers.csv")
        short = [row for row in table.rows if len(row.cells) < len(table.columns)]
    except UnreadableFile as refusal:
        refused = refusal.what

    assert short == []
    assert refused == "" or refused.endswith(".")
