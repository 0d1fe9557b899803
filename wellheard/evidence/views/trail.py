"""The trail: of one record, checked now, and taken along in a file that anyone can check."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wellheard.core import access
from wellheard.core.jobs import soon
from wellheard.core.lists.asked import Asked
from wellheard.core.lists.export import note_export
from wellheard.core.models import Member, TrailEntry, TrailHead
from wellheard.core.templatetags.words import counted
from wellheard.core.trail.append import CHAIN
from wellheard.core.trail.export import export_lines, verifier_source
from wellheard.core.views import member_of
from wellheard.evidence.actions import check_trail
from wellheard.evidence.entries import entries_about, tell
from wellheard.evidence.integrity import check, check_seals, personal_of
from wellheard.evidence.jobs import check_trail_for
from wellheard.evidence.walking import record_of
from wellheard.evidence.words import kind_in_words

PER_PAGE = 50
CHECKED_AT_ONCE = 100_000
"""A trail with more entries than this is checked by a worker: nobody waits seconds for a page."""
CHECKED_UP_TO = 2000
"""A record with more entries than this is checked with the whole trail, not on its page."""


def reader_of_trail(request: HttpRequest) -> Member:
    """Whoever may see the trail; for others there is no such page."""
    member = member_of(request)
    if not access.may(member, "core.see_trail"):
        raise Http404
    return member


@login_required
@require_GET
def record_trail(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Everything that happened to one record, also when it is no longer there."""
    member = reader_of_trail(request)
    record = record_of(kind, pk, member)
    mine = TrailEntry.objects.filter(entries_about([(kind, pk)]))
    paginator = Paginator(mine.order_by("-seq"), PER_PAGE)
    if record is None and (not paginator.count or not _is_gone(mine)):
        raise Http404
    page = paginator.get_page(request.GET.get("page"))
    findings = []
    if record is not None and paginator.count <= CHECKED_UP_TO:
        everything = list(mine)
        findings = check(record, everything, personal_of(everything))
        if hasattr(record, "seal_id"):
            findings += check_seals([record]).values()
    context = {
        "record": record,
        "label": getattr(record, "label", str(record)) if record is not None else f"{kind_in_words(kind)} {pk}",
        "kind": kind,
        "kind_words": kind_in_words(kind),
        "pk": pk,
        "page": page,
        "entries": tell(list(page.object_list), member),
        "findings": findings,
    }
    return render(request, "evidence/record_trail.html", context)


def _is_gone(mine: "object") -> bool:
    """The record was removed: its entries stay readable, without personal values. A record that is there and may not be
    seen stays unseen."""
    newest = mine.order_by("-seq").values_list("did", flat=True).first()  # type: ignore[attr-defined]
    return bool(newest == "deleted")


@login_required
@require_POST
def check_now(request: HttpRequest) -> HttpResponse:
    """Check the whole trail, now."""
    member = reader_of_trail(request)
    if TrailHead.objects.get(chain=CHAIN).seq > CHECKED_AT_ONCE:
        access.require(member, "evidence.check_trail")
        soon(check_trail_for, member.pk)
        messages.info(
            request, "The trail is long, so it is being checked while you go on. The result will stand on this page."
        )
        return HttpResponseRedirect(reverse("evidence:trail"))
    found = check_trail(member, at=timezone.now())
    if found.is_whole:
        messages.success(request, f"The trail is whole: {counted(found.entries, 'entry,entries')} checked.")
    else:
        messages.error(request, f"The trail is broken. {found.faults[0]} Every administrator has a task about it.")
    return HttpResponseRedirect(reverse("evidence:trail"))


@login_required
@require_GET
def export_trail(request: HttpRequest) -> StreamingHttpResponse:
    """The whole trail as JSON lines. The trail notes first who took it."""
    member = reader_of_trail(request)
    now = timezone.now()
    rows = TrailHead.objects.get(chain=CHAIN).seq
    note_export("evidence.trail", member, at=now, form="jsonl", rows=rows, asked=Asked())

    def lines() -> Iterator[str]:
        for line in export_lines(at=now):
            yield line + "\n"

    response = StreamingHttpResponse(lines(), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trail-{timezone.localdate(now).isoformat()}.jsonl"'
    return response


@login_required
@require_GET
def checker(request: HttpRequest) -> HttpResponse:
    """The one-file checker, for the exported trail."""
    reader_of_trail(request)
    response = HttpResponse(verifier_source(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verifier.py"'
    return response
