"""What is uncertain in an inventory, and which inputs it comes from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from carbonpeak.plot.layout import dress, keys_of, named, number, require_dims, row_axis, write_rows
from carbonpeak.plot.style import FAINT, INK, colours, figure_style, word
from carbonpeak.vocabulary import Language

_BAR_HEIGHT = 0.62


def plot_uncertainty(
    ax: Axes,
    central: xr.DataArray,
    *,
    low: xr.DataArray,
    high: xr.DataArray,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw one bar per part of an inventory with its 95 % range, in the order given.

    Beside the bars stand the numbers; a range that holds zero has no meaningful percentage.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    central, low, high : (part,)
        Net emissions and their range in ``attrs["units"]``; the range need not be symmetric.
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
        When an array has other dimensions or no unit.
    """
    central, low, high = (
        require_dims(array, ("part",), what)
        for array, what in ((central, "central values"), (low, "lower ends"), (high, "upper ends"))
    )
    keys = keys_of(central, "part")
    shades = colours(keys, "sector")
    places = np.arange(len(keys))
    with figure_style(lang):
        ax.barh(places, central.values, _BAR_HEIGHT, color=[shades[key] for key in keys])
        ax.errorbar(
            central.values,
            places,
            xerr=[central.values - low.values, high.values - central.values],
            fmt="none",
            ecolor=INK,
            elinewidth=1.3,
            capsize=4,
            label="range",
        )
        row_axis(ax, [named(labels, key) for key in keys])
        ax.axvline(0, color=INK, linewidth=0.8)
        ranges = list(zip(central.values, low.values, high.values, strict=True))
        columns = {
            word("uncertainty.central", lang): [number(value) for value, _, _ in ranges],
            word("uncertainty.range", lang): [
                word("range", lang).format(low=number(start), high=number(end))
                for _, start, end in ranges
            ],
            word("uncertainty.percent", lang): [_percent(*one) for one in ranges],
        }
        write_rows(ax, columns)
        unit = central.attrs["units"]
        dress(ax, "uncertainty", unit=unit, lang=lang, title=title, source=source, upright=False)
    return ax


def _percent(value: float, low: float, high: float) -> str:
    if low * high <= 0:
        return "–"
    below, above = (value - low) / abs(value), (high - value) / abs(value)
    return f"−{below:.1%} / +{above:.1%}"


def plot_variance_shares(
    ax: Axes,
    share: xr.DataArray,
    *,
    kinds: Mapping[str, str],
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the share of each input in the variance of a total, in the order given.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    share : (input,)
        Shares in percent.
    kinds : mapping
        ``activity``, ``factor`` or ``correlation`` for each input; another one, such as what
        the rest shares, is drawn in grey.
    labels : mapping
        Name of each input.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When `share` has other dimensions or no unit.
    """
    share = require_dims(share, ("input",), "shares of variance")
    keys = keys_of(share, "input")
    shades = colours(("activity", "factor", "correlation"), "measure")
    tones = [shades.get(kinds.get(key, ""), FAINT) for key in keys]
    with figure_style(lang):
        ax.barh(np.arange(len(keys)), share.values, _BAR_HEIGHT, color=tones)
        row_axis(ax, [named(labels, key) for key in keys])
        write_rows(ax, {word("variance.share", lang): [f"{value:.1f} %" for value in share.values]})
        handles = [
            Patch(color=tone, label=word(f"variance.{kind}", lang))
            for kind, tone in shades.items()
            if tone in tones
        ]
        ax.legend(handles=handles)
        unit = share.attrs["units"]
        dress(ax, "variance", unit=unit, lang=lang, title=title, source=source, upright=False)
    return ax
