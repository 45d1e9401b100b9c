"""An inventory in the columns of the IAMC, beside the table of the paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.exchange.sums import Given, given, sums, weighed
from carbonpeak.output.tables.pathways import IAMC_INDEX, significant
from carbonpeak.vocabulary import ancestors, categories

SECTORS: Mapping[str, tuple[str, ...]] = {
    "energy": ("Energy",),
    "ippu": ("Industrial Processes",),
    "agriculture": ("AFOLU", "Agriculture"),
    "land": ("AFOLU",),
    "waste": ("Waste",),
    "indirect": ("Electricity and Heat",),
}
"""Names of the IAMC for our sectors; those of the categories follow."""


@checked
def to_iamc(inventory: xr.Dataset, *, metric: str | None = None) -> pd.DataFrame:
    """Return an inventory in wide IAMC form: Model, Scenario, Region, Variable, Unit, years.

    Parameters
    ----------
    inventory : xr.Dataset
        From `compile_inventory` or `load`.
    metric : str, optional
        Of the Kyoto gases together; by default the one that the region states.

    Returns
    -------
    pd.DataFrame
        ``Emissions|…`` are emissions less removals, land use included, each the sum of what is
        below it. ``Indirect Emissions|…`` (electricity and heat bought in) and
        ``Memo Items|…`` stand beside them. In t a year.
    """
    weighing = metric or str(inventory.attrs["metric"])
    by_gas = sums(given(inventory), _variables)
    years = [str(year) for year in inventory["year"].values]
    rows = [
        (variable.format(gas=gas), f"t {gas}/year", amounts)
        for (variable, gas), amounts in by_gas.items()
    ]
    basket = f"Kyoto Gases ({weighing})"
    rows += [
        (variable.format(gas=basket), "t CO2e/year", amounts)
        for variable, amounts in weighed(by_gas, weighing).items()
    ]
    index = {
        "Model": f"carbonpeak {inventory.attrs['version']}",
        "Scenario": "inventory",
        "Region": str(inventory.attrs["region"]),
    }
    records = [
        {**index, "Variable": variable, "Unit": unit}
        | dict(zip(years, map(significant, amounts.tolist()), strict=True))
        for variable, unit, amounts in sorted(rows, key=lambda row: row[0])
    ]
    return pd.DataFrame(records, columns=[*IAMC_INDEX, *years])


def _variables(part: Given) -> Iterator[str]:
    """Yield the name of a line's category and of all above it, the gas left open."""
    rule = part.line.rule
    chain = [categories()[code].title_en for code in reversed(ancestors(part.line.category))]
    root = "Emissions" if rule.scope == 1 else "Indirect Emissions"
    names = (*SECTORS[rule.sector], *chain[1:])
    if part.role == "memo":
        root = "Memo Items"
    for end in range(len(names) + 1):
        yield "|".join((root, "{gas}", *names[:end]))
