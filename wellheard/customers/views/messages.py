"""Templates, and mailings of them: drafted, looked at as each person reads it, approved, stopped."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Organisation, OutboxMessage
from wellheard.core.templatetags.words import plural_words, when
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.actions import (
    approve_mailing,
    change_template,
    draft_mailing,
    go_on_with_mailing,
    retire_template,
    stop_mailing,
    write_template,
)
from wellheard.customers.forms import refuse
from wellheard.customers.forms.messages import MailingForm, TemplateForm
from wellheard.customers.mailing_flow import MAILING_FLOW
from wellheard.customers.models import Mailing, MailingRecipient, MessageTemplate, Person
from wellheard.customers.personalising import ValueMissing, Written, fields_there_are, write_for
from wellheard.customers.recipients import Fate, fates_of, people_of
from wellheard.customers.words import is_id, language_name

SHOWN = 50
OWN_LINKS = re.compile(r"/([um])/[^/\s]+/")
"""With these the customer decides, and nobody else: they are not shown."""
Recipient = MailingRecipient.Status
GETS = {Recipient.WAITING: ("gets it", ""), Recipient.WRITTEN: ("written to", "")}


# ---- templates ------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new_template(request: HttpRequest) -> HttpResponse:
    """Write a message with named fields."""
    member = member_of(request)
    only_those_who(member, "customers.write_template", seeing="customers.see_messagetemplate")
    form = TemplateForm(request.POST or None, own_language=_own_language())
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            made = write_template(
                given["name"], given["purpose"], form.texts(), member, at=timezone.now(), owner=member
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"The template “{made}” is saved. Nothing is sent by it alone.")
            return HttpResponseRedirect(made.get_absolute_url())
    return _template_page(request, form, None)


@login_required
@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """A template: its texts, to be changed by those who may."""
    member = member_of(request)
    found = get_object_or_404(MessageTemplate.objects.visible_to(member).select_related("purpose"), pk=pk)
    form = TemplateForm(request.POST or None, template=found, own_language=_own_language())
    if request.method == "POST":
        access.require(member, "customers.change_template", found)
        if form.is_valid():
            try:
                given = form.cleaned_data
                change_template(
                    found, member, at=timezone.now(), name=given["name"], purpose=given["purpose"], texts=form.texts()
                )
            except NotAllowed:
                raise
            except Refusal as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, f"The template “{found}” is saved.")
                return HttpResponseRedirect(found.get_absolute_url())
    return _template_page(request, form, found)


def _template_page(request: HttpRequest, form: TemplateForm, found: MessageTemplate | None) -> HttpResponse:
    member = member_of(request)
    may_change = may_offer(member, "customers.change_template", found)
    groups = [
        {
            "code": code,
            "language": language_name(code),
            "fields": [form[f"subject_{code}"], form[f"text_{code}"]],
            "is_open": number == 0 or bool(form[f"text_{code}"].value() or form[f"subject_{code}"].value()),
        }
        for number, code in enumerate(form.languages)
    ]
    texts = found.texts if found is not None else {}
    return render(
        request,
        "customers/template.html",
        {
            "template": found,
            "form": form,
            "groups": groups,
            "texts": [
                {"language": language_name(code), "code": code, **texts[code]}
                for code in form.languages
                if code in texts
            ],
            "known_fields": [{"name": f"{{{name}}}", "says": says} for name, says in fields_there_are().items()],
            "may_change": may_change,
            "may_mail": may_change and access.may(member, "customers.draft_mailing"),
        },
    )


@login_required
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """No new mailing uses it."""
    member = member_of(request)
    found = get_object_or_404(MessageTemplate.objects.visible_to(member), pk=pk)
    retire_template(found, member, at=timezone.now())
    messages.success(request, f"“{found}” is no longer offered for new mailings. Those that went out keep their words.")
    return HttpResponseRedirect(found.get_absolute_url())


# ---- mailings -------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new_mailing(request: HttpRequest) -> HttpResponse:
    """Choose a message and to whom it goes (`?segment=3`, `?person=7`, `?template=2`). Nothing is sent yet."""
    member = member_of(request)
    only_those_who(member, "customers.draft_mailing", seeing="customers.see_mailing")
    asked = {name: request.GET.get(name, "") for name in ("template", "segment", "person")}
    initial: dict[str, Any] = {name: asked[name] for name in ("template", "segment") if is_id(asked[name])}
    if is_id(asked["person"]):
        chosen = Person.objects.visible_to(member).filter(pk=asked["person"]).first()
        initial["people"] = (chosen.email or chosen.name) if chosen is not None else ""
    form = MailingForm(request.POST or None, member=member, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = draft_mailing(
                given["template"], member, at=timezone.now(), owner=member, segment=given["segment"],
                people=given["people"], site=given["site"] or _only_site(member),
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "The draft is kept. Nothing is sent before you approve it.")
            return HttpResponseRedirect(made.get_absolute_url())
    has_templates = form.fields["template"].queryset.exists()  # type: ignore[attr-defined]
    return render(request, "customers/mailing_form.html", {"form": form, "has_templates": has_templates})


def _only_site(member: Member) -> Any:
    """The site of a member whose roles hold at one site alone: others must not read whom they write to."""
    return member.site if all(held.site_id is not None for held in member.held()) else None


@dataclass(frozen=True)
class Line:
    """One person in the list of a mailing."""

    person: Person
    state: str
    tone: str
    reason: str = ""


@login_required
@require_GET
def mailing(request: HttpRequest, pk: int) -> HttpResponse:
    """One mailing: who gets it and who does not, with the reason, and how each of them reads it."""
    member, now = member_of(request), timezone.now()
    rows = Mailing.objects.visible_to(member).select_related("template__purpose", "segment", "owner", "site")
    found = get_object_or_404(rows, pk=pk)
    shown = _draft(request, found, member, now) if found.approved_at is None else _approved(request, found, member)
    may = {
        verb: MAILING_FLOW.may(found, verb) and may_offer(member, f"customers.{name}", found)
        for verb, name in {
            "approve": "approve_mailing", "stop": "stop_mailing", "go_on": "go_on_with_mailing",
        }.items()
    }  # fmt: skip
    may["go_on"] = may["go_on"] and found.approved_at is not None
    facts = [
        {"label": "Message", "value": found.template.name, "url": found.template.get_absolute_url()},
        {"label": "Purpose", "value": str(found.template.purpose)},
        {"label": "To", "value": str(found.segment or "chosen people")},
        {"label": "Site", "value": str(found.site or "every site")},
        {"label": "By", "value": str(found.owner)},
        {"label": "Drafted", "value": when(found.drafted_at)},
    ]
    if found.approved_at:
        facts.append({"label": "Approved", "value": when(found.approved_at)})
    if found.ended_at:
        facts.append({"label": "Ended", "value": when(found.ended_at)})
    return render(
        request,
        "customers/mailing.html",
        {"mailing": found, "facts": facts, "may": may, "heading": str(found.template)} | shown,
    )


def _draft(request: HttpRequest, found: Mailing, member: Member, now: datetime) -> dict[str, Any]:
    """A draft is worked out anew at every look: who is in the segment now, who may be written to, what is known of them."""
    fates = fates_of(people_of(found, member), found.template.texts, found.template.purpose.key, now)
    getting = [each for each in fates if each.gets_it]
    number = _number(request, len(getting))
    lines = [_line_of(each) for each in sorted(fates, key=lambda each: each.gets_it)]
    return {
        "seen": found.template.fingerprint(),
        "lead": _lead(len(getting), len(fates) - len(getting)),
        "getting": len(getting),
        "reasons": _reasons((each.reason, 1) for each in fates if not each.gets_it),
        "page": _page(request, lines),
        "preview": _preview(getting[number - 1].person, getting[number - 1].written, number, len(getting))
        if getting
        else None,
    }


def _line_of(fate: Fate) -> Line:
    gets = fate.gets_it
    return Line(fate.person, "gets it" if gets else "left out", "" if gets else "wait", fate.reason)


def _approved(request: HttpRequest, found: Mailing, member: Member) -> dict[str, Any]:
    """What became of it for each person whom this member may see."""
    rows = MailingRecipient.objects.filter(mailing=found)
    counts: dict[str, int] = dict(rows.values_list("status").annotate(number=Count("pk")).order_by("status"))
    left_out = (
        rows.filter(status=Recipient.LEFT_OUT).values_list("reason").annotate(number=Count("pk")).order_by("reason")
    )
    seen = rows.filter(person__in=Person.objects.visible_to(member))
    seen = seen.select_related("person__account__owner", "person__owner", "message").order_by(
        "-status", "person__name", "pk"
    )
    getting = seen.exclude(status=Recipient.LEFT_OUT).order_by("person__name", "pk")
    total = getting.count()
    number = _number(request, total)
    page = Paginator(seen, SHOWN).get_page(request.GET.get("page") or 1)
    chosen = getting[number - 1] if total else None
    return {
        "lead": _lead_of(found, counts),
        "getting": counts.get(Recipient.WAITING, 0),
        "reasons": _reasons(left_out),
        "page": page,
        "lines": [_line_of_row(each) for each in page],
        "preview": _preview(chosen.person, _as_read(chosen, found), number, total) if chosen is not None else None,
    }


def _line_of_row(row: MailingRecipient) -> Line:
    if row.status == Recipient.LEFT_OUT:
        return Line(row.person, "left out", "wait", row.reason)
    if row.message is not None and row.message.status in {OutboxMessage.Status.FAILED, OutboxMessage.Status.HELD}:
        return Line(
            row.person, row.message.get_status_display(), "worse", row.message.held_reason or row.message.last_fault
        )
    words = row.message.get_status_display() if row.message is not None else row.get_status_display()
    return Line(row.person, words, "")


def _as_read(row: MailingRecipient, found: Mailing) -> Written | None:
    """As it was sent; before that, as it will be."""
    if row.message is not None:
        return Written(row.message.language, row.message.subject, OWN_LINKS.sub(r"/\1/…/", row.message.text))
    try:
        return write_for(row.person, found.texts, Organisation.current())
    except ValueMissing:
        return None


def _preview(person: Person, written: Written | None, number: int, total: int) -> dict[str, Any] | None:
    if written is None:
        return None
    return {
        "person": person,
        "language": language_name(written.language),
        "code": written.language,
        "subject": written.subject,
        "text": written.text,
        "place": f"{number:,} of {total:,}",
        "before": number - 1 if number > 1 else 0,
        "after": number + 1 if number < total else 0,
    }


def _number(request: HttpRequest, total: int) -> int:
    asked = request.GET.get("n", "")
    return max(1, min(int(asked), total)) if is_id(asked) else 1


def _page(request: HttpRequest, lines: list[Line]) -> Page[Line]:
    return Paginator(lines, SHOWN).get_page(request.GET.get("page") or 1)


def _reasons(reasons: Iterable[tuple[str, int]]) -> list[dict[str, str]]:
    """How many are left out, by the reason; what is said of one alone (since when) is not told apart."""
    counts: dict[str, int] = {}
    for reason, many in reasons:
        short = reason.partition(" (")[0]
        counts[short] = counts.get(short, 0) + many
    return [{"label": f"left out: {reason}", "value": f"{many:,}"} for reason, many in sorted(counts.items())]


def _lead(getting: int, left_out: int) -> str:
    first = plural_words(getting, "person gets it,people get it") if getting else "nobody gets it"
    second = plural_words(left_out, "person is left out,people are left out") if left_out else "nobody is left out"
    return f"{first[:1].upper()}{first[1:]}; {second}. Nothing is sent before you approve it."


def _lead_of(found: Mailing, counts: dict[str, int]) -> str:
    written, waiting = counts.get(Recipient.WRITTEN, 0), counts.get(Recipient.WAITING, 0)
    words = [
        plural_words(written, "person was written to,people were written to")
        if written
        else "nobody was written to yet"
    ]
    if waiting:
        words.append(plural_words(waiting, "person waits,people wait"))
    if left_out := counts.get(Recipient.LEFT_OUT, 0):
        words.append(plural_words(left_out, "person was left out,people were left out"))
    sentence = ", ".join(words)
    return f"{sentence[:1].upper()}{sentence[1:]}."


@login_required
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on it is sent."""
    member, found = _asked(request, pk)
    try:
        approve_mailing(found, member, at=timezone.now(), seen=request.POST.get("seen", ""))
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{found.reference} is being sent. You can stop it here.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever waits is not written to."""
    member, found = _asked(request, pk)
    stop_mailing(found, member, at=timezone.now())
    messages.success(request, f"{found.reference} is stopped. What was written already is on its way.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to those who still wait."""
    member, found = _asked(request, pk)
    go_on_with_mailing(found, member, at=timezone.now())
    messages.success(request, f"{found.reference} goes on with the words that were approved.")
    return HttpResponseRedirect(found.get_absolute_url())


def _asked(request: HttpRequest, pk: int) -> tuple[Member, Mailing]:
    member = member_of(request)
    return member, get_object_or_404(Mailing.objects.visible_to(member), pk=pk)


def _own_language() -> str:
    return Organisation.current().default_language.split("-")[0]
