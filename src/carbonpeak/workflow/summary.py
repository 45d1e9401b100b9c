"""The rows of the official summary, summed from the lines of an inventory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.output.data import NotationFacts
from carbonpeak.output.notation import notation_key
from carbonpeak.output.summary_rows import SummaryRow, summary_rows
from carbonpeak.output.table import NOT_ESTIMATED, NOT_OCCURRING

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

VALUE = "value"
WEIGHED_COLUMNS = ("HFCs", "PFCs")
"""Columns of more than one gas, which only have a sum in t CO2e."""

GAS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "CO2": ("CO2",),
    "CH4": ("CH4", "CH4_fossil", "CH4_nonfossil"),
    "N2O": ("N2O",),
    "HFCs": (
        "HFC23",
        "HFC32",
        "HFC41",
        "HFC125",
        "HFC134",
        "HFC134a",
        "HFC143a",
        "HFC152a",
        "HFC227ea",
        "HFC236fa",
        "HFC245fa",
        "HFC365mfc",
        "HFC4310mee",
    ),
    "PFCs": ("CF4", "C2F6", "C3F8", "C4F10", "cC4F8", "C5F12", "C6F14"),
    "SF6": ("SF6",),
}


@dataclass(frozen=True, eq=False)
class Sums:
    """The gases of lines as plain arrays, over (line, gas, year)."""

    net: Floats
    memo: Floats

    @classmethod
    def of(cls, dataset: xr.Dataset) -> Sums:
        """Take the gases of a dataset; what has no activity gives nothing."""
        placed = dataset[["emissions", "removals", "memo"]].transpose("line", "gas", "year")
        masses = {name: np.nan_to_num(placed[name].values, nan=0.0) for name in placed.data_vars}
        return cls(masses["emissions"] - masses["removals"], masses["memo"])

    def total(self, row: SummaryRow, chosen: Mask) -> Floats:
        """Return the sum of some lines, (gas, year): as memo items where the row is one."""
        masses = self.memo if row.part.startswith("memo") else self.net
        return np.asarray(masses[chosen].sum(axis=0))


def summary_of(
    dataset: xr.Dataset, weighed: xr.Dataset, notations: Sequence[NotationFacts]
) -> xr.Dataset:
    """Return the rows of the official summary by gas and year.

    Parameters
    ----------
    dataset, weighed : xr.Dataset
        The inventory in t of gas, and in t CO2e.
    notations : sequence of NotationFacts
        Keys that the region states for what has no line.

    Returns
    -------
    xr.Dataset
        ``mass`` (row, column, year), ``co2e`` (row, year) and ``state`` (row, year): a notation
        key, or "value".
    """
    rows, years = summary_rows(), dataset["year"].values
    gases = dataset["gas"].values
    masses, in_co2e = Sums.of(dataset), Sums.of(weighed)
    parts, given = _parts(dataset, masses), _given(dataset)
    mass = np.full((len(rows), len(GAS_COLUMNS), len(years)), np.nan)
    co2e = np.full((len(rows), len(years)), np.nan)
    state = np.full((len(rows), len(years)), NOT_ESTIMATED, dtype=object)
    for place, row in enumerate(rows.values()):
        chosen = parts[row.part] & _listed(dataset, row)
        if not chosen.any():
            state[place] = _notation(notations, row)
            continue
        state[place] = _state(dataset, masses, chosen)
        by_gas, by_weight = masses.total(row, chosen), in_co2e.total(row, chosen)
        co2e[place] = by_weight.sum(axis=0)
        has = given[chosen].any(axis=0) & _shown(row, gases, masses.memo[chosen])
        for column, (name, listed) in enumerate(GAS_COLUMNS.items()):
            held = [at for at, gas in enumerate(gases) if gas in listed and has[at]]
            if held:
                amounts = by_weight if name in WEIGHED_COLUMNS else by_gas
                mass[place, column] = amounts[held].sum(axis=0)
    return xr.Dataset(
        {
            "mass": (("row", "column", "year"), mass, {"units": "t/year"}),
            "co2e": (("row", "year"), co2e, {"units": "t CO2e/year"}),
            "state": (("row", "year"), state.astype(str)),
        },
        coords={"row": list(rows), "column": list(GAS_COLUMNS), "year": years},
    )


def _parts(dataset: xr.Dataset, masses: Sums) -> Mapping[str, Mask]:
    """Return which lines each part of the inventory holds."""
    sources = [vocabulary.sources()[str(name)] for name in dataset["source"].values]
    biogenic = np.array([source.biogenic for source in sources], dtype=bool)
    sector, memo = dataset["sector"].values, dataset["is_memo"].values.astype(bool)
    land, indirect = sector == "land", sector == "indirect"
    direct = (dataset["scope"].values == 1) & ~land & ~memo
    apart = masses.memo.any(axis=(1, 2))
    return {
        "none": np.zeros(len(sources), dtype=bool),
        "direct": direct,
        "fossil": direct & ~biogenic,
        "biomass": direct & biogenic,
        "land": land,
        "with_land": direct | land,
        "indirect": indirect,
        "with_indirect": direct | indirect,
        "memo": memo | (direct & apart),
        "memo_lines": memo,
        "memo_biomass": direct & apart,
    }


def _listed(dataset: xr.Dataset, row: SummaryRow) -> Mask:
    """Return which lines have a category and a source of a row."""
    lines = zip(dataset["category"].values, dataset["source"].values, strict=True)
    found = [row.holds_category(str(one)) and row.holds_source(str(other)) for one, other in lines]
    return np.array(found, dtype=bool)


def _notation(notations: Sequence[NotationFacts], row: SummaryRow) -> str:
    """Return why a row has no line: the key that the region states, or that of the row."""
    sources = [name for name in vocabulary.sources() if row.source and row.holds_source(name)]
    keys = {notation_key(notations, code, sources) for code in row.category.split()}
    return (keys.pop() if len(keys) == 1 else None) or row.missing


def _state(dataset: xr.Dataset, masses: Sums, chosen: Mask) -> Any:
    """Return for each year whether lines have a value, do not occur, or are not estimated.

    A landfill that takes in no more waste still has a value while the old waste decays.
    """
    activity = dataset["activity"].transpose("line", "year").values[chosen]
    lasting = (masses.net[chosen] != 0) | (masses.memo[chosen] != 0)
    idle = np.where(np.isfinite(activity).all(axis=0), NOT_OCCURRING, NOT_ESTIMATED)
    return np.where((activity > 0).any(axis=0) | lasting.any(axis=(0, 1)), VALUE, idle)


def _given(dataset: xr.Dataset) -> Mask:
    """Return for which gases a line uses a factor, (line, gas)."""
    lines = {str(name): at for at, name in enumerate(dataset["line"].values)}
    gases = {str(name): at for at, name in enumerate(dataset["gas"].values)}
    found = np.zeros((len(lines), len(gases)), dtype=bool)
    for line, gas in zip(dataset["use_line"].values, dataset["use_gas"].values, strict=True):
        if str(gas) in gases:
            found[lines[str(line)], gases[str(gas)]] = True
    return found


def _shown(row: SummaryRow, gases: Any, memo: Floats) -> Mask:
    """Return which gases a row may show: CO2 of biomass stands among the memo items."""
    if row.part.startswith("memo"):
        return np.asarray((memo != 0).any(axis=(0, 2)))
    return np.asarray((gases != "CO2") | (row.part != "biomass"))
