"""Switch from one fuel to another for the same useful heat."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import Form, Numbers

Array = Any


@equation(
    old_use="t/year",
    old_heating_value="GJ/t",
    fuel_ratio="1",
    new_heating_value="MJ/Nm3",
    returns="Nm3/year",
    source="energy balance of the furnace before and after",
)
def replacing_fuel(
    old_use: Array, old_heating_value: Array, fuel_ratio: Array, new_heating_value: Array
) -> Array:
    """Gas that does the work of the coal taken away.

    Parameters
    ----------
    old_use : (…)
        Coal taken away.
    old_heating_value : (…)
        Its lower heating value.
    fuel_ratio : (…)
        Energy of the new fuel per energy of the old one.
    new_heating_value : (…)
        Lower heating value of the gas.

    Returns
    -------
    (…)
        Gas burnt instead.
    """
    return old_use * old_heating_value * fuel_ratio / new_heating_value


def _fuel_switch(numbers: Numbers) -> dict[str, float]:
    gas = replacing_fuel.evaluate(**{name: numbers[name] for name in replacing_fuel.inputs})
    return {"old": -numbers["old_use"], "new": float(gas)}


FORMS = (
    Form(
        "fuel_switch",
        "switch",
        {
            "old_use": "t/year",
            "old_heating_value": "GJ/t",
            "fuel_ratio": "1",
            "new_heating_value": "MJ/Nm3",
        },
        {"old": "t/year", "new": "Nm3/year"},
        _fuel_switch,
    ),
)
