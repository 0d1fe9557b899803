"""The one thing to do next with an action, and whose turn it is."""

from dataclasses import dataclass
from datetime import date

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.improvement.flow import ActionStatus
from wellheard.improvement.models import CorrectiveAction, EffectivenessPlan, Verdict
from wellheard.improvement.words import decided_on, worthwhile_in_words

DID_NOT_HELP = ("not_effective", "worse")


@dataclass(frozen=True)
class Next:
    """What comes next: `verb` names what the page offers (empty: only words), `mine` whether it is the reader's turn,
    `state` the same in few words for the head of the page."""

    verb: str
    title: str
    why: str
    state: str
    mine: bool = False
    after: str = ""
    button: str = ""


def next_step(action: CorrectiveAction, member: Member, today: date) -> Next | None:
    """What comes next for this member; None once the action is closed."""
    plan, draft = action.plan, action.draft
    works = access.may(member, "improvement.plan_effectiveness", action)
    owner = action.owner.name
    match action.status:
        case ActionStatus.PROPOSED:
            return _planning(action, member, draft, works=works)
        case ActionStatus.PLANNED:
            why = "The plan is locked. From now on nobody can choose the test after the numbers."
            return _turn("start", "begin", f"{owner} begins", why, works, button="Begin", state="begin")
        case ActionStatus.UNDER_WAY:
            why = "Say so once the change is made: from then on the measure speaks."
            return _turn("finish", "do it, then say that it is done", f"{owner} does it", why, works, state="do it")
        case ActionStatus.DONE if plan is not None:
            return _measuring(plan, today, may_judge=access.may(member, "improvement.judge", action))
        case ActionStatus.JUDGED if plan is not None:
            return _judged(action, action.verdict, plan, member, works=works)
    return None


def _turn(
    verb: str, mine: str, others: str, why: str, works: bool, *, button: str = "", state: str, after: str = ""
) -> Next:
    if works:
        return Next(verb, f"Next: {mine}", why, f"Your turn: {state}", True, after, button)
    return Next("", f"Next: {others}", why, others)


def _planning(action: CorrectiveAction, member: Member, draft: EffectivenessPlan | None, *, works: bool) -> Next:
    if draft is None:
        return _turn(
            "plan",
            "say how we will know that it worked",
            f"{action.owner.name} says how we will know",
            "Which measure, compared with when, and how much better it has to be. It is fixed before anyone acts.",
            works,
            button="Make the plan",
            state="make the plan",
        )
    may_lock = access.may(member, "improvement.lock_plan", action)
    is_second = draft.version == 1 or draft.drafted_by_id != member.pk
    outlook = str(draft.outlook.get("sentence", ""))
    return _turn(
        "lock",
        "read the plan and lock it",
        "someone else locks the plan" if may_lock else f"{action.owner.name} locks the plan",
        outlook,
        may_lock and is_second,
        button="Read and lock it",
        state="lock the plan",
        after="Once locked, nothing of it changes.",
    )


def _measuring(plan: EffectivenessPlan, today: date, *, may_judge: bool) -> Next:
    if plan.is_over(today):
        why = "The last month is over. The verdict is computed by itself within the hour, or at once."
        return _turn(
            "judge",
            "compute the verdict",
            "the verdict is computed",
            why,
            may_judge,
            button="Compute it",
            state="compute",
        )
    why = f"It worked if there are {worthwhile_in_words(plan)}. Until then there is nothing to do."
    if plan.direction == "up" or plan.counted_as not in ("rate", "count"):
        why = f"It worked if it is {worthwhile_in_words(plan)}. Until then there is nothing to do."
    return Next("look" if may_judge else "", f"Next: decided on {decided_on(plan)}", why, "being measured")


def _judged(
    action: CorrectiveAction, verdict: Verdict | None, plan: EffectivenessPlan, member: Member, *, works: bool
) -> Next | None:
    if verdict is None:
        return None
    if not verdict.is_signed:
        is_verifier = access.may(member, "improvement.sign_verdict", verdict)
        others = f"{plan.verifier.name} signs the verdict"
        why = f"{verdict.words} {verdict.sentence}"
        return _turn(
            "sign", "sign, or say why not", others, why, is_verifier, button="Read and sign", state="sign the verdict"
        )
    if verdict.stands == "cannot_tell":
        draft = action.draft
        if draft is not None:
            return _planning(action, member, draft, works=works)
        return _turn(
            "longer",
            "measure longer, or close it",
            f"{action.owner.name} measures longer, or closes it",
            "The measurements allow no answer yet. A new version of the plan gives them more time.",
            works,
            state="measure longer, or close it",
        )
    if verdict.stands in DID_NOT_HELP:
        why = "We tried, and it did not help. Try something else, or close it; then the cause is looked for again."
        return _turn(
            "reopen",
            "try again, or close it",
            f"{action.owner.name} tries again",
            why,
            works,
            state="try again, or close it",
        )
    why = f"{plan.verifier.name} has signed that it worked."
    after = "Then everyone who raised it can be told."
    return _turn(
        "close", "close it", f"{action.owner.name} closes it", why, works, button="Close it", state="close", after=after
    )
