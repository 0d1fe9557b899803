"""Taking a person out of a text: their names, addresses and numbers give way to a mark, everything else stays."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

REMOVED = "[removed on request]"
_NUMBER = re.compile(r"\+?\(?\d(?:[\d\s()/.\-\u2013\u00a0]*\d)")
_SHORTEST_PART = 3
_FEWEST_DIGITS = 6


@dataclass(frozen=True)
class Known:
    """What may name a person in a text. Phones by their digits; names whole, as they were ever written."""

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    _pattern: re.Pattern[str] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, names: Iterable[str], emails: Iterable[str] = (), phones: Iterable[str] = ()) -> "Known":
        """From whatever was written; what is too short to name anybody is left out."""
        whole = sorted({" ".join(each.split()) for each in names} - {""}, key=lambda each: (-len(each), each))
        mails = sorted({each.strip().casefold() for each in emails} - {""}, key=lambda each: (-len(each), each))
        digits = {"".join(c for c in each if c.isascii() and c.isdigit()).lstrip("0") for each in phones}
        numbers = sorted(each for each in digits if len(each) >= _FEWEST_DIGITS)
        return cls(tuple(whole), tuple(mails), tuple(numbers), _pattern_of(whole, mails))

    def removed_from(self, text: str) -> str:
        """The text with the mark wherever it names the person."""
        if not text:
            return text
        cleaned = self._pattern.sub(REMOVED, text) if self._pattern is not None else text
        return _NUMBER.sub(self._number, cleaned) if self.phones else cleaned

    def named_in(self, text: str) -> bool:
        """Does the text name the person?"""
        return bool(text) and self.removed_from(text) != text

    def _number(self, found: re.Match[str]) -> str:
        digits = "".join(c for c in found[0] if c.isascii() and c.isdigit()).lstrip("0")
        same = len(digits) >= _FEWEST_DIGITS and any(
            digits == each or each.endswith(digits) or digits.endswith(each) for each in self.phones
        )
        return REMOVED if same else found[0]


def _pattern_of(names: Iterable[str], emails: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names and addresses whatever their case; the parts of a name only as they are written, since Young and Best are
    words as well."""
    wholes: list[str] = [re.escape(each) for each in emails]
    parts: dict[str, None] = {}
    for name in names:
        words = [word.strip(",.;") for word in name.split()]
        wholes.append(r"\s+".join(re.escape(word) for word in name.split()))
        if len(words) > 1:
            wholes.append(rf"{re.escape(words[-1])},?\s+{re.escape(' '.join(words[:-1]))}")
        parts |= dict.fromkeys(word for word in words if len(word) >= _SHORTEST_PART and word[:1].isupper())
    if not wholes:
        return None
    either = [rf"(?i:{'|'.join(wholes)})"]
    if parts:
        either.append("|".join(re.escape(part) for part in sorted(parts, key=lambda each: (-len(each), each))))
    return re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?!\w)")
