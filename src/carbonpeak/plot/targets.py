"""Targets: where each stands, and who gets which part of one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.plot.layout import (
    dress,
    keys_of,
    named,
    number,
    require_dims,
    require_numbers,
    row_axis,
    write_rows,
)
from carbonpeak.plot.style import INK, colours, figure_style, unit_label, word
from carbonpeak.vocabulary import Language

Standing = Literal["met", "on_track", "late", "missed", "not_known"]

# Told apart by shape as well as by colour.
_STANDINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "met": ("#009E73", "o"),
        "on_track": ("#56B4E9", "^"),
        "late": ("#E69F00", "s"),
        "missed": ("#D55E00", "X"),
        "not_known": ("#9A9A9A", "d"),
    }
)
_BAR_HEIGHT = 0.5
_GROUP_HEIGHT = 0.84
_TEXT_SHARE = 0.72


def plot_dashboard(
    ax: Axes,
    progress: xr.DataArray,
    *,
    standing: Mapping[str, Standing],
    required: Mapping[str, str],
    expected: Mapping[str, str],
    lead: Mapping[str, str],
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw one row for each target: how far it has come, what is asked, what is expected.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    progress : (target,)
        Percent of the way to the target, 100 where it is met; below zero where things move
        away from it. NaN where it is not known: the row stays, without a bar.
    standing : mapping
        ``met``, ``on_track``, ``late``, ``missed`` or ``not_known`` for each target.
    required, expected : mapping of str to str
        What the target asks for and what is achieved or expected, with their units. A target
        without an entry is written as not known.
    lead : mapping of str to str
        By how much a target is ahead or behind, in words; one without an entry stays blank.
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
        When `progress` has other dimensions or no unit, or a target has no standing, or an
        unknown one, or one that its progress does not fit.
    """
    progress = require_dims(progress, ("target",), "progress")
    keys = keys_of(progress, "target")
    _require_standing(progress, standing)
    places = np.arange(len(keys))
    tones = [_STANDINGS[standing[key]][0] for key in keys]
    with figure_style(lang):
        ax.barh(places, progress.values, _BAR_HEIGHT, color=tones, alpha=0.55)
        ax.axvline(100, color=INK, linewidth=1.1, linestyle="--", zorder=1)
        ax.axvline(0, color=INK, linewidth=0.8)
        for place, key, value in zip(places, keys, progress.values, strict=True):
            _draw_mark(ax, standing[key], float(value), int(place))
        row_axis(ax, [named(labels, key) for key in keys])
        known = progress.values[np.isfinite(progress.values)]
        low, high = min(0.0, *known, 0.0), max(100.0, *known, 100.0)
        ax.set_xlim(low - 0.06 * (high - low), high + 0.08 * (high - low))
        unknown = word("dashboard.not_known", lang)
        columns = {
            word("dashboard.required", lang): [required.get(key, unknown) for key in keys],
            word("dashboard.expected", lang): [expected.get(key, unknown) for key in keys],
            word("dashboard.standing", lang): [
                word(f"dashboard.{standing[key]}", lang) for key in keys
            ],
            word("dashboard.lead", lang): [lead.get(key, "") for key in keys],
        }
        write_rows(ax, columns)
        unit = progress.attrs["units"]
        dress(ax, "dashboard", unit=unit, lang=lang, title=title, source=source, upright=False)
    return ax


def _require_standing(progress: xr.DataArray, standing: Mapping[str, str]) -> None:
    for key, value in zip(keys_of(progress, "target"), progress.values, strict=True):
        given = standing.get(key)
        if given not in _STANDINGS:
            hint = suggestion(str(given), list(_STANDINGS))
            raise ResultError(f"target '{key}' has the standing {given!r}; {hint}")
        if not np.isfinite(value) and given in ("met", "on_track", "late"):
            raise ResultError(f"target '{key}' is {given}, but its progress is not known")


def _draw_mark(ax: Axes, standing: Standing, value: float, place: int) -> None:
    tone, shape = _STANDINGS[standing]
    known = bool(np.isfinite(value))
    face = tone if standing != "not_known" else "white"
    style: dict[str, Any] = {"markeredgecolor": tone if face == "white" else "white"}
    at = value if known else 0.0
    ax.plot(
        [at], [place], shape, ms=9.5, color=face, zorder=4, label=standing, clip_on=False, **style
    )


def plot_allocation(
    ax: Axes,
    amounts: xr.DataArray,
    *,
    total: float,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw what each receiver gets under each rule, side by side.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    amounts : (rule, receiver)
        Parts of the total in ``attrs["units"]``.
    total : float
        What the parts of every rule sum to, in the same unit; it is stated in the figure.
    labels : mapping
        Name of each rule and each receiver.
    lang, title, source
        As in `plot_energy`.

    Returns
    -------
    Axes

    Raises
    ------
    ResultError
        When `amounts` has other dimensions, a gap or no unit, or the parts of a rule do not
        sum to the total.
    """
    amounts = require_numbers(amounts, ("rule", "receiver"), "the parts")
    rules, receivers = keys_of(amounts, "rule"), keys_of(amounts, "receiver")
    for rule, parts in zip(rules, amounts.values, strict=True):
        if not np.isclose(parts.sum(), total, rtol=1e-9, atol=1e-9):
            raise ResultError(f"the parts under {rule} sum to {parts.sum():g}, not to {total:g}")
    shades = colours(rules, "measure")
    height = _GROUP_HEIGHT / len(rules)
    with figure_style(lang):
        row_axis(ax, [named(labels, key) for key in receivers])
        for place, rule in enumerate(rules):
            at = np.arange(len(receivers)) + (place - (len(rules) - 1) / 2) * height
            name, tone = named(labels, rule), shades[rule]
            bars = ax.barh(at, amounts.values[place], 0.9 * height, color=tone, label=name)
            texts = [number(float(value)) for value in amounts.values[place]]
            ax.bar_label(bars, texts, padding=3, fontsize=_bar_text(ax, height))
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.margins(x=0.12)
        ax.legend(
            loc="upper left",
            bbox_to_anchor=(1.01, 1.0),
            title=word("allocation.rule", lang),
            alignment="left",
        )
        unit = amounts.attrs["units"]
        dress(ax, "allocation", unit=unit, lang=lang, title=title, source=source, upright=False)
        stated = word("allocation.total", lang)
        ax.set_xlabel(stated.format(total=number(total), unit=unit_label(unit, lang)))
    return ax


def _bar_text(ax: Axes, height: float) -> float:
    """Return the font size that fits a bar of this height in rows."""
    rows = abs(np.ptp(ax.get_ylim()))
    points = ax.get_window_extent().height / ax.figure.dpi * 72.0 / rows * height
    return float(min(8.0, _TEXT_SHARE * points))
