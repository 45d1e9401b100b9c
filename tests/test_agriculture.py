"""Agriculture: every method by hand and at its boundaries, and the traps of counting twice."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from tests import worlds

import carbonpeak as cp
from carbonpeak import sectors, vocabulary
from carbonpeak.equation import Equation
from carbonpeak.errors import InputError, MissingFactorError
from carbonpeak.evidence.factors import load_factor_set
from carbonpeak.sectors import agriculture, livestock, manure, residues

MODULES = (agriculture, livestock, manure, residues)
EQUATIONS = {
    found.name: found
    for module in MODULES
    for found in vars(module).values()
    if isinstance(found, Equation)
}
METHODS = {method.name: method for module in MODULES for method in module.METHODS}
REGIONS = "[Central-South, Soil-V, China]"
N2O = 44 / 28

HEADER = "category,site,source,item,year,value,unit,low,high,source_id,where,evidence,note\n"
FACTORS = (
    "parameter,subject,condition,region,gas,year,variant,value,unit,low,high,"
    "source,where,verified,evidence,note\n"
)


def inventory(folder: Path, *rows: str, factors: tuple[str, ...] = ()) -> xr.Dataset:
    """Compile the minimal region with rows of activity: category,source,item,value,unit."""
    return cp.compile_inventory(region(folder, *rows, factors=factors))


def region(
    folder: Path, *rows: str, factors: tuple[str, ...] = (), regions: str = REGIONS
) -> cp.Region:
    path = worlds.minimal(folder)
    worlds.edit(path / "region.yaml", "grid_region:", f"factor_regions: {regions}\ngrid_region:")
    loaded = worlds.loaded("minimal")
    year, source = loaded.record.base_year, next(iter(loaded.sources))
    lines = []
    for row in rows:
        category, name, item, value, unit = row.split(",")
        lines.append(f"{category},,{name},{item},{year},{value},{unit},,,{source},test,assumption,")
    (path / "activity" / "agriculture.csv").write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    if factors:
        local = path / "factors.csv"
        text = local.read_text("utf-8") if local.is_file() else FACTORS
        made = [f"{factor},,,test,test,unverified,assumption," for factor in factors]
        local.write_text(text + "\n".join(made) + "\n", "utf-8")
    return cp.load_region(path)


def returned(crop: str, share: float) -> str:
    return f"returned_share,manure_and_soil,{crop},all,none,all,default,{share},1"


def gas(dataset: xr.Dataset, line: str, name: str, role: str = "emissions") -> float:
    return float(dataset[role].sel(line=line, gas=name).isel(year=-1))


@pytest.mark.parametrize("name", sorted(EQUATIONS))
def test_every_equation_proves(name: str) -> None:
    assert EQUATIONS[name].prove() > 0


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_is_linear_in_its_activity(name: str) -> None:
    for formula in METHODS[name].gases.values():
        activity = next(iter(formula.inputs))
        assert formula.linear_in(activity)
        unit = METHODS[name].activity_unit
        assert formula.inputs[activity] == unit


def test_no_equation_states_a_ratio_of_molar_masses() -> None:
    for module in MODULES:
        text = Path(str(module.__file__)).read_text("utf-8")
        assert "44" not in text.replace("10.44", "")
        assert "28" not in text


# Rice ---------------------------------------------------------------------------------------------


def test_rice_of_two_crops_uses_the_factors_of_central_south(tmp_path: Path) -> None:
    found = inventory(
        tmp_path,
        "3.C.7,double_early_rice,harvested,100,ha",
        "3.C.7,double_late_rice,harvested,1500,亩",
    )
    assert gas(found, "3.C.7/double_early_rice", "CH4") == pytest.approx(24.1)
    assert gas(found, "3.C.7/double_late_rice", "CH4") == pytest.approx(27.32)


def test_the_factors_of_the_east_are_not_those_of_guangdong() -> None:
    factors = load_factor_set("cn_provincial_2011")
    key = {"gas": "CH4", "year": 2020}
    east = factors.find("seasonal_methane", "double_early_rice", region="East", **key)
    south = factors.find("seasonal_methane", "double_early_rice", region="Central-South", **key)
    assert (east.value, south.value) == (211.4, 241.0)


def test_rice_without_its_group_of_provinces_is_missing_and_not_guessed(tmp_path: Path) -> None:
    row = "3.C.7,winter_flooded_rice,harvested,10,ha"
    with pytest.raises(MissingFactorError, match="organic_rate"):
        inventory(tmp_path, row)


@pytest.mark.parametrize(("rate", "scale"), [(0, 1.0), (1, 2**0.59), (5, 6**0.59)])
def test_organic_matter_scales_rice_by_day(tmp_path: Path, rate: float, scale: float) -> None:
    local = f"organic_rate,rice_drained_once,all,all,none,all,default,{rate},t/ha"
    found = inventory(tmp_path, "3.C.7,rice_drained_once,harvested,100,ha", factors=(local,))
    expected = 100 * 1.30 * 113 * 0.60 * 1 * scale / 1000
    assert gas(found, "3.C.7/rice_drained_once", "CH4") == pytest.approx(expected)


def test_winter_flooded_fields_use_the_scale_of_a_flooded_pre_season(tmp_path: Path) -> None:
    local = "organic_rate,winter_flooded_rice,all,all,none,all,default,0,t/ha"
    found = inventory(tmp_path, "3.C.7,winter_flooded_rice,harvested,100,ha", factors=(local,))
    expected = 100 * 1.30 * 113 * 1.0 * 1.9 / 1000
    assert gas(found, "3.C.7/winter_flooded_rice", "CH4") == pytest.approx(expected)


# Nitrogen in soils --------------------------------------------------------------------------------


def test_synthetic_nitrogen_emits_on_the_spot_and_elsewhere(tmp_path: Path) -> None:
    found = inventory(tmp_path, "3.C.4,synthetic_nitrogen,spread,1000,t N")
    assert gas(found, "3.C.4/synthetic_nitrogen", "N2O") == pytest.approx(1000 * 0.0178 * N2O)
    lost = 1000 * (0.10 * 0.01 + 0.20 * 0.0075) * N2O
    assert gas(found, "3.C.5/synthetic_nitrogen", "N2O") == pytest.approx(lost)


def test_nitrogen_of_paddy_parts_the_editions() -> None:
    key = {"condition": "paddy", "gas": "N2O", "region": ("Soil-V", "China"), "year": 2020}
    name = ("direct_soil_emission", "manure_and_soil")
    chinese, ipcc = load_factor_set("cn_provincial_2011"), load_factor_set("ipcc_2006")
    assert chinese.find(*name, **key).value == 0.0178
    assert ipcc.find(*name, **key).value == 0.003
    assert ipcc.find(*name, **{**key, "condition": "fertiliser"}).value == 0.01


def test_product_weight_is_refused_where_nitrogen_is_meant(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nitrogen"):
        region(tmp_path, "3.C.4,synthetic_nitrogen,spread,1000,t")


def test_dung_that_is_burnt_takes_back_what_manure_had_added(tmp_path: Path) -> None:
    """All dung burnt leaves nothing but the nitrogen that storage lost as nitrous oxide."""
    found = inventory(
        tmp_path,
        "3.A.1,pig,kept,1000,head",
        "3.C.4,dung_nitrogen_burnt,burnt,16,t N",
    )
    left = -1000 * 0.157 * 0.0178 / 1000
    total = gas(found, "3.C.4/pig", "N2O") + gas(found, "3.C.4/dung_nitrogen_burnt", "N2O")
    assert gas(found, "3.C.4/dung_nitrogen_burnt", "N2O") < 0
    assert total == pytest.approx(left)
    elsewhere = gas(found, "3.C.5/pig", "N2O") + gas(found, "3.C.5/dung_nitrogen_burnt", "N2O")
    assert elsewhere == pytest.approx(left / 0.0178 * (0.1 * 0.01 + 0.2 * 0.0075))


def test_excreta_of_rural_people(tmp_path: Path) -> None:
    found = inventory(tmp_path, "3.C.4,rural_population_on_fields,living,1,万人")
    spread = 1e4 * 5.4 * 0.65 / 1000
    line = "rural_population_on_fields"
    assert gas(found, f"3.C.4/{line}", "N2O") == pytest.approx(spread * 0.0178 * N2O)
    lost = spread * (0.1 * 0.01 + 0.2 * 0.0075) * N2O
    assert gas(found, f"3.C.5/{line}", "N2O") == pytest.approx(lost)


def test_compost_uses_the_share_of_organic_nitrogen(tmp_path: Path) -> None:
    found = inventory(tmp_path, "3.C.4,organic_nitrogen,spread,100,t N")
    lost = 100 * (0.10 * 0.01 + 0.20 * 0.0075) * N2O
    assert gas(found, "3.C.5/organic_nitrogen", "N2O") == pytest.approx(lost)


# Crops --------------------------------------------------------------------------------------------


def residue_of_rice(share: float) -> float:
    above = 1000 / 0.489
    return ((above - 1000) * share + above * 0.125) * 0.855 * 0.00753


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_straw_and_roots_of_rice(tmp_path: Path, share: float) -> None:
    found = inventory(tmp_path, "3.C.4,rice,harvested,1000,t", factors=(returned("rice", share),))
    nitrogen = residue_of_rice(share)
    assert gas(found, "3.C.4/rice", "N2O") == pytest.approx(nitrogen * 0.0178 * N2O)
    lost = nitrogen * (0.1 * 0.01 + 0.2 * 0.0075) * N2O
    assert gas(found, "3.C.5/rice", "N2O") == pytest.approx(lost)


def test_a_crop_without_its_share_of_straw_returned_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFactorError, match="returned_share"):
        inventory(tmp_path, "3.C.4,rice,harvested,1000,t")


def test_more_straw_than_there_is_cannot_be_returned(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at most 1"):
        region(tmp_path, "3.C.4,rice,harvested,1,t", factors=(returned("rice", 1.2),))


def test_crop_residues_by_the_ratio_of_the_ipcc(tmp_path: Path) -> None:
    local = (returned("maize_by_ratio", 0.6),)
    found = inventory(tmp_path, "3.C.4,maize_by_ratio,harvested,1000,t", factors=local)
    nitrogen = 1000 * 0.87 * (1.0 * 0.6 * 0.006 + (1 + 1.0) * 0.22 * 0.007)
    assert gas(found, "3.C.4/maize_by_ratio", "N2O") == pytest.approx(nitrogen * 0.0178 * N2O)


def test_the_ipcc_lets_no_residue_nitrogen_into_the_air() -> None:
    key = ("residue_volatilised", "manure_and_soil")
    assert load_factor_set("ipcc_2006").find(*key, condition="rice").value == 0
    assert load_factor_set("cn_provincial_2011").find(*key, condition="rice").value == 10


def test_straw_burnt_in_the_field_gives_no_carbon_dioxide(tmp_path: Path) -> None:
    found = inventory(tmp_path, "3.C.1,rice_straw_burnt,burnt,1000,t")
    assert gas(found, "3.C.1/rice_straw_burnt", "CH4") == pytest.approx(1000 * 0.8 * 2.7e-3)
    assert gas(found, "3.C.1/rice_straw_burnt", "N2O") == pytest.approx(1000 * 0.8 * 0.07e-3)
    assert gas(found, "3.C.1/rice_straw_burnt", "CO2") == 0


@pytest.mark.parametrize(
    ("category", "source", "carbon"),
    [
        ("3.C.2", "limestone_on_soil", 0.12),
        ("3.C.2", "dolomite_on_soil", 0.13),
        ("3.C.3", "urea_on_soil", 0.20),
    ],
)
def test_all_carbon_of_lime_and_urea_leaves(
    tmp_path: Path, category: str, source: str, carbon: float
) -> None:
    found = inventory(tmp_path, f"{category},{source},spread,300,t")
    assert gas(found, f"{category}/{source}", "CO2") == pytest.approx(300 * carbon * 44 / 12)


# Animals ------------------------------------------------------------------------------------------


def test_heads_are_stated_once_and_serve_five_lines(tmp_path: Path) -> None:
    found = inventory(tmp_path, "3.A.1,pig,kept,1.6,万头")
    lines = [f"{code}/pig" for code in ("3.A.1", "3.A.2", "3.C.4", "3.C.5", "3.C.6")]
    kept = found["activity"].sel(line=lines).isel(year=-1)
    assert np.array_equal(kept, [16000] * 5)
    assert gas(found, "3.A.1/pig", "CH4") == pytest.approx(16.0)
    assert gas(found, "3.A.2/pig", "CH4") == pytest.approx(16000 * 5.85 / 1000)
    assert gas(found, "3.A.2/pig", "N2O") == pytest.approx(16000 * 0.157 / 1000)
    nitrogen = 16000 * (16 * 0.65 - 0.157 / N2O) / 1000
    assert gas(found, "3.C.4/pig", "N2O") == pytest.approx(nitrogen * 0.0178 * N2O)
    spread = nitrogen * (0.1 * 0.01 + 0.2 * 0.0075) * N2O
    assert gas(found, "3.C.5/pig", "N2O") == pytest.approx(spread)
    assert gas(found, "3.C.6/pig", "N2O") == pytest.approx(16000 * 16 / 1000 * 0.2 * 0.01 * N2O)


@pytest.mark.parametrize("category", ["3.A.2", "3.C.4", "3.C.5", "3.C.6"])
def test_heads_stated_a_second_time_are_refused(tmp_path: Path, category: str) -> None:
    with pytest.raises(InputError, match=r"takes its activity from 3\.A\.1"):
        region(tmp_path, "3.A.1,pig,kept,100,head", f"{category},pig,kept,100,head")


@pytest.mark.parametrize(
    ("kept", "factor"), [("farm", 52.9), ("household", 67.9), ("grazing", 85.3)]
)
def test_enteric_methane_depends_on_the_way_of_keeping(
    tmp_path: Path, kept: str, factor: float
) -> None:
    found = inventory(tmp_path, f"3.A.1,other_cattle_{kept},kept,1000,head")
    assert gas(found, f"3.A.1/other_cattle_{kept}", "CH4") == pytest.approx(factor)


def test_dung_of_grazing_animals_is_soil_and_not_manure_management(tmp_path: Path) -> None:
    found = inventory(tmp_path, "3.A.1,sheep_grazing,kept,1000,head")
    assert "3.C.6/sheep_grazing" not in found["line"].values
    assert gas(found, "3.A.2/sheep_grazing", "N2O") == 0
    assert gas(found, "3.A.2/sheep_grazing", "CH4") == pytest.approx(0.34)
    assert gas(found, "3.C.4/sheep_grazing", "N2O") == pytest.approx(1000 * 0.012 * 0.01 * N2O)
    lost = 1000 * 0.012 * (0.2 * 0.01 + 0.2 * 0.0075) * N2O
    assert gas(found, "3.C.5/sheep_grazing", "N2O") == pytest.approx(lost)


def test_poultry_has_manure_and_no_enteric_methane(tmp_path: Path) -> None:
    found = inventory(tmp_path, "3.A.1,poultry,kept,20,万只")
    assert float(found["emissions"].sel(line="3.A.1/poultry").sum()) == 0
    assert gas(found, "3.A.2/poultry", "CH4") == pytest.approx(200000 * 0.02 / 1000)


def test_slaughter_is_turned_into_a_stock_before_it_is_stated() -> None:
    """600,000 chickens of 60 days are 98,630 alive; the unit of a yearly number is refused."""
    made = livestock.average_heads(slaughtered=(600000, "head/year"), days_alive=(60, "day"))
    assert float(made.m) == pytest.approx(600000 * 60 / 365)


def test_animals_by_feed_and_storage(tmp_path: Path) -> None:
    local = (
        "gross_energy,dairy_cattle,all,all,none,all,default,300,MJ/head/day",
        "manure_conversion,manure_and_soil,dairy_cattle,all,none,all,default,4,percent",
        "system_nitrous_oxide,manure_and_soil,dairy_cattle,all,N2O,all,default,0.005,kg N2ON/kg N",
    )
    found = inventory(tmp_path, "3.A.1,dairy_cattle_by_feed,kept,100,head", factors=local)
    line = "dairy_cattle_by_feed"
    assert gas(found, f"3.A.1/{line}", "CH4") == pytest.approx(
        100 * 300 * 0.065 * 365 / 55.65 / 1000
    )
    assert gas(found, f"3.A.2/{line}", "CH4") == pytest.approx(
        100 * 3.5 * 365 * 0.24 * 0.67 * 0.04 / 1000
    )
    assert gas(found, f"3.A.2/{line}", "N2O") == pytest.approx(100 * 0.060 * 0.005 * N2O)


def test_what_storage_emits_no_longer_reaches_the_soil() -> None:
    """The bracket of the guideline: more nitrous oxide in the store leaves less for the field."""
    common = {
        "heads": (1, "head"),
        "nitrogen_excretion": (60, "kg N/head/year"),
        "leached_before_use": (15, "percent"),
        "volatilised_before_use": (20, "percent"),
        "direct_soil_emission": (1, "kg N2ON/kg N"),
    }
    without = manure.manure_direct(manure_nitrous_oxide=(0, "kg N2O/head/year"), **common)
    with_it = manure.manure_direct(manure_nitrous_oxide=(1.71, "kg N2O/head/year"), **common)
    assert float(without.m) * 1000 == pytest.approx(39 * N2O)
    assert float((without - with_it).m) * 1000 == pytest.approx(1.71)


# Ponds --------------------------------------------------------------------------------------------


def test_ponds_are_told_apart_by_salt_and_stay_memo(tmp_path: Path) -> None:
    found = inventory(
        tmp_path,
        "3.C.8,pond_freshwater,water_surface,100,ha",
        "3.C.8,pond_saline,water_surface,100,ha",
        "3.C.8,farmed_fish,farmed,1000,t",
    )
    assert gas(found, "3.C.8/pond_freshwater", "CH4", "memo") == pytest.approx(18.3)
    assert gas(found, "3.C.8/pond_saline", "CH4", "memo") == pytest.approx(3.0)
    assert gas(found, "3.C.8/farmed_fish", "N2O", "memo") == pytest.approx(1.69 * N2O)
    lines = [line for line in found["line"].values if line.startswith("3.C.8")]
    assert float(found["emissions"].sel(line=lines).sum()) == 0


# Tables -------------------------------------------------------------------------------------------


def test_every_rule_of_agriculture_has_its_method_and_no_line_is_energy() -> None:
    rules = [rule for rule in vocabulary.line_rules() if rule.sector == "agriculture"]
    assert {rule.method for rule in rules} == set(METHODS)
    assert all(sectors.find_method(rule.method).energy is None for rule in rules)
    assert {rule.category for rule in rules} == {
        *("3.A.1", "3.A.2", "3.C.1", "3.C.2", "3.C.3"),
        *("3.C.4", "3.C.5", "3.C.6", "3.C.7", "3.C.8"),
    }


def test_every_species_has_what_the_guideline_needs_in_central_south() -> None:
    factors = load_factor_set("cn_provincial_2011")
    regions = ("Guangdong", "Central-South", "Soil-V")
    for rule in vocabulary.line_rules():
        if rule.method not in ("manure", "manure_spread", "manure_lost", "manure_deposited"):
            continue
        for name, formula in sectors.find_method(rule.method).gases.items():
            for parameter in tuple(formula.inputs)[1:]:
                of_gas = parameter not in NO_GAS
                factors.find(
                    parameter,
                    rule.subject,
                    condition=rule.condition,
                    gas=name if of_gas else "none",
                    region=regions,
                    year=2020,
                )


NO_GAS = {
    "nitrogen_excretion",
    "leached_before_use",
    "volatilised_before_use",
    "organic_volatilised",
    "leached",
}


def test_every_raw_row_is_placed_or_left_out_for_a_reason() -> None:
    path = Path(__file__).parents[1] / "tools" / "factor_tables" / "keyed_agriculture.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len({row["key"] for row in rows}) == 408
    for row in rows:
        assert row["set"] or (row["home"] and row["why"]), row["key"]
        assert row["rank"] or row["why"] or row["variant"].startswith("refinement"), row["key"]
