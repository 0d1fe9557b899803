"""The public pages on which customers choose what we write to them. A GET stores nothing: mail scanners follow links too.

Nobody is signed in here and no session is read, so there is nothing that a forged request could borrow: what a page may
change hangs on the signed link alone.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wellheard.core.actors import Public
from wellheard.core.errors import Refusal
from wellheard.core.models import Organisation
from wellheard.customers.actions.consent import set_preferences, unsubscribe
from wellheard.customers.addresses import LinkBroken, LinkExpired, choose_token, chooser_of, stop_of
from wellheard.customers.consent import latest_decisions
from wellheard.customers.models import Consent, ConsentText, Person, Purpose
from wellheard.customers.preferences import Standing, standings_of
from wellheard.customers.public_words import LANGUAGES, day_in_words, in_language, purpose_texts, words_in
from wellheard.customers.purposes import SHIPPED
from wellheard.customers.words import is_id

View = Callable[..., HttpResponse]
ONE_CLICK = ("List-Unsubscribe", "One-Click")


def language_of(request: HttpRequest, person: Person | None = None) -> str:
    """The language asked for, else the person's, else the first that the browser accepts, else the organisation's own."""
    accepted = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    own = [person.language] if person is not None and person.language else []
    wished = [request.GET.get("lang", ""), *own, *accepted, Organisation.current().default_language]
    return next((code.split("-")[0] for code in wished if code.split("-")[0] in LANGUAGES), "en")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """No more mail of this purpose: GET asks with one button; POST does it at once, also when a mail program sends it."""
    try:
        stop = stop_of(token)
    except LinkBroken:
        return _sentence(request, "broken", status=404)
    person = stop.person
    if person.erased_at is not None:
        return _sentence(request, "gone", status=410)
    name, value = ONE_CLICK
    if request.method == "POST" and (request.POST.get(name) == value or "stop" in request.POST):
        unsubscribe(person, stop.purpose, Public(f"person:{person.pk}"), at=timezone.now())
    language = language_of(request, person)
    purpose = {"{purpose}": _name_of(stop.purpose, language)}
    decision, _, _ = latest_decisions([person.pk], stop.purpose).get(person.pk, ("", None, ""))
    is_stopped = person.wants_no_mail or decision in {Consent.Decision.WITHDRAWN, Consent.Decision.REFUSED}
    choose = f"{reverse('portal:preferences', args=[choose_token(person)])}?lang={language}"
    what = "stopped" if is_stopped else "stop"
    return _sentence(request, what, person=person, words_for=purpose, asks=not is_stopped, choose_url=choose)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: HttpRequest, token: str) -> HttpResponse:
    """What we may write to somebody, by purpose, way, language and how often; a POST stores it, with the words they read."""
    try:
        person = chooser_of(token)
    except LinkBroken:
        return _sentence(request, "broken", status=404)
    except LinkExpired:
        return _sentence(request, "expired", status=410)
    if person.erased_at is not None:
        return _sentence(request, "gone", status=410)
    language = language_of(request, person)
    standings = standings_of(person)
    if request.method != "POST":
        return _centre(request, person, standings, language, saved=request.GET.get("done") == "yes")
    chosen = {name: request.POST.get(name, "") for name in ("channel", "language", "frequency")}
    if chosen["language"] not in {"", person.language, *LANGUAGES}:
        return _centre(request, person, standings, language, chosen=request.POST, status=422)
    open_ones = [each for each in standings if not each.is_service]
    try:
        set_preferences(
            person,
            Public(f"person:{person.pk}"),
            at=timezone.now(),
            wanted={each.purpose.key: f"want_{each.purpose.key}" in request.POST for each in open_ones},
            texts=_texts_read(request, open_ones),
            wants_no_mail="nothing" in request.POST,
            **chosen,
        )
    except Refusal:
        return _centre(request, person, standings, language, chosen=request.POST, status=422)
    return HttpResponseRedirect(f"{request.path}?done=yes&lang={language}")


def _texts_read(request: HttpRequest, standings: list[Standing]) -> dict[str, ConsentText]:
    """The wording that stood on the page when it was sent, by the purpose's key; the newest where the page does not say."""
    said = {each.purpose.key: request.POST.get(f"text_{each.purpose.key}", "") for each in standings}
    numbers = [number for number in said.values() if is_id(number)]
    known = {str(each.pk): each for each in ConsentText.objects.filter(pk__in=numbers).order_by("pk")}
    found = {}
    for each in standings:
        text = known.get(said[each.purpose.key])
        text = text if text is not None and text.purpose_id == each.purpose.pk else each.text
        if text is not None:
            found[each.purpose.key] = text
    return found


def _centre(
    request: HttpRequest,
    person: Person,
    standings: list[Standing],
    language: str,
    *,
    saved: bool = False,
    chosen: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    words = words_in(language)
    given = chosen if chosen is not None else {}

    def options(field: str, values: list[tuple[str, str]], present: str) -> dict[str, Any]:
        picked = given.get(field, "") if chosen is not None else present
        rows = [{"value": value, "text": text, "is_chosen": value == picked} for value, text in values]
        return {"field": field, "title": words[f"{field}_label"], "options": rows}

    channels = ["any", "mail", "phone", "letter", *(["none"] if person.channel == "none" else [])]
    ways = [("" if key == "any" else key, words[f"channel_{key}"]) for key in channels]
    often = [
        ("" if key == "any" else key, words[f"frequency_{key}"]) for key in ("any", "monthly", "quarterly", "yearly")
    ]
    spoken = dict(LANGUAGES) | ({person.language: person.language} if person.language not in {"", *LANGUAGES} else {})
    more = {
        "lead": words["centre_lead"].replace("{organisation}", Organisation.current().name),
        "purposes": [_purpose_shown(each, language, words, chosen) for each in standings],
        "wants_nothing": "nothing" in given if chosen is not None else person.wants_no_mail,
        "channel": options("channel", ways, person.channel),
        "selects": [
            options("language", [("", words["language_any"]), *spoken.items()], person.language),
            options("frequency", often, person.frequency),
        ],
        "saved": _what_holds(person, standings, language, words) if saved else [],
        "is_refused": status != 200,
    }
    return _page(request, "customers/public/preferences.html", language, status=status, **more)


def _purpose_shown(
    each: Standing, language: str, words: Mapping[str, str], chosen: Mapping[str, str] | None
) -> dict[str, Any]:
    key, text = each.purpose.key, each.text
    version = ""
    if text is not None:
        date = day_in_words(timezone.localtime(text.valid_from).date(), language)
        version = words["version"].replace("{number}", str(text.version)).replace("{date}", date)
    return {
        "key": key,
        "name": each.name(language),
        "about": each.about(language),
        "is_service": each.is_service,
        "is_wanted": f"want_{key}" in chosen if chosen is not None else each.is_wanted,
        "text": in_language(text.texts, language) if text is not None and not each.is_service else "",
        "text_id": str(text.pk) if text is not None else "",
        "version": version,
    }


def _what_holds(person: Person, standings: list[Standing], language: str, words: Mapping[str, str]) -> list[str]:
    """What holds from now on, in sentences."""
    gets = [each.name(language) for each in standings if each.is_wanted and not each.is_service]
    if person.wants_no_mail or not gets:
        return [words["saved_nothing"]]
    sentences = [words["saved_gets"].replace("{what}", ", ".join(gets))]
    if person.frequency:
        sentences.append(words["saved_often"].replace("{how_often}", words[f"frequency_{person.frequency}"]))
    if person.channel:
        sentences.append(words["saved_way"].replace("{way}", words[f"channel_{person.channel}"]))
    return sentences


def _name_of(key: str, language: str) -> str:
    purpose = Purpose.objects.filter(key=key).first()
    names = purpose.name if purpose is not None else purpose_texts(key)[0] if key in SHIPPED else {}
    return in_language(names, language) or key


def _sentence(
    request: HttpRequest,
    what: str,
    *,
    status: int = 200,
    person: Person | None = None,
    words_for: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """A page that says one thing, with a button at most."""
    language = language_of(request, person)
    title, lead = words_in(language)[f"{what}_title"], words_in(language)[f"{what}_lead"]
    for place, words in (words_for or {}).items():
        title, lead = title.replace(place, words), lead.replace(place, words)
    return _page(request, "customers/public/stop.html", language, status=status, title=title, lead=lead, **more)


def _page(request: HttpRequest, template: str, language: str, *, status: int = 200, **more: Any) -> HttpResponse:
    links = [
        {"url": f"{request.path}?lang={code}", "code": code, "name": name}
        for code, name in LANGUAGES.items()
        if code != language
    ]
    with translation.override(language):
        response = render(
            request, template, {"words": words_in(language), "language_links": links, **more}, status=status
        )
    response["Content-Language"] = language
    response["Referrer-Policy"] = "no-referrer"
    return response
