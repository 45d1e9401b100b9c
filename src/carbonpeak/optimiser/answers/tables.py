"""Labels, units and conditions that every answer carries."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.least_cost import solve_least_cost
from carbonpeak.optimiser.model import LeastCostModel
from carbonpeak.optimiser.plan import price_condition
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.program import Solution, SolverSettings

NATIVE = "native unit of the measure"
MONEY_UNIT = "CNY2020"


def measure_coords(problem: LeastCostProblem) -> dict[str, object]:
    """Return the measures with their titles as coordinates."""
    titles = [problem.title(name) for name in problem.measures]
    return {
        "measure": np.asarray(problem.measures, dtype=str),
        "measure_title_en": ("measure", np.asarray([it.en for it in titles], dtype=str)),
        "measure_title_zh": ("measure", np.asarray([it.zh for it in titles], dtype=str)),
    }


def discounted_attrs(problem: LeastCostProblem) -> dict[str, object]:
    """Return the year to which money is discounted, as attributes."""
    return {"discount_year": problem.discount_to, "discount_rate": problem.discount_rate}


def condition_attrs(model: LeastCostModel) -> dict[str, object]:
    """Return on what prices rest, as attributes."""
    conditional = model.program.whole
    words = price_condition(conditional, years=model.chosen is not None)
    return {
        "conditional": int(conditional),
        "price_condition_en": words.en,
        "price_condition_zh": words.zh,
    }


def priced(model: LeastCostModel, solution: Solution, settings: SolverSettings) -> Solution:
    """Return the solution with duals: of a program with whole numbers, those held fixed."""
    if not model.program.whole:
        return solution
    held = model.program.fix_integers(solution, settings)
    return held if held.found else solution


def require_plan(
    problem: LeastCostProblem, solution: Solution, settings: SolverSettings
) -> Solution:
    """Return the solution, or say why there is none.

    Raises
    ------
    ResultError
        With the diagnosis of the problem.
    """
    if not solution.found:
        raise ResultError(no_plan(solve_least_cost(problem, settings=settings).message))
    return solution


def no_plan(reason: Sentence) -> str:
    """Say that there is no plan to ask about, and why, in both languages."""
    return f"there is no plan to ask about: {reason.en} ({reason.zh})"


def with_units(result: xr.Dataset, units: dict[str, str]) -> xr.Dataset:
    """Write the unit of each variable named."""
    for name, unit in units.items():
        result[name].attrs["units"] = unit
    return result
