"""An inventory as a sum of terms, each a rate times an activity.

Lines that share an equation and all its factors share one rate. A term belongs to one line,
one gas and one year; a line that ages has a term for each year whose activity still acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import xarray as xr

from carbonpeak import sectors
from carbonpeak.equation import Equation
from carbonpeak.errors import ResultError
from carbonpeak.evidence.factors import Factor
from carbonpeak.evidence.region import ActivityRow, activity_factor
from carbonpeak.inventory.activity import feeders, history
from carbonpeak.inventory.model import ENERGY, Floats, Group, Integers, Model
from carbonpeak.method import AGE, activity_input

SIGNS: Mapping[str, int] = {"emissions": 1, "removals": -1}


@dataclass(frozen=True)
class Cell:
    """The activity of one line in one year, with the 95 % range that was stated for it."""

    line: str
    year: int
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Formula:
    """The distinct rates of one equation.

    Attributes
    ----------
    parameters : mapping of parameter to (rate,)
        Places among the scaled factors.
    ages : (rate,) or None
        For an equation that knows the age.
    start : int
        Place of the first rate.
    """

    equation: Equation
    parameters: Mapping[str, Integers]
    ages: Floats | None
    start: int

    @property
    def count(self) -> int:
        """The number of rates."""
        return len(next(iter(self.parameters.values())))

    def rates(self, scaled: Floats, **changed: Floats) -> Floats:
        """Return the result for an activity of one.

        Parameters
        ----------
        scaled : (scaled factor, draw)
        **changed : (rate, draw)
            Parameters to be used in place of their factors.

        Returns
        -------
        (rate, draw)
        """
        inputs: dict[str, Floats] = {
            name: scaled[places] for name, places in self.parameters.items() if name not in changed
        }
        if self.ages is not None:
            inputs[AGE] = self.ages[:, None]
        one = {activity_input(self.equation): 1.0}
        return np.asarray(self.equation.evaluate(**one, **inputs, **changed), dtype=float)


@dataclass(frozen=True)
class Terms:
    """The net masses of an inventory, emissions less removals, as a sum of products.

    Attributes
    ----------
    factors : tuple of Factor
        Every factor of the model.
    factor, scale : (scaled factor,)
        A factor in the unit of an equation: the place of the factor, and what multiplies it.
    cells : tuple of Cell
        Every activity, of other years too where a line ages.
    rate, cell, line, gas, year : (term,)
        Places in the rates, cells, lines, gases and years.
    sign : (term,)
        -1 for removals.
    """

    model: Model
    factors: tuple[Factor, ...]
    factor: Integers
    scale: Floats
    formulas: tuple[Formula, ...]
    cells: tuple[Cell, ...]
    rate: Integers
    cell: Integers
    line: Integers
    gas: Integers
    year: Integers
    sign: Floats

    def scaled(self, values: Floats) -> Floats:
        """Return factors, (factor, draw), in the units of the equations, (scaled factor, draw)."""
        return np.asarray(values[self.factor] * self.scale[:, None])

    def rates(self, scaled: Floats) -> Floats:
        """Return every rate, (rate, draw), from the scaled factors, (scaled factor, draw)."""
        return np.concatenate(
            [
                np.broadcast_to(part.rates(scaled), (part.count, scaled.shape[1]))
                for part in self.formulas
            ]
        )

    @cached_property
    def values(self) -> Floats:
        """The stated value of each factor, (factor,)."""
        return np.array([factor.value for factor in self.factors])

    @cached_property
    def central(self) -> tuple[Floats, Floats]:
        """The rates and the activities at the stated values."""
        activity = np.array([cell.value for cell in self.cells])
        return self.rates(self.scaled(self.values[:, None]))[:, 0], activity


def terms_of(model: Model, inventory: xr.Dataset) -> Terms:
    """Return the terms of an inventory.

    Parameters
    ----------
    model : Model
        Bound lines of the region, for the years of the inventory.
    inventory : xr.Dataset
        From `compile_inventory`; its activity, reconciled, is the centre.

    Raises
    ------
    ResultError
        When the model and the inventory differ in lines or years.
    """
    builder = _Builder(model)
    builder.add_cells(activity_of(model, inventory))
    for group in model.groups:
        if group.role in SIGNS:
            builder.add(group)
    return builder.finished()


def _require_same(model: Model, inventory: xr.Dataset) -> None:
    lines = [str(name) for name in inventory["line"].values]
    years = tuple(int(year) for year in inventory["year"].values)
    if sorted(lines) != sorted(model.ids) or years != model.years:
        raise ResultError(
            "the inventory was compiled from other lines or years than the region now has; "
            "compile it again"
        )


def activity_of(model: Model, inventory: xr.Dataset) -> Floats:
    """Return the activity of an inventory, (line, year), in the order of a model.

    Raises
    ------
    ResultError
        When the model and the inventory differ in lines or years.
    """
    _require_same(model, inventory)
    placed = inventory["activity"].sel(line=model.ids).transpose("line", "year")
    return np.asarray(placed.values, dtype=float)


@dataclass
class _Builder:
    """Gathers cells, rates and terms."""

    model: Model
    cells: list[Cell] = field(default_factory=list)
    places: dict[tuple[int, int], int] = field(default_factory=dict)
    scaled: dict[tuple[int, float], int] = field(default_factory=dict)
    formulas: list[Formula] = field(default_factory=list)
    count: int = 0
    own: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    terms: list[Integers] = field(default_factory=list)
    signs: list[Floats] = field(default_factory=list)

    def add_cells(self, activity: Floats) -> None:
        """Take the activity of the inventory's years, then that of years outside them."""
        self.own, ids = feeders(self.model.lines), self.model.ids
        rows = {
            (row.record.line.id, row.record.year): row.record for row in self.model.region.activity
        }
        for line in np.unique(self.own):
            for moment, year in enumerate(self.model.years):
                if not np.isnan(activity[line, moment]):
                    row = rows.get((ids[line], year))
                    self._cell(
                        int(line), year, _cell_of(ids[line], year, activity[line, moment], row)
                    )
        units = [method.activity_unit for method in self.model.methods]
        for name, (years, _) in history(self.model).items():
            line = int(self.own[ids.index(name)])
            for year in years:
                row = rows[ids[line], year]
                amount = row.value * activity_factor(row.unit, units[line])
                self._cell(line, year, _cell_of(ids[line], year, amount, row))

    def _cell(self, line: int, year: int, cell: Cell) -> None:
        if (line, year) not in self.places:
            self.places[line, year] = len(self.cells)
            self.cells.append(cell)

    def add(self, group: Group) -> None:
        """Add the rates and the terms of a group."""
        members = np.flatnonzero([not self.model.lines[at].rule.memo for at in group.lines])
        if not members.size or group.role == ENERGY:
            return
        rate = self._rates(group, members)
        gas = self.model.gases.index(group.gas)
        listed = list(self._terms(group, members, rate))
        if listed:
            block = np.array(listed, dtype=np.int64)
            gases = np.full((len(listed), 1), gas)
            self.terms.append(np.hstack([block, gases]))
            self.signs.append(np.full(len(listed), float(SIGNS[group.role])))

    def _rates(self, group: Group, members: Integers) -> Integers:
        """Add the distinct rates of the members; return the place of each (member, moment)."""
        names = list(group.factors)
        keys = np.stack([self._scaled(group, name)[members] for name in names], axis=-1)
        ages: Floats | None = None
        if AGE in group.formula.inputs:
            numbers = np.broadcast_to(np.arange(keys.shape[1])[None, :, None], (*keys.shape[:2], 1))
            keys = np.concatenate([keys, numbers], axis=-1)
        distinct, place = np.unique(keys.reshape(-1, keys.shape[-1]), axis=0, return_inverse=True)
        if AGE in group.formula.inputs:
            ages = distinct[:, -1].astype(float)
        parameters = {name: distinct[:, at] for at, name in enumerate(names)}
        self.formulas.append(Formula(group.formula, parameters, ages, self.count))
        start, self.count = self.count, self.count + len(distinct)
        return np.asarray(start + place.reshape(keys.shape[:2]), dtype=np.int64)

    def _scaled(self, group: Group, name: str) -> Integers:
        factors, scales = group.factors[name], group.scales[name]
        flat = [
            self.scaled.setdefault((int(factor), float(scale)), len(self.scaled))
            for factor, scale in zip(factors.ravel(), scales.ravel(), strict=True)
        ]
        return np.array(flat, dtype=np.int64).reshape(factors.shape)

    def _terms(
        self, group: Group, members: Integers, rate: Integers
    ) -> Iterator[tuple[int, int, int, int]]:
        """Yield rate, cell, line and year of each term."""
        by_age = sectors.find_method(self.model.lines[group.lines[0]].rule.method).by_age
        for member, place in enumerate(members):
            line = int(group.lines[place])
            own = int(self.own[line])
            for moment, year in enumerate(self.model.years):
                made = self._made(own) if by_age else [year]
                for then in made:
                    at = year - then if by_age else moment
                    if 0 <= at < rate.shape[1] and (own, then) in self.places:
                        yield int(rate[member, at]), self.places[own, then], line, moment

    def _made(self, own: int) -> list[int]:
        return [year for line, year in self.places if line == own]

    def finished(self) -> Terms:
        """Return the terms."""
        block = np.concatenate(self.terms) if self.terms else np.zeros((0, 5), np.int64)
        sign = np.concatenate(self.signs) if self.signs else np.zeros(0)
        scaled = list(self.scaled)
        return Terms(
            self.model,
            self.model.factors,
            np.array([factor for factor, _ in scaled], dtype=np.int64),
            np.array([scale for _, scale in scaled]),
            tuple(self.formulas),
            tuple(self.cells),
            block[:, 0],
            block[:, 1],
            block[:, 2],
            block[:, 4],
            block[:, 3],
            sign,
        )


def _cell_of(line: str, year: int, value: float, row: ActivityRow | None) -> Cell:
    """Return a cell whose range keeps its ratio to the value that was reported."""
    if row is None or row.low is None or row.high is None or row.value == 0:
        return Cell(line, year, float(value))
    ratio = float(value) / row.value
    low, high = min(row.low * ratio, value), max(row.high * ratio, value)
    return Cell(line, year, float(value), float(low), float(high))
