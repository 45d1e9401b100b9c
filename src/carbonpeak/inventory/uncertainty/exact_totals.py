"""Keep activity on the exact totals that it was reconciled with, whatever its draws.

Reconciliation moves activity by a linear rule, so that its deviations follow the same rule:
of the deviations of all cells, what would leave the totals is taken back, cell by cell in
proportion to its variance. What is exactly known thus adds no uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from carbonpeak.evidence.region import Total
from carbonpeak.inventory.activity import feeders
from carbonpeak.inventory.balance import energy_carbon_rates, total_row
from carbonpeak.inventory.model import Floats, Integers, Model
from carbonpeak.inventory.uncertainty.terms import Terms


@dataclass(frozen=True)
class Step:
    """The totals of one year.

    Attributes
    ----------
    cells : (moved,)
        Places of the cells that give way.
    gain : (moved, total)
    rows : (total, cell)
    """

    cells: Integers
    gain: Floats
    rows: Floats

    def apply(self, deviations: Floats) -> None:
        """Take back, in place, what leaves the totals; `deviations` is (cell, …)."""
        deviations[self.cells] -= self.gain @ (self.rows @ deviations)


def steps_of(terms: Terms, deviations: Floats) -> tuple[Step, ...]:
    """Return what keeps the totals of a region, in the order of reconciliation.

    Parameters
    ----------
    terms : Terms
        Activity as reconciled.
    deviations : (cell,)
        Standard deviation of each cell.
    """
    record = terms.model.region.record
    years = sorted(terms.model.years, key=lambda year: (year != record.base_year, year))
    found = []
    for year in years:
        totals = {name: total for name, total in record.totals.items() if total.year == year}
        step = _step(terms, deviations, year, totals)
        if step is not None:
            found.append(step)
    return tuple(found)


def _step(terms: Terms, deviations: Floats, year: int, totals: dict[str, Total]) -> Step | None:
    activity = _activity(terms)
    rows = [
        _over_cells(terms, coefficients, when)
        for name, total in totals.items()
        for coefficients, when in [_coefficients(terms.model, name, total, activity)]
    ]
    if not rows:
        return None
    matrix = np.array(rows)
    here = np.array([cell.year == year for cell in terms.cells])
    moved = np.flatnonzero(here & (deviations > 0) & matrix.any(axis=0))
    spread = matrix[:, moved] * deviations[moved]
    reached = np.linalg.norm(spread, axis=1) > 0
    if not reached.any():
        return None
    gain = deviations[moved, None] * np.linalg.pinv(spread[reached], rcond=1e-12)
    return Step(moved, gain, matrix[reached])


def _activity(terms: Terms) -> Floats:
    """Return the activity of each line and year, nan where there is none."""
    model = terms.model
    values = {(cell.line, cell.year): cell.value for cell in terms.cells}
    ids = model.ids
    return np.array(
        [
            [values.get((ids[line], year), np.nan) for year in model.years]
            for line in feeders(model.lines)
        ]
    )


def _coefficients(
    model: Model, name: str, total: Total, activity: Floats
) -> tuple[Floats, Sequence[int]]:
    """Return the coefficients of a total, (year, line), and their years."""
    row = total_row(model, name, total, activity)
    if total.kind != "intensity_change" or total.base_year is None:
        return row.coefficients[None, :], [total.year]
    base = model.years.index(total.base_year)
    carbon = energy_carbon_rates(model)[:, base]
    whole = float(np.nansum(carbon * activity[:, base]))
    return np.stack([row.coefficients, -carbon * row.value / whole]), [total.year, total.base_year]


def _over_cells(terms: Terms, coefficients: Floats, years: Sequence[int]) -> Floats:
    """Lay coefficients over lines out over the cells that the lines take their activity from."""
    model, row = terms.model, np.zeros(len(terms.cells))
    places = {(cell.line, cell.year): at for at, cell in enumerate(terms.cells)}
    ids = model.ids
    for line, own in enumerate(feeders(model.lines)):
        for part, year in zip(coefficients[:, line], years, strict=True):
            at = places.get((ids[own], year))
            if at is not None:
                row[at] += part
    return row
