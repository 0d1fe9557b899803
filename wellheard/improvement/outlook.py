"""Can this plan succeed? From what was measured before: how often it would find a change that is worth having."""

from collections.abc import Sequence
from typing import Any

from wellheard.ground import poisson, scores
from wellheard.ground.effectiveness import Observation, Plan, earliest_decision
from wellheard.ground.effectiveness.verdict import as_json

FEWEST_MONTHS = 3


def outlook_of(plan: Plan, series: Sequence[Observation]) -> dict[str, Any]:
    """The outlook as plain JSON: `sentence`, `is_enough` (None when nobody can say), `power`, `earliest_on` and more.

    `series` is what was measured in the baseline.
    """
    measured = [each for each in series if plan.baseline[0] <= each.period <= plan.baseline[1]]
    unknown = {"is_enough": None, "months_measured": len(measured)}
    if len(measured) < FEWEST_MONTHS:
        some = f"only {len(measured)}" if measured else "none"
        return unknown | {
            "sentence": f"Of the months before, {some} {'is' if len(measured) == 1 else 'are'} measured so far: nobody "
            "can say whether this plan will find the change."
        }
    try:
        outlook = earliest_decision(plan, **_before(plan, measured))
    except (ValueError, ZeroDivisionError):
        return unknown | {
            "sentence": "Nothing happened in the months before, so there is nothing that could become better. "
            "Choose other months or another measure."
        }
    found: dict[str, Any] = as_json(outlook)
    return found | {"months_measured": len(measured)}


def _before(plan: Plan, series: Sequence[Observation]) -> dict[str, float]:
    """What `earliest_decision` wants to know of the time before."""
    counts = [float(each.count or 0) for each in series]
    if plan.is_ratio:
        exposures = [float(each.exposure or 0) if plan.kind == "rate" else 1.0 for each in series]
        return {
            "baseline_mean_per_period": sum(counts) / len(series),
            "dispersion": poisson.dispersion((counts, exposures)) if len(series) > 1 else 1.0,
        }
    if plan.kind == "proportion":
        cases = sum(float(each.exposure or 0) for each in series)
        return {"baseline_mean_per_period": sum(counts) / cases, "answers_per_period": cases / len(series)}
    if plan.kind == "nps":
        summed = [sum(answers) for answers in zip(*(tuple(each.counts or (0,) * 11) for each in series), strict=True)]
        estimate = scores.nps(summed)
        return {"baseline_mean_per_period": estimate.value or 0.0, "answers_per_period": estimate.n / len(series)}
    answers: dict[float, int] = {}
    for each in series:
        if isinstance(each.counts, dict):
            for score, n in each.counts.items():
                answers[score] = answers.get(score, 0) + n
        elif each.value is not None:
            answers[each.value] = answers.get(each.value, 0) + 1
    moments = scores.moments(answers)
    return {
        "baseline_mean_per_period": moments.mean,
        "answers_per_period": moments.n / len(series),
        "standard_deviation": moments.variance**0.5,
    }
