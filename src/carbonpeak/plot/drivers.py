"""What a result hinges on: one input at a time, and all at once over the years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from carbonpeak.errors import ResultError
from carbonpeak.plot.layout import (
    Mark,
    dress,
    keys_of,
    named,
    number,
    require_dims,
    require_numbers,
    require_same,
    row_axis,
    write_marks,
    write_rows,
    year_axis,
)
from carbonpeak.plot.stack import draw_bands, edges, label_stack
from carbonpeak.plot.style import INK, colours, figure_style, word
from carbonpeak.vocabulary import Language

_LOW, _HIGH = "#0072B2", "#D55E00"
_BAR_HEIGHT = 0.62
_SLIM, _PEAK_REACH = 0.5, 0.22
_SHARED_KEY, _SHARED = "shared", "#D0D0D0"


def plot_tornado(
    ax: Axes,
    low: xr.DataArray,
    high: xr.DataArray,
    *,
    central: float,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw how far each input moves a result, in the order given, from the top.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    low, high : (input,)
        The result with one input at the low end and at the high end of its range and the
        others central, in ``attrs["units"]``.
    central : float
        The result with every input central, in the same unit.
    labels : mapping
        Name of each input.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, or the inputs differ.
    """
    low = require_numbers(low, ("input",), "results at the low ends")
    high = require_numbers(high, ("input",), "results at the high ends")
    require_same(low, high, "input", "results of a tornado")
    keys = keys_of(low, "input")
    with figure_style(lang):
        _draw_side(ax, low.values, high.values, central, _LOW, word("tornado.low", lang))
        _draw_side(ax, high.values, low.values, central, _HIGH, word("tornado.high", lang))
        ax.axvline(central, color=INK, linewidth=0.9, zorder=3)
        row_axis(ax, [named(labels, key) for key in keys])
        ax.margins(x=0.06)
        columns = {
            word("tornado.low", lang): [number(value) for value in low.values],
            word("tornado.high", lang): [number(value) for value in high.values],
        }
        write_rows(ax, columns, tones=dict(zip(columns, (_LOW, _HIGH), strict=True)))
        unit = low.attrs["units"]
        dress(ax, "tornado", unit=unit, lang=lang, title=title, source=source, upright=False)
        ax.set_xlabel(word("tornado.central", lang).format(value=number(central)))
    return ax


def _draw_side(
    ax: Axes,
    ends: npt.NDArray[np.float64],
    others: npt.NDArray[np.float64],
    central: float,
    tone: str,
    name: str,
) -> None:
    """Draw one end of each input; where both lie on one side, the shorter is slim and in front."""
    swing, other = ends - central, others - central
    behind = (swing * other > 0) & (np.abs(swing) < np.abs(other))
    heights = np.where(behind, _SLIM, 1.0) * _BAR_HEIGHT
    bars = ax.barh(np.arange(ends.size), swing, heights, central, color=tone, label=name)
    for bar, front in zip(bars, behind, strict=True):
        bar.set_zorder(2.5 if front else 2.0)


def plot_sobol_over_time(
    figure: Figure,
    first: xr.DataArray,
    *,
    shared: xr.DataArray,
    peak_first: xr.DataArray | None = None,
    peak_shared: float = 0.0,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> npt.NDArray[np.object_]:
    """Stack the shares of the inputs in the variance of every year, beside those of the peak year.

    Parameters
    ----------
    figure : Figure
        An empty one, from `new_figure`.
    first : (input, year)
        Percent of the variance that an input explains alone; a small estimate may lie below
        zero. A year that does not vary is NaN for all inputs.
    shared : (year,)
        Percent that the inputs explain only together.
    peak_first : (input,), optional
        The same as `first` for the peak year; without it, where the peak year does not vary,
        the labels tell of the last year.
    peak_shared : float
        The same as `shared` for the peak year.
    labels : mapping
        Name of each input.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    (2,) of Axes, or (1,)
        The years, and the peak year where it is given.

    Raises
    ------
    ResultError
        When an array has other dimensions or no unit, inputs or years differ, or a year lacks
        a number for some inputs only.
    """
    first = require_dims(first, ("input", "year"), "shares by year")
    shared = require_dims(shared, ("year",), "shared parts")
    require_same(first, shared, "year", "shares of variance")
    years = _varying(first, shared)
    shades = colours(keys_of(first, "input"), "measure") | {_SHARED_KEY: _SHARED}
    names = {**labels, _SHARED_KEY: word("sobol.shared", lang)}
    with figure_style(lang):
        ratios = (1.0,) if peak_first is None else (6.0, 1.0)
        grid = figure.add_gridspec(1, len(ratios), width_ratios=ratios)
        panels = [figure.add_subplot(grid[0, 0])]
        _draw_years(panels[0], years, shades, lang)
        unit = first.attrs["units"]
        dress(panels[0], "sobol", unit=unit, lang=lang, title=title, source=source)
        if peak_first is None:
            label_stack(panels[0], years, labels=names, colours=shades, lang=lang)
        else:
            require_same(first, peak_first, "input", "shares of variance")
            peak = _peak_column(peak_first, peak_shared)
            panels.append(figure.add_subplot(grid[0, 1], sharey=panels[0]))
            _draw_peak(panels[1], peak, shades, names, lang)
    return np.array(panels, dtype=object)


def _draw_years(ax: Axes, years: xr.DataArray, shades: Mapping[str, str], lang: Language) -> None:
    draw_bands(ax, years, colours=shades, hatched=_SHARED_KEY)
    bands = edges(years)
    low, high = min(one.min() for one, _ in bands), max(one.max() for _, one in bands)
    ax.set_ylim(min(0.0, float(low)), max(100.0, float(high)))
    year_axis(ax, years["year"], lang)


def _varying(first: xr.DataArray, shared: xr.DataArray) -> xr.DataArray:
    """Return inputs and what they share in one array, without the years that do not vary."""
    whole = np.vstack([first.values, shared.values])
    known = np.isfinite(whole)
    torn = known.any(axis=0) & ~known.all(axis=0)
    if torn.any():
        raise ResultError(
            f"shares of {first['year'].values[torn][0]} lack a number for some inputs"
        )
    if not known.any():
        raise ResultError("no year varies, so there are no shares to draw")
    there = known.all(axis=0)
    coords = {"input": [*keys_of(first, "input"), _SHARED_KEY], "year": first["year"].values[there]}
    return xr.DataArray(whole[:, there], coords, ("input", "year"))


def _peak_column(peak_first: xr.DataArray, peak_shared: float) -> xr.DataArray:
    peak_first = require_numbers(peak_first, ("input",), "shares of the peak year")
    coords = {"input": [*keys_of(peak_first, "input"), _SHARED_KEY], "year": [0]}
    values = np.append(peak_first.values, peak_shared)[:, None]
    return xr.DataArray(values, coords, ("input", "year"))


def _draw_peak(
    ax: Axes,
    shares: xr.DataArray,
    shades: Mapping[str, str],
    names: Mapping[str, str],
    lang: Language,
) -> None:
    marks = []
    for key, value, (bottom, top) in zip(
        keys_of(shares, "input"), shares.values[:, 0], edges(shares), strict=True
    ):
        hatch = "////" if key == _SHARED_KEY else None
        tone: dict[str, Any] = {
            "color": shades[key],
            "edgecolor": "white",
            "linewidth": 0.7,
            "hatch": hatch,
        }
        ax.bar([0], top - bottom, 0.9, bottom, label=key, **tone)
        middle = float(bottom[0] + top[0]) / 2
        marks.append(Mark(middle, f"{named(names, key)}  {number(float(value))} %", shades[key]))
    ax.set_xlim(-0.5, 0.5)
    ax.set_xticks([0], [word("sobol.peak", lang)])
    ax.tick_params(labelleft=False)
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    write_marks(ax, marks, heading=word("sobol.peak", lang), reach=_PEAK_REACH)
