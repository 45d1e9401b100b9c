"""What an explanation is asked for: a year, a gas or a metric, and some lines."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak import sectors, units, vocabulary
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.method import ROLES, Role
from carbonpeak.records import said
from carbonpeak.vocabulary import Language

Account = Literal["net", "emissions", "removals", "memo"]
ROLES_OF: Mapping[Account, tuple[Role, ...]] = {
    "net": ("emissions", "removals"),
    "emissions": ("emissions",),
    "removals": ("removals",),
    "memo": ("memo",),
}
LABELS = ("sector", "category", "line", "site", "source", "carrier", "scope")
"""Labels of lines by which one may ask."""

Lines = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Question:
    """A year of an inventory, in the mass of one gas or weighed by a metric.

    Attributes
    ----------
    gas : str or None
        None for all gases together, which are weighed.
    weighed : bool
        Whether amounts are in CO2e.
    """

    dataset: xr.Dataset
    year: int
    gas: str | None
    metric: str
    weighed: bool
    lang: Language

    @property
    def unit(self) -> str:
        """The unit of every amount."""
        return "t CO2e/year" if self.weighed else f"t {self.gas}/year"

    def asks(self, gas: str) -> bool:
        """Tell whether a gas is asked for."""
        return self.gas in (None, gas)

    def weight(self, gas: str) -> float:
        """Return by what the mass of a gas is multiplied."""
        return units.gwp(self.metric, gas) if self.weighed else 1.0

    def cell(self, name: str, line: str) -> Any:
        """Return what a variable over lines, or lines and years, holds for a line."""
        return self._columns[name][self._places[line]].item()

    def place(self, line: str) -> str:
        """Return where the activity of a line is stated; files of old hold no Chinese places."""
        known = "where_zh" in self._columns
        zh = self.cell("where_zh", line) if known else ""
        return said(self.lang, en=self.cell("where", line), zh=zh)

    def mass(self, line: str, gas: str, role: Role) -> float:
        """Return the tonnes of a gas of a line in one role."""
        return float(self._masses[role][self._places[line], self._gases.index(gas)])

    def uses(self, line: str, gas: str) -> list[tuple[str, int]]:
        """Return the parameters used for a gas of a line, and the places of their factors."""
        by_age = sectors.find_method(vocabulary.parse_line(line).rule.method).by_age
        listed = self._uses.get((line, gas), [])
        return [(name, at) for name, year, at in listed if by_age or year == self.year]

    def factor(self, place: int) -> Mapping[str, Any]:
        """Return a factor that the inventory carries, field by field."""
        return {name: values[place] for name, values in self._factors.items()}

    def document(self, source_id: str) -> str:
        """Return the title of a document of the region; a line of zeros has none."""
        return self._documents.get(source_id, source_id)

    @cached_property
    def _documents(self) -> Mapping[str, str]:
        found: Mapping[str, str] = json.loads(self.dataset.attrs["sources"])
        return found

    @cached_property
    def _factors(self) -> Mapping[str, list[Any]]:
        return {
            str(name).removeprefix("factor_"): part.values.tolist()
            for name, part in self.dataset.variables.items()
            if part.dims == ("factor",)
        }

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.dataset["line"].values.tolist())}

    @cached_property
    def _gases(self) -> list[str]:
        return [str(gas) for gas in self.dataset["gas"].values]

    @cached_property
    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        year = self.dataset.sel(year=self.year).variables
        return {str(name): part.values for name, part in year.items() if part.dims == ("line",)}

    @cached_property
    def _masses(self) -> Mapping[Role, npt.NDArray[np.float64]]:
        year = self.dataset[list(ROLES)].sel(year=self.year)
        return {role: year[role].transpose("line", "gas").values for role in ROLES}

    @cached_property
    def _amounts(self) -> Mapping[Role, npt.NDArray[np.float64]]:
        asked = [place for place, gas in enumerate(self._gases) if self.asks(gas)]
        weights = np.array([self.weight(self._gases[place]) for place in asked])
        return {
            role: np.nansum(masses[:, asked] * weights, axis=1)
            for role, masses in self._masses.items()
        }

    @cached_property
    def _uses(self) -> Mapping[tuple[str, str], list[tuple[str, int, int]]]:
        found: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
        fields = ("line", "gas", "parameter", "year", "factor")
        columns = (self.dataset[f"use_{name}"].values.tolist() for name in fields)
        for line, gas, *use in zip(*columns, strict=True):
            found[line, gas].append(tuple(use))
        return found

    def amounts(self, account: Account) -> npt.NDArray[np.float64]:
        """Return what each line gives to an account, in `unit`, (line,); nothing where missing."""
        first, *others = (self._amounts[role] for role in ROLES_OF[account])
        return first - sum(others) if others else first

    def where(self, label: str, value: object, *, below: bool) -> Lines:
        """Return which lines have a label; `below` gives a category those under it."""
        values = self.dataset[label].values.astype(str)
        chosen = values == str(value)
        if label == "category" and below:
            chosen |= np.char.startswith(values, f"{value}.")
        if not chosen.any():
            known = sorted(dict.fromkeys(values.tolist()))
            raise ResultError(
                f"no {label} '{value}' in this result; {suggestion(str(value), known)}"
            )
        return np.asarray(chosen, dtype=bool)


def ask(
    dataset: xr.Dataset,
    year: int | None,
    gas: str | None,
    metric: str | None,
    lang: Language,
    *,
    weighed: bool | None = None,
) -> Question:
    """Return the question, its words checked against the inventory.

    Raises
    ------
    ResultError
        When the dataset carries no factors, or lacks the year or the gas.
    """
    if "use_line" not in dataset or "sources" not in dataset.attrs:
        raise ResultError(
            "this result carries no factors: it is weighed, summed or projected. Explain the "
            "inventory that it came from, or one number of it: "
            "explain(number, inventory=inventory)"
        )
    chosen = int(dataset.attrs["base_year"]) if year is None else year
    for name, value in (("year", chosen), ("gas", gas)):
        known = [str(item) for item in dataset[name].values]
        if value is not None and str(value) not in known:
            raise ResultError(
                f"no {name} '{value}' in this result; {suggestion(str(value), known)}"
            )
    return Question(
        dataset,
        chosen,
        gas,
        metric or str(dataset.attrs["metric"]),
        gas is None if weighed is None else weighed,
        lang,
    )
