"""Groups in the data: found where there are some, said to be doubtful where there are none, the same ones each time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellheard.ground.clusters import find_groups, is_skewed, nearest, quartiles, scale_of


def three_clouds(number: int = 60) -> list[list[float]]:
    random = np.random.default_rng(7)
    middles = [(0.0, 0.0), (10.0, 0.0), (0.0, 12.0)]
    sizes = [number, number // 2, number // 3]
    rows = [random.normal(middle, 0.5, (size, 2)) for middle, size in zip(middles, sizes, strict=True)]
    return [[float(value) for value in row] for row in np.concatenate(rows)]


def test_three_clouds_are_three_groups_the_largest_first():
    rows = three_clouds()
    scale = scale_of(rows, [False, False])

    groups = find_groups(scale.apply(rows), 3)

    assert groups.sizes == (60, 30, 20)
    assert groups.labels == tuple([0] * 60 + [1] * 30 + [2] * 20)
    assert groups.silhouette is not None
    assert groups.silhouette > 0.8
    assert groups.stability == 1.0


def test_the_right_number_of_groups_stands_out():
    rows = three_clouds()
    points = scale_of(rows, [False, False]).apply(rows)

    clearness = {k: find_groups(points, k).silhouette or 0 for k in range(2, 7)}

    assert max(clearness, key=lambda k: clearness[k]) == 3


def test_noise_has_no_stable_groups():
    noise = np.random.default_rng(3).normal(size=(400, 4))

    groups = find_groups(noise, 5)

    assert groups.stability is not None
    assert groups.silhouette is not None
    assert groups.stability < 0.6
    assert groups.silhouette < 0.25


def test_the_same_data_give_the_same_groups():
    points = np.random.default_rng(3).normal(size=(3_000, 3))

    assert find_groups(points, 4) == find_groups(points, 4)


def test_one_giant_is_no_group_of_its_own():
    rows = [[float(each)] for each in range(100)] + [[1e9]]
    scale = scale_of(rows, [False])

    groups = find_groups(scale.apply(rows), 2)

    assert float(scale.apply(rows).max()) < 2
    assert min(groups.sizes) > 1


def test_a_logarithm_keeps_the_sign_and_a_column_without_spread_parts_nobody():
    rows = [[-100.0, 5.0], [0.0, 5.0], [100.0, 5.0]]
    scale = scale_of(rows, [True, False])
    points = scale.apply(rows)

    assert points[:, 0].tolist() == [-points[2, 0], 0.0, points[2, 0]]
    assert points[:, 1].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("rows", "k"), [([], 2), ([[1.0]] * 29, 2), ([[1.0]] * 100, 2), ([[1.0], [2.0]] * 50, 3)])
def test_too_few_or_too_like_rows_are_refused(rows: list[list[float]], k: int):
    with pytest.raises(ValueError, match="few"):
        find_groups(np.array(rows).reshape(-1, 1), k)


def test_whoever_comes_later_joins_the_nearest():
    assert nearest(np.array([[0.1, 0.0], [9.0, 9.0], [5.0, 5.0]]), [(0.0, 0.0), (10.0, 10.0)]) == [0, 1, 0]
    assert nearest(np.empty((0, 2)), [(0.0, 0.0)]) == []


def test_skew_is_noticed():
    assert is_skewed([1, 1, 2, 2, 3, 500])
    assert not is_skewed([1, 2, 3, 4, 5])
    assert not is_skewed([-500, 1, 1, 2, 2, 3])
    assert not is_skewed([])


def test_quartiles_are_those_of_r_type_7():
    assert quartiles([1, 2, 3, 4]) == (1.75, 2.5, 3.25)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=2), min_size=3, max_size=40), st.booleans())
def test_every_scale_is_finite(rows: list[list[float]], logs: bool):
    points = scale_of(rows, [logs, not logs]).apply(rows)

    assert np.isfinite(points).all()
