"""Waste: landfills, burning, biological treatment, waste water."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import worlds

import carbonpeak as cp
from carbonpeak import sectors, vocabulary
from carbonpeak.equation import Equation
from carbonpeak.errors import InputError, MissingFactorError
from carbonpeak.evidence.factors import load_factor_set
from carbonpeak.sectors import sewage_nitrogen, waste, waste_treatment, wastewater

HEAD = "category,site,source,item,year,value,unit,low,high,source_id,where,evidence,note"
FACTOR_HEAD = (
    "parameter,subject,condition,region,gas,year,variant,value,unit,low,high,"
    "source,where,verified,evidence,note"
)
CLIMATE = "factor_regions: [South-China, China, tropical_moist_wet]"
MODULES = (waste, waste_treatment, wastewater, sewage_nitrogen)


def county(folder: Path, *rows: str, factors: tuple[str, ...] = (), years: str = "2020") -> Path:
    """Make the minimal region with rows `category,source,item,year,value,unit` of waste."""
    path = worlds.minimal(folder)
    worlds.edit(path / "region.yaml", "years: [2020]", f"years: [{years}]\n{CLIMATE}")
    cells = [row.split(",") for row in rows]
    lines = [
        f"{category},,{source},{item},{year},{value},{unit},,,invented,round number,assumption,"
        for category, source, item, year, value, unit in cells
    ]
    (path / "activity" / "energy.csv").unlink()
    (path / "activity" / "waste.csv").write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
    if factors:
        local = path / "factors.csv"
        local.write_text("\n".join([FACTOR_HEAD, *factors]) + "\n", "utf-8")
    return path


def compiled(*arguments: object, **options: object) -> xr.Dataset:
    return cp.compile_inventory(cp.load_region(county(*arguments, **options)))  # type: ignore[arg-type]


def local(parameter: str, subject: str, value: float, unit: str, gas: str = "none") -> str:
    return (
        f"{parameter},{subject},all,all,{gas},all,default,{value},{unit},,,"
        "Invented for tests,round number,unverified,assumption,"
    )


# By hand: inputs with units, and the result in the unit of the equation.
BY_HAND: list[tuple[Equation, dict[str, tuple[float, str]], float]] = [
    (
        waste.landfill_methane_at_once,
        {
            "waste": (1000, "t/year"),
            "degradable_carbon": (0.15, "t C/t"),
            "decomposable_share": (50, "%"),
            "methane_correction": (0.8, "1"),
            "methane_fraction": (0.5, "kg CH4C/kg C"),
            "cover_oxidation": (0.1, "1"),
        },
        1000 * 0.15 * 0.5 * 0.8 * 0.5 * 16 / 12 * 0.9,
    ),
    (
        waste.open_site_methane_at_once,
        {
            "waste": (1000, "t/year"),
            "degradable_carbon": (0.15, "t C/t"),
            "decomposable_share": (0.5, "1"),
            "methane_correction": (0.4, "1"),
            "methane_fraction": (0.5, "kg CH4C/kg C"),
        },
        1000 * 0.15 * 0.5 * 0.4 * 0.5 * 16 / 12,
    ),
    (
        waste.landfill_methane_recovered,
        {
            "methane": (1, "万标立方米/year"),
            "methane_density": (0.717, "kg CH4/Nm3"),
            "cover_oxidation": (0.1, "1"),
        },
        -10_000 * 0.717 / 1000 * 0.9,
    ),
    (
        waste_treatment.burnt_waste_biogenic,
        {
            "waste": (10, "t/year"),
            "waste_carbon": (0.2, "t C/t"),
            "fossil_share": (0.39, "1"),
            "burnout": (0.95, "1"),
        },
        10 * 0.2 * 0.61 * 0.95 * 44 / 12,
    ),
    (
        waste_treatment.burnt_component_biogenic,
        {
            "waste": (10, "t/year"),
            "dry_matter": (0.8, "t dm/t"),
            "dry_carbon": (0.5, "t C/t dm"),
            "fossil_share": (0.2, "1"),
        },
        10 * 0.8 * 0.5 * 0.8 * 44 / 12,
    ),
    (
        waste_treatment.burnt_dry_fossil,
        {
            "waste": (10, "t/year"),
            "dry_matter": (0.8, "t dm/t"),
            "dry_carbon": (0.5, "t C/t dm"),
            "fossil_share": (0.2, "1"),
            "burnout": (0.58, "1"),
        },
        10 * 0.8 * 0.5 * 0.2 * 0.58 * 44 / 12,
    ),
    (
        waste_treatment.burnt_dry_biogenic,
        {
            "waste": (10, "t/year"),
            "dry_matter": (0.2, "t dm/t"),
            "dry_carbon": (0.3, "t C/t dm"),
            "fossil_share": (0, "1"),
            "burnout": (0.95, "1"),
        },
        10 * 0.2 * 0.3 * 0.95 * 44 / 12,
    ),
    (
        waste_treatment.treated_waste_methane,
        {"waste": (250, "t/year"), "emission_factor": (4, "g CH4/kg")},
        1.0,
    ),
    (
        waste_treatment.treated_dry_waste_methane,
        {"dry_waste": (100, "t dm/year"), "emission_factor_dry": (10, "g CH4/kg dm")},
        1.0,
    ),
    (
        wastewater.sewage_methane,
        {
            "organics": (100, "t BOD/year"),
            "methane_potential": (0.6, "kg CH4/kg BOD"),
            "methane_correction": (0.165, "1"),
        },
        100 * 0.6 * 0.165,
    ),
    (
        wastewater.sewage_methane_from_chemical_demand,
        {
            "organics": (100, "t COD/year"),
            "oxygen_demand_ratio": (0.47, "kg BOD/kg COD"),
            "methane_potential": (0.6, "kg CH4/kg BOD"),
            "methane_correction": (0.165, "1"),
        },
        100 * 0.47 * 0.6 * 0.165,
    ),
    (
        wastewater.sewage_methane_of_residents,
        {
            "residents": (1000, "person"),
            "organics_per_head": (40, "g BOD/person/day"),
            "industrial_organics": (1.25, "1"),
            "methane_potential": (0.6, "kg CH4/kg BOD"),
            "methane_correction": (0.5, "1"),
        },
        1000 * 40e-6 * 365 * 1.25 * 0.6 * 0.5,
    ),
    (
        wastewater.sewage_methane_recovered,
        {"methane": (1000, "Nm3/year"), "methane_density": (0.717, "kg CH4/Nm3")},
        -0.717,
    ),
    (
        wastewater.sludge_taken_off,
        {
            "sludge": (100, "t dm/year"),
            "sludge_organics": (0.8, "kg BOD/kg dm"),
            "methane_potential": (0.6, "kg CH4/kg BOD"),
            "methane_correction": (0.165, "1"),
        },
        -100 * 0.8 * 0.6 * 0.165,
    ),
    (
        wastewater.industrial_sludge_taken_off,
        {
            "organics": (10, "t COD/year"),
            "methane_potential": (0.25, "kg CH4/kg COD"),
            "methane_correction": (0.7, "1"),
        },
        -10 * 0.25 * 0.7,
    ),
    (
        wastewater.product_sewage_methane,
        {
            "product": (1000, "t/year"),
            "water_per_product": (3.1, "m3/t"),
            "organics_in_water": (0.8, "kg COD/m3"),
            "methane_potential": (0.25, "kg CH4/kg COD"),
            "methane_correction": (0.7, "1"),
        },
        1000 * 3.1 * 0.8e-3 * 0.25 * 0.7,
    ),
    (
        sewage_nitrogen.sewage_nitrous_oxide,
        {
            "residents": (1e6, "person"),
            "protein": (36, "kg/person/year"),
            "nitrogen_in_protein": (0.16, "kg N/kg"),
            "unconsumed_protein": (1.5, "1"),
            "industrial_nitrogen": (1.25, "1"),
            "effluent_nitrous_oxide": (0.005, "kg N2ON/kg N"),
        },
        1e3 * 36 * 0.16 * 1.5 * 1.25 * 0.005 * 44 / 28,
    ),
    (
        sewage_nitrogen.treated_sewage_nitrous_oxide,
        {
            "residents": (1e6, "person"),
            "protein": (36, "kg/person/year"),
            "nitrogen_in_protein": (0.16, "kg N/kg"),
            "unconsumed_protein": (1.1, "1"),
            "household_nitrogen": (1.1, "1"),
            "industrial_nitrogen": (1.25, "1"),
            "plant_nitrous_oxide": (0.016, "kg N2ON/kg N"),
            "nitrogen_removed": (0.8, "1"),
            "effluent_nitrous_oxide": (0.005, "kg N2ON/kg N"),
        },
        1e3 * 36 * 0.16 * 1.1 * 1.1 * 1.25 * (0.016 + 0.2 * 0.005) * 44 / 28,
    ),
    (
        sewage_nitrogen.discharged_nitrogen_nitrous_oxide,
        {"nitrogen": (100, "t N/year"), "effluent_nitrous_oxide": (0.005, "kg N2ON/kg N")},
        100 * 0.005 * 44 / 28,
    ),
    (
        sewage_nitrogen.plant_nitrogen_nitrous_oxide,
        {"nitrogen": (100, "t N/year"), "plant_nitrous_oxide": (0.016, "kg N2ON/kg N")},
        100 * 0.016 * 44 / 28,
    ),
    (
        sewage_nitrogen.sludge_nitrogen_taken_off,
        {"nitrogen": (100, "t N/year"), "effluent_nitrous_oxide": (0.005, "kg N2ON/kg N")},
        -100 * 0.005 * 44 / 28,
    ),
    (
        sewage_nitrogen.product_sewage_nitrous_oxide,
        {
            "product": (1000, "t/year"),
            "water_per_product": (14, "m3/t"),
            "nitrogen_in_water": (0.6, "kg N/m3"),
            "effluent_nitrous_oxide": (0.005, "kg N2ON/kg N"),
        },
        1000 * 14 * 0.6e-3 * 0.005 * 44 / 28,
    ),
]


@pytest.mark.parametrize(("formula", "inputs", "expected"), BY_HAND, ids=lambda it: str(it)[:40])
def test_an_equation_gives_what_a_hand_gives(
    formula: Equation, inputs: dict[str, tuple[float, str]], expected: float
) -> None:
    assert formula(**inputs).m == pytest.approx(expected, rel=1e-12)


def test_every_method_is_proved_and_linear_in_its_activity() -> None:
    for module in MODULES:
        for method in module.METHODS:
            for formula in (*method.gases.values(), *method.memo.values()):
                formula.prove()
                assert formula.linear_in(next(iter(formula.inputs))), formula.name


@pytest.mark.parametrize("formula", [waste.landfill_methane, waste.open_site_methane])
def test_decay_starts_in_the_january_after_the_deposit(formula: Equation) -> None:
    inputs = dict.fromkeys(formula.inputs, 1.0) | {"decay_rate": 0.4, "cover_oxidation": 0.0}
    inputs = {name: inputs[name] for name in formula.inputs}
    made = formula.evaluate(**inputs | {"age": np.arange(4.0)})
    shares = np.array([0, 1 - np.exp(-0.4), np.exp(-0.4) - np.exp(-0.8), 0])
    shares[3] = np.exp(-0.8) - np.exp(-1.2)
    assert made == pytest.approx(shares * 16 / 12)


@given(rate=st.floats(0.01, 1.0), carbon=st.floats(0.01, 0.5))
def test_all_of_the_carbon_that_decays_leaves_in_the_end(rate: float, carbon: float) -> None:
    ages = np.arange(4000.0)
    inputs = {**dict.fromkeys(waste.open_site_methane.inputs, 1.0), "degradable_carbon": carbon}
    made = waste.open_site_methane.evaluate(**{**inputs, "decay_rate": rate, "age": ages})
    assert made.sum() == pytest.approx(carbon * 16 / 12, rel=1e-6)
    assert (np.diff(made[1:]) <= 1e-15).all()


def recursion(deposits: dict[int, float], rate: float, year: int) -> float:
    """Return t of decomposable carbon that decays in a year, by the stock of the year before."""
    stock = decayed = 0.0
    for now in range(min(deposits), year + 1):
        decayed = stock * (1 - np.exp(-rate))
        stock = stock * np.exp(-rate) + sum(it for at, it in deposits.items() if at == now)
    return float(decayed)


FOOD = 0.15 * 0.5 * 1.0
"""t of carbon of a tonne of food waste that decays in a managed landfill."""


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(0, 1e5), min_size=5, max_size=5))
def test_decay_by_age_equals_the_recursion_of_the_stock(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[float]
) -> None:
    deposits = dict(zip((1990, 2005, 2015, 2019, 2020), amounts, strict=True))
    rows = [f"4.A.1,food_waste,landfilled,{year},{it},t" for year, it in deposits.items()]
    inventory = compiled(tmp_path_factory.mktemp("fod"), *rows)
    made = float(inventory["emissions"].sel(line="4.A.1/food_waste", gas="CH4", year=2020))
    expected = recursion(deposits, 0.4, 2020) * FOOD * 0.5 * 16 / 12 * 0.9
    assert made == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_both_methods_are_printed_and_one_counts(tmp_path: Path) -> None:
    rows = [f"4.A.1,food_waste,landfilled,{year},1000,t" for year in range(1960, 2021)]
    inventory = compiled(tmp_path, *rows)
    decay = inventory.sel(line="4.A.1/food_waste", gas="CH4", year=2020)
    at_once = inventory.sel(line="4.A.m.1/food_waste", gas="CH4", year=2020)
    steady = 1000 * FOOD * 0.5 * 16 / 12 * 0.9
    assert float(at_once["memo"]) == pytest.approx(steady)
    assert float(at_once["emissions"]) == 0
    # A site that has taken the same for sixty years gives each year what a year brings.
    assert float(decay["emissions"]) == pytest.approx(steady, rel=1e-6)


def test_a_closed_site_has_a_tail_that_the_mass_balance_does_not_show(tmp_path: Path) -> None:
    rows = [f"4.A.1,paper_waste,landfilled,{year},1000,t" for year in range(1990, 2015)]
    inventory = compiled(
        tmp_path, *rows, "4.A.1,paper_waste,landfilled,2015,0,t",
        "4.A.1,paper_waste,landfilled,2020,0,t", years="2015, 2020",
    )  # fmt: skip
    tail = inventory["emissions"].sel(line="4.A.1/paper_waste", gas="CH4")
    assert float(tail.sel(year=2015)) > 0
    ratio = float(tail.sel(year=2020) / tail.sel(year=2015))
    assert ratio == pytest.approx(np.exp(-0.07 * 5))
    assert float(inventory["memo"].sel(line="4.A.m.1/paper_waste", gas="CH4").sum()) == 0


@pytest.mark.parametrize(
    ("category", "correction", "cover"),
    [("4.A.1", 1.0, 0.9), ("4.A.2.a", 0.8, 1.0), ("4.A.2.b", 0.4, 1.0), ("4.A.3", 0.6, 1.0)],
)
def test_the_kind_of_site_decides(
    tmp_path: Path, category: str, correction: float, cover: float
) -> None:
    inventory = compiled(
        tmp_path,
        f"{category},wood_waste,landfilled,2019,1000,t",
        f"{category},wood_waste,landfilled,2020,0,t",
    )
    made = float(inventory["emissions"].sel(line=f"{category}/wood_waste", gas="CH4").sum())
    decayed = 1000 * 0.43 * 0.5 * correction * (1 - np.exp(-0.035))
    assert made == pytest.approx(decayed * 0.5 * 16 / 12 * cover)


def test_a_county_without_history_may_count_the_mass_balance(tmp_path: Path) -> None:
    inventory = compiled(tmp_path, "4.A.b.1,food_waste,landfilled,2020,1000,t")
    made = float(inventory["emissions"].sel(line="4.A.b.1/food_waste", gas="CH4").sum())
    assert made == pytest.approx(1000 * FOOD * 0.5 * 16 / 12 * 0.9)
    assert list(inventory["line"].values) == ["4.A.b.1/food_waste"]


def test_recovered_methane_is_taken_off_before_oxidation(tmp_path: Path) -> None:
    inventory = compiled(
        tmp_path,
        "4.A.b.1,food_waste,landfilled,2020,1000,t",
        "4.A.b.1,recovered_landfill_methane,recovered,2020,10000,Nm3",
    )
    made = float(inventory["emissions"].sel(gas="CH4").sum())
    assert made == pytest.approx((1000 * FOOD * 0.5 * 16 / 12 - 7.17) * 0.9)


def test_the_memo_line_of_the_mass_balance_cannot_be_stated(tmp_path: Path) -> None:
    path = county(tmp_path, "4.A.m.1,food_waste,landfilled,2020,1000,t")
    with pytest.raises(InputError, match=r"takes its activity from 4\.A\.1"):
        cp.load_region(path)


def test_a_climate_that_is_not_named_has_no_decay_rate(tmp_path: Path) -> None:
    path = county(tmp_path, "4.A.1,food_waste,landfilled,2020,1000,t")
    worlds.edit(path / "region.yaml", ", tropical_moist_wet", "")
    with pytest.raises(MissingFactorError, match="tropical_moist_wet"):
        cp.compile_inventory(cp.load_region(path))


def test_a_cooler_climate_decays_slower(tmp_path: Path) -> None:
    path = county(
        tmp_path,
        "4.A.1,food_waste,landfilled,2019,1000,t",
        "4.A.1,food_waste,landfilled,2020,0,t",
    )
    warm = cp.compile_inventory(cp.load_region(path))["emissions"].sel(gas="CH4").sum()
    worlds.edit(path / "region.yaml", "tropical_moist_wet", "temperate_wet")
    cool = cp.compile_inventory(cp.load_region(path))["emissions"].sel(gas="CH4").sum()
    assert float(cool / warm) == pytest.approx((1 - np.exp(-0.185)) / (1 - np.exp(-0.4)))


def test_fossil_carbon_counts_and_biogenic_carbon_is_a_memo(tmp_path: Path) -> None:
    inventory = compiled(tmp_path, "4.C.1,mixed_waste,burnt,2020,1000,t")
    dioxide = inventory.sel(line="4.C.1/mixed_waste", gas="CO2", year=2020)
    assert float(dioxide["emissions"]) == pytest.approx(1000 * 0.2 * 0.39 * 0.95 * 44 / 12)
    assert float(dioxide["memo"]) == pytest.approx(1000 * 0.2 * 0.61 * 0.95 * 44 / 12)
    other = inventory["emissions"].sel(line="4.C.1/mixed_waste", year=2020)
    assert float(other.sel(gas="N2O")) == pytest.approx(0.05)
    assert float(other.sel(gas="CH4")) == pytest.approx(0.0002)


def test_waste_sent_out_is_a_memo_and_counts_nowhere(tmp_path: Path) -> None:
    inventory = compiled(
        tmp_path,
        "4.C.1,plastic_waste_sent_out,burnt,2020,1000,t",
        "4.C.1,plastic_waste,burnt,2020,1000,t",
        "4.A,food_waste_sent_out,landfilled,2015,1000,t",
        "4.A,food_waste_sent_out,landfilled,2020,1000,t",
    )
    here = inventory.sel(line="4.C.1/plastic_waste", gas="CO2", year=2020)
    out = inventory.sel(line="4.C.1/plastic_waste_sent_out", gas="CO2", year=2020)
    assert float(here["emissions"]) == float(out["memo"]) == pytest.approx(1000 * 0.75 * 44 / 12)
    assert float(out["emissions"]) == float(here["memo"]) == 0
    assert bool(out["is_memo"])
    landfill = inventory.sel(line="4.A/food_waste_sent_out", gas="CH4", year=2020)
    decayed = 1000 * FOOD * (np.exp(-0.4 * 4) - np.exp(-0.4 * 5))
    assert float(landfill["memo"]) == pytest.approx(decayed * 0.5 * 16 / 12 * 0.9)
    assert float(landfill["emissions"]) == 0


def test_open_fires_leave_carbon(tmp_path: Path) -> None:
    inventory = compiled(tmp_path, "4.C.2,plastic_waste,burnt,2020,1000,t")
    made = inventory["emissions"].sel(line="4.C.2/plastic_waste", year=2020)
    assert float(made.sel(gas="CO2")) == pytest.approx(1000 * 0.75 * 0.58 * 44 / 12)
    assert float(made.sel(gas="CH4")) == pytest.approx(6.5)


def test_sludge_needs_the_dry_matter_of_its_plant(tmp_path: Path) -> None:
    row = "4.C.1,sewage_sludge,burnt,2020,1000,t"
    with pytest.raises(MissingFactorError, match="'dry_matter' of 'sewage_sludge'"):
        compiled(tmp_path / "without", row)
    inventory = compiled(
        tmp_path / "with", row, factors=(local("dry_matter", "sewage_sludge", 0.2, "t dm/t"),)
    )
    assert float(inventory["emissions"].sel(gas="CO2").sum()) == 0
    memo = float(inventory["memo"].sel(gas="CO2").sum())
    assert memo == pytest.approx(1000 * 0.2 * 0.3 * 0.95 * 44 / 12)


@pytest.mark.parametrize(
    ("source", "unit", "methane", "nitrous"),
    [
        ("composted_waste", "t", 4.0, 0.24),
        ("composted_dry_matter", "t dm", 10.0, 0.6),
        ("digested_waste", "t", 0.8, 0.0),
        ("digested_dry_matter", "t dm", 2.0, 0.0),
    ],
)
def test_biological_treatment_by_wet_or_dry_mass(
    tmp_path: Path, source: str, unit: str, methane: float, nitrous: float
) -> None:
    made = compiled(tmp_path, f"4.B,{source},treated,2020,1000,{unit}")["emissions"]
    assert float(made.sel(gas="CH4").sum()) == pytest.approx(methane)
    assert float(made.sel(gas="N2O").sum()) == pytest.approx(nitrous)


def test_domestic_sewage_by_the_guideline(tmp_path: Path) -> None:
    inventory = compiled(
        tmp_path,
        "4.D.1,domestic_cod_removed,removed,2020,1000,t COD",
        "4.D.1,domestic_cod_discharged,discharged,2020,100,t COD",
        "4.D.1,domestic_sludge_taken_off,taken_off,2020,50,t dm",
        "4.D.1,recovered_sewage_methane,recovered,2020,1000,Nm3",
    )
    made = inventory["emissions"].sel(gas="CH4", year=2020)
    assert float(made.sel(line="4.D.1/domestic_cod_removed")) == pytest.approx(
        1000 * 0.47 * 0.6 * 0.165
    )
    assert float(made.sel(line="4.D.1/domestic_cod_discharged")) == pytest.approx(
        100 * 0.47 * 0.6 * 0.1
    )
    assert float(made.sel(line="4.D.1/domestic_sludge_taken_off")) == pytest.approx(
        -50 * 0.8 * 0.6 * 0.165
    )
    assert float(made.sel(line="4.D.1/recovered_sewage_methane")) == pytest.approx(-0.717)


def test_nitrogen_of_residents_less_what_the_sludge_takes(tmp_path: Path) -> None:
    inventory = compiled(
        tmp_path,
        "4.D.1,nitrogen_of_residents,connected,2020,10,万人",
        "4.D.1,nitrogen_in_sludge,taken_off,2020,20,t N",
        factors=(local("protein", "domestic_sewage", 36, "kg/person/year"),),
    )
    nitrogen = 1e5 * 36e-3 * 0.16 * 1.5 * 1.25 - 20
    made = float(inventory["emissions"].sel(gas="N2O").sum())
    assert made == pytest.approx(nitrogen * 0.005 * 44 / 28)


def test_plants_of_the_refinement_add_their_own_nitrous_oxide(tmp_path: Path) -> None:
    protein = (local("protein", "domestic_sewage", 36, "kg/person/year"),)
    row = "4.D.1,{},connected,2020,1000,person"
    made = {
        source: float(
            compiled(tmp_path / source, row.format(source), factors=protein)["emissions"].sum()
        )
        for source in (
            "nitrogen_of_septic_residents",
            "nitrogen_of_residents_secondary",
            "nitrogen_of_residents_tertiary",
        )
    }
    base = 36 * 0.16 * 1.5 * 1.25 * 44 / 28
    assert made["nitrogen_of_septic_residents"] == pytest.approx(base * 0.0045)
    assert made["nitrogen_of_residents_secondary"] == pytest.approx(
        base * 1.1 * (0.016 + 0.6 * 0.005)
    )
    assert made["nitrogen_of_residents_tertiary"] == pytest.approx(
        base * 1.1 * (0.016 + 0.2 * 0.005)
    )


@pytest.mark.parametrize(
    ("source", "correction"),
    [
        ("cod_removed_food", 0.7),
        ("cod_removed_paper", 0.5),
        ("cod_removed_metal", 0.1),
        ("cod_to_anaerobic_reactor", 0.8),
        ("cod_to_aerobic_plant", 0.0),
        ("industrial_cod_discharged", 0.1),
    ],
)
def test_industrial_organics(tmp_path: Path, source: str, correction: float) -> None:
    item = vocabulary.find_line("4.D.2", source).rule.item
    made = compiled(tmp_path, f"4.D.2,{source},{item},2020,1000,t COD")["emissions"]
    assert float(made.sum()) == pytest.approx(1000 * 0.25 * correction)


def test_sludge_of_an_industry_is_part_of_what_it_removes(tmp_path: Path) -> None:
    inventory = compiled(
        tmp_path,
        "4.D.2,cod_removed_paper,removed,2020,1000,t COD",
        "4.D.2,cod_in_sludge_paper,taken_off,2020,1000,t COD",
    )
    assert float(inventory["emissions"].sum()) == pytest.approx(0, abs=1e-12)


def test_waste_water_by_output(tmp_path: Path) -> None:
    inventory = compiled(
        tmp_path,
        "4.D.2,sewage_of_vegetable_oil,made,2020,1000,t",
        "4.D.2,sewage_nitrogen_of_fish,made,2020,1000,t",
    )
    made = inventory["emissions"].sel(year=2020)
    oil = float(made.sel(line="4.D.2/sewage_of_vegetable_oil", gas="CH4"))
    assert oil == pytest.approx(1000 * 3.1 * 0.8e-3 * 0.25 * 0.7)
    fish = float(made.sel(line="4.D.2/sewage_nitrogen_of_fish", gas="N2O"))
    assert fish == pytest.approx(1000 * 14 * 0.6e-3 * 0.005 * 44 / 28)


def test_waste_is_no_fuel_of_the_energy_sector() -> None:
    """Waste burnt for power stands in 4.C.1, once; no rule of energy takes its sources."""
    ours = {line.sources for line in vocabulary.line_rules() if line.sector == "waste"}
    for name, source in vocabulary.sources().items():
        if name in ours or f"{source.group}:{source.measured_by}" in ours:
            assert vocabulary.unknown_line("1.A.1.a", name) is not None, name


def test_memo_lines_belong_to_no_scope_and_the_others_to_the_first() -> None:
    for rule in vocabulary.line_rules():
        if rule.sector == "waste":
            assert rule.scope == (0 if rule.memo else 1)
            assert rule.memo == (".m." in rule.category or rule.sources.endswith("_sent_out"))


def test_corrections_are_negative_everywhere() -> None:
    for module in MODULES:
        for method in module.METHODS:
            for formula in method.gases.values():
                ones = dict.fromkeys(formula.inputs, 0.5)
                assert np.sign(formula.evaluate(**ones)) == method.sign, method.name


def test_editions_differ_where_their_tables_do() -> None:
    per_tonne = {}
    for name in ("cn_provincial_2011", "cn_provincial_2025"):
        factors = load_factor_set(name)
        found = {
            "waste_carbon": factors.find("waste_carbon", "mixed_waste"),
            "fossil_share": factors.find("fossil_share", "mixed_waste"),
            "burnout": factors.find("burnout", "mixed_waste", condition="incineration"),
        }
        inputs = {key: (row.value, row.unit) for key, row in found.items()}
        per_tonne[name] = waste_treatment.burnt_waste_fossil(waste=(1, "t/year"), **inputs).m
    assert per_tonne["cn_provincial_2011"] == pytest.approx(0.2717, abs=1e-4)
    assert per_tonne["cn_provincial_2025"] == pytest.approx(0.5573, abs=1e-4)


def test_alternatives_are_kept_and_never_in_force() -> None:
    factors = load_factor_set("cn_provincial_2011")
    food = factors.find("degradable_carbon", "food_waste")
    others = factors.alternatives("degradable_carbon", "food_waste")
    assert food.value == 0.15
    assert {row.variant: row.value for row in others} == {"measured_china": 0.11}
    assert factors.find("methane_correction", "food_waste", condition="uncategorised").value == 0.6


def test_no_default_of_rubber_in_a_landfill() -> None:
    assert vocabulary.unknown_line("4.A.1", "rubber_leather_waste") is not None
    assert vocabulary.unknown_line("4.C.1", "rubber_leather_waste") is None


def test_methods_are_found_by_their_name() -> None:
    for rule in vocabulary.line_rules():
        if rule.sector == "waste":
            assert sectors.find_method(rule.method).name == rule.method
