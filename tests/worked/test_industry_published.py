"""Industrial processes, fluorinated gases and fugitive methane against published figures.

Published and read:

* Global warming potentials of refrigerant blends. They are the components weighed by their
  shares, so that a refrigerant line of one tonne has to give them: R-404A 3922 (US EPA table, at
  https://processconvert.pages.dev/substances/r-404a), R-407C 1774 and R-410A 2088
  (https://hvacptcharts.com/r-407c-vs-r-410a/), all with the potentials of AR4.
* A coal mine of Global Energy Monitor: 5 Mt a year, 13.4 m3/t, coefficient 1.6 give 107.2
  million m3 (https://www.gem.wiki/Estimating_methane_emissions_from_coal_mines); the density of
  0.67 kg/m3 is printed with equation 4.1.7 of the 2006 IPCC Guidelines, vol. 2 p. 4.18
  (https://www.climate-policy-watcher.org/emission-factors/emission-factors-for-surface-mining.html).
* Calcination: a kilogram of limestone gives 0.44 kg of carbon dioxide, and sulphur needs 3.125 kg
  of limestone a kilogram
  (https://www.powerplantandcalculations.com/2024/02/how-to-calculate-lime-stone-required-to-reduce-SO2-emission.html);
  0.4397 t of carbon dioxide a tonne of limestone and 0.7848 a tonne of lime
  (https://github.com/mamhoff/datasets, business/processes/production/cement/ipcc/clinker).
* Table of process factors with printed conversions:
  https://k-mos.com/?paged=40 (clinker 0.52, lime 0.75, glass 0.2, carbonates).

Printed in the 2006 IPCC Guidelines, vol. 3, and recalled with their page: the derivations of the
factors of clinker (equation 2.4, p. 2.12), lime (equation 2.8, p. 2.22) and ammonia (table 3.1,
p. 3.15). Where nothing published was found the test is named `own_arithmetic`.
"""

from __future__ import annotations

import pytest

from carbonpeak import units
from carbonpeak.evidence.factors import FactorSet, load_factor_set
from carbonpeak.sectors import fluorinated, fugitive, industry


@pytest.fixture(scope="module")
def ipcc() -> FactorSet:
    return load_factor_set("ipcc_2006")


@pytest.fixture(scope="module")
def chinese() -> FactorSet:
    return load_factor_set("cn_provincial_2011")


@pytest.mark.parametrize(("blend", "printed"), [("r404a", 3922), ("r407c", 1774), ("r410a", 2088)])
def test_printed_potentials_of_refrigerant_blends(
    ipcc: FactorSet, blend: str, printed: float
) -> None:
    """One tonne refilled, weighed with AR4."""
    total = 0.0
    for gas in fluorinated.BLENDS[blend]:
        share = ipcc.find("gas_content", blend, gas=gas)
        formula = next(
            method.gases[gas]
            for method in fluorinated.METHODS
            if method.name == f"{blend}_refilled"
        )
        made = formula(refilled=(1.0, "t/year"), gas_content=(share.value, share.unit))
        total += made.m * units.gwp("AR4GWP100", gas)
    assert total == pytest.approx(printed, abs=0.51)


def test_coal_mine_of_global_energy_monitor() -> None:
    """The volume is printed; the mass follows with the printed density."""
    made = fugitive.mine_methane(
        output=(5.0, "百万吨/year"),
        methane_volume=(13.4 * 1.6, "m3_20C/t"),
        methane_density=(0.67, "kg CH4/m3_20C"),
    )
    volume = made.m * units.factor("t", "kg") / 0.67
    assert volume == pytest.approx(107.2e6)


def test_ipcc_average_underground_mine(ipcc: FactorSet) -> None:
    """Equations 4.1.3 and 4.1.4: 18 and 2.5 m3/t times 0.67e-6 Gg/m3 for a million tonnes."""
    mine = "coal_underground_middle"
    rows = {name: ipcc.find(name, mine) for name in ("methane_volume", "handling_methane_volume")}
    rows["methane_density"] = ipcc.find("methane_density", mine, gas="CH4")
    made = fugitive.mining_and_handling_methane(
        output=(1e6, "t/year"), **{name: (row.value, row.unit) for name, row in rows.items()}
    )
    assert made.m * units.factor("t CH4", "Gg CH4") == pytest.approx(1e6 * 20.5 * 0.67e-6)


def limestone(ipcc: FactorSet, tonnes: float, purity: float) -> float:
    gas = ipcc.find("process_emission", "fgd_limestone", gas="CO2")
    made = industry.impure_carbonate(
        material=(tonnes, "t/year"), purity=(purity, "1"), process_emission=(gas.value, gas.unit)
    )
    return float(made.m)


@pytest.mark.parametrize(("tonnes", "printed", "within"), [(1.0, 0.44, 5e-4), (1.0, 0.4397, 5e-5)])
def test_calcination_of_limestone(
    ipcc: FactorSet, tonnes: float, printed: float, within: float
) -> None:
    assert limestone(ipcc, tonnes, 1.0) == pytest.approx(printed, abs=within)


def test_carbon_dioxide_of_a_tonne_of_sulphur_removed(ipcc: FactorSet) -> None:
    """3.125 t of limestone are printed for a tonne of sulphur: 1.375 t of CO2 (44/32)."""
    assert limestone(ipcc, 3.125, 1.0) == pytest.approx(44 / 32, rel=1e-3)


def test_lime_from_limestone(ipcc: FactorSet) -> None:
    """A tonne of lime leaves 0.7848 t: 1/0.5603 t of limestone are printed for it."""
    assert limestone(ipcc, 1 / 0.5603, 1.0) == pytest.approx(0.7848, abs=1e-4)


@pytest.mark.parametrize(
    ("subject", "printed"),
    [
        ("clinker", 0.52),
        ("lime", 0.75),
        ("glass", 0.2),
        ("calcite", 0.43971),
        ("magnesite", 0.52197),
        ("dolomite_carbonate", 0.47732),
        ("siderite", 0.37987),
        ("rhodochrosite", 0.38286),
        ("soda_ash_used", 0.41492),
    ],
)
def test_printed_table_of_process_factors(ipcc: FactorSet, subject: str, printed: float) -> None:
    row = ipcc.find("process_emission", subject, gas="CO2")
    made = industry.process_carbon_dioxide(
        output=(1.0, "t/year"), process_emission=(row.value, row.unit)
    )
    assert made.m == pytest.approx(printed)


def test_derivation_of_the_ipcc_factor_of_clinker(ipcc: FactorSet) -> None:
    """Vol. 3 equation 2.4: 65 % lime x 0.785 = 0.51; with 2 % for kiln dust 0.52."""
    row = ipcc.find("process_emission", "clinker", gas="CO2", variant="without_kiln_dust")
    assert row.value == pytest.approx(0.65 * 0.785, abs=0.0005)
    made = industry.lime_carbon_dioxide(
        lime=(1.0, "t/year"),
        process_emission=(row.value, row.unit),
        kiln_dust_correction=(1.02, "1"),
    )
    default = ipcc.find("process_emission", "clinker", gas="CO2")
    assert made.m == pytest.approx(default.value, abs=0.0005)


def test_derivation_of_the_ipcc_factor_of_lime(ipcc: FactorSet) -> None:
    """Vol. 3 equation 2.8: 0.85 x 0.75 + 0.15 x 0.77 = 0.6375 + 0.1155 = 0.75."""
    parts = [
        industry.process_carbon_dioxide(
            output=(share, "t/year"), process_emission=(gas, "t CO2/t")
        ).m
        for share, gas in ((0.85, 0.75), (0.15, 0.77))
    ]
    assert parts == pytest.approx([0.6375, 0.1155])
    row = ipcc.find("process_emission", "lime", gas="CO2")
    assert sum(parts) == pytest.approx(row.value, abs=0.005)


@pytest.mark.parametrize(
    ("subject", "energy", "carbon"),
    [
        ("ammonia_modern_gas", 30.2, 15.3),
        ("ammonia_mixed_gas", 37.5, 15.3),
        ("ammonia_partial_oxidation", 36.0, 21.0),
    ],
)
def test_ipcc_table_of_ammonia(ipcc: FactorSet, subject: str, energy: float, carbon: float) -> None:
    """Vol. 3 table 3.1: GJ a tonne of ammonia x kg C/GJ x 44/12."""
    row = ipcc.find("process_emission", subject, gas="CO2")
    made = industry.reagent_carbon_dioxide(
        quantity=(1.0, "t/year"),
        net_calorific_value=(energy, "GJ/t"),
        carbon_content=(carbon, "kg C/GJ"),
    )
    assert made.m == pytest.approx(row.value, abs=0.0006)


@pytest.mark.parametrize(
    ("subject", "carbon"), [("pig_iron_bought", 0.0469), ("nickel_pig_iron_bought", 0.0101)]
)
def test_carbon_that_the_enterprise_guideline_implies_own_arithmetic(
    chinese: FactorSet, subject: str, carbon: float
) -> None:
    """The guideline prints carbon dioxide a tonne; the carbon is that times 12/44."""
    row = chinese.find("carbon_share", subject)
    assert row.value * units.factor(row.unit, "t C/t") == pytest.approx(carbon, abs=5e-5)


def test_decarburisation_of_a_converter_own_arithmetic(chinese: FactorSet) -> None:
    """The 2011 form of steel: a million tonnes of pig iron into 950,000 t of steel."""
    iron = chinese.find("carbon_share", "pig_iron_charged")
    steel = chinese.find("carbon_share", "steel_made")
    entering = industry.carbon_entering(
        material=(1e6, "t/year"), carbon_share=(iron.value, iron.unit)
    )
    leaving = industry.carbon_leaving(
        material=(95.0, "万吨/year"), carbon_share=(steel.value, steel.unit)
    )
    by_hand = (1e6 * 0.041 - 0.95e6 * 0.00248) * 44 / 12
    assert (entering + leaving).m == pytest.approx(by_hand)
