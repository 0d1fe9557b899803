"""Opening, doing and closing a corrective action."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Model

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.links import link
from wellheard.core.models import Member, Site
from wellheard.core.references import next_reference
from wellheard.core.tasks import end_tasks_about, open_task
from wellheard.ground.effectiveness.words import day
from wellheard.improvement.actions.shared import day_at, owner_or, said, site_of
from wellheard.improvement.after import follow_closing
from wellheard.improvement.flow import ACTION_FLOW
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction, EffectivenessPlan
from wellheard.improvement.tasks import ask_to_do, ask_to_plan

DID_NOT_HELP = ("not_effective", "worse")


@action("improvement.open_action")
def open_action(
    title: str,
    what: str,
    by: Actor,
    *,
    at: datetime,
    origin: Model | None = None,
    owner: Member | None = None,
    site: Site | None = None,
    due_on: date | None = None,
) -> CorrectiveAction:
    """Propose a corrective action; `origin` is the analysis whose cause it removes, or another record that asks for it."""
    made = CorrectiveAction(
        reference=next_reference("ACT", at),
        title=said(
            title, field="title", refusal="The action has no title, so it was not opened. Name what is changed."
        )[:200],
        what=said(what, field="what", refusal="It isn't said what is changed, so nothing was opened. Describe it."),
        analysis=origin if isinstance(origin, CauseAnalysis) else None,
        owner=owner_or(by, owner),
        site=site_of(origin, site),
        due_on=due_on,
        opened_at=at,
    )
    made.save()
    if origin is not None:
        link(origin, made, "opened", by, at=at)
    ask_to_plan(made, by, at)
    return made


@action("improvement.start")
def start(action: CorrectiveAction, by: Actor, *, at: datetime) -> CorrectiveAction:
    """Begin to act. Only once the plan is locked, and only after the time before has been measured to its end."""
    plan = _plan_in_force(action)
    ACTION_FLOW.take(action, "start")
    if day_at(at, action.site) <= plan.baseline_to:
        raise Refusal(
            f"The time before is measured until {day(plan.baseline_to)}; acting now would spoil it, so nothing was started. "
            "Begin after that day."
        )
    action.started_at = at
    action.save()
    end_tasks_about(action, by, at=at, verb="start")
    ask_to_do(action, by, at)
    return action


@action("improvement.finish")
def finish(action: CorrectiveAction, by: Actor, *, at: datetime, done_at: datetime | None = None) -> CorrectiveAction:
    """The change is made, at `done_at` or now. From here on only time and the measure speak."""
    done, plan = done_at or at, _plan_in_force(action)
    ACTION_FLOW.take(action, "finish")
    if done > at or (action.started_at is not None and done < action.started_at):
        raise Refusal(
            "It can't be done before it began, nor in the future. Nothing was changed; correct the day.",
            field="done_on",
        )
    if day_at(done, action.site) >= plan.follow_up_from:
        raise Refusal(
            f"The locked plan measures from {day(plan.follow_up_from)}, and the change was made only on "
            f"{day(day_at(done, action.site))}: months before it would count as after it. Nothing was changed. Replace the plan "
            "first (a new version, with the reason, locked by a second person), then say that it is done.",
            field="done_on",
        )
    action.done_at = done
    action.save()
    end_tasks_about(action, by, at=at, verb="finish")
    return action


@action("improvement.note_circumstances")
def note_circumstances(
    action: CorrectiveAction,
    by: Actor,
    *,
    at: datetime,
    other_changes: Sequence[str] = (),
    recurrences: int = 0,
    definition_changed: bool = False,
    set_aside: Mapping[str, str] | None = None,
) -> CorrectiveAction:
    """Say what the numbers can't: what else changed, how often the cause came back, whether it was counted otherwise.

    `set_aside` (doubt → written reason) is the verifier's alone.
    """
    reasons = {doubt: why.strip() for doubt, why in (set_aside or {}).items() if why.strip()}
    if reasons != action.set_aside:
        plan = _plan_in_force(action)
        if plan.verifier_id != getattr(by, "pk", None):
            raise Refusal(
                f"Only the verifier, {plan.verifier.name}, may set a doubt aside. Nothing was changed.",
                field="set_aside",
            )
    if action.status == "closed":
        raise Refusal(f"{action.reference} is closed, so nothing of it was changed.", code="wrong_status")
    action.other_changes = "\n".join(line.strip() for line in other_changes if line.strip())
    action.recurrences, action.definition_changed, action.set_aside = recurrences, definition_changed, reasons
    action.save()
    return action


@action("improvement.close")
def close(action: CorrectiveAction, by: Actor, *, at: datetime) -> CorrectiveAction:
    """Close it, whatever the verdict, once that is signed. If it did not help, the cause has to be looked for again."""
    ACTION_FLOW.take(action, "close")
    verdict = action.verdict
    if verdict is None or not verdict.is_signed:
        raise Refusal(
            f"The verdict of {action.reference} is not signed yet, so it stays open. Ask the verifier to sign it."
        )
    action.closed_at = at
    action.save()
    end_tasks_about(action, by, at=at)
    if verdict.stands in DID_NOT_HELP:
        _look_again(action, by, at)
    follow_closing(action, by, at)
    return action


@action("improvement.reopen")
def reopen(action: CorrectiveAction, reason: str, by: Actor, *, at: datetime) -> CorrectiveAction:
    """It did not help: try again. It starts over as a proposal and needs a new version of the plan; the old ones stay."""
    why = said(reason, field="reason", refusal="It isn't said what will be different. Nothing was changed; say it.")
    verdict = action.verdict
    ACTION_FLOW.take(action, "reopen")
    if verdict is None or not verdict.is_signed or verdict.stands not in DID_NOT_HELP:
        raise Refusal(
            f"{action.reference} can be opened again once it is signed that it did not help. Nothing was changed."
        )
    action.started_at = action.done_at = None
    action.other_changes, action.recurrences, action.definition_changed, action.set_aside = "", 0, False, {}
    action.save()
    detail(reason=why)
    end_tasks_about(action, by, at=at)
    ask_to_plan(action, by, at)
    return action


def _plan_in_force(action: CorrectiveAction) -> EffectivenessPlan:
    if (plan := action.plan) is None:
        raise Refusal(
            f"{action.reference} has no locked plan, so nothing was begun. First say how we will know that it worked, and lock "
            "that.",
            code="wrong_status",
        )
    return plan


def _look_again(action: CorrectiveAction, by: Actor, at: datetime) -> None:
    """Someone has to go back to the cause: the owner of the analysis, or of the action if there was none."""
    analysis = action.analysis
    open_task(
        analysis.owner if analysis is not None else action.owner,
        f"Look for the cause again: {(analysis or action).title}",
        by,
        at=at,
        about=analysis or action,
        # Without an analysis no step of a record would end it: then its owner says that it is done.
        verb="reopen_analysis" if analysis is not None else "",
        note=f"{action.reference} “{action.title}” did not help.",
        button="Look again",
        url=(analysis or action).get_absolute_url(),
        site_id=action.site_id,
    )
