"""Carbon that forests and other trees take up by growth and lose with timber.

Gains are removals and losses are emissions, both positive; no line carries a sign.
"""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_GUIDELINE = "provincial guideline 2011 ch. 4, forest and other woody biomass"


@equation(
    area="ha",
    uptake="t CO2/ha/year",
    returns="t CO2/year",
    source="2006 IPCC Guidelines vol. 4 ch. 2 eq. 2.9-2.10, growth by age of stand",
)
def stand_uptake(area: Array, uptake: Array) -> Array:
    """Carbon dioxide that the stands planted in one year take up at one age.

    Parameters
    ----------
    area : (…, year)
        Area planted in the year and alive.
    uptake : (…, age)
        Uptake of a hectare at that age.

    Returns
    -------
    (…, year, age)
        Uptake in the year in which the stand has that age.
    """
    return area * uptake


@equation(
    volume="m3",
    growth_rate="1/year",
    wood_density="t dm/m3",
    above_ground_expansion="1",
    tree_root_shoot="1",
    biomass_carbon_fraction="t C/t dm",
    returns="t CO2/year",
    source=f"{_GUIDELINE}; 2006 IPCC Guidelines vol. 4 ch. 2 eq. 2.9-2.10",
)
def forest_growth(
    volume: Array,
    growth_rate: Array,
    wood_density: Array,
    above_ground_expansion: Array,
    tree_root_shoot: Array,
    biomass_carbon_fraction: Array,
) -> Array:
    """Carbon dioxide bound by the gross growth of a standing forest of one species group.

    Stem volume becomes stem mass, then the mass above ground, then that of the whole tree.

    Parameters
    ----------
    volume : (…, year)
        Standing stem volume.
    growth_rate : (…)
        Gross growth of the volume in a year.
    wood_density : (…)
        Dry mass of a cubic metre of stem.
    above_ground_expansion : (…)
        Above-ground biomass over that of the stem.
    tree_root_shoot : (…)
        Below-ground over above-ground biomass.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.

    Returns
    -------
    (…, year)
        Carbon dioxide removed from the air.
    """
    whole = above_ground_expansion * (1 + tree_root_shoot)
    return volume * growth_rate * wood_density * whole * biomass_carbon_fraction


@equation(
    volume="m3",
    growth_rate="1/year",
    wood_density="t dm/m3",
    whole_tree_expansion="1",
    biomass_carbon_fraction="t C/t dm",
    returns="t CO2/year",
    source=_GUIDELINE,
)
def mean_forest_growth(
    volume: Array,
    growth_rate: Array,
    wood_density: Array,
    whole_tree_expansion: Array,
    biomass_carbon_fraction: Array,
) -> Array:
    """Carbon dioxide bound by growth, by the province's means over all species.

    Serves forest of unknown species, open forest, scattered trees and trees beside houses,
    roads and water.

    Parameters
    ----------
    volume : (…, year)
        Standing stem volume.
    growth_rate : (…)
        Gross growth of the volume in a year.
    wood_density : (…)
        Dry mass of a cubic metre of stem, weighted by volume.
    whole_tree_expansion : (…)
        Biomass of the whole tree over that of the stem, weighted by volume.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.

    Returns
    -------
    (…, year)
        Carbon dioxide removed from the air.
    """
    biomass = volume * growth_rate * wood_density * whole_tree_expansion
    return biomass * biomass_carbon_fraction


@equation(
    volume="m3",
    consumption_rate="1/year",
    wood_density="t dm/m3",
    whole_tree_expansion="1",
    biomass_carbon_fraction="t C/t dm",
    returns="t CO2/year",
    source=_GUIDELINE,
)
def timber_consumption(
    volume: Array,
    consumption_rate: Array,
    wood_density: Array,
    whole_tree_expansion: Array,
    biomass_carbon_fraction: Array,
) -> Array:
    """Carbon dioxide of the timber that a year takes from the standing volume.

    All of it counts in the year of its felling: products of wood keep no carbon here. The
    timber of converted forest is inside.

    Parameters
    ----------
    volume : (…, year)
        Standing stem volume of all trees.
    consumption_rate : (…)
        Share of the volume that is felled or lost in a year.
    wood_density : (…)
        Dry mass of a cubic metre of stem, weighted by volume.
    whole_tree_expansion : (…)
        Biomass of the whole tree over that of the stem, weighted by volume.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    biomass = volume * consumption_rate * wood_density * whole_tree_expansion
    return biomass * biomass_carbon_fraction


@equation(
    felled="m3/year",
    wood_density="t dm/m3",
    above_ground_expansion="1",
    tree_root_shoot="1",
    biomass_carbon_fraction="t C/t dm",
    returns="t CO2/year",
    source=f"{_GUIDELINE}; 2006 IPCC Guidelines vol. 4 ch. 2 eq. 2.12",
)
def felling(
    felled: Array,
    wood_density: Array,
    above_ground_expansion: Array,
    tree_root_shoot: Array,
    biomass_carbon_fraction: Array,
) -> Array:
    """Carbon dioxide of the timber of one species group felled or lost in a year.

    Parameters
    ----------
    felled : (…, year)
        Stem volume felled or lost.
    wood_density : (…)
        Dry mass of a cubic metre of stem.
    above_ground_expansion : (…)
        Above-ground biomass over that of the stem.
    tree_root_shoot : (…)
        Below-ground over above-ground biomass.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    whole = above_ground_expansion * (1 + tree_root_shoot)
    return felled * wood_density * whole * biomass_carbon_fraction


@equation(
    felled="m3/year",
    wood_density="t dm/m3",
    whole_tree_expansion="1",
    biomass_carbon_fraction="t C/t dm",
    returns="t CO2/year",
    source=_GUIDELINE,
)
def mean_felling(
    felled: Array, wood_density: Array, whole_tree_expansion: Array, biomass_carbon_fraction: Array
) -> Array:
    """Carbon dioxide of timber felled or lost in a year, by the means over all species.

    Parameters
    ----------
    felled : (…, year)
        Stem volume felled or lost.
    wood_density : (…)
        Dry mass of a cubic metre of stem, weighted by volume.
    whole_tree_expansion : (…)
        Biomass of the whole tree over that of the stem, weighted by volume.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return felled * wood_density * whole_tree_expansion * biomass_carbon_fraction


@equation(
    area="ha/year",
    whole_biomass="t dm/ha",
    biomass_carbon_fraction="t C/t dm",
    returns="t CO2/year",
    source=f"{_GUIDELINE}: bamboo, economic and shrub forest by their change of area",
)
def woodland_change(area: Array, whole_biomass: Array, biomass_carbon_fraction: Array) -> Array:
    """Carbon dioxide of the biomass on woodland gained or lost.

    Bamboo, orchards and shrubs count by area: a hectare that stays is taken to keep its
    biomass. Area gained is a removal, area lost an emission.

    Parameters
    ----------
    area : (…, year)
        Area gained, or lost, on the yearly mean of the survey interval.
    whole_biomass : (…)
        Biomass of a hectare above and below ground.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.

    Returns
    -------
    (…, year)
        Carbon dioxide bound, or released.
    """
    return area * whole_biomass * biomass_carbon_fraction


@equation(
    area="ha",
    above_ground_growth="t dm/ha/year",
    tree_root_shoot="1",
    biomass_carbon_fraction="t C/t dm",
    returns="t CO2/year",
    source="2006 IPCC Guidelines vol. 4 ch. 2 eq. 2.9-2.10; 2013 Wetlands Supplement ch. 4",
)
def growth_by_area(
    area: Array, above_ground_growth: Array, tree_root_shoot: Array, biomass_carbon_fraction: Array
) -> Array:
    """Carbon dioxide bound by forest or mangrove whose area alone is known.

    Parameters
    ----------
    area : (…, year)
        Area that still grows: a mangrove at the full stock of its zone has no growth.
    above_ground_growth : (…)
        Growth of above-ground biomass of a hectare in a year.
    tree_root_shoot : (…)
        Below-ground over above-ground biomass.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.

    Returns
    -------
    (…, year)
        Carbon dioxide removed from the air.
    """
    return area * above_ground_growth * (1 + tree_root_shoot) * biomass_carbon_fraction


@equation(
    crown_area="ha",
    crown_growth="t C/ha/year",
    returns="t CO2/year",
    source="2006 IPCC Guidelines vol. 4 ch. 8 eq. 8.2, Tier 2a",
)
def urban_growth(crown_area: Array, crown_growth: Array) -> Array:
    """Carbon dioxide bound by the trees of a city.

    Parameters
    ----------
    crown_area : (…, year)
        Area of the crowns of trees younger than 20 years, not the area of the city.
    crown_growth : (…)
        Carbon bound by a hectare of crowns in a year.

    Returns
    -------
    (…, year)
        Carbon dioxide removed from the air.
    """
    return crown_area * crown_growth


@equation(
    area="ha",
    land_average_uptake="t CO2/ha/year",
    returns="t CO2/year",
    source="average net flux of a land use, as published for the cities of a province",
)
def average_uptake(area: Array, land_average_uptake: Array) -> Array:
    """Carbon dioxide taken up by a land use at the published average of its region.

    A simple method instead of growth and consumption, for a county that knows only areas.

    Parameters
    ----------
    area : (…, year)
        Area under the land use.
    land_average_uptake : (…)
        Net uptake of a hectare, positive for a removal.

    Returns
    -------
    (…, year)
        Carbon dioxide removed from the air.
    """
    return area * land_average_uptake


@equation(
    area="ha",
    land_average_uptake="t CO2/ha/year",
    returns="t CO2/year",
    source="average net flux of a land use, as published for the cities of a province",
)
def average_loss(area: Array, land_average_uptake: Array) -> Array:
    """Carbon dioxide released by a land use at the published average of its region.

    Parameters
    ----------
    area : (…, year)
        Area under the land use.
    land_average_uptake : (…)
        Net uptake of a hectare, negative where the land loses carbon.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return -area * land_average_uptake


METHODS = (
    Method("planted_stand", "ha", {"CO2": stand_uptake}, role="removals", by_age=True),
    Method("forest_growth", "m3", {"CO2": forest_growth}, role="removals"),
    Method("mean_forest_growth", "m3", {"CO2": mean_forest_growth}, role="removals"),
    Method("timber_consumption", "m3", {"CO2": timber_consumption}),
    Method("felling", "m3/year", {"CO2": felling}),
    Method("mean_felling", "m3/year", {"CO2": mean_felling}),
    Method("woodland_gained", "ha/year", {"CO2": woodland_change}, role="removals"),
    Method("woodland_lost", "ha/year", {"CO2": woodland_change}),
    Method("growth_by_area", "ha", {"CO2": growth_by_area}, role="removals"),
    Method("urban_growth", "ha", {"CO2": urban_growth}, role="removals"),
    Method("average_uptake", "ha", {"CO2": average_uptake}, role="removals"),
    Method("average_loss", "ha", {"CO2": average_loss}),
)
