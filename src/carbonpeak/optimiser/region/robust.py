"""The path of a region that holds in many futures, what that costs, and how it fares in others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from carbonpeak.arguments import SEEDS, checked
from carbonpeak.errors import ResultError, ScenarioError
from carbonpeak.evidence.region import Region
from carbonpeak.optimiser.answers.tables import no_plan
from carbonpeak.optimiser.conditions import LinearRow
from carbonpeak.optimiser.faults import draw_faults, share_faults
from carbonpeak.optimiser.futures import Aim
from carbonpeak.optimiser.plan import LeastCostPlan
from carbonpeak.optimiser.program import SolverSettings
from carbonpeak.optimiser.region.futures import (
    Draws,
    Verdict,
    judge_builds,
    named_futures,
    sample_futures,
    share_choices,
)
from carbonpeak.optimiser.region.question import Optimum, Question, question
from carbonpeak.optimiser.robust import RobustPlan, robust_plans, solve_robust, sureness_table
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
        ``chance`` (target,), the share of the draws in which each row of a target holds, a
        target that leaves a choice told once, by its name: it holds where any of its
        alternatives does, a peak where no later value is above the highest of its years;
        ``share_kept``, in which all hard ones hold, with its standard error; ``short``, in which
        a measure finds less than it would take; and the same for the plan of the stated numbers,
        ``nominal_share_kept``, NaN where that plan retires units early, which an ensemble does
        not follow. Empty without a plan, without a seed, or where the plan itself retires units.
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
    soft: Mapping[str, float] | None = None,
    rows: Sequence[LinearRow] = (),
    settings: SolverSettings | None = None,
) -> RobustOptimum:
    """Choose builds that keep the targets of a region in a share of its possible futures.

    Where a target leaves a choice, such as that of the year of a peak, it is made once for all
    futures, with the builds. That is on the safe side: in a single future a later choice could
    only cost less.

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
        costs, prices and ceilings. With `keep` below 1, at least 1 / (1 - `keep`) are drawn.
    checks : int
        Draws with another seed against which the builds are held.
    targets, soft, rows : mapping, mapping, sequence of LinearRow, optional
        As for `optimise`; a soft target is missed at its price in each future.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    RobustOptimum
        Where no builds keep that share, the message says so.

    Raises
    ------
    ResultError, ScenarioError
        When a number is out of range, too few futures are drawn for the share, or an amount of a
        target cannot be drawn.
    """
    _require("keep", [keep], draws=draws, checks=checks)
    asked = question(region, scenario, targets=targets, soft=soft, rows=rows)
    kinds = require_included(include)
    if futures is None:
        if seed is None:
            raise ResultError(
                f"{SEEDS}: write seed=1, such as optimise_robust(region, scenario, seed=1), or "
                "name 'futures', from which nothing is drawn"
            )
        _require_enough(draws, keep)
        chosen = Draws(draws, seed, sampler, kinds)
        known = sample_futures(asked, chosen)
    else:
        known = named_futures(asked, futures)
    asked, known = share_choices(asked, known)
    robust = solve_robust(
        asked.problem, known, aim=aim, keep=keep, tail=tail, safe=safe, settings=settings
    )
    optimum = asked.answered(robust.plan)
    if seed is None or not robust.result.data_vars or _retires(robust.plan):
        return RobustOptimum(optimum, robust, xr.Dataset())
    others = Draws(checks, seed + 1, sampler, kinds)
    return RobustOptimum(optimum, robust, _checked(asked, robust, others))


@checked
def price_of_robustness(
    answer: Optimum,
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
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Return what it costs a region to keep its targets in more of its possible futures.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`; what was asked there holds.
    shares : sequence of float
        Shares of the futures, each as `keep` of `optimise_robust`.
    aim, tail, safe, draws, seed, sampler, include, checks, settings
        As for `optimise_robust`; the futures are the same for every share.

    Returns
    -------
    xr.Dataset
        Over ``share``, rising: ``expected_cost``, ``cvar``, ``premium`` (discounted CNY2020, as in
        `RobustPlan`),
        ``share_kept`` in the futures and ``checked_share`` on other draws (NaN where a plan
        retires units early), ``rerun_residual``, all NaN where no builds keep that share,
        ``status``, and ``builds`` (share, measure) in all, in native units.
        ``nominal_share_kept`` is that of the plan for the stated numbers in the futures,
        ``nominal_checked_share`` on the other draws. Attribute ``whole_projects`` says with 1 that
        some measures are whole, so that other draws may fall to the other side of a jump.

    Raises
    ------
    ResultError, ScenarioError
        As `optimise_robust`; and when the targets cannot be met on the stated numbers.
    """
    _require("shares", shares, draws=draws, checks=checks)
    _require_enough(draws, max(shares))
    asked = answer.question
    chosen = Draws(draws, seed, sampler, require_included(include))
    asked, futures = share_choices(asked, sample_futures(asked, chosen))
    others = Draws(checks, seed + 1, sampler, chosen.include)
    rising = sorted(set(shares))
    found = robust_plans(
        asked.problem, futures, shares=rising, aim=aim, tail=tail, safe=safe, settings=settings
    )
    if not found[0].nominal.found:
        raise ResultError(no_plan(found[0].nominal.message))
    kept = [
        _share_kept(asked, one.plan, others) if one.result.data_vars else np.nan for one in found
    ]
    residuals = [asked.answered(one.plan).rerun_residual for one in found]
    return (
        sureness_table(asked.problem, rising, found)
        .assign(
            checked_share=("share", kept),
            nominal_checked_share=_share_kept(asked, found[0].nominal, others),
            rerun_residual=("share", residuals),
        )
        .assign_attrs(
            region=asked.region.name,
            scenario=answer.scenario,
            draws=draws,
            checks=checks,
            seed=seed,
            aim=aim,
            whole_projects=int(asked.problem.integer.any()),
        )
    )


def _checked(asked: Question, robust: RobustPlan, draws: Draws) -> xr.Dataset:
    """Hold a plan, and that of the stated numbers, against other draws."""
    verdict = _verdict(asked, robust.plan, draws)
    share = _all_kept(verdict)
    return xr.Dataset(
        {
            "chance": ("target", verdict.kept.mean(axis=1)),
            "share_kept": ((), share),
            "standard_error": ((), float(np.sqrt(share * (1.0 - share) / draws.count))),
            "nominal_share_kept": ((), _share_kept(asked, robust.nominal, draws)),
            "short": ((), float(verdict.short.mean())),
        },
        coords={"target": list(verdict.names)},
        attrs={"draws": draws.count, "seed": draws.seed},
    )


def _share_kept(asked: Question, plan: LeastCostPlan, draws: Draws) -> float:
    return np.nan if _retires(plan) else _all_kept(_verdict(asked, plan, draws))


def _all_kept(verdict: Verdict) -> float:
    """Return the share of the draws in which all hard targets are kept."""
    return float(verdict.kept[verdict.hard].all(axis=0).mean())


def _verdict(asked: Question, plan: LeastCostPlan, draws: Draws) -> Verdict:
    builds = plan.builds.transpose("measure", "year").values
    return judge_builds(asked, builds, draws)


def _retires(plan: LeastCostPlan) -> bool:
    return "retired" in plan.result and bool(plan.result["retired"].any())


def _require(called: str, shares: Sequence[float], **counts: int) -> None:
    """Refuse, before anything is drawn, shares of the futures and counts that cannot be."""
    if faults := list(share_faults(called, shares)):
        raise ScenarioError("\n".join(faults))
    for name, count in counts.items():
        if count < 1:
            raise ResultError(f"'{name}' is {count}; expected at least 1")


def _require_enough(draws: int, share: float) -> None:
    """Refuse so few draws that no future may be given up though a share below 1 is asked for."""
    if faults := list(draw_faults(share, draws)):
        raise ResultError("\n".join(faults))
