"""Near-optimal alternatives: how far each measure can move, and plans that differ the most.

The least-cost plan is one of many that cost about as much. Ranges: the least and the most of each
measure within an allowance. Different plans: modelling to generate alternatives by hop, skip and
jump (Brill, Chang and Hopkins 1982, Management Science 28(3), 221-235; for energy systems DeCarolis
2011, Energy Economics 33(2), 145-152): the measures of the plans so far are used as little as the
allowance lets them, again and again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Real

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.answers.gauges import allow, limit_spending
from carbonpeak.optimiser.answers.tables import (
    MONEY_UNIT,
    NATIVE,
    condition_attrs,
    discounted_attrs,
    measure_coords,
    require_plan,
    with_units,
)
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.model import MONEY, Choice, LeastCostModel
from carbonpeak.optimiser.plan import retired_of
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.program import Solution, SolverSettings, Status

SLACKS = (0.01, 0.05, 0.10)
_TINY = 1e-6
_SAME = 1e-6


def near_optimal(
    problem: LeastCostProblem,
    *,
    slacks: Sequence[float] = SLACKS,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Return the least and the most of each measure in all plans that cost little more.

    Parameters
    ----------
    problem : LeastCostProblem
        With its targets.
    slacks : sequence of float
        How much more may be spent, as shares of the size of the least cost, rising.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    Dataset
        `least`, `most` (slack, measure), native units built over the horizon; `planned` (measure),
        those of the least-cost plan; `buildable` (measure), what window, yearly limit and
        potential allow; `always`, `never` (slack, measure), whether every or no plan
        within the allowance builds the measure; `allowance` (slack), discounted CNY2020 with
        penalties; `cost`, the least. A measure that nothing limits has `most` infinite.

    Raises
    ------
    ResultError
        When the problem has no plan, a slack is negative or the time limit stops a search.
    """
    _require_slacks("slacks", slacks)
    chosen = settings or SolverSettings()
    model, best, cost = _opened(problem, chosen)
    allowed = _allowances(cost, slacks)
    ends = np.array([list(_ends(model, amount, chosen)) for amount in allowed])
    ends = ends.reshape(len(allowed), len(problem.measures), 2) * model.scale.builds[:, None]
    tiny = _TINY * model.scale.builds
    least, most = (np.where(np.abs(end) <= tiny, 0.0, end) for end in np.moveaxis(ends, -1, 0))
    result = xr.Dataset(
        {
            "least": (("slack", "measure"), least),
            "most": (("slack", "measure"), most),
            "buildable": ("measure", _buildable(model)),
            "planned": ("measure", model.choice(best).builds.sum(axis=1)),
            "always": (("slack", "measure"), least > tiny),
            "never": (("slack", "measure"), most <= tiny),
            "allowance": ("slack", np.asarray(allowed) * MONEY),
            "cost": ((), cost * MONEY),
        },
        coords={"slack": np.asarray(slacks, dtype=float), **measure_coords(problem)},
        attrs=discounted_attrs(problem) | condition_attrs(model),
    )
    units = dict.fromkeys(("least", "most", "planned", "buildable"), NATIVE)
    return with_units(result, units | dict.fromkeys(("allowance", "cost"), MONEY_UNIT))


def different_plans(
    problem: LeastCostProblem,
    *,
    slack: float = 0.05,
    count: int = 5,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Return plans within a cost slack that use the measures of those before as little as can be.

    Parameters
    ----------
    problem : LeastCostProblem
        With its targets.
    slack : float
        How much more may be spent, as a share of the size of the least cost.
    count : int
        How many plans beside the least-cost one, at least 1; fewer where the method finds no new
        one, and `note_en`, `note_zh` among the attributes say so.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    Dataset
        Over `plan`, the first the least-cost one: `builds` (plan, measure, year); `built` (plan,
        measure); `change` (plan, measure) from the first plan; `cost`, discounted CNY2020 with
        penalties, none above `allowance`; `difference` from the first plan and from the `nearest`
        earlier one: 0 for the same totals, 1 for no measure in common.

    Raises
    ------
    ResultError
        When the problem has no plan, the slack is negative or no plan is asked for.
    """
    _require_slacks("slack", [slack])
    if count < 1:
        raise ResultError(f"'count' is {count}; expected at least 1 plan beside the least-cost one")
    chosen = settings or SolverSettings()
    model, best, cost = _opened(problem, chosen)
    (allowed,) = _allowances(cost, [slack])
    allow(model, allowed)
    plans, costs = [model.choice(best)], [cost]
    for _ in range(count):
        found = _minimised(model, _use_of(model, plans), chosen)
        if not found.found:
            raise ResultError(f"the search for another plan ended with '{found.status.value}'")
        choice = model.choice(found)
        if min(_difference(choice, plan) for plan in plans) <= _SAME:
            break
        plans.append(choice)
        costs.append(_spent(found))
    table = _plan_table(model, plans, np.asarray(costs) * MONEY, allowed * MONEY)
    why = _why_fewer(len(plans) - 1, count, slack)
    return table.assign_attrs(count_asked=count, note_en=why.en, note_zh=why.zh)


def _why_fewer(found: int, asked: int, slack: float) -> Sentence:
    """Say why there are fewer plans than were asked for; nothing where all were found."""
    if found == asked:
        return Sentence("", "")
    share = f"{100 * slack:g}"
    return Sentence(
        f"{found} of {asked} further plans found: within {share} % of the cost the search comes "
        "back to a plan that stands here already; a larger slack may give more",
        f"仅得到{asked}个其他方案中的{found}个：成本上浮{share}%以内，继续求解只得到已列方案；"
        "放宽成本上浮幅度可能得到更多方案",
    )


def _opened(
    problem: LeastCostProblem, settings: SolverSettings
) -> tuple[LeastCostModel, Solution, float]:
    """Return the program with an open allowance, its least-cost plan and the cost."""
    model = formulate(problem)
    limit_spending(model)
    best = require_plan(problem, model.program.solve(settings), settings)
    return model, best, best.objective


def _require_slacks(called: str, slacks: Sequence[float]) -> None:
    """Refuse what is no share of the cost, by the name of the argument."""
    numbers = all(isinstance(slack, Real) and slack >= 0 for slack in slacks)
    if not (len(slacks) and numbers and list(slacks) == sorted(slacks)):
        raise ResultError(
            f"'{called}' is {', '.join(map(str, slacks)) or 'empty'}; expected shares of at least "
            "0 that rise, such as 0.05"
        )
    if any(slack > 1 for slack in slacks):
        raise ResultError(
            f"a slack of {max(slacks):g} lets the cost rise by {max(slacks):.0%}; write "
            f"{max(slacks) / 100:g} for {max(slacks):g} %"
        )


def _allowances(cost: float, slacks: Sequence[float]) -> list[float]:
    """Return what may be spent at each slack; a cost below zero is loosened upwards too."""
    return [cost + slack * abs(cost) for slack in slacks]


def _ends(
    model: LeastCostModel, allowance: float, settings: SolverSettings
) -> Iterator[tuple[float, float]]:
    """Yield the least and the most of each measure under an allowance, in the program's scale."""
    allow(model, allowance)
    for measure, columns in zip(model.problem.measures, model.builds.columns, strict=True):
        aim = np.zeros_like(model.program.costs())
        aim[columns] = 1.0
        least = _minimised(model, aim, settings)
        most = _minimised(model, -aim, settings)
        if Status.TIME_LIMIT in (least.status, most.status):
            raise ResultError(f"the time limit stopped the search for the range of '{measure}'")
        yield _end(least), -_end(most)


def _end(solution: Solution) -> float:
    return -np.inf if solution.status == Status.UNBOUNDED else solution.objective


def _minimised(model: LeastCostModel, aim: FloatArray, settings: SolverSettings) -> Solution:
    """Minimise another aim from the last basis, which stays feasible: by the primal simplex."""
    model.program.set_costs(aim, keep_basis=True)
    return model.program.solve(settings, primal=True)


def _use_of(model: LeastCostModel, plans: Sequence[Choice]) -> FloatArray:
    """Return how often each measure was used, per share of what its limits allow, (column,)."""
    reach = _buildable(model) / model.scale.builds
    reach = np.where(np.isfinite(reach) & (reach > 0), reach, 1.0)
    used = np.sum([_built(plan.builds) > _TINY * model.scale.builds for plan in plans], axis=0)
    aim = np.zeros_like(model.program.costs())
    aim[model.builds.columns] = (used / reach)[:, None]
    return aim


def _buildable(model: LeastCostModel) -> FloatArray:
    """Return the most of each measure that its limits allow over the horizon, (measure,)."""
    return model.reach.highest(np.ones(np.shape(model.problem.committed)))


def _built(plan: FloatArray) -> FloatArray:
    total: FloatArray = plan.sum(axis=-1)
    return total


def _spent(solution: Solution) -> float:
    rows = solution.row_values
    return float(rows["spending"].item()) if "spending" in rows else 0.0


def _difference(one: Choice, other: Choice) -> float:
    """Return the mean over measures in either of |a - b| / max(a, b)."""
    a, b = _built(one.builds), _built(other.builds)
    larger = np.maximum(a, b)
    either = larger > 0
    return float(np.mean(np.abs(a - b)[either] / larger[either])) if either.any() else 0.0


def _plan_table(
    model: LeastCostModel, plans: list[Choice], costs: FloatArray, allowance: float
) -> xr.Dataset:
    problem, builds = model.problem, np.stack([plan.builds for plan in plans])
    built = _built(builds)
    nearest = [
        min((_difference(plan, other) for other in plans[:at]), default=0.0)
        for at, plan in enumerate(plans)
    ]
    result = xr.Dataset(
        {
            "builds": (("plan", "measure", "year"), builds),
            "built": (("plan", "measure"), built),
            "change": (("plan", "measure"), built - built[0]),
            "cost": ("plan", costs),
            "difference": ("plan", np.array([_difference(plan, plans[0]) for plan in plans])),
            "nearest": ("plan", np.array(nearest)),
            "allowance": ((), allowance),
        },
        coords={
            "plan": np.arange(len(plans)),
            **measure_coords(problem),
            "year": np.asarray(problem.years),
        },
        attrs=discounted_attrs(problem),
    )
    result = result.assign(retired_of(problem, plans, "plan"))
    units = dict.fromkeys(("builds", "built", "change"), NATIVE)
    units |= dict.fromkeys(("difference", "nearest"), "1")
    return with_units(result, units | dict.fromkeys(("cost", "allowance"), MONEY_UNIT))
