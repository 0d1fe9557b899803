"""Interrupted time series. Published values: Lopez Bernal, Cummins & Gasparrini, Int. J. Epidemiology 2017;46:348-355."""

import csv
import os
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy
import pytest

from wellheard.ground.effectiveness import its_rate_ratio

SICILY = os.environ.get("WELLHEARD_SICILY_CSV", "")

# Made once with a known truth: rate 0.05 rising 1 % a period, times 0.7 from period 20 on; rounded, so without noise.
EXPOSURES = [2000.0 + 40 * (i % 5) for i in range(36)]
SMOOTH = [round(0.05 * 1.01**i * (0.7 if i >= 20 else 1) * EXPOSURES[i]) for i in range(36)]


@pytest.mark.skipif(not SICILY, reason="the data carry no licence to pass on; WELLHEARD_SICILY_CSV=file runs this")
def test_the_sicilian_smoking_ban_gives_the_published_values():
    with Path(SICILY).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    counts, people = [int(row["aces"]) for row in rows], [float(row["stdpop"]) for row in rows]

    plain = its_rate_ratio(counts, people, 36, dispersion="poisson")
    quasi = its_rate_ratio(counts, people, 36)
    seasonal = its_rate_ratio(counts, people, 36, harmonics=2)
    bent = its_rate_ratio(counts, people, 36, harmonics=2, slope_change=True)

    assert (plain.value, plain.low, plain.high) == pytest.approx((0.894377, 0.8647, 0.9251), abs=5e-5)
    assert (plain.p, plain.trend) == pytest.approx((9.13e-11, 1.004957), rel=1e-3)
    assert (quasi.value, quasi.low, quasi.high) == pytest.approx((0.894377, 0.8392, 0.9532), abs=5e-5)
    assert (quasi.dispersion, quasi.p) == pytest.approx((3.5592, 5.92e-04), rel=1e-3)
    assert (seasonal.value, seasonal.low, seasonal.high) == pytest.approx((0.885072, 0.8394, 0.9332), abs=5e-5)
    assert seasonal.dispersion == pytest.approx(2.262183, rel=1e-6)
    assert bent.slope_change_p == pytest.approx(0.424, abs=5e-4)


def test_a_known_step_on_a_known_trend_is_found():
    found = its_rate_ratio(SMOOTH, EXPOSURES, 20)

    assert (found.value, found.trend) == pytest.approx((0.7, 1.01), rel=0.005)
    assert found.low < 0.7 < found.high
    assert found.slope_change is None


def test_a_known_season_does_not_pass_for_a_step():
    rate = [0.05 * (1 + 0.4 * numpy.sin(2 * numpy.pi * i / 12)) for i in range(36)]
    counts = [round(each * exposure) for each, exposure in zip(rate, EXPOSURES, strict=True)]

    with_season = its_rate_ratio(counts, EXPOSURES, 20, harmonics=2)
    without = its_rate_ratio(counts, EXPOSURES, 20)

    assert with_season.low < 1 < with_season.high
    assert with_season.value == pytest.approx(1, abs=0.02)
    assert without.dispersion > 5 * with_season.dispersion


def test_a_bend_is_told_apart_from_a_step():
    rate = [0.05 * 1.03 ** max(0, i - 19) for i in range(36)]
    counts = [round(each * exposure) for each, exposure in zip(rate, EXPOSURES, strict=True)]

    found: Any = its_rate_ratio(counts, EXPOSURES, 20, slope_change=True)

    assert found.slope_change == pytest.approx(1.03, abs=0.003)
    assert found.slope_change_p < 0.001
    assert found.value == pytest.approx(1.03, abs=0.03)


def test_dispersion_widens_the_interval_by_its_square_root():
    noisy = [count + (15 if i % 3 == 0 else -8) for i, count in enumerate(SMOOTH)]

    quasi = its_rate_ratio(noisy, EXPOSURES, 20)
    plain = its_rate_ratio(noisy, EXPOSURES, 20, dispersion="poisson")

    assert quasi.value == pytest.approx(plain.value)
    wider = (log(quasi.high) - log(quasi.low)) / (log(plain.high) - log(plain.low))
    assert wider == pytest.approx(sqrt(quasi.dispersion))
    assert quasi.dispersion > 1


@pytest.mark.parametrize(("counts", "start"), [([1, 2, 3], 0), ([1, 2, 3], 3), ([0] * 8, 4), ([3, 4], 1)])
def test_what_cannot_be_fitted_is_refused(counts, start):
    with pytest.raises(ValueError, match=r"inside the series|too few"):
        its_rate_ratio(counts, [1.0] * len(counts), start)
