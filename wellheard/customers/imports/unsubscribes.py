"""`wellheard import unsubscribes FILE`: people who want no more mail, often by their names alone.

Whom a name means can only be proposed: the file becomes requests with candidates, and a person decides each or many.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.imports import Options, Question, Result, read_table, refuse_twice, said_of
from wellheard.core.models import ImportBatch
from wellheard.core.writing import create_many, remove_many
from wellheard.customers.imports.fields import READING
from wellheard.customers.imports.found import day_of, looks_like_email
from wellheard.customers.imports.guessing import columns_by_header
from wellheard.customers.imports.proposing import Candidate, Directory, propose
from wellheard.customers.imports.reading import ORDERS
from wellheard.customers.models import UnsubscribeRequest
from wellheard.customers.values import clean_words
from wellheard.ground.tabular import NotADate, Row, Table, UnreadableFile, guess_dates, parse_date
from wellheard.ground.text.keeping import keepable

FIELD_TITLES = {
    "given_name": "First name",
    "family_name": "Last name",
    "name": "Whole name",
    "email": "E-mail",
    "asked_on": "When they asked",
}
FIELDS = tuple(FIELD_TITLES)
ANSWERS = ("day_month_order", *READING)
_WHEN = re.compile(
    r"date|datum|day|when|unsubscribed?([ _-]?(at|on|date))?|opt(ed)?[ _-]?out.*|abgemeldet.*", re.IGNORECASE
)


class UnsubscribeImporter:
    """A list of people who want no more mail. It proposes; nobody's mail stops by the import."""

    kind = "unsubscribes"

    def run(self, name: str, data: bytes, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> Result:
        """Read the list, and note a request for each row."""
        refuse_twice(batch)
        answers = said_of(options, ANSWERS)
        try:
            table = read_table(name, data, answers)
            fields = _columns(
                table, {name: each for name, each in (answers | dict(options.mapping)).items() if name in FIELDS}
            )
            order, questions = _order(table, fields, answers)
            return self._read(table, fields, order, questions, batch, by, at)
        except UnreadableFile as fault:
            raise Refusal(str(fault), field="file") from fault

    def _read(
        self,
        table: Table,
        fields: dict[str, str],
        order: str,
        questions: list[Question],
        batch: ImportBatch,
        by: Actor,
        at: datetime,
    ) -> Result:
        directory = Directory(by)
        requests: list[UnsubscribeRequest] = []
        renewed: dict[int, list[Candidate]] = {}
        rejected: list[dict[str, Any]] = []
        seen: dict[tuple[str, str], int] = {}
        noted = _noted()
        number = same = 0
        for row in table.rows:
            number += 1
            cells = _cells(row, fields, table)
            given, family, whole = (cells.get(each, "") for each in ("given_name", "family_name", "name"))
            called, email = clean_words(whole or f"{given} {family}"), cells.get("email", "")
            try:
                _check_width(row, table)
                _check(called, email, fields)
                asked_on = _day(cells.get("asked_on", ""), order, fields)
            except _WrongError as wrong:
                rejected.append({"row": row.number, "field": wrong.column, "reason": str(wrong)})
                continue
            if seen.setdefault((called.casefold(), email.lower()), row.number) != row.number:
                same += 1
                continue
            candidates = directory.candidates(given, family, whole, email)
            before = noted.get((called.casefold(), email.lower(), asked_on))
            if before is not None and before.proposed >= {each["person"] for each in candidates}:
                same += 1
                continue
            if before is not None and before.open is not None:
                renewed[before.open] = candidates
                continue
            requests.append(
                UnsubscribeRequest(
                    batch=batch, row=row.number, name=called, email=email, asked_on=asked_on, candidates=candidates
                )
            )
        create_many(requests)
        propose(renewed)
        proposed = sum(bool(each.candidates) for each in requests)
        guessed = {"format": "table", "file": table.guessed["format"]}
        guessed |= {name: table.guessed[name] for name in ("encoding", "delimiter") if table.guessed.get(name)}
        days = sorted(each.asked_on for each in requests if each.asked_on)
        return Result(
            format="table",
            rows=number,
            accepted=len(requests) + len(renewed) + same,
            rejected=rejected,
            guessed=guessed | fields,
            questions=questions,
            created={"requests": len(requests), "with a proposal": proposed, "nobody found": len(requests) - proposed}
            if requests
            else {},
            verdicts={"created": len(requests), "changed": len(renewed), "same": same, "rejected": len(rejected)},
            summary=[
                *(
                    ["Everybody on the list stands on an earlier one; nothing is asked anew."]
                    if same and not requests and not renewed
                    else []
                ),
                *([f"{len(renewed)} × a request of an earlier list has a new proposal."] if renewed else []),
                f"{proposed} of {len(requests)} may be people we know. Nobody’s mail has stopped yet: look at the proposals "
                "and confirm them, one by one or many at once.",
                *([f"They asked from {days[0]:%-d %B %Y} to {days[-1]:%-d %B %Y}."] if days else []),
            ],
        )

    def undo(self, batch: ImportBatch, by: Actor, at: datetime) -> dict[str, int]:
        """Take the open requests back. What somebody decided stays: it is no longer the file's word but theirs."""
        open_ = list(UnsubscribeRequest.objects.filter(batch=batch, status="open").order_by("pk"))
        remove_many(open_)
        decided = UnsubscribeRequest.objects.filter(batch=batch).count()
        return {name: number for name, number in {"requests": len(open_), "stayed": decided}.items() if number}


@dataclass
class _Noted:
    """A line of earlier lists: who was proposed for it, and its request that nobody has decided yet."""

    proposed: set[int] = field(default_factory=set)
    open: int | None = None


def _noted() -> dict[tuple[str, str, date | None], _Noted]:
    """The lines of earlier lists, with the day: the same one says something new only if there is somebody now whom it
    may mean and who wasn't proposed then."""
    found: dict[tuple[str, str, date | None], _Noted] = {}
    rows = UnsubscribeRequest.objects.order_by("pk").values_list(
        "pk", "status", "name", "email", "asked_on", "candidates"
    )
    for pk, status, name, email, day, candidates in rows.iterator(chunk_size=5_000):
        line = found.setdefault((name.casefold(), email.lower(), day), _Noted())
        line.proposed |= {each["person"] for each in candidates}
        if status == UnsubscribeRequest.Status.OPEN:
            line.open = pk
    return found


class _WrongError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def _columns(table: Table, told: dict[str, str]) -> dict[str, str]:
    guessed = {name: each for name, each in columns_by_header(table.columns).items() if name in FIELDS}
    taken = set(guessed.values())
    when = next((each for each in table.columns if each not in taken and _WHEN.fullmatch(each.strip())), None)
    if when is not None:
        guessed["asked_on"] = when
    for name, column in told.items():
        if column.strip().casefold() in ("", "-", "none"):
            guessed.pop(name, None)
            continue
        match = next((each for each in table.columns if each.casefold() == column.strip().casefold()), None)
        if match is None:
            raise Refusal(
                f"The file has no column “{column}”. Nothing was imported; there is: {', '.join(table.columns)}.",
                field=name,
            )
        guessed = {other: each for other, each in guessed.items() if each != match} | {name: match}
    if not {"given_name", "family_name", "name", "email"} & set(guessed):
        raise Refusal(
            "No column holds names or addresses. Nothing was imported; say which one does: name=… or email=….",
            field="name",
        )
    return guessed


def _order(table: Table, fields: dict[str, str], answers: dict[str, str]) -> tuple[str, list[Question]]:
    column = fields.get("asked_on")
    if column is None:
        return "ymd", []
    place = table.columns.index(column)
    guess = guess_dates((row.number, row.cells[place]) for row in table.rows)
    if (said := answers.get("day_month_order", "")) in ORDERS:
        return said, []
    if guess.order == "ambiguous" and guess.formats:
        sentence = f"Which comes first in “{column}”, the day or the month? {guess.evidence}."
        return guess.likely or "dmy", [Question("day_month_order", sentence, ORDERS)]
    return (guess.order if guess.order != "ambiguous" else "ymd"), []


def _cells(row: Row, fields: dict[str, str], table: Table) -> dict[str, str]:
    return {name: keepable(row.cells[table.columns.index(column)]).strip() for name, column in fields.items()}


def _check_width(row: Row, table: Table) -> None:
    beyond = next((cell for cell in row.cells[len(table.columns) :] if cell.strip()), "")
    if beyond:
        raise _WrongError(
            table.columns[-1],
            f"There is more in this row than there are columns: “{beyond[:60]}”. Put words that hold the separator into "
            "quotation marks, and import it again.",
        )


def _check(called: str, email: str, fields: dict[str, str]) -> None:
    if email and not looks_like_email(email):
        raise _WrongError(fields["email"], f"“{email[:80]}” is no e-mail address.")
    if len(email) > 320 or len(called) > 200:
        raise _WrongError(fields.get("name", fields.get("family_name", "")), "This is longer than any name.")
    if not called and not email:
        raise _WrongError(next(iter(fields.values())), "Nobody is named here.")


def _day(text: str, order: str, fields: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        return day_of(parse_date(text, order, serials=True))  # type: ignore[arg-type]
    except NotADate as fault:
        raise _WrongError(fields["asked_on"], str(fault)) from None
