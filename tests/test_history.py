"""The inventory's earlier years and a projection in one Dataset."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import carbonpeak as cp
import worlds

AMOUNTS = ("activity", "emissions", "removals", "memo", "energy")


@cache
def joined() -> xr.Dataset:
    region = worlds.loaded()
    return cp.project(region, cp.load_scenario(region, "strengthened"), history=True)


@cache
def projected() -> xr.Dataset:
    region = worlds.loaded()
    return cp.project(region, cp.load_scenario(region, "strengthened"))


def test_years_stand_once_and_say_what_was_observed() -> None:
    assert joined()["year"].values.tolist() == [2015, *range(2020, 2036)]
    assert joined()["observed"].values.tolist() == [True, True, *[False] * 15]


@pytest.mark.parametrize("name", AMOUNTS)
def test_the_past_is_the_inventory(name: str) -> None:
    inventory = worlds.compiled()
    ours = joined()[name].sel(line=inventory["line"])
    np.testing.assert_array_equal(
        ours.sel(year=2015).transpose(*inventory[name].sel(year=2015).dims),
        inventory[name].sel(year=2015),
    )
    base = inventory[name].sel(year=2020)
    np.testing.assert_allclose(ours.sel(year=2020).transpose(*base.dims), base, rtol=1e-9)


def test_lines_of_measures_stand_still_in_the_past() -> None:
    new = [line for line in joined()["line"].values if line not in worlds.compiled()["line"].values]
    assert new
    for name in AMOUNTS:
        assert not joined()[name].sel(line=new, year=2015).values.any()
    for name in ("builds", "stock", "contribution"):
        assert not joined()[name].sel(year=2015).values.any()


def test_the_projection_is_the_same_with_and_without_its_past() -> None:
    later = joined().sel(year=projected()["year"]).drop_vars("observed")
    xr.testing.assert_identical(later, projected())


def test_output_of_the_past_is_the_stated_one() -> None:
    region = worlds.loaded()
    assert float(joined()["gdp"][0]) == region.indicator("gdp", 2015, unit="CNY2020")
    assert float(joined()["population"][0]) == 76000


def test_the_change_of_intensity_over_the_past_is_that_of_the_plan() -> None:
    """The plan prints a change of CO2 per GDP of +20.34 % from 2015 to 2020."""
    intensity = cp.indicator(joined(), "co2_intensity")
    change = float(intensity.sel(year=2020) / intensity.sel(year=2015)) - 1
    assert change == pytest.approx(0.2034, abs=1e-4)


def test_planted_area_counts_from_the_base_year() -> None:
    later = cp.indicator(joined(), "planted_area").sel(year=projected()["year"])
    np.testing.assert_array_equal(later, cp.indicator(projected(), "planted_area"))


def test_a_peak_knows_what_was_observed() -> None:
    peak = cp.find_peak(joined(), of="energy_co2")
    assert peak == cp.find_peak(joined(), of="energy_co2", history=2)
    falling = joined().assign(emissions=joined()["emissions"] * (joined()["year"] == 2020))
    assert cp.find_peak(falling, of="direct_co2").observed
    assert not cp.find_peak(falling, of="direct_co2", history=0).observed


def test_a_region_without_a_past_has_none(tmp_path: Path) -> None:
    region = cp.load_region(worlds.minimal(tmp_path))
    pathway = cp.project(region, cp.load_scenario(region, "plan"), history=True)
    assert pathway["year"].values.tolist() == list(range(2020, 2026))
    assert pathway["observed"].values.tolist() == [True, *[False] * 5]


def test_what_the_region_does_not_state_of_the_past_is_missing(tmp_path: Path) -> None:
    path = worlds.opulent(tmp_path)
    table = path / "indicators.csv"
    rows = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join(row for row in rows if "population,2015" not in row), "utf-8")
    region = cp.load_region(path)
    pathway = cp.project(region, cp.load_scenario(region, "plan"), history=True)
    assert np.isnan(pathway["population"].sel(year=2015))
    assert pathway["population"].sel(year=2020) == 85000
