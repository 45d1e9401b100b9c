"""The linear map from builds of measures to moved activity, gases and energy.

A build of one native unit moves `move[measure, line]` activity in its year of building and
`strength[measure, age]` times that later. Gases and energy follow by the rates of the lines,
so simulation and optimisation share one map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from carbonpeak.errors import ScenarioError
from carbonpeak.inventory.activity import feeders
from carbonpeak.inventory.model import Floats, Model, over_years
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

    def effective(self, builds: Floats) -> Floats:
        """Return the native units at work, weighed by strength.

        Parameters
        ----------
        builds : (measure, year)

        Returns
        -------
        (measure, year)
        """
        return np.asarray(np.einsum("mb,mby->my", builds, self.strength))

    def moved(self, builds: Floats) -> Floats:
        """Return the activity moved, each measure apart.

        Returns
        -------
        (measure, line, year)
        """
        return self.move[:, :, None] * self.effective(builds)[:, None, :]

    def contribution(self, builds: Floats) -> Floats:
        """Return the change of emissions less removals that each measure brings.

        Returns
        -------
        (measure, gas, year)
            Tonnes a year; negative is an abatement.
        """
        moved = self.moved(builds)
        rate = self.model.rates["emissions"] - self.model.rates["removals"]
        change = np.einsum("mly,lgy->mgy", moved, rate)
        years = self.model.years
        for role, sign in _SIGNS.items():
            kernel = over_years(self.model.aged[role], years, years)
            change += sign * np.einsum("mlp,lgpy->mgy", moved, kernel)
        return np.asarray(change)

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
        later = sum(
            sign * np.einsum("lgpy,lg->lpy", over_years(model.aged[role], years, years), weights)
            for role, sign in _SIGNS.items()
        )
        aged = np.einsum("ml,mbp,lpy->mby", self.move, self.strength, later)
        return np.asarray(self.effect(np.asarray(at_once)) + aged)


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
    strength = np.zeros((len(measures), len(years), len(years)))
    for row, measure in enumerate(measures):
        by_age = np.array([measure.strength(age) for age in range(len(years))])
        for built in range(len(years)):
            strength[row, built, built:] = by_age[: len(years) - built]
    return strength


def require_non_negative(moves: MoveMap, baseline: Floats, builds: Floats) -> Floats:
    """Return the activity with measures, checked to be possible.

    Parameters
    ----------
    baseline : (line, year)
        Activity without measures.
    builds : (measure, year)

    Returns
    -------
    (line, year)

    Raises
    ------
    ScenarioError
        When measures take away more than a line has; names line, year and measures.
    """
    moved = moves.moved(builds)
    activity = baseline + moved.sum(axis=0)
    tolerance = 1e-9 * np.maximum(np.abs(baseline), np.abs(moved).sum(axis=0))
    short = activity < -tolerance
    if short.any():
        raise ScenarioError("\n".join(_shortage(moves, baseline, moved, short)))
    return np.where(activity < 0, 0.0, activity)


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
