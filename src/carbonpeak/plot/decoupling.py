"""Emissions against output: the eight states of Tapio (2005) as sectors of a plane."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from carbonpeak.plot.layout import dress, require_numbers, require_same
from carbonpeak.plot.placement import label_points
from carbonpeak.plot.style import INK, QUIET, figure_style, unit_label, word
from carbonpeak.vocabulary import Language

_LOWER, _UPPER = 0.8, 1.2
_POINT = "#0072B2"
_ROOM = 1.55
_NAME_SIZE = 7.5
_FEW_POINTS = 12

# Corners of each sector in units of the limit, and where its name stands, turned so far.
_SECTORS: Mapping[str, tuple[tuple[tuple[float, float], ...], tuple[float, float, float], str]] = (
    MappingProxyType(
        {
            "weak_decoupling": (((1, 0), (1, _LOWER)), (0.83, 0.3, 0), "#DDEFE7"),
            "expansive_coupling": (
                ((1, _LOWER), (1, 1), (1 / _UPPER, 1)),
                (0.78, 0.78, 45),
                "#F3F3F3",
            ),
            "expansive_negative_decoupling": (
                ((1 / _UPPER, 1), (0, 1)),
                (0.33, 0.88, 0),
                "#FBE6D4",
            ),
            "strong_negative_decoupling": (((0, 1), (-1, 1), (-1, 0)), (-0.5, 0.88, 0), "#F6CFBD"),
            "weak_negative_decoupling": (((-1, 0), (-1, -_LOWER)), (-0.83, -0.3, 0), "#FBE6D4"),
            "recessive_coupling": (
                ((-1, -_LOWER), (-1, -1), (-1 / _UPPER, -1)),
                (-0.78, -0.78, 45),
                "#F3F3F3",
            ),
            "recessive_decoupling": (((-1 / _UPPER, -1), (0, -1)), (-0.33, -0.88, 0), "#DDEFE7"),
            "strong_decoupling": (((0, -1), (1, -1), (1, 0)), (0.5, -0.88, 0), "#BFE0D2"),
        }
    )
)


def plot_decoupling(
    ax: Axes,
    output: xr.DataArray,
    emissions: xr.DataArray,
    *,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw each period by its change of output and of emissions, joined in their order.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    output, emissions : (period,)
        Relative change in each period in percent. Many periods are not all labelled: the
        first, the last and every fifth are.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, or the periods differ.
    """
    output = require_numbers(output, ("period",), "the change of output")
    emissions = require_numbers(emissions, ("period",), "the change of emissions")
    require_same(output, emissions, "period", "decoupling")
    points = np.column_stack([output.values, emissions.values])
    limit = _ROOM * float(np.abs(points).max()) or 1.0
    with figure_style(lang):
        names = _draw_sectors(ax, limit, lang)
        _draw_rays(ax, limit)
        ax.plot(
            points[:, 0],
            points[:, 1],
            color=_POINT,
            linewidth=1.2,
            alpha=0.7,
            zorder=3,
            label="path",
        )
        ax.scatter(
            points[:, 0],
            points[:, 1],
            s=34,
            color=_POINT,
            edgecolor="white",
            zorder=4,
            label="periods",
        )
        ax.set_aspect("equal", adjustable="box")
        for axis, set_limits in ((ax.xaxis, ax.set_xlim), (ax.yaxis, ax.set_ylim)):
            set_limits(-limit, limit)
            axis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
        ax.grid(visible=False)
        unit = unit_label(output.attrs["units"], lang)
        ax.set_xlabel(word("decoupling.output", lang).format(unit=unit))
        told = emissions.attrs["units"]
        dress(ax, "decoupling", unit=told, lang=lang, title=title, source=source, upright=False)
        shown = _labelled(len(points))
        texts = [str(output["period"].values[place]) for place in shown]
        label_points(ax, points[shown], texts, size=8.0, avoid=names)
    return ax


def _labelled(count: int) -> list[int]:
    if count <= _FEW_POINTS:
        return list(range(count))
    return sorted({*range(0, count, 5), count - 1})


def _draw_sectors(ax: Axes, limit: float, lang: Language) -> list[Text]:
    names = []
    for key, (corners, (across, up, turn), tone) in _SECTORS.items():
        outline = np.array([(0, 0), *corners]) * limit
        ax.add_patch(Polygon(outline, closed=True, color=tone, linewidth=0, zorder=0, label=key))
        name = ax.text(
            across * limit,
            up * limit,
            word(f"decoupling.{key}", lang).replace("|", "\n"),
            rotation=turn,
            ha="center",
            va="center",
            fontsize=_NAME_SIZE,
            color=QUIET,
        )
        names.append(name)
    ax.axhline(0, color=INK, linewidth=0.9, zorder=1)
    ax.axvline(0, color=INK, linewidth=0.9, zorder=1)
    return names


def _draw_rays(ax: Axes, limit: float) -> None:
    """Draw the elasticities that part the states, named where they leave the plane."""
    for ray, align, level in ((_LOWER, "left", "center"), (_UPPER, "center", "bottom")):
        end = limit * min(1.0, 1.0 / ray)
        ends = np.array([-end, end])
        ax.plot(ends, ray * ends, color=QUIET, lw=0.8, ls="--", zorder=1, label="ray")
        ax.annotate(
            f"{ray:g}",
            xy=(end, ray * end),
            xytext=(4, 0) if align == "left" else (0, 3),
            textcoords="offset points",
            ha=align,
            va=level,
            fontsize=_NAME_SIZE,
            color=QUIET,
            annotation_clip=False,
        )
