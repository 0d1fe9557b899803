"""Importing in the browser, the same for every kind: look at what was found, correct it, then import; and the way back.

    PAGES = ImportPages(kind="contacts", noun="row,rows", titles=FIELD_TITLES, answers=ANSWERS, start=…, done=…, templates=…)
    urlpatterns = [path("import/", PAGES.bring, name="import"), …]

Nothing is saved before “Import” is pressed. Between the steps the file waits in the storage, and what was said about it in
a signed ticket inside the page.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.imports import (
    HasQuestions,
    Options,
    Result,
    batch_of_ticket,
    read_table,
    run_import,
    try_import,
    undo_import,
)
from wellheard.core.models import ImportBatch, Member, StoredFile
from wellheard.core.templatetags.words import counted
from wellheard.core.views import member_of
from wellheard.ground.tabular import UnreadableFile

View = Callable[..., HttpResponseBase]
KEPT_FOR = 24 * 3600
ROWS_SHOWN = 5
REJECTED_SHOWN = 50
SAMPLES_SHOWN = 3
ORDERS = {"dmy": "day before month", "mdy": "month before day", "ymd": "year first"}
GUESS_TITLES = {
    "format": "Read as",
    "file": "Kind of file",
    "encoding": "Encoding",
    "encoding_is_sure": "Is the encoding sure?",
    "delimiter": "Columns are parted by",
    "header_row": "Names of columns in row",
    "sheet": "Sheet",
    "date_order": "Order of day and month",
    "time_zone": "Time zone",
    "broken_characters": "Broken characters",
    "uneven_rows": "Rows with too many or too few cells",
    "renamed_columns": "Columns given a name",
    "columns_not_read": "Columns that nothing is taken from",
}


def in_words(value: Any) -> str:
    """A guess as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {in_words(each)}" for name, each in value.items())
    return {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}.get(str(value), str(value))


def guess_in_words(name: str, value: Any) -> str:
    """A guess of this name as a person reads it; the order of day and month in words."""
    if name == "date_order":
        letters, rest = str(value)[:3], str(value)[3:]
        return f"{ORDERS.get(letters, letters)}{rest}"
    return in_words(value)


def kept_bytes(sha256: str) -> bytes:
    """The file that a dry run has left in the storage. Raises FileNotFoundError."""
    with default_storage.open(StoredFile(sha256=sha256).path) as file:
        return bytes(file.read())


def refuse_readers(member: Member) -> None:
    """Whoever may only look imports nothing."""
    if member.is_read_only:
        raise NotAllowed("Your account may look at everything here and change nothing.")
    access.require(member, "core.import")


def verdicts_shown(rejected: list[dict[str, Any]], left_out: Mapping[str, int]) -> dict[str, Any]:
    """The first rejected rows, how many more there are, and what is left out, in words."""
    return {
        "rejected": rejected[:REJECTED_SHOWN],
        "rejected_more": max(0, len(rejected) - REJECTED_SHOWN),
        "left_out": [f"{number:,} ({reason})" for reason, number in left_out.items()],
    }


@dataclass(frozen=True)
class Templates:
    """The four pages of an import."""

    start: str
    look: str
    batch: str
    undo: str


@dataclass(frozen=True)
class ImportPages:
    """The pages of one kind of import.

    `noun` is what comes in ("answer,answers"). `titles` are our fields with their names on the page, `answers` what can be
    said beside them. `start()` and `done(reference)` give addresses. `about(member)` is what every page gets beside,
    `about_batch(member, batch)` what the page of an import gets; `may_undo` says whether there is a way back for this member.
    """

    kind: str
    noun: str
    titles: Callable[[], Mapping[str, str]]
    answers: Collection[str]
    start: Callable[[], str]
    done: Callable[[str], str]
    templates: Templates
    guess_titles: Mapping[str, str] = field(default_factory=dict)
    hidden_guesses: Collection[str] = ()
    about: Callable[[Member], dict[str, Any]] = lambda member: {}
    about_batch: Callable[[Member, ImportBatch], dict[str, Any]] = lambda member, batch: {}
    may_undo: Callable[[Member, ImportBatch], bool] = lambda member, batch: True
    none_found: str = "The file has no rows under the names of its columns"

    # ---- views ----

    @property
    def bring(self) -> View:
        """Choose a file, look at what was found in it, import it."""
        return login_required(require_http_methods(["GET", "POST"])(self._bring))

    @property
    def batch(self) -> View:
        """What an import brought, and the way back."""
        return login_required(require_GET(self._batch))

    @property
    def undo(self) -> View:
        """Take a whole import back, after one more look at what goes."""
        return login_required(require_http_methods(["GET", "POST"])(self._undo))

    # ---- bring ----

    def _bring(self, request: HttpRequest) -> HttpResponse:
        member = member_of(request)
        refuse_readers(member)
        if request.method == "GET":
            context = {"into": request.GET.get("into", ""), **self.about(member)}
            return render(request, self.templates.start, context)
        token, file = request.POST.get("token"), request.FILES.get("file")
        if getattr(request, "upload_too_large", False):  # known once the form has been read
            limit = settings.UPLOAD_LIMIT // 1024 // 1024
            words = f"The file is larger than {limit} MB, so it was not taken in. Nothing was saved; split it into several files."
            return self._again(request, words, 413)
        if token:
            return self._decide(request, member, token)
        if file is None:
            return self._again(request, "No file was chosen. Choose the export that you want to import.", 422)
        ticket = {
            "name": str(file.name),
            "sha": "",
            "said": self._said(request, {}),
            "into": request.POST.get("into", "").strip(),
            "key": secrets.token_hex(8),
        }
        return self._look(request, member, ticket, file.read())

    def _again(self, request: HttpRequest, error: str, status: int, name: str = "") -> HttpResponse:
        context = {"error": error, "into": request.POST.get("into", ""), "name": name}
        return render(request, self.templates.start, context | self.about(member_of(request)), status=status)

    def _decide(self, request: HttpRequest, member: Member, token: str) -> HttpResponse:
        """Look again with what was corrected, or import."""
        try:
            ticket = signing.loads(token, salt=self._salt, max_age=KEPT_FOR)
            data = kept_bytes(ticket["sha"])
        except (signing.BadSignature, FileNotFoundError):
            return self._again(
                request, "That file is no longer here; a file waits for a day. Nothing was saved; choose it again.", 409
            )
        into = request.POST.get("into", ticket["into"]).strip()
        ticket = ticket | {"said": self._said(request, ticket["said"]), "into": into}
        if "import" not in request.POST:
            return self._look(request, member, ticket, data)
        options = _options(ticket, accept=request.POST.get("accept") == "yes")
        try:
            batch = run_import(self.kind, ticket["name"], data, member, at=timezone.now(), options=options)
        except HasQuestions:
            return self._look(request, member, ticket, data, unanswered=True)
        except Refusal as refusal:
            earlier = batch_of_ticket(self.kind, ticket["key"])
            if earlier is not None:  # the button was pressed twice: this is what came of it
                return HttpResponseRedirect(self.done(earlier.reference))
            return self._again(request, refusal.sentence, 422, ticket["name"])
        one, many = self.noun.split(",")
        messages.success(request, f"{counted(batch.accepted, f'{one} is,{many} are')} in.")
        return HttpResponseRedirect(self.done(batch.reference))

    @property
    def _salt(self) -> str:
        return f"core.import.{self.kind}"

    def _said(self, request: HttpRequest, before: Mapping[str, str]) -> dict[str, str]:
        """What the person has said so far: what they chose otherwise than it was shown, and their answers."""
        said = dict(before)
        for name in self.titles():
            chosen, shown = request.POST.get(f"field-{name}"), request.POST.get(f"shown-{name}", "")
            if chosen is not None and chosen != shown:
                said[name] = chosen
        for name in self.answers:
            answer = request.POST.get(f"answer-{name}")
            if answer is None:
                continue
            if answer.strip():
                said[name] = answer.strip()
            elif f"shown-{name}" in request.POST:
                said.pop(name, None)
        return said

    def _look(
        self, request: HttpRequest, member: Member, ticket: dict[str, Any], data: bytes, *, unanswered: bool = False
    ) -> HttpResponse:
        """A dry run, shown: what was found, what was assumed, what is asked, what is rejected."""
        try:
            found = try_import(self.kind, ticket["name"], data, member, at=timezone.now(), options=_options(ticket))
        except Refusal as refusal:
            return self._again(request, refusal.sentence, 422, ticket["name"])
        ticket["sha"] = hashlib.sha256(data).hexdigest()
        shown = self._columns(ticket, found, data)
        titles = self.titles()
        context = {
            "name": ticket["name"],
            "found": found,
            "heading": self._heading(found),
            "token": signing.dumps(ticket, salt=self._salt),
            "into": ticket["into"],
            "unanswered": unanswered,
            "questions": [
                {
                    "name": each.name,
                    "field": f"field-{each.name}" if each.name in titles else f"answer-{each.name}",
                    "sentence": each.sentence,
                    "choices": list(each.choices.items()),
                    "chosen": ticket["said"].get(each.name, ""),
                }
                for each in found.questions
            ],
            # What is no column can't be chosen among the columns: that there are no dates is said here, or nowhere.
            "guessed": [
                {"label": self._guess_title(name, titles), "value": guess_in_words(name, value)}
                for name, value in found.guessed.items()
                if name not in self.hidden_guesses and (name not in titles or value not in shown["columns"])
            ],
            "said": ticket["said"],
            **shown,
            **verdicts_shown(found.rejected, found.left_out),
            **self.about(member),
        }
        return render(request, self.templates.look, context, status=422 if unanswered else 200)

    def _guess_title(self, name: str, titles: Mapping[str, str]) -> str:
        return self.guess_titles.get(name) or GUESS_TITLES.get(name) or titles.get(name) or name.replace("_", " ")

    def _heading(self, found: Result) -> str:
        if not found.rows:
            return self.none_found
        if found.rejected:
            return f"{counted(found.accepted, self.noun)} can be imported, {counted(len(found.rejected), 'row,rows')} can’t"
        return f"All {counted(found.accepted, self.noun)} can be imported"

    def _columns(self, ticket: Mapping[str, Any], found: Result, data: bytes) -> dict[str, Any]:
        """Which column is which, to be corrected, with the first values under it; and the first rows as they were read."""
        said: Mapping[str, str] = ticket["said"]
        nothing: dict[str, Any] = {"fields": [], "columns": [], "first": []}
        if "file" not in found.guessed:
            return nothing  # no table: cards have no columns
        try:
            table = read_table(ticket["name"], data, said)
            first = [row.cells[: len(table.columns)] for row in table.preview(ROWS_SHOWN)]
        except (UnreadableFile, Refusal):  # it was read a moment ago
            return nothing
        fields = []
        asked = {each.name for each in found.questions}
        for name, title in self.titles().items():
            chosen = said[name] if name in said else str(found.guessed.get(name, ""))
            if chosen not in table.columns:
                chosen = next((each for each in table.columns if each.casefold() == chosen.casefold()), "")
            place = table.columns.index(chosen) if chosen else -1
            samples = [row[place] for row in first if chosen and row[place].strip()][:SAMPLES_SHOWN]
            fields.append(
                {"name": name, "title": title, "chosen": chosen, "asked": name in asked, "samples": ", ".join(samples)}
            )
        return {"fields": fields, "columns": table.columns, "first": first}

    # ---- one import ----

    def _found(self, member: Member, reference: str) -> ImportBatch:
        batches = ImportBatch.objects.visible_to(member).filter(import_kind=self.kind).select_related("file")
        return get_object_or_404(batches, reference=reference)

    def _batch(self, request: HttpRequest, reference: str) -> HttpResponse:
        member = member_of(request)
        found = self._found(member, reference)
        titles = self.titles()
        context = {
            "batch": found,
            "heading": self._batch_heading(found),
            "guessed": [
                {"label": titles.get(name) or self._guess_title(name, titles), "value": guess_in_words(name, value)}
                for name, value in found.guessed.items()
            ],
            "created": [
                {"label": f"{name[:1].upper()}{name[1:]}", "value": f"{number:,}"}
                for name, number in found.created.items()
            ],
            "may_undo": found.status == ImportBatch.Status.DONE
            and not member.is_read_only
            and access.may(member, "core.undo_import")
            and self.may_undo(member, found),
            **verdicts_shown(found.rejected, found.left_out),
            **self.about_batch(member, found),
        }
        return render(request, self.templates.batch, context)

    def _batch_heading(self, found: ImportBatch) -> str:
        if found.status == ImportBatch.Status.UNDONE:
            return "This import was taken back"
        words = f"{counted(found.accepted, self.noun)} imported"
        return f"{words}, {counted(len(found.rejected), 'row,rows')} rejected" if found.rejected else words

    def _undo(self, request: HttpRequest, reference: str) -> HttpResponse:
        member = member_of(request)
        found = self._found(member, reference)
        if member.is_read_only:
            raise NotAllowed("Your account may look at everything here and change nothing.")
        access.require(member, "core.undo_import")
        if request.method == "GET":
            context = {"batch": found, "words": counted(found.accepted, self.noun), **self.about_batch(member, found)}
            return render(request, self.templates.undo, context)
        undo_import(found, member, at=timezone.now())
        messages.success(request, f"{found.reference} was taken back. Its file and its verdicts stay.")
        return HttpResponseRedirect(self.done(found.reference))


def _options(ticket: Mapping[str, Any], *, accept: bool = False) -> Options:
    said = dict(ticket["said"])
    answers = said | {"ticket": ticket["key"]}
    return Options(mapping=said, answers=answers, into=ticket["into"], accept_guesses=accept)
