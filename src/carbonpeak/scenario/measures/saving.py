"""Saving of fuel by recovered heat."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import Form, Numbers

Array = Any


@equation(
    saved_energy="GJ/year",
    heating_value="GJ/t",
    returns="t/year",
    source="energy balance of the furnace before and after",
)
def fuel_saved(saved_energy: Array, heating_value: Array) -> Array:
    """Coal that recovered heat makes unnecessary.

    Parameters
    ----------
    saved_energy : (…)
        Fuel energy no longer needed.
    heating_value : (…)
        Lower heating value of the coal.

    Returns
    -------
    (…)
        Coal saved.
    """
    return saved_energy / heating_value


def _fuel_saving(numbers: Numbers) -> dict[str, float]:
    return {
        "fuel": -float(fuel_saved.evaluate(**{name: numbers[name] for name in fuel_saved.inputs}))
    }


FORMS = (
    Form(
        "fuel_saving",
        "saving",
        {"saved_energy": "GJ/year", "heating_value": "GJ/t"},
        {"fuel": "t/year"},
        _fuel_saving,
    ),
)
