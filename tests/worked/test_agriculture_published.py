"""Agriculture against published figures.

* ClimateView, transition-element-framework, folder
  markdown/5-resources/1-data/definitions/parameters (https://github.com/ClimateView/
  transition-element-framework, commit b3cfbac6, read 2026-11-25): factors of the 2019 Refinement,
  vol. 4 ch. 5 and 11, turned into grams of CO2e with the AR6 metric (CH4 27, N2O 273).
* cowfootR, reference/calc_emissions_enteric.md (https://github.com/juanmarcosmoreno-arch/cowfootR,
  commit 34b51158, read 2026-11-25): its printed examples; 18 kg of dry matter a day at 18.45 MJ/kg.
* J. Walker, "Range of N2O emission factors for N fertilizer application"
  (http://www.geocities.ws/jwalkerxy/uncertainty.html, read 2026-11-25): a tenth of the nitrogen
  goes into the air, 0.3 of the rest into the water; N2O weighs 296.
* California Air Resources Board, documentation of the greenhouse gas inventory, rice of 2011
  (https://ww3.arb.ca.gov/cc/inventory/doc/docs3/3c7_ricecultivation_ricecroparea_ch4_2011.htm,
  read 2026-11-25).
* Danish sector report on agriculture (https://envs.au.dk/fileadmin/envs/Emission_inventories/
  Reporting_sectors/Landbrug_sector_report.pdf), seen only as transcribed in an open model: dairy
  cattle eat 8082 feed units of 18.9 MJ a year, 6.0 % goes to methane, 164.69 kg CH4 a head.

No published example was found for the Chinese equations (nitrogen of manure and straw): they are
calculated by hand, and the tests say own_arithmetic.
"""

from __future__ import annotations

import pytest

from carbonpeak.evidence.factors import load_factor_set
from carbonpeak.sectors import agriculture, livestock, manure, residues

AR6 = {"CH4": 27, "N2O": 273}


def tonnes(made: object) -> float:
    return float(made.m)  # type: ignore[attr-defined]


def test_rice_of_the_world_by_day_is_3630690_g_co2e_a_hectare() -> None:
    """ClimateView, emission_factor_rice_cultivation_ha_to_co2e_gram."""
    made = agriculture.rice_methane_by_day(
        area=(1, "ha/year"),
        daily_methane=(1.19, "kg CH4/ha/day"),
        season=(113, "day"),
        water_regime=(1, "1"),
        pre_season=(1, "1"),
        organic_rate=(0, "t/ha"),
        organic_conversion=(1, "ha/t"),
    )
    assert tonnes(made) * 1e6 * AR6["CH4"] == pytest.approx(3630690)


def test_rice_of_california_gives_34141_tonnes_of_methane() -> None:
    """240,295 ha at 142,081 g/ha in 2011."""
    made = agriculture.rice_methane(
        area=(240_295, "ha/year"), seasonal_methane=(142.081, "kg CH4/ha")
    )
    assert tonnes(made) == pytest.approx(34_141, abs=0.5)


@pytest.mark.parametrize(
    ("name", "factor", "printed"),
    [
        ("flooded_rice_synthetic_fertilisation", 0.004, 1716000),
        ("crop_residue_incorporation", 0.01, 4290000),
    ],
)
def test_nitrogen_in_soil_in_g_co2e_a_tonne(name: str, factor: float, printed: float) -> None:
    """ClimateView, emission_factor_<name>_tonne_to_co2e_gram."""
    made = agriculture.direct_nitrous_oxide(
        nitrogen=(1, "t N/year"), direct_soil_emission=(factor, "kg N2ON/kg N")
    )
    assert tonnes(made) * 1e6 * AR6["N2O"] == pytest.approx(printed), name


def test_dung_of_sheep_on_pasture_is_1287000_g_co2e_a_tonne() -> None:
    """ClimateView, emission_factor_pasture_manure_sheep_tonne_to_co2e_gram."""
    made = manure.pasture_direct(
        heads=(1, "head"),
        nitrogen_excretion=(1, "t N/head/year"),
        pasture_emission=(0.003, "kg N2ON/kg N"),
    )
    assert tonnes(made) * 1e6 * AR6["N2O"] == pytest.approx(1287000)


def test_limestone_is_440000_g_co2_a_tonne() -> None:
    """ClimateView, emission_factor_limestone_liming_tonne_to_co2e_gram; the shipped factor."""
    found = load_factor_set("ipcc_2006").find("carbon_in_amendment", "limestone_on_soil")
    made = agriculture.soil_amendment_carbon_dioxide(
        amount=(1, "t/year"), carbon_in_amendment=(found.value, found.unit)
    )
    assert tonnes(made) * 1e6 == pytest.approx(440000)


@pytest.mark.parametrize(
    ("direct", "deposited", "leached", "share", "printed"),
    [
        (0.0025, 0.002, 0.002, 0.00299, 1.4),
        (0.0025, 0.010, 0.002, 0.0038, 1.8),
        (0.0025, 0.010, 0.020, 0.0087, 4.0),
    ],
)
def test_fertiliser_direct_and_indirect(
    direct: float, deposited: float, leached: float, share: float, printed: float
) -> None:
    """Walker's rows: 0.9 of the nitrogen stays, 0.27 of it all is leached."""
    on_the_spot = agriculture.direct_nitrous_oxide(
        nitrogen=(0.9, "t N/year"), direct_soil_emission=(direct, "kg N2ON/kg N")
    )
    elsewhere = agriculture.indirect_nitrous_oxide(
        nitrogen=(1, "t N/year"),
        volatilised=(0.1, "1"),
        deposition_emission=(deposited, "kg N2ON/kg N"),
        leached=(0.9 * 0.3, "1"),
        leaching_emission=(leached, "kg N2ON/kg N"),
    )
    both = tonnes(on_the_spot) + tonnes(elsewhere)
    assert both * 28 / 44 == pytest.approx(share, abs=6e-5)
    assert both * 296 == pytest.approx(printed, abs=0.05)


def test_hundred_dairy_cows_give_11500_kg_of_methane() -> None:
    """The first example of cowfootR, Tier 1."""
    made = livestock.enteric_methane_by_head(
        heads=(100, "head"), enteric_methane=(115, "kg CH4/head/year")
    )
    assert tonnes(made) == pytest.approx(11.5)


def test_cows_that_eat_18_kg_give_16990_kg_of_methane() -> None:
    """The second example of cowfootR, Tier 2: 120 cows, 141.583 kg each."""
    made = livestock.enteric_methane_by_feed(
        heads=(120, "head"),
        gross_energy=(18 * 18.45, "MJ/head/day"),
        methane_conversion=(6.5, "percent"),
        methane_energy=(55.65, "MJ/kg CH4"),
    )
    assert tonnes(made) == pytest.approx(16.98991, abs=1e-5)


def test_danish_dairy_cattle_give_164_69_kg_of_methane() -> None:
    made = livestock.enteric_methane_by_feed(
        heads=(1, "head"),
        gross_energy=(8082 * 18.9, "MJ/head/year"),
        methane_conversion=(6.0, "percent"),
        methane_energy=(55.65, "MJ/kg CH4"),
    )
    assert tonnes(made) * 1000 == pytest.approx(164.69, abs=0.005)


def test_manure_nitrogen_of_pigs_own_arithmetic() -> None:
    """16 kg N x 0.65 - 0.157 kg N2O as nitrogen, times 0.0178, as N2O."""
    made = manure.manure_direct(
        heads=(1000, "head"),
        nitrogen_excretion=(16, "kg N/head/year"),
        leached_before_use=(15, "percent"),
        volatilised_before_use=(20, "percent"),
        manure_nitrous_oxide=(0.157, "kg N2O/head/year"),
        direct_soil_emission=(0.0178, "kg N2ON/kg N"),
    )
    nitrogen = 16 * 0.65 - 0.157 * 28 / 44
    assert tonnes(made) == pytest.approx(nitrogen * 0.0178 * 44 / 28, rel=1e-9)
    assert nitrogen == pytest.approx(10.3001, abs=1e-4)


def test_rice_straw_and_roots_own_arithmetic() -> None:
    """1000 t of rice: 2045.0 t above ground, 1045.0 t of straw, 255.6 t of roots."""
    made = residues.residue_nitrogen(
        output=(1000, "t/year"),
        harvest_index=(0.489, "1"),
        root_ratio=(0.125, "1"),
        dry_fraction=(0.855, "1"),
        straw_nitrogen=(0.00753, "kg N/kg"),
        returned_share=(0.5, "1"),
    )
    assert tonnes(made) == pytest.approx((1044.99 * 0.5 + 255.62) * 0.855 * 0.00753, rel=1e-5)
