"""What the choice of a plan hangs on: prices, trade-offs, room for other plans, sureness."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from carbonpeak.errors import ResultError
from carbonpeak.plot.layout import (
    HALO,
    dress,
    keys_of,
    named,
    number,
    require_dims,
    require_numbers,
    require_same,
    row_axis,
    write_rows,
)
from carbonpeak.plot.plan import plot_cost
from carbonpeak.plot.style import FAINT, INK, QUIET, figure_style, unit_label, word
from carbonpeak.vocabulary import Language

_LINE, _CHOSEN = "#0072B2", "#D55E00"
_BARS = ("#CFE2F0", "#8FBEDD", "#3D8CC0")
_HEIGHT = 0.56
_UNDER_TICKS = 0.2
"""Inches that the numbers of an axis take."""


def plot_prices(
    ax: Axes,
    price: xr.DataArray,
    *,
    year: Mapping[str, str],
    held_by: Mapping[str, str],
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw what one more unit of each target would cost, with its year and what holds it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    price : (target,)
        Never negative, in ``attrs["units"]``; zero where the target costs nothing.
    year : mapping
        Year or years of each target, in words.
    held_by : mapping
        What binds beside each target, in words; one without an entry stays blank.
    labels : mapping
        Name of each target.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When `price` has other dimensions, a gap, no unit, or is negative.
    """
    price = require_numbers(price, ("target",), "the price")
    keys = keys_of(price, "target")
    below = [key for key, value in zip(keys, price.values, strict=True) if value < 0]
    if below:
        raise ResultError(f"{', '.join(below)}: a price is never negative; turn its sign")
    places = np.arange(len(keys))
    with figure_style(lang):
        ax.barh(places, price.values, _HEIGHT, color=_LINE)
        ax.axvline(0, color=INK, linewidth=0.8)
        row_axis(ax, [named(labels, key) for key in keys])
        ax.set_xlim(0, 1.06 * float(price.max()) or 1.0)
        columns = {
            word("prices.year", lang): [year.get(key, "") for key in keys],
            word("prices.price", lang): [number(float(value)) for value in price.values],
            word("prices.held_by", lang): [held_by.get(key, "") for key in keys],
        }
        write_rows(ax, columns)
        unit = price.attrs["units"]
        dress(ax, "prices", unit=unit, lang=lang, title=title, source=source, upright=False)
    return ax


def plot_pareto(
    ax: Axes,
    cost: xr.DataArray,
    amount: xr.DataArray,
    *,
    amount_name: str,
    named_points: Mapping[int, str] | None = None,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the plans of which none is better in one respect without being worse in the other.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    cost, amount : (point,)
        Each in its ``attrs["units"]``, in the order along the front.
    amount_name : str
        What stands against the cost, for example "cumulative emissions".
    named_points : mapping of int to str, optional
        Points by their place, with what to write beside them.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, the points differ, or one is worse
        than another in both respects.
    """
    cost = require_numbers(cost, ("point",), "the cost")
    amount = require_numbers(amount, ("point",), "the amount")
    require_same(cost, amount, "point", "front")
    order = np.argsort(amount.values, kind="stable")
    falling = np.diff(cost.values[order])
    if (falling > 1e-6 * (1.0 + np.abs(cost.values).max())).any():
        raise ResultError("a point costs more and brings less than another; it is on no front")
    with figure_style(lang):
        ax.plot(amount.values[order], cost.values[order], color=_LINE, linewidth=1.4)
        ax.scatter(amount.values, cost.values, s=26, color=_LINE, edgecolor="white", zorder=3)
        ax.margins(x=0.08, y=0.12)
        _name_points(ax, amount.values, cost.values, named_points or {})
        unit = unit_label(amount.attrs["units"], lang)
        said = f"{amount_name}（{unit}）" if lang == "zh" else f"{amount_name} ({unit})"
        ax.set_xlabel(said)
        dress(ax, "pareto", unit=cost.attrs["units"], lang=lang, title=title, source=source)
    return ax


def _name_points(ax: Axes, across: np.ndarray, up: np.ndarray, names: Mapping[int, str]) -> None:
    for place, name in names.items():
        ax.scatter([across[place]], [up[place]], s=60, color=_CHOSEN, edgecolor="white", zorder=4)
        # A front falls and bends up: there is room above its left half and below its right.
        left = across[place] <= across.mean()
        text = ax.annotate(
            name,
            xy=(across[place], up[place]),
            xytext=(8 if left else -8, 6 if left else -6),
            textcoords="offset points",
            ha="left" if left else "right",
            va="bottom" if left else "top",
            color=_CHOSEN,
        )
        text.set_path_effects(list(HALO))


def plot_alternatives(
    ax: Axes,
    least: xr.DataArray,
    most: xr.DataArray,
    chosen: xr.DataArray,
    *,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw how much of each measure plans of nearly the same cost may build.

    A bar that begins right of zero is a measure that every such plan builds; a bar over the
    whole width is one that the cost leaves open.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    least, most : (slack, measure)
        Percent of what may be built, for each slack of the cost in percent, rising.
    chosen : (measure,)
        Percent of what may be built that the least-cost plan builds.
    labels : mapping
        Name of each measure.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, the measures differ, more than
        three slacks are given, or a range does not hold the chosen plan.
    """
    least = require_numbers(least, ("slack", "measure"), "the least")
    most = require_numbers(most, ("slack", "measure"), "the most")
    chosen = require_numbers(chosen, ("measure",), "the chosen plan")
    for other in (most, chosen):
        require_same(least, other, "measure", "alternatives")
    _require_nested(least, most, chosen)
    keys, slacks = keys_of(least, "measure"), least["slack"].values
    places = np.arange(len(keys))
    with figure_style(lang):
        for row in reversed(range(len(slacks))):
            low, high = least.values[row], most.values[row]
            ax.barh(
                places,
                np.maximum(high - low, 0.4),
                _HEIGHT,
                low,
                color=_BARS[len(_BARS) - 1 - row],
                label=word("alternatives.slack", lang).format(slack=f"{slacks[row]:g}"),
            )
        ax.scatter(
            chosen.values,
            places,
            marker="D",
            s=30,
            color=_CHOSEN,
            edgecolor="white",
            zorder=4,
            label=word("alternatives.chosen", lang),
            clip_on=False,
        )
        row_axis(ax, [named(labels, key) for key in keys])
        ax.set_xlim(-1, 101)
        ax.axvline(0, color=FAINT, linewidth=0.8)
        handles, words = ax.get_legend_handles_labels()
        down = ScaledTranslation(0.0, -_UNDER_TICKS, ax.figure.dpi_scale_trans)
        ax.legend(
            handles[::-1],
            words[::-1],
            loc="upper right",
            bbox_to_anchor=(1.0, 0.0),
            bbox_transform=ax.transAxes + down,
            ncols=2,
        )
        unit = least.attrs["units"]
        dress(ax, "alternatives", unit=unit, lang=lang, title=title, source=source, upright=False)
    return ax


def _require_nested(least: xr.DataArray, most: xr.DataArray, chosen: xr.DataArray) -> None:
    slacks = least["slack"].values
    if len(slacks) > len(_BARS):
        raise ResultError(f"{len(slacks)} slacks; three at most can be told apart")
    if (np.diff(slacks) <= 0).any():
        raise ResultError("slacks of the cost must rise")
    slack = 1e-6 * 100
    outside = (least.values > chosen.values + slack) | (most.values < chosen.values - slack)
    if outside.any():
        key = keys_of(least, "measure")[int(np.argwhere(outside)[0][1])]
        raise ResultError(f"the range of '{key}' does not hold what the chosen plan builds")


def plot_robustness(
    ax: Axes,
    premium: xr.DataArray,
    kept: xr.DataArray,
    *,
    checked: xr.DataArray | None = None,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw what it costs to keep the targets in more of the futures.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    premium : (point,)
        Cost beyond that of the plan for the stated numbers, in ``attrs["units"]``.
    kept : (point,)
        Percent of the futures in which every target holds.
    checked : (point,), optional
        The same on draws that the plans were not made for.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, or the points differ.
    """
    premium = require_numbers(premium, ("point",), "the premium")
    series = {"made_for": require_numbers(kept, ("point",), "the share kept")}
    if checked is not None:
        series["checked"] = require_numbers(checked, ("point",), "the share on other draws")
    for array in series.values():
        require_same(premium, array, "point", "robustness")
    shapes = {"made_for": (_LINE, "o", "-"), "checked": (_CHOSEN, "^", "--")}
    with figure_style(lang):
        for key, array in series.items():
            colour, shape, line = shapes[key]
            ax.plot(
                array.values,
                premium.values,
                line,
                marker=shape,
                ms=7,
                markeredgecolor="white",
                color=colour,
                label=word(f"robustness.{key}", lang),
                clip_on=False,
            )
        ax.axhline(0, color=QUIET, linewidth=0.8)
        ax.set_xlim(left=max(0.0, ax.get_xlim()[0]), right=min(101.0, ax.get_xlim()[1] + 2))
        ax.margins(y=0.12)
        ax.legend(loc="upper left")
        unit = unit_label(kept.attrs["units"], lang)
        ax.set_xlabel(word("robustness.share", lang).format(unit=unit))
        dress(
            ax,
            "robustness",
            unit=premium.attrs["units"],
            lang=lang,
            title=title,
            source=source,
            upright=False,
        )
    return ax


def plot_cash_flow(
    ax: Axes,
    cash: xr.DataArray,
    *,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw what each actor receives or saves less what it pays, and the sum over the years so far.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    cash : (actor, year)
        Undiscounted, what is paid negative, in ``attrs["units"]``.
    labels : mapping
        Name of each actor.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When `cash` has other dimensions, a gap or no unit.
    """
    cash = require_dims(cash, ("actor", "year"), "the cash flow")
    unit = cash.attrs["units"]
    plot_cost(ax, cash.rename(actor="part"), labels=labels, lang=lang, title=title, source=source)
    with figure_style(lang):
        total = np.cumsum(cash.sum("actor").values)
        (line,) = ax.plot(
            cash["year"].values, total, color=INK, linewidth=1.6, label=word("cash.sum", lang)
        )
        line.set_path_effects(list(HALO))
        low, high = ax.get_ylim()
        ax.set_ylim(min(low, 1.1 * total.min()), max(high, 1.1 * total.max()))
        ax.legend(handles=[line], loc="upper left")
        dress(ax, "cash", unit=unit, lang=lang, title=title, source=None)
    return ax
