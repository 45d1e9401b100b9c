"""The peak as a result with a verdict: year, height, plateau, and what speaks against it.

A maximum is called a peak only when the path has risen to it and has left its
neighbourhood again. The first year and the last year of a path are edges: nothing is
known beyond them, so a maximum there is never a peak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from html import escape
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError
from carbonpeak.scenario.indicators import indicator
from carbonpeak.vocabulary import LANGUAGES, Language, label, labels

# Values this close, as a share of the maximum, differ only by rounding.
_ROUNDING = 1e-9

# So many paths at a time stay in the cache between two looks at them.
_BLOCK = 1024

_READABLE: Mapping[str, str] = MappingProxyType(
    {
        "t/year": "万吨/year",
        "t CO2/year": "万吨 CO2/year",
        "t CO2e/year": "万吨 CO2e/year",
        "tce/year": "万吨标煤/year",
        "CNY2020/year": "10^4 CNY2020/year",
        "t CO2/CNY2020": "t CO2/10^4 CNY2020",
        "tce/CNY2020": "tce/10^4 CNY2020",
    }
)


class Verdict(StrEnum):
    """What the maximum of a path is."""

    PEAKED = "peaked"
    PLATEAU = "plateau"
    STILL_RISING = "still_rising"
    FALLING_SINCE_START = "falling_since_start"
    TWIN = "twin"
    FLAT = "flat"


@dataclass(frozen=True)
class Peak:
    """The maximum of a path over years and what can be said of it.

    Attributes
    ----------
    year, value, unit
        First year of the highest value, that value and its unit.
    verdict : Verdict
        `peaked`: highest between the edges, and left by more than the band before the end.
        `plateau`: highest between the edges, but still within the band in the last year.
        `still_rising`, `falling_since_start`: highest in the last or in the first year.
        `twin`: equally high in years with a dip deeper than the band between them.
        `flat`: never outside the band.
    years : tuple of int
        All years of the highest value.
    plateau_years : (int, int)
        First and last of the years around `year` that stay within the band without a gap.
    runner_up : int or None
        Highest year outside the plateau; None when there is none.
    margin : float or None
        Percent of the maximum by which the runner-up lies lower.
    decline_after : float or None
        Percent of the maximum by which the last year lies lower; None when the maximum is
        zero or next to it, where a percentage says nothing. So also for `margin`.
    band : float
        Width of the plateau as a share of the maximum.
    last_year : int
        Where the path ends.
    observed : bool
        Whether `year` lies in the history and not in the projection.
    """

    year: int
    value: float
    unit: str
    verdict: Verdict
    years: tuple[int, ...]
    plateau_years: tuple[int, int]
    runner_up: int | None
    margin: float | None
    decline_after: float | None
    band: float
    last_year: int
    observed: bool = False

    def in_unit(self, unit: str) -> Peak:
        """Return the same peak with its value in another unit.

        Raises
        ------
        UnitError
            When the units do not fit.
        """
        return replace(self, value=self.value * units.factor(self.unit, unit), unit=unit)

    def sentence(self, lang: Language = "zh", *, subject: str | None = None) -> str:
        """Say the result in words, with tonnes shown in units of 10⁴ t.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language.
        subject : str, optional
            What peaks, for example "能源活动二氧化碳排放"; in English a plural.
        """
        words = _words(self, lang, subject)
        parts = [_phrase(key, lang).format_map(words) for key in _said(self)]
        return ("" if lang == "zh" else " ").join(parts)

    def _repr_html_(self) -> str:
        """Say the verdict in both languages, as a notebook shows it."""
        return "".join(f"<div>{escape(self.sentence(lang))}</div>" for lang in LANGUAGES)

    def to_dict(self) -> dict[str, Any]:
        """Return the peak as plain data that JSON can hold."""
        return {
            "year": self.year,
            "value": self.value,
            "unit": self.unit,
            "verdict": self.verdict.value,
            "years": list(self.years),
            "plateau_years": list(self.plateau_years),
            "runner_up": self.runner_up,
            "margin": self.margin,
            "decline_after": self.decline_after,
            "band": self.band,
            "last_year": self.last_year,
            "observed": self.observed,
        }


@checked
def find_peak(
    pathway: xr.Dataset | xr.DataArray,
    *,
    of: str = "energy_co2",
    band: float = 0.01,
    history: int | None = None,
) -> Peak:
    """Find the peak of an indicator of a pathway, or of a series as it stands.

    Parameters
    ----------
    pathway : Dataset, or DataArray (year,)
        A pathway, of which the indicator `of` is taken, or a series with ``attrs["units"]``.
    of : str
        Indicator of the pathway, for example "energy_co2" or "net_ghg"; a series ignores it.
    band : float
        Share of the maximum within which years count as one plateau, at least 0 and below 1.
    history : int, optional
        How many of the first years were observed; the others are projected. Left out, those
        of the coordinate ``observed``; without it none.

    Returns
    -------
    Peak

    Raises
    ------
    ResultError
        When the series has fewer than three years, a missing value, no unit or years that do
        not rise, or when `band` or `history` is out of range.
    """
    if history is None:
        history = int(pathway["observed"].sum()) if "observed" in pathway.coords else 0
    if isinstance(pathway, xr.Dataset):
        return peak_of(indicator(pathway, of), band=band, history=history)
    return peak_of(pathway, band=band, history=history)


def peak_of(series: xr.DataArray, *, band: float = 0.01, history: int = 0) -> Peak:
    """Find the peak of one series over years; see `find_peak`."""
    values, years = _checked(series)
    _check_options(band, history, years.size)
    highest = int(values.argmax())
    top = float(values[highest])
    equal = values >= top - _ROUNDING * abs(top)
    within = values >= top - (band + _ROUNDING) * abs(top)
    start, end = _run_around(within, highest)
    runner_up = _runner_up(values, start, end)
    return Peak(
        year=int(years[highest]),
        value=top,
        unit=str(series.attrs["units"]),
        verdict=_verdict(equal, within, highest, (start, end)),
        years=tuple(years[equal].tolist()),
        plateau_years=(int(years[start]), int(years[end])),
        runner_up=None if runner_up is None else int(years[runner_up]),
        margin=None if runner_up is None else _percent_below(values[runner_up], top),
        decline_after=_percent_below(values[-1], top),
        band=band,
        last_year=int(years[-1]),
        observed=highest < history,
    )


def peak_year(
    values: npt.NDArray[np.float64], years: npt.NDArray[np.integer[Any]]
) -> npt.NDArray[np.integer[Any]]:
    """Return the first year of the highest value of many paths at once.

    Parameters
    ----------
    values : (…, year)
        Paths, in any one unit.
    years : (year,)
        The years of the last dimension.

    Returns
    -------
    (…)
        Peak years. The first and the last of `years` mean an edge, not a peak.

    Raises
    ------
    ResultError
        When a value is missing or the last dimension does not fit the years.
    """
    values, years = np.asarray(values), np.asarray(years)
    if values.ndim == 0 or values.shape[-1:] != years.shape or years.size == 0:
        raise ResultError(
            f"paths of shape {values.shape} do not end in the {years.size} years given; "
            "put the years last"
        )
    rows = np.ascontiguousarray(values).reshape(-1, years.size)
    found = np.empty(len(rows), dtype=years.dtype)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        years.take(_highest(rows[block]), out=found[block])
    return found.reshape(values.shape[:-1])


def _highest(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    positions: npt.NDArray[np.intp] = rows.argmax(axis=-1)
    # The first NaN of a row counts as its maximum, so the maxima alone need a look.
    tops = rows.reshape(-1).take(np.arange(0, rows.size, rows.shape[1]) + positions)
    if np.isnan(tops).any():
        raise ResultError("a path holds a missing value; give every year a number")
    return positions


def _checked(
    series: xr.DataArray,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    if series.dims != ("year",) or "year" not in series.coords:
        raise ResultError(f"a peak needs one dimension, year; this series has {series.dims}")
    if "units" not in series.attrs:
        raise ResultError("the series has no unit; set attrs['units'], for example 't/year'")
    years = np.asarray(series["year"].values, dtype=np.int64)
    values = np.asarray(series.values, dtype=np.float64)
    if years.size < 3:
        raise ResultError(f"a peak needs at least 3 years; this series has {years.size}")
    if (np.diff(years) <= 0).any():
        raise ResultError("the years do not rise; sort the series by year and drop doubles")
    if not np.isfinite(values).all():
        missing = ", ".join(map(str, years[~np.isfinite(values)].tolist()))
        raise ResultError(f"no finite value for {missing}; give every year a number")
    return values, years


def _check_options(band: float, history: int, length: int) -> None:
    if not 0 <= band < 1:
        raise ResultError(f"band is {band}; expected a share of at least 0 and below 1, like 0.01")
    if not 0 <= history <= length:
        raise ResultError(f"history is {history}; expected 0 to {length}, the years of the series")


def _run_around(within: npt.NDArray[np.bool_], position: int) -> tuple[int, int]:
    outside = np.flatnonzero(~within)
    before, after = outside[outside < position], outside[outside > position]
    start = int(before[-1]) + 1 if before.size else 0
    end = int(after[0]) - 1 if after.size else within.size - 1
    return start, end


def _runner_up(values: npt.NDArray[np.float64], start: int, end: int) -> int | None:
    others = np.concatenate([np.arange(start), np.arange(end + 1, values.size)])
    return int(others[values[others].argmax()]) if others.size else None


def _verdict(
    equal: npt.NDArray[np.bool_],
    within: npt.NDArray[np.bool_],
    highest: int,
    plateau: tuple[int, int],
) -> Verdict:
    start, end = plateau
    last = within.size - 1
    if within.all():
        return Verdict.FLAT
    if equal.sum() > equal[start : end + 1].sum():
        return Verdict.TWIN
    if highest == 0:
        return Verdict.FALLING_SINCE_START
    if highest == last:
        return Verdict.STILL_RISING
    return Verdict.PLATEAU if end == last else Verdict.PEAKED


def _percent_below(value: float, top: float) -> float | None:
    gap = top - value
    if gap == 0:
        return 0.0
    return None if abs(top) <= _ROUNDING * gap else float(gap / abs(top) * 100)


def _phrase(key: str, lang: Language) -> str:
    return label(f"peak.{key}", lang)


def _said(peak: Peak) -> list[str]:
    """Choose the phrases that make up the sentence."""
    observed = peak.verdict is Verdict.PEAKED and peak.observed
    said = ["peaked_observed" if observed else peak.verdict.value]
    if peak.verdict is not Verdict.PEAKED:
        return said
    if peak.plateau_years[1] > peak.plateau_years[0]:
        said.append("level")
    if peak.margin is not None and peak.margin <= peak.band * 100:
        said.append("close")
    return said


def _words(peak: Peak, lang: Language, subject: str | None) -> dict[str, str | int | None]:
    return {
        "subject": subject or _phrase("subject", lang),
        "year": peak.year,
        "years": _listed(peak.years, lang),
        "value": amount_text(peak.value, peak.unit, lang),
        "last_year": peak.last_year,
        "decline": _percent(peak.decline_after),
        "band": _percent(peak.band * 100),
        "start": peak.plateau_years[0],
        "end": peak.plateau_years[1],
        "runner_up": peak.runner_up,
        "margin": _percent(peak.margin),
    }


def amount_text(value: float, unit: str, lang: Language) -> str:
    """Return an amount with its unit in words, tonnes in units of 10⁴ t."""
    shown = _READABLE.get(unit, unit)
    value *= units.factor(unit, shown)
    words = _phrase(f"unit {shown}", lang) if f"peak.unit {shown}" in labels() else shown
    gap = "" if words.startswith("×") or (lang == "zh" and not words.isascii()) else " "
    number = f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"
    return f"{number}{gap}{words}"


def _percent(percent: float | None) -> str:
    if percent is None:
        return "—"
    return f"{percent:.2g}%" if percent < 10 else f"{percent:.1f}%"


def _listed(years: tuple[int, ...], lang: Language) -> str:
    pair = _phrase("pair", lang)
    return reduce(lambda first, last: pair.format(first=first, last=last), map(str, years))
