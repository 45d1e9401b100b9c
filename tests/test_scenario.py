"""Scenario files, drivers and measures on the smallest region."""

import numpy as np
import pytest
from tests import worlds

from carbonpeak import load_region, load_scenario, project
from carbonpeak.errors import ArgumentError, InputError, ScenarioError
from carbonpeak.scenario.drivers import read_series
from carbonpeak.scenario.measures.library import load_measures
from carbonpeak.scenario.pathway import lay_out


@pytest.fixture
def folder(tmp_path):
    return worlds.minimal(tmp_path)


def scenario(folder, name="baseline"):
    return load_scenario(load_region(folder), name)


def projected(folder, name="baseline"):
    region = load_region(folder)
    return project(region, load_scenario(region, name))


def test_extends_holds_only_what_differs(folder):
    plan = scenario(folder, "plan")
    assert plan.record.gdp == "gdp"
    assert plan.record.title_en == "The plan"
    assert plan.where_from("measures.coal_to_gas").endswith("minimal/plan.yaml:6")
    assert plan.where_from("activity.heat").endswith("minimal/baseline.yaml:8")


def test_where_from_names_the_nearest_key(folder):
    with pytest.raises(InputError, match=r"did you mean 'measures\.coal_to_gas'"):
        scenario(folder, "plan").where_from("measures.coal_gas")


def test_a_variant_cannot_take_out_what_is_not_there(folder):
    plan = scenario(folder, "plan")
    with pytest.raises(InputError, match=r"takes out 'coal_to_gass'.*did you mean 'coal_to_gas'"):
        plan.variant("without", {"measures": {"coal_to_gass": None}})


def test_a_name_or_another_order_of_arguments_is_refused(folder):
    region = load_region(folder)
    for arguments, wrong in (
        ((region, "plan"), "'scenario' is the text 'plan'; expected a Scenario"),
        ((load_scenario(region, "plan"), region), "'region' is a Scenario; expected a Region"),
    ):
        with pytest.raises(ArgumentError, match=wrong):
            project(*arguments)


def test_the_scenario_of_another_region_is_refused(folder):
    region = load_region(folder)
    other = load_scenario(worlds.loaded("sample_county"), "baseline")
    with pytest.raises(ScenarioError, match="'baseline' is of 'sample_county', not of 'minimal'"):
        project(region, other)


def test_null_takes_an_entry_out(folder):
    (folder / "without.yaml").write_text(
        "schema: carbonpeak/scenario/1\ntitle_zh: 无\ntitle_en: None\nextends: plan\n"
        "measures:\n  coal_to_gas: null\n",
        "utf-8",
    )
    assert scenario(folder, "without").record.measures == {}


def test_an_extending_file_replaces_an_adoption_as_a_whole(folder):
    (folder / "other.yaml").write_text(
        "schema: carbonpeak/scenario/1\ntitle_zh: 另\ntitle_en: Other\nextends: plan\n"
        "measures:\n  coal_to_gas: {builds: {2023: 500}}\n",
        "utf-8",
    )
    assert scenario(folder, "other").record.measures["coal_to_gas"].by_year() == {2023: 500}


def test_adoption_spreads_evenly(folder):
    adoption = scenario(folder, "plan").record.measures["coal_to_gas"]
    assert adoption.by_year() == {2021: 2000, 2022: 2000, 2023: 2000, 2024: 2000}


def test_growth_compounds_and_levels_are_interpolated(folder):
    baseline = scenario(folder)
    series = read_series(baseline)
    assert series["gdp"].index(baseline.years) == pytest.approx(1.05 ** np.arange(6))
    assert series["heat_demand"].index(baseline.years) == pytest.approx(1 + 0.04 * np.arange(6))


def test_growth_changes_at_the_end_of_a_period(folder):
    with (folder / "drivers.csv").open("a", encoding="utf-8") as file:
        file.write("two,2022,10,percent/year,growth,,,invented,x,assumption,\n")
        file.write("two,2025,0,percent/year,growth,,,invented,x,assumption,\n")
    baseline = scenario(folder)
    index = read_series(baseline)["two"].index(baseline.years)
    assert index == pytest.approx([1, 1.1, 1.21, 1.21, 1.21, 1.21])


def test_activity_follows_its_driver(folder):
    pathway = projected(folder)
    coal = pathway["activity"].sel(line="1.A.1.a/boiler_house/raw_coal")
    assert coal.values == pytest.approx(25000 * (1 + 0.04 * np.arange(6)))


def test_efficiency_multiplies(folder):
    worlds.edit(
        folder / "baseline.yaml",
        "  power: {source: electricity, series: gdp}\n",
        "  power: {source: electricity, series: gdp}\n"
        "efficiency:\n  offices: {site: offices, change: -2, unit: percent/year, "
        "source_id: invented, where: x, evidence: assumption}\n",
    )
    power = projected(folder)["activity"].sel(line="1.A.4.a/offices/electricity")
    assert power.values == pytest.approx(60000 * (1.05 * 0.98) ** np.arange(6))


def test_a_line_that_follows_the_use_of_a_source(folder):
    table = folder / "activity" / "energy.csv"
    with table.open("a", encoding="utf-8") as file:
        file.write("1.A.4.b,,electricity,used,2020,100,万千瓦时,,,invented,m,measured,\n")
    text = (folder / "baseline.yaml").read_text("utf-8")
    text = text.replace(
        "  power: {source: electricity, series: gdp}",
        "  offices: {site: offices, series: gdp}\n"
        "  homes: {category: 1.A.4.b, follows: electricity}",
    )
    (folder / "baseline.yaml").write_text(text, "utf-8")
    homes = projected(folder)["activity"].sel(line="1.A.4.b/electricity")
    assert homes.values == pytest.approx(1000 * 1.05 ** np.arange(6))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  power: {source: electricity, series: gdp}\n", "", "is moved by no entry"),
        ("{source: electricity, series", "{series", "is moved by heat, power; exactly one"),
        ("series: heat_demand", "series: heat_demnad", "did you mean 'heat_demand'"),
        ("end: 2025", "end: 2030", "states 2020 to 2025; the scenario needs 2020 to 2030"),
        ("start: 2020", "start: 2021", "starts in the base year"),
        ("series: heat_demand}", "follows: heat}", "but no line uses heat"),
    ],
)
def test_drivers_that_do_not_fit(folder, old, new, message):
    worlds.edit(folder / "baseline.yaml", old, new)
    with pytest.raises((InputError, ScenarioError), match=message):
        projected(folder)


def test_fuel_switch_by_hand(folder):
    """1 t of coal at 20.908 GJ/t, times 0.95, over 38.931 MJ/Nm3, is 510.2 Nm3 of gas."""
    moves = load_measures(load_region(folder))["coal_to_gas"].moves
    assert moves == {
        "1.A.1.a/boiler_house/raw_coal": -1.0,
        "1.A.1.a/boiler_house/natural_gas": pytest.approx(20908 * 0.95 / 38.931, rel=1e-12),
    }


def test_measures_stop_at_the_end_of_their_life(folder):
    worlds.edit(folder / "measures.csv", "lifetime,15", "lifetime,2")
    outlook = lay_out(load_region(folder), scenario(folder, "plan"))
    builds = np.zeros((1, 6))
    builds[0, 1] = 1.0
    assert outlook.moves.effective(builds)[0] == pytest.approx([0, 1, 1, 0, 0, 0])


def test_combined_heat_and_power_by_hand():
    """2 x 120 MW as at Qingyuan: 13.16e8 kWh and 266.8e4 GJ at 75 % burn 2.54e8 m3 of gas.

    Published outputs of the project; the gas use follows with 38.931 MJ/Nm3 (own arithmetic).
    """
    from carbonpeak.scenario.measures import forms

    moves = forms()["combined_heat_and_power"].moves(
        {
            "capacity": 240,
            "full_load_hours": 13.16e5 / 240,
            "heat_output": 266.8e4,
            "total_efficiency": 0.75,
            "own_use": 0.02,
            "fuel_heating_value": 38.931,
            "boiler_efficiency": 0.8,
            "boiler_heating_value": 20.908,
        }
    )
    assert moves["fuel"] == pytest.approx(2.54e8, rel=2e-3)
    assert moves["power"] == pytest.approx(13.16e5 * 0.98)
    assert moves["boiler"] == pytest.approx(-266.8e4 / 0.8 / 20.908)
