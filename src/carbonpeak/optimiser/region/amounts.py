"""What targets may bound: each amount without measures, and how each build changes it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from carbonpeak import units, vocabulary
from carbonpeak.evidence.region import CONVENTIONS
from carbonpeak.inventory.balance import ENERGY_SECTORS
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.optimiser.targets import Numerator
from carbonpeak.planning.goals import Goal
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import Outlook

UNITS = {
    "energy_co2": "t CO2",
    "direct_co2": "t CO2",
    "gross_ghg": "t CO2e",
    "net_ghg": "t CO2e",
    "energy_total": "tce",
    "coal": "tce",
    "planted_area": "ha",
}
"""Unit of each yearly amount that a target may bound."""


def numerators(
    outlook: Outlook, baseline: xr.Dataset, goals: Mapping[str, Goal]
) -> dict[str, Numerator]:
    """Return each amount that a target bounds, and energy CO2 in any case."""
    wanted = dict.fromkeys(["energy_co2", *(goal.amount for goal in goals.values())])
    return {
        name: Numerator(indicator(baseline, name).values, _effect(outlook, name), UNITS[name])
        for name in wanted
    }


def _effect(outlook: Outlook, name: str) -> Floats:
    """Return the change of an amount per native unit built, (measure, year built, year)."""
    model, moves = outlook.model, outlook.moves
    if name == "planted_area":
        forest = np.array([line.category == "3.B.1.b" for line in model.lines], float)
        standing = np.triu(np.ones((len(model.years), len(model.years))))
        return np.asarray((moves.move @ forest)[:, None, None] * standing)
    if name == "energy_total":
        choice = CONVENTIONS.index(model.region.record.convention)
        return moves.effect(model.energy[choice])
    if name == "coal":
        return moves.effect(
            np.where(_burns_coal(model), model.energy[CONVENTIONS.index("calorific")], 0.0)
        )
    return moves.effect_on_gases(_weights(model, name))


def _burns_coal(model: Model) -> np.ndarray:
    """Tell which lines count in the coal total, (line, 1)."""
    sources = vocabulary.sources()
    carriers = [sources[line.rule.subject or line.source].carrier for line in model.lines]
    return np.isin(carriers, ("coal", "coke"))[:, None]


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
