"""Published linear programs, posed as least-cost problems of one year, against printed answers.

lp_solve reference guide 5.5, "Sensitivity", https://lpsolve.sourceforge.net/5.5/sensitivity.htm:
optimum, dual values and limits of the objective function as printed there.

Wyndor Glass Co., Hillier and Lieberman, Introduction to Operations Research, ch. 3 and 4 (optimum
Z = 36 at 2 and 6; shadow prices 0, 3/2, 1) and the ranges of its profits in the chapter on
sensitivity analysis (0 <= c1 <= 7.5, c2 >= 2); from memory, confirmed in public solver tests.

Power generation of Mavrotas (2009), Applied Mathematics and Computation 213(2), 455-465, as in the
GAMS model library, EPSCM: annual demand 64,000 GWh in three load areas, four kinds of unit. The
least cost is 3,075,000 with 62,460 of CO2, as its payoff table says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from carbonpeak.optimiser.answers.fronts import pareto_front
from carbonpeak.optimiser.answers.ranging import cost_ranges
from carbonpeak.optimiser.least_cost import (
    LeastCostProblem,
    Moves,
    Numerator,
    Target,
    solve_least_cost,
)

Rows = dict[str, dict[str, float]]


def program(costs: dict[str, float], takes: Rows, stock: dict[str, float], **changes: Any) -> Any:
    """Return costs per unit and what a unit takes of each line, as a problem of one year."""
    names, lines = tuple(costs), tuple(stock)
    pairs = [(name, line) for line in lines for name in takes[line]]
    held: dict[str, Any] = {
        "measures": names,
        "years": (2020,),
        "unit_size": np.ones(len(names)),
        "integer": np.zeros(len(names), bool),
        "first_year": np.full(len(names), 2020),
        "last_year": np.full(len(names), 2020),
        "potential": np.full(len(names), np.inf),
        "yearly_limit": np.full(len(names), np.inf),
        "lifetime": np.ones(len(names)),
        "capex": np.array([[cost] for cost in costs.values()]),
        "fixed_opex": np.zeros((len(names), 1)),
        "running_cost": np.zeros((len(names), 1, 1)),
        "discount_rate": 0.0,
        "discount_to": 2020,
        "numerators": {},
        "lines": lines,
        "baseline_activity": np.array([[amount] for amount in stock.values()]),
        "moves": Moves(
            np.array([names.index(name) for name, _ in pairs], dtype=int),
            np.array([lines.index(line) for _, line in pairs], dtype=int),
            np.array([[[-takes[line][name]]] for name, line in pairs]).reshape(-1, 1, 1),
        ),
    }
    return LeastCostProblem(**{**held, **changes})


def counted(names: tuple[str, ...], weights: dict[str, float]) -> Numerator:
    """Return the sum of builds by weight."""
    given = [[[weights.get(name, 0.0)]] for name in names]
    return Numerator(np.zeros(1), np.array(given))


def lp_solve_example() -> LeastCostProblem:
    names = ("COLONE", "COLTWO", "COLTHREE", "COLFOUR")
    costs = dict(zip(names, (1.0, 3.0, 6.24, 0.1), strict=True))
    return program(
        costs,
        {"THATROW": {"COLONE": 0.24, "COLTHREE": 11.31}},
        {"THATROW": 14.8},
        committed=np.array([[28.6], [0.0], [0.0], [18.0]]),
        yearly_limit=np.array([np.inf, np.inf, np.inf, 48.98]),
        numerators={
            "this": counted(names, {"COLTWO": 78.26, "COLFOUR": 2.9}),
            "last": counted(names, {"COLONE": 12.68, "COLTHREE": 0.08, "COLFOUR": 0.9}),
        },
        targets=(
            Target.at("THISROW", "this", 2020, 92.3, sense="at_least"),
            Target.at("LASTROW", "last", 2020, 4.0, sense="at_least"),
        ),
    )


def test_optimum_and_dual_values_of_lp_solve() -> None:
    plan = solve_least_cost(lp_solve_example())
    assert plan.cost == pytest.approx(31.7828, abs=5e-5)
    assert plan.builds.values.ravel() == pytest.approx([28.6, 0.0, 0.0, 31.8276], abs=5e-5)
    assert plan.prices.sel(target="THISROW").item() == pytest.approx(0.03448276, abs=5e-9)
    assert plan.prices.sel(target="LASTROW").item() == 0.0
    assert plan.result["value"].sel(target="LASTROW").item() == pytest.approx(391.293, abs=5e-4)


def test_limits_of_the_objective_function_of_lp_solve() -> None:
    ranges = cost_ranges(lp_solve_example())
    lowest = (ranges["capex"] - ranges["fall"]).values
    highest = (ranges["capex"] + ranges["rise"]).values
    assert lowest == pytest.approx([0.0, 2.698621, 0.0, 0.0], abs=5e-7)
    assert highest[3] == pytest.approx(0.1111679, abs=5e-8)
    assert np.isinf(highest[:3]).all()


def wyndor() -> LeastCostProblem:
    return program(
        {"doors": -3.0, "windows": -5.0},
        {"plant 1": {"doors": 1.0}, "plant 2": {"windows": 2.0},
         "plant 3": {"doors": 3.0, "windows": 2.0}},
        {"plant 1": 4.0, "plant 2": 12.0, "plant 3": 18.0},
    )  # fmt: skip


def test_wyndor_glass() -> None:
    plan = solve_least_cost(wyndor())
    assert plan.cost == pytest.approx(-36.0)
    assert plan.builds.values.ravel() == pytest.approx([2.0, 6.0])
    worth = {limit.subject: limit.worth for limit in plan.limits}
    assert worth == pytest.approx({"plant 2": 1.5, "plant 3": 1.0})
    ranges = cost_ranges(wyndor())
    assert (ranges["capex"] - ranges["fall"]).values == pytest.approx([-7.5, -np.inf])
    assert (ranges["capex"] + ranges["rise"]).values == pytest.approx([0.0, -2.0])


UNITS = {  # capacity GWh, cost, CO2, load areas served
    "lignite": (31000.0, 30.0, 1.44, ("base", "middle")),
    "oil": (15000.0, 75.0, 0.72, ("middle", "peak")),
    "gas": (22000.0, 60.0, 0.45, ("base", "middle", "peak")),
    "res": (10000.0, 90.0, 0.0, ("base", "peak")),
}
DEMAND = {"base": 38400.0, "middle": 19200.0, "peak": 6400.0}


def power() -> LeastCostProblem:
    made = {f"{unit} {area}": unit for unit, held in UNITS.items() for area in held[3]}
    names = tuple(made)
    areas = {area: counted(names, {n: 1.0 for n in names if n.endswith(area)}) for area in DEMAND}
    return program(
        {name: UNITS[unit][1] for name, unit in made.items()},
        {unit: {name: 1.0 for name in names if made[name] == unit} for unit in UNITS},
        {unit: held[0] for unit, held in UNITS.items()},
        numerators={**areas, "co2": counted(names, {n: UNITS[made[n]][2] for n in names})},
        targets=tuple(
            Target.at(area, area, 2020, amount, sense="at_least") for area, amount in DEMAND.items()
        ),
    )


def test_payoff_table_and_front_of_power_generation() -> None:
    front = pareto_front(power(), numerator="co2", points=10)
    assert front["cost"].values[0] == pytest.approx(3_075_000.0, rel=1e-9)
    assert front["reached"].values[0] == pytest.approx(62_460.0, rel=1e-9)
    cleanest = sorted(UNITS.values(), key=lambda held: held[2])
    left, least = sum(DEMAND.values()), 0.0
    for capacity, _, co2, _ in cleanest:
        least += min(capacity, left) * co2
        left -= min(capacity, left)
    assert front["reached"].values[-1] == pytest.approx(least, rel=1e-6)
    # Oil gives way to renewables at (90 - 75) / 0.72 a tonne, the cheapest exchange there is.
    assert front["marginal_cost"].values[1] == pytest.approx(15.0 / 0.72, rel=1e-6)
