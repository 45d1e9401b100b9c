"""The rows that state the targets of a region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from numbers import Real

import xarray as xr

from carbonpeak import units
from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.optimiser import shapes
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.region.amounts import UNITS
from carbonpeak.optimiser.targets import Part, Target
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
        row = shapes.share(name, amount, "energy_total", goal.year, cap, price=price)
        return shapes.any_of(problem, name, _larger_of(row, amount))
    return (Target.at(name, amount, goal.year, cap, price, sense),)


def restate(
    problem: LeastCostProblem, goals: Mapping[str, Goal], beside: Sequence[LeastCostProblem]
) -> dict[str, tuple[Target, ...]]:
    """Return the rows of the targets that leave a choice, the same for all of several problems.

    Parameters
    ----------
    problem : LeastCostProblem
        With its targets.
    beside : sequence of LeastCostProblem
        The same measures and limits with other amounts.

    Returns
    -------
    dict of tuple of Target
        By target; those of one alternative that is best in all problems leave no choice.
    """
    rows = {target.group: target for target in reversed(problem.targets)}
    found = {}
    for name, row in rows.items():
        goal = goals[name]
        if goal.peak_by is not None:
            found[name] = shapes.peak_by(
                problem, name, goal.amount, goal.peak_by, price=row.price, beside=beside
            )
        elif goal.indicator == "non_fossil_share":
            either = _larger_of(replace(row, either=""), goal.amount)
            found[name] = shapes.any_of(problem, name, either, beside=beside)
    return found


def _larger_of(row: Target, amount: str) -> dict[str, Target]:
    """Return the row of each amount that a non-fossil share may count in the year.

    Power that is sold counts as nothing bought, so the larger of the two decides.
    """
    counted = {"bought": amount, "own": "own_non_fossil_energy"}
    _, *whole = row.parts
    return {
        key: replace(row, parts=(Part(part, row.year), *whole)) for key, part in counted.items()
    }


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
