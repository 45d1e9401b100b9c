"""The parts whose uncertainty is asked for, each a weighted sum of terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from scipy import sparse

from carbonpeak import units
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.inventory.model import Integers
from carbonpeak.inventory.uncertainty.terms import Terms

COORDINATES = ("category", "gas", "line", "site", "source", "carrier", "sector", "scope")
TOTALS = ("total", "total_with_land", "total_with_indirect")


@dataclass(frozen=True)
class Parts:
    """Parts of an inventory and the totals after them.

    Attributes
    ----------
    names : tuple of str
    columns : mapping of coordinate to (part,)
        What each part is of; empty for the totals.
    weights : sparse (part × year, term)
        Tonnes of CO2e of each tonne of gas, signed; parts vary slowest.
    shape : (part, year)
    """

    names: tuple[str, ...]
    columns: dict[str, list[str]]
    weights: Any
    shape: tuple[int, int]

    @cached_property
    def rows(self) -> Integers:
        """The row of each weight that is not zero."""
        count = np.diff(self.weights.indptr)
        return np.repeat(np.arange(count.size), count)


def parts_of(terms: Terms, inventory: xr.Dataset, metric: str, by: Sequence[str]) -> Parts:
    """Return the parts by one or more coordinates, and the totals.

    Parameters
    ----------
    terms : Terms
        From `terms_of`.
    inventory : xr.Dataset
        Its coordinates say what each line is.
    metric : str
        For example ``"AR5GWP100"``.
    by : sequence of str
        Any of ``category gas line site source carrier sector scope``. What is bought in
        shares its categories with what is burnt; unless one of ``line sector scope`` tells
        them apart, it makes parts of its own, named ``…/indirect``.

    Raises
    ------
    ResultError
        When a coordinate is unknown.
    """
    for name in by:
        if name not in COORDINATES:
            raise ResultError(f"no parts by '{name}'; {suggestion(name, COORDINATES)}")
    labels = _labels(terms, inventory)
    keys = _keys(labels, by)
    distinct = sorted(set(keys))
    places = {key: at for at, key in enumerate(distinct)}
    chosen = [np.array([places[key] for key in keys], dtype=np.int64)] if by else []
    members = [np.ones(terms.line.size, dtype=bool)] * len(chosen)
    for at, inside in enumerate(_totals(labels)):
        chosen.append(np.full(terms.line.size, len(distinct) + at))
        members.append(inside)
    names = (*("/".join(key) for key in distinct), *TOTALS)
    shape = (len(names), len(terms.model.years))
    columns = {
        name: [*(key[at] for key in distinct), *[""] * len(TOTALS)] for at, name in enumerate(by)
    }
    return Parts(names, columns, _matrix(terms, metric, chosen, members, shape), shape)


def _keys(labels: dict[str, list[str]], by: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the key of each term."""
    if not by:
        return []
    keys = list(zip(*(labels[name] for name in by), strict=True))
    if {"line", "sector", "scope"} & set(by):
        return keys
    return [
        (*key, "indirect") if sector == "indirect" else key
        for key, sector in zip(keys, labels["sector"], strict=True)
    ]


def _labels(terms: Terms, inventory: xr.Dataset) -> dict[str, list[str]]:
    """Return what each term is, by coordinate."""
    placed = inventory.sel(line=terms.model.ids)
    found = {
        name: [str(value) for value in placed[name].values[terms.line]]
        for name in COORDINATES
        if name != "gas"
    }
    return found | {"gas": [terms.model.gases[at] for at in terms.gas]}


def _totals(labels: dict[str, list[str]]) -> list[np.ndarray]:
    scope, sector = np.array(labels["scope"]), np.array(labels["sector"])
    inside = (scope == "1") & (sector != "land")
    return [inside, inside | (sector == "land"), inside | (sector == "indirect")]


def _matrix(
    terms: Terms,
    metric: str,
    chosen: list[np.ndarray],
    members: list[np.ndarray],
    shape: tuple[int, int],
) -> Any:
    weight = units.gwp_table([metric], terms.model.gases)[0][terms.gas] * terms.sign
    rows = [
        place[inside] * shape[1] + terms.year[inside]
        for place, inside in zip(chosen, members, strict=True)
    ]
    columns = [np.flatnonzero(inside) for inside in members]
    entries = np.concatenate([weight[column] for column in columns])
    place = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_array((entries, place), shape=(shape[0] * shape[1], terms.line.size))
