"""Labels of points: each near its point, none over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from carbonpeak.errors import ResultError
from carbonpeak.plot.layout import HALO
from carbonpeak.plot.style import QUIET

Array = npt.NDArray[np.float64]
Size = tuple[float, float]

_TURNS = 16
_REACHES = tuple(6.0 * 1.3**step for step in range(16))
_LEADER_FROM = 9.0
_DOT, _AIR = 3.5, 1.0


def label_points(
    ax: Axes, points: Array, texts: Sequence[str], *, size: float = 8.5, avoid: Sequence[Text] = ()
) -> None:
    """Write a label near each point, clear of the other labels, the points and the edge.

    The page is laid out first, as only then it is known how far apart the points lie.

    Parameters
    ----------
    ax : Axes
        Its limits must be final.
    points : (point, 2)
        Places in data units.
    texts : sequence of str
        One for each point.
    size : float
        Of the font.
    avoid : sequence of Text
        Texts that are already there.

    Raises
    ------
    ResultError
        When a label finds no free place.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    scale = figure.dpi / 72.0
    spots = np.asarray(ax.transData.transform(points)) / scale
    taken = [_in_points(text.get_window_extent(), scale) for text in avoid]
    taken += [Bbox.from_extents(*(spot - _DOT), *(spot + _DOT)) for spot in spots]
    frame = _in_points(ax.get_window_extent(), scale)
    for point, spot, text in zip(points, spots, texts, strict=True):
        extent = _extent(ax, text, size, scale)
        reach, offset, box = _free(spot, extent, taken, frame, text)
        leader = {"arrowstyle": "-", "color": QUIET, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 2}
        label = ax.annotate(
            text,
            xy=tuple(point),
            xytext=offset,
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=size,
            arrowprops=leader if reach > _LEADER_FROM else None,
        )
        label.set_path_effects(list(HALO))
        taken.append(box)


def _in_points(box: Bbox, scale: float) -> Bbox:
    return Bbox(box.get_points() / scale)


def _extent(ax: Axes, text: str, size: float, scale: float) -> Size:
    """Return width and height of a text in points."""
    trial = ax.text(0, 0, text, fontsize=size)
    box = trial.get_window_extent()
    trial.remove()
    return box.width / scale, box.height / scale


def _free(
    spot: Array, extent: Size, taken: Sequence[Bbox], frame: Bbox, text: str
) -> tuple[float, Size, Bbox]:
    """Return the nearest free place: its reach, its offset and its box."""
    for reach, offset in _offsets(extent):
        half = np.array(extent) / 2 + _AIR
        box = Bbox.from_extents(*(spot + offset - half), *(spot + offset + half))
        inside = frame.x0 <= box.x0 and box.x1 <= frame.x1
        inside = inside and frame.y0 <= box.y0 and box.y1 <= frame.y1
        if inside and not any(box.overlaps(other) for other in taken):
            return reach, offset, box
    raise ResultError(f"there is no room for the label '{text}'; draw on a larger figure")


def _offsets(extent: Size) -> Iterator[tuple[float, Size]]:
    for reach in _REACHES:
        for turn in range(_TURNS):
            angle = 2.0 * np.pi * turn / _TURNS
            across, up = np.cos(angle), np.sin(angle)
            yield reach, (across * (reach + extent[0] / 2), up * (reach + extent[1] / 2))
