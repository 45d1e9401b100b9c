"""Fifty counties under one ceiling, with whole projects: how close the plans come to the bound."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

import carbonpeak as cp
from benchmarks.timing import NO_BOUND, Measured
from carbonpeak.optimiser.least_cost import LeastCostProblem, solve_least_cost
from carbonpeak.optimiser.portfolio import solve_portfolio
from carbonpeak.optimiser.region.question import question

COUNT, YEAR, CUT = 50, 2030, 0.02


def bench() -> Iterator[Measured]:
    """Yield the gap in percent, and the time over that of solving each county once."""
    problems = counties()
    start = time.perf_counter()
    plans = [solve_least_cost(problem) for problem in problems.values()]
    alone = time.perf_counter() - start
    reached = [plan.result["achieved"].sel(numerator="energy_co2", year=YEAR) for plan in plans]
    ceiling = float(sum(reached)) * (1.0 - CUT)
    row = cp.SharedRow("ceiling", "energy_co2", (YEAR,), ceiling)
    start = time.perf_counter()
    answer = solve_portfolio(problems, [row], scheduler="serial", progress=print)
    together = time.perf_counter() - start
    print(answer.message.en)
    yield Measured(f"portfolio of {COUNT} counties, gap in percent", 100.0 * answer.gap, 1.0)
    yield Measured("portfolio, time over each county once", together / alone, NO_BOUND)


def counties() -> dict[str, LeastCostProblem]:
    """Return the sample county with other costs and potentials each time."""
    region = cp.load_region("sample_county")
    problem = question(region, cp.load_scenario(region, "baseline")).problem
    random = np.random.default_rng(0)
    measures = len(problem.measures)
    found = {}
    for at in range(COUNT):
        cost = random.uniform(0.6, 1.6, measures)
        found[f"county_{at:02}"] = replace(
            problem,
            capex=problem.capex * cost[:, None],
            running_cost=problem.running_cost * random.uniform(0.8, 1.2),
            yearly_limit=problem.yearly_limit * random.uniform(1.0, 2.0),
        )
    return found
