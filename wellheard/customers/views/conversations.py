"""The pages of conversations: writing one down, reading it, correcting it, following it up."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.errors import Refusal
from wellheard.core.links import may_see
from wellheard.core.models import Member, Task, TrailEntry
from wellheard.core.tasks import end_task
from wellheard.core.templatetags.words import day_in_words, when
from wellheard.core.views import may_offer, member_of
from wellheard.customers.actions import (
    add_person,
    add_words,
    change_conversation,
    change_words,
    follow_up,
    log_conversation,
)
from wellheard.customers.forms import refuse
from wellheard.customers.forms.conversations import ConversationForm, FollowUpForm, NewConversationForm, WordsForm
from wellheard.customers.models import Account, Conversation, HeardWords, Person
from wellheard.customers.words import is_id, language_name
from wellheard.customers.words_offers import made_of, words_offers_for
from wellheard.evidence.entries import entries_about, tell

CHANGES_SHOWN = 20


@login_required
@require_http_methods(["GET", "POST"])
def new_conversation(request: HttpRequest) -> HttpResponse:
    """Write down a conversation, from a customer's page (`?account=12`, `?person=7`) or on its own."""
    member, now = member_of(request), timezone.now()
    if not access.may(member, "customers.log_conversation"):
        if access.may(member, "customers.see_conversation"):
            access.require(member, "customers.log_conversation")
        raise Http404
    account = _chosen(Account.objects.visible_to(member), request.GET.get("account", ""))
    person = _chosen(Person.objects.visible_to(member).select_related("account"), request.GET.get("person", ""))
    initial = NewConversationForm.beginning_with(account, person, member, now)
    form = NewConversationForm(request.POST or None, member=member, now=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = _log(form, member, now)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Kept as {made.reference}.")
            seen = may_see(member, made)
            return HttpResponseRedirect(made.get_absolute_url() if seen else reverse("customers:new-conversation"))
    context = {"form": form, "about": person or account, "conversation": None}
    return render(request, "customers/conversation_form.html", context)


def _chosen(rows: Any, number: str) -> Any:
    return rows.filter(pk=number).first() if is_id(number) else None


def _person_of(form: ConversationForm, member: Member, now: datetime) -> Person | None:
    """Whom it was with; someone new is added when the form says so."""
    if not form.adds_person:
        return form.found
    who = form.cleaned_data["who"].strip()
    named = {"name": "", "email": who} if "@" in who else {"name": who, "email": None}
    account = form.cleaned_data["account"]
    return add_person(by=member, at=now, account=account, site=form.cleaned_data["site"], **named)


def _log(form: NewConversationForm, member: Member, now: datetime) -> Conversation:
    values = form.values(_person_of(form, member, now))
    made = log_conversation(by=member, at=now, words=form.lines(), key=form.cleaned_data["key"], **values)
    # Sent twice, the first one comes back with its follow-up.
    if form.cleaned_data["follow_up"].strip() and made.typed_at == now:
        owner = form.cleaned_data["follow_up_owner"] or member
        with_due = {"due_on": form.cleaned_data["due_on"]}
        follow_up(made, form.cleaned_data["follow_up"], member, at=now, owner=owner, **with_due)
    return made


def _found(pk: int, member: Member) -> Conversation:
    rows = Conversation.objects.visible_to(member).select_related("account", "person__account", "heard_by", "site")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """A conversation: what it was about, what they said, what was made of it, and what is to be done."""
    return _page(request, _found(pk, member_of(request)))


def _page(
    request: HttpRequest,
    found: Conversation,
    *,
    words_form: WordsForm | None = None,
    follow_up_form: FollowUpForm | None = None,
) -> HttpResponse:
    member = member_of(request)
    words = list(found.heard_words.select_related("person").order_by("pk"))
    made = made_of(words, member)
    may_change = may_offer(member, "customers.change_conversation", found)
    return render(
        request,
        "customers/conversation.html",
        {
            "conversation": found,
            "lead": in_words(found),
            "said": [
                {
                    "words": each,
                    "who": str(each.person or found.who),
                    "made": made.get(each.pk),
                    "offers": [] if each.pk in made else words_offers_for(each, member),
                    "may_change": may_change and each.pk not in made,
                    "language": language_name(each.language) if each.language else "",
                }
                for each in words
            ],
            "tasks": [_task(each, member) for each in _tasks_of(found)],
            "changes": _changes(found, words, member),
            "customer_url": found.account.get_absolute_url()
            if found.account and may_see(member, found.account)
            else "",
            "person_url": found.person.get_absolute_url() if found.person and may_see(member, found.person) else "",
            "may_change": may_change,
            "words_open": "yes" if words_form else "",
            "follow_up_open": "yes" if follow_up_form else "",
            "words_form": words_form or WordsForm(auto_id="add_%s"),
            "follow_up_form": follow_up_form or FollowUpForm(member=member, auto_id="next_%s"),
        },
    )


def in_words(found: Conversation) -> str:
    """`Call with Cleo Holzapfel, heard by Ben Okafor today, 14:00; typed today, 16:10.`"""
    how = str(found.get_how_display())
    spoke = f"{how[:1].upper()}{how[1:]} with {found.who}, heard by {found.heard_by} {when(found.happened_at)}"
    return f"{spoke}; typed {when(found.typed_at)}."


def _tasks_of(found: Conversation) -> list[Task]:
    rows = Task.objects.filter(about_kind=found.kind, about_id=found.pk).select_related("owner")
    return sorted(rows.order_by("opened_at", "pk"), key=lambda each: each.status != Task.Status.OPEN)


def _task(task: Task, member: Member) -> dict[str, Any]:
    is_open = task.status == Task.Status.OPEN
    # Due by the end of a day: the day says it.
    due = day_in_words(timezone.localdate(task.due_at), timezone.localdate()) if task.due_at else ""
    state = f"due {due}" if is_open and due else str(task.get_status_display())
    return {
        "pk": task.pk,
        "title": task.title,
        "owner": str(task.owner),
        "state": state,
        "tone": "wait" if is_open else "",
        "may_end": is_open and not member.is_read_only,
    }


def _changes(found: Conversation, words: list[HeardWords], member: Member) -> list[dict[str, Any]]:
    """What was corrected since it was written down, newest first; the trail has all of it."""
    keys = [(found.kind, found.pk), *((each.kind, each.pk) for each in words)]
    entries = TrailEntry.objects.filter(
        entries_about(keys), action__in=("customers.change_conversation", "customers.change_words")
    ).order_by("-seq")[:CHANGES_SHOWN]
    return [
        {"moment": each.at, "actor": each.actor, "text": f"corrected {change.label}: it said “{change.before}”"}
        for each in tell(list(entries), member)
        for change in each.changes
    ]


@login_required
@require_http_methods(["GET", "POST"])
def edit_conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was written down."""
    member, now = member_of(request), timezone.now()
    found = _found(pk, member)
    access.require(member, "customers.change_conversation", found)
    initial = ConversationForm.from_conversation(found)
    form = ConversationForm(request.POST or None, member=member, now=now, watched=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                values = form.values(_person_of(form, member, now))
                change_conversation(found, member, at=now, **_as_it_was(values, found))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{found.reference} is corrected. The trail keeps what it said before.")
            return HttpResponseRedirect(found.get_absolute_url())
    context = {"form": form, "about": None, "conversation": found}
    return render(request, "customers/conversation_form.html", context)


def _as_it_was(values: dict[str, Any], found: Conversation) -> dict[str, Any]:
    """The moment to the second, when only the minute that the form shows is sent back; where no site is chosen, that of the
    customer, so that no correction shows it to every site."""
    if abs((values["happened_at"] - found.happened_at).total_seconds()) < 60:
        values["happened_at"] = found.happened_at
    customer = values["account"] or values["person"]
    values["site"] = values["site"] or (customer.site if customer else None) or found.site
    return values


@login_required
@require_POST
def say_more(request: HttpRequest, pk: int) -> HttpResponse:
    """Something else that they said in it."""
    member = member_of(request)
    found = _found(pk, member)
    form = WordsForm(request.POST, auto_id="add_%s")
    if form.is_valid():
        try:
            add_words(found, form.cleaned_data["words"], member, at=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Kept, word for word.")
            return HttpResponseRedirect(found.get_absolute_url())
    return _page(request, found, words_form=form)


@login_required
@require_http_methods(["GET", "POST"])
def edit_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was mistyped."""
    member = member_of(request)
    heard = get_object_or_404(HeardWords.objects.visible_to(member).select_related("conversation"), pk=pk)
    access.require(member, "customers.change_words", heard)
    form = WordsForm(request.POST or None, initial={"words": heard.words})
    if request.method == "POST" and form.is_valid():
        try:
            change_words(heard, form.cleaned_data["words"], member, at=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Corrected. The trail keeps what it said before.")
            return HttpResponseRedirect(heard.get_absolute_url())
    return render(request, "customers/conversation_words.html", {"form": form, "conversation": heard.conversation})


@login_required
@require_POST
def follow_it_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Something to do after it."""
    member = member_of(request)
    found = _found(pk, member)
    form = FollowUpForm(request.POST, member=member, auto_id="next_%s")
    if form.is_valid():
        values = form.cleaned_data
        try:
            follow_up(
                found, values["follow_up"], member, at=timezone.now(), owner=values["owner"], due_on=values["due_on"]
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{values['owner']} finds it under “my work”.")
            return HttpResponseRedirect(found.get_absolute_url())
    return _page(request, found, follow_up_form=form)


@login_required
@require_POST
def followed_up(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    """What was to be done after it is done."""
    member = member_of(request)
    found = _found(pk, member)
    mine = get_object_or_404(Task, pk=task, about_kind=found.kind, about_id=found.pk)
    end_task(mine, member, at=timezone.now())
    messages.success(request, f"Done: {mine.title}")
    return HttpResponseRedirect(found.get_absolute_url())
