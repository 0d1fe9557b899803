"""The pages of customers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.actions import add_account, add_person, add_segment, change_account, change_person
from wellheard.customers.forms import AccountForm, PersonForm, StandingForm, TagsForm, refuse
from wellheard.customers.known import known_about, people_of
from wellheard.customers.models import Account, Person, Segment
from wellheard.customers.story import story_of
from wellheard.customers.views.duplicates import asked_first, gone
from wellheard.customers.words import is_id, preferences


@login_required
@require_GET
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's whole story on one page."""
    member = member_of(request)
    rows = Account.objects.visible_to(member).select_related("segment", "site", "owner", "parent")
    found = get_object_or_404(rows, pk=pk)
    if found.is_merged:
        return gone(request, found, member)
    return render(
        request,
        "customers/account.html",
        story_of(found, member, request.GET)
        | {
            "account": found,
            "lead": account_in_words(found),
            "people": people_of(found, member),
            "known": known_about(found, member),
            "standing_form": StandingForm(initial=StandingForm.of(found)),
            "tags_form": TagsForm(initial={"tags": ", ".join(found.tags)}),
            "may_change": may_offer(member, "customers.change_account", found),
            "may_add_person": may_offer(member, "customers.add_person"),
        },
    )


def account_in_words(found: Account) -> str:
    """`Landscapers, in Halle, customer since March 2019, looked after by Ben Okafor.`"""
    parts = [str(found.segment) if found.segment else "", f"in {found.city}" if found.city else ""]
    parts += [f"customer since {found.since:%B %Y}" if found.since else ""]
    parts += [f"looked after by {found.owner}" if found.owner else "looked after by nobody yet"]
    words = ", ".join(part for part in parts if part)
    return f"{words[:1].upper()}{words[1:]}."


@login_required
@require_http_methods(["GET", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Add a customer."""
    member = member_of(request)
    only_those_who(member, "customers.add_account", seeing="customers.see_account")
    form = AccountForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            known = asked_first(request, "account", form.cleaned_data, member)
            if known:
                context = {"form": form, "account": None, "known_ones": known}
                return render(request, "customers/account_form.html", context)
            made = add_account(by=member, at=timezone.now(), **_with_segment(form, member))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{made.name} is now {made.reference}.")
            return HttpResponseRedirect(made.get_absolute_url())
    return render(request, "customers/account_form.html", {"form": form, "account": None})


@login_required
@require_http_methods(["GET", "POST"])
def edit_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what we know about a customer."""
    member = member_of(request)
    found = get_object_or_404(Account.objects.visible_to(member).select_related("segment", "parent"), pk=pk)
    access.require(member, "customers.change_account", found)
    form = AccountForm(request.POST or None, member=member, watched=True, initial=AccountForm.from_account(found))
    if request.method == "POST" and form.is_valid():
        try:
            change_account(found, member, at=timezone.now(), **_with_segment(form, member))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{found.name} is saved.")
            return HttpResponseRedirect(found.get_absolute_url())
    return render(request, "customers/account_form.html", {"form": form, "account": found})


def _with_segment(form: AccountForm, member: Member) -> dict[str, Any]:
    """The form's values, the segment's name turned into the segment; a new one is added by those who may."""
    values = dict(form.cleaned_data)
    name = values["segment"].strip()
    segment = Segment.objects.filter(name__iexact=name).first() if name else None
    if name and segment is None:
        try:
            segment = add_segment(name, member, at=timezone.now())
        except NotAllowed:
            raise Refusal(
                f"There is no segment “{name}”, and your role adds none. Choose one from the list, or leave it empty.",
                field="segment",
            ) from None
    values["segment"] = segment
    return values


@login_required
@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A person: how to reach them, for whom they speak, what they prefer, and what happened."""
    member = member_of(request)
    rows = Person.objects.visible_to(member).select_related("account", "site", "owner")
    found = get_object_or_404(rows, pk=pk)
    if found.is_merged:
        return gone(request, found, member)
    return render(
        request,
        "customers/person.html",
        story_of(found, member, request.GET)
        | {
            "person": found,
            "prefers": preferences(found),
            "known": known_about(found, member),
            "standing_form": StandingForm(initial=StandingForm.of(found)),
            "tags_form": TagsForm(initial={"tags": ", ".join(found.tags)}),
            "may_change": may_offer(member, "customers.change_person", found),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what we know about a person, and what they prefer."""
    member = member_of(request)
    found = get_object_or_404(Person.objects.visible_to(member).select_related("account"), pk=pk)
    access.require(member, "customers.change_person", found)
    form = PersonForm(request.POST or None, member=member, watched=True, initial=PersonForm.from_person(found))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"is_shared": form.cleaned_data["is_shared"] or None}
        if known := asked_first(request, "person", form.cleaned_data, member, present=found):
            context = {"form": form, "person": found, "account": found.account, "known_ones": known}
            return render(request, "customers/person_form.html", context)
        try:
            change_person(found, member, at=timezone.now(), **values)
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"What we know about {found} is saved.")
            return HttpResponseRedirect(found.get_absolute_url())
    return render(request, "customers/person_form.html", {"form": form, "person": found, "account": found.account})


@login_required
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Add a person, from a customer's page (`?account=12`) or on their own."""
    member = member_of(request)
    only_those_who(member, "customers.change_person", seeing="customers.see_account")
    number = request.GET.get("account", "")
    chosen = Account.objects.visible_to(member).filter(pk=number).first() if is_id(number) else None
    form = PersonForm(request.POST or None, member=member, initial={"account": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            known = asked_first(request, "person", form.cleaned_data, member)
            if known:
                context = {"form": form, "account": chosen, "known_ones": known}
                return render(request, "customers/person_form.html", context)
            made = add_person(by=member, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{made} is added.")
            return HttpResponseRedirect(made.get_absolute_url())
    return render(request, "customers/person_form.html", {"form": form, "account": chosen})
