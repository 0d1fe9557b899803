"""Early warning: which signs there are that a customer is about to leave, each as a sentence with its numbers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from wellheard.customers.buying.adding_up import Sums
from wellheard.customers.buying.money import money
from wellheard.customers.models import Lifecycle, Proposal

WARNS_FROM = 2
"""Points from which a customer is on the list."""
AT_RISK_FROM = 4
LOST_AFTER = 365
"""Days without an order after which nobody is warned of any more: they are lost, unless their usual gap is longer."""
SHORTEST = 14
UNHAPPY = 6
"""The highest recommendation (0 to 10) that counts as unhappy."""


@dataclass(frozen=True)
class Signals:
    """What apps above know of a customer: their last recommendation, open matters, and whether they answer."""

    last_score: int | None = None
    open_matters: int = 0
    is_silent: bool = False


NO_SIGNALS = Signals()


@dataclass(frozen=True)
class Warned:
    """The points, the reasons with theirs, and what is proposed about where the customer stands."""

    points: int = 0
    reasons: tuple[dict[str, Any], ...] = ()
    proposes: str = ""


def is_lost(last_on: date | None, usual_gap: float | None, day: date) -> bool:
    """No order for a year, or for three times the usual gap where that is longer."""
    return last_on is not None and (day - last_on).days > lost_after(usual_gap)


def lost_after(usual_gap: float | None) -> float:
    """Days without an order after which a buyer with this usual gap is lost."""
    return max(LOST_AFTER, 3 * (usual_gap or 0))


def warning_of(sums: Sums, signals: Signals, day: date) -> Warned:
    """The early warning for a buyer on this day; without points for who is lost, or never ordered."""
    if sums.last_on is None:
        return Warned()
    if is_lost(sums.last_on, sums.usual_gap, day):
        return Warned(proposes=_proposal_for_lost(sums))
    reasons = [each for each in (_gap(sums, day), _falling(sums), *_heard(signals)) if each]
    points = sum(each["points"] for each in reasons)
    if points < WARNS_FROM:
        return Warned(proposes=_proposal_without_warning(sums))
    proposes = _proposal_without_warning(sums)
    if not proposes and points >= AT_RISK_FROM and sums.lifecycle in (Lifecycle.ACTIVE, Lifecycle.WON_BACK):
        proposes = Proposal.AT_RISK.value
    return Warned(points, tuple(sorted(reasons, key=lambda each: -each["points"])), proposes)


def _gap(sums: Sums, day: date) -> dict[str, Any] | None:
    gap, last = sums.usual_gap, sums.last_on
    if not gap or last is None:
        return None
    since = (day - last).days
    ratio = since / gap
    if since < SHORTEST or ratio <= 1.5:
        return None
    points = 3 if ratio > 3 else 2 if ratio > 2 else 1
    words = f"Usually orders every {_days(gap)}; the last order is {_days(since)} ago, {ratio:.1f} times as long."
    return {"rule": "gap", "points": points, "words": words}


def _falling(sums: Sums) -> dict[str, Any] | None:
    before, now = sums.amount_before, sums.amount_12
    if sums.orders_before < 2 or before <= 0 or now >= before * Decimal("0.7"):
        return None
    less = 100 - int(100 * max(now, Decimal()) / before)
    words = (
        f"Bought for {money(now, sums.currency)} in the last 12 months and for {money(before, sums.currency)} "
        f"in the 12 before: {less} % less."
    )
    return {"rule": "falling", "points": 2 if now < before / 2 else 1, "words": words}


def _heard(signals: Signals) -> list[dict[str, Any]]:
    found = []
    if signals.last_score is not None and signals.last_score <= UNHAPPY:
        words = f"Gave {signals.last_score} of 10 when last asked whether they would recommend us."
        found.append({"rule": "score", "points": 2, "words": words})
    if signals.open_matters:
        number = signals.open_matters
        words = "One complaint or request is open." if number == 1 else f"{number} complaints or requests are open."
        found.append({"rule": "open", "points": min(number, 2), "words": words})
    if signals.is_silent:
        words = "Has answered no survey for 12 months."
        found.append({"rule": "silent", "points": 1, "words": words})
    return found


def _proposal_for_lost(sums: Sums) -> str:
    return "" if sums.lifecycle in ("", Lifecycle.LOST, Lifecycle.PROSPECT) else Proposal.LOST.value


def _proposal_without_warning(sums: Sums) -> str:
    """Who was lost and ordered again since is won back."""
    if sums.lifecycle != Lifecycle.LOST or sums.last_on is None:
        return ""
    return Proposal.WON_BACK.value if sums.lifecycle_since and sums.last_on > sums.lifecycle_since else ""


def _days(number: float) -> str:
    return "1 day" if round(number) == 1 else f"{round(number)} days"
