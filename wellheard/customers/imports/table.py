"""Rows of a table as customers."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site
from wellheard.customers.custom import YES
from wellheard.customers.imports.fields import CUSTOM, EMAILS, PHONES
from wellheard.customers.imports.found import (
    LONGEST_NOTE,
    Found,
    RejectedRow,
    add_address,
    add_email,
    add_phone,
    add_websites,
    country_code,
    day_of,
)
from wellheard.customers.imports.reading import Reading
from wellheard.customers.models import CustomField, Lifecycle, Segment
from wellheard.customers.values import clean_language, clean_words
from wellheard.ground.formulas import restore_cell
from wellheard.ground.tabular import NotADate, Row, parse_date
from wellheard.ground.text.keeping import keepable

COMPANY = {
    "company",
    "organisation",
    "organization",
    "firma",
    "société",
    "1",
    "true",
    "yes",
    "y",
    "ja",
    "oui",
    "x",
    "wahr",
}
_STANDING = {
    **{each.value: each for each in Lifecycle},
    **{each.label: each for each in Lifecycle},
    **dict.fromkeys(
        ("lead", "subscriber", "opportunity", "marketing qualified lead", "sales qualified lead"), Lifecycle.PROSPECT
    ),
    **dict.fromkeys(("customer", "evangelist"), Lifecycle.ACTIVE),
}
LONGEST = {
    **dict.fromkeys(("name", "account", "parent", "job_title", "industry", "city", "other_city"), 200),
    **dict.fromkeys(("region", "other_region"), 200),
    **dict.fromkeys(("given_name", "family_name", "segment", "country", "other_country"), 100),
    **dict.fromkeys(("address", "street", "street_2", "other_street"), 2_000),
    **dict.fromkeys(("postcode", "other_postcode"), 20),
    **dict.fromkeys((*PHONES, "website"), 320),
    "salutation": 60,
    "address_use": 40,
    "notes": LONGEST_NOTE,
}
"""How much of each column there is room for, in characters."""
_LISTED = frozenset({*PHONES, "website"})
_SHORT = {"name": 200, "given_name": 100, "family_name": 100, "salutation": 60, "industry": 200, "city": 200}


class RowReader:
    """Turns rows into customers. Raises `RejectedRow` for a row that can't be taken."""

    def __init__(self, reading: Reading, *, keeps_rest: bool) -> None:
        self.reading = reading
        self._places = {name: reading.table.columns.index(column) for name, column in reading.fields.items()}
        self._sites = (
            {each.name.casefold(): each for each in Site.objects.order_by("pk")} if "site" in self._places else {}
        )
        self._owners = _members() if "owner" in self._places else {}
        self._segments = (
            {each.name.casefold(): each for each in Segment.objects.order_by("-pk")}
            if "segment" in self._places
            else {}
        )
        self.new_segments: dict[str, str] = {}
        self._rest = [(each, reading.table.columns.index(each)) for each in reading.unread] if keeps_rest else []

    def read(self, row: Row) -> Found:
        """The customer in this row."""
        beyond = [cell for cell in row.cells[len(self.reading.table.columns) :] if cell.strip()]
        if beyond:
            raise RejectedRow(
                self.reading.table.columns[-1],
                f"There is more in this row than there are columns: “{beyond[0][:60]}”. Put words that hold the separator "
                "into quotation marks, and import it again.",
            )
        cells = {name: restore_cell(keepable(row.cells[place]).strip()) for name, place in self._places.items()}
        found = Found(row.number, self._what(cells), columns=self.reading.fields)
        self._refuse_what_is_too_long(cells)
        found.external_id = self._number(cells.get("external_id", ""), "external_id")
        self._names(found, cells)
        self._words(found, cells)
        self._reach(found, cells)
        self._places_of(found, cells)
        self._chosen(found, cells)
        for name, cell in cells.items():
            if name.startswith(CUSTOM) and cell:
                found.custom[name.removeprefix(CUSTOM)] = cell
        rest = [
            f"{column}: {keepable(row.cells[place]).strip()}"
            for column, place in self._rest
            if row.cells[place].strip()
        ]
        if rest:
            found.values["notes"] = "\n".join(filter(None, (found.values.get("notes", ""), *rest)))
        for name, cell in cells.items():
            if not cell:
                found.cleared.add(name)
        found.values = {name: value for name, value in found.values.items() if value not in ("", [], None)}
        self._refuse_nobody(found)
        return found

    def _refuse_what_is_too_long(self, cells: Mapping[str, str]) -> None:
        """Nothing is cut: what finds no room is mended by whoever brings it."""
        for name, most in LONGEST.items():
            for text in self._several(cells.get(name, "")) if name in _LISTED else [cells.get(name, "")]:
                if len(text) > most:
                    raise RejectedRow(
                        self.reading.fields[name], f"This has {len(text):,} characters; {most:,} is the most."
                    )

    def _what(self, cells: Mapping[str, str]) -> Any:
        if "is_company" in cells:
            return "account" if cells["is_company"].casefold() in COMPANY else "person"
        if self.reading.rows_are == "accounts":
            return "account"
        names = ("name", "given_name", "family_name", *EMAILS)
        if cells.get("account") and not any(cells.get(each) for each in names):
            return "account"  # an organisation among people
        return "person"

    def _number(self, cell: str, name: str) -> str:
        """An id as the other program writes it; a spreadsheet's `17850.0` is 17850."""
        number = re.sub(r"(?<=\d)\.0$", "", cell)
        if len(number) > 200:
            raise RejectedRow(self.reading.fields[name], "This number is longer than 200 characters.")
        return number

    def _names(self, found: Found, cells: Mapping[str, str]) -> None:
        given, family = clean_words(cells.get("given_name", "")), clean_words(cells.get("family_name", ""))
        whole, company = clean_words(cells.get("name", "")), clean_words(cells.get("account", ""))
        if found.what == "account":
            own = whole or company or clean_words(f"{given} {family}")
            found.values["name"] = own
            if "is_company" not in cells and whole and company and company != whole:
                found.values["parent_name"] = company
            return
        joined = clean_words(f"{given} {family}")
        found.values |= {"name": whole or joined, "given_name": given, "family_name": family}
        if (
            whole
            and given
            and family
            and whole.casefold() != joined.casefold()
            and family.casefold() not in whole.casefold()
        ):
            found.remarks.append(f"the whole name is “{whole}”, the last name “{family}”; both are kept")
        found.account_name = company
        found.account_id = self._number(cells.get("account_id", ""), "account_id").partition(";")[0]
        found.job_title = clean_words(cells.get("job_title", ""))

    def _words(self, found: Found, cells: Mapping[str, str]) -> None:
        names = ("salutation",) if found.what == "person" else ("industry",)
        for name in names:
            found.values[name] = clean_words(cells.get(name, ""))
        found.values["notes"] = cells.get("notes", "")
        mark = self.reading.profile.tags_at
        tags = [clean_words(each) for each in re.split(f"{re.escape(mark)}|;|\n", cells.get("tags", ""))]
        found.values["tags"] = [each.lstrip("* ") for each in tags if each and each != "* myContacts"]
        for tag in found.values["tags"]:
            if len(tag) > 60 or "," in tag:
                raise RejectedRow(
                    found.column("tags"), f"The tag “{tag[:40]}…” is longer than 60 characters, or holds a comma."
                )
        for name, most in _SHORT.items():
            if len(str(found.values.get(name, ""))) > most:
                raise RejectedRow(
                    found.column(name), f"This has {len(found.values[name]):,} characters; {most} is the most."
                )

    def _reach(self, found: Found, cells: Mapping[str, str]) -> None:
        for name in EMAILS:
            for text in self._several(cells.get(name, "")):
                add_email(found, text, "", column=found.column(name), is_lenient=name != "email")
        for name, use in PHONES.items():
            for text in self._several(cells.get(name, "")):
                add_phone(found, text, use)
        add_websites(found, ((text, "") for text in self._several(cells.get("website", ""))))

    def _several(self, cell: str) -> list[str]:
        """The values in a cell: Google writes `one ::: another`."""
        mark = self.reading.profile.lists
        return [each.strip() for each in cell.split(mark)] if mark and mark in cell else [cell] if cell else []

    def _places_of(self, found: Found, cells: Mapping[str, str]) -> None:
        lines = "\n".join(filter(None, (cells.get("address", ""), cells.get("street", ""), cells.get("street_2", ""))))
        city, country = cells.get("city", ""), cells.get("country", "")
        add_address(
            found,
            use=cells.get("address_use", ""),
            lines=lines,
            postcode=cells.get("postcode", ""),
            city=city,
            region=cells.get("region", ""),
            country=country,
        )
        if any(cells.get(name) for name in ("other_street", "other_postcode", "other_city", "other_region")):
            add_address(
                found,
                use="other",
                lines=cells.get("other_street", ""),
                postcode=cells.get("other_postcode", ""),
                city=cells.get("other_city", ""),
                region=cells.get("other_region", ""),
                country=cells.get("other_country", ""),
            )
        code = country_code(country)
        if found.what == "account":
            found.values |= {"city": clean_words(city), "country": code}
        if country and not code:
            is_kept = any(each["country"] == country[:100] for each in found.addresses)
            where = "it stays in the address" if is_kept else "without an address it was left out"
            found.remarks.append(f"no country is called “{country[:40]}”; {where}")

    def _chosen(self, found: Found, cells: Mapping[str, str]) -> None:
        if text := cells.get("language", ""):
            try:
                code = clean_language(text)
            except Refusal:
                code = ""
            if code and len(code) <= 8:
                found.values["language"] = code
            else:
                found.remarks.append(f"“{text[:40]}” is no code of a language; it was left out")
        if text := cells.get("lifecycle", ""):
            standing = _STANDING.get(clean_words(text).casefold())
            if standing in (Lifecycle.PROSPECT, Lifecycle.ACTIVE):
                found.values["lifecycle"] = standing
            else:
                found.remarks.append(
                    f"“{text[:40]}” was left out: where a customer stands is set here, with its reason"
                )
        if text := cells.get("since", ""):
            found.values["since"] = self._day(text)
        if (text := cells.get("wants_no_mail", "")) and found.what == "person":
            found.values["wants_no_mail"] = text.casefold() in YES or None
        for name, known in (("site", self._sites), ("owner", self._owners)):
            if text := clean_words(cells.get(name, "")):
                if text.casefold() not in known:
                    raise RejectedRow(
                        found.column(name), f"There is no {'site' if name == 'site' else 'member'} “{text[:60]}”."
                    )
                found.values[name] = known[text.casefold()]
        if (text := clean_words(cells.get("segment", ""))) and found.what == "account":
            found.values["segment"] = self._segments.get(text.casefold())
            if found.values["segment"] is None:
                found.values["segment_name"] = text
        if found.what == "account":
            found.values["parent_name"] = clean_words(cells.get("parent", "")) or found.values.get("parent_name", "")
            found.values["parent_id"] = self._number(cells.get("parent_id", ""), "parent_id").partition(";")[0]

    def _day(self, text: str) -> date:
        try:
            return day_of(parse_date(text, self.reading.date_order, serials=True))  # type: ignore[arg-type]
        except NotADate as fault:
            raise RejectedRow(self.reading.fields["since"], str(fault)) from None

    def _refuse_nobody(self, found: Found) -> None:
        if found.name or (found.what == "person" and found.email):
            return
        if found.phone:
            found.values["name"] = found.phone[:200]
            found.remarks.append("there is no name, so they are called by their number")
            return
        column = found.column("name") if "name" in found.columns else found.column("email")
        raise RejectedRow(column, "Nobody is named here: there is no name, no address and no number.")


def _members() -> dict[str, Member]:
    """Members by address and by name; a name that two of them bear names nobody."""
    found: dict[str, Member] = {}
    several = set()
    for each in Member.objects.filter(is_active=True).order_by("pk"):
        found[each.email.casefold()] = each
        name = each.name.casefold()
        several |= {name} & found.keys()
        found[name] = each
    return {name: each for name, each in found.items() if name not in several}


def custom_titles() -> Iterator[tuple[str, str]]:
    """`custom.<key>` with the name of the field, for the page where columns are chosen."""
    for each in CustomField.objects.filter(retired_at__isnull=True).order_by("about", "position", "pk"):
        yield f"{CUSTOM}{each.key}", each.name
