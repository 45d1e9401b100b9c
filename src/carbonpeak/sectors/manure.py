"""Nitrogen of manure: what escapes from stables, and what reaches the soil.

The heads are those of 3.A.1. Ammonia of stables and stores falls elsewhere (3.C.6); what is left
is spread on fields and emits there, directly (3.C.4) and indirectly (3.C.5). The dung of grazing
animals falls on pasture: it is soil, never manure that is managed.
"""

from __future__ import annotations

from typing import Any

import pint

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_GUIDELINE = "provincial guideline 2011 ch. 3"
_LIVESTOCK = "2006 IPCC Guidelines vol. 4 ch. 10"
_SOILS = "2006 IPCC Guidelines vol. 4 ch. 11"


def as_nitrogen(gas: Array) -> Array:
    """Count nitrous oxide that is given as its nitrogen (N2ON) among other nitrogen.

    A bare number stays as it is: a kilogram of N2O-N is a kilogram of N.
    """
    return gas * type(gas)(1, "N / N2ON") if isinstance(gas, pint.Quantity) else gas


@equation(
    heads="head",
    nitrogen_excretion="kg N/head/year",
    volatilised_before_use="1",
    deposition_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, deposition of the nitrogen of animals; {_LIVESTOCK} eq. 10.27",
)
def manure_deposition(
    heads: Array,
    nitrogen_excretion: Array,
    volatilised_before_use: Array,
    deposition_emission: Array,
) -> Array:
    """Nitrous oxide of the ammonia that escapes from stables and stores.

    Parameters
    ----------
    heads : (…, year)
        Animals.
    nitrogen_excretion : (…)
        Nitrogen that an animal excretes in a year.
    volatilised_before_use : (…)
        Share that goes into the air before the manure is spread.
    deposition_emission : (…)
        Share of that which ends as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return heads * nitrogen_excretion * volatilised_before_use * deposition_emission


@equation(
    heads="head",
    nitrogen_excretion="kg N/head/year",
    leached_before_use="1",
    volatilised_before_use="1",
    manure_nitrous_oxide="kg N2ON/head/year",
    direct_soil_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, direct emission of farmland: nitrogen of manure",
)
def manure_direct(
    heads: Array,
    nitrogen_excretion: Array,
    leached_before_use: Array,
    volatilised_before_use: Array,
    manure_nitrous_oxide: Array,
    direct_soil_emission: Array,
) -> Array:
    """Nitrous oxide on the spot where the manure of housed animals is spread.

    Parameters
    ----------
    heads : (…, year)
        Animals that do not graze.
    nitrogen_excretion : (…)
        Nitrogen that an animal excretes in a year.
    leached_before_use, volatilised_before_use : (…)
        Shares lost before the manure is spread.
    manure_nitrous_oxide : (…)
        Nitrous oxide of its storage, which is nitrogen that no longer reaches the soil.
    direct_soil_emission : (…)
        Share of nitrogen that leaves the soil as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    kept = nitrogen_excretion * (1 - leached_before_use - volatilised_before_use)
    nitrogen = kept - as_nitrogen(manure_nitrous_oxide)
    return heads * nitrogen * direct_soil_emission


@equation(
    heads="head",
    nitrogen_excretion="kg N/head/year",
    leached_before_use="1",
    volatilised_before_use="1",
    manure_nitrous_oxide="kg N2ON/head/year",
    organic_volatilised="1",
    deposition_emission="kg N2ON/kg N",
    leached="1",
    leaching_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, indirect emission of farmland",
)
def manure_indirect(
    heads: Array,
    nitrogen_excretion: Array,
    leached_before_use: Array,
    volatilised_before_use: Array,
    manure_nitrous_oxide: Array,
    organic_volatilised: Array,
    deposition_emission: Array,
    leached: Array,
    leaching_emission: Array,
) -> Array:
    """Nitrous oxide of the nitrogen that spread manure loses by air and by water.

    Parameters
    ----------
    heads : (…, year)
        Animals that do not graze.
    nitrogen_excretion, leached_before_use, volatilised_before_use, manure_nitrous_oxide : (…)
        As in `manure_direct`.
    organic_volatilised, leached : (…)
        Shares of what is spread that go into the air and into the water.
    deposition_emission, leaching_emission : (…)
        Shares of those that end as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    kept = nitrogen_excretion * (1 - leached_before_use - volatilised_before_use)
    nitrogen = kept - as_nitrogen(manure_nitrous_oxide)
    lost = organic_volatilised * deposition_emission + leached * leaching_emission
    return heads * nitrogen * lost


@equation(
    heads="head",
    nitrogen_excretion="kg N/head/year",
    pasture_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_SOILS} eq. 11.1, 11.5",
)
def pasture_direct(heads: Array, nitrogen_excretion: Array, pasture_emission: Array) -> Array:
    """Nitrous oxide of dung and urine that fall on pasture.

    Parameters
    ----------
    heads : (…, year)
        Grazing animals.
    nitrogen_excretion : (…)
        Nitrogen that an animal excretes in a year.
    pasture_emission : (…)
        Share that leaves as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return heads * nitrogen_excretion * pasture_emission


@equation(
    heads="head",
    nitrogen_excretion="kg N/head/year",
    pasture_volatilised="1",
    deposition_emission="kg N2ON/kg N",
    leached="1",
    leaching_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_SOILS} eq. 11.9-11.10",
)
def pasture_indirect(
    heads: Array,
    nitrogen_excretion: Array,
    pasture_volatilised: Array,
    deposition_emission: Array,
    leached: Array,
    leaching_emission: Array,
) -> Array:
    """Nitrous oxide of the nitrogen that pastures lose by air and by water.

    Parameters
    ----------
    heads : (…, year)
        Grazing animals.
    nitrogen_excretion : (…)
        Nitrogen that an animal excretes in a year.
    pasture_volatilised, leached : (…)
        Shares that go into the air and into the water.
    deposition_emission, leaching_emission : (…)
        Shares of those that end as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    lost = pasture_volatilised * deposition_emission + leached * leaching_emission
    return heads * nitrogen_excretion * lost


@equation(
    persons="person",
    nitrogen_per_person="kg N/person/year",
    leached_before_use="1",
    volatilised_before_use="1",
    direct_soil_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, direct emission of farmland: nitrogen of the rural population",
)
def rural_direct(
    persons: Array,
    nitrogen_per_person: Array,
    leached_before_use: Array,
    volatilised_before_use: Array,
    direct_soil_emission: Array,
) -> Array:
    """Nitrous oxide on the spot where the excreta of rural people are spread.

    Parameters
    ----------
    persons : (…, year)
        Rural people whose excreta reach the fields, not a sewage works.
    nitrogen_per_person : (…)
        Nitrogen that a person excretes in a year.
    leached_before_use, volatilised_before_use : (…)
        Shares lost before it is spread.
    direct_soil_emission : (…)
        Share of nitrogen that leaves the soil as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    kept = 1 - leached_before_use - volatilised_before_use
    return persons * nitrogen_per_person * kept * direct_soil_emission


@equation(
    persons="person",
    nitrogen_per_person="kg N/person/year",
    leached_before_use="1",
    volatilised_before_use="1",
    organic_volatilised="1",
    deposition_emission="kg N2ON/kg N",
    leached="1",
    leaching_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, indirect emission of farmland",
)
def rural_indirect(
    persons: Array,
    nitrogen_per_person: Array,
    leached_before_use: Array,
    volatilised_before_use: Array,
    organic_volatilised: Array,
    deposition_emission: Array,
    leached: Array,
    leaching_emission: Array,
) -> Array:
    """Nitrous oxide of the nitrogen that spread excreta of people lose by air and by water.

    Parameters
    ----------
    persons : (…, year)
        Rural people whose excreta reach the fields, not a sewage works.
    nitrogen_per_person, leached_before_use, volatilised_before_use : (…)
        As in `rural_direct`.
    organic_volatilised, leached : (…)
        Shares of what is spread that go into the air and into the water.
    deposition_emission, leaching_emission : (…)
        Shares of those that end as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    kept = 1 - leached_before_use - volatilised_before_use
    lost = organic_volatilised * deposition_emission + leached * leaching_emission
    return persons * nitrogen_per_person * kept * lost


METHODS = (
    Method("manure_deposited", "head", {"N2O": manure_deposition}),
    Method("manure_spread", "head", {"N2O": manure_direct}),
    Method("manure_lost", "head", {"N2O": manure_indirect}),
    Method("pasture", "head", {"N2O": pasture_direct}),
    Method("pasture_lost", "head", {"N2O": pasture_indirect}),
    Method("rural_excreta", "person", {"N2O": rural_direct}),
    Method("rural_excreta_lost", "person", {"N2O": rural_indirect}),
)
