"""What else could explain the change? What people told us: definitions, other changes, reporting, recurrence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wellheard.ground.effectiveness.effect import Effect
from wellheard.ground.effectiveness.plan import Plan
from wellheard.ground.effectiveness.trend import TrendCheck
from wellheard.ground.effectiveness.verdict import Guard
from wellheard.ground.effectiveness.windows import Windows
from wellheard.ground.effectiveness.words import percent

# A relative change of the coverage from which it may, and from which it surely could, explain an effect.
COVERAGE_NOTICED = 0.1
COVERAGE_CHANGED = 0.3


@dataclass(frozen=True)
class Facts:
    """Everything that guards look at. `effect` is None when there is nothing to compare."""

    plan: Plan
    windows: Windows
    effect: Effect | None
    trend: TrendCheck | None
    lag_one: float | None
    recurrences: int = 0
    other_changes: Sequence[str] = ()
    definition_changed: bool = False
    coverage_before: float | None = None
    coverage_after: float | None = None


def definition(facts: Facts) -> Guard:
    """Was it measured in another way?"""
    question = "Was it counted or asked in another way?"
    if facts.definition_changed:
        why = "The definition, question, scale or channel changed between before and after: the two can't be compared."
        return Guard("definition", question, "yes", why, blocks=True)
    return Guard("definition", question, "no", "The same definition, question, scale and channel before and after.")


def other_changes(facts: Facts) -> Guard:
    """Did anything else change?"""
    question = "Did anything else change?"
    if not facts.other_changes:
        return Guard("other_changes", question, "no", "No other action or release is known in these windows.")
    return Guard("other_changes", question, "perhaps", "In the same time: " + "; ".join(facts.other_changes) + ".")


def coverage(facts: Facts) -> Guard:
    """Did people report or answer more or less?"""
    question = "Did people report or answer less?" if facts.plan.direction == "down" else "Did other people answer?"
    before, after = facts.coverage_before, facts.coverage_after
    if before is None or after is None or before <= 0:
        return Guard("coverage", question, "unknown", "It isn't known which share was reported or answered.")
    moved = abs(after / before - 1)
    said = f"The share reported or answered went from {percent(before)} to {percent(after)}."
    if moved > COVERAGE_CHANGED:
        return Guard("coverage", question, "yes", said, blocks=True)
    return Guard("coverage", question, "perhaps" if moved > COVERAGE_NOTICED else "no", said)


def recurrence(facts: Facts) -> Guard:
    """Did the same cause come back?"""
    question = "Did the same cause come back?"
    if facts.recurrences == 0:
        return Guard("recurrence", question, "no", "No case with the same cause is linked since the action.")
    how_often = "once" if facts.recurrences == 1 else f"{facts.recurrences} times"
    return Guard("recurrence", question, "yes", f"The same cause came back {how_often} since the action.", blocks=True)


def overridden(guards: Sequence[Guard], overrides: Mapping[str, str]) -> tuple[Guard, ...]:
    """The guards after the verifier's written reasons. A cause that came back can't be argued away.

    Raises ValueError for a guard that doesn't exist and for an empty reason.
    """
    strangers = sorted(set(overrides) - {guard.id for guard in guards})
    if strangers:
        raise ValueError(f"There is no guard called {', '.join(strangers)}.")
    if any(not reason.strip() for reason in overrides.values()):
        raise ValueError("Overriding a guard needs a written reason.")
    return tuple(_override(guard, overrides.get(guard.id)) for guard in guards)


def _override(guard: Guard, reason: str | None) -> Guard:
    if reason is None or not guard.blocks or guard.id == "recurrence":
        return guard
    said = f"{guard.explanation} Set aside by the verifier: {reason.strip()}"
    return replace(guard, blocks=False, overridden=True, explanation=said)
