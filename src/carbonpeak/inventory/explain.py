"""Say how a number came about: its equation with the numbers put in, and their sources."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
import xarray as xr

from carbonpeak import sectors, units, vocabulary
from carbonpeak.equation import Equation
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.method import Role, activity_input, factor_inputs


@dataclass(frozen=True)
class Explanation:
    """A text that prints itself; `text` holds it."""

    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


def explain(dataset: xr.Dataset, line: str, *, year: int, gas: str | None = None) -> Explanation:
    """Explain the gases of a line in a year.

    Parameters
    ----------
    dataset : xr.Dataset
        Inventory, fresh or read back from a file.
    line : str
        Id such as ``1.A.2.a/iron_works/coke``.
    year : int
        Year of the inventory.
    gas : str, optional
        One gas; by default all that the line emits.

    Returns
    -------
    Explanation
        Equation, numbers with units, activity and factors with source and verification.

    Raises
    ------
    ResultError
        When the line, the year or the gas is not in the result.
    """
    _require(dataset, "line", line)
    _require(dataset, "year", year)
    found = [(name, formula) for name, _, formula in _results(line) if gas in (None, name)]
    if not found:
        known = [name for name, _, _ in _results(line)]
        raise ResultError(f"'{line}' has no {gas}; {suggestion(str(gas), known)}")
    text = [_head(dataset, line, year)]
    text += [_gas_part(dataset, line, year, name, formula) for name, formula in found]
    return Explanation("\n".join(text))


def _results(line: str) -> list[tuple[str, Role, Equation]]:
    rule = vocabulary.parse_line(line).rule
    return sectors.find_method(rule.method).results(memo=rule.memo)


def _require(dataset: xr.Dataset, dimension: str, value: object) -> None:
    allowed = [str(item) for item in dataset[dimension].values]
    if str(value) not in allowed:
        raise ResultError(
            f"no {dimension} '{value}' in this result; {suggestion(str(value), allowed)}"
        )


def _head(dataset: xr.Dataset, line: str, year: int) -> str:
    cell = dataset.sel(line=line, year=year)
    unit = str(cell["activity_unit"].values)
    category = vocabulary.categories()[str(cell["category"].values)]
    rows = [
        f"{line}, {year}  ({category.title_en} · {category.title_zh})",
        f"  activity  {float(cell['activity']):,.6g} {unit}",
    ]
    reported = float(cell["activity_reported"])
    if reported != float(cell["activity"]):
        rows.append(f"            reported {reported:,.6g}, reconciled with the exact totals")
    rows.append(
        f"            evidence: {cell['evidence'].values}; "
        f"source: {cell['source_id'].values}, {cell['where'].values}"
    )
    return "\n".join(rows)


def _gas_part(dataset: xr.Dataset, line: str, year: int, gas: str, formula: Equation) -> str:
    uses = [
        (parameter, at)
        for parameter, at in _uses(dataset, line, gas, year)
        if parameter in formula.inputs
    ]
    cell = dataset.sel(line=line, year=year, gas=gas)
    value = float(cell["emissions"] + cell["removals"] + cell["memo"])
    numbers = [f"{activity_input(formula)} = {float(cell['activity']):,.6g} {_first(formula)}"]
    numbers += [f"{parameter} = {_amount(dataset, at)}" for parameter, at in uses]
    rows = [
        f"  {gas}: {formula.name} = {formula.formula}",
        f"     with {', '.join(numbers)}",
        f"     = {value:,.6g} t {gas}/year",
        f"     equation: {formula.source}",
    ]
    rows += [_factor_row(dataset, parameter, at) for parameter, at in uses]
    return "\n".join(rows)


def _first(formula: Equation) -> str:
    return formula.inputs[activity_input(formula)]


def _uses(dataset: xr.Dataset, line: str, gas: str, year: int) -> list[tuple[str, int]]:
    """Return the parameters used and the places of their factors."""
    of_line = (dataset["use_line"].values == line) & (dataset["use_gas"].values == gas)
    by_age = sectors.find_method(vocabulary.parse_line(line).rule.method).by_age
    when = of_line if by_age else of_line & (dataset["use_year"].values == year)
    return [
        (str(dataset["use_parameter"].values[at]), int(dataset["use_factor"].values[at]))
        for at in np.flatnonzero(when)
    ]


def _text(dataset: xr.Dataset, factor: int, field: str) -> str:
    value = dataset[f"factor_{field}"].values[factor]
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _amount(dataset: xr.Dataset, factor: int) -> str:
    unit = _text(dataset, factor, "unit")
    value = _text(dataset, factor, "value")
    return value if unit == "1" else f"{value} {unit}"


def _factor_row(dataset: xr.Dataset, parameter: str, factor: int) -> str:
    def get(field: str) -> str:
        return _text(dataset, factor, field)

    spread = "" if get("low") in ("nan", "None") else f" ({get('low')} to {get('high')})"
    key = " ".join(
        get(field) for field in ("subject", "condition", "region", "year") if get(field) != "all"
    )
    return (
        f"     {parameter}: {_amount(dataset, factor)}{spread} [{key}; set {get('set')}]\n"
        f"        {get('source')}, {get('where')}; {get('verified')}, {get('evidence')}"
    )


def evaluate(dataset: xr.Dataset, line: str, *, year: int, gas: str) -> float:
    """Compute a number again from the activity and factors that a result carries.

    Returns
    -------
    float
        Tonnes a year; equal to what the result holds.
    """
    formula = next(formula for name, _, formula in _results(line) if name == gas)
    inputs = {
        parameter: float(dataset["factor_value"].values[at])
        * units.factor(_text(dataset, at, "unit"), formula.inputs[parameter])
        for parameter, at in _uses(dataset, line, gas, year)
    }
    missing = set(factor_inputs(formula)) - set(inputs)
    if missing:
        raise ResultError(f"this result carries no {', '.join(sorted(missing))} for '{line}'")
    activity = float(dataset["activity"].sel(line=line, year=year))
    return float(formula.evaluate(**{activity_input(formula): activity}, **inputs))
