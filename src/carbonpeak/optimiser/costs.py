"""What builds cost, by kind, in the year it is paid and discounted.

A payment of year t is worth δ[t] = (1 + rate)^-(t - year discounted to). A build that outlives
the horizon returns the straight-line rest of its capex: shown in the last year, discounted as of
the year after it, when the service of the last year is over. So a late build pays for its use.

A unit retired before its time costs `retire_cost` in the year it leaves; from then on it costs no
fixed opex and no energy. Nothing of its capex is refunded, and as nothing of it is left after the
horizon, it returns no rest either.
"""

from __future__ import annotations

import numpy as np

from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.problem import LeastCostProblem

KINDS = ("capex", "fixed_opex", "energy", "salvage")


def kinds_of(problem: LeastCostProblem) -> tuple[str, ...]:
    """Return the kinds of cost; retirement is one where a measure may be retired early."""
    return KINDS if np.isnan(problem.retire_cost).all() else (*KINDS, "retirement")


def salvage_share(problem: LeastCostProblem, last: int | None = None) -> FloatArray:
    """Return the share of capex left after the last year, (measure, build year)."""
    served = (problem.years[-1] if last is None else last) - np.asarray(problem.years) + 1
    left: FloatArray = 1.0 - served[None, :] / np.asarray(problem.lifetime)[:, None]
    return np.maximum(left, 0.0)


def discount_by_kind(problem: LeastCostProblem) -> FloatArray:
    """Return the discount factor of each kind and year, (kind, year)."""
    factors = np.tile(problem.discount, (len(kinds_of(problem)), 1))
    factors[KINDS.index("salvage")] = problem.discount_at(np.asarray(problem.years[-1] + 1.0))
    return factors


def unit_cost(problem: LeastCostProblem, last: int | None = None) -> FloatArray:
    """Return the discounted CNY2020 that one native unit costs, (measure, build year).

    With `last`, as seen by who looks no further than that year: later costs count nothing, and
    what capex then still serves counts as salvage.
    """
    seen = _seen(problem, last)
    service = (problem.in_service @ (problem.fixed_opex * seen)[:, :, None])[:, :, 0]
    total: FloatArray = (
        problem.capex * capital_cost(problem, last) + service + problem.running_cost @ seen
    )
    return total


def capital_cost(problem: LeastCostProblem, last: int | None = None) -> FloatArray:
    """Return the discounted cost of 1 CNY2020 of capex, less salvage, (measure, build year)."""
    return np.asarray(problem.discount - returned(problem, last))


def retirement_cost(problem: LeastCostProblem, last: int | None = None) -> FloatArray:
    """Return the discounted CNY2020 that retiring one native unit costs, (retirement,).

    With `last`, as seen by who looks no further than that year.
    """
    measure, built, left = problem.retirements
    rest = (problem.capex * returned(problem, last))[measure, built]
    total: FloatArray = problem.retire_cost[measure] * problem.discount[left] + rest
    return total + _spared(problem) @ _seen(problem, last)


def returned(problem: LeastCostProblem, last: int | None = None) -> FloatArray:
    """Return the discounted rest of 1 CNY2020 of capex after the horizon, (measure, build year)."""
    end = problem.years[-1] if last is None else last
    return salvage_share(problem, last) * float(problem.discount_at(np.asarray(end + 1.0)))


def _seen(problem: LeastCostProblem, last: int | None) -> FloatArray:
    """Return the discount factors, zero for the years after the last one seen, (year,)."""
    seen: FloatArray = problem.discount * (np.asarray(problem.years) <= (last or problem.years[-1]))
    return seen


def _spared(problem: LeastCostProblem) -> FloatArray:
    """Return fixed opex and energy cost per native unit retired, (retirement, year)."""
    opex = problem.in_service * problem.fixed_opex[:, None, :]
    return problem.retired_response(opex + problem.running_cost)


def cost_table(
    problem: LeastCostProblem, builds: FloatArray, retired: FloatArray | None = None
) -> FloatArray:
    """Return what `builds` (measure, year) cost, undiscounted, (kind, measure, year).

    `retired` (retirement,) is what leaves early, by default nothing.
    """
    measure, _, left = problem.retirements
    standing = units_left(problem, builds, retired)
    table = np.zeros((len(kinds_of(problem)), *builds.shape))
    table[0] = problem.capex * builds
    table[1] = problem.fixed_opex * stock_of(problem, builds, retired)
    table[2] = over_years(standing, problem.running_cost)
    kept = standing if standing.ndim == 2 else standing[:, :, -1]
    table[3, :, -1] = -(problem.capex * salvage_share(problem) * kept).sum(axis=1)
    if retired is not None and len(table) > len(KINDS):
        np.add.at(table[-1], (measure, left), problem.retire_cost[measure] * retired)
    return table


def stock_of(
    problem: LeastCostProblem, builds: FloatArray, retired: FloatArray | None = None
) -> FloatArray:
    """Return the builds of the horizon that serve in each year, (measure, year)."""
    stock = over_years(units_left(problem, builds, retired), problem.in_service)
    rounding = 1e-9 * builds.sum(axis=1, keepdims=True)
    return stock if retired is None else np.where(np.abs(stock) <= rounding, 0.0, stock)


def units_left(
    problem: LeastCostProblem, builds: FloatArray, retired: FloatArray | None
) -> FloatArray:
    """Return the units not retired, (measure, build year, year); `builds` itself when none is."""
    if retired is None or not retired.any():
        return builds
    gone = np.zeros((*builds.shape, len(problem.years)))
    np.add.at(gone, tuple(problem.retirements), retired)
    left: FloatArray = builds[:, :, None] - gone.cumsum(axis=2)
    return left


def over_years(builds: FloatArray, response: FloatArray) -> FloatArray:
    """Return the response (…, build year, year) to builds, (…, year).

    Builds are (…, build year), or (…, build year, year) where some are retired.
    """
    if builds.ndim == response.ndim:
        return np.asarray((builds * response).sum(axis=-2))
    total: FloatArray = (builds[:, None, :] @ response)[:, 0, :]
    return total
