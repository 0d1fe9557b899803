"""The plan: which measure, compared with when, how much better. Shows whether it can succeed before it is locked."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.thread import thread_of
from wellheard.core.views import member_of
from wellheard.improvement.actions import lock_plan, plan_effectiveness
from wellheard.improvement.models import CorrectiveAction, EffectivenessPlan
from wellheard.improvement.plan_form import PlanForm
from wellheard.improvement.views.shared import NOT_RIGHT_YET, action_of, tried
from wellheard.improvement.words import plan_facts
from wellheard.measures import catalogue
from wellheard.measures.catalogue import Indicator


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan, or the form to write it. `?measure=` chooses what is counted, `?change=1` begins a new version."""
    action, member = action_of(request, pk), member_of(request)
    may_plan = action.status != "closed" and access.may(member, "improvement.plan_effectiveness", action)
    indicator = _chosen(request.GET.get("measure", ""), action)
    form = None
    if indicator is not None and may_plan:
        data = request.POST if request.method == "POST" else None
        form = PlanForm(data, action=action, indicator=indicator, member=member, today=timezone.localdate())
    if request.method == "POST":
        access.require(member, "improvement.plan_effectiveness", action)
        if form is not None and indicator is not None and form.is_valid():
            values, key, at = form.values(), indicator.key, timezone.now()
            plan = tried(form, lambda: plan_effectiveness(action, member, at=at, indicator=key, **values))
            if plan is not None:
                messages.success(request, "The plan is saved, not yet locked. Read whether it can succeed.")
                return redirect(plan)
    return _page(request, action_of(request, pk), form, indicator, may_plan=may_plan)


@login_required
@require_POST
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock the version that is written."""
    plan = lock_plan(action_of(request, pk), member_of(request), at=timezone.now())
    messages.success(request, "The plan is locked. Nothing of it can change now.")
    return redirect(plan.action)


def _chosen(key: str, action: CorrectiveAction) -> Indicator | None:
    """The measure that was chosen, or that of the version at hand."""
    plan = action.draft or action.plan
    try:
        return catalogue.get(key or (plan.indicator if plan is not None else ""))
    except catalogue.UnknownIndicator:
        return None


def _page(
    request: HttpRequest,
    action: CorrectiveAction,
    form: PlanForm | None,
    indicator: Indicator | None,
    *,
    may_plan: bool,
) -> HttpResponse:
    member = member_of(request)
    draft, plan = action.draft, action.plan
    shown = draft or plan
    wants_form = bool(request.GET.get("change") or request.GET.get("measure")) or request.method == "POST"
    is_writing = may_plan and (shown is None or wants_form)
    is_second = draft is None or draft.version == 1 or draft.drafted_by_id != member.pk
    context: dict[str, Any] = {
        "action": action,
        "thread": thread_of(action, member, here="verdict"),
        "plan": shown,
        "facts": _facts(shown),
        "outlook": shown.outlook if shown is not None else {},
        "outlook_tone": _tone(shown),
        "is_writing": is_writing,
        "form": form if is_writing else None,
        "indicator": indicator,
        "indicators": catalogue.every(),
        "may_plan": may_plan,
        "may_lock": draft is not None and is_second and access.may(member, "improvement.lock_plan", action),
        "needs_second": draft is not None and not is_second,
        "earlier": [
            {"title": str(each), "facts": _facts(each), "digest": each.digest}
            for each in action.plans.select_related("action__owner", "verifier", "locked_by").order_by("-version")
            if shown is not None and each.pk != shown.pk
        ],
    }
    status = NOT_RIGHT_YET if form is not None and form.is_bound else 200
    return render(request, "improvement/plan.html", context, status=status)


def _facts(plan: EffectivenessPlan | None) -> list[dict[str, str]]:
    return plan_facts(plan, zone=timezone.get_current_timezone()) if plan is not None else []


def _tone(plan: EffectivenessPlan | None) -> str:
    """Amber while the plan can't find the change in time, or nobody can say; otherwise nothing stands out."""
    return "wait" if plan is not None and not plan.outlook.get("is_enough") else ""
