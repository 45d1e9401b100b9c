"""Yearly indicators of a pathway, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.inventory import totals


@checked
def indicator(pathway: xr.Dataset, name: str) -> xr.DataArray:
    """Return a yearly indicator of a pathway.

    Parameters
    ----------
    pathway : xr.Dataset
        From `project`.
    name : str
        ``energy_co2``, ``direct_co2``, ``gross_ghg``, ``net_ghg``, ``co2_intensity``,
        ``co2_per_tce``, ``coal``, ``coal_replacement_ratio``, ``non_fossil_share``,
        ``non_fossil_energy``, ``own_non_fossil_energy``, ``planted_area``; ``energy_total`` and
        ``energy_intensity`` under the convention of the region, or under one that is named:
        ``energy_total_calorific`` (当量), ``energy_total_equal`` (等价), and so for the intensity.

    Raises
    ------
    ResultError
        When the indicator is unknown, or the pathway does not hold what it needs.
    """
    if name not in INDICATORS:
        raise ResultError(f"unknown indicator '{name}'; {suggestion(name, list(INDICATORS))}")
    return INDICATORS[name](pathway)


def _greenhouse_gases(pathway: xr.Dataset, *, with_land: bool) -> xr.DataArray:
    weighed = totals.co2e(pathway, str(pathway.attrs["metric"]))
    kept = weighed.isel(line=np.flatnonzero((weighed["sector"] != "land").values | with_land))
    total = totals.net(kept).sum("gas")
    total.attrs = {"units": "t CO2e/year", "long_name": "greenhouse gases with bought power"}
    return total


def _direct_co2(pathway: xr.Dataset) -> xr.DataArray:
    carbon = totals.net(totals.carbon_dioxide(totals.direct(pathway)))
    carbon.attrs = {"units": "t CO2/year", "long_name": "direct CO2 without land use"}
    return carbon


def _intensity(pathway: xr.Dataset, amount: xr.DataArray, unit: str) -> xr.DataArray:
    if "gdp" not in pathway:
        raise ResultError(
            "an intensity needs the GDP, and this result holds none. "
            "Project a scenario, or assign 'gdp' in CNY2020/year over year"
        )
    intensity = amount / pathway["gdp"]
    intensity.attrs = {"units": f"{unit}/CNY2020", "long_name": f"{amount.name or unit} per GDP"}
    return intensity


def _coal(pathway: xr.Dataset) -> xr.DataArray:
    chosen = pathway["energy"].sel(convention="calorific", drop=True)
    chosen = chosen.isel(line=np.flatnonzero(pathway["carrier"].isin(["coal", "coke"]).values))
    coal = chosen.sum("line")
    coal.attrs = {"units": "tce/year", "long_name": "coal and coke"}
    return coal


def _per_tce(pathway: xr.Dataset) -> xr.DataArray:
    ratio = totals.energy_co2(pathway) / totals.energy_total(pathway)
    convention = pathway.attrs["convention"]
    ratio.attrs = {"units": "t CO2/tce", "long_name": f"CO2 per energy used ({convention})"}
    return ratio


def _replacement(pathway: xr.Dataset) -> xr.DataArray:
    """Return coal that measures take from lines over coal that they add to lines.

    A year in which nothing is added has no ratio.
    """
    if "activity_without_measures" not in pathway:
        raise ResultError("a coal-replacement ratio needs a projected pathway, not an inventory")
    coal = pathway["energy"].sel(convention="calorific", drop=True)
    # A line that measures empty has no rate of its own year, but one of another year.
    per_unit = (coal / pathway["activity"].where(pathway["activity"] != 0)).max("year")
    per_unit = per_unit.where(per_unit.notnull(), 0.0)
    moved = per_unit * (pathway["activity"] - pathway["activity_without_measures"])
    moved = moved.isel(line=np.flatnonzero(pathway["carrier"].isin(["coal", "coke"]).values))
    added = moved.where(moved > 0, 0.0).sum("line")
    ratio = -moved.where(moved < 0, 0.0).sum("line") / added.where(added > 0)
    ratio.attrs = {"units": "1", "long_name": "coal taken away per coal added"}
    return ratio


def _own_non_fossil_energy(pathway: xr.Dataset) -> xr.DataArray:
    own, _ = _own_and_bought(pathway)
    own.attrs = {"units": "tce/year", "long_name": "non-fossil energy of the region"}
    return own


def _non_fossil_energy(pathway: xr.Dataset) -> xr.DataArray:
    """Return own non-fossil energy and the non-fossil part of bought power less what is sold."""
    made, bought = _own_and_bought(pathway)
    _require_grid_share(pathway)
    energy = made + pathway[GRID_SHARE] * bought
    energy.attrs = {"units": "tce/year", "long_name": "non-fossil energy, net of power sold"}
    return energy


def _non_fossil(pathway: xr.Dataset) -> xr.DataArray:
    """Return own non-fossil energy and the non-fossil part of bought power over all energy.

    Where more power is sold than bought, nothing counts as bought.
    """
    made, bought = _own_and_bought(pathway)
    _require_grid_share(pathway)
    clean = made + pathway[GRID_SHARE] * bought.where(bought > 0, 0.0)
    share = clean / totals.energy_total(pathway)
    share.attrs = {"units": "1", "long_name": "non-fossil share of energy"}
    return share


def _own_and_bought(pathway: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the non-fossil energy made in the region and the power bought less sold, in tce."""
    energy = pathway["energy"].sel(convention=str(pathway.attrs["convention"]), drop=True)
    made, bought = (
        energy.isel(line=np.flatnonzero(counted)).sum("line")
        for counted in own_and_bought(pathway["source"].values, pathway["carrier"].values)
    )
    return made, bought


def _require_grid_share(pathway: xr.Dataset) -> None:
    if GRID_SHARE not in pathway:
        raise ResultError(
            "the non-fossil share is not known: nobody states that of the bought power. Assign "
            f"'{GRID_SHARE}' in 1 over year, or state the series {GRID_SHARE} in drivers.csv"
        )


def own_and_bought(source: np.ndarray, carrier: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell which lines are non-fossil energy of the region, and which are bought or sold power."""
    own = np.isin(source, ["solar_electricity", "wind_electricity"]) | (carrier == "biomass")
    return own, np.isin(source, ["electricity", "own_electricity"])


def _planted(pathway: xr.Dataset) -> xr.DataArray:
    forest = pathway["category"].values == "3.B.1.b"
    planted = pathway["activity"].isel(line=np.flatnonzero(forest)).sum("line")
    if "observed" in pathway.coords:
        planted = planted.where(pathway["year"] >= int(pathway.attrs["base_year"]), 0.0)
    area = planted.cumsum("year")
    area.attrs = {"units": "ha", "long_name": "area planted since the base year"}
    return area


GRID_SHARE = "grid_non_fossil_share"
"""Name of the variable, and of the series, that says how much of bought power is non-fossil."""

INDICATORS: Mapping[str, Callable[[xr.Dataset], xr.DataArray]] = MappingProxyType(
    {
        "energy_co2": totals.energy_co2,
        "direct_co2": _direct_co2,
        "energy_total": totals.energy_total,
        "gross_ghg": lambda pathway: _greenhouse_gases(pathway, with_land=False),
        "net_ghg": lambda pathway: _greenhouse_gases(pathway, with_land=True),
        "co2_intensity": lambda pathway: _intensity(pathway, totals.energy_co2(pathway), "t CO2"),
        "energy_intensity": lambda pathway: _intensity(
            pathway, totals.energy_total(pathway), "tce"
        ),
        "energy_total_calorific": lambda pathway: totals.energy_total(
            pathway, convention="calorific"
        ),
        "energy_total_equal": lambda pathway: totals.energy_total(pathway, convention="equal"),
        "energy_intensity_calorific": lambda pathway: _intensity(
            pathway, totals.energy_total(pathway, convention="calorific"), "tce"
        ),
        "energy_intensity_equal": lambda pathway: _intensity(
            pathway, totals.energy_total(pathway, convention="equal"), "tce"
        ),
        "co2_per_tce": _per_tce,
        "non_fossil_energy": _non_fossil_energy,
        "own_non_fossil_energy": _own_non_fossil_energy,
        "non_fossil_share": _non_fossil,
        "coal": _coal,
        "coal_replacement_ratio": _replacement,
        "planted_area": _planted,
    }
)
