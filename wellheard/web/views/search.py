"""Find anything: one search over every record that the member may see."""

from dataclasses import dataclass
from itertools import groupby

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wellheard.core.records import Record
from wellheard.core.search import Hit, find
from wellheard.core.templatetags.words import plural_words
from wellheard.core.views import member_of

MOST = 60
CUSTOMERS = ("customers.account", "customers.person")
"""First, whatever else was found: whoever looks for a customer finds all that they ever said under their name as well."""
KINDS = {
    "cases.case": "Complaints and questions",
    "customers.account": "Customers",
    "customers.person": "People",
    "feedback.statement": "What customers said",
    "feedback.notice": "You said, we did",
    "improvement.causeanalysis": "Causes",
    "improvement.correctiveaction": "Actions",
    "surveys.survey": "Surveys",
}


@dataclass(frozen=True)
class Group:
    """The hits of one kind, under the word for it."""

    title: str
    rows: list[dict[str, str]]


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found, by kind: customers, then the kind with the newest hit."""
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    hits = find(words, member_of(request), most=MOST) if words else []
    return render(
        request,
        "web/search.html",
        {
            "search_words": words,
            "heading": _heading(words, len(hits)),
            "groups": _groups(hits),
            "is_more": len(hits) == MOST,
        },
    )


def _heading(words: str, count: int) -> str:
    if not words:
        return "Find anything"
    if not count:
        return f"Nothing has the words “{words}”"
    found = plural_words(count, "record has,records have")
    return f"{found[:1].upper()}{found[1:]} the words “{words}”"


def _groups(hits: list[Hit]) -> list[Group]:
    first = {kind: place for place, kind in reversed(list(enumerate(hit.kind for hit in hits)))}
    ordered = sorted(hits, key=lambda hit: (hit.kind not in CUSTOMERS, first[hit.kind]))
    return [
        Group(_kind_words(kind), [_row(hit) for hit in group]) for kind, group in groupby(ordered, lambda hit: hit.kind)
    ]


def _kind_words(kind: str) -> str:
    words = KINDS.get(kind) or str(apps.get_model(kind)._meta.verbose_name_plural)
    return words[:1].upper() + words[1:]


def _row(hit: Hit) -> dict[str, str]:
    record = hit.record
    reference = str(getattr(record, "reference", "") or "")
    return {
        "title": hit.title,
        "url": record.get_absolute_url() if isinstance(record, Record) else "",
        "note": "" if hit.title.startswith(reference) else reference,
    }
