"""The reporting tables of the guideline by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import Table
from carbonpeak.output.tables.summary import summary_tables
from carbonpeak.vocabulary import Language


class Builder(Protocol):
    """Makes the blocks of one reporting table, latest year first."""

    def __call__(self, data: InventoryData, *, lang: Language) -> Sequence[Table]:
        """Return the blocks; all stand on one sheet."""


OFFICIAL: Mapping[str, Builder] = MappingProxyType(
    {
        "T1": summary_tables,
    }
)
"""Every reporting table that is made, by its number and in the order of the numbers."""
