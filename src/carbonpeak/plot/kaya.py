"""The factors of the Kaya identity: how each has moved, and what each has brought."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from carbonpeak.plot.layout import (
    HALO,
    Mark,
    dress,
    keys_of,
    named,
    number,
    require_numbers,
    require_same,
    write_marks,
    year_axis,
)
from carbonpeak.plot.stack import draw_stack, frame_stack, stack_marks
from carbonpeak.plot.style import INK, QUIET, colours, figure_style, word
from carbonpeak.vocabulary import Language

_BASE = 100.0
_NAMED_PERIODS = 9


def plot_kaya(
    figure: Figure,
    indices: xr.DataArray,
    *,
    effects: xr.DataArray,
    net: xr.DataArray,
    labels: Mapping[str, str],
    observed: int = 0,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> npt.NDArray[np.object_]:
    """Draw one small panel for each factor, and under them what the factors bring together.

    Parameters
    ----------
    figure : Figure
        An empty one, from `new_figure`.
    indices : (factor, year)
        Each factor with its base year as 100; ``attrs["units"]`` is ``"1"``.
    effects : (factor, period)
        What each factor adds to emissions in each period, in ``attrs["units"]``.
    net : (period,)
        The change of emissions in each period, in the same unit.
    labels : mapping
        Name of each factor.
    observed : int
        How many of the first years were observed; their line is dark.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    (factor + 1,) of Axes
        The panels, that of the effects last.

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, or the factors differ.
    """
    indices = require_numbers(indices, ("factor", "year"), "the indices")
    effects = require_numbers(effects, ("factor", "period"), "the effects")
    net = require_numbers(net, ("period",), "the net change")
    require_same(indices, effects, "factor", "factors of Kaya")
    require_same(effects, net, "period", "effects of Kaya")
    keys = keys_of(indices, "factor")
    shades = colours(keys, "measure")
    with figure_style(lang):
        grid = figure.add_gridspec(2, len(keys), height_ratios=(1.0, 1.35))
        panels: list[Axes] = []
        for place, key in enumerate(keys):
            shared = panels[0] if panels else None
            ax = figure.add_subplot(grid[0, place], sharey=shared)
            row = indices.isel(factor=place)
            _draw_index(ax, row, named(labels, key), shades[key], observed, lang)
            ax.tick_params(labelleft=place == 0)
            panels.append(ax)
        panels[0].set_ylabel(word("kaya.index", lang), rotation=0, ha="left", va="bottom")
        panels[0].yaxis.set_label_coords(0.0, 1.2)
        below = figure.add_subplot(grid[1, :])
        _draw_effects(below, effects, net, labels, shades, lang)
        dress(below, "kaya", unit=effects.attrs["units"], lang=lang, title="", source=source)
        figure.suptitle(
            word("kaya.title", lang) if title is None else title, x=0.02, ha="left", fontsize=12.5
        )
    return np.array([*panels, below], dtype=object)


def _draw_index(
    ax: Axes, index: xr.DataArray, name: str, colour: str, observed: int, lang: Language
) -> None:
    years, values = index["year"].values, index.values
    ax.axhline(_BASE, color=QUIET, linewidth=0.8, linestyle=":")
    ax.plot(years, values, color=colour, label="index")
    if observed:
        ax.plot(years[:observed], values[:observed], color=INK, marker="o", ms=3, label="observed")
    end = ax.annotate(
        f"{values[-1]:.0f}",
        xy=(float(years[-1]), float(values[-1])),
        xytext=(0, 6 if values[-1] >= _BASE else -6),
        textcoords="offset points",
        ha="right",
        va="bottom" if values[-1] >= _BASE else "top",
        color=colour,
        fontweight="bold",
    )
    end.set_path_effects(list(HALO))
    ax.set_title(name, fontsize=9.5, pad=6)
    year_axis(ax, index["year"], lang)
    ax.set_xlabel("")
    ax.set_xticks([int(years[0]), int(years[-1])] if years.size > 1 else [int(years[0])])
    ax.margins(y=0.25)


def _draw_effects(
    ax: Axes,
    effects: xr.DataArray,
    net: xr.DataArray,
    labels: Mapping[str, str],
    shades: Mapping[str, str],
    lang: Language,
) -> None:
    periods = [str(period) for period in effects["period"].values]
    places = xr.DataArray(
        effects.values,
        dims=("factor", "year"),
        coords={"factor": effects["factor"].values, "year": np.arange(len(periods))},
    )
    draw_stack(ax, places, colours=shades, kind="bar", width=0.6)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.plot(
        np.arange(len(periods)),
        net.values,
        linestyle="none",
        marker="D",
        markersize=6.5,
        color=INK,
        markeredgecolor="white",
        label="net",
        zorder=4,
    )
    frame_stack(ax, places)
    # Of many periods, so many are named as there is room, always with the last.
    named_places = np.arange(len(periods))[:: -(1 + len(periods) // _NAMED_PERIODS)]
    ax.set_xticks(named_places, [periods[place] for place in named_places])
    ax.set_xlim(-0.6, len(periods) - 0.4)
    marks = stack_marks(places, labels=labels, colours=shades)
    end = float(net.values[-1])
    marks.append(Mark(end, f"{word('kaya.net', lang)}  {number(end)}", INK))
    write_marks(ax, marks, heading=periods[-1])
