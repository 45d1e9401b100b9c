"""How sure a peak year is: its odds over an ensemble or over resampled noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak.analysis.peak import peak_year
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PeakOdds:
    """The distribution of the peak year over many paths.

    Attributes
    ----------
    years : tuple of int
        Every year but the first and the last.
    shares : tuple of float
        Share of the paths that are highest in each of them.
    before : float
        Share of the paths that are highest in the first year: they peaked then or before.
    not_yet : float
        Share of the paths that are highest in the last year: no peak by then.
    draws : int
        Number of paths.
    """

    years: tuple[int, ...]
    shares: tuple[float, ...]
    before: float
    not_yet: float
    draws: int

    def by(self, year: int) -> float:
        """Return the share of paths whose peak lies in a year or earlier.

        Raises
        ------
        ResultError
            When the paths end too early to tell.
        """
        if year > self.years[-1]:
            raise ResultError(
                f"the paths end in {self.years[-1] + 1}, so a peak is known up to "
                f"{self.years[-1]}, not {year}; extend the horizon"
            )
        known = zip(self.years, self.shares, strict=True)
        return self.before + sum(share for when, share in known if when <= year)

    def quantile(self, share: float) -> int | None:
        """Return the first year by which a share of the paths has peaked, None if they have not."""
        return next((year for year in self.years if self.by(year) >= share), None)


@checked
def peak_odds(paths: Floats | xr.DataArray, years: npt.ArrayLike | None = None) -> PeakOdds:
    """Count the peak years of many paths.

    Parameters
    ----------
    paths : (…, year)
        Paths in any one unit; a DataArray brings its years along.
    years : (year,), optional
        The years, when `paths` is a bare array.

    Returns
    -------
    PeakOdds

    Raises
    ------
    ResultError
        When a value is missing, there is no path, or there are fewer than three years.
    """
    if isinstance(paths, xr.DataArray):
        years, paths = paths["year"].values, paths.transpose(..., "year").values
    span = np.asarray(years, dtype=np.int64)
    if span.ndim != 1 or span.size < 3:
        raise ResultError("the odds of a peak need at least 3 years, given once")
    found = peak_year(np.asarray(paths, float), span).ravel()
    return counted_odds(np.bincount(np.searchsorted(span, found), minlength=span.size), span)


def counted_odds(counts: npt.ArrayLike, years: npt.ArrayLike) -> PeakOdds:
    """Return the odds from how many paths are highest in each year.

    Parameters
    ----------
    counts : (year,)
    years : (year,)

    Raises
    ------
    ResultError
        When there are fewer than three years, or no path at all.
    """
    span, number = np.asarray(years, dtype=np.int64), np.asarray(counts)
    if span.size < 3:
        raise ResultError("the odds of a peak need at least 3 years, given once")
    if number.sum() == 0:
        raise ResultError("no path, no odds; give at least one path")
    shares = number / number.sum()
    return PeakOdds(
        years=tuple(span[1:-1].tolist()),
        shares=tuple(shares[1:-1].tolist()),
        before=float(shares[0]),
        not_yet=float(shares[-1]),
        draws=int(number.sum()),
    )


@checked
def resampled(
    series: xr.DataArray, *, seed: int, draws: int = 2000, window: int = 5, block: int = 2
) -> xr.DataArray:
    """Return paths that differ from a series by its own noise, resampled.

    The noise is what a centred running mean of the logarithm leaves over. Blocks of
    neighbouring years are drawn with replacement, so that its autocorrelation stays, and laid
    over the running mean.

    Parameters
    ----------
    series : (year,)
        Positive values.
    seed : int
        Of the draws.
    draws : int
        Number of paths.
    window : int
        Years of the running mean, an odd number; it shrinks towards both ends.
    block : int
        Years of a block.

    Returns
    -------
    (draw, year)
        In the unit of the series.

    Raises
    ------
    ResultError
        When a value is not positive or an option is out of range.
    """
    values = np.asarray(series.values, float)
    size = values.size
    if series.dims != ("year",) or not (np.isfinite(values) & (values > 0)).all():
        raise ResultError("resampling needs one series of positive numbers over year")
    if window % 2 == 0 or not 1 < window <= size or not 1 <= block <= size:
        raise ResultError(
            f"window is {window} and block {block}; expected an odd window from 3 to {size} "
            f"and a block from 1 to {size}"
        )
    smooth = _running_mean(np.log(values), window // 2)
    noise = np.log(values) - smooth
    drawn = np.exp(smooth + _blocks(noise, draws, block, np.random.default_rng(seed)))
    coords: dict[str, Any] = {"year": series["year"].values}
    return xr.DataArray(drawn, dims=("draw", "year"), coords=coords, attrs=dict(series.attrs))


def _running_mean(values: Floats, reach: int) -> Floats:
    size = values.size
    reaches = np.minimum(reach, np.minimum(np.arange(size), np.arange(size)[::-1]))
    sums = np.concatenate([[0.0], values.cumsum()])
    at = np.arange(size)
    mean: Floats = (sums[at + reaches + 1] - sums[at - reaches]) / (2 * reaches + 1)
    return mean


def _blocks(noise: Floats, draws: int, block: int, random: np.random.Generator) -> Floats:
    size = noise.size
    starts = random.integers(0, size - block + 1, size=(draws, -(-size // block)))
    places = (starts[..., None] + np.arange(block)).reshape(draws, -1)[:, :size]
    drawn: Floats = noise[places]
    return drawn
