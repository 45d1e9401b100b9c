"""The activity of a region's lines as arrays: reported, filled, of other years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from carbonpeak import vocabulary
from carbonpeak.errors import Fault, InputError, ResultError
from carbonpeak.evidence.region import ActivityRow, GapRow, Region, activity_factor
from carbonpeak.inventory.gaps import filled
from carbonpeak.inventory.model import Floats, History, Integers, Model
from carbonpeak.records import Row
from carbonpeak.vocabulary import Line

STANDARD_ERRORS_IN_RANGE = 3.92
"""A 95 % range of a normal distribution spans 2 x 1.96 standard errors."""


@dataclass(frozen=True)
class Reported:
    """Activity as reported, in the unit of each line's method.

    Every array has the shape (line, year); a year without a row holds nan and "". `filled`
    names the method of a value that was not stated.
    """

    activity: Floats
    error: Floats
    evidence: Any
    source_id: Any
    where: Any
    where_zh: Any
    filled: Any


def region_lines(region: Region) -> list[Line]:
    """Return the lines with activity in the inventory years, in the order of their ids."""
    rows = [row.record for row in region.activity if row.record.year in region.record.years]
    lines = {row.line.id: row.line for row in rows}
    for line in list(lines.values()):
        lines |= {other.id: other for other in vocabulary.derived_lines(line)}
    return [lines[name] for name in sorted(lines)]


def feeders(lines: Sequence[Line]) -> Integers:
    """Return for each line the place of the line that it takes its activity from.

    Returns
    -------
    (line,)
        The line's own place where it has an activity of its own.
    """
    places = {line.id: place for place, line in enumerate(lines)}
    own = np.arange(len(lines))
    for place, line in enumerate(lines):
        for other in vocabulary.derived_lines(line):
            if other.id in places:
                own[places[other.id]] = place
    return own


def history(model: Model, *, before: int | None = None) -> History:
    """Return the activity of lines that age, in years outside a model's own.

    Parameters
    ----------
    model : Model
        Bound lines.
    before : int, optional
        Only years earlier than this one.
    """
    ageing = {
        name: method.activity_unit
        for name, method in zip(model.ids, model.methods, strict=True)
        if method.by_age
    }
    found: dict[str, dict[int, float]] = {}
    for row in (row.record for row in model.region.activity):
        if row.year in model.years or (before is not None and row.year >= before):
            continue
        for line in (row.line, *vocabulary.derived_lines(row.line)):
            if line.id in ageing:
                amount = row.value * activity_factor(row.unit, ageing[line.id])
                found.setdefault(line.id, {})[row.year] = amount
    return {
        name: (sorted(by), np.array([by[year] for year in sorted(by)]))
        for name, by in found.items()
    }


def reported_activity(model: Model) -> Reported:
    """Return the activity rows of a model's lines and years as arrays."""
    shape = (len(model.lines), len(model.years))
    found = Reported(
        np.full(shape, np.nan),
        np.zeros(shape),
        *(np.full(shape, "", dtype=object) for _ in range(5)),
    )
    places = {name: place for place, name in enumerate(model.ids)}
    target = [method.activity_unit for method in model.methods]
    for row in (row.record for row in model.region.activity):
        if row.year in model.years and row.line.id in places:
            at = places[row.line.id], model.years.index(row.year)
            scale = activity_factor(row.unit, target[at[0]])
            found.activity[at] = row.value * scale
            found.error[at] = _standard_error(row) * scale
            found.evidence[at], found.source_id[at] = row.evidence, row.source_id
            found.where[at], found.where_zh[at] = row.where, row.where_zh
    _fill(model, found)
    own = feeders(model.lines)
    return Reported(*(getattr(found, field.name)[own] for field in fields(Reported)))


def _standard_error(row: ActivityRow) -> float:
    if row.low is None or row.high is None:
        return 0.0
    return (row.high - row.low) / STANDARD_ERRORS_IN_RANGE


def _fill(model: Model, found: Reported) -> None:
    """Fill the gaps that the region declares, each by the method that it names."""
    faults: list[Fault] = []
    for row in model.region.gaps:
        gap = row.record
        if gap.year not in model.years or gap.line.id not in model.ids:
            continue
        place = model.ids.index(gap.line.id)
        unit = model.methods[place].activity_unit
        try:
            value = filled(
                _stated(model.region, gap.line.id, unit),
                gap.year,
                method=gap.method,
                other=_other(model.region, gap, unit),
            )
        except ResultError as error:
            faults.append(row.fault("method", str(error)))
            continue
        at = place, model.years.index(gap.year)
        found.activity[at], found.filled[at] = value, gap.method
        found.evidence[at], found.source_id[at] = "assumption", ""
        found.where[at], found.where_zh[at] = row_place(row), ""
    if faults:
        raise InputError(faults)


def row_place(row: Row[GapRow]) -> str:
    """Return where a gap is declared."""
    return f"{row.path.name}:{row.line}, {row.record.method}"


def _stated(region: Region, line: str, unit: str) -> dict[int, float]:
    return {
        row.record.year: row.record.value * activity_factor(row.record.unit, unit)
        for row in region.activity
        if row.record.line.id == line
    }


def _other(region: Region, gap: GapRow, unit: str) -> dict[int, float] | None:
    """Return the second series: an indicator, or the activity of another line."""
    if not gap.other:
        return None
    series = {
        row.record.year: row.record.value
        for row in region.indicators
        if row.record.indicator == gap.other
    }
    return series or _stated(region, gap.other, unit)
