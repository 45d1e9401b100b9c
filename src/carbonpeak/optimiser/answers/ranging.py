"""By how much the capex of a measure may move before the least-cost plan changes."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
import xarray as xr
from scipy.sparse.linalg import splu

from carbonpeak.optimiser.answers.tables import (
    NATIVE,
    condition_attrs,
    measure_coords,
    priced,
    require_plan,
    with_units,
)
from carbonpeak.optimiser.blocks import BoolArray, FloatArray
from carbonpeak.optimiser.costs import capital_cost, returned
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.matrix import Matrix
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.program import SolverSettings
from carbonpeak.optimiser.solver import Basis

_ZERO = 1e-11


def cost_ranges(problem: LeastCostProblem, *, settings: SolverSettings | None = None) -> xr.Dataset:
    """Return how far the capex of each measure may fall or rise with the plan unchanged.

    The capex of all build years of one measure moves by the same amount, its salvage with it; all
    else stays. The basis of the optimum stays optimal while no reduced cost and no dual changes
    its sign; along a line of costs that is one ratio test on two solves with the basis (Dantzig
    1963, ch. 12). Where the optimum is degenerate the plan may hold beyond the range.

    Parameters
    ----------
    problem : LeastCostProblem
        With its targets.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    Dataset
        Over `measure`: `fall`, `rise`, CNY2020 per native unit, undiscounted, infinite where
        nothing changes; `capex` of the first year; `planned`, native units built. With whole
        projects those of the plan are held fixed: their own measures have no range (NaN), and
        `price_condition_*` says so.

    Raises
    ------
    ResultError
        When the problem has no plan.
    """
    chosen = settings or SolverSettings()
    model = formulate(problem)
    solution = require_plan(problem, model.program.solve(chosen), chosen)
    answer = priced(model, solution, chosen)
    matrix, basis = model.program.matrix(), model.program.basis()
    costs, blocks = answer.reduced_costs, model.program.blocks
    reduced = np.concatenate([costs[name].to_numpy().ravel() for name in blocks])
    duals = np.concatenate([_duals(model, answer.duals, name) for name in model.program.rows])
    fall, rise = _ranges(matrix, basis, reduced, duals, _directions(model))
    fixed = matrix.integer[model.builds.columns].any(axis=1)
    result = xr.Dataset(
        {
            "fall": ("measure", np.where(fixed, np.nan, fall)),
            "rise": ("measure", np.where(fixed, np.nan, rise)),
            "capex": ("measure", np.asarray(problem.capex, dtype=float)[:, 0]),
            "planned": ("measure", model.choice(answer).builds.sum(axis=1)),
        },
        coords=measure_coords(problem),
        attrs=condition_attrs(model),
    )
    per = dict.fromkeys(("fall", "rise", "capex"), f"CNY2020/{NATIVE}")
    return with_units(result, per | {"planned": NATIVE})


def _duals(model: LeastCostModel, duals: xr.Dataset, name: str) -> FloatArray:
    values: FloatArray = duals[name].to_numpy()[model.program.rows[name].numbers >= 0]
    return values


def _directions(model: LeastCostModel) -> FloatArray:
    """Return how costs move with 1 CNY2020 of capex of each measure, (column, measure)."""
    columns = model.builds.columns
    rise = capital_cost(model.problem) * model.scale.builds[:, None] / MONEY
    move = np.zeros((model.program.size[1], len(columns)))
    for row, own in enumerate(columns):
        move[own, row] = rise[row]
    if model.retired is not None:
        measure, built, _ = model.problem.retirements
        lost = returned(model.problem)[measure, built] * model.retired_scale() / MONEY
        move[model.retired.columns, measure] = lost
    return move


def _ranges(
    matrix: Matrix, basis: Basis, reduced: FloatArray, duals: FloatArray, move: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return how far costs may go down and up each direction, (measure,) and (measure,)."""
    held = ~basis.rows
    basic = matrix.entries[:, np.flatnonzero(basis.columns)]
    square = sparse.csc_array(basic[np.flatnonzero(held)])
    dual_move = np.zeros((len(duals), move.shape[1]))
    if square.shape[0]:
        dual_move[held] = splu(square.T.tocsc()).solve(move[basis.columns])
    cost_move = move - matrix.entries.T @ dual_move
    free_columns = ~basis.columns & (matrix.lower < matrix.upper)
    free_rows = held & (matrix.row_lower < matrix.row_upper)
    values = np.concatenate([reduced[free_columns], duals[free_rows]])
    moves = np.concatenate([cost_move[free_columns], dual_move[free_rows]])
    top = np.concatenate([basis.columns_up[free_columns], basis.rows_up[free_rows]])
    return _steps(values, -moves, top), _steps(values, moves, top)


def _steps(values: FloatArray, moves: FloatArray, top: BoolArray) -> FloatArray:
    """Return the longest step of each direction that turns no sign, (direction,)."""
    sign = np.where(top, -1.0, 1.0)
    room = np.maximum(sign * values, 0.0)[:, None]
    change = sign[:, None] * moves
    step = np.full(change.shape, np.inf)
    np.divide(room, -change, out=step, where=change < -_ZERO)
    longest: FloatArray = step.min(axis=0, initial=np.inf)
    return longest
