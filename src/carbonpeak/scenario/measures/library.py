"""Measures of a region read from `measures.yaml` and `measures.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import RootModel

from carbonpeak import sectors, units, vocabulary
from carbonpeak.errors import Fault, InputError, UnitError, suggestion
from carbonpeak.evidence.region import Region, Sourced
from carbonpeak.records import Document, Row, read_table, read_yaml
from carbonpeak.scenario.measures import forms
from carbonpeak.scenario.measures.form import Form
from carbonpeak.vocabulary import Titled


class MeasureEntry(Titled):
    """The content of `measures.yaml` for one measure."""

    kind: str
    form: str
    unit: str
    integer: bool = False
    lines: dict[str, str]
    note: str = ""


class MeasuresRecord(RootModel[dict[str, MeasureEntry]]):
    """The content of `measures.yaml`: measures by name."""


class MeasureRow(Sourced):
    """One number of one measure."""

    measure: str
    parameter: str


@dataclass(frozen=True)
class Measure:
    """A measure of a region.

    Attributes
    ----------
    numbers : mapping
        Engineering and cost numbers in the units that the form declares.
    moves : mapping
        Activity moved by one native unit, by line id.
    """

    name: str
    entry: MeasureEntry
    form: Form
    numbers: Mapping[str, float]
    rows: Mapping[str, MeasureRow]
    moves: Mapping[str, float]

    def strength(self, age: int) -> float:
        """Return the part of its first-year move that the measure still makes at an age."""
        if self.form.acts == "once":
            return 1.0 if age == 0 else 0.0
        if not 0 <= age < self.numbers["lifetime"]:
            return 0.0
        decline = self.numbers[self.form.decline] if self.form.decline else 0.0
        return float((1.0 - decline) ** age)


def load_measures(region: Region) -> dict[str, Measure]:
    """Load every measure of a region.

    Returns
    -------
    dict
        By name, in the order of `measures.yaml`; none when the region has neither file.

    Raises
    ------
    InputError
        With every fault of both files.
    """
    if not any((region.path / f"measures.{kind}").is_file() for kind in ("yaml", "csv")):
        return {}
    document = read_yaml(region.path / "measures.yaml", MeasuresRecord)
    rows = read_table(region.path / "measures.csv", MeasureRow, key=["measure", "parameter"])
    faults = _row_faults(region, document, rows)
    for name, entry in document.record.root.items():
        faults += _entry_faults(document, name, entry)
    if faults:
        raise InputError(faults)
    return {name: _measure(name, entry, rows) for name, entry in document.record.root.items()}


def _measure(name: str, entry: MeasureEntry, rows: list[Row[MeasureRow]]) -> Measure:
    form = forms()[entry.form]
    own = {row.record.parameter: row.record for row in rows if row.record.measure == name}
    declared = {**_common(entry), **form.parameters}
    numbers = {
        parameter: row.value * units.factor(row.unit, declared[parameter])
        for parameter, row in own.items()
    }
    moved = form.moves(numbers)
    moves = {entry.lines[role]: amount for role, amount in moved.items()}
    return Measure(name, entry, form, numbers, own, moves)


def _common(entry: MeasureEntry) -> dict[str, str]:
    """Return the units of the common numbers, with the native unit put in."""
    native = entry.unit
    return {
        "capex": f"CNY2020/({native})",
        "fixed_opex": f"CNY2020/year/({native})",
        "potential": native,
        "yearly_limit": f"({native})/year",
        "lifetime": "year",
        "first_year": "year",
        "last_year": "year",
    }


def _row_faults(
    region: Region, document: Document[MeasuresRecord], rows: list[Row[MeasureRow]]
) -> list[Fault]:
    faults = []
    for row in rows:
        entry = document.record.root.get(row.record.measure)
        if entry is None:
            known = list(document.record.root)
            problem = f"unknown measure '{row.record.measure}'"
            faults.append(row.fault("measure", problem, suggestion(row.record.measure, known)))
        elif entry.form in forms():
            faults += _parameter_faults(row, entry)
        if row.record.source_id not in region.sources:
            known = list(region.sources)
            problem = f"unknown source '{row.record.source_id}'"
            faults.append(row.fault("source_id", problem, suggestion(row.record.source_id, known)))
    faults += _missing_faults(document, rows)
    return faults


def _parameter_faults(row: Row[MeasureRow], entry: MeasureEntry) -> list[Fault]:
    declared = {**_common(entry), **forms()[entry.form].parameters}
    name = row.record.parameter
    if name not in declared:
        hint = suggestion(name, list(declared))
        return [row.fault("parameter", f"unknown parameter '{name}'", hint)]
    try:
        units.factor(row.record.unit, declared[name])
    except UnitError as error:
        return [row.fault("unit", str(error))]
    return []


def _missing_faults(document: Document[MeasuresRecord], rows: list[Row[MeasureRow]]) -> list[Fault]:
    given = {(row.record.measure, row.record.parameter) for row in rows}
    return [
        document.fault((name,), f"has no '{parameter}'", "add a row to measures.csv")
        for name, entry in document.record.root.items()
        if entry.form in forms()
        for parameter in (*_common(entry), *forms()[entry.form].parameters)
        if (name, parameter) not in given
    ]


def _entry_faults(
    document: Document[MeasuresRecord], name: str, entry: MeasureEntry
) -> list[Fault]:
    form = forms().get(entry.form)
    if form is None:
        hint = suggestion(entry.form, list(forms()))
        return [document.fault((name, "form"), f"unknown form '{entry.form}'", hint)]
    at = (name, "lines")
    faults = [
        document.fault(
            (*at, role),
            f"form '{form.name}' has no role '{role}'",
            suggestion(role, list(form.roles)),
        )
        for role in entry.lines
        if role not in form.roles
    ]
    faults += [
        document.fault(at, f"names no line for '{role}'", "add it")
        for role in form.roles
        if role not in entry.lines
    ]
    if entry.kind != form.kind:
        problem = f"'{entry.kind}' is not the kind of form '{form.name}'"
        faults.append(document.fault((name, "kind"), problem, f"write '{form.kind}'"))
    for role, line in entry.lines.items():
        if role in form.roles:
            faults += _role_faults(document, (*at, role), line, form.roles[role])
    return faults


def _role_faults(
    document: Document[MeasuresRecord], at: tuple[str, ...], line: str, unit: str
) -> list[Fault]:
    try:
        method = sectors.find_method(vocabulary.parse_line(line).rule.method)
    except InputError as error:
        return [document.fault(at, fault.problem, fault.remedy) for fault in error.faults]
    if not units.same_dimension(method.activity_unit, unit):
        problem = f"'{line}' is held in {method.activity_unit}, not in {unit}"
        return [document.fault(at, problem, "name a line of the right kind")]
    return []
