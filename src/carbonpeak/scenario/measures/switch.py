"""Switch from one fuel, carrier or mode to another for the same service."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import AS_LINE, SIDES, Form, Numbers, side_moves

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


@equation(
    old_use="t/year",
    old_energy_content="GJ/t",
    old_efficiency="1",
    new_efficiency="1",
    new_energy_content="GJ/t",
    returns="t/year",
    source="the same useful energy before and after",
)
def replacing_carrier(
    old_use: Array,
    old_energy_content: Array,
    old_efficiency: Array,
    new_efficiency: Array,
    new_energy_content: Array,
) -> Array:
    """Use of the new fuel or carrier that does the work of the old one.

    Parameters
    ----------
    old_use : (…)
        Use of the old fuel taken away.
    old_energy_content : (…)
        Energy in one unit of it.
    old_efficiency, new_efficiency : (…)
        Useful energy over energy used; above 1 for a heat pump.
    new_energy_content : (…)
        Energy in one unit of the new carrier.

    Returns
    -------
    (…)
        Use of the new carrier.
    """
    return old_use * old_energy_content * old_efficiency / new_efficiency / new_energy_content


@equation(
    traffic="tkm/year",
    share_moved="1",
    energy="GJ/tkm",
    energy_content="GJ/t",
    returns="t/year",
    source="definition of the energy per tonne-kilometre",
)
def mode_fuel(traffic: Array, share_moved: Array, energy: Array, energy_content: Array) -> Array:
    """Fuel or electricity that a mode of freight takes for its part of the traffic.

    Parameters
    ----------
    traffic : (…)
        Traffic of the old mode that a shift is about.
    share_moved : (…)
        Tonne-kilometres of this mode per tonne-kilometre of that traffic.
    energy : (…)
        Energy of the mode per tonne-kilometre.
    energy_content : (…)
        Energy in one unit of its fuel or carrier.

    Returns
    -------
    (…)
        Use of that fuel or carrier.
    """
    return traffic * share_moved * energy / energy_content


@equation(drayage_share="1", returns="1", source="definition of the drayage share")
def share_off_the_old_mode(drayage_share: Array) -> Array:
    """Part of the old mode's traffic that goes away.

    Parameters
    ----------
    drayage_share : (…)
        Part that stays on it between the door and the terminal.

    Returns
    -------
    (…)
        The rest.
    """
    return 1.0 - drayage_share


def _fuel_switch(numbers: Numbers) -> dict[str, Any]:
    gas = replacing_fuel.evaluate(**{name: numbers[name] for name in replacing_fuel.inputs})
    return {"old": -numbers["old_use"], "new": gas}


def _carrier_switch(numbers: Numbers) -> dict[str, Any]:
    new = replacing_carrier.evaluate(**{name: numbers[name] for name in replacing_carrier.inputs})
    return {"old": -numbers["old_use"], "new": new, **side_moves(numbers)}


def _mode_shift(numbers: Numbers) -> dict[str, Any]:
    shares = {
        "old": share_off_the_old_mode.evaluate(drayage_share=numbers["drayage_share"]),
        "new": numbers["distance_ratio"],
    }
    old, new = (
        mode_fuel.evaluate(
            traffic=numbers["traffic"],
            share_moved=share,
            energy=numbers[f"{mode}_energy"],
            energy_content=numbers[f"{mode}_energy_content"],
        )
        for mode, share in shares.items()
    )
    return {"old": -old, "new": new, **side_moves(numbers)}


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
    Form(
        "energy_carrier_switch",
        "switch",
        {
            "old_use": "{old}",
            "old_energy_content": "(GJ/year)/({old})",
            "old_efficiency": "1",
            "new_efficiency": "1",
            "new_energy_content": "(GJ/year)/({new})",
        },
        {"old": AS_LINE, "new": AS_LINE},
        _carrier_switch,
        open=SIDES,
        per_unit=("old_use",),
    ),
    Form(
        "mode_shift",
        "switch",
        {
            "traffic": "tkm/year",
            "drayage_share": "1",
            "distance_ratio": "1",
            "old_energy": "GJ/tkm",
            "old_energy_content": "(GJ/year)/({old})",
            "new_energy": "GJ/tkm",
            "new_energy_content": "(GJ/year)/({new})",
        },
        {"old": AS_LINE, "new": AS_LINE},
        _mode_shift,
        open=SIDES,
        per_unit=("traffic",),
    ),
)
