"""The one exact text of a value, and its digest: what the audit trail hashes.

The text is JSON with sorted keys and without needless space. It is hashed and kept as it is; nobody ever has to build
it a second time, so an offline verifier needs no more than SHA-256.

    None, True, 12        null, true, 12
    "Größe"               the same characters, not normalised, not escaped beyond what JSON demands
    Decimal("1.50")       "1.50", as a string with the digits that it has
    date, datetime        "2026-11-16", "2026-11-16T15:30:00.000000Z": UTC, always six decimals
    UUID                  "7f0c…", as a string
    list, tuple           […] in their order
    mapping               {…} with text keys in the order of their code points

Floats are refused, finite ones too: 0.1 + 0.2 has no single text, and another program prints it differently. Give a
Decimal or a string. Bytes, sets, times without a zone and unknown types are refused as well.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

MIN_SALT = 32
_MAX_DEPTH = 100


class NotCanonical(ValueError):
    """This value has no single exact text. The sentence says where in it the trouble is, and what to give instead."""


def canonical(value: object) -> str:
    """The exact text of a value, the same for equal values whatever the order of their keys. Raises NotCanonical."""
    plain = _plain(value, "the value", 0)
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """The SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def salted_digest(salt: str, value: object) -> str:
    """A digest that proves a personal value to who holds the salt, and says nothing once the salt is erased.

    HMAC-SHA-256 over the canonical text, both in UTF-8, the salt as the key; 64 hexadecimal digits. The salt must be
    long and random, at least 32 characters, or short values could be guessed. Raises ValueError and NotCanonical.
    """
    if len(salt) < MIN_SALT:
        raise ValueError(
            f"The salt has {len(salt)} characters; with fewer than {MIN_SALT} short values can be guessed."
        )
    return hmac.new(salt.encode(), canonical(value).encode(), hashlib.sha256).hexdigest()


def _plain(value: object, where: str, depth: int) -> Any:
    """The value in the types that JSON has. Texts and numbers of derived types (choices of a form) become plain."""
    if depth > _MAX_DEPTH:
        raise NotCanonical(f"{where} is nested deeper than {_MAX_DEPTH} levels, or contains itself.")
    match value:
        case None | bool():
            return value
        case int():
            return int(value)
        case str():
            return _text(str.__str__(value), where)
        case Decimal():
            if not value.is_finite():
                raise NotCanonical(f"{where} is {value}, which is no number.")
            return str(value)
        case datetime():
            if value.utcoffset() is None:
                raise NotCanonical(f"{where} is the moment {value.isoformat()} without a time zone.")
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {_key(key, where): _plain(item, f"{where} › {key}", depth + 1) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item, f"{where} › {place}", depth + 1) for place, item in enumerate(value, start=1)]
        case float():
            raise NotCanonical(f"{where} is the float {value!r}, which has no single text; give a Decimal or a string.")
        case bytes() | bytearray() | memoryview():
            raise NotCanonical(f"{where} is bytes; give their text or their digest.")
    raise NotCanonical(f"{where} is a {type(value).__name__}, which has no single text; give texts, numbers or dates.")


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise NotCanonical(f'{where} has the key {key!r}, which is no text: 1 and "1" would become the same key.')
    return _text(str.__str__(key), where)


def _text(text: str, where: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonical(f"{where} holds half a character (a lone surrogate), which UTF-8 cannot write.") from None
    return text
