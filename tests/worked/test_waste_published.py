"""Waste against published worked examples.

* The IPCC Waste Model, spreadsheet 19R_V5_Waste_Model.xls, sheet Food
  (https://www.ipcc-nggip.iges.or.jp/public/2019rf/vol5.html), as it is redistributed with the
  test data of bonsai_ipcc 0.5.3 (test_waste_CH4_food_waste.xlsx): ten years of equal deposits.
* California Air Resources Board, documentation of the greenhouse gas inventory, 2023 edition:
  waste water of petroleum refining, 2018
  (https://ww3.arb.ca.gov/cc/inventory/doc/docs4/
  4d2_wastewatertreatment_industrialwastewater_wastewaterflow_petroleumrefining_ch4_2018.htm)
  and septic systems, 2001
  (4d1_wastewatertreatment_domesticwastewater_septicsystems_californiapopulation_ch4_2001.htm in
  the same folder).
* Corticon, first order of decay calculations: what is left of 100 after a year at k = 0.1 is
  90.48 (IPCC 2006 vol. 5 eq. 3A1.2).

Examples that were not found in print say `own_arithmetic`.
"""

from __future__ import annotations

import numpy as np
import pytest

from carbonpeak.sectors import waste, waste_treatment, wastewater

# Year, DDOCm accumulated at its end, DDOCm decomposed in it, CH4 generated; all in Gg.
IPCC_WASTE_MODEL = [
    (1950, 170.28133604999996, 0.0, 0.0),
    (1951, 311.80288390121837, 28.7597881987816, 19.173192132521066),
    (1952, 429.4220485777495, 52.6621713734688, 35.1081142489792),
    (1953, 527.1758402035232, 72.52754442422629, 48.35169628281753),
    (1954, 608.4194351864917, 89.03774106703142, 59.35849404468761),
    (1955, 675.9413350123839, 102.75943622410773, 68.50629081607181),
    (1956, 732.059075211517, 114.16359585086683, 76.10906390057788),
    (1957, 778.6987694911171, 123.64164177039977, 82.42776118026651),
    (1958, 817.4612192044463, 131.51888633667076, 87.6792575577805),
    (1959, 849.6768572137968, 138.06569804064944, 92.04379869376629),
]
DEPOSIT = 2300.322
"""Food waste laid down in each year of the example, Gg."""


def of_one_deposit(age: float) -> float:
    """Return Gg CH4 that a year's deposit of the example gives at an age."""
    made = waste.open_site_methane(
        waste=(DEPOSIT, "kt/year"),
        degradable_carbon=(0.15, "t C/t"),
        decomposable_share=(0.7, "1"),
        methane_correction=(0.705, "1"),
        methane_fraction=(0.5, "t CH4C/t C"),
        decay_rate=(0.185, "1/year"),
        age=(age, "year"),
    )
    return float(made.to("kt*CH4/year").m)


@pytest.mark.parametrize(
    ("year", "methane"), [(row[0], row[3]) for row in IPCC_WASTE_MODEL], ids=str
)
def test_ipcc_waste_model_of_food(year: int, methane: float) -> None:
    """Ten deposits, each at its own age, add up to the methane that the spreadsheet prints."""
    made = sum(of_one_deposit(year - deposit) for deposit in range(1950, year + 1))
    assert made == pytest.approx(methane, rel=1e-12, abs=1e-12)


def test_carbon_left_in_the_ipcc_waste_model() -> None:
    """What was laid down and has not decayed is what the spreadsheet prints as accumulated."""
    laid = decayed = 0.0
    for year, left, _, methane in IPCC_WASTE_MODEL:
        laid += DEPOSIT * 0.15 * 0.7 * 0.705
        decayed += methane * 12 / 16 / 0.5
        assert laid - decayed == pytest.approx(left, rel=1e-12), year


def test_what_is_left_after_a_year_of_decay() -> None:
    """100 at a rate of 0.1 leave 90.48: the decay of the first year is 9.52."""
    made = waste.open_site_methane(
        waste=(100.0, "t/year"),
        degradable_carbon=(1.0, "t C/t"),
        decomposable_share=(1.0, "1"),
        methane_correction=(1.0, "1"),
        methane_fraction=(1.0, "t CH4C/t C"),
        decay_rate=(0.1, "1/year"),
        age=(1.0, "year"),
    )
    assert 100 - made.m * 12 / 16 == pytest.approx(90.48, abs=0.005)


def test_waste_water_of_petroleum_refining_in_california_2018() -> None:
    """89,858,231 m3 with 450 g COD/m3, 0.25 g/g, correction 0.3: 3,033 t CH4."""
    made = wastewater.product_sewage_methane(
        product=(1.0, "t/year"),
        water_per_product=(89_858_231, "m3/t"),
        organics_in_water=(450, "g COD/m3"),
        methane_potential=(0.25, "g CH4/g COD"),
        methane_correction=(0.3, "1"),
    )
    assert made.m == pytest.approx(3033, abs=0.5)


def test_septic_systems_in_california_2001() -> None:
    """A tenth of 34,513,000 people at 10.7 g CH4 a day: 13,488 t, in a year of 365.2425 days.

    The page gives no BOD: a potential of 1 g/g and a correction of 1 pass the printed factor on.
    """
    made = wastewater.sewage_methane_of_residents(
        residents=(3_451_300, "person"),
        organics_per_head=(10.7, "g BOD/person/day"),
        industrial_organics=(1.0, "1"),
        methane_potential=(1.0, "g CH4/g BOD"),
        methane_correction=(1.0, "1"),
    )
    assert made.m * 365.2425 / 365 == pytest.approx(13_488, abs=0.5)


def test_fossil_share_of_burnt_waste_own_arithmetic() -> None:
    """Recalled 2011 numbers, 20 %, 39 %, 95 %, give 0.272 t CO2/t; those of 2025 give 0.557."""
    for carbon, fossil, expected in ((20, 39, 0.2717), (40, 40, 0.5573)):
        made = waste_treatment.burnt_waste_fossil(
            waste=(1.0, "t/year"),
            waste_carbon=(carbon / 100, "t C/t"),
            fossil_share=(fossil, "%"),
            burnout=(95, "%"),
        )
        assert made.m == pytest.approx(expected, abs=5e-5)


def test_components_of_municipal_waste_own_arithmetic() -> None:
    """IPCC Table 2.4: a tonne of plastics holds 0.75 t of carbon, all of it fossil."""
    made = waste_treatment.burnt_component_fossil(
        waste=(1.0, "t/year"),
        dry_matter=(1.0, "t dm/t"),
        dry_carbon=(0.75, "t C/t dm"),
        fossil_share=(1.0, "1"),
    )
    assert np.isclose(made.m, 0.75 * 44 / 12)
