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
class Step:
    """What can come next: `do` as an order (“begin”), `button` where there is one, and what follows."""

    verb: str
    do: str
    why: str
    button: str = ""
    after: str = ""
    state: str = ""


@dataclass(frozen=True)
class Next:
    """What comes next for the reader: `verb` names what the page offers (empty: only words), `mine` whether it is the
    reader's turn, `state` the same in few words for the head of the page."""

    verb: str
    title: str
    why: str
    state: str
    mine: bool = False
    after: str = ""
    button: str = ""


PLAN = Step(
    verb="plan",
    do="say how we will know that it worked",
    why="Which measure, compared with when, and how much better it has to be. It is fixed before anyone acts.",
    button="Make the plan",
    state="make the plan",
)
START = Step(
    verb="start",
    do="begin",
    why="The plan is locked. From now on nobody can choose the test after the numbers.",
    button="Begin",
)
FINISH = Step(
    verb="finish",
    do="do it, then say that it is done",
    why="Say so once the change is made: from then on the measure speaks.",
    state="do it",
)
JUDGE = Step(
    verb="judge",
    do="compute the verdict",
    why="The last month is over. The verdict is computed by itself within the hour, or at once.",
    button="Compute it",
)
SIGN = Step(
    verb="sign",
    do="sign, or say why not",
    why="The numbers are in. They count once somebody other than the owner has signed them.",
    button="Read and sign",
    state="sign the verdict",
)
LONGER = Step(
    verb="longer",
    do="measure longer, or close it",
    why="The measurements allow no answer yet. A new version of the plan gives them more time.",
)
TRY_AGAIN = Step(
    verb="reopen",
    do="try again, or close it",
    why="We tried, and it did not help. Try something else, or close it; then the cause is looked for again.",
)
CLOSE = Step(
    verb="close",
    do="close it",
    why="It is signed that it worked.",
    button="Close it",
    after="Then everyone who raised it can be told.",
)


def next_step(action: CorrectiveAction, member: Member, today: date) -> Next | None:
    """What comes next for this member; None once the action is closed."""
    plan = action.plan
    works = access.may(member, "improvement.plan_effectiveness", action)
    match action.status:
        case ActionStatus.PROPOSED:
            return _planning(action, action.draft, member, works=works)
        case ActionStatus.PLANNED:
            return _turn(START, action.owner, "begins", member, allowed=works)
        case ActionStatus.UNDER_WAY:
            return _turn(FINISH, action.owner, "does it", member, allowed=works)
        case ActionStatus.DONE if plan is not None:
            return _measuring(action, plan, member, today)
        case ActionStatus.JUDGED if plan is not None and (verdict := action.verdict) is not None:
            return _judged(action, verdict, plan, member, works=works)
    return None


def _turn(step: Step, whose: Member, does: str, member: Member, *, allowed: bool) -> Next:
    """The step with its button for who may do it; it is one's own turn only if one is asked."""
    others = f"{whose.name} {does}"
    if not allowed:
        return Next("", f"Next: {others}", step.why, others)
    is_mine = whose.pk == member.pk
    state = f"Your turn: {step.state or step.do}" if is_mine else others
    return Next(step.verb, f"Next: {step.do}", step.why, state, is_mine, step.after, step.button)


def _planning(action: CorrectiveAction, draft: EffectivenessPlan | None, member: Member, *, works: bool) -> Next:
    if draft is None:
        return _turn(PLAN, action.owner, "says how we will know", member, allowed=works)
    is_first = draft.version == 1
    lock = Step(
        verb="lock",
        do="read the plan and lock it",
        why=str(draft.outlook.get("sentence", "")),
        button="Read and lock it",
        after="Once locked, nothing of it changes.",
        state="lock the plan",
    )
    asked = action.owner if is_first or draft.drafted_by_id == draft.verifier_id else draft.verifier
    may_lock = access.may(member, "improvement.lock_plan", action) and (is_first or draft.drafted_by_id != member.pk)
    return _turn(lock, asked, "locks the plan", member, allowed=may_lock)


def _measuring(action: CorrectiveAction, plan: EffectivenessPlan, member: Member, today: date) -> Next:
    may_judge = access.may(member, "improvement.judge", action)
    if plan.is_over(today):
        return _turn(JUDGE, plan.verifier, "waits for the verdict", member, allowed=may_judge)
    are = "there are" if plan.counted_as in ("rate", "count") else "it is"
    why = f"It worked if {are} {worthwhile_in_words(plan)}. Until then there is nothing to do."
    return Next("look" if may_judge else "", f"Next: decided on {decided_on(plan)}", why, "being measured")


def _judged(
    action: CorrectiveAction, verdict: Verdict, plan: EffectivenessPlan, member: Member, *, works: bool
) -> Next:
    if not verdict.is_signed:
        may_sign = access.may(member, "improvement.sign_verdict", verdict)
        if not plan.verifier.is_active and not may_sign:
            others = "a quality manager signs the verdict"
            return Next(
                "", f"Next: {others}", f"{plan.verifier.name}, who was to verify it, is not here any more.", others
            )
        return _turn(SIGN, plan.verifier, "signs the verdict", member, allowed=may_sign)
    if verdict.stands == "cannot_tell":
        if (draft := action.draft) is not None:
            return _planning(action, draft, member, works=works)
        return _turn(LONGER, action.owner, "measures longer, or closes it", member, allowed=works)
    if verdict.stands in DID_NOT_HELP:
        return _turn(TRY_AGAIN, action.owner, "tries again, or closes it", member, allowed=works)
    return _turn(CLOSE, action.owner, "closes it", member, allowed=works)
