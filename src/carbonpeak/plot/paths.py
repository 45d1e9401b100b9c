"""Emission paths of scenarios, with their peaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr
from matplotlib.axes import Axes

from carbonpeak.plot.layout import (
    Mark,
    dress,
    keys_of,
    label_right,
    last_year,
    named,
    number,
    require_dims,
    year_axis,
)
from carbonpeak.plot.style import INK, colours, figure_style, word
from carbonpeak.vocabulary import Language

_DOT: Mapping[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 9,
    "markeredgecolor": "white",
    "markeredgewidth": 1.6,
    "zorder": 4,
    "clip_on": False,
}
_DASHED: Mapping[str, str] = {"baseline": "--"}


def plot_emissions_paths(
    ax: Axes,
    emissions: xr.DataArray,
    *,
    labels: Mapping[str, str],
    peaks: Mapping[str, int],
    history: xr.DataArray | None = None,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the emissions of each scenario and mark the peaks.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    emissions : (scenario, year)
        Emissions in ``attrs["units"]``.
    labels : mapping
        Name of each scenario.
    peaks : mapping of str to int
        Peak year of each scenario that peaks; the others get no mark.
    history : (year,), optional
        Observed emissions, in the same unit.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions or no unit.
    """
    emissions = require_dims(emissions, ("scenario", "year"), "emissions by scenario")
    shades = colours(keys_of(emissions, "scenario"), "scenario")
    with figure_style(lang):
        _draw_lines(ax, emissions, shades)
        year_axis(ax, emissions["year"], lang)
        if history is not None:
            _draw_history(ax, require_dims(history, ("year",), "history"), lang)
        ax.margins(y=0.12)
        dress(ax, "paths", unit=emissions.attrs["units"], lang=lang, title=title, source=source)
        _mark_peaks(ax, emissions, peaks, labels=labels, shades=shades, lang=lang)
        ends = _ends(emissions, labels, shades)
        label_right(ax, ends, year=last_year(emissions), lang=lang)
    return ax


def _draw_lines(ax: Axes, emissions: xr.DataArray, shades: Mapping[str, str]) -> None:
    for key, path in zip(keys_of(emissions, "scenario"), emissions.values, strict=True):
        style = _DASHED.get(key, "-")
        ax.plot(emissions["year"].values, path, style, color=shades[key], label=key)


def _draw_history(ax: Axes, history: xr.DataArray, lang: Language) -> None:
    years = history["year"].values
    ax.plot(years, history.values, color=INK, marker="o", ms=3.5, clip_on=False, label="history")
    ax.set_xlim(left=float(years[0]))
    ax.annotate(
        word("paths.history", lang),
        xy=(float(years[0]), float(history.values[0])),
        xytext=(6, -4),
        textcoords="offset points",
        va="top",
    )


def _mark_peaks(
    ax: Axes,
    emissions: xr.DataArray,
    peaks: Mapping[str, int],
    *,
    labels: Mapping[str, str],
    shades: Mapping[str, str],
    lang: Language,
) -> None:
    """Dot the peaks, and list them where there is room, as several may fall on one place."""
    heights = {key: float(emissions.sel(scenario=key, year=peaks[key])) for key in peaks}
    for key in sorted(peaks, key=lambda key: -heights[key]):
        told = word("paths.peak", lang).format(
            name=named(labels, key), year=peaks[key], value=number(heights[key])
        )
        ax.plot([peaks[key]], [heights[key]], color=shades[key], label=told, **_DOT)
    if peaks:
        ax.legend(handles=ax.lines[-len(peaks) :], fontsize="small", handletextpad=0.2)


def _ends(
    emissions: xr.DataArray, labels: Mapping[str, str], shades: Mapping[str, str]
) -> list[Mark]:
    ends = zip(keys_of(emissions, "scenario"), emissions.values[:, -1].tolist(), strict=True)
    return [
        Mark(height, f"{named(labels, key)}  {number(height)}", shades[key]) for key, height in ends
    ]
