"""The public pages: what became of what customers said, and a form to say something. No GET stores anything."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from wellheard.core.actors import Public
from wellheard.core.errors import Refusal
from wellheard.core.models import Organisation, Site
from wellheard.customers.actions import person_for, unsubscribe
from wellheard.customers.addresses import stop_token
from wellheard.customers.current import current
from wellheard.customers.models import Person
from wellheard.customers.purposes import NEWS
from wellheard.feedback.actions import already_heard, hear
from wellheard.feedback.models import Notice, Source, Statement
from wellheard.feedback.public_words import LANGUAGES, words_in
from wellheard.feedback.telling import honest_title, matter_of, person_of_token
from wellheard.feedback.voices import behind

SHOWN = 30
LONGEST = 20_000
TRAP = "website"
CARRIED = "carried"
"""Set by another page of ours that brings words along (a survey that closed meanwhile): the form shows them, and stores
nothing before the customer sends it."""


def language_of(request: HttpRequest) -> str:
    """The language asked for, else the first that the browser accepts, else the organisation's own."""
    accepted = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    wished = [request.GET.get("lang", ""), *accepted, Organisation.current().default_language]
    return next((code.split("-")[0] for code in wished if code.split("-")[0] in LANGUAGES), "en")


@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """You said, we did: everything that was published, the latest first, also what did not help."""
    language = language_of(request)
    words = words_in(language)
    notices = list(Notice.objects.public()[:SHOWN])
    heard = behind([matter_of(notice) for notice in notices])
    articles: list[dict[str, object]] = []
    people: set[int] = set()
    nameless = 0
    for notice in notices:
        found = heard[matter_of(notice)]
        people |= found.people.keys()
        nameless += found.nameless
        shown = notice.language_for(language)
        source = counted_words(words, "voices", found.voices) if found.voices else ""
        title = honest_title(notice, language)
        articles.append({"title": title, "text": notice.text(language), "language": shown, "source": source})
    lead = counted_words(words, "lead", len(people) + nameless) if articles else words["lead_none"]
    lead = lead.replace("{organisation}", Organisation.current().name)
    return _page(request, "feedback/public/told.html", language, articles=articles, lead=lead)


# Nobody is signed in here, so there is nothing that a forged request could borrow; the key keeps one press from counting
# twice.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Tell us something: GET shows the form, POST keeps the words, once for each key."""
    language = language_of(request)
    words = words_in(language)
    if request.method != "POST" or CARRIED in request.POST:
        brought = {"key": secrets.token_urlsafe(18), "words": request.POST.get("words", "")}
        return _say_page(request, language, brought, {})
    given = {name: request.POST.get(name, "") for name in ("words", "name", "email", "key", TRAP)}
    faults = _faults(given, words)
    if faults:
        return _say_page(request, language, given, faults, status=422)
    try:
        with transaction.atomic():
            _hear(given, language)
    except Refusal as refusal:
        return _say_page(request, language, given, {"words": refusal.sentence}, status=409)
    return HttpResponseRedirect(f"{reverse('portal:say')}?done=yes&lang={language}")


def _faults(given: dict[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """What keeps it from being sent, by field, in the customer's language."""
    faults = {}
    if not given["words"].strip():
        faults["words"] = words["say_empty"]
    elif len(given["words"]) > LONGEST:
        faults["words"] = words["say_too_long"]
    if given["email"].strip():
        try:
            validate_email(given["email"].strip())
        except ValidationError:
            faults["email"] = words["say_bad_email"]
    if given[TRAP]:
        # Programs fill it; so do some browsers for honest people, who must not lose their words.
        faults[TRAP] = words["say_trapped"]
    return faults


def _hear(given: dict[str, str], language: str) -> Statement:
    at = timezone.now()
    by = Public("form")
    key = f"say:{given['key'][:100] or secrets.token_urlsafe(18)}"
    known = already_heard(key=key)
    if known is not None:
        return known
    sites = list(Site.objects.order_by("pk")[:2])
    site = sites[0] if len(sites) == 1 else None
    person = None
    if given["email"].strip() or given["name"].strip():
        person = person_for(
            given["email"].replace("\x00", "").strip(),
            given["name"].replace("\x00", "").strip()[:200],
            by,
            at=at,
            site=site,
            language=language,
        )
    return hear(given["words"], by, at=at, source=Source.FORM, heard_at=at, person=person, site=site, key=key)


def _say_page(
    request: HttpRequest, language: str, given: dict[str, str], faults: dict[str, str], *, status: int = 200
) -> HttpResponse:
    done = request.method != "POST" and request.GET.get("done") == "yes"
    template = "feedback/public/thanks.html" if done else "feedback/public/say.html"
    return _page(request, template, language, status=status, given=given, faults=faults)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A link of an older mail: it leads to where such mail is stopped; a POST stops it, as it always did."""
    language = language_of(request)
    found: Person | None = person_of_token(token)
    if found is None:
        words = words_in(language)
        more = {"title": words["broken_title"], "lead": words["broken_lead"]}
        return _page(request, "feedback/public/stop.html", language, status=404, **more)
    person = current(found)
    if request.method == "POST" and person.erased_at is None:
        unsubscribe(person, NEWS, Public(f"person:{person.pk}"), at=timezone.now())
    return HttpResponseRedirect(f"{reverse('portal:unsubscribe', args=[stop_token(person, NEWS)])}?lang={language}")


def counted_words(words: Mapping[str, str], key: str, count: int) -> str:
    """The sentence for one or for many."""
    return words[f"{key}_one" if count == 1 else f"{key}_many"].replace("{count}", f"{count:,}".replace(",", "\u202f"))


def _page(request: HttpRequest, template: str, language: str, *, status: int = 200, **more: Any) -> HttpResponse:
    links = [
        {"url": f"{request.path}?lang={code}", "code": code, "name": name}
        for code, name in LANGUAGES.items()
        if code != language
    ]
    context = {
        "words": words_in(language),
        "language_links": links,
        "say_url": f"{reverse('portal:say')}?lang={language}",
        "told_url": f"{reverse('portal:told')}?lang={language}",
        "complain_url": _address("portal:complain"),
        **more,
    }
    with translation.override(language):
        response = render(request, template, context, status=status)
    response["Content-Language"] = language
    response["Vary"] = "Accept-Language"
    return response


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
