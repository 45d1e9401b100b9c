"""Money of one price year in the prices of another, only through a stated index."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak import units
from carbonpeak.errors import InputError, UnitError
from carbonpeak.evidence.deflation import find_deflator, money_factor, shipped_deflators

years_of_prices = st.integers(2010, 2025)


def test_a_basket_grows_as_its_years_say() -> None:
    """Rates as printed: 2021 +0.9 %, 2022 +2.0 %, 2023 +0.2 %."""
    assert cp.deflate(100.0, "CNY2020", "CNY2023", deflator="consumer_prices") == pytest.approx(
        100 * 1.009 * 1.020 * 1.002
    )


def test_the_index_of_the_world_bank_stands_near() -> None:
    """World Bank FP.CPI.TOTL, China, 2010 = 100: 2015 is 114.9 and 2020 is 128.1.

    From memory, unverified; the tolerance holds the rounding of yearly rates to 0.1 point.
    """
    index = shipped_deflators()["consumer_prices"].index
    assert index[2010] == 1.0
    assert 100 * index[2015] == pytest.approx(114.9, abs=0.5)
    assert 100 * index[2020] == pytest.approx(128.1, abs=0.8)


@given(first=years_of_prices, second=years_of_prices, third=years_of_prices)
def test_the_way_through_a_third_year_is_the_same(first: int, second: int, third: int) -> None:
    prices = find_deflator("consumer_prices")
    direct = prices.ratio(first, third)
    assert prices.ratio(first, second) * prices.ratio(second, third) == pytest.approx(direct)
    assert prices.ratio(first, second) * prices.ratio(second, first) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("unit", "target", "scale"),
    [
        ("万元2023/MW", "CNY2020/kW", 10.0),
        ("CNY2023/(t/year)", "CNY2020/(kg/year)", 1e-3),
        ("亿元2023", "CNY2020", 1e8),
    ],
)
def test_other_units_convert_beside_the_price_year(unit: str, target: str, scale: float) -> None:
    prices = find_deflator("consumer_prices")
    ratio = prices.index[2020] / prices.index[2023]
    assert money_factor(unit, target, prices) == pytest.approx(scale * ratio)


def test_money_below_the_line_is_inverted() -> None:
    prices = find_deflator("gdp_deflator")
    factor = money_factor("t CO2/万元2015", "t CO2/CNY2020", prices)
    assert factor == pytest.approx(1e-4 / prices.ratio(2015, 2020))


def test_without_two_price_years_nothing_is_deflated() -> None:
    assert money_factor("万元2020/MW", "CNY2020/MW") == 1e4
    assert money_factor("t", "kg") == 1e3


@pytest.mark.parametrize(
    ("unit", "target", "deflator", "message"),
    [
        ("CNY2023", "CNY2020", None, "name a deflator in region.yaml"),
        ("CNY", "CNY2020", "consumer_prices", "state the price year of both"),
        ("CNY2031", "CNY2020", "consumer_prices", "states 2010 to 2025, not 2031"),
        ("CNY2024", "CNY2020", "gdp_deflator", "states 2010 to 2023, not 2024"),
        ("CNY2023/t", "CNY2020/MW", "consumer_prices", "does not convert"),
        ("CNY2023/CNY2020", "1", None, "several price years"),
    ],
)
def test_money_that_cannot_be_brought_over(
    unit: str, target: str, deflator: str | None, message: str
) -> None:
    chosen = None if deflator is None else find_deflator(deflator)
    with pytest.raises(UnitError, match=message):
        money_factor(unit, target, chosen)


def test_an_unknown_deflator_names_the_nearest() -> None:
    with pytest.raises(UnitError, match="did you mean 'consumer_prices'"):
        cp.deflate(1.0, "CNY2015", "CNY2020", deflator="consumer_price")


def test_a_labelled_array_says_what_was_done() -> None:
    cost = xr.DataArray(np.ones(2), dims="year", attrs={"units": "CNY2015", "long_name": "cost"})
    result = cp.deflate(cost, "CNY2015", "CNY2020", deflator="gdp_deflator")
    assert result.attrs == {"units": "CNY2020", "long_name": "cost", "deflator": "gdp_deflator"}
    assert cost.attrs["units"] == "CNY2015"


def test_a_price_year_is_found_in_a_unit() -> None:
    assert units.price_year("万元2023/MW") == 2023
    assert units.price_year("t CO2/year") is None
    assert units.price_year("万元") is None
    assert units.in_prices_of("亿元2015/year", 2020) == "亿元2020/year"


def with_output_of_2023(folder: Path, *, deflator: str | None) -> Path:
    path = worlds.minimal(folder)
    worlds.edit(path / "indicators.csv", "CNY2020", "CNY2023")
    if deflator:
        with (path / "region.yaml").open("a", encoding="utf-8") as file:
            file.write(f"deflator: {deflator}\n")
    return path


def test_output_of_other_prices_reaches_the_pathway(tmp_path: Path) -> None:
    region = cp.load_region(with_output_of_2023(tmp_path, deflator="consumer_prices"))
    pathway = cp.project(region, cp.load_scenario(region, "baseline"))
    stated = worlds.loaded("minimal").indicator("gdp", 2020, unit="CNY2020")
    assert float(pathway["gdp"][0]) == pytest.approx(stated / (1.009 * 1.020 * 1.002))
    assert pathway.attrs["deflated"] == "indicators.csv: 2023 to CNY2020 with consumer_prices"


def test_output_of_other_prices_without_a_deflator_is_an_error(tmp_path: Path) -> None:
    region = cp.load_region(with_output_of_2023(tmp_path, deflator=None))
    with pytest.raises(UnitError, match=r"name a deflator in region\.yaml"):
        cp.project(region, cp.load_scenario(region, "baseline"))


def test_a_region_may_bring_its_own_index(tmp_path: Path) -> None:
    path = with_output_of_2023(tmp_path, deflator="province")
    (path / "deflators.csv").write_text(
        "deflator,year,value,unit,measure_of,source,where,evidence,verified\n"
        + "".join(
            f"province,{year},{value},percent,level,invented,x,assumption,unverified\n"
            for year, value in zip(range(2020, 2024), (100, 103, 106, 110), strict=True)
        ),
        "utf-8",
    )
    region = cp.load_region(path)
    assert region.deflator is not None
    assert region.deflator.ratio(2020, 2023) == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("p,2020,100,percent,level\np,2022,103,percent,level\n", "'p' skips 2021"),
        ("p,2020,1,percent/year,growth\np,2021,103,percent,level\n", "mixes level and growth"),
        ("p,2020,-100,percent/year,growth\n", "prices would be 0 or less"),
        ("p,2020,100,t,level\n", "'t' does not fit '1'"),
    ],
)
def test_an_index_that_cannot_be_used(tmp_path: Path, rows: str, message: str) -> None:
    path = with_output_of_2023(tmp_path, deflator="consumer_prices")
    head = "deflator,year,value,unit,measure_of,source,where,evidence,verified\n"
    filled = "".join(f"{row},invented,x,assumption,unverified\n" for row in rows.splitlines())
    (path / "deflators.csv").write_text(head + filled, "utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        cp.load_region(path)
