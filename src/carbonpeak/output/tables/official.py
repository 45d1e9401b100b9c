"""The reporting tables of the guideline by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import Table
from carbonpeak.output.tables.fuels import fuel_tables
from carbonpeak.output.tables.products import product_tables
from carbonpeak.output.tables.sectoral import (
    biomass_tables,
    fugitive_tables,
    memo_tables,
    sector_tables,
)
from carbonpeak.output.tables.summary import summary_tables
from carbonpeak.output.tables.supply import bought_tables, reference_tables
from carbonpeak.vocabulary import Language


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
    }
)
"""Every reporting table that is made, by its number and in the order of the numbers."""
