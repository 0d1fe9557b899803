"""Phone numbers: what someone gave, and the one form by which the same number is found again."""

import re
from dataclasses import dataclass

import phonenumbers

from wellheard.ground.text.keeping import keepable

_EXTENSION = re.compile(
    r"[\s,;/(-]*\b(?:poste|durchwahl|dw|apparat|app|nebenstelle|nst|interno|toestel)\b[\s.:]*(\d{1,7})\s*\)?$",
    re.IGNORECASE,
)
"""An extension in words that `phonenumbers` does not read: French, German, Italian, Dutch."""


@dataclass(frozen=True)
class Phone:
    """`key` is E.164 (`+493412345678`) when the number can be read, else its digits, else the words in small letters."""

    key: str
    extension: str
    is_valid: bool


def read_phone(given: str, country: str = "") -> Phone:
    """Read a number as people write it: with spaces, `00` or `+`, national with `country` (two letters), with extension.

    Never raises: what can't be read is kept with `is_valid` False, so that nothing is dropped for its phone.
    """
    text = keepable(given).strip()
    try:
        number = phonenumbers.parse(_EXTENSION.sub(r" ext. \1", _with_plus(text)), country.upper() or None)
    except phonenumbers.NumberParseException:
        return Phone(_digits(text) or text.casefold(), "", False)
    if not phonenumbers.is_possible_number(number):
        return Phone(_digits(text) or text.casefold(), number.extension or "", False)
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(key, number.extension or "", phonenumbers.is_valid_number(number))


def _with_plus(text: str) -> str:
    """`00` in front stands for `+` in most of the world."""
    return f"+{text[2:]}" if text.startswith("00") else text


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isascii() and each.isdigit())
