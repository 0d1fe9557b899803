"""Computing the verdict, and signing it."""

from datetime import date, datetime
from typing import Any

from wellheard import __version__
from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Signature
from wellheard.core.signatures import sign
from wellheard.core.tasks import end_tasks_about
from wellheard.ground import effectiveness
from wellheard.ground.effectiveness.verdict import ENGINE_VERSION
from wellheard.improvement.actions.shared import day_at
from wellheard.improvement.flow import ACTION_FLOW, ActionStatus
from wellheard.improvement.models import CorrectiveAction, EffectivenessPlan, Verdict
from wellheard.improvement.models.verdict import digest_of
from wellheard.improvement.tasks import ask_to_close, ask_to_sign
from wellheard.measures import catalogue


@action("improvement.judge")
def judge(action: CorrectiveAction, by: Actor, *, at: datetime) -> Verdict:
    """Compute the verdict of the locked plan from the measure. Before the follow-up is over it can only be “cannot tell”,
    with the day on which to ask again. The same inputs give the same verdict, and no second row."""
    plan = action.plan
    if plan is None or action.status not in (ActionStatus.DONE, ActionStatus.JUDGED):
        raise Refusal(
            f"{action.reference} is “{ACTION_FLOW.named(action.status)}”: it can be judged once the change is done. Nothing was "
            "computed.",
            code="wrong_status",
        )
    result = _computed(action, plan, at)
    inputs = {name: value for name, value in result["inputs"].items() if name != "today"}
    input_digest = digest_of({"inputs": inputs, "is_final": result["is_final"]})
    latest = plan.verdicts.order_by("-computed_at", "-pk").first()
    verdict = latest if latest is not None and latest.input_digest == input_digest else None
    if verdict is None:
        verdict = Verdict(
            action=action,
            plan=plan,
            word=result["word"],
            sentence=result["sentence"],
            again_on=result["again_on"] and date.fromisoformat(result["again_on"]),
            is_final=result["is_final"],
            result=result,
            input_digest=input_digest,
            result_digest=digest_of(result),
            engine=ENGINE_VERSION,
            code_version=__version__,
            computed_at=at,
        )
        verdict.save()
    if verdict.is_final and action.status == ActionStatus.DONE:
        ACTION_FLOW.take(action, "judge")
        action.save()
    if verdict.is_final and not verdict.is_signed:
        ask_to_sign(verdict, by, at)
    return verdict


@action("improvement.sign_verdict")
def sign_verdict(
    verdict: Verdict, by: Member, *, at: datetime, password: str, agrees: bool = True, note: str = ""
) -> Verdict:
    """The verifier puts their name to the verdict. Who disagrees says why, and then nobody can tell: a computed verdict
    is never turned into the opposite one by hand."""
    note = note.strip()
    latest = verdict.action.verdict
    if latest is None or latest.pk != verdict.pk:
        raise Refusal(
            "A newer verdict was computed meanwhile, so nothing was signed. Read that one.", code="wrong_status"
        )
    if not verdict.is_final:
        raise Refusal("The follow-up is still running, so there is nothing to sign yet.", code="wrong_status")
    if verdict.action.status != ActionStatus.JUDGED:
        raise Refusal(
            "The plan was replaced meanwhile and it is measured on, so this verdict is not signed any more. Nothing was changed.",
            code="wrong_status",
        )
    if verdict.is_signed:
        raise Refusal("This verdict is signed already. Nothing was changed.", code="wrong_status")
    if not agrees and not note:
        raise Refusal("You see it differently, and your reason is missing. Nothing was signed; say why.", field="note")
    signature = sign(
        verdict,
        by,
        at=at,
        meaning=Signature.Meaning.VERIFIED,
        shown=verdict.shown(agrees=agrees, note=note),
        password=password,
    )
    verdict.agrees, verdict.note, verdict.signature = agrees, note, signature
    verdict.signed_word = verdict.word if agrees else "cannot_tell"
    verdict.save()
    end_tasks_about(verdict.action, by, at=at, verb="sign_verdict")
    ask_to_close(verdict, by, at)
    return verdict


def _computed(action: CorrectiveAction, plan: EffectivenessPlan, at: datetime) -> dict[str, Any]:
    today = day_at(at, action.site)
    try:
        indicator = catalogue.get(plan.indicator)
    except catalogue.UnknownIndicator:
        raise Refusal(
            f"The measure “{plan.measure}” is not counted any more, so nothing was computed. It has to be restored, or the plan "
            "replaced."
        ) from None
    series = indicator.series(plan.scope, plan.baseline_from, min(plan.follow_up_to, today), "month")
    try:
        computed = effectiveness.judge(
            plan.for_engine(dict(action.set_aside)),
            series,
            today=today,
            recurrences=action.recurrences,
            other_changes=action.other_changes.splitlines(),
            definition_changed=action.definition_changed,
        )
    except ValueError as fault:
        raise Refusal(f"The numbers don't fit the plan, so nothing was computed. {fault}") from None
    return computed.to_json()
