"""“You said, we did”: writing it, publishing it, telling everyone who spoke."""

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
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.links import fetch, may_see
from wellheard.core.models import Member, Organisation
from wellheard.core.records import Record
from wellheard.core.templatetags.words import plural_words
from wellheard.core.thread import thread_of
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.forms import refuse
from wellheard.customers.models import Person
from wellheard.customers.words import is_id, language_name
from wellheard.feedback.actions import (
    add_voice,
    change_notice,
    publish,
    take_back,
    tell_everyone,
    told_by_hand,
    write_notice,
)
from wellheard.feedback.flow import NOTICE_FLOW
from wellheard.feedback.forms import NoticeForm
from wellheard.feedback.models import Notice, NoticeStatus, Outcome, Source, Statement, Telling
from wellheard.feedback.public_words import LANGUAGES
from wellheard.feedback.similar import most_similar
from wellheard.feedback.telling import Audience, Listener, audience_of, mail_for, matter_of
from wellheard.feedback.thread import people
from wellheard.feedback.voices import behind_one


@login_required
@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: how it reads in each language, who will be told, and who has been."""
    member = member_of(request)
    found = get_object_or_404(Notice.objects.visible_to(member).select_related("site"), pk=pk)
    origin = fetch([matter_of(found)]).get(matter_of(found))
    behind = behind_one(matter_of(found))
    audience = audience_of(found, behind)
    by_hand = found.tellings.filter(way=Telling.Way.HAND).select_related("person").order_by("person__name", "pk")
    sample = sample_mail(found, audience, member) if found.status != NoticeStatus.DRAFT else ""
    return render(
        request,
        "feedback/notice.html",
        {
            "notice": found,
            "heading": str(found),
            "status": found.get_status_display(),
            "outcome": Outcome(found.outcome).label,
            "thread": thread_of(found, member, here="told"),
            "texts": [
                {"language": LANGUAGES.get(code, code), "code": code, **found.texts[code]} for code in found.languages
            ],
            "first": found.text(),
            "first_language": found.language_for(),
            "origin": origin if isinstance(origin, Record) and may_see(member, origin) else None,
            "audience": audience,
            "counts": counts_of(audience),
            "told_words": f"{people(audience.told)} {'was' if audience.told == 1 else 'were'} told",
            "tell_words": f"Tell {people(audience.to_tell)}",
            "said_words": f"{people(audience.voices)} said something like this",
            "sample": sample,
            "by_hand": [
                {"telling": each, "person": each.person, "may_see": may_see(member, each.person)} for each in by_hand
            ],
            "may": _moves(found, member),
            "may_tell_by_hand": may_offer(member, "feedback.told_by_hand"),
            "may_add_voices": may_offer(member, "feedback.add_voice"),
        },
    )


def _moves(found: Notice, member: Member) -> dict[str, bool]:
    """Which buttons this member gets, by the verb of the flow."""
    permissions = {"change": "change_notice", "publish": "publish", "take_back": "take_back", "tell": "tell_everyone"}
    return {
        verb: NOTICE_FLOW.may(found, verb) and may_offer(member, f"feedback.{name}", found)
        for verb, name in permissions.items()
    }


def sample_mail(notice: Notice, audience: Audience, member: Member) -> str:
    """The mail as the first of them gets it whom this member may see; else without a name. The link with which they stop
    such mail is theirs alone, so it is left out."""
    if not audience.by_mail:
        return ""
    known = next((each for each in audience.by_mail if may_see(member, each.person)), None)
    listener = known or Listener(Person(), audience.by_mail[0].language)
    return mail_for(notice, listener, stop="…", choose="…")[1]


def counts_of(audience: Audience) -> list[dict[str, str]]:
    """Who is told how, in numbers with their reasons."""
    rows = [{"label": "told so far", "value": str(audience.told)}]
    if audience.by_mail:
        languages: dict[str, int] = {}
        for listener in audience.by_mail:
            languages[listener.language] = languages.get(listener.language, 0) + 1
        spoken = ", ".join(f"{number} in {language_name(code)}" for code, number in sorted(languages.items()))
        rows.append({"label": f"still to be told by mail: {spoken}", "value": str(len(audience.by_mail))})
    if audience.by_hand:
        rows.append({"label": "not by mail: to be told by hand", "value": str(len(audience.by_hand))})
    rows += [{"label": reason, "value": str(number)} for reason, number in sorted(audience.left_out.items())]
    return rows


@login_required
@require_http_methods(["GET", "POST"])
def new_notice(request: HttpRequest) -> HttpResponse:
    """Write what customers are told about an action or a case (`?about=improvement.correctiveaction:12`)."""
    member = member_of(request)
    only_those_who(member, "feedback.see_notice")
    origin = _record_named(request.GET.get("about", ""), member)
    access.require(member, "feedback.write_notice", origin)
    own = Organisation.current().default_language.split("-")[0]
    form = NoticeForm(request.POST or None, own_language=own)
    if request.method == "POST" and form.is_valid():
        try:
            made = write_notice(origin, form.texts(), form.cleaned_data["outcome"], member, at=timezone.now())
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "The draft is kept. Nobody has been told yet.")
            return HttpResponseRedirect(made.get_absolute_url())
    context = {
        "form": form,
        "notice": None,
        "origin": origin,
        "voices": people(behind_one((origin.kind, origin.pk)).voices),
    }
    return render(request, "feedback/notice_form.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    member = member_of(request)
    found = get_object_or_404(Notice.objects.visible_to(member), pk=pk)
    access.require(member, "feedback.change_notice", found)
    initial = NoticeForm.from_notice(found)
    form = NoticeForm(
        request.POST or None, own_language=found.language, written=found.texts, watched=True, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_notice(found, member, at=timezone.now(), texts=form.texts(), outcome=form.cleaned_data["outcome"])
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "The draft is kept. Nobody has been told yet.")
            return HttpResponseRedirect(found.get_absolute_url())
    return render(request, "feedback/notice_form.html", {"form": form, "notice": found})


@login_required
@require_POST
def publish_it(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on anyone can read it."""
    member, found = _asked(request, pk)
    publish(found, member, at=timezone.now())
    messages.success(request, f"“{found}” is published. Next: tell those who spoke.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def take_it_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to a draft."""
    member, found = _asked(request, pk)
    take_back(found, member, at=timezone.now())
    messages.success(request, f"“{found}” is a draft again; nobody can read it until you publish it.")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell everyone who spoke, once."""
    member, found = _asked(request, pk)
    audience = tell_everyone(found, member, at=timezone.now())
    mailed, waiting = len(audience.by_mail), len(audience.by_hand)
    later = f" {plural_words(waiting, 'person waits,people wait')} to be told by hand." if waiting else ""
    later = f" {later.strip()[:1].upper()}{later.strip()[1:]}" if later else ""
    messages.success(request, f"{people(mailed)} {'is' if mailed == 1 else 'are'} told by mail.{later}")
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_POST
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """Someone told them by hand."""
    member = member_of(request)
    found = get_object_or_404(Telling.objects.visible_to(member).select_related("person", "notice"), pk=pk)
    told_by_hand(found, member, at=timezone.now())
    messages.success(request, f"{found.person} has been told.")
    return HttpResponseRedirect(found.notice.get_absolute_url())


@login_required
@require_http_methods(["GET", "POST"])
def voices(request: HttpRequest, pk: int) -> HttpResponse:
    """Who said this, and who else seems to have said it: tick them, and they are told as well."""
    member, found = _asked(request, pk)
    origin = fetch([matter_of(found)]).get(matter_of(found))
    if origin is None or not may_see(member, origin):
        raise Http404
    if request.method == "POST":
        numbers = [number for number in request.POST.getlist("statement") if is_id(number)]
        chosen = list(Statement.objects.visible_to(member).filter(pk__in=numbers[:500]))
        with transaction.atomic():
            for statement in chosen:
                add_voice(statement, origin, member, at=timezone.now())
        added = plural_words(len(chosen), "voice was,voices were")
        messages.success(request, f"{added[:1].upper()}{added[1:]} added. They are told with the others.")
        return HttpResponseRedirect(reverse("feedback:voices", args=[found.pk]))
    behind = behind_one(matter_of(found))
    shown = Statement.objects.visible_to(member).filter(pk__in=behind.statements).select_related("person", "account")
    mine = list(shown.newest_first())
    texts = [statement.verbatim for statement in mine] + [text["said"] for text in found.texts.values()]
    similar = most_similar(texts, member, at=timezone.now(), without=behind.statements)
    return render(
        request,
        "feedback/voices.html",
        {
            "notice": found,
            "heading": f"{people(behind.voices)} said something like this",
            "mine": [_voice(statement) for statement in mine],
            "similar": [_voice(statement) for statement in similar],
            "may_add": may_offer(member, "feedback.add_voice"),
        },
    )


def _voice(statement: Statement) -> dict[str, Any]:
    return {
        "pk": statement.pk,
        "text": statement.verbatim or statement.rating_words,
        "language": statement.language,
        "url": statement.get_absolute_url(),
        "reference": statement.reference,
        "who": statement.who,
        "where": str(Source(statement.source).label),
        "at": statement.heard_at,
        "nameless": statement.person_id is None and statement.account_id is not None,
    }


def _asked(request: HttpRequest, pk: int) -> tuple[Member, Notice]:
    member = member_of(request)
    return member, get_object_or_404(Notice.objects.visible_to(member), pk=pk)


def _record_named(name: str, member: Member) -> Record:
    """The record that `kind:id` names, for those who may see it."""
    kind, _, number = name.partition(":")
    if not is_id(number):
        raise Http404
    record = fetch([(kind, int(number))]).get((kind, int(number)))
    if not isinstance(record, Record) or not may_see(member, record):
        raise Http404
    return record
