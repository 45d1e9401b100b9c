"""Sinks: area is planted in a year, or is managed in another way while the measure stands."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import AS_LINE, SIDES, Form, Numbers, side_moves

Array = Any


@equation(area="ha", survival="1", returns="ha", source="definition of the survival rate")
def living_area(area: Array, survival: Array) -> Array:
    """Area whose plants live on.

    Parameters
    ----------
    area : (…)
        Area planted.
    survival : (…)
        Share that lives after the first years.

    Returns
    -------
    (…)
        Area that takes up carbon.
    """
    return area * survival


@equation(
    area="ha", success="1", returns="ha", source="definition of the success rate of management"
)
def managed_area(area: Array, success: Array) -> Array:
    """Area on which another management takes effect.

    Parameters
    ----------
    area : (…)
        Area treated.
    success : (…)
        Share on which the treatment takes effect.

    Returns
    -------
    (…)
        Area that counts in the new line.
    """
    return area * success


def _planting(numbers: Numbers) -> dict[str, Any]:
    return {"land": living_area.evaluate(**{name: numbers[name] for name in living_area.inputs})}


def _managed(numbers: Numbers) -> dict[str, Any]:
    area = managed_area.evaluate(**{name: numbers[name] for name in managed_area.inputs})
    return {"to": area, **side_moves(numbers)}


def _converted(numbers: Numbers) -> dict[str, Any]:
    moves = _managed(numbers)
    return {"from": -moves["to"], **moves}


FORMS = (
    Form(
        "planting",
        "sink",
        {"area": "ha", "survival": "1"},
        {"land": "ha"},
        _planting,
        acts="once",
        per_unit=("area",),
    ),
    Form(
        "managed_area",
        "sink",
        {"area": "{to}", "success": "1"},
        {"to": AS_LINE, "from": "{to}"},
        _converted,
        open=SIDES,
        per_unit=("area",),
    ),
    Form(
        "added_area",
        "sink",
        {"area": "{to}", "success": "1"},
        {"to": AS_LINE},
        _managed,
        open=SIDES,
        per_unit=("area",),
    ),
)
