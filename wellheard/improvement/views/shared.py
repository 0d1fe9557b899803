"""What the pages of improvement have in common."""

from collections.abc import Callable
from typing import TypeVar

from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.views import member_of
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction

R = TypeVar("R")
NOT_RIGHT_YET = 422


def action_of(request: HttpRequest, pk: int) -> CorrectiveAction:
    """The action, if this member may see it."""
    rows = CorrectiveAction.objects.visible_to(member_of(request)).select_related("owner", "site", "analysis")
    return get_object_or_404(rows, pk=pk)


def analysis_of(request: HttpRequest, pk: int) -> CauseAnalysis:
    """The analysis, if this member may see it."""
    rows = CauseAnalysis.objects.visible_to(member_of(request)).select_related("owner", "site")
    return get_object_or_404(rows, pk=pk)


def tried(form: BaseForm, act: Callable[[], R]) -> R | None:
    """What the verb returns; or None, with its refusal said at the field of the form that it concerns."""
    try:
        return act()
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return None
