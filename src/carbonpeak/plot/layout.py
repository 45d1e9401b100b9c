"""Places on the page: titles, units, notes, and labels that keep clear of each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from scipy.optimize import isotonic_regression

from carbonpeak.errors import ResultError
from carbonpeak.plot.style import INK, QUIET, unit_label, word
from carbonpeak.vocabulary import Language

_POINTS_PER_INCH = 72.0
_LINE_SPACING = 1.55
_PAGE_LEFT = 0.015
_LONG_NAME = 18.0
_FILLED = 0.74
_REACH = 0.035
_NAME_LIFT = 7.0
_NOTE_SIZE, _NOTE_SHARE = 7.5, 0.85

HALO = (patheffects.withStroke(linewidth=3.0, foreground="white"),)


@dataclass(frozen=True)
class Mark:
    """A label to be written at a height beside the plot."""

    height: float
    text: str
    colour: str


def dress(
    ax: Axes,
    figure: str,
    *,
    unit: str | None,
    lang: Language,
    title: str | None,
    source: str | None,
    upright: bool = True,
    quantity: str | None = None,
) -> None:
    """Write title, axis name with unit, and the note on the source.

    The limits must be final: an upright axis of values says when it does not start at zero. The
    axis is called after what the figure shows, unless `quantity` is given.
    """
    headline = ax.set_title(word(f"{figure}.title", lang) if title is None else title)
    truncated = upright and ax.get_ylim()[0] > 0
    name = word(f"{figure}.axis", lang) if quantity is None else quantity
    name = _with_unit(name, unit, lang, truncated=truncated)
    ax.set_ylabel(name, rotation=0, ha="left", va="bottom")
    ax.yaxis.set_label_coords(0.0, 1.0 + min(0.02, _NAME_LIFT / _height(ax)))
    if source is not None:
        write_source(ax, source, from_page=not upright)
    _use_font(ax, headline)


def _use_font(ax: Axes, headline: Text) -> None:
    """Give the texts that were made with the Axes, perhaps elsewhere, the font of the style."""
    families = list(mpl.rcParams["font.family"])
    ax.tick_params(labelfontfamily=families)
    for text in (headline, ax.xaxis.label, ax.yaxis.label):
        text.set_fontfamily(families)


def _with_unit(name: str, unit: str | None, lang: Language, *, truncated: bool) -> str:
    if unit is None:
        return name
    told = [unit_label(unit, lang)]
    if truncated:
        told.append(word("truncated", lang))
    return f"{name}（{'；'.join(told)}）" if lang == "zh" else f"{name} ({'; '.join(told)})"


def write_source(ax: Axes, source: str, *, from_page: bool = False) -> None:
    """Write a note under the plot, small and quiet, from the left of the plot or of the page."""
    ems = _NOTE_SHARE * ax.figure.bbox.width / ax.figure.dpi * _POINTS_PER_INCH / _NOTE_SIZE
    ax.annotate(
        "\n".join(part for line in source.splitlines() for part in _wrapped(line, ems)),
        xy=(_PAGE_LEFT if from_page else 0.0, 0.0),
        xycoords=("figure fraction" if from_page else "axes fraction", "axes fraction"),
        xytext=(0, -38),
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize=_NOTE_SIZE,
        color=QUIET,
        linespacing=1.4,
    )


def _wrapped(text: str, ems: float) -> list[str]:
    """Break a text into lines of a width, at spaces or between Chinese characters."""
    lines, line = [], ""
    for piece in re.findall(r"[\u2e80-\uffff][，。；：、）]?|[^\s\u2e80-\uffff]+\s*|\s+", text):
        if line and _ems(line + piece.rstrip()) > ems:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def year_axis(ax: Axes, years: xr.DataArray, lang: Language, *, margin: float = 0.0) -> None:
    """Name the year axis, put its ticks on whole years, leave a margin of so many years."""
    ax.set_xlabel(word("year", lang))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True, steps=[1, 2, 5, 10]))
    ax.set_xlim(float(years[0]) - margin, float(years[-1]) + margin)


def label_right(ax: Axes, marks: Sequence[Mark], *, year: int, lang: Language) -> None:
    """Write labels to the right of the plot, each near its height, none over another.

    Parameters
    ----------
    ax : Axes
        Its vertical limits must be final.
    marks : sequence of Mark
        What to write.
    year : int
        The year to which the values in the labels belong; it heads them.
    lang : {"zh", "en"}
        Language.
    """
    write_marks(ax, marks, heading=word("in_year", lang).format(year=year))


def write_marks(ax: Axes, marks: Sequence[Mark], *, heading: str, reach: float = _REACH) -> None:
    """Write labels to the right of the plot under a heading; many are written smaller.

    They stand off by `reach`, a share of the width of the plot.
    """
    size = fitting_size(ax, len(marks))
    ax.annotate(
        heading,
        (1.0 + reach, 1.02),
        xycoords="axes fraction",
        va="bottom",
        fontsize=size,
        color=QUIET,
    )
    places = spread([mark.height for mark in marks], _gap(ax, size), ax.get_ylim())
    for mark, place in zip(marks, places, strict=True):
        ax.annotate(
            mark.text,
            xy=(1.0, mark.height),
            xycoords=("axes fraction", "data"),
            xytext=(1.0 + reach, place),
            textcoords=("axes fraction", "data"),
            va="center",
            ha="left",
            fontsize=size,
            color=INK,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": mark.colour,
                "linewidth": 1.6,
                "shrinkA": 1.0,
                "shrinkB": 0.0,
                "relpos": (0.0, 0.5),
            },
        )


def fitting_size(ax: Axes, lines: int) -> float:
    """Return the font size at which so many lines of text fit beside the plot."""
    usual = float(mpl.rcParams["font.size"]) * 0.95
    return min(usual, _FILLED * _height(ax) / (_LINE_SPACING * max(1, lines)))


def write_key(ax: Axes, columns: Mapping[str, Sequence[str]], *, marks: Sequence[str]) -> None:
    """Write a list to the right of the plot: a mark for each row, its name, then numbers.

    Parameters
    ----------
    ax : Axes
        Beside which the list stands, from its top down.
    columns : mapping of str to sequence of str
        Texts under their headings, the names first.
    marks : sequence of str
        What stands before each name, such as the number that the plot shows.
    """
    size = fitting_size(ax, len(marks) + 1)
    step = _LINE_SPACING * size
    left = 14.0 + size * max(_ems(mark) for mark in marks)
    for row, mark in enumerate(marks):
        _write_cell(ax, mark, left - 0.5 * size, (row + 1) * step, size, "right")
    for place, (heading, texts) in enumerate(columns.items()):
        width = size * max(_ems(text) for text in (heading, *texts))
        at, align = (left, "left") if place == 0 else (left + width, "right")
        _write_cell(ax, heading, at, 0.0, size, align, QUIET)
        for row, text in enumerate(texts):
            _write_cell(ax, text, at, (row + 1) * step, size, align)
        left += width + 1.2 * size


def _write_cell(
    ax: Axes, text: str, across: float, down: float, size: float, align: str, colour: str = INK
) -> None:
    ax.annotate(
        text,
        xy=(1.0, 1.0),
        xycoords="axes fraction",
        xytext=(across, -down),
        textcoords="offset points",
        ha=align,
        va="top",
        fontsize=size,
        color=colour,
        annotation_clip=False,
    )


def row_axis(ax: Axes, names: Sequence[str]) -> None:
    """Name horizontal bars, the first one on top, with a grid for their values."""
    ax.set_yticks(np.arange(len(names)), [_folded(name) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")


def _folded(name: str) -> str:
    """Break a long name in two lines, at the space nearest its middle."""
    spaces = [at for at, letter in enumerate(name) if letter == " "]
    if _ems(name) <= _LONG_NAME or not spaces:
        return name
    middle = min(spaces, key=lambda at: abs(_ems(name[:at]) - _ems(name[at:])))
    return f"{name[:middle].rstrip()}\n{name[middle:].lstrip()}"


def write_rows(
    ax: Axes, columns: Mapping[str, Sequence[str]], *, tones: Mapping[str, str] | None = None
) -> None:
    """Write columns of text to the right of horizontal bars, each under its heading.

    `tones` gives headings a colour, so that they explain bars of that colour.
    """
    size = float(mpl.rcParams["font.size"]) * 0.92
    right = 8.0
    for heading, texts in columns.items():
        right += size * max(_ems(text) for text in (heading, *texts))
        for row, text in enumerate(texts):
            _write_beside(ax, text, right, row, size, INK)
        _write_beside(ax, heading, right, -0.75, size, (tones or {}).get(heading, QUIET))
        right += 1.4 * size


def _write_beside(ax: Axes, text: str, right: float, row: float, size: float, colour: str) -> None:
    ax.annotate(
        text,
        xy=(1.0, row),
        xycoords=("axes fraction", "data"),
        xytext=(right, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=size,
        color=colour,
        annotation_clip=False,
    )


def _ems(text: str) -> float:
    """Return about how wide a text is, a Chinese character being one."""
    return sum(1.0 if letter > "\u2e80" else 0.56 for letter in text)


def _gap(ax: Axes, points: float) -> float:
    """Return a text height in data units, from the height of the Axes before layout."""
    low, high = ax.get_ylim()
    return text_height(ax, points) * abs(high - low)


def text_height(ax: Axes, points: float) -> float:
    """Return how high a line of text is in parts of the Axes, before layout."""
    return points * _LINE_SPACING / _height(ax)


def _height(ax: Axes) -> float:
    """Return the height of the Axes in points, before layout."""
    return float(ax.get_window_extent().height / ax.figure.dpi * _POINTS_PER_INCH)


def spread(heights: Sequence[float], gap: float, limits: tuple[float, float]) -> list[float]:
    """Move heights as little as possible so that neighbours are `gap` apart.

    Returns
    -------
    list of float
        Places in the order given, inside the limits; closer than `gap` when room is short.
    """
    if not heights:
        return []
    order = np.argsort(heights, kind="stable")
    low, high = min(limits), max(limits)
    steps = min(gap, (high - low) / max(1, len(heights) - 1)) * np.arange(len(heights))
    free = isotonic_regression(np.asarray(heights, dtype=float)[order] - steps).x
    placed = np.clip(free, low, max(low, high - steps[-1])) + steps
    places = np.empty(len(heights))
    places[order] = placed
    return [float(place) for place in places]


def number(value: float) -> str:
    """Write a number with as many digits as a reader needs, and a true minus."""
    size = abs(value)
    if size == 0:
        return "0"
    text = f"{size:,.1f}" if size >= 1 else f"{size:.2f}" if size >= 0.1 else f"{size:.1g}"
    return f"−{text}" if value < 0 else text


def last_year(array: xr.DataArray) -> int:
    """Return the last year of an array."""
    return int(array["year"].values[-1])


def named(labels: Mapping[str, str], key: object) -> str:
    """Return the label of a key, or the key itself when it has none."""
    return labels.get(str(key), str(key))


def require_dims(
    array: xr.DataArray, dims: tuple[str, ...], what: str, *, with_unit: bool = True
) -> xr.DataArray:
    """Return the array with its dimensions in this order.

    Raises
    ------
    ResultError
        When it has other dimensions, nothing in it, or no unit although it needs one.
    """
    if set(array.dims) != set(dims):
        raise ResultError(f"{what} needs the dimensions {dims}; this array has {array.dims}")
    if with_unit and "units" not in array.attrs:
        raise ResultError(f"{what} has no unit; set attrs['units'], for example '万吨/year'")
    if not array.size:
        raise ResultError(f"{what}: there is nothing to draw; every dimension needs an entry")
    return array.transpose(*dims)


def require_numbers(array: xr.DataArray, dims: tuple[str, ...], what: str) -> xr.DataArray:
    """Return the array with its dimensions in this order, every number in it known.

    Raises
    ------
    ResultError
        As `require_dims`, or when a number is missing.
    """
    array = require_dims(array, dims, what)
    known = np.isfinite(array.values)
    if not known.all():
        first = zip(dims, np.argwhere(~known)[0], strict=True)
        place = ", ".join(f"{dim} {array[dim].values[at]}" for dim, at in first)
        raise ResultError(f"{what} lacks a number at {place}; leave it out or give it")
    return array


def require_same(array: xr.DataArray, other: xr.DataArray, dim: str, what: str) -> None:
    """Check that two arrays have the same entries in a dimension, in the same order.

    Raises
    ------
    ResultError
        When they differ.
    """
    mine, theirs = array[dim].values.tolist(), other[dim].values.tolist()
    if mine != theirs:
        raise ResultError(f"{what}: one array has the {dim}s {mine}, the other {theirs}")


def keys_of(array: xr.DataArray, dim: str) -> list[str]:
    """Return the labels of a dimension as words."""
    return [str(key) for key in array[dim].values]
