"""Planting of forest and mangrove: area enters a land line in its year of planting."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import Form, Numbers

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


def _planting(numbers: Numbers) -> dict[str, float]:
    area = living_area.evaluate(**{name: numbers[name] for name in living_area.inputs})
    return {"land": float(area)}


FORMS = (
    Form(
        "planting", "sink", {"area": "ha", "survival": "1"}, {"land": "ha"}, _planting, acts="once"
    ),
)
