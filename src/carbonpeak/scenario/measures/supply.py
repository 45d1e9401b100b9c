"""Supply of electricity and heat inside the region: gas CHP, solar power."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import Form, Numbers

Array = Any


@equation(
    capacity="MW",
    full_load_hours="hour/year",
    returns="MWh/year",
    source="definition of full-load hours",
)
def gross_electricity(capacity: Array, full_load_hours: Array) -> Array:
    """Electricity that a plant generates in a year.

    Parameters
    ----------
    capacity : (…)
        Rated electric capacity.
    full_load_hours : (…)
        Generation divided by capacity.

    Returns
    -------
    (…)
        Gross electricity.
    """
    return capacity * full_load_hours


@equation(
    electricity="MWh/year",
    own_use="1",
    returns="MWh/year",
    source="energy balance of the plant",
)
def net_electricity(electricity: Array, own_use: Array) -> Array:
    """Electricity that leaves the plant.

    Parameters
    ----------
    electricity : (…)
        Gross electricity.
    own_use : (…)
        Share that pumps and fans of the plant take.

    Returns
    -------
    (…)
        Net electricity.
    """
    return electricity * (1.0 - own_use)


@equation(
    electricity="GJ/year",
    heat="GJ/year",
    total_efficiency="1",
    heating_value="MJ/Nm3",
    returns="Nm3/year",
    source="definition of the overall thermal efficiency of a CHP plant",
)
def cogeneration_fuel(
    electricity: Array, heat: Array, total_efficiency: Array, heating_value: Array
) -> Array:
    """Gas that a CHP plant burns.

    Parameters
    ----------
    electricity : (…)
        Gross electricity.
    heat : (…)
        Heat sent out.
    total_efficiency : (…)
        Electricity and heat over fuel, on the lower heating value.
    heating_value : (…)
        Lower heating value of the gas.

    Returns
    -------
    (…)
        Gas burnt.
    """
    return (electricity + heat) / total_efficiency / heating_value


@equation(
    heat="GJ/year",
    efficiency="1",
    heating_value="GJ/t",
    returns="t/year",
    source="energy balance of a boiler",
)
def boiler_fuel(heat: Array, efficiency: Array, heating_value: Array) -> Array:
    """Coal that a boiler burns for the same heat.

    Parameters
    ----------
    heat : (…)
        Heat sent out.
    efficiency : (…)
        Boiler efficiency on the lower heating value, network losses included.
    heating_value : (…)
        Lower heating value of the coal.

    Returns
    -------
    (…)
        Coal burnt.
    """
    return heat / efficiency / heating_value


_GROSS_ENERGY = gross_electricity.restated("gross_electricity_as_energy", returns="GJ/year")


def _cogeneration(numbers: Numbers) -> dict[str, float]:
    plant = {name: numbers[name] for name in gross_electricity.inputs}
    gross = gross_electricity.evaluate(**plant)
    fuel = cogeneration_fuel.evaluate(
        electricity=_GROSS_ENERGY.evaluate(**plant),
        heat=numbers["heat_output"],
        total_efficiency=numbers["total_efficiency"],
        heating_value=numbers["fuel_heating_value"],
    )
    coal = boiler_fuel.evaluate(
        heat=numbers["heat_output"],
        efficiency=numbers["boiler_efficiency"],
        heating_value=numbers["boiler_heating_value"],
    )
    power = net_electricity.evaluate(electricity=gross, own_use=numbers["own_use"])
    return {"fuel": float(fuel), "power": float(power), "boiler": -float(coal)}


def _solar(numbers: Numbers) -> dict[str, float]:
    power = float(
        gross_electricity.evaluate(**{name: numbers[name] for name in gross_electricity.inputs})
    )
    return {"primary": power, "power": power}


FORMS = (
    Form(
        "combined_heat_and_power",
        "supply",
        {
            "capacity": "MW",
            "full_load_hours": "hour/year",
            "heat_output": "GJ/year",
            "total_efficiency": "1",
            "own_use": "1",
            "fuel_heating_value": "MJ/Nm3",
            "boiler_efficiency": "1",
            "boiler_heating_value": "GJ/t",
        },
        {"fuel": "Nm3/year", "power": "MWh/year", "boiler": "t/year"},
        _cogeneration,
    ),
    Form(
        "solar_power",
        "supply",
        {"capacity": "MW", "full_load_hours": "hour/year", "degradation": "1/year"},
        {"primary": "MWh/year", "power": "MWh/year"},
        _solar,
        decline="degradation",
    ),
)
