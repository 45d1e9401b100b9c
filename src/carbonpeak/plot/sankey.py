"""From energy carriers over users to emissions, each flow as wide as it is large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path

from carbonpeak.plot.layout import HALO, dress, keys_of, named, number, require_dims, text_height
from carbonpeak.plot.style import QUIET, colours, figure_style, unit_label, word
from carbonpeak.vocabulary import Language

Column = Literal["carrier", "maker", "user", "emission"]
Nodes = dict[tuple[Column, str], "Node"]

_PLACES: Mapping[Column, float] = {"carrier": 0.0, "maker": 0.25, "user": 0.5, "emission": 1.0}
_WIDTH = 0.014
_GAP = 0.02
_TALLEST = 1.5
"""Height of a column, in halves, for which the room of a text is reckoned."""

_FLOW_ALPHA = 0.5
_PLAIN = "#4F5B66"


@dataclass
class Node:
    """A bar where flows arrive at the left and leave at the right.

    Heights are in parts of a half: 1 is all energy, or all emissions. The bar lies in the middle
    of its room, which begins at `top`; `arrived` and `gone` are how far its sides are taken.
    """

    column: Column
    key: str
    text: str
    colour: str
    arrives: float
    leaves: float
    room: float = 0.0
    top: float = 0.0
    arrived: float = 0.0
    gone: float = 0.0

    @property
    def middle(self) -> float:
        """The height of the middle of the bar."""
        return self.top + self.room / 2


@dataclass(frozen=True)
class Flow:
    """What runs from one node to another, as high as it is large."""

    start: Node
    end: Node
    height: float
    colour: str


def plot_energy_sankey(
    ax: Axes,
    supply: xr.DataArray,
    emissions: xr.DataArray,
    *,
    delivered: xr.DataArray,
    maker: str,
    labels: Mapping[str, str],
    lang: Language = "zh",
    title: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw energy from carriers to users and on to what they emit.

    Energy and emissions have scales of their own: in each half of the figure the widths are
    in proportion, and both halves are equally high.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    supply : (carrier, user)
        Energy that enters the region or is won in it, in ``attrs["units"]``.
    emissions : (user, kind)
        Emissions of each user in ``attrs["units"]``; no value is negative.
    delivered : (user,)
        Heat and power made inside the region from what `maker` gets of the supply.
    maker : str
        The user that makes them.
    labels : mapping
        Name of each carrier, user and kind.
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
    supply = require_dims(supply, ("carrier", "user"), "supply of energy")
    emissions = require_dims(emissions, ("user", "kind"), "emissions by user")
    delivered = require_dims(delivered, ("user",), "energy delivered")
    with figure_style(lang):
        nodes = _nodes(supply, emissions, delivered, maker=maker, labels=labels)
        size = float(mpl.rcParams["font.size"]) * 0.92
        bottom = _place(nodes, text_height(ax, size) * _TALLEST)
        _frame(ax, bottom)
        for flow in _flows(nodes, supply, emissions, delivered, maker=maker):
            _draw_flow(ax, flow)
        for node in nodes.values():
            _draw_node(ax, node, size)
        _head(ax, supply, emissions, lang)
        dress(ax, "sankey", unit=None, lang=lang, title=title, source=source, upright=False)
    return ax


def _nodes(
    supply: xr.DataArray,
    emissions: xr.DataArray,
    delivered: xr.DataArray,
    *,
    maker: str,
    labels: Mapping[str, str],
) -> Nodes:
    energy, emitted = float(supply.sum()), float(emissions.sum())
    nodes: Nodes = {}

    def add(
        column: Column, key: str, colour: str, numbers: Sequence[float], **sides: float
    ) -> None:
        told = " → ".join(number(value) for value in numbers)
        nodes[column, key] = Node(column, key, f"{named(labels, key)}  {told}", colour, **sides)

    shades = colours(keys_of(supply, "carrier"), "carrier")
    for key, shade in shades.items():
        total = float(supply.sel(carrier=key).sum())
        add("carrier", key, shade, [total], arrives=0.0, leaves=total / energy)
    made = float(delivered.sum())
    for key in keys_of(supply, "user"):
        out = float(emissions.sel(user=key).sum())
        got = float(supply.sel(user=key).sum() + delivered.sel(user=key))
        if key == maker and made:
            sides = {"arrives": got / energy, "leaves": made / energy + out / emitted}
            add("maker", key, _PLAIN, [got, made], **sides)
        else:
            add("user", key, _PLAIN, [got, out], arrives=got / energy, leaves=out / emitted)
    for key, shade in colours(keys_of(emissions, "kind"), "sector").items():
        total = float(emissions.sel(kind=key).sum())
        add("emission", key, shade, [total], arrives=total / emitted, leaves=0.0)
    return nodes


def _place(nodes: Nodes, line: float) -> float:
    """Give every node its room, at least a line of text high; return where the lowest ends."""
    heights: dict[Column, float] = {}
    for node in nodes.values():
        node.room = max(node.arrives, node.leaves, line)
        heights[node.column] = heights.get(node.column, -_GAP) + node.room + _GAP
    # What makes heat and power lies below all that passes by.
    lowest = max(height for column, height in heights.items() if column != "maker")
    tops = {
        column: lowest + line if column == "maker" else (lowest - height) / 2
        for column, height in heights.items()
    }
    for node in nodes.values():
        node.top = tops[node.column]
        tops[node.column] += node.room + _GAP
    return max(node.top + node.room for node in nodes.values())


def _flows(
    nodes: Nodes,
    supply: xr.DataArray,
    emissions: xr.DataArray,
    delivered: xr.DataArray,
    *,
    maker: str,
) -> Iterator[Flow]:
    """Yield the flows from top to bottom of the nodes that they leave."""
    energy, emitted = float(supply.sum()), float(emissions.sum())
    users = {key: node for (column, key), node in nodes.items() if column in ("user", "maker")}
    below = sorted(users, key=lambda key: users[key].top)
    for carrier in keys_of(supply, "carrier"):
        start = nodes["carrier", carrier]
        for user in below:
            height = float(supply.sel(carrier=carrier, user=user)) / energy
            yield Flow(start, users[user], height, start.colour)
    for user in below:
        height = float(delivered.sel(user=user)) / energy
        yield Flow(users[maker], users[user], height, colours(["heat"], "carrier")["heat"])
    for user in below:
        for kind in keys_of(emissions, "kind"):
            end = nodes["emission", kind]
            height = float(emissions.sel(user=user, kind=kind)) / emitted
            yield Flow(users[user], end, height, end.colour)


def _draw_flow(ax: Axes, flow: Flow) -> None:
    if flow.height <= 0:
        return
    start, end = flow.start, flow.end
    high = start.middle - start.leaves / 2 + start.gone
    low = end.middle - end.arrives / 2 + end.arrived
    start.gone += flow.height
    end.arrived += flow.height
    left, right = _PLACES[start.column] + _WIDTH, _PLACES[end.column]
    # Emissions of what lies below run straight until they have passed the users.
    bend = _PLACES["user"] + _WIDTH if (start.column, end.column) == ("maker", "emission") else left
    middle = (bend + right) / 2
    there = [(left, high), (bend, high), (middle, high), (middle, low), (right, low)]
    back = [(x, y + flow.height) for x, y in reversed(there)]
    curve = [Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve[1:], Path.LINETO, Path.CLOSEPOLY]
    path = Path([*there, *back, there[0]], codes)
    ax.add_patch(
        PathPatch(
            path,
            facecolor=flow.colour,
            alpha=_FLOW_ALPHA,
            linewidth=0,
            label=f"{start.key} > {end.key}",
        )
    )


def _draw_node(ax: Axes, node: Node, size: float) -> None:
    """Draw a bar, as high at each side as what passes there, and its name."""
    left = _PLACES[node.column]
    right = left + _WIDTH
    arrives, leaves = (node.arrives or node.leaves) / 2, (node.leaves or node.arrives) / 2
    corners = [
        (left, node.middle - arrives),
        (right, node.middle - leaves),
        (right, node.middle + leaves),
        (left, node.middle + arrives),
    ]
    ax.add_patch(Polygon(corners, facecolor=node.colour, edgecolor=node.colour, linewidth=0.6))
    before = node.column == "carrier"
    text = ax.annotate(
        node.text,
        xy=(left, node.middle) if before else (right, node.middle),
        xytext=(-5 if before else 5, 0),
        textcoords="offset points",
        ha="right" if before else "left",
        va="center",
        fontsize=size,
        annotation_clip=False,
        zorder=5,
    )
    text.set_path_effects(list(HALO))


def _frame(ax: Axes, bottom: float) -> None:
    ax.set_xlim(0.0, 1.0 + _WIDTH)
    ax.set_ylim(bottom, 0.0)
    ax.set_yticks([])
    ax.tick_params(axis="x", length=0.0, pad=8.0, labelcolor=QUIET)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _head(ax: Axes, supply: xr.DataArray, emissions: xr.DataArray, lang: Language) -> None:
    """Write under each column what it is, with the sums and units of the outer ones."""
    heads: dict[Column, str] = {
        "carrier": _sum("sankey.carriers", supply, lang),
        "maker": word("sankey.maker", lang),
        "user": word("sankey.users", lang),
        "emission": _sum("sankey.emissions", emissions, lang),
    }
    ax.set_xticks(
        [_PLACES[column] + _WIDTH / 2 for column in heads],
        [text.replace(": ", "\n").replace("：", "\n") for text in heads.values()],
        linespacing=1.25,
    )


def _sum(key: str, values: xr.DataArray, lang: Language) -> str:
    unit = unit_label(values.attrs["units"], lang)
    return word(key, lang).format(value=number(float(values.sum())), unit=unit)
