"""Bringing customers, lists of people who want no mail, and orders from files; and what came of it."""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.import_pages import ImportPages, Templates, kept_bytes
from wellheard.core.imports import read_table
from wellheard.core.lists.asked import Asked
from wellheard.core.lists.export import BOM, note_export
from wellheard.core.models import ImportBatch, Member, Site
from wellheard.core.templatetags.words import counted
from wellheard.core.views import member_of
from wellheard.customers.actions.imports import confirm_unsubscribe, dismiss_unsubscribe, look_up_unsubscribes
from wellheard.customers.current import current
from wellheard.customers.imports import fields as contact_fields
from wellheard.customers.imports import transactions_layout as transactions
from wellheard.customers.imports import unsubscribes
from wellheard.customers.imports.sources import forget_source
from wellheard.customers.imports.table import custom_titles
from wellheard.customers.models import ImportedChange, ImportSource, Person, UnsubscribeRequest
from wellheard.ground.formulas import neutralise_cell
from wellheard.ground.tabular import UnreadableFile

REQUESTS_A_PAGE = 50
CONTACTS, UNSUBSCRIBES, TRANSACTIONS = "contacts", "unsubscribes", "transactions"
TEMPLATES = Templates(
    start="customers/imports_start.html",
    look="customers/imports_look.html",
    batch="customers/imports_batch.html",
    undo="customers/imports_undo.html",
)
WORDS = {
    CONTACTS: {
        "title": "Bring the customers that you have",
        "lead": "An export of Salesforce, HubSpot, Odoo, Google or Outlook, vCards from a phone or a mail program, or any table "
        "of organisations or people: CSV, Excel or OpenDocument. You see what was found before anything is saved.",
        "accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods,.vcf,.vcard",
        "goes": "Every customer that it brought, unless something was attached to them since: those stay and are named. What it "
        "changed is as it was before, unless somebody changed it since.",
    },
    UNSUBSCRIBES: {
        "title": "Bring a list of people who want no more mail",
        "lead": "Names or addresses, one a row, with the day on which they asked. Nobody’s mail stops by the import: it proposes "
        "who may be meant, and you confirm.",
        "accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods",
        "goes": "Every request that nobody has decided yet. What was decided stays.",
    },
    TRANSACTIONS: {
        "title": "Bring what your customers bought",
        "lead": "Orders or lines of invoices, one a row, from a shop, a till or the books: CSV, Excel or OpenDocument. You see "
        "what was found before anything is saved.",
        "accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods",
        "goes": "All orders of this file. Figures that rest on them no longer count them.",
    },
}
NEXT = {
    CONTACTS: ("Next: look at the people", "customers:people", "See the people"),
    UNSUBSCRIBES: ("Next: decide who is meant", "customers:unsubscribes", "Look at the proposals"),
    TRANSACTIONS: ("Next: see what they buy", "customers:buying", "See what they buy"),
}


def _contact_titles() -> dict[str, str]:
    return contact_fields.FIELD_TITLES | dict(custom_titles())


def _pages(
    kind: str, noun: str, titles: Callable[[], Any], answers: Iterable[str], guess_titles: dict[str, str]
) -> ImportPages:
    return ImportPages(
        kind=kind,
        noun=noun,
        titles=titles,
        answers=tuple(answers),
        start=lambda: reverse("customers:import", args=[kind]),
        done=lambda reference: reverse("customers:import-batch", args=[kind, reference]),
        templates=TEMPLATES,
        guess_titles=guess_titles,
        about=lambda member: _about(kind, member),
        about_batch=lambda member, batch: _about_batch(kind, member, batch),
    )


PAGES = {
    CONTACTS: _pages(CONTACTS, "row,rows", _contact_titles, contact_fields.ANSWERS, contact_fields.ANSWER_TITLES),
    UNSUBSCRIBES: _pages(UNSUBSCRIBES, "request,requests", lambda: unsubscribes.FIELD_TITLES, unsubscribes.ANSWERS, {}),
    TRANSACTIONS: _pages(
        TRANSACTIONS, "row,rows", lambda: transactions.FIELDS, transactions.ANSWERS, transactions.ANSWER_TITLES
    ),
}


def _about(kind: str, member: Member) -> dict[str, Any]:
    """What the pages of this kind say, and the further choices that it offers."""
    return {"kind": kind, "words": WORDS[kind], "choices": _choices(member) if kind == CONTACTS else []}


def _choices(member: Member) -> list[dict[str, Any]]:
    sites = [(str(each.pk), each.name) for each in Site.objects.visible_to(member).order_by("name")]
    found = [
        (
            "rows_are",
            "What a row is",
            [("", "as the file says"), ("people", "a person"), ("accounts", "an organisation")],
        ),
        ("blanks", "Blank cells", [("", "leave what is known"), ("erase", "erase what is known")]),
        (
            "rest",
            "Columns without a place of their own",
            [("", "leave them out"), ("notes", "put them into the notes")],
        ),
    ]
    if sites:
        found.append(("site_of_all", "New customers belong to", [("", "every site"), *sites]))
    return [{"name": name, "title": title, "options": options} for name, title, options in found]


def _about_batch(kind: str, member: Member, batch: ImportBatch) -> dict[str, Any]:
    title, name, button = NEXT[kind]
    left = (
        ImportedChange.objects.filter(batch=batch, is_left=True).order_by("row", "pk")[:20] if kind == CONTACTS else []
    )
    return {
        "kind": kind,
        "goes": WORDS[kind]["goes"],
        "next_title": title,
        "next_url": reverse(name) + (f"?batch={batch.reference}" if kind == UNSUBSCRIBES else ""),
        "next_button": button,
        "verdicts": [
            {"value": batch.verdicts.get(key, 0), "label": label}
            for key, label in (
                ("created", "new"),
                ("changed", "changed"),
                ("same", "known already"),
                ("rejected", "rejected"),
            )
        ]
        if batch.verdicts
        else [],
        "rows_url": reverse("customers:import-rows", args=[batch.reference]) if kind == CONTACTS else "",
        "rejected_url": reverse("customers:import-rejected", args=[batch.reference]) if batch.rejected else "",
        "stayed": list(left),
    }


def _of(kind: str) -> ImportPages:
    if kind not in PAGES:
        raise Http404
    return PAGES[kind]


@login_required
def bring(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Choose a file, look at what was found in it, import it."""
    return _of(kind).bring(request)


@login_required
def batch(request: HttpRequest, kind: str, reference: str) -> HttpResponseBase:
    """What an import brought, and the way back."""
    return _of(kind).batch(request, reference=reference)


@login_required
def undo(request: HttpRequest, kind: str, reference: str) -> HttpResponseBase:
    """Take an import back, after one more look at what goes."""
    return _of(kind).undo(request, reference=reference)


# ---- rejected rows ----


@login_required
@require_GET
def rejected(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The rejected rows as they stood in the file, each with its reason, to be mended and imported again."""
    member = member_of(request)
    batches = ImportBatch.objects.visible_to(member).filter(import_kind__in=PAGES).select_related("file")
    found = get_object_or_404(batches, reference=reference)
    access.require(member, "core.export")
    note_export(
        "customers.import-rejected", member, at=timezone.now(), form="csv", rows=len(found.rejected), asked=Asked()
    )
    response = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.reference}-rejected.csv"'
    return response


class _Echo:
    def write(self, text: str) -> str:
        return text


def _lines(batch: ImportBatch) -> Iterator[str]:
    """The file's own columns first, so that the mended rows can be imported as they are."""
    why = {int(each["row"]): each for each in batch.rejected}
    writer: Any = csv.writer(_Echo())
    columns, cells = _original(batch, set(why))
    yield BOM + writer.writerow(map(neutralise_cell, [*columns, "Row", "Column", "Why it was rejected"]))
    for row, each in sorted(why.items()):
        own = cells.get(row, [""] * len(columns))
        said = [*own[: len(columns)], str(row), str(each["field"]), str(each["reason"])]
        yield writer.writerow(map(neutralise_cell, said))


def _original(batch: ImportBatch, rows: set[int]) -> tuple[list[str], dict[int, list[str]]]:
    """Columns and cells of these rows; none where the file is no table, or is no longer in the storage."""
    if "file" not in batch.guessed:
        return [], {}
    try:
        table = read_table(batch.file.name, kept_bytes(batch.file.sha256), batch.options.get("answers", {}))
        return table.columns, {row.number: row.cells for row in table.rows if row.number in rows}
    except (UnreadableFile, Refusal, FileNotFoundError):
        return [], {}


# ---- people who want no mail ----


@login_required
@require_http_methods(["GET", "POST"])
def proposals(request: HttpRequest) -> HttpResponse:
    """Who may be meant by the rows of such lists; one of us confirms each or many."""
    member = member_of(request)
    if not access.may(member, "customers.see_unsubscriberequest"):
        raise Http404
    if request.method == "POST":
        return _decide(request, member)
    rows = UnsubscribeRequest.objects.visible_to(member).filter(status="open").select_related("batch")
    reference = request.GET.get("batch", "")
    if reference:
        rows = rows.filter(batch__reference=reference[:20].replace("\x00", ""))
    page = Paginator(rows.order_by("batch_id", "row", "pk"), REQUESTS_A_PAGE).get_page(request.GET.get("page"))
    requests = list(page.object_list)
    people = _people(member, requests)
    are_sure_marked = request.GET.get("mark") == "sure"
    context = {
        "page": page,
        "batch": reference,
        "requests": [
            {
                "request": each,
                "options": [
                    {"person": people[one["person"]], "because": one["because"]}
                    for one in each.candidates
                    if one["person"] in people
                ],
                "is_marked": are_sure_marked and len(each.candidates) == 1,
            }
            for each in requests
        ],
        "heading": f"{counted(page.paginator.count, 'person wants,people want')} no more mail: who is it?"
        if page.paginator.count
        else "Nobody waits for a decision",
        "are_sure_marked": are_sure_marked,
    }
    return render(request, "customers/imports_proposals.html", context)


def _people(member: Member, requests: list[UnsubscribeRequest]) -> dict[int, Person]:
    """The candidates, by the ids that the requests hold; a merged one stands for who it is now."""
    ids = {one["person"] for each in requests for one in each.candidates}
    rows = Person.objects.filter(pk__in=ids).select_related("merged_into", "account")
    stands_for = {each.pk: current(each) for each in rows}
    seen = set(
        Person.objects.visible_to(member)
        .filter(pk__in={each.pk for each in stands_for.values()})
        .values_list("pk", flat=True)
    )
    return {pk: each for pk, each in stands_for.items() if each.pk in seen and each.erased_at is None}


def _decide(request: HttpRequest, member: Member) -> HttpResponse:
    """`pick-12=34`: request 12 is person 34; `pick-12=nobody`: it is nobody whom we know."""
    if member.is_read_only:
        raise NotAllowed("Your account may look at everything here and change nothing.")
    picked = {
        name.removeprefix("pick-"): str(value) for name, value in request.POST.items() if name.startswith("pick-")
    }
    numbers = [int(each) for each in picked if each.isascii() and each.isdigit() and len(each) < 19][
        : 2 * REQUESTS_A_PAGE
    ]
    now, stopped, dismissed = timezone.now(), 0, 0
    for each in UnsubscribeRequest.objects.visible_to(member).filter(pk__in=numbers, status="open").order_by("pk"):
        value = picked[str(each.pk)]
        if value == "nobody":
            dismiss_unsubscribe(each, member, at=now)
            dismissed += 1
        elif value.isascii() and value.isdigit() and len(value) < 19:
            person = get_object_or_404(Person.objects.visible_to(member), pk=int(value))
            confirm_unsubscribe(each, member, at=now, person=person)
            stopped += 1
    if stopped or dismissed:
        words = f"News and offers to {counted(stopped, 'person,people')} have stopped."
        if dismissed:
            words += f" {counted(dismissed, 'request was,requests were')} set aside, and nothing changed for them."
        messages.success(request, words)
    else:
        messages.error(
            request, "Nothing was chosen, so nothing was changed. Choose who is meant, then press the button."
        )
    return _to_proposals(request, member)


def _to_proposals(request: HttpRequest, member: Member) -> HttpResponse:
    """Back to the proposals, of the list that was looked at."""
    batch = request.POST.get("batch", "")
    known = ImportBatch.objects.visible_to(member).filter(reference=batch[:20].replace("\x00", "")).exists()
    return HttpResponseRedirect(reverse("customers:unsubscribes") + (f"?batch={batch}" if known else ""))


@login_required
@require_POST
def look_up(request: HttpRequest) -> HttpResponse:
    """Look once more whom the open requests may mean."""
    member = member_of(request)
    if not access.may(member, "customers.see_unsubscriberequest"):
        raise Http404
    if member.is_read_only:
        raise NotAllowed("Your account may look at everything here and change nothing.")
    renewed = look_up_unsubscribes(member, at=timezone.now())
    words = f"{counted(renewed, 'request has,requests have')} a new proposal." if renewed else "Nobody new was found."
    messages.success(request, f"{words} Nobody’s mail has stopped by this.")
    return _to_proposals(request, member)


# ---- sources ----


@login_required
@require_GET
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """How the columns of a source are mapped."""
    found = get_object_or_404(ImportSource.objects.visible_to(member_of(request)), pk=pk)
    titles = _contact_titles() | dict(unsubscribes.FIELD_TITLES) | transactions.FIELDS
    mapped = [
        {"label": titles.get(name, name), "value": column} for name, column in sorted(found.mapping.items()) if column
    ]
    said = [
        {"label": contact_fields.ANSWER_TITLES.get(name, name.replace("_", " ")), "value": value.replace("_", " ")}
        for name, value in sorted(found.answers.items())
    ]
    return render(request, "customers/imports_source.html", {"source": found, "mapped": mapped, "said": said})


@login_required
@require_http_methods(["POST"])
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget how a source maps its columns."""
    member = member_of(request)
    if member.is_read_only:
        raise NotAllowed("Your account may look at everything here and change nothing.")
    found = get_object_or_404(ImportSource.objects.visible_to(member), pk=pk)
    name = str(found)
    forget_source(found, member, at=timezone.now())
    messages.success(request, f"How “{name}” maps its columns is forgotten. What came from it stays.")
    return HttpResponseRedirect(reverse("customers:import-sources"))
