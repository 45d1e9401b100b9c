"""Series, trees of activity and intensity, shares of a parent, and S-curves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak.errors import InputError, ScenarioError
from carbonpeak.scenario.curves import gompertz, logistic
from carbonpeak.scenario.drivers import read_series
from carbonpeak.scenario.ensemble import runs_of
from carbonpeak.scenario.series import between

HEAD = "series,year,value,unit,measure_of,interpolation,source_id,where,evidence\n"
CURVE_HEAD = "series,curve,parameter,year,value,unit,source_id,where,evidence\n"
YEARS = 1 + np.arange(5)
POWER = "  power: {source: electricity, series: gdp}\n"


def county(
    folder: Path, *, rows: str = "", curves: str = "", power: str = POWER, more: str = ""
) -> cp.Scenario:
    """Load the minimal baseline with more series, and another driver of its electricity."""
    path = worlds.minimal(folder)
    worlds.edit(path / "baseline.yaml", POWER, power + more)
    (path / "drivers").mkdir()
    (path / "drivers" / "more.csv").write_text(HEAD + _sourced(rows), "utf-8")
    if curves:
        (path / "curves.csv").write_text(CURVE_HEAD + _sourced(curves), "utf-8")
    return cp.load_scenario(cp.load_region(path), "baseline")


def _sourced(rows: str) -> str:
    return "".join(f"{row},invented,x,assumption\n" for row in rows.split())


def power_of(scenario: cp.Scenario) -> np.ndarray:
    activity = cp.project(scenario.region, scenario)["activity"]
    power = activity.sel(line="1.A.4.a/offices/electricity").values
    return power / power[0]


def test_series_of_a_folder_stand_beside_those_of_the_file(tmp_path: Path) -> None:
    scenario = county(tmp_path, rows="floor,2020,2,Mt/year,level, floor,2025,3,Mt/year,level,")
    assert read_series(scenario)["floor"].index(scenario.years)[-1] == pytest.approx(1.5)
    assert "gdp" in read_series(scenario)


def test_a_series_stated_in_two_files_is_an_error(tmp_path: Path) -> None:
    scenario = county(tmp_path, rows="gdp,2025,3,percent/year,growth,")
    with pytest.raises(InputError, match=r"more\.csv:2: duplicate of .*drivers\.csv"):
        read_series(scenario)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("linear", 100 + 20 * np.arange(6)),
        ("geometric", 100 * 2 ** (np.arange(6) / 5)),
        ("step", [100, 100, 100, 100, 100, 200]),
    ],
)
def test_between_stated_years(tmp_path: Path, way: str, expected: np.ndarray) -> None:
    scenario = county(tmp_path, rows=f"output,2020,100,t,level, output,2025,200,t,level,{way}")
    levels = read_series(scenario)["output"].levels(scenario.years, unit="kg")
    assert levels == pytest.approx(1000 * np.asarray(expected, float))


@given(
    values=st.lists(st.floats(0.1, 1e6), min_size=3, max_size=3),
    way=st.sampled_from(["linear", "geometric", "step"]),
)
def test_every_way_goes_through_its_points_and_stays_between(values: list[float], way: str) -> None:
    stated, years = np.array([2020, 2023, 2030]), np.arange(2020, 2031)
    numbers = np.array(values)
    course = between(stated, numbers, np.array([way] * 3), years)
    assert course[[0, 3, 10]] == pytest.approx(numbers)
    for first, last in ((0, 3), (3, 10)):
        low, high = sorted(numbers[[first // 3, first // 3 + 1]])
        part = course[first : last + 1]
        assert (part >= low * (1 - 1e-12)).all()
        assert (part <= high * (1 + 1e-12)).all()


def test_other_numbers_than_those_stated_give_other_courses(tmp_path: Path) -> None:
    """Draws of the stated rows: the same answer one by one as all at once."""
    scenario = county(
        tmp_path,
        rows="output,2020,100,t,level, output,2025,200,t,level,geometric",
        curves="cars,logistic,start,2020,10,t cars,logistic,saturation,,100,t "
        "cars,logistic,midpoint,,2028,year",
    )
    series = read_series(scenario)
    draws = np.random.default_rng(1).uniform(0.9, 1.1, (3, 50))
    for name in ("gdp", "output", "heat_demand", "cars"):
        one = series[name]
        values = one.stated()[:, None] * (1 if name == "cars" else draws[: len(one.rows)])
        together = one.index(scenario.years, values=np.broadcast_to(values, (len(one.rows), 50)))
        apart = [one.index(scenario.years, values=column) for column in values.T]
        assert together == pytest.approx(np.broadcast_to(np.transpose(apart), (6, 50)))


def test_output_times_intensity(tmp_path: Path) -> None:
    scenario = county(
        tmp_path,
        rows="output,2020,10,kt/year,level, output,2025,20,kt/year,level, "
        "intensity,2025,-2,percent/year,growth,",
        power="  power: {source: electricity, series: [output, intensity]}\n",
    )
    expected = (1 + 0.2 * np.arange(6)) * 0.98 ** np.arange(6)
    assert power_of(scenario) == pytest.approx(expected)


def test_an_elasticity_is_a_power_of_the_index(tmp_path: Path) -> None:
    power = (
        "  power:\n    source: electricity\n    series: [gdp, population]\n"
        "    elasticity:\n      gdp: {value: 0.6, unit: '1', source_id: invented, where: x, "
        "evidence: assumption}\n"
    )
    scenario = county(tmp_path, power=power)
    expected = 1.05 ** (0.6 * np.arange(6)) * (1 + 0.02 * np.arange(6))
    assert power_of(scenario) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("power", "message"),
    [
        ("{source: electricity, follows: heat, share_of: output}", "needs 'series' for 'share_of'"),
        (
            "{source: electricity, series: gdp, elasticity: {people: {value: 1, unit: '1', "
            "source_id: invented, where: x, evidence: assumption}}}",
            "elasticity for 'people', which is none of its series",
        ),
        (
            "{source: electricity, series: gdp, elasticity: {gdp: {value: 1, unit: '1', "
            "source_id: nobody, where: x, evidence: assumption}}}",
            "unknown source 'nobody'",
        ),
        (
            "{source: electricity, series: gdp, share_of: output}",
            "unknown group of shares 'output'",
        ),
    ],
)
def test_trees_that_do_not_fit(tmp_path: Path, power: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        county(tmp_path, power=f"  power: {power}\n")


SHARES = (
    "light,2020,0.3,1,level, light,2025,0.5,1,level, heavy,2020,0.7,1,level, heavy,2025,{},1,level,"
)
GROUP = "shares:\n  industry: {of: gdp, parts: [light, heavy]}\n"


def test_a_sector_takes_its_share_of_the_parent(tmp_path: Path) -> None:
    scenario = county(
        tmp_path,
        rows=SHARES.format(0.5),
        power="  power: {source: electricity, series: light, share_of: industry}\n",
        more=GROUP,
    )
    expected = 1.05 ** np.arange(6) * (0.3 + 0.04 * np.arange(6)) / 0.3
    assert power_of(scenario) == pytest.approx(expected)


def test_shares_sum_to_one_in_every_year(tmp_path: Path) -> None:
    scenario = county(tmp_path, rows=SHARES.format(0.45), more=GROUP)
    with pytest.raises(ScenarioError, match=r"shares\.industry sum to 0\.99 in 2021"):
        cp.project(scenario.region, scenario)


def test_a_series_that_is_no_part_of_the_group(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'industry' has no part gdp"):
        county(
            tmp_path,
            rows=SHARES.format(0.5),
            power="  power: {source: electricity, series: gdp, share_of: industry}\n",
            more=GROUP,
        )


def curve_rows(kind: str, third: str, *, start: float = 10, full: float = 100) -> str:
    return f"cars,{kind},start,2020,{start},t cars,{kind},saturation,,{full},t cars,{kind},{third}"


@pytest.mark.parametrize(("kind", "reached"), [("logistic", 0.5), ("gompertz", np.exp(-1))])
def test_a_curve_goes_through_start_and_midpoint(tmp_path: Path, kind: str, reached: float) -> None:
    scenario = county(tmp_path, curves=curve_rows(kind, "midpoint,,2030,year"))
    cars = read_series(scenario)["cars"]
    levels = cars.levels([2020, 2030, 2200], unit="t")
    assert levels == pytest.approx([10, 100 * reached, 100])


@pytest.mark.parametrize("kind", ["logistic", "gompertz"])
def test_midpoint_and_steepness_state_the_same_curve(tmp_path: Path, kind: str) -> None:
    first = county(tmp_path / "one", curves=curve_rows(kind, "steepness,,0.2,1/year"))
    cars = read_series(first)["cars"]
    share = {"logistic": 0.5, "gompertz": np.exp(-1)}[kind]
    years = np.arange(2020, 2061)
    midpoint = np.interp(100 * share, cars.levels(list(years), unit="t"), years)
    second = county(tmp_path / "two", curves=curve_rows(kind, f"midpoint,,{midpoint},year"))
    again = read_series(second)["cars"].levels(list(years), unit="t")
    assert again == pytest.approx(cars.levels(list(years), unit="t"), rel=1e-2)


def test_the_logistic_solves_its_differential_equation() -> None:
    """dL/dt = k L (1 - L/K) for the logistic, k L ln(K/L) for Gompertz."""
    time, step = np.linspace(-5, 5, 41), 1e-6
    for curve, slope in (
        (logistic, lambda level: level * (1 - level)),
        (gompertz, lambda level: -level * np.log(level)),
    ):
        numeric = (curve(time + step) - curve(time - step)) / (2 * step)
        assert numeric == pytest.approx(slope(curve(time)), abs=1e-8)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (curve_rows("logistic", "midpoint,,2030,year", start=120), "never reaches 100 from 120"),
        (curve_rows("logistic", "midpoint,,2010,year"), "never reaches its saturation"),
        (curve_rows("gompertz", "steepness,,-0.1,1/year"), "never reaches its saturation"),
        (curve_rows("gompertz", "steepness,,0.1,t"), "'t' does not fit '1/year'"),
        ("cars,logistic,start,2020,10,t", "needs start, saturation, and either midpoint or"),
        (curve_rows("logistic", "steepness,,1,1/year").replace(",2020", ","), "is missing"),
        ("gdp" + curve_rows("logistic", "midpoint,,2030,year")[4:].replace("cars", "gdp"),
         "'gdp' stands in drivers.csv too"),
    ],
)  # fmt: skip
def test_curves_that_cannot_be(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_series(county(tmp_path, curves=rows))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("one,2020,1,1,level, one,2025,2,1,level,cubic", "cubic"),
        ("one,2020,0,1,level, one,2025,2,1,level,geometric", "geometric from 0 in 2020"),
        ("one,2025,2,percent/year,growth,step", "but the row states growth"),
        ("one,2025,-101,percent/year,growth,", "a loss of more than everything"),
    ],
)
def test_rows_that_cannot_be(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_series(county(tmp_path, rows=rows))


def test_growth_has_no_level(tmp_path: Path) -> None:
    scenario = county(tmp_path)
    with pytest.raises(ScenarioError, match="states growth, but levels in 't' are asked for"):
        read_series(scenario)["gdp"].levels(scenario.years, unit="t")


def test_an_ensemble_draws_trees_curves_and_bent_series(tmp_path: Path) -> None:
    """The central path of the ensemble is the pathway; a range opens it after the base year."""
    scenario = county(
        tmp_path,
        rows="output,2020,10,kt/year,level, output,2025,20,kt/year,level,geometric",
        curves=curve_rows("logistic", "midpoint,,2028,year").replace(",t", ",1"),
        power="  power: {source: electricity, series: [output, cars]}\n",
    )
    table = scenario.region.path / "drivers" / "more.csv"
    rows = table.read_text("utf-8").replace("evidence\n", "evidence,low,high\n", 1)
    rows = rows.replace("assumption\n", "assumption,,\n")
    bent = "geometric,invented,x,assumption,"
    table.write_text(rows.replace(f"{bent},", f"{bent}15,25"), "utf-8")
    region = cp.load_region(scenario.region.path)
    scenario = cp.load_scenario(region, "baseline")
    runs = runs_of(
        region,
        scenario,
        draws=200,
        seed=1,
        sampler="latin_hypercube",
        of=["energy_co2"],
        include=["drivers"],
    )
    path = cp.indicator(cp.project(region, scenario), "energy_co2").values
    assert runs.central["energy_co2"] == pytest.approx(path)
    drawn = np.concatenate([block.paths["energy_co2"] for block in runs.blocks()], axis=1)
    assert drawn.shape == (6, 200)
    assert drawn[0] == pytest.approx(path[0])
    assert (np.diff(drawn.std(axis=1)) > 0).all()
