"""The least-cost path of a region to its targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.arguments import checked
from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.optimiser.answers.myopic import Myopic, solve_myopic
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.least_cost import (
    LeastCostPlan,
    LeastCostProblem,
    LinearRow,
    RowTerm,
    Sentence,
    SolverSettings,
    formulate,
    solve_least_cost,
)
from carbonpeak.optimiser.region.amounts import UNITS, amount
from carbonpeak.optimiser.region.partners import unmet_needs
from carbonpeak.optimiser.region.posing import SPOKEN, pose
from carbonpeak.planning.bounds import OPTIMISED
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import load_targets, refuse_misstated
from carbonpeak.scenario.limits import dependency_faults
from carbonpeak.scenario.measures.library import Measure
from carbonpeak.scenario.pathway import Outlook, lay_out, walk
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import Language

__all__ = ["LinearRow", "Optimum", "RowTerm", "optimise", "rerun_residual"]


@dataclass(frozen=True, eq=False, repr=False)
class Optimum:
    """The answer of the optimiser, run again through the inventory.

    Attributes
    ----------
    scenario : str
        Scenario whose drivers the path starts from.
    targets : mapping of Goal
        The targets asked for.
    plan : LeastCostPlan
        Builds, cost, prices, or why there is none.
    pathway : xr.Dataset or None
        The chosen builds run through the inventory's equations.
    rerun_residual : float
        Largest relative difference between the solver's numerators and that pathway.
    left_out : tuple of str
        Measures that the scenario offers and that cannot stand, because they need another that
        it does not offer. `plan.message` says so.
    skipped : mapping of Sentence
        Targets of the region that no row stands for, each with the reason.
    """

    scenario: str
    targets: Mapping[str, Goal]
    plan: LeastCostPlan
    pathway: xr.Dataset | None
    rerun_residual: float
    left_out: tuple[str, ...] = ()
    skipped: Mapping[str, Sentence] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Optimum({self.scenario}: {self.plan.status.value}; {self.plan.message.en})"


@checked
def optimise(
    region: Region,
    scenario: Scenario,
    *,
    targets: Mapping[str, Goal] | None = None,
    soft: Mapping[str, float] | None = None,
    myopic: Myopic | None = None,
    rows: Sequence[LinearRow] = (),
    settings: SolverSettings | None = None,
    write: Path | str | None = None,
) -> Optimum:
    """Find the least-cost builds of a region's measures that meet its targets.

    Drivers, factors and prices are those of the scenario; which measures are built, and when,
    is free within their limits. What the scenario itself builds is not imposed. A scenario that
    lists `offers` leaves the choice among those. What measures need, exclude and share, and the
    budgets of the region, hold; a measure stands beside another that needs it with at least one
    native unit. A measure that needs one not offered is left out, and the result says so.

    Parameters
    ----------
    region : Region
        From `load_region`.
    scenario : Scenario
        From `load_scenario`.
    targets : mapping of Goal, optional
        By default those of the region's `targets.yaml` that a row can stand for; the others
        are named in `skipped`. A target that is given here and has no row is refused.
    soft : mapping of float, optional
        Targets that may be missed, by name, each with its price in CNY2020 of the target's year
        (of the last, for several) per unit of the amount that it bounds, such as t CO2 or tce; a
        share is missed in tce. They take the place of prices that the targets state.
    myopic : Myopic, optional
        How far is looked ahead, and how often; by default over the whole horizon. A plan of short
        sight costs as much or more, and a window without one is named.
    rows : sequence of LinearRow
        Further rows on builds and stock of the measures that are offered.
    settings : SolverSettings, optional
        Time limit, threads, gap, log file.
    write : path, optional
        Where the program goes for other solvers, as `.lp` or `.mps`: its rows and columns carry
        the names of measures and years, its objective is in 10^4 CNY2020. It is the program of the
        whole horizon, with `myopic` too.

    Returns
    -------
    Optimum
        An impossible target is an answer, in words, not an error.

    Raises
    ------
    ScenarioError
        When a target lies outside the horizon or has no row, a price is missing, the scenario
        offers a measure that the region does not have, or a row names one that is not offered.
    InputError
        When a target given here has a number or an indicator that `targets.yaml` would refuse.
    ResultError
        When `write` ends otherwise.
    """
    asked = question(region, scenario, targets=targets, soft=soft, rows=rows)
    if write is not None:
        formulate(asked.problem).program.write(write)
    if myopic is None:
        plan = solve_least_cost(asked.problem, settings=settings)
    else:
        plan = solve_myopic(
            asked.problem, horizon=myopic.horizon, step=myopic.step, settings=settings
        )
    return asked.answered(plan)


@dataclass(frozen=True, eq=False, repr=False)
class Question:
    """A region's least-cost problem with what it was posed from.

    Attributes
    ----------
    outlook : Outlook
        The scenario laid out, with the measures considered.
    goals : mapping of Goal
        Targets that have rows.
    problem : LeastCostProblem
        Bare arrays.
    left_out : mapping of Measure
        Measures offered that were not considered.
    skipped : mapping of Sentence
        Targets without rows, each with the reason.
    """

    outlook: Outlook
    goals: Mapping[str, Goal]
    problem: LeastCostProblem
    left_out: Mapping[str, Measure]
    skipped: Mapping[str, Sentence]

    def answered(self, plan: LeastCostPlan) -> Optimum:
        """Run a plan again through the inventory."""
        scenario, names = self.outlook.scenario.name, tuple(self.left_out)
        message = _with_skipped(_with_left_out(plan.message, self.left_out), len(self.skipped))
        plan = replace(plan, message=message)
        if not plan.found:
            return Optimum(scenario, self.goals, plan, None, float("nan"), names, self.skipped)
        pathway = _rerun(self.outlook, plan)
        if names:
            pathway.attrs["left_out_measures"] = ", ".join(names)
        residual = rerun_residual(plan, self.outlook, pathway)
        return Optimum(scenario, self.goals, plan, pathway, residual, names, self.skipped)


def question(
    region: Region,
    scenario: Scenario,
    *,
    targets: Mapping[str, Goal] | None = None,
    soft: Mapping[str, float] | None = None,
    rows: Sequence[LinearRow] = (),
    amounts: Iterable[str] = (),
) -> Question:
    """Pose the least-cost problem of a region; parameters as for `optimise`.

    `amounts` are among its numerators, whether a target bounds them or not.
    """
    goals, skipped = _with_rows(region, targets)
    outlook, left_out = _considered(lay_out(region, scenario))
    problem = pose(outlook, goals, soft=soft or {}, rows=rows, amounts=amounts)
    return Question(outlook, goals, problem, left_out, skipped)


def _rerun(outlook: Outlook, plan: LeastCostPlan) -> xr.Dataset:
    builds = plan.builds.transpose("measure", "year").values
    retired = None if "retired" not in plan.result else plan.result["retired"].values
    return run_again(outlook, builds, retired)


def run_again(outlook: Outlook, builds: FloatArray, retired: FloatArray | None) -> xr.Dataset:
    """Run builds through the inventory, and judge them as those of a scenario are judged.

    `retired` (measure, build year, year) is what leaves early, None for nothing.
    """
    faults = dependency_faults(
        outlook.scenario, outlook.measures, outlook.pools, builds, retired=retired, slack=1e-6
    )
    if found := "\n".join(faults):
        raise ScenarioError(
            f"the least-cost plan breaks what its measures ask of each other:\n{found}"
        )
    pathway = walk(outlook, builds, retired=retired)
    if retired is None:
        return pathway
    said = {"units": "see measure_unit", "long_name": "units retired early"}
    return pathway.assign(retired=(("measure", "year"), retired.sum(axis=1), said))


def _considered(outlook: Outlook) -> tuple[Outlook, dict[str, Measure]]:
    """Return the outlook on the measures offered that can stand, and the others offered."""
    offered = _offered(outlook)
    left_out = {name: offered[name] for name in unmet_needs(offered)}
    names = [name for name in offered if name not in left_out]
    return outlook.narrowed(names), left_out


def _offered(outlook: Outlook) -> dict[str, Measure]:
    """Return the measures that the scenario offers to the optimiser, by default all."""
    scenario, known = outlook.scenario, list(outlook.measures)
    offers = scenario.record.offers
    for name in offers or ():
        if name not in known:
            place, hint = scenario.where_from("offers"), suggestion(name, known)
            raise ScenarioError(f"{place}: unknown measure '{name}' in 'offers'; {hint}")
    return {name: one for name, one in outlook.measures.items() if offers is None or name in offers}


def _with_left_out(message: Sentence, left_out: Mapping[str, Measure]) -> Sentence:
    if not left_out:
        return message
    entries = [measure.entry for measure in left_out.values()]
    english, chinese = [it.title_en for it in entries], [it.title_zh for it in entries]
    return _followed(
        message,
        f"; not considered, because what they need is not offered: {', '.join(english)}",
        f"；下列措施所需的配套措施不在可选范围，未予考虑：{'、'.join(chinese)}",
    )


def _followed(message: Sentence, en: str, zh: str) -> Sentence:
    """Let a message go on where its last sentence ends."""
    return Sentence(message.en.removesuffix(".") + en, message.zh.removesuffix("。") + zh)


def _with_rows(
    region: Region, targets: Mapping[str, Goal] | None
) -> tuple[dict[str, Goal], dict[str, Sentence]]:
    """Part the targets that a row can stand for from those that none can."""
    if targets is not None:
        refuse_misstated(region, targets)
    stated = load_targets(region) if targets is None else dict(targets)
    reasons = {name: _why_no_row(region, goal) for name, goal in stated.items()}
    skipped = {name: reason for name, reason in reasons.items() if reason is not None}
    if targets is not None and skipped:
        words = "\n".join(f"target '{name}': {reason.en}" for name, reason in skipped.items())
        raise ScenarioError(f"{words}\nLeave them out, or state them so that a row can stand")
    return {name: goal for name, goal in stated.items() if name not in skipped}, skipped


def _with_skipped(message: Sentence, count: int) -> Sentence:
    """Say how many targets of the region the program does not hold."""
    if not count:
        return message
    tails = (vocabulary.label("target.skipped", lang).format(count=count) for lang in SPOKEN)
    return _followed(message, *tails)


def _why_no_row(region: Region, goal: Goal) -> Sentence | None:
    """Say why the least-cost path cannot hold a target; None when it can."""
    base = region.record.base_year
    if goal.indicator not in OPTIMISED:
        return Sentence(*(_why("no_row", lang, indicator=goal.title(lang)) for lang in SPOKEN))
    shaped = goal.over_years not in (None, "years")
    if goal.year < base if shaped else goal.year <= base:
        return Sentence(*(_why("past", lang, year=goal.year, base=base) for lang in SPOKEN))
    if goal.demand is None and not goal.over_years:
        return Sentence(*(goal.unknown(lang, region) for lang in SPOKEN))
    return None


def _why(key: str, lang: Language, **words: object) -> str:
    return vocabulary.label(f"target.{key}", lang).format(**words)


def rerun_residual(plan: LeastCostPlan, outlook: Outlook, pathway: xr.Dataset) -> float:
    """Return the largest relative difference between a plan and its pathway, money apart."""
    achieved = plan.result["achieved"]
    names = [str(name) for name in achieved["numerator"].values]
    reached = {name: achieved.sel(numerator=name).values for name in names if name in UNITS}
    return residual_of(reached, outlook, pathway)


def residual_of(reached: Mapping[str, FloatArray], outlook: Outlook, pathway: xr.Dataset) -> float:
    """Return the largest relative difference between amounts, each (year,), and a pathway."""
    worst = 0.0
    for name, solver in reached.items():
        again = amount(outlook, pathway, name)
        scale = max(float(np.abs(again).max()), 1e-12)
        worst = max(worst, float(np.abs(solver - again).max()) / scale)
    return worst
