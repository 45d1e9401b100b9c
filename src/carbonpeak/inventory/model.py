"""Lines bound to their factors: the linear map from activity to gases and energy.

Every equation is linear in its activity. Evaluated with an activity of one, it gives the rate
of a line; gases are rates times activity, for one year or for many draws. All lines that share
an equation are evaluated in one call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from carbonpeak import sectors
from carbonpeak.equation import Equation
from carbonpeak.evidence.factors import Factor
from carbonpeak.evidence.region import CONVENTIONS, Convention, Region
from carbonpeak.method import AGE, ROLES, Method, Role, activity_input
from carbonpeak.vocabulary import Line

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

History = Mapping[str, tuple[Sequence[int], Floats]]
"""Activity of years outside the inventory, by line id."""

ENERGY: Literal["energy"] = "energy"
"""Stands where a gas would stand in the use of a standard-coal coefficient."""


@dataclass(frozen=True)
class Use:
    """One factor used by one line for one gas (or for its energy) in one year."""

    line: str
    gas: str
    parameter: str
    year: int
    factor: Factor


@dataclass(frozen=True)
class Group:
    """The lines of one equation, one gas and one role, evaluated together.

    Attributes
    ----------
    lines : (member,)
        Places of the lines in the model.
    factors : mapping of parameter to (member, moment)
        Places of the factors in the model; a moment is a year, or an age for stands.
    scales : mapping of parameter to (member, moment)
        From the factor's unit to the unit of the equation.
    """

    gas: str
    formula: Equation
    role: Role | Literal["energy"]
    convention: Convention | None
    lines: Integers
    factors: Mapping[str, Integers]
    scales: Mapping[str, Floats]

    def rates(self, values: Floats) -> Floats:
        """Return the result of the equation for an activity of one.

        Parameters
        ----------
        values : (factor, …)
            Value of every factor of the model in its own unit; more dimensions are draws.

        Returns
        -------
        (member, moment, …)
        """
        extra = (1,) * (values.ndim - 1)
        inputs = {
            name: values[places] * self.scales[name].reshape(*places.shape, *extra)
            for name, places in self.factors.items()
        }
        if AGE in self.formula.inputs:
            ages = np.arange(next(iter(self.factors.values())).shape[1], dtype=float)
            inputs[AGE] = ages.reshape(1, -1, *extra)
        result = self.formula.evaluate(**{activity_input(self.formula): 1.0}, **inputs)
        return np.asarray(result, dtype=float)


@dataclass(frozen=True)
class Model:
    """Bound lines of a region.

    Attributes
    ----------
    factors : tuple of Factor
        Every factor in use, once.
    groups : tuple of Group
        Lines by equation.
    rates : mapping of role to (line, gas, year)
        Tonnes of gas per unit of activity.
    aged : mapping of role to (line, gas, age)
        Tonnes per unit of activity at each age; zero rows for lines that do not age.
    tail : mapping of role to (line, gas, year)
        Tonnes from activity of years outside `years`.
    energy : (convention, line, year)
        Tonnes of standard coal per unit of activity.
    uses : tuple of Use
        Who uses which factor.
    cache : dict
        What others derive from the model once, such as its labels.
    """

    region: Region
    lines: tuple[Line, ...]
    years: tuple[int, ...]
    gases: tuple[str, ...]
    factors: tuple[Factor, ...]
    groups: tuple[Group, ...]
    rates: Mapping[Role, Floats]
    aged: Mapping[Role, Floats]
    tail: Mapping[Role, Floats]
    energy: Floats
    uses: tuple[Use, ...]
    cache: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def methods(self) -> tuple[Method, ...]:
        """The method of each line."""
        return tuple(sectors.find_method(line.rule.method) for line in self.lines)

    @property
    def ids(self) -> list[str]:
        """The ids of the lines."""
        return [line.id for line in self.lines]

    def gas_masses(self, activity: Floats) -> dict[Role, Floats]:
        """Return tonnes of gas by role.

        Parameters
        ----------
        activity : (line, year)
            In the activity unit of each line's method.

        Returns
        -------
        dict of role to (line, gas, year)
        """
        masses = {
            role: rate * activity[:, None, :] + self.tail[role] for role, rate in self.rates.items()
        }
        for role, by_age in self.aged.items():
            ageing = np.flatnonzero(by_age.any(axis=(1, 2)))
            if ageing.size:
                kernel = over_years(by_age[ageing], self.years, self.years)
                masses[role][ageing] += np.einsum("lgpy,lp->lgy", kernel, activity[ageing])
        return masses

    def with_history(self, history: History) -> Model:
        """Return the model with the gases that activity of other years still gives.

        Parameters
        ----------
        history : mapping of line id to (years, amounts)
            Activity of years outside the model's own, such as waste landfilled before.
        """
        tail = {role: part.copy() for role, part in self.tail.items()}
        places = {name: place for place, name in enumerate(self.ids)}
        for name, (years, amounts) in history.items():
            line = places[name]
            for role, by_age in self.aged.items():
                kernel = over_years(by_age[[line]], years, self.years)[0]
                tail[role][line] += np.einsum("gpy,p->gy", kernel, amounts)
        return replace(self, tail=tail, cache={})

    def standard_coal(self, activity: Floats) -> Floats:
        """Return tonnes of standard coal.

        Parameters
        ----------
        activity : (line, year)

        Returns
        -------
        (convention, line, year)
        """
        return self.energy * activity[None, :, :]

    def stretched(
        self, years: tuple[int, ...], rates: Mapping[Role, Floats], energy: Floats
    ) -> Model:
        """Return the model over other years, with the rates of those years and no history."""
        tail = {role: np.zeros_like(rate) for role, rate in rates.items()}
        return replace(self, years=years, rates=rates, energy=energy, tail=tail, cache={})


def over_years(by_age: Floats, made: Sequence[int], years: Sequence[int]) -> Floats:
    """Spread rates by age over calendar years.

    Parameters
    ----------
    by_age : (line, gas, age)
    made : sequence of int
        Years of the activity.
    years : sequence of int
        Years of the gases.

    Returns
    -------
    (line, gas, year made, year)
    """
    age = np.asarray(years)[None, :] - np.asarray(made)[:, None]
    alive = (age >= 0) & (age < by_age.shape[2])
    return np.where(alive, by_age[:, :, np.where(alive, age, 0)], 0.0)


def assembled(
    region: Region,
    lines: tuple[Line, ...],
    years: tuple[int, ...],
    gases: tuple[str, ...],
    uses: tuple[Use, ...],
    factors: tuple[Factor, ...],
    groups: tuple[Group, ...],
) -> Model:
    """Evaluate every group once, at the central values, and lay the rates out."""
    shape = (len(lines), len(gases), len(years))
    rates: dict[Role, Floats] = {role: np.zeros(shape) for role in ROLES}
    energy = np.zeros((len(CONVENTIONS), len(lines), len(years)))
    values = np.array([factor.value for factor in factors])
    oldest = max((_ages(group) for group in groups if _by_age(group, lines)), default=1)
    aged: dict[Role, Floats] = {role: np.zeros((*shape[:2], oldest)) for role in ROLES}
    tail: dict[Role, Floats] = {role: np.zeros(shape) for role in ROLES}
    for group in groups:
        rate = group.rates(values)
        if group.role == ENERGY:
            energy[CONVENTIONS.index(group.convention or CONVENTIONS[0]), group.lines] = rate
        elif _by_age(group, lines):
            aged[group.role][group.lines, gases.index(group.gas), : rate.shape[1]] = rate
        else:
            rates[group.role][group.lines, gases.index(group.gas)] = rate
    return Model(region, lines, years, gases, factors, groups, rates, aged, tail, energy, uses)


def _by_age(group: Group, lines: tuple[Line, ...]) -> bool:
    return sectors.find_method(lines[group.lines[0]].rule.method).by_age


def _ages(group: Group) -> int:
    return max(int(places.shape[1]) for places in group.factors.values())
