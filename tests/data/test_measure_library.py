"""Ready-made measures of energy supply, industry and loads, and the scenario of the whole plan."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak import units
from carbonpeak.errors import ScenarioError
from carbonpeak.scenario.measures.entries import library_rows, library_sources, ready_made
from carbonpeak.scenario.measures.library import Measure, load_measures
from carbonpeak.scenario.pathway import Outlook, lay_out

THEMES = ("energy_supply", "industry", "loads")
OWN_ROWS = [row for row in library_rows() if ready_made()[row.record.measure].theme in THEMES]

NAMED: Mapping[str, tuple[str, ...]] = {
    "天然气热电联产项目，2 台 6F 级 (annex row 1)": ("gas_chp_6f",),
    "预留扩建 2 台 9F 级机组 (annex row 1)": ("gas_chp_9f",),
    "集中供热首期项目、35 蒸吨和 75 蒸吨锅炉 (1.1(2))": ("central_heating",),
    "提高太阳能消费比重 (3.4(1))": ("solar_pv",),
    "提高天然气消费比重 (3.4(1))": ("small_boilers_to_gas", "coal_substitution"),
    "港区办公太阳能 (3.5)": ("port_pv",),
    "提升海上风电等消纳能力 (3.3(2))": ("offshore_wind_green_power", "offshore_wind_direct"),
    "氢能全产业链 (3.3(2))": ("green_hydrogen",),
    "储能产业发展 (3.3(2))": ("battery_storage",),
    "LNG 接收站配套码头 (5.3(2))": ("lng_terminal",),
    "煤炭等量或减量替代 (3.2(1))": ("coal_substitution",),
    "能源梯级利用 (3.4(1))": ("heat_cascade",),
    "能源系统优化 (3.4(1))": ("energy_system_optimisation",),
    "余热综合利用 (3.4(1))": ("waste_heat", "waste_heat_power", "regenerative_burners"),
    "合同能源管理 (3.4(1))": ("energy_performance_contracts",),
    "工业炉窑的清洁低碳化改造 (5.1(1))": ("yichuan_kilns", "regenerative_burners"),
    "2 套新的干燥炉窑，脱硫脱硝除尘 (annex row 2)": ("yichuan_kilns",),
    "循环化改造示范园区，废旧资源再生利用 (3.3(3))": ("stainless_scrap", "slag_grinding"),
    "轻量化、低功耗、易回收 (3.3(3))": ("lightweight_products",),
    "重点用能单位节能工作考核监督 (3.2(1))": ("energy_audits",),
    "绿色电价 (3.2(1))": ("green_price",),
    "一套湿法脱硫、四套 SCR、一套脱硫升级 (annex row 3)": ("century_tsingshan_flue",),
    "烧结烟气、镍铁窑炉烟气超低排放 (annex row 4)": ("steel_ultra_low",),
    "new load: Vinda paper phase 2": ("vinda_phase_2",),
    "new load: nickel-alloy project": ("nickel_alloy_project",),
    "new load: offshore-wind equipment": ("wind_equipment_plants",),
    "new load: waste-water works": ("pinggang_sewage_works", "first_sewage_works_upgrade"),
    "new load: ultra-low-emission retrofits": ("steel_ultra_low", "century_tsingshan_flue"),
}
"""What the plan says (its words or a name it gives), and the measures that stand for it."""

OPTIONS = {"gas_chp_9f"}
"""Named, but only as room that is kept."""

HELD_BY_DRIVERS = {"vinda_phase_2", "nickel_alloy_project", "wind_equipment_plants"}
"""Loads whose growth the drivers of the baseline hold."""

TONNE_OF_COAL = 20.908
NATURAL_GAS = 38.931e-3
GRID_2030 = 0.34


@cache
def measures() -> Mapping[str, Measure]:
    return load_measures(worlds.loaded())


@cache
def outlook(name: str) -> Outlook:
    return lay_out(worlds.loaded(), cp.load_scenario(worlds.loaded(), name))


@cache
def pathway(name: str) -> xr.Dataset:
    return cp.project(worlds.loaded(), cp.load_scenario(worlds.loaded(), name))


def co2_of(name: str, *, year: int, of_one: float = 1.0) -> float:
    """Return tonnes of CO2 a year that one unit, just built, brings in a year."""
    laid = outlook("baseline")
    builds = np.zeros((len(laid.measures), len(laid.years)))
    builds[list(laid.measures).index(name), laid.years.index(year)] = of_one
    change = laid.moves.contribution(builds)[list(laid.measures).index(name)]
    return float(change[laid.model.gases.index("CO2"), laid.years.index(year)])


def numbers(name: str) -> Mapping[str, float]:
    """Return the numbers of a ready-made measure as its file states them."""
    return {key: row.record.value for key, row in ready_made()[name].rows.items()}


# -- the library


def test_the_library_is_without_fault_and_every_source_of_it_is_used() -> None:
    assert set(THEMES) <= set(cp.measure_library()["theme"])
    assert {row.record.source_id for row in library_rows()} == set(library_sources())


@pytest.mark.parametrize("row", OWN_ROWS, ids=lambda row: f"{row.record.measure}-{row.line}")
def test_a_number_has_a_document_and_lies_in_its_range(row: object) -> None:
    number = row.record  # type: ignore[attr-defined]
    assert number.source_id in library_sources()
    assert number.where
    assert number.low is not None
    assert number.low <= number.value <= number.high


def test_memory_and_judgement_are_assumptions() -> None:
    for row in OWN_ROWS:
        if row.record.source_id in {"measure_compilation_2026", "ge_turbine_memory"}:
            assert row.record.evidence == "assumption", row.place


def test_money_carries_its_price_year() -> None:
    for row in OWN_ROWS:
        if "CNY" in row.record.unit:
            money = row.record.unit.split("/")[0]
            assert units.same_dimension(money, "CNY2020"), row.place


@pytest.mark.parametrize(
    "name", sorted(key for key, made in ready_made().items() if made.theme in THEMES)
)
def test_a_measure_tells_its_pollutants_or_why_it_does_not(name: str) -> None:
    made = ready_made()[name]
    told = {"so2", "nox", "pm25", "voc"} & set(made.rows)
    words = ("none is stated", "follows from the fuels", "states so2", "may state")
    assert told or any(word in made.entry.note for word in words)
    if told:
        assert made.entry.form == "end_of_pipe" or "cleaning removes" in made.entry.note


# -- what the plan names


def test_every_word_of_the_plan_has_a_measure_and_every_measure_a_word() -> None:
    mapped = {name for names in NAMED.values() for name in names}
    assert mapped <= set(measures())
    of_these_themes = {
        name
        for name, one in measures().items()
        if one.entry.inherits and ready_made()[one.entry.inherits].theme in THEMES
    }
    assert of_these_themes <= mapped


def test_the_scenario_of_the_whole_plan_builds_all_that_is_named() -> None:
    adopted = set(cp.load_scenario(worlds.loaded(), "full_plan").record.measures)
    named = {name for names in NAMED.values() for name in names}
    assert named - adopted == OPTIONS | HELD_BY_DRIVERS
    assert set(measures()) - adopted == OPTIONS | HELD_BY_DRIVERS


@pytest.mark.parametrize(
    ("name", "invested"),
    [
        ("gas_chp_6f", 150_000e4),
        ("yichuan_kilns", 4_950e4),
        ("century_tsingshan_flue", 6_800e4),
        ("steel_ultra_low", 8_000e4),
    ],
)
def test_money_of_the_annex_comes_out(name: str, invested: float) -> None:
    measure = measures()[name]
    assert measure.numbers["capex"] * measure.numbers["potential"] == pytest.approx(invested)
    assert measure.rows["capex"].record.evidence == "plan"


def test_amounts_that_the_plan_does_not_state_are_assumptions() -> None:
    of_the_plan = {"gas_chp_6f", "gas_chp_9f", "yichuan_kilns", "century_tsingshan_flue"}
    for name in {name for names in NAMED.values() for name in names} - of_the_plan:
        if name not in {"steel_ultra_low", "pinggang_sewage_works"}:
            assert measures()[name].rows["potential"].record.evidence == "assumption", name


def test_what_the_case_took_over_is_what_it_stated_before() -> None:
    """Numbers as they stood in the table of the case before the library had them."""
    before = {
        "gas_chp_6f": {"capacity": 120, "full_load_hours": 4500, "total_efficiency": 0.75},
        "gas_chp_9f": {"capex": 1.454e9, "capacity": 460, "total_efficiency": 0.62},
        "solar_pv": {"capex": 3556000, "fixed_opex": 72000, "full_load_hours": 1050, "learning": 0},
        "coal_substitution": {"capex": 892, "fixed_opex": 10.7, "fuel_ratio": 0.95},
        "waste_heat": {"capex": 4864, "fixed_opex": 194.6, "lifetime": 15},
    }
    for name, stated in before.items():
        for parameter, value in stated.items():
            assert measures()[name].numbers[parameter] == pytest.approx(value), (name, parameter)


# -- plausibility, by arithmetic beside the library


def test_fuel_of_a_chp_block_is_power_and_heat_over_efficiency() -> None:
    moves = measures()["gas_chp_6f"].moves
    gas = moves["1.A.1.a/gas_chp/natural_gas"]
    power, heat = 120 * 4500 * 3.6, 1_000_000
    assert gas * NATURAL_GAS * 0.75 == pytest.approx(power + heat)
    assert gas == pytest.approx(1.008e8, rel=0.01)
    coal = -moves["1.A.1.a/heat_supply/raw_coal"]
    assert coal * TONNE_OF_COAL * 0.85 == pytest.approx(heat)
    assert 0.30 < heat / power < 1.0


@pytest.mark.parametrize("name", ["solar_pv", "port_pv"])
def test_a_megawatt_of_sun_spares_the_grid_factor_times_its_hours(name: str) -> None:
    assert co2_of(name, year=2030) == pytest.approx(-1050 * GRID_2030, rel=1e-3)


def test_limestone_and_urea_give_off_what_their_formulas_say() -> None:
    sulphur, carbon = 44.01 / 64.06, 44.01 / 60.06
    laid = outlook("full_plan")
    gas = laid.model.gases.index("CO2")

    def of(name: str, line: str) -> float:
        place = laid.model.ids.index(line)
        rate = laid.model.rates["emissions"][place, gas, 0]
        return float(measures()[name].moves[line] * rate)

    limestone = of("century_tsingshan_flue", "2.A.4/ferronickel_rkef/fgd_limestone")
    assert sulphur == pytest.approx(0.687, abs=5e-4)
    assert limestone / 263 == pytest.approx(sulphur * 1.03, rel=2e-3)
    urea = of("century_tsingshan_flue", "2.D.4/ferronickel_rkef/urea_denitrification")
    used = measures()["century_tsingshan_flue"].moves["2.D.4/ferronickel_rkef/urea_denitrification"]
    assert urea / used == pytest.approx(carbon, rel=1e-3)
    assert used / 540 == pytest.approx(60.06 / 2 / 46.01 * 1.05, rel=1e-3)


@pytest.mark.parametrize("name", ["century_tsingshan_flue", "steel_ultra_low"])
def test_cleaning_of_flue_gas_costs_carbon_and_its_reagents_are_the_smaller_part(name: str) -> None:
    moved = {line.split("/")[0]: amount for line, amount in measures()[name].moves.items()}
    reagents = moved["2.A.4"] * 0.396 + moved["2.D.4"] * 0.733
    total = co2_of(name, year=2025)
    assert 0 < reagents < total < 30_000
    assert measures()[name].numbers["so2"] > 0
    assert measures()[name].numbers["nox"] > 0


def test_sulphur_taken_beyond_the_base_year_is_no_more_than_there_is() -> None:
    """The base year captures 90 % of the sulphur of 0.61 Mt of coal at 0.6 %."""
    raw = 0.61e6 * 0.006 * 2
    sinter = 1.8e9 * (180 - 35) * 1e-9
    kilns = [measures()[name].numbers["so2"] for name in ("century_tsingshan_flue",)]
    dryers = 2 * 6500 * 0.006 * 2 * 0.08
    taken = sum(kilns) + measures()["steel_ultra_low"].numbers["so2"] - sinter + dryers
    assert 0 < taken <= raw * 0.10


def test_central_heat_is_made_where_it_is_used_and_saves_a_tenth() -> None:
    moves = measures()["central_heating"].moves
    used = moves["1.A.2.m/other_industry/heat"]
    assert used == pytest.approx(TONNE_OF_COAL * 0.70 / 0.92, rel=1e-3)
    assert moves["1.A.1.a/heat_supply/own_heat"] == pytest.approx(used, rel=1e-3)
    coal = moves["1.A.1.a/heat_supply/raw_coal"]
    assert coal == pytest.approx(used / 0.85 / TONNE_OF_COAL, rel=1e-3)
    assert 0.05 < 1 - coal < 0.20


def test_gas_in_a_boiler_saves_by_efficiency_and_carbon() -> None:
    coal = -co2_of("small_boilers_to_gas", year=2025)
    burnt, gas = 1.9, TONNE_OF_COAL * 0.70 / 0.92 * 0.0561
    assert coal == pytest.approx(burnt - gas, rel=0.08)


def test_hydrogen_needs_clean_power() -> None:
    """Of 1 MW: 3000 MWh make 54.5 t of hydrogen, 6.5 TJ, which spare 0.363 kt of CO2 of gas."""
    power = 3000.0
    moves = measures()["green_hydrogen"].moves
    assert moves["1.A.2.a/cold_rolling/electricity"] == pytest.approx(power, rel=2e-3)
    hydrogen = power / 55 * 120
    spared = -moves["1.A.2.a/cold_rolling/natural_gas"] * NATURAL_GAS
    assert spared == pytest.approx(hydrogen, rel=2e-3)
    on_grid = co2_of("green_hydrogen", year=2030)
    assert on_grid == pytest.approx(power * GRID_2030 - hydrogen * 0.0555, rel=0.02)
    wind = co2_of("offshore_wind_direct", year=2030) * power
    assert on_grid + wind == pytest.approx(-hydrogen * 0.0555, rel=0.02)


def test_green_power_through_the_grid_changes_nothing_and_storage_loses_an_eighth() -> None:
    assert co2_of("offshore_wind_green_power", year=2030, of_one=1e5) == 0
    lost = measures()["battery_storage"].moves["1.A.1.a/storage/electricity"]
    assert lost == pytest.approx(330 / 0.88 - 330)


def test_scrap_spares_the_primary_energy_that_is_printed_of_pig_iron() -> None:
    """Energies 2020, 13, 5664 prints 60 GJ of primary energy per t; 0.8 t stand for 1 t scrap."""
    moves = measures()["stainless_scrap"].moves
    coal = -moves["1.A.2.a/ferronickel_rkef/raw_coal"] * TONNE_OF_COAL
    reductant = -moves["1.A.2.a/ferronickel_rkef/anthracite"] * 25.024
    power = -moves["1.A.2.a/ferronickel_rkef/electricity"] * 0.287 * 29.3076
    assert (coal + reductant + power) / 0.8 == pytest.approx(60, rel=0.10)


def test_solar_money_falls_as_its_source_says() -> None:
    made = numbers("rooftop_pv")
    for year, printed in ((2025, 3_556_000), (2030, 2_426_000)):
        ours = made["capex"] * (1 - made["learning"] / 100) ** (year - 2020)
        assert ours == pytest.approx(printed, rel=0.20)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("coal_substitution", 0.5, 1.0),
        ("waste_heat", 2.3, 3.0),
        ("small_boilers_to_gas", 0.7, 1.3),
        ("heat_cascade", 0.08, 0.11),
        ("regenerative_burners", 0.010, 0.020),
        ("energy_performance_contracts", 0.09, 0.15),
        ("energy_system_optimisation", 0.004, 0.008),
        ("green_price", 0.015, 0.025),
        ("stainless_scrap", 2.0, 3.5),
        ("lightweight_products", 0.003, 0.006),
        ("waste_heat_power", 1800, 2600),
        ("yichuan_kilns", 1000, 2500),
    ],
)
def test_what_one_unit_spares_is_within_reason(name: str, least: float, most: float) -> None:
    """Bounds by hand: coal 1.9 t CO2/t, gas 2.2 kg/Nm3, grid 0.34 to 0.42 t/MWh."""
    assert least <= -co2_of(name, year=2025) <= most


def test_loads_take_what_their_product_takes() -> None:
    tissue = measures()["vinda_phase_2"].moves
    assert tissue["1.A.2.d/paper/electricity"] == pytest.approx(0.9)
    assert tissue["1.A.1.a/heat_supply/own_heat"] == pytest.approx(tissue["1.A.2.d/paper/heat"])
    assert co2_of("vinda_phase_2", year=2030) == pytest.approx(
        0.9 * GRID_2030 + 4.95 / 0.85 / TONNE_OF_COAL * 1.9, rel=0.05
    )
    alloy = co2_of("nickel_alloy_project", year=2024) / 0.9
    assert 3.0 < alloy < 4.5


# -- the scenario


def _net(one: xr.Dataset) -> xr.DataArray:
    return (one.emissions - one.removals).sum("line")


def test_contributions_add_up_to_the_difference_from_the_baseline() -> None:
    full, base = pathway("full_plan"), pathway("baseline")
    xr.testing.assert_allclose(
        full["contribution"].sum("measure"), _net(full) - _net(base), atol=1e-6, rtol=1e-9
    )


def test_nothing_is_overdrawn_and_no_heat_crosses_the_boundary() -> None:
    full, base = pathway("full_plan"), pathway("baseline")
    assert bool((full["activity"] >= 0).all())

    def bought(one: xr.Dataset) -> np.ndarray:
        used = one["activity"].sel(line=one["source"] == "heat").sum("line")
        made = one["activity"].sel(line=one["source"] == "own_heat").sum("line")
        return np.asarray(used - made)

    used = float(full["activity"].sel(line=full["source"] == "heat").sum())
    assert np.abs(bought(full) - bought(base)).max() < 1e-4 * used


def test_the_whole_plan_lies_below_the_plan_after_its_start() -> None:
    full, plan = (_net(pathway(name)).sel(gas="CO2") for name in ("full_plan", "plan"))
    assert bool((full.sel(year=slice(2023, None)) < plan.sel(year=slice(2023, None))).all())


def test_a_scenario_without_wind_of_its_own_may_not_build_hydrogen(tmp_path: Path) -> None:
    folder = worlds.opulent(tmp_path / "county")
    text = (folder / "full_plan.yaml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("  offshore_wind_direct")]
    (folder / "full_plan.yaml").write_text("\n".join(kept) + "\n", "utf-8")
    region = cp.load_region(folder)
    with pytest.raises(ScenarioError, match=r"green_hydrogen.*offshore_wind_direct"):
        cp.project(region, cp.load_scenario(region, "full_plan"))
