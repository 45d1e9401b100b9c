"""The inventory's earlier years before a projection, in one Dataset."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.inventory.model import Floats

AMOUNTS = ("activity", "emissions", "removals", "memo", "energy")
_STATED = {"gdp": "CNY2020", "population": "person"}


def with_past(region: Region, pathway: xr.Dataset) -> xr.Dataset:
    """Return a pathway with the inventory years before its base year in front.

    Parameters
    ----------
    pathway : xr.Dataset
        From `walk`, over the years of a scenario.

    Returns
    -------
    xr.Dataset
        With a coordinate ``observed`` (year), true up to the base year, which stands once. Amounts
        of the earlier years are the inventory's own; a line that only measures bring in has 0.
        Nothing was built. What nobody states of a year, such as its GDP, is NaN.
    """
    base = int(pathway.attrs["base_year"])
    inventory = compile_inventory(region)
    early = [int(year) for year in inventory["year"].values if year < base]
    if early:
        past = xr.Dataset(
            {
                str(name): _past(region, inventory, variable, early)
                for name, variable in pathway.data_vars.items()
                if "year" in variable.dims
            }
        )
        pathway = xr.concat(
            [past, pathway],
            dim="year",
            data_vars="minimal",
            coords="minimal",
            compat="override",
            combine_attrs="override",
        ).assign_attrs(pathway.attrs)
        for name, variable in past.data_vars.items():
            pathway[name].attrs = dict(variable.attrs)
    return pathway.assign_coords(observed=("year", pathway["year"].values <= base))


def _past(
    region: Region, inventory: xr.Dataset, variable: xr.DataArray, early: list[int]
) -> xr.DataArray:
    """Return a variable of a pathway over earlier years, with the dimensions that it has."""
    name = str(variable.name)
    if name in _STATED:
        values = _indicator(region, name, early)
    elif name in (*AMOUNTS, "activity_without_measures"):
        own = inventory[name.removesuffix("_without_measures")].sel(year=early)
        absent = {dim: variable[dim] for dim in variable.dims if dim in ("line", "gas")}
        values = own.reindex(absent, fill_value=0.0).transpose(*variable.dims).values
    else:
        lengths = [len(early) if dim == "year" else variable.sizes[dim] for dim in variable.dims]
        values = np.full(lengths, 0.0 if "measure" in variable.dims else np.nan)
    coords = {dim: variable[dim] for dim in variable.dims if dim != "year"}
    return xr.DataArray(values, {**coords, "year": early}, variable.dims, attrs=variable.attrs)


def _indicator(region: Region, name: str, years: list[int]) -> Floats:
    """Return an indicator of years; NaN where the region does not state it."""
    values = np.full(len(years), np.nan)
    for place, year in enumerate(years):
        try:
            values[place] = region.indicator(name, year, unit=_STATED[name])
        except ResultError:
            continue
    return values
