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
    years = array["year"].values
    edge: Mapping[str, Any] = {"edgecolor": "white" if seam else "none", "linewidth": seam}
    for key, (bottom, top) in zip(keys_of(array, str(array.dims[0])), edges(array), strict=True):
        if kind == "area":
            ax.fill_between(years, bottom, top, color=colours[key], label=key, **edge)
        else:
            height = top - bottom
            ax.bar(years, height, width, bottom, color=colours[key], label=key, **edge)


def edges(array: xr.DataArray) -> list[tuple[Array, Array]]:
    """Return the lower and upper edge of each band of a stack, each (year,)."""
    rise, fall = np.zeros(array.shape[1]), np.zeros(array.shape[1])
    found = []
    for row in np.asarray(array.values, dtype=float):
        start = np.where(row >= 0, rise, fall)
        found.append((np.minimum(start, start + row), np.maximum(start, start + row)))
        rise, fall = rise + np.maximum(row, 0), fall + np.minimum(row, 0)
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
