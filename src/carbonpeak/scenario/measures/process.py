"""Process: a material with carbon in it, or in its making, is replaced by another."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import AS_LINE, SIDES, Form, Numbers, side_moves

Array = Any


@equation(
    substitute="t/year",
    replacement_ratio="1",
    returns="t/year",
    source="mass balance of the product before and after",
)
def material_replaced(substitute: Array, replacement_ratio: Array) -> Array:
    """Material that a substitute makes unnecessary.

    Parameters
    ----------
    substitute : (…)
        Substitute used.
    replacement_ratio : (…)
        Activity of the material's line per tonne of substitute.

    Returns
    -------
    (…)
        Activity of the material's line no longer needed.
    """
    return substitute * replacement_ratio


def _substitution(numbers: Numbers) -> dict[str, Any]:
    moves = side_moves(numbers)
    if "replacement_ratio" in numbers:
        inputs = {name: numbers[name] for name in material_replaced.inputs}
        moves["material"] = -material_replaced.evaluate(**inputs)
    return moves


FORMS = (
    Form(
        "material_substitution",
        "process",
        {"substitute": "t/year", "replacement_ratio": "({material})/(t/year)"},
        {"material": AS_LINE},
        _substitution,
        optional={"material": ("substitute", "replacement_ratio")},
        open=SIDES,
        per_unit=("substitute",),
    ),
)
