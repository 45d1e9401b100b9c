"""Fluorinated gases made, used, refilled, or held in equipment that leaks.

A refrigerant is one activity and several gases: the blend is what is known, its composition
is a factor.
"""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import Equation, equation
from carbonpeak.method import Method

Array = Any

_IPCC = "2006 IPCC Guidelines vol. 3"


@equation(
    used="t SF6/year",
    emitted_share="1",
    returns="t SF6/year",
    source=f"{_IPCC} ch. 3 (fluorochemicals), 6 and 8; provincial guideline 2011 ch. 2",
)
def share_emitted(used: Array, emitted_share: Array) -> Array:
    """Gas that escapes where it is made, or where it is used to make something.

    Parameters
    ----------
    used : (…, year)
        Gas made, or gas used in the factory.
    emitted_share : (…)
        Share that escapes.

    Returns
    -------
    (…, year)
        Gas emitted.
    """
    return used * emitted_share


@equation(
    bank="t SF6",
    operation_loss="1/year",
    returns="t SF6/year",
    source=f"{_IPCC} eq. 7.17, 8.1: use of equipment",
)
def bank_loss(bank: Array, operation_loss: Array) -> Array:
    """Gas that equipment in use loses in a year.

    Parameters
    ----------
    bank : (…, year)
        Gas held by the equipment, by its nameplates.
    operation_loss : (…)
        Share lost in a year.

    Returns
    -------
    (…, year)
        Gas emitted.
    """
    return bank * operation_loss


@equation(
    bank="t",
    operation_loss="1/year",
    gas_content="t HFC134a/t",
    returns="t HFC134a/year",
    source=f"{_IPCC} eq. 7.13, blends by component",
)
def refrigerant_loss(bank: Array, operation_loss: Array, gas_content: Array) -> Array:
    """One gas of the refrigerant that equipment in use loses in a year.

    Parameters
    ----------
    bank : (…, year)
        Refrigerant held by the equipment, the blend as a whole.
    operation_loss : (…)
        Share lost in a year, by application.
    gas_content : (…)
        Share of the gas in the blend.

    Returns
    -------
    (…, year)
        Gas emitted.
    """
    return bank * operation_loss * gas_content


@equation(
    refilled="t/year",
    gas_content="t HFC134a/t",
    returns="t HFC134a/year",
    source=f"{_IPCC} eq. 7.9, mass balance: what is refilled replaces what was lost",
)
def refrigerant_refilled(refilled: Array, gas_content: Array) -> Array:
    """One gas of the refrigerant bought to refill equipment in use.

    Parameters
    ----------
    refilled : (…, year)
        Refrigerant refilled, new equipment apart.
    gas_content : (…)
        Share of the gas in the blend.

    Returns
    -------
    (…, year)
        Gas emitted.
    """
    return refilled * gas_content


BLENDS = {
    "r32": ("HFC32",),
    "r134a": ("HFC134a",),
    "r404a": ("HFC125", "HFC134a", "HFC143a"),
    "r407c": ("HFC32", "HFC125", "HFC134a"),
    "r410a": ("HFC32", "HFC125"),
    "r507a": ("HFC125", "HFC143a"),
}
"""The gases of each refrigerant; their shares are factors."""

GASES_USED = (
    "HFC23",
    "HFC32",
    "HFC125",
    "HFC134a",
    "HFC143a",
    "HFC152a",
    "HFC227ea",
    "HFC236fa",
    "CF4",
    "C2F6",
    "SF6",
)
GASES_IN_BANKS = ("HFC23", "HFC125", "HFC227ea", "HFC236fa", "SF6")


def _used(gas: str) -> Method:
    formula = share_emitted.restated(
        f"share_emitted_{gas.lower()}", used=f"t {gas}/year", returns=f"t {gas}/year"
    )
    return Method(f"{gas.lower()}_used", f"t {gas}/year", {gas: formula})


def _bank(gas: str) -> Method:
    formula = bank_loss.restated(
        f"bank_loss_{gas.lower()}", bank=f"t {gas}", returns=f"t {gas}/year"
    )
    return Method(f"{gas.lower()}_bank", f"t {gas}", {gas: formula})


def _blend(formula: Equation, gases: tuple[str, ...]) -> dict[str, Equation]:
    return {
        gas: formula.restated(
            f"{formula.name}_{gas.lower()}", gas_content=f"t {gas}/t", returns=f"t {gas}/year"
        )
        for gas in gases
    }


METHODS = (
    *(_used(gas) for gas in GASES_USED),
    *(_bank(gas) for gas in GASES_IN_BANKS),
    *(
        Method(f"{name}_bank", "t", _blend(refrigerant_loss, gases))
        for name, gases in BLENDS.items()
    ),
    *(
        Method(f"{name}_refilled", "t/year", _blend(refrigerant_refilled, gases))
        for name, gases in BLENDS.items()
    ),
)
