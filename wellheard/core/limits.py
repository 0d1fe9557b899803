"""What no database holds, or only one of ours: refused with a sentence before it is written, the same on both.

SQLite would keep a text that is longer than its column; PostgreSQL fails with an error that says nothing to a person.
Neither can be told to keep half a character, and PostgreSQL no NUL.
"""

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models

from wellheard.core.errors import Refusal

NUMBERS = {
    "SmallIntegerField": 2**15,
    "PositiveSmallIntegerField": 2**15,
    "IntegerField": 2**31,
    "PositiveIntegerField": 2**31,
    "BigIntegerField": 2**63,
    "PositiveBigIntegerField": 2**63,
}


def refuse_what_no_database_holds(record: models.Model, only: Collection[str] | None = None) -> None:
    """Raise a `Refusal` that names the first field (of `only` these, if given) whose value can't be kept as it is."""
    there = record.__dict__
    for field in record._meta.concrete_fields:
        if field.attname in there and (only is None or field.attname in only):
            why = _why_not(field, there[field.attname])
            if why:
                raise Refusal(f"“{field.verbose_name}” {why} Nothing was saved.", field=field.attname)


def _why_not(field: "models.Field[Any, Any]", value: Any) -> str:
    if isinstance(value, str):
        longest = getattr(field, "max_length", None)
        if longest is not None and len(value) > longest:
            return f"has {len(value):,} characters, and {longest:,} is the most. Shorten it and save again."
        return _unfit(value)
    if isinstance(value, dict | list):
        return next((why for text in _texts(value) if (why := _unfit(text))), "")
    if isinstance(value, int) and (limit := NUMBERS.get(field.get_internal_type())) and not -limit <= value < limit:
        return f"is {value}, which is too far from zero to be kept. Correct it and save again."
    return ""


def _texts(value: Any) -> Iterator[str]:
    """Every text within a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _unfit(text: str) -> str:
    if "\x00" in text:
        return "holds the character NUL, which is no letter and can't be kept. Take it out and save again."
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "holds half a character (a lone surrogate), which can't be kept. Take it out and save again."
    return ""
