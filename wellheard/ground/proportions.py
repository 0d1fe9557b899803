"""Shares of a whole and the difference between two of them; every result here is a fraction between -1 and 1."""

from collections.abc import Sequence

from wellheard.ground.comparison import (
    CONFIDENCE,
    UNKNOWN_DIFFERENCE,
    Difference,
    check_confidence,
    two_sided_p,
)

# statsmodels is imported inside the functions: it takes about a second, which start-up and most pages needn't pay.


def wilson(x: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of the share x of n (Wilson's score interval; Newcombe 1998, Stat. Med. 17:857-872, method 3).

    Of no cases nothing is known: the interval is then the whole from 0 to 1.
    Raises ValueError when x is not between 0 and n.
    """
    check_share(x, n)
    check_confidence(confidence)
    if n == 0:
        return 0.0, 1.0
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(x, n, alpha=1 - confidence, method="wilson")
    # Rounding can leave the interval a hair outside 0 and 1, or beside the share itself, when x is 0 or n.
    return min(max(0.0, float(low)), x / n), max(min(1.0, float(high)), x / n)


def difference(x1: float, n1: float, x2: float, n2: float, confidence: float = CONFIDENCE) -> Difference:
    """How much larger the first share is than the second.

    Interval: hybrid score (Newcombe 1998, Stat. Med. 17:873-890, method 10). z and p: pooled two-proportion test.
    Raises ValueError when an x is not between 0 and its n.
    """
    check_share(x1, n1)
    check_share(x2, n2)
    check_confidence(confidence)
    if n1 == 0 or n2 == 0:
        return UNKNOWN_DIFFERENCE
    from statsmodels.stats.proportion import confint_proportions_2indep

    value = x1 / n1 - x2 / n2
    low, high = confint_proportions_2indep(x1, n1, x2, n2, compare="diff", method="newcomb", alpha=1 - confidence)
    z = _pooled_z(x1, n1, x2, n2)
    return Difference(value, max(-1.0, min(float(low), value)), min(1.0, max(float(high), value)), two_sided_p(z), z)


def benjamini_hochberg(p_values: Sequence[float], alpha: float = 0.05) -> tuple[bool, ...]:
    """For each p-value whether it still counts as found when this many were looked at (Benjamini & Hochberg 1995).

    Among those that count, the expected share of false ones is at most alpha. The order is that of the input.
    """
    if not p_values:
        return ()
    from statsmodels.stats.multitest import multipletests

    return tuple(bool(found) for found in multipletests(list(p_values), alpha=alpha, method="fdr_bh")[0])


def check_share(x: float, n: float) -> None:
    """Raise ValueError unless 0 <= x <= n."""
    if not 0 <= x <= n:
        raise ValueError(f"A share needs 0 <= x <= n, not {x} of {n}.")


def _pooled_z(x1: float, n1: float, x2: float, n2: float) -> float:
    from statsmodels.stats.proportion import proportions_ztest

    # All or none on both sides: the pooled standard error is zero, and so is the difference.
    if x1 + x2 in (0, n1 + n2):
        return 0.0
    z, _ = proportions_ztest([x1, x2], [n1, n2])
    return float(z)
