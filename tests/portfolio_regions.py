"""Regions drawn at random that share rows, and the one matrix of all of them as an oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.model import MONEY
from carbonpeak.optimiser.portfolio import SharedRow
from carbonpeak.optimiser.problem import LeastCostProblem, Moves
from carbonpeak.optimiser.targets import Numerator, Target

YEARS = tuple(range(2020, 2032))
T = len(YEARS)


def region(seed: int, *, measures: int = 5, whole: bool = False) -> LeastCostProblem:
    """Return a region whose measures cost between a saving and 2,000 CNY/t."""
    random = np.random.default_rng(seed)
    size = 10.0 ** random.uniform(4.5, 6.0)
    count = np.arange(measures)
    life = random.integers(5, 25, measures).astype(float)
    age = np.arange(T)[None, :] - np.arange(T)[:, None]
    serves = ((age >= 0)[None] & (age[None] < life[:, None, None])).astype(float)
    cut = size * random.uniform(0.002, 0.02, measures)
    price = random.uniform(-50.0, 2000.0, measures) * cut
    share = random.uniform(0.2, 0.9, measures)
    lumps = whole & (count % 3 == 0)
    return LeastCostProblem(
        measures=tuple(f"m{at}" for at in count),
        years=YEARS,
        unit_size=np.where(lumps, 2.0, 1.0),
        integer=lumps,
        first_year=np.full(measures, 2021),
        last_year=np.full(measures, 2031),
        potential=random.uniform(10.0, 30.0, measures).round(),
        yearly_limit=random.uniform(2.0, 6.0, measures).round(),
        lifetime=life,
        capex=np.repeat((np.maximum(price, 0.0) * share * 8)[:, None], T, axis=1),
        fixed_opex=np.repeat((cut * random.uniform(1, 20, measures))[:, None], T, axis=1),
        running_cost=(price * (1 - share))[:, None, None] * serves,
        discount_rate=0.06,
        discount_to=2020,
        numerators={
            "co2": Numerator(
                size * (1.0 + random.uniform(0.0, 0.03)) ** np.arange(T),
                -cut[:, None, None] * serves,
            )
        },
        targets=(Target.at("own", "co2", 2031, size * 1.5),),
        lines=("coal",),
        baseline_activity=np.full((1, T), size),
        moves=Moves(count, np.zeros(measures, np.int64), -cut[:, None, None] * serves * 0.5),
    )


def regions(count: int, *, whole: bool = False) -> dict[str, LeastCostProblem]:
    return {f"r{seed:03}": region(seed, whole=whole) for seed in range(count)}


def shared_rows(
    problems: Mapping[str, LeastCostProblem], *, cut: float = 0.12
) -> tuple[SharedRow, ...]:
    """Return ceilings of two years, a carbon budget, and an investment budget."""
    total = sum(one.numerators["co2"].baseline for one in problems.values())
    spent = sum(float((one.capex[:, 0] * one.potential).sum()) for one in problems.values())
    early, late = YEARS.index(2025), YEARS.index(2030)
    return (
        SharedRow("co2_2025", "co2", (2025,), total[early] * (1 - cut / 3)),
        SharedRow("co2_2030", "co2", (2030,), total[late] * (1 - cut)),
        SharedRow("co2_budget", "co2", YEARS, total.sum() * (1 - cut / 2)),
        SharedRow("money_2024", "investment", (2024,), spent * 0.004),
    )


def in_one_matrix(problems: Mapping[str, LeastCostProblem], shared: Sequence[SharedRow]) -> float:
    """Return the optimum of all regions at once, the shared rows written out build by build."""
    blocks, costs, parts, lower, upper, low, high, whole = [], [], [], [], [], [], [], []
    free = np.zeros(len(shared))
    for problem in problems.values():
        model = formulate(problem)
        matrix = model.program.matrix()
        blocks.append(matrix.entries)
        costs.append(matrix.cost), whole.append(matrix.integer)
        lower.append(matrix.lower), upper.append(matrix.upper)
        low.append(matrix.row_lower), high.append(matrix.row_upper)
        part = np.zeros((len(shared), len(matrix.cost)))
        for at, row in enumerate(shared):
            for year in row.years:
                y = YEARS.index(year)
                if row.numerator == "investment":
                    effect = np.zeros((len(problem.measures), T))
                    effect[:, y] = problem.capex[:, y]
                else:
                    effect = problem.numerators[row.numerator].effect[:, :, y]
                    free[at] += problem.numerators[row.numerator].baseline[y]
                part[at, model.builds.columns] += effect * model.scale.builds[:, None]
        parts.append(part)
    cap = np.array([row.cap for row in shared])
    sign = np.array([row.sign for row in shared])
    size = np.abs(cap)[:, None]
    joint = sign[:, None] * np.hstack(parts) / size
    room = (sign * (cap - free) / size[:, 0]).tolist()
    found = milp(
        np.concatenate(costs),
        constraints=[
            LinearConstraint(
                sparse.block_diag(blocks, format="csc"), np.concatenate(low), np.concatenate(high)
            ),
            LinearConstraint(joint, -np.inf, room),
        ],
        bounds=Bounds(np.concatenate(lower), np.concatenate(upper)),
        integrality=np.concatenate(whole),
        options={"mip_rel_gap": 1e-4, "time_limit": 60.0},
    )
    return float("inf") if found.x is None else found.fun * MONEY
