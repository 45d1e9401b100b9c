"""What targets may bound: each amount without measures, and how each build changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from carbonpeak import units, vocabulary
from carbonpeak.errors import ResultError, ScenarioError, suggestion
from carbonpeak.evidence.region import CONVENTIONS
from carbonpeak.inventory.balance import ENERGY_SECTORS
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.targets import Numerator
from carbonpeak.planning.air_pollutants import POLLUTANTS, Pollutant
from carbonpeak.planning.co_control import burnt_amount, burnt_effect
from carbonpeak.planning.follow import grid_share
from carbonpeak.planning.goals import AMOUNT_UNITS, Goal
from carbonpeak.scenario.indicators import GRID_SHARE, indicator, own_and_bought
from carbonpeak.scenario.pathway import Outlook

UNITS = {name: unit.removesuffix("/year") for name, unit in AMOUNT_UNITS.items()}
"""Unit of each yearly amount that a target may bound."""

_BURNT: dict[str, Pollutant] = {f"{pollutant}_burnt": pollutant for pollutant in POLLUTANTS}


def numerators(
    outlook: Outlook,
    baseline: xr.Dataset,
    goals: Mapping[str, Goal],
    also: Iterable[str] = (),
) -> dict[str, Numerator]:
    """Return each amount that a target bounds, those of `also`, and energy CO2 in any case."""
    wanted = dict.fromkeys(["energy_co2", *(goal.amount for goal in goals.values()), *also])
    if "non_fossil_energy" in wanted:
        wanted |= dict.fromkeys(["own_non_fossil_energy", "energy_total"])
    return {name: numerator(outlook, baseline, name) for name in wanted}


def numerator(outlook: Outlook, baseline: xr.Dataset, name: str) -> Numerator:
    """Return one amount without measures, and what each build adds to it.

    Raises
    ------
    ResultError
        When no row can stand for that amount.
    """
    if name not in UNITS:
        raise ResultError(f"no row stands for '{name}'; {suggestion(name, list(UNITS))}")
    return Numerator(amount(outlook, baseline, name), _effect(outlook, name), UNITS[name])


def amount(outlook: Outlook, pathway: xr.Dataset, name: str) -> Floats:
    """Return a yearly amount of a pathway by the equations of the inventory, (year,).

    Raises
    ------
    ScenarioError
        When a pollutant lacks a factor, or bought power its non-fossil share in a year.
    """
    if name in _BURNT:
        return burnt_amount(outlook, pathway, _BURNT[name])
    if name == "non_fossil_energy":
        share = ("year", _grid_share(outlook), {"units": "1"})
        pathway = pathway.assign({GRID_SHARE: share})
    return np.asarray(indicator(pathway, name).values)


def _grid_share(outlook: Outlook) -> Floats:
    region = outlook.scenario.region
    stated = grid_share(region, outlook.years)
    share = np.full(len(outlook.years), np.nan) if stated is None else np.asarray(stated)
    missing = np.asarray(outlook.years)[np.isnan(share)]
    if missing.size:
        raise ScenarioError(
            f"the non-fossil share of bought power is not known in {missing[0]}, so that no target "
            f"of a non-fossil share can be held; state the series {GRID_SHARE} in "
            f"{region.name}/drivers.csv for {outlook.years[0]} to {outlook.years[-1]}"
        )
    return share


def with_retirement(outlook: Outlook, problem: LeastCostProblem) -> LeastCostProblem:
    """Return the problem with what retiring a unit changes of each amount, by the equations.

    What a unit has moved before it is gone may act on later, as landfilled waste does.
    """
    ways = problem.retirements
    if not ways.measure.size:
        return problem
    gone = replace(outlook, moves=outlook.moves.retiring(*ways))
    still = np.zeros((len(ways.measure), len(outlook.years)))
    held = {
        name: replace(one, retired=still if name == "planted_area" else _effect(gone, name)[:, 0])
        for name, one in problem.numerators.items()
    }
    return replace(problem, numerators=held)


def _effect(outlook: Outlook, name: str) -> Floats:
    """Return the change of an amount per native unit built, (measure, year built, year)."""
    model, moves = outlook.model, outlook.moves
    convention = CONVENTIONS.index(model.region.record.convention)
    if name == "planted_area":
        forest = np.array([line.category == "3.B.1.b" for line in model.lines], float)
        standing = np.triu(np.ones((len(model.years), len(model.years))))
        return np.asarray((moves.move @ forest)[:, None, None] * standing)
    if name in _BURNT:
        return burnt_effect(outlook, _BURNT[name])
    if name == "energy_total":
        return moves.effect(model.energy[convention])
    if name in ("non_fossil_energy", "own_non_fossil_energy"):
        sources = np.array([line.source for line in model.lines])
        own, bought = own_and_bought(sources, _carriers(model))
        counted = own[:, None] + np.zeros(len(outlook.years))
        if name == "non_fossil_energy":
            counted = counted + np.outer(bought, _grid_share(outlook))
        return moves.effect(counted * model.energy[convention])
    if name == "coal":
        burnt = np.isin(_carriers(model), ("coal", "coke"))[:, None]
        return moves.effect(np.where(burnt, model.energy[CONVENTIONS.index("calorific")], 0.0))
    return moves.effect_on_gases(_weights(model, name))


def _carriers(model: Model) -> np.ndarray:
    """Return what each line uses, such as coal, (line,)."""
    sources = vocabulary.sources()
    return np.array([sources[line.rule.subject or line.source].carrier for line in model.lines])


def _weights(model: Model, name: str) -> Floats:
    """Return what a tonne of each gas of each line counts in an amount, (line, gas)."""
    rules = [line.rule for line in model.lines]
    if name.endswith("_ghg"):
        potentials = units.gwp_table([model.region.record.metric], model.gases)[0]
        counted = [name == "net_ghg" or rule.sector != "land" for rule in rules]
        return np.outer(counted, potentials)
    carbon = np.array([gas == "CO2" for gas in model.gases], float)
    if name == "direct_co2":
        counted = [rule.scope == 1 and rule.sector != "land" for rule in rules]
    else:
        counted = [rule.sector in ENERGY_SECTORS for rule in rules]
    return np.outer(counted, carbon)
