"""The lines of a vCard file: unfolded, with soft breaks joined, taken apart into name, parameters and raw value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_VALUE = 5_000_000
"""Bytes of one value. Photos of phones have a megabyte or two; what is longer is no contact."""

_BREAK = re.compile(rb"\r\n|\n|\r")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")
_PROPERTY = re.compile(
    rb"(?:END:VCARD|BEGIN:VCARD)\s*$"
    rb"|(?:FN|N|NICKNAME|TEL|EMAIL|ADR|LABEL|ORG|TITLE|ROLE|NOTE|URL|BDAY|PHOTO|REV|UID|CATEGORIES|X-[A-Z-]+)(?:;[^:\s]+)?:"
)
_BARE_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"}


@dataclass
class Line:
    """A property as the file has it. `name` is in capitals, parameters by their name in capitals, their values as they are.

    `value` is None when it was longer than `LONGEST_VALUE`; `size` counts its bytes all the same.
    """

    number: int
    group: str
    name: str
    params: dict[str, list[str]]
    value: bytes | None
    size: int = 0

    @property
    def encoding(self) -> str:
        """`QUOTED-PRINTABLE`, `BASE64` or nothing."""
        said = next((each.upper() for each in self.params.get("ENCODING", [])), "")
        return {"B": "BASE64", "Q": "QUOTED-PRINTABLE"}.get(said, said)

    @property
    def types(self) -> list[str]:
        """`home`, `work`, `cell`…, in small letters."""
        found = [part.strip().lower() for each in self.params.get("TYPE", []) for part in each.split(",")]
        return [each for each in found if each]


@dataclass
class _Open:
    """A property that may go on in the next line."""

    line: Line
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size <= LONGEST_VALUE:
            self.pieces.append(piece)

    def closed(self) -> Line:
        self.line.size = self.size
        self.line.value = b"".join(self.pieces) if self.size <= LONGEST_VALUE else None
        return self.line


def properties(data: bytes) -> Iterator[Line]:
    """The properties of the file, one after the other. A line that is none has the name "" and its text as value."""
    present: _Open | None = None
    soft = False  # the last line ended with a soft break of quoted-printable
    for number, raw in enumerate(_BREAK.split(data), start=1):
        if present is not None:
            if soft and not _begins_property(raw):
                soft = raw.endswith(b"=")
                present.add(raw[:-1] if soft else raw)
                continue
            soft = False
            if raw[:1] in (b" ", b"\t"):
                present.add(_unfolded(raw, present.line))
                continue
            if present.line.encoding == "BASE64" and raw and b":" not in raw and _BASE64.fullmatch(raw):
                present.add(raw)  # Outlook does not indent what goes on
                continue
        if not raw.strip():
            continue
        if present is not None:
            yield present.closed()
        present = _opened(number, raw)
        soft = present.line.encoding == "QUOTED-PRINTABLE" and present.pieces[-1].endswith(b"=")
        if soft:
            present.pieces[-1] = present.pieces[-1][:-1]
    if present is not None:
        yield present.closed()


def _begins_property(raw: bytes) -> bool:
    """Does a line after a soft break begin something new? Some phones break after the last character of a value."""
    return _PROPERTY.match(raw) is not None


def _unfolded(raw: bytes, line: Line) -> bytes:
    """What a folded line adds. Old programs indent by more than one space; their words keep one of them."""
    if line.encoding == "BASE64":
        return raw.strip()
    return raw[1:]


def _opened(number: int, raw: bytes) -> _Open:
    colon = _colon(raw)
    if colon < 0:
        opened = _Open(Line(number, "", "", {}, b""))
        opened.add(raw)
        return opened
    head, *rest = _parts(raw[:colon].decode("latin-1"), ";")
    group, _, name = head.strip().rpartition(".")
    opened = _Open(Line(number, group.lower(), name.strip().upper(), _params(rest), b""))
    opened.add(raw[colon + 1 :])
    return opened


def _colon(raw: bytes) -> int:
    """Where the value begins: the first colon outside of quotation marks; -1 where there is none."""
    first = raw.find(b":")
    if first < 0 or raw.count(b'"', 0, first) % 2 == 0:
        return first
    quoted = False
    for place, each in enumerate(raw[:2000]):
        if each == 0x22:
            quoted = not quoted
        elif each == 0x3A and not quoted:
            return place
    return first


def _params(parts: list[str]) -> dict[str, list[str]]:
    params: dict[str, list[str]] = {}
    for part in parts:
        name, equals, value = part.strip().partition("=")
        if not equals:  # 2.1: TEL;CELL;PREF
            name, value = ("ENCODING" if part.strip().upper() in _BARE_ENCODINGS else "TYPE"), part.strip()
        for each in _parts(value, ","):
            params.setdefault(name.strip().upper(), []).append(_said(each))
    return params


def _parts(text: str, mark: str) -> list[str]:
    """The text parted at the mark, not within quotation marks."""
    if '"' not in text:
        return text.split(mark)
    return [each.replace("\x00", mark) for each in _hide(text, mark).split(mark)]


def _hide(text: str, mark: str) -> str:
    return re.sub(r'"[^"]*"', lambda found: found[0].replace(mark, "\x00"), text)


def _said(value: str) -> str:
    """A parameter's value without its quotation marks; `^n`, `^'` and `^^` are what RFC 6868 says."""
    value = value.strip().strip('"')
    return re.sub(r"\^(['n^])", lambda found: {"'": '"', "n": "\n", "^": "^"}[found[1]], value)
