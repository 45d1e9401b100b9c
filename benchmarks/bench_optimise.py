"""Least-cost programs against bare HiGHS: the same county, side by side in one process.

The unit of time of all that is measured is one LP of bare HiGHS with its usual options, built and
solved: the program as one writes it by hand, each row over all the builds that act in its year. So
what is gained by better rows and options counts. Two lines tell what is left of it, with our
options in both, and against our rows written by hand. Times are of the processor; a front keeps two
cores busy, so that how long one waits for it is measured too, by the clock on the wall.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from benchmarks.timing import NO_BOUND
from carbonpeak.optimiser.answers.fronts import pareto_front
from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.least_cost import (
    LeastCostProblem,
    Moves,
    Numerator,
    Target,
    formulate,
    solve_least_cost,
)
from carbonpeak.optimiser.model import MONEY, scale_of
from carbonpeak.optimiser.solver import LINEAR_OPTIONS

Floats = npt.NDArray[np.float64]
Written = Callable[[LeastCostProblem, int], "Part"]


def county(measures: int, years: int, lines: int, *, projects: int = 0) -> LeastCostProblem:
    """Return a county problem with measures × years builds, `projects` measures of them whole."""
    draw = np.random.default_rng(7)
    acts = np.triu(np.ones((years, years)))
    span = tuple(range(2020, 2020 + years))
    size = draw.uniform(0.5, 2.0, measures)
    move_line = draw.integers(0, lines, 2 * measures)
    moved = draw.uniform(-3.0, 1.0, 2 * measures) * 10
    cut = draw.uniform(50.0, 400.0, measures)
    baseline = np.linspace(5e6, 6e6, years)
    caps = np.linspace(5e6, 5.1e6, years)[5::5]
    return LeastCostProblem(
        measures=tuple(f"measure_{at}" for at in range(measures)),
        years=span,
        unit_size=np.full(measures, 20.0),
        integer=np.arange(measures) < projects,
        first_year=np.full(measures, 2021),
        last_year=np.full(measures, span[-1]),
        potential=400.0 * size,
        yearly_limit=40.0 * size,
        lifetime=draw.integers(10, 30, measures).astype(float),
        capex=np.repeat(draw.uniform(1e4, 1e5, (measures, 1)), years, axis=1),
        fixed_opex=np.repeat(draw.uniform(1e2, 1e3, (measures, 1)), years, axis=1),
        running_cost=draw.uniform(-2e3, 4e3, measures)[:, None, None] * acts,
        discount_rate=0.05,
        discount_to=2020,
        numerators={"co2": Numerator(baseline, -cut[:, None, None] * acts)},
        targets=tuple(
            Target.at(f"cap_{year}", "co2", year, float(cap))
            for year, cap in zip(span[5::5], caps, strict=True)
        ),
        lines=tuple(f"line_{at}" for at in range(lines)),
        baseline_activity=np.full((lines, years), 3e4),
        moves=Moves(np.repeat(np.arange(measures), 2), move_line, moved[:, None, None] * acts),
        ramp_rate=np.full(measures, 1.2),
        ramp_seed=8.0 * size,
    )


class Part(NamedTuple):
    """Rows by hand: places and values of entries, both bounds, and how many columns they add."""

    entries: tuple[Any, Any, Any]
    low: Floats
    high: Floats
    columns: int = 0


def floors(problem: LeastCostProblem, _first: int) -> Part:
    """Return a row for each line and year over all builds that act then."""
    scale, years = scale_of(problem), len(problem.years)
    column = np.arange(len(problem.measures) * years).reshape(-1, years)
    moves, lowered = problem.moves, np.zeros((len(problem.lines), years), dtype=bool)
    np.logical_or.at(lowered, moves.line, (moves.response < 0).any(axis=1))
    place = np.where(lowered, np.cumsum(lowered).reshape(lowered.shape) - 1, -1)
    factor = scale.builds[moves.measure] / scale.lines[moves.line]
    move, made, year = np.nonzero(moves.response)
    at = place[moves.line[move], year]
    kept = at >= 0
    values = (moves.response[move, made, year] * factor[move])[kept]
    low = (-problem.baseline_activity / scale.lines[:, None])[lowered]
    entries = at[kept], column[moves.measure[move], made][kept], values
    return Part(entries, low, np.full(len(low), np.inf))


def levels(problem: LeastCostProblem, first: int) -> Part:
    """Return a row for each line and year over what is new then, and a level that runs on."""
    scale, years = scale_of(problem), len(problem.years)
    column = np.arange(len(problem.measures) * years).reshape(-1, years)
    moves, shape = problem.moves, (len(problem.lines), years)
    factor = scale.builds[moves.measure] / scale.lines[moves.line]
    change = np.diff(moves.response, axis=2, prepend=0.0)
    move, made, year = np.nonzero(change)
    level = np.arange(shape[0] * years).reshape(shape)
    rows = moves.line[move] * years + year, level.ravel(), level[:, 1:].ravel()
    places = column[moves.measure[move], made], first + level.ravel(), first + level[:, :-1].ravel()
    values = -change[move, made, year] * factor[move], np.ones(level.size), -np.ones(len(rows[2]))
    joined = tuple(np.concatenate(part) for part in (rows, places, values))
    new = (np.diff(problem.baseline_activity, prepend=0.0) / scale.lines[:, None]).ravel()
    return Part((joined[0], joined[1], joined[2]), new, new, level.size)


def bare(problem: LeastCostProblem, activity: Written = floors) -> highspy.Highs:
    """Pass the same program to HiGHS by hand: numpy indices, one matrix, no labels."""
    scale = scale_of(problem)
    builds, count, years = scale.builds, len(problem.measures), len(problem.years)
    column = np.arange(count * years).reshape(count, years)
    size, rows = count * years + len(problem.targets), 0
    parts: list[tuple[Any, Any, Any]] = []
    number = np.arange(count * years).reshape(count, years)
    parts.append((number.ravel(), column.ravel(), np.ones(count * years)))
    rate = np.repeat(-problem.ramp_rate, years - 1)
    parts.append((number[:, 1:].ravel(), column[:, :-1].ravel(), rate))
    rows = count * years
    parts.append((rows + np.repeat(np.arange(count), years), column.ravel(), np.ones(size)[:rows]))
    rows += count
    own = activity(problem, size)
    parts.append((rows + own.entries[0], *own.entries[1:]))
    rows += len(own.low)
    effect, room = np.zeros((len(problem.targets), count, years)), []
    for row, target in enumerate(problem.targets):
        held, index = problem.numerators[target.numerator], problem.years.index(target.year)
        effect[row] = held.effect[:, :, index] * builds[:, None] / scale.targets[row]
        room.append((target.cap - held.baseline[index]) / scale.targets[row])
    cap, measure, made = np.nonzero(effect)
    parts.append((rows + cap, column[measure, made], effect[cap, measure, made]))
    slack = np.arange(len(room))
    parts.append((rows + slack, count * years + slack, -np.ones(len(room))))
    low = np.full(rows + len(room), -np.inf)
    high = np.full(rows + len(room), np.inf)
    high[: count * years] = np.repeat(problem.ramp_seed / builds, years)
    high[count * years : count * (years + 1)] = problem.potential / builds
    low[count * (years + 1) : rows], high[count * (years + 1) : rows] = own.low, own.high
    high[rows:] = room
    return _passed(problem, parts, low, high, own.columns)


def _passed(
    problem: LeastCostProblem,
    parts: list[tuple[Any, Any, Any]],
    low: Floats,
    high: Floats,
    more: int,
) -> highspy.Highs:
    builds, soft = scale_of(problem).builds, np.zeros(len(problem.targets))
    limit = problem.yearly_limit / builds
    limit = np.where(problem.integer, np.floor(limit + 1e-9), limit)
    upper = np.where(problem.window, limit[:, None], 0.0)
    upper = np.concatenate([upper.ravel(), soft, np.full(more, np.inf)])
    soft = np.append(soft, np.zeros(more))
    cost = np.append((unit_cost(problem) * builds[:, None] / MONEY).ravel(), soft)
    rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    matrix = sparse.csc_array((values, (rows, columns)), shape=(len(low), len(cost)))
    whole = np.append(np.repeat(problem.integer, len(problem.years)), soft).astype(np.int32)
    solver = highspy.Highs()  # type: ignore[no-untyped-call, unused-ignore]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    solver.passModel(
        len(cost), len(low), matrix.nnz, 1, 1, 0.0,
        cost, np.zeros(len(cost)), upper, low, high,
        matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data, whole,
    )  # fmt: skip
    return solver


def bare_total(
    problem: LeastCostProblem, activity: Written = floors, **options: bool | float | str
) -> float:
    """Build and solve by hand; for whole projects also the re-solve that gives prices."""
    solver = bare(problem, activity)
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.run()
    cost, solution = solver.getObjectiveValue() * MONEY, solver.getSolution()
    values, _ = np.array(solution.col_value), np.array(solution.row_dual)
    if problem.integer.any():
        count = int(problem.integer.sum()) * len(problem.years)
        held = np.round(values[:count])
        solver.changeColsBounds(count, np.arange(count, dtype=np.int32), held, held)
        solver.setOptionValue("solve_relaxation", True)
        solver.run()
    return float(cost)


def side_by_side(
    ours: Callable[[], object],
    floor: Callable[[], object],
    repeats: int,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """Return the ratio of the shortest times, by default of the processor, the two run in turn."""
    best = [np.inf, np.inf]
    for _ in range(repeats):
        for at, run in enumerate((ours, floor)):
            start = clock()
            run()
            best[at] = min(best[at], clock() - start)
    return best[0] / best[1]


def out_of_reach(problem: LeastCostProblem) -> LeastCostProblem:
    """Return the problem with caps that no plan meets: in 2025 a fifth of the cap is missing."""
    targets = tuple(replace(target, cap=-0.5 * target.cap) for target in problem.targets)
    return replace(problem, targets=targets)


def bench() -> list[dict[str, str | float]]:
    """Return the ratios to bare HiGHS, each with its bound."""
    linear = county(200, 40, 40)
    whole = county(150, 30, 30, projects=4)
    for problem in (linear, whole):
        costs = [bare_total(problem, activity) for activity in (floors, levels)]
        if not np.allclose(costs, solve_least_cost(problem).cost, rtol=2e-6):
            raise AssertionError("the programs differ")
    measured = [
        ("county LP, 8,000 columns: build", _build_ratio(linear), 2.0),
        ("county LP, 8,000 columns: total", _total_ratio(linear, 12), 1.1),
        ("county LP: total, our options in both", _options_ratio(linear), NO_BOUND),
        ("county LP: total, our rows in both", _rows_ratio(linear, 12), NO_BOUND),
        ("county MILP: total", _total_ratio(whole, 10), 1.1),
        ("county MILP: total, our rows in both", _rows_ratio(whole, 10), NO_BOUND),
        ("impossible county, 8,000 columns: diagnosis", _diagnosis_ratio(linear), 4.0),
        *_front_ratios(linear),
    ]
    return [{"name": name, "ratio": ratio, "bound": bound} for name, ratio, bound in measured]


def _build_ratio(problem: LeastCostProblem) -> float:
    return side_by_side(lambda: formulate(problem).program.load(), lambda: bare(problem), 20)


def _total_ratio(problem: LeastCostProblem, repeats: int) -> float:
    return side_by_side(lambda: solve_least_cost(problem), lambda: bare_total(problem), repeats)


def _options_ratio(problem: LeastCostProblem) -> float:
    """Return what our labels, checks and reading of the plan add when both are equally fast."""
    return side_by_side(
        lambda: solve_least_cost(problem), lambda: bare_total(problem, floors, **LINEAR_OPTIONS), 12
    )


def _rows_ratio(problem: LeastCostProblem, repeats: int) -> float:
    """Return our time over that of who writes our rows by hand, with the usual options."""
    return side_by_side(
        lambda: solve_least_cost(problem), lambda: bare_total(problem, levels), repeats
    )


def _diagnosis_ratio(problem: LeastCostProblem) -> float:
    """Return the time of the whole answer to an impossible problem over that of one bare LP."""
    impossible = out_of_reach(problem)
    diagnosis = solve_least_cost(impossible).diagnosis
    if diagnosis is None or len(diagnosis.remedies) < 3:
        raise AssertionError("the problem is not the one to be diagnosed")
    return side_by_side(lambda: solve_least_cost(impossible), lambda: bare_total(problem), 8)


def _front_ratios(problem: LeastCostProblem) -> Iterator[tuple[str, float, float]]:
    """Yield the time of each Pareto front over that of one bare LP: waited, and of processors.

    All the way to the least possible, the best bases of neighbouring points differ in some 6,000
    columns and rows in all, which no order of the points makes fewer.
    """
    ends = pareto_front(problem, numerator="co2", points=3)["cap"].to_numpy()
    fronts = {
        "of the peak": lambda: pareto_front(problem, numerator="co2", against="height"),
        "of the sum, half way": lambda: pareto_front(
            problem, numerator="co2", tightest=float(ends[1])
        ),
        "of the sum, all the way": lambda: pareto_front(problem, numerator="co2"),
    }
    clocks = (("waited", time.perf_counter, 4.0), ("of processors", time.process_time, NO_BOUND))
    for what, front in fronts.items():
        for how, clock, bound in clocks:
            ratio = side_by_side(front, lambda: bare_total(problem), 5, clock)
            yield f"county LP: 20 points {what}, {how}", ratio, bound


def main() -> None:
    """Print the ratios."""
    for row in bench():
        print(f"{row['name']:<60} {row['ratio']:6.2f}  (bound {row['bound']})")


if __name__ == "__main__":
    main()
