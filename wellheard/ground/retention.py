"""Do customers come back, and what are they worth? Repeat rate, cohorts, customer lifetime value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from wellheard.ground.comparison import CONFIDENCE, check_confidence
from wellheard.ground.proportions import check_share, wilson

ENOUGH = 10
"""Fewer customers than this say too little for a value."""


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval of the share (fractions of 1); without any, the share is None."""

    x: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        return self.x / self.n if self.n else None


def share_of(x: int, n: int, confidence: float = CONFIDENCE) -> Share:
    """The share x of n with Wilson's interval. Raises ValueError unless 0 <= x <= n."""
    return Share(x, n, *wilson(x, n, confidence))


@dataclass(frozen=True)
class CohortRow:
    """Customers whose first order lies in one period: how many there are, and the share that ordered `age` periods later.

    `shares[0]` is all of them. Ages that are not over yet are left out.
    """

    cohort: str
    size: int
    shares: tuple[Share, ...]


def cohort_rows(counts: Mapping[tuple[str, int], int], last_age: Mapping[str, int]) -> list[CohortRow]:
    """A row for each cohort, the earliest first. `counts` gives customers by (cohort, age); ages without any are missing.

    `last_age` says for each cohort which age is over: what is not can still grow and would look like a loss.
    """
    rows = []
    for cohort in sorted({name for name, _ in counts}):
        size = counts.get((cohort, 0), 0)
        ages = range(min(last_age.get(cohort, 0), 10_000) + 1)
        rows.append(CohortRow(cohort, size, tuple(share_of(counts.get((cohort, age), 0), size) for age in ages)))
    return rows


def by_age(rows: Iterable[CohortRow]) -> list[Share]:
    """Over all cohorts: the share that ordered 0, 1, 2 … periods after the first, each of those who are that old."""
    found: list[tuple[int, int]] = []
    for row in rows:
        for age, each in enumerate(row.shares):
            if age == len(found):
                found.append((0, 0))
            found[age] = (found[age][0] + each.x, found[age][1] + each.n)
    return [share_of(x, n) for x, n in found]


@dataclass(frozen=True)
class Amount:
    """A mean amount of n customers with its interval; `value` is None without customers, the interval below two."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def mean_amount(total: float, squares: float, n: int, confidence: float = CONFIDENCE) -> Amount:
    """The mean of n amounts, given their sum and the sum of their squares, with Student's t interval."""
    check_confidence(confidence)
    if n == 0:
        return Amount(None, None, None, 0)
    mean = total / n
    if n == 1:
        return Amount(mean, None, None, 1)
    from scipy.stats import t  # it takes a second to import, which most pages needn't pay

    half = float(t.ppf((1 + confidence) / 2, n - 1)) * sqrt(_variance(total, squares, n) / n)
    return Amount(mean, mean - half, mean + half, n)


@dataclass(frozen=True)
class Lifetime:
    """What a customer is expected to bring from now on, in today's money, and what it was computed from."""

    value: float
    low: float
    high: float
    retention: Share
    yearly: Amount


def expected_lifetime(
    kept: int, of: int, total: float, squares: float, n: int, *, discount: float = 0.1, confidence: float = CONFIDENCE
) -> Lifetime | None:
    """The value of an active customer: m · r / (1 + i − r) (Gupta & Lehmann 2003, J. Interactive Marketing 17:9-24).

    r is the share of the customers of one year who order in the next (`kept` of `of`), m what an active customer orders
    for in a year (n of them, with the sum and the sum of squares), i the yearly discount. Both stay as they are for
    ever: that is the model's weakness. The interval follows from those of r and m by the delta method, r being drawn
    towards a half by Agresti & Coull's two successes and two failures, so that 0 and 100 % have a width too.
    None for fewer than ten customers on either side. Raises ValueError when the numbers contradict each other.
    """
    check_share(kept, of)
    check_confidence(confidence)
    if discount <= 0:
        raise ValueError("The discount is above 0: with none, a customer who always stays is worth endlessly much.")
    if of < ENOUGH or n < ENOUGH:
        return None
    from scipy.stats import norm

    r, m = kept / of, total / n
    softened = (kept + 2) / (of + 4)
    spread_r = sqrt(softened * (1 - softened) / (of + 4))
    spread_m = sqrt(_variance(total, squares, n) / n)
    by_m, by_r = r / (1 + discount - r), m * (1 + discount) / (1 + discount - r) ** 2
    half = float(norm.ppf((1 + confidence) / 2)) * sqrt((by_m * spread_m) ** 2 + (by_r * spread_r) ** 2)
    value = m * by_m
    return Lifetime(
        value,
        max(0.0, value - half),
        value + half,
        share_of(kept, of, confidence),
        mean_amount(total, squares, n, confidence),
    )


def _variance(total: float, squares: float, n: int) -> float:
    """Of a sample; rounding can't bring it below zero."""
    return max(0.0, (squares - total * total / n) / (n - 1)) if n > 1 else 0.0
