"""What a row or a card says about one customer, clean and the same from every file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from wellheard.core.errors import Refusal
from wellheard.customers.imports.guessing import EMAIL
from wellheard.customers.values import MOST_TAGS, clean_country, clean_email, clean_words
from wellheard.ground.text.keeping import keepable
from wellheard.ground.vcard import Card, contact_of

What = Literal["account", "person"]
_SPREADSHEET_SUM = re.compile(r'=\s*"?\s*([+\d][\d\s()./+-]*)"?')
_LOST_DIGITS = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
LONGEST_NOTE = 20_000


class RejectedRow(Exception):
    """The row can't be taken: in which column, and why."""

    def __init__(self, column: str, reason: str, row: int = 0) -> None:
        super().__init__(reason)
        self.column, self.reason, self.row = column, reason, row


@dataclass(frozen=True)
class Point:
    """A phone number, an e-mail address or a website, with what it is used for."""

    what: Literal["email", "phone", "website"]
    value: str
    use: str = ""


@dataclass
class Found:
    """One customer of the file. `values` are fields of the record by their names, only those that say something; `cleared`
    are those whose column is there and whose cell is blank."""

    row: int
    what: What
    values: dict[str, Any] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    external_id: str = ""
    points: list[Point] = field(default_factory=list)
    addresses: list[dict[str, str]] = field(default_factory=list)
    account_name: str = ""
    account_id: str = ""
    job_title: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    """Our field → the column of the file, to name it when a value is refused."""

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def email(self) -> str:
        """The main address; empty without one."""
        return next((each.value for each in self.points if each.what == "email"), "")

    @property
    def phone(self) -> str:
        """The main number, never a fax while there is another; empty without one."""
        numbers = [each for each in self.points if each.what == "phone"]
        return next((each.value for each in numbers if "fax" not in each.use), numbers[0].value if numbers else "")

    def column(self, name: str) -> str:
        """What the file calls this field of ours."""
        return self.columns.get(name, name)


def add_phone(found: Found, cell: str, use: str) -> None:
    """A number as it stands in the file: never dropped, and never taken for a sum."""
    text = keepable(cell).strip()
    if not text:
        return
    sum_ = _SPREADSHEET_SUM.fullmatch(text)
    if sum_:
        text = sum_[1].strip()
    elif _LOST_DIGITS.fullmatch(text):
        found.remarks.append(f"“{text}”: a spreadsheet turned this number into another one; its last digits are lost")
    add_point(found, Point("phone", text[:320], use[:40]))


def add_point(found: Found, point: Point) -> None:
    """One more way to reach them; the same is noted once."""
    if not any((each.what, each.value.casefold()) == (point.what, point.value.casefold()) for each in found.points):
        found.points.append(point)


def add_email(found: Found, text: str, use: str, *, column: str, is_lenient: bool) -> None:
    """An address. One that is none rejects the row, unless it is one of several things on a card: then it stays in the notes."""
    address = keepable(text).strip().removeprefix("mailto:").strip("<>").strip()
    if not address:
        return
    try:
        add_point(found, Point("email", clean_email(address), use[:40]))
    except Refusal:
        if not is_lenient:
            raise RejectedRow(column, f"“{address[:80]}” is no e-mail address.") from None
        add_note(found, f"E-mail as it was in the file: {address[:300]}")
        found.remarks.append(f"“{address[:60]}” is no e-mail address; it stands in the notes")


def add_note(found: Found, text: str) -> None:
    """More words for the notes."""
    found.values["notes"] = "\n\n".join(filter(None, (found.values.get("notes", ""), text)))


def add_address(found: Found, **parts: str) -> None:
    """An address, unless it names nothing but a country."""
    address = {name: keepable(value).strip() for name, value in parts.items()}
    address["lines"] = "\n".join(filter(None, map(clean_words, address.get("lines", "").splitlines())))
    if country := address.get("country", ""):
        address["country"] = country_code(country) or country[:100]
    if any(address.get(name) for name in ("lines", "postcode", "city", "region")):
        found.addresses.append(address)


def country_code(text: str) -> str:
    """Two letters; empty when nobody knows this country."""
    usual = {
        "usa": "US",
        "u.s.a.": "US",
        "united states of america": "US",
        "uk": "GB",
        "england": "GB",
        "deutschland": "DE",
    }
    known = usual.get(clean_words(text).casefold())
    if known:
        return known
    try:
        return clean_country(text)
    except Refusal:
        return ""


def day_of(moment: date | datetime) -> date:
    """The day of a date or a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def found_in_card(card: Card, row: int) -> tuple[Found, list[str]]:
    """A card as a customer, and what of it is left out."""
    contact = contact_of(card)
    found = Found(row, "account" if contact.is_organisation else "person", external_id=contact.uid)
    left_out = list(contact.left_out)
    fits = _Fitting(found)
    name = contact.name or contact.organisation
    found.values["name"] = fits("Name", name, 200)
    if found.what == "person":
        found.values["given_name"] = fits("First name", contact.given_name, 100)
        found.values["family_name"] = fits("Last name", contact.family_name, 100)
        found.values["salutation"] = fits("Salutation", contact.prefix, 60)
        found.account_name = fits("Organisation", contact.organisation, 200)
        found.job_title = fits("Job title", contact.job_title, 200)
        if contact.department:
            left_out.append("department")
    if len(contact.language) <= 8:
        found.values["language"] = contact.language
    else:
        left_out.append("language")
    tags = [tag for tag in (fits("Tag", each, 60, whole_only=True) for each in contact.categories) if tag]
    found.values["tags"] = tags[:MOST_TAGS]
    if tags[MOST_TAGS:]:
        add_note(found, f"Tags: {', '.join(tags[MOST_TAGS:])}")
    add_note(found, contact.notes)
    for email in contact.emails:
        add_email(found, email.value, email.use, column="EMAIL", is_lenient=True)
    for phone in contact.phones:
        add_phone(found, phone.value, phone.use)
    add_websites(found, ((each.value, each.use) for each in contact.websites))
    for address in contact.addresses:
        add_address(
            found,
            use=address.use[:40],
            lines=address.lines,
            postcode=fits("Postcode", address.postcode, 20),
            city=fits("Town", address.city, 200),
            region=fits("Region", address.region, 200),
            country=address.country,
        )
    if card.replaced:
        found.remarks.append("some characters could not be read; they stand as �")
    found.values = {field_: value for field_, value in found.values.items() if value}
    return found, left_out


@dataclass
class _Fitting:
    """Words of a card that fit their field; what is longer stands whole in the notes, and is remarked upon."""

    found: Found

    def __call__(self, title: str, text: str, most: int, *, whole_only: bool = False) -> str:
        words = clean_words(text)
        if len(words) <= most:
            return words
        add_note(self.found, f"{title}: {words}")
        self.found.remarks.append(f"{title.lower()} is longer than {most} characters; the whole of it is in the notes")
        return "" if whole_only else words[:most]


def add_websites(found: Found, websites: Iterable[tuple[str, str]]) -> None:
    """Websites; what runs something instead of showing a page is none."""
    for value, use in websites:
        text = keepable(value).strip()
        scheme = text.partition(":")[0].lower() if ":" in text else ""
        if text and (scheme in {"", "http", "https"} or not scheme.isalpha()):
            add_point(found, Point("website", text[:320], use[:40]))


def looks_like_email(text: str) -> bool:
    """Is this an address?"""
    return EMAIL.fullmatch(text.strip()) is not None
