"""Prices of fuels and electricity over the years of a scenario."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from carbonpeak import units, vocabulary
from carbonpeak.errors import ScenarioError
from carbonpeak.evidence.deflation import said_deflation
from carbonpeak.evidence.region import Region, Sourced
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.records import Row, read_table
from carbonpeak.scenario.measures.library import Measure

PRICED = frozenset({"coal", "oil", "gas", "electricity", "heat"})
"""Groups of sources that are bought, so that a moved line needs a price.

Anything else, such as waste, manure, sewage, land, limestone or straw, costs what `prices.csv`
says, or nothing where it says nothing: then its cost stands with the measure.
"""

OWN_SUPPLY = frozenset({"solar_electricity", "wind_electricity"})
"""Sun and wind cost nothing; what they save is the electricity no longer bought."""


class PriceRow(Sourced):
    """The price of a source in a year."""

    source: str
    year: int


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
    by_source: dict[str, list[Row[PriceRow]]] = defaultdict(list)
    for row in read_table(region.path / "prices.csv", PriceRow, key=["source", "year"]):
        by_source[row.record.source].append(row)
    prices = np.zeros((len(model.lines), len(model.years)))
    for place, (line, method) in enumerate(zip(model.lines, model.methods, strict=True)):
        source = line.rule.subject or line.source
        priced = vocabulary.sources()[source].group in PRICED or source in by_source
        if moved[place] and priced and line.source not in OWN_SUPPLY:
            unit = f"CNY2020/({method.activity_unit.removesuffix('/year')})"
            prices[place] = method.sign * _path(
                source, region, by_source[source], model.years, unit
            )
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


def _path(
    source: str, region: Region, rows: list[Row[PriceRow]], years: tuple[int, ...], unit: str
) -> Floats:
    stated = sorted((row.record for row in rows), key=lambda row: row.year)
    if not stated or stated[0].year > years[0] or stated[-1].year < years[-1]:
        found = f"{stated[0].year} to {stated[-1].year}" if stated else "nothing"
        raise ScenarioError(
            f"prices.csv states {found} for '{source}'; the scenario needs {years[0]} to "
            f"{years[-1]}. Add rows"
        )
    values = [row.value * region.money_factor(row.unit, unit) for row in stated]
    return np.asarray(np.interp(np.asarray(years, float), [row.year for row in stated], values))


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
