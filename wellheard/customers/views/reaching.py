"""How to reach a customer, for whom someone speaks, where a customer stands: small pages, one thing each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member
from wellheard.core.views import member_of
from wellheard.customers.actions import (
    affiliate,
    change_address,
    change_affiliation,
    change_contact_point,
    drop_address,
    drop_contact_point,
    end_affiliation,
    note_address,
    note_contact_point,
    set_lifecycle,
    set_tags,
)
from wellheard.customers.forms import AddressForm, AffiliationForm, PointForm, StandingForm, TagsForm, refuse
from wellheard.customers.models import Account, Address, Affiliation, ContactPoint, Person

MODELS: dict[str, type[Account] | type[Person]] = {"account": Account, "person": Person}
both = require_http_methods(["GET", "POST"])


@login_required
@both
def new_point(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    """One more way to reach them."""
    owner, member = _owner(request, about, pk, "customers.note_contact_point")
    form = PointForm(request.POST or None, owner=owner)
    return _page(
        request,
        owner,
        form,
        f"Another way to reach {owner}",
        "Note it",
        lambda values: note_contact_point(owner, by=member, at=timezone.now(), **values),
    )


@login_required
@both
def point(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a way to reach them, or say that it is no longer used."""
    member = member_of(request)
    rows = ContactPoint.objects.visible_to(member).select_related("person", "account")
    found = get_object_or_404(rows, pk=pk)
    owner = _of(found, member, "customers.change_contact_point")
    form = PointForm(request.POST or None, owner=owner, point=found)
    if "drop" in request.POST:
        return _drop(
            request,
            owner,
            lambda: drop_contact_point(found, member, at=timezone.now()),
            f"{found.value} is no longer used.",
        )

    def act(values: dict[str, Any]) -> None:
        change_contact_point(found, member, at=timezone.now(), is_former=False, **values)

    words = "It is used again" if found.is_former else "Save it"
    drop = "" if found.is_former else "It is no longer used"
    return _page(request, owner, form, f"How to reach {owner}", words, act, drop=drop)


@login_required
@both
def new_address(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    """Where they live or work."""
    owner, member = _owner(request, about, pk, "customers.note_address")
    return _page(
        request,
        owner,
        AddressForm(request.POST or None),
        f"Where {owner} is",
        "Note it",
        lambda values: note_address(owner, member, at=timezone.now(), **values),
    )


@login_required
@both
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an address, or drop it."""
    member = member_of(request)
    found = get_object_or_404(Address.objects.visible_to(member).select_related("person", "account"), pk=pk)
    owner = _of(found, member, "customers.change_address")
    form = AddressForm(request.POST or None, initial=AddressForm.of(found))
    if "drop" in request.POST:
        return _drop(request, owner, lambda: drop_address(found, member, at=timezone.now()), "The address is dropped.")
    return _page(
        request,
        owner,
        form,
        f"Where {owner} is",
        "Save it",
        lambda values: change_address(found, member, at=timezone.now(), **values),
        drop="They are there no more",
    )


@login_required
@both
def new_affiliation(request: HttpRequest, pk: int) -> HttpResponse:
    """They speak for one more customer."""
    owner, member = _owner(request, "person", pk, "customers.affiliate")
    form = AffiliationForm(request.POST or None, actor=member)
    return _page(
        request,
        owner,
        form,
        f"For whom {owner} speaks",
        "Note it",
        lambda values: affiliate(owner, by=member, at=timezone.now(), **values),
    )


@login_required
@both
def affiliation(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct roles and title, or say that they speak for this customer no more."""
    member = member_of(request)
    found = get_object_or_404(Affiliation.objects.visible_to(member).select_related("person", "account"), pk=pk)
    access.require(member, "customers.change_affiliation", found)
    form = AffiliationForm(request.POST or None, actor=member, affiliation=found)
    title = f"{found.person} for {found.account}"
    if "drop" in request.POST:
        return _drop(
            request,
            found.person,
            lambda: end_affiliation(found, member, at=timezone.now()),
            f"{found.person} no longer speaks for {found.account}.",
        )
    return _page(
        request,
        found.person,
        form,
        title,
        "Save it",
        lambda values: change_affiliation(found, member, at=timezone.now(), **values),
        drop="" if found.until else f"No longer speaks for {found.account}",
    )


@login_required
@both
def standing(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    """Say where they stand with us, and why."""
    owner, member = _owner(request, about, pk, "customers.set_lifecycle")
    form = StandingForm(request.POST or None, initial=StandingForm.of(owner))

    def act(values: dict[str, Any]) -> None:
        set_it: Callable[..., Any] = set_lifecycle
        set_it(owner, values["lifecycle"], member, at=timezone.now(), reason=values["reason"])

    return _page(request, owner, form, f"Where {owner} stands with us", "Save it", act)


@login_required
@require_POST
def tags(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    """These tags and no others."""
    owner, member = _owner(request, about, pk, "customers.set_tags")
    set_them: Callable[..., Any] = set_tags
    return _page(
        request,
        owner,
        TagsForm(request.POST),
        f"Tags of {owner}",
        "Save the tags",
        lambda values: set_them(owner, values["tags"], member, at=timezone.now()),
    )


def _owner(request: HttpRequest, about: str, pk: int, permission: str) -> tuple[Any, Member]:
    """The account or person, as far as the member sees it and may do this to it."""
    member = member_of(request)
    found = get_object_or_404(MODELS[about].objects.visible_to(member), pk=pk)
    access.require(member, permission, found)
    return found, member


def _of(part: ContactPoint | Address, member: Member, permission: str) -> Account | Person:
    access.require(member, permission, part)
    owner = part.person or part.account
    if owner is None:
        raise LookupError(f"{part.kind} {part.pk} has no owner")
    return owner


def _drop(request: HttpRequest, owner: Account | Person, act: Callable[[], Any], done: str) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(owner.get_absolute_url())


def _page(
    request: HttpRequest,
    owner: Account | Person,
    form: forms.Form,
    title: str,
    submit: str,
    act: Callable[[dict[str, Any]], Any],
    *,
    drop: str = "",
) -> HttpResponse:
    """The page of one small form: what was typed stays when it is refused."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"What we know about {owner} is saved.")
            return HttpResponseRedirect(owner.get_absolute_url())
    return render(
        request,
        "customers/part_form.html",
        {
            "owner": owner,
            "form": form,
            "title": title,
            "submit": submit,
            "drop": drop,
            "is_account": isinstance(owner, Account),
        },
    )
