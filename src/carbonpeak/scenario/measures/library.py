"""Measures of a region, read from its files and from the ready-made ones of the package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from carbonpeak.errors import Fault, InputError, suggestion
from carbonpeak.evidence.deflation import find_deflator
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import SourceRow
from carbonpeak.inventory.model import Floats
from carbonpeak.records import EVIDENCE, Row
from carbonpeak.scenario.measures import checks, forms
from carbonpeak.scenario.measures.entries import (
    POLLUTANTS,
    Files,
    MeasureEntry,
    MeasureRow,
    PoolRow,
    ReadyMade,
    Stated,
    library_rows,
    library_sources,
    read_files,
    read_pools,
    ready_made,
    share_of,
)
from carbonpeak.scenario.measures.form import Form
from carbonpeak.scenario.measures.payers import payer_faults

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Measure", "MeasureEntry", "MeasureRow", "Pool", "load_measures", "measure_library"]


@dataclass(frozen=True)
class Pool:
    """Something that several measures share, such as roof area.

    Attributes
    ----------
    amount : float
        In `unit`.
    """

    name: str
    amount: float
    unit: str
    row: Row[PoolRow]


@dataclass(frozen=True)
class Measure:
    """A measure of a region.

    Attributes
    ----------
    numbers : mapping
        Engineering and cost numbers in the units that the form declares.
    rows : mapping
        The row of each number, with its place; those of the package where the region has none.
    sources : mapping
        The document of each row: of the region, or of the package.
    moves : mapping
        Activity moved by one native unit, by line id.
    shares : mapping
        What one native unit takes of each pool, in the unit of the pool.
    units, scales : mapping
        Declared unit of each number, and the factor to it from the unit of its row.
    actor : str
        Who pays for it; empty where nobody says so.
    """

    name: str
    entry: MeasureEntry
    form: Form
    numbers: Mapping[str, float]
    rows: Mapping[str, Row[MeasureRow]]
    sources: Mapping[str, SourceRow]
    moves: Mapping[str, float]
    shares: Mapping[str, float]
    units: Mapping[str, str]
    scales: Mapping[str, float]
    actor: str = ""

    def strength(self, age: int) -> float:
        """Return the part of its first-year move that the measure still makes at an age."""
        return float(self.strengths(age + 1)[age]) if age >= 0 else 0.0

    def strengths(self, ages: int) -> Floats:
        """Return the part of its first-year move that it still makes at ages 0, 1, 2 …

        Returns
        -------
        (age,)
        """
        age = np.arange(ages)
        if self.form.acts == "once":
            return np.asarray(age == 0, dtype=float)
        decline = self.numbers[self.form.decline] if self.form.decline else 0.0
        return np.where(age < self.numbers["lifetime"], (1.0 - decline) ** age, 0.0)

    def window(self, base_year: int) -> tuple[int, int]:
        """Return the first and the last year in which it may go into service.

        Works begin in the base year at the soonest and take the building time.
        """
        first = max(self.numbers["first_year"], self.soonest(base_year))
        return int(first), int(self.numbers["last_year"])

    def soonest(self, base_year: int) -> int:
        """Return the year in which works that begin in the base year are done."""
        return base_year + int(max(1.0, np.ceil(self.numbers.get("build_time", 0.0))))

    def where_from(self, parameter: str) -> str:
        """Return the file and line of a number, and its source.

        Raises
        ------
        InputError
            When the measure has no such number.
        """
        row = self.rows.get(parameter)
        if row is None:
            hint = suggestion(parameter, list(self.rows))
            raise InputError([Fault(self.name, None, None, f"has no '{parameter}'", hint)])
        return f"{row.place} ({row.record.source_id})"


def load_measures(region: Region) -> dict[str, Measure]:
    """Load every measure of a region.

    Returns
    -------
    dict
        By name, in the order of `measures.yaml` and of the files in the folder `measures`; none
        when the region has neither.

    Raises
    ------
    InputError
        With every fault of all files.
    """
    files = read_files(region.path)
    faults = _faults(files, region)
    if faults:
        raise InputError(faults)
    return {name: _measure(one, files, region) for name, one in files.stated.items()}


def load_pools(region: Region) -> dict[str, Pool]:
    """Load what measures of a region share, by name."""
    return {
        name: Pool(name, row.record.value, row.record.unit, row)
        for name, row in read_pools(region.path / "pools.csv").items()
    }


def _faults(files: Files, region: Region) -> list[Fault]:
    every, pools = list(files.stated.values()), files.pools
    partners = {*files.stated, *(ready_made() if any(_partners(one) for one in every) else ())}
    prices = region.deflator
    faults = checks.stray_faults(files.rows, files.stated)
    faults += [fault for one in every for fault in checks.number_faults(one, pools, prices)]
    faults += checks.source_faults([*files.rows, *pools.values()], region.sources)
    faults += checks.source_faults([*files.actors.values(), *files.budgets], region.sources)
    faults += payer_faults(files.actors, files.budgets, measures=files.stated, deflator=prices)
    faults += [fault for one in every for fault in checks.missing_faults(one)]
    faults += [fault for one in every for fault in checks.entry_faults(one)]
    faults += [fault for one in every for fault in checks.pool_faults(one, pools)]
    return faults + [fault for one in every for fault in checks.partner_faults(one, partners)]


def _partners(stated: Stated) -> list[str]:
    return [*stated.entry.needs, *stated.entry.excludes]


def _measure(stated: Stated, files: Files, region: Region) -> Measure:
    entry, form = stated.entry, forms()[stated.entry.form]
    known = checks.declared(entry, files.pools)
    scales = {
        name: checks.scale(entry, row.record, known[name], region.deflator)
        for name, row in stated.rows.items()
    }
    numbers = {name: row.record.value * scales[name] for name, row in stated.rows.items()}
    own = {id(row) for row in files.rows}
    sources = {
        name: (region.sources if id(row) in own else library_sources())[row.record.source_id]
        for name, row in stated.rows.items()
    }
    return Measure(
        stated.name,
        entry,
        form,
        numbers,
        stated.rows,
        sources,
        {line: float(amount) for line, amount in line_moves(entry, numbers).items()},
        {pool: numbers[share_of(pool)] for pool in entry.shares},
        {name: known[name] for name in numbers},
        scales,
        files.actors[stated.name].record.actor if stated.name in files.actors else "",
    )


def line_moves(entry: MeasureEntry, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the activity moved by one native unit.

    Parameters
    ----------
    numbers : mapping of parameter to (…)
        In the units that the form declares, as `Measure.numbers`; arrays are draws.

    Returns
    -------
    dict of line id to (…)
        The sum over the roles that one line plays.
    """
    moves: dict[str, Any] = {}
    moved = forms()[entry.form].moves(numbers)
    for role, line in entry.lines.items():
        moves[line] = moves[line] + moved[role] if line in moves else moved[role]
    return moves


def measure_library() -> pd.DataFrame:
    """Return every ready-made measure that a region may take over with `from`.

    Returns
    -------
    pd.DataFrame
        One row a measure, named by it: theme, kind, form, unit, titles; the roles of its lines
        and the numbers that the region has to state; how many of its numbers rest on which
        evidence; the pollutants of which it says how much it removes, or `none`; and what it
        needs, excludes and shares.

    Raises
    ------
    InputError
        With every fault of the files, which are part of the package.
    """
    import pandas as pd

    faults = library_faults()
    if faults:
        raise InputError(faults)
    rows = {name: _library_row(name, made) for name, made in ready_made().items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(_LIBRARY_COLUMNS)).rename_axis(
        "measure"
    )


_LIBRARY_COLUMNS = (
    "theme",
    "kind",
    "form",
    "unit",
    "title_en",
    "title_zh",
    "lines_to_state",
    "numbers_to_state",
    *EVIDENCE,
    "pollutants",
    "needs",
    "excludes",
    "shares",
)


def _library_row(name: str, made: ReadyMade) -> dict[str, object]:
    entry = made.entry
    evidence: list[str] = [row.record.evidence for row in made.rows.values()]
    pollutants = [name for name in POLLUTANTS if name in made.rows]
    lists = {
        "lines_to_state": list(entry.example),
        "numbers_to_state": checks.missing_numbers(made.as_stated(name)),
        "needs": entry.needs,
        "excludes": entry.excludes,
        "shares": entry.shares,
    }
    return {
        **{key: getattr(entry, key) for key in ("kind", "form", "unit", "title_en", "title_zh")},
        **{key: ", ".join(names) for key, names in lists.items()},
        **{kind: evidence.count(kind) for kind in EVIDENCE},
        "theme": made.theme,
        "pollutants": ", ".join(pollutants) or "none",
    }


def library_faults() -> list[Fault]:
    """Return every fault of the ready-made measures, tried on the lines of their examples."""
    every = [made.as_stated(name) for name, made in ready_made().items()]
    rows, any_prices = library_rows(), find_deflator("consumer_prices")
    faults = checks.stray_faults(rows, ready_made())
    faults += checks.source_faults(rows, library_sources())
    for one in every:
        faults += checks.number_faults(one, {}, any_prices)
        faults += checks.entry_faults(one)
        faults += checks.partner_faults(one, ready_made())
    return faults
