"""What a region's least-cost problem answers beside its one plan, run again through the inventory.

Every plan that an answer holds is walked through the equations of the inventory; `rerun_residual`
is the largest relative difference between the two, over all amounts that the problem holds.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.inventory.model import Floats
from carbonpeak.optimiser.answers import (
    alternatives,
    cash,
    curve,
    fronts,
    prices,
    ranging,
    statements,
)
from carbonpeak.optimiser.answers.alternatives import SLACKS
from carbonpeak.optimiser.model import Choice
from carbonpeak.optimiser.plan import change_of
from carbonpeak.optimiser.program import SolverSettings
from carbonpeak.optimiser.region.amounts import UNITS
from carbonpeak.optimiser.region.question import Optimum, Question
from carbonpeak.optimiser.region.rerun import residual_of, run_again
from carbonpeak.planning.abatement_costs import abatement_costs
from carbonpeak.scenario.pathway import lay_out

MORE_IS_BETTER = ("planted_area", "non_fossil_energy", "own_non_fossil_energy")
LESS_IS_BETTER = tuple(name for name in UNITS if name not in MORE_IS_BETTER)
"""Amounts that plans are asked to lower."""


@checked
def pareto_front(
    answer: Optimum,
    *,
    of: str = "energy_co2",
    against: str = "cumulative",
    points: int = 20,
    tightest: float | None = None,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Trade the cost of a path against its emissions: in all, at the peak, or when they peak.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`; its targets, soft ones at their price, and its rows hold at every point.
    of : str
        Which amount: `energy_co2 direct_co2 gross_ghg net_ghg energy_total coal`, or one of air
        pollutants such as `so2_burnt`.
    against : "cumulative", "height" or "peak_year"
        The sum over the horizon, the highest year, or the year of the highest.
    points, tightest : int, float
        As for `carbonpeak.optimiser.answers.fronts.pareto_front`.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    xr.Dataset
        Over ``point``, from the least cost to the least possible: ``cap``, ``reached``, ``cost``,
        ``penalty`` (discounted CNY2020), ``marginal_cost`` (the same per unit), ``builds``
        (point, measure, year), ``path`` (point, year), ``status``, ``rerun_residual``. Against
        the year of the peak, over ``peak_year``: ``cost_in`` with the peak in that year,
        ``cost`` with the peak no later, ``height``.

    Raises
    ------
    ResultError
        When the targets cannot be met, `of` or `against` is unknown, or `tightest` lies outside
        what is possible; then the message gives the range.
    """
    asked = _counting(answer.question, of)
    front = fronts.pareto_front(
        asked.problem,
        numerator=of,
        against=against,
        points=points,
        tightest=tightest,
        settings=settings,
    )
    return _rerun(asked, front, "peak_year" if against == "peak_year" else "point")


@checked
def near_optimal(
    answer: Optimum,
    *,
    slacks: Sequence[float] = SLACKS,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Say how much of each measure plans build that cost little more, and what all or none build.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`; what was asked there holds.
    settings : SolverSettings, optional
        Time limit, threads, gap.
    slacks : sequence of float
        How much more may be spent, as shares of the size of the least cost, rising.

    Returns
    -------
    xr.Dataset
        ``least``, ``most`` (slack, measure) in native units over the horizon; ``always``,
        ``never`` (slack, measure); ``planned``, ``buildable`` (measure); ``allowance`` (slack),
        ``cost``, discounted CNY2020.

    Raises
    ------
    ResultError
        When the targets cannot be met or a slack is negative.
    """
    asked = answer.question
    found = alternatives.near_optimal(asked.problem, slacks=slacks, settings=settings)
    return _named(asked, found)


@checked
def different_plans(
    answer: Optimum,
    *,
    slack: float = 0.05,
    count: int = 5,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Find plans that meet the targets at little more cost with other measures.

    By hop, skip and jump: Brill, Chang and Hopkins (1982), Management Science 28(3), 221-235.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`; what was asked there holds.
    settings : SolverSettings, optional
        Time limit, threads, gap.
    slack : float
        How much more may be spent, as a share of the size of the least cost.
    count : int
        How many plans beside the least-cost one, at least 1; fewer where no new one is found, and
        the attributes ``note_en``, ``note_zh`` say so.

    Returns
    -------
    xr.Dataset
        Over ``plan``, the least-cost one first: ``builds`` (plan, measure, year), ``built`` and
        ``change`` (plan, measure), ``cost``, ``difference`` from the first and ``nearest`` to an
        earlier plan, ``rerun_residual``; ``allowance``.

    Raises
    ------
    ResultError
        When the targets cannot be met, the slack is negative or no plan is asked for.
    """
    asked = answer.question
    found = alternatives.different_plans(asked.problem, slack=slack, count=count, settings=settings)
    return _rerun(asked, found, "plan")


@checked
def target_costs(
    answer: Optimum,
    *,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Say what each target adds to the cost: what is saved without it, and what it costs alone.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`; what was asked there holds.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    xr.Dataset
        Over ``target``: ``saves``, ``alone``; ``total_cost``, ``cost_without_any`` and
        ``interaction``; discounted CNY2020.

    Raises
    ------
    ResultError
        When the targets cannot be met.
    """
    asked = answer.question
    return _named(asked, statements.target_costs(asked.problem, settings=settings))


@checked
def cost_ranges(
    answer: Optimum,
    *,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Say by how much the capex of each measure may move before the least-cost plan changes.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`; what was asked there holds.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    xr.Dataset
        Over ``measure``: ``fall``, ``rise`` and ``capex``, CNY2020 per native unit, NaN for
        measures of whole projects, which are held fixed; ``planned``.

    Raises
    ------
    ResultError
        When the targets cannot be met.
    """
    asked = answer.question
    return _named(asked, ranging.cost_ranges(asked.problem, settings=settings))


@checked
def optimised_abatement_costs(
    answer: Optimum,
    *,
    of: str = "net_ghg",
    year: int | None = None,
    points: int = 20,
    tightest: float | None = None,
    naive: bool = True,
    keep_targets: bool = False,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Return average and marginal cost of abatement at each depth, beside the naive curve.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`; its measures, limits and rows hold.
    of : str
        What is abated, in t CO2 or t CO2e.
    year : int, optional
        The year of the cap; by default the sum over the horizon.
    points, tightest : int, float
        As for `pareto_front`.
    naive : bool
        Whether the curve of `abatement_costs` stands beside: the deepest plan, each measure alone,
        in `year` or the last year.
    keep_targets : bool
        Whether the targets of the answer hold at every point; otherwise nothing is asked for.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    xr.Dataset
        Over ``point``: ``abated``, ``total_cost``, ``average_cost``, ``marginal_cost`` (the dual of
        the cap), ``step_cost`` (the finite difference), ``builds``, ``path``,
        ``rerun_residual``. Over ``naive_measure``: ``naive_unit_cost``, ``naive_abatement``, with
        the attributes ``warning_en``, ``warning_zh`` and ``naive_year``.

    Raises
    ------
    ResultError
        When the targets cannot be met, `of` or `year` is unknown, or `tightest` lies outside what
        is possible.
    """
    asked = answer.question if keep_targets else answer.question.without_targets()
    asked = _counting(asked, of)
    found = curve.abatement_curve(
        asked.problem,
        numerator=of,
        year=year,
        points=points,
        tightest=tightest,
        settings=settings,
    )
    result = _rerun(asked, found, "point")
    deepest = result["builds"].isel(point=-1).values
    if not naive or not np.nan_to_num(deepest).any():
        return result
    moment = asked.outlook.years[-1] if year is None else year
    every = _among_all(asked, deepest)
    single = abatement_costs(asked.region, asked.scenario, year=moment, of=of, builds=every)
    return _beside(result, single).assign_attrs(naive_year=moment)


@checked
def cash_flow(answer: Optimum) -> xr.Dataset:
    """Return who pays what in which year for the plan that `optimise` found.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`.

    Returns
    -------
    xr.Dataset
        ``cost``, ``cost_discounted`` (actor, kind, year); ``outlay``, ``running``
        (actor, year), costs positive; ``cash_flow`` and ``so_far`` (actor, year), received less
        paid; CNY2020.

    Raises
    ------
    ResultError
        When there is no plan.
    """
    return cash.cash_flow(answer.plan).assign_attrs(scenario=answer.scenario)


@checked
def shadow_prices(answer: Optimum) -> xr.Dataset:
    """Return the price of each amount in each year, with the rows that carry it.

    Parameters
    ----------
    answer : Optimum
        Of `optimise`.

    Returns
    -------
    xr.Dataset
        ``price`` (numerator, year), positive, undiscounted; ``rows`` (numerator, year), the
        targets that bind; over ``limit``: ``family``, ``subject``, ``limit_year``, ``worth``. With
        short sight ``limit`` is empty because what binds is not worked out, which the attribute
        ``limits_worked_out``, 0 then and 1 otherwise, tells from a plan that nothing holds back;
        ``limits_unknown_en`` and ``limits_unknown_zh`` say why.

    Raises
    ------
    ResultError
        When there is no plan.
    """
    return prices.shadow_prices(answer.plan).assign_attrs(scenario=answer.scenario)


def _counting(asked: Question, of: str) -> Question:
    """Return the question with an amount among its numerators, of which less is better."""
    if of not in LESS_IS_BETTER:
        raise ResultError(f"no front or curve of '{of}'; {suggestion(of, LESS_IS_BETTER)}")
    return asked.counting(of)


def _rerun(asked: Question, result: xr.Dataset, dim: str) -> xr.Dataset:
    """Walk every plan of an answer through the inventory and write down how far the two differ."""
    builds = result["builds"].transpose(dim, "measure", "year").values
    some = "retired" in result
    retired = result["retired"].values if some else [None] * len(builds)
    residuals = [_residual(asked, *plan) for plan in zip(builds, retired, strict=True)]
    return _named(asked, result.assign(rerun_residual=(dim, np.array(residuals), {"units": "1"})))


def _residual(asked: Question, builds: Floats, retired: Floats | None) -> float:
    if np.isnan(builds).any():
        return float("nan")
    problem = asked.problem
    left = np.zeros(0) if retired is None else retired[tuple(problem.retirements)]
    reached = {
        name: held.baseline + change_of(problem, name, Choice(builds, left))
        for name, held in problem.numerators.items()
    }
    return residual_of(reached, asked.outlook, run_again(asked.outlook, builds, retired))


def _named(asked: Question, result: xr.Dataset) -> xr.Dataset:
    """Name the region, the scenario and what was not considered."""
    said: dict[Hashable, object] = {
        "region": asked.region.name,
        "scenario": asked.scenario.name,
        "left_out_measures": ", ".join(asked.left_out),
        "skipped_targets": ", ".join(asked.skipped),
    }
    return result.assign_attrs(said)


def _among_all(asked: Question, builds: Floats) -> Floats:
    """Return the builds of the measures considered among those of the region."""
    every = list(lay_out(asked.region, asked.scenario).measures)
    full = np.zeros((len(every), builds.shape[1]))
    full[[every.index(name) for name in asked.problem.measures]] = builds
    return full


def _beside(result: xr.Dataset, single: xr.Dataset) -> xr.Dataset:
    """Put the naive curve beside the optimised one, with its warning."""
    titles = {f"naive_title_{lang}": f"measure_title_{lang}" for lang in ("en", "zh")}
    shown = {"naive_unit_cost": "unit_cost", "naive_abatement": "abatement", **titles}
    naive = {
        name: single[own].drop_vars(list(single[own].coords)).rename(measure="naive_measure")
        for name, own in shown.items()
    }
    warnings = {f"warning_{lang}": single.attrs[f"warning_{lang}"] for lang in ("en", "zh")}
    return (
        result.assign(naive)
        .assign_coords(naive_measure=single["measure"].values)
        .set_coords(list(titles))
        .assign_attrs(warnings)
    )
