"""What customers said: one statement on a page, and the form to note what someone heard."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core.errors import Refusal
from wellheard.core.links import linked, may_see
from wellheard.core.models import Member, Task
from wellheard.core.templatetags.words import when
from wellheard.core.thread import thread_of
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.actions import person_for
from wellheard.customers.forms import refuse
from wellheard.customers.models import Account, HeardWords, Person
from wellheard.customers.words import is_id, language_name, preferences
from wellheard.feedback.actions import handle, hear, reopen
from wellheard.feedback.alerting import CALL_BACK
from wellheard.feedback.flow import STATEMENT_FLOW
from wellheard.feedback.forms import HandleForm, StatementForm
from wellheard.feedback.heard_words import hear_words
from wellheard.feedback.models import Source, Statement
from wellheard.feedback.next_steps import steps_for
from wellheard.feedback.pages import state, state_tone

ROLES_IN_WORDS = {"raised": "became", "concerns": "belongs to", "heard as": "was heard in"}


@login_required
@require_GET
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: the words, where they stand in the thread, what to do next."""
    member = member_of(request)
    rows = Statement.objects.visible_to(member).with_outcome()
    rows = rows.select_related("person", "account__owner", "account__segment", "site", "handled_by")
    found = get_object_or_404(rows, pk=pk)
    firings = found.firings.select_related("rule").order_by("pk")
    others = linked(found, member)
    may_handle = may_offer(member, "feedback.handle", found)
    return render(
        request,
        "feedback/statement.html",
        {
            "statement": found,
            "heading": heading_of(found),
            "state": state(found),
            "tone": state_tone(found),
            "where": voice_place(found),
            "who": str(found.person or found.account or "Someone who left no name"),
            "who_url": shown_url(found.person or found.account, member),
            "thread": thread_of(found, member, here="answer"),
            "spoken": language_name(found.language) if found.language else "not known",
            "did": [
                {
                    "title": each.rule.name,
                    "url": each.rule.get_absolute_url() if may_see(member, each.rule) else "",
                    "note": each.did_words,
                }
                for each in firings
            ],
            "task": open_task_about(found),
            "links": [
                {
                    "title": getattr(each.other, "label", str(each.other)),
                    "url": getattr(each.other, "get_absolute_url", str)(),
                    "note": ROLES_IN_WORDS.get(each.link.role, each.link.role),
                    "state": "changed since" if each.is_suspect else "",
                    "tone": "wait",
                }
                for each in others
            ],
            "customer": customer_facts(found, member),
            "steps": steps_for(found, member),
            "form": HandleForm(initial={"note": found.handled_note}),
            "may_handle": may_handle and STATEMENT_FLOW.may(found, "handle"),
            "may_reopen": may_handle and STATEMENT_FLOW.may(found, "reopen"),
        },
    )


@login_required
@require_POST
def hear_heard_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Words that someone heard in a conversation are kept as feedback: once, however often this is pressed."""
    member = member_of(request)
    rows = HeardWords.objects.visible_to(member).select_related("conversation__account__segment", "conversation__site")
    words = get_object_or_404(rows.select_related("person__account"), pk=pk)
    heard = hear_words(words, member, at=timezone.now())
    messages.success(request, f"Kept as {heard.reference}, word for word.")
    return HttpResponseRedirect(words.get_absolute_url())


def heading_of(found: Statement) -> str:
    """The finding: `Gärtnerei Holzapfel gave 2 out of 10`."""
    gave = f"gave {found.rating_words}" if found.rating_words else f"spoke to us {Source(found.source).label}"
    return f"{found.who} {gave}"


def voice_place(found: Statement) -> str:
    """Under the words: the customer, and how we heard it."""
    account = str(found.account) if found.account and found.person else ""
    return ", ".join(part for part in (account, str(Source(found.source).label)) if part)


def shown_url(record: Account | Person | None, member: Member) -> str:
    """Where someone's page is, for those who may see it."""
    return record.get_absolute_url() if record is not None and may_see(member, record) else ""


def customer_facts(found: Statement, member: Member) -> list[dict[str, str]]:
    """Who they are to us."""
    facts = []
    if found.account is not None:
        facts.append({"label": "Customer", "value": str(found.account), "url": shown_url(found.account, member)})
        owner = found.account.owner
        facts.append({"label": "Looked after by", "value": str(owner) if owner else "nobody yet", "url": ""})
    if found.person is not None:
        url = shown_url(found.person, member)
        facts.append({"label": "Who", "value": str(found.person), "url": url})
        facts.append({"label": "Prefers", "value": preferences(found.person), "url": ""})
    return facts


def open_task_about(found: Statement) -> dict[str, str] | None:
    """Who is to call back, and until when."""
    tasks = Task.objects.filter(about_kind=found.kind, about_id=found.pk, verb=CALL_BACK, status=Task.Status.OPEN)
    task = tasks.select_related("owner").first()
    if task is None:
        return None
    return {"title": task.title, "owner": str(task.owner), "due": when(task.due_at)}


@login_required
@require_POST
def handle_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Someone has looked after it."""
    member = member_of(request)
    found = get_object_or_404(Statement.objects.visible_to(member), pk=pk)
    form = HandleForm(request.POST)
    handle(found, member, at=timezone.now(), note=form.cleaned_data["note"] if form.is_valid() else "")
    messages.success(request, f"{found.reference} is handled. What was to be done about it is done.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def reopen_it(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not finished after all."""
    member = member_of(request)
    found = get_object_or_404(Statement.objects.visible_to(member), pk=pk)
    reopen(found, member, at=timezone.now())
    messages.success(request, f"{found.reference} waits for someone again.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_http_methods(["GET", "POST"])
def new_statement(request: HttpRequest) -> HttpResponse:
    """Note what a customer said: on the phone, at a visit, in a letter."""
    member = member_of(request)
    only_those_who(member, "feedback.hear", seeing="feedback.see_statement")
    account = _chosen(Account.objects.visible_to(member), request.GET.get("account", ""))
    person = _chosen(Person.objects.visible_to(member).select_related("account"), request.GET.get("person", ""))
    form = StatementForm(request.POST or None, member=member, initial=StatementForm.beginning_with(account, person))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                heard = _hear(form, member, at=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Kept as {heard.reference}, word for word.")
            seen = may_see(member, heard)
            return HttpResponseRedirect(heard.get_absolute_url() if seen else reverse("feedback:new"))
    return render(request, "feedback/statement_form.html", {"form": form, "about": person or account})


def _hear(form: StatementForm, member: Member, *, at: datetime) -> Statement:
    values = form.cleaned_data
    account: Account | None = values["account"]
    site = values["site"] or (account.site if account else None)
    person = None
    if values["name"].strip() or values["email"]:
        person = person_for(values["email"], values["name"], member, at=at, account=account, site=site)
    rating, scale = form.rated()
    return hear(
        values["verbatim"],
        member,
        at=at,
        source=values["source"],
        heard_at=form.heard_at(at),
        person=person,
        account=account,
        site=site or (person.site if person else None) or member.site,
        rating=rating,
        rating_scale=scale,
        key=f"form:{values['key']}" if values["key"] else None,
    )


def _chosen(rows: Any, number: str) -> Any:
    return rows.filter(pk=number).first() if is_id(number) else None
