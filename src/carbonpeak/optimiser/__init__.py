"""The least-cost path of a region to its targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from carbonpeak.arguments import checked
from carbonpeak.evidence.region import Region
from carbonpeak.optimiser.answers.myopic import Myopic, solve_myopic
from carbonpeak.optimiser.least_cost import (
    LinearRow,
    RowTerm,
    SolverSettings,
    formulate,
    solve_least_cost,
)
from carbonpeak.optimiser.program import require_ending
from carbonpeak.optimiser.region.question import Optimum, Question, question
from carbonpeak.planning.goals import Goal
from carbonpeak.scenario.scenario import Scenario

__all__ = ["LinearRow", "Optimum", "Question", "RowTerm", "optimise"]


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
        An impossible target is an answer, in words, not an error. Further questions about it, such
        as `pareto_front`, take the answer and hold all that was asked here, but look ahead over
        the whole horizon.

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
    if write is not None:
        require_ending(write)
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
