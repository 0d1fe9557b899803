"""Groups of alike rows (k-means), with how clear and how stable they are. Numbers in, numbers out; the same ones each time.

Every column is made comparable first. Where it is asked for, its logarithm is taken (log1p of the size, with its sign kept);
what lies below the first or above the last hundredth counts as these (winsorised: otherwise one giant would be a group of
its own); then its mean becomes 0 and its standard deviation 1.

The silhouette (Rousseeuw 1987) says how clearly the groups lie apart, from −1 to 1. The stability is the mean adjusted Rand
index (Hubert and Arabie 1985) between the groups and those found anew in bootstrap samples: 1 when every sample gives the
same groups, about 0 when they agree no more than by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SEED = 20_260_101
EDGES = (1, 99)
SAMPLES = 20
SAMPLE_ROWS = 2_000
STARTS = 4
FEWEST_ROWS = 30
Matrix = Any


@dataclass(frozen=True)
class Scale:
    """How each column is made comparable; kept with the groups, so that a later row is measured by the same rule.

    `logs`: is the logarithm taken? The others are in the unit of the column, or of its logarithm: the edges beyond which
    a value counts as the edge, the mean and the standard deviation between them.
    """

    logs: tuple[bool, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    middles: tuple[float, ...]
    spreads: tuple[float, ...]

    def apply(self, rows: Sequence[Sequence[float]] | Matrix) -> Matrix:
        """The rows in comparable units."""
        values = _logged(np.asarray(rows, dtype=float).reshape(-1, len(self.logs)), self.logs)
        within = np.clip(values, np.array(self.lows), np.array(self.highs))
        return (within - np.array(self.middles)) / np.array(self.spreads)


@dataclass(frozen=True)
class Groups:
    """The groups found, the largest first. `labels` gives each row's group, `centres` their middles in comparable units.

    `silhouette` is None when it can't be told (every row alike); `stability` likewise.
    """

    labels: tuple[int, ...]
    centres: tuple[tuple[float, ...], ...]
    sizes: tuple[int, ...]
    silhouette: float | None
    stability: float | None


def _logged(values: Matrix, logs: Sequence[bool]) -> Matrix:
    logged = np.sign(values) * np.log1p(np.abs(values))
    return np.where(np.array(logs, dtype=bool), logged, values)


def scale_of(rows: Sequence[Sequence[float]], logs: Sequence[bool]) -> Scale:
    """The scale of these rows. A column without any spread keeps its unit: it parts nobody from anybody."""
    values = _logged(np.asarray(rows, dtype=float).reshape(-1, len(logs)), logs)
    # The nearest value inside of the edge: between two values of a small column the giant would still have its say.
    lows = np.percentile(values, EDGES[0], axis=0, method="higher")
    highs = np.percentile(values, EDGES[1], axis=0, method="lower")
    within = np.clip(values, lows, highs)
    deviations = within.std(axis=0)
    spreads = np.where(deviations > 1e-12, deviations, 1.0)
    numbers = ([float(each) for each in column] for column in (lows, highs, within.mean(axis=0), spreads))
    return Scale(tuple(bool(each) for each in logs), *(tuple(column) for column in numbers))


def is_skewed(values: Sequence[float]) -> bool:
    """Would a logarithm help? Yes when nothing lies below 0 and the mean lies well above the median."""
    numbers = np.asarray(values, dtype=float)
    if numbers.size < 3 or numbers.min() < 0:
        return False
    deviation = float(numbers.std())
    return deviation > 0 and float(numbers.mean() - np.median(numbers)) > 0.2 * deviation


def find_groups(points: Matrix, k: int) -> Groups:
    """`k` groups of rows in comparable units. Raises ValueError when there are too few rows, or too few different ones."""
    points = np.asarray(points, dtype=float)
    if len(points) < max(FEWEST_ROWS, k):
        raise ValueError(f"{len(points)} rows are too few for groups; {FEWEST_ROWS} is the least.")
    if len(np.unique(points, axis=0)) < k:
        raise ValueError(f"There are fewer than {k} different rows.")
    # scikit-learn takes a second to load, which nobody waits for who looks for no groups.
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    # Threads that wait for one another on a busy machine take many times as long as one, and may sum in another order.
    with threadpool_limits(1):
        return _found(KMeans(k, n_init=STARTS, random_state=SEED).fit(points), points, k)


def _found(model: Any, points: Matrix, k: int) -> Groups:
    order = _largest_first(model.labels_, model.cluster_centers_)
    labels = np.argsort(order)[model.labels_]
    centres = model.cluster_centers_[order]
    sizes = np.bincount(labels, minlength=k)
    return Groups(
        tuple(int(each) for each in labels),
        tuple(tuple(float(each) for each in centre) for centre in centres),
        tuple(int(each) for each in sizes),
        _silhouette(points, labels),
        _stability(points, labels, k),
    )


def nearest(points: Matrix, centres: Sequence[Sequence[float]]) -> list[int]:
    """The place of the centre that each row lies nearest to; the first of those as near."""
    middles = np.asarray(centres, dtype=float)
    if not len(points):
        return []
    distances = ((np.asarray(points, dtype=float)[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2)
    return [int(each) for each in distances.argmin(axis=1)]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """A quarter, half and three quarters of the values are at most these."""
    low, middle, high = np.percentile(np.asarray(values, dtype=float), [25, 50, 75])
    return float(low), float(middle), float(high)


def _largest_first(labels: Matrix, centres: Matrix) -> Matrix:
    sizes = np.bincount(labels, minlength=len(centres))
    return np.array(sorted(range(len(centres)), key=lambda each: (-sizes[each], tuple(centres[each]))))


def _silhouette(points: Matrix, labels: Matrix) -> float | None:
    from sklearn.metrics import silhouette_score

    if len(set(labels.tolist())) < 2 or len(points) <= len(set(labels.tolist())):
        return None
    if len(points) <= SAMPLE_ROWS:
        return float(silhouette_score(points, labels))
    chosen = np.random.default_rng(SEED).choice(len(points), SAMPLE_ROWS, replace=False)
    if len(set(labels[chosen].tolist())) < 2:
        return None
    return float(silhouette_score(points[chosen], labels[chosen]))


def _stability(points: Matrix, labels: Matrix, k: int) -> float | None:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    random = np.random.default_rng(SEED)
    agreements = []
    for turn in range(SAMPLES):
        sample = points[random.integers(0, len(points), min(len(points), SAMPLE_ROWS))]
        if len(np.unique(sample, axis=0)) < k:
            continue
        again = KMeans(k, n_init=3, random_state=SEED + turn).fit(sample)
        agreements.append(adjusted_rand_score(labels, again.predict(points)))
    return float(np.mean(agreements)) if agreements else None
