"""Messages with named fields: `Dear {person.salutation} {person.family_name},`.

A field that there is not is refused when the message is saved. A field without a value stops the sending to that person, so
that nobody ever reads “Dear ,”. What stands in a value is never read as a field. `{{` and `}}` are braces.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.formats import number_format

from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Organisation
from wellheard.customers.models import Account, CustomField, Person
from wellheard.customers.public_words import day_in_words, written_in
from wellheard.customers.words import language_name

PIECES = re.compile(r"\{\{|\}\}|\{([^{}\n]{0,100})\}|[{}]")
LONGEST_SUBJECT, LONGEST_TEXT = 200, 20_000
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
YES_NO = {
    "en": ("yes", "no"),
    "de": ("ja", "nein"),
    "fr": ("oui", "non"),
    "es": ("sí", "no"),
    "it": ("sì", "no"),
    "nl": ("ja", "nee"),
}

STANDARD: Mapping[str, str] = {
    "person.name": "their whole name",
    "person.given_name": "their first name",
    "person.family_name": "their family name",
    "person.salutation": "how a letter to them begins, as Mrs or Frau Dr.",
    "account.name": "the customer for whom they speak",
    "account.city": "where that customer is",
    "account.reference": "that customer’s reference",
    "owner.name": "who of us looks after them",
    "owner.email": "the e-mail address of who looks after them",
    "organisation.name": "our own name",
}
"""The fields of every message, with what they say."""

Texts = Mapping[str, Mapping[str, str]]


class ValueMissing(Exception):
    """Nothing is known that this field could say."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field

    @property
    def words(self) -> str:
        """Why nothing is sent, in a few words."""
        return f"nothing is known for {{{self.field}}}"


def fields_there_are() -> dict[str, str]:
    """Every field that a message may have, with what it says; the organisation's own fields as `custom.<key>`."""
    own = CustomField.objects.filter(retired_at=None).order_by("about", "position", "pk")
    return dict(STANDARD) | {f"custom.{each.key}": each.name for each in own}


def fields_in(text: str) -> list[str]:
    """The fields of a text, each once, in their order. Raises ValueError for a brace that belongs to none."""
    found: dict[str, None] = {}
    for piece in PIECES.finditer(text):
        if piece[1] is not None:
            found[piece[1].strip()] = None
        elif piece[0] in "{}":
            raise ValueError(text[max(0, piece.start() - 15) : piece.end() + 15])
    return list(found)


def clean_texts(texts: Texts) -> dict[str, dict[str, str]]:
    """The texts by language, each with subject and text. Refused where one is missing or too long, or a field is unknown."""
    known = fields_there_are()
    found: dict[str, dict[str, str]] = {}
    for language, parts in texts.items():
        subject, text = " ".join(str(parts.get("subject", "")).split()), str(parts.get("text", "")).strip()
        if not subject and not text:
            continue
        if not LANGUAGE_CODE.fullmatch(language):
            raise Refusal(f"“{language[:20]}” is no language that we know. Nothing was saved.", field="texts")
        for name, value, most in (("subject", subject, LONGEST_SUBJECT), ("text", text, LONGEST_TEXT)):
            _check(value, most, known, field=f"{name}_{language}", where=f"The {name} in {language_name(language)}")
        found[language] = {"subject": subject, "text": text}
    if not found:
        raise Refusal("There is no message yet. Nothing was saved; write it in one language at least.", field="text_en")
    return found


def _check(value: str, most: int, known: Mapping[str, str], *, field: str, where: str) -> None:
    if not value:
        raise Refusal(f"{where} is missing. Nothing was saved; write it, or empty that language.", field=field)
    if len(value) > most:
        raise Refusal(
            f"{where} has {len(value):,} characters, and {most:,} is the most. Nothing was saved.", field=field
        )
    try:
        names = fields_in(value)
    except ValueError as fault:
        raise Refusal(
            f"{where} has a single brace near “{fault}”. Nothing was saved; write a field as {{person.name}}, or two braces "
            "for one that should be read.",
            field=field,
        ) from None
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f"Did you mean {{{near[0]}}}?" if near else "The fields that there are stand beside the form."
            raise Refusal(
                f"{where} has the field {{{name}}}, which there is not. Nothing was saved. {hint}", field=field
            )


def language_for(texts: Texts, person: Person, organisation: Organisation) -> str:
    """The person's language where there is a text in it, else the organisation's, else the first."""
    wished = (person.language, person.account.language if person.account else "", organisation.default_language)
    return next((code for each in wished if (code := each.split("-")[0]) in texts), next(iter(sorted(texts)), ""))


@dataclass(frozen=True)
class Written:
    """A message as one person reads it."""

    language: str
    subject: str
    text: str


def write_for(person: Person, texts: Texts, organisation: Organisation) -> Written:
    """The message with this person's values, in their language. Raises `ValueMissing` for the first field without one.

    The person comes with account, owner and the account's owner (`select_related`), so that many cost no query each.
    """
    language = language_for(texts, person, organisation)

    def value(field: str) -> str:
        words = " ".join(_value(field, person, organisation, language).split())
        if not words:
            raise ValueMissing(field)
        return words

    parts = texts[language]
    return Written(language, fill(parts["subject"], value), fill(parts["text"], value))


def fill(text: str, value: Callable[[str], str]) -> str:
    """The text with the value of each field in its place."""

    def piece(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        return value(found[1].strip())

    return PIECES.sub(piece, text)


def _value(field: str, person: Person, organisation: Organisation, language: str) -> str:
    """What the field says about this person; empty when nothing is known."""
    about, _, name = field.partition(".")
    account: Account | None = person.account
    owner: Member | None = person.owner or (account.owner if account else None)
    if about == "custom":
        held = person.custom.get(name)
        return _in_words(held if held is not None else (account.custom.get(name) if account else None), language)
    if field not in STANDARD:
        return ""
    if about == "owner" and owner is not None and not owner.is_active:
        return ""
    record = {"person": person, "account": account, "owner": owner, "organisation": organisation}.get(about)
    return str(getattr(record, name, "") or "") if record is not None else ""


def _in_words(value: Any, language: str) -> str:
    """A value of the organisation's own field as one reads it in that language."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES_NO.get(language, YES_NO["en"])[0 if value else 1]
    if isinstance(value, int | float | Decimal):
        with written_in(language):
            return str(number_format(Decimal(str(value)), use_l10n=True, force_grouping=True))
    text = str(value)
    try:
        return day_in_words(date.fromisoformat(text), language) if len(text) == 10 else text
    except ValueError:
        return text
