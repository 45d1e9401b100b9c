"""Stocks of vintages: what must hold for any survival, and stocks that drive a scenario."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak.errors import InputError, ScenarioError
from carbonpeak.scenario import survival as life

YEARS = np.arange(2020, 2036)


def turned(survival, initial, sales, *, share=1.0, intensity=None):
    shares = np.vstack([np.full(len(sales), share), np.full(len(sales), 1 - share)])
    return life.turn_over(
        survival,
        initial,
        sales,
        shares=shares,
        first_shares=np.array([1.0, 0.0]),
        intensity=np.ones_like(shares) if intensity is None else intensity,
        first_intensity=np.ones(2),
    )


def test_the_petrol_cars_of_the_case_follow_from_the_turnover() -> None:
    """The rows of `household_petrol_cars` were worked out by hand: +4 %/a, 1/13 scrapped."""
    survival = life.constant_survival(np.arange(200), scrapped=1 / 13)
    initial = life.steady_ages(survival, 0.04)
    old, new = life.remaining(survival, len(YEARS))
    sales = life.required_sales(old, new, initial, 1.04 ** np.arange(len(YEARS)))
    electric = np.interp(YEARS, [2020, 2025, 2030, 2035], [0.05, 0.40, 0.60, 0.75])
    shares = np.vstack([1 - electric, electric])
    result = life.turn_over(
        survival,
        initial,
        sales,
        shares=shares,
        first_shares=np.array([1.0, 0.0]),
        intensity=np.ones_like(shares),
        first_intensity=np.ones(2),
    )
    with (worlds.SHIPPED / "yangjiang" / "drivers.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["series"] == "household_petrol_cars"]
    assert [int(row["year"]) for row in rows] == [2020, 2025, 2030, 2035]
    # The ages beyond the table of 200 years hold 2e-9 of the stock.
    assert result.stock[0, ::5] == pytest.approx([float(row["value"]) for row in rows], rel=1e-7)


@given(
    scale=st.floats(3, 30),
    shape=st.floats(1, 6),
    growth=st.floats(0.0, 0.1),
    share=st.floats(0, 1),
)
def test_stock_is_sales_less_scrap(scale: float, shape: float, growth: float, share: float) -> None:
    survival = life.weibull_survival(np.arange(60), scale=scale, shape=shape)
    initial = 1000.0 * life.steady_ages(survival, growth)
    total = 1000.0 * (1 + growth) ** np.arange(16)
    sales = life.required_sales(*life.remaining(survival, 16), initial, total)
    result = turned(survival, initial, sales, share=share)
    assert result.stock.sum(axis=0) == pytest.approx(total)
    assert (result.by_age >= 0).all()
    change = np.diff(result.stock, axis=1)
    assert change == pytest.approx(result.sales[:, 1:] - result.scrapped[:, 1:], abs=1e-6)
    assert (result.scrapped[:, 1:] >= -1e-6).all()
    assert result.use == pytest.approx(result.stock)


def test_a_stock_by_hand() -> None:
    """Two years of life, 10 units of age 0 and 6 of age 1; 4 units are sold each year."""
    result = turned(np.array([1.0, 1.0]), np.array([10.0, 6.0]), np.array([0.0, 4.0, 4.0, 4.0]))
    assert result.stock[0].tolist() == [16, 14, 8, 8]
    assert result.scrapped[0, 1:].tolist() == [6, 10, 4]
    assert result.by_age[0, :, 2].tolist() == [4, 4, 0, 0, 0, 0]


def test_vintages_keep_the_intensity_that_they_were_sold_with() -> None:
    intensity = np.array([[1.0, 0.5, 0.5], [1.0, 1.0, 1.0]])
    result = turned(
        np.array([1.0, 1.0, 1.0]),
        np.array([10.0, 0, 0]),
        np.array([0.0, 10.0, 0.0]),
        intensity=intensity,
    )
    assert result.use[0].tolist() == [10, 15, 15]
    assert result.average_intensity[0].tolist() == [1.0, 0.75, 0.75]


def test_a_stock_that_falls_faster_than_scrappage_is_an_error() -> None:
    survival = life.constant_survival(np.arange(50), scrapped=0.1)
    cohorts = life.remaining(survival, 3)
    with pytest.raises(ScenarioError, match="falls faster than units are scrapped"):
        life.required_sales(*cohorts, life.steady_ages(survival, 0), np.array([1.0, 0.5, 0.5]))


STOCK = """stocks:
  cars:
    unit: "1"
    total: car_stock
    survival: constant
    technologies: {petrol: petrol_share, electric: electric_share}
"""
NUMBERS = """stock,technology,parameter,age,value,unit,source_id,where,evidence
cars,,scrapped,,7.6923076923076923,percent/year,invented,x,assumption
cars,,sales_growth_before,,4,percent/year,invented,x,assumption
cars,petrol,first_share,,1,1,invented,x,assumption
cars,electric,first_share,,0,1,invented,x,assumption
"""
DRIVERS = """series,year,value,unit,measure_of,interpolation,source_id,where,evidence
car_stock,2020,1,1,level,,invented,x,assumption
car_stock,2025,1.2166529024,1,level,geometric,invented,x,assumption
petrol_share,2020,0.95,1,level,,invented,x,assumption
petrol_share,2025,0.6,1,level,,invented,x,assumption
electric_share,2020,0.05,1,level,,invented,x,assumption
electric_share,2025,0.4,1,level,,invented,x,assumption
"""


def with_cars(folder: Path, *, stock: str = STOCK, numbers: str = NUMBERS) -> cp.Scenario:
    path = worlds.minimal(folder)
    with (path / "baseline.yaml").open("a", encoding="utf-8") as file:
        file.write(stock)
    (path / "stocks.csv").write_text(numbers, "utf-8")
    (path / "drivers").mkdir()
    (path / "drivers" / "cars.csv").write_text(DRIVERS, "utf-8")
    return cp.load_scenario(cp.load_region(path), "baseline")


def test_a_stock_in_files_drives_a_line(tmp_path: Path) -> None:
    scenario = with_cars(tmp_path).variant(
        "cars", {"activity": {"power": {"source": "electricity", "series": "cars.petrol"}}}
    )
    pathway = cp.project(scenario.region, scenario)
    power = pathway["activity"].sel(line="1.A.4.a/offices/electricity")
    assert float(power[-1] / power[0]) == pytest.approx(1.06550047131, rel=1e-7)


def test_a_stock_is_shown_by_technology_and_age(tmp_path: Path) -> None:
    cars = cp.stock_turnover(with_cars(tmp_path), "cars")
    assert cars["stock"].sum("technology").values == pytest.approx(1.04 ** np.arange(6))
    assert cars["by_age"].sum("age").values == pytest.approx(cars["stock"].values)
    assert np.isnan(cars["sales"].sel(year=2020)).all()
    assert float(cars["survival"].sel(age=13)) == pytest.approx((12 / 13) ** 13)
    assert cars["sales"].attrs["units"] == "(1)/year"


def test_sales_may_be_stated_instead_of_the_stock(tmp_path: Path) -> None:
    first = with_cars(tmp_path / "total")
    cars = cp.stock_turnover(first, "cars")["sales"].sum("technology").values
    rows = "".join(
        f"car_sales,{year},{value:.15g},1,level,,invented,x,assumption\n"
        for year, value in zip(first.years, [0.0, *cars[1:]], strict=True)
    )
    stock = STOCK.replace("total: car_stock", "sales: car_sales")
    numbers = NUMBERS + "cars,,first_units,,1,1,invented,x,assumption\n"
    second = with_cars(tmp_path / "sales", stock=stock, numbers=numbers)
    with (second.region.path / "drivers" / "cars.csv").open("a", encoding="utf-8") as file:
        file.write(rows)
    total = cp.stock_turnover(second, "cars")["stock"].sum("technology")
    assert total.values == pytest.approx(1.04 ** np.arange(6))


def test_intensity_follows_the_vintages(tmp_path: Path) -> None:
    stock = STOCK + "    intensity: {petrol: petrol_share, electric: electric_share}\n"
    numbers = NUMBERS + "".join(
        f"cars,{kind},first_intensity,,0.9,1,invented,x,assumption\n"
        for kind in ("petrol", "electric")
    )
    cars = cp.stock_turnover(with_cars(tmp_path, stock=stock, numbers=numbers), "cars")
    average = cars["average_intensity"].sel(technology="petrol").values
    assert average[0] == pytest.approx(0.9)
    assert (np.diff(average) < 0).all()
    assert average[-1] > 0.6


@pytest.mark.parametrize("kind", ["weibull", "logistic", "fixed", "table"])
def test_every_kind_of_survival_keeps_the_total(tmp_path: Path, kind: str) -> None:
    parameters = {
        "weibull": [("scale", "", 14.46, "year"), ("shape", "", 4.79, "1")],
        "logistic": [("median", "", 14, "year"), ("steepness", "", 0.4, "1/year")],
        "fixed": [("lifetime", "", 12, "year")],
        "table": [("survival", age, 1 - age / 10, "1") for age in range(11)],
    }[kind]
    rows = "".join(
        f"cars,,{name},{age},{value},{unit},invented,x,assumption\n"
        for name, age, value, unit in parameters
    )
    numbers = "\n".join(line for line in NUMBERS.splitlines() if "scrapped" not in line) + "\n"
    stock = STOCK.replace("constant", kind)
    cars = cp.stock_turnover(with_cars(tmp_path, stock=stock, numbers=numbers + rows), "cars")
    assert cars["stock"].sum("technology").values == pytest.approx(1.04 ** np.arange(6))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("scrapped,,7.69", "scrapped,,-7.69", "nothing survives by that"),
        ("scrapped", "lifetime", "'lifetime' is no number of survival 'constant'"),
        ("percent/year,invented,x,assumption\ncars,petrol", "t,invented,x,assumption\ncars,petrol",
         "'t' does not fit '1/year'"),
        ("electric,first_share,,0", "electric,first_share,,0.2", "sums to 1.2, not to 1"),
        ("cars,electric,first_share", "cars,hydrogen,first_share", "unknown technology 'hydrogen'"),
        ("cars,,sales_growth_before,,4,percent/year,invented,x,assumption\n", "",
         "has no 'sales_growth_before'"),
    ],
)  # fmt: skip
def test_numbers_that_make_no_stock(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in NUMBERS
    with pytest.raises((InputError, ScenarioError), match=message):
        cp.stock_turnover(with_cars(tmp_path, numbers=NUMBERS.replace(old, new)), "cars")


def test_shares_of_new_units_sum_to_one(tmp_path: Path) -> None:
    stock = STOCK.replace("electric: electric_share", "electric: petrol_share")
    with pytest.raises(ScenarioError, match=r"sum to 1\.9 in 2020"):
        cp.stock_turnover(with_cars(tmp_path, stock=stock), "cars")


def test_an_unknown_stock_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="did you mean 'cars'"):
        cp.stock_turnover(with_cars(tmp_path), "car")


def test_numbers_of_stocks_and_of_one_scenario_are_listed_with_their_origin(tmp_path: Path) -> None:
    from carbonpeak.workflow.stated import stated_numbers

    change = {"points": {2020: "1 1", 2025: "2 1"}, "measure_of": "level", "source_id": "invented",
              "where": "what if", "evidence": "assumption"}  # fmt: skip
    elastic = {"value": 0.5, "unit": "1", "source_id": "invented", "where": "x"}
    power = {"source": "electricity", "series": "gdp", "elasticity": {"gdp": elastic}}
    elastic["evidence"] = "assumption"
    scenario = with_cars(tmp_path).variant(
        "own", {"series": {"car_stock": change}, "activity": {"power": power}}
    )
    listed = stated_numbers(scenario.region, {}, {}, scenarios=[scenario, scenario])
    subjects = [one.subject for one in listed if one.kind == "driver"]
    assert subjects.count("cars petrol first_share") == 1
    assert subjects.count("power elasticity of gdp") == 1
    assert subjects.count("baseline+own car_stock 2025") == 1
