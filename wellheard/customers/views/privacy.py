"""The pages of data care: requests, the access file, erasure with its preview, holds, retention."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.core.templatetags.words import forms_of
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.access_file import access_file
from wellheard.customers.actions.privacy import (
    check_identity,
    end_request,
    erase,
    erase_on,
    lift_hold,
    outdated,
    receive_request,
    set_hold,
    set_retention,
)
from wellheard.customers.forms import refuse
from wellheard.customers.forms.privacy import IdentityForm, ReasonForm, RequestForm, RetentionForm
from wellheard.customers.holdings import Holding, every_holding, holding
from wellheard.customers.holds import standing_holds
from wellheard.customers.lineage import ids_of
from wellheard.customers.models import Account, DuplicatePair, LegalHold, Merge, Person, PrivacyRequest, RetentionRule

AT_ONCE = 30
"""Slices of an erasure that are done before the page answers; the worker does the rest."""
EXAMPLES = 5
USUAL_MONTHS = 36


@login_required
@require_GET
def care(request: HttpRequest) -> HttpResponse:
    """Everything that keeps our data about customers right, in one place."""
    member = member_of(request)
    only_those_who(member, "customers.see_duplicatepair")
    now = timezone.now()
    asked = PrivacyRequest.objects.visible_to(member).filter(status__in=("open", "erasing"))
    pairs = DuplicatePair.objects.visible_to(member).to_decide().count()
    late = asked.filter(due_on__lt=timezone.localdate(now)).count()
    holds = LegalHold.objects.visible_to(member).filter(lifted_at__isnull=True).count()
    rules = RetentionRule.objects.filter(is_on=True).count()
    waiting = asked.count()
    return render(
        request,
        "customers/care.html",
        {
            "pairs": pairs,
            "waiting": waiting,
            "late": late,
            "tallies": [
                {
                    "value": pairs,
                    "label": forms_of("pair,pairs", pairs) + " may be one customer",
                    "url": reverse("customers:duplicates"),
                },
                {
                    "value": waiting,
                    "label": forms_of("request about people’s data is,requests about people’s data are", waiting)
                    + " open",
                    "url": f"{reverse('customers:privacy-requests')}?status=open",
                },
                {
                    "value": late,
                    "label": forms_of("of them is late,of them are late", late),
                    "url": reverse("customers:privacy-requests"),
                },
                {
                    "value": holds,
                    "label": forms_of("legal hold stands,legal holds stand", holds),
                    "url": reverse("customers:holds"),
                },
                {
                    "value": rules,
                    "label": forms_of("retention rule is on,retention rules are on", rules),
                    "url": reverse("customers:retention"),
                },
            ],
            "merges": Merge.objects.visible_to(member).standing().count(),
            "may_look": may_offer(member, "customers.look_for_duplicates"),
            "may_suppress": access.may(member, "customers.see_suppression"),
            "may_import": access.may(member, "core.see_importbatch"),
        },
    )


# ---- requests -----------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that somebody asks about their data, from their page."""
    member, now = member_of(request), timezone.now()
    person = get_object_or_404(Person.objects.visible_to(member), pk=pk)
    access.require(member, "customers.receive_request")
    form = RequestForm(
        request.POST or None, member=member, initial={"wish": "access", "received_on": timezone.localdate(now)}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        received = min(now, timezone.make_aware(datetime.combine(given["received_on"], time(12))))
        if given["received_on"] > timezone.localdate(now):
            form.add_error(
                "received_on", "It can't have been received in the future. Nothing was saved; correct the day."
            )
        else:
            try:
                made = receive_request(
                    person, given["wish"], member, at=now, received_at=received,
                    identity_checked=given["identity_checked"], owner=given["owner"],
                )  # fmt: skip
            except Refusal as refusal:
                refuse(form, refusal)
            else:
                return HttpResponseRedirect(made.get_absolute_url())
    return render(request, "customers/privacy_form.html", {"form": form, "person": person})


@login_required
@require_GET
def privacy_request(request: HttpRequest, pk: int) -> HttpResponse:
    """A request: what is to be done next, and for an erasure what goes, what stays and why."""
    member = member_of(request)
    found = _found(member, pk)
    return render(request, "customers/privacy_request.html", _shown(found, member) | {"identity_form": IdentityForm()})


def _found(member: Member, pk: int) -> PrivacyRequest:
    rows = PrivacyRequest.objects.visible_to(member).select_related("person", "owner")
    return get_object_or_404(rows, pk=pk)


def _shown(found: PrivacyRequest, member: Member) -> dict[str, Any]:
    people = ids_of(found.person)
    parts = every_holding()
    is_open = found.status == PrivacyRequest.Status.OPEN
    is_erasure = found.wish == PrivacyRequest.Wish.ERASURE
    done = len(parts) - len(found.progress.get("waiting", []))
    return {
        "asked": found,
        "is_open": is_open,
        "is_erasure": is_erasure,
        "holds": list(standing_holds(found.person)) if is_open and is_erasure else [],
        "holdings": [row for row in (_holding(each, people) for each in parts) if row["count"]] if is_open else [],
        "words": _words(parts, people) if is_open and is_erasure else [],
        "did": [{"title": each.title, "value": found.did[each.key]} for each in parts if found.did.get(each.key)],
        "parts_done": done,
        "parts": len(parts),
        "progress_words": f"{done} of {len(parts)} kinds of records are done",
        "may_decide": may_offer(member, "customers.erase", found),
        "may_check": may_offer(member, "customers.check_identity", found),
        "reason_form": ReasonForm(),
    }


def _holding(each: Holding, people: tuple[int, ...]) -> dict[str, Any]:
    return {"title": each.title, "count": each.count(people), "goes": each.goes, "stays": each.stays}


def _words(parts: list[Holding], people: tuple[int, ...]) -> list[Any]:
    return [words for each in parts if each.words is not None for words in each.words(people)]


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is done about a request: identity noted, file taken, erased, answered, refused."""
    member, now = member_of(request), timezone.now()
    found = _found(member, pk)
    step = request.POST.get("step", "")
    try:
        if step == "identity":
            check_identity(found, request.POST.get("how", ""), member, at=now)
            messages.success(request, "Noted.")
        elif step == "file":
            return access_file(found, member, at=now)
        elif step == "erase":
            erase(found, member, at=now, chosen=request.POST.getlist("chosen"))
            erase_on(found, at=now, slices=AT_ONCE)
            messages.success(request, _erased(found))
        elif step == "done":
            end_request(found, member, at=now)
            messages.success(request, f"{found.reference} is answered.")
        elif step == "refuse":
            if not request.POST.get("reason", "").strip():
                raise Refusal("Say why it is refused: the person has a right to the reason. Nothing was changed.")
            end_request(found, member, at=now, refused_because=request.POST["reason"])
            messages.success(request, f"{found.reference} is refused, with the reason.")
        else:
            raise Refusal("There is no such step here. Nothing was changed; use the buttons of the page.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return HttpResponseRedirect(found.get_absolute_url())


def _erased(found: PrivacyRequest) -> str:
    if found.status == PrivacyRequest.Status.DONE:
        return f"Erased. They are now called {found.person}; the trail has noted it."
    return "Who they are is erased. The rest of a long history follows by itself within minutes; this page says how far it is."


# ---- holds --------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new_hold(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    """Keep this customer's data for a reason; or lift the hold that stands."""
    member, now = member_of(request), timezone.now()
    models: dict[str, Any] = {"account": Account, "person": Person}
    if about not in models:
        raise Http404
    record = get_object_or_404(models[about].objects.visible_to(member), pk=pk)
    access.require(member, "customers.set_hold")
    standing = (
        LegalHold.objects.visible_to(member).filter(lifted_at__isnull=True, **{about: record}).order_by("pk").first()
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if standing is not None:
                lift_hold(standing, member, at=now, reason=form.cleaned_data["reason"])
                messages.success(request, "The hold is lifted.")
            else:
                set_hold(record, form.cleaned_data["reason"], member, at=now)
                messages.success(request, f"The data of {record} is kept from now on.")
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return HttpResponseRedirect(record.get_absolute_url())
    return render(request, "customers/privacy_hold.html", {"form": form, "record": record, "standing": standing})


# ---- retention ----------------------------------------------------------------------------------------------------
@login_required
@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """How long each kind of record keeps what is personal."""
    member = member_of(request)
    only_those_who(member, "customers.see_retentionrule")
    rules = {rule.holding: rule for rule in RetentionRule.objects.visible_to(member).order_by("pk")}
    rows = []
    for each in every_holding():
        if each.expiry is None:
            continue
        rule = rules.get(each.key)
        rows.append(
            {
                "title": each.expiry.title,
                "url": reverse("customers:retention-rule", args=[each.key]),
                "note": f"{each.expiry.goes} {rule.ground if rule else ''}".strip(),
                "value": f"{rule.months} months" if rule else "for ever",
                "state": ("every night" if rule.is_on else "only shown") if rule else "no rule",
            }
        )
    return render(request, "customers/privacy_retention.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def retention_rule(request: HttpRequest, key: str) -> HttpResponse:
    """One rule, with what would go now."""
    member, now = member_of(request), timezone.now()
    part = holding(key)
    if part is None or part.expiry is None or not access.may(member, "customers.see_retentionrule"):
        raise Http404
    rule = RetentionRule.objects.visible_to(member).filter(holding=key).first()
    may_set = may_offer(member, "customers.set_retention")
    initial: dict[str, Any] = {
        "months": rule.months if rule else USUAL_MONTHS,
        "ground": rule.ground if rule else "",
        "is_on": bool(rule and rule.is_on),
    }
    form = RetentionForm(request.POST or None, initial=initial)
    months = initial["months"]
    if request.method == "POST":
        access.require(member, "customers.set_retention")
        if form.is_valid():
            months = form.cleaned_data["months"]
            if request.POST.get("step") != "look":
                try:
                    set_retention(key, member, at=now, **form.cleaned_data)
                except Refusal as refusal:
                    refuse(form, refusal)
                else:
                    messages.success(
                        request, "Saved." if form.cleaned_data["is_on"] else "Saved. Nothing goes until it is on."
                    )
                    return HttpResponseRedirect(reverse("customers:retention"))
    rows = outdated(key, int(months), now).order_by("pk")
    return render(
        request,
        "customers/privacy_rule.html",
        {
            "part": part.expiry,
            "rule": rule,
            "form": form,
            "months": months,
            "count": rows.count(),
            "examples": [{"title": part.expiry.example(row)} for row in rows[:EXAMPLES]],
            "may_set": may_set,
        },
    )
