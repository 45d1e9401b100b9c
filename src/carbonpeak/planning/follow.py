"""The yearly values of an indicator: of a pathway, of an inventory, or as recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.evidence.region import Region
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import level_unit
from carbonpeak.records import read_table
from carbonpeak.scenario.drivers import SeriesRow
from carbonpeak.scenario.indicators import GRID_SHARE, indicator

Basis = Literal["projected", "observed", "printed"]
Reason = Literal["", "no_record", "no_grid_share", "no_gdp", "no_value", "per_project"]


@dataclass(frozen=True)
class Followed:
    """Values of an indicator by year, in the unit of its level.

    `reason` says why there are none; `basis` whether they were projected or observed.
    """

    values: Mapping[int, float] = field(default_factory=dict)
    basis: Basis = "observed"
    reason: Reason = ""


def prepared(region: Region, result: xr.Dataset) -> xr.Dataset:
    """Return a result with the GDP and the non-fossil share of its grid, where they are stated.

    A pathway brings its GDP; an inventory takes that of the region's `indicators.csv`, missing
    in the years without a row.
    """
    years = [int(year) for year in result["year"].values]
    if "gdp" not in result:
        known = {row.record.year for row in region.indicators if row.record.indicator == "gdp"}
        gdp = [
            region.indicator("gdp", year, unit="CNY2020") if year in known else np.nan
            for year in years
        ]
        result = result.assign(gdp=("year", gdp, {"units": "CNY2020/year"}))
    if GRID_SHARE not in result:
        share = grid_share(region, years)
        if share is not None:
            result = result.assign({GRID_SHARE: ("year", share, {"units": "1"})})
    return result


def stated(region: Region, name: str, unit: str) -> dict[int, float]:
    """Return the rows of an indicator by year, in a unit."""
    rows = [row.record for row in region.indicators if row.record.indicator == name]
    rows.sort(key=lambda row: row.year)
    return {row.year: row.value * units.factor(row.unit, unit) for row in rows}


def grid_share(region: Region, years: Sequence[int]) -> list[float] | None:
    """Return the non-fossil share of bought power over years; None when nobody states it.

    It comes from the series of that name in `drivers.csv`, interpolated between its years, or
    from the rows of `indicators.csv`; a year that neither covers is missing.
    """
    known = dict(stated(region, GRID_SHARE, "1"))
    path = region.path / "drivers.csv"
    if path.is_file():
        rows = [row.record for row in read_table(path, SeriesRow)]
        known |= {
            row.year: row.value * units.factor(row.unit, "1")
            for row in rows
            if row.series == GRID_SHARE
        }
    if not known:
        return None
    at = sorted(known)
    values = np.interp(years, at, [known[year] for year in at], left=np.nan, right=np.nan)
    return [float(value) for value in values]


def follow(region: Region, result: xr.Dataset, goal: Goal) -> Followed:
    """Return the yearly values of what a target is about.

    Parameters
    ----------
    region : Region
        Its `indicators.csv` holds what no equation computes.
    result : xr.Dataset
        Pathway or inventory, from `prepared`.
    goal : Goal
        The target.
    """
    basis: Basis = "projected" if "builds" in result else "observed"
    if goal.indicator == "forest_cover":
        return _cover(region, result, basis)
    if not goal.model:
        values = stated(region, goal.indicator, str(level_unit(region, goal.indicator)))
        return Followed(values, reason="" if values else "no_record")
    if goal.model == "non_fossil_share" and GRID_SHARE not in result:
        return Followed(reason="no_grid_share")
    if goal.model == "coal_replacement_ratio":
        return Followed(reason="per_project")
    series = amount_of(result, goal)
    years = (int(year) for year in series["year"].values)
    values = {
        year: float(value)
        for year, value in zip(years, series.values, strict=True)
        if not np.isnan(value)
    }
    missing: Reason = "no_gdp" if goal.per_gdp else "no_value"
    return Followed(values, basis, "" if values else missing)


def amount_of(result: xr.Dataset, goal: Goal) -> xr.DataArray:
    """Return the indicator of a target over years, with the numerator that the target names."""
    if goal.indicator == "co2_intensity":
        return indicator(result, goal.numerator) / result["gdp"]
    if goal.model == "non_fossil_share":
        return indicator(result, goal.model) * units.factor("1", "percent")
    return indicator(result, goal.numerator if goal.indicator == "energy_co2" else goal.model)


def _cover(region: Region, result: xr.Dataset, basis: Basis) -> Followed:
    """Return the forest cover as stated, and from the base year on what a pathway plants."""
    known = stated(region, "forest_cover", "1")
    base = region.record.base_year
    if basis == "projected" and base in known:
        land = region.record.land_area
        area = land.value * units.factor(land.unit, "ha")
        planted = indicator(result, "planted_area")
        for year, hectares in zip(planted["year"].values, planted.values, strict=True):
            known.setdefault(int(year), known[base] + float(hectares) / area)
    scale = units.factor("1", "percent")
    values = {year: value * scale for year, value in known.items()}
    return Followed(values, basis, "" if values else "no_record")
