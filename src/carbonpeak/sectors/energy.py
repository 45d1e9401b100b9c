"""Fuel combustion, biomass, bunkers, and the electricity and heat that a region buys."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any


@equation(
    quantity="t/year",
    net_calorific_value="GJ/t",
    carbon_content="t C/TJ",
    oxidation="1",
    returns="t CO2/year",
    source="2006 IPCC Guidelines vol. 2 ch. 2 eq. 2.1-2.2; provincial guideline 2011 ch. 1",
)
def combustion_carbon_dioxide(
    quantity: Array, net_calorific_value: Array, carbon_content: Array, oxidation: Array
) -> Array:
    """Carbon dioxide of a burnt fuel.

    The carbon of the fuel leaves as CO2 except the part that stays in ash and soot.

    Parameters
    ----------
    quantity : (…, year)
        Fuel burnt in the year.
    net_calorific_value : (…)
        Lower heating value.
    carbon_content : (…)
        Carbon per unit of heating value.
    oxidation : (…)
        Share of the carbon that is oxidised.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return quantity * net_calorific_value * carbon_content * oxidation


@equation(
    quantity="t/year",
    net_calorific_value="GJ/t",
    emission_factor="kg CH4/TJ",
    returns="t CH4/year",
    source="2006 IPCC Guidelines vol. 2 ch. 2 eq. 2.1",
)
def combustion_methane(
    quantity: Array, net_calorific_value: Array, emission_factor: Array
) -> Array:
    """Methane of a burnt fuel: what escapes unburnt depends on the technology.

    Parameters
    ----------
    quantity : (…, year)
        Fuel burnt in the year.
    net_calorific_value : (…)
        Lower heating value.
    emission_factor : (…)
        Methane per unit of heating value, by kind of use.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return quantity * net_calorific_value * emission_factor


@equation(
    quantity="t/year",
    net_calorific_value="GJ/t",
    emission_factor="kg N2O/TJ",
    returns="t N2O/year",
    source="2006 IPCC Guidelines vol. 2 ch. 2 eq. 2.1",
)
def combustion_nitrous_oxide(
    quantity: Array, net_calorific_value: Array, emission_factor: Array
) -> Array:
    """Nitrous oxide of a burnt fuel.

    Parameters
    ----------
    quantity : (…, year)
        Fuel burnt in the year.
    net_calorific_value : (…)
        Lower heating value.
    emission_factor : (…)
        Nitrous oxide per unit of heating value, by kind of use.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return quantity * net_calorific_value * emission_factor


@equation(
    quantity="MWh/year",
    emission_factor="t CO2/MWh",
    returns="t CO2/year",
    source="provincial guideline 2011 ch. 1, electricity brought in and sent out",
)
def bought_electricity(quantity: Array, emission_factor: Array) -> Array:
    """Carbon dioxide of the electricity used, as if all of it came from the grid.

    Parameters
    ----------
    quantity : (…, year)
        Electricity used.
    emission_factor : (…)
        Average factor of the grid in the year.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted where the power was made.
    """
    return quantity * emission_factor


@equation(
    quantity="MWh/year",
    emission_factor="t CO2/MWh",
    returns="t CO2/year",
    source="provincial guideline 2011 ch. 1: net purchase is use less own generation",
)
def electricity_not_bought(quantity: Array, emission_factor: Array) -> Array:
    """Correction for electricity generated inside the region, which need not be bought.

    Parameters
    ----------
    quantity : (…, year)
        Electricity generated inside the region.
    emission_factor : (…)
        Average factor of the grid in the year.

    Returns
    -------
    (…, year)
        A negative number: it turns electricity used into net purchase.
    """
    return -quantity * emission_factor


@equation(
    quantity="t/year",
    standard_coal="tce/t",
    returns="tce/year",
    source="GB/T 2589-2020",
)
def standard_coal_used(quantity: Array, standard_coal: Array) -> Array:
    """Energy use in standard coal.

    Parameters
    ----------
    quantity : (…, year)
        Fuel, electricity or heat used.
    standard_coal : (…)
        Its coefficient under the stated convention of electricity.

    Returns
    -------
    (…, year)
        Standard coal.
    """
    return quantity * standard_coal


@equation(
    quantity="MWh/year",
    standard_coal="kgce/kWh",
    returns="tce/year",
    source="GB/T 2589-2020: energy made inside the region was counted as fuel",
)
def standard_coal_made(quantity: Array, standard_coal: Array) -> Array:
    """Standard coal of electricity or heat made inside the region, taken off the total.

    Parameters
    ----------
    quantity : (…, year)
        Electricity or heat made inside the region.
    standard_coal : (…)
        Its coefficient under the stated convention of electricity.

    Returns
    -------
    (…, year)
        A negative amount of standard coal.
    """
    return -quantity * standard_coal


_VOLUME = {"quantity": "Nm3/year", "net_calorific_value": "MJ/Nm3"}
_ROAD = "2006 IPCC Guidelines vol. 2 ch. 3 eq. 3.2.1-3.2.3, fuel sold"
_OFF_ROAD = "2006 IPCC Guidelines vol. 2 ch. 3 eq. 3.3.1"

_BY_MASS = {
    "CO2": combustion_carbon_dioxide,
    "CH4": combustion_methane,
    "N2O": combustion_nitrous_oxide,
}
_BY_VOLUME = {
    gas: formula.restated(f"{formula.name}_by_volume", **_VOLUME)
    for gas, formula in _BY_MASS.items()
}
_COAL_BY_MASS = standard_coal_used
_COAL_BY_VOLUME = standard_coal_used.restated(
    "standard_coal_used_by_volume", quantity="Nm3/year", standard_coal="kgce/Nm3"
)
_COAL_OF_ELECTRICITY = standard_coal_used.restated(
    "standard_coal_of_electricity", quantity="MWh/year", standard_coal="kgce/kWh"
)
_COAL_OF_HEAT = standard_coal_used.restated(
    "standard_coal_of_heat", quantity="GJ/year", standard_coal="kgce/MJ"
)
_HEAT = {"quantity": "GJ/year", "emission_factor": "t CO2/GJ"}


def _without(gas: str, formulas: dict[str, Any]) -> dict[str, Any]:
    return {name: formula for name, formula in formulas.items() if name != gas}


def _sourced(source: str, formulas: dict[str, Any]) -> dict[str, Any]:
    return {gas: formula.restated(formula.name, source=source) for gas, formula in formulas.items()}


METHODS = (
    Method("fuel_by_mass", "t/year", _BY_MASS, _COAL_BY_MASS),
    Method("fuel_by_volume", "Nm3/year", _BY_VOLUME, _COAL_BY_VOLUME),
    Method("road_fuel_by_mass", "t/year", _sourced(_ROAD, _BY_MASS), _COAL_BY_MASS),
    Method("road_fuel_by_volume", "Nm3/year", _sourced(_ROAD, _BY_VOLUME), _COAL_BY_VOLUME),
    Method("off_road_fuel_by_mass", "t/year", _sourced(_OFF_ROAD, _BY_MASS), _COAL_BY_MASS),
    Method(
        "biomass_by_mass",
        "t/year",
        _without("CO2", _BY_MASS),
        _COAL_BY_MASS,
        memo={"CO2": combustion_carbon_dioxide},
    ),
    Method(
        "biomass_by_volume",
        "Nm3/year",
        _without("CO2", _BY_VOLUME),
        _COAL_BY_VOLUME,
        memo={"CO2": _BY_VOLUME["CO2"]},
    ),
    Method("electricity_used", "MWh/year", {"CO2": bought_electricity}, _COAL_OF_ELECTRICITY),
    Method(
        "electricity_generated",
        "MWh/year",
        {"CO2": electricity_not_bought},
        standard_coal_made,
        sign=-1,
    ),
    Method(
        "heat_used",
        "GJ/year",
        {"CO2": bought_electricity.restated("bought_heat", **_HEAT)},
        _COAL_OF_HEAT,
    ),
    Method(
        "heat_generated",
        "GJ/year",
        {"CO2": electricity_not_bought.restated("heat_not_bought", **_HEAT)},
        standard_coal_made.restated(
            "standard_coal_of_heat_made", quantity="GJ/year", standard_coal="kgce/MJ"
        ),
        sign=-1,
    ),
    Method("primary_electricity", "MWh/year", {}, _COAL_OF_ELECTRICITY),
)
