"""What the solver found, block by block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import xarray as xr

from carbonpeak.optimiser.solver import Status


@dataclass(frozen=True, eq=False)
class Solution:
    """What the solver found; what has labels is labelled when it is first asked for.

    Attributes
    ----------
    status : Status
        `optimal`, `infeasible`, `unbounded`, `time_limit` or `numerical`.
    objective, bound, gap : float
        Cost of the solution, NaN without one; what no solution costs less than; and the distance of
        the two, relative to the objective, or to one where that is less. With whole numbers the
        bound lies below the objective by what the search passes over: `SolverSettings.gap` of it,
        at least a millionth.
    found : bool
        Whether there is a plan, proven best or not.
    read_values, read_duals, read_reduced_costs, read_row_values : callable
        Make the Datasets below.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    pivots: int
    found: bool
    read_values: Callable[[], xr.Dataset]
    read_duals: Callable[[], xr.Dataset]
    read_reduced_costs: Callable[[], xr.Dataset]
    read_row_values: Callable[[], xr.Dataset]

    @cached_property
    def values(self) -> xr.Dataset:
        """Value of each variable block, empty when no solution was found."""
        return self.read_values()

    @cached_property
    def duals(self) -> xr.Dataset:
        """Change of the objective per unit of each row's bound; empty for integer programs."""
        return self.read_duals()

    @cached_property
    def reduced_costs(self) -> xr.Dataset:
        """Change of the objective per unit of each variable's bound; empty for integer programs."""
        return self.read_reduced_costs()

    @cached_property
    def row_values(self) -> xr.Dataset:
        """Left-hand side of each row, empty when no solution was found."""
        return self.read_row_values()
