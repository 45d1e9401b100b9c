"""What is wrong with the measures and conditions of a problem whose arrays have the right shape.

And with the shares of its futures that are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from carbonpeak.errors import suggestion

if TYPE_CHECKING:
    from carbonpeak.optimiser.problem import LeastCostProblem


def measure_faults(problem: LeastCostProblem) -> Iterator[str]:
    """Yield what is wrong with the numbers of each measure."""
    slack = 1.0 + 1e-9
    wrong = {
        "unit_size must be above 0": ~(problem.unit_size > 0),
        "lifetime must be a whole number of years, at least 1": (problem.lifetime < 1)
        | (problem.lifetime % 1 != 0),
        "yearly_limit must be at least 0": ~(problem.yearly_limit >= 0),
        "potential is smaller than what exists": ~(problem.potential >= problem.existing),
        "existing must be at least 0": problem.existing < 0,
        "the window ends before it begins": problem.first_year > problem.last_year,
        "a ramp without a seed above 0 can never start": ~np.isnan(problem.ramp_rate)
        & ~(problem.ramp_seed > 0),
        "committed builds must be at least 0": (problem.committed < 0).any(axis=1),
        "committed builds lie outside the window": ((problem.committed > 0) & ~problem.window).any(
            axis=1
        ),
        "committed builds exceed the yearly limit": (
            problem.committed > problem.yearly_limit[:, None] * slack
        ).any(axis=1),
        "committed builds exceed the potential": problem.committed.sum(axis=1)
        > (problem.potential - problem.existing) * slack,
        "committed builds are not whole projects": problem.integer
        & (
            np.abs(np.round(projects := problem.committed / problem.unit_size[:, None]) - projects)
            > 1e-6
        ).any(axis=1),
    }
    for words, where in wrong.items():
        for at in np.flatnonzero(where):
            yield f"measure '{problem.measures[at]}': {words}"


def share_faults(called: str, shares: Sequence[float]) -> Iterator[str]:
    """Yield what is wrong with shares of the futures."""
    if not len(shares):
        yield f"'{called}' is empty; give at least one share, such as 0.8"
    for share in shares:
        if not (isinstance(share, Real) and 0.0 < share <= 1.0):
            yield f"'{called}': {share} is no share; expected above 0, at most 1: 0.8, not 80"


def draw_faults(share: float, draws: int) -> Iterator[str]:
    """Yield what is wrong with drawing so few futures for a share of them to be kept.

    Below 1 a share lets futures be given up: there must be one that may be, and one that is kept.
    """
    least = 1 if share >= 1.0 else max(2, math.ceil(1.0 / (1.0 - share) - 1e-6))
    if draws < least:
        yield (
            f"'draws' is {draws}; {share:.4g} of so few futures has no meaning, as none of them "
            f"may miss a target: expected at least {least}. Draw more, or ask for another share"
        )


def condition_faults(problem: LeastCostProblem) -> Iterator[str]:
    """Yield what is wrong with needs, exclusions, pools, budgets and rows."""
    yield from _lump_faults(problem)
    yield from _partner_faults(problem)
    yield from _double_faults("need", [need.name for need in problem.needs])
    yield from _double_faults("exclusion", [one.name for one in problem.excludes])
    yield from _pool_faults(problem)
    yield from _budget_faults(problem)
    yield from _row_faults(problem)


def _lump_faults(problem: LeastCostProblem) -> Iterator[str]:
    """Yield faults of minimum builds, of build-once projects and of early retirement."""
    room = problem.potential - problem.existing
    most = np.minimum(problem.yearly_limit, room) * (1.0 + 1e-9)
    chosen = np.isin(np.arange(len(problem.measures)), np.append(problem.lumpy, problem.dependent))
    wrong = {
        "minimum_build must be at least 0": ~(problem.minimum_build >= 0),
        "minimum_build exceeds the yearly limit or what is left of the potential; nothing "
        "could be built": problem.minimum_build > most,
        "is to be built once, but builds are committed in several years": problem.once
        & ((problem.committed > 0).sum(axis=1) > 1),
        "retire_cost must be at least 0, or NaN where nothing is retired early": (
            problem.retire_cost < 0
        )
        | np.isinf(problem.retire_cost),
        "a yes-or-no choice on it needs a finite yearly limit or potential": chosen
        & ~np.isfinite(most),
    }
    for words, where in wrong.items():
        for at in np.flatnonzero(where):
            yield f"measure '{problem.measures[at]}': {words}"


def _partner_faults(problem: LeastCostProblem) -> Iterator[str]:
    for need in problem.needs:
        where = f"need of '{need.measure}'"
        yield from _unknown(where, "measure", (need.measure, *need.others), problem.measures)
        if need.measure in need.others:
            yield f"{where}: it names itself, so it would always be met; name another measure"
        if need.least and len(need.least) != len(need.others):
            yield f"{where}: {len(need.least)} least amounts for {len(need.others)} measures"
        if any(not amount > 0 for amount in need.least):
            yield f"{where}: a least amount must be above 0"
    existing = dict(zip(problem.measures, problem.existing.tolist(), strict=True))
    for pair in problem.excludes:
        where = f"exclusion of '{pair.one}'"
        yield from _unknown(where, "measure", (pair.one, pair.other), problem.measures)
        if pair.one == pair.other:
            yield f"{where}: it excludes itself, so it could never stand; name another measure"
        elif min(existing.get(pair.one, 0.0), existing.get(pair.other, 0.0)) > 0:
            yield f"{where}: '{pair.other}' and it both exist already"


def _pool_faults(problem: LeastCostProblem) -> Iterator[str]:
    yield from _double_faults("pool", [pool.name for pool in problem.pools])
    for pool in problem.pools:
        where, shape = f"pool '{pool.name}'", np.shape(pool.per_unit)
        if shape != (len(problem.measures),):
            yield f"{where}: per_unit has shape {shape}; expected {(len(problem.measures),)}"
            continue
        if not np.all((pool.per_unit >= 0) & np.isfinite(pool.per_unit)):
            yield f"{where}: per_unit must be finite and at least 0"
        elif not np.isfinite(pool.amount):
            yield f"{where}: the amount is not a finite number; leave the pool out"
        elif (taken := float(pool.per_unit @ problem.existing)) > pool.amount * (1 + 1e-9):
            yield f"{where}: what exists takes {taken:g} of the {pool.amount:g} that there are"


def _budget_faults(problem: LeastCostProblem) -> Iterator[str]:
    yield from _double_faults("budget", [budget.name for budget in problem.budgets])
    for budget in problem.budgets:
        where = f"budget '{budget.name}'"
        yield from _unknown(where, "year", budget.years, problem.years)
        if not (np.isfinite(budget.amount) and budget.amount >= 0):
            yield f"{where}: the amount must be finite and at least 0"
        if not budget.years:
            yield f"{where}: it names no year"
        if isinstance(budget.measures, str):
            if budget.measures not in problem.actors:
                hint = suggestion(budget.measures, sorted(set(problem.actors)))
                yield f"{where}: no measure has the actor '{budget.measures}'; {hint}"
        elif np.shape(budget.measures) != (len(problem.measures),):
            shape = np.shape(budget.measures)
            yield f"{where}: measures has shape {shape}; expected {(len(problem.measures),)}"


def _row_faults(problem: LeastCostProblem) -> Iterator[str]:
    yield from _double_faults("row", [row.name for row in problem.rows])
    for row in problem.rows:
        where, years = f"row '{row.name}'", [it.year for it in row.terms if it.year is not None]
        yield from _unknown(where, "measure", [it.measure for it in row.terms], problem.measures)
        yield from _unknown(where, "year", years, problem.years)
        yield from _unknown(where, "'of'", [it.of for it in row.terms], ("builds", "stock"))
        if not all(np.isfinite(term.coefficient) for term in row.terms):
            yield f"{where}: a coefficient is not a finite number"
        if not any(term.coefficient for term in row.terms):
            yield f"{where}: it has no coefficient other than 0"
        if np.isnan([row.at_least, row.at_most]).any() or row.at_least > row.at_most:
            yield f"{where}: at_least {row.at_least:g} and at_most {row.at_most:g} leave no room"
        elif not np.isfinite([row.at_least, row.at_most]).any():
            yield f"{where}: it bounds nothing; state at_least or at_most"


def _unknown(
    where: str, what: str, named: Iterable[object], known: Sequence[object]
) -> Iterator[str]:
    for name in named:
        if name not in known:
            hint = suggestion(str(name), [str(one) for one in known])
            yield f"{where}: unknown {what} '{name}'; {hint}"


def _double_faults(what: str, names: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"{what} '{name}': the name is used more than once"
