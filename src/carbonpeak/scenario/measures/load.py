"""Load: what a new plant uses, and what cleaning of flue gas takes."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import SIDES, Form, Numbers, side_moves, taken

Array = Any


@equation(
    design_use="t/year",
    utilisation="1",
    returns="t/year",
    source="definition of the utilisation of capacity",
)
def use_in_operation(design_use: Array, utilisation: Array) -> Array:
    """What a plant uses at its real output.

    Parameters
    ----------
    design_use : (…)
        Use of one unit of capacity at full output.
    utilisation : (…)
        Output over capacity.

    Returns
    -------
    (…)
        Use at that output.
    """
    return design_use * utilisation


@equation(
    so2_removed="t SO2/year",
    calcium_ratio="1",
    limestone_purity="t CaCO3/t",
    returns="t/year",
    source="CaCO3 + SO2 + 1/2 O2 + 2 H2O = CaSO4.2H2O + CO2",
)
def limestone_taken(so2_removed: Array, calcium_ratio: Array, limestone_purity: Array) -> Array:
    """Limestone that wet desulphurisation takes.

    Parameters
    ----------
    so2_removed : (…)
        Sulphur dioxide taken out of the flue gas.
    calcium_ratio : (…)
        Moles of calcium carbonate fed per mole of sulphur dioxide removed.
    limestone_purity : (…)
        Calcium carbonate in the limestone.

    Returns
    -------
    (…)
        Limestone as weighed.
    """
    return so2_removed * calcium_ratio / limestone_purity


@equation(
    nox_removed="t NOx/year",
    ammonia_ratio="1",
    returns="t urea/year",
    source="4 NO + 4 NH3 + O2 = 4 N2 + 6 H2O; CO(NH2)2 + H2O = 2 NH3 + CO2",
)
def urea_taken(nox_removed: Array, ammonia_ratio: Array) -> Array:
    """Urea that denitrification with urea takes.

    Parameters
    ----------
    nox_removed : (…)
        Nitrogen oxides taken out of the flue gas, all as NO, weighed as NO2.
    ammonia_ratio : (…)
        Moles of ammonia fed per mole of nitrogen oxides removed.

    Returns
    -------
    (…)
        Urea.
    """
    return nox_removed * ammonia_ratio


def _new_load(numbers: Numbers) -> dict[str, Any]:
    at_work = {
        role: use_in_operation.evaluate(design_use=use, utilisation=numbers["utilisation"])
        for role, use in taken(numbers, "use_").items()
    }
    return side_moves(numbers) | at_work


def _end_of_pipe(numbers: Numbers) -> dict[str, Any]:
    moves = side_moves(numbers)
    if "calcium_ratio" in numbers:
        moves["limestone"] = limestone_taken.evaluate(
            so2_removed=numbers["so2"],
            calcium_ratio=numbers["calcium_ratio"],
            limestone_purity=numbers["limestone_purity"],
        )
    if "ammonia_ratio" in numbers:
        moves["urea"] = urea_taken.evaluate(
            nox_removed=numbers["nox"], ammonia_ratio=numbers["ammonia_ratio"]
        )
    return moves


FORMS = (
    Form("new_load", "load", {"utilisation": "1"}, {}, _new_load, open=SIDES),
    Form(
        "end_of_pipe",
        "load",
        {
            "so2": "t/year",
            "calcium_ratio": "1",
            "limestone_purity": "1",
            "nox": "t/year",
            "ammonia_ratio": "1",
        },
        {"limestone": "t/year", "urea": "t/year"},
        _end_of_pipe,
        optional={
            "limestone": ("so2", "calcium_ratio", "limestone_purity"),
            "urea": ("nox", "ammonia_ratio"),
        },
        open=SIDES,
        per_unit=("so2", "nox"),
    ),
)
