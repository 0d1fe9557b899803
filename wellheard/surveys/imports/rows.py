"""Rows of a file as responses: each is taken whole, or rejected with the row, the field and the reason."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce

from wellheard.core.models import ImportBatch, Site
from wellheard.customers.models import Account, Person
from wellheard.customers.segmenting.membership import KnownMemberships
from wellheard.ground.tabular import NotADate, NotAScore, Row, Table, is_blank, parse_score
from wellheard.surveys.imports.moments import MomentReader
from wellheard.surveys.imports.recognising import LANGUAGE_CODE, SEGMENT_NAME, Columns
from wellheard.surveys.imports.targets import Target
from wellheard.surveys.models import Channel, Response
from wellheard.surveys.scores import NO_SCORE
from wellheard.surveys.storing import NewResponse, new_submission_key

REPLACEMENT = "\ufffd"


class _RejectedError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


@dataclass
class Rows:
    """Reads the rows; iterating gives responses, and fills the numbers and the list of rejected rows meanwhile."""

    table: Table
    columns: Columns
    target: Target
    moments: MomentReader
    batch: ImportBatch
    at: datetime
    number: int = 0
    accepted: int = 0
    scores: int = 0
    comments: int = 0
    broken_cells: int = 0
    broken_rows: list[int] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None

    def __post_init__(self) -> None:
        self._places = {name: place for place, name in enumerate(self.table.columns)}
        self._columns = [(self._places[name], name, question) for name, question in self.target.questions.items()]
        self._score = self.columns.fields.get("score")
        self._comment = self.columns.fields.get("comment")
        self._people: Mapping[str, int] = self._known("email")
        self._accounts: Mapping[str, int] = self._known("account")
        self._sites: Mapping[str, int] = self._known("site")
        self._memberships = KnownMemberships(accounts=self._accounts.values(), people=self._people.values())
        self._keys: dict[str, str] = {}
        if self.columns.fields.get("external_id"):
            known = Response.objects.filter(survey=self.target.survey, submission_key__startswith="ext:")
            self._keys = dict.fromkeys(known.values_list("submission_key", flat=True), "an earlier import")

    def _known(self, name: str) -> Mapping[str, int]:
        """The people, accounts or sites that we know already, by what the column would call them."""
        if not self.columns.fields.get(name):
            return {}
        found: list[tuple[str | None, int]]
        if name == "email":
            # An address of a duplicate that was merged leads to the one that stands for it now.
            rows = Person.objects.exclude(email=None).annotate(now=Coalesce("merged_into", "pk"))
            found = list({(email.casefold(), pk) for email, pk in rows.values_list("email", "now") if email})
        elif name == "account":
            found = list(Account.objects.filter(merged_into=None).values_list("name", "pk"))
        else:
            found = list(Site.objects.values_list("name", "pk"))
        known: dict[str, int] = {}
        several: set[str] = set()
        for each, pk in found:
            name_of_it = str(each).strip().casefold()
            several |= {name_of_it} & known.keys()
            known[name_of_it] = pk
        # Two customers of one name: nobody can tell which of them answered, so neither is said to have.
        return {each: pk for each, pk in known.items() if each not in several}

    def __iter__(self) -> Iterator[NewResponse]:
        for row in self.table.rows:
            self.number += 1
            try:
                response = self._response(row)
            except _RejectedError as rejected:
                self.rejected.append({"row": row.number, "field": rejected.column, "reason": rejected.reason})
                continue
            self.accepted += 1
            yield response

    def _cell(self, row: Row, name: str) -> str:
        column = self.columns.fields.get(name)
        return row.cells[self._places[column]] if column else ""

    def _response(self, row: Row) -> NewResponse:
        beyond = [cell for cell in row.cells[len(self.table.columns) :] if cell.strip()]
        if beyond:
            # Mostly words with a comma that nobody quoted: taken as it stands, the row would lose what comes after it.
            raise _RejectedError(
                self.table.columns[-1],
                f"There is more in this row than there are columns: “{beyond[0][:60]}”. Put words that hold the separator into "
                "quotation marks, and import it again.",
            )
        answered_at, answered_on = self._moment(row)
        answers = self._answers(row)
        key = self._key(row)
        if not any(score is not None for question, score, _ in answers if question == self._headline_id):
            self.left_out[NO_SCORE] += 1
        else:
            self.scores += 1
        self.first = answered_at if self.first is None else min(self.first, answered_at)
        self.last = answered_at if self.last is None else max(self.last, answered_at)
        survey = self.target.survey
        person = self._people.get(self._cell(row, "email").strip().casefold())
        account = self._accounts.get(self._cell(row, "account").strip().casefold())
        return NewResponse(
            survey_id=survey.pk,
            received_at=self.at,
            answered_at=answered_at,
            answered_on=answered_on,
            channel=Channel.IMPORT.value,
            answers=tuple(answers),
            submission_key=key,
            language=self._language(row),
            segment=self._segment(row),
            segments=self._memberships.names(account, person, answered_at),
            site_id=self._sites.get(self._cell(row, "site").strip().casefold(), survey.site_id),
            person_id=person,
            account_id=account,
            batch_id=self.batch.pk,
            row=row.number,
            noticed_at=self.at,
        )

    @property
    def _headline_id(self) -> int | None:
        return self.target.questions[self._score].pk if self._score else None

    def _moment(self, row: Row) -> tuple[datetime, Any]:
        column = self.columns.fields.get("answered_at")
        cell = self._cell(row, "answered_at")
        if column and not cell.strip():
            raise _RejectedError(column, "There is no date. Write it into the row, and import it again.")
        try:
            return self.moments.read(cell)
        except NotADate as fault:
            raise _RejectedError(column or "answered_at", str(fault)) from None
        except OverflowError:
            raise _RejectedError(
                column or "answered_at", f"“{cell.strip()}” lies too far from today to be a date."
            ) from None

    def _answers(self, row: Row) -> list[tuple[int, int | None, str | None]]:
        answers: list[tuple[int, int | None, str | None]] = []
        for place, column, question in self._columns:
            cell = row.cells[place].replace("\x00", REPLACEMENT)
            if not cell.strip():
                continue
            if REPLACEMENT in cell:
                self.broken_cells += 1
                if len(self.broken_rows) < 1000 and (not self.broken_rows or self.broken_rows[-1] != row.number):
                    self.broken_rows.append(row.number)
            if question.is_scored:
                answers += self._scored(column, question.pk, question.scale, cell)
                continue
            answers.append((question.pk, None, cell))
            self.comments += column == self._comment
        return answers

    def _scored(
        self, column: str, question: int, scale: tuple[int, int], cell: str
    ) -> list[tuple[int, int | None, str | None]]:
        """A score; the headline's must be one, what stands in another score's column may also be words."""
        try:
            score = parse_score(cell, *scale, labelled=True)
        except NotAScore as fault:
            if column == self._score:
                raise _RejectedError(column, str(fault)) from None
            return [(question, None, cell)]
        return [] if score is None else [(question, score, None)]

    def _segment(self, row: Row) -> str:
        cell = " ".join(self._cell(row, "segment").replace("\x00", REPLACEMENT).split())
        return cell if len(cell) <= SEGMENT_NAME else f"{cell[: SEGMENT_NAME - 1]}…"

    def _language(self, row: Row) -> str:
        """The code of the language; none for what is no code. The cell itself is then kept beside."""
        cell = self._cell(row, "language").strip()
        return cell if LANGUAGE_CODE.fullmatch(cell) else ""

    def _key(self, row: Row) -> str:
        """The sender's own number makes an answer recognisable in a later file; otherwise the key is random."""
        column = self.columns.fields.get("external_id")
        external = self._cell(row, "external_id").strip()
        if not external or is_blank(external):
            return f"{self.batch.reference}:{row.number}:{new_submission_key()}"[:80]
        key = f"ext:{external}"
        if len(key) > 80:
            raise _RejectedError(str(column), "This number of an answer is longer than 76 characters.")
        if key in self._keys:
            raise _RejectedError(str(column), f"The answer {external} is there already, from {self._keys[key]}.")
        self._keys[key] = f"row {row.number}"
        return key
