"""Ready-made measures of transport, buildings, farms, waste and sinks, and how the case uses them.

The words of the plan stand in `measures_the_plan_names.csv`, with the place in its text.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from carbonpeak import locate, units
from carbonpeak.evidence.region import load_region
from carbonpeak.planning.abatement_costs import abatement_costs
from carbonpeak.records import EVIDENCE
from carbonpeak.scenario.measures.entries import library_rows, library_sources, ready_made
from carbonpeak.scenario.measures.library import load_measures, measure_library
from carbonpeak.scenario.pathway import lay_out, project
from carbonpeak.scenario.scenario import load_scenario

CASE = Path(__file__).parents[2] / "scenarios" / "yangjiang"
THEMES = ("agriculture", "buildings", "sinks", "transport_port", "waste")
WEIGHT = {"CO2": 1.0, "CH4": 28.0, "N2O": 265.0}
"""AR5 global warming potentials of a hundred years, without feedbacks."""

READY_MADE = sorted(name for name, made in ready_made().items() if made.theme in THEMES)
OWN_ROWS = [row for row in library_rows() if row.record.measure in READY_MADE]


def named_by_the_plan():
    path = Path(__file__).parent / "measures_the_plan_names.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def region():
    return load_region(CASE)


@pytest.fixture(scope="module")
def measures(region):
    return load_measures(region)


@pytest.fixture(scope="module")
def outlook(region):
    return lay_out(region, load_scenario(region, "baseline"))


@pytest.fixture(scope="module")
def effect(outlook):
    """Return a function: tonnes a year of each gas that one unit built in a year brings."""

    def of_one(name, *, built, year):
        names = list(outlook.measures)
        builds = np.zeros((len(names), len(outlook.years)))
        builds[names.index(name), outlook.years.index(built)] = 1.0
        change = outlook.moves.contribution(builds)[names.index(name)]
        at = outlook.years.index(year)
        return dict(zip(outlook.model.gases, change[:, at], strict=True))

    return of_one


def weighed(gases):
    return sum(WEIGHT[gas] * amount for gas, amount in gases.items())


# -- the library itself


def test_the_library_has_no_fault_and_these_themes():
    table = measure_library()
    assert set(THEMES) <= set(table["theme"])


@pytest.mark.parametrize("row", OWN_ROWS, ids=lambda row: f"{row.record.measure}-{row.line}")
def test_every_number_has_its_source_and_lies_in_its_range(row):
    number = row.record
    assert number.source_id in library_sources()
    assert number.evidence in EVIDENCE
    assert number.where
    assert (number.low is None) == (number.high is None)
    if number.low is not None:
        assert number.low <= number.value <= number.high


def test_what_is_remembered_or_judged_is_an_assumption():
    for row in OWN_ROWS:
        told = f"{row.record.where} {row.record.note}"
        judged = ("from memory, unverified", "judgement; no source found")
        if any(word in told for word in judged) and row.record.source_id != "eps_china_2019":
            assert row.record.evidence == "assumption", row.place


def test_every_source_of_the_library_is_used():
    used = {row.record.source_id for row in library_rows()}
    assert used == set(library_sources())


@pytest.mark.parametrize("name", READY_MADE)
def test_pollutants_follow_from_fuels_or_the_measure_says_that_it_tells_none(name):
    """What fuels emit is counted by their factors, so a stated removal would count twice."""
    made = ready_made()[name]
    assert not {"so2", "nox", "pm25", "voc"} & set(made.rows)
    fuels = {"diesel", "gasoline", "natural_gas", "raw_coal", "straw"}
    moves_fuel = any(line.rsplit("/")[-1] in fuels for line in made.entry.example.values())
    assert ("follow from the fuels" in made.entry.note) == moves_fuel
    assert "none is stated" in made.entry.note or "No pollutant is told" in made.entry.note


@pytest.mark.parametrize("name", READY_MADE)
def test_a_measure_without_a_line_says_that_it_moves_nothing(name):
    made = ready_made()[name]
    assert bool(made.entry.example) != ("Moves nothing" in made.entry.note)


# -- what the plan names


def test_every_word_of_the_plan_has_a_measure_and_every_measure_a_word(measures):
    mapped = {name for row in named_by_the_plan() for name in row["measures"].split()}
    assert mapped <= set(measures)
    in_themes = {
        name
        for name, measure in measures.items()
        if measure.entry.inherits and ready_made()[measure.entry.inherits].theme in THEMES
    }
    assert in_themes == mapped


@pytest.mark.parametrize("row", named_by_the_plan(), ids=lambda row: row["words"])
def test_a_word_of_the_plan_has_its_place_and_its_measures_cite_no_amount_of_it(row, measures):
    assert row["plan_zh"]
    assert row["where"]
    for name in row["measures"].split():
        potential = measures[name].rows["potential"].record
        of_the_plan = {"pinggang_sewage_works", "pinggang_sewers", "xinzhai_main_sewer", "mangrove"}
        assert (potential.evidence == "plan") == (name in of_the_plan)


@pytest.mark.parametrize(
    ("name", "invested"),
    [
        ("rural_sewage", 22_000e4),
        ("mangrove", 300e4),
        ("pinggang_sewers", 1_860e4),
        ("xinzhai_main_sewer", 800e4),
        ("pinggang_sewage_works", 3_156e4),
        ("first_sewage_works_upgrade", 3_000e4),
    ],
)
def test_money_of_the_annex_comes_out(name, invested, measures):
    numbers = measures[name].numbers
    assert numbers["capex"] * numbers["potential"] == pytest.approx(invested, rel=1e-9)
    # The sum is the plan's; where the number it is divided by is ours, so is the cost of one.
    ours = {"rural_sewage", "first_sewage_works_upgrade"}
    evidence = measures[name].rows["capex"].record.evidence
    assert evidence == ("assumption" if name in ours else "plan")


def test_forest_and_mangrove_inherit_the_numbers_that_they_had(measures):
    before = {
        "forest_cover": {"capex": 15000, "fixed_opex": 0, "lifetime": 60, "survival": 0.85},
        "mangrove": {"capex": 3e6 / (170 / 15), "fixed_opex": 0, "lifetime": 50, "survival": 0.55},
    }
    for name, numbers in before.items():
        for parameter, value in numbers.items():
            assert measures[name].numbers[parameter] == pytest.approx(value, rel=1e-11)


# -- rates that the plan asks for by 2025


@pytest.fixture(scope="module")
def at_work_in_2025(region):
    pathway = project(region, load_scenario(region, "full_plan"))
    return pathway.stock.sel(year=2025).to_series()


def test_rural_sewage_reaches_four_fifths_of_the_villages(at_work_in_2025, region):
    share_2020, target = 17.4, 80
    rural = region.indicator("population", 2020, unit="person") * 0.53
    reached = share_2020 + 100 * at_work_in_2025["rural_sewage"] / rural
    assert target <= reached < target + 0.1


def test_manure_of_large_farms_reaches_97_percent(at_work_in_2025, region):
    pigs = next(
        row.record.value
        for row in region.activity
        if row.record.line.id == "3.A.1/pig" and row.record.year == 2020
    )
    on_large_farms, used_2020, target = 0.7, 72, 97
    reached = used_2020 + 100 * at_work_in_2025["manure_digester"] / (pigs * on_large_farms)
    assert reached == pytest.approx(target)


def test_straw_reaches_90_percent(at_work_in_2025):
    straw, back_to_the_field, target = 9_500, 50, 90
    used = at_work_in_2025["straw_fuel"] + at_work_in_2025["straw_other_use"]
    assert back_to_the_field + 100 * used / straw == pytest.approx(target)


def test_every_measure_that_the_plan_names_is_adopted_there(region):
    adopted = set(load_scenario(region, "full_plan").record.measures)
    named = {name for row in named_by_the_plan() for name in row["measures"].split()}
    assert named <= adopted


def test_what_the_plan_scenario_builds_stays_as_it_is_there(region):
    whole, plan = (load_scenario(region, name).record.measures for name in ("full_plan", "plan"))
    assert {name: whole[name] for name in plan} == dict(plan)


def test_every_measure_of_the_plan_has_a_cost_a_tonne_or_abates_nothing(region):
    costs = abatement_costs(region, load_scenario(region, "full_plan"), year=2030)
    assert bool(np.isfinite(costs.cost).all())
    assert bool(np.isfinite(costs.unit_cost.where(costs.abatement > 0, 0.0)).all())


# -- plausibility, by arithmetic beside the library


def test_a_planted_hectare_takes_up_carbon_by_its_age(effect):
    by_age = {"forest_cover": (0.85, 6.9, 6.9), "mangrove": (0.55, 5.8, 5.8)}
    for name, (survival, young, later) in by_age.items():
        first = effect(name, built=2021, year=2021)
        tenth = effect(name, built=2021, year=2031)
        assert first["CO2"] == pytest.approx(-survival * young)
        assert tenth["CO2"] == pytest.approx(-survival * later)


def test_a_pig_on_a_digester_spares_what_two_tiers_differ_by(effect):
    stored = 5.85
    solids, capacity, density, leak = 0.3 * 365, 0.29, 0.67, 0.10
    digested = solids * capacity * density * leak
    change = effect("manure_digester", built=2022, year=2025)
    assert change["CH4"] * 1000 == pytest.approx(-(stored - digested), rel=0.02)
    assert change["N2O"] * 1000 == pytest.approx(-0.157, rel=0.01)
    claim_of_two_works = -0.17
    assert weighed(change) == pytest.approx(claim_of_two_works, rel=0.35)


def test_a_tonne_of_food_away_from_landfill_spares_methane_by_decay(outlook):
    line = outlook.model.ids.index("4.A/food_waste_sent_out")
    methane = outlook.model.gases.index("CH4")
    by_age = outlook.model.aged["memo"][line, methane]
    all_of_it = 0.15 * 0.5 * 1.0 * 0.5 * 16 / 12 * (1 - 0.1)
    assert by_age[1] == pytest.approx(all_of_it * (1 - np.exp(-0.4)), rel=1e-3)
    assert by_age.sum() == pytest.approx(all_of_it, rel=1e-3)


def test_what_the_city_treats_changes_no_total_of_the_zone(effect, measures, outlook):
    for name in ("household_sorting", "waste_incineration"):
        assert weighed(effect(name, built=2023, year=2035)) == 0
        moved = [
            outlook.model.lines[outlook.model.ids.index(line)] for line in measures[name].moves
        ]
        assert all(line.rule.memo for line in moved)


def test_mixed_waste_that_is_burnt_keeps_its_weight(measures):
    moves = measures["waste_incineration"].moves
    burnt = sum(amount for line, amount in moves.items() if line.startswith("4.C.1"))
    assert burnt == pytest.approx(1.0)
    decaying = sum(amount for line, amount in moves.items() if line.startswith("4.A"))
    assert decaying == pytest.approx(-(1.0 - 0.22 - 0.07))


def test_shore_power_saves_as_long_as_the_grid_is_clean_enough(effect):
    diesel = 300 * 42.652e-3 * 20.2 * 0.98 * 44 / 12
    power = 300 * 42.652 * 0.38 / 0.95 / 3.6
    grid_2030 = 0.34
    change = effect("shore_power", built=2023, year=2030)
    assert change["CO2"] == pytest.approx(power * grid_2030 - diesel, rel=0.01)
    assert 0.45 < diesel / power < 0.7


def test_gas_and_electric_lorries_agree_with_what_is_printed_of_them(effect, measures):
    gas = measures["lng_tractor"].numbers
    diesel = gas["old_use"] * 42.652e-3 * 20.2 * 0.98 * 44 / 12
    share = weighed(effect("lng_tractor", built=2023, year=2025)) / diesel
    assert -0.15 <= share <= 0.10
    lorry = measures["electric_truck"].moves["1.A.3.b/road_transport/electricity"]
    press_per_km = 1.5
    assert lorry * 1000 / 58_430 == pytest.approx(press_per_km, rel=0.01)


def test_straw_replaces_coal_by_its_heat(measures):
    moves = measures["straw_fuel"].moves
    tce = 14.5 * 0.87 / 29.3076
    coal = -moves["1.A.2.m/other_industry/raw_coal"] / moves["1.A.2.m/other_industry/straw"]
    assert coal * 20.908 / 29.3076 == pytest.approx(tce, rel=0.01)


def test_less_nitrogen_emits_less_by_the_factors_of_the_guideline(effect):
    kilograms = 205 * 0.15
    direct, deposited, leached = 0.0178, 0.1 * 0.01, 0.2 * 0.0075
    change = effect("fertiliser_reduction", built=2022, year=2025)
    assert change["N2O"] * 1000 == pytest.approx(
        -kilograms * (direct + deposited + leached) * 44 / 28, rel=0.01
    )
    assert weighed(effect("organic_fertiliser", built=2022, year=2025)) == pytest.approx(
        0, abs=1e-9
    )


def test_treated_sewage_emits_more_methane_than_the_guideline_gives_to_water(effect):
    removed = 18.1e-3
    works, water = 0.47 * 0.6 * 0.165, 0.47 * 0.6 * 0.1
    change = effect("rural_sewage", built=2022, year=2025)
    assert change["CH4"] == pytest.approx(removed * (works - water), rel=0.01)


def test_tended_forest_takes_up_what_its_source_says(effect):
    assert -effect("forest_tending", built=2022, year=2025)["CO2"] == pytest.approx(0.468, rel=0.01)
    assert effect("forest_tending", built=2022, year=2027)["CO2"] == 0
    average = (3 * 25 - 20) / 30 * 0.85
    low_yield = -effect("low_yield_improvement", built=2022, year=2025)["CO2"]
    assert low_yield == pytest.approx(average, rel=0.01)


def test_all_that_these_measures_can_take_fits_into_the_lines_of_2030(outlook, measures):
    at = outlook.years.index(2030)
    taken = {}
    for measure in measures.values():
        if measure.entry.inherits and ready_made()[measure.entry.inherits].theme in THEMES:
            standing = measure.numbers["yearly_limit"] * min(measure.numbers["lifetime"], 9)
            most = min(measure.numbers["potential"], standing)
            for line, amount in measure.moves.items():
                taken[line] = taken.get(line, 0.0) - min(amount, 0.0) * most
    for line, amount in taken.items():
        held = outlook.baseline[outlook.model.ids.index(line), at]
        assert amount <= held, (line, amount, held)


# -- evidence of the case


def test_every_number_of_the_case_has_its_source_and_lies_in_its_range(measures):
    for measure in measures.values():
        for parameter, row in measure.rows.items():
            assert row.record.evidence in EVIDENCE
            assert measure.sources[parameter].source_id == row.record.source_id
            if row.record.low is not None:
                assert row.record.low <= row.record.value <= row.record.high, row.place


def test_units_of_money_carry_their_price_year():
    path = locate.definitions("measures")
    for name in THEMES:
        with (path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "CNY" in row["unit"]:
                    assert units.same_dimension(row["unit"].split("/")[0], "CNY2020")
