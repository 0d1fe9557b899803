"""The pages of duplicates: a pair side by side, a merge before and after, and where a merged record leads."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.jobs import soon
from wellheard.core.models import Member
from wellheard.core.views import may_offer, member_of
from wellheard.customers.actions.duplicates import keep_apart, merge, undo_merge
from wellheard.customers.forms import refuse
from wellheard.customers.forms.privacy import ReasonForm
from wellheard.customers.jobs.duplicates import look_now
from wellheard.customers.matching import likely_same
from wellheard.customers.merging.moving import counted
from wellheard.customers.merging.planning import BOTH, GONE, KEPT, fields_of, planned
from wellheard.customers.models import Account, DuplicatePair, Merge, Person
from wellheard.customers.models.duplicates import MODELS
from wellheard.evidence.words import kind_in_words

NAMES = {"account": "customer", "person": "person"}


@action("customers.look_for_duplicates")
def ask_to_look(by: Actor, *, at: Any) -> None:
    """Have the worker compare everybody now."""
    soon(look_now)


@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Compare everybody now, not only tonight."""
    ask_to_look(member_of(request), at=timezone.now())
    messages.success(request, "Everybody is being compared. What may be one stands here in a few minutes.")
    return HttpResponseRedirect(reverse("customers:duplicates"))


@login_required
@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Two that may be one, side by side; POST says that they are different."""
    member = member_of(request)
    found = get_object_or_404(DuplicatePair.objects.visible_to(member), pk=pk)
    model = MODELS[found.about]
    rows = {row.pk: row for row in model.objects.visible_to(member).filter(pk__in=(found.first_id, found.second_id))}
    if len(rows) < 2:
        raise Http404
    first, second = rows[found.first_id], rows[found.second_id]
    form = ReasonForm(request.POST or None)
    form.fields["reason"].required = False
    if request.method == "POST" and form.is_valid():
        keep_apart(found, member, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(
            request, "Noted: they are two different ones. They are not shown again unless what they say changes."
        )
        return HttpResponseRedirect(reverse("customers:duplicates"))
    may = may_offer(member, "customers.keep_apart", found)
    return render(
        request,
        "customers/duplicates_pair.html",
        {
            "pair": found,
            "first": first,
            "second": second,
            "lines": planned(first, second).lines,
            "form": form,
            "is_open": found.status == "open" and not (first.is_merged or second.is_merged),
            "may_decide": may,
            "merge_url": reverse("customers:merge-two", args=[found.about, first.pk, second.pk]),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def merge_two(request: HttpRequest, about: str, kept: int, gone: int) -> HttpResponse:
    """What the survivor will say, field by field, and what moves; POST does it."""
    member = member_of(request)
    if about not in MODELS:
        raise Http404
    model: Any = MODELS[about]
    rows = model.objects.visible_to(member)
    survivor, other = get_object_or_404(rows, pk=kept), get_object_or_404(rows, pk=gone)
    access.require(member, "customers.merge")
    known, own = fields_of(model), {*survivor.custom, *other.custom}
    choices = {
        key: str(value)
        for key, value in request.POST.items()
        if key in known or (key.startswith("custom.") and key.removeprefix("custom.") in own)
    }
    if request.method == "POST":
        try:
            made = merge(about, kept, gone, member, at=timezone.now(), choices=choices)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, f"{other} is now one with {survivor}. {made.reference} can take it back.")
            return HttpResponseRedirect(survivor.get_absolute_url())
    try:
        plan = planned(survivor, other, choices)
    except Refusal:  # a choice that there isn't, as above
        plan = planned(survivor, other)
    return render(
        request,
        "customers/duplicates_merge.html",
        {
            "about": about,
            "survivor": survivor,
            "other": other,
            "lines": [{"line": line, "options": _options(line)} for line in plan.lines if line.differs],
            "same": [line for line in plan.lines if not line.differs and line.kept],
            "moves": [
                {
                    "title": _what(each["relation"]),
                    "note": f"{each['stays']} stay: {survivor} has the same already" if each["stays"] else "",
                    "value": each["moves"],
                }
                for each in counted(other, survivor)
                if each["moves"] or each["stays"]
            ],
            "is_gone": other.is_merged or survivor.is_merged,
            "turned_url": reverse("customers:merge-two", args=[about, gone, kept]),
        },
    )


def _options(line: Any) -> list[dict[str, Any]]:
    options = [(KEPT, line.kept), (GONE, line.gone)] + ([(BOTH, "both, one after the other")] if line.may_join else [])
    return [{"value": key, "words": words or "nothing", "chosen": line.choice == key} for key, words in options]


def _what(relation: Any) -> str:
    words = kind_in_words(relation.model._meta.label_lower)
    return f"{words[:1].upper()}{words[1:]}"


@login_required
@require_http_methods(["GET", "POST"])
def merge_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A merge: what was chosen and moved; POST takes it back."""
    member = member_of(request)
    found = get_object_or_404(Merge.objects.visible_to(member).select_related("by_member"), pk=pk)
    model = MODELS[found.about]
    rows = {row.pk: row for row in model.objects.visible_to(member).filter(pk__in=(found.kept_id, found.gone_id))}
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            undo_merge(found, member, at=timezone.now(), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{found.reference} is taken back. Both are there again.")
            return HttpResponseRedirect(found.get_absolute_url())
    moved: dict[str, int] = {}
    for step in found.moved:
        if step["model"] != f"customers.{found.about}":
            moved[step["model"]] = moved.get(step["model"], 0) + len(step["ids"])
    return render(
        request,
        "customers/duplicates_merged.html",
        {
            "merge": found,
            "kept": rows.get(found.kept_id),
            "gone": rows.get(found.gone_id),
            "was": found.before.get("gone", {}).get("name", ""),
            "moved": [
                {"title": kind_in_words(kind).capitalize(), "value": count} for kind, count in sorted(moved.items())
            ],
            "form": form,
            "may_undo": found.undone_at is None
            and access.may(member, "customers.undo_merge", found)
            and not member.is_read_only,
        },
    )


@login_required
@require_GET
def merge_with(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    """Find the other record that is the same customer: those that look like it, and by name."""
    member = member_of(request)
    if about not in MODELS:
        raise Http404
    rows: Any = MODELS[about].objects.visible_to(member)
    found = get_object_or_404(rows, pk=pk)
    access.require(member, "customers.merge")
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    living = rows.filter(merged_into__isnull=True, erased_at__isnull=True).exclude(pk=pk)
    named = list(living.filter(name__icontains=words).order_by("name", "pk")[:20]) if words else []
    alike = likely_same(_about(found), _values(found), member, besides=[pk], enough=50) if not words else []
    return render(
        request,
        "customers/duplicates_with.html",
        {
            "record": found,
            "about": about,
            "words": words,
            "found": [_choice(about, found, each.record, " ".join(each.reasons)) for each in alike]
            or [_choice(about, found, each, "") for each in named],
        },
    )


def _about(record: Account | Person) -> Any:
    return "account" if isinstance(record, Account) else "person"


def _values(record: Account | Person) -> dict[str, Any]:
    names = ("name", "city") if isinstance(record, Account) else ("name", "email", "phone", "account")
    return {name: getattr(record, name) for name in names}


def _choice(about: str, record: Any, other: Any, why: str) -> dict[str, str]:
    return {
        "title": str(other),
        "url": reverse("customers:merge-two", args=[about, record.pk, other.pk]),
        "note": why or str(getattr(other, "reference", "") or getattr(other, "email", "") or ""),
    }


def gone(request: HttpRequest, record: Any, member: Member) -> HttpResponse:
    """Where a merged record leads: to the one that stands for it now, and why."""
    about = _about(record)
    made = Merge.objects.visible_to(member).standing().filter(about=about, gone_id=record.pk).order_by("-pk").first()
    survivor = type(record).objects.visible_to(member).filter(pk=record.merged_into_id).first()
    return render(request, "customers/duplicates_gone.html", {"record": record, "merge": made, "survivor": survivor})


def asked_first(
    request: HttpRequest, about: Any, values: dict[str, Any], member: Member, *, present: Account | Person | None = None
) -> list[dict[str, str]]:
    """Before a record is added: those that it may be, unless the person said that it is a new one. Of a `present` record that
    is changed this is asked only where its address or number becomes another one."""
    if request.POST.get("is_new"):
        return []
    if present is not None:
        reaching = [name for name in ("email", "phone") if values.get(name)]
        if all(values[name] == getattr(present, name, None) for name in reaching):
            return []
    return [
        {"title": str(each.record), "url": each.record.get_absolute_url(), "note": " ".join(each.reasons)}
        for each in likely_same(about, values, member, besides=[present.pk] if present is not None else ())
    ]
