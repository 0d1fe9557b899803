"""What a figure looks like, and a difference between two figures: neither ever stands without how sure we are."""

from dataclasses import dataclass, field
from functools import lru_cache

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A figure with the number of answers behind it and its interval.

    `value`, `low` and `high` share one unit, which the function that made the estimate names. All three are None when
    there is no answer; `low` and `high` alone are None when the answers can't say how sure we are.
    """

    value: float | None
    n: int
    low: float | None
    high: float | None
    counts: dict[str, int] = field(default_factory=dict, hash=False)

    @property
    def margin(self) -> float | None:
        """Half the width of the interval, in the unit of the value."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Difference:
    """How far a first figure lies above a second one, in their unit; all None when one of them has no answers."""

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    z: float | None

    @property
    def is_real(self) -> bool:
        """Does the interval leave out zero? If not, pages say "no real change" and show no arrow."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


UNKNOWN_DIFFERENCE = Difference(None, None, None, None, None)


@lru_cache(maxsize=32)
def normal_quantile(confidence: float = CONFIDENCE) -> float:
    """How many standard errors a two-sided interval reaches: 1.959964 for 0.95, never the rounded 1.96."""
    check_confidence(confidence)
    # Imported late: scipy.stats takes about a second, and most pages never ask for an interval.
    from scipy.stats import norm

    return float(norm.ppf((1 + confidence) / 2))


@lru_cache(maxsize=1024)
def t_quantile(degrees_of_freedom: float, confidence: float = CONFIDENCE) -> float:
    """The same for Student's t: wider, because the spread itself was estimated from few values."""
    check_confidence(confidence)
    # Imported late, as above.
    from scipy.stats import t

    return float(t.ppf((1 + confidence) / 2, degrees_of_freedom))


@lru_cache(maxsize=4096)
def two_sided_p(z: float) -> float:
    """The chance of a z at least this far from zero when nothing differs."""
    # Imported late, as above.
    from scipy.stats import norm

    return float(2 * norm.sf(abs(z)))


def check_confidence(confidence: float) -> None:
    """Raise ValueError unless the confidence is a share between 0 and 1, both left out."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not {confidence}.")
