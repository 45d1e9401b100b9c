"""Energy by carrier over the years."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr
from matplotlib.axes import Axes

from carbonpeak.plot.layout import dress, keys_of, require_dims, year_axis
from carbonpeak.plot.stack import Kind, draw_stack, frame_stack, label_stack
from carbonpeak.plot.style import colours, figure_style
from carbonpeak.vocabulary import Language


def plot_energy(
    ax: Axes,
    energy: xr.DataArray,
    *,
    labels: Mapping[str, str],
    lang: Language = "zh",
    kind: Kind | None = None,
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Stack the energy carriers over the years.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    energy : (carrier, year)
        Energy in ``attrs["units"]``; a negative value (sold) is stacked downwards.
    labels : mapping
        Name of each carrier; a carrier without one is written as it is called.
    lang : {"zh", "en"}
        Language of title, axes and unit.
    kind : {"area", "bar"}, optional
        Bands, or one bar a year; bands unless a value is negative.
    title, source : str, optional
        Title in place of the usual one, and a note under the plot.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When `energy` has other dimensions or no unit.
    """
    energy = require_dims(energy, ("carrier", "year"), "energy by carrier")
    shades = colours(keys_of(energy, "carrier"), "carrier")
    drawn: Kind = kind or ("bar" if bool((energy < 0).any()) else "area")
    with figure_style(lang):
        draw_stack(ax, energy, colours=shades, kind=drawn)
        year_axis(ax, energy["year"], lang, margin=0.5 if drawn == "bar" else 0.0)
        frame_stack(ax, energy)
        dress(ax, "energy", unit=energy.attrs["units"], lang=lang, title=title, source=source)
        label_stack(ax, energy, labels=labels, colours=shades, lang=lang)
    return ax
