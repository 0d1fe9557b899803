"""Corrective actions for programs: which there are, where they stand, and their verdicts as an auditor recomputes them."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from wellheard.core.views import member_of
from wellheard.improvement.models import CorrectiveAction
from wellheard.improvement.views.verdict import verdict_as_json

router = Router()
FARTHEST = 10**9


class ActionOut(Schema):
    """A corrective action. `verdict` is the word that stands: effective, not_effective, worse, cannot_tell, or none."""

    id: int
    reference: str
    title: str
    what: str
    status: str
    owner: str
    site: str | None
    due_on: date | None
    opened_at: datetime
    started_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None
    verdict: str | None
    is_signed: bool
    plan_digest: str | None


class ActionsOut(Schema):
    count: int
    items: list[ActionOut]


def described(action: Any) -> ActionOut:
    """An action that was read `with_outcome`."""
    word = (action.signed_word or action.computed_word) if action.is_final else None
    names = ("reference", "title", "what", "status", "due_on", "opened_at", "started_at", "done_at", "closed_at")
    return ActionOut(
        id=action.pk,
        owner=action.owner.name,
        site=action.site.name if action.site is not None else None,
        verdict=word,
        is_signed=bool(action.signed_word),
        plan_digest=action.plan_digest,
        **{name: getattr(action, name) for name in names},
    )


@router.get("/actions", response=ActionsOut, operation_id="list_actions")
def list_actions(request: HttpRequest, status: str = "", limit: int = 50, offset: int = 0) -> ActionsOut:
    """The corrective actions that you may see, newest first; `status` narrows them."""
    rows = CorrectiveAction.objects.visible_to(member_of(request)).with_outcome().order_by("-pk")
    if status:
        rows = rows.filter(status=status)
    limit, offset = min(max(limit, 1), 200), min(max(offset, 0), FARTHEST)
    return ActionsOut(count=rows.count(), items=[described(action) for action in rows[offset : offset + limit]])


@router.get("/actions/{int:pk}", response=ActionOut, operation_id="get_action")
def get_action(request: HttpRequest, pk: int) -> ActionOut:
    """One corrective action."""
    return described(_action(request, pk))


@router.get("/actions/{int:pk}/verdict", response=dict[str, Any], operation_id="get_verdict")
def get_verdict(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The latest verdict with its plan, inputs, result, digests and signature."""
    action = _action(request, pk)
    verdict = action.verdict
    if verdict is None:
        raise Http404
    return verdict_as_json(action, verdict)


def _action(request: HttpRequest, pk: int) -> Any:
    rows = CorrectiveAction.objects.visible_to(member_of(request)).with_outcome()
    return get_object_or_404(rows, pk=pk)
