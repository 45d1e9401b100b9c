"""Saving of fuel, electricity and heat."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import SIDES, Form, Numbers, side_moves, taken

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


@equation(
    design_saving="GJ/year",
    rebound="1",
    returns="GJ/year",
    source="definition of the rebound effect",
)
def saving_kept(design_saving: Array, rebound: Array) -> Array:
    """Use that a saving takes away after some of it is spent on more service.

    Parameters
    ----------
    design_saving : (…)
        Saving at the service of before.
    rebound : (…)
        Share of it that more service takes back.

    Returns
    -------
    (…)
        Saving that shows on the meter.
    """
    return design_saving * (1.0 - rebound)


@equation(
    consumption="GJ/year",
    saving_share="1",
    returns="GJ/year",
    source="definition of the saving share",
)
def share_saved(consumption: Array, saving_share: Array) -> Array:
    """Use that a saving share takes away from what it covers.

    Parameters
    ----------
    consumption : (…)
        Use of what is covered, before.
    saving_share : (…)
        Share of it that is saved.

    Returns
    -------
    (…)
        Use saved.
    """
    return consumption * saving_share


def _fuel_saving(numbers: Numbers) -> dict[str, Any]:
    return {"fuel": -fuel_saved.evaluate(**{name: numbers[name] for name in fuel_saved.inputs})}


def _consumption_saving(numbers: Numbers) -> dict[str, Any]:
    kept = {
        role: -saving_kept.evaluate(design_saving=saving, rebound=numbers["rebound"])
        for role, saving in taken(numbers, "saved_").items()
    }
    return side_moves(numbers) | kept


def _share_saving(numbers: Numbers) -> dict[str, Any]:
    saved = {
        role: -share_saved.evaluate(consumption=use, saving_share=numbers["saving_share"])
        for role, use in taken(numbers, "consumption_").items()
    }
    return side_moves(numbers) | saved


FORMS = (
    Form(
        "fuel_saving",
        "saving",
        {"saved_energy": "GJ/year", "heating_value": "GJ/t"},
        {"fuel": "t/year"},
        _fuel_saving,
    ),
    Form("consumption_saving", "saving", {"rebound": "1"}, {}, _consumption_saving, open=SIDES),
    Form(
        "share_saving",
        "saving",
        {"saving_share": "1"},
        {},
        _share_saving,
        open={"consumption_": -1, **SIDES},
    ),
)
