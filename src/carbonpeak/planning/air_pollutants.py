"""Air pollutants of burning fuel: factors by fuel and user, before any control."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from carbonpeak import locate, units, vocabulary
from carbonpeak.errors import Fault, InputError, UnitError, suggestion
from carbonpeak.evidence.region import CONVENTIONS, Region
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.records import Number, Row, Verified, read_table
from carbonpeak.vocabulary import FUEL_GROUPS, Line

Pollutant = Literal["so2", "nox", "pm25", "voc"]
POLLUTANTS: tuple[Pollutant, ...] = get_args(Pollutant)

TABLE = "air_pollutants.csv"
BURNT = "burnt"
NO_FUEL = ("3.C.1", "4.C.1", "4.C.2")
"""Straw burnt in fields and waste burnt, which are no fuel but give off pollutants too."""
UNIT = "t/GJ"


class PollutantRow(Number):
    """What burning a fuel gives off, by energy of the fuel.

    `categories` is a pattern of codes such as ``1.A.2*``, `sources` are fuels with spaces between.
    """

    categories: str
    sources: str
    pollutant: Pollutant
    source: str
    verified: Verified

    def covers(self, line: Line, pollutant: Pollutant) -> bool:
        """Tell whether the factor is that of a line."""
        return (
            self.pollutant == pollutant
            and line.source in self.sources.split()
            and fnmatchcase(line.category, self.categories)
        )


def burns(line: Line) -> bool:
    """Tell whether a line burns its source inside the region: a fuel, straw or waste."""
    if line.rule.item != BURNT:
        return False
    if vocabulary.sources()[line.source].group in FUEL_GROUPS:
        return True
    return line.category in NO_FUEL and not line.rule.memo


def load_rows(region: Region) -> tuple[tuple[Row[PollutantRow], ...], ...]:
    """Return the factors of a region's own `air_pollutants.csv`, then those shipped.

    Raises
    ------
    InputError
        With every fault of the files.
    """
    own = region.path / TABLE
    return (_read(own) if own.is_file() else (), _shipped())


@cache
def _shipped() -> tuple[Row[PollutantRow], ...]:
    return _read(locate.data_folder("emission_factors") / TABLE)


def _read(path: Path) -> tuple[Row[PollutantRow], ...]:
    rows = read_table(path, PollutantRow, key=["categories", "sources", "pollutant"])
    faults = [fault for row in rows for fault in _faults(row)]
    if faults:
        raise InputError(faults)
    return tuple(rows)


def _faults(row: Row[PollutantRow]) -> list[Fault]:
    known = list(vocabulary.sources())
    faults = [
        row.fault("sources", f"unknown source '{name}'", suggestion(name, known))
        for name in row.record.sources.split()
        if name not in known
    ]
    if not any(fnmatchcase(code, row.record.categories) for code in vocabulary.categories()):
        problem = f"no category fits '{row.record.categories}'"
        faults.append(row.fault("categories", problem, "write a code, or a pattern such as 1.A.2*"))
    if row.record.value < 0:
        faults.append(row.fault("value", f"is {row.record.value:g}; expected at least 0"))
    try:
        units.factor(row.record.unit, UNIT)
    except UnitError as error:
        faults.append(row.fault("unit", str(error), "state mass per energy, such as kg/GJ"))
    return faults


def find_factor(
    line: Line, pollutant: Pollutant, tables: Sequence[Sequence[Row[PollutantRow]]]
) -> Row[PollutantRow] | None:
    """Return the factor of a line from the first table that has one, or None.

    Raises
    ------
    InputError
        When two rows of one table fit the line.
    """
    for rows in tables:
        found = [row for row in rows if row.record.covers(line, pollutant)]
        if len(found) > 1:
            problem = f"'{line.id}' fits this row and that of line {found[0].line}"
            raise InputError([found[1].fault("categories", problem, "keep one of them")])
        if found:
            return found[0]
    return None


def pollutant_rates(model: Model, region: Region) -> Floats:
    """Return what one unit of activity of each line gives off.

    Parameters
    ----------
    model : Model
        Its heating values turn activity into energy.

    Returns
    -------
    (pollutant, line, year)
        Tonnes a year; zero for a line that burns nothing inside the region, NaN for a fuel
        without a factor or without a heating value.
    """
    tables = load_rows(region)
    energy = model.energy[CONVENTIONS.index("calorific")] * units.factor("tce", "GJ")
    rates = np.zeros((len(POLLUTANTS), *energy.shape))
    for place, line in enumerate(model.lines):
        if not burns(line):
            continue
        for at, pollutant in enumerate(POLLUTANTS):
            row = find_factor(line, pollutant, tables)
            factor = (
                np.nan if row is None else row.record.value * units.factor(row.record.unit, UNIT)
            )
            rates[at, place] = np.where(energy[place] > 0, energy[place] * factor, np.nan)
    return rates
