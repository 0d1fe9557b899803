"""How causes, actions and their verdicts appear in the thread."""

from django.urls import reverse

from wellheard.core.thread import register_step
from wellheard.improvement.flow import ACTION_FLOW, ActionStatus
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction
from wellheard.improvement.words import decided_on


def cause(analysis: CauseAnalysis) -> tuple[str, str]:
    """“Seals glued too cold”, or “Being looked for”."""
    return (analysis.cause, "done") if analysis.is_found else ("Being looked for", "doing")


def action(action: CorrectiveAction) -> tuple[str, str]:
    """“Under way, ACT-2026-0058”."""
    is_over = action.status in (ActionStatus.DONE, ActionStatus.JUDGED, ActionStatus.CLOSED)
    words = "Done" if is_over else ACTION_FLOW.named(action.status).partition(",")[0].capitalize()
    return f"{words}, {action.reference}", "done" if is_over else "doing"


def verdict(action: CorrectiveAction) -> tuple[str, str] | None:
    """“It worked”, or the day on which it is decided; nothing without a locked plan."""
    plan = action.plan
    if plan is None:
        return None
    found = action.verdict
    if found is None or not found.is_final or action.status not in (ActionStatus.JUDGED, ActionStatus.CLOSED):
        return f"Decided on {decided_on(plan)}", "later"
    words = found.words.rstrip(".")
    return (words, "done") if found.is_signed else (f"{words}, to be signed", "doing")


def verdict_address(action: CorrectiveAction) -> str:
    """The page of the verdict; until there is one, that of the plan which says when and how it is decided."""
    is_judged = action.status in (ActionStatus.JUDGED, ActionStatus.CLOSED)
    return reverse(f"improvement:{'verdict' if is_judged else 'plan'}", args=[action.pk])


register_step("cause", "improvement.causeanalysis", cause)
register_step("action", "improvement.correctiveaction", action)
register_step("verdict", "improvement.correctiveaction", verdict, address=verdict_address)
