"""A method: which equations turn one line's activity into gases and energy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from carbonpeak.equation import Equation

Role = Literal["emissions", "removals", "memo"]
AGE = "age"
"""Input of an equation that is evaluated for each age of what a year brought."""

ROLES: tuple[Role, ...] = ("emissions", "removals", "memo")


@dataclass(frozen=True)
class Method:
    """The equations of a line, one for each gas and one for its standard coal.

    Parameters
    ----------
    name : str
        The word used in `definitions/lines`.
    activity_unit : str
        Unit that the line's activity is held in, a yearly amount.
    gases : mapping
        Equation of each gas; its first input is the activity, the others are factors.
    energy : Equation, optional
        Equation of the standard coal that the line adds to the energy total.
    role : {'emissions', 'removals'}
        What the gases of the line are.
    memo : mapping
        Equation of each gas that is reported apart, such as the CO2 of biomass.
    by_age : bool
        True when an amount of one year acts over its age, as a planted stand does.
    ages : int
        For an equation with the input ``age``: how many ages it is evaluated for.
    sign : {1, -1}
        -1 when the activity takes away from what the region buys.
    """

    name: str
    activity_unit: str
    gases: Mapping[str, Equation]
    energy: Equation | None = None
    role: Role = "emissions"
    memo: Mapping[str, Equation] = field(default_factory=dict)
    by_age: bool = False
    ages: int = 0
    sign: int = 1

    def results(self, *, memo: bool = False) -> list[tuple[str, Role, Equation]]:
        """Return each gas with the variable that it is reported under and its equation.

        Parameters
        ----------
        memo : bool
            Whether the line as a whole is a memo item, as bunkers are.
        """
        own: list[tuple[str, Role, Equation]] = [
            (gas, "memo" if memo else self.role, formula) for gas, formula in self.gases.items()
        ]
        return own + [(gas, "memo", formula) for gas, formula in self.memo.items()]


def activity_input(equation: Equation) -> str:
    """Return the name of an equation's activity: its first input."""
    return next(iter(equation.inputs))


def factor_inputs(equation: Equation) -> tuple[str, ...]:
    """Return the names of an equation's factors: all inputs but the activity and the age."""
    return tuple(name for name in tuple(equation.inputs)[1:] if name != AGE)
