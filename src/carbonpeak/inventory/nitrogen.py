"""Nitrogen of managed soils: how much each input brings, and by which way it becomes N2O.

The inventory holds the gas of each input, its factors tell the nitrogen behind it. So the parts
of the balance add up to the gas of the inventory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.inventory.model import Floats

DIRECT, INDIRECT = "3.C.4", "3.C.5"
EMITTED = ("direct_soil_emission", "pasture_emission")
VOLATILISED = ("volatilised", "organic_volatilised", "residue_volatilised", "pasture_volatilised")
UNITS = {
    **dict.fromkeys((*EMITTED, "deposition_emission", "leaching_emission"), "kg N2ON/kg N"),
    **dict.fromkeys((*VOLATILISED, "leached"), "1"),
}
"""The parameters of the balance, and the units that it counts them in."""

Factors = Mapping[tuple[str, int, str], float]


def soil_nitrogen(inventory: xr.Dataset) -> xr.Dataset:
    """Return the nitrogen balance of managed soils.

    Parameters
    ----------
    inventory : xr.Dataset
        From `compile_inventory`.

    Returns
    -------
    xr.Dataset
        Over ``line`` (each input of 3.C.4) and ``year``: ``nitrogen`` that reaches the soil, in
        t N/year; ``direct``, ``deposition`` and ``leaching`` in t N2O/year.
    """
    kept = inventory.isel(line=np.flatnonzero((inventory["category"] == DIRECT).values))
    lines = [str(name) for name in kept["line"].values]
    lost = [name.replace(DIRECT, INDIRECT, 1) for name in lines]
    years = [int(year) for year in kept["year"].values]
    factors = _factors(inventory)
    direct, indirect = _nitrous_oxide(inventory, lines), _nitrous_oxide(inventory, lost)
    emitted = np.array([[_one_of(EMITTED, factors, name, y) for y in years] for name in lines])
    air = np.array([[_air_share(factors, name, y) for y in years] for name in lost])
    emitted, air = emitted.reshape(direct.shape), air.reshape(direct.shape)
    found = {
        "nitrogen": (direct * units.factor("t N2O", "t N2ON") / emitted, "t N/year"),
        "direct": (direct, "t N2O/year"),
        "deposition": (indirect * air, "t N2O/year"),
        "leaching": (indirect * (1.0 - air), "t N2O/year"),
    }
    return xr.Dataset(
        {
            name: (("line", "year"), values, {"units": unit, "long_name": name})
            for name, (values, unit) in found.items()
        },
        coords={name: kept[name] for name in ("line", "year")},
    )


def _factors(inventory: xr.Dataset) -> Factors:
    """Return the parameters of the balance by line, year and name."""
    names = ("line", "year", "parameter", "factor")
    uses = zip(*(inventory[f"use_{name}"].values for name in names), strict=True)
    values, written = inventory["factor_value"].values, inventory["factor_unit"].values
    return {
        (str(line), int(year), str(name)): float(values[factor])
        * units.factor(str(written[factor]), UNITS[str(name)])
        for line, year, name, factor in uses
        if str(name) in UNITS
    }


def _nitrous_oxide(inventory: xr.Dataset, lines: Sequence[str]) -> Floats:
    """Return the gas of lines, (line, year); nothing for one that the inventory does not hold."""
    if "N2O" not in inventory["gas"].values:
        return np.zeros((len(lines), inventory.sizes["year"]))
    net = (inventory["emissions"] - inventory["removals"]).sel(gas="N2O", drop=True)
    return np.asarray(net.reindex(line=list(lines), fill_value=0.0).transpose("line", "year"))


def _one_of(names: Sequence[str], factors: Factors, line: str, year: int) -> float:
    found = [factors[line, year, name] for name in names if (line, year, name) in factors]
    return found[0] if found else np.nan


def _air_share(factors: Factors, line: str, year: int) -> float:
    """Return which share of what a line emits indirectly went by the air."""

    def part(lost: Sequence[str], emission: str) -> float:
        return _one_of(lost, factors, line, year) * _one_of((emission,), factors, line, year)

    air = part(VOLATILISED, "deposition_emission")
    whole = air + part(("leached",), "leaching_emission")
    return air / whole if whole else np.nan
