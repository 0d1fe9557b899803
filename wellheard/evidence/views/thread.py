"""A thread, walked backwards from any record on it."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wellheard.core import access
from wellheard.core.templatetags.words import plural_words
from wellheard.core.thread import Step, thread_of
from wellheard.core.views import member_of
from wellheard.evidence.walking import Walk, record_of, walk_backwards


@login_required
@require_GET
def thread(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The whole thread of a record, for whoever may see that record; the trail's entries for those who may see the trail."""
    member = member_of(request)
    record = record_of(kind, pk, member)
    if record is None:
        raise Http404
    walk = walk_backwards(record, member)
    there = {step.key for step in walk.steps if step.records}
    context = {
        "walk": walk,
        "thread": [_anchored(step, there) for step in thread_of(walk.stands, member, here="")],
        "finding": finding_of(walk),
        "may_see_evidence": access.may(member, "evidence.see_evidence"),
    }
    return render(request, "evidence/thread.html", context)


def _anchored(step: Step, there: set[str]) -> Step:
    """The step as a link to its part of this page."""
    state = "done" if step.state == "here" else step.state
    return replace(step, url=f"#step-{step.key}" if step.key in there else "", state=state)


def finding_of(walk: Walk) -> str:
    """The headline: how far the thread leads, and whether what it says holds."""
    if walk.faults:
        return f"{plural_words(len(walk.faults), 'thing does,things do')} not hold on this thread".capitalize()
    there = sum(1 for step in walk.steps if step.records)
    if there == len(walk.steps):
        return "From the verdict back to the customer’s words: nothing is missing"
    return f"{plural_words(there, 'step,steps')} of six, and everything that is there holds".capitalize()
