"""The rows that state the targets of a region."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from numbers import Real

import xarray as xr

from carbonpeak import units
from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.optimiser import shapes
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.region.amounts import UNITS
from carbonpeak.optimiser.targets import Target
from carbonpeak.planning.bounds import bound, require_demand
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import price_unit
from carbonpeak.scenario.pathway import Outlook


def state(
    problem: LeastCostProblem,
    outlook: Outlook,
    baseline: xr.Dataset,
    goals: Mapping[str, Goal],
    soft: Mapping[str, float],
) -> tuple[Target, ...]:
    """Return the rows of all targets.

    Parameters
    ----------
    problem : LeastCostProblem
        The problem without targets.
    outlook, baseline : Outlook, xr.Dataset
        The scenario laid out, and its walk without measures.
    goals : mapping of Goal
        Targets by name.
    soft : mapping of float
        Prices by the name of a target, in CNY2020 per unit of its amount; they take the place of
        those that the targets state.

    Raises
    ------
    ScenarioError
        When a year lies outside the horizon, or a price is for no target or not above 0.
    """
    for name, price in soft.items():
        if name not in goals:
            hint = suggestion(name, list(goals))
            raise ScenarioError(f"soft: no target '{name}' with a row; {hint}")
        if not (isinstance(price, Real) and 0 < price < inf):
            raise ScenarioError(f"soft: the price of '{name}' is {price!r}; expected above 0")
    return tuple(
        row
        for name, goal in goals.items()
        for row in _rows(problem, outlook, baseline, name, goal, soft.get(name, _price(goal)))
    )


def _rows(
    problem: LeastCostProblem,
    outlook: Outlook,
    baseline: xr.Dataset,
    name: str,
    goal: Goal,
    price: float | None,
) -> tuple[Target, ...]:
    amount, years = goal.amount, problem.years
    if goal.years is not None:
        asked = goal.asked * units.factor(goal.unit, UNITS[amount])
        return (shapes.budget(name, amount, _span(years, name, goal.years), asked, price=price),)
    if goal.peak_by is not None:
        return shapes.peak_by(problem, name, amount, goal.peak_by, price=price)
    if goal.no_rise_after is not None:
        return shapes.no_rise_after(name, amount, goal.no_rise_after, years, price=price)
    if goal.plateau is not None:
        first, *_, last = _span(years, name, goal.plateau)
        band = goal.asked * units.factor(goal.unit, "1")
        return shapes.plateau(name, amount, first, last, band, price=price)
    cap = bound(outlook, baseline, name, goal)
    sense = require_demand(outlook.scenario.region, name, goal).sense
    if goal.indicator == "non_fossil_share":
        # Power that is sold counts as nothing bought, so the larger of the two amounts decides.
        counted = {"bought": amount, "own": "own_non_fossil_energy"}
        rows = {
            key: shapes.share(name, part, "energy_total", goal.year, cap, price=price)
            for key, part in counted.items()
        }
        return shapes.any_of(problem, name, rows)
    return (Target.at(name, amount, goal.year, cap, price, sense),)


def _span(horizon: tuple[int, ...], name: str, ends: tuple[int, int]) -> range:
    """Return the years from the first to the last, all within the horizon."""
    first, last = ends
    if first < horizon[0] or last > horizon[-1]:
        raise ScenarioError(
            f"target '{name}' is for {first} to {last}, not all within the horizon {horizon[0]} to "
            f"{horizon[-1]}. Extend the horizon or drop the target"
        )
    return range(first, last + 1)


def _price(goal: Goal) -> float | None:
    """Return the price that a target states, in CNY2020 per unit of its amount."""
    if goal.price is None:
        return None
    return goal.price.value * units.factor(goal.price.unit, price_unit(goal))
