"""Constraint families on builds beside limits and targets: one per function.

Symbols: x[m, t] units standing, those existing included (native unit); live[m, τ, t] 1 where a unit
built in τ serves in t (0 or 1); b[m, t] 1 where anything is built (0 or 1); y[m, t] 1 where m may
stand (0 or 1); N[m, t] a little more than can be built in t (native unit); X[m, t] a little more
than can stand in t (native unit); minimum[m] least builds of a year (native unit); least[o] with
how much another counts as standing (native unit); use[p, m] what a standing unit takes of pool p
(unit of the pool per native unit); amount[p] how much there is of it (unit of the pool); capex[m,
t] cost of building a unit, not discounted (CNY2020 per native unit); g[m, t] coefficient of a row
of the user on builds (unit of the row per native unit); d[m, t] the same on units standing (unit of
the row per native unit).
"""

from __future__ import annotations

import numpy as np

from carbonpeak.optimiser.blocks import FloatArray, Labels
from carbonpeak.optimiser.model import LeastCostModel, along, joined
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.program import Block, Term
from carbonpeak.optimiser.responses import response_terms


def share_pools(model: LeastCostModel) -> None:
    """Standing units share what there is:  Σ_m use[p,m]·x[m,t] <= amount[p].

    With  x[m,t] = existing[m] + Σ_τ live[m,τ,t]·(n[m,τ] - Σ_{u<=t} r[m,τ,u]).
    """
    problem, scale = model.problem, model.scale.pools
    if not problem.pools:
        return
    per_unit = np.array([pool.per_unit for pool in problem.pools])
    amount = np.array([pool.amount for pool in problem.pools])
    pool, measure = np.nonzero(per_unit)
    names = np.array([pool.name for pool in problem.pools])
    room = (amount - per_unit @ problem.existing) / scale
    taken = problem.in_service[measure] * per_unit[pool, measure][:, None, None]
    model.program.require(
        "pools",
        response_terms(model, measure, taken, group=names[pool], dim="pool", per=scale[pool]),
        rows={"pool": names, "year": problem.years},
        at_most=model.sized(room, "pool"),
    )


def build_in_lumps(model: LeastCostModel) -> None:
    """Nothing or a least amount is built in a year:  minimum[m]·b[m,t] <= n[m,t] <= N[m,t]·b[m,t].

    Of a measure to be built once,  Σ_t b[m,t] <= 1.
    """
    problem = model.problem
    if model.built is None:
        return
    lumpy, scale = problem.lumpy, model.scale.builds[problem.lumpy]
    names, dims = np.asarray(problem.measures)[lumpy], ("lumpy", "year")
    made = model.builds.pick("measure", along("lumpy", names, names))
    most, least = model.reach.built[lumpy], problem.minimum_build[lumpy]
    model.program.require(
        "build_at_most",
        [(made, model.sized(_over(scale[:, None], most), *dims)), (model.built, -1.0)],
        at_most=0.0,
        where=model.sized(most > 0, *dims),
    )
    model.program.require(
        "build_at_least",
        [(made, model.sized(_over(scale, least), "lumpy")), (model.built, -1.0)],
        at_least=0.0,
        where=model.sized((most > 0) & (least > 0)[:, None], *dims),
    )
    model.program.require(
        "build_once",
        [(model.built, 1.0)],
        rows={"lumpy": names},
        at_most=1.0,
        where=model.sized(problem.once[lumpy], "lumpy"),
    )


def stand_if_chosen(model: LeastCostModel) -> None:
    """A measure stands only where chosen to:  x[m,t] <= X[m,t]·y[m,t]."""
    problem = model.problem
    if model.stands is None:
        return
    chosen = problem.dependent
    most = model.reach.standing[chosen]
    names = np.asarray(problem.measures)[chosen]
    weight = _over(np.ones_like(most), most)
    part = problem.in_service[chosen] * weight[:, None, :]
    model.program.require(
        "standing",
        [
            *response_terms(model, chosen, part, group=names, dim="dependent"),
            Term(model.stands, -1.0),
        ],
        rows={"dependent": names, "year": problem.years},
        at_most=model.sized(-weight * problem.existing[chosen][:, None], "dependent", "year"),
        where=model.sized(most > 0, "dependent", "year"),
    )


def need_others(model: LeastCostModel) -> None:
    """Whoever needs others stands beside one:  y[m,t] <= Σ_o x[o,t] / least[o]."""
    problem = model.problem
    if not problem.needs or model.stands is None:
        return
    names = np.array([need.name for need in problem.needs])
    needy = np.array([need.measure for need in problem.needs])
    pairs = [(need.name, other) for need in problem.needs for other in need.others]
    other = np.array([problem.measures.index(name) for _, name in pairs], dtype=np.int64)
    stated = [
        amount for need in problem.needs for amount in need.least or [np.nan] * len(need.others)
    ]
    weight = 1.0 / np.where(np.isnan(stated), problem.unit_size[other], stated)
    group = np.array([name for name, _ in pairs], dtype=names.dtype)
    present = (group == names[:, None]) @ (weight * problem.existing[other])
    there = -problem.in_service[other] * weight[:, None, None]
    model.program.require(
        "needs",
        [
            Term(_of(model.stands, "dependent", needy, "need", names)),
            *response_terms(model, other, there, group=group, dim="need"),
        ],
        rows={"need": names, "year": problem.years},
        at_most=model.sized(present, "need"),
    )


def keep_apart(model: LeastCostModel) -> None:
    """Two measures that exclude each other never stand together:  y[m,t] + y[o,t] <= 1."""
    pairs = model.problem.excludes
    if not pairs or model.stands is None:
        return
    names = np.array([pair.name for pair in pairs])
    one, other = (np.array(side) for side in zip(*((p.one, p.other) for p in pairs), strict=True))
    model.program.require(
        "exclusions",
        [
            (_of(model.stands, "dependent", one, "exclusion", names), 1.0),
            (_of(model.stands, "dependent", other, "exclusion", names), 1.0),
        ],
        at_most=1.0,
    )


def retire_what_stands(model: LeastCostModel) -> None:
    """No more is retired than was built:  Σ_t r[m,τ,t] <= n[m,τ]."""
    problem = model.problem
    if model.retired is None:
        return
    measure, built, _ = problem.retirements
    shape = (len(problem.measures), len(problem.years))
    place = measure * shape[1] + built
    vintages, of_vintage = np.unique(place, return_inverse=True)
    row, year = np.unravel_index(vintages, shape)
    names = joined(np.asarray(problem.measures)[row], np.asarray(problem.years)[year])
    flat = Block("builds", {"vintage": names}, model.builds.columns.ravel()[vintages])
    group = along("retirement", names[of_vintage], model.retired.coords["retirement"])
    model.program.require(
        "retirements",
        [Term(model.retired, 1.0, group.rename("vintage")), Term(flat, -1.0)],
        rows={"vintage": names},
        at_most=0.0,
    )


def keep_budgets(model: LeastCostModel) -> None:
    """Capex of some measures and years stays within a budget:  Σ_{m,t} capex[m,t]·n[m,t] <= amount.

    Not discounted.
    """
    problem, scale = model.problem, model.scale
    if not problem.budgets:
        return
    paid = np.array([problem.paid_by(budget) for budget in problem.budgets])
    years = np.array([np.isin(problem.years, budget.years) for budget in problem.budgets])
    amount = np.array([budget.amount for budget in problem.budgets])
    capex = problem.capex * scale.builds[:, None]
    counted = paid[:, :, None] & years[:, None, :]
    cost = np.where(counted, capex / scale.budgets[:, None, None], 0.0)
    model.program.require(
        "budgets",
        [
            (
                model.builds.rename(year="build_year"),
                model.sized(cost, "budget", "measure", "build_year"),
            )
        ],
        rows={"budget": [budget.name for budget in problem.budgets]},
        at_most=model.sized(amount / scale.budgets, "budget"),
    )


def hold_rows(model: LeastCostModel) -> None:
    """The user's own rows hold:  at_least <= Σ_{m,t} (g[m,t]·n[m,t] + d[m,t]·x[m,t]) <= at_most."""
    problem, scale = model.problem, model.scale
    if not problem.rows:
        return
    on_builds, on_stock = _row_coefficients(problem)
    per_build = on_builds + (on_stock[:, :, None, :] * problem.in_service).sum(axis=3)
    size = scale.rows[:, None, None] / scale.builds[:, None]
    terms = [
        Term(
            model.builds.rename(year="build_year"),
            model.sized(per_build / size, "row", "measure", "build_year"),
        )
    ]
    if model.retired is not None:
        measure = problem.retirements.measure
        gone = (on_stock[:, measure] * problem.retired_response(problem.in_service)).sum(axis=2)
        gone *= scale.builds[measure] / scale.rows[:, None]
        terms.append(Term(model.retired, model.sized(gone, "row", "retirement")))
    present = on_stock.sum(axis=2) @ problem.existing
    low = np.array([row.at_least for row in problem.rows]) - present
    high = np.array([row.at_most for row in problem.rows]) - present
    model.program.require(
        "rows",
        terms,
        rows={"row": [row.name for row in problem.rows]},
        at_least=model.sized(low / scale.rows, "row"),
        at_most=model.sized(high / scale.rows, "row"),
    )


def _row_coefficients(problem: LeastCostProblem) -> tuple[FloatArray, FloatArray]:
    """Return the coefficients of the user's rows on builds and stock, (row, measure, year)."""
    on = {of: np.zeros((len(problem.rows), *problem.window.shape)) for of in ("builds", "stock")}
    for at, row in enumerate(problem.rows):
        for term in row.terms:
            years = slice(None) if term.year is None else problem.years.index(term.year)
            on[term.of][at, problem.measures.index(term.measure), years] += term.coefficient
    return on["builds"], on["stock"]


def _of(block: Block, dim: str, chosen: Labels, new: str, labels: Labels) -> Block:
    return block.pick(dim, along(new, chosen, labels))


def _over(number: FloatArray, most: FloatArray) -> FloatArray:
    """Return number / most, and 0 where most is 0."""
    return np.divide(number, most, out=np.zeros(np.shape(most)), where=most > 0)


BUILD_FAMILIES = (
    share_pools,
    build_in_lumps,
    stand_if_chosen,
    need_others,
    keep_apart,
    retire_what_stands,
    keep_budgets,
    hold_rows,
)
