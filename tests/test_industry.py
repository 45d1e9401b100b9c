"""Industrial processes, fluorinated gases and fugitive methane, line by line, against hand sums."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
import xarray as xr
from tests.worlds import minimal

import carbonpeak as cp
from carbonpeak import sectors, vocabulary
from carbonpeak.errors import InputError, MissingFactorError
from carbonpeak.evidence.factors import load_factor_set
from carbonpeak.sectors import fluorinated, industry

TO_CARBON_DIOXIDE = 44 / 12
ACTIVITY = "category,site,source,item,year,value,unit,low,high,source_id,where,evidence,note\n"
FACTORS = (
    "parameter,subject,condition,region,gas,year,variant,value,unit,low,high,"
    "source,where,verified,evidence,note\n"
)

# category, site, source, item, amount, unit, then what it gives: gas and tonnes, by hand
LINES = [
    ("2.A.1", "", "clinker", "made", 100, "万吨", {"CO2": 1e6 * 0.538}),
    ("2.A.1", "", "carbide_slag_clinker", "made", 2, "万吨", {"CO2": -2e4 * 0.538}),
    ("2.A.2", "", "lime", "made", 5000, "t", {"CO2": 5000 * 0.683}),
    ("2.A.2", "", "high_calcium_lime", "made", 1000, "t", {"CO2": 1000 * 0.75 * 1.02}),
    ("2.A.3", "", "float_glass", "made", 1000, "t", {"CO2": 1000 * 0.21}),
    ("2.A.3", "", "float_cullet", "melted", 150, "t", {"CO2": -150 * 0.21}),
    ("2.A.4", "", "dolomite_carbonate", "used", 100, "t", {"CO2": 100 * 0.47732}),
    ("2.A.4", "boiler_house", "fgd_limestone", "used", 12000, "t", {"CO2": 12000 * 0.9 * 0.43971}),
    ("2.B.1", "", "ammonia_coal", "made", 10, "t", {"CO2": 39.2}),
    ("2.B.1", "", "urea_made", "made", 10, "t", {"CO2": -7.333}),
    ("2.B.2", "", "nitric_acid_dual_pressure", "made", 1000, "t", {"N2O": 8.0}),
    ("2.B.2", "", "nitric_acid_abated", "made", 1000, "t", {"N2O": 8.0 * (1 - 0.8 * 0.95)}),
    ("2.B.3", "", "adipic_acid", "made", 100, "t", {"N2O": 29.3}),
    ("2.B.5", "", "calcium_carbide", "made", 100, "t", {"CO2": 115.4}),
    ("2.B.7", "", "natural_soda_ash", "made", 100, "t", {"CO2": 13.8}),
    ("2.B.8", "", "methanol_steam_reforming", "made", 100, "t", {"CO2": 67.0, "CH4": 0.23}),
    ("2.B.9", "", "hcfc22", "made", 1000, "t", {"HFC23": 29.2}),
    ("2.B.9", "", "hfc32_made", "made", 200, "t HFC32", {"HFC32": 1.0}),
    ("2.C.1", "", "pig_iron_charged", "used", 100, "t", {"CO2": 100 * 0.041 * 44 / 12}),
    ("2.C.1", "", "steel_made", "leaving", 95, "t", {"CO2": -95 * 0.00248 * 44 / 12}),
    ("2.C.1", "", "electrode", "used", 10, "t", {"CO2": 36.63}),
    ("2.C.1", "", "flux_limestone", "used", 100, "t", {"CO2": 43.0}),
    ("2.C.1", "", "sinter_strand", "made", 1000, "t", {"CH4": 0.07}),
    ("2.C.2", "", "electrode_paste", "used", 10, "t", {"CO2": 34.0}),
    ("2.C.2", "", "coke_by_weight", "reductant", 10, "t", {"CO2": 33.0}),
    ("2.C.2", "", "ferrosilicon_75", "made", 1000, "t", {"CO2": 4000.0, "CH4": 1.0}),
    (
        "2.C.3",
        "",
        "aluminium_point_fed_prebake",
        "made",
        1000,
        "t",
        {"CO2": 1600.0, "CF4": 0.0888, "C2F6": 0.0114},
    ),
    ("2.C.4", "", "magnesium_primary", "made", 1000, "t", {"CO2": 5130.0, "SF6": 0.49}),
    ("2.C.4", "", "magnesium_processed", "made", 1000, "t", {"SF6": 0.114}),
    ("2.C.5", "", "lead_smelted", "made", 100, "t", {"CO2": 52.0}),
    ("2.C.6", "", "zinc_smelted", "made", 100, "t", {"CO2": 172.0}),
    ("2.D.1", "", "lubricants", "used", 100, "t", {"CO2": 4020 * 0.02 * 0.2 * 44 / 12}),
    ("2.D.1", "", "grease", "used", 100, "t", {"CO2": 4020 * 0.02 * 0.05 * 44 / 12}),
    ("2.D.4", "", "urea_denitrification", "used", 100, "t", {"CO2": 73.33}),
    ("2.E.1", "", "semiconductor_cf4", "used", 1000, "kg CF4", {"CF4": 0.4356}),
    ("2.E.1", "", "semiconductor_hfc23", "used", 1000, "kg HFC23", {"HFC23": 0.2095}),
    ("2.F.1", "", "r134a_mobile_air_conditioning", "bank", 20, "t", {"HFC134a": 3.0}),
    (
        "2.F.1",
        "",
        "r404a_cold_store",
        "bank",
        10,
        "t",
        {"HFC125": 1.6 * 0.44, "HFC134a": 1.6 * 0.04, "HFC143a": 1.6 * 0.52},
    ),
    ("2.F.1", "", "r507a", "refilled", 500, "kg", {"HFC125": 0.25, "HFC143a": 0.25}),
    (
        "2.F.3",
        "",
        "hfc227ea_fixed_extinguishers",
        "bank",
        10,
        "t HFC227ea",
        {"HFC227ea": 0.2},
    ),
    ("2.G.1", "", "sf6_equipment_making", "used", 1, "t SF6", {"SF6": 0.086}),
    ("2.G.1", "", "sf6_sealed_equipment", "bank", 1000, "kg SF6", {"SF6": 0.002}),
    ("1.B.1", "", "coal_underground_middle", "mined", 1000, "t", {"CH4": 20.5 * 0.67}),
    ("1.B.1", "", "coal_state_key_mines", "mined", 1000, "t", {"CH4": 8.37 * 0.67}),
    ("1.B.1", "", "mine_gas_recovered", "recovered", 1000, "m3_20C", {"CH4": -0.67}),
    ("1.B.2", "", "gas_compressor_stations", "in_service", 2, "座", {"CH4": 170.1}),
    ("1.B.2", "", "natural_gas_consumed", "passed", 1, "亿标立方米", {"CH4": 133.0}),
    ("1.B.2", "", "crude_oil_by_truck", "passed", 1000, "m3", {"CH4": 0.025}),
    ("1.B.2", "", "heavy_oil_produced", "passed", 1, "万吨", {"CH4": 14.31}),
]

PLANT = [
    ("process_emission", "nitric_acid_abated", "all", "N2O", 8, "kg N2O/t"),
    ("destruction", "nitric_acid_abated", "all", "none", 80, "percent"),
    ("utilisation", "nitric_acid_abated", "all", "none", 0.95, "1"),
]


def activity_rows(rows: Sequence[tuple[object, ...]]) -> str:
    return ACTIVITY + "".join(
        f"{category},{site},{source},{item},2020,{amount},{unit},,,invented,books,assumption,\n"
        for category, site, source, item, amount, unit, *_ in rows
    )


def factor_rows(rows: Sequence[tuple[object, ...]]) -> str:
    return FACTORS + "".join(
        f"{parameter},{subject},all,{region},{gas},all,default,{value},{unit},,,"
        "Invented for tests,round number,unverified,assumption,\n"
        for parameter, subject, region, gas, value, unit in rows
    )


SITES = (
    "site,title_zh,title_en,reductant_carbon\n"
    "boiler_house,锅炉房,Boiler house,ippu\noffices,机关,Offices,\n"
)


def county(folder: Path, activity: str, factors: str = "") -> Path:
    """Make a county of these rows alone, whose works counts its reductants as processes."""
    path = minimal(folder)
    (path / "sites.csv").write_text(SITES, "utf-8")
    (path / "activity" / "energy.csv").write_text(activity, "utf-8")
    if factors:
        (path / "factors.csv").write_text(factors, "utf-8")
    return path


def compiled(
    folder: Path, rows: Sequence[tuple[object, ...]], factors: Sequence[tuple[object, ...]]
) -> xr.Dataset:
    path = county(folder, activity_rows(rows), factor_rows(factors) if factors else "")
    return cp.compile_inventory(cp.load_region(path))


def masses(inventory: xr.Dataset, line: str, variable: str = "emissions") -> dict[str, float]:
    """Return the tonnes of every gas of a line that are not zero."""
    found = inventory[variable].sel(line=line, year=2020)
    return {str(gas): float(found.sel(gas=gas)) for gas in found.gas.values if found.sel(gas=gas)}


def line_id(row: tuple[object, ...]) -> str:
    return "/".join(str(part) for part in row[:3] if part)


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    return compiled(tmp_path_factory.mktemp("industry"), list(LINES), list(PLANT))


@pytest.mark.parametrize("row", LINES, ids=line_id)
def test_a_line_gives_what_the_hand_sum_gives(
    inventory: xr.Dataset, row: tuple[object, ...]
) -> None:
    assert masses(inventory, line_id(row)) == pytest.approx(row[-1], rel=1e-9)


def test_processes_and_leaks_have_their_sector_and_add_nothing_to_the_energy_total(
    inventory: xr.Dataset,
) -> None:
    for name in inventory.line.values:
        line = inventory.sel(line=name)
        assert str(line.sector.values) == ("energy" if name.startswith("1.B") else "ippu")
        used_as_fuel = str(line.source.values) in {"lubricants", "grease", "coke_by_weight"}
        assert bool((line.energy > 0).all()) is used_as_fuel, name


def test_clinker_of_cement_is_not_counted_beside_clinker(tmp_path: Path) -> None:
    rows = [("2.A.1", "", "portland_cement", "made", 1000, "t")]
    found = compiled(tmp_path, rows, [])
    assert masses(found, "2.A.1/portland_cement") == pytest.approx({"CO2": 1000 * 0.95 * 0.538})


@pytest.mark.parametrize(
    ("destruction", "utilisation", "left"), [(0, 1, 1.0), (1, 0, 1.0), (1, 1, 0.0), (0.9, 1, 0.1)]
)
def test_abatement_at_its_boundaries(destruction: float, utilisation: float, left: float) -> None:
    made = industry.abated_nitrous_oxide(
        output=(1000.0, "t/year"),
        process_emission=(300.0, "kg N2O/t"),
        destruction=(destruction, "1"),
        utilisation=(utilisation, "1"),
    )
    assert made.m == pytest.approx(300 * left)


def test_an_abated_plant_has_to_state_its_abatement(tmp_path: Path) -> None:
    rows = [("2.B.9", "", "hcfc22_abated", "made", 1000, "t")]
    with pytest.raises(MissingFactorError, match="'destruction' of 'hcfc22_abated'"):
        compiled(tmp_path, rows, [])


def test_what_no_analysis_is_known_of_is_not_guessed(tmp_path: Path) -> None:
    for source in ("slag_out", "dust_out"):
        with pytest.raises(MissingFactorError, match="'carbon_share'"):
            compiled(tmp_path / source, [("2.C.2", "", source, "leaving", 1, "t")], [])


def test_losses_of_filling_stations_are_alternatives_only(tmp_path: Path) -> None:
    rows = [("1.B.2", "", "lng_filled", "passed", 1, "t")]
    with pytest.raises(MissingFactorError, match="five_stations_least, five_stations_most"):
        compiled(tmp_path, rows, [])


def test_a_bank_of_one_gas_is_not_taken_for_another(tmp_path: Path) -> None:
    rows = [("2.G.1", "", "sf6_closed_equipment", "bank", 1, "t CF4")]
    with pytest.raises(InputError, match="CF4"):
        compiled(tmp_path, rows, [])


# ------------------------------------------------------- the carbon of a plant, counted once

SITE = "boiler_house"
BALANCE = [
    # what enters or leaves: source, item, tonnes, carbon per tonne by the plant's analysis
    ("nickel_pig_iron_bought", "used", 50_000, 0.021),
    ("electrode_paste", "used", 3_720, 0.93),
    ("ferrochrome_bought", "used", 90_000, 0.078),
    ("ore_charged", "used", 4_000_000, 0.0004),
    ("nickel_pig_iron_made", "leaving", 120_000, 0.019),
    ("steel_made", "leaving", 700_000, 0.0004),
    ("slag_out", "leaving", 3_700_000, 0.0002),
]


def site_balance(folder: Path, category: str, item: str) -> xr.Dataset:
    """Compile a site with its anthracite as reductant (2.C.2) or as fuel (1.A.2.a)."""
    rows: list[tuple[object, ...]] = [
        ("2.C.2", SITE, source, item_, tonnes, "t") for source, item_, tonnes, _ in BALANCE
    ]
    rows.append((category, SITE, "anthracite", item, 186_000, "t"))
    plant: list[tuple[object, ...]] = [
        ("carbon_share", source, SITE, "none", share, "t C/t") for source, _, _, share in BALANCE
    ]
    plant += [
        ("net_calorific_value", "anthracite", SITE, "none", 26, "GJ/t"),
        ("carbon_content", "anthracite", SITE, "none", 28, "t C/TJ"),
        ("standard_coal", "anthracite", SITE, "none", 0.887, "tce/t"),
    ]
    return compiled(folder, rows, plant)


def test_the_carbon_balance_of_a_nickel_and_stainless_site_closes(tmp_path: Path) -> None:
    found = site_balance(tmp_path, "2.C.2", "reductant")
    signs = {"used": 1, "leaving": -1}
    carbon = 186_000 * 26 * 0.028 + sum(
        signs[item] * tonnes * share for _, item, tonnes, share in BALANCE
    )
    total = float(found.emissions.sel(gas="CO2", year=2020).sum())
    assert total == pytest.approx(carbon * TO_CARBON_DIOXIDE, rel=1e-12)


def test_a_plant_value_goes_before_the_guideline_and_stays_at_its_site(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        ("2.C.1", "boiler_house", "steel_made", "leaving", 100, "t"),
        ("2.C.1", "offices", "steel_made", "leaving", 100, "t"),
    ]
    plant = [("carbon_share", "steel_made", "boiler_house", "none", 0.0004, "t C/t")]
    found = compiled(tmp_path, rows, plant)
    ours, others = (
        masses(found, f"2.C.1/{site}/steel_made") for site in ("boiler_house", "offices")
    )
    assert ours["CO2"] == pytest.approx(-0.04 * TO_CARBON_DIOXIDE)
    assert others["CO2"] == pytest.approx(-0.248 * TO_CARBON_DIOXIDE)


def test_moving_the_reductant_to_industry_changes_no_standard_coal(tmp_path: Path) -> None:
    burnt = site_balance(tmp_path / "energy", "1.A.2.a", "burnt")
    reacts = site_balance(tmp_path / "ippu", "2.C.2", "reductant")
    assert reacts.energy.sum("line").values == pytest.approx(burnt.energy.sum("line").values)
    fuel = masses(burnt, f"1.A.2.a/{SITE}/anthracite")["CO2"]
    reductant = masses(reacts, f"2.C.2/{SITE}/anthracite")
    oxidation = load_factor_set("cn_provincial_2011").find("oxidation", "anthracite").value
    assert reductant == pytest.approx({"CO2": fuel / oxidation})
    assert str(reacts.sel(line=f"2.C.2/{SITE}/anthracite").sector.values) == "ippu"


def test_a_reductant_is_no_fuel_and_a_fuel_no_reductant(tmp_path: Path) -> None:
    for category, item in (("2.C.2", "burnt"), ("1.A.2.a", "reductant")):
        rows = [(category, "", "anthracite", item, 1, "t")]
        with pytest.raises(InputError, match=f"'{item}' is not the activity of 'anthracite'"):
            compiled(tmp_path / item, rows, [])


def test_charcoal_is_a_memo_item_as_reductant(tmp_path: Path) -> None:
    rows = [("2.C.2", "", "charcoal", "reductant", 100, "t")]
    coal = [("standard_coal", "charcoal", "all", "none", 1.0, "tce/t")]
    found = compiled(tmp_path, rows, coal)
    assert masses(found, "2.C.2/charcoal") == {}
    assert masses(found, "2.C.2/charcoal", "memo") == pytest.approx({"CO2": 91 * 44 / 12})


@pytest.mark.parametrize("category", ["2.C.1", "2.C.2", "2.B.1"])
@pytest.mark.parametrize("fuel", ["coke", "anthracite", "petroleum_coke", "natural_gas"])
def test_every_reagent_is_a_fuel_of_the_energy_balance(category: str, fuel: str) -> None:
    rule = vocabulary.find_line(category, fuel).rule
    method = sectors.find_method(rule.method)
    assert rule.item == ("feedstock" if category == "2.B.1" else "reductant")
    assert method.energy is not None
    assert "oxidation" not in method.gases["CO2"].inputs


def test_negative_lines_are_the_corrections_and_nothing_else() -> None:
    taken_off = {
        source.source
        for source in vocabulary.sources().values()
        for rule in vocabulary.line_rules()
        if rule.sector == "ippu"
        and rule.sources in (source.source, f"{source.group}:{source.measured_by}")
        and sectors.find_method(rule.method).sign < 0
    }
    assert taken_off == {
        "carbide_slag_clinker",
        "cullet",
        "float_cullet",
        "urea_made",
        "steel_made",
        "pig_iron_made",
        "nickel_pig_iron_made",
        "slag_out",
        "dust_out",
        "coal_tar_out",
        "furnace_gas_out",
    }


def test_nickel_pig_iron_has_no_factor_per_tonne_in_force() -> None:
    """A band of plausibility is kept as alternatives; none is ever the default."""
    for name in ("cn_provincial_2011", "ipcc_2006"):
        factors = load_factor_set(name)
        with pytest.raises(MissingFactorError, match="Alternatives, never used unasked"):
            factors.find("process_emission", "nickel_pig_iron_made", gas="CO2")


def test_shares_of_a_refrigerant_add_up_to_one() -> None:
    factors = load_factor_set("ipcc_2006")
    for name, gases in fluorinated.BLENDS.items():
        shares = [factors.find("gas_content", name, gas=gas).value for gas in gases]
        assert sum(shares) == pytest.approx(1, abs=1e-12), name
        stated = {row.gas for row in factors.rows if row.subject == name and row.gas != "none"}
        assert stated == set(gases)


def test_every_application_has_a_loss_for_every_refrigerant_that_it_lists() -> None:
    factors = load_factor_set("cn_provincial_2011")
    banks = [rule for rule in vocabulary.line_rules() if rule.item == "bank"]
    assert len(banks) > 20
    for rule in banks:
        loss = factors.find(
            "operation_loss", rule.subject or rule.sources, condition=rule.condition
        )
        assert loss.unit == "percent/year"


@pytest.mark.parametrize("name", ["ippu", "fugitive"])
def test_every_raw_row_has_its_rule_and_every_rule_a_reason(name: str) -> None:
    path = Path(__file__).parents[1] / "tools" / "factor_tables" / f"keyed_{name}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rules = list(csv.DictReader(stream))
    assert rules
    for rule in rules:
        if rule["set"]:
            assert rule["parameter"]
            assert rule["variant"]
            assert rule["rank"] or rule["why"], rule["key"]
        else:
            assert rule["home"], rule["key"]
            assert rule["why"], rule["key"]
