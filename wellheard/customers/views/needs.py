"""The needs of a party: written down, decided about, and watched."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.core.views import may_offer, member_of
from wellheard.customers.actions.parties import add_need, change_need, retire_need, watch_need
from wellheard.customers.forms.parties import IndicatorForm, NeedForm, NewNeedForm, TargetForm
from wellheard.customers.forms.refusals import RefusalsAt
from wellheard.customers.models import PartyNeed
from wellheard.customers.views.parties import page_of, party_of
from wellheard.measures import catalogue
from wellheard.measures.catalogue import Indicator


def _need_of(request: HttpRequest, pk: int) -> tuple[Member, PartyNeed]:
    member = member_of(request)
    rows = PartyNeed.objects.visible_to(member).select_related("party", "owner")
    return member, get_object_or_404(rows, pk=pk)


@login_required
@require_POST
def new_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a need; the party's page has the form."""
    member, found = party_of(request, pk)
    form = NewNeedForm(request.POST)
    if form.is_valid():
        with RefusalsAt(form):
            add_need(found, form.cleaned_data["words"], member, at=timezone.now())
            messages.success(request, "Written down. Decide about it now, or go on with the next one.")
            return HttpResponseRedirect(f"{found.get_absolute_url()}#needs")
    return page_of(request, member, found, need_form=form, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """What is decided about a need, and how we watch it."""
    member, found = _need_of(request, pk)
    may_change = may_offer(member, "customers.change_need", found)
    form = NeedForm(request.POST or None, member=member, watched=True, initial=NeedForm.from_need(found))
    if request.method == "POST":
        access.require(member, "customers.change_need", found)
        if form.is_valid():
            with RefusalsAt(form):
                change_need(found, member, at=timezone.now(), **form.cleaned_data)
                messages.success(request, "Saved.")
                return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "need": found,
        "party": found.party,
        "form": form,
        "may_change": may_change,
        "reading": found.reading,
        "measured": measured_facts(found),
    }
    return render(request, "customers/party_need.html", context)


def measured_facts(found: PartyNeed) -> list[dict[str, Any]]:
    """What the indicator says, line by line."""
    names = (
        ("indicator", "Indicator"),
        ("words", "Latest"),
        ("between", "With 95 % certainty"),
        ("base", "Counted from"),
        ("months", "In"),
        ("target", "Wanted"),
        ("sentence", "So"),
    )
    return [{"label": words, "value": found.reading[key]} for key, words in names if found.reading.get(key)]


@login_required
@require_http_methods(["GET", "POST"])
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the indicator that shows whether a need is met, then of whom it speaks and from which value it is enough."""
    member, found = _need_of(request, pk)
    access.require(member, "customers.watch_need", found)
    asked = request.POST if request.method == "POST" else request.GET
    key = asked.get("indicator", found.indicator)
    indicator = _indicator(key)
    form = None
    if indicator is not None:
        initial = TargetForm.from_need(found, indicator)
        form = TargetForm(request.POST if request.method == "POST" else None, indicator=indicator, initial=initial)
    if request.method == "POST" and (form is None or form.is_valid()):
        watch_need(
            found,
            member,
            at=timezone.now(),
            indicator=key,
            scope=form.scope() if form else {},
            target=form.wanted() if form else None,
        )
        messages.success(request, found.reading.get("sentence") or "A person judges it at each review from now on.")
        return HttpResponseRedirect(found.get_own_url())
    context = {
        "need": found,
        "party": found.party,
        "choice": IndicatorForm(initial={"indicator": indicator.key if indicator else ""}),
        "indicator": indicator,
        "form": form,
    }
    return render(request, "customers/party_need_measure.html", context, status=422 if form and form.errors else 200)


def _indicator(key: str) -> Indicator | None:
    try:
        return catalogue.get(key)
    except catalogue.UnknownIndicator:
        return None


@login_required
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """They no longer ask for it."""
    member, found = _need_of(request, pk)
    retire_need(found, member, at=timezone.now())
    messages.success(request, "Taken from the list. The reviews of then still show it.")
    return HttpResponseRedirect(found.party.get_absolute_url())
