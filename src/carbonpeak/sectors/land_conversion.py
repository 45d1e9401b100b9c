"""Forest turned to other uses, and soils whose use or practice changed.

Gains are removals and losses are emissions, both positive; no line carries a sign.
"""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_GUIDELINE = "provincial guideline 2011 ch. 4, forest conversion"

_FELLED = {
    "volume_per_area": "m3/ha",
    "wood_density": "t dm/m3",
    "above_ground_expansion": "1",
    "biomass_after_conversion": "t dm/ha",
    "biomass_carbon_fraction": "t C/t dm",
}


@equation(
    area="ha/year",
    **_FELLED,
    burnt_on_site="1",
    burnt_off_site="1",
    burning_oxidation="1",
    returns="t CO2/year",
    source=f"{_GUIDELINE}: burning on and off site",
)
def burning_carbon_dioxide(
    area: Array,
    volume_per_area: Array,
    wood_density: Array,
    above_ground_expansion: Array,
    biomass_after_conversion: Array,
    biomass_carbon_fraction: Array,
    burnt_on_site: Array,
    burnt_off_site: Array,
    burning_oxidation: Array,
) -> Array:
    """Carbon dioxide of what is burnt, there and elsewhere, when forest gives way.

    Parameters
    ----------
    area : (…, year)
        Forest converted in the year.
    volume_per_area : (…)
        Standing stem volume of a hectare before.
    wood_density : (…)
        Dry mass of a cubic metre of stem.
    above_ground_expansion : (…)
        Above-ground biomass over that of the stem.
    biomass_after_conversion : (…)
        Above-ground biomass of a hectare afterwards.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.
    burnt_on_site, burnt_off_site : (…)
        Shares of the biomass lost that are burnt there and elsewhere.
    burning_oxidation : (…)
        Share of the burnt carbon that is oxidised.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    before = volume_per_area * wood_density * above_ground_expansion
    lost = area * (before - biomass_after_conversion) * biomass_carbon_fraction
    return lost * (burnt_on_site + burnt_off_site) * burning_oxidation


@equation(
    area="ha/year",
    **_FELLED,
    burnt_on_site="1",
    burning_oxidation="1",
    burning_methane="t CH4C/t C",
    returns="t CH4/year",
    source=f"{_GUIDELINE}: burning on site; 1996 IPCC Guidelines vol. 3 ch. 5",
)
def burning_methane_emitted(
    area: Array,
    volume_per_area: Array,
    wood_density: Array,
    above_ground_expansion: Array,
    biomass_after_conversion: Array,
    biomass_carbon_fraction: Array,
    burnt_on_site: Array,
    burning_oxidation: Array,
    burning_methane: Array,
) -> Array:
    """Methane of what is burnt on the site of a forest that gives way.

    That of wood burnt elsewhere as fuel belongs to energy.

    Parameters
    ----------
    area : (…, year)
        Forest converted in the year.
    volume_per_area, wood_density, above_ground_expansion, biomass_after_conversion : (…)
        As in `burning_carbon_dioxide`.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.
    burnt_on_site : (…)
        Share of the biomass lost that is burnt there.
    burning_oxidation : (…)
        Share of the burnt carbon that is oxidised.
    burning_methane : (…)
        Carbon released as methane over carbon burnt.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    before = volume_per_area * wood_density * above_ground_expansion
    lost = area * (before - biomass_after_conversion) * biomass_carbon_fraction
    return lost * burnt_on_site * burning_oxidation * burning_methane


@equation(
    area="ha/year",
    **_FELLED,
    burnt_on_site="1",
    burning_oxidation="1",
    biomass_nitrogen_ratio="t N/t C",
    burning_nitrous_oxide="t N2ON/t N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}: burning on site; 1996 IPCC Guidelines vol. 3 ch. 5",
)
def burning_nitrous_oxide_emitted(
    area: Array,
    volume_per_area: Array,
    wood_density: Array,
    above_ground_expansion: Array,
    biomass_after_conversion: Array,
    biomass_carbon_fraction: Array,
    burnt_on_site: Array,
    burning_oxidation: Array,
    biomass_nitrogen_ratio: Array,
    burning_nitrous_oxide: Array,
) -> Array:
    """Nitrous oxide of what is burnt on the site of a forest that gives way.

    Parameters
    ----------
    area : (…, year)
        Forest converted in the year.
    volume_per_area, wood_density, above_ground_expansion, biomass_after_conversion : (…)
        As in `burning_carbon_dioxide`.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.
    burnt_on_site : (…)
        Share of the biomass lost that is burnt there.
    burning_oxidation : (…)
        Share of the burnt carbon that is oxidised.
    biomass_nitrogen_ratio : (…)
        Nitrogen over carbon of the biomass.
    burning_nitrous_oxide : (…)
        Nitrogen released as nitrous oxide over nitrogen burnt.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    before = volume_per_area * wood_density * above_ground_expansion
    lost = area * (before - biomass_after_conversion) * biomass_carbon_fraction
    burnt = lost * burnt_on_site * burning_oxidation
    return burnt * biomass_nitrogen_ratio * burning_nitrous_oxide


@equation(
    area="ha/year",
    **_FELLED,
    decayed_share="1",
    returns="t CO2/year",
    source=f"{_GUIDELINE}: decay of what was left, by the mean area of ten years",
)
def forest_decay(
    area: Array,
    volume_per_area: Array,
    wood_density: Array,
    above_ground_expansion: Array,
    biomass_after_conversion: Array,
    biomass_carbon_fraction: Array,
    decayed_share: Array,
) -> Array:
    """Carbon dioxide of what decays where forest was converted in the last ten years.

    Parameters
    ----------
    area : (…, year)
        Mean area converted in each of the last ten years.
    volume_per_area, wood_density, above_ground_expansion, biomass_after_conversion : (…)
        As in `burning_carbon_dioxide`.
    biomass_carbon_fraction : (…)
        Carbon of the dry mass.
    decayed_share : (…)
        Share of the biomass lost that is left to decay.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    before = volume_per_area * wood_density * above_ground_expansion
    return area * (before - biomass_after_conversion) * biomass_carbon_fraction * decayed_share


@equation(
    area="ha/year",
    crop_carbon="t C/ha",
    returns="t CO2/year",
    source="2006 IPCC Guidelines vol. 4 ch. 5 eq. 2.16 with table 5.9",
)
def crop_biomass(area: Array, crop_carbon: Array) -> Array:
    """Carbon dioxide bound by the first crop on land turned to annual crops.

    Parameters
    ----------
    area : (…, year)
        Area turned in the year.
    crop_carbon : (…)
        Carbon of the crop on a hectare in its first year; later years add nothing.

    Returns
    -------
    (…, year)
        Carbon dioxide removed from the air.
    """
    return area * crop_carbon


@equation(
    area="ha",
    soil_carbon_reference="t C/ha",
    land_use_factor="1",
    management_factor="1",
    input_factor="1",
    transition_time="year",
    returns="t CO2/year",
    source="2006 IPCC Guidelines vol. 4 ch. 2 eq. 2.25, mineral soils",
)
def soil_stock(
    area: Array,
    soil_carbon_reference: Array,
    land_use_factor: Array,
    management_factor: Array,
    input_factor: Array,
    transition_time: Array,
) -> Array:
    """One year's share of the soil carbon of land that came to a use, or left it.

    The carbon of the new use less that of the old one, over the time of transition, is the
    change of equation 2.25: state the land as gained by the one and lost by the other.

    Parameters
    ----------
    area : (…, year)
        Area that changed within the time of transition before the year.
    soil_carbon_reference : (…)
        Carbon of a hectare under native vegetation, 0 to 30 cm.
    land_use_factor, management_factor, input_factor : (…)
        Stock change factors of the use, its management and its inputs.
    transition_time : (…)
        Time until the soil has its new stock.

    Returns
    -------
    (…, year)
        Carbon dioxide bound by the new use, or released from the old one.
    """
    stock = soil_carbon_reference * land_use_factor * management_factor * input_factor
    return area * stock / transition_time


_BURNING = {
    "CO2": burning_carbon_dioxide,
    "CH4": burning_methane_emitted,
    "N2O": burning_nitrous_oxide_emitted,
}

METHODS = (
    Method("forest_burning", "ha/year", _BURNING),
    Method("forest_decay", "ha/year", {"CO2": forest_decay}),
    Method("crop_biomass", "ha/year", {"CO2": crop_biomass}, role="removals"),
    Method("soil_gained", "ha", {"CO2": soil_stock}, role="removals"),
    Method("soil_lost", "ha", {"CO2": soil_stock}),
)
