"""The public pages of cases: the complaint form, and the page on which a customer follows their case.

Neither asks for an account. The address of a status page is its key: it is compared in constant time, and a wrong one
looks exactly like one that never was. A GET stores nothing.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from wellheard.cases.actions import customer_writes, open_case, say_settled, say_unsettled
from wellheard.cases.flow import Status
from wellheard.cases.hearing import words_of
from wellheard.cases.models import Case, Channel, Kind
from wellheard.cases.promises import promised_for
from wellheard.cases.public_form import LONGEST, TRAP, Typed, fields, key_of, nothing_typed, stored_key, typed
from wellheard.cases.public_stages import headline, stages
from wellheard.cases.texts import LANGUAGES, TEXTS, kind_words, moment_words, say, spoken
from wellheard.core.actors import Public
from wellheard.core.errors import Refusal
from wellheard.core.models.organisation import Organisation, Site
from wellheard.ground.working_time import Promise


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """`/complain/`: two minutes, no account. The same form sent twice is kept once."""
    language = _language(request)
    sites = list(Site.objects.order_by("pk"))
    if request.method != "POST":
        return _form(request, language, sites, nothing_typed())
    try:
        given = request.POST
    except (RequestDataTooBig, MultiPartParserError):
        faults = {"words": say(language, "too_long", limit=LONGEST)}
        return _form(request, language, sites, Typed(nothing_typed().key, {}, faults), status=413)
    known = Case.objects.filter(submission_key=stored_key(key_of(given.dict()))).first()
    if known is not None:
        return _to_status(known, language, "new")
    found = typed(given.dict(), sites, language, timezone.localdate())
    if found.faults or found.site is None:
        return _form(request, language, sites, found, status=422 if found.faults else 503)
    try:
        case = _opened(found, found.site, language)
    except Refusal:
        return _form(request, language, sites, found, status=503)
    return _to_status(case, language, "new")


def _opened(found: Typed, site: Site, language: str) -> Case:
    try:
        return open_case(
            "",
            Public("form", found["name"].strip() or "The customer"),
            at=timezone.now(),
            site=site,
            kind=Kind.COMPLAINT,
            words=found["words"],
            remedy_sought=found["remedy"],
            event_on=found.event_on,
            contact_name=found["name"],
            contact_email=found["email"],
            contact_phone=found["phone"],
            language=language,
            channel=Channel.FORM,
            submission_key=stored_key(found.key),
            send_receipt=True,
        )
    except IntegrityError:
        # Pressed twice at the same moment: the first one is kept.
        known = Case.objects.filter(submission_key=stored_key(found.key)).first()
        if known is None:
            raise
        return known


def _form(request: HttpRequest, language: str, sites: list[Site], found: Typed, status: int = 200) -> HttpResponse:
    organisation = Organisation.current()
    problems = [(f"f-{name}", fault) for name, fault in found.faults.items()]
    nobody = say(language, "nobody", email=organisation.mail_from or organisation.name) if status == 503 else ""
    return _page(
        request,
        "cases/public/complain.html",
        language,
        status=status,
        fields=fields(found, sites, language),
        key=found.key,
        problems=problems,
        trap=TRAP,
        nobody=nobody,
        how=_promise_in_words(sites, language),
    )


def _promise_in_words(sites: list[Site], language: str) -> str:
    """How soon we answer, where the same is promised at every site."""
    now = timezone.now()
    promised = {(each.acknowledge, each.answer) for each in (promised_for(Kind.COMPLAINT, site, now) for site in sites)}
    if len(promised) != 1:
        return ""
    acknowledge, answer = promised.pop()
    return say(language, "complain_how", acknowledge=_length(acknowledge, language), answer=_length(answer, language))


def _length(promise: Promise, language: str) -> str:
    one = "_one" if promise.amount == 1 else ""
    return say(language, f"promise_{promise.unit}{one}", amount=promise.amount)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """`/c/<reference>/<secret>/`: where it stands, what was said, and what the customer wants to add."""
    rows = Case.objects.select_related("site", "owner")
    case = rows.filter(reference=reference).first()
    stored = case.secret if case is not None else secrets.token_urlsafe(24)
    if not secrets.compare_digest(stored.encode(), secret.encode()) or case is None:
        return _page(request, "cases/public/none.html", _language(request), status=404)
    language = _language(request, case.language)
    if request.method != "POST":
        return _status_page(request, case, language)
    try:
        given: Mapping[str, str] = request.POST.dict()
    except (RequestDataTooBig, MultiPartParserError):
        return _status_page(request, case, language, fault=say(language, "too_long", limit=LONGEST), code=413)
    return _said(request, case, language, given)


def _said(request: HttpRequest, case: Case, language: str, given: Mapping[str, str]) -> HttpResponse:
    what, text = given.get("what", "message"), given.get("text", "").replace("\x00", "\ufffd")
    cleo, now = Public(f"case:{case.pk}", case.contact_name or "The customer"), timezone.now()
    if len(text) > LONGEST:
        fault = say(language, "too_long", limit=LONGEST)
        return _status_page(request, case, language, what=what, text=text, fault=fault, code=413)
    try:
        if what == "settled":
            say_settled(case, cleo, at=now)
        elif what == "not_settled":
            say_unsettled(case, cleo, at=now, text=text)
        else:
            what = "message"
            customer_writes(case, cleo, at=now, text=text, for_manager=given.get("for") == "manager")
    except Refusal as refusal:
        if refusal.code != "empty":
            # The status has moved on since the page was drawn; it shows what can be done now, and what was typed.
            fresh = Case.objects.select_related("site", "owner").get(pk=case.pk)
            return _status_page(request, fresh, language, text=text, fault=say(language, "moved_on"), code=409)
        fault = say(language, "why_not_missing" if what == "not_settled" else "message_missing")
        return _status_page(request, case, language, what=what, text=text, fault=fault, code=422)
    return _to_status(case, language, what)


def _status_page(
    request: HttpRequest, case: Case, language: str, *, what: str = "", text: str = "", fault: str = "", code: int = 200
) -> HttpResponse:
    now = timezone.now()
    title, beneath = headline(case, now, language)
    kept = request.GET.get("kept", "") if request.method != "POST" else ""
    return _page(
        request,
        "cases/public/status.html",
        language,
        status=code,
        case=case,
        kind=kind_words(case.kind_of_case, language),
        title=title,
        beneath=beneath,
        stages=stages(case, language),
        kept=_kept_words(case, kept, language),
        is_new=kept == "new",
        new_words=_new_words(case, language) if kept == "new" else (),
        asks_settled=case.status == Status.ANSWERED and not case.settled,
        words=words_of(case),
        messages_shown=_messages(case, language),
        what=what,
        why_text=text if what == "not_settled" else "",
        message_text="" if what == "not_settled" else text,
        text=text,
        fault=fault,
    )


def _kept_words(case: Case, kept: str, language: str) -> str:
    keys = {"message": "message_kept", "settled": "settled_kept", "not_settled": "not_settled_kept"}
    return say(language, keys[kept], owner=case.owner.name) if kept in keys else ""


def _new_words(case: Case, language: str) -> tuple[str, ...]:
    mailed = (say(language, "new_mailed", email=case.contact_email),) if case.contact_email else ()
    return (say(language, "new_title", reference=case.reference), say(language, "new_words"), *mailed)


def _messages(case: Case, language: str) -> list[dict[str, str]]:
    """What the customer and we wrote to each other, in order."""
    return [
        {
            "who": say(language, "you") if entry.is_from_customer else entry.author_words,
            "when": moment_words(entry.at, case.site.zone, language),
            "text": entry.text,
            "lang": entry.language,
            "mine": "yes" if entry.is_from_customer else "",
        }
        for entry in case.entries.for_the_customer().order_by("at", "pk")
        if entry.text
    ]


def _to_status(case: Case, language: str, kept: str) -> HttpResponseRedirect:
    address = reverse("portal:status", args=[case.reference, case.secret])
    return HttpResponseRedirect(f"{address}?lang={language}&kept={kept}")


def _language(request: HttpRequest, otherwise: str = "") -> str:
    """The language asked for, else the one that the case was begun in, else the browser's, else the organisation's."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    if otherwise:
        return spoken(otherwise)
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip()[:2].lower()
        if code in LANGUAGES:
            return code
    return spoken(Organisation.current().default_language)


def _page(request: HttpRequest, template: str, language: str, *, status: int = 200, **more: Any) -> HttpResponse:
    links = [
        {"url": f"{request.path}?lang={code}", "code": code, "name": name}
        for code, name in LANGUAGES.items()
        if code != language
    ]
    context = {
        "say": TEXTS[language],
        "page_language": language,
        "language_links": links if request.method != "POST" else [],
        "brand_css_url": reverse("portal:colours"),
        **more,
    }
    with translation.override(language):
        response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    # The address is the key: what the page loads, and wherever it leads, learns the host alone. (`no-referrer` would take
    # the origin from the forms as well, and they would be refused.)
    response["Referrer-Policy"] = "strict-origin"
    return response
