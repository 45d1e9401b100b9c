"""Series of levels and growth, and the index of activity that they give to each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from carbonpeak import units
from carbonpeak.errors import Fault, InputError, ScenarioError, suggestion
from carbonpeak.evidence.region import Sourced
from carbonpeak.inventory.model import Floats
from carbonpeak.records import Row, read_table, shown
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import Line


class SeriesRow(Sourced):
    """One stated point of a series, or the growth of the period that ends in its year."""

    series: str
    year: int
    measure_of: Literal["level", "growth"]


@dataclass(frozen=True)
class Series:
    """A named series as stated, with its place for messages."""

    name: str
    rows: tuple[Row[SeriesRow], ...]

    def index(self, years: Sequence[int]) -> Floats:
        """Return the series over years relative to the first of them.

        Returns
        -------
        (year,)
            Starts with 1; levels are interpolated linearly between stated years.

        Raises
        ------
        ScenarioError
            When the series does not cover the years, or starts from zero.
        """
        if self.rows[0].record.measure_of == "growth":
            return self._compounded(years)
        levels = self.levels(years, unit=self.rows[0].record.unit)
        if levels[0] == 0:
            raise ScenarioError(f"{self._place()}: starts from 0 in {years[0]}; give its level")
        return np.asarray(levels / levels[0])

    def levels(self, years: Sequence[int], *, unit: str) -> Floats:
        """Return the levels over years in a unit, interpolated linearly."""
        stated = [row.record.year for row in self.rows]
        if min(stated) > years[0] or max(stated) < years[-1]:
            raise ScenarioError(
                f"{self._place()}: states {min(stated)} to {max(stated)}; "
                f"the scenario needs {years[0]} to {years[-1]}. Add rows to drivers.csv"
            )
        values = [row.record.value * units.factor(row.record.unit, unit) for row in self.rows]
        return np.asarray(np.interp(np.asarray(years, float), stated, values))

    def _compounded(self, years: Sequence[int]) -> Floats:
        ends = np.array([row.record.year for row in self.rows])
        if ends.max() < years[-1]:
            raise ScenarioError(
                f"{self._place()}: states growth to {ends.max()}; the scenario needs "
                f"{years[-1]}. Add rows to drivers.csv"
            )
        rates = [row.record.value * units.factor(row.record.unit, "1/year") for row in self.rows]
        period = np.searchsorted(ends, np.asarray(years[1:]))
        return np.concatenate([[1.0], np.cumprod(1.0 + np.asarray(rates)[period])])

    def _place(self) -> str:
        first = self.rows[0]
        return f"{shown(first.path)}:{first.line}: series '{self.name}'"


def read_series(scenario: Scenario) -> dict[str, Series]:
    """Read every series of a region's `drivers.csv`.

    Raises
    ------
    InputError
        For any fault, among them growth below -100 % and mixed kinds in one series.
    """
    path = scenario.region.path / "drivers.csv"
    rows = read_table(path, SeriesRow, key=["series", "year"])
    names = list(dict.fromkeys(row.record.series for row in rows))
    grouped = {
        name: Series(
            name,
            tuple(
                sorted(
                    (row for row in rows if row.record.series == name),
                    key=lambda row: row.record.year,
                )
            ),
        )
        for name in names
    }
    faults = [fault for row in rows for fault in _row_faults(row, grouped, scenario)]
    if faults:
        raise InputError(faults)
    return grouped


def _row_faults(row: Row[SeriesRow], grouped: dict[str, Series], scenario: Scenario) -> list[Fault]:
    record, faults = row.record, []
    if record.measure_of != grouped[record.series].rows[0].record.measure_of:
        faults.append(
            row.fault("measure_of", f"'{record.series}' mixes level and growth", "use one of them")
        )
    growth = record.measure_of == "growth"
    like = "1/year" if growth else grouped[record.series].rows[0].record.unit
    if not units.same_dimension(record.unit, like):
        faults.append(row.fault("unit", f"'{record.unit}' does not fit '{like}'", f"use {like}"))
    elif growth and record.value * units.factor(record.unit, "1/year") < -1:
        faults.append(row.fault("value", f"is {record.value:g}: a loss of more than everything"))
    if record.source_id not in scenario.region.sources:
        known = list(scenario.region.sources)
        problem = f"unknown source '{record.source_id}'"
        faults.append(row.fault("source_id", problem, suggestion(record.source_id, known)))
    return faults


def find_series(series: dict[str, Series], name: str, *, asked_by: str) -> Series:
    """Return a series by name.

    Raises
    ------
    ScenarioError
        When `drivers.csv` does not hold it.
    """
    if name not in series:
        raise ScenarioError(f"{asked_by}: no series '{name}'; {suggestion(name, list(series))}")
    return series[name]


def activity_index(
    scenario: Scenario, lines: Sequence[Line], activity: Floats, series: dict[str, Series]
) -> Floats:
    """Return the activity of each line relative to the base year.

    Parameters
    ----------
    scenario : Scenario
        Its activity drivers and efficiency trends.
    lines : sequence of Line
        The lines of the inventory.
    activity : (line,)
        Activity of the base year.
    series : dict
        From `read_series`.

    Returns
    -------
    (line, year)
        Starts with 1.

    Raises
    ------
    ScenarioError
        When a line is moved by no driver or by several.
    """
    driver_of = _assigned(scenario, lines, activity)
    years = scenario.years
    index = np.ones((len(lines), len(years)))
    for place, name in enumerate(driver_of):
        driver = scenario.record.activity[name] if name else None
        if driver is not None and driver.series is not None:
            asked_by = f"{scenario.name}: activity.{name}"
            index[place] = find_series(series, driver.series, asked_by=asked_by).index(years)
    index *= _efficiency(scenario, lines)
    for place, name in enumerate(driver_of):
        driver = scenario.record.activity[name] if name else None
        if driver is not None and driver.follows is not None:
            index[place] *= _following(driver.follows, lines, activity, index, driver_of, scenario)
    return index


def _assigned(scenario: Scenario, lines: Sequence[Line], activity: Floats) -> list[str]:
    """Return the name of the one driver of each line; "" for lines without activity."""
    names, faults = [], []
    for line, amount in zip(lines, activity, strict=True):
        if line.rule.activity_of:
            names.append("")
            continue
        found = [name for name, driver in scenario.record.activity.items() if driver.selects(line)]
        if len(found) > 1:
            faults.append(f"'{line.id}' is moved by {', '.join(found)}; exactly one may move it")
        if not found and amount > 0:
            faults.append(f"'{line.id}' is moved by no entry under 'activity'; add one")
        names.append(found[0] if found else "")
    if faults:
        raise ScenarioError("\n".join(f"{scenario.name}: {fault}" for fault in faults))
    return names


def _efficiency(scenario: Scenario, lines: Sequence[Line]) -> Floats:
    elapsed = np.asarray(scenario.years) - scenario.years[0]
    index = np.ones((len(lines), len(elapsed)))
    for trend in scenario.record.efficiency.values():
        rate = trend.change * units.factor(trend.unit, "1/year")
        chosen = [trend.selects(line) for line in lines]
        index[chosen] *= (1.0 + rate) ** elapsed
    return index


def _following(
    source: str,
    lines: Sequence[Line],
    activity: Floats,
    index: Floats,
    driver_of: Sequence[str],
    scenario: Scenario,
) -> Floats:
    """Return the index of the total use of a source by the lines that follow nothing."""
    leads = [
        line.source == source and bool(name) and scenario.record.activity[name].follows is None
        for line, name in zip(lines, driver_of, strict=True)
    ]
    used = np.where(leads, activity, 0.0)
    if not used.sum() > 0:
        raise ScenarioError(f"{scenario.name}: 'follows: {source}', but no line uses {source}")
    index_of_use: Floats = (used @ index) / used.sum()
    return index_of_use
