"""Land use and forestry against published figures.

* Soil carbon of cropland and of grassland: the worked examples of the 2006 IPCC Guidelines,
  volume 4, section 5.2.3.4 (cropland, Mollisol) and section 6.2.3.4 (grassland, Ultisol),
  https://www.ipcc-nggip.iges.or.jp/public/2006gl/vol4.html. Inputs and results are recalled from
  the chapters, whose text was not at hand when this was written; every printed digit follows
  from the inputs.
* Whole trees: records 523605 to 523617 of the IPCC emission factor database,
  https://www.ipcc-nggip.iges.or.jp/EFDB/main.php, sent in from China (read).
* Mangrove, burial: Alongi 2020, Sci 2(3):67, abstract,
  https://www.mdpi.com/2413-4155/2/3/67 (read).
* Mangrove, stock at the defaults of the IPCC: Kauffman and Bhomia 2017, PLoS ONE 12(11),
  abstract, https://pmc.ncbi.nlm.nih.gov/articles/PMC5683642 (read).
* Trees of cities: Nowak et al. 2013, Environmental Pollution 178, abstract,
  https://daneshyari.com/en/article/6318926 (read).
* Forest of Guangdong, 2018: Lyu et al. 2023, Acta Geographica Sinica 78(3):640, table 7,
  https://www.geog.com.cn/article/2023/0375-5444/0375-5444-78-3-640/T7.html (read), another
  method: a check of the order of magnitude.

Tests with `own_arithmetic` in their name have no published counterpart.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from carbonpeak import units
from carbonpeak.evidence.factors import Factor, load_factor_set
from carbonpeak.sectors import coastal_wetland, land, land_conversion

TO_CARBON = units.factor("t CO2", "t C")
MILLION = 1e6
SPECIES = [
    "chinese_fir",
    "masson_pine",
    "eucalyptus",
    "acacia",
    "casuarina",
    "nanmu",
    "oak",
    "castanopsis",
]

Use = tuple[float, float, float, float]
"""Hectares with their factors of land use, management and input."""


def stock(reference: float, uses: Sequence[Use]) -> float:
    """Return the soil carbon of a mosaic of uses in million tonnes."""
    made = [
        land_conversion.soil_stock(
            area=(area, "ha"),
            soil_carbon_reference=(reference, "t C/ha"),
            land_use_factor=(use, "1"),
            management_factor=(management, "1"),
            input_factor=(put, "1"),
            transition_time=(1, "year"),
        ).m
        for area, use, management, put in uses
    ]
    return sum(made) * TO_CARBON / MILLION


CROPLAND_1990 = [(400e3, 0.69, 1.0, 0.92), (600e3, 0.69, 1.0, 1.0)]
CROPLAND_2000 = [(200e3, 0.69, 1.0, 0.92), (700e3, 0.69, 1.08, 1.0), (100e3, 0.69, 1.15, 1.0)]


def test_cropland_on_mollisol_of_the_2006_guidelines() -> None:
    before, after = stock(88, CROPLAND_1990), stock(88, CROPLAND_2000)
    assert before == pytest.approx(58.78, abs=0.005)
    assert after == pytest.approx(64.06, abs=0.005)
    assert (after - before) / 20 == pytest.approx(0.264, abs=0.0005)


def found(parameter: str, subject: str, name: str = "ipcc_2006", **key: str) -> Factor:
    return load_factor_set(name).find(parameter, subject, **key)


def shipped(subject: str, area: float) -> Use:
    """Return hectares of a use with the factors of the shipped set."""
    names = ("land_use_factor", "management_factor", "input_factor")
    use, management, put = (found(name, f"{subject}_soil").value for name in names)
    return area, use, management, put


def test_grassland_on_ultisol_with_the_shipped_factors() -> None:
    """The improved and irrigated hectares have a level of input that the set does not hold."""
    reference = found("soil_carbon_reference", "grassland_soil", region="tropical_moist").value
    assert reference == 47
    before = stock(
        reference,
        [
            shipped("grassland", 500e3),
            shipped("degraded_grassland", 400e3),
            shipped("severely_degraded_grassland", 100e3),
        ],
    )
    after = stock(
        reference,
        [
            shipped("grassland", 300e3),
            shipped("degraded_grassland", 300e3),
            shipped("severely_degraded_grassland", 200e3),
            shipped("improved_grassland", 100e3),
            (100e3, 1.0, 1.17, 1.11),
        ],
    )
    assert before == pytest.approx(45.026, abs=0.0005)
    assert after == pytest.approx(45.96, abs=0.005)
    assert (after - before) / 20 == pytest.approx(0.04665, abs=0.0001)


@pytest.mark.parametrize("species", SPECIES)
def test_whole_trees_of_the_ipcc_database(species: str) -> None:
    """The parts in use make up the whole tree that the database holds, within 4 %."""
    forest, name = f"forest_{species}", "cn_provincial_2011"
    shared = {
        "growth_rate": (1.0, "1/year"),
        "wood_density": (found("wood_density", forest, name).value, "t dm/m3"),
        "biomass_carbon_fraction": (0.5, "t C/t dm"),
    }
    parts = land.forest_growth(
        volume=(1, "m3"),
        above_ground_expansion=(found("above_ground_expansion", forest, name).value, "1"),
        tree_root_shoot=(found("tree_root_shoot", forest, name).value, "1"),
        **shared,
    )
    whole = land.mean_forest_growth(
        volume=(1, "m3"),
        whole_tree_expansion=(found("whole_tree_expansion", forest, name).value, "1"),
        **shared,
    )
    assert parts.m == pytest.approx(whole.m, rel=0.04)


def test_burial_of_the_mangroves_of_the_world() -> None:
    """738.9 t C/ha and 6.17 Pg C give the area; it buries about 15 Tg C a year."""
    area = 6.17e9 / 738.9
    burial = found("soil_burial", "mangrove_existing", "cn_provincial_2011")
    made = coastal_wetland.mangrove_burial(
        area=(area, "ha"), soil_burial=(burial.value, burial.unit)
    )
    assert made.m * TO_CARBON / MILLION == pytest.approx(15, abs=0.5)
    assert burial.value == pytest.approx(179.6 * units.factor("g/m2", "t/ha"))


def test_mangrove_stock_at_the_defaults_of_the_ipcc() -> None:
    """The authors give 511 t C/ha for biomass and soil; dead matter is not in it."""
    key = {"region": "tropical_wet"}
    made = coastal_wetland.mangrove_excavation(
        area=(1, "ha/year"),
        above_ground_biomass=(
            found("above_ground_biomass", "mangrove_excavated", **key).value,
            "t dm/ha",
        ),
        tree_root_shoot=(found("tree_root_shoot", "mangrove_excavated", **key).value, "1"),
        biomass_carbon_fraction=(
            found("biomass_carbon_fraction", "mangrove_excavated").value,
            "t C/t dm",
        ),
        litter_carbon=(0, "t C/ha"),
        dead_wood_carbon=(0, "t C/ha"),
        soil_carbon=(found("soil_carbon", "mangrove_excavated").value, "t C/ha"),
    )
    assert made.m * TO_CARBON == pytest.approx(511, rel=0.01)


def test_growth_of_city_trees_in_the_2019_refinement() -> None:
    """0.28 kg C a square metre of crowns in a year."""
    growth = found("crown_growth", "urban_trees", variant="refinement_2019")
    made = land.urban_growth(crown_area=(1, "m2"), crown_growth=(growth.value, growth.unit))
    assert made.m * units.factor("t CO2", "kg C") == pytest.approx(0.28)


def test_net_growth_of_the_forest_of_guangdong() -> None:
    """Growth less consumption at 45.6 m3/ha (2012) against 3.9 t CO2/ha of another method."""
    name, key = "cn_provincial_2011", {"region": "Guangdong"}
    inputs = {
        parameter: (found(parameter, "forest_all", name, **key).value, unit)
        for parameter, unit in (("wood_density", "t dm/m3"), ("whole_tree_expansion", "1"))
    }
    inputs["biomass_carbon_fraction"] = (
        found("biomass_carbon_fraction", "forest_all", name).value,
        "t C/t dm",
    )
    growth, consumption = (
        (found(parameter, "forest_all", name, **key).value, "percent/year")
        for parameter in ("growth_rate", "consumption_rate")
    )
    gained = land.mean_forest_growth(volume=(45.6, "m3"), growth_rate=growth, **inputs).m
    lost = land.timber_consumption(volume=(45.6, "m3"), consumption_rate=consumption, **inputs).m
    assert gained - lost == pytest.approx(3.9, rel=0.25)


def test_own_arithmetic_burning_and_decay_of_a_hectare() -> None:
    """60 m3, 0.474 t/m3 and 1.513 hold 43.03 t above ground; half of it burns or decays."""
    felled = {
        "area": (1, "ha/year"),
        "volume_per_area": (60, "m3/ha"),
        "wood_density": (0.474, "t dm/m3"),
        "above_ground_expansion": (1.513, "1"),
        "biomass_after_conversion": (0, "t dm/ha"),
        "biomass_carbon_fraction": (0.5, "t C/t dm"),
    }
    burnt = land_conversion.burning_carbon_dioxide(
        **felled,
        burnt_on_site=(15, "percent"),
        burnt_off_site=(20, "percent"),
        burning_oxidation=(0.9, "1"),
    )
    decayed = land_conversion.forest_decay(**felled, decayed_share=(15, "percent"))
    assert burnt.m == pytest.approx(24.850, abs=0.001)
    assert decayed.m == pytest.approx(11.834, abs=0.001)
