"""How a table of contacts is read: which column is which, what a row is, and what has to be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wellheard.core.errors import Refusal
from wellheard.core.imports import Question
from wellheard.customers.custom import fields_of
from wellheard.customers.imports.fields import ANSWERS, CUSTOM, FIELDS, NONE, PHONES
from wellheard.customers.imports.guessing import Sample, columns_by_header, columns_by_values, misfits, samples_of
from wellheard.customers.imports.profiles import GENERIC, Profile, columns_of, profile_of
from wellheard.ground.tabular import Table, guess_dates

ORDERS = {"dmy": "the day first: 3/4 is 3 April", "mdy": "the month first: 3/4 is 4 March"}


@dataclass
class Reading:
    """How a table is read: which column is which, what is guessed, and what has to be asked."""

    table: Table
    profile: Profile
    fields: dict[str, str]
    told: dict[str, str]
    samples: dict[str, Sample]
    rows_are: str = ""
    date_order: str = "ymd"
    guessed: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    must_be_answered: set[str] = field(default_factory=set)
    """Questions to which accepting guesses is no answer."""

    @property
    def unread(self) -> list[str]:
        """Columns that nothing is taken from, though there is something in them."""
        taken = set(self.fields.values())
        return [name for name in self.table.columns if name not in taken and self.samples[name].filled]


def reading_of(
    table: Table, wanted: str, told: Mapping[str, str], answers: Mapping[str, str], remembered: Mapping[str, str]
) -> Reading:
    """Decide how to read a table. `remembered` is the mapping of its source, `told` what a person said this time."""
    profile = profile_of(table.columns, wanted)
    samples = samples_of(table.columns, (row.cells for row in table.rows))
    guessed_columns = columns_of(profile, table.columns) if profile is not GENERIC else columns_by_header(table.columns)
    if remembered and profile is GENERIC:
        guessed_columns = {name: column for name, column in remembered.items() if column in table.columns}
    said = _said(told, table.columns)
    fields_ = {name: column for name, column in guessed_columns.items() if column not in said.values()} | said
    fields_ = {name: column for name, column in fields_.items() if column}
    reading = Reading(table, profile, fields_, said, samples)
    _ask_about_shift(reading, answers, is_remembered=bool(remembered))
    _decide_rows(reading, answers)
    _decide_dates(reading, answers)
    reading.guessed |= {name: reading.fields[name] for name in reading.fields if name not in said}
    return reading


def _said(told: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """What the person said, made sure of. An empty column means: none."""
    found = {}
    own = {f"{CUSTOM}{each.key}" for about in ("account", "person") for each in fields_of(about)}
    for name, column in told.items():
        if name in ANSWERS or name == "ticket":
            continue
        if name not in FIELDS and name not in own:
            raise Refusal(
                f"A contact has no field “{name}”. Nothing was imported; there is: {', '.join((*FIELDS, *sorted(own)))}.",
                field=name,
            )
        wanted = column.strip()
        if wanted.casefold() in NONE and wanted not in columns:
            found[name] = ""
            continue
        match = next((each for each in columns if each == wanted), None) or next(
            (each for each in columns if each.casefold() == wanted.casefold()), None
        )
        if match is None:
            raise Refusal(
                f"The file has no column “{column}”. Nothing was imported; there is: {', '.join(columns)}.", field=name
            )
        found[name] = match
    return found


def _ask_about_shift(reading: Reading, answers: Mapping[str, str], *, is_remembered: bool) -> None:
    """Values that do not stand under their headers are a question, never a guess."""
    if is_remembered:
        return
    sentences = misfits(
        {name: each for name, each in reading.fields.items() if name not in reading.told}, reading.samples
    )
    if not sentences:
        return
    moved = columns_by_values(reading.fields, reading.samples)
    answer = answers.get("columns_shifted", "")
    if answer == "by_values":
        reading.fields = moved
        reading.guessed["columns_shifted"] = "read by what stands in them, not by their headers"
    elif answer != "as_named":
        by_values = ", ".join(
            f"{column} is {_title(name)}" for name, column in moved.items() if reading.fields.get(name) != column
        )
        reading.must_be_answered.add("columns_shifted")
        reading.questions.append(
            Question(
                "columns_shifted",
                f"The values do not stand under their headers. {' '.join(sentences[:3])} How is the file to be read?",
                {
                    "by_values": f"by what stands in the columns: {by_values}; the others as their headers say",
                    "as_named": "by its headers, as they are",
                },
            )
        )


def _title(name: str) -> str:
    return {"name": "the whole name", "email": "the e-mail", "phone": "the phone"}.get(name, name.replace("_", " "))


def _decide_rows(reading: Reading, answers: Mapping[str, str]) -> None:
    """Is a row an organisation or a person? A column may say it, the export does, or what else is known about them."""
    fields_ = reading.fields
    said = answers.get("rows_are", "")
    if said in ("accounts", "people"):
        reading.rows_are = said
        return
    if "is_company" in fields_:
        return
    person = {
        "given_name",
        "family_name",
        "email",
        "job_title",
        "salutation",
        "account",
        "phone_mobile",
        "phone_home",
        "phone",
    }
    if reading.profile.rows_are:
        reading.rows_are = reading.profile.rows_are
    elif person & set(fields_):
        reading.rows_are = "people"
        if "account" in fields_ and not person - {"account", "phone", "email"} & set(fields_) and "name" not in fields_:
            reading.rows_are = "accounts"
    else:
        organisations = {"account", "industry", "website", "parent", "segment"} & set(fields_)
        reading.rows_are = "accounts"
        if not organisations and "name" in fields_:
            reading.questions.append(
                Question(
                    "rows_are",
                    f"Under “{fields_['name']}” stand names, as {reading.samples[fields_['name']].first[:60]}. Whose?",
                    {"accounts": "organisations that we serve", "people": "people"},
                )
            )
    reading.guessed["rows_are"] = "organisations" if reading.rows_are == "accounts" else "people"
    if not {"name", "given_name", "family_name", "email", "account", "external_id", *PHONES} & set(fields_):
        columns = {each: f"the column “{each}”" for each in reading.table.columns[:30]}
        reading.must_be_answered.add("name")
        reading.questions.append(
            Question("name", "No column looks like a name or an address. Where do the names stand?", columns)
        )


def _decide_dates(reading: Reading, answers: Mapping[str, str]) -> None:
    column = reading.fields.get("since")
    if not column:
        return
    place = reading.table.columns.index(column)
    guess = guess_dates((row.number, row.cells[place]) for row in reading.table.rows)
    said = answers.get("day_month_order", "")
    if said in ORDERS:
        reading.date_order = said
    elif guess.order == "ambiguous" and guess.formats:
        reading.date_order = guess.likely or "dmy"
        reading.questions.append(
            Question(
                "day_month_order", f"Which comes first in “{column}”, the day or the month? {guess.evidence}.", ORDERS
            )
        )
    else:
        reading.date_order = guess.order if guess.order != "ambiguous" else "ymd"
