"""Mangrove and other coastal wetland: soils kept, restored, drained and dug up.

The growth of mangrove trees is in `land`. Gains are removals and losses are emissions.
"""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_SUPPLEMENT = "2013 Wetlands Supplement ch. 4"


@equation(
    area="ha",
    soil_burial="t C/ha/year",
    returns="t CO2/year",
    source=f"{_SUPPLEMENT} section 4.2.4, Tier 2; Tier 1 counts zero",
)
def mangrove_burial(area: Array, soil_burial: Array) -> Array:
    """Carbon dioxide whose carbon the soil of existing mangrove buries.

    Parameters
    ----------
    area : (…, year)
        Area of mangrove that stays mangrove.
    soil_burial : (…)
        Carbon buried in a hectare in a year.

    Returns
    -------
    (…, year)
        Carbon dioxide removed from the air.
    """
    return area * soil_burial


@equation(
    area="ha",
    soil_carbon_flux="t C/ha/year",
    returns="t CO2/year",
    source=f"{_SUPPLEMENT} eq. 4.7 with table 4.12",
)
def restored_soil(area: Array, soil_carbon_flux: Array) -> Array:
    """Carbon dioxide bound by the soil of coastal wetland planted or rewetted.

    Parameters
    ----------
    area : (…, year)
        Area restored whose soil carries the plants again.
    soil_carbon_flux : (…)
        Flux out of the soil of a hectare in a year: negative, since it gains carbon.

    Returns
    -------
    (…, year)
        Carbon dioxide removed from the air.
    """
    return -area * soil_carbon_flux


@equation(
    area="ha",
    soil_carbon_flux="t C/ha/year",
    returns="t CO2/year",
    source=f"{_SUPPLEMENT} eq. 4.8 with table 4.13",
)
def coast_drainage(area: Array, soil_carbon_flux: Array) -> Array:
    """Carbon dioxide of the soil of drained coastal wetland.

    Parameters
    ----------
    area : (…, year)
        Area that is drained, in every year that it stays so.
    soil_carbon_flux : (…)
        Flux out of the soil of a hectare in a year.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return area * soil_carbon_flux


@equation(
    area="ha",
    wetland_methane="kg CH4/ha/year",
    returns="t CH4/year",
    source=f"{_SUPPLEMENT} eq. 4.9 with table 4.14",
)
def rewetted_methane(area: Array, wetland_methane: Array) -> Array:
    """Methane of coastal wetland rewetted, by the salinity of the water.

    Parameters
    ----------
    area : (…, year)
        Area rewetted.
    wetland_methane : (…)
        Methane of a hectare in a year: zero from a salinity of 18 ppt on.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return area * wetland_methane


@equation(
    area="ha/year",
    above_ground_biomass="t dm/ha",
    tree_root_shoot="1",
    biomass_carbon_fraction="t C/t dm",
    litter_carbon="t C/ha",
    dead_wood_carbon="t C/ha",
    soil_carbon="t C/ha",
    returns="t CO2/year",
    source=f"{_SUPPLEMENT} eq. 4.2-4.6, extraction",
)
def mangrove_excavation(
    area: Array,
    above_ground_biomass: Array,
    tree_root_shoot: Array,
    biomass_carbon_fraction: Array,
    litter_carbon: Array,
    dead_wood_carbon: Array,
    soil_carbon: Array,
) -> Array:
    """Carbon dioxide of mangrove dug up for ponds, ports or roads: all pools in the year.

    Parameters
    ----------
    area : (…, year)
        Area dug up in the year.
    above_ground_biomass : (…)
        Above-ground biomass of a hectare before.
    tree_root_shoot : (…)
        Below-ground over above-ground biomass.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.
    litter_carbon, dead_wood_carbon : (…)
        Carbon of the dead matter of a hectare before.
    soil_carbon : (…)
        Carbon of the soil of a hectare to one metre before.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    living = above_ground_biomass * (1 + tree_root_shoot) * biomass_carbon_fraction
    return area * (living + litter_carbon + dead_wood_carbon + soil_carbon)


METHODS = (
    Method("mangrove_burial", "ha", {"CO2": mangrove_burial}, role="removals"),
    Method("mangrove_excavation", "ha/year", {"CO2": mangrove_excavation}),
    Method("coast_drainage", "ha", {"CO2": coast_drainage}),
    Method("restored_soil", "ha", {"CO2": restored_soil}, role="removals"),
    Method("rewetted_methane", "ha", {"CH4": rewetted_methane}),
)
