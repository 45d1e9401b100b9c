"""The least-cost plan: its path under the ceilings, what is built, what it costs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from carbonpeak.plot.layout import (
    HALO,
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
from carbonpeak.plot.stack import draw_stack, frame_stack, label_stack
from carbonpeak.plot.style import INK, QUIET, colours, figure_style, word
from carbonpeak.vocabulary import Language

_CEILING = "#D55E00"
_PATH = "#0072B2"
_TINT = 0.4


def plot_plan(
    ax: Axes,
    path: xr.DataArray,
    *,
    caps: Mapping[int, float],
    baseline: xr.DataArray | None = None,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the path of the plan under the ceilings that its targets set.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    path : (year,)
        Emissions of the plan in ``attrs["units"]``.
    caps : mapping of int to float
        Highest emissions allowed in a year, in the same unit.
    baseline : (year,), optional
        Emissions without the plan, in the same unit.
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
    path = require_dims(path, ("year",), "the path")
    years, marks = path["year"].values, []
    with figure_style(lang):
        if baseline is not None:
            level = require_dims(baseline, ("year",), "the baseline").values
            ax.plot(years, level, "--", color=QUIET, label="baseline")
            marks.append(_end_mark("plan.baseline", float(level[-1]), QUIET, lang))
        ax.plot(years, path.values, color=_PATH, label="path")
        marks.append(_end_mark("plan.path", float(path.values[-1]), _PATH, lang))
        year_axis(ax, path["year"], lang)
        _draw_caps(ax, caps, lang)
        ax.margins(y=0.14)
        dress(ax, "plan", unit=path.attrs["units"], lang=lang, title=title, source=source)
        label_right(ax, marks, year=last_year(path), lang=lang)
    return ax


def _end_mark(key: str, height: float, colour: str, lang: Language) -> Mark:
    return Mark(height, f"{word(key, lang)}  {number(height)}", colour)


def _draw_caps(ax: Axes, caps: Mapping[int, float], lang: Language) -> None:
    ax.scatter(
        list(caps),
        list(caps.values()),
        marker=7,
        s=90,
        color=_CEILING,
        label=word("plan.cap", lang),
        zorder=4,
        clip_on=False,
    )
    for year, cap in caps.items():
        text = ax.annotate(
            number(cap),
            xy=(year, cap),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            color=_CEILING,
        )
        text.set_path_effects(list(HALO))
    if caps:
        ax.legend(handles=ax.collections[-1:], loc="lower left", handletextpad=0.3)


def plot_builds(
    ax: Axes,
    builds: xr.DataArray,
    *,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Write what each measure builds in which year, one row per measure.

    Measures are built in units of their own (sets, MW, hectares), so the rows are not
    stacked; name the unit in the label.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    builds : (measure, year)
        Builds, each measure in its own unit.
    labels : mapping
        Name of each measure, with its unit.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When `builds` has other dimensions.
    """
    builds = require_dims(builds, ("measure", "year"), "builds", with_unit=False)
    keys = keys_of(builds, "measure")
    shades = colours(keys, "measure")
    with figure_style(lang):
        for row, key in enumerate(keys):
            _draw_row(ax, builds.isel(measure=row), row, shades[key])
        ax.set_yticks(np.arange(len(keys)), [named(labels, key) for key in keys])
        ax.set_ylim(len(keys) - 0.4, -0.6)
        year_axis(ax, builds["year"], lang, margin=0.6)
        dress(ax, "builds", unit=None, lang=lang, title=title, source=source)
    return ax


def _draw_row(ax: Axes, builds: xr.DataArray, row: int, colour: str) -> None:
    built = builds.values > 0
    years = builds["year"].values[built]
    ax.barh(np.full(years.size, row), 0.92, 0.6, years - 0.46, color=_tint(colour))
    for year, amount in zip(years, builds.values[built], strict=True):
        text = f"{amount:,.0f}" if amount >= 100 or amount == round(amount) else f"{amount:.3g}"
        ax.text(year, row, text, ha="center", va="center", fontsize=6.5)


def _tint(colour: str) -> tuple[float, ...]:
    """Return a lighter tone on which dark figures can be read."""
    return tuple(1 - _TINT * (1 - part) for part in to_rgb(colour))


def plot_cost(
    ax: Axes,
    cost: xr.DataArray,
    *,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Stack what is paid in each year; what is saved or earned is stacked downwards.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    cost : (part, year)
        Cost in ``attrs["units"]``, by measure or by kind of cost.
    labels : mapping
        Name of each part.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When `cost` has other dimensions or no unit.
    """
    cost = require_dims(cost, ("part", "year"), "cost")
    shades = colours(keys_of(cost, "part"), "measure")
    with figure_style(lang):
        draw_stack(ax, cost, colours=shades, kind="bar")
        ax.axhline(0, color=INK, linewidth=0.8)
        year_axis(ax, cost["year"], lang, margin=0.5)
        frame_stack(ax, cost)
        dress(ax, "cost", unit=cost.attrs["units"], lang=lang, title=title, source=source)
        label_stack(ax, cost, labels=labels, colours=shades, lang=lang)
    return ax
