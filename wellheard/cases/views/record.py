"""The page of a case: the customer's words first, then the one thing to do next, then what happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wellheard.cases.actions.steps import LANGUAGE_WORDS, looks_of, untold_of
from wellheard.cases.clock import clock_of
from wellheard.cases.flow import Status
from wellheard.cases.forms import CaseStepForm
from wellheard.cases.hearing import statement_of
from wellheard.cases.models import Case, Channel, Entry
from wellheard.cases.models.case import CaseQuerySet
from wellheard.cases.views.next_step import TURN, Bound, StepOnPage, next_of, on_page, turn_of
from wellheard.cases.views.steps import STEPS, filled_form
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.links import Linked, linked, look_again
from wellheard.core.models.members import Member
from wellheard.core.models.outbox import OutboxMessage
from wellheard.core.records import Record
from wellheard.core.templatetags.words import when
from wellheard.core.thread import thread_of
from wellheard.core.views import member_of
from wellheard.customers.forms import refuse
from wellheard.feedback.models import Statement

SHORT = 400
ROLES = {
    ("raised", False): "raised this",
    ("analysed", True): "looks for the cause",
    ("opened", True): "acts on it",
    ("concerns", False): "is about the same",
}


@dataclass(frozen=True)
class Line:
    """One line of what happened; `mail` says what became of the mail that went with it."""

    at: datetime
    author: str
    summary: str
    text: str
    language: str
    heard: bool
    mail: str
    tone: str

    @property
    def is_short(self) -> bool:
        """Short words stand open; a letter is folded away, whole."""
        return not self.mail and len(self.text) <= SHORT


def seen_by(member: Member) -> CaseQuerySet:
    return Case.objects.visible_to(member).select_related("site", "owner", "account", "person", "subject_member")


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A case."""
    case = get_object_or_404(seen_by(member_of(request)), pk=pk)
    return render_case(request, case, {})


@login_required
@require_POST
def take_step(request: HttpRequest, pk: int, address: str) -> HttpResponse:
    """One of the forms on the page."""
    member = member_of(request)
    case = get_object_or_404(seen_by(member), pk=pk)
    step = STEPS.get(address)
    if step is None:
        raise Http404
    form = filled_form(step, case, member, request.POST)
    if form.is_valid():
        try:
            made = step.act(case, member, timezone.now(), form)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, step.done)
            return HttpResponseRedirect(made.get_absolute_url() if step.leads else case.get_absolute_url())
    # The verb may have begun to change the record in hand; the page shows what is stored.
    case = get_object_or_404(seen_by(member), pk=pk)
    return render_case(request, case, {address: form}, status=422)


@login_required
@require_POST
def looked_again(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Someone has looked at what changed in a linked record."""
    member = member_of(request)
    case = get_object_or_404(seen_by(member), pk=pk)
    found = next((each for each in linked(case, member) if each.link.pk == link and each.outward), None)
    if found is None:
        raise Http404
    look_again(found.link, member, at=timezone.now())
    messages.success(request, "Noted: you have looked at what changed.")
    return HttpResponseRedirect(case.get_absolute_url())


def render_case(request: HttpRequest, case: Case, bound: Bound, status: int = 200) -> HttpResponse:
    """The page, with the forms that somebody has filled in wrongly."""
    member, now = member_of(request), timezone.now()
    statement = statement_of(case) if not case.complaint_text else None
    step = next_of(case, member, now, bound)
    shown = {each.address for each in (step.step, *step.others) if each} if step else set()
    ends = linked(case, member)
    more = more_for(case, member, bound, shown, ends)
    shown |= {each.address for each in more}
    context: dict[str, Any] = {
        "case": case,
        "state": state_of(case, member, now),
        "thread": thread_of(case, member, here="case"),
        "clock": clock_of(case, now),
        "voice": voice_of(case, statement),
        "asked": asked_of(case, member),
        "untold": list(untold_of(case)) if not member.is_read_only else [],
        "step": step,
        "more": more,
        "left": [left_over(form) for address, form in bound.items() if address not in shown],
        "history": history_of(case),
        "customer": customer_facts(case, member),
        "concerns": concern_facts(case),
        "links": links_of(ends),
        "similar": similar_to(case, member),
        "status_url": case.status_url if not member.is_read_only else "",
    }
    return render(request, "cases/record.html", context, status=status)


def asked_of(case: Case, member: Member) -> dict[str, Any] | None:
    """What the reader was asked to look at here, with the form that says that they have."""
    tasks = list(looks_of(case, member))
    step = on_page("look", case, member, {}) if tasks else None
    return {"tasks": tasks, "step": step} if step is not None else None


def left_over(form: CaseStepForm) -> dict[str, list[str]]:
    """A form that came too late to have a place on the page: why it was not done, and every word that was typed."""
    return {
        "faults": [str(fault) for faults in form.errors.values() for fault in faults],
        "typed": [value for name in form.fields if (value := str(form.data.get(name, "")).strip())],
    }


def state_of(case: Case, member: Member, now: datetime) -> dict[str, str]:
    """The state beside the reference: whose turn it is, or where it stands."""
    turn = turn_of(case)
    if turn and case.owner_id == member.pk:
        return {"tone": "mine", "words": f"Your turn: {TURN[turn]}"}
    if case.is_late(now):
        return {"tone": "worse", "words": f"late: {case.get_status_display()}"}
    return {"tone": "wait" if case.status == Status.ANSWERED else "", "words": str(case.get_status_display())}


def voice_of(case: Case, statement: Statement | None) -> dict[str, str]:
    """The customer's words with who, where and when."""
    words = case.complaint_text or (statement.verbatim if statement else "")
    channel = str(Channel(case.channel).label)
    told = f"{channel}, {when(case.received_at)}"
    if case.logged_at - case.received_at > timedelta(hours=1):
        told += f"; typed {when(case.logged_at)}"
    place = ", ".join(part for part in (str(case.account or ""), case.account.city if case.account else "") if part)
    return {
        "text": words,
        "lang": (statement.language if statement else "") or case.language,
        "rating": statement.rating_words if statement else "",
        "who": case.contact_name or ("" if case.account else "Someone who left no name"),
        "where": place,
        "when": told,
        "url": statement.get_absolute_url() if statement else "",
    }


def history_of(case: Case) -> list[Line]:
    """What happened, newest first."""
    entries = Entry.objects.filter(case=case).select_related("message").order_by("-at", "-pk")
    return [
        Line(
            entry.at,
            entry.author_words,
            entry.summary,
            entry.text,
            entry.language,
            entry.is_from_customer,
            *_mail_of(entry.message),
        )
        for entry in entries
    ]


def _mail_of(message: OutboxMessage | None) -> tuple[str, str]:
    if message is None:
        return "", ""
    match message.status:
        case OutboxMessage.Status.SENT:
            return f"Sent {when(message.sent_at)}.", ""
        case OutboxMessage.Status.HELD:
            return f"Held back, not sent to {message.to}: {message.held_reason}.", "worse"
        case OutboxMessage.Status.FAILED:
            return f"Could not be sent to {message.to}: {message.last_fault or 'no reason given'}", "worse"
    if not settings.EMAIL_HOST:
        return "Waiting to be sent: no mail server is set up yet.", "wait"
    tried = f" The last try failed: {message.last_fault}" if message.last_fault else ""
    return f"Waiting to be sent.{tried}", "wait"


def customer_facts(case: Case, member: Member) -> list[dict[str, str]]:
    """Who they are, how to reach them, what else of theirs is open."""
    facts = []
    if case.account is not None:
        facts.append({"label": "Who", "value": str(case.account), "url": case.account.get_absolute_url()})
    if case.person is not None:
        facts.append({"label": "Person", "value": str(case.person), "url": case.person.get_absolute_url()})
    reach = [part for part in (case.contact_email or "", case.contact_phone) if part]
    facts.append({"label": "Reach", "value": ", ".join(reach) or "left no address: by phone, letter or in person"})
    facts.append({"label": "Prefers", "value": LANGUAGE_WORDS.get(case.language, case.language)})
    if case.segments:
        facts.append({"label": "Segments then", "value": ", ".join(case.segments)})
    if case.account_id or case.person_id:
        same = {"account_id": case.account_id} if case.account_id else {"person_id": case.person_id}
        others = Case.objects.visible_to(member).open().filter(**same).exclude(pk=case.pk).count()
        facts.append({"label": "Open", "value": f"{others} more" if others else "nothing else"})
    return facts


def concern_facts(case: Case) -> list[dict[str, str]]:
    """What it is about, and how serious."""
    facts = [
        {"label": "Kind", "value": str(case.get_kind_of_case_display())},
        {"label": "Site", "value": case.site.name},
    ]
    if case.event_on is not None:
        facts.append({"label": "Happened", "value": f"{case.event_on:%-d %B %Y}"})
    if case.severity is not None:
        facts.append({"label": "Severity", "value": str(case.get_severity_display())})
        facts.append({"label": "Danger", "value": "people may be in danger" if case.is_safety else "none to people"})
    if case.impact:
        facts.append({"label": "Impact", "value": case.impact})
    if case.cause_words:
        facts.append({"label": "Cause", "value": case.cause_words})
    if case.finding:
        facts.append({"label": "Finding", "value": str(case.get_finding_display())})
    facts.append({"label": "Promised by", "value": str(case.promised.get("source", ""))})
    return facts


def links_of(ends: list[Linked]) -> list[dict[str, Any]]:
    """What it is linked with; marked where the other record changed since someone looked."""
    rows = []
    for each in ends:
        label = each.other.label if isinstance(each.other, Record) else str(each.other)
        rows.append(
            {
                "title": label,
                "url": each.other.get_absolute_url() if hasattr(each.other, "get_absolute_url") else "",
                "note": ROLES.get((each.link.role, each.outward), each.link.role),
                "is_suspect": each.is_suspect,
                "link": each.link.pk,
            }
        )
    return rows


def similar_to(case: Case, member: Member) -> list[dict[str, str]]:
    """Others with the same cause, else of the same customer."""
    rows = Case.objects.visible_to(member).exclude(pk=case.pk).order_by("-received_at", "-pk")
    if case.cause_words:
        rows, why = rows.filter(cause_words__iexact=case.cause_words), "same cause"
    elif case.account_id or case.person_id:
        same = {"account_id": case.account_id} if case.account_id else {"person_id": case.person_id}
        rows, why = rows.filter(**same), "same customer"
    else:
        return []
    return [
        {"title": each.title, "url": each.get_absolute_url(), "note": f"{each.reference} · {why}"} for each in rows[:3]
    ]


def more_for(case: Case, member: Member, bound: Bound, shown: set[str], ends: list[Linked]) -> list[StepOnPage]:
    """Everything else that may be done here, folded away."""
    is_analysed = any(each.link.role == "analysed" and each.outward for each in ends)
    wanted = [
        ("note", "Note a call, a meeting or a thought"),
        ("message", "Write to the customer"),
        *([] if is_analysed else [("cause", "Look for the cause")]),
        ("action", "Open a corrective action"),
        ("owner", "Hand it over"),
        ("kind", "It is something else"),
        *([("withdrawal", "The customer withdrew it")] if case.is_open else []),
        *([("reopening", "Look at it again")] if case.status in {Status.ANSWERED, Status.CLOSED} else []),
    ]
    found = [on_page(address, case, member, bound, title) for address, title in wanted if address not in shown]
    return [each for each in found if each is not None]
