"""Fields and ponds: rice, nitrogen in soils, straw burnt, lime and urea, aquaculture.

Nitrogen enters the soil by several lines (fertiliser, manure, people, crop residues) and each of
them emits directly (3.C.4) and indirectly (3.C.5). The animals stand in `livestock`.
"""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_GUIDELINE = "provincial guideline 2011 ch. 3"
_SOILS = "2006 IPCC Guidelines vol. 4 ch. 11"


@equation(
    area="ha/year",
    seasonal_methane="kg CH4/ha",
    returns="t CH4/year",
    source=f"{_GUIDELINE}, rice fields",
)
def rice_methane(area: Array, seasonal_methane: Array) -> Array:
    """Methane of a rice crop by the factor of its season.

    Parameters
    ----------
    area : (…, year)
        Area harvested; a field with two crops counts twice, once under each crop.
    seasonal_methane : (…)
        Methane of a hectare over one crop; straw, manure and drainage are already in it.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return area * seasonal_methane


@equation(
    rate="t/ha",
    conversion="ha/t",
    returns="1",
    source="2006 IPCC Guidelines vol. 4 ch. 5 eq. 5.3",
)
def organic_scaling(rate: Array, conversion: Array) -> Array:
    """Scale of rice methane for one kind of organic matter put into the field.

    Parameters
    ----------
    rate : (…)
        Matter spread on a hectare: straw as dry weight, anything else fresh.
    conversion : (…)
        Its effect compared with straw ploughed in shortly before the crop.

    Returns
    -------
    (…)
        One where nothing is spread.
    """
    return (1 + rate * conversion) ** 0.59


@equation(
    area="ha/year",
    daily_methane="kg CH4/ha/day",
    season="day",
    water_regime="1",
    pre_season="1",
    organic_rate="t/ha",
    organic_conversion="ha/t",
    returns="t CH4/year",
    source="2006 IPCC Guidelines vol. 4 ch. 5 eq. 5.1-5.3",
)
def rice_methane_by_day(
    area: Array,
    daily_methane: Array,
    season: Array,
    water_regime: Array,
    pre_season: Array,
    organic_rate: Array,
    organic_conversion: Array,
) -> Array:
    """Methane of a rice crop from the days that it grows and the way it is watered.

    Parameters
    ----------
    area : (…, year)
        Area harvested under one water regime.
    daily_methane : (…)
        Methane of a hectare and day, flooded throughout and without organic matter.
    season : (…)
        Days from planting to harvest.
    water_regime, pre_season : (…)
        Scales for the water during the crop and before it.
    organic_rate, organic_conversion : (…)
        Organic matter spread, and its effect compared with fresh straw.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    organic = (1 + organic_rate * organic_conversion) ** 0.59
    return area * daily_methane * season * water_regime * pre_season * organic


@equation(
    nitrogen="t N/year",
    direct_soil_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, direct emission of farmland; {_SOILS} eq. 11.1",
)
def direct_nitrous_oxide(nitrogen: Array, direct_soil_emission: Array) -> Array:
    """Nitrous oxide that nitrogen spread on farmland gives off on the spot.

    Parameters
    ----------
    nitrogen : (…, year)
        Nitrogen spread, that of compound fertilisers included.
    direct_soil_emission : (…)
        Share of it that leaves as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return nitrogen * direct_soil_emission


@equation(
    nitrogen="t N/year",
    volatilised="1",
    deposition_emission="kg N2ON/kg N",
    leached="1",
    leaching_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, indirect emission of farmland; {_SOILS} eq. 11.9-11.10",
)
def indirect_nitrous_oxide(
    nitrogen: Array,
    volatilised: Array,
    deposition_emission: Array,
    leached: Array,
    leaching_emission: Array,
) -> Array:
    """Nitrous oxide of the nitrogen that left the field by air and by water.

    Parameters
    ----------
    nitrogen : (…, year)
        Nitrogen spread.
    volatilised, leached : (…)
        Shares that go into the air and into the water.
    deposition_emission, leaching_emission : (…)
        Shares of those that end as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return nitrogen * (volatilised * deposition_emission + leached * leaching_emission)


@equation(
    nitrogen="t N/year",
    organic_volatilised="1",
    deposition_emission="kg N2ON/kg N",
    leached="1",
    leaching_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, indirect emission of farmland; {_SOILS} eq. 11.9-11.10",
)
def organic_indirect_nitrous_oxide(
    nitrogen: Array,
    organic_volatilised: Array,
    deposition_emission: Array,
    leached: Array,
    leaching_emission: Array,
) -> Array:
    """Nitrous oxide of organic nitrogen that left the field by air and by water.

    Parameters
    ----------
    nitrogen : (…, year)
        Nitrogen of compost, sludge and other organic matter spread.
    organic_volatilised, deposition_emission, leached, leaching_emission : (…)
        As in `indirect_nitrous_oxide`, with the share of organic nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return nitrogen * (organic_volatilised * deposition_emission + leached * leaching_emission)


@equation(
    nitrogen="t N/year",
    leached_before_use="1",
    volatilised_before_use="1",
    direct_soil_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, nitrogen of manure: dung used as fuel does not reach the soil",
)
def dung_nitrogen_withdrawn(
    nitrogen: Array,
    leached_before_use: Array,
    volatilised_before_use: Array,
    direct_soil_emission: Array,
) -> Array:
    """Correction for dung that is burnt as fuel and so never reaches the soil.

    Parameters
    ----------
    nitrogen : (…, year)
        Nitrogen of the dung when it was excreted.
    leached_before_use, volatilised_before_use : (…)
        Shares that the lines of the animals had already taken off.
    direct_soil_emission : (…)
        Share of nitrogen that leaves the soil as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        A negative number.
    """
    return -nitrogen * (1 - leached_before_use - volatilised_before_use) * direct_soil_emission


@equation(
    nitrogen="t N/year",
    leached_before_use="1",
    volatilised_before_use="1",
    organic_volatilised="1",
    deposition_emission="kg N2ON/kg N",
    leached="1",
    leaching_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, indirect emission of farmland",
)
def dung_nitrogen_withdrawn_indirect(
    nitrogen: Array,
    leached_before_use: Array,
    volatilised_before_use: Array,
    organic_volatilised: Array,
    deposition_emission: Array,
    leached: Array,
    leaching_emission: Array,
) -> Array:
    """Correction of the indirect emission for dung that is burnt as fuel.

    Parameters
    ----------
    nitrogen : (…, year)
        Nitrogen of the dung when it was excreted.
    leached_before_use, volatilised_before_use : (…)
        Shares that the lines of the animals had already taken off.
    organic_volatilised, leached : (…)
        Shares of what is spread that go into the air and into the water.
    deposition_emission, leaching_emission : (…)
        Shares of those that end as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        A negative number.
    """
    spread = nitrogen * (1 - leached_before_use - volatilised_before_use)
    return -spread * (organic_volatilised * deposition_emission + leached * leaching_emission)


@equation(
    straw="t/year",
    combustion_factor="1",
    burning_emission="g CH4/kg",
    returns="t CH4/year",
    source="2006 IPCC Guidelines vol. 4 ch. 2 eq. 2.27",
)
def straw_burning(straw: Array, combustion_factor: Array, burning_emission: Array) -> Array:
    """Methane of straw burnt in the field; its carbon dioxide grows back within the year.

    Parameters
    ----------
    straw : (…, year)
        Dry straw set on fire in the field, not that of stoves.
    combustion_factor : (…)
        Share of it that burns.
    burning_emission : (…)
        Gas per dry straw burnt.

    Returns
    -------
    (…, year)
        Gas emitted.
    """
    return straw * combustion_factor * burning_emission


@equation(
    amount="t/year",
    carbon_in_amendment="t C/t",
    returns="t CO2/year",
    source=f"{_SOILS} eq. 11.12-11.13",
)
def soil_amendment_carbon_dioxide(amount: Array, carbon_in_amendment: Array) -> Array:
    """Carbon dioxide of lime or urea spread on soils: all of its carbon leaves.

    Parameters
    ----------
    amount : (…, year)
        Limestone, dolomite or urea spread.
    carbon_in_amendment : (…)
        Carbon per tonne of it.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return amount * carbon_in_amendment


@equation(
    area="ha",
    pond_methane="kg CH4/ha/year",
    returns="t CH4/year",
    source="2019 Refinement vol. 4 ch. 7 table 7.15",
)
def pond_methane_emission(area: Array, pond_methane: Array) -> Array:
    """Methane of ponds, ditches and canals.

    Parameters
    ----------
    area : (…, year)
        Water surface.
    pond_methane : (…)
        Methane of a hectare and year; the salt of sea water keeps it low.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return area * pond_methane


@equation(
    output="t/year",
    fish_nitrous_oxide="kg N2ON/kg",
    returns="t N2O/year",
    source="2013 Wetlands Supplement ch. 4 eq. 4.10",
)
def aquaculture_nitrous_oxide(output: Array, fish_nitrous_oxide: Array) -> Array:
    """Nitrous oxide of the feed that farmed fish, shrimp and shellfish leave behind.

    Parameters
    ----------
    output : (…, year)
        Fish, shrimp and crab farmed with feed, live weight.
    fish_nitrous_oxide : (…)
        Nitrous oxide per weight of them, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return output * fish_nitrous_oxide


METHODS = (
    Method("rice_by_season", "ha/year", {"CH4": rice_methane}),
    Method("rice_by_day", "ha/year", {"CH4": rice_methane_by_day}),
    Method("nitrogen_spread", "t N/year", {"N2O": direct_nitrous_oxide}),
    Method("nitrogen_lost", "t N/year", {"N2O": indirect_nitrous_oxide}),
    Method("organic_nitrogen_lost", "t N/year", {"N2O": organic_indirect_nitrous_oxide}),
    Method("dung_withdrawn", "t N/year", {"N2O": dung_nitrogen_withdrawn}, sign=-1),
    Method("dung_withdrawn_lost", "t N/year", {"N2O": dung_nitrogen_withdrawn_indirect}, sign=-1),
    Method(
        "straw_burnt",
        "t/year",
        {
            "CH4": straw_burning,
            "N2O": straw_burning.restated(
                "straw_burning_nitrous_oxide", burning_emission="g N2O/kg", returns="t N2O/year"
            ),
        },
    ),
    Method("soil_amendment", "t/year", {"CO2": soil_amendment_carbon_dioxide}),
    Method("pond", "ha", {"CH4": pond_methane_emission}),
    Method("farmed_fish", "t/year", {"N2O": aquaculture_nitrous_oxide}),
)
