"""Builds chosen before the future is known: targets kept in most futures, dear futures avoided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, get_args

import numpy as np
import xarray as xr

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.blocks import BoolArray, FloatArray
from carbonpeak.optimiser.diagnosis import explain_stop
from carbonpeak.optimiser.faults import share_faults
from carbonpeak.optimiser.futures import (
    Aim,
    Futures,
    RobustModel,
    aim_at,
    keep_in_futures,
    keep_in_share,
    keep_in_tail,
    price_misses,
    robust_model,
)
from carbonpeak.optimiser.least_cost import solve_least_cost
from carbonpeak.optimiser.model import MONEY
from carbonpeak.optimiser.plan import LeastCostPlan, read_plan, stopped_plan
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.program import Solution, SolverSettings, Status
from carbonpeak.optimiser.targets import held_by

_TIGHT = 1e-6
_MONEY = {"units": "CNY2020"}


@dataclass(frozen=True, eq=False, repr=False)
class RobustPlan:
    """One choice of builds for all futures.

    Attributes
    ----------
    plan : LeastCostPlan
        The builds, read against the stated numbers. It has no prices: the rows of all futures
        hold it together.
    nominal : LeastCostPlan
        The least-cost plan for the stated numbers alone.
    result : xr.Dataset
        Empty without a plan. Over ``future``: ``probability``; ``cost``, discounted CNY2020, and
        ``best_cost`` of the best plan of that future (NaN unless the aim is regret); ``kept``,
        whether all hard targets hold; ``miss`` (target, future), in the unit of the target,
        positive where it is missed. A target that leaves a choice holds in a future where all
        rows of any alternative hold there, also of one that was not chosen; its misses are those
        of the alternative chosen for all futures (``plan.result.attrs["alternatives"]`` names
        it), and so is what they cost where it is soft. Scalars ``expected_cost``, ``cvar``
        and ``share_kept``; ``premium``, expected cost beyond the least that keeps the targets on
        the stated numbers alone, so never negative; ``nominal_premium`` and
        ``nominal_share_kept``, the same of the nominal builds. Attributes ``bound`` and ``gap``
        of the solver, in CNY2020 of the aim.
    """

    plan: LeastCostPlan
    nominal: LeastCostPlan
    result: xr.Dataset

    def __repr__(self) -> str:
        if not self.result.data_vars:
            return f"RobustPlan({self.plan.status.value}: {self.plan.message.en})"
        share, premium = float(self.result["share_kept"]), float(self.result["premium"])
        return f"RobustPlan(targets kept in {share:.1%} of the futures; premium {premium:,.0f} CNY)"


def solve_robust(
    problem: LeastCostProblem,
    futures: Futures,
    *,
    aim: Aim = "expected",
    keep: float = 1.0,
    tail: float = 0.9,
    safe: bool = False,
    settings: SolverSettings | None = None,
) -> RobustPlan:
    """Choose builds that hold in many futures.

    Where a target leaves a choice, such as that of the year of a peak, one alternative is chosen
    for the stated numbers and all futures, with the builds. That is on the safe side: whoever
    may choose anew in each future pays no more.

    Parameters
    ----------
    problem : LeastCostProblem
        The stated numbers; its limits and targets hold in any case.
    futures : Futures
        What may come instead. The limits of builds and activity stay those of `problem`.
    aim : {"expected", "cvar", "regret"}
        Least expected cost; least mean cost of the dearest ``1 - tail`` of the futures
        (Rockafellar & Uryasev 2000); or least largest regret, the cost beyond that of the best
        plan of the future itself (Savage 1951).
    keep : float
        Least share of the futures, by probability, in which every hard target holds at once.
    tail : float
        Level of the conditional value at risk.
    safe : bool
        Keep the share through the conditional value at risk of the largest miss: a linear
        program but for what is chosen anyway, which may ask for more than is needed. Otherwise
        the futures to give up are chosen by an integer program.
    settings : SolverSettings, optional
        As for `solve_least_cost`.

    Raises
    ------
    ScenarioError
        When futures do not fit the problem, a number is out of range, or a measure without a
        limit could add to a target without end.
    """
    (found,) = robust_plans(
        problem,
        futures,
        shares=[keep],
        aim=aim,
        tail=tail,
        safe=safe,
        settings=settings,
        called="keep",
    )
    return found


def robust_plans(
    problem: LeastCostProblem,
    futures: Futures,
    *,
    shares: Sequence[float],
    aim: Aim = "expected",
    tail: float = 0.9,
    safe: bool = False,
    settings: SolverSettings | None = None,
    called: str = "shares",
) -> list[RobustPlan]:
    """Choose builds for each of several shares of the futures, all held against the same plans.

    Parameters
    ----------
    shares : sequence of float
        Each as `keep` of `solve_robust`; the other parameters are as there.
    called : str
        What an error calls the shares.
    """
    if faults := [*share_faults(called, shares), *_faults(problem, futures, aim, tail)]:
        raise ScenarioError("\n".join(faults))
    chosen = settings or SolverSettings()
    nominal = solve_least_cost(problem, settings=chosen)
    if not nominal.found:
        return [RobustPlan(nominal, nominal, xr.Dataset()) for _ in shares]
    best = _best_costs(futures, chosen) if aim == "regret" else np.full(len(futures.names), np.nan)
    held = _Held(nominal, best, _least_expected(problem, futures, chosen), tail)
    return [_robust_plan(problem, futures, keep, aim, held, chosen, safe=safe) for keep in shares]


class _Held(NamedTuple):
    """What robust plans are held against."""

    nominal: LeastCostPlan
    best: FloatArray
    free: float
    tail: float


def _robust_plan(
    problem: LeastCostProblem,
    futures: Futures,
    keep: float,
    aim: Aim,
    held: _Held,
    settings: SolverSettings,
    *,
    safe: bool,
) -> RobustPlan:
    model = robust_model(problem, futures)
    if keep == 1.0:
        keep_in_futures(model)
    elif safe:
        keep_in_tail(model, keep)
    else:
        keep_in_share(model, keep)
    aim_at(model, aim, held.tail, held.best)
    solution = model.base.program.solve(settings)
    if not solution.found:
        return RobustPlan(_stopped(problem, solution, keep), held.nominal, xr.Dataset())
    chosen = solution
    if model.base.program.whole:
        # With its whole numbers held, a plan is clear of the tolerance that they were found with.
        held_whole = model.base.program.fix_integers(solution, settings)
        chosen = held_whole if held_whole.found else solution
    read = read_plan(model.base, solution, replace(chosen, read_duals=xr.Dataset))
    plan = replace(read, bound=np.nan, gap=np.nan, conditional=False, limits=())
    judged = _judged(model, replace(solution, objective=chosen.objective), plan, held)
    return RobustPlan(replace(plan, message=_said(judged)), held.nominal, judged)


def price_of_robustness(
    problem: LeastCostProblem,
    futures: Futures,
    *,
    shares: Sequence[float],
    aim: Aim = "expected",
    tail: float = 0.9,
    safe: bool = False,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Return what it costs to keep the targets in more of the futures.

    Parameters
    ----------
    problem, futures, aim, tail, safe, settings
        As for `solve_robust`.
    shares : sequence of float
        Shares of the futures, each as `keep`.

    Returns
    -------
    xr.Dataset
        Over ``share``, rising: ``expected_cost``, ``cvar`` and ``premium`` (discounted CNY2020),
        ``share_kept``, NaN where no builds keep that share; ``status``; and ``builds`` (share,
        measure), native units in all. The plan for the stated numbers alone stands in the scalar
        ``nominal_share_kept``.
    """
    rising = sorted(set(shares))
    found = robust_plans(
        problem, futures, shares=rising, aim=aim, tail=tail, safe=safe, settings=settings
    )
    return sureness_table(problem, rising, found)


def sureness_table(
    problem: LeastCostProblem, rising: Sequence[float], found: Sequence[RobustPlan]
) -> xr.Dataset:
    """Return the plans of rising shares as `price_of_robustness` does."""
    names = ("expected_cost", "cvar", "premium", "share_kept")
    value = {
        name: [float(one.result[name]) if one.plan.found else np.nan for one in found]
        for name in names
    }
    builds = np.full((len(rising), len(problem.measures)), np.nan)
    for row, one in enumerate(found):
        if one.plan.found:
            builds[row] = one.plan.builds.sum("year").to_numpy()
    plain = [float(one.result["nominal_share_kept"]) for one in found if one.plan.found]
    return xr.Dataset(
        {
            name: ("share", each, {} if name == "share_kept" else _MONEY)
            for name, each in value.items()
        }
        | {
            "builds": (("share", "measure"), builds),
            "status": ("share", [one.plan.status.value for one in found]),
            "nominal_share_kept": ((), plain[0] if plain else np.nan),
        },
        coords={"share": rising, "measure": list(problem.measures)},
    )


def _best_costs(futures: Futures, settings: SolverSettings) -> FloatArray:
    """Return the least cost of each future, soft targets missed included, CNY2020."""
    found = np.empty(len(futures.names))
    for at, (name, problem) in enumerate(zip(futures.names, futures.problems, strict=True)):
        plan = solve_least_cost(problem, settings=settings, explain=False)
        if not plan.found:
            raise ScenarioError(
                f"future '{name}' has no plan of its own ({plan.message.en}), so no regret can be "
                "measured in it: give its targets a price, or leave the future out"
            )
        found[at] = plan.cost + plan.penalty
    return found


def _stopped(problem: LeastCostProblem, solution: Solution, keep: float) -> LeastCostPlan:
    if solution.status != Status.INFEASIBLE:
        return stopped_plan(solution, explain_stop(problem, solution.status))
    return stopped_plan(
        solution,
        Sentence(
            f"no one choice of builds keeps every hard target in {keep:.0%} of the futures; ask "
            "for a smaller share, or give targets a price",
            f"没有一种建设方案能在 {keep:.0%} 的情景中同时达成全部刚性目标；"
            "请降低比例，或为目标设定罚价",
        ),
    )


def _least_expected(problem: LeastCostProblem, futures: Futures, settings: SolverSettings) -> float:
    """Return the least expected cost that keeps the targets on the stated numbers, CNY2020."""
    model = robust_model(problem, futures)
    price_misses(model)
    aim_at(model, "expected", 0.0, np.zeros(0))
    return model.base.program.solve(settings).objective * MONEY


def _said(result: xr.Dataset) -> Sentence:
    share, plain = float(result["share_kept"]), float(result["nominal_share_kept"])
    count = result.sizes["future"]
    premium = f"{round(float(result['premium']) / MONEY, 1) + 0.0:,.1f}"
    return Sentence(
        f"every hard target is kept in {share:.1%} of {count} futures ({plain:.1%} with the plan "
        f"for the stated numbers), at {premium} × 10⁴ CNY more on average than the cheapest plan "
        "that need not be so sure",
        f"在 {count} 种情景中，全部刚性目标同时达成的比例为 {share:.1%}（按给定数值制定的方案为 "
        f"{plain:.1%}），平均成本比不要求此把握的最低成本方案多 {premium} 万元",
    )


def _judged(model: RobustModel, solution: Solution, plan: LeastCostPlan, held: _Held) -> xr.Dataset:
    """Hold builds against every future, computed anew from the builds."""
    chance = model.futures.probabilities
    told, plain_told = _told(model, plan), _told(model, held.nominal)
    cost, miss = _outcome(model, plan, told)
    plain_cost, plain_miss = _outcome(model, held.nominal, plain_told)
    kept, plain_kept = _kept(model, miss), _kept(model, plain_miss)
    return xr.Dataset(
        {
            "probability": ("future", chance),
            "cost": ("future", cost, _MONEY),
            "best_cost": ("future", held.best, _MONEY),
            "kept": ("future", kept),
            "miss": (("target", "future"), miss * model.base.scale.targets[:, None]),
            "expected_cost": ((), float(chance @ cost), _MONEY),
            "cvar": ((), tail_mean(cost, chance, held.tail), _MONEY),
            "share_kept": ((), float(chance @ kept)),
            "premium": ((), float(chance @ cost) - held.free, _MONEY),
            "nominal_premium": ((), float(chance @ plain_cost) - held.free, _MONEY),
            "nominal_share_kept": ((), float(chance @ plain_kept)),
        },
        coords={**model.rows},
        attrs={"bound": solution.bound * MONEY, "gap": solution.gap, "tail": held.tail},
    ).isel(target=told)


def _kept(model: RobustModel, miss: FloatArray) -> BoolArray:
    """Return whether every hard target holds in each future, in any of its alternatives."""
    holds = ~(model.hard[:, None] & (miss > _TIGHT))
    kept = np.ones(miss.shape[1], dtype=bool)
    for one in held_by(model.base.problem.targets):
        kept &= np.any([holds[list(rows)].all(axis=0) for rows in one.ways], axis=0)
    return kept


def _told(model: RobustModel, plan: LeastCostPlan) -> BoolArray:
    """Return which rows a plan is held to, (target,): not those of alternatives not chosen."""
    return np.isin(model.rows["target"], plan.result["target"].to_numpy())


def _outcome(
    model: RobustModel, plan: LeastCostPlan, told: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return the cost of builds in each future, and the miss of each target there, in row units.

    Of the soft targets only the rows `told` have a price.
    """
    base = model.base
    units = plan.builds.to_numpy() / base.scale.builds[:, None]
    gone = np.zeros(0)
    if "retired" in plan.result:
        retired = plan.result["retired"].to_numpy()[tuple(base.problem.retirements)]
        gone = retired / base.retired_scale()
    miss = np.tensordot(model.effect, units, axes=2) + model.undone @ gone - model.room
    spent = (np.tensordot(model.cost, units, axes=2) + model.leaving @ gone) * MONEY
    return spent + base.penalty(np.maximum(miss, 0.0) * told), np.asarray(miss.T)


def tail_mean(cost: FloatArray, chance: FloatArray, level: float) -> float:
    """Return the mean of the dearest ``1 - level`` of the futures, by probability.

    Parameters
    ----------
    cost, chance : (future,)
        Chances sum to 1.
    level : float
        From 0, the plain mean, to below 1.
    """
    order = np.argsort(-cost, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(chance[order])[:-1]])
    weight = np.clip(1.0 - level - before, 0.0, chance[order])
    return float(weight @ cost[order] / (1.0 - level))


def same_choices(future: LeastCostProblem, problem: LeastCostProblem) -> bool:
    """Return whether the same units may be retired in the same years of two problems."""
    pairs = zip(future.retirements, problem.retirements, strict=True)
    return all(np.array_equal(one, other) for one, other in pairs)


def _faults(problem: LeastCostProblem, futures: Futures, aim: str, tail: float) -> Iterator[str]:
    if aim not in get_args(Aim):
        yield f"unknown aim '{aim}'; expected {', '.join(get_args(Aim))}"
    if not 0.0 <= tail < 1.0:
        yield f"'tail' is {tail:g}; expected a level from 0 to below 1"
    if not futures.names:
        yield "there are no futures; give at least one"
        return
    if len(set(futures.names)) < len(futures.names):
        yield "two futures share a name; name each once"
    chance = np.asarray(futures.probabilities)
    if chance.shape != (len(futures.names),) or (chance <= 0).any() or abs(chance.sum() - 1) > 1e-9:
        yield "probabilities of the futures must be above 0 and sum to 1, one for each"
    for name, future in zip(futures.names, futures.problems, strict=False):
        for what in ("measures", "years", "discount_to"):
            if getattr(future, what) != getattr(problem, what):
                yield f"future '{name}' has other {what} than the problem"
        if not same_choices(future, problem):
            yield (
                f"future '{name}' has other lifetimes of measures that may be retired early, so "
                "other choices; keep the lifetimes, or leave 'retire_cost' out"
            )
        own, asked = (
            [(one.name, one.parts, one.sense, one.price, one.alternative) for one in each.targets]
            for each in (future, problem)
        )
        if own != asked:
            yield f"future '{name}' has other targets than the problem; only caps may differ"
