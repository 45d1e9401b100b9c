"""Animals: enteric methane and the gases of their manure before it is spread.

Heads are stated once, in 3.A.1. Manure management (3.A.2) takes them from there, and so does the
nitrogen that manure brings to the soil: that stands in `manure`.
"""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_GUIDELINE = "provincial guideline 2011 ch. 3"
_LIVESTOCK = "2006 IPCC Guidelines vol. 4 ch. 10"


@equation(
    heads="head",
    enteric_methane="kg CH4/head/year",
    returns="t CH4/year",
    source=f"{_GUIDELINE}, enteric fermentation; {_LIVESTOCK} eq. 10.19",
)
def enteric_methane_by_head(heads: Array, enteric_methane: Array) -> Array:
    """Methane of the digestion of animals.

    Parameters
    ----------
    heads : (…, year)
        Animals: the stock at the end of the year, or for animals that live less than a year
        the average over it (`average_heads`). Say which in the note of the row.
    enteric_methane : (…)
        Methane of an animal, by species and way of keeping.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return heads * enteric_methane


@equation(
    slaughtered="head/year",
    days_alive="day",
    returns="head",
    source=f"{_LIVESTOCK} eq. 10.1",
)
def average_heads(slaughtered: Array, days_alive: Array) -> Array:
    """Average number of animals that live less than a year.

    Parameters
    ----------
    slaughtered : (…, year)
        Animals sold for meat in the year.
    days_alive : (…)
        Days that each of them lived.

    Returns
    -------
    (…, year)
        Animals alive on an average day.
    """
    return slaughtered * days_alive


@equation(
    heads="head",
    gross_energy="MJ/head/day",
    methane_conversion="1",
    methane_energy="MJ/kg CH4",
    returns="t CH4/year",
    source=f"{_LIVESTOCK} eq. 10.21, Tier 2",
)
def enteric_methane_by_feed(
    heads: Array, gross_energy: Array, methane_conversion: Array, methane_energy: Array
) -> Array:
    """Methane of the digestion of animals whose feed is known.

    Parameters
    ----------
    heads : (…, year)
        Animals.
    gross_energy : (…)
        Energy of the feed that an animal eats in a day.
    methane_conversion : (…)
        Share of that energy that leaves as methane.
    methane_energy : (…)
        Energy of methane.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return heads * gross_energy * methane_conversion / methane_energy


@equation(
    heads="head",
    manure_methane="kg CH4/head/year",
    returns="t CH4/year",
    source=f"{_GUIDELINE}, manure management; {_LIVESTOCK} eq. 10.22",
)
def manure_methane_by_head(heads: Array, manure_methane: Array) -> Array:
    """Methane of the manure of animals.

    Parameters
    ----------
    heads : (…, year)
        Animals.
    manure_methane : (…)
        Methane of the manure of an animal, by species and climate.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return heads * manure_methane


@equation(
    heads="head",
    volatile_solids="kg VS/head/day",
    methane_capacity="m3/kg VS",
    manure_gas_density="kg CH4/m3",
    manure_conversion="1",
    returns="t CH4/year",
    source=f"{_LIVESTOCK} eq. 10.23, Tier 2",
)
def manure_methane_by_system(
    heads: Array,
    volatile_solids: Array,
    methane_capacity: Array,
    manure_gas_density: Array,
    manure_conversion: Array,
) -> Array:
    """Methane of manure where the way it is stored is known.

    Parameters
    ----------
    heads : (…, year)
        Animals.
    volatile_solids : (…)
        Organic matter that an animal excretes in a day.
    methane_capacity : (…)
        Methane that this matter can give at most, as a volume.
    manure_gas_density : (…)
        Weight of that volume.
    manure_conversion : (…)
        Share of the capacity that is reached: the mean of the systems by their use.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return heads * volatile_solids * methane_capacity * manure_gas_density * manure_conversion


@equation(
    heads="head",
    manure_nitrous_oxide="kg N2O/head/year",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, manure management",
)
def manure_nitrous_oxide_by_head(heads: Array, manure_nitrous_oxide: Array) -> Array:
    """Nitrous oxide of manure before it is spread.

    Parameters
    ----------
    heads : (…, year)
        Animals.
    manure_nitrous_oxide : (…)
        Nitrous oxide of the manure of an animal.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return heads * manure_nitrous_oxide


@equation(
    heads="head",
    nitrogen_excretion="kg N/head/year",
    system_nitrous_oxide="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_LIVESTOCK} eq. 10.25, Tier 2",
)
def manure_nitrous_oxide_by_system(
    heads: Array, nitrogen_excretion: Array, system_nitrous_oxide: Array
) -> Array:
    """Nitrous oxide of manure where the way it is stored is known.

    Parameters
    ----------
    heads : (…, year)
        Animals.
    nitrogen_excretion : (…)
        Nitrogen that an animal excretes in a year.
    system_nitrous_oxide : (…)
        Share that leaves as nitrous oxide, counted as nitrogen: the mean of the systems.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return heads * nitrogen_excretion * system_nitrous_oxide


METHODS = (
    Method("enteric", "head", {"CH4": enteric_methane_by_head}),
    Method("enteric_by_feed", "head", {"CH4": enteric_methane_by_feed}),
    Method("counted_heads", "head", {}),
    Method("manure", "head", {"CH4": manure_methane_by_head, "N2O": manure_nitrous_oxide_by_head}),
    Method(
        "manure_by_system",
        "head",
        {"CH4": manure_methane_by_system, "N2O": manure_nitrous_oxide_by_system},
    ),
    Method("manure_on_pasture", "head", {"CH4": manure_methane_by_head}),
)
