"""How far builds within their limits can move a sum; it knows no carbon."""

from __future__ import annotations

import numpy as np

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.targets import Target


def highest(problem: LeastCostProblem, effect: FloatArray) -> FloatArray:
    """Return the most that each measure can add to a sum:  max Σ_τ effect[m,τ]·n[m,τ].

    Over the builds that window, yearly limit, potential and commitments allow: the years of the
    largest effect are filled first. Ramps, whole projects and activity would only lower it.

    Parameters
    ----------
    problem : LeastCostProblem
        Gives the limits.
    effect : (measure, build year)
        Change of the sum per native unit built.

    Returns
    -------
    (measure,)
        In the unit of the sum; infinite where neither yearly limit nor potential holds a measure.
    """
    committed = problem.committed
    room = np.maximum(problem.potential - problem.existing - committed.sum(axis=1), 0.0)[:, None]
    limit = np.where(problem.window, problem.yearly_limit[:, None], 0.0) - committed
    free = np.where(effect > 0, np.clip(limit, 0.0, room), 0.0)
    order = np.argsort(-effect, axis=1, kind="stable")
    gain, free = (np.take_along_axis(values, order, axis=1) for values in (effect, free))
    # Builds without a yearly limit are finite all the same where there is a potential.
    filled = np.cumsum(np.where(np.isinf(room), 0.0, free), axis=1)
    before = np.concatenate([np.zeros((len(free), 1)), filled[:, :-1]], axis=1)
    added = np.minimum(free, np.maximum(room - before, 0.0))
    reach: FloatArray = (effect * committed + np.where(added > 0, gain, 0.0) * added).sum(axis=1)
    return reach


def most_missed(problem: LeastCostProblem, target: Target) -> float:
    """Return how far a row may lie on the wrong side of its bound, in the unit of its numerator.

    Zero for a row that holds whatever is built; infinite where no limit holds a measure.
    """
    sign = 1.0 if target.sense == "at_most" else -1.0
    value = target.value(problem.without_measures, problem.years)
    return max(0.0, sign * (value - target.cap) + float(_moved(problem, target).sum()))


def require_bound(problem: LeastCostProblem, target: Target) -> float:
    """Return `most_missed`.

    Raises
    ------
    ScenarioError
        When it is infinite; names the measures that make it so.
    """
    free = unlimited(problem, _moved(problem, target))
    if free:
        raise ScenarioError(
            f"target '{target.group}' leaves a choice, and builds without a limit set no bound to "
            f"what is not chosen: give a potential or a yearly limit to {free}"
        )
    return most_missed(problem, target)


def unlimited(problem: LeastCostProblem, reach: FloatArray) -> str:
    """Return the measures that move a sum without end, by `highest`; empty where none does."""
    at = np.flatnonzero(np.isinf(reach))
    return ", ".join(problem.title(problem.measures[place]).en for place in at)


def _moved(problem: LeastCostProblem, target: Target) -> FloatArray:
    sign = 1.0 if target.sense == "at_most" else -1.0
    effect = sign * target.effect(problem.numerators, problem.years)
    return highest(problem, with_retirement(problem, effect, sign * problem.undone(target)))


def with_retirement(
    problem: LeastCostProblem, effect: FloatArray, undone: FloatArray
) -> FloatArray:
    """Return the most that a unit built in each year adds, kept or retired when that is most."""
    measure, built, _ = problem.retirements
    most = effect.copy()
    np.maximum.at(most, (measure, built), effect[measure, built] + undone)
    return most
