"""The abatement cost curve, and how measures move CO2 and pollutants together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.text import Text

from carbonpeak.errors import ResultError
from carbonpeak.plot.layout import (
    HALO,
    dress,
    keys_of,
    named,
    number,
    require_numbers,
    require_same,
    spread,
    write_key,
)
from carbonpeak.plot.placement import label_points
from carbonpeak.plot.style import INK, QUIET, colours, figure_style, unit_label, word
from carbonpeak.vocabulary import Language

_CURVE_TONES = ("#262626", "#D55E00")
_NUMBER_SIZE = 7.0
_NUMBER_SHARE = 0.034
_LIFT, _WIDE = 0.035, 0.01
_GAIN, _TRADE, _LOSS = "#E3F1EC", "#FBEBDD", "#EFEFEF"
_POINT, _TORN = "#0072B2", "#D55E00"
_MARGIN, _LEAST = 0.16, 0.4


def plot_abatement_curve(
    ax: Axes,
    abatement: xr.DataArray,
    cost: xr.DataArray,
    *,
    labels: Mapping[str, str],
    curves: Mapping[str, xr.DataArray] | None = None,
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw a bar for each measure, as wide as what it abates and as high as what that costs.

    A curve of measures taken one by one knows nothing of what they do to each other and of
    the time that they take; a warning under the figure says so.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    abatement : (measure,)
        What each measure takes off emissions a year, above zero, in ``attrs["units"]``, in the
        order in which it is drawn.
    cost : (measure,)
        Cost of a tonne, in ``attrs["units"]``; negative where a measure saves money.
    labels : mapping
        Name of each measure, and of each curve.
    curves : mapping of str to DataArray (abatement,), optional
        Cost of a tonne over abatement, in the units of the bars, such as the average and the
        marginal cost of a least-cost path.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When an array has other dimensions, a gap or no unit, the measures differ, or one
        abates nothing.
    """
    abatement = require_numbers(abatement, ("measure",), "the abatement")
    cost = require_numbers(cost, ("measure",), "the cost")
    require_same(abatement, cost, "measure", "abatement curve")
    keys = keys_of(abatement, "measure")
    idle = [key for key, value in zip(keys, abatement.values, strict=True) if value <= 0]
    if idle:
        raise ResultError(f"{', '.join(idle)}: a bar needs an abatement above 0; leave them out")
    shades = colours(keys, "measure")
    tones = [shades[key] for key in keys]
    ends = np.cumsum(abatement.values)
    wide = abatement.values > _WIDE * ends[-1]
    with figure_style(lang):
        ax.bar(
            ends - abatement.values,
            cost.values,
            abatement.values,
            align="edge",
            color=tones,
            # A white edge would hide a bar that is no wider than the edge.
            edgecolor=["white" if one else tone for one, tone in zip(wide, tones, strict=True)],
            linewidth=0.6,
        )
        ax.axhline(0, color=INK, linewidth=0.8)
        for tone, (key, curve) in zip(_CURVE_TONES, (curves or {}).items(), strict=False):
            curve = require_numbers(curve, ("abatement",), f"the curve {key}")
            ax.plot(curve["abatement"].values, curve.values, color=tone, label=named(labels, key))
        ax.set_xlim(0, max(ends[-1], ax.dataLim.x1))
        ax.margins(y=0.16)
        _write_numbers(ax, ends - abatement.values / 2, cost.values)
        _list_measures(ax, abatement, cost, labels, lang)
        if curves:
            ax.legend(loc="upper left")
        unit = unit_label(abatement.attrs["units"], lang)
        ax.set_xlabel(word("abatement.width", lang).format(unit=unit))
        warning = word("abatement.warning", lang)
        note = warning if source is None else f"{warning}\n{source}"
        unit = cost.attrs["units"]
        dress(ax, "abatement", unit=unit, lang=lang, title=title, source=note, upright=False)
    return ax


def _write_numbers(ax: Axes, middles: np.ndarray, costs: np.ndarray) -> None:
    """Number the bars above or under their ends, moved sideways where they are narrow."""
    left, right = ax.get_xlim()
    low, high = ax.get_ylim()
    share = min(_NUMBER_SHARE, 0.98 / len(middles))
    size = _NUMBER_SIZE * share / _NUMBER_SHARE
    gap, edge = share * (right - left), 0.5 * share * (right - left)
    places = spread(middles.tolist(), gap, (left + edge, right - edge))
    lift = _LIFT * (high - low)
    leader = {"arrowstyle": "-", "color": QUIET, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0}
    for place, (at, middle, cost) in enumerate(zip(places, middles, costs, strict=True)):
        moved = abs(at - middle) > edge
        end = cost + (lift if cost >= 0 else -lift) * (1.0 if moved else 0.3)
        text = ax.annotate(
            str(place + 1),
            xy=(middle, cost),
            xytext=(at, end),
            textcoords="data",
            ha="center",
            va="bottom" if cost >= 0 else "top",
            fontsize=size,
            arrowprops=leader | {"relpos": (0.5, 0.0 if cost >= 0 else 1.0)} if moved else None,
        )
        text.set_path_effects(list(HALO))


def _list_measures(
    ax: Axes,
    abatement: xr.DataArray,
    cost: xr.DataArray,
    labels: Mapping[str, str],
    lang: Language,
) -> None:
    keys = keys_of(abatement, "measure")
    columns = {
        word("measure", lang): [named(labels, key) for key in keys],
        word("abatement.amount", lang): [number(value) for value in abatement.values],
        word("abatement.cost", lang): [f"{value:,.0f}".replace("-", "−") for value in cost.values],
    }
    write_key(ax, columns, marks=[str(place + 1) for place in range(len(keys))])


def plot_co_control(
    ax: Axes,
    carbon: xr.DataArray,
    pollutant: xr.DataArray,
    *,
    pollutant_name: str,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw each measure by its change of CO2 and of a pollutant, the trade-offs set apart.

    A measure that trades one for the other is a triangle, and stands on a shaded ground.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    carbon, pollutant : (measure,)
        Change of emissions by each measure, a cut negative, each in its ``attrs["units"]``.
    pollutant_name : str
        What the pollutant is called, for example "SO₂".
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
        When an array has other dimensions, a gap or no unit, or the measures differ.
    """
    carbon = require_numbers(carbon, ("measure",), "the change of CO2")
    pollutant = require_numbers(pollutant, ("measure",), "the change of the pollutant")
    require_same(carbon, pollutant, "measure", "co-control")
    keys = keys_of(carbon, "measure")
    points = np.column_stack([carbon.values, pollutant.values])
    with figure_style(lang):
        torn = points.prod(axis=1) < 0
        for marked, tone, shape in ((~torn, _POINT, "o"), (torn, _TORN, "^")):
            style: dict[str, Any] = {
                "s": 38,
                "color": tone,
                "marker": shape,
                "edgecolor": "white",
                "zorder": 3,
            }
            ax.scatter(
                points[marked, 0],
                points[marked, 1],
                label="trade-off" if shape == "^" else "other",
                **style,
            )
        _shade_quadrants(ax, points)
        titles = _name_quadrants(ax, pollutant_name, lang)
        unit = unit_label(carbon.attrs["units"], lang)
        ax.set_xlabel(word("co_control.carbon", lang).format(unit=unit))
        columns = {
            word("measure", lang): [named(labels, key) for key in keys],
            "CO₂": [number(value) for value in carbon.values],
            pollutant_name: [number(value) for value in pollutant.values],
        }
        marks = [str(place + 1) for place in range(len(keys))]
        write_key(ax, columns, marks=marks)
        told = pollutant.attrs["units"]
        dress(ax, "co_control", unit=told, lang=lang, title=title, source=source, upright=False)
        ax.yaxis.label.set_text(ax.get_ylabel().format(pollutant=pollutant_name))
        ax.grid(visible=True, axis="both")
        label_points(ax, points, marks, avoid=titles)
    return ax


def _shade_quadrants(ax: Axes, points: np.ndarray) -> None:
    limits = []
    for values in points.T:
        low, high = min(0.0, values.min()), max(0.0, values.max())
        span = (high - low) or 1.0
        limits.append(
            (min(low - _MARGIN * span, -_LEAST * span), max(high + _MARGIN * span, _LEAST * span))
        )
    (left, right), (bottom, top) = limits
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    corners = {
        (left, bottom): _GAIN,
        (left, top): _TRADE,
        (right, bottom): _TRADE,
        (right, top): _LOSS,
    }
    for (across, up), tone in corners.items():
        ax.fill_between([min(0, across), max(0, across)], 0, up, color=tone, lw=0, zorder=0)
    ax.axhline(0, color=INK, linewidth=0.9)
    ax.axvline(0, color=INK, linewidth=0.9)


def _name_quadrants(ax: Axes, pollutant: str, lang: Language) -> list[Text]:
    """Name the quadrants along the upper and lower edge, in the corners."""
    places = {
        "both_fall": (0.015, 0.015, "left", "bottom"),
        "pollutant_rises": (0.015, 0.985, "left", "top"),
        "carbon_rises": (0.985, 0.015, "right", "bottom"),
        "both_rise": (0.985, 0.985, "right", "top"),
    }
    return [
        ax.text(
            across,
            up,
            word(f"co_control.{key}", lang).format(pollutant=pollutant).replace("|", "\n"),
            ha=align,
            va=level,
            transform=ax.transAxes,
            fontsize=7.5,
            color=QUIET,
        )
        for key, (across, up, align, level) in places.items()
    ]
