"""An inventory as one tidy DataFrame, with titles, units and sources."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import xarray as xr

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.exchange.sums import Given, given
from carbonpeak.vocabulary import categories, sources

LABELS = ("line", "category", "site", "source", "sector", "scope", "method", "carrier")
STATED = ("activity", "activity_reported", "evidence", "source_id", "where", "filled")
COLUMNS = (
    "region",
    "year",
    *LABELS[:2],
    "category_en",
    "category_zh",
    *LABELS[2:4],
    "source_en",
    "source_zh",
    *LABELS[4:],
    "activity",
    "activity_unit",
    *STATED[1:],
    "document",
    "gas",
    "role",
    "mass",
    "mass_unit",
    "co2e",
    "co2e_unit",
)


@checked
def to_frame(inventory: xr.Dataset, *, metric: str | None = None) -> pd.DataFrame:
    """Return one row for each line, gas and year.

    Parameters
    ----------
    inventory : xr.Dataset
        From `compile_inventory` or `load`.
    metric : str, optional
        Of the column ``co2e``; by default the one that the region states.

    Returns
    -------
    pd.DataFrame
        Labels of the line with titles in both languages; ``activity`` with its origin; ``role``
        (emissions, removals or memo), ``mass`` and ``co2e``, a removal negative. A gas that a
        line cannot give has no row.
    """
    weighing = metric or str(inventory.attrs["metric"])
    years = inventory["year"].values
    masses = [_masses(part, years, weighing) for part in given(inventory)]
    if not masses:
        return pd.DataFrame(columns=list(COLUMNS))
    documents = json.loads(inventory.attrs["sources"])
    names = ["activity_unit", *LABELS, *STATED]
    lines = inventory[names].to_dataframe().reset_index()[["year", *dict.fromkeys(names)]]
    frame = (
        pd.concat(masses)
        .merge(lines, on=["line", "year"], validate="many_to_one")
        .assign(
            region=str(inventory.attrs["region"]),
            document=lambda rows: [documents.get(name, name) for name in rows["source_id"]],
            mass_unit="t/year",
            co2e_unit=f"t CO2e/year ({weighing})",
        )
    )
    return frame[list(COLUMNS)]


def _masses(part: Given, years: Any, metric: str) -> pd.DataFrame:
    category, source = categories()[part.line.category], sources()[part.line.source]
    return pd.DataFrame(
        {
            "line": part.line.id,
            "year": years,
            "category_en": category.title_en,
            "category_zh": category.title_zh,
            "source_en": source.title_en,
            "source_zh": source.title_zh,
            "gas": part.gas,
            "role": part.role,
            "mass": part.amount,
            "co2e": part.amount * units.gwp(metric, part.gas),
        }
    )
