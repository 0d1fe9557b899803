"""Plans and verdicts as people say them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from wellheard.ground.effectiveness import words as engine_words
from wellheard.ground.periods import month_of, months, span_label
from wellheard.improvement.models import EffectivenessPlan

# The agreed minimum, as a ratio after / before or as a difference, in words.
RATIOS = {
    "down": {
        "0.9000": "at least a tenth fewer",
        "0.8000": "at least a fifth fewer",
        "0.7500": "at least a quarter fewer",
        "0.6667": "at least a third fewer",
        "0.5000": "at most half as many",
        "0.2500": "at most a quarter as many",
    },
    "up": {
        "1.1000": "at least a tenth more",
        "1.2500": "at least a quarter more",
        "1.3333": "at least a third more",
        "1.5000": "at least half as many again",
        "2.0000": "at least twice as many",
    },
}
DIFFERENCES = {
    "proportion": ("0.0200", "0.0500", "0.1000", "0.1500", "0.2000", "0.3000"),
    "nps": ("3.0000", "5.0000", "10.0000", "15.0000", "20.0000"),
    "mean": ("0.1000", "0.2000", "0.3000", "0.5000", "1.0000"),
}


def worthwhile_choices(kind: str, direction: str) -> list[tuple[str, str]]:
    """What may be agreed as worth having, smallest first."""
    if kind in ("rate", "count"):
        return list(RATIOS[direction].items())
    way = "less" if direction == "down" else "more"
    unit = {"proportion": " points", "nps": " points", "mean": ""}[kind]
    factor = 100 if kind == "proportion" else 1
    return [(size, f"at least {engine_words.number(factor * float(size))}{unit} {way}") for size in DIFFERENCES[kind]]


def worthwhile_in_words(plan: EffectivenessPlan) -> str:
    """“at least a third fewer”."""
    agreed = f"{Decimal(plan.smallest_worthwhile):.4f}"
    found = dict(worthwhile_choices(plan.counted_as, plan.direction)).get(agreed)
    return found or engine_words.worthwhile(plan.for_engine())


def window_in_words(first: Any, last: Any) -> str:
    """“January to December 2025”."""
    return span_label(month_of(first), month_of(last))


def months_long(first: Any, last: Any) -> int:
    return len(months(first, last))


def decided_on(plan: EffectivenessPlan) -> str:
    """The first day on which the verdict can be computed: “1 November 2026”."""
    return engine_words.day(plan.follow_up_to + timedelta(days=1))


def settling_in_words(plan: EffectivenessPlan) -> str:
    """The months between before and after, in which the change settles in."""
    first, last = month_of(plan.baseline_to).next, month_of(plan.follow_up_from).previous
    return span_label(first, last) if first <= last else "none"


def plan_facts(plan: EffectivenessPlan, *, zone: Any = None) -> list[dict[str, str]]:
    """The plan as label and value, in the order in which it is read."""
    facts = [
        {"label": "Measure", "value": f"{plan.measure} {plan.unit}".strip()},
        {"label": "Before", "value": window_in_words(plan.baseline_from, plan.baseline_to)},
        {"label": "Left out", "value": settling_in_words(plan), "note": "settling in"},
        {"label": "After", "value": window_in_words(plan.follow_up_from, plan.follow_up_to)},
        {"label": "Worth it", "value": f"if {worthwhile_in_words(plan)}"},
        {"label": "Owner", "value": plan.action.owner.name},
        {"label": "Verifier", "value": plan.verifier.name},
    ]
    if plan.trigger_on is not None:
        facts.insert(
            4, {"label": "Alarm", "value": engine_words.day(plan.trigger_on), "note": "its month does not count"}
        )
    if plan.locked_at is not None and plan.locked_by is not None:
        local = plan.locked_at.astimezone(zone) if zone is not None else plan.locked_at
        facts.append(
            {"label": "Locked", "value": moment_in_full(local), "note": f"by {plan.locked_by.name}, unchanged since"}
        )
    if plan.reason:
        facts.append({"label": "Replaces", "value": f"version {plan.version - 1}: {plan.reason}"})
    return facts


def moment_in_full(moment: Any) -> str:
    """“23 January 2026, 15:04”."""
    return f"{engine_words.day(moment.date())}, {moment:%H:%M}"
