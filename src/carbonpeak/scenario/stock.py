"""Stocks of vintages as data: ``stocks`` of a scenario and the numbers of `stocks.csv`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from carbonpeak import units
from carbonpeak.errors import Fault, InputError, ScenarioError, suggestion
from carbonpeak.evidence.region import Sourced
from carbonpeak.inventory.model import Floats
from carbonpeak.records import Row, read_table
from carbonpeak.scenario import survival as life
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.scenario.series import Derived, Series, find_series
from carbonpeak.scenario.trees import StockEntry

SHARE_TOLERANCE = 1e-6
OLDEST = 400
LEFT = 1e-9
"""A curve of survival ends where less than this is left, or at the oldest age."""

_CURVES: Mapping[str, tuple[Callable[..., Floats], Mapping[str, str]]] = MappingProxyType(
    {
        "weibull": (life.weibull_survival, {"scale": "year", "shape": "1"}),
        "logistic": (life.logistic_survival, {"median": "year", "steepness": "1/year"}),
        "fixed": (life.fixed_survival, {"lifetime": "year"}),
        "constant": (life.constant_survival, {"scrapped": "1/year"}),
    }
)
_TABLE: Mapping[str, str] = MappingProxyType({"survival": "1"})


class StockRow(Sourced):
    """One number of a stock."""

    stock: str
    technology: str = ""
    parameter: str
    age: int | None = None


@dataclass(frozen=True)
class StockNumbers:
    """The numbers of one stock in the units in which they are used, by parameter."""

    name: str
    rows: tuple[Row[StockRow], ...]
    wanted: Mapping[str, str]

    def of(self, parameter: str, technology: str = "") -> float:
        """Return a number.

        Raises
        ------
        ScenarioError
            When `stocks.csv` does not state it.
        """
        for row in self.rows:
            if (row.record.parameter, row.record.technology) == (parameter, technology):
                return row.record.value * units.factor(row.record.unit, self.wanted[parameter])
        of_what = f" of '{technology}'" if technology else ""
        raise ScenarioError(f"stock '{self.name}' has no '{parameter}'{of_what}; add to stocks.csv")

    def by_age(self, parameter: str) -> Floats:
        """Return the numbers of each age from 0 on, (age,)."""
        rows = [row.record for row in self.rows if row.record.parameter == parameter]
        ages = {row.age: row.value * units.factor(row.unit, self.wanted[parameter]) for row in rows}
        missing = [age for age in range(len(ages)) if age not in ages]
        if missing or not ages:
            raise ScenarioError(
                f"stock '{self.name}' has no '{parameter}' at age {missing[0] if missing else 0}; "
                "add rows to stocks.csv, one for each age from 0"
            )
        return np.array([ages[age] for age in range(len(ages))])


def require_sum(
    years: Sequence[int], parts: Sequence[str], series: Mapping[str, Series], *, asked_by: str
) -> Floats:
    """Return shares over years, checked to sum to 1 in every year, (part, year).

    Raises
    ------
    ScenarioError
        When they do not; names the first such year and the sum.
    """
    found = [find_series(series, part, asked_by=asked_by) for part in parts]
    shares = np.array([part.levels(years, unit="1") for part in found])
    total = shares.sum(axis=0)
    off = np.flatnonzero(~(np.abs(total - 1.0) <= SHARE_TOLERANCE) | (shares < 0).any(axis=0))
    if off.size:
        raise ScenarioError(
            f"{asked_by} sum to {total[off[0]]:.6g} in {years[off[0]]}; shares are at least 0 and "
            f"sum to 1 in every year. Change {', '.join(parts)}"
        )
    return shares


def derived_series(scenario: Scenario, series: Mapping[str, Series]) -> dict[str, Derived]:
    """Return what follows from the stocks of a scenario, usable like any other series.

    ``cars.petrol`` are the petrol cars in use, ``cars.petrol.use`` what they use, and
    ``cars.total`` and ``cars.use`` the sums, for a stock ``cars`` with intensities.

    Raises
    ------
    InputError, ScenarioError
        For any fault of `stocks.csv`, shares that do not sum to 1, or a stock that falls faster
        than its units are scrapped.
    """
    found: dict[str, Derived] = {}
    numbers = stock_numbers(scenario) if scenario.record.stocks else {}
    for name, entry in scenario.record.stocks.items():
        turned, _ = turned_over(scenario, name, numbers[name], series)
        kinds = [("", ".total", entry.unit, turned.stock)]
        if entry.intensity:
            kinds.append((".use", ".use", use_unit(entry, series), turned.use))
        for suffix, total, unit, values in kinds:
            named = zip(entry.technologies, values, strict=True)
            levels = {f"{name}.{technology}{suffix}": row for technology, row in named}
            levels[f"{name}{total}"] = values.sum(axis=0)
            for key, row in levels.items():
                found[key] = Derived(key, (), unit, scenario.years[0], row)
    return found


def use_unit(entry: StockEntry, series: Mapping[str, Series]) -> str:
    """Return the unit of what all units use."""
    return f"({series[next(iter(entry.intensity.values()))].unit})*({entry.unit})"


def _parameters(entry: StockEntry) -> Mapping[str, str]:
    """Return the numbers that its survival takes, with their units."""
    return _TABLE if entry.survival == "table" else _CURVES[entry.survival][1]


def _wanted(entry: StockEntry) -> dict[str, str]:
    """Return the unit of each number that a stock may have."""
    return {
        **_parameters(entry),
        "first_units": entry.unit,
        "sales_growth_before": "1/year",
        "first_share": "1",
        "first_intensity": "",
    }


def stock_numbers(scenario: Scenario) -> dict[str, StockNumbers]:
    """Read the numbers of every stock.

    Raises
    ------
    InputError
        With every fault of `stocks.csv`.
    """
    path = scenario.region.path / "stocks.csv"
    rows = read_table(path, StockRow, key=["stock", "technology", "parameter", "age"])
    entries = scenario.record.stocks
    faults = [fault for row in rows for fault in _row_faults(row, scenario)]
    if faults:
        raise InputError(faults)
    return {
        name: StockNumbers(
            name, tuple(row for row in rows if row.record.stock == name), _wanted(entry)
        )
        for name, entry in entries.items()
    }


def _row_faults(row: Row[StockRow], scenario: Scenario) -> list[Fault]:
    record, entry = row.record, scenario.record.stocks.get(row.record.stock)
    faults = []
    if record.source_id not in scenario.region.sources:
        problem = f"unknown source '{record.source_id}'"
        hint = suggestion(record.source_id, list(scenario.region.sources))
        faults.append(row.fault("source_id", problem, hint))
    if entry is None:
        return faults
    wanted = _wanted(entry)
    if record.technology and record.technology not in entry.technologies:
        hint = suggestion(record.technology, list(entry.technologies))
        faults.append(row.fault("technology", f"unknown technology '{record.technology}'", hint))
    if record.parameter not in wanted:
        hint = suggestion(record.parameter, list(wanted))
        problem = f"'{record.parameter}' is no number of survival '{entry.survival}'"
        return [*faults, row.fault("parameter", problem, hint)]
    unit = wanted[record.parameter]
    if unit and not units.same_dimension(record.unit, unit):
        faults.append(row.fault("unit", f"'{record.unit}' does not fit '{unit}'", f"use {unit}"))
    elif _impossible(entry, record):
        problem = f"is {record.value:g}; nothing survives by that"
        faults.append(row.fault("value", problem, "give a number above 0"))
    return faults


def _impossible(entry: StockEntry, record: StockRow) -> bool:
    """Tell whether a number of the survival is negative, or 0 where it scales an age."""
    if record.parameter not in _parameters(entry):
        return False
    return record.value < 0 or (record.value == 0 and entry.survival != "table")


def _survival(entry: StockEntry, numbers: StockNumbers) -> Floats:
    """Return the share in use by age, as far as anything is left, (age,)."""
    if entry.survival == "table":
        table = numbers.by_age("survival")
        if table[0] != 1 or (np.diff(table) > 0).any() or table[-1] < 0:
            raise ScenarioError(
                f"stock '{numbers.name}': survival starts with 1 at age 0 and never rises; "
                "correct stocks.csv"
            )
        return table
    function, parameters = _CURVES[entry.survival]
    stated = {parameter: numbers.of(parameter) for parameter in parameters}
    whole = function(np.arange(OLDEST), **stated)
    return np.asarray(whole[: max(1, int((whole >= LEFT).sum()))])


def turned_over(
    scenario: Scenario, name: str, numbers: StockNumbers, series: Mapping[str, Series]
) -> tuple[life.Turnover, Floats]:
    """Return a stock of a scenario and its survival, (age,).

    Raises
    ------
    ScenarioError
        As `derived_series`.
    """
    entry, years = scenario.record.stocks[name], scenario.years
    asked_by = f"{scenario.where_from(f'stocks.{name}')}: stocks.{name}"
    shares = require_sum(
        years, list(entry.technologies.values()), series, asked_by=f"{asked_by}.technologies"
    )
    survival = _survival(entry, numbers)
    stated = find_series(series, entry.total or entry.sales or "", asked_by=asked_by)
    levels = stated.levels(years, unit=entry.unit)
    ages = life.steady_ages(survival, numbers.of("sales_growth_before"))
    first = levels[0] if entry.total else numbers.of("first_units")
    sales = levels
    if entry.total:
        try:
            sales = life.required_sales(*life.remaining(survival, len(years)), first * ages, levels)
        except ScenarioError as error:
            raise ScenarioError(f"{asked_by}: {error}") from None
    kinds = list(entry.technologies)
    held = np.array([numbers.of("first_share", kind) for kind in kinds])
    if abs(held.sum() - 1.0) > SHARE_TOLERANCE:
        raise ScenarioError(f"stock '{name}': 'first_share' sums to {held.sum():g}, not to 1")
    intensity, first_intensity = _intensities(entry, numbers, series, years, asked_by)
    turned = life.turn_over(
        survival,
        first * ages,
        sales,
        shares=shares,
        first_shares=held,
        intensity=intensity,
        first_intensity=first_intensity,
    )
    return turned, survival


def _intensities(
    entry: StockEntry,
    numbers: StockNumbers,
    series: Mapping[str, Series],
    years: Sequence[int],
    asked_by: str,
) -> tuple[Floats, Floats]:
    """Return the intensity of new units and of the first stock; 1 where none is stated."""
    kinds = list(entry.technologies)
    if not entry.intensity:
        return np.ones((len(kinds), len(years))), np.ones(len(kinds))
    found = [find_series(series, entry.intensity[kind], asked_by=asked_by) for kind in kinds]
    unit = found[0].unit
    stated = StockNumbers(numbers.name, numbers.rows, {**numbers.wanted, "first_intensity": unit})
    first = np.array([stated.of("first_intensity", kind) for kind in kinds])
    return np.array([one.levels(years, unit=unit) for one in found]), first
