"""Where the bytes of a table come from, and what kind of file they are, told by their first bytes and not by the name."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from wellheard.ground.tabular.errors import DamagedFile, EmptyFile, TooLarge, UnreadableFile, WrongKind
from wellheard.ground.tabular.table import Limits

Kind = Literal["text", "xlsx", "ods", "xls"]

# What the standard library raises on archives that are broken or made up; NotImplementedError is a RuntimeError.
ARCHIVE_FAULTS = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError, LookupError)

_HEAD = 4096
_OTHER_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"Rar!", "an archive (RAR)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"PAR1", "a Parquet file"),
    (b"$FL", "an SPSS file"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<!--")
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]\s*[\"{\[]")
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_SAVE_AS = "Open it in the program it comes from and save the table as CSV or XLSX."


@dataclass(frozen=True)
class Source:
    """A file, on disk or in memory, with the name that its owner knows it by."""

    name: str
    content: Path | bytes

    @property
    def size(self) -> int:
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def open(self) -> BinaryIO:
        return BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")

    def head(self, length: int = _HEAD) -> bytes:
        with self.open() as file:
            return file.read(length)


def check_size(source: Source, limits: Limits) -> None:
    """Raises UnreadableFile, EmptyFile or TooLarge, before anything is read."""
    if isinstance(source.content, Path) and not source.content.is_file():
        raise UnreadableFile(f'There is no file "{source.name}".', advice="Check its name and its folder.")
    if source.size == 0:
        raise EmptyFile(f'The file "{source.name}" is empty.', advice="Check that it is the file you meant.")
    if source.size > limits.bytes:
        raise TooLarge(
            f'The file "{source.name}" has {_megabytes(source.size)}; at most {_megabytes(limits.bytes)} are read.',
            advice="Split it into several files.",
        )


def kind_of(source: Source) -> Kind:
    """Text, or which kind of workbook. Raises WrongKind for what is neither."""
    head = source.head()
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(source)
    for beginning, kind in _OTHER_KINDS:
        if head.startswith(beginning):
            raise WrongKind(f'The file "{source.name}" is {kind}, not a table.', advice=_SAVE_AS)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise WrongKind(f'The file "{source.name}" is a web page or XML, not a table.', advice=_SAVE_AS)
    if _JSON.match(head):
        raise WrongKind(f'The file "{source.name}" is JSON, not a table.', advice=_SAVE_AS)
    return "text"


def _kind_of_archive(source: Source) -> Kind:
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "mimetype" in names and archive.open("mimetype").read(_HEAD).strip() == _ODS_TYPE:
                return "ods"
    except ARCHIVE_FAULTS as fault:
        raise DamagedFile(
            f'The file "{source.name}" is a damaged workbook or archive.', advice="Get the file once more."
        ) from fault
    if "xl/workbook.bin" in names:
        what = "a binary workbook (XLSB)"
    elif "word/document.xml" in names:
        what = "a text document (Word)"
    else:
        what = "an archive (ZIP)"
    raise WrongKind(f'The file "{source.name}" is {what}, not a table.', advice=_SAVE_AS)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB" if size >= 1_000_000 else f"{size} bytes"
