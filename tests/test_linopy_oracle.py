"""Least-cost problems written out again with linopy, which knows nothing of our assembler."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.least_cost import solve_least_cost
from test_build_rows import CONDITIONS, town

linopy = pytest.importorskip("linopy")

STATED = ("share_pools", "build_in_lumps", "keep_apart", "keep_budgets", "hold_rows")
"""Conditions that the second formulation states too."""


class Written:
    """One problem in linopy, by labels."""

    def __init__(self, problem):
        self.problem, self.model = problem, linopy.Model()
        self.measure = pd.Index(problem.measures, name="measure")
        self.built = pd.Index(problem.years, name="built")
        self.year = pd.Index(problem.years, name="year")
        self.upper = np.where(problem.window, problem.yearly_limit[:, None], 0.0)
        size = np.where(problem.integer, problem.unit_size, 1.0)[:, None]
        whole = problem.integer[:, None]
        parts = self._variables("parts", np.where(whole, 0.0, self.upper), integer=False)
        blocks = np.where(whole, np.floor(self.upper / size + 1e-9), 0.0)
        projects = self._variables("projects", blocks, integer=True)
        self.builds = 1.0 * parts + projects * self.over(np.broadcast_to(size, blocks.shape))
        serves = xr.DataArray(problem.in_service, [self.measure, self.built, self.year])
        existing = xr.DataArray(problem.existing, [self.measure])
        self.stock = (self.builds * serves).sum("built") + existing

    def _variables(self, name, upper, *, integer):
        bound = xr.DataArray(upper, [self.measure, self.built])
        return self.model.add_variables(0.0, bound, name=name, integer=integer)

    def over(self, values):
        return xr.DataArray(values, [self.measure, self.built])

    def cost(self):
        for state in (self.limits, self.activity, self.targets, self.conditions):
            state()
        self.model.add_objective((self.builds * self.over(unit_cost(self.problem) / 1e4)).sum())
        self.model.solve("highs", io_api="direct", log_to_console=False, mip_rel_gap=1e-9)
        return float(self.model.objective.value) * 1e4

    def limits(self):
        problem = self.problem
        room = problem.potential - problem.existing
        for at in np.flatnonzero(np.isfinite(room)):
            self.model.add_constraints(self.builds.isel(measure=at, drop=True).sum() <= room[at])

    def activity(self):
        problem, moves = self.problem, self.problem.moves
        for line in range(len(problem.lines)):
            change = 0
            for at in np.flatnonzero(moves.line == line):
                response = xr.DataArray(moves.response[at], [self.built, self.year])
                change += (self.builds.isel(measure=moves.measure[at], drop=True) * response).sum(
                    "built"
                )
            floor = xr.DataArray(-problem.baseline_activity[line], [self.year])
            self.model.add_constraints(change >= floor)

    def targets(self):
        for target in self.problem.targets:
            held = self.problem.numerators[target.numerator]
            at = self.problem.years.index(target.year)
            change = (self.builds * self.over(held.effect[:, :, at])).sum()
            self.model.add_constraints(change <= target.cap - held.baseline[at])

    def conditions(self):
        problem, model = self.problem, self.model
        for pool in problem.pools:
            per_unit = xr.DataArray(pool.per_unit, [self.measure])
            model.add_constraints((self.stock * per_unit).sum("measure") <= pool.amount)
        for budget in problem.budgets:
            paid = problem.paid_by(budget)[:, None] & np.isin(problem.years, budget.years)
            model.add_constraints(
                (self.builds * self.over(problem.capex * paid)).sum() <= budget.amount
            )
        for row in problem.rows:
            self._row(row)
        self._lumps()
        for number, pair in enumerate(problem.excludes):
            stands = model.add_variables(binary=True, coords=[self.year], name=f"stands {number}")
            most = float(self.upper.sum(axis=1).max()) * 2.0
            model.add_constraints(self.stock.sel(measure=pair.one, drop=True) - most * stands <= 0)
            model.add_constraints(
                self.stock.sel(measure=pair.other, drop=True) + most * stands <= most
            )

    def _row(self, row):
        total = 0
        for term in row.terms:
            held = self.stock if term.of == "stock" else self.builds
            held = held.sel(measure=term.measure, drop=True)
            dim = "year" if term.of == "stock" else "built"
            picked = held.sum() if term.year is None else held.sel({dim: term.year}, drop=True)
            total += term.coefficient * picked
        if np.isfinite(row.at_most):
            self.model.add_constraints(total <= row.at_most)
        if np.isfinite(row.at_least):
            self.model.add_constraints(total >= row.at_least)

    def _lumps(self):
        problem = self.problem
        lumpy = problem.once | (problem.minimum_build > 0)
        if not lumpy.any():
            return
        built = self.model.add_variables(
            binary=True, coords=[self.measure, self.built], name="built or not"
        )
        mask = self.over(np.repeat(lumpy[:, None], len(problem.years), axis=1))
        most = self.over(np.where(lumpy[:, None], self.upper, 0.0))
        least = self.over(np.repeat(problem.minimum_build[:, None], len(problem.years), axis=1))
        self.model.add_constraints(self.builds - most * built <= 0, mask=mask)
        self.model.add_constraints(self.builds - least * built >= 0, mask=mask)
        for at in np.flatnonzero(problem.once):
            self.model.add_constraints(built.isel(measure=at, drop=True).sum() <= 1)


@pytest.mark.parametrize("whole", [False, True], ids=["linear", "whole projects"])
@pytest.mark.parametrize("name", ["", *STATED])
def test_linopy_finds_the_same_least_cost(name, whole):
    problem = town(
        **CONDITIONS.get(name, {}), **({} if whole else {"integer": np.zeros(4, dtype=bool)})
    )
    assert Written(problem).cost() == pytest.approx(solve_least_cost(problem).cost, rel=1e-6)
