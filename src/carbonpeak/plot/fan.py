"""The fan of an ensemble of paths, with its peak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from carbonpeak.errors import ResultError
from carbonpeak.plot.layout import (
    Mark,
    dress,
    keys_of,
    label_right,
    last_year,
    named,
    number,
    require_dims,
    require_numbers,
    text_height,
    year_axis,
)
from carbonpeak.plot.style import INK, colours, figure_style, unit_label, word
from carbonpeak.vocabulary import Language

_PATH = "#0072B2"
_TINTS = ("#D6E6F2", "#A9CCE3", "#74ABD0", "#4A8FBF")
_ROOM_ABOVE, _ROOM_BELOW, _MOST_ROOM = 0.09, 0.08, 0.6
_LEGEND_COLUMNS, _LEGEND_SIZE = 2, 8.0


def plot_fan(
    ax: Axes,
    levels: xr.DataArray,
    *,
    central: xr.DataArray,
    observed: Sequence[int] = (),
    peak: int | None = None,
    peak_range: tuple[int, int] | None = None,
    targets: xr.DataArray | None = None,
    labels: Mapping[str, str],
    quantity: str | None = None,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the bands of an ensemble around its central path.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    levels : (chance, year)
        Quantiles by their chance, from 0 to 1, in ``attrs["units"]``. Two chances that sum to
        1 make a band; the others are not drawn.
    central : (year,)
        The central path in the same unit; it may begin before the bands.
    observed : sequence of int
        Years of the central path that were observed.
    peak : int, optional
        Year of the peak of the central path.
    peak_range : (int, int), optional
        First and last year of the range of the peak year.
    targets : (target, year), optional
        Ceilings in the same unit, NaN in years without one. Several years make a line, one
        year a mark.
    labels : mapping
        Name of each target.
    quantity : str, optional
        What the axis is called; emissions when left out.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, the quantiles do not rise, no
        band can be made, or `peak` is no year of the path.
    """
    levels = require_numbers(levels, ("chance", "year"), "the quantiles")
    central = require_numbers(central, ("year",), "the central path")
    bands = _bands(levels)
    if peak is not None and peak not in central["year"].values:
        raise ResultError(f"the peak year {peak} is no year of the central path")
    with figure_style(lang):
        handles: list[Artist] = [
            _draw_band(ax, levels, pair, tone, lang)
            for pair, tone in zip(bands, _tones(len(bands)), strict=True)
        ]
        handles += _draw_central(ax, central, observed, lang)
        if targets is not None:
            handles += _draw_targets(ax, targets, labels)
        year_axis(ax, central["year"], lang)
        if peak is not None:
            handles.insert(0, _mark_peak(ax, central, peak, peak_range, lang))
        _frame(ax, rows=-(-len(handles) // _LEGEND_COLUMNS))
        dress(
            ax,
            "fan",
            unit=levels.attrs["units"],
            quantity=quantity,
            lang=lang,
            title=title,
            source=source,
        )
        label_right(ax, _ends(levels, central, bands[0], lang), year=last_year(levels), lang=lang)
        ax.legend(handles=handles, loc="upper left", ncols=_LEGEND_COLUMNS, fontsize=_LEGEND_SIZE)
    return ax


def _bands(levels: xr.DataArray) -> list[tuple[int, int]]:
    """Return the places of the lower and upper edge of each band, the widest first."""
    chances = np.asarray(levels["chance"].values, dtype=float)
    if (np.diff(chances) <= 0).any() or (np.diff(levels.values, axis=0) < 0).any():
        raise ResultError("the chances and the quantiles of a fan must both rise")
    pairs = [
        (low, high)
        for low, high in zip(range(len(chances)), reversed(range(len(chances))), strict=True)
        if low < high and np.isclose(chances[low] + chances[high], 1.0)
    ]
    if not pairs:
        raise ResultError(
            f"the chances {chances.tolist()} hold no band; give pairs from outside in, "
            "such as 0.025 and 0.975"
        )
    return pairs


def _tones(count: int) -> list[str]:
    return [_TINTS[min(place, len(_TINTS) - 1)] for place in range(count)]


def _draw_band(
    ax: Axes, levels: xr.DataArray, pair: tuple[int, int], tone: str, lang: Language
) -> Patch:
    low, high = (levels.isel(chance=place).values for place in pair)
    covered = float(levels["chance"].values[pair[1]] - levels["chance"].values[pair[0]])
    name = word("fan.band", lang).format(share=f"{100 * covered:.3g}")
    ax.fill_between(levels["year"].values, low, high, color=tone, linewidth=0, label=name)
    return Patch(color=tone, label=name)


def _draw_central(
    ax: Axes, central: xr.DataArray, observed: Sequence[int], lang: Language
) -> list[Artist]:
    years = central["year"].values
    seen = np.isin(years, list(observed))
    if len(observed) != int(seen.sum()):
        raise ResultError(f"the observed years {list(observed)} are not all years of the path")
    (ahead,) = ax.plot(years, central.values, color=_PATH, label=word("fan.central", lang))
    handles: list[Artist] = [ahead]
    if seen.any():
        (behind,) = ax.plot(
            years[seen],
            central.values[seen],
            color=INK,
            marker="o",
            markersize=4,
            clip_on=False,
            label=word("fan.observed", lang),
        )
        handles.append(behind)
    return handles


def _draw_targets(ax: Axes, targets: xr.DataArray, labels: Mapping[str, str]) -> list[Artist]:
    targets = require_dims(targets, ("target", "year"), "the targets")
    keys = keys_of(targets, "target")
    shades = colours(keys[::-1], "measure")
    handles: list[Artist] = []
    for key, row in zip(keys, targets.values, strict=True):
        there = np.isfinite(row)
        lone = int(there.sum()) == 1
        (line,) = ax.plot(
            targets["year"].values[there],
            row[there],
            linestyle="none" if lone else (0, (4, 2)),
            linewidth=1.6,
            marker=7 if lone else None,
            markersize=7,
            color=_target_colour(shades, key),
            clip_on=False,
            label=named(labels, key),
        )
        handles.append(line)
    return handles


def _target_colour(shades: Mapping[str, str], key: str) -> str:
    return "#D55E00" if shades[key] == _PATH else shades[key]


def _frame(ax: Axes, *, rows: int) -> None:
    """Leave room above for the rows of the legend."""
    low, high = ax.dataLim.y0, ax.dataLim.y1
    span = (high - low) or abs(high) or 1.0
    bottom = low - _ROOM_BELOW * span
    share = min(_MOST_ROOM, _ROOM_ABOVE + rows * text_height(ax, _LEGEND_SIZE))
    ax.set_ylim(bottom, bottom + (high - bottom or span) / (1.0 - share))


def _mark_peak(
    ax: Axes,
    central: xr.DataArray,
    peak: int,
    span: tuple[int, int] | None,
    lang: Language,
) -> Artist:
    height = float(central.sel(year=peak))
    told = {"year": peak, "value": number(height), "unit": unit_label(central.attrs["units"], lang)}
    if span is None:
        words = word("fan.peak", lang).format(**told)
    else:
        words = word("fan.peak_range", lang).format(**told, first=span[0], last=span[1])
        ax.plot(span, [height, height], color=INK, marker="|", ms=8, lw=1.4, label="peak range")
    (mark,) = ax.plot(
        [peak],
        [height],
        linestyle="none",
        marker="o",
        markersize=9,
        color=_PATH,
        markeredgecolor="white",
        markeredgewidth=1.6,
        zorder=4,
        label=words,
    )
    return mark


def _ends(
    levels: xr.DataArray, central: xr.DataArray, widest: tuple[int, int], lang: Language
) -> list[Mark]:
    middle = float(central.values[-1])
    marks = [Mark(middle, f"{word('fan.central', lang)}  {number(middle)}", _PATH)]
    for place in reversed(widest):
        height = float(levels.values[place, -1])
        chance = f"{100 * float(levels['chance'].values[place]):.3g}"
        name = word("fan.quantile", lang).format(chance=chance)
        marks.append(Mark(height, f"{name}  {number(height)}", _TINTS[1]))
    return marks
