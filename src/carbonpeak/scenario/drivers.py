"""Every series that a scenario may name, and the index of activity that they give to each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from carbonpeak import units
from carbonpeak.errors import Fault, InputError, ScenarioError, UnitError, suggestion
from carbonpeak.inventory.model import Floats
from carbonpeak.records import Row, duplicate_faults, read_table, scan_table
from carbonpeak.scenario import curves
from carbonpeak.scenario.curves import CurveRow, make_curve
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.scenario.series import (
    Series,
    SeriesRow,
    find_series,
    geometric_faults,
    make_series,
    row_faults,
)
from carbonpeak.scenario.stock import derived_series, require_sum
from carbonpeak.scenario.trees import SeriesChange
from carbonpeak.vocabulary import Line

__all__ = [
    "Series",
    "SeriesRow",
    "activity_index",
    "driver_index",
    "find_series",
    "read_series",
    "series_files",
]

KEY = ("series", "year")


def series_files(folder: Path) -> list[Path]:
    """Return `drivers.csv` and every file of the folder `drivers`; one of them has to be there."""
    more = sorted((folder / "drivers").glob("*.csv"))
    table = folder / "drivers.csv"
    return [*([table] if table.is_file() or not more else []), *more]


def read_series(scenario: Scenario) -> dict[str, Series]:
    """Return every series of a region by name, with what the scenario changes.

    They stand in `drivers.csv`, in the files of the folder `drivers`, as S-curves in
    `curves.csv`, and under ``series`` of the scenario; ``stocks`` give those that follow.

    Raises
    ------
    InputError
        For any fault, among them growth below -100 %, mixed kinds in one series, and a curve
        that never reaches its saturation.
    """
    faults: list[Fault] = []
    rows = _stated_rows(scenario.region.path, faults)
    found = _grouped(rows, faults)
    bends = _curve_rows(scenario.region.path)
    for name in dict.fromkeys(row.record.series for row in bends):
        own = [row for row in bends if row.record.series == name]
        if name in found:
            faults.append(own[0].fault("series", f"'{name}' stands in drivers.csv too", "keep one"))
        curve = make_curve(name, own, faults)
        if curve is not None:
            found[name] = curve
    faults += _source_faults([*rows, *bends], scenario)
    if faults:
        raise InputError(faults)
    stated = _changed(found, scenario)
    return stated | derived_series(scenario, stated)


def _stated_rows(folder: Path, faults: list[Fault]) -> list[Row[SeriesRow]]:
    rows: list[Row[SeriesRow]] = []
    for path in series_files(folder):
        found, wrong = scan_table(path, SeriesRow)
        rows += found or []
        faults += wrong
    faults += duplicate_faults(rows, KEY)
    return rows


def _curve_rows(folder: Path) -> list[Row[CurveRow]]:
    path = folder / "curves.csv"
    return read_table(path, CurveRow, key=curves.KEY) if path.is_file() else []


def _grouped(rows: Sequence[Row[SeriesRow]], faults: list[Fault]) -> dict[str, Series]:
    """Make series of rows; what is wrong with them is added to `faults`."""
    by_name: dict[str, list[Row[SeriesRow]]] = {}
    for row in rows:
        by_name.setdefault(row.record.series, []).append(row)
    found = {}
    for name, own in by_name.items():
        wrong = [fault for row in own for fault in row_faults(row, own[0])]
        found[name] = make_series(name, own)
        faults += wrong or geometric_faults(found[name])
    return found


def _source_faults(rows: Sequence[Row[Any]], scenario: Scenario) -> list[Fault]:
    known = list(scenario.region.sources)
    return [
        row.fault(
            "source_id",
            f"unknown source '{row.record.source_id}'",
            suggestion(row.record.source_id, known),
        )
        for row in rows
        if row.record.source_id not in scenario.region.sources
    ]


def _changed(found: Mapping[str, Series], scenario: Scenario) -> dict[str, Series]:
    """Return the series with those that the scenario states itself or takes from another."""
    faults: list[Fault] = []
    rows = [
        row
        for name, change in scenario.record.series.items()
        for row in _points(scenario, name, change, faults)
    ]
    stated = {**found, **_grouped(rows, faults)}
    faults += _source_faults(rows, scenario)
    taken = {
        name: change.instead
        for name, change in scenario.record.series.items()
        if change.instead is not None
    }
    for name, other in taken.items():
        for wanted, at in ((name, ("series", name)), (other, ("series", name, "instead"))):
            if wanted not in found:
                hint = suggestion(wanted, list(found))
                faults.append(scenario.document.fault(at, f"no series '{wanted}'", hint))
    if faults:
        raise InputError(faults)
    return stated | {name: found[other] for name, other in taken.items()}


def _points(
    scenario: Scenario, name: str, change: SeriesChange, faults: list[Fault]
) -> list[Row[SeriesRow]]:
    """Return the rows that a scenario states for a series."""
    rows = []
    place = scenario.document.places[("series", name)]
    for year, text in change.points.items():
        try:
            value, unit = units.split_quantity(text)
            units.unit(unit)
        except UnitError as error:
            at = ("series", name, "points", str(year))
            faults.append(scenario.document.fault(at, str(error), "write '4 percent/year'"))
            continue
        record = SeriesRow.model_validate(
            {
                "series": name,
                "year": year,
                "value": value,
                "unit": unit,
                **change.model_dump(include=_COPIED),
            }
        )
        rows.append(Row(record, place.path, place.line, place.table))
    return rows


_COPIED = {"measure_of", "interpolation", "source_id", "evidence"} | {
    name for word in ("where", "note") for name in (word, f"{word}_zh")
}


def activity_index(
    scenario: Scenario, lines: Sequence[Line], activity: Floats, series: Mapping[str, Series]
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
    series : mapping
        From `read_series`.

    Returns
    -------
    (line, year)
        Starts with 1.

    Raises
    ------
    ScenarioError
        When a line is moved by no driver or by several, or shares do not sum to 1.
    """
    require_shares(scenario, series)
    driver_of = _assigned(scenario, lines, activity)
    index = np.ones((len(lines), len(scenario.years)))
    moved = {
        name: driver_index(scenario, name, series)
        for name in dict.fromkeys(driver_of)
        if name and scenario.record.activity[name].follows is None
    }
    for place, name in enumerate(driver_of):
        if name in moved:
            index[place] = moved[name]
    index *= _efficiency(scenario, lines)
    for place, name in enumerate(driver_of):
        driver = scenario.record.activity[name] if name else None
        if driver is not None and driver.follows is not None:
            index[place] *= _following(driver.follows, lines, activity, index, driver_of, scenario)
    return index


def driver_index(scenario: Scenario, name: str, series: Mapping[str, Series]) -> Floats:
    """Return the index that an entry under ``activity`` gives, (year,); starts with 1.

    The product of the powers of its series: ``ActivityDriver.terms``.
    """
    asked_by, driver = f"{scenario.name}: activity.{name}", scenario.record.activity[name]
    index = np.ones(len(scenario.years))
    for part, exponent in driver.terms(scenario.record.shares):
        own = find_series(series, part, asked_by=asked_by).index(scenario.years)
        if exponent != 1.0 and np.any(own <= 0):
            raise ScenarioError(
                f"{asked_by}: '{part}' falls to 0, which has no elasticity; "
                "leave its elasticity out or keep it above 0"
            )
        index = index * own**exponent
    return index


def require_shares(scenario: Scenario, series: Mapping[str, Series]) -> None:
    """Check that the shares of each group sum to 1 in every year.

    Raises
    ------
    ScenarioError
        When they do not; names the group, the first such year and the sum.
    """
    for name, group in scenario.record.shares.items():
        asked_by = f"{scenario.where_from(f'shares.{name}')}: shares.{name}"
        require_sum(scenario.years, group.parts, series, asked_by=asked_by)


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
