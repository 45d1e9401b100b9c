"""Each check finds what it should and is silent beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak import vocabulary
from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import NotationRow, Total
from carbonpeak.inventory.checks import (
    CHECKS,
    Comparison,
    Finding,
    Override,
    run_checks,
)
from carbonpeak.inventory.checks.data import compared
from carbonpeak.inventory.checks.factors import plausible_ranges
from carbonpeak.inventory.checks.results import traps
from carbonpeak.records import Row
from small_counties import COAL, COKE, FOREST, POWER, Amount, Stated, coal_factors, county


def found(region: cp.Region, name: str, **choices: object) -> list[Finding]:
    inventory = cp.compile_inventory(region)
    return [one for one in run_checks(region, inventory, **choices) if one.name == name]  # type: ignore[arg-type]


def coal(*amounts: Amount, years: tuple[int, ...] = (2020,)) -> cp.Region:
    return county(amounts or [Amount(COAL, 2020, 100)], coal_factors(), years=years)


def noted(region: cp.Region, category: str, key: str) -> cp.Region:
    row = NotationRow(category=category, key=key, reason="test")  # type: ignore[arg-type]
    return replace(region, notations=(Row(row, Path("notation.csv"), 2),))


# --- factors --------------------------------------------------------------------------------


def test_a_slip_of_the_decimal_point_is_an_error() -> None:
    factors = [
        replace(one, value=260.0) if one.parameter == "carbon_content" else one
        for one in coal_factors()
    ]
    slips = found(county([Amount(COAL, 2020, 100)], factors), "plausible_range")
    assert [one.level for one in slips] == ["error"]
    assert "260 t C/TJ in made.csv:3" in slips[0].found
    assert not found(coal(), "plausible_range")


def test_a_local_factor_beside_the_range_of_the_set_is_named() -> None:
    usual = cp.load_factor_set("cn_provincial_2011")
    ranged = next(
        one
        for one in usual.rows
        if one.low is not None
        and one.high is not None
        and one.is_default
        and one.parameter == "emission_factor"
        and one.gas == "CH4"
        and one.subject == "raw_coal"
        and one.condition == "energy_industries"
    )
    assert ranged.high is not None
    local = Stated(
        "emission_factor",
        "raw_coal",
        ranged.high * 1.5,
        ranged.unit,
        gas="CH4",
        condition="energy_industries",
    )
    inside = replace(local, value=ranged.high)
    assert len(found(county([Amount(COAL, 2020, 100)], [local]), "local_factor")) == 1
    assert not found(county([Amount(COAL, 2020, 100)], [inside]), "local_factor")


def test_an_unverified_factor_of_a_key_category_is_named() -> None:
    factors = [
        replace(one, verified="unverified") if one.parameter == "oxidation" else one
        for one in coal_factors()
    ]
    region = county([Amount(COAL, 2020, 100)], factors)
    assert [one.place for one in found(region, "unverified_key")] == ["oxidation raw_coal"]
    assert not found(coal(), "unverified_key")


def test_an_assumed_activity_of_a_key_category_is_named() -> None:
    assumed = coal(Amount(COAL, 2020, 100, evidence="assumption"))
    places = [one.place for one in found(assumed, "assumed_key")]
    assert "1.A.1.a/boiler_house/raw_coal" in places
    places = [one.place for one in found(coal(), "assumed_key")]
    assert "1.A.1.a/boiler_house/raw_coal" not in places


def test_the_fallback_is_told() -> None:
    region = county([Amount(COAL, 2020, 100)])
    assert [one.level for one in found(region, "fallback_factor")] == ["info"]


def test_every_set_of_a_chain_of_fallbacks_is_told() -> None:
    region = county([Amount(COAL, 2020, 100)])
    region = replace(region, factors=cp.load_factor_set("guangdong_county_2020"))
    places = [one.place for one in found(region, "fallback_factor")]
    assert places == ["cn_provincial_2011", "ipcc_2006"]


# --- data -----------------------------------------------------------------------------------


def test_a_category_needs_a_value_or_a_key() -> None:
    places = [one.place for one in found(coal(), "no_value")]
    assert "1.A.1.a" not in places
    assert "2.A.1" in places
    assert "2.A" not in places
    covered = [one.place for one in found(noted(coal(), "2", "NO"), "no_value")]
    assert not any(place.startswith("2.") for place in covered)


def test_a_year_without_a_value_is_named() -> None:
    amounts = [Amount(COAL, 2015, 90), Amount(COAL, 2020, 100), Amount(COKE, 2020, 5)]
    missing = found(coal(*amounts, years=(2015, 2020)), "missing_year")
    assert [one.place for one in missing] == ["1.A.2.a/works/coke"]
    assert "2015" in missing[0].found


@pytest.mark.parametrize(("key", "count"), [("NO", 1), ("NE", 1), ("NA", 1), ("IE", 0), ("C", 0)])
def test_a_key_of_nothing_contradicts_a_value(key: str, count: int) -> None:
    region = noted(coal(), "1.A.1", key)
    assert len(found(region, "notation_contradicted")) == count


def test_zero_does_not_contradict_a_key() -> None:
    assert not found(noted(coal(Amount(COAL, 2020, 0)), "1.A.1.a", "NO"), "notation_contradicted")


@pytest.mark.parametrize(
    ("before", "after", "level"), [(100, 119, 0), (100, 121, 1), (100, 81, 0), (100, 79, 1)]
)
def test_a_jump_of_over_a_fifth_needs_words(before: float, after: float, level: int) -> None:
    region = coal(Amount(COAL, 2019, before), Amount(COAL, 2020, after), years=(2019, 2020))
    assert len(found(region, "year_on_year")) == level


def test_a_jump_over_five_years_is_taken_by_the_year() -> None:
    region = coal(Amount(COAL, 2015, 100), Amount(COAL, 2020, 240), years=(2015, 2020))
    assert not found(region, "year_on_year")


def test_small_categories_may_jump_further() -> None:
    amounts = [
        Amount(COAL, 2019, 1e6),
        Amount(COAL, 2020, 1e6),
        Amount(COKE, 2019, 100),
        Amount(COKE, 2020, 129),
    ]
    assert not found(coal(*amounts, years=(2019, 2020)), "year_on_year")


def test_more_land_than_there_is() -> None:
    limit = worlds.loaded("minimal").record.land_area.value
    assert not found(county([Amount(FOREST, 2020, limit)]), "land_area")
    assert len(found(county([Amount(FOREST, 2020, limit * 1.01)]), "land_area")) == 1


def test_key_activity_without_a_range_is_told() -> None:
    assert len(found(coal(), "without_range")) == 1
    assert not found(coal(Amount(COAL, 2020, 100, 90, 110)), "without_range")


@pytest.mark.parametrize(
    ("part", "at_most", "level"),
    [
        (105.0, False, None),
        (105.1, False, "warning"),
        (94.9, False, "warning"),
        (95.0, False, None),
        (10.0, True, None),
        (105.1, True, "error"),
    ],
)
def test_figures_set_beside_each_other(part: float, at_most: bool, level: str | None) -> None:
    finding = compared(Comparison("coke 2020", part, 100.0, "t", 0.05, at_most))
    assert (finding.level if finding else None) == level


def test_a_comparison_is_passed_on() -> None:
    firms = Comparison("coal of big firms 2020", 120, 100, "t", 0.0, at_most=True)
    listed = found(coal(), "comparison", comparisons=[firms])
    assert [one.place for one in listed] == ["coal of big firms 2020"]


def test_the_reference_approach_is_read() -> None:
    reference = xr.Dataset(
        {
            "difference_total": (("group", "year"), [[2.0], [9.0]]),
            "exceeds": (("group", "year"), [[False], [True]]),
        },
        coords={"group": ["coal", "oil"], "year": [2020]},
    )
    assert [one.place for one in found(coal(), "reference_approach", reference=reference)] == [
        "oil 2020"
    ]


# --- results --------------------------------------------------------------------------------


def test_an_exact_total_that_is_not_met_is_an_error() -> None:
    region = coal(Amount(COAL, 2020, 1000, 500, 1500))
    total = Total(
        kind="energy",
        year=2020,
        value=700,
        unit="tce",
        source_id="invented",
        where="test",
        evidence="assumption",
    )
    record = region.record.model_copy(update={"totals": {"energy_2020": total}})
    bound = replace(region, record=record)
    inventory = cp.compile_inventory(bound)
    names = [one.name for one in run_checks(bound, inventory)]
    assert "balance_closure" not in names
    inventory["activity"] = inventory["activity"] * 1.01
    assert "balance_closure" in [one.name for one in run_checks(bound, inventory)]


@pytest.mark.parametrize(("value", "count"), [(700, 0), (1500, 1)])
def test_a_number_moved_far_is_named(value: float, count: int) -> None:
    region = coal(Amount(COAL, 2020, 1000, 800, 1200))
    total = Total(
        kind="energy",
        year=2020,
        value=value,
        unit="tce",
        source_id="invented",
        where="test",
        evidence="assumption",
    )
    record = region.record.model_copy(update={"totals": {"energy_2020": total}})
    assert len(found(replace(region, record=record), "moved_far")) == count


def test_a_wrong_mark_shows_in_the_sum_of_sectors() -> None:
    region = coal()
    inventory = cp.compile_inventory(region)
    assert "sum_of_sectors" not in [one.name for one in run_checks(region, inventory)]
    inventory = inventory.assign_coords(
        sector=("line", np.array(["land"])), scope=("line", np.array([2]))
    )
    assert "sum_of_sectors" in [one.name for one in run_checks(region, inventory)]


def test_biomass_in_the_total_is_an_error() -> None:
    straw = ("1.A.1.a", "boiler_house", "straw", "burnt", "t")
    region = county([Amount(straw, 2020, 100)])
    inventory = cp.compile_inventory(region)
    assert "biogenic_in_total" not in [one.name for one in run_checks(region, inventory)]
    inventory["emissions"] = inventory["emissions"] + inventory["memo"]
    assert "biogenic_in_total" in [one.name for one in run_checks(region, inventory)]


def test_sun_without_own_electricity_is_an_error() -> None:
    sun = Amount(("1.A.1.a", "offices", "solar_electricity", "generated", "MWh"), 2020, 100)
    own = Amount(("1.A.1.a", "offices", "own_electricity", "generated", "MWh"), 2020, 100)
    used = Amount(POWER, 2020, 1000)
    assert len(found(county([sun, used]), "unpaired_generation")) == 1
    assert not found(county([sun, own, used]), "unpaired_generation")
    less = replace(own, value=99.0)
    assert len(found(county([sun, less, used]), "unpaired_generation")) == 1


def test_a_year_without_emissions_is_an_error() -> None:
    empty = found(coal(Amount(COAL, 2020, 0)), "empty_year")
    assert [one.level for one in empty] == ["error"]


# --- double counts --------------------------------------------------------------------------


BOTH_WAYS = [
    ("reductant_both_ways", ("1.A.2.a", "works", "coke"), ("2.C.2", "works", "coke")),
    ("ammonia_and_feedstock", ("2.B.1", "works", "ammonia_coal"), ("2.B.1", "works", "anthracite")),
    ("works_gas_and_coke", ("1.A.1.a", "works", "blast_furnace_gas"), ("1.A.2.a", "works", "coke")),
    ("clinker_and_cement", ("2.A.1", "works", "clinker"), ("2.A.1", "works", "portland_cement")),
    ("urea_made_and_used", ("2.B.1", "works", "urea_made"), ("3.C.3", "", "urea_on_soil")),
    (
        "waste_to_energy_twice",
        ("4.C.1", "works", "mixed_waste"),
        ("1.A.1.a", "works", "municipal_waste_fossil"),
    ),
    ("mixed_waste_and_components", ("4.A.1", "tip", "mixed_waste"), ("4.A.1", "tip", "food_waste")),
]


def marked(
    first: tuple[str, str, str], second: tuple[str, str, str]
) -> tuple[cp.Region, xr.Dataset]:
    """Return an inventory of two lines whose numbers do not matter."""
    region = coal(Amount(COAL, 2020, 100), Amount(COKE, 2020, 5))
    inventory = cp.compile_inventory(region)
    lines = [
        vocabulary.find_line(category, source, site) for category, site, source in (first, second)
    ]
    return region, inventory.assign_coords(line=[line.id for line in lines])


@pytest.mark.parametrize(("name", "first", "second"), BOTH_WAYS)
def test_a_trap_is_seen_at_one_site_only(
    name: str, first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    from carbonpeak.inventory.checks.finding import Case
    from carbonpeak.inventory.checks.results import double_count

    region, inventory = marked(first, second)
    seen = [one.found for one in double_count(Case(region, inventory))]
    assert any(name in words for words in seen), seen
    trap = next(one for one in traps() if one.name == name)
    if trap.same_site:
        region, inventory = marked(first, (second[0], "elsewhere", second[2]))
        assert not any(name in one.found for one in double_count(Case(region, inventory)))


def test_a_trap_needs_activity_of_both_in_one_year() -> None:
    from carbonpeak.inventory.checks.finding import Case
    from carbonpeak.inventory.checks.results import double_count

    region, inventory = marked(*BOTH_WAYS[0][1:])
    inventory["activity"][1] = 0.0
    assert not list(double_count(Case(region, inventory)))


@pytest.mark.parametrize("trap", traps(), ids=lambda one: one.name)
def test_every_trap_names_categories_and_sources_that_exist(trap) -> None:
    from fnmatch import fnmatchcase

    names = {"*"} | {
        word for source in vocabulary.sources().values() for word in (source.source, source.group)
    }
    for pattern, listed in (
        (trap.first_category, trap.first_sources),
        (trap.second_category, trap.second_sources),
    ):
        assert any(fnmatchcase(code, pattern) for code in vocabulary.categories()), pattern
        assert set(listed.split("|")) <= names, listed


def test_every_plausible_range_fits_its_parameter() -> None:
    from carbonpeak import units
    from carbonpeak.evidence.factor_rows import parameters

    for span in plausible_ranges():
        allowed = parameters()[span.parameter].allowed(span.gas)
        assert any(units.same_dimension(span.unit, unit) for unit in allowed), span.name
        assert span.least < span.most


# --- overrides and words --------------------------------------------------------------------


def test_an_override_stays_with_reason_and_author() -> None:
    override = Override("no_value", "2.*", "no such plant", "county office")
    region = coal()
    findings = run_checks(region, cp.compile_inventory(region), overrides=[override])
    taken = [one for one in findings if one.override]
    assert taken
    assert all(one.place.startswith("2.") and not one.stands for one in taken)
    assert "accepted by county office: no such plant" in str(taken[0])
    assert any(one.stands for one in findings if one.name == "no_value")


def test_an_override_of_no_check_is_refused() -> None:
    region = coal()
    with pytest.raises(ResultError, match="did you mean 'no_value'"):
        run_checks(
            region, cp.compile_inventory(region), overrides=[Override("no_values", "*", "a", "b")]
        )


@pytest.mark.parametrize("lang", vocabulary.LANGUAGES)
def test_findings_make_a_table_in_both_languages(lang: vocabulary.Language) -> None:
    region = coal()
    findings = run_checks(region, cp.compile_inventory(region))
    table = findings.table(lang)
    assert len(table) == len(findings)
    assert not table.drop(columns="override").isin([""]).any().any()
    levels = [one.level for one in findings]
    assert levels == sorted(levels, key=["error", "warning", "info"].index)


def test_every_check_has_a_title_in_both_languages() -> None:
    for check in CHECKS:
        assert vocabulary.label(f"check.{check.__name__}", "zh")
        assert vocabulary.label(f"check.{check.__name__}", "en")


@pytest.mark.parametrize("name", ["yangjiang", "sample_county"])
def test_no_error_stands_in_a_shipped_region(name: str) -> None:
    findings = run_checks(worlds.loaded(name), worlds.compiled(name))
    assert [str(one) for one in findings.standing.of("error")] == []
