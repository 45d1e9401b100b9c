"""Odds of a peak year."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from carbonpeak.analysis.odds import peak_odds, resampled
from carbonpeak.errors import ResultError

YEARS = [2020, 2021, 2022, 2023]
PATHS = np.array(
    [[1.0, 3.0, 2.0, 1.0], [1.0, 2.0, 3.0, 1.0], [4.0, 3.0, 2.0, 1.0], [1.0, 2.0, 3.0, 4.0]]
)


def test_each_path_is_counted_once_and_edges_stand_apart() -> None:
    odds = peak_odds(PATHS, YEARS)
    assert odds.years == (2021, 2022)
    assert odds.shares == (0.25, 0.25)
    assert (odds.before, odds.not_yet, odds.draws) == (0.25, 0.25, 4)
    assert odds.before + odds.not_yet + sum(odds.shares) == 1.0


def test_peaked_by_a_year_counts_those_that_fell_from_the_start() -> None:
    odds = peak_odds(PATHS, YEARS)
    assert [odds.by(year) for year in (2020, 2021, 2022)] == [0.25, 0.5, 0.75]
    assert odds.quantile(0.5) == 2021
    assert odds.quantile(0.9) is None


def test_the_last_year_is_never_a_known_peak() -> None:
    with pytest.raises(ResultError, match="a peak is known up to 2022, not 2023"):
        peak_odds(PATHS, YEARS).by(2023)


def test_a_labelled_array_brings_its_years() -> None:
    labelled = xr.DataArray(PATHS.T, dims=("year", "draw"), coords={"year": YEARS})
    assert peak_odds(labelled) == peak_odds(PATHS, YEARS)


def series(values: list[float]) -> xr.DataArray:
    years = list(range(2010, 2010 + len(values)))
    return xr.DataArray(values, dims="year", coords={"year": years}, attrs={"units": "t/year"})


def test_odds_of_no_path_are_refused() -> None:
    with pytest.raises(ResultError, match="give at least one path"):
        peak_odds(np.empty((0, len(YEARS))), YEARS)


def test_a_path_without_noise_is_its_own_resample() -> None:
    smooth = series((np.exp(0.02 * np.arange(12)) * 100).tolist())
    found = resampled(smooth, seed=1, draws=20)
    assert found.values == pytest.approx(np.tile(smooth.values, (20, 1)))
    assert found.attrs == {"units": "t/year"}


def test_noise_is_drawn_from_the_series_itself() -> None:
    values = [100.0, 108.0, 103.0, 115.0, 111.0, 118.0, 109.0, 112.0, 104.0, 107.0]
    log = np.log(values)
    spans = [1, 3, 5, 5, 5, 5, 5, 5, 3, 1]
    smooth = np.array([log[at - n // 2 : at + n // 2 + 1].mean() for at, n in enumerate(spans)])
    found = np.log(resampled(series(values), seed=4, draws=500, block=1).values) - smooth
    known = np.sort(log - smooth)
    nearest = known[np.abs(found[..., None] - known).argmin(axis=-1)]
    assert found == pytest.approx(nearest, abs=1e-12)
    assert len(np.unique(np.round(found, 9))) == len(np.unique(np.round(known, 9)))


def test_the_seed_decides() -> None:
    values = series([100.0, 108.0, 103.0, 115.0, 111.0, 118.0, 109.0])
    first, again = resampled(values, seed=2), resampled(values, seed=2)
    xr.testing.assert_identical(first, again)
    assert not np.array_equal(first.values, resampled(values, seed=3).values)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0, -1.0, 2.0], {}, "positive numbers"),
        ([1.0] * 6, {"window": 4}, "an odd window"),
        ([1.0] * 6, {"block": 7}, "a block from 1 to 6"),
    ],
)
def test_what_cannot_be_resampled_is_refused(
    values: list[float], options: dict[str, int], message: str
) -> None:
    with pytest.raises(ResultError, match=message):
        resampled(series(values), seed=1, **options)
