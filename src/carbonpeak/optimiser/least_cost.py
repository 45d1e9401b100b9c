"""The least-cost builds that meet the targets: one constraint family per function.

Symbols: n[m, τ] builds of measure m in year τ (native unit); r[m, τ, u] units built in τ and
retired in u, which take back what they would still do: k, e and cost from u on, turned in sign
(native unit); s[k] shortfall of target k (unit of its numerator); h[a] whether alternative a of a
target is chosen (0 or 1); v[p] change of part p of such a target (unit of its numerator); M by how
much builds can miss its row at most (unit of its numerator); A[l, t] activity without measures
(unit of line l); R[l, t] activity that remains with all builds (unit of line l); k[m, τ, l, t]
activity moved per unit built (unit of line l per native unit); E[t] numerator of a target without
measures (such as t CO2); e[m, τ, t] its change per unit built (unit of the numerator per native
unit); w[p] weight of part p of a target, a numerator in a year (1); cap bound of a target (unit of
its numerator); price[k] what a unit missed of target k costs (CNY2020 per unit of its numerator);
c[m, τ] discounted cost of a unit built (CNY2020 per native unit); q[m, τ, u] discounted cost of
retiring it (CNY2020 per native unit); δ[t] discount factor (1); first[m] first year of the window
(year); last[m] last year of the window (year); limit[m] yearly limit (native unit); committed[m, t]
builds decided on (native unit); rate[m] builds of a year over those of the year before (1); seed[m]
builds above that (native unit); potential[m] all that may ever stand (native unit); existing[m]
what stands before the first year (native unit).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from carbonpeak.optimiser.build_rows import BUILD_FAMILIES
from carbonpeak.optimiser.choice_rows import (
    add_choice,
    choice_terms,
    choose_alternative,
    sum_changes,
)
from carbonpeak.optimiser.conditions import (
    Budget,
    Exclusion,
    LinearRow,
    Need,
    Pool,
    RowTerm,
)
from carbonpeak.optimiser.costs import retirement_cost, unit_cost
from carbonpeak.optimiser.diagnosis import explain_stop
from carbonpeak.optimiser.elastic import diagnose
from carbonpeak.optimiser.model import (
    MONEY,
    WHOLE,
    LeastCostModel,
    joined,
    lowered_years,
    scale_of,
)
from carbonpeak.optimiser.plan import LeastCostPlan, read_plan, stopped_plan
from carbonpeak.optimiser.problem import (
    LeastCostProblem,
    Moves,
    Sentence,
)
from carbonpeak.optimiser.program import Program, SolverSettings, Status, Term
from carbonpeak.optimiser.reach import Reach
from carbonpeak.optimiser.responses import response_terms, running_level
from carbonpeak.optimiser.targets import Numerator, Part, Target

__all__ = [
    "Budget",
    "Exclusion",
    "LeastCostPlan",
    "LeastCostProblem",
    "LinearRow",
    "Moves",
    "Need",
    "Numerator",
    "Part",
    "Pool",
    "RowTerm",
    "Sentence",
    "SolverSettings",
    "Status",
    "Target",
    "formulate",
    "solve_least_cost",
]


Family = Callable[[LeastCostModel], None]


def solve_least_cost(
    problem: LeastCostProblem,
    *,
    settings: SolverSettings | None = None,
    time_limit: float | None = None,
    explain: bool = True,
) -> LeastCostPlan:
    """Find the builds that meet every target at least discounted cost.

    Parameters
    ----------
    problem : LeastCostProblem
        Arrays and labels.
    settings : SolverSettings, optional
        Threads, seed, gap, log file, any option of HiGHS.
    time_limit : float, optional
        Seconds of one run of the solver; overrides the settings.
    explain : bool
        Whether an impossible problem is diagnosed.

    Returns
    -------
    LeastCostPlan
        Its `status` says how the search ended; an impossible or unbounded problem is an answer,
        not an error.
    """
    chosen = settings or SolverSettings()
    if time_limit is not None:
        chosen = replace(chosen, time_limit=time_limit)
    model = formulate(problem)
    solution = model.program.solve(chosen)
    if solution.found:
        priced = solution
        if model.program.whole:
            priced = model.program.fix_integers(solution, chosen)
        return read_plan(model, solution, priced)
    if solution.status == Status.INFEASIBLE and explain:
        diagnosis = diagnose(model, chosen)
        return stopped_plan(solution, diagnosis.message, diagnosis)
    return stopped_plan(solution, explain_stop(problem, solution.status))


def formulate(
    problem: LeastCostProblem, *further: Family, reach: Reach | None = None
) -> LeastCostModel:
    """Return the program of a problem: all its variables, families and costs.

    Minimise Σ_{m,τ} c[m,τ]·n[m,τ] + Σ_{m,τ,u} q[m,τ,u]·r[m,τ,u] + Σ_k δ·price[k]·s[k]

    Parameters
    ----------
    problem : LeastCostProblem
        Arrays and labels.
    *further : callable
        Families of rows beside those of the problem.
    reach : Reach, optional
        How far builds may go by the coefficients that limits enter; by default as far as the
        limits let them. The limits themselves stay as stated.
    """
    scale = scale_of(problem)
    program = Program()
    names = np.asarray([target.name for target in problem.targets])
    coords = {"measure": np.asarray(problem.measures), "year": np.asarray(problem.years)}
    builds = program.add(
        "builds",
        coords,
        cost=xr.DataArray(unit_cost(problem) * scale.builds[:, None] / MONEY, dims=tuple(coords)),
        integer=xr.DataArray(problem.integer, dims="measure"),
    )
    shortfall = program.add("shortfall", {"target": names}, upper=0.0)
    model = LeastCostModel(
        problem,
        program,
        builds,
        shortfall,
        scale,
        reach or Reach.of(problem),
        lambda other: formulate(problem, *further, reach=other),
    )
    model = add_choices(add_choice(model))
    for family in (*FAMILIES, *BUILD_FAMILIES, *further):
        family(model)
    return model


def add_choices(model: LeastCostModel) -> LeastCostModel:
    """Return the model with variables of retirement, of building and of standing where needed."""
    problem, program = model.problem, model.program
    names, years = np.asarray(problem.measures), np.asarray(problem.years)
    retired = built = stands = None
    measure, made, left = problem.retirements
    if measure.size:
        cost = retirement_cost(problem) * model.retired_scale() / MONEY
        retired = program.add(
            "retired",
            {"retirement": joined(names[measure], years[made], years[left])},
            cost=model.sized(cost, "retirement"),
            integer=model.sized(problem.integer[measure], "retirement"),
        )
    if problem.lumpy.size:
        coords = {"lumpy": names[problem.lumpy], "year": years}
        upper = model.sized(model.reach.built[problem.lumpy] > 0, *coords)
        built = program.add("built", coords, upper=upper, integer=True)
    if problem.dependent.size:
        coords = {"dependent": names[problem.dependent], "year": years}
        upper = model.sized(model.reach.standing[problem.dependent] > 0, *coords)
        stands = program.add("stands", coords, upper=upper, integer=True)
    return replace(model, retired=retired, built=built, stands=stands)


def hold_window(model: LeastCostModel) -> None:
    """Nothing is built outside a measure's window:  n[m,t] = 0  for t < first[m] or t > last[m]."""
    upper = np.where(model.problem.window, np.inf, 0.0)
    model.program.narrow(model.builds, upper=model.sized(upper, "measure", "year"))


def limit_yearly_build(model: LeastCostModel) -> None:
    """Builds of a year stay within the yearly limit:  n[m,t] <= limit[m]."""
    projects = model.problem.yearly_limit / model.scale.builds
    whole = np.where(model.problem.integer, np.floor(projects + WHOLE), projects)
    model.program.narrow(model.builds, upper=model.sized(whole, "measure"))


def commit_builds(model: LeastCostModel) -> None:
    """What is decided is built:  n[m,t] >= committed[m,t]."""
    lower = model.problem.committed / model.scale.builds[:, None]
    whole = np.where(model.problem.integer[:, None], np.round(lower), lower)
    model.program.narrow(model.builds, lower=model.sized(whole, "measure", "year"))


def limit_ramp(model: LeastCostModel) -> None:
    """Builds grow from a seed at a limited rate:  n[m,t] - rate[m]·n[m,t-1] <= seed[m].

    Before the first year nothing was built.
    """
    rate, seed = model.problem.ramp_rate, model.problem.ramp_seed / model.scale.builds
    ramped = ~np.isnan(rate)
    model.program.require(
        "ramp",
        [
            (model.builds, 1.0),
            (model.builds.lagged(), model.sized(-np.where(ramped, rate, 0.0), "measure")),
        ],
        at_most=model.sized(np.where(ramped, seed, np.inf), "measure"),
        where=model.sized(ramped, "measure"),
    )


def limit_potential(model: LeastCostModel) -> None:
    """Builds fill what is left of the potential:  Σ_t n[m,t] <= potential[m] - existing[m]."""
    room = (model.problem.potential - model.problem.existing) / model.scale.builds
    model.program.require(
        "potential",
        [(model.builds, 1.0)],
        rows={"measure": model.problem.measures},
        at_most=model.sized(room, "measure"),
        where=model.sized(np.isfinite(room), "measure"),
    )


def keep_activity_non_negative(model: LeastCostModel) -> None:
    """No line falls below zero:  R[l,t] >= 0.

    With  R[l,t] = A[l,t] + Σ_{m,τ} k[m,τ,l,t]·(n[m,τ] - Σ_{u<=t} r[m,τ,u]),  written as the change
    R[l,t] - R[l,t-1] from the year before: what lasts then stands in the row of its first year, not
    in those of all later ones. Lines that nothing lowers have none.
    """
    problem, moves, lowered = model.problem, model.problem.moves, lowered_years(model.problem)
    lines = np.flatnonzero(lowered.any(axis=1))
    if not lines.size:
        return
    names, size = np.asarray(problem.lines), model.scale.lines
    coords = {"lowered": names[lines], "year": np.asarray(problem.years)}
    own = np.isin(moves.line, lines)
    changes = response_terms(
        model,
        moves.measure[own],
        -moves.response[own],
        group=names[moves.line[own]],
        dim="lowered",
        per=size[moves.line[own]],
        yearly=True,
    )
    before = np.diff(problem.baseline_activity[lines], prepend=0.0) / size[lines, None]
    running_level(
        model,
        "activity",
        coords,
        changes,
        lower=model.sized(np.where(lowered[lines], 0.0, -np.inf), *coords),
        before=model.sized(before, *coords),
    )


def meet_target(model: LeastCostModel) -> None:
    """A ceiling holds, or is missed at its price:  Σ_p w[p]·(E[p] + Σ e[m,τ,p]·n[m,τ]) - s <= cap.

    The parts p of a row are numerators in years, each with its weight w: one for a cap, the years
    of a budget, two numerators for a share. A floor reads + s >= cap. A hard target has s = 0. The
    sum may be negative: sinks are negative effects. What is retired no longer counts. A row of an
    alternative a that is not chosen may be missed by as much as builds can miss it:
    … - s + M·h[a] <= cap + M; it is written over the changes v[p] of its parts.
    """
    problem, room = model.problem, model.room()
    leeway = model.reach.missed / model.scale.targets
    ceiling = np.array([target.sense == "at_most" for target in problem.targets], dtype=bool)
    sign = np.where(ceiling, 1.0, -1.0)
    direct = np.array([not target.either for target in problem.targets], dtype=float)
    effect = model.target_effect() * direct[:, None, None]
    names = ("target", "measure", "build_year")
    terms = [
        Term(model.builds.rename(year="build_year"), model.sized(effect, *names)),
        Term(model.shortfall, model.sized(-sign, "target")),
    ]
    if model.retired is not None:
        undone = model.sized(model.target_undone() * direct[:, None], "target", "retirement")
        terms.append(Term(model.retired, undone))
    terms += choice_terms(model, sign * leeway)
    room = room + sign * leeway
    model.program.require(
        "targets",
        terms,
        rows={"target": [target.name for target in problem.targets]},
        at_most=model.sized(np.where(ceiling, room, np.inf), "target"),
        at_least=model.sized(np.where(ceiling, -np.inf, room), "target"),
    )


def price_shortfalls(model: LeastCostModel) -> None:
    """A soft target may be missed at its price, a hard one not:  0 <= s,  s = 0 if hard."""
    soft = model.soft()
    model.program.set_bounds(
        model.shortfall, upper=model.sized(np.where(soft, np.inf, 0.0), "target")
    )
    model.program.change_cost(model.shortfall, model.sized(model.miss_cost(), "target"))


FAMILIES = (
    hold_window,
    limit_yearly_build,
    commit_builds,
    limit_ramp,
    limit_potential,
    keep_activity_non_negative,
    meet_target,
    sum_changes,
    choose_alternative,
    price_shortfalls,
)
