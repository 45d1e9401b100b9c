"""Carbon dioxide of burnt fuels against published figures.

The Chinese table of reference coefficients (各种能源折标准煤及碳排放参考系数,
https://max.book118.com/html/2020/1123/8133103033003020.shtm, read 2026-11-25) prints heating
value, carbon content, oxidation rate and the carbon dioxide that follows from them. It takes
the heating values from GB/T 2589-2008 and the others from the provincial guideline of 2011.

California Air Resources Board, documentation of the greenhouse gas inventory, read 2026-11-25:
wood of households, CH4 of 1990 (https://ww3.arb.ca.gov/cc/inventory/archive/doc90/docs1/
1a4b_householduse_fuelcombustion_wood(wet)_ch4_1990.htm) and petroleum coke of cement works, N2O
of 2000 (http://www.arb.ca.gov/cc/inventory/doc/docs1/
1a2f_manufacturing_stoneclayglasscement_cement_fuelcombustion_petroleumcoke_n2o_2000.htm). Mass and
energy units cancel, so a short ton is written as a tonne.

The IPCC's own figures are those of the 2006 Guidelines, volume 2, table 1.4 (p. 1.23 and
following), in the shipped set; 2.7725 t CO2/tce is the worked example of
http://m.sfmzp.com/article-2885-1.html (易碳家, 2014), from 25.8 kg C/GJ.
"""

from __future__ import annotations

import pytest

from carbonpeak import units
from carbonpeak.evidence.factors import FactorSet, load_factor_set
from carbonpeak.sectors import energy

MILLION_BTU = 1.055056
"""In GJ."""

FUELS = [
    "raw coal",
    "coke",
    "crude oil",
    "fuel oil",
    "gasoline",
    "kerosene",
    "diesel",
    "liquefied petroleum gas",
    "refinery gas",
    "natural gas, per m3",
]
PRINTED = [
    # kJ/kg, t C/TJ, oxidation, kg CO2/kg
    (20908, 26.37, 0.94, 1.9003),
    (28435, 29.5, 0.93, 2.8604),
    (41816, 20.1, 0.98, 3.0202),
    (41816, 21.1, 0.98, 3.1705),
    (43070, 18.9, 0.98, 2.9251),
    (43070, 19.5, 0.98, 3.0179),
    (42652, 20.2, 0.98, 3.0959),
    (50179, 17.2, 0.98, 3.1013),
    (46055, 18.2, 0.98, 3.0119),
    (38931, 15.3, 0.99, 2.1622),
]


@pytest.mark.parametrize(("heat", "carbon", "oxidation", "printed"), PRINTED, ids=FUELS)
def test_chinese_table_of_reference_coefficients(
    heat: float, carbon: float, oxidation: float, printed: float
) -> None:
    """One kilogram of each fuel (cubic metre of gas; the formula is the same)."""
    made = energy.combustion_carbon_dioxide(
        quantity=(1.0, "kg/year"),
        net_calorific_value=(heat, "kJ/kg"),
        carbon_content=(carbon, "t C/TJ"),
        oxidation=(oxidation, "1"),
    )
    assert made.m * units.factor("t CO2/year", "kg CO2/year") == pytest.approx(printed, abs=1e-4)


@pytest.fixture(scope="module")
def chinese() -> FactorSet:
    return load_factor_set("cn_provincial_2011")


def burnt(factors: FactorSet, fuel: str, *, carbon: str = "default") -> float:
    """Return t CO2 per t of a fuel with the rows of a set."""
    rows = {
        "net_calorific_value": factors.find("net_calorific_value", fuel),
        "carbon_content": factors.find("carbon_content", fuel, variant=carbon),
        "oxidation": factors.find("oxidation", fuel),
    }
    inputs = {name: (row.value, row.unit) for name, row in rows.items()}
    made = energy.combustion_carbon_dioxide(quantity=(1.0, "t/year"), **inputs)
    return float(made.m)


@pytest.mark.parametrize(
    ("fuel", "carbon", "printed"),
    [
        ("raw_coal", "default", 1.9003),
        ("coke", "reference_table", 2.8604),
        ("crude_oil", "reference_table", 3.0202),
        ("fuel_oil", "default", 3.1705),
        ("gasoline", "default", 2.9251),
        ("diesel", "default", 3.0959),
        ("lpg", "default", 3.1013),
    ],
)
def test_the_shipped_rows_give_the_printed_coefficients(
    chinese: FactorSet, fuel: str, carbon: str, printed: float
) -> None:
    assert burnt(chinese, fuel, carbon=carbon) == pytest.approx(printed, abs=1e-4)


@pytest.mark.parametrize(
    ("fuel", "printed"),
    [
        ("bituminous", 94_600),
        ("coke", 107_000),
        ("diesel", 74_100),
        ("gasoline", 69_300),
    ],
)
def test_ipcc_default_factors_of_table_1_4(fuel: str, printed: float) -> None:
    """Carbon content, all of it oxidised, gives the factor printed in kg CO2/TJ."""
    ipcc = load_factor_set("ipcc_2006")
    heat = ipcc.find("net_calorific_value", fuel)
    per_energy = burnt(ipcc, fuel) / (heat.value * units.factor(heat.unit, "TJ/t"))
    assert per_energy * units.factor("t CO2", "kg CO2") == pytest.approx(printed, rel=0.001)


def test_carbon_dioxide_of_a_tonne_of_standard_coal() -> None:
    carbon = load_factor_set("ipcc_2006").find("carbon_content", "bituminous")
    per_tce = carbon.value * units.factor(carbon.unit, "t CO2/tce")
    assert per_tce == pytest.approx(2.7725, abs=1e-4)


def test_methane_of_wood_burnt_in_californian_homes_1990() -> None:
    """7,937,500 short tons, 8 million btu a ton, 3.000E-04 g/btu: 19,050 t CH4."""
    made = energy.combustion_methane(
        quantity=(7_937_500, "t/year"),
        net_calorific_value=(8.0 * MILLION_BTU, "GJ/t"),
        emission_factor=(300 / MILLION_BTU, "kg CH4/TJ"),
    )
    assert made.m == pytest.approx(19_050, abs=0.5)


def test_nitrous_oxide_of_petroleum_coke_in_californian_cement_2000() -> None:
    """224,888 short tons, 24.8 million btu a ton, 1.600E-06 g/btu: 8.92 t N2O."""
    made = energy.combustion_nitrous_oxide(
        quantity=(224_888, "t/year"),
        net_calorific_value=(24.8 * MILLION_BTU, "GJ/t"),
        emission_factor=(1.6 / MILLION_BTU, "kg N2O/TJ"),
    )
    assert made.m == pytest.approx(8.92, abs=0.005)
