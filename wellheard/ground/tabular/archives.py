"""Packed workbooks, looked at before anything opens them: small files can unpack to more than a machine holds."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from wellheard.ground.tabular.errors import DamagedFile, LockedFile, TooLarge, UnreadableFile
from wellheard.ground.tabular.source import ARCHIVE_FAULTS, Source
from wellheard.ground.tabular.table import Limits

_CHUNK = 1 << 20
_TAIL = 1 << 12
_MOST_PARTS = 10_000
_ENCRYPTED = 1
# A cell with content: its element is not closed at once.
_CELL = re.compile(rb"<(?:[\w.-]+:)?c\s[^<>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]*?(?<!/)>")


def check_archive(source: Source, kind: str, limits: Limits) -> None:
    """Raises TooLarge for a workbook that unpacks to too much, LockedFile and DamagedFile for one that does not.

    Everything is unpacked once, without keeping it: the sizes that an archive states about itself can be lies. A sheet
    is held as a full rectangle, so one far away cell is as dangerous as many.
    """
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS:
                raise _too_large(source, limits)
            allowance = limits.unpacked
            for part in parts:
                if part.flag_bits & _ENCRYPTED:
                    raise LockedFile(f'The file "{source.name}" is protected by a password.', advice="Remove it first.")
                sheet = _OdsExtent(source, limits) if kind == "ods" and part.filename == "content.xml" else None
                extent = sheet or _XlsxExtent(source, limits)
                for chunk in _unpacked(archive, part, allowance):
                    allowance -= len(chunk)
                    if allowance < 0:
                        raise _too_large(source, limits)
                    extent.feed(chunk)
    except UnreadableFile:
        raise
    except (*ARCHIVE_FAULTS, expat.ExpatError) as fault:
        raise DamagedFile(
            f'The file "{source.name}" is a damaged workbook.', advice="Get the file once more."
        ) from fault


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, allowance: int) -> Iterator[bytes]:
    # The reader stops at the stated size; stating more makes it go on to the true end, or beyond what is allowed.
    part.file_size = allowance + 2 * _CHUNK
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _too_large(source: Source, limits: Limits) -> TooLarge:
    return TooLarge(
        f'The file "{source.name}" unpacks to more than {limits.unpacked // 1_000_000} MB.',
        advice="Split it, or save the sheet as CSV.",
    )


def _check_extent(source: Source, rows: int, columns: int, limits: Limits) -> None:
    if rows * columns > limits.cells:
        raise TooLarge(
            f'A sheet of the file "{source.name}" reaches to row {rows} and column {columns}; '
            f"at most {limits.cells} cells are read.",
            where=f"row {rows}, column {columns}",
            advice="Perhaps one cell far away was filled by accident: delete it, or save the sheet as CSV.",
        )


@dataclass
class _XlsxExtent:
    """How far the filled cells of a sheet of XLSX reach; in parts that are no sheet nothing is found."""

    source: Source
    limits: Limits
    rows: int = 0
    columns: int = 0
    tail: bytes = b""

    def feed(self, chunk: bytes) -> None:
        text = self.tail + chunk
        for found in _CELL.finditer(text):
            self.columns = max(self.columns, _column(found[1]))
            self.rows = max(self.rows, int(found[2]))
        _check_extent(self.source, self.rows, self.columns, self.limits)
        # A cell cut in two by the end of the chunk is found with the next one.
        self.tail = text[-_TAIL:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


@dataclass
class _OdsExtent:
    """How far the filled cells of the sheets of ODS reach, repeated rows and cells counted."""

    source: Source
    limits: Limits
    row: int = 0
    column: int = 0
    filled_columns: int = 0
    row_repeats: int = 1
    is_filled: bool = False
    parser: expat.XMLParserType = field(default_factory=lambda: expat.ParserCreate(namespace_separator=" "))

    def __post_init__(self) -> None:
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        self.parser.Parse(chunk, False)

    def _refuse(self, *_: object) -> NoReturn:
        raise expat.ExpatError("A workbook has no document type of its own.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "table":
                self.row = self.filled_columns = 0
            case "table-row":
                self.row_repeats = _repeats(attributes, "number-rows-repeated")
                self.column, self.is_filled = 0, False
            case "table-cell" | "covered-table-cell":
                self.column += _repeats(attributes, "number-columns-repeated")
                if any(attribute.endswith(" value-type") for attribute in attributes):
                    self.is_filled = True
                    self.filled_columns = max(self.filled_columns, self.column)

    def _end(self, name: str) -> None:
        if name.endswith(" table-row"):
            self.row += self.row_repeats
            if self.is_filled:
                _check_extent(self.source, self.row, self.filled_columns, self.limits)


def _repeats(attributes: dict[str, str], name: str) -> int:
    return next((int(value) for key, value in attributes.items() if key.endswith(f" {name}")), 1)
