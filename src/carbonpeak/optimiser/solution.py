"""What the solver found, block by block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from carbonpeak.optimiser.solver import Status


@dataclass(frozen=True, eq=False)
class Solution:
    """What the solver found; what has labels is labelled when it is first asked for.

    Attributes
    ----------
    status : Status
        `optimal`, `infeasible`, `unbounded`, `time_limit` or `numerical`.
    objective, bound : float
        Cost of the solution, NaN without one, and what no solution costs less than. With whole
        numbers the bound lies below the objective by what the search passes over:
        `SolverSettings.gap` of it, at least a millionth.
    found : bool
        Whether there is a plan, proven best or not.
    read_values, read_duals, read_reduced_costs, read_row_values : callable
        Make the Datasets below.
    """

    status: Status
    objective: float
    bound: float
    pivots: int
    found: bool
    read_values: Callable[[], xr.Dataset]
    read_duals: Callable[[], xr.Dataset]
    read_reduced_costs: Callable[[], xr.Dataset]
    read_row_values: Callable[[], xr.Dataset]

    @property
    def gap(self) -> float:
        """Distance of objective and bound, relative to the objective, or to one if that is less."""
        if not self.found:
            return np.inf
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)

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
