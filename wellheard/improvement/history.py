"""What happened to an action, newest first, told from its own records."""

from typing import Any

from wellheard.improvement.models import CorrectiveAction
from wellheard.improvement.words import window_in_words


def history_of(action: CorrectiveAction) -> list[dict[str, Any]]:
    """Entries for `<c-history>`."""
    found: list[dict[str, Any]] = [
        {"moment": action.opened_at, "actor": action.owner.name, "text": "owns this action since it was proposed."}
    ]
    for plan in action.plans.select_related("locked_by", "verifier").order_by("version"):
        if plan.locked_at is not None and plan.locked_by is not None:
            version = f" version {plan.version} of" if plan.version > 1 else ""
            follow_up = window_in_words(plan.follow_up_from, plan.follow_up_to)
            text = f"locked{version} the plan: measured {follow_up}, verified by {plan.verifier.name}."
            found.append({"moment": plan.locked_at, "actor": plan.locked_by.name, "text": text})
    if action.started_at is not None:
        found.append({"moment": action.started_at, "text": "Begun."})
    if action.done_at is not None:
        found.append({"moment": action.done_at, "text": "Done. From here on it is measured."})
    for verdict in action.verdicts.select_related("signature", "action").order_by("computed_at", "pk"):
        computed = {"moment": verdict.computed_at, "text": f"Computed: {WORD_COMPUTED[verdict.word]}"}
        if verdict.is_final:
            found.append(computed)
        signature = verdict.signature
        if signature is not None:
            text = "signed the verdict." if verdict.agrees else f"saw it differently: {verdict.note}"
            found.append({"moment": signature.at, "actor": signature.name_shown, "text": text})
    if action.closed_at is not None:
        found.append({"moment": action.closed_at, "text": "Closed."})
    # What was noted later stands above what was noted earlier, also at the same moment.
    found.reverse()
    found.sort(key=lambda entry: entry["moment"], reverse=True)
    return found


WORD_COMPUTED = {
    "effective": "it worked.",
    "not_effective": "it did not work.",
    "worse": "it got worse.",
    "cannot_tell": "cannot tell yet.",
}
