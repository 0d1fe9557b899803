"""What the standard asks for, what shows it, what is missing; and all of it in one file."""

import csv
import tempfile
from collections.abc import Iterator
from itertools import islice

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from wellheard.core import access
from wellheard.core.lists.asked import Asked as ListAsked
from wellheard.core.lists.export import BOM, note_export
from wellheard.core.models import Member
from wellheard.core.templatetags.words import count, counted, in_words, plural_words
from wellheard.core.views import member_of
from wellheard.evidence.collectors import Item, collectors_of, items_of
from wellheard.evidence.gaps import State, gravest, newest_items, state_of, states_of, visible_keys_of
from wellheard.evidence.pack import write_pack
from wellheard.evidence.periods import Asked, PeriodForm, asked_of
from wellheard.evidence.readiness import by_whose_wish, counts_in_all, headline
from wellheard.evidence.seeing import in_batches
from wellheard.evidence.standards import Listed
from wellheard.ground.formulas import neutralise_cell

THREADS_FROM = (("action.effectiveness",), ("nonconformity.react",))
THREADS_SHOWN = 5
ITEMS_PAGE = 50
GAPS_SHOWN = 50
COLUMNS = [
    {"label": "What is asked for"},
    {"label": "Shown by", "numeric": True},
    {"label": "Missing", "numeric": True},
]


def reader(request: HttpRequest) -> Member:
    """Whoever may look at the evidence; for others there is no such page."""
    member = member_of(request)
    if not access.may(member, "evidence.see_evidence"):
        raise Http404
    return member


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Every requirement of an edition in a period: what shows it, and what is missing."""
    member = reader(request)
    form = PeriodForm(request.GET)
    asked = asked_of(form, timezone.localdate())
    states = states_of(asked.edition, asked.first, asked.last, member)
    counts, is_more = counts_in_all(states)
    threads = [
        item
        for slugs in THREADS_FROM
        for item in newest_items(slugs, asked.first, asked.last, member, most=THREADS_SHOWN)
    ]
    context = {
        "form": PeriodForm(initial={"edition": asked.edition.year, "first": asked.first, "last": asked.last}),
        "errors": form.errors,
        "asked": asked,
        "headline": headline(counts, is_more=is_more),
        "whose_wish": by_whose_wish(counts),
        "columns": COLUMNS,
        "rows": [_row(state, asked) for state in states],
        "gravest": [_gap_row(found) for found in gravest(states, 5)],
        "threads": [_thread_row(item) for item in threads[:THREADS_SHOWN]],
        "elsewhere": _elsewhere(states),
        "may_see_trail": access.may(member, "core.see_trail"),
    }
    return render(request, "evidence/home.html", context)


@login_required
@require_GET
def requirement(request: HttpRequest, slug: str) -> HttpResponse:
    """One requirement: what an auditor asks, what is missing, and the records that show it."""
    member = reader(request)
    asked = asked_of(PeriodForm(request.GET), timezone.localdate())
    listed = _listed(asked, slug)
    state = state_of(listed, asked.first, asked.last, member)
    groups = []
    for collector in collectors_of(slug):
        items = list(islice(collector.collect(None, asked.first, asked.last, member), ITEMS_PAGE + 1))
        seen = visible_keys_of(items[:ITEMS_PAGE], member)
        groups.append(
            {
                "title": collector.title,
                "items": [_item_row(item) for item in seen],
                "is_more": len(items) > ITEMS_PAGE,
            }
        )
    context = {
        "asked": asked,
        "listed": listed,
        "state": state,
        "headline": _requirement_headline(state),
        "gaps": [_gap_row(found) for found in state.gaps[:GAPS_SHOWN]],
        "more_gaps": len(state.gaps) - GAPS_SHOWN if len(state.gaps) > GAPS_SHOWN else 0,
        "groups": groups,
    }
    return render(request, "evidence/requirement.html", context)


@login_required
@require_GET
def requirement_items(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Everything that shows a requirement in a period, as CSV. The trail notes first who took it."""
    member = reader(request)
    asked = asked_of(PeriodForm(request.GET), timezone.localdate())
    listed = _listed(asked, slug)
    state = state_of(listed, asked.first, asked.last, member, most=None)
    noted = ListAsked(chosen={"requirement": slug, "first": asked.first.isoformat(), "last": asked.last.isoformat()})
    note_export("evidence.items", member, at=timezone.now(), form="csv", rows=state.items, asked=noted)
    response = StreamingHttpResponse(_csv(slug, asked, member), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    return response


@login_required
@require_GET
def take_pack(request: HttpRequest) -> FileResponse:
    """The evidence pack of an edition and period. The trail notes first who took it, so the pack holds that entry."""
    member = reader(request)
    if not access.may(member, "core.see_trail"):
        raise Http404  # a pack holds the whole trail
    asked = asked_of(PeriodForm(request.GET), timezone.localdate())
    chosen = {"edition": asked.edition.year, "first": asked.first.isoformat(), "last": asked.last.isoformat()}
    note_export("evidence.pack", member, at=timezone.now(), form="zip", rows=1, asked=ListAsked(chosen=chosen))
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response
    write_pack(file, asked.edition, asked.first, asked.last, member)
    file.seek(0)
    name = f"evidence-{asked.edition.year}-{asked.first.isoformat()}-{asked.last.isoformat()}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _listed(asked: Asked, slug: str) -> Listed:
    listed = asked.edition.get(slug)
    if listed is None:
        raise Http404
    return listed


def _row(state: State, asked: Asked) -> dict[str, object]:
    many = "more than " if state.has_more_items else ""
    missing = "nothing" if state.is_collected else "not looked at"
    if state.gaps:
        missing = f"{'more than ' if state.has_more_gaps else ''}{count(len(state.gaps))}"
    return {
        "title": state.listed.requirement.title,
        "clauses": state.listed.clause_words,
        "url": f"{reverse('evidence:requirement', args=[state.listed.slug])}?{asked.query}",
        "items": f"{many}{counted(state.items, 'record,records')}" if state.is_collected else "shown elsewhere",
        "missing": missing,
        "tone": "wait" if state.gaps else "",
    }


def _elsewhere(states: list[State]) -> str:
    number = sum(1 for state in states if not state.is_collected and not state.gaps)
    if not number:
        return ""
    return f"{in_words(number).capitalize()} of them {'is' if number == 1 else 'are'} shown elsewhere in your system."


def _gap_row(found: object) -> dict[str, str]:
    rule, gap = found.rule, found.gap  # type: ignore[attr-defined]
    parts = [found.basis_words, gap.owner, f"due {gap.due.day} {gap.due:%B %Y}" if gap.due else ""]  # type: ignore[attr-defined]
    return {
        "title": gap.label or rule.title,
        "sentence": gap.sentence,
        "url": gap.url,
        "note": " · ".join(part for part in parts if part),
        "rule": rule.title,
    }


def _item_row(item: Item) -> dict[str, object]:
    return {
        "title": item.label,
        "url": item.url,
        "on": item.on,
        "received_at": item.received_at,
        "thread": reverse("evidence:thread", args=[item.kind, item.record_id]),
        "digest": item.digest[:8],
        "through": "" if item.direct else "through another record",
    }


def _thread_row(item: Item) -> dict[str, str]:
    return {
        "title": item.label,
        "url": reverse("evidence:thread", args=[item.kind, item.record_id]),
        "note": f"{item.on.day} {item.on:%B %Y}",
    }


def _requirement_headline(state: State) -> str:
    if not state.is_collected and not state.gaps:
        return f"{state.listed.requirement.title}: shown elsewhere in your system"
    shown = plural_words(state.items, "record,records")
    missing = headline({"requirement": len(state.gaps)}, is_more=state.has_more_gaps)
    shows = "shows" if state.items == 1 else "show"
    first = f"More than {shown}" if state.has_more_items else f"{shown[:1].upper()}{shown[1:]}"
    return f"{first} {shows} this; {missing[:1].lower()}{missing[1:]}"


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _csv(slug: str, asked: Asked, member: Member) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(["What", "Record", "On", "Known since", "Digest", "Directly"])
    for batch in in_batches(items_of(slug, asked.first, asked.last, member)):
        for item in visible_keys_of(batch, member):
            yield writer.writerow(
                [
                    neutralise_cell(item.label),
                    f"{item.kind} {item.record_id}",
                    item.on.isoformat(),
                    item.received_at.isoformat() if item.received_at else "",
                    item.digest,
                    "yes" if item.direct else "no",
                ]
            )
