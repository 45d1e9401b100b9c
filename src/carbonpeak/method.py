"""A method: which equations turn one line's activity into gases and energy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from carbonpeak.equation import Equation

Role = Literal["emissions", "removals", "memo"]
ROLES: tuple[Role, ...] = ("emissions", "removals", "memo")


@dataclass(frozen=True)
class Method:
    """The equations of a line, one for each gas and one for its standard coal.

    Parameters
    ----------
    name : str
        The word used in `definitions/lines.csv`.
    activity_unit : str
        Unit that the line's activity is held in, a yearly amount.
    gases : mapping
        Equation of each gas; its first input is the activity, the others are factors.
    energy : Equation, optional
        Equation of the standard coal that the line adds to the energy total.
    role : {'emissions', 'removals'}
        What the gases of the line are.
    memo_gases : frozenset
        Gases reported apart, such as the CO2 of biomass.
    by_age : bool
        True when an amount of one year acts over its age, as a planted stand does.
    sign : {1, -1}
        -1 when the activity takes away from what the region buys.
    """

    name: str
    activity_unit: str
    gases: Mapping[str, Equation]
    energy: Equation | None = None
    role: Role = "emissions"
    memo_gases: frozenset[str] = field(default_factory=frozenset)
    by_age: bool = False
    sign: int = 1

    def role_of(self, gas: str, *, memo: bool) -> Role:
        """Return under which variable a gas of this method is reported."""
        return "memo" if memo or gas in self.memo_gases else self.role


def activity_input(equation: Equation) -> str:
    """Return the name of an equation's activity: its first input."""
    return next(iter(equation.inputs))


def factor_inputs(equation: Equation) -> tuple[str, ...]:
    """Return the names of an equation's factors: all inputs but the first."""
    return tuple(equation.inputs)[1:]
