"""The page of an interested party: who they are, what they need, how we know, what was decided."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.lists import how_many
from wellheard.core.models import Member
from wellheard.core.templatetags.words import day, in_words
from wellheard.core.views import member_of, only_those_who
from wellheard.customers.actions.parties import (
    add_party,
    change_party,
    decide_climate,
    retire_party,
    return_party,
    review_party,
)
from wellheard.customers.forms.parties import ClimateForm, NewNeedForm, PartyForm, RetireForm, ReviewForm
from wellheard.customers.forms.refusals import RefusalsAt
from wellheard.customers.models import InterestedParty, PartyNeed, PartyReview

NBSP = "\u00a0"
MET_WORDS = {"met": "met", "not_met": "not met", "unclear": f"can’t{NBSP}tell"}
TONES = {"met": "better", "not_met": "worse", "unclear": "wait", "": ""}
NEED_COLUMNS = [
    {"label": "They need or expect"},
    {"label": "Through the quality system?"},
    {"label": "How we watch it"},
    {"label": "Latest"},
    {"label": "Met?"},
]
REVIEWS_SHOWN = 10


def party_of(request: HttpRequest, pk: int) -> tuple[Member, InterestedParty]:
    """The reader, and the party as far as they may see it."""
    member = member_of(request)
    rows = InterestedParty.objects.visible_to(member).select_related("owner", "site", "segment__owner")
    return member, get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def party(request: HttpRequest, pk: int) -> HttpResponse:
    """One party on one page: what they need, how it is watched, the latest result, and what was decided."""
    member, found = party_of(request, pk)
    return page_of(request, member, found)


def page_of(
    request: HttpRequest, member: Member, found: InterestedParty, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page of a party; `forms` are those that were sent and not accepted."""
    needs = list(PartyNeed.objects.visible_to(member).filter(party=found, retired_at=None).select_related("owner"))
    reviews = list(
        PartyReview.objects.visible_to(member).filter(party=found).select_related("reviewer")[: REVIEWS_SHOWN + 1]
    )
    writes = not member.is_read_only
    is_current = found.retired_at is None
    may_keep = writes and access.may(member, "customers.change_party", found)
    context = {
        "party": found,
        "heading": heading_of(found, needs),
        "lead": lead_of(found),
        "facts": facts_of(found),
        "needs": [need_row(need) for need in needs],
        "columns": NEED_COLUMNS,
        "reviews": reviews[:REVIEWS_SHOWN],
        "has_more_reviews": len(reviews) > REVIEWS_SHOWN,
        "is_overdue": is_overdue(found),
        "trail_url": reverse("evidence:record_trail", args=[found.kind, found.pk])
        if access.may(member, "core.see_trail")
        else "",
        "may_keep": may_keep,
        "may_add_need": writes and is_current and access.may(member, "customers.add_need"),
        "may_review": writes and is_current and access.may(member, "customers.review_party"),
        "need_form": NewNeedForm(),
        "climate_form": ClimateForm(initial={"climate": found.climate, "climate_reason": found.climate_reason}),
        "retire_form": RetireForm(),
        "is_climate_decided": found.climate != InterestedParty.Climate.UNDECIDED,
    }
    return render(request, "customers/party.html", context | forms, status=status)


def is_overdue(found: InterestedParty) -> bool:
    """Is the next review late?"""
    return found.retired_at is None and found.next_review_on is not None and found.next_review_on < timezone.localdate()


def heading_of(found: InterestedParty, needs: list[PartyNeed]) -> str:
    """The finding: `Landscapers: two of three needs are met`."""
    relevant = [need for need in needs if need.is_relevant]
    if not relevant:
        return f"{found.name}: what do they need?"
    met = sum(need.met == PartyNeed.Met.MET for need in relevant)
    failed = sum(need.met == PartyNeed.Met.NOT_MET for need in relevant)
    if failed:
        return f"{found.name}: {how_many(failed, 'need is', 'needs are').lower()} not met"
    if met == len(relevant):
        return f"{found.name}: what they need is met"
    if not met:
        return f"{found.name}: nobody can say yet whether their needs are met"
    return f"{found.name}: {in_words(met)} of {how_many(len(relevant), 'need', 'needs').lower()} met, as far as we know"


def lead_of(found: InterestedParty) -> str:
    """Who they are in a sentence."""
    parts = [str(found.get_sort_display())]
    parts.append(f"looked after by {found.owner}" if found.owner else "looked after by nobody yet")
    if found.site:
        parts.append(f"at {found.site}")
    words = ", ".join(parts)
    return f"{words[:1].upper()}{words[1:]}."


def facts_of(found: InterestedParty) -> list[dict[str, Any]]:
    """What stands beside the story."""
    facts: list[dict[str, Any]] = []
    if found.segment is not None:
        facts.append({"label": "Segment", "value": found.segment.name, "url": found.segment.get_absolute_url()})
    for name, words in (("influence", "Influence on us"), ("interest", "Interest in us")):
        value = getattr(found, name)
        facts.append({"label": words, "value": "not said" if value is None else f"{value} of 5"})
    if found.next_review_on:
        late = ", overdue" if is_overdue(found) else ""
        facts.append({"label": "Next review", "value": f"{day(found.next_review_on)}{late}"})
    facts.append({"label": "Looked at again", "value": how_often(found.review_every_months)})
    return facts


def how_often(months: int) -> str:
    """`every twelve months`."""
    return "every month" if months == 1 else f"every {how_many(months, 'month', 'months').lower()}"


def need_row(need: PartyNeed) -> dict[str, Any]:
    """A need as the table shows it."""
    reading = need.reading or {}
    latest = ", ".join(part for part in (reading.get("between"), reading.get("base"), reading.get("months")) if part)
    watched = reading.get("indicator") or need.monitored_by
    return {
        "need": need,
        "url": need.get_own_url(),
        "note": need.get_standing_display() if need.is_relevant else f"does not concern us: {need.relevance_reason}",
        "through": need.get_through_display(),
        "through_note": need.addressed_by if need.through != PartyNeed.Through.NO else need.through_reason,
        "through_tone": "wait" if need.through == PartyNeed.Through.UNDECIDED and need.is_relevant else "",
        "watched": watched or "not said yet",
        "watched_note": need.monitored_by if reading.get("indicator") else "",
        "latest": reading.get("words") or "—",
        "latest_note": latest,
        "met": MET_WORDS.get(need.met, "not known") if need.is_relevant else "",
        "met_note": (f"wanted: {reading['target'].replace(' %', NBSP + '%')}" if reading.get("target") else "")
        or (reading.get("sentence", "") if need.met == PartyNeed.Met.UNCLEAR else ""),
        "tone": TONES.get(need.met, "") if need.is_relevant else "",
    }


def _may_keep(request: HttpRequest) -> Member:
    member = member_of(request)
    only_those_who(member, "customers.add_party", seeing="customers.see_interestedparty")
    return member


@login_required
@require_http_methods(["GET", "POST"])
def new_party(request: HttpRequest) -> HttpResponse:
    """Write a party into the register."""
    member = _may_keep(request)
    form = PartyForm(request.POST or None, member=member, initial={"owner": member.pk, "review_every_months": 12})
    if request.method == "POST" and form.is_valid():
        with RefusalsAt(form):
            made = add_party(by=member, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{made.name} are in the register. Next: what do they need?")
            return HttpResponseRedirect(made.get_absolute_url())
    return render(request, "customers/party_form.html", {"form": form, "party": None})


@login_required
@require_http_methods(["GET", "POST"])
def edit_party(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what we know about a party."""
    member, found = party_of(request, pk)
    access.require(member, "customers.change_party", found)
    form = PartyForm(
        request.POST or None,
        member=member,
        is_segment=found.segment_id is not None,
        watched=True,
        initial=PartyForm.from_party(found),
    )
    if request.method == "POST" and form.is_valid():
        with RefusalsAt(form):
            change_party(found, member, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Saved.")
            return HttpResponseRedirect(found.get_absolute_url())
    return render(request, "customers/party_form.html", {"form": form, "party": found})


@login_required
@require_POST
def climate(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide whether they ask for something because of climate change."""
    member, found = party_of(request, pk)
    form = ClimateForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        decide_climate(found, member, at=timezone.now(), climate=said["climate"], reason=said["climate_reason"])
        messages.success(request, "The decision is kept with its reason and its day.")
        return HttpResponseRedirect(found.get_absolute_url())
    return page_of(request, member, found, climate_form=form, is_deciding=True, status=422)


@login_required
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """They no longer concern us."""
    member, found = party_of(request, pk)
    form = RetireForm(request.POST)
    if form.is_valid():
        retire_party(found, member, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, f"{found.name} rest in the register. What was decided about them stays.")
        return HttpResponseRedirect(found.get_absolute_url())
    return page_of(request, member, found, retire_form=form, is_retiring=True, status=422)


@login_required
@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """They concern us again."""
    member, found = party_of(request, pk)
    return_party(found, member, at=timezone.now())
    messages.success(request, f"{found.name} are back in the register.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a party again: the state of now is kept with the conclusion."""
    member, found = party_of(request, pk)
    access.require(member, "customers.review_party")
    needs = list(PartyNeed.objects.visible_to(member).filter(party=found, retired_at=None).select_related("owner"))
    form = ReviewForm(request.POST or None, party=found, needs=needs)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with RefusalsAt(form):
            review_party(
                found,
                member,
                at=timezone.now(),
                conclusion=said["conclusion"],
                judged=form.judged(),
                next_review_on=said["next_review_on"],
            )
            messages.success(
                request, f"The review is kept with today’s state. The next one: {day(found.next_review_on)}."
            )
            return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "form": form,
        "party": found,
        "needs": [need_row(need) for need in needs],
        "columns": NEED_COLUMNS,
        "last": PartyReview.objects.visible_to(member).filter(party=found).select_related("reviewer").first(),
    }
    return render(request, "customers/party_review.html", context)
