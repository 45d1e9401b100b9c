"""What each measure takes off the baseline."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from carbonpeak.errors import ResultError, suggestion
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
from carbonpeak.plot.stack import draw_bands, edges
from carbonpeak.plot.style import FAINT, INK, QUIET, colours, figure_style, word
from carbonpeak.vocabulary import Language

_GREY = "#B8B8B8"


def plot_wedges(
    ax: Axes,
    baseline: xr.DataArray,
    contributions: xr.DataArray,
    *,
    path: xr.DataArray,
    labels: Mapping[str, str],
    remainder: str | None = None,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Hang the contribution of each measure, or of each group of them, under the baseline.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    baseline : (year,)
        Emissions without measures, in ``attrs["units"]``.
    contributions : (measure, year) or (group, year)
        Change of emissions by each measure, in the same unit; a cut is negative. What a
        measure adds is stacked above the baseline.
    path : (year,)
        Emissions with all measures, in the same unit.
    labels : mapping
        Name of each measure, and ``baseline`` and ``path`` where these are to be called
        otherwise.
    remainder : str, optional
        Which of the contributions belongs to no measure, such as what they do only together;
        it is drawn in grey, hatched.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions or no unit, or the remainder is not among the
        contributions.
    """
    baseline = require_dims(baseline, ("year",), "the baseline")
    path = require_dims(path, ("year",), "the path")
    dim = "group" if "group" in contributions.dims else "measure"
    contributions = require_dims(contributions, (dim, "year"), "the contributions")
    contributions = contributions.rename({dim: "measure"})
    shades = _shades(keys_of(contributions, "measure"), remainder)
    if remainder is not None:
        labels = {remainder: word("wedges.remainder", lang), **labels}
    with figure_style(lang):
        level = np.asarray(baseline.values, dtype=float)
        draw_bands(ax, contributions, colours=shades, level=level, hatched=remainder)
        _draw_lines(ax, baseline, path)
        year_axis(ax, baseline["year"], lang)
        _frame(ax, baseline, contributions)
        dress(ax, "wedges", unit=baseline.attrs["units"], lang=lang, title=title, source=source)
        marks = _marks(baseline, contributions, path, labels, shades, lang)
        label_right(ax, marks, year=last_year(path), lang=lang)
    return ax


def _shades(keys: list[str], remainder: str | None) -> dict[str, str]:
    if remainder is None:
        return colours(keys, "measure")
    if remainder not in keys:
        hint = suggestion(remainder, keys)
        raise ResultError(f"no contribution '{remainder}' to be the remainder; {hint}")
    return colours([key for key in keys if key != remainder], "measure") | {remainder: _GREY}


def _draw_lines(ax: Axes, baseline: xr.DataArray, path: xr.DataArray) -> None:
    years = baseline["year"].values
    ax.fill_between(years, 0, path.values, color=FAINT, alpha=0.45, linewidth=0, zorder=0.5)
    ax.plot(years, baseline.values, "--", color=QUIET, label="baseline")
    ax.plot(years, path.values, color=INK, label="path")


def _frame(ax: Axes, baseline: xr.DataArray, contributions: xr.DataArray) -> None:
    found = edges(contributions)
    low = min(float((baseline.values + bottom).min()) for bottom, _ in found)
    high = max(float((baseline.values + top).max()) for _, top in found)
    span = (high - low) or 0.1 * abs(high)
    ax.set_ylim(low - 0.35 * span, high + 0.1 * span)


def _marks(
    baseline: xr.DataArray,
    contributions: xr.DataArray,
    path: xr.DataArray,
    labels: Mapping[str, str],
    shades: Mapping[str, str],
    lang: Language,
) -> list[Mark]:
    level = float(baseline.values[-1])
    marks = [
        Mark(
            level,
            f"{labels.get('baseline', word('wedges.baseline', lang))}  {number(level)}",
            QUIET,
        )
    ]
    keys, last = keys_of(contributions, "measure"), contributions.values[:, -1]
    for key, value, (bottom, top) in zip(keys, last, edges(contributions), strict=True):
        middle = level + float(bottom[-1] + top[-1]) / 2
        marks.append(Mark(middle, f"{named(labels, key)}  {number(float(value))}", shades[key]))
    end = float(path.values[-1])
    return [
        *marks,
        Mark(end, f"{labels.get('path', word('wedges.path', lang))}  {number(end)}", INK),
    ]
