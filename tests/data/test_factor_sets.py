"""Every row of every shipped factor set, and the script that builds them."""

from __future__ import annotations

import csv
import importlib.util
import random
import shutil
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from carbonpeak import locate, units, vocabulary
from carbonpeak.evidence.factor_rows import KEY, ages, parameters
from carbonpeak.evidence.factors import Factor, FactorSet, load_factor_set
from carbonpeak.records import EVIDENCE, VERIFIED

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).parent / "factor_source"
SHIPPED = locate.shipped("emission_factors")
TO_CARBON_DIOXIDE = 44 / 12


@pytest.fixture(scope="module", params=SHIPPED)
def factors(request: pytest.FixtureRequest) -> FactorSet:
    return load_factor_set(request.param)


@pytest.fixture(scope="module")
def chinese() -> FactorSet:
    return load_factor_set("cn_provincial_2011")


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    path = ROOT / "tools" / "build_factor_sets.py"
    spec = importlib.util.spec_from_file_location("build_factor_sets", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def own_rows(factors: FactorSet) -> list[Factor]:
    return [row for row in factors.rows if row.set == factors.name]


def test_the_sets_of_the_energy_sector_are_shipped() -> None:
    assert {"cn_provincial_2011", "ipcc_2006"} <= set(SHIPPED)


def test_every_row_says_where_it_comes_from(factors: FactorSet) -> None:
    for row in own_rows(factors):
        assert row.source.strip(), row
        assert row.where.strip(), row
        assert row.verified in VERIFIED
        assert row.evidence in EVIDENCE
        assert row.evidence != "plan"


def test_every_unit_has_the_dimension_of_its_parameter(factors: FactorSet) -> None:
    for row in own_rows(factors):
        allowed = parameters()[row.parameter].allowed(row.gas)
        assert any(units.same_dimension(row.unit, unit) for unit in allowed), row


def test_every_value_lies_in_its_range(factors: FactorSet) -> None:
    for row in own_rows(factors):
        assert row.low is None or row.low <= row.value, row
        assert row.high is None or row.value <= row.high, row


def test_a_key_has_one_row_in_force_and_named_alternatives(factors: FactorSet) -> None:
    keys = Counter(tuple(getattr(row, name) for name in KEY) for row in own_rows(factors))
    assert set(keys.values()) <= {1}


def test_keys_without_a_row_in_force_are_the_known_ones(chinese: FactorSet) -> None:
    """Where a set holds only alternatives, nothing of the right kind is known."""
    names = KEY[:-1]
    of_key: dict[tuple[object, ...], set[str]] = {}
    for row in own_rows(chinese):
        of_key.setdefault(tuple(getattr(row, name) for name in names), set()).add(row.variant)
    held = {key[:3] for key, variants in of_key.items() if "default" not in variants}
    # Chinese measurements stand beside what ipcc_2006 gives for the same key.
    beside = {("process_emission", "sinter"), ("process_emission", "pig_iron_sold")}
    beside |= {("operation_loss", "sf6_closed_equipment"), ("soil_carbon", "mangrove_excavated")}
    beside |= {("plant_nitrous_oxide", "domestic_sewage"), ("emission_factor", "mixed_waste")}
    beside |= {("direct_soil_emission", "manure_and_soil"), ("pond_methane", "pond_freshwater")}
    measured = {"degradable_carbon", "methane_correction", "waste_share"}
    others = {key for key in held if key[0] in measured or key[:2] in beside}
    assert {key[:2] for key in others if key[0] not in measured} == beside
    assert {key[0] for key in others if key[:2] not in beside} == measured
    bare = {key[1:] for key in held - others}
    assert bare == {
        ("electricity", "all"),  # Guangdong 2018 (year in doubt), national 2015 (reporting rule)
        ("electricity", "equal"),  # years of which only the coal per kWh supplied is known
        ("new_mangrove", "age_00_04"),  # the exotic species has classes of its own
        ("new_mangrove", "age_05_12"),
        ("new_mangrove", "age_13_19"),
        *((fuel, "residential") for fuel in ("animal_dung", "charcoal", "firewood", "straw")),
    }


def test_the_ipcc_set_stands_alone() -> None:
    ipcc = load_factor_set("ipcc_2006")
    assert ipcc.fallback_name is None
    assert {row.set for row in ipcc.rows} == {"ipcc_2006"}
    energy = [row for row in ipcc.rows if row.path.name in ("fuels.csv", "combustion.csv")]
    assert {row.verified for row in energy} == {"read"}


@pytest.mark.parametrize(
    ("carrier", "least", "most"), [("coal", 88, 104), ("coke", 80, 109), ("oil", 57, 101)]
)
def test_carbon_of_solid_and_liquid_fuels(
    chinese: FactorSet, carrier: str, least: float, most: float
) -> None:
    for row in chinese.rows:
        source = vocabulary.sources()[row.subject]
        odd = row.subject == "briquettes"  # 33.56 t C/TJ is the guideline's own, see below
        if row.parameter != "carbon_content" or not row.is_default or odd:
            continue
        if source.carrier == carrier and source.measured_by == "mass":
            assert least <= row.value * TO_CARBON_DIOXIDE <= most, row


@pytest.mark.parametrize(
    ("fuel", "least", "most"),
    [
        ("natural_gas", 55, 58),
        ("lng", 55, 58),
        ("lpg", 61, 66),
        ("coke_oven_gas", 37, 55),
        ("blast_furnace_gas", 219, 308),
        ("converter_gas", 145, 202),
        ("briquettes", 120, 125),
    ],
)
def test_carbon_of_gases_and_briquettes(
    chinese: FactorSet, fuel: str, least: float, most: float
) -> None:
    carbon = chinese.find("carbon_content", fuel)
    assert least <= carbon.value * units.factor(carbon.unit, "kg CO2/GJ") <= most


def test_oxidation_of_coal_follows_its_rank(chinese: FactorSet) -> None:
    ranks = ("anthracite", "bituminous", "lignite", "raw_coal")
    assert [chinese.find("oxidation", rank).value for rank in ranks] == [0.94, 0.93, 0.96, 0.94]
    for row in chinese.rows:
        if row.parameter == "oxidation" and row.is_default:
            assert 0.85 <= row.value <= 1


def test_heating_values_agree_with_standard_coal(chinese: FactorSet) -> None:
    """Energy in tce and energy in GJ are two routes to one total: they part by under 15 %."""
    parted = {
        subject
        for subject in vocabulary.sources()
        if abs(_ratio_of_routes(chinese, subject) - 1) > 0.15
    }
    assert parted == {"other_coal_gas", "other_washed_coal", "straw"}


def _ratio_of_routes(factors: FactorSet, subject: str) -> float:
    rows = {(row.parameter, row.subject): row for row in reversed(factors.rows) if row.is_default}
    heat = rows.get(("net_calorific_value", subject))
    coal = rows.get(("standard_coal", subject))
    if heat is None or coal is None or not units.same_dimension(heat.unit, coal.unit):
        return 1.0
    return coal.value * units.factor(coal.unit, heat.unit) / heat.value


def test_carbon_and_carbon_dioxide_of_the_ipcc_agree() -> None:
    """Table 1.4 is Table 1.3 times 44/12, printed with three digits."""
    ipcc = load_factor_set("ipcc_2006")
    tables = [row for row in ipcc.rows if row.path.name == "fuels.csv"]
    carbon = [row for row in tables if row.parameter == "carbon_content"]
    assert len(carbon) > 30
    for row in carbon:
        printed = ipcc.find("emission_factor", row.subject, gas="CO2")
        expected = printed.value * units.factor(printed.unit, row.unit)
        assert row.value == pytest.approx(expected, rel=0.006), row.subject


def test_fuels_that_cannot_be_burnt_yet_are_the_known_ones(chinese: FactorSet) -> None:
    """A fuel needs heating value, carbon content and oxidation; nothing is made up."""
    needed = {"net_calorific_value", "carbon_content", "oxidation"}
    there: dict[str, set[str]] = {}
    for row in chinese.rows:
        if row.is_default:
            there.setdefault(row.subject, set()).add(row.parameter)
    fuels = [
        name
        for name, source in vocabulary.sources().items()
        if source.group in vocabulary.FUEL_GROUPS
        and source.measured_by in ("mass", "volume")
        and not needed <= there.get(name, set())
    ]
    assert fuels == [
        "coal_middlings",
        "coal_slurry",
        "coal_gangue",
        "other_coking_products",
        "producer_gas",
        "gas_from_coke",
        "pressure_gasification_gas",
        "water_gas",
        "oil_catalytic_cracking_gas",
        "oil_thermal_cracking_gas",
        "hydrogen",
        "methanol",
        "ethanol",
        "industrial_waste",
        "animal_dung",
        "landfill_gas",
        "sludge_gas",
    ]


def test_electricity_of_guangdong(chinese: FactorSet) -> None:
    found = {
        year: chinese.find(
            "emission_factor", "electricity", gas="CO2", region="Guangdong", year=year
        )
        for year in (2021, 2022, 2023)
    }
    assert [row.value for row in found.values()] == [0.4715, 0.4403, 0.4419]
    assert found[2023].verified == "read"


def test_grid_factors_have_the_right_size(chinese: FactorSet) -> None:
    grids = [row for row in chinese.rows if row.subject == "electricity" and row.gas == "CO2"]
    assert len({row.region for row in grids if row.year == 2023}) == 38
    for row in grids:
        assert 0.1 < row.value * units.factor(row.unit, "kg CO2/kWh") < 1.3, row


def test_standard_coal_of_electricity_and_heat(chinese: FactorSet) -> None:
    calorific = chinese.find("standard_coal", "electricity", condition="calorific", year=2020)
    equal = chinese.find("standard_coal", "electricity", condition="equal", year=2020)
    heat = chinese.find("standard_coal", "heat", condition="equal", year=2020)
    assert calorific.value * units.factor(calorific.unit, "1") == pytest.approx(1, rel=1e-3)
    assert (equal.value, equal.unit, equal.verified) == (0.287, "kgce/kWh", "unverified")
    assert heat.value * units.factor(heat.unit, "1") == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize(
    "stand", [name for name in vocabulary.sources() if name.startswith("new_")]
)
def test_uptake_of_stands_runs_from_planting_without_a_gap(chinese: FactorSet, stand: str) -> None:
    spans = [ages(row.condition) for row in chinese.classes("uptake", stand, gas="CO2")]
    covered = [age for span in spans if span for age in range(span[0], span[1] + 1)]
    assert covered == list(range(len(covered)))
    assert len(covered) >= 9


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines(keepends=True)


def subjects_of(path: Path) -> set[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["subject"] for row in csv.DictReader(stream)}


@pytest.mark.parametrize(
    ("table", "subjects"),
    [
        ("cn_provincial_2011/fuels.csv", {"raw_coal", "lng", "coke_oven_gas", "anthracite"}),
        ("cn_provincial_2011/land.csv", {"new_mangrove"}),
        ("ipcc_2006/fuels.csv", {"anthracite", "natural_gas"}),
        ("ipcc_2006/combustion.csv", {"gasoline", "kerosene"}),
    ],
)
def test_the_script_makes_the_shipped_rows(
    builder: ModuleType, tmp_path: Path, table: str, subjects: set[str]
) -> None:
    builder.build(SOURCE, tmp_path)
    shipped = lines_of(ROOT / "emission_factors" / table)
    header = shipped[0]
    of_these = [line for line in shipped[1:] if line.split(",")[1] in subjects]
    built = lines_of(tmp_path / table)
    assert built[0] == header
    assert subjects <= subjects_of(tmp_path / table)
    assert [line for line in built[1:] if line.split(",")[1] in subjects] == of_these


def test_the_script_makes_the_shipped_rows_of_electricity(
    builder: ModuleType, tmp_path: Path
) -> None:
    builder.build(SOURCE, tmp_path)
    table = "cn_provincial_2011/electricity_heat.csv"
    built = lines_of(tmp_path / table)
    assert len(built) > 20
    assert set(built) <= set(lines_of(ROOT / "emission_factors" / table))


def test_the_built_sets_load(builder: ModuleType, tmp_path: Path) -> None:
    ledger = builder.build(SOURCE, tmp_path)
    built = load_factor_set(tmp_path / "cn_provincial_2011")
    assert len(built.rows) == len(ledger.rows)
    assert "Raw rows left out: 2 × a life-cycle factor" in built.record.note


def test_a_set_without_a_row_has_a_table_with_its_header(
    builder: ModuleType, tmp_path: Path
) -> None:
    builder.build(SOURCE, tmp_path)
    (table,) = (tmp_path / "guangdong_county_2020").glob("*.csv")
    assert lines_of(table) == [",".join(builder.COLUMNS) + "\n"]
    assert load_factor_set(table.parent).name == "guangdong_county_2020"


def test_an_empty_set_answers_through_the_chain_of_its_fallbacks() -> None:
    """Each set names one fallback; a factor says which of them it comes from."""
    guangdong = load_factor_set("guangdong_county_2020")
    assert own_rows(guangdong) == []
    assert guangdong.find("oxidation", "raw_coal").set == "cn_provincial_2011"
    assert guangdong.find("net_calorific_value", "charcoal").set == "ipcc_2006"
    assert "text of 广东省市县（区）级温室气体清单编制指南（试行） was not available" in (
        guangdong.record.note
    )


def test_what_is_known_of_the_edition_of_2025() -> None:
    edition = load_factor_set("cn_provincial_2025")
    assert {row.verified for row in own_rows(edition)} == {"one_secondary"}
    coal = edition.find("carbon_content", "bituminous")
    assert (coal.value, coal.set) == (26.1, "cn_provincial_2025")
    heat = edition.find("net_calorific_value", "bituminous")
    assert heat.set == "cn_provincial_2011"


def test_a_printed_percent_becomes_a_range(builder: ModuleType) -> None:
    """IPCC Vol. 3 table 3.3 prints 9 kg N2O/t ± 40 % for high pressure: 5.4 to 12.6."""
    raw = {"value": "9", "lower": "", "upper": "", "uncertainty_pct": "40", "notes": "a note"}
    found = builder.ranged(raw, "any")
    assert (float(found["lower"]), float(found["upper"])) == (5.4, 12.6)
    assert found["notes"] == "range from the printed ± 40 %; a note"
    factor = load_factor_set("ipcc_2006").find(
        "process_emission", "nitric_acid_high_pressure", gas="N2O"
    )
    assert (factor.low, factor.high) == (5.4, 12.6)


def test_a_printed_range_stays_as_it_is(builder: ModuleType) -> None:
    raw = {"value": "9", "lower": "8", "upper": "", "uncertainty_pct": "40", "notes": ""}
    assert builder.ranged(raw, "any") is raw


def test_no_more_carbon_than_the_material_holds(builder: ModuleType) -> None:
    """Pure limestone is 12/100 carbon, so that ± 50 % can only reach down."""
    raw = {"value": "0.12", "lower": "", "upper": "", "uncertainty_pct": "50", "notes": ""}
    found = builder.ranged(raw, "3C2_Limestone")
    assert (float(found["lower"]), float(found["upper"])) == (0.06, 0.12)
    assert "below only" in found["notes"]


def test_a_set_that_is_not_described_stops_the_script(builder: ModuleType, tmp_path: Path) -> None:
    row = builder.Candidate("ipcc_2007", "fuels.csv", 1, dict.fromkeys(builder.KEY, "x"))
    with pytest.raises(SystemExit, match=r"unknown set 'ipcc_2007'; sets\.csv describes ipcc_2006"):
        builder.write([row], builder.Ledger(), tmp_path)


def test_a_text_with_a_comma_that_is_not_quoted_stops_the_script(
    builder: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "sets.csv"
    path.write_text("set,note\none,soil, urban and waste\n", "utf-8")
    with pytest.raises(SystemExit, match=r"sets\.csv:2: too many cells"):
        builder.read(path)


def test_the_order_of_raw_rows_decides_nothing(builder: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(SOURCE, source)
    for path in source.rglob("*.csv"):
        header, *rows = lines_of(path)
        random.Random(path.name).shuffle(rows)
        path.write_text("".join([header, *rows]), "utf-8")
    builder.build(SOURCE, tmp_path / "one")
    builder.build(source, tmp_path / "two")
    files = [path for path in sorted((tmp_path / "one").rglob("*")) if path.is_file()]
    assert len(files) == 11
    for path in files:
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == other.read_bytes()


def test_a_raw_row_that_no_table_knows_stops_the_script(
    builder: ModuleType, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    shutil.copytree(SOURCE, source)
    path = source / "factors" / "fuels.csv"
    path.write_text(path.read_text("utf-8").replace("GB/T 2589-2020,", "GB/T 9999,"), "utf-8")
    with pytest.raises(SystemExit, match=r"no rule in tools/factor_tables for .*GB/T 9999"):
        builder.build(source, tmp_path / "out")


def test_two_rows_of_one_rank_stop_the_script(builder: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(SOURCE, source)
    path = source / "factors" / "fuels.csv"
    rows = lines_of(path)
    twin = next(row for row in rows if "Statistical Yearbook appendix" in row and "20908" in row)
    path.write_text("".join([*rows, twin.replace("20908", "20909")]), "utf-8")
    with pytest.raises(SystemExit, match="2 rows claim to be the default"):
        builder.build(source, tmp_path / "out")


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("emission_factors/*/*.csv")), ids=lambda path: str(path.stem)
)
def test_places_and_notes_in_chinese_are_those_of_their_parts(
    builder: ModuleType, path: Path
) -> None:
    """A text stands in Chinese as a whole or not at all; hand-written files follow the script."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert {name: row[name] for name in builder.CHINESE} == builder.in_chinese(row)


def test_every_phrase_in_chinese_is_used(builder: ModuleType) -> None:
    parts = set()
    for path in ROOT.glob("emission_factors/*/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                parts |= {part for name in builder.SAID for part in row[name].split("; ")}
    assert {key for (key,) in builder.table("chinese", "english")} <= parts
