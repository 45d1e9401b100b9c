"""Key categories: the few that make up most of an inventory, or of its trend."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from carbonpeak.plot.layout import HALO, dress, keys_of, named, require_dims, row_axis, write_rows
from carbonpeak.plot.style import INK, figure_style, word
from carbonpeak.vocabulary import Language

_BAR_HEIGHT = 0.7
_KEY, _OTHER = "#0072B2", "#BFCBD6"
_THRESHOLD = "#D55E00"


def plot_key_categories(
    ax: Axes,
    share: xr.DataArray,
    *,
    cumulative: xr.DataArray,
    key: xr.DataArray,
    threshold: float,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the share of each category, the largest first, and how the shares add up.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    share, cumulative : (part,)
        Shares in percent, in falling order, and their running sum.
    key : (part,)
        Whether a category is key; the others are drawn pale.
    threshold : float
        Percent that the key categories reach.
    labels : mapping
        Name of each category.
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
    share = require_dims(share, ("part",), "shares")
    cumulative = require_dims(cumulative, ("part",), "cumulative shares")
    key = require_dims(key, ("part",), "key flags", with_unit=False)
    keys = keys_of(share, "part")
    places = np.arange(len(keys))
    tones = [_KEY if one else _OTHER for one in key.values]
    with figure_style(lang):
        ax.barh(places, share.values, _BAR_HEIGHT, color=tones)
        (line,) = ax.plot(cumulative.values, places, color=INK, marker="o", ms=4, lw=1.4)
        line.set_path_effects(list(HALO))
        ax.axvline(threshold, color=_THRESHOLD, lw=1.2, ls="--")
        row_axis(ax, [named(labels, one) for one in keys])
        ax.set_xlim(0, 102)
        columns = {
            word("key.share", lang): [f"{value:.1f} %" for value in share.values],
            word("key.cumulative", lang): [f"{value:.1f} %" for value in cumulative.values],
        }
        write_rows(ax, columns)
        unit = share.attrs["units"]
        dress(ax, "key", unit=unit, lang=lang, title=title, source=source, upright=False)
        _explain(ax, threshold, lang)
    return ax


def _explain(ax: Axes, threshold: float, lang: Language) -> None:
    running, ceiling = ax.lines[:2]
    running.set_label(word("key.running", lang))
    ceiling.set_label(word("key.threshold", lang).format(threshold=f"{threshold:g}"))
    flags = [
        Patch(color=_KEY, label=word("key.is", lang)),
        Patch(color=_OTHER, label=word("key.is_not", lang)),
    ]
    ax.legend(handles=[*flags, running, ceiling])
