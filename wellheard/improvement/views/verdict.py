"""The verdict: the word, the numbers behind it, what else could explain it, and the signature."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.core.thread import thread_of
from wellheard.core.views import member_of
from wellheard.improvement.actions import judge, note_circumstances, sign_verdict
from wellheard.improvement.forms import CircumstancesForm, SignForm
from wellheard.improvement.models import CorrectiveAction, Verdict
from wellheard.improvement.verdict_page import (
    chart_of,
    doubts_of,
    is_recomputed_alike,
    method_of,
    open_doubts,
    sureness_of,
    workings_of,
)
from wellheard.improvement.views.shared import NOT_RIGHT_YET, action_of, tried
from wellheard.improvement.words import moment_in_full, plan_facts


@login_required
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest verdict. `?again=1` computes it again from its inputs and says whether it is the same."""
    return _page(request, action_of(request, pk))


@login_required
@require_POST
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute it now, from what is measured so far."""
    verdict = judge(action_of(request, pk), member_of(request), at=timezone.now())
    messages.success(
        request, verdict.words if verdict.is_final else "These are the numbers so far; the follow-up still runs."
    )
    return redirect(verdict)


@login_required
@require_POST
def circumstances(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what people know, and compute the verdict with it."""
    action, member, now = action_of(request, pk), member_of(request), timezone.now()
    verdict = action.verdict
    is_verifier = verdict is not None and verdict.plan.verifier_id == member.pk
    doubts = open_doubts(verdict) if verdict is not None and is_verifier else []
    form = CircumstancesForm(request.POST, action=action, doubts=doubts)
    if form.is_valid():
        data = form.cleaned_data
        reasons = form.set_aside() if is_verifier else action.set_aside

        def act() -> Verdict:
            with transaction.atomic():
                note_circumstances(
                    action,
                    member,
                    at=now,
                    other_changes=data["other_changes"].splitlines(),
                    recurrences=data["recurrences"],
                    definition_changed=data["definition_changed"],
                    set_aside=reasons,
                )
                return judge(action, member, at=now)

        if (made := tried(form, act)) is not None:
            messages.success(request, f"Saved, and computed again: {made.words}")
            return redirect(made)
    # What a refused verb had begun to change is not what is stored.
    return _page(request, action_of(request, pk), circumstances_form=form)


@login_required
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the verdict, or say why not."""
    action, member = action_of(request, pk), member_of(request)
    verdict = action.verdict
    if verdict is None:
        raise Http404
    form = SignForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        signed = tried(
            form,
            lambda: sign_verdict(
                verdict,
                member,
                at=timezone.now(),
                password=data["password"],
                agrees=data["decision"] == "agree",
                note=data["note"],
            ),
        )
        if signed is not None:
            messages.success(request, f"Signed: {signed.words}")
            return redirect(signed)
    return _page(request, action_of(request, pk), sign_form=form)


@login_required
@require_GET
def as_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that an auditor needs to compute the verdict again."""
    action = action_of(request, pk)
    verdict = action.verdict
    if verdict is None:
        raise Http404
    response = JsonResponse(verdict_as_json(action, verdict), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{action.reference}-verdict.json"'
    return response


def verdict_as_json(action: CorrectiveAction, verdict: Verdict) -> dict[str, Any]:
    """The verdict with its plan, inputs, result, digests and signature."""
    signature = verdict.signature
    return {
        "action": action.reference,
        "title": action.title,
        "word": verdict.stands,
        "computed_word": verdict.word,
        "computed_at": verdict.computed_at,
        "code_version": verdict.code_version,
        "is_final": verdict.is_final,
        "plan": {"text": verdict.plan.text(), "digest": verdict.plan.digest, "locked_at": verdict.plan.locked_at},
        "result": verdict.result,
        "input_digest": verdict.input_digest,
        "result_digest": verdict.result_digest,
        "signature": None
        if signature is None
        else {
            "name": signature.name_shown,
            "meaning": signature.meaning,
            "at": signature.at,
            "agrees": verdict.agrees,
            "note": verdict.note,
            "text": verdict.shown(agrees=bool(verdict.agrees), note=verdict.note),
            "digest": signature.content_digest,
        },
    }


def _page(
    request: HttpRequest,
    action: CorrectiveAction,
    *,
    sign_form: SignForm | None = None,
    circumstances_form: CircumstancesForm | None = None,
) -> HttpResponse:
    member, verdict = member_of(request), action.verdict
    context: dict[str, Any] = {
        "action": action,
        "thread": thread_of(action, member, here="verdict"),
        "verdict": verdict,
        "plan": action.plan,
    }
    if verdict is not None:
        context |= _shown(request, action, verdict, member)
        is_involved = action.status in ("done", "judged") and access.may(
            member, "improvement.note_circumstances", action
        )
        doubts = open_doubts(verdict) if verdict.plan.verifier_id == member.pk else []
        context |= {
            "sign_form": sign_form or SignForm(),
            "circumstances_form": circumstances_form
            or (CircumstancesForm(None, action=action, doubts=doubts) if is_involved else None),
            "is_noting": circumstances_form is not None,
        }
    was_refused = sign_form is not None or circumstances_form is not None
    return render(request, "improvement/verdict.html", context, status=NOT_RIGHT_YET if was_refused else 200)


def _shown(request: HttpRequest, action: CorrectiveAction, verdict: Verdict, member: Member) -> dict[str, Any]:
    zone, signature = timezone.get_current_timezone(), verdict.signature
    shown, ruled_out = doubts_of(verdict)
    return {
        "state": _state(verdict, member),
        "chart": chart_of(verdict),
        "sure": sureness_of(verdict),
        "doubts": shown,
        "ruled_out": ruled_out,
        "method": method_of(verdict),
        "workings": workings_of(verdict),
        "plan_facts": plan_facts(verdict.plan, zone=zone),
        "may_sign": verdict.is_final
        and not verdict.is_signed
        and access.may(member, "improvement.sign_verdict", verdict),
        "stands_in": verdict.plan.verifier_id != member.pk,
        "signed": moment_in_full(signature.at.astimezone(zone)) if signature is not None else "",
        "is_intact": verdict.is_intact,
        "recomputed": is_recomputed_alike(verdict) if request.GET.get("again") else None,
        "json_url": reverse("improvement:verdict_json", args=[action.pk]),
        "changed_later": verdict.plan.version > 1
        and verdict.plan.locked_at is not None
        and verdict.plan.locked_at.date() >= verdict.plan.follow_up_from,
    }


def _state(verdict: Verdict, member: Member) -> tuple[str, str]:
    """Tone and words of the head."""
    if verdict.is_signed:
        return "", "signed"
    if not verdict.is_final:
        return "wait", "the follow-up is running"
    if access.may(member, "improvement.sign_verdict", verdict):
        return "mine", "Your turn: sign the verdict"
    verifier = verdict.plan.verifier
    return "wait", f"{verifier.name} signs" if verifier.is_active else "a quality manager signs"
