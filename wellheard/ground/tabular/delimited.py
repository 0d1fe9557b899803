"""Tables in text files: CSV, TSV and their kin, read as a stream."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from wellheard.ground.tabular.encodings import Encoding, find_encoding
from wellheard.ground.tabular.errors import DamagedFile, NotText
from wellheard.ground.tabular.source import Source
from wellheard.ground.tabular.table import Limits, Problems, Record, Table, build_table, check_cells
from wellheard.ground.text.keeping import keepable

DELIMITERS = (",", ";", "\t", "|")
_BOM = "\ufeff"
_SAMPLE = 1 << 16
_SAMPLE_RECORDS = 200
_END = re.compile(r"[\r\n]*$")
_LINE_ENDS = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}
_SAID = re.compile(r'"?sep=([^\r\n"])"?\r?\n?', re.IGNORECASE)


def read_delimited(
    source: Source, *, encoding: str | None, delimiter: str | None, header_row: int | None, limits: Limits
) -> Table:
    """The table in a text file. Raises UnreadableFile, and ValueError for a delimiter that can be none."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise ValueError(f"A delimiter is one character and no quotation mark or line end, not {delimiter!r}.")
    found = find_encoding(source, encoding)
    sample = _sample(source, found)
    said = _SAID.match(sample)
    chosen = delimiter or (said[1] if said else guess_delimiter(sample, source.name))
    problems = Problems()
    guessed = {
        "format": "csv",
        "encoding": found.codec.removesuffix("-sig"),
        "encoding_is_sure": found.is_sure,
        "broken_bytes": found.broken_bytes,
        "has_bom": found.has_bom,
        "delimiter": chosen,
        "line_ends": _line_ends(sample, chosen),
    }

    def records() -> Iterator[Record]:
        return _records(source, found, chosen, problems, limits, skip_first=said is not None)

    return build_table(source.name, records, guessed, problems, header_row, limits)


def guess_delimiter(sample: str, name: str = "") -> str:
    """The delimiter that cuts most records of the sample into the same number of cells, more than one.

    Where several do, the one that the name promises (.tsv), then the one that gives more cells; a comma when none does.
    """
    expected = "\t" if name.lower().endswith((".tsv", ".tab")) else ""
    best, best_rank = expected or ",", (0.0, False, 0)
    for delimiter in DELIMITERS:
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(cells) for cells in islice(records, _SAMPLE_RECORDS) if any(cells))
        except csv.Error:
            continue
        several = [(count, width) for width, count in widths.items() if width > 1]
        if not several:
            continue
        count, width = max(several)
        rank = (count / widths.total(), delimiter == expected, width)
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


def _sample(source: Source, encoding: Encoding) -> str:
    """The beginning of the file as text, cut after a whole line unless it is all there is."""
    with source.open() as file, _text(file, encoding) as text:
        sample = text.read(_SAMPLE).removeprefix(_BOM)
        is_all = not text.read(1)
    end = max(sample.rfind("\n"), sample.rfind("\r"))
    return sample if is_all or end < 0 else sample[: end + 1]


def _line_ends(sample: str, delimiter: str) -> str:
    """How most records end; line ends inside of cells are not counted."""
    lines = _Lines(io.StringIO(sample, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    ends: Counter[str] = Counter()
    try:
        while next(reader, None) is not None:
            ends[_END.search(lines.recent[-1])[0]] += 1  # type: ignore[index]
            lines.recent = []
    except csv.Error:
        pass  # Reading the rows says where and why.
    return _LINE_ENDS.get(max(ends, key=ends.__getitem__, default=""), "")


def _text(file: BinaryIO, encoding: Encoding) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding=encoding.codec, errors=encoding.errors, newline="")


@dataclass
class _Lines:
    """The lines of a file, and those of the record that is being read."""

    file: Iterator[str]
    recent: list[str] = field(default_factory=list)
    is_first: bool = True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self.file)
        if self.is_first:
            # An encoding said by name, such as utf-16-le, leaves the byte-order mark before the first header.
            line, self.is_first = line.removeprefix(_BOM), False
        self.recent.append(line)
        return line


def _records(
    source: Source, encoding: Encoding, delimiter: str, problems: Problems, limits: Limits, *, skip_first: bool
) -> Iterator[Record]:
    # The limit is the module's, for all threads, and its default refuses long comments; `check_cells` holds ours.
    csv.field_size_limit(max(csv.field_size_limit(), limits.cell + 1))
    with source.open() as binary, _text(binary, encoding) as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter)
        # One record is held back: only at the end of the file is it known whether the last quote was closed.
        waiting: Record | None = None
        waiting_lines: list[str] = []
        number = 0
        while True:
            lines.recent = []
            try:
                cells = next(reader, None)
            except csv.Error as fault:
                raise NotText(
                    f'Row {number + 1} of the file "{source.name}" can\'t be read: {fault}.', where=f"row {number + 1}"
                ) from fault
            if cells is None:
                break
            number += 1
            if number == 1 and skip_first:
                continue
            if waiting is not None:
                yield waiting
            text = lines.recent[0] if len(lines.recent) == 1 else "".join(lines.recent)
            # No cell is longer than its record: most rows are cleared by two comparisons.
            if len(cells) > limits.columns or len(text) > limits.cell:
                check_cells(source.name, number, cells, limits)
            if "\0" in text:
                text, cells = keepable(text), [keepable(cell) for cell in cells]
            if "\ufffd" in text:
                problems.add_replaced(number, text.count("\ufffd"))
            waiting, waiting_lines = Record(number, cells), lines.recent
        if waiting is not None:
            _check_quotes(source, waiting.number, waiting_lines, delimiter, problems)
            yield waiting


def _check_quotes(source: Source, number: int, lines: list[str], delimiter: str, problems: Problems) -> None:
    """A last quote that is never closed has swallowed the rest of the file: an error, unless it was one line."""
    if not _is_open(lines, delimiter):
        return
    if len(lines) > 1:
        raise DamagedFile(
            f'A quotation mark in row {number} of the file "{source.name}" is never closed, so the {len(lines)} lines '
            "from there to the end would be one row.",
            where=f"row {number}",
            advice="Close it there, or double it if it is meant as a character.",
        )
    problems.unclosed_quote = number


def _is_open(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as fault:
        # Other strictness, such as letters after a closing quote, hides how the record ends; then odd marks tell.
        return "unexpected end" in str(fault) or sum(line.count('"') for line in lines) % 2 == 1
    return False
