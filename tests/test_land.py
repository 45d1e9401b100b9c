"""Forest, its conversion, soils, city trees and the coast, line by line, against hand sums."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from tests.worlds import compiled, minimal

import carbonpeak as cp
from carbonpeak import locate, sectors, vocabulary
from carbonpeak.errors import MissingFactorError
from carbonpeak.evidence.factors import FactorSet, load_factor_set
from carbonpeak.sectors import coastal_wetland, land, land_conversion

ROOT = Path(__file__).parents[1]
TO_CARBON_DIOXIDE = 44 / 12
ACTIVITY = "category,site,source,item,year,value,unit,low,high,source_id,where,evidence,note\n"

# The trees of a hectare with 60 m3 before its conversion: all above ground, t C.
FELLED = 60 * 0.474 * 1.513 * 0.5
EUCALYPTUS = 0.578 * 1.22 * 1.221 * 0.5
MEAN_TREE = 0.474 * 1.915 * 0.5
BURNT_CARBON = FELLED * 0.15 * 0.9

# category, source, item, amount, unit, role, then what it gives: tonnes of carbon or of gas
REMOVED, EMITTED = "removals", "emissions"
LINES = [
    ("3.B.1.a", "forest_eucalyptus", "standing_volume", 1, "万立方米", REMOVED, 961 * EUCALYPTUS),
    ("3.B.1.a", "forest_all", "standing_volume", 1000, "m3", REMOVED, 96.1 * MEAN_TREE),
    ("3.B.1.a", "scattered_trees", "standing_volume", 1000, "m3", REMOVED, 96.1 * MEAN_TREE),
    ("3.B.1.a", "roadside_trees", "standing_volume", 1000, "m3", REMOVED, 96.1 * MEAN_TREE),
    ("3.B.1.a", "standing_timber", "standing_volume", 1000, "m3", EMITTED, 55.4 * MEAN_TREE),
    ("3.B.1.a", "felled_eucalyptus", "felled", 100, "m3", EMITTED, 100 * EUCALYPTUS),
    ("3.B.1.a", "felled_all", "felled", 100, "m3", EMITTED, 100 * MEAN_TREE),
    ("3.B.1.a", "bamboo_gained", "gained", 10, "ha", REMOVED, 10 * 68.48 * 0.5),
    ("3.B.1.a", "bamboo_lost", "lost", 15, "亩", EMITTED, 68.48 * 0.5),
    ("3.B.1.a", "economic_forest_gained", "gained", 10, "ha", REMOVED, 10 * 35.21 * 0.5),
    ("3.B.1.a", "shrub_lost", "lost", 10, "ha", EMITTED, 10 * 17.99 * 0.5),
    ("3.B.1.a", "natural_forest_young", "area", 100, "ha", REMOVED, 900 * 1.262 * 0.5),
    ("3.B.1.a", "natural_forest_old", "area", 100, "ha", REMOVED, 200 * 1.262 * 0.5),
    ("3.B.1.a", "planted_forest", "area", 100, "ha", REMOVED, 1000 * 1.262 * 0.5),
    ("3.B.1.a", "forest_area", "area", 100, "ha", REMOVED, 390 / TO_CARBON_DIOXIDE),
    ("3.B.1.b", "new_forest_broadleaf", "planted", 10, "ha", REMOVED, 69 / TO_CARBON_DIOXIDE),
    ("3.B.1.c", "forest_decaying", "converted", 8, "ha", EMITTED, 8 * FELLED * 0.15),
    ("3.B.1.c", "forest_to_settlement", "area", 10, "ha", EMITTED, 487 / TO_CARBON_DIOXIDE),
    ("3.B.2", "annual_crop_entered", "converted", 10, "ha", REMOVED, 47),
    ("3.B.3", "grassland_area", "area", 100, "ha", REMOVED, 20 / TO_CARBON_DIOXIDE),
    ("3.B.4", "wetland_area", "area", 100, "ha", REMOVED, 60 / TO_CARBON_DIOXIDE),
    ("3.B.4.a", "mangrove_growing", "area", 100, "ha", REMOVED, 990 * 1.49 * 0.451),
    ("3.B.4.a", "mangrove_existing", "area", 120, "ha", REMOVED, 120 * 1.796),
    (
        "3.B.4.a",
        "mangrove_excavated",
        "excavated",
        2,
        "ha",
        EMITTED,
        2 * (192 * 1.49 * 0.451 + 0.7 + 10.7 + 386),
    ),
    ("3.B.4.a", "coast_drained", "area", 10, "ha", EMITTED, 79),
    ("3.B.4.b", "restored_mangrove", "area", 170, "亩", REMOVED, 170 / 15 * 1.62),
    ("3.B.4.b", "restored_marsh", "area", 10, "ha", REMOVED, 9.1),
    ("3.B.4.b", "restored_seagrass", "area", 10, "ha", REMOVED, 4.3),
    ("3.B.4.b", "new_mangrove", "planted", 10, "ha", REMOVED, 58 / TO_CARBON_DIOXIDE),
    ("3.B.5", "settlement_area", "area", 100, "ha", EMITTED, 60 / TO_CARBON_DIOXIDE),
    ("3.B.5", "urban_trees", "crown_area", 50, "ha", REMOVED, 145),
    ("3.B.2", "forest_soil_lost", "lost", 100, "ha", EMITTED, 100 * 60 / 20),
    ("3.B.2", "annual_crop_soil_gained", "gained", 100, "ha", REMOVED, 100 * 60 * 0.83 / 20),
    ("3.B.2", "paddy_soil_lost", "lost", 100, "ha", EMITTED, 100 * 60 * 1.35 / 20),
    ("3.B.2", "no_till_soil_gained", "gained", 100, "ha", REMOVED, 5 * 60 * 0.83 * 1.1),
    ("3.B.2", "manured_soil_gained", "gained", 100, "ha", REMOVED, 5 * 60 * 0.83 * 1.44),
    ("3.B.3", "degraded_grassland_soil_lost", "lost", 100, "ha", EMITTED, 5 * 60 * 0.97),
]
NON_CARBON = [
    ("3.B.1.c", "forest_converted", "converted", 10, "ha"),
    ("3.B.4.b", "rewetted_fresh", "area", 100, "ha"),
    ("3.B.4.b", "rewetted_saline", "area", 100, "ha"),
]
VOLUME = (
    "volume_per_area,{source},all,all,none,all,default,60,m3/ha,,,"
    "Invented for tests,round number,unverified,assumption,\n"
)


def county(
    folder: Path, rows: Sequence[tuple[object, ...]], *, zones: str = "tropical_wet, subtropical"
) -> cp.Region:
    """Return the minimal region with lines of land and the climate zones that it names."""
    path = minimal(folder)
    with (path / "activity" / "land.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(ACTIVITY)
        csv.writer(file, lineterminator="\n").writerows(
            (row[0], "", *row[1:3], 2020, *row[3:5], "", "", "invented", "here", "measured", "")
            for row in rows
        )
    with (path / "factors.csv").open("a", encoding="utf-8") as file:
        file.writelines(VOLUME.format(source=it) for it in ("forest_converted", "forest_decaying"))
    with (path / "region.yaml").open("a", encoding="utf-8") as file:
        file.write(f"factor_regions: [{zones}]\n")
    return cp.load_region(path)


def inventory(folder: Path, rows: Sequence[tuple[object, ...]], **options: str) -> xr.Dataset:
    return cp.compile_inventory(county(folder, rows, **options))


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    return inventory(tmp_path_factory.mktemp("land"), [row[:5] for row in LINES] + NON_CARBON)


@pytest.fixture(scope="module")
def chinese() -> FactorSet:
    return load_factor_set("cn_provincial_2011")


def mass(dataset: xr.Dataset, line: str, role: str, gas: str = "CO2") -> float:
    return float(dataset[role].sel(line=line, gas=gas, year=2020))


@pytest.mark.parametrize("row", LINES, ids=lambda row: row[1])
def test_each_line_gives_what_the_hand_gives(every: xr.Dataset, row: tuple[object, ...]) -> None:
    line, role, carbon = f"{row[0]}/{row[1]}", str(row[5]), row[6]
    other = EMITTED if role == REMOVED else REMOVED
    assert isinstance(carbon, int | float)
    assert mass(every, line, role) == pytest.approx(carbon * TO_CARBON_DIOXIDE, rel=1e-12)
    assert mass(every, line, other) == 0


def test_burning_of_converted_forest_by_hand(every: xr.Dataset) -> None:
    line = "3.B.1.c/forest_converted"
    carbon = 10 * FELLED * (0.15 + 0.20) * 0.9
    assert mass(every, line, EMITTED) == pytest.approx(carbon * TO_CARBON_DIOXIDE)
    methane, nitrous = 10 * BURNT_CARBON * 0.012, 10 * BURNT_CARBON * 0.01 * 0.007
    assert mass(every, line, EMITTED, "CH4") == pytest.approx(methane * 16 / 12)
    assert mass(every, line, EMITTED, "N2O") == pytest.approx(nitrous * 44 / 28)


def test_only_water_below_18_ppt_gives_methane(every: xr.Dataset) -> None:
    assert mass(every, "3.B.4.b/rewetted_fresh", EMITTED, "CH4") == pytest.approx(19.37)
    assert mass(every, "3.B.4.b/rewetted_saline", EMITTED, "CH4") == 0


def test_gains_and_losses_are_never_negative(every: xr.Dataset) -> None:
    assert bool((every.emissions.sel(gas="CO2") >= 0).all())
    assert bool((every.removals >= 0).all())
    both = (every.emissions.sum("gas") > 0) & (every.removals.sum("gas") > 0)
    assert not bool(both.any())


def test_every_method_of_land_has_a_line_in_these_tests() -> None:
    methods = {m.name for m in (*land.METHODS, *land_conversion.METHODS, *coastal_wetland.METHODS)}
    used = {vocabulary.find_line(row[0], row[1]).rule.method for row in [*LINES, *NON_CARBON]}
    assert used == methods


def test_every_line_of_the_vocabulary_finds_its_factors(tmp_path: Path) -> None:
    rows = []
    for rule in vocabulary.line_rules():
        if rule.sector != "land":
            continue
        category = {"3.B.*": "3.B.2", "3.B.4.?": "3.B.4.b"}.get(rule.category, rule.category)
        for source in vocabulary.sources().values():
            if rule.covers(category, source):
                unit = sectors.find_method(rule.method).activity_unit.removesuffix("/year")
                rows.append((category, source.source, rule.item, 1, unit))
    every = inventory(tmp_path, rows)
    assert len(rows) > 100
    assert bool((every.emissions.sum("gas") + every.removals.sum("gas")).notnull().all())


def test_half_a_volume_grows_half_as_much(tmp_path: Path) -> None:
    rows = [("3.B.1.a", "forest_oak", "standing_volume", amount, "m3") for amount in (800, 400, 0)]
    found = [
        mass(inventory(tmp_path / str(row[3]), [row]), "3.B.1.a/forest_oak", REMOVED)
        for row in rows
    ]
    assert found[0] == pytest.approx(2 * found[1])
    assert found[2] == 0


def test_land_whose_use_stays_neither_gains_nor_loses(tmp_path: Path) -> None:
    rows = [("3.B.2", f"paddy_soil_{way}", way, 100, "ha") for way in ("gained", "lost")]
    found = inventory(tmp_path, rows)
    land_lines = found.sel(line=[f"3.B.2/paddy_soil_{way}" for way in ("gained", "lost")])
    assert float((land_lines.emissions - land_lines.removals).sum()) == pytest.approx(0, abs=1e-9)


def test_a_forest_without_loss_of_biomass_burns_nothing() -> None:
    inputs = dict.fromkeys(land_conversion.burning_carbon_dioxide.inputs, 1.0)
    inputs |= {"volume_per_area": 60, "wood_density": 0.5, "biomass_after_conversion": 30.0}
    assert land_conversion.burning_carbon_dioxide.evaluate(**inputs) == 0


def test_timber_counts_by_rate_or_by_volume_to_the_same_result(every: xr.Dataset) -> None:
    by_rate = mass(every, "3.B.1.a/standing_timber", EMITTED) / (1000 * 0.0554)
    assert by_rate == pytest.approx(mass(every, "3.B.1.a/felled_all", EMITTED) / 100)


def test_the_climate_zone_of_a_mangrove_is_named_by_its_region(tmp_path: Path) -> None:
    row = ("3.B.4.a", "mangrove_growing", "area", 120, "ha")
    growth = {
        zone: mass(
            inventory(tmp_path / zone, [row], zones=zone), "3.B.4.a/mangrove_growing", REMOVED
        )
        for zone in ("tropical_wet", "subtropical")
    }
    assert growth["tropical_wet"] == pytest.approx(120 * 9.9 * 1.49 * 0.451 * TO_CARBON_DIOXIDE)
    assert growth["subtropical"] == pytest.approx(120 * 18.1 * 1.96 * 0.451 * TO_CARBON_DIOXIDE)
    with pytest.raises(MissingFactorError, match="tropical_wet"):
        inventory(tmp_path / "none", [row], zones="China")


@pytest.mark.parametrize(("zone", "years"), [("tropical_wet", 20), ("subtropical", 5)])
def test_a_mangrove_reaches_its_full_stock_within_years(zone: str, years: int) -> None:
    ipcc = load_factor_set("ipcc_2006")
    stock = ipcc.find("above_ground_biomass", "mangrove_growing", region=zone)
    growth = ipcc.find("above_ground_growth", "mangrove_growing", region=zone)
    assert years - 1 < stock.value / growth.value < years


def test_the_rates_of_2005_serve_that_year_alone(chinese: FactorSet) -> None:
    for parameter, old, new in (("growth_rate", 7.98, 9.61), ("consumption_rate", 6.94, 5.54)):
        found = [
            chinese.find(parameter, "forest_all", region="Guangdong", year=year).value
            for year in (2005, 2015, 2020)
        ]
        assert found == [old, new, new]


def test_alternatives_of_a_species_are_kept(chinese: FactorSet) -> None:
    fir = chinese.find("above_ground_expansion", "forest_chinese_fir")
    assert (fir.value, fir.verified) == (1.49, "read")
    (other,) = chinese.alternatives("above_ground_expansion", "forest_chinese_fir")
    assert (other.value, other.variant) == (1.634, "afforestation_method")
    soils = load_factor_set("ipcc_2006").alternatives("soil_carbon", "mangrove_excavated")
    assert {row.variant for row in soils} == {"organic_soil", "mineral_soil"}


def test_the_means_of_the_country_serve_other_provinces(chinese: FactorSet) -> None:
    for region, value in (("Guangdong", 0.474), ("Hunan", 0.462)):
        assert chinese.find("wood_density", "forest_all", region=region).value == value
    with pytest.raises(MissingFactorError):
        chinese.find("growth_rate", "forest_all", region="Hunan")


# Each pair counts the same trees or the same land: only one may be stated.
EITHER_OR = [
    ("standing_timber", "felled_"),
    ("forest_all", "forest_eucalyptus"),
    ("forest_area", "forest_eucalyptus"),
    ("forest_area", "forest_all"),
    ("forest_to_settlement", "forest_converted"),
    ("wetland_area", "mangrove_"),
    ("planted_forest", "forest_eucalyptus"),
]


@pytest.mark.parametrize("pair", EITHER_OR, ids="-".join)
@pytest.mark.parametrize("name", locate.shipped("scenarios"))
def test_shipped_regions_count_no_tree_twice(name: str, pair: tuple[str, str]) -> None:
    sources = {row.record.source for row in cp.load_region(name).activity}
    assert not all(any(source.startswith(start) for source in sources) for start in pair)


def test_the_notes_of_sources_warn_of_counting_twice() -> None:
    notes = {name: source.note for name, source in vocabulary.sources().items()}
    assert "felled_" in notes["standing_timber"]
    assert "standing_timber" in notes["felled_eucalyptus"]
    assert "converted forest" in notes["standing_timber"]
    assert "outside forest" in notes["urban_trees"]
    assert "not also forest" in notes["mangrove_growing"]
    assert "cropland" in notes["economic_forest_gained"]
    assert "new_mangrove" in notes["restored_mangrove"]


def test_land_stays_out_of_the_direct_total(every: xr.Dataset, tmp_path: Path) -> None:
    bare = cp.compile_inventory(cp.load_region(minimal(tmp_path)))
    for key in ("total", "indirect"):
        with_land, without = (cp.summary(it, "AR5GWP100")[key] for it in (every, bare))
        np.testing.assert_allclose(with_land, without, rtol=1e-12)


def test_the_forest_of_the_built_in_case_is_a_small_sink() -> None:
    parts = cp.summary(compiled(), "AR5GWP100")
    assert -6000 < float(parts["land"].sel(year=2020)) < 0


def test_every_raw_row_is_mapped_or_left_out_with_a_reason() -> None:
    path = ROOT / "tools" / "factor_tables" / "keyed_lulucf.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 225
    for row in rows:
        assert row["set"] or (row["home"] and row["why"]), row["key"]
    assert sum(not row["set"] for row in rows) == 39
