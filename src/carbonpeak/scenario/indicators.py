"""Yearly indicators of a pathway, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.inventory import totals


def indicator(pathway: xr.Dataset, name: str) -> xr.DataArray:
    """Return a yearly indicator of a pathway.

    Parameters
    ----------
    pathway : xr.Dataset
        From `project`.
    name : str
        ``energy_co2``, ``direct_co2``, ``energy_total``,
        ``gross_ghg``, ``net_ghg``, ``co2_intensity``,
        ``energy_intensity``, ``coal`` or ``planted_area``.

    Raises
    ------
    ResultError
        When the indicator is unknown.
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
    carbon = totals.net(totals.direct(pathway)).sel(gas="CO2", drop=True)
    carbon.attrs = {"units": "t CO2/year", "long_name": "direct CO2 without land use"}
    return carbon


def _intensity(pathway: xr.Dataset, amount: xr.DataArray, unit: str) -> xr.DataArray:
    intensity = amount / pathway["gdp"]
    intensity.attrs = {"units": f"{unit}/CNY2020", "long_name": f"{amount.name or unit} per GDP"}
    return intensity


def _coal(pathway: xr.Dataset) -> xr.DataArray:
    chosen = pathway["energy"].sel(convention="calorific", drop=True)
    chosen = chosen.isel(line=np.flatnonzero(pathway["carrier"].isin(["coal", "coke"]).values))
    coal = chosen.sum("line")
    coal.attrs = {"units": "tce/year", "long_name": "coal and coke"}
    return coal


def _planted(pathway: xr.Dataset) -> xr.DataArray:
    forest = pathway["category"].values == "3.B.1.b"
    area = pathway["activity"].isel(line=np.flatnonzero(forest)).sum("line").cumsum("year")
    area.attrs = {"units": "ha", "long_name": "area planted since the base year"}
    return area


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
        "coal": _coal,
        "planted_area": _planted,
    }
)
