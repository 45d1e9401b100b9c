"""What builds cost, by kind, in the year it is paid and discounted.

A payment of year t is worth δ[t] = (1 + rate)^-(t - year discounted to). A build that outlives
the horizon returns the straight-line rest of its capex: shown in the last year, discounted as of
the year after it, when the service of the last year is over. So a late build pays for its use.
"""

from __future__ import annotations

import numpy as np

from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.problem import LeastCostProblem

KINDS = ("capex", "fixed_opex", "energy", "salvage")


def salvage_share(problem: LeastCostProblem) -> FloatArray:
    """Return the share of capex left after the last year, (measure, build year)."""
    served = problem.years[-1] - np.asarray(problem.years) + 1
    left: FloatArray = 1.0 - served[None, :] / np.asarray(problem.lifetime)[:, None]
    return np.maximum(left, 0.0)


def discount_by_kind(problem: LeastCostProblem) -> FloatArray:
    """Return the discount factor of each kind and year, (kind, year)."""
    factors = np.tile(problem.discount, (len(KINDS), 1))
    factors[KINDS.index("salvage")] = problem.discount_at(np.asarray(problem.years[-1] + 1.0))
    return factors


def unit_cost(problem: LeastCostProblem) -> FloatArray:
    """Return the discounted CNY2020 that one native unit costs, (measure, build year)."""
    discount = problem.discount
    after = float(problem.discount_at(np.asarray(problem.years[-1] + 1.0)))
    service = (problem.in_service @ (problem.fixed_opex * discount)[:, :, None])[:, :, 0]
    energy = problem.running_cost @ discount
    capital = problem.capex * (discount - salvage_share(problem) * after)
    total: FloatArray = capital + service + energy
    return total


def cost_table(problem: LeastCostProblem, builds: FloatArray) -> FloatArray:
    """Return what `builds` (measure, year) cost, undiscounted, (kind, measure, year)."""
    table = np.zeros((len(KINDS), *builds.shape))
    table[0] = problem.capex * builds
    table[1] = problem.fixed_opex * stock_of(problem, builds)
    table[2] = over_years(builds, problem.running_cost)
    table[3, :, -1] = -(problem.capex * salvage_share(problem) * builds).sum(axis=1)
    return table


def stock_of(problem: LeastCostProblem, builds: FloatArray) -> FloatArray:
    """Return the builds of the horizon that serve in each year, (measure, year)."""
    return over_years(builds, problem.in_service)


def over_years(builds: FloatArray, response: FloatArray) -> FloatArray:
    """Return the response (…, build year, year) to builds (…, build year), (…, year)."""
    total: FloatArray = (builds[:, None, :] @ response)[:, 0, :]
    return total
