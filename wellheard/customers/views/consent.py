"""What customers agreed to, the purposes that they decide about, and addresses that nothing is sent to."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member
from wellheard.core.views import may_offer, member_of
from wellheard.customers.actions import (
    change_purpose,
    lift_suppression,
    note_consent,
    suppress,
    word_consent,
)
from wellheard.customers.addresses import choose_address
from wellheard.customers.consent_part import standing_rows
from wellheard.customers.forms import refuse
from wellheard.customers.forms.consent import AddressForm, ConsentForm, PurposeForm, SuppressForm
from wellheard.customers.models import Consent, ConsentText, Person, Purpose, Suppression
from wellheard.customers.public_words import LANGUAGES
from wellheard.customers.suppression import normal_address, suppressions_of

SHOWN = 100


@login_required
@require_http_methods(["GET", "POST"])
def consents(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person agreed to: what holds, every decision that led there, and a form to note the next one."""
    member, now = member_of(request), timezone.now()
    found = get_object_or_404(Person.objects.visible_to(member).select_related("merged_into"), pk=pk)
    if found.merged_into is not None:
        return HttpResponseRedirect(reverse("customers:consents", args=[found.merged_into.pk]))
    is_open = found.erased_at is None
    may_note = is_open and may_offer(member, "customers.note_consent", found)
    form = ConsentForm(request.POST or None)
    if request.method == "POST":
        access.require(member, "customers.note_consent", found)
        if form.is_valid():
            given = form.cleaned_data
            try:
                note_consent(
                    found, given["purpose"], given["decision"], member, at=now, source=given["source"],
                    evidence=given["evidence"], text=newest_text(given["purpose"]), decided_at=form.decided_at(now),
                )  # fmt: skip
            except NotAllowed:
                raise
            except Refusal as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, f"Noted what {found} decided about “{given['purpose']}”.")
                return HttpResponseRedirect(request.path)
    rows = Consent.objects.visible_to(member).filter(person=found).select_related("purpose", "text")
    return render(
        request,
        "customers/consents.html",
        {
            "person": found,
            "standing": standing_rows(found, now),
            "decisions": [_decision(each) for each in rows.order_by("-at", "-pk")[:SHOWN]],
            "form": form,
            "may_note": may_note,
            "link": choose_address(found) if may_note and is_open else "",
        },
    )


def newest_text(purpose: Purpose) -> ConsentText | None:
    """The wording that holds now."""
    return purpose.texts.order_by("-version").first()


def _decision(consent: Consent) -> dict[str, Any]:
    wording = f", wording {consent.text.version}" if consent.text else ""
    evidence = f": {consent.evidence}" if consent.evidence else ""
    return {
        "moment": consent.at,
        "text": f"{consent.purpose}: {consent.get_decision_display()} ({consent.get_source_display()}{wording}){evidence}",
    }


# ---- purposes -------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def purposes(request: HttpRequest) -> HttpResponse:
    """For what we write, on which ground, and how many decided what."""
    member = member_of(request)
    if not access.may(member, "customers.see_purpose"):
        raise Http404
    newest: dict[int, int] = {}
    for text in ConsentText.objects.visible_to(member).order_by("-version"):
        newest.setdefault(text.purpose_id, text.version)
    rows = [
        {
            "purpose": each,
            "about": str(each.about.get("en") or next(iter(each.about.values()), "")),
            "ground": each.get_ground_display(),
            "version": newest.get(each.pk),
        }
        for each in Purpose.objects.visible_to(member).filter(retired_at=None).order_by("position", "pk")
    ]
    return render(
        request,
        "customers/purposes.html",
        {
            "rows": rows,
            "may_change": may_offer(member, "customers.change_purpose"),
            "may_suppress": access.may(member, "customers.see_suppression"),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def purpose(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a purpose, and the words to agree to: new words are a new version."""
    member = member_of(request)
    found = get_object_or_404(Purpose.objects.visible_to(member), pk=pk)
    access.require(member, "customers.change_purpose", found)
    text = newest_text(found)
    form = PurposeForm(request.POST or None, purpose=found, agreed=text.texts if text else {})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                now = timezone.now()
                change_purpose(
                    found, member, at=now, name=form.texts("name"), about=form.texts("about"),
                    ground=form.cleaned_data["ground"],
                )  # fmt: skip
                made = word_consent(found, form.texts("agreed"), member, at=now)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            is_new = text is None or made.pk != text.pk
            words = f" From now on customers read wording {made.version}." if is_new else ""
            messages.success(request, f"“{found}” is saved.{words}")
            return HttpResponseRedirect(reverse("customers:purposes"))
    groups = [
        {"language": language, "fields": [form[f"{part}_{code}"] for part in ("name", "about", "agreed")]}
        for code, language in LANGUAGES.items()
    ]
    return render(
        request, "customers/purpose.html", {"purpose": found, "form": form, "groups": groups, "version": text}
    )


# ---- addresses that nothing is sent to --------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def suppressions(request: HttpRequest) -> HttpResponse:
    """Look an address up: is nothing sent there, and why? The address is sent in a POST, so that no log keeps it."""
    member = member_of(request)
    if not access.may(member, "customers.see_suppression"):
        raise Http404
    form = AddressForm(request.POST or None)
    address, found = "", []
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        found = suppressions_of([address]).get(normal_address(address), [])
    counts = dict(
        Suppression.objects.visible_to(member)
        .filter(lifted_at=None)
        .values_list("reason")
        .annotate(number=Count("pk"))
        .order_by("reason")
    )
    reasons = [
        {"label": f"addresses: {words}", "value": f"{counts[value]:,}"}
        for value, words in Suppression.Reason.choices
        if value in counts
    ]
    return render(
        request,
        "customers/suppressions.html",
        {
            "form": form,
            "address": address,
            "found": [_suppression(each) for each in found],
            "counts": reasons,
            "total": sum(counts.values()),
            "suppress_form": SuppressForm(initial={"address": address, "reason": Suppression.Reason.HAND}),
            "may_lift": may_offer(member, "customers.lift_suppression"),
        },
    )


def _suppression(each: Suppression) -> dict[str, Any]:
    for_what = f"“{each.purpose}”" if each.purpose else "everything but answers to their own words"
    if each.reason == Suppression.Reason.BOUNCED:
        for_what = "every mail, answers too"
    return {"pk": each.pk, "why": each.get_reason_display(), "for_what": for_what, "since": each.since}


@login_required
@require_POST
def suppress_address(request: HttpRequest) -> HttpResponse:
    """From now on nothing is sent there."""
    member = _steward(request)
    form = SuppressForm(request.POST)
    if not form.is_valid():
        raise Refusal("Nothing was saved: the address or the reason is not right. Look the address up once more.")
    suppress(form.cleaned_data["address"], member, at=timezone.now(), reason=form.cleaned_data["reason"])
    messages.success(request, "From now on nothing is sent to that address but answers to their own words.")
    return HttpResponseRedirect(reverse("customers:suppressions"))


@login_required
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """The address may be written to again."""
    member = _steward(request)
    found = get_object_or_404(Suppression.objects.visible_to(member).filter(Q(lifted_at=None)), pk=pk)
    address = request.POST.get("address", "")
    known = found in suppressions_of([address]).get(normal_address(address), [])
    lift_suppression(found, member, at=timezone.now(), address=address if known else "")
    messages.success(request, "Lifted. Mail is sent to that address again, as far as they want it.")
    return HttpResponseRedirect(reverse("customers:suppressions"))


def _steward(request: HttpRequest) -> Member:
    member = member_of(request)
    if not access.may(member, "customers.see_suppression"):
        access.require(member, "customers.suppress")
    return member
