"""What each line gives to each gas, and sums of it that keep a missing value missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak import units
from carbonpeak.errors import ResultError
from carbonpeak.inventory.explain.line import line_results
from carbonpeak.method import ROLES, Role
from carbonpeak.vocabulary import Line, parse_line

Floats = npt.NDArray[np.float64]


class Given(NamedTuple):
    """A gas that a line gives, in t over years; a removal is negative."""

    line: Line
    gas: str
    role: Role
    amount: Floats


def given(inventory: xr.Dataset) -> Iterator[Given]:
    """Yield the gases for which the method of each line has an equation.

    Raises
    ------
    ResultError
        When this is no inventory in masses of gas.
    """
    if "use_line" not in inventory:
        raise ResultError("give the inventory itself, as compile_inventory or load returns it")
    masses = {role: inventory[role].transpose("line", "gas", "year").values for role in ROLES}
    gases = inventory["gas"].values.tolist()
    for place, name in enumerate(inventory["line"].values.tolist()):
        for gas, role, _ in line_results(name):
            sign = -1.0 if role == "removals" else 1.0
            amount = sign * masses[role][place, gases.index(gas)]
            yield Given(parse_line(name), gas, role, amount)


def sums(
    parts: Iterable[Given], keys: Callable[[Given], Iterable[str]]
) -> Mapping[tuple[str, str], Floats]:
    """Sum over lines by gas under every key of a line; nan only where nothing has a value."""
    gathered: dict[tuple[str, str], list[Floats]] = defaultdict(list)
    for part in parts:
        for key in keys(part):
            gathered[key, part.gas].append(part.amount)
    return {key: total(amounts) for key, amounts in gathered.items()}


def weighed(by_gas: Mapping[tuple[str, str], Floats], metric: str) -> Mapping[str, Floats]:
    """Return all gases of each key together, in t CO2e."""
    gathered: dict[str, list[Floats]] = defaultdict(list)
    for (key, gas), amounts in by_gas.items():
        gathered[key].append(amounts * units.gwp(metric, gas))
    return {key: total(parts) for key, parts in gathered.items()}


def total(amounts: Iterable[Floats]) -> Floats:
    """Add series up; a year is nan where none of them has a value."""
    stacked = np.stack(list(amounts))
    return np.where(np.isnan(stacked).all(axis=0), np.nan, np.nansum(stacked, axis=0))
