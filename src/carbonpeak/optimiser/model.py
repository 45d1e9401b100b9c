"""The program of a least-cost problem with its scales: what its parts pass to each other."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr

from carbonpeak.optimiser.blocks import BoolArray, FloatArray, IntArray, Labels
from carbonpeak.optimiser.conditions import LinearRow
from carbonpeak.optimiser.costs import retirement_cost, unit_cost
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.program import Block, Program, Solution
from carbonpeak.optimiser.reach import Reach

MONEY = 1e4
"""CNY2020 per unit of the objective."""

DUST = 1e-6

WHOLE = 1e-9
"""By how much a limit may fall short of a whole project and still allow it."""


@dataclass(frozen=True, eq=False)
class Scale:
    """Powers of ten that keep the coefficients of the program near one.

    Attributes
    ----------
    builds : (measure,)
        Native units per unit of the variable; one project where builds are whole.
    targets : (target,)
        Units of the numerator per unit of the row: 10^4 t for a county of some 10^6 t.
    lines : (line,)
        Activity per unit of the row.
    changes : (compared,)
        Units of each amount that alternatives compare, per unit of the variable.
    pools, budgets, rows : (pool,), (budget,), (row,)
        Of each, its unit per unit of its row.
    """

    builds: FloatArray
    targets: FloatArray
    lines: FloatArray
    changes: FloatArray
    pools: FloatArray
    budgets: FloatArray
    rows: FloatArray


class Choice(NamedTuple):
    """What a solution builds (measure, year) and retires (retirement,), in native units."""

    builds: FloatArray
    retired: FloatArray


@dataclass(frozen=True, eq=False)
class LeastCostModel:
    """A problem, its live program, its variables and its scales.

    `retired`, `built` (whether anything is, by year) and `stands` (whether it may) are None where
    no measure has such a choice. `reach` gives the coefficients that limits enter, and `restate`
    the model of the same problem with those of another one.
    """

    problem: LeastCostProblem
    program: Program
    builds: Block
    shortfall: Block
    scale: Scale
    reach: Reach
    restate: Callable[[Reach], LeastCostModel]
    chosen: Block | None = None
    changes: Block | None = None
    retired: Block | None = None
    built: Block | None = None
    stands: Block | None = None

    def labelled(self, values: FloatArray | BoolArray, *dims: str) -> xr.DataArray:
        """Return `values` with the labels of the problem along `dims`."""
        labels = {
            "measure": self.problem.measures,
            "target": tuple(target.name for target in self.problem.targets),
            "line": self.problem.lines,
        }
        coords = {dim: np.asarray(labels.get(dim, self.problem.years)) for dim in dims}
        return xr.DataArray(values, coords=coords, dims=dims)

    def sized(self, values: FloatArray | BoolArray, *dims: str) -> xr.DataArray:
        """Return `values` over `dims` in the order of the problem, without labels: cheap."""
        return xr.DataArray(values, dims=dims)

    def native(self, builds: xr.DataArray) -> FloatArray:
        """Return builds in native units, exactly whole where projects are whole."""
        values = builds.to_numpy()
        whole = self.problem.integer[:, None]
        exact = np.where(whole, np.round(values), np.maximum(values, 0.0))
        native: FloatArray = exact * self.scale.builds[:, None] + 0.0
        return native

    def choice(self, solution: Solution) -> Choice:
        """Return what a solution builds and retires, without the dust of choices that are no."""
        problem, values = self.problem, solution.values
        builds = self.native(values["builds"])
        if self.built is not None:
            builds[problem.lumpy] *= values["built"].to_numpy() > 0.5
        if self.stands is not None:
            barred = ~(values["stands"].to_numpy() > 0.5)
            serves = problem.in_service[problem.dependent] > 0
            keeps = np.isnan(problem.retire_cost[problem.dependent])[:, None]
            builds[problem.dependent] *= ~((serves & barred[:, None]).any(axis=2) & keeps)
        if self.retired is None:
            return Choice(builds, np.zeros(0))
        return Choice(builds, self._retired(values["retired"].to_numpy(), builds))

    def _retired(self, values: FloatArray, builds: FloatArray) -> FloatArray:
        """Return native units retired: never more than built, and all where all but dust is."""
        measure, built, _ = self.problem.retirements
        size = self.scale.builds[measure]
        whole = self.problem.integer[measure]
        kept = np.where(whole, np.round(values), np.where(values > DUST, values, 0.0)) * size
        there, total = builds[measure, built], np.zeros_like(builds)
        np.add.at(total, (measure, built), kept)
        gone = total[measure, built]
        full = (gone > 0) & (gone > there - DUST * np.maximum(there, size))
        return np.where(full, kept * there / np.where(gone > 0, gone, 1.0), kept)

    def charge(self, *, builds: bool) -> None:
        """Let builds and retirements cost what they do, or nothing."""
        cost = unit_cost(self.problem) * self.scale.builds[:, None] / MONEY * builds
        self.program.change_cost(self.builds, self.sized(cost, "measure", "year"))
        if self.retired is not None:
            leaving = retirement_cost(self.problem) * self.retired_scale() / MONEY * builds
            self.program.change_cost(self.retired, self.sized(leaving, "retirement"))

    def retired_scale(self) -> FloatArray:
        """Return native units per unit of each variable of retirement."""
        scale: FloatArray = self.scale.builds[self.problem.retirements.measure]
        return scale

    def room(self) -> FloatArray:
        """Return cap less value without measures, in units of each target's row."""
        problem = self.problem
        before = problem.without_measures
        room = [target.cap - target.value(before, problem.years) for target in problem.targets]
        return np.asarray(room, dtype=float) / self.scale.targets

    def target_effect(self) -> FloatArray:
        """Return what a unit of each variable adds to a target, in units of its row.

        Returns
        -------
        (target, measure, build year)
        """
        problem, scale = self.problem, self.scale
        effect = np.zeros((len(problem.targets), *np.shape(problem.capex)))
        for row, target in enumerate(problem.targets):
            change = target.effect(problem.numerators, problem.years)
            effect[row] = change * scale.builds[:, None] / scale.targets[row]
        return effect

    def target_undone(self) -> FloatArray:
        """Return what retiring a unit adds to a target, in units of its row.

        Returns
        -------
        (target, retirement)
        """
        problem = self.problem
        undone = np.zeros((len(problem.targets), problem.retirements.left.size))
        for row, target in enumerate(problem.targets):
            undone[row] = problem.undone(target) * self.retired_scale() / self.scale.targets[row]
        return undone

    def alternatives(self) -> tuple[str, ...]:
        """Return the alternatives of all targets, of which one a group holds."""
        return alternatives_of(self.problem)

    def taken(self, solution: Solution) -> tuple[str, ...]:
        """Return the alternatives that a solution chooses."""
        if self.chosen is None:
            return ()
        values = solution.values["chosen"].to_numpy() > 0.5
        return tuple(itertools.compress(self.alternatives(), values))

    def held(self, solution: Solution) -> IntArray:
        """Return the rows of targets that hold in a solution: not those of other alternatives."""
        taken = {"", *self.taken(solution)}
        return np.flatnonzero([it.alternative in taken for it in self.problem.targets])

    def soft(self) -> BoolArray:
        """Return which targets may be missed at a price."""
        return np.array([target.price is not None for target in self.problem.targets], dtype=bool)

    def miss_cost(self) -> FloatArray:
        """Return the discounted price of a shortfall, per unit of its row; 0 for hard targets."""
        price = [0.0 if target.price is None else target.price for target in self.problem.targets]
        return np.asarray(price) * self.target_discount() * self.scale.targets / MONEY

    def penalty(self, shortfall: FloatArray) -> FloatArray:
        """Return the discounted CNY2020 of soft targets missed.

        Parameters
        ----------
        shortfall : (…, target)
            In units of each target's row; 0 for rows that need not hold.
        """
        paid: FloatArray = np.asarray(shortfall @ self.miss_cost() * MONEY)
        return paid

    def prices(self, solution: Solution) -> FloatArray:
        """Return undiscounted CNY2020 of the year per unit of each target; NaN without duals.

        Returns
        -------
        (target,)
        """
        if not solution.duals.data_vars:
            return np.full(len(self.problem.targets), np.nan)
        dual = np.abs(solution.duals["targets"].to_numpy()) * MONEY / self.scale.targets
        price: FloatArray = dual / self.target_discount() + 0.0
        return price

    def target_discount(self) -> FloatArray:
        """Return the discount factor of each target's year."""
        years = [float(target.year) for target in self.problem.targets]
        return self.problem.discount_at(np.asarray(years))


def scale_of(problem: LeastCostProblem) -> Scale:
    """Choose the scales of a problem."""
    spans = np.where(_usable(problem.yearly_limit), problem.yearly_limit, problem.potential)
    spans = np.where(_usable(spans), spans, 1.0)
    builds = np.where(problem.integer, problem.unit_size, _power_of_ten(spans))
    sizes = [target.size(problem.numerators) for target in problem.targets]
    compared = [np.abs(problem.numerators[it].baseline).max() for it, _ in compared_of(problem)]
    return Scale(
        builds=builds,
        targets=_power_of_ten(np.asarray(sizes, dtype=float)) / 100.0,
        lines=_line_scale(problem, builds),
        changes=_power_of_ten(np.asarray(compared, dtype=float)) / 100.0,
        pools=_power_of_ten(np.array([pool.amount for pool in problem.pools])),
        # Less than one CNY builds nothing; a row scaled by less is beyond what a solver resolves.
        budgets=_power_of_ten(np.array([max(budget.amount, 1.0) for budget in problem.budgets])),
        rows=_power_of_ten(np.array([_row_size(problem, row, builds) for row in problem.rows])),
    )


def compared_of(problem: LeastCostProblem) -> tuple[tuple[str, int], ...]:
    """Return the numerators and years that the rows of alternatives are about."""
    parts = (part for target in problem.targets if target.either for part in target.parts)
    return tuple(dict.fromkeys((part.numerator, part.year) for part in parts))


def alternatives_of(problem: LeastCostProblem) -> tuple[str, ...]:
    """Return the alternatives of all targets, in order."""
    named = (target.alternative for target in problem.targets if target.either)
    return tuple(dict.fromkeys(named))


def _row_size(problem: LeastCostProblem, row: LinearRow, builds: FloatArray) -> float:
    steps = [abs(it.coefficient) * builds[problem.measures.index(it.measure)] for it in row.terms]
    return float(max(steps))


def joined(*parts: Labels) -> Labels:
    """Return labels joined by commas, one after another."""
    labels = parts[0].astype(str)
    for part in parts[1:]:
        labels = np.char.add(np.char.add(labels, ","), part.astype(str))
    return labels


def along(dim: str, values: Labels, labels: Labels) -> xr.DataArray:
    """Return `values` along one dim with its labels."""
    return xr.DataArray(values, {dim: labels})


def lowered_years(problem: LeastCostProblem) -> BoolArray:
    """Return in which years builds lower the activity of a line, (line, year)."""
    moves, lowered = problem.moves, np.zeros((len(problem.lines), len(problem.years)), dtype=bool)
    np.logical_or.at(lowered, moves.line, (moves.response < 0).any(axis=1))
    return lowered


def _line_scale(problem: LeastCostProblem, builds: FloatArray) -> FloatArray:
    moves = problem.moves
    largest = np.abs(problem.baseline_activity).max(axis=1, initial=0.0)
    highest = moves.response.max(axis=(1, 2), initial=0.0)
    lowest = moves.response.min(axis=(1, 2), initial=0.0)
    steps = np.maximum(highest, -lowest) * builds[moves.measure]
    moved = np.zeros(len(problem.lines))
    np.maximum.at(moved, moves.line, steps)
    return _power_of_ten(np.where(largest > 0, largest, moved))


def _usable(values: FloatArray) -> BoolArray:
    usable: BoolArray = np.isfinite(values) & (values > 0)
    return usable


def _power_of_ten(values: FloatArray) -> FloatArray:
    """Return the power of ten just below each value, 1 for zero."""
    safe = np.where(values > 0, values, 1.0)
    power: FloatArray = 10.0 ** np.floor(np.log10(safe))
    return power
