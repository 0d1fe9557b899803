"""Cards from a file: good ones are kept, each bad one is named with its line and why."""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from wellheard.ground.text.keeping import keepable
from wellheard.ground.vcard.lines import LONGEST_VALUE, Line, properties

BINARY = {"PHOTO": "photo", "LOGO": "logo", "SOUND": "sound", "KEY": "key"}
MOST_PROPERTIES = 5_000
MOST_CARDS = 1_000_000


@dataclass(frozen=True)
class Property:
    """A value as text. `params` as the file has them, `types` in small letters."""

    name: str
    text: str
    group: str = ""
    types: tuple[str, ...] = ()
    params: dict[str, list[str]] = field(default_factory=dict)
    line: int = 0

    @property
    def is_main(self) -> bool:
        """Is it marked as the preferred one?"""
        return "pref" in self.types or self.params.get("PREF", [""])[0] == "1"


@dataclass(frozen=True)
class LeftOut:
    """Something in a card that is no text: what it is, its bytes (as decoded), and whether it could be decoded at all."""

    what: str
    size: int
    is_broken: bool = False


@dataclass
class Card:
    """One card: its number in the file (from 1), the line where it begins, its version, what it says."""

    number: int
    line: int
    version: str = ""
    properties: list[Property] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    replaced: int = 0
    """Characters that could not be decoded and stand as U+FFFD."""
    encodings: set[str] = field(default_factory=set)

    def all(self, name: str) -> list[Property]:
        """Every property of this name, in the order of the file."""
        return [each for each in self.properties if each.name == name]

    def first(self, name: str) -> str:
        """The first value of this name that says something; empty without one."""
        return next((each.text.strip() for each in self.all(name) if each.text.strip()), "")


@dataclass(frozen=True)
class Fault:
    """A card that can't be taken: its number, line, the property, the reason as a sentence, and its name if it was read."""

    number: int
    line: int
    field: str
    reason: str
    name: str = ""


@dataclass
class Cards:
    """What is in the file."""

    cards: list[Card] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    outside: int = 0
    """Lines between cards that belong to none."""
    encoding: str = "utf-8"

    @property
    def count(self) -> int:
        """All cards, good and bad."""
        return len(self.cards) + len(self.faults)


class _UnreadableError(Exception):
    def __init__(self, line: Line, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def looks_like_cards(data: bytes) -> bool:
    """Does the file begin as a vCard does, whatever its name?"""
    text, _ = _as_bytes(data[:400])
    return bool(re.match(rb"\s*BEGIN\s*:\s*VCARD", text, re.IGNORECASE))


def read_cards(data: bytes) -> Cards:
    """Read every card. Never raises for what a file holds: a card that can't be taken is a `Fault`."""
    content, encoding = _as_bytes(data)
    found = Cards(encoding=encoding)
    reader = _Reader(found)
    for line in properties(content):
        reader.take(line)
        if found.count >= MOST_CARDS:
            found.faults.append(
                Fault(found.count + 1, line.number, "file", f"More than {MOST_CARDS:,} cards are not read.")
            )
            return found
    reader.end()
    encodings = set().union(*(card.encodings for card in found.cards)) if found.cards else set()
    if "windows-1252" in encodings and encoding == "utf-8":
        found.encoding = "windows-1252" if "utf-8" not in encodings else "utf-8 and windows-1252"
    return found


@dataclass
class _Reader:
    found: Cards
    card: Card | None = None
    fault: tuple[Line, str] | None = None
    inner: int = 0
    """How deep within cards inside the card we are."""
    after_agent: bool = False
    count: int = 0

    def take(self, line: Line) -> None:
        """The next property of the file."""
        says = (line.value or b"").strip().upper() if line.name in {"BEGIN", "END"} else b""
        if line.name == "BEGIN" and says == b"VCARD":
            self._begin(line)
        elif line.name == "END" and says == b"VCARD":
            self._end()
        elif self.card is None:
            self.found.outside += 1
        elif not self.inner:
            self._property(self.card, line)
        self.after_agent = line.name == "AGENT" and not (line.value or b"").strip()

    def _begin(self, line: Line) -> None:
        if self.card is not None and (self.inner or self.after_agent):
            self.inner += 1  # the agent of somebody is a card within the card
            return
        self._give_up("The card has no end: another one begins in line " + str(line.number) + ".")
        self.count += 1
        self.card, self.fault, self.inner = Card(self.count, line.number), None, 0

    def _end(self) -> None:
        if self.inner:
            self.inner -= 1
            if not self.inner and self.card is not None:
                self.card.left_out.append(LeftOut("card of an assistant", 0))
            return
        if self.card is None:
            self.found.outside += 1
        elif self.fault is not None:
            self._give_up("")
        else:
            self.found.cards.append(self.card)
            self.card = None

    def end(self) -> None:
        """The file has ended."""
        self._give_up("The file ends before the card does: it was cut off.")

    def _give_up(self, reason: str) -> None:
        if self.card is None:
            return
        line, why = self.fault or (None, reason)
        name = self.card.first("FN") or self.card.first("EMAIL")
        where = (line.name or "line") if line is not None else "END"
        number = line.number if line is not None else self.card.line
        self.found.faults.append(Fault(self.card.number, number, where, why, name))
        self.card = self.fault = None
        self.inner = 0

    def _property(self, card: Card, line: Line) -> None:
        if not line.name:
            return self._oddity(card, line)
        if len(card.properties) >= MOST_PROPERTIES and self.fault is None:
            self.fault = line, f"The card has more than {MOST_PROPERTIES:,} properties; nobody’s has."
        if self.fault is not None:
            return None
        try:
            card.properties += _read(card, line)
        except _UnreadableError as fault:
            self.fault = fault.line, fault.reason
        if line.name == "VERSION" and not card.version:
            card.version = card.first("VERSION")
        return None

    def _oddity(self, card: Card, line: Line) -> None:
        """A line without a colon: what other programs lost on the way is counted, and costs nobody their card."""
        card.left_out.append(LeftOut("line that is no property", line.size))


def _read(card: Card, line: Line) -> Iterator[Property]:
    types = line.types
    if line.name in BINARY and (line.encoding == "BASE64" or (line.value or b"")[:5].lower() == b"data:"):
        card.left_out.append(_binary(line))
        return
    if line.value is None:
        raise _UnreadableError(
            line, f"{line.name} has {line.size:,} characters, and {LONGEST_VALUE:,} are the most that is read."
        )
    if line.name in BINARY:
        if line.value.strip():
            card.left_out.append(LeftOut(f"{BINARY[line.name]} elsewhere (only its address)", 0))
        return
    raw = line.value
    if line.encoding == "QUOTED-PRINTABLE":
        raw = quopri.decodestring(raw)
    elif line.encoding == "BASE64":
        try:
            raw = binascii.a2b_base64(raw)
        except binascii.Error:
            raise _UnreadableError(line, f"{line.name} says that it is base64, and is not.") from None
    text, encoding = _decoded(raw, line)
    if not raw.isascii():
        card.encodings.add(encoding)
    text = keepable(text)
    card.replaced += text.count("\ufffd")
    yield Property(line.name, text, line.group, tuple(types), line.params, line.number)


def _binary(line: Line) -> LeftOut:
    what = BINARY[line.name]
    if line.value is None:
        return LeftOut(what, line.size * 3 // 4)
    raw = line.value
    if raw[:5].lower() == b"data:":
        raw = raw.partition(b",")[2]
    try:
        return LeftOut(what, len(binascii.a2b_base64(raw, strict_mode=False)))
    except (binascii.Error, ValueError):
        return LeftOut(what, len(raw), is_broken=True)


def _decoded(raw: bytes, line: Line) -> tuple[str, str]:
    """The text in the charset that the property names; else UTF-8, else what Western Windows writes."""
    said = next((each.strip() for each in line.params.get("CHARSET", []) if each.strip()), "")
    if said:
        try:
            name = codecs.lookup(said).name
            if name in {"rot13", "base64", "hex", "zlib", "bz2", "quopri", "uu", "idna", "punycode", "undefined"}:
                raise LookupError
            return raw.decode(name, "replace"), name
        except (LookupError, UnicodeError, ValueError):
            if raw.isascii():
                return raw.decode("ascii"), "ascii"
            raise _UnreadableError(
                line, f"{line.name} is written in “{said[:40]}”, which is no encoding that is known here."
            ) from None
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if line.encoding == "QUOTED-PRINTABLE" and _mostly_utf8(raw):
        return raw.decode("utf-8", "replace"), "utf-8"
    return raw.decode("cp1252", "replace"), "windows-1252"


def _mostly_utf8(raw: bytes) -> bool:
    """Is it UTF-8 with a character cut off at the end?"""
    text = raw.decode("utf-8", "replace")
    return text.count("\ufffd") <= 2 and any(ord(each) > 127 and each != "\ufffd" for each in text)


def _as_bytes(data: bytes) -> tuple[bytes, str]:
    """The file as UTF-8 or as it is, without a byte order mark."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            if encoding == "utf-8":
                return data[len(mark) :], "utf-8"
            return data.decode("utf-16", "replace").encode("utf-8", "replace"), "utf-16"
    return data, "utf-8"
