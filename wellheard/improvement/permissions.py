"""Who looks for causes, who acts, and who judges. The verifier is never the owner."""

from wellheard.core import access
from wellheard.core.access import AT_SITE, EVERYWHERE, Scope, at_site, declare, declare_each, own
from wellheard.core.actors import MEMBER_ROLES, Actor, Role, System
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction, EffectivenessPlan, Verdict, Why

Grants = dict[Role, Scope | tuple[Scope, ...]]
WRITERS = tuple(role for role in MEMBER_ROLES if role != Role.AUDITOR)


def readers(path: str = "") -> Grants:
    """Who sees: at their site, or what they own; `path` leads to the action or analysis."""
    site, mine = at_site(f"{path}site_id"), own(f"{path}owner_id")
    grants: Grants = dict.fromkeys(WRITERS, mine)
    for role in (Role.QUALITY_MANAGER, Role.PROCESS_OWNER, Role.FRONT_LINE, Role.ANALYST, Role.TOP_MANAGEMENT):
        grants[role] = (site, mine)
    return grants | {Role.AUDITOR: site, Role.SYSTEM: EVERYWHERE}


def workers(path: str = "") -> Grants:
    """Who works on it: whoever owns it, and quality managers at their site."""
    mine = own(f"{path}owner_id")
    grants: Grants = dict.fromkeys(WRITERS, mine)
    return grants | {Role.QUALITY_MANAGER: (at_site(f"{path}site_id"), mine)}


OPENERS: Grants = {
    Role.QUALITY_MANAGER: AT_SITE,
    Role.PROCESS_OWNER: AT_SITE,
    Role.FRONT_LINE: AT_SITE,
    Role.SYSTEM: EVERYWHERE,
}
ANYONE: Grants = dict.fromkeys((*WRITERS, Role.SYSTEM), EVERYWHERE)


def not_involved(actor: Actor, action: CorrectiveAction) -> str | None:
    """Whoever works on an action, and its verifier, whatever their role."""
    if isinstance(actor, System) or access.may(actor, "improvement.plan_effectiveness", action):
        return None
    pk = getattr(actor, "pk", None)
    if pk is not None and action.plans.filter(verifier_id=pk).exists():
        return None
    return "This is for the owner of the action, its verifier, or a quality manager of its site."


def owner_verifies(actor: Actor, verdict: Verdict) -> str | None:
    """Nobody signs that their own action worked."""
    if verdict.action.owner_id == getattr(actor, "pk", None):
        return "You own this action, so somebody else has to verify it. Nothing was signed."
    return None


def verifier_is_there(actor: Actor, verdict: Verdict) -> str | None:
    """The verifier signs, and nobody for them; a quality manager only once their account is closed, or it would wait for
    ever."""
    verifier = verdict.plan.verifier
    if verifier.pk != getattr(actor, "pk", None) and verifier.is_active:
        return f"{verifier.name} verifies this action, so nobody else signs the verdict. Nothing was signed."
    return None


declare("improvement.see_causeanalysis", CauseAnalysis, readers())
declare("improvement.see_why", Why, readers("analysis__"))
declare("improvement.see_correctiveaction", CorrectiveAction, readers())
declare("improvement.see_effectivenessplan", EffectivenessPlan, readers("action__"))
declare("improvement.see_verdict", Verdict, readers("action__"))

declare("improvement.open_analysis", CauseAnalysis, OPENERS)
declare("improvement.open_action", CorrectiveAction, OPENERS)
declare_each(("improvement.add_why", "improvement.find_cause", "improvement.reopen_analysis"), CauseAnalysis, workers())
declare("improvement.revise_why", Why, workers("analysis__"))
declare_each(
    (
        "improvement.plan_effectiveness",
        "improvement.start",
        "improvement.finish",
        "improvement.close",
        "improvement.reopen",
    ),
    CorrectiveAction,
    workers(),
)
for verb in ("lock_plan", "judge", "note_circumstances"):
    declare(f"improvement.{verb}", CorrectiveAction, ANYONE, unless=not_involved)
declare(
    "improvement.sign_verdict",
    Verdict,
    {role: own("plan__verifier_id") for role in WRITERS}
    | {Role.QUALITY_MANAGER: (at_site("action__site_id"), own("plan__verifier_id"))},
    unless=(owner_verifies, verifier_is_there),
)
