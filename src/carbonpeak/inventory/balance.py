"""Make reported activity meet the exact totals that are known.

The adjusted activity minimises the squared adjustments, each in units of the standard
error of its number, subject to the totals. A number without a range is taken as exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from carbonpeak import units
from carbonpeak.errors import BalanceError
from carbonpeak.evidence.region import CONVENTIONS, Total
from carbonpeak.inventory.model import Floats, Model

ENERGY_SECTORS = ("energy", "indirect")


@dataclass(frozen=True)
class Row:
    """A total as a linear row over the lines of one year: ``coefficients @ activity = value``."""

    name: str
    coefficients: Floats
    value: float


def least_squares(values: Floats, errors: Floats, rows: list[Row]) -> Floats:
    """Adjust values so that they meet every row.

    Parameters
    ----------
    values : (cell,)
        Estimates, all non-negative.
    errors : (cell,)
        Standard errors; zero keeps the cell as it is.
    rows : list of Row
        Exact totals.

    Returns
    -------
    (cell,)
        The adjusted values. A cell that the totals would drive below zero rests at zero.

    Raises
    ------
    BalanceError
        When the rows contradict each other or no cell is free to move.
    """
    free = errors > 0
    adjusted = values.copy()
    for _ in range(len(values) + 1):
        adjusted = _adjust(errors, rows, free, adjusted)
        below = adjusted < 0
        if not below.any():
            return adjusted
        adjusted = np.where(below, 0.0, values)
        free = free & ~below
        values = np.where(below, 0.0, values)
    raise BalanceError(_unmet(rows, values))


def _adjust(errors: Floats, rows: list[Row], free: np.ndarray, start: Floats) -> Floats:
    spread = np.where(free, errors, 0.0)
    matrix = np.array([row.coefficients for row in rows])
    size = np.linalg.norm(matrix * spread, axis=1)
    if not np.all(size > 0):
        stuck = [row for row, reach in zip(rows, size, strict=True) if not reach > 0]
        stuck = [row for row in stuck if not _met(row, start)]
        if stuck:
            raise BalanceError(_unmet(stuck, start))
        keep = size > 0
        rows = [row for row, kept in zip(rows, keep, strict=True) if kept]
        matrix, size = matrix[keep], size[keep]
    if not rows:
        return start
    scaled = matrix * spread / size[:, None]
    target = np.array([row.value for row in rows])
    adjusted = start
    for _ in range(3):
        gap = (target - matrix @ adjusted) / size
        step = np.linalg.lstsq(scaled, gap, rcond=1e-12)[0]
        adjusted = adjusted + spread * step
    if not all(_met(row, adjusted) for row in rows):
        raise BalanceError(_unmet(rows, adjusted))
    return adjusted


def _met(row: Row, values: Floats) -> bool:
    scale = max(abs(row.value), float(np.abs(row.coefficients) @ np.abs(values)), 1e-30)
    return abs(float(row.coefficients @ values) - row.value) <= 1e-9 * scale


def _unmet(rows: list[Row], values: Floats) -> str:
    gaps = "; ".join(
        f"{row.name}: reached {row.coefficients @ values:.6g}, required {row.value:.6g}"
        for row in rows
    )
    return (
        f"these totals cannot be met together ({gaps}). Check the totals in region.yaml, or give "
        "the estimates that may move a range (low, high)"
    )


def reconcile(model: Model, activity: Floats, errors: Floats) -> Floats:
    """Adjust the activity of every year to the totals that the region states.

    The base year comes first, since other years may be stated against it.

    Parameters
    ----------
    model : Model
        Bound lines.
    activity, errors : (line, year)
        Reported activity and its standard error.

    Returns
    -------
    (line, year)
        Activity that meets the totals.

    Raises
    ------
    BalanceError
        When totals contradict each other.
    """
    record = model.region.record
    adjusted = activity.copy()
    for year in sorted(model.years, key=lambda year: (year != record.base_year, year)):
        rows = [
            total_row(model, name, total, adjusted)
            for name, total in record.totals.items()
            if total.year == year
        ]
        if rows:
            moment = model.years.index(year)
            given = ~np.isnan(activity[:, moment])
            shown = [Row(row.name, row.coefficients[given], row.value) for row in rows]
            adjusted[given, moment] = least_squares(
                activity[given, moment], errors[given, moment], shown
            )
    return adjusted


def total_row(model: Model, name: str, total: Total, adjusted: Floats) -> Row:
    """Return an exact total as a linear row over the lines of its year."""
    moment = model.years.index(total.year)
    if total.kind == "energy":
        coefficients = model.energy[CONVENTIONS.index(total.convention), :, moment]
        return Row(name, coefficients, total.value * units.factor(total.unit, "tce"))
    if total.kind == "net_bought":
        return Row(name, _net_bought(model, total.source), total.value)
    return _intensity_row(model, name, total, adjusted)


def _net_bought(model: Model, source: str) -> Floats:
    return np.array(
        [
            float(method.sign) if source in (line.source, line.rule.subject) else 0.0
            for line, method in zip(model.lines, model.methods, strict=True)
        ]
    )


def _intensity_row(model: Model, name: str, total: Total, adjusted: Floats) -> Row:
    base_year = total.base_year
    if base_year is None or base_year not in model.years:
        raise BalanceError(f"{name}: 'base_year' must be one of {model.years}, not {base_year}")
    region, then, base = model.region, model.years.index(total.year), model.years.index(base_year)
    output = {year: region.indicator("gdp", year, unit="CNY2020") for year in model.years}
    rates = energy_carbon_rates(model)
    base_carbon = np.nansum(rates[:, base] * adjusted[:, base])
    change = 1.0 + total.value * units.factor(total.unit, "1")
    carbon = base_carbon * output[total.year] / output[base_year] / change
    return Row(name, rates[:, then], float(carbon))


def energy_carbon_rates(model: Model) -> Floats:
    """Return the energy CO2 per unit of activity, bought electricity and heat included.

    Returns
    -------
    (line, year)
        Tonnes of CO2; zero for lines of other sectors.
    """
    counted = np.array([line.rule.sector in ENERGY_SECTORS for line in model.lines])
    rates: Floats = model.rates["emissions"][:, model.gases.index("CO2"), :]
    return np.asarray(rates * counted[:, None])
