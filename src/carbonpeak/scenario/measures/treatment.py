"""Treatment: waste, manure or sewage goes from one way of treating it to another."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.scenario.measures.form import AS_LINE, SIDES, Form, Numbers, side_moves

Array = Any


@equation(amount="t/year", ratio="1", returns="t/year", source="mass balance of the treatment")
def amount_received(amount: Array, ratio: Array) -> Array:
    """What reaches the new treatment of an amount taken from the old one.

    Parameters
    ----------
    amount : (…)
        Taken from the old treatment.
    ratio : (…)
        Activity of the new line per activity of the old one: 1 less the losses where both are
        held in one unit.

    Returns
    -------
    (…)
        Activity of the new treatment.
    """
    return amount * ratio


def _transfer(numbers: Numbers) -> dict[str, Any]:
    received = amount_received.evaluate(amount=numbers["amount"], ratio=numbers["ratio"])
    return {"from": -numbers["amount"], "to": received, **side_moves(numbers)}


FORMS = (
    Form(
        "transfer",
        "treatment",
        {"amount": "{from}", "ratio": "({to})/({from})"},
        {"from": AS_LINE, "to": AS_LINE},
        _transfer,
        open=SIDES,
        per_unit=("amount",),
    ),
)
