"""The reporting tables of a region as DataFrames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

import pandas as pd
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.output.data import InventoryData
from carbonpeak.output.tables import OFFICIAL, official_frame
from carbonpeak.output.tables.form import official_title
from carbonpeak.vocabulary import Language
from carbonpeak.workflow.chain import inventory_of, read_region


class OfficialTables(Mapping[str, pd.DataFrame]):
    """The reporting tables of one inventory by number, each made when it is asked for.

    Parameters
    ----------
    data : InventoryData
        The finished inventory.
    lang : {"zh", "en"}
        Language of headings and titles.
    """

    def __init__(self, data: InventoryData, lang: Language) -> None:
        self._data = data
        self._lang = lang

    def __getitem__(self, number: str) -> pd.DataFrame:
        if number not in OFFICIAL:
            raise KeyError(f"no reporting table '{number}'; {suggestion(number, list(OFFICIAL))}")
        return official_frame(OFFICIAL[number](self._data, lang=self._lang), lang=self._lang)

    def __iter__(self) -> Iterator[str]:
        return iter(OFFICIAL)

    def __len__(self) -> int:
        return len(OFFICIAL)

    @property
    def titles(self) -> dict[str, str]:
        """The title of each table."""
        return {number: official_title(self._data, number, lang=self._lang) for number in OFFICIAL}

    def __repr__(self) -> str:
        return "\n".join(f"{number} {title}" for number, title in self.titles.items())

    def _repr_html_(self) -> str:
        rows = (
            f"<tr><td>{number}</td><td>{escape(title)}</td></tr>"
            for number, title in self.titles.items()
        )
        return f"<table>{''.join(rows)}</table>"


@checked
def official_tables(
    region: Region | str | Path,
    *,
    lang: Language = "zh",
    previous: xr.Dataset | None = None,
) -> OfficialTables:
    """Compile the inventory of a region and return its reporting tables.

    Parameters
    ----------
    region : Region, str or Path
        A region, a shipped name or a folder.
    lang : {"zh", "en"}
        Language of headings and titles.
    previous : xr.Dataset, optional
        A former inventory, fresh or from `load`; T16 then splits the difference by its causes.

    Returns
    -------
    OfficialTables
        A mapping: ``official_tables("yangjiang")["T3"]`` is a DataFrame over all years. Numbers
        are numbers, notation keys are text; units stand in the headings or in
        ``attrs["units"]``.

    Examples
    --------
    >>> import carbonpeak as cp
    >>> tables = cp.official_tables("sample_county", lang="en")
    >>> tables["T1"].attrs["title"]
    'T1 Greenhouse-gas inventory of Sample county (invented)'
    """
    loaded = region if isinstance(region, Region) else read_region(region)
    return OfficialTables(inventory_of(loaded, previous=previous), lang)
