"""What a target allows in its year, as an amount: for the optimiser, and to be split."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.planning.air_pollutants import POLLUTANTS
from carbonpeak.planning.goals import AMOUNT_UNITS, Demand, Goal, Sense
from carbonpeak.planning.rates import ChangeRate, ReductionRate
from carbonpeak.planning.targets import level_unit, load_targets
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import Outlook, lay_out, walk
from carbonpeak.scenario.scenario import Scenario

AMOUNTS = (
    "co2_intensity",
    "energy_intensity",
    "energy_co2",
    "energy_total",
    "coal",
    "forest_cover",
    *(f"{pollutant}_burnt" for pollutant in POLLUTANTS),
)
"""Indicators that bound a yearly amount."""

OPTIMISED = (*AMOUNTS, "non_fossil_share")
"""Indicators for which the optimiser has a row."""


def require_in_horizon(outlook: Outlook, name: str, goal: Goal) -> int:
    """Return the place of a target's year in the horizon.

    Raises
    ------
    ScenarioError
        When the scenario does not reach that year.
    """
    if goal.year not in outlook.years:
        first, last = outlook.years[0], outlook.years[-1]
        raise ScenarioError(
            f"target '{name}' is for {goal.year}, outside the horizon {first} to {last} of "
            f"scenario '{outlook.scenario.name}'. Extend the horizon or drop the target"
        )
    return outlook.years.index(goal.year)


def require_demand(region: Region, name: str, goal: Goal) -> Demand:
    """Return what a target asks for.

    Raises
    ------
    ScenarioError
        When its authority has not stated the number.
    """
    if goal.demand is None:
        raise ScenarioError(
            f"target '{name}' is {goal.unknown('en', region)}. "
            "State it as a parameter, or leave the target out"
        )
    return goal.demand


def bound(outlook: Outlook, baseline: xr.Dataset, name: str, goal: Goal) -> float:
    """Return the value that a target allows or asks for in its year.

    Parameters
    ----------
    outlook : Outlook
        The scenario laid out.
    baseline : xr.Dataset
        Its pathway; only the base year is read, where no measure is at work.
    name, goal : str, Goal
        The target.

    Returns
    -------
    float
        In the indicator's own unit; for intensities the amount at the GDP of the year, in
        t CO2/year or tce/year; for forest cover the hectares to be planted since the base year;
        for the non-fossil share a fraction.
    """
    moment = require_in_horizon(outlook, name, goal)
    region = outlook.scenario.region
    demand = require_demand(region, name, goal)
    if goal.indicator == "forest_cover":
        return area_to_plant(region, goal, demand)
    if goal.indicator == "non_fossil_share" and demand.kind == "level":
        return demand.easy * units.factor(goal.unit, "1")
    scale = float(outlook.gdp[moment]) if goal.per_gdp else 1.0
    if demand.kind == "level":
        return (
            demand.easy * units.factor(goal.unit, str(level_unit(region, goal.indicator))) * scale
        )
    if goal.base_year != outlook.years[0]:
        raise ScenarioError(
            f"target '{name}' starts from {goal.base_year}, scenario "
            f"'{outlook.scenario.name}' from {outlook.years[0]}. Check it with check_progress"
        )
    share = goal.indicator == "non_fossil_share"
    amount = indicator(baseline, goal.model if share else goal.amount).isel(year=0)
    start = float(amount / baseline["gdp"].isel(year=0)) if goal.per_gdp else float(amount)
    return start * ratio_of(demand, goal.unit) * scale


def ratio_of(demand: Demand, unit: str) -> float:
    """Return the amount that a rate allows relative to that of the base year."""
    if demand.kind == "reduction":
        return ReductionRate.stated(demand.easy, unit).ratio
    return ChangeRate.stated(demand.easy, unit).ratio


def area_to_plant(region: Region, goal: Goal, demand: Demand) -> float:
    """Return the hectares to be planted since the base year for a forest cover.

    Raises
    ------
    ScenarioError
        When the target is a rate.
    """
    if demand.kind != "level":
        raise ScenarioError("a forest cover target states a level, not a rate")
    land = region.record.land_area
    area = land.value * units.factor(land.unit, "ha")
    cover = region.indicator("forest_cover", goal.base_year, unit="1")
    return (demand.easy * units.factor(goal.unit, "1") - cover) * area


@dataclass(frozen=True)
class Bound:
    """What a target allows or asks for in its year, as an amount that can be split.

    Attributes
    ----------
    value, unit : float, str
        For an intensity the amount at the GDP that the scenario gives for the year.
    sense : {"at_most", "at_least"}
    stand_in : bool
        Whether the number stands in for one that an authority has not stated.
    """

    target: str
    year: int
    value: float
    unit: str
    sense: Sense
    stand_in: bool

    def rounded(self, unit: str, *, decimals: int) -> float:
        """Return the amount in a unit, rounded to the side on which the target still holds."""
        scale = 10.0**decimals
        amount = self.value * units.factor(self.unit, unit) * scale
        return (math.floor(amount) if self.sense == "at_most" else math.ceil(amount)) / scale


@checked
def target_bound(
    region: Region,
    scenario: Scenario,
    target: str,
    *,
    parameters: Mapping[str, float] | None = None,
) -> Bound:
    """Return the yearly amount that a target allows, for example to allocate it.

    Parameters
    ----------
    region, scenario : Region, Scenario
        The scenario gives the GDP of the year.
    target : str
        Name of a target of the region.
    parameters : mapping, optional
        As in `load_targets`.

    Returns
    -------
    Bound

    Raises
    ------
    ScenarioError
        When there is no such target, its number is not known, its year lies outside the
        horizon, or it does not bound an amount.
    """
    goals = load_targets(region, parameters=parameters)
    if target not in goals:
        raise ScenarioError(f"no target '{target}'; {suggestion(target, list(goals))}")
    goal = goals[target]
    if goal.over_years or goal.indicator not in AMOUNTS:
        what = f"{goal.over_years} of {goal.indicator}" if goal.over_years else goal.indicator
        raise ScenarioError(
            f"target '{target}' bounds {what}, which is no amount to be split; "
            f"amounts come from a year of {', '.join(AMOUNTS)}"
        )
    outlook = lay_out(region, scenario)
    baseline = walk(outlook, np.zeros((len(outlook.measures), len(outlook.years))))
    value = bound(outlook, baseline, target, goal)
    demand = require_demand(region, target, goal)
    return Bound(target, goal.year, value, AMOUNT_UNITS[goal.amount], demand.sense, goal.stand_in)
