"""Buying behaviour by recency, frequency and amount (RFM): limits between scores, and scores.

The rule is that of the R package rfm (`rfm_table_order`; Hebbali 2021): limits are quantiles (type 7), a value scores
one more for each limit that it exceeds (`x > q`: at the limit the lower score), and recency is turned round, since few
days since the last order are good.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

BINS = 5


@dataclass(frozen=True)
class Limits:
    """Between the scores: days since the last order, number of orders, amount; each upwards, without repetition."""

    recency: tuple[float, ...]
    orders: tuple[float, ...]
    amount: tuple[float, ...]


@dataclass(frozen=True)
class Scores:
    """1 is the lowest; the highest is one more than there are limits."""

    r: int
    f: int
    m: int


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile of values in ascending order, type 7 of Hyndman & Fan 1996, Am. Stat. 50:361-365 (R's default).

    Raises ValueError without values, or when the share is not between 0 and 1.
    """
    if not ordered or not 0 <= share <= 1:
        raise ValueError("A quantile needs values, and a share from 0 to 1.")
    place = (len(ordered) - 1) * share
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low]) + (place - low) * (float(ordered[high]) - float(ordered[low]))


def limits_between(values: Sequence[float], bins: int = BINS) -> tuple[float, ...]:
    """The limits that part the values into as many groups of about the same size as there are bins.

    Values that repeat can't be parted: a limit that has the same values below it as the one before is left out, and so
    is one with all of them below, so there are fewer groups then. No values have no limits. Raises ValueError for fewer
    than two bins.
    """
    if bins < 2:
        raise ValueError("There are at least two bins.")
    if not values:
        return ()
    ordered = sorted(values)
    limits: list[float] = []
    below = 0
    for number in range(1, bins):
        limit = round(quantile(ordered, number / bins), 10)
        now_below = bisect_right(ordered, limit)
        if below < now_below < len(ordered):
            limits.append(limit)
            below = now_below
    return tuple(limits)


def limits_of(recency: Sequence[float], orders: Sequence[float], amount: Sequence[float], bins: int = BINS) -> Limits:
    """The limits for these customers: one value each in the three lists."""
    return Limits(limits_between(recency, bins), limits_between(orders, bins), limits_between(amount, bins))


def score(value: float, limits: Sequence[float]) -> int:
    """One, and one more for each limit that the value exceeds."""
    return 1 + bisect_left(limits, value)


def scores_of(recency: float, orders: float, amount: float, limits: Limits) -> Scores:
    """The three scores of a customer: `recency` in days, number of `orders`, `amount` in one currency."""
    highest = len(limits.recency) + 1
    return Scores(
        highest + 1 - score(recency, limits.recency), score(orders, limits.orders), score(amount, limits.amount)
    )
