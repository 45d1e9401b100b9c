"""How far builds can go within their limits; it knows no carbon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.blocks import BoolArray, FloatArray
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.targets import Target

AMPLE = 1.01
FURTHER = 100.0
"""How many times its limits a wider reach leaves room for, by judgement: with much more, the
millionth of a "yes" that a solver takes for "no" would build what is worth telling."""


@dataclass(frozen=True, eq=False)
class Reach:
    """How far builds go within windows, yearly limits and potentials.

    Every coefficient of a program that these limits enter is read off here, those of choices of yes
    or no and those of alternatives. Whoever lets limits give states the program with a wider reach.

    Attributes
    ----------
    problem : LeastCostProblem
        What builds do.
    window : (measure, year) of bool
        Years in which something may be built.
    yearly_limit : (measure,)
        Native units of a year.
    room : (measure,)
        Native units of all years, beside those existing.
    """

    problem: LeastCostProblem
    window: BoolArray
    yearly_limit: FloatArray
    room: FloatArray

    @classmethod
    def of(cls, problem: LeastCostProblem) -> Reach:
        """Return the reach of the limits that a problem states."""
        room = problem.potential - problem.existing
        return cls(problem, problem.window, problem.yearly_limit, room)

    def widened(self, size: FloatArray) -> Reach:
        """Return the reach of limits that give: larger, and windows from when works can be done.

        Where a target leaves a choice, a window without any limit stays as it is: outside of it
        nothing would hold what is not chosen.

        Parameters
        ----------
        size : (measure,)
            Native units that a limit counts for at least.
        """
        problem = self.problem
        held = np.isfinite(np.minimum(self.yearly_limit, self.room))
        opens = held | (not any(target.either for target in problem.targets))
        later = np.asarray(problem.years) >= np.asarray(problem.soonest)[:, None]
        return replace(
            self,
            window=self.window | (later & opens[:, None]),
            yearly_limit=FURTHER * np.maximum(self.yearly_limit, size),
            room=FURTHER * np.maximum(self.room, size),
        )

    @cached_property
    def built(self) -> FloatArray:
        """A little more than can be built in each year, (measure, year), in native units.

        More, so that a choice of "yes" never binds where the limit itself should.
        """
        most = AMPLE * np.minimum(self.yearly_limit, self.room)
        return np.where(self.window, most[:, None], 0.0)

    @cached_property
    def standing(self) -> FloatArray:
        """A little more than can stand in each year, (measure, year), in native units."""
        yearly = np.where(self.window, self.yearly_limit[:, None], 0.0)[:, :, None]
        built = np.where(self.problem.in_service > 0, yearly, 0.0).sum(axis=1)
        most: FloatArray = self.problem.existing[:, None] + np.minimum(built, self.room[:, None])
        return AMPLE * most

    @cached_property
    def missed(self) -> FloatArray:
        """By how much the row of an alternative can be missed, whatever is built, (target,).

        In the unit of its numerator. Zero for a row that holds in any case, or always has to.

        Raises
        ------
        ScenarioError
            When a measure without limits makes that infinite; names it.
        """
        targets = self.problem.targets
        return np.array([self._bound(it) if it.either else 0.0 for it in targets])

    def highest(self, effect: FloatArray) -> FloatArray:
        """Return the most that each measure can add to a sum:  max Σ_τ effect[m,τ]·n[m,τ].

        Over the builds that window, yearly limit, potential and commitments allow: the years of the
        largest effect are filled first. Ramps, whole projects and activity would only lower it.

        Parameters
        ----------
        effect : (measure, build year)
            Change of the sum per native unit built.

        Returns
        -------
        (measure,)
            In the unit of the sum; infinite where neither yearly limit nor potential holds a
            measure.
        """
        committed = self.problem.committed
        room = np.maximum(self.room - committed.sum(axis=1), 0.0)[:, None]
        limit = np.where(self.window, self.yearly_limit[:, None], 0.0) - committed
        free = np.where(effect > 0, np.clip(limit, 0.0, room), 0.0)
        order = np.argsort(-effect, axis=1, kind="stable")
        gain, free = (np.take_along_axis(values, order, axis=1) for values in (effect, free))
        # Builds without a yearly limit are finite all the same where there is a potential.
        filled = np.cumsum(np.where(np.isinf(room), 0.0, free), axis=1)
        before = np.concatenate([np.zeros((len(free), 1)), filled[:, :-1]], axis=1)
        added = np.minimum(free, np.maximum(room - before, 0.0))
        most: FloatArray = (effect * committed + np.where(added > 0, gain, 0.0) * added).sum(axis=1)
        return most

    def most_missed(self, target: Target) -> float:
        """Return how far a row may lie on the wrong side of its bound, in the unit of its parts.

        Zero for a row that holds whatever is built; infinite where no limit holds a measure.
        """
        problem, sign = self.problem, _sign(target)
        value = target.value(problem.without_measures, problem.years)
        return max(0.0, sign * (value - target.cap) + float(self._moved(target).sum()))

    def _moved(self, target: Target) -> FloatArray:
        problem, sign = self.problem, _sign(target)
        effect = sign * target.effect(problem.numerators, problem.years)
        return self.highest(with_retirement(problem, effect, sign * problem.undone(target)))

    def _bound(self, target: Target) -> float:
        if free := unlimited(self.problem, self._moved(target)):
            raise ScenarioError(
                f"target '{target.group}' leaves a choice, and builds without a limit set no bound "
                f"to what is not chosen: give a potential or a yearly limit to {free}"
            )
        return self.most_missed(target)


def unlimited(problem: LeastCostProblem, reach: FloatArray) -> str:
    """Return the measures that move a sum without end, by `highest`; empty where none does."""
    at = np.flatnonzero(np.isinf(reach))
    return ", ".join(problem.title(problem.measures[place]).en for place in at)


def with_retirement(
    problem: LeastCostProblem, effect: FloatArray, undone: FloatArray
) -> FloatArray:
    """Return the most that a unit built in each year adds, kept or retired when that is most."""
    measure, built, _ = problem.retirements
    most = effect.copy()
    np.maximum.at(most, (measure, built), effect[measure, built] + undone)
    return most


def _sign(target: Target) -> float:
    return 1.0 if target.sense == "at_most" else -1.0
