"""What the solver found, block by block."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from carbonpeak.optimiser.solver import Status


@dataclass(frozen=True, eq=False)
class Solution:
    """What the solver found.

    Attributes
    ----------
    status : Status
        `optimal`, `infeasible`, `unbounded`, `time_limit` or `numerical`.
    objective, bound, gap : float
        Cost of the solution, proven lower bound, and their relative distance; NaN without one.
    values : Dataset
        Value of each variable block, empty when no solution was found.
    duals : Dataset
        Change of the objective per unit of each row's bound; empty for integer programs.
    reduced_costs : Dataset
        Change of the objective per unit of each variable's bound; empty for integer programs.
    row_values : Dataset
        Left-hand side of each row.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    values: xr.Dataset
    duals: xr.Dataset
    reduced_costs: xr.Dataset
    row_values: xr.Dataset

    @property
    def found(self) -> bool:
        """Whether there is a plan, proven best or not."""
        return bool(self.values.data_vars)
