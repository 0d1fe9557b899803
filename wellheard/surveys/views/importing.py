"""Bringing answers from a file: look at what was found, correct it, then import. Nothing is saved before that."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.imports import HasQuestions, Options, Result, batch_of_ticket, run_import, try_import, undo_import
from wellheard.core.models import ImportBatch, Member
from wellheard.core.templatetags.words import counted
from wellheard.core.views import member_of
from wellheard.ground.tabular import UnreadableFile, read
from wellheard.surveys.imports.preview import FIELD_TITLES, GUESS_TITLES, digest_of, guess_in_words, kept_bytes
from wellheard.surveys.imports.recognising import ANSWERS, FIELDS
from wellheard.surveys.models import Survey

KIND = "responses"
KEPT_FOR = 24 * 3600
SALT = "surveys.import"
ROWS_SHOWN = 5
REJECTED_SHOWN = 50


@login_required
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Choose a file, look at what was found in it, import it."""
    member = member_of(request)
    _require(member)
    if request.method == "GET":
        return render(request, "surveys/import.html", {"into": request.GET.get("into", "")})
    token, file = request.POST.get("token"), request.FILES.get("file")
    if getattr(request, "upload_too_large", False):  # known once the form has been read
        limit = settings.UPLOAD_LIMIT // 1024 // 1024
        words = f"The file is larger than {limit} MB, so it was not taken in. Nothing was saved; split it into several files."
        return _again(request, words, 413)
    if token:
        return _decide(request, member, token)
    if file is None:
        return _again(request, "No file was chosen. Choose the export that you want to import.", 422)
    ticket = {
        "name": str(file.name),
        "sha": "",
        "said": {},
        "into": request.POST.get("into", "").strip(),
        "key": secrets.token_hex(8),
    }
    return _look(request, member, ticket, file.read())


def _require(member: Member) -> None:
    if member.is_read_only:
        raise NotAllowed("Your account may look at everything here and change nothing.")
    access.require(member, "core.import")


def _again(request: HttpRequest, error: str, status: int, name: str = "") -> HttpResponse:
    context = {"error": error, "into": request.POST.get("into", ""), "name": name}
    return render(request, "surveys/import.html", context, status=status)


def _decide(request: HttpRequest, member: Member, token: str) -> HttpResponse:
    """Look again with what was corrected, or import."""
    try:
        ticket = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
        data = kept_bytes(ticket["sha"])
    except (signing.BadSignature, FileNotFoundError):
        return _again(
            request, "That file is no longer here; a file waits for a day. Nothing was saved; choose it again.", 409
        )
    ticket = ticket | {"said": _said(request, ticket["said"]), "into": request.POST.get("into", ticket["into"]).strip()}
    if "import" not in request.POST:
        return _look(request, member, ticket, data)
    options = _options(ticket, accept=request.POST.get("accept") == "yes")
    try:
        batch = run_import(KIND, ticket["name"], data, member, at=timezone.now(), options=options)
    except HasQuestions:
        return _look(request, member, ticket, data, unanswered=True)
    except Refusal as refusal:
        earlier = batch_of_ticket(KIND, ticket["key"])
        if earlier is not None:  # the button was pressed twice: this is what came of it
            return HttpResponseRedirect(reverse("surveys:batch", args=[earlier.reference]))
        return _again(request, refusal.sentence, 422, ticket["name"])
    messages.success(request, f"{counted(batch.accepted, 'answer is,answers are')} in.")
    return HttpResponseRedirect(reverse("surveys:batch", args=[batch.reference]))


def _said(request: HttpRequest, before: Mapping[str, str]) -> dict[str, str]:
    """What the person has said so far: what they chose otherwise than it was shown, and their answers."""
    said = dict(before)
    for name in FIELDS:
        chosen, shown = request.POST.get(f"field-{name}"), request.POST.get(f"shown-{name}", "")
        if chosen is not None and chosen != shown:
            said[name] = chosen
    for name in ANSWERS:
        if answer := request.POST.get(f"answer-{name}", "").strip():
            said[name] = answer
    return said


def _options(ticket: Mapping[str, Any], *, accept: bool = False) -> Options:
    said = dict(ticket["said"])
    answers = said | {"ticket": ticket["key"]}
    return Options(mapping=said, answers=answers, into=ticket["into"], accept_guesses=accept)


def _look(
    request: HttpRequest, member: Member, ticket: dict[str, Any], data: bytes, *, unanswered: bool = False
) -> HttpResponse:
    """A dry run, shown: what was found, what was assumed, what is asked, what is rejected."""
    try:
        found = try_import(KIND, ticket["name"], data, member, at=timezone.now(), options=_options(ticket))
    except Refusal as refusal:
        return _again(request, refusal.sentence, 422, ticket["name"])
    ticket["sha"] = digest_of(data)
    shown = _columns(ticket, found, data)
    context = {
        "name": ticket["name"],
        "found": found,
        "heading": _heading(found),
        "token": signing.dumps(ticket, salt=SALT),
        "into": ticket["into"],
        "unanswered": unanswered,
        "questions": [
            {
                "name": each.name,
                "field": f"field-{each.name}" if each.name in FIELDS else f"answer-{each.name}",
                "sentence": each.sentence,
                "choices": list(each.choices.items()),
                "chosen": ticket["said"].get(each.name, ""),
            }
            for each in found.questions
        ],
        "guessed": [
            {"label": GUESS_TITLES.get(name, name.replace("_", " ")), "value": guess_in_words(name, value)}
            for name, value in found.guessed.items()
            # What is no column can't be chosen among the columns: that there are no dates is said here, or nowhere.
            if name != "survey" and (name not in FIELDS or value not in shown["columns"])
        ],
        **shown,
        **_verdicts(found.rejected, found.left_out),
    }
    return render(request, "surveys/import_look.html", context, status=422 if unanswered else 200)


def _heading(found: Result) -> str:
    if not found.rows:
        return "The file has no rows under the names of its columns"
    if found.rejected:
        return f"{counted(found.accepted, 'answer,answers')} can be imported, {counted(len(found.rejected), 'row,rows')} can’t"
    return f"All {counted(found.accepted, 'answer,answers')} can be imported"


def _columns(ticket: Mapping[str, Any], found: Result, data: bytes) -> dict[str, Any]:
    """Which column is which, to be corrected, and the first rows as they were read."""
    said: Mapping[str, str] = ticket["said"]
    try:
        table = read(data, name=ticket["name"], **_reading(said))
        first = [row.cells[: len(table.columns)] for row in table.preview(ROWS_SHOWN)]
    except (UnreadableFile, ValueError):  # it was read a moment ago
        return {"fields": [], "columns": [], "first": []}
    fields = []
    asked = {each.name for each in found.questions}
    for name in FIELDS:
        chosen = said[name] if name in said else str(found.guessed.get(name, ""))
        if chosen not in table.columns:
            chosen = next((each for each in table.columns if each.casefold() == chosen.casefold()), "")
        fields.append({"name": name, "title": FIELD_TITLES[name], "chosen": chosen, "asked": name in asked})
    return {"fields": fields, "columns": table.columns, "first": first}


def _reading(said: Mapping[str, str]) -> dict[str, Any]:
    delimiter = {"tab": "\t"}.get(said.get("delimiter", ""), said.get("delimiter"))
    row = said.get("header_row", "")
    return {
        "encoding": said.get("encoding"),
        "delimiter": delimiter or None,
        "sheet": said.get("sheet"),
        "header_row": int(row) if row.isdecimal() else None,
    }


def _verdicts(rejected: list[dict[str, Any]], left_out: Mapping[str, int]) -> dict[str, Any]:
    return {
        "rejected": rejected[:REJECTED_SHOWN],
        "rejected_more": max(0, len(rejected) - REJECTED_SHOWN),
        "left_out": [f"{number:,} ({reason})" for reason, number in left_out.items()],
    }


@login_required
@require_GET
def batch(request: HttpRequest, reference: str) -> HttpResponse:
    """What an import brought, row by row where it mattered; and the way back."""
    member = member_of(request)
    found = get_object_or_404(_batches(member).select_related("file"), reference=reference)
    survey = None
    if found.status == ImportBatch.Status.DONE and found.target_id:
        survey = Survey.objects.visible_to(member).filter(pk=found.target_id).first()
    context = {
        "batch": found,
        "survey": survey,
        "heading": _batch_heading(found),
        "guessed": [
            {
                "label": FIELD_TITLES.get(name) or GUESS_TITLES.get(name, name.replace("_", " ")),
                "value": guess_in_words(name, value),
            }
            for name, value in found.guessed.items()
        ],
        "created": [
            {"label": f"{name[:1].upper()}{name[1:]}", "value": f"{number:,}"} for name, number in found.created.items()
        ],
        "may_undo": found.status == ImportBatch.Status.DONE
        and not member.is_read_only
        and access.may(member, "core.undo_import")
        and (survey is None or access.may(member, "surveys.import_into", survey)),
        **_verdicts(found.rejected, found.left_out),
    }
    return render(request, "surveys/import_batch.html", context)


def _batch_heading(found: ImportBatch) -> str:
    if found.status == ImportBatch.Status.UNDONE:
        return "This import was taken back"
    words = f"{counted(found.accepted, 'answer,answers')} imported"
    return f"{words}, {counted(len(found.rejected), 'row,rows')} rejected" if found.rejected else words


def _batches(member: Member) -> Any:
    return ImportBatch.objects.visible_to(member).filter(import_kind=KIND)


@login_required
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a whole import back, after one more look at what goes."""
    member = member_of(request)
    found = get_object_or_404(_batches(member).select_related("file"), reference=reference)
    if member.is_read_only:
        raise NotAllowed("Your account may look at everything here and change nothing.")
    access.require(member, "core.undo_import")
    if request.method == "GET":
        return render(
            request, "surveys/import_undo.html", {"batch": found, "words": counted(found.accepted, "answer,answers")}
        )
    undo_import(found, member, at=timezone.now())
    messages.success(request, f"{found.reference} was taken back. Its file and its verdicts stay.")
    return HttpResponseRedirect(reverse("surveys:batch", args=[found.reference]))
