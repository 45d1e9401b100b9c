"""Measures that want the same activity, settled in the order that a scenario states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.moves import MoveMap

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("measure", "year", "asked", "built", "line", "short_year", "taken_by")
SLACK = 1e-9


@dataclass(frozen=True)
class Cut:
    """Builds of one measure and year that were cut, and why.

    Attributes
    ----------
    line : str
        The line that ran out.
    year_short : int
        The year in which it did; the builds would still have been at work then.
    takers : tuple of str
        Those that had taken from the line by then, first to last.
    """

    row: int
    year: int
    line: str
    year_short: int
    takers: tuple[str, ...]


def settle(
    moves: MoveMap,
    baseline: Floats,
    asked: Floats,
    *,
    order: Sequence[int],
    integer: Sequence[bool],
) -> tuple[Floats, list[Cut]]:
    """Cut builds so that each measure takes only what those before it have left.

    A measure comes first in every year, not only in the one it builds in: what it will take
    later is kept for it. What a later measure would add to a line does not count for an earlier
    one.

    Parameters
    ----------
    baseline : (line, year)
        Activity without measures.
    asked : (measure, year)
        Native units.
    order : sequence of int
        Places of all measures.
    integer : (measure,)
        Whether a measure is built in whole units.

    Returns
    -------
    builds : (measure, year)
    cuts : list of Cut
    """
    left, built = baseline.copy(), np.zeros_like(asked)
    cuts = []
    done: list[int] = []
    for row in order:
        done.append(row)
        for year in np.flatnonzero(asked[row]):
            takes = np.maximum(-moves.move[row], 0.0)[:, None] * moves.strength[row, year]
            with np.errstate(divide="ignore", invalid="ignore"):
                most = np.where(takes > 0, np.maximum(left, 0.0) / takes, np.inf)
            amount = asked[row, year]
            if most.min() < amount * (1 - SLACK):
                amount = np.floor(most.min() + SLACK) if integer[row] else most.min()
                cuts.append(_cut(moves, built, most, row=row, year=int(year), done=done))
            built[row, year] = amount
            left += moves.move[row][:, None] * (amount * moves.strength[row, year])
    return built, cuts


def _cut(
    moves: MoveMap, built: Floats, most: Floats, *, row: int, year: int, done: Sequence[int]
) -> Cut:
    line, short = np.unravel_index(int(np.argmin(most)), most.shape)
    at_work = moves.effective(built)[:, short]
    takers = [moves.measures[it] for it in done if moves.move[it, line] * at_work[it] < 0]
    years = moves.model.years
    return Cut(row, year, moves.model.ids[line], years[short], tuple(takers))


def record_cuts(pathway: xr.Dataset, asked: Floats, cuts: Sequence[Cut]) -> xr.Dataset:
    """Return a pathway with what was asked for beside what was built, and why they differ.

    Parameters
    ----------
    asked : (measure, year)
        Native units.
    """
    plan = ("measure", "year")
    short = np.zeros(asked.shape, dtype=int)
    lines, takers = (np.full(asked.shape, "", dtype=object) for _ in range(2))
    for cut in cuts:
        at = cut.row, cut.year
        short[at], lines[at], takers[at] = cut.year_short, cut.line, ", ".join(cut.takers)
    found = pathway.assign(
        {
            "builds_asked": (plan, asked, dict(pathway["builds"].attrs)),
            "short_line": (plan, lines.astype(str)),
            "short_year": (plan, short),
            "taken_by": (plan, takers.astype(str)),
        }
    )
    found["builds_asked"].attrs["long_name"] = "builds asked for"
    return found


@checked
def settlement(pathway: xr.Dataset) -> pd.DataFrame:
    """Return the builds that were cut because another measure had taken what they wanted.

    Parameters
    ----------
    pathway : xr.Dataset
        From `project`. Only a scenario with ``interaction: order`` cuts builds; any other is
        refused when two measures want the same activity.

    Returns
    -------
    pd.DataFrame
        Columns ``measure``, ``year``, ``asked``, ``built`` in native units, ``line`` that ran
        out, ``short_year`` in which it did, and ``taken_by``; no row when nothing was cut.
    """
    import pandas as pd

    if "builds_asked" not in pathway:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = [
        (
            str(pathway["measure"].values[row]),
            int(pathway["year"].values[year]),
            float(pathway["builds_asked"].values[row, year]),
            float(pathway["builds"].values[row, year]),
            str(pathway["short_line"].values[row, year]),
            int(pathway["short_year"].values[row, year]),
            str(pathway["taken_by"].values[row, year]),
        )
        for row, year in np.argwhere(pathway["short_line"].values != "")
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
