"""The rows of a factor table and what may be wrong with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from pydantic import field_validator

from carbonpeak import units, vocabulary
from carbonpeak.errors import Fault, UnitError, suggestion
from carbonpeak.records import Number, Row, Verified, duplicate_faults
from carbonpeak.vocabulary import Parameter, parameters

__all__ = ["ALL", "DEFAULT", "NO_GAS", "FactorRow", "Parameter", "factor_faults", "parameters"]

ALL = "all"
DEFAULT = "default"
NO_GAS = "none"
KEY = ("parameter", "subject", "condition", "region", "gas", "year", "variant")


class FactorRow(Number):
    """A row of a factor set, or of the `factors.csv` of a region.

    `low` and `high` are the 95 % range. `condition`, `region` and `year` may be the word
    ``all``. The row in force of a key has the variant ``default``; any other variant is the
    name of an alternative, which is kept and never used silently.
    """

    parameter: str
    subject: str
    condition: str
    region: str
    gas: str
    year: int | str
    variant: str
    source: str
    verified: Verified

    @field_validator("year", mode="before")
    @classmethod
    def _whole_year(cls, year: object) -> int | str:
        if year == ALL:
            return ALL
        if isinstance(year, int) or re.fullmatch(r"\d{4}", str(year)):
            return int(str(year))
        raise ValueError(f"'{year}' is neither a year nor '{ALL}'")


def factor_faults(rows: Sequence[Row[FactorRow]]) -> list[Fault]:
    """Return every fault of the rows of one set, in all its tables together."""
    faults = [fault for row in rows for fault in _row_faults(row)]
    return [*faults, *duplicate_faults(rows, KEY), *_age_faults(rows)]


def _row_faults(row: Row[FactorRow]) -> Iterator[Fault]:
    record = row.record
    if record.subject not in vocabulary.sources():
        remedy = suggestion(record.subject, list(vocabulary.sources()))
        yield row.fault("subject", f"unknown source '{record.subject}'", remedy)
    parameter = parameters().get(record.parameter)
    if parameter is None:
        remedy = suggestion(record.parameter, list(parameters()))
        yield row.fault("parameter", f"unknown parameter '{record.parameter}'", remedy)
        return
    gas = _gas_problem(parameter, record.gas)
    if gas is not None:
        yield row.fault("gas", *gas)
        return
    problem = _unit_problem(record.parameter, record.gas, record.unit)
    if problem is not None:
        yield row.fault("unit", *problem)
    else:
        yield from _magnitude_faults(row, parameter)


@cache
def _gas_problem(parameter: Parameter, gas: str) -> tuple[str, str] | None:
    if not parameter.of_a_gas and gas != NO_GAS:
        return f"'{parameter.parameter}' is not of a gas", f"write '{NO_GAS}'"
    if parameter.of_a_gas and gas not in vocabulary.gases():
        return f"unknown gas '{gas}'", suggestion(gas, list(vocabulary.gases()))
    return None


@cache
def _unit_problem(parameter: str, gas: str, unit: str) -> tuple[str, str] | None:
    allowed = parameters()[parameter].allowed(gas)
    try:
        if _fitting(unit, allowed) is not None:
            return None
    except UnitError as error:
        return str(error), ""
    return f"'{unit}' does not fit '{parameter}'", f"expected a unit such as {' or '.join(allowed)}"


def _fitting(unit: str, allowed: Iterable[str]) -> str | None:
    return next((other for other in allowed if units.same_dimension(unit, other)), None)


def _magnitude_faults(row: Row[FactorRow], parameter: Parameter) -> Iterator[Fault]:
    record = row.record
    if parameter.least is None and parameter.most is None:
        return
    unit = _fitting(record.unit, parameter.allowed(record.gas)) or record.unit
    value = record.value * units.factor(record.unit, unit)
    if parameter.least is not None and value < parameter.least:
        yield row.fault(
            "value", f"is {record.value:g}; expected at least {parameter.least:g} {unit}"
        )
    if parameter.most is not None and value > parameter.most:
        yield row.fault("value", f"is {record.value:g}; expected at most {parameter.most:g} {unit}")


def ages(condition: str) -> tuple[int, int] | None:
    """Return the first and last age of a condition such as ``age_00_20``, or None."""
    match = re.fullmatch(r"age_(\d+)_(\d+)", condition)
    return (int(match[1]), int(match[2])) if match else None


def _age_faults(rows: Iterable[Row[FactorRow]]) -> Iterator[Fault]:
    stands: dict[tuple[str, str, str, str], list[Row[FactorRow]]] = defaultdict(list)
    for row in rows:
        record = row.record
        if record.parameter != "uptake":
            continue
        span = ages(record.condition)
        if span is None or span[0] > span[1]:
            remedy = "write age_00_20 for the ages 0 to 20"
            yield row.fault("condition", f"'{record.condition}' is not a span of ages", remedy)
        else:
            key = (record.subject, record.gas, record.region, record.variant)
            stands[key].append(row)
    for members in stands.values():
        yield from _gap_faults(members)


def _gap_faults(rows: Iterable[Row[FactorRow]]) -> Iterator[Fault]:
    ordered = sorted(rows, key=lambda row: ages(row.record.condition) or (0, 0))
    spans = [ages(row.record.condition) or (0, 0) for row in ordered]
    if spans[0][0] != 0:
        yield ordered[0].fault("condition", f"the first age is {spans[0][0]}", "start at age 0")
    for row, (before, after) in zip(ordered[1:], pairwise(spans), strict=True):
        if after[0] != before[1] + 1:
            yield row.fault(
                "condition",
                f"ages {after[0]} to {after[1]} do not follow {before[0]} to {before[1]}",
                f"start at age {before[1] + 1}",
            )
