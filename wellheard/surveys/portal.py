"""The answer page: one page without a script, where a GET stores nothing and a press stores once."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from wellheard.core.models import Organisation
from wellheard.surveys.intake.known import KnownSurvey, survey_of
from wellheard.surveys.intake.reading import Submission, TooMuchError, UnreadableError, sent_by, submission_of
from wellheard.surveys.intake.writer import BusyError, writer
from wellheard.surveys.models import LANGUAGES, Channel, Question, in_language
from wellheard.surveys.public_words import words
from wellheard.surveys.storing import NewResponse

NPS_SCALE = list(range(11))
CSAT_SCALE = list(range(1, 6))


# No cookie and no account stand behind an answer, so there is nothing that a forged request could borrow; what keeps one
# press from counting twice is the submission key.
@csrf_exempt
def answer_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """`/a/<token>/`: GET shows the questions, POST stores an answer. Programs may POST JSON."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    known = survey_of(token)
    as_json = request.content_type == "application/json"
    sent: Mapping[str, Any] = {}
    fault, status = "", 0
    if request.method == "POST" and known is not None:
        try:
            sent = sent_by(request, as_json=as_json)
        except UnreadableError as unreadable:
            fault, status = str(unreadable), 400
        except TooMuchError:
            fault, status = "too_long", 413
    language = _language(request, known, sent)
    if known is None:
        return _refusal(request, as_json, language, "unknown", 404)
    if status == 400 and as_json:
        return JsonResponse({"stored": False, "fault": fault}, status=400)
    if status:
        return _refusal(request, as_json, language, "too_long", status)
    if request.method != "POST":
        return _shown(request, known, language)
    found = submission_of(known, sent, words(language), is_form=not as_json)
    if not known.takes_answers(timezone.now()):
        return _closed(request, known, as_json, language, found)
    if found.faults:
        return _faulty(request, known, as_json, language, found)
    return _stored(request, known, as_json, language, found)


def _stored(
    request: HttpRequest, known: KnownSurvey, as_json: bool, language: str, found: Submission
) -> HttpResponseBase:
    again = False
    if not found.unsolicited:
        now = timezone.now()
        new = NewResponse.of(
            known.survey,
            at=now,
            channel=(Channel.API if as_json else Channel.LINK).value,
            answers=tuple(found.answers),
            submission_key=found.key,
            language=found.language,
            answered_on=now.astimezone(known.zone).date(),
        )
        try:
            again = writer.keep(new).again
        except BusyError:
            return _busy(request, known, as_json, language, found)
    if as_json:
        return JsonResponse({"stored": True, "again": again}, status=200 if again else 201)
    return HttpResponseRedirect(f"{request.path}?done={'again' if again else 'yes'}&lang={language}")


def _shown(request: HttpRequest, known: KnownSurvey, language: str) -> HttpResponse:
    if request.GET.get("done") in {"yes", "again"}:
        return _page(request, language, "surveys/public/thanks.html", known, again=request.GET["done"] == "again")
    if not known.takes_answers(timezone.now()):
        return _closed(request, known, False, language, None)  # type: ignore[return-value]
    # A number pressed in a mail is preselected, never stored: mail scanners follow links too.
    typed = {question.key: request.GET.get(question.key, "") for question in known.questions if question.is_scored}
    found = Submission(key=secrets.token_urlsafe(18), language=language, typed=typed)
    return _page(
        request, language, "surveys/public/answer.html", known, found=found, fields=_fields(known, language, found)
    )


def _faulty(
    request: HttpRequest, known: KnownSurvey, as_json: bool, language: str, found: Submission
) -> HttpResponseBase:
    if as_json:
        return JsonResponse({"stored": False, "faults": found.faults}, status=422)
    fields = _fields(known, language, found)
    return _page(request, language, "surveys/public/answer.html", known, status=422, found=found, fields=fields)


def _busy(
    request: HttpRequest, known: KnownSurvey, as_json: bool, language: str, found: Submission
) -> HttpResponseBase:
    said = words(language)
    if as_json:
        response: HttpResponse = JsonResponse({"stored": False, "fault": said["busy"], "key": found.key}, status=503)
    else:
        fields = _fields(known, language, found)
        more = {"found": found, "fields": fields, "notice": (said["busy_title"], said["busy"])}
        response = _page(request, language, "surveys/public/answer.html", known, status=503, **more)
    response["Retry-After"] = "2"
    return response


def _closed(
    request: HttpRequest, known: KnownSurvey, as_json: bool, language: str, found: Submission | None
) -> HttpResponseBase:
    said, survey = words(language), known.survey
    waiting = survey.status == survey.Status.OPEN and survey.opens_at is not None and survey.opens_at > timezone.now()
    title = said["not_open_title" if waiting else "closed_title"]
    if as_json:
        return JsonResponse({"stored": False, "fault": title}, status=410)
    texts = [] if found is None else [found.typed[each.key] for each in known.questions if not each.is_scored]
    own = "" if waiting else in_language(survey.closed_text, language)
    why = own or said["not_open" if waiting else "closed"]
    lost = "\n\n".join(text for text in texts if text.strip())
    return _page(request, language, "surveys/public/closed.html", known, status=410, heading=title, why=why, lost=lost)


def _refusal(request: HttpRequest, as_json: bool, language: str, what: str, status: int) -> HttpResponseBase:
    said = words(language)
    if as_json:
        return JsonResponse({"stored": False, "fault": said[f"{what}_title"]}, status=status)
    more = {"heading": said[f"{what}_title"], "why": said[what], "lost": ""}
    return _page(request, language, "surveys/public/closed.html", None, status=status, **more)


def _page(
    request: HttpRequest, language: str, template: str, known: KnownSurvey | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    links = [
        {"url": f"{request.path}?lang={code}", "code": code, "name": LANGUAGES.get(code, code)}
        for code in (known.languages if known else ())
        if code != language
    ]
    context = {
        "survey": known.survey if known else None,
        "intro": in_language(known.survey.intro, language) if known else "",
        "thanks": in_language(known.survey.thanks, language) if known else "",
        "said": words(language),
        "goes_to": words(language)["goes_to"].format(organisation=Organisation.current().name),
        "language_links": links if request.method == "GET" else [],
        "page_language": language,
        **more,
    }
    with translation.override(language):
        response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _language(request: HttpRequest, known: KnownSurvey | None, sent: Mapping[str, Any]) -> str:
    """The language asked for by the address or the form, else the browser's, among those that the survey speaks."""
    spoken = known.languages if known else list(LANGUAGES)
    for asked in (request.GET.get("lang", ""), sent.get("language")):
        if asked in spoken:
            return str(asked)
    if request.content_type == "application/json":
        return spoken[0]
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip()[:2].lower()
        if code in spoken:
            return code
    return spoken[0]


def _fields(known: KnownSurvey, language: str, found: Submission) -> list[dict[str, Any]]:
    """The questions as the template shows them; the first one carries the page's heading."""
    return [
        {
            "key": question.key,
            "wording": question.wording(language, *known.languages),
            "hint": in_language(question.hints, language),
            "low": _end(question, question.low_words, language, 0),
            "high": _end(question, question.high_words, language, 1),
            "scale": _scale(question),
            "value": found.typed.get(question.key, ""),
            "fault": found.faults.get(question.key, ""),
            "required": question.required,
            "first": place == 0,
        }
        for place, question in enumerate(known.questions)
    ]


def _scale(question: Question) -> list[int]:
    if not question.is_scored:
        return []
    low, high = question.scale
    return NPS_SCALE if (low, high) == (0, 10) else CSAT_SCALE


def _end(question: Question, texts: dict[str, str], language: str, end: int) -> str:
    text = in_language(texts, language)
    return f"{question.scale[end]}: {text}" if text and question.is_scored else ""
