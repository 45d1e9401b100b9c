"""Supply of electricity and heat: gas CHP, solar and wind power, purchase, storage."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import SIDES, Form, Numbers, side_moves

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


@equation(
    purchase="MWh/year",
    counted_in_grid="1",
    returns="MWh/year",
    source="no electricity is credited twice",
)
def additional_electricity(purchase: Array, counted_in_grid: Array) -> Array:
    """Clean electricity bought that the factor of the grid does not already credit.

    A direct line from a plant is additional; green power through the grid lowers the grid's own
    factor, so that its buyer may not count it once more.

    Parameters
    ----------
    purchase : (…)
        Electricity bought from the named source.
    counted_in_grid : (…)
        Share of it that the grid's factor already holds: 0 for a direct line, 1 for green power
        or certificates through a grid whose factor is not a residual one.

    Returns
    -------
    (…)
        Electricity that takes the place of the grid's.
    """
    return purchase * (1.0 - counted_in_grid)


@equation(
    capacity="MWh",
    cycles="1/year",
    round_trip_efficiency="1",
    returns="MWh/year",
    source="energy balance of a battery",
)
def electricity_charged(capacity: Array, cycles: Array, round_trip_efficiency: Array) -> Array:
    """Electricity that goes into a storage.

    Parameters
    ----------
    capacity : (…)
        Electricity given back in one full cycle.
    cycles : (…)
        Full cycles.
    round_trip_efficiency : (…)
        Electricity given back over electricity taken in.

    Returns
    -------
    (…)
        Electricity taken in.
    """
    return capacity * cycles / round_trip_efficiency


@equation(
    charged="MWh/year",
    round_trip_efficiency="1",
    returns="MWh/year",
    source="energy balance of a battery",
)
def storage_loss(charged: Array, round_trip_efficiency: Array) -> Array:
    """Electricity that a storage loses.

    Parameters
    ----------
    charged : (…)
        Electricity taken in.
    round_trip_efficiency : (…)
        Electricity given back over electricity taken in.

    Returns
    -------
    (…)
        The rest.
    """
    return charged * (1.0 - round_trip_efficiency)


@equation(
    charged="MWh/year",
    curtailed_share="1",
    returns="MWh/year",
    source="definition of the curtailed share",
)
def freed_output(charged: Array, curtailed_share: Array) -> Array:
    """Output of solar or wind plants that a storage saves from being curtailed.

    Parameters
    ----------
    charged : (…)
        Electricity taken in.
    curtailed_share : (…)
        Share of it that would have been curtailed.

    Returns
    -------
    (…)
        Output made usable.
    """
    return charged * curtailed_share


_GROSS_ENERGY = gross_electricity.restated("gross_electricity_as_energy", returns="GJ/year")


def _cogeneration(numbers: Numbers) -> dict[str, Any]:
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
    return {"fuel": fuel, "power": power, "boiler": -coal}


def _primary(numbers: Numbers) -> dict[str, Any]:
    power = gross_electricity.evaluate(**{name: numbers[name] for name in gross_electricity.inputs})
    return {"primary": power, "power": power}


def _purchase(numbers: Numbers) -> dict[str, Any]:
    inputs = {name: numbers[name] for name in additional_electricity.inputs}
    additional = additional_electricity.evaluate(**inputs)
    return {"primary": additional, "power": additional, **side_moves(numbers)}


def _storage(numbers: Numbers) -> dict[str, Any]:
    charged = electricity_charged.evaluate(
        **{name: numbers[name] for name in electricity_charged.inputs}
    )
    lost = storage_loss.evaluate(
        charged=charged, round_trip_efficiency=numbers["round_trip_efficiency"]
    )
    freed = freed_output.evaluate(charged=charged, curtailed_share=numbers["curtailed_share"])
    return {"loss": lost, "primary": freed, "power": freed}


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
        _primary,
        decline="degradation",
    ),
    Form(
        "wind_power",
        "supply",
        {"capacity": "MW", "full_load_hours": "hour/year", "degradation": "1/year"},
        {"primary": "MWh/year", "power": "MWh/year"},
        _primary,
        decline="degradation",
    ),
    Form(
        "purchase",
        "supply",
        {"purchase": "MWh/year", "counted_in_grid": "1"},
        {"primary": "MWh/year", "power": "MWh/year"},
        _purchase,
        open=SIDES,
        per_unit=("purchase",),
    ),
    Form(
        "storage",
        "supply",
        {
            "capacity": "MWh",
            "cycles": "1/year",
            "round_trip_efficiency": "1",
            "curtailed_share": "1",
            "degradation": "1/year",
        },
        {"loss": "MWh/year", "primary": "MWh/year", "power": "MWh/year"},
        _storage,
        decline="degradation",
        per_unit=("capacity",),
    ),
)
