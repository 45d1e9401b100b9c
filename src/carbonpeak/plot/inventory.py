"""An inventory by group: sectors, gases, carriers or sites."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from carbonpeak.plot.layout import dress, keys_of, named, number, require_dims, row_axis
from carbonpeak.plot.style import INK, Palette, colours, figure_style
from carbonpeak.vocabulary import Language

_BAR_HEIGHT = 0.68


def plot_inventory(
    ax: Axes,
    emissions: xr.DataArray,
    *,
    labels: Mapping[str, str],
    palette: Palette = "sector",
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw one horizontal bar per group, in the order given, from the top.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    emissions : (group,)
        Emissions in ``attrs["units"]``; a net removal is negative.
    labels : mapping
        Name of each group.
    palette : {"sector", "carrier", "scenario", "measure"}
        Which colours the groups have.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When `emissions` has other dimensions or no unit.
    """
    emissions = require_dims(emissions, ("group",), "emissions by group")
    keys = keys_of(emissions, "group")
    shades = colours(keys, palette)
    places = np.arange(len(keys))
    with figure_style(lang):
        bars = ax.barh(places, emissions.values, _BAR_HEIGHT, color=[shades[key] for key in keys])
        ax.bar_label(bars, [number(float(value)) for value in emissions.values], padding=4)
        row_axis(ax, [named(labels, key) for key in keys])
        ax.margins(x=0.14)
        ax.axvline(0, color=INK, linewidth=0.8)
        unit = emissions.attrs["units"]
        dress(ax, "inventory", unit=unit, lang=lang, title=title, source=source, upright=False)
    return ax
