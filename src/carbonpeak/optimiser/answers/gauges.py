"""Rows that measure a plan, so that what they measure can be capped, minimised and priced.

Symbols as in `least_cost`; z is the variable that lies above what is measured, v[t] what builds
change of it in a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.program import Block, Solution, Term
from carbonpeak.optimiser.responses import response_terms, running_level, yearly_change
from carbonpeak.optimiser.targets import Numerator

SLACK = 1e-6
"""Of a row's unit: a cap at the edge of the possible is loosened by it, more than the solver's
tolerance and less than any reader's."""


@dataclass(frozen=True, eq=False)
class Gauge:
    """A variable above what is measured, and how it is read.

    Attributes
    ----------
    model : LeastCostModel
        The program that holds it.
    block : Block
        One variable.
    scale : float
        Units of the numerator per unit of the variable.
    baseline : (row,)
        What the rows measure without measures.
    """

    model: LeastCostModel
    block: Block
    scale: float
    baseline: FloatArray

    def twin(self) -> Gauge:
        """Return the same gauge on a program of its own, which starts where this one rests."""
        return replace(self, model=replace(self.model, program=self.model.program.twin()))

    @property
    def column(self) -> int:
        """Position of the variable in the program."""
        return int(self.block.columns.item())

    def cap(self, value: float) -> None:
        """Let what is measured be at most `value`, at which the variable above it is held."""
        held = value / self.scale + SLACK
        self.model.program.set_bounds(self.block, lower=held, upper=held)

    def charge(self, price: float) -> None:
        """Let a unit of what is measured cost `price`, discounted CNY2020, rather than cap it."""
        program = self.model.program
        program.set_bounds(self.block, lower=-np.inf)
        program.change_cost(self.block, price * self.scale / MONEY, keep_basis=True)

    def charged(self, solution: Solution) -> float:
        """Return what of the objective of a solution is the price of what is measured."""
        return self._cost() * self.above(solution) / self.scale

    def above(self, solution: Solution) -> float:
        """Return the variable above what is measured, which lies on it where that costs."""
        return float(solution.values[self.block.name].item() * self.scale)

    def read(self, solution: Solution) -> float:
        """Return what is measured: the largest of the rows."""
        name = self.block.name
        rows = solution.row_values[name].to_numpy() + solution.values[name].item()
        return float((rows * self.scale + self.baseline).max())

    def price(self, solution: Solution) -> float:
        """Return the discounted CNY2020 that one unit less would cost; NaN without duals."""
        if not solution.reduced_costs.data_vars:
            return np.nan
        reduced = solution.reduced_costs[self.block.name].item()
        return float(max(self._cost() - reduced, 0.0) * MONEY / self.scale + 0.0)

    def _cost(self) -> float:
        return float(self.model.program.costs()[self.column])


def numerator_of(problem: LeastCostProblem, name: str) -> Numerator:
    """Return a numerator of a problem.

    Raises
    ------
    ResultError
        When the problem has none of that name.
    """
    if name not in problem.numerators:
        hint = suggestion(name, list(problem.numerators))
        raise ResultError(f"the problem has no numerator '{name}'; {hint}")
    return problem.numerators[name]


def measure_total(model: LeastCostModel, name: str, weights: FloatArray) -> Gauge:
    """Years add up by their weights:  Σ_t w[t]·(E[t] + Σ_{m,τ} e[m,τ,t]·n[m,τ]) - z <= 0.

    Here and below, what is retired no longer counts.
    """
    return _measure(model, "total", name, weights[None, :])


def measure_height(model: LeastCostModel, name: str) -> Gauge:
    """No year lies above the highest:  E[t] + v[t] - z <= 0.

    With  v[t] = Σ_{m,τ} e[m,τ,t]·n[m,τ].  Where most effects last, v[t] is a variable whose rows
    hold the change v[t] - v[t-1] from the year before; otherwise the sum itself stands there.
    """
    held, each = numerator_of(model.problem, name), np.eye(len(model.problem.years))
    if 2 * np.count_nonzero(yearly_change(held.effect)) > np.count_nonzero(held.effect):
        return _measure(model, "height", name, each)
    scale = _scale(held.baseline)
    changes = response_terms(
        model,
        np.arange(len(model.problem.measures)),
        -held.effect,
        undone=-model.problem.retired_effect(name),
        per=scale,
        yearly=True,
    )
    years = {"year": np.asarray(model.problem.years)}
    path = running_level(model, "path", years, changes, lower=-np.inf, before=0.0)
    terms = [Term(path, model.sized(each, "height_row", "year"))]
    return _above(model, "height", terms, held.baseline, scale)


def hold_peak(gauge: Gauge, year: int) -> None:
    """One year is the highest:  E[t] + Σ_{m,τ} e[m,τ,t]·n[m,τ] - z = 0  in the year of the peak."""
    years = np.asarray(gauge.model.problem.years)
    top = -gauge.baseline / gauge.scale
    gauge.model.program.set_row_bounds(
        gauge.block.name,
        at_most=xr.DataArray(top, dims="height_row"),
        at_least=xr.DataArray(np.where(years == year, top, -np.inf), dims="height_row"),
    )


def limit_spending(model: LeastCostModel) -> None:
    """What is spent stays within an allowance:  Σ c[m,τ]·n[m,τ] + Σ q·r + Σ_k δ·price[k]·s[k] <= C.

    All that the objective counts is spent. The allowance is open until it is set.
    """
    program, cost = model.program, model.program.costs()
    paid = [block for block in program.blocks.values() if cost[block.columns].any()]
    terms = [(block, _with_row("allowance", cost[block.columns], block)) for block in paid]
    if terms:
        program.require("spending", terms, rows={"allowance": ["cost"]})


def allow(model: LeastCostModel, amount: float) -> None:
    """Set the allowance, in units of the objective; nothing to set where nothing costs."""
    if "spending" in model.program.rows:
        model.program.set_row_bounds("spending", at_most=amount + SLACK)


def _measure(model: LeastCostModel, name: str, of: str, weights: FloatArray) -> Gauge:
    """Add the variable and one row for each row of `weights` (row, year)."""
    held = numerator_of(model.problem, of)
    baseline = weights @ held.baseline
    scale = _scale(baseline)
    dim = f"{name}_row"
    made = model.builds.rename(year="build_year")
    effect = np.einsum("rt,mbt->rmb", weights, held.effect)
    effect *= model.scale.builds[None, :, None] / scale
    terms = [Term(made, model.sized(effect, dim, "measure", "build_year"))]
    if model.retired is not None:
        undone = model.problem.retired_effect(of) @ weights.T * model.retired_scale()[:, None]
        terms.append(Term(model.retired, model.sized(undone.T / scale, dim, "retirement")))
    return _above(model, name, terms, baseline, scale)


def _above(
    model: LeastCostModel, name: str, terms: Sequence[Term], baseline: FloatArray, scale: float
) -> Gauge:
    """Add the variable above some rows, which are a baseline (row,) and terms that change it."""
    dim = f"{name}_row"
    above = model.program.add(name, {f"{name}_of": [name]}, lower=-np.inf)
    minus = model.sized(-np.ones((len(baseline), 1)), dim, f"{name}_of")
    model.program.require(
        name,
        [*terms, Term(above, minus)],
        rows={dim: range(len(baseline))},
        at_most=model.sized(-baseline / scale, dim),
    )
    return Gauge(model, above, scale, baseline)


def _scale(baseline: FloatArray) -> float:
    size = float(np.abs(baseline).max())
    return 10.0 ** (np.floor(np.log10(size)) - 2.0) if size > 0 else 1.0


def _with_row(dim: str, cost: FloatArray, block: Block) -> xr.DataArray:
    return xr.DataArray(cost[None], dims=(dim, *block.dims))
