"""In which year emissions peak, and how sure that is."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from carbonpeak.errors import ResultError
from carbonpeak.plot.layout import HALO, dress, require_numbers, require_same
from carbonpeak.plot.style import FAINT, INK, QUIET, figure_style, word
from carbonpeak.vocabulary import Language

_BAR, _EDGE = "#56B4E9", "#B8B8B8"
_APART = 2.0
_WIDTH = 0.78
_NAMED_YEARS = 7


def plot_peak_odds(
    ax: Axes,
    shares: xr.DataArray,
    *,
    cumulative: xr.DataArray,
    before: float,
    not_yet: float,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the share of paths that peak in each year, and the share that has by then.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    shares, cumulative : (year,)
        Percent of the paths that peak in a year, and in that year or earlier.
    before, not_yet : float
        Percent of the paths that are highest before the first of the years, and after the
        last; they stand apart, hatched, as no peak was seen.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, or the shares do not add up to
        100 percent.
    """
    shares = require_numbers(shares, ("year",), "shares of peak years")
    cumulative = require_numbers(cumulative, ("year",), "cumulative shares")
    require_same(shares, cumulative, "year", "odds of a peak")
    whole = float(shares.sum()) + before + not_yet
    if not np.isclose(whole, 100.0):
        raise ResultError(f"the odds of a peak sum to {whole:g} percent, not to 100")
    years = shares["year"].values
    ends = float(years[0]) - _APART, float(years[-1]) + _APART
    with figure_style(lang):
        ax.bar(years, shares.values, _WIDTH, color=_BAR, label=word("odds.share", lang))
        edge: dict[str, Any] = {
            "color": FAINT,
            "edgecolor": _EDGE,
            "hatch": "////",
            "linewidth": 0.8,
        }
        bars = ax.bar(ends, [before, not_yet], _WIDTH, label="edge", **edge)
        ax.bar_label(bars, [_percent(value) for value in (before, not_yet)], padding=3, color=QUIET)
        (line,) = ax.step(
            years,
            cumulative.values,
            where="mid",
            color=INK,
            linewidth=1.6,
            label=word("odds.cumulative", lang),
        )
        line.set_path_effects(list(HALO))
        _name_years(ax, years, ends, lang)
        ax.set_ylim(0, 112)
        ax.set_yticks(range(0, 101, 20))
        handles = [ax.containers[0], line]
        ax.legend(handles=handles, loc="upper left", ncols=2, bbox_to_anchor=(0.06, 1.0))
        dress(ax, "odds", unit=shares.attrs["units"], lang=lang, title=title, source=source)
    return ax


def _percent(value: float) -> str:
    return f"{value:.1f} %" if 0 < value < 10 else f"{value:.0f} %"


def _name_years(ax: Axes, years: np.ndarray, ends: tuple[float, float], lang: Language) -> None:
    """Name the years, and under the bars at both ends what they hold."""
    ax.set_xlim(ends[0] - 1, ends[1] + 1)
    rule = MaxNLocator(nbins=_NAMED_YEARS, integer=True, steps=[1, 2, 5, 10])
    first, last = int(years[0]), int(years[-1])
    ticks = [year for year in rule.tick_values(first, last) if first <= year <= last]
    ax.xaxis.set_major_locator(FixedLocator([ends[0], *ticks, ends[1]]))
    before = word("odds.before", lang).format(year=first - 1).replace("|", "\n")
    after = word("odds.not_yet", lang).format(year=last + 1).replace("|", "\n")
    ax.set_xticklabels([before, *(f"{year:.0f}" for year in ticks), after])
