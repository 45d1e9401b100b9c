"""The rules that stand in tables: traps of double counting, ratios, and what a site says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import carbonpeak as cp
from carbonpeak import vocabulary
from carbonpeak.evidence.region_rows import IndicatorRow, SiteRow
from carbonpeak.inventory.checks.data import land_area, no_value
from carbonpeak.inventory.checks.factors import regional_factor
from carbonpeak.inventory.checks.finding import Case, Check, Finding
from carbonpeak.inventory.checks.ratios import Ratio, ratio, ratios
from carbonpeak.inventory.checks.results import Trap, double_count, traps
from carbonpeak.inventory.checks.sites import method_changed, reductant_switch
from carbonpeak.records import Row
from carbonpeak.vocabulary import Line
from small_counties import COAL, COKE, Amount, Stated, coal_factors, county

OTHER_SITE, WORKS = "elsewhere", "works"


def found(region: cp.Region, check: Check) -> list[Finding]:
    return list(check(Case(region, cp.compile_inventory(region))))


# --- traps ----------------------------------------------------------------------------------


@cache
def every_line() -> tuple[tuple[str, str], ...]:
    """Return category and source of every line of scope 1 that a rule allows."""
    return tuple(
        (code, source.source)
        for rule in vocabulary.line_rules()
        if rule.scope == 1
        for code in vocabulary.categories()
        if fnmatchcase(code, rule.category)
        for source in vocabulary.sources().values()
        if rule.covers(code, source)
    )


def lines_of(category: str, listed: str) -> Iterator[Line]:
    """Yield every line that one side of a trap names."""
    names = set(listed.split("|"))
    for code, source in every_line():
        if names & {source, vocabulary.sources()[source].group, "*"} and fnmatchcase(
            code, category
        ):
            yield vocabulary.find_line(code, source, WORKS)


def pair(trap: Trap) -> tuple[Line, Line]:
    """Return the first two lines that fall into a trap."""
    for one in lines_of(trap.first_category, trap.first_sources):
        for other in lines_of(trap.second_category, trap.second_sources):
            differ = (one.category, one.source) != (other.category, other.source)
            if differ and (one.source == other.source or not trap.same_source):
                return one, other
    raise AssertionError(f"no two lines fall into {trap.name}")


@cache
def two_lines() -> tuple[cp.Region, xr.Dataset]:
    region = county([Amount(COAL, 2020, 100), Amount(COKE, 2020, 5)], coal_factors())
    return region, cp.compile_inventory(region)


def trapped(first: str, second: str, *, idle: bool = False) -> list[str]:
    """Return the findings of an inventory of two lines whose numbers do not matter."""
    region, compiled = two_lines()
    inventory = compiled.assign_coords(line=[first, second])
    if idle:
        inventory = inventory.assign(activity=xr.zeros_like(inventory["activity"]))
    return [one.found for one in double_count(Case(region, inventory))]


@pytest.mark.parametrize("trap", traps(), ids=lambda trap: trap.name)
def test_a_trap_catches_its_pair_and_no_idle_one(trap: Trap) -> None:
    first, second = pair(trap)
    assert any(f"({trap.name};" in words for words in trapped(first.id, second.id))
    assert not trapped(first.id, second.id, idle=True)


def test_the_same_animals_at_two_farms_are_no_trap() -> None:
    farms = [vocabulary.find_line("3.A.1", "pig_by_system", site).id for site in ("east", "west")]
    assert not trapped(*farms)


def test_a_trap_of_one_crop_leaves_another_alone() -> None:
    names = [vocabulary.find_line("3.C.4", name).id for name in ("maize", "rice_by_ratio")]
    assert not trapped(*names)


# --- ratios ---------------------------------------------------------------------------------

OF: dict[str, tuple[str, str, str, str, str]] = {
    "iron": ("2.C.1", WORKS, "iron_tapped", "made", "t"),
    "coke": COKE,
    "clinker": ("2.A.1", WORKS, "clinker", "made", "t"),
    "slag_clinker": ("2.A.1", WORKS, "carbide_slag_clinker", "made", "t"),
    "kiln_coal": ("1.A.2.f", WORKS, "raw_coal", "burnt", "t"),
    "plant_coal": ("1.A.1.a", WORKS, "raw_coal", "burnt", "t"),
    "plant_power": ("1.A.1.a", WORKS, "own_electricity", "generated", "MWh"),
    "fgd": ("2.A.4", WORKS, "fgd_limestone", "used", "t"),
    "glass": ("2.A.3", WORKS, "glass", "made", "t"),
    "cullet": ("2.A.3", WORKS, "cullet", "melted", "t"),
    "float_glass": ("2.A.3", WORKS, "float_glass", "made", "t"),
    "float_cullet": ("2.A.3", WORKS, "float_cullet", "melted", "t"),
    "gas_passed": ("1.B.2", "", "natural_gas_consumed", "passed", "万标立方米"),
    "gas_burnt": ("1.A.4.b", "homes", "natural_gas", "burnt", "万标立方米"),
    "rice": ("3.C.4", "", "rice", "harvested", "t"),
    "rice_field": ("3.C.7", "", "single_rice", "harvested", "ha"),
    "straw_burnt": ("3.C.1", "", "rice_straw_burnt", "burnt", "t"),
    "urea": ("3.C.3", "", "urea_on_soil", "spread", "t"),
    "nitrogen": ("3.C.4", "", "synthetic_nitrogen", "spread", "t N"),
    "rural": ("3.C.4", "", "rural_population_on_fields", "living", "person"),
    "sewage": ("4.D.1", "", "residents_on_aerobic_plant", "connected", "person"),
    "waste": ("4.C.1", WORKS, "mixed_waste", "burnt", "t"),
    "home_power": ("1.A.4.b", "homes", "electricity", "used", "MWh"),
}
# Each rule with two amounts that fit together and two that do not. 1 t of coal is 0.6824 tce.
RATIOS = [
    ("coke_and_iron", ("coke", "iron"), (400, 1000), (1500, 1000)),
    ("coke_and_iron", ("coke", "iron"), (400, 1000), (100, 1000)),
    ("fuel_and_clinker", ("kiln_coal", "clinker"), (180, 1000), (18, 1000)),
    ("fuel_and_power", ("plant_coal", "plant_power"), (400, 1000), (100, 1000)),
    ("desulphurisation_and_coal", ("fgd", "plant_coal"), (20, 1000), (200, 1000)),
    ("desulphurisation_and_coal", ("fgd", "plant_coal"), (20, 1000), (200, 0)),
    ("spared_and_clinker", ("slag_clinker", "clinker"), (900, 1000), (1001, 1000)),
    ("cullet_and_glass", ("cullet", "glass"), (900, 1000), (1001, 1000)),
    ("float_cullet_and_glass", ("float_cullet", "float_glass"), (900, 1000), (1001, 1000)),
    ("gas_passed_and_burnt", ("gas_passed", "gas_burnt"), (100, 95), (100, 9.5)),
    ("rice_and_fields", ("rice", "rice_field"), (6000, 1000), (60000, 1000)),
    ("straw_burnt_and_rice", ("straw_burnt", "rice"), (500, 1000), (1600, 1000)),
    ("urea_and_nitrogen", ("urea", "nitrogen"), (200, 100), (230, 100)),
    ("people_on_fields", ("rural", "population"), (900, 1000), (1001, 1000)),
    ("people_and_sewage", ("sewage", "population"), (1000, 1000), (1060, 1000)),
    ("waste_and_people", ("waste", "population"), (300, 1000), (3000, 1000)),
    ("waste_collected", ("waste", "waste_collected"), (300, 310), (300, 330)),
    ("household_power", ("home_power", "population"), (900, 1000), (9000, 1000)),
]
UNITS = {"population": "person", "waste_collected": "t"}


def stated(pairs: list[tuple[str, float]]) -> cp.Region:
    """Return a county of these amounts and indicators."""
    amounts = [Amount(OF[name], 2020, value) for name, value in pairs if name in OF]
    region = near_guangdong(county([*amounts, Amount(COAL, 2020, 1)], FACTORS))
    given = [(name, value) for name, value in pairs if name not in OF]
    return replace(region, indicators=tuple(_indicator(name, value) for name, value in given))


def near_guangdong(region: cp.Region, *more: str) -> cp.Region:
    near = ("Central-South", "South-China", "China", "tropical_moist_wet", *more)
    return replace(region, record=region.record.model_copy(update={"factor_regions": near}))


FACTORS = [Stated("returned_share", "manure_and_soil", 0.5, "1", condition="rice")]


def _indicator(name: str, value: float) -> Row[IndicatorRow]:
    record = IndicatorRow(
        indicator=name,
        year=2020,
        value=value,
        unit=UNITS[name],
        source_id="invented",
        where="test",
        evidence="assumption",
    )
    return Row(record, Path("indicators.csv"), 2)


@pytest.mark.parametrize(("name", "of", "good", "bad"), RATIOS)
def test_a_ratio_fires_outside_its_ends_only(
    name: str, of: tuple[str, str], good: tuple[float, float], bad: tuple[float, float]
) -> None:
    fits, clashes = (stated(list(zip(of, amounts, strict=True))) for amounts in (good, bad))
    assert not [one for one in found(fits, ratio) if one.place.startswith(f"{name} ")]
    fired = [one for one in found(clashes, ratio) if one.place.startswith(f"{name} ")]
    rule = next(one for one in ratios() if one.name == name)
    assert [one.level for one in fired] == [rule.level]
    assert rule.why_zh in fired[0].words("allowed", "zh")


def test_every_ratio_has_a_case() -> None:
    assert {name for name, *_ in RATIOS} == {one.name for one in ratios()}


def test_another_site_does_not_help() -> None:
    elsewhere = (OF["glass"][0], OTHER_SITE, *OF["glass"][2:])
    amounts = [Amount(OF["cullet"], 2020, 10), Amount(elsewhere, 2020, 100)]
    fired = found(county(amounts), ratio)
    assert [one.place for one in fired] == ["cullet_and_glass works 2020"]
    assert "nothing to set it against" in fired[0].found


def test_without_the_indicator_nothing_is_said() -> None:
    assert not found(stated([("waste", 3000)]), ratio)


@pytest.mark.parametrize("rule", ratios(), ids=lambda rule: rule.name)
def test_every_ratio_names_lines_that_exist(rule: Ratio) -> None:
    sides = [(rule.first_categories, rule.first_sources)]
    if rule.second_measure != "indicator":
        sides.append((rule.second_categories, rule.second_sources))
    names = {
        word for source in vocabulary.sources().values() for word in (source.source, source.group)
    }
    for categories, sources in sides:
        for pattern in categories.split("|"):
            assert any(fnmatchcase(code, pattern) for code in vocabulary.categories()), pattern
        assert set(sources.split("|")) <= names


# --- what a site says, methods, regions -----------------------------------------------------

REDUCTANT, BURNT = f"2.C.2/{WORKS}/anthracite", f"1.A.2.a/{WORKS}/anthracite"
ELECTRODE = f"2.C.2/{WORKS}/electrode_paste"


def switched(line: str, switch: str) -> list[Finding]:
    """Return what is said of a site with one line and one switch."""
    region, inventory = two_lines()
    site = SiteRow(site=WORKS, title_en="Works", title_zh="厂", reductant_carbon=switch)  # type: ignore[arg-type]
    case = Case(replace(region, sites={WORKS: site}), renamed(inventory, line))
    return list(reductant_switch(case))


def renamed(inventory: xr.Dataset, *names: str) -> xr.Dataset:
    return inventory.isel(line=slice(len(names))).assign_coords(line=list(names))


@pytest.mark.parametrize(
    ("switch", "line", "level"),
    [
        ("energy", REDUCTANT, "error"),
        ("ippu", REDUCTANT, None),
        ("energy", BURNT, None),
        ("ippu", BURNT, "warning"),
        ("energy", ELECTRODE, None),
        ("ippu", ELECTRODE, None),
    ],
)
def test_reductants_stand_where_their_site_says(switch: str, line: str, level: str | None) -> None:
    assert [one.level for one in switched(line, switch)] == ([level] if level else [])


def in_turn(first: str, second: str) -> list[Finding]:
    """Return what is said of one line until 2019 and another since 2020."""
    amounts = [
        Amount(of, year, value)
        for of, values in ((COAL, (100, 0)), (COKE, (0, 100)))
        for year, value in zip((2019, 2020), values, strict=True)
    ]
    region = county(amounts, coal_factors(), years=(2019, 2020))
    case = Case(region, renamed(cp.compile_inventory(region), first, second))
    return list(method_changed(case))


def test_a_change_of_method_between_years_is_named() -> None:
    fired = in_turn("3.C.7/single_rice", "3.C.7/rice_continuously_flooded")
    assert [one.place for one in fired] == ["3.C.7 2020"]
    assert fired[0].found == "rice_by_season until 2019, rice_by_day since 2020"
    assert not in_turn("3.C.7/single_rice", "3.C.7/double_late_rice")


def soil(*regions: str) -> cp.Region:
    return near_guangdong(county([Amount(OF["nitrogen"], 2020, 100)]), *regions)


def test_a_factor_for_all_regions_is_named_where_regional_ones_exist() -> None:
    fired = [
        one
        for one in found(soil(), regional_factor)
        if one.place.startswith("direct_soil_emission")
    ]
    assert len(fired) == 1
    assert "Soil-IV, Soil-V" in fired[0].found
    assert not [
        one
        for one in found(soil("Soil-V"), regional_factor)
        if one.place.startswith("direct_soil_emission")
    ]


def test_landfills_by_mass_balance_stand_for_landfills() -> None:
    waste = Amount(("4.A.b.1", WORKS, "food_waste", "landfilled", "t"), 2020, 100)
    places = [one.place for one in found(county([waste]), no_value)]
    assert "4.A.1" not in places
    assert not any(place.startswith("4.A.b") for place in places)


@pytest.mark.parametrize(
    ("early", "late", "pond", "fires"),
    [(9000, 9000, 900, False), (9000, 9000, 1100, True), (6000, 9900, 0, False)],
)
def test_rice_fields_and_ponds_fit_into_the_land(
    early: float, late: float, pond: float, fires: bool
) -> None:
    """The smallest county has 10,000 ha; two crops of rice share their fields."""
    region, inventory = two_lines()
    names = ["3.C.7/double_early_rice", "3.C.7/double_late_rice", "3.C.8/pond_saline"]
    three = xr.concat([inventory[["activity"]]] * 2, "line").isel(line=slice(3))
    three["activity"] = (("line", "year"), np.array([[early], [late], [pond]], dtype=float))
    three = three.assign_coords(line=names, activity_unit=("line", ["ha"] * 3))
    found_there = list(land_area(Case(region, three)))
    assert [one.place for one in found_there] == (["cropped_area 2020"] if fires else [])
