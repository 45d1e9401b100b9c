"""The optimised abatement cost curve: one cap, swept from what costs least to what is possible."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.answers.fronts import front_table, require_possible, sweep
from carbonpeak.optimiser.answers.gauges import measure_total, numerator_of
from carbonpeak.optimiser.answers.tables import MONEY_UNIT, with_units
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.program import SolverSettings


def abatement_curve(
    problem: LeastCostProblem,
    *,
    numerator: str,
    year: int | None = None,
    points: int = 20,
    tightest: float | None = None,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Return what abatement costs at each depth, on average and for the next tonne.

    Ramps, limits, whole projects and what measures take from each other are all in it, unlike in
    a curve of single measures.

    Parameters
    ----------
    problem : LeastCostProblem
        Its targets hold at every point; leave them out for the curve from nothing asked.
    numerator : str
        What is abated.
    year : int, optional
        The year of the cap; by default all years together.
    points, tightest, settings
        As for `pareto_front`.

    Returns
    -------
    Dataset
        Over `point` from shallow to deep: `abated`, against no measures; `total_cost`, of which
        `penalty`; `average_cost`, their ratio (NaN where nothing is abated); `marginal_cost`, the
        dual of the cap; `step_cost`, the finite difference from the point before. With a `year`
        the three are undiscounted money of that year per unit, else money of the year discounted
        to. `builds`, `path`, `cap`, `reached`, `status` as in `pareto_front`.

    Raises
    ------
    ResultError
        When the problem has no plan, no such numerator, the year lies outside the horizon, or
        `tightest` outside what is possible.
    """
    model = formulate(problem)
    weights, discount = _weights(problem, year)
    gauge = measure_total(model, numerator, weights)
    held = numerator_of(problem, numerator)
    chosen = settings or SolverSettings()
    found = sweep(problem, gauge, points, tightest=tightest, settings=chosen)
    unit = held.unit + ("" if year is None else "/year")
    require_possible(gauge, found, tightest, unit, settings=chosen)
    front = front_table(gauge, numerator, found, unit)
    total = (front["cost"] + front["penalty"]) / discount
    abated = float(gauge.baseline.item()) - front["reached"]
    deeper = abated.diff("point")
    result = front.drop_vars("cost").assign(
        abated=abated,
        total_cost=total,
        penalty=front["penalty"] / discount,
        average_cost=(total / abated).where(abated > 0),
        marginal_cost=front["marginal_cost"] / discount,
        step_cost=(total.diff("point") / deeper).where(deeper > 0).reindex(point=front["point"]),
    )
    per = f"{MONEY_UNIT}/{held.unit}"
    units = dict.fromkeys(("average_cost", "marginal_cost", "step_cost"), per)
    units |= {"abated": unit, "total_cost": MONEY_UNIT, "penalty": MONEY_UNIT}
    return with_units(result, units).assign_attrs(money_year=year or problem.discount_to)


def _weights(problem: LeastCostProblem, year: int | None) -> tuple[FloatArray, float]:
    """Return how often each year counts, and the discount factor of the money."""
    if year is None:
        return np.ones(len(problem.years)), 1.0
    if year not in problem.years:
        first, last = problem.years[0], problem.years[-1]
        raise ResultError(f"no curve for {year}; the horizon is {first} to {last}")
    at = problem.years.index(year)
    return np.eye(len(problem.years))[at], float(problem.discount[at])
