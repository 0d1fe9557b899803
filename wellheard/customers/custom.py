"""Values of the organisation's own fields: read and checked by type, on every way in."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from wellheard.core.errors import Refusal
from wellheard.customers.models import Account, CustomField, Person
from wellheard.customers.values import clean_words

YES = frozenset({"yes", "true", "1", "on", "y"})
NO = frozenset({"no", "false", "0", "off", "n"})
LONGEST = 2_000
MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""`1,500` is one and a half to some, fifteen hundred to others."""
Value = CustomField.Value
Present = dict[str, Any]


def fields_of(about: str) -> list[CustomField]:
    """The fields in use for accounts (`"account"`) or people (`"person"`), in their order."""
    return list(CustomField.objects.filter(about=about, retired_at__isnull=True).order_by("position", "pk"))


def about_of(record: Account | Person) -> str:
    """`account` or `person`."""
    return "account" if isinstance(record, Account) else "person"


def with_custom(about: str, present: Mapping[str, Any], given: Mapping[str, Any]) -> Present:
    """`present` with the values `given` by the keys of fields; an empty value (None, "") takes one away.

    Refused, with the field named `custom_<key>`, when there is no such field or the value is not of its type.
    """
    if not given:
        return dict(present)
    if not isinstance(given, Mapping):
        raise Refusal(
            "The values of own fields are given by the keys of the fields. Nothing was saved.", field="custom"
        )
    known = {field.key: field for field in CustomField.objects.filter(about=about, key__in=[*map(str, given)])}
    values = dict(present)
    for key, value in given.items():
        field = known.get(key)
        if field is None:
            raise Refusal(
                f"There is no field “{str(key)[:60]}” here. Nothing was saved; leave it out, or define the field first.",
                field="custom",
            )
        clean = read_value(field, value)
        if clean == present.get(key):
            continue
        if field.retired_at is not None:
            raise Refusal(
                f"The field “{field.name}” is no longer used. Nothing was saved; leave it out, or use it again.",
                field=f"custom_{key}",
            )
        if clean is None:
            values.pop(key, None)
        else:
            values[key] = clean
    return values


def read_value(field: CustomField, value: Any) -> str | int | float | bool | None:
    """A value of this field as it is kept: text, a number, `2026-11-25` for a day, True or False; None when empty."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    match field.value_type:
        case Value.NUMBER:
            return _number(field, value)
        case Value.DATE:
            return _day(field, value)
        case Value.YES_NO:
            return _yes_no(field, value)
        case Value.CHOICE:
            words = clean_words(value)
            found = next((each for each in field.choices if each.casefold() == words.casefold()), None)
            if found is None:
                raise _wrong(field, value, f"one of: {', '.join(field.choices)}")
            return str(found)
        case _:
            text = str(value).strip()
            if len(text) > LONGEST:
                raise Refusal(
                    f"“{field.name}” has {len(text):,} characters; {LONGEST:,} is the most. Nothing was saved. Shorten it.",
                    field=f"custom_{field.key}",
                )
            return text


def _number(field: CustomField, value: Any) -> int | float:
    text = str(value).strip().replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    if MAYBE_THOUSANDS.fullmatch(text):
        raise _wrong(field, value, f"{text.replace(',', '')} or {text.replace(',', '.')}, which a comma does not tell")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _wrong(field, value, "a number, as 12.5") from None
    if isinstance(value, bool) or not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise _wrong(field, value, "a number below a thousand million million")
    whole = float(number)
    return int(number) if math.isfinite(whole) and number == number.to_integral_value() else whole


def _day(field: CustomField, value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise _wrong(field, value, "a day, as 2026-11-25") from None


def _yes_no(field: CustomField, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = clean_words(value).casefold()
    if words not in YES | NO:
        raise _wrong(field, value, "yes or no")
    return words in YES


def _wrong(field: CustomField, value: Any, wanted: str) -> Refusal:
    return Refusal(
        f"“{field.name}” can’t be “{str(value)[:60]}”: it is {wanted}. Nothing was saved; correct it and save again.",
        field=f"custom_{field.key}",
    )


def value_in_words(field: CustomField, value: Any) -> str:
    """The value as a person reads it; empty when there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
