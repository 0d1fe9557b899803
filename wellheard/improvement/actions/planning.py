"""Saying beforehand how we will know, and locking that."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from wellheard.core import access
from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.core.tasks import end_tasks_about
from wellheard.ground.effectiveness.words import day
from wellheard.ground.periods import month_of
from wellheard.improvement.actions.shared import day_at, said
from wellheard.improvement.flow import ACTION_FLOW, ActionStatus
from wellheard.improvement.models import CorrectiveAction, EffectivenessPlan
from wellheard.improvement.outlook import outlook_of
from wellheard.improvement.tasks import ask_to_lock, ask_to_start
from wellheard.measures import catalogue


@action("improvement.plan_effectiveness")
def plan_effectiveness(
    action: CorrectiveAction,
    by: Actor,
    *,
    at: datetime,
    indicator: str,
    baseline_from: date,
    baseline_to: date,
    follow_up_from: date,
    follow_up_to: date,
    smallest_worthwhile: Decimal | float | str,
    verifier: Member,
    scope: Mapping[str, str] | None = None,
    direction: str = "",
    settling_until: date | None = None,
    trigger_on: date | None = None,
    reason: str = "",
) -> EffectivenessPlan:
    """Write the plan, or write it anew while it isn't locked; its outlook says at once whether it can succeed.

    Windows are whole months: a follow-up that begins within a month begins with the next. Once a version is locked, this
    writes the next version, which needs its reason.
    """
    if action.status == ActionStatus.CLOSED:
        raise Refusal(f"{action.reference} is closed, so its plan stays as it is.", code="wrong_status")
    if not isinstance(by, Member):
        raise Refusal("A plan is written by a person.")
    if verifier.pk == action.owner_id:
        raise Refusal(
            f"{verifier.name} owns this action and so can't judge it as well. Nothing was saved; choose somebody else to verify.",
            field="verifier",
        )
    if not access.may(verifier, "improvement.see_correctiveaction", action):
        raise Refusal(
            f"{verifier.name} can't see this action and so can't verify it. Nothing was saved; choose somebody of this site.",
            field="verifier",
        )
    found, in_force, draft = _indicator(indicator), action.plan, action.draft
    if in_force is not None:
        said(
            reason,
            field="reason",
            refusal="The plan is locked. A new version needs its reason, so nothing was saved; say why it is replaced.",
        )
    plan = draft or EffectivenessPlan(action=action, version=in_force.version + 1 if in_force is not None else 1)
    plan.reason = reason.strip() if in_force is not None else ""
    plan.indicator, plan.counted_as, plan.measure, plan.unit = found.key, found.kind, found.measure, found.unit
    plan.per, plan.direction = Decimal(str(found.per)), direction or found.direction
    plan.scope = catalogue.cleaned_scope(found, scope or {})
    if narrowed := catalogue.scope_in_words(found, plan.scope):
        plan.measure = f"{found.measure} ({narrowed})"[:200]
    plan.baseline_from, plan.baseline_to = month_of(baseline_from).first, month_of(baseline_to).last
    follow_up = month_of(follow_up_from)
    plan.follow_up_from = follow_up.first if follow_up.first == follow_up_from else follow_up.end
    plan.follow_up_to = month_of(follow_up_to).last
    plan.settling_until, plan.trigger_on = settling_until, trigger_on
    plan.smallest_worthwhile = Decimal(str(smallest_worthwhile))
    plan.verifier, plan.drafted_by, plan.drafted_at = verifier, by, at
    try:
        for_engine = plan.for_engine()
    except ValueError as fault:
        raise Refusal(f"{fault} Nothing was saved; correct the plan.", field="follow_up_months") from None
    today = day_at(at, action.site)
    measured = found.series(plan.scope, plan.baseline_from, min(plan.baseline_to, today), "month")
    plan.outlook = outlook_of(for_engine, [each for each in measured if month_of(each.period).last < today])
    plan.save()
    end_tasks_about(action, by, at=at, verb="plan")
    ask_to_lock(plan, by, at)
    return plan


@action("improvement.lock_plan")
def lock_plan(action: CorrectiveAction, by: Actor, *, at: datetime) -> EffectivenessPlan:
    """Lock the version that is written. From now on nothing of it changes, and its digest is in the trail."""
    plan = action.draft
    if plan is None:
        raise Refusal(f"There is no plan of {action.reference} to lock. Write it first.", code="wrong_status")
    _indicator(plan.indicator)
    if plan.verifier_id == action.owner_id:
        raise Refusal(
            "The verifier owns the action by now. Nothing was locked; choose another verifier.", field="verifier"
        )
    if not isinstance(by, Member):
        raise Refusal("A plan is locked by a person.")
    if action.status == ActionStatus.PROPOSED and day_at(at, action.site) >= plan.follow_up_from:
        raise Refusal(
            f"The follow-up began on {day(plan.follow_up_from)}: a test that is chosen after the numbers proves nothing. "
            "Nothing was locked; let the follow-up begin later.",
            field="follow_up_months",
        )
    _fits_what_was_done(plan, action)
    if plan.version > 1 and by.pk == plan.drafted_by_id:
        raise Refusal(
            f"{by.name} wrote this version, so a second person has to lock it. Nothing was changed; ask {_second(plan)}."
        )
    _move(action)
    plan.locked_at, plan.locked_by = at, by
    plan.digest = plan.computed_digest()
    plan.save()
    action.save()
    end_tasks_about(action, by, at=at, verb="lock_plan")
    if action.status == ActionStatus.PLANNED:
        ask_to_start(action, by, at)
    if action.status == ActionStatus.DONE:
        # Measured on: the verdict of the version before asks nobody for anything any more.
        for verb in ("sign_verdict", "close"):
            end_tasks_about(action, by, at=at, verb=verb, done=False)
    return plan


def _fits_what_was_done(plan: EffectivenessPlan, action: CorrectiveAction) -> None:
    """A version that replaces another can't count months with the change as before it, nor months without as after it."""
    if action.started_at is not None and day_at(action.started_at, action.site) <= plan.baseline_to:
        raise Refusal(
            f"The change was begun on {day(day_at(action.started_at, action.site))}, and this version measures the time before "
            f"until {day(plan.baseline_to)}. Nothing was locked; let the months before end earlier.",
            field="baseline_last",
        )
    if action.done_at is not None and day_at(action.done_at, action.site) >= plan.follow_up_from:
        raise Refusal(
            f"The change was made only on {day(day_at(action.done_at, action.site))}, and this version measures from "
            f"{day(plan.follow_up_from)}. Nothing was locked; let the months after begin later.",
            field="follow_up_months",
        )


def _move(action: CorrectiveAction) -> None:
    """What locking means for the action: a proposal is planned; one that couldn't be judged is measured on."""
    if action.status == ActionStatus.PROPOSED:
        ACTION_FLOW.take(action, "lock_plan")
    elif action.status == ActionStatus.JUDGED:
        verdict = action.verdict
        if verdict is not None and verdict.stands != "cannot_tell":
            raise Refusal(
                f"{action.reference} is judged: “{verdict.words}” A new plan can't change that. Nothing was locked; close the "
                "action, or open it again if it did not help.",
                code="wrong_status",
            )
        ACTION_FLOW.take(action, "measure_longer")


def _indicator(key: str) -> catalogue.Indicator:
    try:
        return catalogue.get(key)
    except catalogue.UnknownIndicator:
        raise Refusal(
            f"Nothing is counted under “{key}”, so nothing was saved. Choose a measure.", field="indicator"
        ) from None


def _second(plan: EffectivenessPlan) -> str:
    asked = plan.action.owner if plan.drafted_by_id == plan.verifier_id else plan.verifier
    return asked.name
