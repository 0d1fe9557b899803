"""The pages of segments: what one is, who belongs to it, how it grew."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.core.templatetags.words import count, counted, when
from wellheard.core.views import may_offer, member_of
from wellheard.customers.actions import (
    put_into_segment,
    retire_segment,
    take_out_of_segment,
    use_segment_again,
)
from wellheard.customers.forms.segments import PutForm
from wellheard.customers.models import Account, Person, Segment, SegmentRun
from wellheard.customers.pages.segments import members_seen
from wellheard.customers.segmenting.clusters import silhouette_in_words, stability_in_words
from wellheard.customers.segmenting.history import came_from, growth_in_words, months_of, went_to
from wellheard.customers.segmenting.running import renew
from wellheard.customers.segmenting.sentences import about_of, listed, segment_in_words
from wellheard.customers.traits import About
from wellheard.ground.local_time import MONTHS

SHOWN_MEMBERS = 10
NOUNS: dict[About, str] = {"account": "account,accounts", "person": "person,people"}
COLUMNS = [
    {"name": "month", "label": "Month"},
    {"name": "members", "label": "Members", "numeric": True},
    {"name": "joined", "label": "Joined", "numeric": True},
    {"name": "left", "label": "Left", "numeric": True},
]


def segment_seen_by(member: Member, pk: int) -> Segment:
    """The segment, or 404."""
    return get_object_or_404(Segment.objects.visible_to(member).select_related("owner", "party"), pk=pk)


@login_required
@require_GET
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, who belongs to it, and how that changed."""
    member, now = member_of(request), timezone.now()
    found = segment_seen_by(member, pk)
    about = about_of(found)
    months = months_of(found, now)
    seen = members_seen(member, found).order_by("name", "pk")
    number = months[-1].members
    last = SegmentRun.objects.visible_to(member).filter(segment=found).order_by("-at", "-pk").first()
    is_by_hand = found.basis == Segment.Basis.HAND
    return render(
        request,
        "customers/segment.html",
        {
            "segment": found,
            "about": about,
            "sentence": segment_in_words(found),
            "number_words": counted(number, NOUNS[about]),
            "facts": _facts(found, last),
            "members": [_member(each, found, is_by_hand) for each in seen[:SHOWN_MEMBERS]],
            "members_note": _shown_note(number, seen.count()),
            "growth": growth_in_words(months, NOUNS[about].split(",")[1]),
            "columns": COLUMNS,
            "months": [
                {
                    "month": f"{MONTHS[each.first.month - 1]} {each.first.year}",
                    "members": each.members,
                    "joined": each.joined,
                    "left": each.left,
                }
                for each in months
            ],
            "came": _moves(came_from(found, now)),
            "went": _moves(went_to(found, now)),
            "may_change": may_offer(member, "customers.change_segment", found) and found.retired_at is None,
            "may_renew": may_offer(member, "customers.renew_segment", found) and found.retired_at is None,
            "may_use_again": may_offer(member, "customers.use_segment_again", found) and found.retired_at is not None,
            "put_form": PutForm(member=member, segment=found)
            if is_by_hand and found.retired_at is None and may_offer(member, "customers.put_into_segment", found)
            else None,
        },
    )


def _changed(run: SegmentRun) -> str:
    """How many a look moved."""
    return f"{count(run.joined)} joined, {count(run.left)} left" if run.joined or run.left else "nobody joined or left"


def _facts(found: Segment, last: SegmentRun | None) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": "How it comes about", "value": found.get_basis_display()},
        {"label": "Looked after by", "value": found.owner or "Nobody yet"},
    ]
    if last is not None:
        changed = _changed(last)
        facts.append({"label": "Last looked at", "value": f"{when(last.at)}: {changed}"})
    if found.basis == Segment.Basis.CLUSTER:
        stability, silhouette = found.rule.get("stability"), found.rule.get("silhouette")
        facts += [
            {
                "label": "Stability when found",
                "value": f"{_figure(stability)}. {stability_in_words(stability)[0]}",
            },
            {
                "label": "Silhouette when found",
                "value": f"{_figure(silhouette)}: {silhouette_in_words(silhouette)}",
            },
            {
                "label": "Found among",
                "value": f"{counted(found.rule.get('found_among', 0), NOUNS[about_of(found)])}, compared by "
                f"{listed([str(each['title']) for each in found.rule.get('traits', [])], 'and')}",
            },
        ]
    return facts


def _figure(value: float | None) -> str:
    return "Unknown" if value is None else f"{value:.2f}"


def _member(each: Account | Person, found: Segment, is_by_hand: bool) -> dict[str, Any]:
    """A line of the list. Whoever was put in here by hand can be taken out here."""
    is_own = isinstance(each, Account) and each.segment_id == found.pk
    url = reverse("customers:take-out-of-segment", args=[found.pk, each.pk]) if is_by_hand and not is_own else ""
    since = getattr(each, "member_since", None)
    return {
        "title": str(each),
        "url": each.get_absolute_url(),
        "note": f"since {when(since.date())}" if since else "",
        "take_url": url,
    }


def _shown_note(number: int, seen: int) -> str:
    """How many of them this page, and this reader, don't see."""
    return f"You may see {count(seen)} of them." if seen != number else ""


def _moves(moves: list[Any]) -> list[dict[str, Any]]:
    return [{"title": each.name, "value": count(each.number)} for each in moves]


@login_required
@require_POST
def renew_segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Look now who belongs to it."""
    member = member_of(request)
    found = segment_seen_by(member, pk)
    run = renew(found, member, at=timezone.now())
    messages.success(request, f"Looked again: {_changed(run)}.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer use it."""
    member = member_of(request)
    found = segment_seen_by(member, pk)
    retire_segment(found, member, at=timezone.now())
    messages.success(request, f"“{found.name}” is no longer used. Its history stays.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def use_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Use it again."""
    member = member_of(request)
    found = segment_seen_by(member, pk)
    use_segment_again(found, member, at=timezone.now())
    messages.success(request, f"“{found.name}” is in use again.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody in by hand."""
    member = member_of(request)
    found = segment_seen_by(member, pk)
    access.require(member, "customers.put_into_segment", found)
    form = PutForm(request.POST, member=member, segment=found)
    if form.is_valid():
        customer = form.cleaned_data["customer"]
        put_into_segment(found, customer, member, at=timezone.now())
        messages.success(request, f"{customer} is in “{found.name}”.")
    else:
        messages.error(request, " ".join(str(each) for errors in form.errors.values() for each in errors))
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def take(request: HttpRequest, pk: int, customer: int) -> HttpResponse:
    """Take somebody out who was put in by hand."""
    member = member_of(request)
    found = segment_seen_by(member, pk)
    model: Any = Person if found.about == "person" else Account
    someone = get_object_or_404(model.objects.visible_to(member), pk=customer)
    take_out_of_segment(found, someone, member, at=timezone.now())
    messages.success(request, f"{someone} is no longer in “{found.name}”.")
    return HttpResponseRedirect(found.get_absolute_url())
