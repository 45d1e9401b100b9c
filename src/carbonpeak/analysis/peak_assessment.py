"""What speaks for a peak: history, the trend after it, and how it stands up to noise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from carbonpeak.analysis.odds import peak_odds, resampled
from carbonpeak.analysis.peak import Peak, peak_of
from carbonpeak.analysis.trend import Trend, mann_kendall
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError
from carbonpeak.inventory import totals
from carbonpeak.scenario.indicators import indicator
from carbonpeak.vocabulary import Language, label

if TYPE_CHECKING:
    import pandas as pd

YEARS_BACK = 5
"""A maximum this many years before the last observed one counts as a peak that has happened.

The criterion of Levin and Rich, Turning Points: Trends in Countries' Reaching Peak Greenhouse Gas
Emissions over Time, World Resources Institute 2017; recalled, the paper itself was not at hand.
"""

_TREND_NEEDS = 4


@dataclass(frozen=True)
class PeakAssessment:
    """A peak and the evidence for it.

    Attributes
    ----------
    peak : Peak
        The maximum and its verdict.
    happened : bool or None
        Whether the highest observed year lies at least five years before the last observed
        one; None where the observed years span five years or fewer, or are fewer than three.
    trend_after : Trend or None
        Of the years from the peak on; None where fewer than four are known, or where they do
        not follow each other in equal steps. Over projected years it describes the path.
    same_year : float or None
        Share of the series resampled with their own noise that peak in the same year; None
        when not asked for, or where a value is not positive.
    projected : bool
        Whether a year from the peak on was not observed.
    """

    peak: Peak
    happened: bool | None
    trend_after: Trend | None
    same_year: float | None
    projected: bool = False

    def sentence(self, lang: Language = "zh", *, subject: str | None = None) -> str:
        """Say the verdict and the evidence in words."""
        parts = [self.peak.sentence(lang, subject=subject)]
        if self.happened is not None:
            parts.append(label(f"peak.happened_{self.happened}", lang))
        if self.trend_after is not None:
            words = label(f"peak.trend_{self.trend_after.direction()}", lang)
            parts.append(words.format(year=self.peak.year, p=_rounded(self.trend_after.p)))
            if self.projected:
                parts.append(label("peak.projected", lang))
        if self.same_year is not None:
            share = f"{100 * self.same_year:.0f}%"
            parts.append(label("peak.noise", lang).format(share=share, year=self.peak.year))
        return ("" if lang == "zh" else " ").join(parts)


@checked
def assess_peak(
    pathway: xr.Dataset | xr.DataArray,
    *,
    of: str = "energy_co2",
    band: float = 0.01,
    seed: int | None = None,
    draws: int = 2000,
) -> PeakAssessment:
    """Find a peak and test it against history, the trend after it, and noise.

    Parameters
    ----------
    pathway : Dataset, or DataArray (year,)
        As for `find_peak`. A coordinate ``observed`` over year says which years are history;
        without it none is.
    of : str
        Indicator of the pathway; a series ignores it.
    band : float
        Width of the plateau as a share of the maximum.
    seed : int, optional
        Asks for the resampling of noise, see `resampled`.
    draws : int
        Number of resampled series.

    Returns
    -------
    PeakAssessment

    Raises
    ------
    ResultError
        As `find_peak`.
    """
    series = indicator(pathway, of) if isinstance(pathway, xr.Dataset) else pathway
    return _assessed(series, _observed(pathway), band=band, seed=seed, draws=draws)


def _assessed(
    series: xr.DataArray, observed: np.ndarray, *, band: float, seed: int | None, draws: int
) -> PeakAssessment:
    peak = peak_of(series, band=band, history=int(observed.sum()))
    later = series["year"].values >= peak.year
    after, steps = series.values[later], np.unique(np.diff(series["year"].values[later]))
    testable = after.size >= _TREND_NEEDS and steps.size == 1
    return PeakAssessment(
        peak=peak,
        happened=_happened(series, observed),
        trend_after=mann_kendall(after) if testable else None,
        same_year=None if seed is None else _same_year(series, peak, seed, draws),
        projected=not observed[later].all(),
    )


def _observed(pathway: xr.Dataset | xr.DataArray) -> np.ndarray:
    if "observed" not in pathway.coords:
        return np.zeros(pathway.sizes["year"], dtype=bool)
    observed = np.asarray(pathway["observed"].values, dtype=bool)
    if (np.diff(observed.astype(int)) > 0).any():
        raise ResultError("an observed year follows a projected one; sort the pathway by year")
    return observed


def _happened(series: xr.DataArray, observed: np.ndarray) -> bool | None:
    years, values = series["year"].values[observed], series.values[observed]
    if years.size < 3 or years[-1] - years[0] <= YEARS_BACK:
        return None
    return bool(years[-1] - years[int(values.argmax())] >= YEARS_BACK)


def _same_year(series: xr.DataArray, peak: Peak, seed: int, draws: int) -> float | None:
    if not (series.values > 0).all():
        return None
    odds = peak_odds(resampled(series, seed=seed, draws=draws))
    shares = (odds.before, *odds.shares, odds.not_yet)
    return float(shares[series["year"].values.tolist().index(peak.year)])


@checked
def emission_series(
    dataset: xr.Dataset, *, gases: str = "CO2", land: bool = False, bought: bool = False
) -> xr.DataArray:
    """Return the yearly emissions of a region under one of eight boundaries.

    Parameters
    ----------
    dataset : xr.Dataset
        Inventory or pathway.
    gases : {"CO2", "all"}
        Carbon dioxide in t CO2/year, or every gas in t CO2e/year by the dataset's metric.
    land : bool
        Net of land use and forestry, or gross without it.
    bought : bool
        With net bought electricity and heat, or direct emissions alone.

    Returns
    -------
    (year,)
    """
    if gases not in ("CO2", "all"):
        raise ResultError(f"gases is '{gases}'; use 'CO2' or 'all'")
    weighed = totals.co2e(dataset, str(dataset.attrs["metric"])) if gases == "all" else dataset
    parts = [totals.direct(weighed)]
    parts += [totals.land(weighed)] if land else []
    parts += [totals.indirect(weighed)] if bought else []
    net = [totals.net(part) for part in parts]
    summed = [one.sum("gas") if gases == "all" else one.sel(gas="CO2", drop=True) for one in net]
    result: xr.DataArray = xr.concat(summed, "part", coords="minimal").sum("part")
    result.attrs = {"units": "t CO2e/year" if gases == "all" else "t CO2/year"}
    return result


@checked
def peak_table(
    pathway: xr.Dataset, *, band: float = 0.01, seed: int | None = None, draws: int = 2000
) -> pd.DataFrame:
    """Return the peak under every boundary that a reviewer may ask for.

    Gross and net of land use, CO2 and all gases, with and without bought electricity and
    heat, and the energy CO2 that the intensity targets count.

    Parameters
    ----------
    pathway : xr.Dataset
        From `project`.
    band, seed, draws
        As for `assess_peak`.

    Returns
    -------
    DataFrame
        A row for each boundary: ``year``, ``value``, ``unit``, ``verdict``, plateau,
        ``runner_up``, ``margin``, ``decline_after``, ``happened``, ``trend_after`` with its
        ``p``, and ``same_year``. What is not known stays empty.
    """
    import pandas as pd

    observed = _observed(pathway)
    found = {
        name: _assessed(series, observed, band=band, seed=seed, draws=draws)
        for name, series in _boundaries(pathway).items()
    }
    table = pd.DataFrame([_row(one) for one in found.values()], index=list(found))
    table.index.name = "boundary"
    return table


def _boundaries(pathway: xr.Dataset) -> dict[str, xr.DataArray]:
    found = {"energy_co2": indicator(pathway, "energy_co2")}
    for bought, land, gases in product((False, True), (False, True), ("CO2", "all")):
        name = "_".join(
            (
                "net" if land else "gross",
                "co2" if gases == "CO2" else "ghg",
                "with_bought" if bought else "direct",
            )
        )
        found[name] = emission_series(pathway, gases=gases, land=land, bought=bought)
    return found


def _row(one: PeakAssessment) -> dict[str, object]:
    peak, trend = one.peak, one.trend_after
    return {
        "year": peak.year,
        "value": peak.value,
        "unit": peak.unit,
        "verdict": peak.verdict.value,
        "plateau_start": peak.plateau_years[0],
        "plateau_end": peak.plateau_years[1],
        "runner_up": peak.runner_up,
        "margin": peak.margin,
        "decline_after": peak.decline_after,
        "happened": one.happened,
        "trend_after": None if trend is None else trend.direction(),
        "trend_p": None if trend is None else trend.p,
        "same_year": one.same_year,
    }


def _rounded(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.2g}"
