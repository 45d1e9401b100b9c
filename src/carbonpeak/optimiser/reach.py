"""How far builds within their limits can move a sum; it knows no carbon."""

from __future__ import annotations

import numpy as np

from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.problem import LeastCostProblem


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
    room = problem.potential - problem.existing - committed.sum(axis=1)
    limit = np.where(problem.window, problem.yearly_limit[:, None], 0.0) - committed
    total: FloatArray = (effect * committed).sum(axis=1)
    for measure, gain in enumerate(effect):
        left = max(float(room[measure]), 0.0)
        for year in np.argsort(-gain, kind="stable"):
            added = min(max(float(limit[measure, year]), 0.0), left)
            if gain[year] <= 0 or left == 0:
                break
            total[measure] += gain[year] * added
            left = left - added if np.isfinite(added) else 0.0
    return total
