"""What a form of measure declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["supply", "switch", "saving", "treatment", "sink", "process", "load"]
KINDS: tuple[Kind, ...] = ("supply", "switch", "saving", "treatment", "sink", "process", "load")

Numbers = Mapping[str, Any]
"""Engineering numbers by name: floats, or arrays of draws."""

AS_LINE = "as the line"
"""Unit of a role that any line may fill."""

SIDES: Mapping[str, int] = {"use_": 1, "made_": 1, "saved_": -1}
"""Prefixes of the number that an open role states, with the sign of its move."""


@dataclass(frozen=True)
class Form:
    """Parameters of a form of measure, and how they become moves.

    Parameters
    ----------
    name : str
        Used in `measures.yaml`.
    kind : str
        One of the kinds of measures.
    parameters : mapping
        Unit of each engineering number in `measures.csv`; ``{old}`` in it stands for the
        activity unit of the line that plays the role `old`.
    roles : mapping
        Activity unit of each line that the measure names by a role; `AS_LINE` where any line
        fits, ``{old}`` where it has to be that of another role.
    moves : callable
        From the numbers, in their declared units, to the activity moved by one native unit
        in each role; negative takes activity away. Numbers may be arrays.
    acts : {'stock', 'once'}
        Whether the move recurs while the measure stands, or happens in the year of building.
    decline : str, optional
        The parameter by which a standing measure loses strength each year.
    optional : mapping of role to parameter names
        Roles that a measure may leave out, and their parameters with them.
    open : mapping of prefix to sign
        Any further role takes one parameter with one of these prefixes, in the unit of its line.
    per_unit : tuple of str
        Parameters that hold for one native unit, so that they may also be stated per unit.
    """

    name: str
    kind: Kind
    parameters: Mapping[str, str]
    roles: Mapping[str, str]
    moves: Callable[[Numbers], dict[str, Any]]
    acts: Literal["stock", "once"] = "stock"
    decline: str | None = None
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: Mapping[str, int] = field(default_factory=dict)
    per_unit: tuple[str, ...] = ()

    def needed_roles(self) -> list[str]:
        """Return the roles that a measure of this form has to name."""
        return [role for role in self.roles if role not in self.optional]

    def needed_parameters(self, roles: Mapping[str, object]) -> list[str]:
        """Return the parameters that a measure with these roles has to state."""
        named = {name for role in self.optional if role in roles for name in self.optional[role]}
        spared = {name for names in self.optional.values() for name in names} - named
        return [name for name in self.parameters if name not in spared]

    def open_roles(self, roles: Mapping[str, object]) -> list[str]:
        """Return those of the roles that the form itself does not name."""
        return [role for role in roles if role not in self.roles]

    def choices(self, role: str) -> list[str]:
        """Return the parameters of which an open role states exactly one."""
        return [prefix + role for prefix in self.open]


def taken(numbers: Numbers, prefix: str) -> dict[str, Any]:
    """Return the numbers whose names begin with a prefix, by the rest of the name."""
    return {
        name.removeprefix(prefix): amount
        for name, amount in numbers.items()
        if name.startswith(prefix)
    }


def side_moves(numbers: Numbers) -> dict[str, Any]:
    """Return the moves of open roles: what a measure uses, makes or saves beside its main work.

    Parameters
    ----------
    numbers : mapping
        Those named ``use_<role>``, ``made_<role>`` or ``saved_<role>`` count.

    Returns
    -------
    dict of role to (…)
        In the unit of each role's line, for one native unit.
    """
    return {
        role: sign * amount
        for prefix, sign in SIDES.items()
        for role, amount in taken(numbers, prefix).items()
    }
