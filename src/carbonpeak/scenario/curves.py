"""S-curves from a start to a saturation, by few stated numbers in `curves.csv`.

Logistic, saturation half reached at the midpoint, and Gompertz, at which 1/e of it is reached:

    L(t) = K / (1 + exp(-k (t - m)))          L(t) = K exp(-exp(-k (t - m)))

The curve goes through its start; either the midpoint m or the steepness k is stated, the other
follows. Formulas: C. P. Winsor, The Gompertz curve as a growth curve, PNAS 18 (1932), 1-8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from carbonpeak import units
from carbonpeak.errors import Fault
from carbonpeak.evidence.region import Sourced
from carbonpeak.inventory.model import Floats
from carbonpeak.records import Row
from carbonpeak.scenario.series import Series

KEY = ("series", "parameter")
_UNITS: Mapping[str, str] = MappingProxyType({"midpoint": "year", "steepness": "1/year"})


class CurveRow(Sourced):
    """One number of an S-curve."""

    series: str
    curve: Literal["logistic", "gompertz"]
    parameter: Literal["start", "saturation", "midpoint", "steepness"]
    year: int | None = None


@dataclass(frozen=True)
class Curve(Series):
    """An S-curve; its first two rows are its start and its saturation."""

    def scales(self) -> Floats:
        """Return what brings start and saturation to one unit, and the third row to years."""
        start, full, third = (row.record for row in self.rows)
        own = units.factor(third.unit, _UNITS[third.parameter])
        return np.array([1.0, units.factor(full.unit, start.unit), own])

    def levels(self, years: Sequence[int], *, unit: str, values: Floats | None = None) -> Floats:
        """Return the levels over years in a unit, (year, …)."""
        start, saturation, third = self._numbers(values)
        record = self.rows[0].record
        midpoint, steepness = _shape(
            record.curve, record.year, start / saturation, third, self.rows[2].record.parameter
        )
        since = np.asarray(years, float).reshape(-1, *(1,) * np.ndim(start)) - midpoint
        reached = _REACHED[record.curve](steepness * since)
        return np.asarray(saturation * reached * units.factor(self.unit, unit))


def logistic(scaled: Floats) -> Floats:
    """Return the share of saturation; 0 is the midpoint."""
    return np.asarray(1.0 / (1.0 + np.exp(-scaled)))


def gompertz(scaled: Floats) -> Floats:
    """Return the share of saturation; 0 is the midpoint, where it is 1/e."""
    return np.asarray(np.exp(-np.exp(-scaled)))


def _distance(curve: str, share: Floats) -> Floats:
    """Return how far before the midpoint a share of saturation is reached, scaled."""
    odds = 1.0 / share - 1.0 if curve == "logistic" else -np.log(share)
    return np.asarray(np.log(odds))


def _shape(
    curve: str, year: int, share: Floats, third: Floats, stated: str
) -> tuple[Floats, Floats]:
    """Return midpoint and steepness of the curve through its start."""
    distance = _distance(curve, np.asarray(share))
    if stated == "midpoint":
        return third, distance / (third - year)
    return year + distance / third, third


_REACHED = MappingProxyType({"logistic": logistic, "gompertz": gompertz})


def make_curve(name: str, rows: Sequence[Row[CurveRow]], faults: list[Fault]) -> Curve | None:
    """Make a curve of its rows; what is wrong with them is added to `faults`."""
    by_name = {row.record.parameter: row for row in rows}
    third = [by_name[shape] for shape in ("midpoint", "steepness") if shape in by_name]
    lacking = [part for part in ("start", "saturation") if part not in by_name]
    if lacking or len(third) != 1:
        problem = f"S-curve '{name}' needs start, saturation, and either midpoint or steepness"
        faults.append(rows[0].fault("parameter", problem, "add or remove rows"))
        return None
    curve = Curve(name, (by_name["start"], by_name["saturation"], third[0]))
    wrong = _mixed(rows) + _unit_faults(curve) or _reach_faults(curve)
    faults += wrong
    return None if wrong else curve


def _mixed(rows: Sequence[Row[CurveRow]]) -> list[Fault]:
    first = rows[0].record.curve
    return [
        row.fault("curve", f"'{row.record.series}' mixes {first} and {row.record.curve}")
        for row in rows
        if row.record.curve != first
    ]


def _unit_faults(curve: Curve) -> list[Fault]:
    start, full, third = curve.rows
    wanted = _UNITS[third.record.parameter]
    faults = []
    if start.record.year is None:
        faults.append(start.fault("year", "is missing: the year of the start", "add it"))
    for row, like in ((full, start.record.unit), (third, wanted)):
        if not units.same_dimension(row.record.unit, like):
            problem = f"'{row.record.unit}' does not fit '{like}'"
            faults.append(row.fault("unit", problem, f"use {like}"))
    return faults


def _reach_faults(curve: Curve) -> list[Fault]:
    """Return a fault where the curve does not rise from its start to its saturation."""
    start, full, shape = curve.stated()
    _, saturation, third = curve.rows
    record = curve.rows[0].record
    if not 0 < start < full:
        problem = f"never reaches {full:g} from {start:g}; a curve rises from above 0"
        return [saturation.fault("value", problem, "state the complement of what declines")]
    _, steepness = _shape(record.curve, record.year, start / full, shape, third.record.parameter)
    if not (np.isfinite(steepness) and steepness > 0):
        problem = f"never reaches its saturation: {third.record.parameter} {shape:g} does not rise"
        return [third.fault("value", problem, "midpoint after the start, steepness above 0")]
    return []
