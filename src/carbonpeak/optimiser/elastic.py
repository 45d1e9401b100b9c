"""Why there is no plan: the smallest shortfall, what holds it, and what would close it.

One program answers all of it. The run that found it impossible goes on with its targets open at a
price that outweighs all else; then each limit that may give gets a variable, and each family is
opened from that answer and closed again. Weights, from the heaviest: what is missed, by how much
limits give relative to what they are, what the plan costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import xarray as xr

from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.diagnosis import Diagnosis, Shortfall, explain, when
from carbonpeak.optimiser.limit_families import SEVERAL
from carbonpeak.optimiser.limits import Limit, binding_limits
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from carbonpeak.optimiser.program import Block, Solution, SolverSettings, Status
from carbonpeak.optimiser.relaxation import Slack, loosen
from carbonpeak.optimiser.remedies import Change, Remedy
from carbonpeak.optimiser.solver import Basis

MISS = 1e4
"""Weight of a target missed by one unit of its row; a limit that doubles weighs one."""
SPEND = 1e-3
"""Weight of the dearest build; those of others are in proportion to their cost."""
_TIE = 1e-3
_MISSED = 1e-6
_GIVEN = 1e-6
_HAIR = 1e-9
_PART = 1e-6
_NO_COST = 1e-12
_SOFT = 10.0


def diagnose(model: LeastCostModel, settings: SolverSettings) -> Diagnosis:
    """Say why a problem is impossible.

    Parameters
    ----------
    model : LeastCostModel
        The problem just found infeasible; its program is changed.
    settings : SolverSettings
        As for the first run; the time limit holds for each run.
    """
    diagnosis = _searched(model, settings)
    return replace(diagnosis, message=explain(model.problem, diagnosis))


def _searched(model: LeastCostModel, settings: SolverSettings) -> Diagnosis:
    program, whole, real = model.program, model.program.whole, model.program.costs()
    search = _Search(real, _thrift(model, real), None, settings)
    solution = _smallest_shortfall(model, search)
    if not solution.found:
        contradict = solution.status == Status.INFEASIBLE
        remedies, _ = _remedies(model, search) if contradict else ((), ())
        return Diagnosis(status=solution.status, remedies=remedies)
    shortfalls = _shortfalls(model, solution)
    if not shortfalls:
        return Diagnosis(status=Status.NUMERICAL)
    basis = None if whole else program.basis()
    limits, divisible = _what_holds(model, solution, settings)
    remedies, unexamined = _remedies(model, search._replace(basis=basis))
    return Diagnosis(
        shortfalls=shortfalls,
        limits=tuple(limit for limit in limits if not _missed_itself(model, limit, shortfalls)),
        remedies=remedies,
        unexamined=unexamined,
        status=solution.status,
        divisible=divisible,
    )


def _thrift(model: LeastCostModel, cost: FloatArray) -> float:
    """Return the weight of 10^4 CNY, by which the dearest build weighs `SPEND`."""
    dearest = np.abs(np.delete(cost, model.shortfall.columns.ravel())).max(initial=0.0)
    return float(SPEND / max(dearest, _NO_COST))


def _smallest_shortfall(model: LeastCostModel, search: _Search) -> Solution:
    """Go on from the run that found the targets impossible."""
    _open_targets(model, search)
    return model.program.solve(search.settings)


def _open_targets(model: LeastCostModel, search: _Search) -> None:
    """Let targets be missed at a price that outweighs all else."""
    program, missed = model.program, model.shortfall.columns
    cost = search.cost * search.thrift
    soft = cost[missed]
    order = MISS * (1.0 + _TIE * np.arange(len(missed))[::-1])
    # A soft target may be missed for less than a hard one, whatever its price.
    cost[missed] = np.where(model.soft(), np.minimum(soft, _SOFT), order)
    program.set_costs(cost, keep_basis=True)
    program.set_bounds(model.shortfall)


def _what_holds(
    model: LeastCostModel, solution: Solution, settings: SolverSettings
) -> tuple[tuple[Limit, ...], bool]:
    """Return the limits that a shortfall hangs on, by the duals of the relaxed program.

    Where parts of projects would meet what whole ones miss, these say nothing: the projects are
    then held as found, and the second answer is yes.
    """
    program, fixed, priced = model.program, False, solution
    if program.whole:
        if model.chosen is not None:
            _hold(model, model.chosen, solution)
        priced = program.solve(settings, relaxed=True)
        if model.chosen is not None:
            program.set_bounds(model.chosen, upper=1.0)
        fixed = priced.found and not (_missing(model, priced) > _MISSED).any()
        if fixed:
            priced = program.fix_integers(solution, settings)
    limits = binding_limits(model, priced, money=1.0 / MISS, fixed=fixed, tiny=MISS * 1e-5)
    return limits, fixed


def _hold(model: LeastCostModel, chosen: Block, solution: Solution) -> None:
    """Keep the alternatives of a solution, for the duals of a program that is relaxed."""
    held = xr.DataArray(np.round(solution.values[chosen.name].to_numpy()), dims=chosen.dims)
    model.program.set_bounds(chosen, lower=held, upper=held)


def _missing(model: LeastCostModel, solution: Solution) -> FloatArray:
    """Return by how much each hard target is missed, in the unit of its row."""
    missing: FloatArray = np.where(model.soft(), 0.0, solution.values["shortfall"].to_numpy())
    return missing


def _shortfalls(model: LeastCostModel, solution: Solution) -> tuple[Shortfall, ...]:
    problem, missing = model.problem, _missing(model, solution)
    proven = solution.status == Status.OPTIMAL
    found = []
    for at in np.flatnonzero(missing > _MISSED):
        target, amount = problem.targets[at], float(missing[at] * model.scale.targets[at])
        share = amount / (abs(target.cap) or target.size(problem.numerators))
        unit = problem.numerators[target.numerator].unit
        found.append(Shortfall(target.name, target.year, amount, share, unit, when(target), proven))
    return tuple(found)


def _missed_itself(model: LeastCostModel, limit: Limit, shortfalls: Sequence[Shortfall]) -> bool:
    """Return whether a limit is a target that is missed, or a row of the same statement."""
    groups = {target.name: target.group for target in model.problem.targets}
    missed = {groups[shortfall.target] for shortfall in shortfalls}
    return limit.family == "target" and groups[limit.subject] in missed


class _Search(NamedTuple):
    """The real cost of every column and its weight, the answer to go on from, how to run."""

    cost: FloatArray
    thrift: float
    basis: Basis | None
    settings: SolverSettings


class _Trial(NamedTuple):
    """What came of letting some families give: a remedy, nothing, or no answer in time."""

    name: str
    remedy: Remedy | None
    late: bool


def _remedies(model: LeastCostModel, search: _Search) -> tuple[tuple[Remedy, ...], tuple[str, ...]]:
    """Open each family alone; all together when none is enough.

    The program is stated anew, with the reach of limits that give. To miss a target costs ten
    thousand times a limit at first, from where a linear search is fast. Where that finds nothing,
    none may be missed, however much a limit has to give. A search over whole numbers could weigh
    misses without end that no plan can spare, so it may miss none from the start.
    """
    model = model.restate(model.reach.widened(model.scale.builds))
    _open_targets(model, search)
    slacks, basis = loosen(model, search.basis)
    tried: Sequence[_Trial] = ()
    if not model.program.whole:
        tried = _trials(model, slacks, search._replace(basis=basis))
    if not any(one.remedy or one.late for one in tried):
        most = model.sized(np.where(model.soft(), np.inf, 0.0), "target")
        model.program.set_bounds(model.shortfall, upper=most)
        tried = _trials(model, slacks, search._replace(basis=None))
    remedies = [one.remedy for one in tried if one.remedy is not None]
    late = tuple(one.name for one in tried if one.late)
    return tuple(sorted(remedies, key=lambda remedy: remedy.cost)), late


def _trials(model: LeastCostModel, slacks: Sequence[Slack], search: _Search) -> list[_Trial]:
    tried = [_try(model, [slack], search) for slack in slacks]
    if len(slacks) > 1 and not any(one.remedy or one.late for one in tried):
        return [_try(model, slacks, search)]
    return tried


def _try(model: LeastCostModel, opened: Sequence[Slack], search: _Search) -> _Trial:
    """Let some families give, going on from the answer in which none does."""
    program = model.program
    for slack in opened:
        slack.open(program)
    if search.basis is not None:
        program.go_on_from(search.basis)
    solution = program.solve(search.settings, primal=search.basis is not None)
    name = opened[0].family.name if len(opened) == 1 else SEVERAL
    proven = solution.status == Status.OPTIMAL
    if not solution.found or (_missing(model, solution) > _MISSED).any():
        _close(model, opened)
        return _Trial(name, None, late=not proven and solution.status != Status.INFEASIBLE)
    cost, above, told = _least_cost(model, opened, solution, search)
    outside = _outside(model, solution, told)
    changes = tuple(change for slack in opened for change in _changes(slack, solution, outside))
    _close(model, opened)
    return _Trial(name, Remedy(name, changes, cost, proven, above), late=False)


def _close(model: LeastCostModel, opened: Sequence[Slack]) -> None:
    for slack in opened:
        slack.close(model.program)


def _least_cost(
    model: LeastCostModel, opened: Sequence[Slack], solution: Solution, search: _Search
) -> tuple[float, float, Solution]:
    """Return the least cost with limits that give no more, CNY2020, what is open about it, and how.

    In a linear program the weights have found it. A search over whole projects stops at a gap of
    all that is weighed, in which cost is least; what that leaves open is searched by cost alone,
    and so is it where a soft target was too dear to weigh what it costs.
    """
    cost, told = _real_cost(model, solution, search.cost), solution
    price = search.cost[model.shortfall.columns][model.soft()] * search.thrift
    above = (solution.objective - solution.bound) / search.thrift
    above = np.inf if (price > _SOFT).any() else above
    if above > search.settings.gap * abs(cost):
        closer = _by_cost_alone(model, opened, solution, search)
        if closer.found:
            cost, above, told = closer.objective, closer.objective - closer.bound, closer
    return cost * MONEY, above * MONEY, told


def _by_cost_alone(
    model: LeastCostModel, opened: Sequence[Slack], solution: Solution, search: _Search
) -> Solution:
    """Minimise what a plan costs, no hard target missed, no limit giving more than it did."""
    program, weights = model.program, model.program.costs()
    _, open_to = program.bounds(model.shortfall)
    for slack in opened:
        program.set_bounds(slack.block, upper=solution.values[slack.block.name] + _HAIR)
    least = np.where(model.soft(), np.inf, _missing(model, solution) + _HAIR)
    program.set_bounds(model.shortfall, upper=model.sized(least, "target"))
    program.set_costs(np.concatenate([search.cost, np.zeros(len(weights) - len(search.cost))]))
    closer = program.solve(search.settings)
    program.set_costs(weights)
    program.set_bounds(model.shortfall, upper=model.sized(open_to, "target"))
    return closer


def _real_cost(model: LeastCostModel, solution: Solution, cost: FloatArray) -> float:
    """Return what a solution costs by the costs of the columns that the program began with."""
    blocks = model.program.blocks.values()
    return sum(
        float((cost[block.columns] * solution.values[block.name].to_numpy()).sum())
        for block in blocks
        if block.columns.size and block.columns.max() < len(cost)
    )


def _after(before: float, given: float) -> float:
    """Return a limit that has given way, without the dust of a difference."""
    after = before + given
    return after if abs(after) > _HAIR * abs(before) else 0.0


def _outside(model: LeastCostModel, *solutions: Solution) -> dict[str, tuple[int, ...]]:
    """Return the years outside its window in which one of the solutions builds a measure."""
    problem, years = model.problem, np.asarray(model.problem.years)
    built = np.max([one.values["builds"].to_numpy() for one in solutions], axis=0)
    outside = np.where(problem.window, 0.0, built)
    some = outside > _PART * outside.max(axis=1, keepdims=True)
    return {
        name: tuple(years[marks].tolist())
        for name, marks in zip(problem.measures, some, strict=True)
    }


def _changes(
    slack: Slack, solution: Solution, outside: Mapping[str, tuple[int, ...]]
) -> list[Change]:
    given, family = solution.values[slack.block.name], slack.family
    subjects = [str(label) for label in given[family.along].to_numpy()]
    return [
        Change(
            family.name,
            subject,
            float(before),
            _after(float(before), float(more * step)),
            outside[subject] if family.name == "window" else (),
        )
        for subject, before, more, step in zip(
            subjects, slack.before, given.to_numpy(), slack.step, strict=True
        )
        if more > _GIVEN
    ]
