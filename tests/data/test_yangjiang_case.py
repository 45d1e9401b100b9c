"""The built-in case: every number has its source, and only facts of the plan claim to be plan."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from carbonpeak.evidence.region import load_region
from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.records import EVIDENCE
from carbonpeak.scenario.measures.library import load_measures
from carbonpeak.scenario.pathway import project
from carbonpeak.scenario.scenario import load_scenario, scenario_names

ROOT = Path(__file__).parents[2]
CASE = ROOT / "scenarios" / "yangjiang"
RAW = Path(__file__).parent / "yangjiang_source"
DERIVED = ("activity/energy_balance.csv", "indicators.csv", "drivers.csv", "prices.csv")
TABLES = sorted(
    path.relative_to(CASE).as_posix()
    for path in CASE.rglob("*.csv")
    if path.name not in {"sites.csv", "sources.csv", "notation.csv", "titles.csv"}
)

CHP_INVESTMENT = 150_000 * 10_000
MANGROVE_INVESTMENT = 300 * 10_000
MANGROVE_AREA = 170 / 15
SEWERS = 1_860 * 10_000
MAIN_SEWER = 800 * 10_000
PINGGANG_WORKS = 3_156 * 10_000
KILNS = 4_950 * 10_000
TSINGSHAN_FLUE = 6_800 * 10_000
ULTRA_LOW = 8_000 * 10_000
PLAN_FACTS = {
    ("region.yaml", "energy_2020", ""): 218.57,
    ("region.yaml", "intensity_2015", ""): 20.34,
    ("indicators.csv", "forest_cover", "2020"): 12.2,
    ("indicators.csv", "good_air_days", "2021"): 94.1,
    ("indicators.csv", "pm25", "2021"): 21,
    ("indicators.csv", "surface_water_below_class_5", "2020"): 0,
    ("indicators.csv", "rural_sewage_treatment", "2020"): 17.4,
    ("indicators.csv", "rural_sewage_treatment_section_1", "2020"): 72,
    ("indicators.csv", "polluted_farmland_safe_use", "2020"): 100,
    ("indicators.csv", "hazardous_waste_disposal", "2020"): 99,
    ("indicators.csv", "medical_waste_disposal", "2021"): 100,
    ("indicators.csv", "radioactive_source_disposal", "2020"): 100,
    ("indicators.csv", "manure_utilisation", "2020"): 72,
    ("targets.yaml", "forest_cover_2025", ""): 12.4,
    ("targets.yaml", "printed", ""): -20.34,
    ("targets.yaml", "coal_replacement_2025", ""): 1,
    ("targets.yaml", "surface_water_below_class_5_2025", ""): 0,
    ("targets.yaml", "black_smelly_water_2025", ""): 0,
    ("targets.yaml", "rural_sewage_treatment_2025", ""): 80,
    ("targets.yaml", "hazardous_waste_disposal_2025", ""): 99,
    ("targets.yaml", "medical_waste_disposal_2025", ""): 100,
    ("targets.yaml", "radioactive_source_disposal_2025", ""): 100,
    ("targets.yaml", "manure_treatment_2025", ""): 97,
    ("targets.yaml", "straw_utilisation_2025", ""): 90,
    ("measures.csv", "gas_chp_6f", "capex"): CHP_INVESTMENT / 2,
    ("measures.csv", "gas_chp_6f", "potential"): 2,
    ("measures.csv", "gas_chp_6f", "last_year"): 2025,
    ("measures.csv", "gas_chp_9f", "potential"): 2,
    ("measures.csv", "mangrove", "capex"): MANGROVE_INVESTMENT / MANGROVE_AREA,
    ("measures.csv", "mangrove", "potential"): MANGROVE_AREA,
    ("measures.csv", "mangrove", "last_year"): 2023,
    ("measures/waste.csv", "rural_sewage", "last_year"): 2025,
    ("measures/waste.csv", "pinggang_sewers", "capex"): SEWERS / 9,
    ("measures/waste.csv", "pinggang_sewers", "potential"): 9,
    ("measures/waste.csv", "pinggang_sewers", "last_year"): 2023,
    ("measures/waste.csv", "xinzhai_main_sewer", "capex"): MAIN_SEWER / 0.26,
    ("measures/waste.csv", "xinzhai_main_sewer", "potential"): 0.26,
    ("measures/waste.csv", "xinzhai_main_sewer", "last_year"): 2023,
    ("measures/waste.csv", "pinggang_sewage_works", "capex"): PINGGANG_WORKS / 5_000,
    ("measures/waste.csv", "pinggang_sewage_works", "potential"): 5_000,
    ("measures/waste.csv", "pinggang_sewage_works", "last_year"): 2025,
    ("measures/waste.csv", "first_sewage_works_upgrade", "last_year"): 2025,
    ("measures/industry.csv", "yichuan_kilns", "capex"): KILNS / 2,
    ("measures/industry.csv", "yichuan_kilns", "potential"): 2,
    ("measures/industry.csv", "yichuan_kilns", "last_year"): 2025,
    ("measures/loads.csv", "century_tsingshan_flue", "capex"): TSINGSHAN_FLUE,
    ("measures/loads.csv", "century_tsingshan_flue", "potential"): 1,
    ("measures/loads.csv", "century_tsingshan_flue", "last_year"): 2025,
    ("measures/loads.csv", "steel_ultra_low", "capex"): ULTRA_LOW,
    ("measures/loads.csv", "steel_ultra_low", "potential"): 1,
    ("measures/loads.csv", "steel_ultra_low", "last_year"): 2025,
}
NUMBERS = ("value", "level", "at_least", "at_most", "reduction")
"""Keys of a number; a target that an authority sets has none of them."""


def table(name):
    with (CASE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(name):
    return YAML(typ="safe", pure=True).load((CASE / name).read_text(encoding="utf-8"))


def blocks(name):
    """Yield the mappings of a YAML file that hold a number with its evidence."""

    def walk(key, node):
        if isinstance(node, dict):
            if "evidence" in node:
                yield key, node
            for below, value in node.items():
                yield from walk(below, value)

    yield from walk("", document(name))


def numbers():
    """Yield file, key and row of every number of the case."""
    for name in TABLES:
        for row in table(name):
            yield name, tuple(row.values())[:2], row
    for path in sorted(CASE.glob("*.yaml")):
        for key, block in blocks(path.name):
            yield path.name, (key, ""), block


@pytest.fixture(scope="module")
def region():
    return load_region(CASE)


def test_only_facts_of_the_plan_claim_to_be_plan():
    found = {
        (name, *key): float(next(row[word] for word in NUMBERS if word in row))
        for name, key, row in numbers()
        if row["evidence"] == "plan" and not set(row).isdisjoint(NUMBERS)
    }
    assert found == pytest.approx(PLAN_FACTS, rel=1e-9)


def test_a_target_without_a_number_names_who_sets_it_and_where():
    """Table 2 has 18 rows; of 11 the number is the city's, row 11 with a stand-in."""
    rows = [block for _, block in blocks("targets.yaml") if "indicator" in block]
    unset = [row for row in rows if set(row).isdisjoint(NUMBERS)]
    for row in unset:
        assert row["set_by"]["authority_zh"] == "阳江市"
        assert row["set_by"]["where"] == row["where"]
    assert {row["where"] for row in unset} == {
        f"table 2 row {place}" for place in (1, 2, 5, 7, 8, 9, 10, 12, 13, 17)
    }
    places = [row["where"] for row in rows] + [
        row["set_by"]["where"] for row in rows if "set_by" in row
    ]
    for place in range(1, 19):
        assert any(f"table 2 row {place}" == one.split(";")[0] for one in places), place


def test_plan_facts_cite_the_plan_and_nothing_else_claims_its_evidence():
    for name, key, row in numbers():
        if row["evidence"] == "plan":
            assert row["source_id"] == "plan_14fyp", (name, key)


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_place_and_an_evidence_word(name):
    rows = table(name)
    assert rows
    for line, row in enumerate(rows, start=2):
        assert row["where"].strip(), f"{name}:{line}"
        assert row["evidence"] in EVIDENCE, f"{name}:{line}"
        assert row.get("source_id", row.get("source", "")).strip(), f"{name}:{line}"


@pytest.mark.parametrize("name", [name for name in TABLES if name != "actors.csv"])
def test_ranges_hold_their_values(name):
    for line, row in enumerate(table(name), start=2):
        value = float(row["value"])
        if row["low"] or row["high"]:
            assert float(row["low"]) <= value <= float(row["high"]), f"{name}:{line}"


def test_every_measure_has_a_payer_and_none_is_more_than_an_assumption():
    rows = table("actors.csv")
    region = load_region("yangjiang")
    assert [row["measure"] for row in rows] == list(load_measures(region))
    assert {row["evidence"] for row in rows} == {"assumption"}


def test_every_estimate_of_activity_is_free_to_move_and_every_zero_is_fixed():
    for row in table("activity/energy_balance.csv"):
        low, value, high = (float(row[name]) for name in ("low", "value", "high"))
        assert low < value < high or low == value == high == 0, row


def test_every_source_is_used_and_every_use_resolves():
    known = [row["source_id"] for row in table("sources.csv")]
    used = {row["source_id"] for _, _, row in numbers() if "source_id" in row}
    assert len(known) == len(set(known))
    assert used == set(known)


def test_every_site_has_lines_and_categories_agree():
    sites = {row["site"]: row["category"] for row in table("sites.csv")}
    lines = {(row["site"], row["category"]) for row in table("activity/energy_balance.csv")}
    themes = (path.relative_to(CASE).as_posix() for path in CASE.glob("measures/*.yaml"))
    files = ["measures.yaml", *sorted(themes)]
    roles = [
        tuple(reversed(line.split("/")[:2]))
        for name in files
        for entry in document(name).values()
        for line in entry["lines"].values()
        if line.count("/") == 2
    ]
    assert {site for site, _ in (*lines, *roles)} == set(sites)
    road_fuel = {"construction", "services_and_public", "households_urban", "households_rural"}
    for site, category in (*lines, *roles):
        in_process = category in {"2.A.4", "2.D.4"} and sites[site] == "1.A.2.a"
        in_road = site in road_fuel and category == "1.A.3.b"
        assert category == sites[site] or in_road or in_process


def test_no_file_names_a_place_on_a_machine():
    for path in (*CASE.rglob("*"), *RAW.rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"(?<![\w.])/(work|tmp|root|home|Users)/|[A-Z]:\\", text), path


def test_the_script_rebuilds_the_committed_tables(tmp_path):
    script = ROOT / "tools" / "build_yangjiang.py"
    subprocess.run([sys.executable, "-B", script, RAW, "--out", tmp_path], check=True)
    for name in DERIVED:
        assert (tmp_path / name).read_bytes() == (CASE / name).read_bytes(), name


def test_a_text_with_a_part_that_has_no_chinese_stays_in_one_language(tmp_path):
    raw = (RAW / "case-assumptions.csv").read_text(encoding="utf-8")
    assert raw.count("64 % of GDP") == 1
    (tmp_path / "case-assumptions.csv").write_text(
        raw.replace("64 % of GDP", "two thirds of GDP"), encoding="utf-8"
    )
    script = ROOT / "tools" / "build_yangjiang.py"
    subprocess.run([sys.executable, "-B", script, tmp_path, "--out", tmp_path], check=True)
    with (tmp_path / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["indicator"]: row for row in csv.DictReader(file)}
    assert rows["industrial_value_added"]["where"].endswith("two thirds of GDP")
    assert rows["industrial_value_added"]["where_zh"] == ""
    assert rows["industrial_value_added"]["note_zh"] == "沿用〔专家假设〕"
    assert rows["forest_area"]["where_zh"].startswith("专题“5 农业、渔业、林业”")


def test_the_script_names_a_row_that_the_compilation_lacks(tmp_path):
    lines = (RAW / "case-assumptions.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if '"GDP, zone",2020' not in line]
    assert len(kept) == len(lines) - 1
    (tmp_path / "case-assumptions.csv").write_text("".join(kept), encoding="utf-8")
    script = ROOT / "tools" / "build_yangjiang.py"
    run = subprocess.run(
        [sys.executable, "-B", script, tmp_path, "--out", tmp_path / "out"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0
    assert "no row ('1 region', 'GDP, zone', '2020')" in run.stderr
    assert not (tmp_path / "out").exists()


def test_reported_and_reconciled_totals(region):
    inventory = compile_inventory(region)
    per_unit = (inventory.energy / inventory.activity.where(inventory.activity > 0)).fillna(0.0)
    reported = (per_unit * inventory.activity_reported).sum("line").sel(convention="equal") / 1e4
    assert reported.sel(year=2020).item() == pytest.approx(220.76, abs=0.01)
    assert reported.sel(year=2015).item() == pytest.approx(127.93, abs=0.01)
    total = inventory.energy.sel(convention="equal", year=2020).sum().item() / 1e4
    assert total == pytest.approx(218.57, rel=1e-9)


def test_own_generation_is_not_taken_off_twice(region):
    rows = {
        row.record.source: row.record.value
        for row in region.activity
        if row.record.site == "iron_works" and row.record.year == 2020
    }
    assert rows["electricity"] - rows["own_electricity"] == pytest.approx(7150)


def test_heat_made_equals_heat_used(region):
    for year in region.record.years:
        made = sum(
            row.record.value * (1 if row.record.source == "own_heat" else -1)
            for row in region.activity
            if row.record.year == year and row.record.source in {"heat", "own_heat"}
        )
        assert made == pytest.approx(0)


@pytest.mark.parametrize("name", ["baseline", "plan", "strengthened", "full_plan"])
def test_every_scenario_can_be_projected(region, name):
    pathway = project(region, load_scenario(region, name))
    assert bool((pathway.activity >= 0).all())
    base = compile_inventory(region).emissions.sel(year=2020).sum("line")
    np.testing.assert_allclose(pathway.emissions.sel(year=2020).sum("line"), base, rtol=1e-9)


def test_the_case_has_four_scenarios(region):
    assert scenario_names(region) == ["baseline", "full_plan", "plan", "strengthened"]


def test_the_plan_scenario_plants_what_the_forest_target_asks(region):
    measure = load_measures(region)["forest_cover"]
    planted = sum(load_scenario(region, "plan").record.measures["forest_cover"].by_year().values())
    target = document("targets.yaml")["forest_cover_2025"]["level"] / 100
    base = region.indicator("forest_cover", 2020, unit="1")
    wanted = (target - base) * region.record.land_area.value
    assert wanted <= planted * measure.numbers["survival"] < wanted + 0.1


def test_scenarios_stay_within_the_potentials(region):
    measures = load_measures(region)
    for name in scenario_names(region):
        for key, adoption in load_scenario(region, name).record.measures.items():
            builds, numbers = adoption.by_year(), measures[key].numbers
            assert sum(builds.values()) <= numbers["potential"] * (1 + 1e-12), (name, key)
            assert max(builds.values()) <= numbers["yearly_limit"], (name, key)
            assert min(builds) >= numbers["first_year"], (name, key)
            assert max(builds) <= numbers["last_year"], (name, key)
