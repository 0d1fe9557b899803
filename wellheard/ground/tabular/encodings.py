"""In which encoding a text file is written: told by its byte-order mark, tried, or guessed and said to be a guess."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from wellheard.ground.tabular.central_european import is_windows_1250
from wellheard.ground.tabular.errors import BrokenEncoding, NotText
from wellheard.ground.tabular.source import Source

_CHUNK = 1 << 20
# The longer marks first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(code for code in (*range(1, 0x20), 0x7F) if chr(code) not in "\t\n\v\f\r\x1a\x1b")
_MOST_CONTROLS = 0.01
_BYTES_A_NUL = 10_000
"""A slip of the program that wrote the file leaves one NUL here and there: one always, and one more for so many bytes."""


@dataclass(frozen=True)
class Encoding:
    """The encoding to read with. Bytes that are no text in it (`broken_bytes`) become U+FFFD when `errors` says so."""

    codec: str
    has_bom: bool
    is_sure: bool
    errors: Literal["strict", "replace"] = "strict"
    broken_bytes: int = 0


class _Fault(NamedTuple):
    byte: int
    line: int

    def __str__(self) -> str:
        return f"line {self.line}, byte {self.byte}"


def find_encoding(source: Source, wanted: str | None) -> Encoding:
    """The encoding of a text file.

    Without `wanted`: what the byte-order mark says, else UTF-8, else as a guess Windows-1250 where its letters say so, or
    Windows-1252. A file that is UTF-8 but for a few bytes stays UTF-8, those bytes replaced. Raises BrokenEncoding, and
    NotText for many NUL bytes and for other binary content. A few NULs pass; whoever reads the cells marks them, for no
    database keeps them.
    """
    mark = next((codec for mark, codec in _MARKS if source.head(4).startswith(mark)), None)
    if wanted is not None:
        return _asked_for(source, wanted, mark)
    if mark is not None:
        if fault := _first_fault(source, mark):
            raise BrokenEncoding(
                f'The file "{source.name}" says that it is {mark.removesuffix("-sig").upper()}, but {fault}, is not.',
                where=str(fault),
                advice="Save it as UTF-8 once more, or say which encoding it has.",
            )
        return Encoding(mark, has_bom=True, is_sure=True)
    _check_is_not_binary(source)
    if _first_fault(source, "utf-8") is None:
        return Encoding("utf-8", has_bom=False, is_sure=True)
    good, broken = _letters_and_faults(source)
    if good > broken:
        return Encoding("utf-8", has_bom=False, is_sure=False, errors="replace", broken_bytes=broken)
    if is_windows_1250(_chunks(source)) and _first_fault(source, "cp1250") is None:
        return Encoding("cp1250", has_bom=False, is_sure=False)
    if fault := _first_fault(source, "cp1252"):
        raise BrokenEncoding(
            f'The file "{source.name}" is neither UTF-8 nor Windows-1252 text: {fault}, is no character.',
            where=str(fault),
            advice="Save it as UTF-8, or say which encoding it has.",
        )
    return Encoding("cp1252", has_bom=False, is_sure=False)


def _asked_for(source: Source, wanted: str, mark: str | None) -> Encoding:
    try:
        # The standard library marks codecs such as base64, which turn bytes into bytes, only in this way.
        info = codecs.lookup(wanted)
        is_text = bool(getattr(info, "_is_text_encoding", True))
    except (LookupError, ValueError):
        is_text = False
    if not is_text:
        raise BrokenEncoding(
            f'There is no text encoding "{wanted}".', advice="Names look like utf-8, utf-16, cp1252 or iso-8859-2."
        )
    codec = info.name
    if codec == "utf-8" and mark == "utf-8-sig":
        codec = "utf-8-sig"
    if fault := _first_fault(source, codec):
        raise BrokenEncoding(
            f'The file "{source.name}" is not text in {wanted}: {fault}, does not fit.',
            where=str(fault),
            advice="Say another encoding, or leave it to the reader.",
        )
    return Encoding(codec, has_bom=mark is not None and codec.startswith(("utf-8", "utf-16", "utf-32")), is_sure=True)


def _first_fault(source: Source, codec: str) -> _Fault | None:
    """Where the file stops being text in this encoding; None when it never does. Raises NotText."""
    # The decoder that skips the mark would count bytes without it.
    decoder = codecs.getincrementaldecoder(codec.removesuffix("-sig"))()
    position, line = 0, 1
    nuls, first_nul, most_nuls = 0, 0, _most_nuls(source)
    with source.open() as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError as fault:
                start = fault.start if isinstance(fault, UnicodeDecodeError) else 0
                before = (chunk[: max(0, start - pending)]).decode(codec, errors="ignore") if start else ""
                return _Fault(position - pending + start, line + before.count("\n"))
            if found := text.count("\0"):
                nuls, first_nul = nuls + found, first_nul or line + text[: text.index("\0")].count("\n")
                if nuls > most_nuls:
                    raise _many_nuls(source, first_nul)
            if not chunk:
                return None
            position += len(chunk)
            line += text.count("\n")


def _chunks(source: Source) -> Iterator[bytes]:
    with source.open() as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _check_is_not_binary(source: Source) -> None:
    head = source.head(_CHUNK)
    if head.count(b"\0") > _most_nuls(source):
        raise _many_nuls(source, head[: head.index(b"\0")].count(b"\n") + 1)
    if len(head) - len(head.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(head):
        raise NotText(
            f'The file "{source.name}" is not text: it holds many control characters.',
            where="line 1",
            advice="Save the table as CSV or XLSX.",
        )


def _most_nuls(source: Source) -> int:
    return 1 + source.size // _BYTES_A_NUL


def _many_nuls(source: Source, line: int) -> NotText:
    return NotText(
        f'The file "{source.name}" holds many NUL bytes from line {line} on, which no text has.',
        where=f"line {line}",
        advice="If it is text in UTF-16 without a byte-order mark, say the encoding utf-16-le.",
    )


def _letters_and_faults(source: Source) -> tuple[int, int]:
    """How many characters beyond ASCII are right UTF-8, and how many bytes are not."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    good = broken = 0
    with source.open() as file:
        chunk = b"start"
        while chunk:
            chunk = file.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            right = text.encode("utf-8", errors="ignore").decode()
            broken += len(text) - len(right)
            good += len(right) - len(right.encode("ascii", errors="ignore"))
    return good, broken
