"""The path of a region that holds in many futures, what that costs, and how it fares in others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import Region
from carbonpeak.optimiser import Optimum, Question, question
from carbonpeak.optimiser.futures import Aim, Futures
from carbonpeak.optimiser.plan import LeastCostPlan
from carbonpeak.optimiser.program import SolverSettings
from carbonpeak.optimiser.region.futures import Draws, judge_builds, named_futures, sample_futures
from carbonpeak.optimiser.robust import RobustPlan, solve_robust
from carbonpeak.planning.goals import Goal
from carbonpeak.scenario.ensemble.inputs import INCLUDED, require_included
from carbonpeak.scenario.scenario import Scenario

SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Shares of the futures that a front of sureness asks for by default."""

CHECKS = 1024
"""Draws that a plan is held against and was not made for."""


@dataclass(frozen=True, eq=False, repr=False)
class RobustOptimum:
    """A choice of builds for many futures, run again through the inventory and on other draws.

    Attributes
    ----------
    optimum : Optimum
        The builds on the stated numbers, as `optimise` gives them.
    robust : RobustPlan
        How they fare in the futures that they were made for, and what that costs.
    check : xr.Dataset
        On draws that they were not made for, where a measure takes no more than there is:
        ``chance`` (target,), the share of the draws in which each row of a target holds;
        ``share_kept``, in which all hard ones hold, with its standard error; ``short``, in which
        a measure finds less than it would take; and the same for the plan of the stated numbers,
        ``nominal_share_kept``. Empty without a plan or without a seed.
    """

    optimum: Optimum
    robust: RobustPlan
    check: xr.Dataset

    def __repr__(self) -> str:
        if not self.check.data_vars:
            return f"RobustOptimum({self.optimum.scenario}: {self.optimum.plan.message.en})"
        made, other = float(self.robust.result["share_kept"]), float(self.check["share_kept"])
        premium = float(self.robust.result["premium"]) / 1e4
        return (
            f"RobustOptimum({self.optimum.scenario}: targets kept in {made:.1%} of the futures, "
            f"{other:.1%} of other draws; premium {premium:,.0f} × 10⁴ CNY)"
        )


@checked
def optimise_robust(
    region: Region,
    scenario: Scenario,
    *,
    keep: float = 0.9,
    aim: Aim = "expected",
    tail: float = 0.9,
    safe: bool = False,
    futures: Mapping[str, Scenario] | None = None,
    draws: int = 64,
    seed: int | None = None,
    sampler: str = "sobol",
    include: Sequence[str] = INCLUDED,
    checks: int = CHECKS,
    targets: Mapping[str, Goal] | None = None,
    settings: SolverSettings | None = None,
) -> RobustOptimum:
    """Choose builds that keep the targets of a region in a share of its possible futures.

    The futures are drawn, or they are named scenarios of the region; then nothing is drawn but
    the check, and that only with a seed.

    Parameters
    ----------
    region, scenario : Region, Scenario
        As for `optimise`; their rows state how sure each number is.
    keep, aim, tail, safe
        As for `carbonpeak.optimiser.robust.solve_robust`: the share of the futures in which every
        hard target holds at once, and what is least there.
    futures : mapping of Scenario, optional
        Named futures of equal weight: their drivers, factors and prices. What they build does
        not matter; the measures are those that `scenario` offers.
    draws, seed, sampler, include : int, int, str, sequence of str
        Otherwise the futures are drawn as by `ensemble`; each is a whole set of paths, effects,
        costs, prices and ceilings.
    checks : int
        Draws with another seed against which the builds are held.
    targets : mapping of Goal, optional
        As for `optimise`.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    RobustOptimum
        Where no builds keep that share, the message says so.

    Raises
    ------
    ResultError, ScenarioError
        When a number is out of range, or an amount of a target cannot be drawn.
    """
    _require(draws=draws, checks=checks)
    asked = question(region, scenario, targets=targets)
    kinds = require_included(include)
    if futures is None:
        if seed is None:
            raise ResultError("futures are drawn with a seed: give 'seed', or name 'futures'")
        chosen = Draws(draws, seed, sampler, kinds)
        known = sample_futures(asked.outlook, asked.problem, asked.goals, chosen)
    else:
        known = named_futures(asked.outlook, asked.goals, futures)
    robust = solve_robust(
        asked.problem, known, aim=aim, keep=keep, tail=tail, safe=safe, settings=settings
    )
    optimum = asked.answered(robust.plan)
    if seed is None or not robust.result.data_vars:
        return RobustOptimum(optimum, robust, xr.Dataset())
    others = Draws(checks, seed + 1, sampler, kinds)
    return RobustOptimum(optimum, robust, _checked(asked, robust, others))


@checked
def price_of_robustness(
    region: Region,
    scenario: Scenario,
    *,
    shares: Sequence[float] = SHARES,
    aim: Aim = "expected",
    tail: float = 0.9,
    safe: bool = False,
    draws: int = 64,
    seed: int,
    sampler: str = "sobol",
    include: Sequence[str] = INCLUDED,
    checks: int = CHECKS,
    targets: Mapping[str, Goal] | None = None,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Return what it costs a region to keep its targets in more of its possible futures.

    Parameters
    ----------
    shares : sequence of float
        Shares of the futures, each as `keep` of `optimise_robust`.
    region, scenario, aim, tail, safe, draws, seed, sampler, include, checks, targets, settings
        As for `optimise_robust`; the futures are the same for every share.

    Returns
    -------
    xr.Dataset
        Over ``share``, rising: ``expected_cost``, ``cvar``, ``premium`` (discounted CNY2020, as in
        `RobustPlan`),
        ``share_kept`` in the futures and ``checked_share`` on other draws, ``rerun_residual``,
        all NaN where no builds keep that share, ``status``, and ``builds`` (share, measure) in
        all, in native units. ``nominal_share_kept`` is that of the plan for the stated numbers.

    Raises
    ------
    ResultError, ScenarioError
        As `optimise_robust`.
    """
    _require(draws=draws, checks=checks)
    asked = question(region, scenario, targets=targets)
    chosen = Draws(draws, seed, sampler, require_included(include))
    futures = sample_futures(asked.outlook, asked.problem, asked.goals, chosen)
    others = Draws(checks, seed + 1, sampler, chosen.include)
    rising = sorted(set(shares))
    rows = [
        _at_share(asked, futures, others, keep, aim=aim, tail=tail, safe=safe, settings=settings)
        for keep in rising
    ]
    result = xr.concat(rows, "share").assign_coords(share=rising)
    result.attrs = {
        "region": region.name,
        "scenario": scenario.name,
        "draws": draws,
        "seed": seed,
        "aim": aim,
    }
    for name in ("expected_cost", "cvar", "premium"):
        result[name].attrs["units"] = "CNY2020"
    return result


def _at_share(
    asked: Question,
    futures: Futures,
    others: Draws,
    keep: float,
    *,
    aim: Aim,
    tail: float,
    safe: bool,
    settings: SolverSettings | None,
) -> xr.Dataset:
    found = solve_robust(
        asked.problem, futures, aim=aim, keep=keep, tail=tail, safe=safe, settings=settings
    )
    names = ("expected_cost", "cvar", "premium", "share_kept", "nominal_share_kept")
    known = bool(found.result.data_vars)
    row = xr.Dataset(
        {name: ((), float(found.result[name]) if known else np.nan) for name in names}
        | {"status": ((), found.plan.status.value)},
        coords={"measure": list(asked.problem.measures)},
    )
    if not known:
        empty = np.full(len(asked.problem.measures), np.nan)
        return row.assign(checked_share=np.nan, rerun_residual=np.nan, builds=("measure", empty))
    return row.assign(
        checked_share=float(_checked(asked, found, others)["share_kept"]),
        rerun_residual=asked.answered(found.plan).rerun_residual,
        builds=("measure", found.plan.builds.sum("year").values),
    )


def _checked(asked: Question, robust: RobustPlan, draws: Draws) -> xr.Dataset:
    """Hold a plan, and that of the stated numbers, against other draws."""
    hard = np.array([one.price is None for one in asked.problem.targets], dtype=bool)
    kept, short = _judged(asked, robust.plan, draws)
    plain, _ = _judged(asked, robust.nominal, draws)
    share = float(kept[hard].all(axis=0).mean())
    return xr.Dataset(
        {
            "chance": ("target", kept.mean(axis=1)),
            "share_kept": ((), share),
            "standard_error": ((), float(np.sqrt(share * (1.0 - share) / draws.count))),
            "nominal_share_kept": ((), float(plain[hard].all(axis=0).mean())),
            "short": ((), float(short.mean())),
        },
        coords={"target": [one.name for one in asked.problem.targets]},
        attrs={"draws": draws.count, "seed": draws.seed},
    )


def _judged(asked: Question, plan: LeastCostPlan, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    builds = plan.builds.transpose("measure", "year").values
    if "retired" in plan.result and bool(plan.result["retired"].any()):
        raise ResultError(
            "this plan retires units early, which an ensemble does not follow; leave "
            "'retire_cost' out of the measures, or read the futures of the plan alone"
        )
    verdict = judge_builds(asked.outlook, asked.problem, asked.goals, builds, draws)
    return verdict.kept, verdict.short


def _require(**counts: int) -> None:
    for name, count in counts.items():
        if count < 1:
            raise ResultError(f"'{name}' is {count}; expected at least 1")
