"""A survey's own page, and writing, opening and closing it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import ImportBatch, Member
from wellheard.core.templatetags.words import counted
from wellheard.core.views import may_offer, member_of
from wellheard.feedback.models import ListeningRule
from wellheard.surveys.actions import amend_draft, close_survey, create_survey, open_survey, reopen_survey
from wellheard.surveys.flow import SURVEY_FLOW
from wellheard.surveys.forms import KIND_TITLES, SurveyEditor, changed_data
from wellheard.surveys.models import LANGUAGES, Question, Response, Survey

VERBS: dict[str, tuple[Callable[..., Survey], str, str]] = {
    "open": (open_survey, "surveys.open", "It is open. Share its link; every answer is here within seconds."),
    "close": (close_survey, "surveys.close", "It is closed. Its answers and its score stay."),
    "reopen": (reopen_survey, "surveys.reopen", "It is open again, under the same link."),
}


def public_link(survey: Survey) -> str:
    """The address that customers get; empty where there is no public side."""
    try:
        path = reverse("portal:answer", args=[survey.token])
    except NoReverseMatch:
        return ""
    return f"{settings.PUBLIC_URL}{path}"


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it asks, where it stands, and what to do next."""
    member = member_of(request)
    found = Survey.objects.visible_to(member).select_related("site", "owner").prefetch_related("questions")
    survey = get_object_or_404(found, pk=pk)
    responses = Response.objects.filter(survey=survey).count()
    context = {
        "survey": survey,
        "responses": responses,
        "responses_words": counted(responses, "answer,answers"),
        "may_reword": not survey.is_imported and may_offer(member, "surveys.reword", survey),
        "questions": [_shown(question, survey) for question in survey.questions.all() if not question.is_detail],
        "languages": ", ".join(LANGUAGES.get(code, code) for code in survey.languages),
        "link": public_link(survey) if survey.status == Survey.Status.OPEN else "",
        "verbs": _verbs(survey, member),
        "may_amend": survey.status == Survey.Status.DRAFT and may_offer(member, "surveys.amend_draft", survey),
        "batches": _batches(survey, member),
        "unheard": _unheard(survey, member),
        "state": "imported" if survey.is_imported else survey.get_status_display(),
    }
    return render(request, "surveys/detail.html", context)


def _unheard(survey: Survey, member: Member) -> dict[str, bool] | None:
    """Without a listening rule nobody is alerted, whatever somebody answers: said while the survey can still be answered."""
    if survey.is_imported or survey.status == Survey.Status.CLOSED or ListeningRule.objects.filter(is_on=True).exists():
        return None
    return {"may_add": may_offer(member, "feedback.add_rule", None)}


def _shown(question: Question, survey: Survey) -> dict[str, Any]:
    wording = question.wording(survey.main_language)
    others = [(code, text) for code, text in question.texts.items() if text and text != wording]
    return {
        "pk": question.pk,
        "wording": wording,
        "language": next((code for code, text in question.texts.items() if text == wording), ""),
        "kind": KIND_TITLES[question.kind_of_question],  # type: ignore[index]
        "required": question.required,
        "others": others,
        "retired_at": question.retired_at,
    }


def _batches(survey: Survey, member: Member) -> list[dict[str, str]]:
    """The imports that brought answers here, for those who may see them."""
    found = ImportBatch.objects.visible_to(member).filter(target_kind=survey.kind, target_id=survey.pk).order_by("-pk")
    return [
        {
            "title": each.reference,
            "url": reverse("surveys:batch", args=[each.reference]),
            "note": f"{counted(each.accepted, 'answer,answers')}, {each.get_status_display()}",
        }
        for each in found[:10]
    ]


def _verbs(survey: Survey, member: Member) -> list[str]:
    """What may be done now, by this member."""
    moves = [verb for verb in SURVEY_FLOW.open_moves(survey) if not (verb == "reopen" and survey.is_imported)]
    return [verb for verb in moves if may_offer(member, VERBS[verb][1], survey)]


@login_required
@require_POST
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponseRedirect:
    """Open, close or reopen."""
    member = member_of(request)
    survey = get_object_or_404(Survey.objects.visible_to(member), pk=pk)
    act, _, done = VERBS[verb]
    act(survey, member, at=timezone.now())
    messages.success(request, f"“{survey.title}”: {done}")
    return HttpResponseRedirect(survey.get_absolute_url())


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a survey."""
    member = member_of(request)
    _require(member, "surveys.add_survey")
    return _edit(request, member, None, lambda values, at: create_survey(by=member, at=at, owner=member, **values))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    member = member_of(request)
    survey = get_object_or_404(Survey.objects.visible_to(member).prefetch_related("questions"), pk=pk)
    access.require(member, "surveys.amend_draft", survey)
    if survey.status != Survey.Status.DRAFT:
        raise Refusal(
            f"“{survey.title}” was opened already, so its questions stand as they were asked. Nothing was changed."
        )
    return _edit(request, member, survey, lambda values, at: amend_draft(survey, member, at=at, **values))


def _require(member: Member, permission: str) -> None:
    if member.is_read_only:
        raise NotAllowed("Your account may look at everything here and change nothing.")
    access.require(member, permission)


def _edit(
    request: HttpRequest, member: Actor, survey: Survey | None, save: Callable[[dict[str, Any], datetime], Survey]
) -> HttpResponse:
    """Show the forms, change them by their buttons, or save what they hold."""
    again = changed_data(request.POST) if request.method == "POST" else None
    editor = SurveyEditor(member_of(request), again or request.POST or None, survey)
    status = 200
    if request.method == "POST" and again is None:
        if editor.is_valid():
            try:
                saved = save(editor.values(), timezone.now())
            except Refusal as refusal:
                editor.form.add_error(refusal.field if refusal.field in editor.form.fields else None, refusal.sentence)
            else:
                messages.success(request, "Saved. Nobody can answer it before you open it.")
                return HttpResponseRedirect(saved.get_absolute_url())
        status = 422
    if again is not None:
        editor.quieten()
    context = {"editor": editor, "survey": survey, "kinds": KIND_TITLES.items()}
    return render(request, "surveys/edit.html", context, status=status)
