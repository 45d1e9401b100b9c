"""Stacked bands and bars, labelled at the right; shared by several figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import xarray as xr
from matplotlib.axes import Axes

from carbonpeak.plot.layout import Mark, keys_of, label_right, last_year, named, number
from carbonpeak.vocabulary import Language

Array = npt.NDArray[np.float64]
Kind = Literal["area", "bar"]

_SEAM = 0.7
_BAR_WIDTH = 0.78
_ROOM = 0.06


def draw_stack(
    ax: Axes,
    array: xr.DataArray,
    *,
    colours: Mapping[str, str],
    kind: Kind,
    width: float = _BAR_WIDTH,
    seam: float = _SEAM,
) -> None:
    """Stack the first dimension over the years: upwards what is positive, downwards the rest.

    A white seam parts the bands; without one, thin bands keep their colour.
    """
    if kind == "area":
        draw_bands(ax, array, colours=colours, seam=seam)
        return
    years = array["year"].values
    for key, (bottom, top) in zip(keys_of(array, str(array.dims[0])), edges(array), strict=True):
        ax.bar(years, top - bottom, width, bottom, color=colours[key], label=key, **_edge(seam))


def draw_bands(
    ax: Axes,
    array: xr.DataArray,
    *,
    colours: Mapping[str, str],
    seam: float = _SEAM,
    level: Array | float = 0.0,
    hatched: str | None = None,
) -> None:
    """Stack bands on a level, and under it what is negative; one of them may be hatched."""
    keys = keys_of(array, str(array.dims[0]))
    for key, pieces in zip(keys, band_pieces(array), strict=True):
        for bottom, top in pieces:
            ax.fill_between(
                array["year"].values,
                level + bottom,
                level + top,
                facecolor=colours[key],
                hatch="////" if key == hatched else None,
                label=key,
                **_edge(seam),
            )


def _edge(seam: float) -> Mapping[str, Any]:
    return {"edgecolor": "white" if seam else "none", "linewidth": seam}


def edges(array: xr.DataArray) -> list[tuple[Array, Array]]:
    """Return the lower and upper edge of each band of a stack, each (year,)."""
    rise, fall = np.zeros(array.shape[1]), np.zeros(array.shape[1])
    found = []
    for row in np.asarray(array.values, dtype=float):
        start = np.where(row >= 0, rise, fall)
        found.append((np.minimum(start, start + row), np.maximum(start, start + row)))
        rise, fall = rise + np.maximum(row, 0), fall + np.minimum(row, 0)
    return found


def band_pieces(array: xr.DataArray) -> list[list[tuple[Array, Array]]]:
    """Return the edges of each band of a stack; one that changes its sign has two pieces.

    A single piece would cross over the other bands between the years before and after.
    """
    rise, fall = np.zeros(array.shape[1]), np.zeros(array.shape[1])
    found = []
    for row in np.asarray(array.values, dtype=float):
        up, down = rise + np.maximum(row, 0), fall + np.minimum(row, 0)
        pieces = [(rise, up)] if (row > 0).any() else []
        pieces += [(down, fall)] if (row < 0).any() else []
        found.append(pieces or [(rise, up)])
        rise, fall = up, down
    return found


def frame_stack(ax: Axes, array: xr.DataArray) -> None:
    """Set the vertical limits: zero is a limit unless the stack goes beyond it."""
    found = edges(array)
    low = min(float(bottom.min()) for bottom, _ in found)
    high = max(float(top.max()) for _, top in found)
    ax.set_ylim(low - _ROOM * (high - low) * (low < 0), high + _ROOM * (high - low) * (high > 0))


def label_stack(
    ax: Axes,
    array: xr.DataArray,
    *,
    labels: Mapping[str, str],
    colours: Mapping[str, str],
    lang: Language,
) -> None:
    """Label each band at the right with its name and its value in the last year."""
    marks = stack_marks(array, labels=labels, colours=colours)
    label_right(ax, marks, year=last_year(array), lang=lang)


def stack_marks(
    array: xr.DataArray, *, labels: Mapping[str, str], colours: Mapping[str, str]
) -> list[Mark]:
    """Return the label of each band, at its middle in the last year."""
    last = np.asarray(array.values, dtype=float)[:, -1]
    keys = keys_of(array, str(array.dims[0]))
    middles = [float(bottom[-1] + top[-1]) / 2 for bottom, top in edges(array)]
    return [
        Mark(middle, f"{named(labels, key)}  {number(value)}", colours[key])
        for key, middle, value in zip(keys, middles, last, strict=True)
    ]
