"""A corrective action: what is changed, where it stands, what comes next."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.links import linked
from wellheard.core.models import Member
from wellheard.core.thread import thread_of
from wellheard.core.views import member_of
from wellheard.improvement.actions import close, finish, open_action, reopen, start
from wellheard.improvement.flow import ACTION_FLOW
from wellheard.improvement.forms import ActionForm, FinishForm, ReasonForm
from wellheard.improvement.history import history_of
from wellheard.improvement.models import CorrectiveAction
from wellheard.improvement.next_step import next_step
from wellheard.improvement.views.shared import NOT_RIGHT_YET, action_of, tried
from wellheard.improvement.words import decided_on, plan_facts
from wellheard.measures.scopes import sites_where

# What a link says, read from the action: (role, does it lead away from the action).
ROLES = {
    ("opened", False): "led to this action",
    ("opened", True): "follows from this action",
    ("told by", True): "tells our customers",
}


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose an action, for a cause or by itself."""
    member = member_of(request)
    access.require(member, "improvement.open_action")
    sites = sites_where(member, "improvement.open_action")
    form = ActionForm(
        request.POST or None, member=member, sites=sites, initial={"analysis": request.GET.get("analysis")}
    )
    if form.is_valid():
        values = form.cleaned_data
        origin = values.pop("analysis")
        made = tried(form, lambda: open_action(by=member, at=timezone.now(), origin=origin, **values))
        if made is not None:
            messages.success(request, f"{made.reference} is proposed. Say next how we will know that it worked.")
            return redirect(made)
    return render(
        request, "improvement/new_action.html", {"form": form}, status=NOT_RIGHT_YET if form.is_bound else 200
    )


@login_required
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The action with its thread, its plan and its verdict."""
    return _page(request, action_of(request, pk))


@login_required
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """The change begins."""
    action = start(action_of(request, pk), member_of(request), at=timezone.now())
    messages.success(request, f"{action.reference} is under way.")
    return redirect(action)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The change is made."""
    action, member = action_of(request, pk), member_of(request)
    form = FinishForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        zone = action.site.zone if action.site is not None else timezone.get_current_timezone()
        # The end of that day, unless the day isn't over: then now.
        done_at = min(datetime.combine(form.cleaned_data["done_on"], time(23, 59), tzinfo=zone), now)
        if tried(form, lambda: finish(action, member, at=now, done_at=done_at)) is not None:
            plan = action.plan
            messages.success(request, f"Done. The verdict is computed on {decided_on(plan)}." if plan else "Done.")
            return redirect(action)
    # The verb may have begun to change the record in hand; the page shows what is stored.
    return _page(request, action_of(request, pk), finish_form=form)


@login_required
@require_POST
def shut(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it."""
    action = close(action_of(request, pk), member_of(request), at=timezone.now())
    messages.success(request, f"{action.reference} is closed.")
    return redirect(action)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """It did not help: try again."""
    action, member = action_of(request, pk), member_of(request)
    form = ReasonForm(request.POST)
    if (
        form.is_valid()
        and tried(form, lambda: reopen(action, form.cleaned_data["reason"], member, at=timezone.now())) is not None
    ):
        messages.success(request, f"{action.reference} starts over. It needs a new version of the plan.")
        return redirect(action)
    return _page(request, action_of(request, pk), reason_form=form)


def _page(
    request: HttpRequest,
    action: CorrectiveAction,
    *,
    finish_form: FinishForm | None = None,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    member, today = member_of(request), timezone.localdate()
    plan, verdict = action.plan, action.verdict
    is_judged = verdict is not None and verdict.is_final and action.status in ("judged", "closed")
    context: dict[str, Any] = {
        "action": action,
        "thread": thread_of(action, member, here="action"),
        "next": next_step(action, member, today),
        "status": ACTION_FLOW.named(action.status),
        "finish_form": finish_form or FinishForm(initial={"done_on": today}),
        "reason_form": reason_form or ReasonForm(),
        "is_reopening": reason_form is not None,
        "plan": plan,
        "plan_facts": plan_facts(plan, zone=timezone.get_current_timezone()) if plan is not None else [],
        "draft": action.draft,
        "may_change_plan": plan is not None
        and action.status != "closed"
        and access.may(member, "improvement.plan_effectiveness", action),
        "verdict": verdict if is_judged else None,
        "facts": _facts(action, member),
        "related": _related(action, member),
        "history": history_of(action),
    }
    was_refused = finish_form is not None or reason_form is not None
    return render(request, "improvement/action.html", context, status=NOT_RIGHT_YET if was_refused else 200)


def _facts(action: CorrectiveAction, member: Member) -> list[dict[str, str]]:
    owner = f"{action.owner.name} (you)" if action.owner_id == member.pk else action.owner.name
    facts = [{"label": "Owns it", "value": owner}]
    if (plan := action.plan) is not None:
        verifier = f"{plan.verifier.name} (you)" if plan.verifier_id == member.pk else plan.verifier.name
        facts.append({"label": "Verifies it", "value": verifier})
    facts.append({"label": "Site", "value": action.site.name if action.site else "every site"})
    if action.due_on is not None:
        facts.append({"label": "To be done by", "value": f"{action.due_on:%-d %B %Y}"})
    return facts


def _related(action: CorrectiveAction, member: Member) -> list[dict[str, str]]:
    """Where it comes from and what follows from it, as far as this member may see that."""
    rows = []
    for each in linked(action, member):
        label = getattr(each.other, "label", str(each.other))
        url = getattr(each.other, "get_absolute_url", str)()
        row = {"title": label, "url": url, "note": ROLES.get((each.link.role, each.outward), each.link.role)}
        if each.is_suspect:
            row |= {"state": "changed since", "tone": "wait"}
        rows.append(row)
    return rows
