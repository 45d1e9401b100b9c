"""Forms by hand, ready-made measures, adoption in percent, limits, dependencies, order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak import locate
from carbonpeak.evidence.deflation import find_deflator
from carbonpeak.scenario.measures import checks, entries, forms
from carbonpeak.scenario.measures.library import line_moves, load_measures
from carbonpeak.scenario.measures.switch import replacing_carrier
from carbonpeak.scenario.pathway import lay_out
from carbonpeak.vocabulary import Language

COAL = "1.A.1.a/boiler_house/raw_coal"
POWER = "1.A.4.a/offices/electricity"
COSTS = {
    "capex": "1,CNY2020/({unit})",
    "fixed_opex": "0,CNY2020/year/({unit})",
    "lifetime": "15,year",
    "potential": "1e6,{unit}",
    "yearly_limit": "1e6,({unit})/year",
    "first_year": "2021,year",
    "last_year": "2025,year",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return worlds.minimal(tmp_path)


def add(folder: Path, name: str, entry: str, unit: str, **numbers: str) -> None:
    """Add a measure with usual costs to the folder `measures` of a region."""
    into = folder / "measures"
    into.mkdir(exist_ok=True)
    (into / f"{name}.yaml").write_text(f"{name}: {{{entry}}}\n", "utf-8")
    stated = {key: text.format(unit=unit) for key, text in COSTS.items()} | numbers
    rows = [f"{name},{key},{text},,,invented,x,assumption," for key, text in stated.items()]
    header = "measure,parameter,value,unit,low,high,source_id,where,evidence,note"
    (into / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")


def add_saver(folder: Path, name: str, more: str = "", **numbers: str) -> None:
    """Add a measure that saves one tonne of coal for each unit of it."""
    entry = (
        f"kind: saving, form: consumption_saving, unit: t/year, title_en: {name}, "
        f"title_zh: {name}, lines: {{coal: {COAL}}}{more}"
    )
    numbers = {"saved_coal": "1,t/year", "rebound": "0,1"} | numbers
    add(folder, name, entry, "t/year", **numbers)


def adopt(folder: Path, text: str, name: str = "trial") -> cp.Scenario:
    """Write a scenario on the baseline of the smallest region, and load it."""
    head = "schema: carbonpeak/scenario/1\ntitle_zh: 试\ntitle_en: Trial\nextends: baseline\n"
    (folder / f"{name}.yaml").write_text(head + text, "utf-8")
    return cp.load_scenario(cp.load_region(folder), name)


def projected(folder: Path, text: str) -> xr.Dataset:
    return cp.project(cp.load_region(folder), adopt(folder, text))


# Forms by hand


def test_limestone_of_a_tonne_of_sulphur_dioxide() -> None:
    """CaCO3 100.087 and SO2 64.066 g/mol: 1.562 t of pure limestone, 0.687 t CO2 (arithmetic)."""
    moves = forms()["end_of_pipe"].moves(
        {"so2": 1.0, "calcium_ratio": 1.0, "limestone_purity": 1.0}
    )
    assert moves == {"limestone": pytest.approx((40.078 + 12.011 + 47.997) / 64.066, rel=1e-4)}
    assert moves["limestone"] * 44.009 / 100.087 == pytest.approx(0.687, abs=5e-4)


def test_urea_of_a_tonne_of_nitrogen_oxides() -> None:
    """CO(NH2)2 60.056 g/mol gives two NH3, each reduces one NO, weighed as NO2 (arithmetic)."""
    moves = forms()["end_of_pipe"].moves({"nox": 46.006, "ammonia_ratio": 1.0})
    assert moves == {"urea": pytest.approx(60.056 / 2, rel=1e-9)}


def test_a_storage_buys_what_it_charges_from_the_grid_and_gives_back_what_it_can() -> None:
    numbers = {"capacity": 2.0, "cycles": 300.0, "round_trip_efficiency": 0.85}
    moves = forms()["storage"].moves({**numbers, "curtailed_share": 0.6})
    bought = moves["loss"] - moves["power"]
    charged, discharged = 600.0 / 0.85, 600.0
    assert bought == pytest.approx(charged * 0.4 - discharged)


def test_green_power_that_the_grid_already_counts_changes_nothing() -> None:
    moves = forms()["purchase"].moves({"purchase": 100.0, "counted_in_grid": 1.0})
    assert moves == {"primary": 0.0, "power": 0.0}


def test_a_heat_pump_does_the_work_of_the_boiler() -> None:
    """1 t of coal at 20 GJ/t and 75 % gives 15 GJ; at 300 % that is 5 GJ of power (arithmetic)."""
    moves = forms()["energy_carrier_switch"].moves(
        {
            "old_use": 1.0,
            "old_energy_content": 20.0,
            "old_efficiency": 0.75,
            "new_efficiency": 3.0,
            "new_energy_content": 3.6,
        }
    )
    assert moves == {"old": -1.0, "new": pytest.approx(5 / 3.6)}


@pytest.mark.parametrize("held", ["t/year", "Nm3/year", "MWh/year", "GJ/year", "head"])
def test_the_formula_of_a_switch_needs_no_factor_in_any_unit_of_its_lines(held: str) -> None:
    content = f"(GJ/year)/({held})"
    restated = replacing_carrier.restated(
        "switch", old_use=held, old_energy_content=content, new_energy_content="(GJ/year)/(t/year)"
    )
    assert restated.prove() == 1.0


def test_a_shift_leaves_the_drayage_on_the_road() -> None:
    moves = forms()["mode_shift"].moves(
        {
            "traffic": 1e6,
            "drayage_share": 0.25,
            "distance_ratio": 1.2,
            "old_energy": 0.002,
            "old_energy_content": 40.0,
            "new_energy": 0.0005,
            "new_energy_content": 3.6,
        }
    )
    assert moves["old"] == pytest.approx(-0.75 * 1e6 * 0.002 / 40)
    assert moves["new"] == pytest.approx(1.2 * 1e6 * 0.0005 / 3.6)


# Files


def test_a_number_of_one_unit_may_be_stated_per_unit(folder: Path) -> None:
    add_saver(folder, "whole", saved_coal="0.2,t/year")
    add_saver(folder, "each", saved_coal="200,kg/t")
    measures = load_measures(cp.load_region(folder))
    assert measures["whole"].moves == measures["each"].moves == {COAL: pytest.approx(-0.2)}


def test_two_roles_of_one_line_add_up(folder: Path) -> None:
    entry = (
        "kind: load, form: new_load, unit: t/year, title_en: Mill, title_zh: 厂, "
        f"lines: {{mill: {POWER}, lamps: {POWER}}}"
    )
    uses = {"use_mill": "900,kWh/t", "use_lamps": "100,kWh/t", "utilisation": "50,percent"}
    add(folder, "mill", entry, "t/year", **uses)
    assert load_measures(cp.load_region(folder))["mill"].moves == {POWER: pytest.approx(0.5)}


def test_a_measure_may_act_elsewhere_only(folder: Path) -> None:
    entry = (
        "kind: saving, form: consumption_saving, unit: m2, title_en: Materials, title_zh: 建材, "
        "lines: {}"
    )
    add(folder, "green", entry, "m2", rebound="0,1", effect_elsewhere="5,kg CO2e/m2/year")
    measure = load_measures(cp.load_region(folder))["green"]
    assert measure.moves == {}
    assert measure.numbers["effect_elsewhere"] == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("lines", "numbers", "message"),
    [
        ("coal: 1.A.1.a/boiler_house/raw_cole", {}, "did you mean 'raw_coal'"),
        (f"coal: {COAL}", {"saved_coal": "1,GJ/year"}, r"'GJ/year' .* does not convert"),
        (
            f"coal: {COAL}",
            {"use_coal": "1,t/year"},
            "'use_coal' and 'saved_coal' stand for one role 'coal'",
        ),
        (f"coal: {COAL}, power: {POWER}", {}, "has no number for role 'power'; state one of"),
        (f"coal: {COAL}", {"saved_cole": "1,t/year"}, "did you mean 'saved_coal'"),
        ("coal: 3.A.2/pig", {}, "takes its activity from category 3.A.1"),
        ("coal: 3.B.1.b/new_forest_pine", {"saved_coal": "1,ha"}, "use form 'planting'"),
    ],
)
def test_lines_and_numbers_that_do_not_fit(
    folder: Path, lines: str, numbers: dict[str, str], message: str
) -> None:
    add_saver(folder, "saver", **numbers)
    file = folder / "measures" / "saver.yaml"
    worlds.edit(file, f"lines: {{coal: {COAL}}}", f"lines: {{{lines}}}")
    with pytest.raises(cp.CarbonPeakError, match=message):
        load_measures(cp.load_region(folder))


def test_a_standing_area_is_not_planted_once(folder: Path) -> None:
    entry = (
        "kind: sink, form: planting, unit: ha, title_en: Marsh, title_zh: 沼泽, "
        "lines: {land: 3.B.4/wetland_area}"
    )
    add(folder, "marsh", entry, "ha", area="1,ha", survival="1,1")
    with pytest.raises(cp.CarbonPeakError, match="use form 'managed_area' or 'added_area'"):
        load_measures(cp.load_region(folder))


# Ready-made measures

LIBRARY = """\
saver:
  kind: saving
  form: consumption_saving
  title_zh: 节煤
  title_en: Saver of coal
  unit: t/year
  needs: [helper]
  shares: [stacks]
  example: {coal: 1.A.2.f/raw_coal, power: 1.A.2.f/electricity}
helper:
  kind: load
  form: new_load
  title_zh: 辅助
  title_en: Helper
  unit: unit
  example: {}
"""

NUMBERS = """\
measure,parameter,value,unit,low,high,source_id,where,evidence,note
saver,capex,500,CNY2020/(t/year),,,book,p. 1,literature,
saver,fixed_opex,5,CNY2020/year/(t/year),,,book,p. 1,literature,
saver,lifetime,10,year,,,book,p. 2,literature,
saver,saved_coal,1,t/year,,,book,definition of the unit,assumption,
saver,use_power,20,kWh/t,,,book,p. 3,literature,
saver,rebound,0,1,,,book,judgement,assumption,
saver,share_stacks,1,unit/(t/year),,,book,judgement,assumption,
saver,so2,8,kg/t,,,book,p. 4,literature,
helper,utilisation,1,1,,,book,judgement,assumption,
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put two ready-made measures in place of those of the package."""
    shelf = tmp_path / "shelf" / "definitions" / "measures"
    shelf.mkdir(parents=True)
    (shelf / "industry.yaml").write_text(LIBRARY, "utf-8")
    (shelf / "industry.csv").write_text(NUMBERS, "utf-8")
    (shelf / "sources.csv").write_text("source_id,title,url,note\nbook,A book,,\n", "utf-8")
    real = locate.definitions
    monkeypatch.setattr(
        locate, "definitions", lambda name: shelf if name == "measures" else real(name)
    )
    caches = (entries.ready_made, entries.library_rows, entries.library_sources)
    for one in caches:
        one.cache_clear()
    yield shelf
    for one in caches:
        one.cache_clear()


OWN = """\
measure,parameter,value,unit,low,high,source_id,where,evidence,note
ours,potential,1000,t/year,,,invented,x,assumption,
ours,yearly_limit,500,(t/year)/year,,,invented,x,assumption,
ours,first_year,2021,year,,,invented,x,assumption,
ours,last_year,2025,year,,,invented,x,assumption,
ours,lifetime,12,year,,,invented,x,measured,
"""


def take_over(folder: Path, entry: str) -> None:
    (folder / "measures").mkdir()
    (folder / "measures" / "ours.yaml").write_text(f"ours: {{{entry}}}\n", "utf-8")
    (folder / "measures" / "ours.csv").write_text(OWN, "utf-8")
    pools = "pool,value,unit,low,high,source_id,where,evidence,note\n"
    (folder / "pools.csv").write_text(f"{pools}stacks,100,unit,,,invented,x,assumption,\n", "utf-8")


@pytest.mark.usefixtures("library")
def test_a_region_takes_over_a_ready_made_measure_row_by_row(folder: Path) -> None:
    take_over(folder, f"from: saver, lines: {{coal: {COAL}, power: {POWER}}}")
    measure = load_measures(cp.load_region(folder))["ours"]
    assert measure.entry.title_zh == "节煤"
    assert measure.moves == {COAL: -1.0, POWER: pytest.approx(0.02)}
    assert measure.numbers["lifetime"] == 12
    assert measure.numbers["so2"] == pytest.approx(0.008)
    assert measure.where_from("lifetime") == "minimal/measures/ours.csv:6 (invented)"
    assert measure.where_from("capex") == "definitions/measures/industry.csv:2 (book)"
    assert measure.sources["capex"].title == "A book"
    assert measure.shares == {"stacks": 1.0}


@pytest.mark.usefixtures("library")
def test_an_open_role_may_be_left_out_with_its_number(folder: Path) -> None:
    take_over(folder, f"from: saver, lines: {{coal: {COAL}}}, shares: []")
    measure = load_measures(cp.load_region(folder))["ours"]
    assert measure.moves == {COAL: -1.0}
    assert measure.shares == {}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("from: savers", "no ready-made measure 'savers'; did you mean 'saver'"),
        ("from: saver, unit: t", r"ours\.unit, column \d+\] 'saver' fixes the unit"),
        ("from: helper", "has no 'capex'; add a row to measures.csv"),
        ("from: saver, needs: [nobody]", "unknown measure 'nobody'"),
        ("from: saver, shares: [stack]", "unknown pool 'stack'; did you mean 'stacks'"),
    ],
)
@pytest.mark.usefixtures("library")
def test_what_cannot_be_taken_over(folder: Path, entry: str, message: str) -> None:
    take_over(folder, f"{entry}, lines: {{coal: {COAL}}}")
    with pytest.raises(cp.CarbonPeakError, match=message):
        load_measures(cp.load_region(folder))


@pytest.mark.usefixtures("library")
def test_the_library_says_what_is_still_to_be_stated() -> None:
    table = cp.measure_library()
    saver = table.loc["saver"]
    assert list(table.index) == ["saver", "helper"]
    assert (saver["theme"], saver["kind"], saver["literature"]) == ("industry", "saving", 5)
    assert saver["numbers_to_state"] == "potential, yearly_limit, first_year, last_year"
    assert (saver["lines_to_state"], saver["needs"]) == ("coal, power", "helper")
    assert list(table["pollutants"]) == ["so2", "none"]


def test_faults_of_the_library_are_gathered(library: Path) -> None:
    with (library / "industry.csv").open("a", encoding="utf-8") as file:
        file.write("saver,use_power,1,t/year,,,boock,x,assumption,\n".replace("use_", "use_p"))
        file.write("helpers,utilisation,1,1,,,book,x,assumption,\n")
    for one in (entries.ready_made, entries.library_rows):
        one.cache_clear()
    with pytest.raises(cp.CarbonPeakError) as caught:
        cp.measure_library()
    assert "unknown measure 'helpers'; did you mean 'helper'?" in str(caught.value)
    assert "unknown parameter 'use_ppower'; did you mean 'use_power'?" in str(caught.value)
    assert "unknown source 'boock'; did you mean 'book'?" in str(caught.value)


def test_the_library_of_the_package_has_no_fault() -> None:
    table = cp.measure_library()
    assert set(entries.ready_made()) == set(table.index)


@pytest.mark.parametrize("name", list(entries.ready_made()))
def test_a_ready_made_measure_moves_the_lines_of_its_example(name: str) -> None:
    """What the region has to state itself counts as one."""
    stated = entries.ready_made()[name].as_stated(name)
    units, deflator = checks.declared(stated.entry, {}), find_deflator("consumer_prices")
    numbers = dict.fromkeys(checks.missing_numbers(stated), 1.0) | {
        key: row.record.value * checks.scale(stated.entry, row.record, units[key], deflator)
        for key, row in stated.rows.items()
        if key in units
    }
    form = forms()[stated.entry.form]
    for role in form.open_roles(stated.entry.lines):
        if not set(form.choices(role)) & set(numbers):
            numbers[form.choices(role)[0]] = 1.0
    moves = line_moves(stated.entry, numbers)
    assert set(moves) == set(stated.entry.lines.values())
    assert np.isfinite(list(moves.values())).all()


# Adoption in percent


def test_a_percentage_is_of_the_line_without_measures(folder: Path) -> None:
    add_saver(folder, "first")
    scenario = adopt(
        folder,
        "measures:\n"
        "  first: {start: 2022, full: 2024, percent: 30, of: coal}\n"
        "  coal_to_gas: {start: 2021, full: 2025, percent: 10, of: old}\n",
    )
    pathway = cp.project(cp.load_region(folder), scenario)
    baseline = pathway["activity_without_measures"].sel(line=COAL).values
    moved = pathway["activity_without_measures"].sel(line=COAL) - pathway["activity"].sel(line=COAL)
    expected = np.array([0, 0, 10, 20, 30, 30]) + np.array([0, 2, 4, 6, 8, 10])
    np.testing.assert_allclose(moved, expected / 100 * baseline, rtol=1e-9)
    shares = pathway["share_reached"].sel(measure=["first", "coal_to_gas"])
    np.testing.assert_allclose(shares, pathway["share_asked"].sel(measure=shares["measure"]))
    assert set(pathway["share_line"].values) == {COAL}


def test_what_retires_is_replaced(folder: Path) -> None:
    add_saver(folder, "first", lifetime="2,year")
    text = "measures:\n  first: {start: 2021, full: 2022, percent: 50, of: coal}\n"
    pathway = projected(folder, text)
    ratio = pathway["activity"].sel(line=COAL) / pathway["activity_without_measures"].sel(line=COAL)
    np.testing.assert_allclose(ratio, [1, 0.75, 0.5, 0.5, 0.5, 0.5])


def test_what_stands_stays_when_the_line_falls_and_the_pathway_says_so(folder: Path) -> None:
    worlds.edit(folder / "drivers.csv", "heat_demand,2025,480000", "heat_demand,2025,200000")
    add_saver(folder, "first")
    text = "measures:\n  first: {start: 2021, full: 2021, percent: 50, of: coal}\n"
    pathway = projected(folder, text)
    assert (pathway["builds"].sel(measure="first") > 0).sum() == 1
    last = pathway.sel(measure="first", year=2025)
    assert float(last["share_asked"]) == 0.5
    assert float(last["share_reached"]) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "first: {start: 2021, full: 2022, percent: 120, of: coal}",
            "120 % of it are asked for in 2022: first 120 %",
        ),
        (
            "first: {start: 2021, full: 2022, percent: 70, of: coal}\n"
            "  coal_to_gas: {start: 2021, full: 2022, percent: 40, of: old}",
            "110 % of it are asked for in 2022: coal_to_gas 40 % .*trial.yaml:7.*, first 70 % ",
        ),
        ("first: {start: 2021, full: 2022, percent: 9, of: cole}", "did you mean 'coal'"),
        (
            "coal_to_gas: {start: 2021, full: 2022, percent: 9, of: new}",
            "has no activity in 2021 without measures",
        ),
        ("first: {start: 2021, full: 2022, percent: 9}", "'percent' and 'of'"),
        ("first: {start: 2021, full: 2022, percent: 9, amount: 1, of: coal}", "one of 'amount'"),
        ("first: {start: 2023, full: 2022, percent: 9, of: coal}", "lies before 'start' 2023"),
        ("first: {start: 2021, full: 2030, percent: 9, of: coal}", "outside 2021 to 2025"),
    ],
)
def test_percentages_that_cannot_be(folder: Path, text: str, message: str) -> None:
    add_saver(folder, "first")
    with pytest.raises(cp.CarbonPeakError, match=message):
        projected(folder, f"measures:\n  {text}\n")


# Limits and dependencies


@pytest.mark.parametrize(
    ("numbers", "builds", "message"),
    [
        ({"first_year": "2023,year"}, "{2022: 1}", "builds in 2022; its window is 2023 to 2025"),
        ({"build_time": "3,year"}, "{2022: 1}", "builds in 2022; its window is 2023 to 2025"),
        (
            {"yearly_limit": "5,(t/year)/year"},
            "{2022: 6}",
            "6 t/year in 2022; its yearly limit is 5",
        ),
        ({"potential": "5,t/year"}, "{2022: 3, 2023: 3}", "6 t/year in all; its potential is 5"),
        (
            {"ramp_rate": "50,percent/year", "ramp_seed": "2,(t/year)/year"},
            "{2022: 2, 2023: 6}",
            "builds 6 t/year in 2023; its ramp allows 5 ",
        ),
        (
            {"first_year": "2031,year", "last_year": "2035,year"},
            "{2022: 1}",
            "has its window outside the horizon: nothing can be built from 2021 to 2025",
        ),
    ],
)
def test_builds_that_break_a_limit(
    folder: Path, numbers: dict[str, str], builds: str, message: str
) -> None:
    add_saver(folder, "first", **numbers)
    with pytest.raises(cp.CarbonPeakError, match=message):
        projected(folder, f"measures:\n  first: {{builds: {builds}}}\n")


def test_every_broken_limit_is_said_at_once(folder: Path) -> None:
    add_saver(folder, "first", potential="1,t/year")
    add_saver(folder, "second", potential="1,t/year")
    text = "measures:\n  first: {builds: {2022: 2}}\n  second: {builds: {2022: 2}}\n"
    with pytest.raises(cp.CarbonPeakError) as caught:
        projected(folder, text)
    assert len(str(caught.value).splitlines()) == 2


def test_builds_within_the_ramp_pass(folder: Path) -> None:
    numbers = {"ramp_rate": "50,percent/year", "ramp_seed": "2,(t/year)/year"}
    add_saver(folder, "first", **numbers)
    found = projected(folder, "measures:\n  first: {builds: {2022: 2, 2023: 5, 2024: 9.5}}\n")
    assert found["builds"].sel(measure="first").sum() == 16.5


@pytest.mark.parametrize(
    ("more", "text", "message"),
    [
        (
            ", needs: [second]",
            "first: {builds: {2022: 1}}",
            "needs 'second', which is not at work in 2022",
        ),
        (
            ", needs: [second]",
            "first: {builds: {2022: 1}}\n  second: {builds: {2023: 1}}",
            "which is not at work in 2022. Build it too, or earlier",
        ),
        (
            ", excludes: [second]",
            "first: {builds: {2022: 1}}\n  second: {builds: {2021: 1}}",
            r"'first' excludes 'second' \(.*trial.yaml:7\), but both are at work in 2022",
        ),
    ],
)
def test_measures_that_depend_on_each_other(
    folder: Path, more: str, text: str, message: str
) -> None:
    add_saver(folder, "first", more)
    add_saver(folder, "second", lifetime="2,year")
    with pytest.raises(cp.CarbonPeakError, match=message):
        projected(folder, f"measures:\n  {text}\n")


def test_an_excluded_measure_may_follow_once_the_other_is_gone(folder: Path) -> None:
    add_saver(folder, "first", ", excludes: [second]")
    add_saver(folder, "second", lifetime="2,year")
    projected(
        folder,
        "measures:\n  second: {builds: {2021: 1}}\n  first: {builds: {2023: 1}}\n",
    )


def test_a_pool_is_not_overdrawn(folder: Path) -> None:
    for name in ("first", "second"):
        add_saver(folder, name, ", shares: [roofs]", share_roofs="8,m2/(t/year)")
    header = "pool,value,unit,low,high,source_id,where,evidence,note\n"
    (folder / "pools.csv").write_text(f"{header}roofs,0.01,ha,,,invented,x,assumption,\n", "utf-8")
    text = "measures:\n  first: {{builds: {{2022: {}}}}}\n  second: {{builds: {{2023: 6}}}}\n"
    projected(folder, text.format(6.5))
    message = r"pool 'roofs' holds 0.01 ha, but in 2023 first takes 0.0056 .* second takes 0.0048"
    with pytest.raises(cp.CarbonPeakError, match=message):
        projected(folder, text.format(7))


# Two measures that want the same coal


RIVALS = "measures:\n  first: {builds: {2021: 20000}}\n  second: {builds: {2022: 9000}}\n"


@pytest.fixture
def rivals(folder: Path) -> Path:
    add_saver(folder, "first")
    add_saver(folder, "second")
    return folder


def test_rivals_are_refused_by_default(rivals: Path) -> None:
    message = "27,000 t/year in 2022, but first takes 20,000, second takes 9,000"
    with pytest.raises(cp.CarbonPeakError, match=message):
        projected(rivals, RIVALS)


@pytest.mark.parametrize(
    ("order", "first", "second", "cut"),
    [
        ("", 20000, 7000, ("second", 2022, 9000, 7000, COAL, 2022, "first")),
        ("order: [second]\n", 18000, 9000, ("first", 2021, 20000, 18000, COAL, 2022, "second")),
    ],
)
def test_rivals_are_settled_by_order(
    rivals: Path, order: str, first: float, second: float, cut: tuple[object, ...]
) -> None:
    """There are 26000 t in 2021 and 27000 t in 2022; who comes first is kept its later need."""
    pathway = projected(rivals, f"{RIVALS}interaction: order\n{order}")
    assert float(pathway["builds"].sel(measure="first").sum()) == pytest.approx(first)
    assert float(pathway["builds"].sel(measure="second").sum()) == pytest.approx(second)
    assert float(pathway["builds_asked"].sum()) == 29000
    assert [tuple(row) for row in cp.settlement(pathway).itertuples(index=False)] == [cut]
    assert float(pathway["activity"].min()) >= 0


def test_a_settled_path_that_needs_no_cut_is_the_path_without_order(rivals: Path) -> None:
    modest = "measures:\n  first: {builds: {2021: 2000}}\n  second: {builds: {2022: 900}}\n"
    free, settled = projected(rivals, modest), projected(rivals, f"{modest}interaction: order\n")
    np.testing.assert_array_equal(free["activity"], settled["activity"])
    assert cp.settlement(settled).empty
    assert list(cp.settlement(free).columns) == list(cp.settlement(settled).columns)


def test_a_line_that_falls_later_cuts_the_builds_of_before(rivals: Path) -> None:
    worlds.edit(rivals / "drivers.csv", "heat_demand,2025,480000", "heat_demand,2025,200000")
    text = "measures:\n  first: {builds: {2021: 20000}}\ninteraction: order\n"
    pathway = projected(rivals, text)
    assert float(pathway["builds"].sum()) == pytest.approx(12500)
    assert cp.settlement(pathway)["short_year"].tolist() == [2025]


def test_whole_units_are_cut_to_whole_units(rivals: Path) -> None:
    worlds.edit(rivals / "measures" / "first.yaml", "unit: t/year", "unit: t/year, integer: true")
    add_saver(rivals, "second", saved_coal="1.5,t/year")
    text = "interaction: order\nmeasures:\n  second: {builds: {2021: 16666.5}}\n"
    pathway = projected(rivals, f"{text}  first: {{builds: {{2021: 3000}}}}\n")
    assert float(pathway["builds"].sel(measure="first", year=2021)) == 1000.0


def test_a_cut_may_leave_a_measure_without_what_it_needs(rivals: Path) -> None:
    add_saver(rivals, "third", ", needs: [second]", saved_coal="0,t/year")
    text = (
        "measures:\n  first: {builds: {2021: 25000}}\n  second: {builds: {2021: 9000}}\n"
        "  third: {builds: {2021: 1}}\ninteraction: order\n"
    )
    worlds.edit(rivals / "drivers.csv", "heat_demand,2025,480000", "heat_demand,2025,400000")
    with pytest.raises(cp.CarbonPeakError, match="'third' needs 'second', which is not at work"):
        projected(rivals, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("order: [first]\n", "'order' has no effect without 'interaction: order'"),
        ("interaction: order\norder: [frist]\n", "unknown measure 'frist'; did you mean 'first'"),
    ],
)
def test_an_order_that_cannot_be(rivals: Path, text: str, message: str) -> None:
    with pytest.raises(cp.CarbonPeakError, match=message):
        projected(rivals, RIVALS + text)


def test_a_settled_pathway_is_saved_with_its_cuts(rivals: Path, tmp_path: Path) -> None:
    pytest.importorskip("h5netcdf")
    pathway = projected(rivals, f"{RIVALS}interaction: order\n")
    again = cp.load(cp.save(pathway, tmp_path / "pathway.nc"))
    assert cp.settlement(again).equals(cp.settlement(pathway))


# What the optimiser sees


def test_capex_falls_by_learning_and_the_ramp_reaches_the_program(folder: Path) -> None:
    from carbonpeak.optimiser.region.posing import pose

    numbers = {
        "capex": "100,CNY2020/(t/year)",
        "learning": "10,percent/year",
        "ramp_rate": "50,percent/year",
        "ramp_seed": "2,(t/year)/year",
        "build_time": "2,year",
    }
    add_saver(folder, "first", **numbers)
    region = cp.load_region(folder)
    problem = pose(lay_out(region, cp.load_scenario(region, "baseline")), {})
    at = problem.measures.index("first")
    np.testing.assert_allclose(problem.capex[at], 100 * 0.9 ** np.arange(6))
    assert (problem.ramp_rate[at], problem.ramp_seed[at]) == (1.5, 2.0)
    assert np.isnan(problem.ramp_rate[1 - at])
    assert (problem.first_year[at], problem.last_year[at]) == (2022, 2025)


def test_a_measure_whose_works_take_too_long_is_not_built(folder: Path) -> None:
    from carbonpeak.optimiser.region.posing import pose

    add_saver(folder, "first", build_time="9,year")
    region = cp.load_region(folder)
    problem = pose(lay_out(region, cp.load_scenario(region, "baseline")), {})
    assert not problem.window[problem.measures.index("first")].any()


def test_the_optimiser_chooses_among_what_a_scenario_offers(folder: Path) -> None:
    add_saver(folder, "free")
    region = cp.load_region(folder)
    both = cp.optimise(region, adopt(folder, "note: all\n", "both"))
    one = cp.optimise(region, adopt(folder, "offers: [coal_to_gas]\n", "one"))
    assert set(both.plan.builds["measure"].values) == {"coal_to_gas", "free"}
    assert list(one.plan.builds["measure"].values) == ["coal_to_gas"]
    assert one.plan.cost > both.plan.cost
    with pytest.raises(cp.CarbonPeakError, match=r"in 'offers'; did you mean 'free'"):
        cp.optimise(region, adopt(folder, "offers: [freee]\n", "wrong"))


# What the report says


@pytest.mark.parametrize(
    ("lang", "cut", "beyond"),
    [
        (
            "en",
            "second: 7,000 of the 9,000 t/year asked for in 2022 are built, because “Boiler house: "
            "raw coal” runs out in 2022; taken by first.",
            "first reaches 90 % of “Boiler house: raw coal” in 2025, 50 % were asked for",
        ),
        (
            "zh",
            "second：2022年计划9,000 吨/年，实建7,000；"
            "因“锅炉房：原煤”在2022年用尽，已由first占用。",
            "first在2025年达到“锅炉房：原煤”的90%，计划为50%",
        ),
    ],
)
def test_the_report_says_what_was_not_built_as_asked(
    rivals: Path, lang: Language, cut: str, beyond: str
) -> None:
    from carbonpeak.workflow.remarks import remarks_of
    from carbonpeak.workflow.scenarios import measure_facts

    region = cp.load_region(rivals)
    facts = measure_facts(load_measures(region))
    pathway = projected(rivals, f"{RIVALS}interaction: order\n")
    assert [one.title(lang) for one in remarks_of(region, pathway, facts)] == [cut]
    worlds.edit(rivals / "drivers.csv", "heat_demand,2025,480000", "heat_demand,2025,200000")
    text = "measures:\n  first: {start: 2021, full: 2021, percent: 50, of: coal}\n"
    (remark,) = remarks_of(region, projected(rivals, text), facts)
    assert remark.title(lang).startswith(beyond)
    assert remarks_of(region, projected(rivals, ""), facts) == ()
