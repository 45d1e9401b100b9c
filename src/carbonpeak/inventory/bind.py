"""Bind lines to the factors in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from carbonpeak import sectors, units, vocabulary
from carbonpeak.equation import Equation
from carbonpeak.errors import MissingFactorError, UnitError
from carbonpeak.evidence.factor_rows import NO_GAS, parameters
from carbonpeak.evidence.factors import Factor
from carbonpeak.evidence.region import CONVENTIONS, Convention, Region
from carbonpeak.inventory.model import ENERGY, Group, Model, Use, assembled
from carbonpeak.method import Method, Role, factor_inputs
from carbonpeak.records import shown
from carbonpeak.vocabulary import Line


def bind(
    region: Region, lines: Iterable[Line], years: Sequence[int], *, energy: bool = True
) -> Model:
    """Bind lines to the factors in force.

    Parameters
    ----------
    region : Region
        Its factor set, local values first.
    lines : iterable of Line
        In the order of the result.
    years : sequence of int
        Factors may differ from year to year.
    energy : bool
        Whether the factors of standard coal are wanted; without them the energy is zero.

    Raises
    ------
    MissingFactorError
        With every factor that is missing, once each.
    """
    bound = tuple(lines)
    present = {gas for line in bound for gas, _, _ in _method(line).results()}
    binder = _Binder(region, tuple(years), energy)
    for place, line in enumerate(bound):
        binder.add(place, line)
    if binder.missing:
        raise MissingFactorError("\n".join(binder.missing), binder.missing.values())
    return assembled(
        region,
        bound,
        tuple(years),
        tuple(gas for gas in vocabulary.gases() if gas in present),
        tuple(binder.uses),
        tuple(binder.places),
        tuple(draft.group() for draft in binder.drafts.values()),
    )


def _method(line: Line) -> Method:
    return sectors.find_method(line.rule.method)


@dataclass
class _Draft:
    """A group while its lines are gathered."""

    gas: str
    formula: Equation
    role: Role | Literal["energy"]
    convention: Convention | None
    lines: list[int] = field(default_factory=list)
    factors: dict[str, list[list[int]]] = field(default_factory=dict)
    scales: dict[str, list[list[float]]] = field(default_factory=dict)

    def group(self) -> Group:
        """Return the finished group; shorter age classes are filled up with a scale of zero."""
        length = max((len(row) for rows in self.factors.values() for row in rows), default=1)
        return Group(
            self.gas,
            self.formula,
            self.role,
            self.convention,
            np.array(self.lines, dtype=np.int64),
            {
                name: np.array([row + [row[-1]] * (length - len(row)) for row in rows], np.int64)
                for name, rows in self.factors.items()
            },
            {
                name: np.array([row + [0.0] * (length - len(row)) for row in rows], float)
                for name, rows in self.scales.items()
            },
        )


class _Binder:
    """Looks factors up, remembers their use, and gathers what is missing."""

    def __init__(self, region: Region, years: tuple[int, ...], energy: bool) -> None:
        self.factors = region.factors
        self.regions = region.record.regions
        self.years = years
        self.energy = energy
        self.places: dict[Factor, int] = {}
        self.uses: list[Use] = []
        self.missing: dict[str, str] = {}
        self.drafts: dict[tuple[str, str, str, str | None, Equation], _Draft] = {}

    def add(self, place: int, line: Line) -> None:
        """Add a line to the group of each of its gases and of its energy."""
        method = _method(line)
        for gas, role, formula in method.results(memo=line.rule.memo):
            draft = self._draft(method, gas, formula, role, None)
            draft.lines.append(place)
            for parameter in factor_inputs(formula):
                if method.by_age and method.ages:
                    self._constant(draft, line, parameter, method.ages)
                elif method.by_age:
                    self._classes(draft, line, parameter)
                else:
                    self._years(draft, line, parameter, line.rule.condition)
        if self.energy and method.energy is not None and not line.rule.memo:
            for convention in CONVENTIONS:
                draft = self._draft(method, ENERGY, method.energy, ENERGY, convention)
                draft.lines.append(place)
                for parameter in factor_inputs(method.energy):
                    self._years(draft, line, parameter, convention)

    def _draft(
        self,
        method: Method,
        gas: str,
        formula: Equation,
        role: Role | Literal["energy"],
        convention: Convention | None,
    ) -> _Draft:
        key = (method.name, gas, role, convention, formula)
        return self.drafts.setdefault(key, _Draft(gas, formula, role, convention))

    def _years(self, draft: _Draft, line: Line, parameter: str, condition: str) -> None:
        places, scales = [], []
        for year in self.years:
            factor = self._find(draft, line, parameter, condition, year)
            if factor is not None:
                self.uses.append(Use(line.id, draft.gas, parameter, year, factor))
                places.append(self.places.setdefault(factor, len(self.places)))
                scales.append(self._scale(draft, line, parameter, factor))
        draft.factors.setdefault(parameter, []).append(places)
        draft.scales.setdefault(parameter, []).append(scales)

    def _find(
        self, draft: _Draft, line: Line, parameter: str, condition: str, year: int
    ) -> Factor | None:
        try:
            return self.factors.find(
                parameter,
                line.rule.subject or line.source,
                condition=condition,
                gas=draft.gas if parameters()[parameter].of_a_gas else NO_GAS,
                region=(line.site, *self.regions) if line.site else self.regions,
                year=year,
            )
        except MissingFactorError as error:
            self.missing[str(error)] = f"{parameter} of {line.rule.subject or line.source}"
            return None

    def _scale(self, draft: _Draft, line: Line, parameter: str, factor: Factor) -> float:
        """Return what turns a factor into the equation's unit; one that cannot be is missing."""
        try:
            return units.factor(factor.unit, draft.formula.inputs[parameter])
        except UnitError as error:
            place = f"{shown(factor.path)}:{factor.line}"
            said = f"{place}: '{parameter}' of '{factor.subject}' does not fit {line.id}: {error}"
            self.missing[said] = f"{parameter} of {factor.subject} in another unit"
            return np.nan

    def _constant(self, draft: _Draft, line: Line, parameter: str, ages: int) -> None:
        """Take one factor for all ages; the equation itself knows the age."""
        factor = self._find(draft, line, parameter, line.rule.condition, self.years[-1])
        if factor is None:
            return
        self.uses.append(Use(line.id, draft.gas, parameter, self.years[-1], factor))
        place = self.places.setdefault(factor, len(self.places))
        scale = self._scale(draft, line, parameter, factor)
        draft.factors.setdefault(parameter, []).append([place] * ages)
        draft.scales.setdefault(parameter, []).append([scale] * ages)

    def _classes(self, draft: _Draft, line: Line, parameter: str) -> None:
        """Take one factor for each age of a stand, from its age classes."""
        places: list[int] = []
        scales: list[float] = []
        found = self.factors.classes(parameter, line.source, gas=draft.gas)
        if not found:
            said = f"no age classes of '{parameter}' for '{line.source}'"
            self.missing[said] = f"{parameter} of {line.source}"
        for factor in found:
            first, last = (int(part) for part in factor.condition.split("_")[1:])
            self.uses.append(Use(line.id, draft.gas, parameter, first, factor))
            scale = self._scale(draft, line, parameter, factor)
            count = last - first + 1
            places += [self.places.setdefault(factor, len(self.places))] * count
            scales += [scale] * count
        draft.factors.setdefault(parameter, []).append(places)
        draft.scales.setdefault(parameter, []).append(scales)
