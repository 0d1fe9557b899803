"""Who is asked for what next. Each is one open task about the action, and ends with the verb that does it."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import Q, QuerySet

from wellheard.core.actors import Actor, Role
from wellheard.core.models import Member
from wellheard.core.tasks import open_task
from wellheard.improvement.models import CorrectiveAction, EffectivenessPlan, Verdict

DAYS_TO_SIGN = 14


def ask_to_plan(action: CorrectiveAction, by: Actor, at: datetime) -> None:
    _ask(
        action,
        action.owner,
        "plan",
        f"Say how we will know that it worked: {action.title}",
        by,
        at,
        note="The test is fixed before anyone acts.",
        button="Make the plan",
        page="plan",
    )


def ask_to_lock(plan: EffectivenessPlan, by: Actor, at: datetime) -> None:
    """The owner locks the first version; a later one is locked by a second person, so the verifier is asked."""
    action = plan.action
    is_first = plan.version == 1
    _ask(
        action,
        action.owner if is_first or plan.drafted_by_id == plan.verifier_id else plan.verifier,
        "lock_plan",
        f"Lock the plan: {action.title}",
        by,
        at,
        note=str(plan.outlook.get("sentence", "")),
        button="Read and lock it",
        page="plan",
    )


def ask_to_start(action: CorrectiveAction, by: Actor, at: datetime) -> None:
    _ask(action, action.owner, "start", f"Begin: {action.title}", by, at, note="The plan is locked.", button="Begin")


def ask_to_do(action: CorrectiveAction, by: Actor, at: datetime) -> None:
    zone = action.site.zone if action.site is not None else UTC
    due = None if action.due_on is None else datetime.combine(action.due_on, time(23, 59), tzinfo=zone)
    _ask(action, action.owner, "finish", f"Do it: {action.title}", by, at, button="Say that it is done", due_at=due)


def ask_to_sign(verdict: Verdict, by: Actor, at: datetime) -> None:
    action = verdict.action
    _ask(
        action,
        _signer(verdict),
        "sign_verdict",
        f"Sign the verdict, or say why not: {action.title}",
        by,
        at,
        note=f"{verdict.words} {verdict.sentence}",
        button="Read and sign",
        page="verdict",
        due_at=at + timedelta(days=DAYS_TO_SIGN),
    )


def _signer(verdict: Verdict) -> Member:
    """The verifier; when their account is closed, a quality manager of the site who does not own the action."""
    verifier, action = verdict.plan.verifier, verdict.action
    if verifier.is_active:
        return verifier
    here = Q(grants__site=None) | Q(grants__site=action.site_id)
    managers: QuerySet[Member] = Member.objects.get_queryset().filter(
        here, grants__role=Role.QUALITY_MANAGER, is_active=True
    )
    return managers.exclude(pk=action.owner_id).order_by("pk").first() or verifier


def ask_to_close(verdict: Verdict, by: Actor, at: datetime) -> None:
    action = verdict.action
    next_step = {
        "effective": "Close it",
        "cannot_tell": "Measure longer, or close it",
    }.get(verdict.stands, "Try again, or close it")
    _ask(action, action.owner, "close", f"{next_step}: {action.title}", by, at, note=verdict.words, button=next_step)


def _ask(
    action: CorrectiveAction,
    owner: Member,
    verb: str,
    title: str,
    by: Actor,
    at: datetime,
    *,
    button: str,
    note: str = "",
    page: str = "",
    due_at: datetime | None = None,
) -> None:
    open_task(
        owner,
        title,
        by,
        at=at,
        about=action,
        verb=verb,
        due_at=due_at,
        note=note,
        button=button,
        url=action.get_absolute_url() + (f"{page}/" if page else ""),
        site_id=action.site_id,
    )
