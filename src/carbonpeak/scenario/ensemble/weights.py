"""What a unit of each gas, of standard coal and of activity of each line counts in an indicator.

The weights are read off the indicator itself: it is evaluated on unit amounts, one for each
place. So an ensemble can not count otherwise than a pathway does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import CONVENTIONS
from carbonpeak.inventory.labels import line_coordinates
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.method import ROLES, Role
from carbonpeak.scenario.indicators import INDICATORS, indicator

GDP = "gdp"
COST = "cost"
"""What the measures of the scenario cost in a year."""

BESIDE = (GDP, COST)
"""What an ensemble gives that is no weighed sum of gases, energy and activity."""

RATIOS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "co2_intensity": ("energy_co2", GDP),
        "energy_intensity": ("energy_total", GDP),
        "energy_intensity_calorific": ("energy_total_calorific", GDP),
        "energy_intensity_equal": ("energy_total_equal", GDP),
        "co2_per_tce": ("energy_co2", "energy_total"),
    }
)
"""Indicators that are one yearly amount over another, or over the GDP."""

NOT_DRAWN = frozenset({"non_fossil_share", "coal_replacement_ratio"})
"""Indicators that hang on which lines are bought from or sold to, added to or taken from."""

CUMULATED = frozenset({"planted_area"})
"""Indicators that add up the years since the base year."""

LINES_AT_ONCE = 32


@dataclass(frozen=True)
class Weights:
    """Weights of indicators that are linear in activity.

    Attributes
    ----------
    gases : mapping of role to (indicator, line, gas)
    energy : (indicator, convention, line)
    activity : (indicator, line)
    units : tuple of str
    """

    names: tuple[str, ...]
    gases: Mapping[Role, Floats]
    energy: Floats
    activity: Floats
    units: tuple[str, ...]


def amounts_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return the yearly amounts that indicators need, once each.

    Raises
    ------
    ResultError
        When an indicator is unknown.
    """
    for name in names:
        if name in NOT_DRAWN:
            raise ResultError(f"'{name}' cannot be drawn: it is no sum over lines")
        if name not in (known := [*INDICATORS, *BESIDE]):
            raise ResultError(f"unknown indicator '{name}'; {suggestion(name, known)}")
    parts = [part for name in names for part in RATIOS.get(name, (name,))]
    return tuple(dict.fromkeys(part for part in parts if part not in BESIDE))


def weights_of(model: Model, names: Sequence[str], attributes: Mapping[str, Any]) -> Weights:
    """Read the weights of yearly amounts off their indicators.

    Parameters
    ----------
    model : Model
        Lines and gases.
    names : sequence of str
        From `amounts_of`.
    attributes : mapping
        Those of a pathway; the indicators read metric and convention.
    """
    lines, gases = len(model.lines), len(model.gases)
    parts: dict[Role, Floats] = {role: np.zeros((len(names), lines, gases)) for role in ROLES}
    energy = np.zeros((len(names), len(CONVENTIONS), lines))
    activity: Floats = np.zeros((len(names), lines))
    found_units = [""] * len(names)
    for start in range(0, lines, LINES_AT_ONCE):
        here = slice(start, min(start + LINES_AT_ONCE, lines))
        probe = _probe(model, here, attributes)
        for at, name in enumerate(names):
            said = indicator(probe, name)
            values = np.asarray(said.transpose("year").values, dtype=float)
            values = np.diff(values, prepend=0.0) if name in CUMULATED else values
            found_units[at] = str(said.attrs["units"])
            cut = np.split(values, np.cumsum(_sizes(here, gases))[:-1])
            count = here.stop - here.start
            for role, part in zip(ROLES, cut, strict=False):
                parts[role][at, here] = part.reshape(count, gases)
            energy[at, :, here] = cut[-2].reshape(len(CONVENTIONS), count)
            activity[at, here] = cut[-1]
    return Weights(tuple(names), parts, energy, activity, tuple(found_units))


def _sizes(here: slice, gases: int) -> list[int]:
    count = here.stop - here.start
    return [count * gases] * len(ROLES) + [count * len(CONVENTIONS), count]


def _probe(model: Model, here: slice, attributes: Mapping[str, Any]) -> xr.Dataset:
    """Return a pathway of some lines that holds one unit amount in each of its years."""
    lines, gases = model.lines[here], len(model.gases)
    sizes = _sizes(here, gases)
    every = np.eye(sum(sizes))
    shapes = [(len(lines), gases)] * len(ROLES) + [(len(CONVENTIONS), len(lines)), (len(lines),)]
    dims = [("line", "gas")] * len(ROLES) + [("convention", "line"), ("line",)]
    names = (*ROLES, "energy", "activity")
    rows = np.split(every, np.cumsum(sizes)[:-1])
    unit_of = dict(zip(names, ["t/year"] * len(ROLES) + ["tce/year", ""], strict=True))
    data = {
        name: ((*dim, "year"), part.reshape(*shape, -1), {"units": unit_of[name]})
        for name, dim, part, shape in zip(names, dims, rows, shapes, strict=True)
    }
    methods = model.methods[here]
    return xr.Dataset(
        {**data, "gdp": ("year", np.ones(sum(sizes)))},
        coords={
            "year": np.arange(sum(sizes)),
            "gas": list(model.gases),
            "convention": list(CONVENTIONS),
            **line_coordinates(lines, [method.activity_unit for method in methods]),
        },
        attrs=dict(attributes),
    )
