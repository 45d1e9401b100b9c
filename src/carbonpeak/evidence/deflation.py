"""Price indices, and the only way from money of one price year to money of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal

import xarray as xr

from carbonpeak import locate, units
from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, UnitError, suggestion
from carbonpeak.records import Number, Row, Verified, read_table

Numbers = Any
"""A number or an array."""
KEY = ("deflator", "year")
_UNITS: Mapping[str, str] = MappingProxyType({"growth": "1/year", "level": "1"})


class DeflatorRow(Number):
    """One year of a price index: its level, or its change on the year before."""

    deflator: str
    year: int
    measure_of: Literal["level", "growth"]
    source: str
    verified: Verified


@dataclass(frozen=True)
class Deflator:
    """A price index.

    Attributes
    ----------
    index : mapping
        By year, relative to its first year.
    rows : tuple of Row
        As stated.
    """

    name: str
    index: Mapping[int, float]
    rows: tuple[Row[DeflatorRow], ...]

    def ratio(self, from_year: int, to_year: int) -> float:
        """Return how much money of one year buys what 1 bought in another.

        Raises
        ------
        UnitError
            When the index does not state a year; names it.
        """
        for year in (from_year, to_year):
            if year not in self.index:
                raise UnitError(
                    f"deflator '{self.name}' states {min(self.index)} to {max(self.index)}, "
                    f"not {year}; add a row to deflators.csv, or give the price in another year"
                )
        return self.index[to_year] / self.index[from_year]


@cache
def shipped_deflators() -> Mapping[str, Deflator]:
    """Return the price indices of China that come with the library, by name."""
    path = locate.definitions("deflators.csv")
    faults: list[Fault] = []
    found = make_deflators(read_table(path, DeflatorRow, key=KEY), faults)
    if faults:
        raise InputError(faults)
    return MappingProxyType(found)


def make_deflators(rows: Sequence[Row[DeflatorRow]], faults: list[Fault]) -> dict[str, Deflator]:
    """Chain rows to indices by name; what is wrong with them is added to `faults`."""
    found = {}
    for name in dict.fromkeys(row.record.deflator for row in rows):
        own = sorted(
            (row for row in rows if row.record.deflator == name), key=lambda row: row.record.year
        )
        wrong = [fault for row in own for fault in _row_faults(row, own[0])] or _missing(own)
        faults += wrong
        if not wrong:
            found[name] = Deflator(name, _index(own), tuple(own))
    return found


def _row_faults(row: Row[DeflatorRow], first: Row[DeflatorRow]) -> list[Fault]:
    record = row.record
    if record.measure_of != first.record.measure_of:
        problem = f"'{record.deflator}' mixes level and growth"
        return [row.fault("measure_of", problem, "use one of them")]
    unit = _UNITS[record.measure_of]
    if not units.same_dimension(record.unit, unit):
        return [row.fault("unit", f"'{record.unit}' does not fit '{unit}'", f"use {unit}")]
    lowest = -1.0 if record.measure_of == "growth" else 0.0
    if record.value * units.factor(record.unit, unit) <= lowest:
        return [row.fault("value", f"is {record.value:g}: prices would be 0 or less")]
    return []


def _missing(rows: Sequence[Row[DeflatorRow]]) -> list[Fault]:
    """Return a fault for each year left out; an index is not interpolated."""
    return [
        after.fault("year", f"'{after.record.deflator}' skips {before.record.year + 1}", "add it")
        for before, after in pairwise(rows)
        if after.record.year != before.record.year + 1
    ]


def _index(rows: Sequence[Row[DeflatorRow]]) -> dict[int, float]:
    records = [row.record for row in rows]
    unit = _UNITS[records[0].measure_of]
    values = [record.value * units.factor(record.unit, unit) for record in records]
    if records[0].measure_of == "level":
        return {
            record.year: value / values[0] for record, value in zip(records, values, strict=True)
        }
    index = {records[0].year - 1: 1.0}
    for record, growth in zip(records, values, strict=True):
        index[record.year] = index[record.year - 1] * (1.0 + growth)
    return index


def find_deflator(name: str, own: Mapping[str, Deflator] | None = None) -> Deflator:
    """Return a price index by name: a region's own, else one that is shipped.

    Raises
    ------
    UnitError
        When there is none of that name.
    """
    known = {**shipped_deflators(), **(own or {})}
    if name not in known:
        raise UnitError(f"unknown deflator '{name}'; {suggestion(name, list(known))}")
    return known[name]


def money_factor(unit: str, target: str, deflator: Deflator | None = None) -> float:
    """Return how many `target` one `unit` is, with money brought to the prices of `target`.

    Units without money, or of one price year, convert as `units.factor` does.

    Raises
    ------
    UnitError
        When price years differ and no deflator is stated, when the deflator lacks a year, or
        when the units measure different things apart from their price years.
    """
    ours, theirs = units.price_year(unit), units.price_year(target)
    if ours is None or theirs is None or ours == theirs:
        return units.factor(unit, target)
    same_prices = units.factor(units.in_prices_of(unit, theirs), target)
    if deflator is None:
        raise UnitError(
            f"'{unit}' is money of {ours}, '{target}' of {theirs}; name a deflator in region.yaml, "
            f"such as 'deflator: {next(iter(shipped_deflators()))}'"
        )
    ratio = deflator.ratio(ours, theirs)
    return same_prices * float(ratio ** units.money_power(unit))


def said_deflation(
    stated: Mapping[str, Iterable[str]], target: str, deflator: Deflator | None
) -> str:
    """Say which tables hold money that was brought to other prices; empty where none does.

    Parameters
    ----------
    stated : mapping
        Units by table.
    target : str
        Money of the price year in force, such as ``CNY2020``.
    """
    wanted = units.price_year(target)
    sentences = []
    for table, names in stated.items():
        years = {units.price_year(name) for name in names} - {None, wanted}
        if years and deflator is not None:
            listed = ", ".join(sorted(map(str, years)))
            sentences.append(f"{table}: {listed} to {target} with {deflator.name}")
    return "; ".join(sentences)


@checked
def deflate(value: Numbers, from_unit: str, to_unit: str, *, deflator: str | Deflator) -> Any:
    """Bring money of one price year to the prices of another.

    Parameters
    ----------
    value : number or array
        In `from_unit`, such as ``CNY2015`` or ``万元2023/MW``.
    to_unit : str
        The same unit with another price year, such as ``CNY2020``.
    deflator : str or Deflator
        ``consumer_prices`` or ``gdp_deflator`` of China, or one of a region's `deflators.csv`.

    Returns
    -------
    number or array
        In `to_unit`; a labelled array says so.

    Raises
    ------
    UnitError
        For an unknown deflator, a year that it does not state, or units that do not fit.
    """
    chosen = find_deflator(deflator) if isinstance(deflator, str) else deflator
    result = value * money_factor(from_unit, to_unit, chosen)
    if isinstance(value, xr.DataArray):
        result.attrs = {**value.attrs, "units": to_unit, "deflator": chosen.name}
    return result
