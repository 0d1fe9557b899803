"""From effect and guards to a word.

The decision table. "Gain" is the effect turned so that above zero is better; the interval is that of 95 %.

| follow-up | interval and estimate | guards | verdict |
|---|---|---|---|
| still running | any | any | cannot tell, ask again when it ends |
| over | wholly on the wrong side of no change | definition and trend don't block | worse |
| over | any other, or the definition changed | the same cause came back | not effective |
| over | nothing to compare, or the definition changed | | cannot tell |
| over | any | trend blocks: the answer depends on the trend before | cannot tell: it was moving already |
| over | wholly better than no change, estimate reaches the minimum | none blocks | effective |
| over | the same | one blocks | cannot tell, unless the verifier sets it aside in writing |
| over | even its best end falls short of the minimum | | not effective |
| over | none of these: too wide | | cannot tell, ask again when more could settle it |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt

from wellheard.ground import poisson
from wellheard.ground.effectiveness import words
from wellheard.ground.effectiveness.effect import Effect
from wellheard.ground.effectiveness.guards import Facts
from wellheard.ground.effectiveness.plan import Plan, periods_in
from wellheard.ground.effectiveness.verdict import Guard, Word
from wellheard.ground.effectiveness.windows import Windows

# How far ahead we look for the period in which the question could be settled.
MOST_EXTRA_PERIODS = 36


@dataclass(frozen=True)
class Decision:
    """The word, why in one sentence, and how many periods later to ask again (0: when the follow-up has ended)."""

    word: Word
    reason: str
    extra_periods: int | None = None


def decide(facts: Facts, guards: Sequence[Guard]) -> Decision:
    """The word by the decision table of this module."""
    plan, effect = facts.plan, facts.effect
    blocking = {guard.id: guard for guard in guards if guard.blocks}
    if not facts.windows.is_over:
        known = " The same cause has come back already." if facts.recurrences else ""
        return Decision("cannot_tell", f"The follow-up is still running.{known}", 0)
    comparable = effect is not None and "definition" not in blocking
    low, high = sorted((plan.gain(effect.low), plan.gain(effect.high))) if effect is not None else (-inf, inf)
    if comparable and high < 0 and "trend" not in blocking:
        return Decision("worse", "That is a real change for the worse.")
    if facts.recurrences:
        return Decision("not_effective", blocking["recurrence"].explanation)
    window = _periods_in_follow_up(facts)
    if not comparable or effect is None:
        changed = blocking.get("definition")
        return Decision("cannot_tell", changed.explanation if changed else "There is nothing to compare.", window)
    if "trend" in blocking:
        return Decision("cannot_tell", blocking["trend"].explanation, window)
    agreed = f"We had agreed that {words.worthwhile(plan)} would be worth it"
    if low > 0 and plan.gain(effect.value) >= plan.worthwhile_gain:
        if not blocking:
            return Decision("effective", f"{agreed}: it worked.")
        doubts = " ".join(guard.explanation for guard in blocking.values())
        return Decision("cannot_tell", f"That would be enough, but something else may explain it. {doubts}", window)
    if high < plan.worthwhile_gain:
        return Decision("not_effective", f"{agreed}, and the measurements rule that out.")
    return _too_wide(facts, effect, agreed, low, window)


def _too_wide(facts: Facts, effect: Effect, agreed: str, low: float, window: int) -> Decision:
    better = "It did get better, but whether by enough is open" if low > 0 else "The measurements allow no answer yet"
    needed = periods_needed(facts.plan, facts.windows, effect)
    if needed is None:
        hint = "Measurements like these won't settle it within years; think of a measure that moves sooner."
        return Decision("cannot_tell", f"{agreed}. {better}. {hint}", window)
    more = "1 more period" if needed == 1 else f"{needed} more periods"
    return Decision("cannot_tell", f"{agreed}. {better}; a follow-up with {more} like these could settle it.", needed)


def periods_needed(plan: Plan, windows: Windows, effect: Effect) -> int | None:
    """How many more periods of follow-up would settle it if all goes on as it did; None when 36 wouldn't."""
    n = len(windows.follow_up)
    if effect.method.id == "zero_events":
        return _silence_needed(windows, effect)
    middle = plan.gain(effect.value)
    low, high = sorted((plan.gain(effect.low), plan.gain(effect.high)))
    whole = effect.before_variance + effect.after_variance
    if not all(map(isfinite, (middle, low, high, whole))) or whole == 0:
        return None
    for extra in range(1, MOST_EXTRA_PERIODS + 1):
        shrink = sqrt((effect.before_variance + effect.after_variance * n / (n + extra)) / whole)
        future_low, future_high = middle - shrink * (middle - low), middle + shrink * (high - middle)
        works = future_low > 0 and middle >= plan.worthwhile_gain
        if works or future_high < plan.worthwhile_gain:
            return extra
    return None


def _silence_needed(windows: Windows, effect: Effect) -> int | None:
    """Periods of further silence until the exact one-sided limit falls below no change."""
    events = 1 / effect.before_variance
    before, after = len(windows.baseline), len(windows.follow_up)
    for extra in range(1, MOST_EXTRA_PERIODS + 1):
        if poisson.exact_rate_ratio(events, before, 0, after + extra, confidence=0.9).high < 1:
            return extra
    return None


def _periods_in_follow_up(facts: Facts) -> int:
    return len(periods_in(facts.plan.follow_up, facts.plan.period))
