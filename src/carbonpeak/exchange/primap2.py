"""The interchange format of primap2: a wide table with its metadata.

Categories are those of ``IPCC2006_PRIMAP``, which is IPCC 2006 with codes ``M.*`` for what
stands beside the national total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import xarray as xr
from ruamel.yaml import YAML

from carbonpeak import locate
from carbonpeak.arguments import checked
from carbonpeak.exchange.sums import Given, given, sums, weighed
from carbonpeak.exchange.writing import whole_file
from carbonpeak.records import Record, read_table

AREA = "area (carbonpeak)"
CATEGORY = "category (IPCC2006_PRIMAP)"
INDEX = ("source", "provenance", AREA, "entity", "unit", CATEGORY)
BIOMASS = "M.BIO"
COMMENT = (
    "Emissions less removals. 0 holds land use, M.0.EL does not. M.BIO is the CO2 of biomass and "
    "of the biogenic part of waste. Left out, as they have no code: electricity and heat bought "
    "in, and memo items other than biomass and bunkers. Emission factors: {factor_set}{fallback}. "
    "Made with carbonpeak {version}."
)


class CategoryCode(Record):
    """What a category of ours is called there, where its code differs."""

    category: str
    primap2_code: str
    note: str = ""


def code_of(category: str) -> str:
    """Return the code of one of our categories."""
    return _codes().get(category, category)


@cache
def _codes() -> Mapping[str, str]:
    rows = read_table(locate.definitions("primap2_categories.csv"), CategoryCode, key=["category"])
    return MappingProxyType({row.record.category: row.record.primap2_code for row in rows})


@checked
def to_primap2(
    inventory: xr.Dataset, *, metric: str | None = None, area: str | None = None
) -> pd.DataFrame:
    """Return an inventory in the interchange format of primap2.

    Parameters
    ----------
    inventory : xr.Dataset
        From `compile_inventory` or `load`.
    metric : str, optional
        Of the basket ``KYOTOGHG``; by default the one that the region states.
    area : str, optional
        Code of the area, such as that of the administrative division; by default the name of
        the region.

    Returns
    -------
    pd.DataFrame
        One row for each category and gas, parents included, in ``t gas / yr``; the metadata
        stand in ``attrs``. ``primap2.pm2io.from_interchange_format`` takes it as it is.
    """
    weighing = metric or str(inventory.attrs["metric"])
    by_gas = sums(given(inventory), _categories)
    index = {
        "source": "carbonpeak",
        "provenance": "derived",
        AREA: area or str(inventory.attrs["region"]),
    }
    years = [str(year) for year in inventory["year"].values]
    rows = [(code, gas, f"t {gas} / yr", amounts) for (code, gas), amounts in by_gas.items()]
    rows += [
        (code, f"KYOTOGHG ({weighing})", "t CO2 / yr", amounts)
        for code, amounts in weighed(by_gas, weighing).items()
    ]
    records = [
        {**index, "entity": entity, "unit": unit, CATEGORY: code}
        | dict(zip(years, amounts.tolist(), strict=True))
        for code, entity, unit, amounts in rows
    ]
    frame = pd.DataFrame(records, columns=[*INDEX, *years])
    frame = frame.sort_values(["entity", CATEGORY], ignore_index=True)
    frame.attrs.update(_metadata(inventory))
    return frame


@checked
def write_primap2(frame: pd.DataFrame, path: str | Path) -> tuple[Path, Path]:
    """Write a table of `to_primap2` as ``.csv`` and ``.yaml``.

    Parameters
    ----------
    frame : pd.DataFrame
        With its metadata in ``attrs``.
    path : str or Path
        The ending is replaced.

    Returns
    -------
    tuple of Path
        Data and metadata; ``primap2.pm2io.read_interchange_format`` takes the latter.
    """
    data, metadata = Path(path).with_suffix(".csv"), Path(path).with_suffix(".yaml")
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 10_000
    stated = {**frame.attrs, "data_file": data.name}
    whole_file(data, lambda part: frame.to_csv(part, index=False, lineterminator="\n"))
    return data, whole_file(metadata, lambda part: yaml.dump(stated, part))


def _categories(part: Given) -> Iterator[str]:
    """Yield every code under which the amount of a line counts."""
    code = _code(part)
    if code is None:
        return
    pieces = code.split(".")
    shortest = 2 if code.startswith("M.") else 1
    yield from (".".join(pieces[:end]) for end in range(shortest, len(pieces) + 1))
    if code.startswith("M."):
        return
    yield "0"
    yield "M.LULUCF" if part.line.rule.sector == "land" else "M.0.EL"
    if part.line.rule.sector == "agriculture":
        yield "M.AG"


def _code(part: Given) -> str | None:
    """Return the code of a line's amount, or None for what has none."""
    rule, code = part.line.rule, code_of(part.line.category)
    if rule.memo:
        return code if code.startswith("M.") else None
    if part.role == "memo":
        return BIOMASS if part.gas == "CO2" else None
    return code if rule.scope == 1 else None


def _metadata(inventory: xr.Dataset) -> dict[str, Any]:
    attrs = inventory.attrs
    words = {
        "factor_set": attrs["factor_set"],
        "fallback": f", else {attrs['fallback']}" if attrs["fallback"] else "",
        "version": attrs["version"],
    }
    return {
        "attrs": {
            "area": AREA,
            "cat": CATEGORY,
            "title": f"Greenhouse-gas inventory of {attrs['title_en']} ({attrs['title_zh']})",
            "comment": COMMENT.format(**words),
        },
        "time_format": "%Y",
        "dimensions": {"*": ["time", *INDEX]},
    }
