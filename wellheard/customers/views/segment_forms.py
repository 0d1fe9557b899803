"""The form in which a segment is defined: conditions are added by buttons, and whom it fits is shown before it is saved."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wellheard.core import access
from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.core.templatetags.words import count, counted
from wellheard.core.views import member_of, only_those_who
from wellheard.customers.actions import (
    add_segment,
    change_segment,
)
from wellheard.customers.forms.refusals import RefusalsAt
from wellheard.customers.forms.segments import MATCHES, RuleEditor, SegmentForm, changed_rule
from wellheard.customers.models import Account, Person, Segment
from wellheard.customers.segmenting.membership import members_of
from wellheard.customers.segmenting.rules import fitting, read_rule
from wellheard.customers.segmenting.sentences import about_of, rule_in_words
from wellheard.customers.traits import About, Traits
from wellheard.customers.views.segments import NOUNS, segment_seen_by

EXAMPLES = 5


@login_required
@require_http_methods(["GET", "POST"])
def new_segment(request: HttpRequest) -> HttpResponse:
    """Define a segment: by a rule (of accounts, or with `?about=person` of people), or with `?basis=hand` by hand."""
    member = member_of(request)
    only_those_who(member, "customers.add_segment", seeing="customers.see_segment")
    return _form_page(request, member, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit_segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a segment."""
    member = member_of(request)
    found = segment_seen_by(member, pk)
    access.require(member, "customers.change_segment", found)
    if found.retired_at is not None:
        raise Refusal(f"“{found.name}” is no longer used. Nothing was changed; use it again first.")
    return _form_page(request, member, found)


def _form_page(request: HttpRequest, member: Member, found: Segment | None) -> HttpResponse:
    about: About = about_of(found) if found else "person" if request.GET.get("about") == "person" else "account"
    basis = found.basis if found else "hand" if request.GET.get("basis") == "hand" else "rule"
    has_rule = basis in {"rule", "buying"}
    sent = request.POST if request.method == "POST" else None
    traits = Traits(about)
    again = changed_rule(sent, traits) if sent is not None and has_rule else None
    initial = SegmentForm.from_segment(found) if found else {"owner": member.pk}
    form = SegmentForm(again or sent, member=member, watched=found is not None, initial=initial)
    kept = found.rule if found else {}
    editor = RuleEditor(about, again or sent, kept) if has_rule else None
    preview: dict[str, Any] | None = None
    status = 200
    if sent is None or again is not None:
        for each in (form, *(editor.conditions if editor else ())):
            if again is not None:
                each.is_valid()
        if again is not None and editor is not None:
            form.errors.clear()
            editor.quieten()
        if sent is None and found is not None and editor is not None and not editor.gone:
            preview = _preview(kept, about, member)
    elif "preview" in sent and editor is not None:
        form.errors.clear()
        if editor.is_valid():
            try:
                preview = _preview(editor.stored(), about, member)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
                status = 422
        else:
            status = 422
    else:
        saved = _saved(form, editor, member, found, about, basis)
        if saved is not None:
            messages.success(
                request, f"“{saved.name}” is saved. {counted(members_of(saved).count(), NOUNS[about])} in it."
            )
            return HttpResponseRedirect(saved.get_absolute_url())
        status = 422
    return render(
        request,
        "customers/segment_form.html",
        {
            "form": form,
            "editor": editor,
            "conditions": editor.conditions if editor else [],
            "segment": found,
            "about": about,
            "basis": basis,
            "matches": MATCHES,
            "preview": preview,
            "many": NOUNS[about].split(",")[1],
            "choices": [] if found else _choices(about, basis),
            "back": found.get_absolute_url() if found else reverse("customers:segments"),
        },
        status=status,
    )


def _choices(about: About, basis: str) -> list[dict[str, Any]]:
    """What a new segment can be."""
    here = reverse("customers:new-segment")
    return [
        {"label": "Accounts, by a rule", "url": here, "current": about == "account" and basis == "rule"},
        {"label": "People, by a rule", "url": f"{here}?about=person", "current": about == "person" and basis == "rule"},
        {"label": "Accounts, by hand", "url": f"{here}?basis=hand", "current": about == "account" and basis == "hand"},
        {
            "label": "People, by hand",
            "url": f"{here}?about=person&basis=hand",
            "current": about == "person" and basis == "hand",
        },
        {"label": "Found in the data", "url": reverse("customers:clusters"), "current": False},
    ]


def _saved(
    form: SegmentForm, editor: RuleEditor | None, member: Member, found: Segment | None, about: About, basis: str
) -> Segment | None:
    """Save what was sent; None when something in it is not right, which then stands in the forms."""
    is_right = [form.is_valid(), editor is None or editor.is_valid()]
    if not all(is_right):
        return None
    values: dict[str, Any] = dict(form.cleaned_data)
    if editor is not None:
        values["rule"] = editor.stored()
    at = timezone.now()
    with RefusalsAt(form):
        if found is not None:
            return change_segment(found, member, at=at, **values)
        return add_segment(values.pop("name"), member, at=at, basis=basis, about=about, **values)
    return None


def _preview(stored: dict[str, Any], about: About, member: Member) -> dict[str, Any]:
    """Whom the rule fits now, of those whom the member may see: in words, with a few names."""
    traits = Traits(about)
    rule, now = read_rule(stored, traits), timezone.now()
    model: Any = Account if about == "account" else Person
    everyone = model.objects.visible_to(member).filter(merged_into__isnull=True, erased_at__isnull=True)
    fits = fitting(rule, about, now, everyone)
    number, total = fits.count(), everyone.count()
    return {
        "sentence": f"{rule_in_words(rule, traits)}.",
        "words": f"Fits {count(number)} of {counted(total, NOUNS[about])} now.",
        "examples": [
            {"title": str(each), "url": each.get_absolute_url()} for each in fits.order_by("name", "pk")[:EXAMPLES]
        ],
        "is_more": number > EXAMPLES,
    }
