"""Totals of an inventory or a pathway: by gas, sector, scope, carrier, in CO2e or tce.

Totals never mix what must stay apart: land use, bought electricity and heat, and memo items
each have their own line. A missing value stays missing: totals carry the share of the
lines that have a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Literal

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion

By = Literal["sector", "category", "site", "source", "carrier", "scope"]

MASSES = ("emissions", "removals", "memo")

ENERGY_SECTORS = ("energy", "indirect")
"""Sectors of fuel combustion, and of electricity and heat bought."""


@checked
def co2e(dataset: xr.Dataset, metric: str | Sequence[str]) -> xr.Dataset:
    """Weigh masses of gas by a named metric.

    Parameters
    ----------
    dataset : xr.Dataset
        Inventory or pathway, masses in t/year.
    metric : str or sequence of str
        For example ``"AR5GWP100"``; several metrics add a dimension ``metric``.

    Returns
    -------
    xr.Dataset
        ``emissions``, ``removals`` and ``memo`` in t CO2e/year.

    Raises
    ------
    UnitError
        When a metric is unknown or does not cover a gas that occurs.
    """
    names = [metric] if isinstance(metric, str) else list(metric)
    table = units.gwp_table(names, [str(gas) for gas in dataset["gas"].values])
    kept = dataset[list(MASSES)]
    single = isinstance(metric, str)
    weights = xr.Variable(("gas",), table[0]) if single else xr.Variable(("metric", "gas"), table)
    weighed = {name: kept.variables[name] * weights for name in MASSES}
    for name, values in weighed.items():
        values.attrs = {"units": "t CO2e/year", "long_name": name}
    if single:
        result = kept.copy(data={name: values.values for name, values in weighed.items()})
        for name in MASSES:
            result.variables[name].attrs = weighed[name].attrs
    else:
        result = kept.drop_vars(MASSES).assign(weighed).assign_coords(metric=names)
    result.attrs = {**dataset.attrs, "metric": ", ".join(names)}
    return result


@checked
def group(values: xr.DataArray, by: By) -> xr.DataArray:
    """Sum lines that share a coordinate.

    Parameters
    ----------
    values : xr.DataArray
        Any array over ``line``.
    by : str
        ``sector``, ``category``, ``site``, ``source``, ``carrier`` or ``scope``.

    Returns
    -------
    xr.DataArray
        ``line`` is replaced by `by`; missing lines are left out of the sums, see
        `completeness`.
    """
    if by not in values.coords:
        allowed = [str(name) for name, part in values.coords.items() if part.dims == ("line",)]
        raise ResultError(f"lines have no '{by}'; {suggestion(by, allowed)}")
    keys, place = np.unique(values[by].values, return_inverse=True)
    incidence = (place[None, :] == np.arange(len(keys))[:, None]).astype(float)
    axis = values.get_axis_num("line")
    summed = _contracted(incidence, values.values, axis)
    if np.isnan(summed).any():
        summed = _contracted(incidence, np.where(np.isnan(values.values), 0.0, values.values), axis)
    dims = tuple(by if dim == "line" else str(dim) for dim in values.dims)
    coords = {
        name: part for name, part in values.coords.items() if "line" not in part.dims and name != by
    }
    return xr.DataArray(summed, {**coords, by: keys}, dims, attrs=dict(values.attrs))


def _contracted(incidence: np.ndarray, values: np.ndarray, axis: int) -> np.ndarray:
    """Multiply a matrix (group, line) into the axis of the lines."""
    if axis == 0:
        flat = incidence @ values.reshape(values.shape[0], prod(values.shape[1:]))
        return np.asarray(flat.reshape(len(incidence), *values.shape[1:]))
    return np.moveaxis(np.tensordot(incidence, values, (1, axis)), 0, axis)


def _zero_where_missing(values: xr.DataArray) -> xr.DataArray:
    return values.where(values.notnull(), 0.0)


@checked
def completeness(dataset: xr.Dataset) -> xr.DataArray:
    """Return the share of lines that have an activity, by year; 1 is complete."""
    share = dataset["activity"].notnull().mean("line")
    share.attrs = {"units": "1", "long_name": "completeness"}
    return share


def direct(dataset: xr.Dataset) -> xr.Dataset:
    """Keep the lines that count in the direct total: scope 1, no memo item, no land use."""
    return _lines(dataset, (dataset["scope"] == 1) & (dataset["sector"] != "land"))


def land(dataset: xr.Dataset) -> xr.Dataset:
    """Keep the lines of land use and forestry."""
    return _lines(dataset, dataset["sector"] == "land")


def indirect(dataset: xr.Dataset) -> xr.Dataset:
    """Keep the lines of electricity and heat bought in, net of own generation."""
    return _lines(dataset, dataset["sector"] == "indirect")


def energy_related(dataset: xr.Dataset) -> xr.Dataset:
    """Keep fuel combustion and net bought electricity and heat: the base of CO2 intensity."""
    return _lines(dataset, dataset["sector"].isin(ENERGY_SECTORS))


def _lines(dataset: xr.Dataset, kept: xr.DataArray) -> xr.Dataset:
    return dataset.isel(line=np.flatnonzero(kept.values))


@checked
def net(dataset: xr.Dataset) -> xr.DataArray:
    """Return emissions less removals, summed over lines."""
    difference = dataset["emissions"] - dataset["removals"]
    result = _zero_where_missing(difference).sum("line")
    result.attrs = {"units": dataset["emissions"].attrs["units"], "long_name": "net"}
    return result


@checked
def summary(dataset: xr.Dataset, metric: str) -> dict[str, xr.DataArray]:
    """Return the totals that a county hands in, each in t CO2e/year over years.

    Returns
    -------
    dict
        ``total`` (direct, without land use), ``land`` (net, removals negative),
        ``total_with_land``, ``indirect`` and ``total_with_indirect``, ``memo``.
    """
    weighed = co2e(dataset, metric)
    parts = {
        "total": net(direct(weighed)).sum("gas"),
        "land": net(land(weighed)).sum("gas"),
        "indirect": net(indirect(weighed)).sum("gas"),
        "memo": _zero_where_missing(weighed["memo"]).sum(["line", "gas"]),
    }
    parts["total_with_land"] = parts["total"] + parts["land"]
    parts["total_with_indirect"] = parts["total"] + parts["indirect"]
    for name, part in parts.items():
        part.attrs = {"units": "t CO2e/year", "long_name": name}
    return parts


@checked
def energy_total(dataset: xr.Dataset, *, convention: str | None = None) -> xr.DataArray:
    """Return the energy total in tce/year under a convention of electricity.

    Parameters
    ----------
    dataset : xr.Dataset
        Inventory or pathway.
    convention : str, optional
        ``calorific`` (当量) or ``equal`` (等价); by default the one that the region states.
    """
    chosen = convention or str(dataset.attrs["convention"])
    allowed = [str(name) for name in dataset["convention"].values]
    if chosen not in allowed:
        raise ResultError(f"unknown convention '{chosen}'; {suggestion(chosen, allowed)}")
    total = _zero_where_missing(dataset["energy"].sel(convention=chosen, drop=True)).sum("line")
    total.attrs = {"units": "tce/year", "long_name": f"energy total ({chosen})"}
    return total


def carbon_dioxide(dataset: xr.Dataset) -> xr.Dataset:
    """Keep CO2 alone.

    Raises
    ------
    ResultError
        When no line gives CO2.
    """
    if "CO2" not in dataset["gas"].values:
        gases = ", ".join(str(gas) for gas in dataset["gas"].values) or "no gas"
        raise ResultError(
            f"no line of this result gives CO2; it has {gases}. "
            "Add fuels or electricity to the activity, or ask for another gas"
        )
    return dataset.sel(gas="CO2", drop=True)


@checked
def energy_co2(dataset: xr.Dataset) -> xr.DataArray:
    """Return energy CO2 with net bought electricity and heat, in t CO2/year."""
    carbon = net(carbon_dioxide(energy_related(dataset)))
    carbon.attrs = {"units": "t CO2/year", "long_name": "energy CO2 with net bought power"}
    return carbon


@checked
def evidence_shares(dataset: xr.Dataset, metric: str) -> dict[str, dict[int, float]]:
    """Return which shares of the result rest on assumptions and on unverified factors.

    A line's weight is the absolute CO2e of its emissions and removals, bought electricity
    included. It rests on an assumption when its activity or one of its factors is one, and
    on an unverified factor when one of the factors of that gas is unverified.
    ``unverified_energy_share`` is the same for the energy total under the stated convention.

    Returns
    -------
    dict
        ``assumption_share``, ``unverified_share`` and ``unverified_energy_share`` by year,
        each between 0 and 1.
    """
    weighed = co2e(dataset, metric)
    mass = abs(weighed["emissions"]) + abs(weighed["removals"])
    weights = _zero_where_missing(mass).transpose("line", "gas", "year").values
    energy = abs(dataset["energy"].sel(convention=str(dataset.attrs["convention"])))
    coal = _zero_where_missing(energy).transpose("line", "year").values[:, None, :]
    gases = [str(gas) for gas in dataset["gas"].values]
    assumed = _marked(dataset, gases, "evidence", "assumption")
    assumed |= (dataset["evidence"].transpose("line", "year").values == "assumption")[:, None, :]
    shares = {
        "assumption_share": (weights, assumed),
        "unverified_share": (weights, _marked(dataset, gases, "verified", "unverified")),
        "unverified_energy_share": (
            coal,
            _marked(dataset, ["energy"], "verified", "unverified"),
        ),
    }
    years = [int(year) for year in dataset["year"].values]
    return {
        name: dict(zip(years, _share(weight, mark), strict=True))
        for name, (weight, mark) in shares.items()
    }


def _share(weights: np.ndarray, marked: np.ndarray) -> list[float]:
    part, whole = (weights * marked).sum((0, 1)), weights.sum((0, 1))
    return [float(one / all_) if all_ > 0 else 0.0 for one, all_ in zip(part, whole, strict=True)]


def _marked(dataset: xr.Dataset, gases: Sequence[str], field: str, word: str) -> np.ndarray:
    """Return which (line, gas, year) uses a factor whose field is a word."""
    line = {name: place for place, name in enumerate(dataset["line"].values)}
    year = {value: place for place, value in enumerate(dataset["year"].values)}
    marked = np.zeros((len(line), len(gases), len(year)), dtype=bool)
    factor = dataset["use_factor"].values
    condition = dataset["factor_condition"].values[factor]
    other = np.isin(condition, dataset["convention"].values)
    hit = (dataset[f"factor_{field}"].values[factor] == word) & (
        ~other | (condition == dataset.attrs["convention"])
    )
    for at in np.flatnonzero(hit & np.isin(dataset["use_gas"].values, gases)):
        when = dataset["use_year"].values[at]
        moments = [year[when]] if when in year else list(year.values())
        place = line[dataset["use_line"].values[at]]
        marked[place, gases.index(str(dataset["use_gas"].values[at])), moments] = True
    return marked
