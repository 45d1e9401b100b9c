"""The rows of the official summary table, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

from carbonpeak import locate
from carbonpeak.records import read_table
from carbonpeak.vocabulary import Titled, sources

Part = Literal[
    "none",
    "direct",
    "fossil",
    "biomass",
    "land",
    "with_land",
    "indirect",
    "with_indirect",
    "memo",
    "memo_lines",
    "memo_biomass",
]


class SummaryRow(Titled):
    """One row: which part of the inventory it sums, or `none` for what is not estimated.

    `category` and `source` hold words apart by spaces, sources by name or group; empty means all.
    `without` lists categories and sources of these that other rows sum. `absent` is the
    notation key of gases that the methods of the row do not give, `missing` that of the whole
    row when the region has no such line.
    """

    key: str
    level: int
    part: Part
    category: str = ""
    source: str = ""
    without: str = ""
    absent: Literal["NE", "NA"] = "NA"
    missing: Literal["NE", "NO"] = "NE"

    def holds_category(self, code: str) -> bool:
        """Tell whether a category or one of its parents is listed; all are when none is."""
        listed = self.category.split()
        return (not listed or _under(code, listed)) and not _under(code, self.without.split())

    def holds_source(self, name: str) -> bool:
        """Tell whether a source or its group is listed; all are when none is."""
        names = {name, sources()[name].group}
        listed = not self.source or bool(names & set(self.source.split()))
        return listed and name not in self.without.split()


def _under(code: str, listed: list[str]) -> bool:
    """Tell whether a category or one of its parents is listed."""
    return any(code == one or code.startswith(f"{one}.") for one in listed)


@cache
def summary_rows() -> Mapping[str, SummaryRow]:
    """Return the rows by key, in the order of the guideline."""
    rows = read_table(locate.definitions("summary_rows.csv"), SummaryRow, key=["key"])
    return MappingProxyType({row.record.key: row.record for row in rows})
