"""What a problem may ask of its builds beside targets: needs, exclusions, pools, budgets, rows."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Literal, NamedTuple

import numpy as np

from carbonpeak.errors import ArgumentError
from carbonpeak.optimiser.blocks import BoolArray, FloatArray, IntArray

UNSTATED = "unstated"
"""Actor of a measure of which nobody says who pays."""


@dataclass(frozen=True)
class Need:
    """A measure stands in a year only if one of the others does.

    "More than nothing" is no linear row, so the others stand when together they reach a least
    amount; half the least amount of each of two is enough.

    Attributes
    ----------
    measure : str
        Who needs.
    others : tuple of str
        Who is needed; without any, the measure can never stand.
    least : tuple of float, optional
        Native units with which each of the others counts as standing; by default its unit size.
    """

    measure: str
    others: tuple[str, ...]
    least: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """Label of its rows."""
        return "/".join((self.measure, *self.others))


@dataclass(frozen=True)
class Exclusion:
    """Two measures that never stand in the same year."""

    one: str
    other: str

    @property
    def name(self) -> str:
        """Label of its rows."""
        return f"{self.one}/{self.other}"


@dataclass(frozen=True, eq=False)
class Pool:
    """Something of which there is so much in every year, and which standing units take up.

    Attributes
    ----------
    name : str
    per_unit : (measure,)
        What one native unit takes while it stands, in `unit`.
    amount : float
        How much there is, units existing before the first year included.
    unit : str
    """

    name: str
    per_unit: FloatArray
    amount: float
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Budget:
    """What some measures may cost to build in some years together.

    Attributes
    ----------
    name : str
    measures : (measure,) of bool, or str
        Whose capex counts; a text means the measures of that actor.
    years : tuple of int
        Years whose builds count, all against the one amount.
    amount : float
        CNY2020, not discounted.
    """

    name: str
    measures: BoolArray | str
    years: tuple[int, ...]
    amount: float


@dataclass(frozen=True)
class RowTerm:
    """A coefficient on a measure in a row of the user.

    Attributes
    ----------
    measure : str
    coefficient : float
        Per native unit.
    of : "builds" or "stock"
        Units built, or units standing, those existing before the first year included.
    year : int, optional
        Without it the sum over all years.
    """

    measure: str
    coefficient: float
    of: Literal["builds", "stock"] = "builds"
    year: int | None = None

    def __post_init__(self) -> None:
        """Refuse a coefficient that is no number."""
        if not isinstance(self.coefficient, Real):
            raise ArgumentError(
                f"term of '{self.measure}': its coefficient is {self.coefficient!r}; expected a "
                "number"
            )


@dataclass(frozen=True)
class LinearRow:
    """A row of the user's own between two bounds:  at_least <= Σ coefficient·units <= at_most.

    Attributes
    ----------
    name : str
    terms : tuple of RowTerm
    at_least, at_most : float
        In `unit`.
    unit : str
        Of the bounds, such as MW, for messages and tables. Nothing is converted by it: each
        coefficient says how much of it one native unit of the measure counts.
    """

    name: str
    terms: tuple[RowTerm, ...]
    at_least: float = -np.inf
    at_most: float = np.inf
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse terms that are none, and bounds that are no numbers."""
        for name in ("at_least", "at_most"):
            if not isinstance(bound := getattr(self, name), Real):
                raise ArgumentError(
                    f"row '{self.name}': {name} is {bound!r}; expected a number, or leave it out"
                )
        if not isinstance(self.terms, tuple | list):
            held = type(self.terms).__name__
            raise ArgumentError(
                f"row '{self.name}': its terms are a {held}; write them as a tuple, (term,)"
            )
        for term in self.terms:
            if not isinstance(term, RowTerm):
                raise ArgumentError(
                    f"row '{self.name}': {term!r} is no term; write RowTerm(measure, coefficient)"
                )


class Retirements(NamedTuple):
    """Every way to retire early, as positions: the measure, the year built, the year it leaves."""

    measure: IntArray
    built: IntArray
    left: IntArray
