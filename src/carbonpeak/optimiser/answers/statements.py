"""What each target costs: the problem solved again without it, and with it alone."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.optimiser.answers.tables import (
    MONEY_UNIT,
    condition_attrs,
    discounted_attrs,
    require_plan,
    with_units,
)
from carbonpeak.optimiser.blocks import BoolArray, FloatArray
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.program import SolverSettings


class TargetRows:
    """The rows of the targets of a program, some of which may be opened for a while."""

    def __init__(self, model: LeastCostModel) -> None:
        matrix = model.program.matrix()
        numbers = model.program.rows["targets"].numbers
        self._program = model.program
        self._low = matrix.row_lower[numbers].copy()
        self._high = matrix.row_upper[numbers].copy()

    def keep(self, kept: BoolArray) -> None:
        """Hold the targets `kept`, (target,), and open the others."""
        self._program.set_row_bounds(
            "targets",
            at_least=xr.DataArray(np.where(kept, self._low, -np.inf), dims="target"),
            at_most=xr.DataArray(np.where(kept, self._high, np.inf), dims="target"),
        )


def target_costs(
    problem: LeastCostProblem, *, settings: SolverSettings | None = None
) -> xr.Dataset:
    """Return what each target adds to the cost, last and alone.

    Parameters
    ----------
    problem : LeastCostProblem
        With its targets.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    Dataset
        Over `target`, statements of one row or several; discounted CNY2020 with the penalties of
        soft targets. `saves`, the cost less that without this target; `alone`, the cost with no
        other target less that with none; `total_cost` with all targets and `cost_without_any`;
        `interaction`, what all add together less the sum of `saves`: above zero where what is
        built for one target serves another.

    Raises
    ------
    ResultError
        When the problem has no plan.
    """
    chosen = settings or SolverSettings()
    model = formulate(problem)
    rows = TargetRows(model)
    groups = np.array([target.group for target in problem.targets], dtype=str)
    names = list(dict.fromkeys(groups.tolist()))
    one = groups == np.array(names, dtype=str)[:, None]

    def cost(kept: BoolArray) -> float:
        rows.keep(kept)
        return require_plan(problem, model.program.solve(chosen), chosen).objective * MONEY

    everything = cost(np.ones(len(groups), dtype=bool))
    without = np.array([cost(~it) for it in one], dtype=float)
    nothing = cost(np.zeros(len(groups), dtype=bool))
    alone = np.array([cost(it) for it in one], dtype=float)
    return _table(model, names, (everything, nothing), everything - without, alone - nothing)


def _table(
    model: LeastCostModel,
    names: list[str],
    totals: tuple[float, float],
    saves: FloatArray,
    alone: FloatArray,
) -> xr.Dataset:
    problem, (everything, nothing) = model.problem, totals
    titles = [problem.title(name) for name in names]
    result = xr.Dataset(
        {
            "saves": ("target", saves),
            "alone": ("target", alone),
            "total_cost": ((), everything),
            "cost_without_any": ((), nothing),
            "interaction": ((), everything - nothing - float(saves.sum())),
        },
        coords={
            "target": np.asarray(names, dtype=str),
            "target_title_en": ("target", np.asarray([it.en for it in titles], dtype=str)),
            "target_title_zh": ("target", np.asarray([it.zh for it in titles], dtype=str)),
        },
        attrs=discounted_attrs(problem) | condition_attrs(model),
    )
    return with_units(result, dict.fromkeys(map(str, result.data_vars), MONEY_UNIT))
