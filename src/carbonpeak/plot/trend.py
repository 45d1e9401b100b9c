"""Emissions and removals by sector over the years of an inventory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from carbonpeak.plot.layout import (
    HALO,
    Mark,
    dress,
    keys_of,
    label_right,
    last_year,
    number,
    require_dims,
    year_axis,
)
from carbonpeak.plot.stack import draw_stack, frame_stack, stack_marks
from carbonpeak.plot.style import INK, colours, figure_style, word
from carbonpeak.vocabulary import Language

_BAR_SHARE = 0.62
_MARGIN = 0.7
_FEW_YEARS = 12


def plot_emission_trend(
    ax: Axes,
    emissions: xr.DataArray,
    *,
    net: xr.DataArray,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Stack emissions upwards and removals downwards, one bar a year, with their net line.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    emissions : (sector, year)
        Emissions in ``attrs["units"]``; a negative value is a removal. Years stand as far apart
        as they are.
    net : (year,)
        What is drawn as a line, in the same unit.
    labels : mapping
        Name of each sector.
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
    emissions = require_dims(emissions, ("sector", "year"), "emissions by sector")
    net = require_dims(net, ("year",), "net emissions")
    shades = colours(keys_of(emissions, "sector"), "sector")
    gap = _smallest_gap(emissions["year"])
    with figure_style(lang):
        draw_stack(ax, emissions, colours=shades, kind="bar", width=_BAR_SHARE * gap, seam=0.0)
        ax.axhline(0, color=INK, linewidth=0.8)
        _draw_net(ax, net)
        year_axis(ax, emissions["year"], lang, margin=_MARGIN * gap)
        if emissions.sizes["year"] <= _FEW_YEARS:
            ax.set_xticks(emissions["year"].values)
            _write_net(ax, net)
        frame_stack(ax, emissions)
        dress(ax, "trend", unit=emissions.attrs["units"], lang=lang, title=title, source=source)
        end = float(net.values[-1])
        marks = [
            *stack_marks(emissions, labels=labels, colours=shades),
            Mark(end, f"{word('trend.net', lang)}  {number(end)}", INK),
        ]
        label_right(ax, marks, year=last_year(emissions), lang=lang)
    return ax


def _smallest_gap(years: xr.DataArray) -> float:
    return float(np.diff(years.values).min()) if years.size > 1 else 1.0


def _draw_net(ax: Axes, net: xr.DataArray) -> None:
    (line,) = ax.plot(
        net["year"].values,
        net.values,
        color=INK,
        marker="D",
        markersize=6,
        markeredgecolor="white",
        label="net",
        zorder=4,
    )
    line.set_path_effects(list(HALO))


def _write_net(ax: Axes, net: xr.DataArray) -> None:
    """Write the net of each year but the last, which stands at the right."""
    for year, value in zip(net["year"].values[:-1], net.values[:-1], strict=True):
        text = ax.annotate(
            number(float(value)),
            xy=(year, value),
            xytext=(-5, 6),
            textcoords="offset points",
            ha="right",
            va="bottom",
        )
        text.set_path_effects(list(HALO))
