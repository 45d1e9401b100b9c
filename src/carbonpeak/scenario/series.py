"""Series over years: stated points and growth, and what every series answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from carbonpeak import units
from carbonpeak.errors import Fault, ScenarioError, suggestion
from carbonpeak.evidence.region_rows import Sourced
from carbonpeak.inventory.model import Floats
from carbonpeak.records import Row

Interpolation = Literal["linear", "geometric", "step"]
MeasureOf = Literal["level", "growth"]


class SeriesRow(Sourced):
    """One stated point of a series, or the growth of the period that ends in its year."""

    series: str
    year: int
    measure_of: MeasureOf
    interpolation: Interpolation = "linear"


@dataclass(frozen=True)
class Series(ABC):
    """A named series, with the rows that state it.

    Every answer may be asked for other numbers than those stated: `values` has one number for
    each row, in the unit of the first, and any further dimensions, such as draws.
    """

    name: str
    rows: tuple[Row[Any], ...]

    @property
    def unit(self) -> str:
        """The unit of the first row."""
        return str(self.rows[0].record.unit)

    def scales(self) -> Floats:
        """Return what brings the number of each row to the unit of the first, (row,)."""
        return np.array([units.factor(row.record.unit, self.unit) for row in self.rows])

    def stated(self) -> Floats:
        """Return the stated numbers in the unit of the first row, (row,)."""
        return np.array([row.record.value for row in self.rows]) * self.scales()

    @abstractmethod
    def levels(self, years: Sequence[int], *, unit: str, values: Floats | None = None) -> Floats:
        """Return the levels over years in a unit, (year, …).

        Raises
        ------
        ScenarioError
            When the series has no levels, or does not cover the years.
        """

    def index(self, years: Sequence[int], *, values: Floats | None = None) -> Floats:
        """Return the series over years relative to the first of them, (year, …).

        Raises
        ------
        ScenarioError
            When the series does not cover the years, or starts from zero.
        """
        levels = self.levels(years, unit=self.unit, values=values)
        if np.any(levels[0] == 0):
            raise ScenarioError(f"{self.place}: starts from 0 in {years[0]}; give its level")
        return np.asarray(levels / levels[0])

    @property
    def place(self) -> str:
        """Where the series is stated, for messages."""
        return f"{self.rows[0].place}: series '{self.name}'"

    def _numbers(self, values: Floats | None) -> Floats:
        return self.stated() if values is None else np.asarray(values, float)


@dataclass(frozen=True)
class Points(Series):
    """Levels in stated years; between them each row says how it is reached."""

    def levels(self, years: Sequence[int], *, unit: str, values: Floats | None = None) -> Floats:
        """Return the levels over years in a unit, (year, …)."""
        stated = np.array([row.record.year for row in self.rows])
        if stated[0] > years[0] or stated[-1] < years[-1]:
            raise ScenarioError(
                f"{self.place}: states {stated[0]} to {stated[-1]}; "
                f"the scenario needs {years[0]} to {years[-1]}. Add rows to drivers.csv"
            )
        numbers = self._numbers(values) * units.factor(self.unit, unit)
        ways = np.array([row.record.interpolation for row in self.rows])
        return between(stated, numbers, ways, np.asarray(years))


def between(stated: Any, values: Floats, ways: Any, years: Any) -> Floats:
    """Return values between stated years.

    Parameters
    ----------
    stated : (row,)
        Rising years.
    values : (row, …)
        Values in those years.
    ways : (row,) of str
        How each is reached from the one before: ``linear``; ``geometric``, by the same growth
        each year; ``step``, all at once in its year.
    years : (year,)
        Within the stated ones.

    Returns
    -------
    (year, …)
    """
    after = np.searchsorted(stated, years)
    before = np.maximum(after - 1, 0)
    span = np.where(after > before, stated[after] - stated[before], 1)
    share = (years - stated[before]) / span
    way = ways[after]
    share = np.where(way == "step", np.floor(share), share)
    share = share.reshape(share.shape + (1,) * (values.ndim - 1))
    result = values[before] * (1.0 - share) + values[after] * share
    curved = way == "geometric"
    if curved.any():
        low, high = values[before[curved]], values[after[curved]]
        result[curved] = low * (high / low) ** share[curved]
    return np.asarray(result)


@dataclass(frozen=True)
class Growth(Series):
    """Growth of periods, each ending in the year of its row."""

    def levels(self, years: Sequence[int], *, unit: str, values: Floats | None = None) -> Floats:  # noqa: ARG002
        """Refuse: growth alone has no level."""
        raise ScenarioError(
            f"{self.place}: states growth, but levels in '{unit}' are asked for from "
            f"{years[0]} on; give rows of measure_of level"
        )

    def index(self, years: Sequence[int], *, values: Floats | None = None) -> Floats:
        """Return the compounded growth, (year, …); the first year is 1."""
        ends = np.array([row.record.year for row in self.rows])
        if ends.max() < years[-1]:
            raise ScenarioError(
                f"{self.place}: states growth to {ends.max()}; the scenario needs "
                f"{years[-1]}. Add rows to drivers.csv"
            )
        rates = self._numbers(values) * units.factor(self.unit, "1/year")
        period = np.searchsorted(ends, np.asarray(years[1:]))
        compounded = np.cumprod(1.0 + rates[period], axis=0)
        return np.concatenate([np.ones((1, *compounded.shape[1:])), compounded])


@dataclass(frozen=True)
class Derived(Series):
    """A series that follows from others, such as the stock of petrol cars."""

    derived_unit: str
    first_year: int
    computed: Floats

    @property
    def unit(self) -> str:
        """The unit of the computed levels."""
        return self.derived_unit

    @property
    def place(self) -> str:
        """What the series follows from, for messages."""
        return f"series '{self.name}'"

    def levels(self, years: Sequence[int], *, unit: str, values: Floats | None = None) -> Floats:
        """Return the computed levels, (year,)."""
        if values is not None:
            raise ScenarioError(f"{self.place} follows from others; it has no stated numbers")
        at = np.asarray(years) - self.first_year
        if at.min() < 0 or at.max() >= len(self.computed):
            raise ScenarioError(f"{self.place} is not known from {years[0]} to {years[-1]}")
        return np.asarray(self.computed[at] * units.factor(self.unit, unit))


def make_series(name: str, rows: Sequence[Row[SeriesRow]]) -> Series:
    """Make a series of rows of one kind, in the order of their years."""
    ordered = tuple(sorted(rows, key=lambda row: row.record.year))
    kind = Growth if ordered[0].record.measure_of == "growth" else Points
    return kind(name, ordered)


def row_faults(row: Row[SeriesRow], first: Row[SeriesRow]) -> list[Fault]:
    """Return what is wrong with a row of a series, beside the first row of the series."""
    record, faults = row.record, []
    if record.measure_of != first.record.measure_of:
        faults.append(
            row.fault("measure_of", f"'{record.series}' mixes level and growth", "use one of them")
        )
    growth = record.measure_of == "growth"
    like = "1/year" if growth else first.record.unit
    if not units.same_dimension(record.unit, like):
        faults.append(row.fault("unit", f"'{record.unit}' does not fit '{like}'", f"use {like}"))
    elif growth and record.value * units.factor(record.unit, "1/year") < -1:
        faults.append(row.fault("value", f"is {record.value:g}: a loss of more than everything"))
    if growth and record.interpolation != "linear":
        problem = f"'{record.interpolation}' between levels, but the row states growth"
        faults.append(row.fault("interpolation", problem, "leave it empty"))
    return faults


def geometric_faults(series: Series) -> list[Fault]:
    """Return a fault for each level that no constant growth leads to."""
    faults = []
    for before, after in zip(series.rows, series.rows[1:], strict=False):
        if after.record.interpolation == "geometric" and not before.record.value > 0:
            problem = f"geometric from {before.record.value:g} in {before.record.year}"
            faults.append(after.fault("interpolation", problem, "use linear or step"))
        elif after.record.interpolation == "geometric" and not after.record.value > 0:
            problem = f"geometric to {after.record.value:g}"
            faults.append(after.fault("interpolation", problem, "use linear or step"))
    return faults


def find_series(series: Mapping[str, Series], name: str, *, asked_by: str) -> Series:
    """Return a series by name.

    Raises
    ------
    ScenarioError
        When neither a file of the region nor the scenario states it.
    """
    if name not in series:
        raise ScenarioError(f"{asked_by}: no series '{name}'; {suggestion(name, list(series))}")
    return series[name]
