"""The reference approach beside the sectoral one.

No worked example with all its numbers was found in print: the figures here are own arithmetic.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from tests import worlds

import carbonpeak as cp
from carbonpeak.errors import InputError, ResultError
from carbonpeak.inventory import reference
from carbonpeak.inventory.reference import reference_approach

HEAD = "source,flow,year,value,unit,low,high,source_id,where,evidence,note"


def table(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    """Return supply of 2020 from rows of source, flow, value and unit."""
    return pd.DataFrame(
        [
            {"source": source, "flow": flow, "year": 2020, "value": value, "unit": unit}
            for source, flow, value, unit in rows
        ]
    )


@pytest.fixture(scope="module")
def region() -> cp.Region:
    return worlds.loaded("minimal")


@pytest.fixture(scope="module")
def inventory() -> xr.Dataset:
    """Return an inventory that burns 25,000 t of raw coal and nothing else."""
    return worlds.compiled("minimal")


@pytest.mark.parametrize("formula", [*reference._BY_MASS, *reference._BY_VOLUME])
def test_every_equation_is_proved(formula: reference.Equation) -> None:
    formula.prove()
    assert formula.source
    assert "Returns" in formula.doc


def test_supply_that_is_burnt_gives_the_sectoral_amount(
    region: cp.Region, inventory: xr.Dataset
) -> None:
    supply = table(
        ("raw_coal", "brought_in", 2.7, "万吨"),
        ("raw_coal", "sent_out", 1000, "t"),
        ("raw_coal", "stock_change", 1000, "t/year"),
    )
    result = reference_approach(region, inventory, supply=supply)
    coal = result.sel(source="raw_coal", year=2020)
    assert float(coal["apparent_consumption"]) == pytest.approx(25_000)
    burnt = float(inventory["emissions"].sel(gas="CO2", line="1.A.1.a/boiler_house/raw_coal").sum())
    assert float(coal["sectoral"]) == pytest.approx(burnt)
    assert float(coal["reference"]) == pytest.approx(burnt)
    assert float(coal["difference"]) == pytest.approx(0, abs=1e-9)
    assert not result["exceeds"].any()


def test_own_arithmetic_of_every_flow_and_of_stored_carbon(
    region: cp.Region, inventory: xr.Dataset
) -> None:
    supply = table(
        ("crude_oil", "production", 100, "t"),
        ("crude_oil", "brought_in", 1000, "t"),
        ("crude_oil", "sent_out", 50, "t"),
        ("crude_oil", "bunkers", 10, "t"),
        ("crude_oil", "stock_change", -60, "t"),
        ("crude_oil", "non_energy", 200, "t"),
        ("crude_oil", "stored_share", 80, "%"),
    )
    result = reference_approach(region, inventory, supply=supply)
    oil = result.sel(source="crude_oil", year=2020)
    find = region.factors.find
    heat = find("net_calorific_value", "crude_oil")
    carbon = find("carbon_content", "crude_oil").value
    oxidation = find("oxidation", "crude_oil").value
    per_tonne = heat.value * cp.units.factor(heat.unit, "TJ/t") * carbon
    assert float(oil["apparent_consumption"]) == 1100
    assert float(oil["stored_carbon"]) == pytest.approx(160 * per_tonne)
    assert float(oil["reference"]) == pytest.approx((1100 - 160) * per_tonne * oxidation * 44 / 12)
    assert np.isnan(oil["difference"])


def test_a_gas_is_measured_by_volume(region: cp.Region, inventory: xr.Dataset) -> None:
    supply = table(("natural_gas", "brought_in", 100, "万标立方米"))
    result = reference_approach(region, inventory, supply=supply)
    gas = result.sel(source="natural_gas", year=2020)
    assert float(gas["apparent_consumption"]) == 1e6
    assert str(gas["consumption_unit"].item()) == "Nm3/year"
    assert 1900 < float(gas["reference"]) < 2300


def test_what_leaves_as_a_product_came_in_as_another_fuel(
    region: cp.Region, inventory: xr.Dataset
) -> None:
    supply = table(("raw_coal", "brought_in", 30, "kt"), ("coke", "sent_out", 3, "kt"))
    result = reference_approach(region, inventory, supply=supply)
    made = result["reference"].sel(year=2020)
    assert float(made.sel(source="coke")) < 0
    total = float(result["reference_total"].sel(group="all", year=2020))
    assert total == pytest.approx(float(made.sum()))


@pytest.mark.parametrize(("supply", "exceeds"), [(26_000, False), (26_500, True), (23_500, True)])
def test_a_difference_of_more_than_five_percent_is_flagged(
    region: cp.Region, inventory: xr.Dataset, supply: float, exceeds: bool
) -> None:
    result = reference_approach(
        region, inventory, supply=table(("raw_coal", "brought_in", supply, "t"))
    )
    total = result.sel(group="all", year=2020)
    assert float(total["difference_total"]) == pytest.approx(supply / 250 - 100)
    assert bool(total["exceeds"]) is exceeds


def test_a_fuel_without_supply_is_missing_and_not_nothing(
    region: cp.Region, inventory: xr.Dataset
) -> None:
    supply = table(("natural_gas", "brought_in", 1, "万标立方米"))
    result = reference_approach(region, inventory, supply=supply)
    assert result.attrs["without_supply"] == "raw_coal"
    assert np.isnan(result["reference_total"].sel(group=["coal", "all"])).all()
    assert not np.isnan(result["reference_total"].sel(group="gas")).any()
    assert not result["exceeds"].any()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("straw", "brought_in", 1, "t"), "'straw' is no fossil fuel"),
        (("raw_coal", "imports", 1, "t"), "unknown flow 'imports'"),
        (("diesel", "production", 1, "t"), "made of another fuel and not won"),
        (("coke", "production", 1, "t"), "made of another fuel and not won"),
        (("raw_coal", "non_energy", 1, "t"), "without its stored share"),
    ],
)
def test_supply_that_means_nothing_is_refused(
    region: cp.Region, inventory: xr.Dataset, row: tuple[str, str, float, str], message: str
) -> None:
    with pytest.raises(ResultError, match=message):
        reference_approach(region, inventory, supply=table(row))


def test_a_year_outside_the_inventory_is_refused(region: cp.Region, inventory: xr.Dataset) -> None:
    supply = table(("raw_coal", "brought_in", 1, "t")).assign(year=2019)
    with pytest.raises(ResultError, match="2019 is no year of the inventory; it has 2020"):
        reference_approach(region, inventory, supply=supply)


def test_supply_is_read_from_the_folder_of_the_region(tmp_path: Path) -> None:
    path = worlds.minimal(tmp_path)
    row = "raw_coal,brought_in,2020,2.5,万吨,,,invented,coal yard,measured,"
    (path / "supply.csv").write_text(f"{HEAD}\n{row}\n", "utf-8")
    region = cp.load_region(path)
    result = reference_approach(region, cp.compile_inventory(region))
    assert float(result["difference"].sel(source="raw_coal", year=2020)) == pytest.approx(
        0, abs=1e-9
    )
    (path / "supply.csv").write_text(f"{HEAD}\n{row.replace('invented', 'nobody')}\n", "utf-8")
    with pytest.raises(InputError, match="unknown source 'nobody'"):
        cp.load_region(path)


def test_bunkers_are_in_neither_approach(tmp_path: Path) -> None:
    path = worlds.minimal(tmp_path)
    worlds.edit(
        path / "activity" / "energy.csv",
        "1.A.4.a,offices",
        "1.A.3.d.i,,fuel_oil,burnt,2020,500,t,,,invented,port log,measured,\n1.A.4.a,offices",
    )
    region = cp.load_region(path)
    supply = table(
        ("raw_coal", "brought_in", 25_000, "t"),
        ("fuel_oil", "brought_in", 500, "t"),
        ("fuel_oil", "bunkers", 500, "t"),
    )
    result = reference_approach(region, cp.compile_inventory(region), supply=supply)
    oil = result.sel(source="fuel_oil", year=2020)
    assert float(oil["reference"]) == float(oil["sectoral"]) == 0
    assert float(result["difference_total"].sel(group="all")[0]) == pytest.approx(0, abs=1e-9)
