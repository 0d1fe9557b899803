"""The public complaint form: its fields in the customer's language, and what they typed made clean."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from wellheard.cases.texts import say
from wellheard.core.models.organisation import Site

LONGEST = 50_000
LIMITS = {"words": LONGEST, "remedy": LONGEST, "name": 200, "email": 254, "phone": 50}
FIELDS = ("words", "remedy", "event", "site", "name", "email", "phone")
TRAP = "website"


@dataclass(frozen=True)
class Typed:
    """What somebody typed, kept as it is; `faults` says for each field what is wrong, in their language."""

    key: str
    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    site: Site | None = None
    event_on: date | None = None

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True)
class PublicField:
    """A field as the page draws it. `kind` is long, text, email, tel, date or choice."""

    name: str
    kind: str
    label: str
    hint: str
    value: str
    fault: str
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    autocomplete: str = "off"


def nothing_typed() -> Typed:
    """An empty form. Its key makes sure that the same complaint sent twice is kept once."""
    return Typed(secrets.token_urlsafe(24), {})


def typed(given: Mapping[str, str], sites: list[Site], language: str, today: date) -> Typed:
    """What was sent. PostgreSQL can't hold NUL; the sign for “something unreadable” takes its place."""
    values = {name: given.get(name, "").replace("\x00", "\ufffd") for name in FIELDS}
    faults: dict[str, str] = {}
    for name, limit in LIMITS.items():
        if len(values[name]) > limit:
            faults[name] = say(language, "too_long", limit=limit)
    if not values["words"].strip():
        faults["words"] = say(language, "words_missing")
    email = values["email"].strip()
    if email and "email" not in faults and not _is_address(email):
        faults["email"] = say(language, "email_wrong")
    event_on = None
    if values["event"].strip():
        try:
            event_on = date.fromisoformat(values["event"].strip())
        except ValueError:
            faults["event"] = say(language, "event_wrong")
        else:
            if event_on > today:
                faults["event"] = say(language, "event_future")
    if given.get(TRAP, ""):
        faults[TRAP] = say(language, "trap_filled")
    chosen = next((site for site in sites if str(site.pk) == values["site"]), sites[0] if sites else None)
    return Typed(key_of(given) or secrets.token_urlsafe(24), values, faults, chosen, event_on)


def key_of(given: Mapping[str, str]) -> str:
    """The key of the form that was sent; empty when it is none of ours."""
    key = given.get("key", "")
    return key if re.fullmatch(r"[\w-]{16,48}", key, re.ASCII) else ""


def stored_key(key: str) -> str:
    """The key as a case keeps it: apart from those of programs, which somebody could guess to be led to their cases."""
    return f"form:{key}"


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def fields(found: Typed, sites: list[Site], language: str) -> list[PublicField]:
    """The fields with what was typed into them; the site is asked where there are several."""

    def one(name: str, kind: str, hint: str = "", autocomplete: str = "off", **more: object) -> PublicField:
        return PublicField(
            name,
            kind,
            say(language, f"{name}_label"),
            say(language, hint) if hint else "",
            found[name],
            found.faults.get(name, ""),
            is_required=bool(more.get("is_required")),
            choices=tuple(more.get("choices", ())),  # type: ignore[arg-type]
            autocomplete=autocomplete,
        )

    places = (("", say(language, "site_unknown")), *((str(site.pk), site.name) for site in sites))
    return [
        one("words", "long", "words_hint", is_required=True),
        one("remedy", "long"),
        one("event", "date"),
        *([one("site", "choice", choices=places)] if len(sites) > 1 else []),
        one("name", "text", autocomplete="name"),
        one("email", "email", "email_hint", "email"),
        one("phone", "tel", autocomplete="tel"),
    ]
