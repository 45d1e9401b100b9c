"""The reporting tables of the guideline by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import pandas as pd

from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import Table
from carbonpeak.output.tables.agriculture import agriculture_tables
from carbonpeak.output.tables.fuels import fuel_tables
from carbonpeak.output.tables.indicators import indicator_tables
from carbonpeak.output.tables.inputs import input_tables
from carbonpeak.output.tables.land import land_tables
from carbonpeak.output.tables.products import product_tables
from carbonpeak.output.tables.quality import key_tables, uncertainty_tables
from carbonpeak.output.tables.sectoral import (
    biomass_tables,
    fugitive_tables,
    memo_tables,
    sector_tables,
)
from carbonpeak.output.tables.series import series_tables
from carbonpeak.output.tables.summary import summary_tables
from carbonpeak.output.tables.supply import bought_tables, reference_tables
from carbonpeak.output.tables.waste import waste_tables
from carbonpeak.vocabulary import Language, label


class Builder(Protocol):
    """Makes the blocks of one reporting table, latest year first."""

    def __call__(self, data: InventoryData, *, lang: Language) -> Sequence[Table]:
        """Return the blocks; all stand on one sheet."""


OFFICIAL: Mapping[str, Builder] = MappingProxyType(
    {
        "T1": summary_tables,
        "T2": sector_tables,
        "T3": fuel_tables,
        "T4": biomass_tables,
        "T5": fugitive_tables,
        "T6": reference_tables,
        "T7": bought_tables,
        "T8": memo_tables,
        "T9": product_tables,
        "T10": agriculture_tables,
        "T11": land_tables,
        "T12": waste_tables,
        "T13": input_tables,
        "T14": uncertainty_tables,
        "T15": key_tables,
        "T16": series_tables,
        "T17": indicator_tables,
    }
)
"""Every reporting table that is made, by its number and in the order of the numbers."""


def official_frame(blocks: Sequence[Table], *, lang: Language) -> pd.DataFrame:
    """Return the blocks of a reporting table below each other.

    Parameters
    ----------
    blocks : sequence of Table
        Of one reporting table.
    lang : {"zh", "en"}
        Language of the headings of year and part.

    Returns
    -------
    pd.DataFrame
        Numbers as numbers and notation keys as text; the year and the part stand first. A unit
        follows its heading in brackets, unless it differs between blocks; `attrs` holds the
        ``title``, the ``notes`` and the ``units`` of each block.
    """
    heads = _headings(blocks)
    year, part = label("col.year", lang), label("col.part", lang)
    records: list[dict[str, Any]] = []
    for table, head in zip(blocks, heads, strict=True):
        shown = {year: table.year, part: table.part or None}
        before = {name: value for name, value in shown.items() if value is not None}
        records += [{**before, **dict(zip(head, row.cells, strict=True))} for row in table.rows]
    frame = pd.DataFrame.from_records(records)
    frame.attrs = {
        "title": blocks[0].title,
        "units": {table.block: _units(table) for table in blocks},
        "notes": list(dict.fromkeys(note for table in blocks for note in table.notes)),
    }
    return frame


def _headings(blocks: Sequence[Table]) -> list[list[str]]:
    """Return the headings of each block, with units that are the same in every block."""
    titles = {tuple(column.title for column in table.columns) for table in blocks}
    places = zip(*(table.columns for table in blocks), strict=True) if len(titles) == 1 else ()
    varies = [len({column.unit for column in place}) > 1 for place in places]
    return [
        [
            column.title if varies and varies[at] else column.heading
            for at, column in enumerate(table.columns)
        ]
        for table in blocks
    ]


def _units(table: Table) -> dict[str, str]:
    return {column.title: column.unit for column in table.columns if column.unit}
