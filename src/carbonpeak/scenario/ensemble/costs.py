"""What the measures of a draw cost: capital and upkeep of what stands, energy of what works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.costs import capital_and_upkeep, discounted
from carbonpeak.scenario.ensemble.inputs import Path
from carbonpeak.scenario.ensemble.measures import Plans
from carbonpeak.scenario.pathway import Outlook
from carbonpeak.scenario.prices import (
    PRICES,
    Price,
    discount_rate,
    priced_lines,
    read_prices,
    source_bought,
)


@dataclass(frozen=True)
class Purchase:
    """What a measure buys of a source by one of its moves.

    Attributes
    ----------
    place : int
        Which of `Plans.moved` moves the line.
    scale : float
        What one unit of activity counts of `Price.unit`; negative for what is made inside.
    """

    measure: int
    place: int
    source: str
    scale: float


@dataclass(frozen=True)
class Costing:
    """What turns the measures of a draw into money.

    Attributes
    ----------
    rate : float
        Discount rate a year.
    prices : mapping
        Of everything that the measures buy or spare, by source.
    """

    plans: Plans
    rate: float
    prices: Mapping[str, Price]
    purchases: tuple[Purchase, ...]

    def yearly(
        self,
        numbers: Sequence[Mapping[str, Any]],
        moved: Floats,
        at_work: Sequence[Floats],
        paths: Mapping[str, Floats],
    ) -> Floats:
        """Return the cost of all measures, (year, draw), CNY2020 a year.

        Parameters
        ----------
        numbers : sequence
            Of each measure, from `Plans.numbers`.
        moved : (moved, draw)
            Activity moved by one unit at work.
        at_work : sequence of (year, 1) or (year, draw)
            Units of each measure at work, less where a line has run short.
        paths : mapping of name to (row, draw)
            Prices that are drawn; the others stay at their stated value.
        """
        total = np.zeros((self.plans.builds.shape[1], moved.shape[1]))
        for builds, each in zip(self.plans.builds, numbers, strict=True):
            capital, upkeep = capital_and_upkeep(builds, each, self.rate)
            total += capital
            total += upkeep
        levels = self._levels(paths)
        for one in self.purchases:
            total += at_work[one.measure] * levels[one.source] * (one.scale * moved[one.place])
        return total

    def energy_of_units(self, moved: Floats, paths: Mapping[str, Floats]) -> Floats:
        """Return what one unit at work buys less what it spares, (measure, year, draw), CNY2020.

        Parameters
        ----------
        moved, paths
            As for `yearly`.
        """
        levels = self._levels(paths)
        measures, years = self.plans.builds.shape
        found = np.zeros((measures, years, moved.shape[1]))
        for one in self.purchases:
            found[one.measure] += levels[one.source] * (one.scale * moved[one.place])
        return found

    def _levels(self, paths: Mapping[str, Floats]) -> dict[str, Floats]:
        return {
            source: price.levels(paths.get(_name(source), price.stated))
            for source, price in self.prices.items()
        }

    def total(self, costs: Floats) -> Floats:
        """Return the sum of yearly costs, (year, …), discounted to the base year, CNY2020."""
        return discounted(costs, self.rate)


def costing_of(outlook: Outlook, plans: Plans, own: Sequence[str]) -> Costing:
    """Lay out what the measures of a scenario cost.

    Parameters
    ----------
    own : sequence of str
        As for `Plans.pairs`.

    Raises
    ------
    ScenarioError
        When a price or the discount rate is missing.
    """
    region, pairs = outlook.scenario.region, plans.pairs(own)
    touched = np.zeros(len(own), dtype=bool)
    touched[[line for line, _ in pairs]] = True
    priced = priced_lines(region, outlook.model, touched)
    purchases = tuple(
        Purchase(measure, place, priced[line][0].source, priced[line][1])
        for line, (place, measure) in pairs
        if line in priced
    )
    prices = {price.source: price for price, _ in priced.values()}
    return Costing(plans, discount_rate(region), prices, purchases)


def price_paths(outlook: Outlook, plans: Plans, own: Sequence[str]) -> list[Path]:
    """Return the prices of what the measures of a scenario buy or spare, as series that vary.

    They are the same whether or not costs are asked for, so that draws do not hang on that. A
    region may state no prices, or some that do not cover the scenario: these serve no cost.
    """
    region = outlook.scenario.region
    if not (region.path / PRICES).is_file():
        return []
    bought = {source_bought(outlook.model.lines[line]) for line, _ in plans.pairs(own)}
    return [
        Path(_name(source), price.laws, price.ends)
        for source, price in sorted(read_prices(region, outlook.years).items())
        if source in bought and price.complete
    ]


def _name(source: str) -> str:
    return f"price|{source}"
