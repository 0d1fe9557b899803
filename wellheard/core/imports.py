"""Import batches: the dry run is the real run that is rolled back, so what it shows is what will happen."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from wellheard.core import access
from wellheard.core.action import acting, action, detail
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.files import keep
from wellheard.core.links import key_of
from wellheard.core.models.imports import ImportBatch
from wellheard.core.references import next_reference
from wellheard.ground.tabular import Table, UnreadableFile, read


@dataclass(frozen=True)
class Question:
    """What can't be known from the file and must not be guessed: `choices` maps an answer to what it means."""

    name: str
    sentence: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Result:
    """What an import found. `rejected` names row, field and reason; `left_out` counts rows left out for a reason."""

    format: str
    rows: int = 0
    accepted: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    guessed: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    created: dict[str, int] = field(default_factory=dict)
    target: Any = None
    verdicts: dict[str, int] = field(default_factory=dict)
    """Rows by what became of them (created, changed, same, rejected), where an import knows more than accepted or not."""
    summary: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """What the person said: the format, which column is which field, the name of the target, answers to questions."""

    format: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    into: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    accept_guesses: bool = False
    site_id: int | None = None


class Importer(Protocol):
    """A kind of import. `run` writes within the transaction that it is called in; `undo` takes all of it back."""

    kind: str

    def run(self, name: str, data: bytes, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> Result: ...

    def undo(self, batch: ImportBatch, by: Actor, at: datetime) -> dict[str, int]: ...


_importers: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    """Offer an import; called from an app's `ready()`."""
    _importers[importer.kind] = importer


def kinds() -> list[str]:
    """The kinds of import there are."""
    return sorted(_importers)


class _RolledBackError(Exception):
    """Carries a dry run's result out of its transaction."""


class HasQuestions(Refusal):
    """Something can't be known and was not answered: nothing was changed."""

    code = "questions"

    def __init__(self, result: Result) -> None:
        names = ", ".join(question.name for question in result.questions)
        super().__init__(
            f"Some things can’t be known from the file: {names}. Nothing was imported; answer and try again."
        )
        self.result = result


@action("core.import")
def run_import(kind: str, name: str, data: bytes, by: Actor, *, at: datetime, options: Options) -> ImportBatch:
    """Import a file. The batch keeps the file, what was guessed, and a verdict for every row."""
    batch = ImportBatch(import_kind=kind, options=_options(options), at=at, reference=next_reference("IMP", at))
    batch.file = keep(name, data, by, at=at)
    batch.save()
    result = importer_of(kind).run(name, data, options, batch, by, at)
    if result.questions and not options.accept_guesses:
        raise HasQuestions(result)
    _remember(batch, result)
    batch.summary = result.summary
    batch.status = ImportBatch.Status.DONE
    batch.save()
    return batch


def try_import(kind: str, name: str, data: bytes, by: Actor, *, at: datetime, options: Options) -> Result:
    """A dry run: everything happens, then all of it is rolled back. Gives what would have been imported."""
    outcome: list[Result] = []
    try:
        with transaction.atomic(), acting("core.import", by, at):
            access.require(by, "core.import")
            batch = ImportBatch(import_kind=kind, options=_options(options), at=at, reference="IMP-dry-run")
            batch.file = keep(name, data, by, at=at)
            batch.save()
            outcome.append(importer_of(kind).run(name, data, options, batch, by, at))
            raise _RolledBackError
    except _RolledBackError:
        pass
    return outcome[0]


@action("core.undo_import")
def undo_import(batch: ImportBatch, by: Actor, *, at: datetime) -> ImportBatch:
    """Take a whole batch back; the file and the verdicts stay."""
    if batch.status != ImportBatch.Status.DONE:
        raise Refusal(f"{batch.reference} was already taken back. Nothing was changed.")
    gone = importer_of(batch.import_kind).undo(batch, by, at)
    batch.status = ImportBatch.Status.UNDONE
    batch.undone_at = at
    batch.save()
    batch.removed = gone
    detail(removed=gone)
    return batch


def importer_of(kind: str) -> Importer:
    """The importer of this kind, or a refusal that names those there are."""
    if kind not in _importers:
        raise Refusal(f"Nothing called “{kind}” can be imported. There is: {', '.join(kinds())}.", field="kind")
    return _importers[kind]


def report(result: Result | ImportBatch, *, kind: str = "") -> dict[str, Any]:
    """The one JSON object that `wellheard import` prints."""
    if isinstance(result, ImportBatch):
        return {
            "batch": result.reference,
            "kind": result.import_kind,
            "format": result.format,
            "rows": result.rows,
            "accepted": result.accepted,
            "rejected": result.rejected,
            "left_out": result.left_out,
            "guessed": result.guessed,
            "questions": [],
            "created": result.created,
        } | _verdicts(result.verdicts)
    return {
        "batch": None,
        "kind": kind,
        "format": result.format,
        "rows": result.rows,
        "accepted": result.accepted,
        "rejected": result.rejected,
        "left_out": result.left_out,
        "guessed": result.guessed,
        "questions": [asdict(question) | {"choices": dict(question.choices)} for question in result.questions],
        "created": result.created,
    } | _verdicts(result.verdicts)


def _verdicts(verdicts: Mapping[str, int]) -> dict[str, Any]:
    return {"verdicts": dict(verdicts)} if verdicts else {}


# ---- what importers of tables share ----


def said_of(options: Options, names: Collection[str]) -> dict[str, str]:
    """The answers among `names`: said as answers, or beside the columns in the mapping."""
    return {name: value for name, value in options.mapping.items() if name in names} | dict(options.answers)


def read_table(name: str, data: bytes, answers: Mapping[str, str]) -> Table:
    """The table, read as the person said where they said it (encoding, delimiter, sheet, header_row).

    Raises UnreadableFile for what is no table, a Refusal for what was said wrongly.
    """
    row = answers.get("header_row", "")
    if row and not (row.isdecimal() and len(row) < 10):
        raise Refusal(f"“{row}” is no number of a row. Nothing was imported.", field="header_row")
    try:
        return read(
            data,
            name=name,
            encoding=answers.get("encoding") or None,
            delimiter={"tab": "\t", "\\t": "\t"}.get(answers.get("delimiter", ""), answers.get("delimiter")) or None,
            sheet=answers.get("sheet") or None,
            header_row=int(row) if row else None,
        )
    except UnreadableFile:
        raise
    except (LookupError, ValueError) as fault:
        raise Refusal(f"The file can’t be read that way: {fault} Nothing was imported.", field="file") from fault


def batch_of_ticket(kind: str, ticket: str) -> ImportBatch | None:
    """The import that came of pressing “Import” on this look at a file."""
    if not ticket:
        return None
    done = ImportBatch.objects.filter(import_kind=kind, status=ImportBatch.Status.DONE)
    return done.filter(options__answers__ticket=ticket).order_by("pk").first()


def refuse_twice(batch: ImportBatch) -> None:
    """The button was pressed twice. Imports give out their references one after the other, so the second sees the first."""
    earlier = batch_of_ticket(batch.import_kind, batch.options.get("answers", {}).get("ticket", ""))
    if earlier is not None and earlier.pk != batch.pk:
        raise Refusal(f"This was just imported, as {earlier.reference}. Nothing was imported twice.", code="twice")


def _remember(batch: ImportBatch, result: Result) -> None:
    for name in ("format", "rows", "accepted", "rejected", "left_out", "guessed", "created", "verdicts"):
        setattr(batch, name, getattr(result, name))
    if result.target is not None:
        batch.target_kind, batch.target_id = key_of(result.target)


def _options(options: Options) -> dict[str, Any]:
    return asdict(options) | {"mapping": dict(options.mapping), "answers": dict(options.answers)}
