"""Trends after a peak, and decoupling of emissions from output."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from carbonpeak.analysis.decoupling import Decoupling, decoupling, state_of
from carbonpeak.analysis.trend import mann_kendall
from carbonpeak.errors import ResultError


def test_a_straight_line_of_a_hundred_values() -> None:
    """Published with MannKendall.jl, test/runtests.jl (github.com/mmhs013/MannKendall.jl)."""
    found = mann_kendall(np.arange(1, 101))
    assert found.score == 4950
    assert found.variance == pytest.approx(112750.0)
    assert found.z == pytest.approx(14.73869998208331)
    assert found.slope == 1.0
    assert found.direction() == "rising"


def test_ties_lower_the_variance_by_hand() -> None:
    found = mann_kendall([1, 2, 2, 3, 5])
    assert found.score == 9
    assert found.variance / found.correction == pytest.approx((5 * 4 * 15 - 2 * 1 * 9) / 18)


def test_a_constant_series_has_no_trend() -> None:
    found = mann_kendall(np.full(8, 3.0))
    assert (found.score, found.z, found.p, found.slope) == (0, 0.0, 1.0, 0.0)
    assert found.direction() == "none"


def test_autocorrelation_makes_a_trend_less_certain() -> None:
    """Hamed and Rao's point: positive autocorrelation inflates the variance of the score."""
    noise = np.random.default_rng(3).normal(size=200)
    walk = np.empty(200)
    walk[0] = noise[0]
    for step in range(1, 200):
        walk[step] = 0.7 * walk[step - 1] + noise[step]
    assert mann_kendall(walk).correction > 1.5
    plain = np.array([mann_kendall(row).correction for row in noise.reshape(5, 40)])
    assert np.abs(plain - 1).max() < 1.0


def test_a_correction_that_leaves_no_variance_leaves_no_verdict() -> None:
    """Every other year swings back, so the sum of the autocorrelations falls below -1/2."""
    found = mann_kendall([0.0, -8.0, -7.0, -16.0, -16.0, -29.0, -29.0, -35.0])
    assert found.correction < 0
    assert np.isnan([found.z, found.p]).all()
    assert found.direction() == "unknown"


def test_a_falling_series_is_the_mirror_of_a_rising_one() -> None:
    values = np.array([1.0, 4.0, 2.0, 6.0, 5.0, 8.0, 9.0])
    up, down = mann_kendall(values), mann_kendall(-values)
    assert (down.score, down.z, down.slope) == (-up.score, -up.z, -up.slope)
    assert down.direction() == "falling"


@pytest.mark.parametrize("series", [[1.0, 2.0, 3.0], [1.0, np.nan, 2.0, 3.0], [[1.0, 2.0]] * 4])
def test_what_is_no_series_is_refused(series: object) -> None:
    with pytest.raises(ResultError, match="at least 4 numbers"):
        mann_kendall(series)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("emissions", "output", "state"),
    [
        (-1.0, 5.0, Decoupling.STRONG_DECOUPLING),
        (0.0, 5.0, Decoupling.STRONG_DECOUPLING),
        (3.9, 5.0, Decoupling.WEAK_DECOUPLING),
        (4.0, 5.0, Decoupling.EXPANSIVE_COUPLING),
        (6.0, 5.0, Decoupling.EXPANSIVE_COUPLING),
        (6.1, 5.0, Decoupling.EXPANSIVE_NEGATIVE_DECOUPLING),
        (1.0, -5.0, Decoupling.STRONG_NEGATIVE_DECOUPLING),
        (-3.9, -5.0, Decoupling.WEAK_NEGATIVE_DECOUPLING),
        (-5.0, -5.0, Decoupling.RECESSIVE_COUPLING),
        (-6.1, -5.0, Decoupling.RECESSIVE_DECOUPLING),
    ],
)
def test_the_eight_states_and_their_bounds(
    emissions: float, output: float, state: Decoupling
) -> None:
    """Tapio 2005, figure 1: bounds at elasticities of 0, 0.8 and 1.2."""
    assert state_of(emissions, output) is state


def series(values: list[float]) -> xr.DataArray:
    years = range(2018, 2018 + len(values))
    return xr.DataArray(values, dims="year", coords={"year": list(years)}, name="series")


def test_elasticity_compares_years_a_span_apart() -> None:
    found = decoupling(series([100, 104, 103]), series([100, 105, 110]), span=2)
    assert found["elasticity"].values == pytest.approx([0.3])
    assert found["state"].values.tolist() == ["weak_decoupling"]
    assert found["year"].values.tolist() == [2020]


def test_output_that_rests_has_no_elasticity() -> None:
    with pytest.raises(ResultError, match="does not change up to 2019"):
        decoupling(series([100, 101]), series([100, 100]))
    with pytest.raises(ResultError, match="positive numbers"):
        decoupling(series([100, -1]), series([100, 110]))
    with pytest.raises(ResultError, match="expected 1 to 1"):
        decoupling(series([100, 101]), series([100, 110]), span=2)
