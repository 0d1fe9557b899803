"""What is noted about customers, made clean: one function for each sort of value, for forms, imports and the API alike."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumbers.geodata.locale import LOCALE_DATA

from wellheard.core.errors import Refusal
from wellheard.customers.models import Lifecycle

MOST_TAGS = 50
LONGEST_TAG = 60
LONGEST_REASON = 500
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def _english(names: dict[str, str]) -> str:
    name = names.get("en", "")
    return names.get(name[1:], "") if name.startswith("*") else name  # “*aa”: as in the language aa


COUNTRIES: dict[str, str] = {code: _english(names) for code, names in LOCALE_DATA.items() if _english(names)}
"""Two letters → the English name."""
_CODES = {name.casefold(): code for code, name in COUNTRIES.items()}
NEED_A_REASON = frozenset({Lifecycle.AT_RISK, Lifecycle.LOST, Lifecycle.WON_BACK})


def clean_words(text: Any) -> str:
    """One line without blanks around it."""
    return " ".join(str(text or "").split())


def clean_reason(text: str, *, field: str = "reason") -> str:
    """Why something was decided, without blanks around it; empty when nothing is said. Refused when it would have to be cut."""
    reason = text.strip()
    if len(reason) > LONGEST_REASON:
        raise Refusal(
            f"The reason has {len(reason):,} characters; {LONGEST_REASON} is the most. Nothing was saved; shorten it.",
            field=field,
        )
    return reason


def clean_email(email: Any, *, field: str = "email") -> str:
    """The address as it was given, without blanks around it; empty when there is none. Refused when it is no address."""
    address = str(email or "").strip()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        raise Refusal(
            f"“{address[:80]}” is no e-mail address. Nothing was saved; correct it, or leave it empty.", field=field
        ) from None
    return address


def clean_tags(tags: str | Iterable[Any] | None) -> list[str]:
    """Tags, each once whatever its case, in the order of the alphabet. A text is cut at its commas."""
    pieces = tags.split(",") if isinstance(tags, str) else [str(each) for each in tags or ()]
    found: dict[str, str] = {}
    for piece in pieces:
        words = clean_words(piece)
        if not words:
            continue
        if len(words) > LONGEST_TAG:
            raise Refusal(
                f"The tag “{words[:30]}…” has {len(words):,} characters; {LONGEST_TAG} is the most. "
                "Nothing was saved. Shorten it and save again.",
                field="tags",
            )
        if "," in words:
            raise Refusal(
                f"The tag “{words}” holds a comma, which parts one tag from the next. Nothing was saved; "
                "write two tags, or leave the comma out.",
                field="tags",
            )
        found.setdefault(words.casefold(), words)
    if len(found) > MOST_TAGS:
        raise Refusal(
            f"These are {len(found):,} tags; {MOST_TAGS} is the most. Nothing was saved. Leave some out and save again.",
            field="tags",
        )
    return [words for _, words in sorted(found.items())]


def clean_country(country: Any) -> str:
    """Two capital letters; the English name is understood too. Empty when none is given, refused when there is no such."""
    words = clean_words(country)
    code = words.upper() if words.upper() in COUNTRIES else _CODES.get(words.casefold(), "")
    if words and not code:
        raise Refusal(
            f"There is no country “{words[:60]}”. Nothing was saved; write its two letters, as DE, or its English name.",
            field="country",
        )
    return code


def clean_language(language: Any) -> str:
    """A language's code in small letters (`de`, `pt-br`); refused when it is none."""
    code = clean_words(language).lower().replace("_", "-")
    if code and not LANGUAGE.fullmatch(code):
        raise Refusal(
            f"“{code[:40]}” is no code of a language. Nothing was saved; write it as de, fr or pt-br.",
            field="language",
        )
    return code


def clean_lifecycle(to: Any, reason: str) -> tuple[Lifecycle, str]:
    """Where a customer stands, with the reason that some of it needs."""
    words = clean_words(reason)
    try:
        wanted = Lifecycle(str(to))
    except ValueError:
        raise Refusal(
            f"There is no such standing as “{str(to)[:40]}”. Nothing was changed; use one of: "
            f"{', '.join(Lifecycle.values)}.",
            field="lifecycle",
        ) from None
    if wanted in NEED_A_REASON and not words:
        raise Refusal(
            f"“{wanted.label.capitalize()}” needs a reason, so that whoever reads it later knows why. "
            "Nothing was changed; write it in a sentence.",
            field="reason",
        )
    return wanted, words
