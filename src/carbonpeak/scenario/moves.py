"""The linear map from builds of measures to moved activity, gases and energy.

A build of one native unit moves `move[measure, line]` activity in its year of building and
`strength[measure, age]` times that later. Gases and energy follow by the rates of the lines,
so simulation and optimisation share one map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from carbonpeak.errors import ScenarioError
from carbonpeak.inventory.activity import feeders
from carbonpeak.inventory.model import Floats, Integers, Model, over_years
from carbonpeak.method import Role
from carbonpeak.scenario.measures.library import Measure

_SIGNS: Mapping[Role, float] = MappingProxyType({"emissions": 1.0, "removals": -1.0})


@dataclass(frozen=True)
class MoveMap:
    """Moves of all measures over all years of a scenario.

    Attributes
    ----------
    move : (measure, line)
        Activity moved by one native unit in the year of building.
    strength : (measure, year built, year)
        Part of that move made in each year; zero before building.
    """

    measures: tuple[str, ...]
    model: Model
    move: Floats
    strength: Floats

    def on_lines(self, kept: npt.NDArray[np.bool_]) -> MoveMap:
        """Return the same map with its moves on some lines only, (line,) of bool."""
        return replace(self, move=np.where(kept, self.move, 0.0))

    def retiring(self, measure: Integers, built: Integers, left: Integers) -> MoveMap:
        """Return what retiring one native unit takes back, each of many ways as a measure.

        Parameters
        ----------
        measure, built, left : (way,)
            Places of the measure, the year built and the year from which on it is gone.

        Returns
        -------
        MoveMap
            Of as many measures as ways, and one year of building.
        """
        gone = np.arange(self.strength.shape[2]) >= left[:, None]
        undone = np.where(gone, -self.strength[measure, built], 0.0)
        names = tuple(self.measures[row] for row in measure)
        return MoveMap(names, self.model, self.move[measure], undone[:, None, :])

    def effective(self, builds: Floats, retired: Floats | None = None) -> Floats:
        """Return the native units at work, weighed by strength.

        Parameters
        ----------
        builds : (measure, year)
        retired : (measure, year built, year), optional
            Native units that are gone from a year on.

        Returns
        -------
        (measure, year)
        """
        if retired is None:
            return np.asarray(np.einsum("mb,mby->my", builds, self.strength))
        return np.asarray((units_left(builds, retired) * self.strength).sum(axis=1))

    def moved(self, builds: Floats, retired: Floats | None = None) -> Floats:
        """Return the activity moved, each measure apart.

        Returns
        -------
        (measure, line, year)
        """
        return self.move[:, :, None] * self.effective(builds, retired)[:, None, :]

    def contribution(self, builds: Floats, retired: Floats | None = None) -> Floats:
        """Return the change of emissions less removals that each measure brings.

        Returns
        -------
        (measure, gas, year)
            Tonnes a year; negative is an abatement.
        """
        effective, years = self.effective(builds, retired), self.model.years
        rate = self.model.rates["emissions"] - self.model.rates["removals"]
        change = np.tensordot(self.move, rate, axes=1) * effective[:, None, :]
        for role, sign in _SIGNS.items():
            ageing = self._ageing(role)
            kernel = over_years(self.model.aged[role][ageing], years, years)
            by_year_made = np.tensordot(self.move[:, ageing], kernel, axes=1)
            change += sign * np.einsum("mp,mgpy->mgy", effective, by_year_made)
        return np.asarray(change)

    def _ageing(self, role: Role) -> Integers:
        """Return the places of moved lines whose activity acts over its age."""
        moved = (self.move != 0).any(axis=0)
        return np.flatnonzero(moved & self.model.aged[role].any(axis=(1, 2)))

    def effect(self, rates: Floats) -> Floats:
        """Return the effect of one native unit on a quantity that is linear in activity.

        Parameters
        ----------
        rates : (line, year)
            The quantity per unit of activity.

        Returns
        -------
        (measure, year built, year)
        """
        return np.asarray((self.move @ rates)[:, None, :] * self.strength)

    def effect_on_gases(self, weights: Floats) -> Floats:
        """Return the effect of one native unit on weighed emissions less removals.

        Parameters
        ----------
        weights : (line, gas)
            For example global warming potentials of the lines that count, else zero.

        Returns
        -------
        (measure, year built, year)
        """
        years, model = self.model.years, self.model
        at_once = sum(
            sign * np.einsum("lgy,lg->ly", model.rates[role], weights)
            for role, sign in _SIGNS.items()
        )
        effect = self.effect(np.asarray(at_once))
        for role, sign in _SIGNS.items():
            ageing = self._ageing(role)
            kernel = over_years(model.aged[role][ageing], years, years)
            later = np.einsum("lgpy,lg->lpy", kernel, weights[ageing])
            effect += sign * self.strength @ np.tensordot(self.move[:, ageing], later, axes=1)
        return effect


def map_moves(model: Model, measures: Mapping[str, Measure]) -> MoveMap:
    """Lay the moves of measures over the lines and years of a model.

    Parameters
    ----------
    model : Model
        Its lines include every line that a measure names.
    measures : mapping
        Measures by name.
    """
    place = {name: at for at, name in enumerate(model.ids)}
    move = np.zeros((len(measures), len(model.lines)))
    for row, measure in enumerate(measures.values()):
        for line, amount in measure.moves.items():
            move[row, place[line]] += amount
    move = move[:, feeders(model.lines)]
    return MoveMap(tuple(measures), model, move, _strength(list(measures.values()), model.years))


def _strength(measures: Sequence[Measure], years: Sequence[int]) -> Floats:
    count = len(years)
    by_age = np.zeros((len(measures), count + 1))
    for row, measure in enumerate(measures):
        by_age[row, :count] = measure.strengths(count)
    age = np.arange(count)[None, :] - np.arange(count)[:, None]
    return by_age[:, np.where(age >= 0, age, count)]


def units_left(builds: Floats, retired: Floats) -> Floats:
    """Return the units of each year of building that are not retired, (measure, built, year)."""
    return np.asarray(builds[:, :, None] - retired.cumsum(axis=2))


def require_non_negative(
    moves: MoveMap, baseline: Floats, builds: Floats, retired: Floats | None = None
) -> Floats:
    """Return the activity with measures, checked to be possible.

    Parameters
    ----------
    baseline : (line, year)
        Activity without measures.
    builds : (measure, year)
    retired : (measure, year built, year), optional

    Returns
    -------
    (line, year)

    Raises
    ------
    ScenarioError
        When measures take away more than a line has; names line, year and measures.
    """
    effective = moves.effective(builds, retired)
    activity = baseline + moves.move.T @ effective
    short = activity < -slack(moves, baseline, effective)
    if short.any():
        raise ScenarioError(
            "\n".join(_shortage(moves, baseline, moves.moved(builds, retired), short))
        )
    return np.where(activity < 0, 0.0, activity)


def slack(moves: MoveMap, baseline: Floats, effective: Floats) -> Floats:
    """Return how far below zero rounding alone may bring the activity of a line.

    Parameters
    ----------
    baseline : (line, year)
    effective : (measure, year)
        Native units at work.

    Returns
    -------
    (line, year)
    """
    moved = np.abs(moves.move).T @ np.abs(effective)
    return np.asarray(1e-9 * np.maximum(np.abs(baseline), moved))


def _shortage(moves: MoveMap, baseline: Floats, moved: Floats, short: np.ndarray) -> list[str]:
    words = []
    for line in np.flatnonzero(short.any(axis=1)):
        year = int(np.flatnonzero(short[line])[0])
        takers = [
            f"{name} takes {-moved[row, line, year]:,.6g}"
            for row, name in enumerate(moves.measures)
            if moved[row, line, year] < 0
        ]
        unit = moves.model.methods[line].activity_unit
        words.append(
            f"'{moves.model.ids[line]}' has {baseline[line, year]:,.6g} {unit} in "
            f"{moves.model.years[year]}, but {', '.join(takers)}. Build less or later"
        )
    return words
