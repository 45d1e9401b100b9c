"""Prices of fuels and electricity over the years of a scenario."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from carbonpeak import units, vocabulary
from carbonpeak.errors import ScenarioError
from carbonpeak.evidence.deflation import said_deflation
from carbonpeak.evidence.region import Region, Sourced
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.records import read_table
from carbonpeak.scenario.measures.library import Measure
from carbonpeak.vocabulary import Line

PRICED = frozenset({"coal", "oil", "gas", "electricity", "heat"})
"""Groups of sources that are bought, so that a moved line needs a price.

Anything else, such as waste, manure, sewage, land, limestone or straw, costs what `prices.csv`
says, or nothing where it says nothing: then its cost stands with the measure.
"""

OWN_SUPPLY = frozenset({"solar_electricity", "wind_electricity"})
"""Sun and wind cost nothing; what they save is the electricity no longer bought."""

PRICES = "prices.csv"
"""Where a region states them."""

_PRICES_OF = 2020
_MONEY = f"CNY{_PRICES_OF}"


class PriceRow(Sourced):
    """The price of a source in a year."""

    source: str
    year: int


@dataclass(frozen=True)
class Price:
    """What a source costs: linear between the years that `prices.csv` states.

    Wherever values are given, they are what its rows say in `unit`, (row, draw).

    Attributes
    ----------
    rows : tuple of PriceRow
        Rising by year, at least one.
    years : tuple of int
        Those of the scenario.
    """

    source: str
    region: Region
    rows: tuple[PriceRow, ...]
    years: tuple[int, ...]

    @property
    def unit(self) -> str:
        """The unit of its first row at the prices that costs are given in."""
        return units.in_prices_of(self.rows[0].unit, _PRICES_OF)

    @cached_property
    def laws(self) -> tuple[Distribution, ...]:
        """How each row varies, in `unit`."""
        found = []
        for row in self.rows:
            scale = self.region.money_factor(row.unit, self.unit)
            ends = [None if end is None else end * scale for end in (row.low, row.high)]
            found.append(distribution_of(row.value * scale, ends[0], ends[1]))
        return tuple(found)

    @property
    def stated(self) -> Floats:
        """What its rows say, (row, 1)."""
        return np.array([[law.value] for law in self.laws])

    @property
    def ends(self) -> tuple[int, ...]:
        """The year of each row."""
        return tuple(row.year for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether it is known in all years of the scenario."""
        return self.ends[0] <= self.years[0] and self.years[-1] <= self.ends[-1]

    def levels(self, values: Floats) -> Floats:
        """Return the price in each year in `unit`, (year, draw)."""
        weights = [np.interp(self.years, self.ends, row) for row in np.eye(len(self.ends))]
        return np.asarray(np.transpose(weights) @ values)

    def at(self, values: Floats, year: int) -> Floats:
        """Return the price in the year of a place, (draw,)."""
        return np.asarray(self.levels(values)[year])


def read_prices(region: Region, years: tuple[int, ...]) -> dict[str, Price]:
    """Return the price of each source that `prices.csv` states.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    found: dict[str, list[PriceRow]] = defaultdict(list)
    for row in read_table(region.path / PRICES, PriceRow, key=["source", "year"]):
        found[row.record.source].append(row.record)
    return {
        source: Price(source, region, tuple(sorted(rows, key=lambda row: row.year)), years)
        for source, rows in found.items()
    }


def priced_lines(region: Region, model: Model, moved: Floats) -> dict[int, tuple[Price, float]]:
    """Return what has a price among the lines that measures move.

    Parameters
    ----------
    region, model, moved
        As for `line_prices`.

    Returns
    -------
    dict
        By the place of a line: its price, and what one unit of activity counts of it, negative
        for energy made inside the region.

    Raises
    ------
    ScenarioError, InputError
        As `line_prices`.
    """
    if not np.any(moved):
        return {}
    prices = read_prices(region, model.years)
    found = {}
    for place, (line, method) in enumerate(zip(model.lines, model.methods, strict=True)):
        source = source_bought(line)
        if moved[place] and source and (_must_be_priced(source) or source in prices):
            price = _known(prices, source, model.years)
            unit = f"{_MONEY}/({method.activity_unit.removesuffix('/year')})"
            found[place] = price, method.sign * units.factor(price.unit, unit)
    return found


def source_bought(line: Line) -> str:
    """Return the source that is paid for where a line moves; nothing for sun and wind."""
    return "" if line.source in OWN_SUPPLY else line.rule.subject or line.source


def _must_be_priced(source: str) -> bool:
    return vocabulary.sources()[source].group in PRICED


def line_prices(region: Region, model: Model, moved: Floats) -> Floats:
    """Return what one unit of activity of each line costs to those who buy it.

    Parameters
    ----------
    region : Region
        Its folder holds `prices.csv`.
    model : Model
        Lines and years.
    moved : (line,) of bool
        Lines that a measure moves: these need a price.

    Returns
    -------
    (line, year)
        CNY2020 per activity unit; negative for energy made inside the region.

    Raises
    ------
    ScenarioError
        When a moved line of fuel, electricity or heat has no price over the whole horizon, or
        any other moved line only for a part of it.
    InputError
        With every fault of the file.
    """
    prices = np.zeros((len(model.lines), len(model.years)))
    for place, (price, scale) in priced_lines(region, model, moved).items():
        prices[place] = scale * price.levels(price.stated)[:, 0]
    return prices


def discount_rate(region: Region) -> float:
    """Return the discount rate that a region states, per year.

    Raises
    ------
    ScenarioError
        When `region.yaml` states none.
    """
    rate = region.record.discount_rate
    if rate is None:
        raise ScenarioError(f"{region.name}: region.yaml states no 'discount_rate'; add it")
    return rate.value * units.factor(rate.unit, "1/year")


def _known(prices: Mapping[str, Price], source: str, years: Sequence[int]) -> Price:
    price = prices.get(source)
    if price is None or not price.complete:
        found = f"{price.ends[0]} to {price.ends[-1]}" if price else "nothing"
        raise ScenarioError(
            f"prices.csv states {found} for '{source}'; the scenario needs {years[0]} to "
            f"{years[-1]}. Add rows"
        )
    return price


def said_price_years(region: Region, measures: Mapping[str, Measure]) -> dict[str, str]:
    """Say as ``deflated`` which money of a pathway was brought to its price year, if any was."""
    base = region.record.base_year
    said = said_deflation(
        {
            "indicators.csv": [
                row.record.unit
                for row in region.indicators
                if (row.record.indicator, row.record.year) == ("gdp", base)
            ],
            "measures.csv": [
                row.record.unit for measure in measures.values() for row in measure.rows.values()
            ],
        },
        "CNY2020",
        region.deflator,
    )
    return {"deflated": said} if said else {}
