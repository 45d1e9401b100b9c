"""How drivers carry a total from one year to another."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.patches import Patch

from carbonpeak.errors import ResultError
from carbonpeak.plot.layout import dress, keys_of, named, number, require_numbers
from carbonpeak.plot.style import FAINT, INK, QUIET, colours, figure_style
from carbonpeak.vocabulary import Language

_WIDTH = 0.74
_TOTAL = "#6B6B6B"
_POINTS_PER_BAR = 330.0
_FEW_DRIVERS = 7
_RESIDUE = 1e-6


def plot_waterfall(
    ax: Axes,
    totals: xr.DataArray,
    effects: xr.DataArray,
    *,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Hang the effects of each period between the totals before and after it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    totals : (year,)
        The total at the ends of the periods, in ``attrs["units"]``.
    effects : (driver, period)
        What each driver adds in each period, in the same unit; a cut is negative. The periods
        lie between the totals, so they are one fewer.
    labels : mapping
        Name of each driver.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, the periods do not fit the
        totals, or the effects of a period do not carry one total to the next.
    """
    totals = require_numbers(totals, ("year",), "the totals")
    effects = require_numbers(effects, ("driver", "period"), "the effects")
    _require_closed(totals, effects)
    keys = keys_of(effects, "driver")
    shades = colours(keys, "measure")
    with figure_style(lang):
        _draw(ax, totals, effects, shades)
        _frame(ax)
        _write(ax, totals, effects)
        _name(ax, totals, [named(labels, key) for key in keys], shades)
        dress(ax, "waterfall", unit=totals.attrs["units"], lang=lang, title=title, source=source)
    return ax


def _require_closed(totals: xr.DataArray, effects: xr.DataArray) -> None:
    periods, steps = effects.sizes["period"], np.diff(totals.values)
    if periods != steps.size:
        raise ResultError(
            f"{steps.size + 1} totals have {steps.size} periods between them, not {periods}"
        )
    residue = np.abs(effects.values.sum(axis=0) - steps)
    if (residue > _RESIDUE * max(1.0, float(np.abs(totals.values).max()))).any():
        worst = int(residue.argmax())
        raise ResultError(
            f"the effects of period {effects['period'].values[worst]} sum to "
            f"{effects.values[:, worst].sum():g}, but the total changes by {steps[worst]:g}; "
            "name what is left over as a driver of its own"
        )


def _places(totals: xr.DataArray, effects: xr.DataArray) -> np.ndarray:
    """Return where the totals stand, the effects of a period between them."""
    return np.arange(totals.size) * (effects.sizes["driver"] + 1)


def _draw(ax: Axes, totals: xr.DataArray, effects: xr.DataArray, shades: Mapping[str, str]) -> None:
    at = _places(totals, effects)
    reached = totals.values[:-1] + np.cumsum(effects.values, axis=0)
    before = np.vstack([totals.values[:-1], reached[:-1]])
    ax.bar(at, totals.values, _WIDTH, color=_TOTAL, label="total")
    for row, key in enumerate(keys_of(effects, "driver")):
        place, change = at[:-1] + row + 1, effects.values[row]
        ax.bar(place, change, _WIDTH, before[row], color=shades[key], label=key)
        ax.hlines(before[row], place - 1, place, color=QUIET, linewidth=0.7)
    ax.hlines(reached[-1], at[1:] - 1, at[1:], color=QUIET, linewidth=0.7)
    ax.axhline(0, color=INK, linewidth=0.8)


def _groups(ax: Axes) -> list[BarContainer]:
    """Return the bars as drawn: the totals first, then those of each driver."""
    return [group for group in ax.containers if isinstance(group, BarContainer)]


def _frame(ax: Axes) -> None:
    """Begin the axis above zero when the changes would be too small to see otherwise."""
    floating = [bar for group in _groups(ax)[1:] for bar in group.patches]
    ends = [edge for bar in floating for edge in (bar.get_y(), bar.get_y() + bar.get_height())]
    low, high = min(ends), max(ends)
    span = (high - low) or abs(high) or 1.0
    cut = low - 0.45 * span
    ax.set_ylim(cut if cut > 0 else min(0.0, low - 0.12 * span), high + 0.12 * span)


def _write(ax: Axes, totals: xr.DataArray, effects: xr.DataArray) -> None:
    """Write each value over its bar, that of a fall under it."""
    count = totals.size + effects.size
    size = min(9.0, _POINTS_PER_BAR / count * 0.42)
    for group in _groups(ax):
        for bar, value in zip(group.patches, np.asarray(group.datavalues), strict=True):
            is_total = group.get_label() == "total"
            down = value < 0
            end = bar.get_y() + bar.get_height()
            sign = "" if is_total or down else "+"
            ax.annotate(
                f"{sign}{number(float(value))}",
                xy=(bar.get_x() + bar.get_width() / 2, end),
                xytext=(0, -3 if down else 3),
                textcoords="offset points",
                ha="center",
                va="top" if down else "bottom",
                fontsize=size,
                fontweight="bold" if is_total else "normal",
            )


def _name(ax: Axes, totals: xr.DataArray, names: list[str], shades: Mapping[str, str]) -> None:
    at = _places(totals, xr.DataArray(names, dims="driver"))
    ax.set_xticks(at, [str(year) for year in totals["year"].values])
    for place, (start, end) in enumerate(pairwise(at)):
        if place % 2 == 0:
            ax.axvspan(start, end, color=FAINT, alpha=0.25, linewidth=0, zorder=0)
    handles = [
        Patch(color=tone, label=name) for name, tone in zip(names, shades.values(), strict=True)
    ]
    columns = 1 + (len(names) - 1) // 20
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        ncols=columns,
        fontsize="small" if len(names) > _FEW_DRIVERS else None,
    )
