"""The least-cost problem: each family by a slow loop, the optimum by a second formulation, laws."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser import least_cost as families
from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.least_cost import (
    LeastCostProblem,
    Moves,
    Numerator,
    Part,
    Sentence,
    SolverSettings,
    Status,
    Target,
    formulate,
    solve_least_cost,
)
from carbonpeak.optimiser.model import MONEY
from carbonpeak.optimiser.program import Program

GOLDEN = Path(__file__).parent / "lp"
YEARS = (2020, 2021, 2022, 2023)
T = len(YEARS)
ACTS = np.triu(np.ones((T, T)))


def county(**changes):
    """Three measures, two lines, a ceiling in 2023."""
    held = {
        "measures": ("switch", "plant", "forest"),
        "years": YEARS,
        "unit_size": np.array([1.0, 2.0, 1.0]),
        "integer": np.array([False, True, False]),
        "first_year": np.array([2021, 2020, 2020]),
        "last_year": np.array([2023, 2022, 2023]),
        "potential": np.array([50.0, 6.0, np.inf]),
        "yearly_limit": np.array([20.0, 4.5, 30.0]),
        "lifetime": np.array([2.0, 20.0, 40.0]),
        "capex": np.array([[3e4, 3e4, 2e4, 2e4], [6e6] * T, [5e4] * T]),
        "fixed_opex": np.array([[1e3] * T, [1e5] * T, [50.0] * T]),
        "running_cost": np.stack([ACTS * 500.0, ACTS * -2e5, ACTS * 0.0]),
        "discount_rate": 0.06,
        "discount_to": 2021,
        "numerators": {
            "co2": Numerator(
                np.linspace(5e4, 5.6e4, T),
                np.stack([_served(2) * -120.0, ACTS * -4e3, np.triu(np.ones((T, T)), 1) * -90.0]),
            )
        },
        "targets": (Target.at("cap_2023", "co2", 2023, 4.5e4),),
        "lines": ("coal", "gas"),
        "baseline_activity": np.array([[8e3] * T, [10.0] * T]),
        "moves": Moves(
            np.array([0, 1, 1]),
            np.array([0, 0, 1]),
            np.stack([_served(2) * -100.0, ACTS * -900.0, ACTS * 700.0]),
        ),
        "ramp_rate": np.array([1.5, np.nan, np.nan]),
        "ramp_seed": np.array([12.0, np.nan, np.nan]),
    }
    return LeastCostProblem(**{**held, **changes})


def _served(lifetime):
    age = np.arange(T)[None, :] - np.arange(T)[:, None]
    return ((age >= 0) & (age < lifetime)).astype(float)


def linear(**changes):
    return county(integer=np.zeros(3, bool), **changes)


def capped(problem, cap, **changes):
    return replace(problem, targets=(replace(problem.targets[0], cap=cap, **changes),))


def second_formulation(problem):
    """The same problem over native builds, row by row, in scipy's milp."""
    M = len(problem.measures)
    at = {(m, b): m * T + b for m in range(M) for b in range(T)}
    size = M * T + len(problem.targets)
    rows, low, high = [], [], []

    def row(pairs, lower=-np.inf, upper=np.inf):
        line = np.zeros(size)
        for place, value in pairs:
            line[place] += value
        rows.append(line), low.append(lower), high.append(upper)

    step = np.where(problem.integer, problem.unit_size, 1.0)
    cost = np.zeros(size)
    last = problem.years[-1]
    for (m, b), place in at.items():
        made = problem.years[b]
        life = problem.lifetime[m]
        value = problem.capex[m, b] / 1.06 ** (made - problem.discount_to)
        rest = max(0.0, 1 - (last - made + 1) / life)
        value -= problem.capex[m, b] * rest / 1.06 ** (last + 1 - problem.discount_to)
        for t in range(b, T):
            factor = 1.06 ** -(problem.years[t] - problem.discount_to)
            value += problem.running_cost[m, b, t] * factor
            if problem.years[t] < made + life:
                value += problem.fixed_opex[m, t] * factor
        cost[place] = value * step[m]
    for m in range(M):
        if np.isfinite(problem.potential[m]):
            room = problem.potential[m] - problem.existing[m]
            row([(at[m, b], step[m]) for b in range(T)], upper=room)
        for b in range(T):
            if not np.isnan(problem.ramp_rate[m]):
                before = [(at[m, b - 1], -problem.ramp_rate[m] * step[m])] if b else []
                row([(at[m, b], step[m]), *before], upper=problem.ramp_seed[m])
    for line in range(len(problem.lines)):
        for t in range(T):
            pairs = [
                (at[m, b], problem.moves.response[k, b, t] * step[m])
                for k, m in enumerate(problem.moves.measure)
                if problem.moves.line[k] == line
                for b in range(T)
            ]
            row(pairs, lower=-problem.baseline_activity[line, t])
    for missed, target in enumerate(problem.targets, M * T):
        pairs, bound = [], target.cap
        for name, year, weight in target.parts:
            held, t = problem.numerators[name], problem.years.index(year)
            pairs += [
                (place, weight * held.effect[m, b, t] * step[m]) for (m, b), place in at.items()
            ]
            bound -= weight * held.baseline[t]
        pairs.append((missed, -1.0 if target.sense == "at_most" else 1.0))
        cost[missed] = (target.price or 0.0) * 1.06 ** (problem.discount_to - target.year)
        row(pairs, **{"upper" if target.sense == "at_most" else "lower": bound})
    upper = np.zeros(size)
    upper[M * T :] = [np.inf if target.price else 0.0 for target in problem.targets]
    for (m, b), place in at.items():
        inside = problem.first_year[m] <= problem.years[b] <= problem.last_year[m]
        upper[place] = problem.yearly_limit[m] / step[m] if inside else 0.0
    lower = np.append((problem.committed / step[:, None]).ravel(), np.zeros(len(problem.targets)))
    answer = milp(
        cost,
        integrality=np.append(np.repeat(problem.integer, T), np.zeros(len(problem.targets))),
        bounds=np.array([lower, upper]),
        constraints=LinearConstraint(np.array(rows), low, high),
        options={"mip_rel_gap": 1e-9},
    )
    return answer, rows, low, high


# --- families -------------------------------------------------------------------------------


def family_model(name):
    problem = county(committed=np.array([[0, 0, 0, 3.0], [0, 2.0, 0, 0], [0.0] * T]))
    program = Program()
    builds = program.add("builds", {"measure": problem.measures, "year": problem.years})
    shortfall = program.add("shortfall", {"target": ("cap_2023",)}, upper=0.0)
    model = replace(formulate(problem), program=program, builds=builds, shortfall=shortfall)
    getattr(families, name)(model)
    return model


CHOICE = (families.sum_changes, families.choose_alternative)
PLAIN = [one for one in families.FAMILIES if one not in CHOICE]


@pytest.mark.parametrize("name", [family.__name__ for family in PLAIN])
def test_each_family_writes_its_golden_text(name):
    found, path = family_model(name).program.text(), GOLDEN / f"{name}.lp"
    if os.environ.get("CARBONPEAK_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def test_the_whole_program_writes_its_golden_text():
    found, path = formulate(county()).program.text(), GOLDEN / "county.lp"
    if os.environ.get("CARBONPEAK_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def test_every_family_states_its_inequality():
    for family in families.FAMILIES:
        assert "=" in family.__doc__


def written_out(model):
    """Return each remaining activity over the builds, in native units: terms and what is left.

    The rows hold the change from the year before; each level is put in place of its variable.
    """
    matrix, problem, floors = model.program.matrix(), model.problem, {}
    table, step = matrix.entries.toarray(), np.where(problem.integer, 1.0, model.scale.builds)
    levels, rows = model.program.blocks["activity"], model.program.rows["activity"]
    for name, columns, numbers in zip(
        levels.coords["lowered"], levels.columns, rows.numbers, strict=True
    ):
        line, taken, left = problem.lines.index(str(name)), np.zeros(3 * T), 0.0
        for t, number in enumerate(numbers):
            of_levels = np.zeros(len(table[number]))
            of_levels[columns[t]], of_levels[columns[max(t - 1, 0)]] = 1.0, -1.0 if t else 1.0
            np.testing.assert_array_equal(table[number, 3 * T :], of_levels[3 * T :])
            assert matrix.row_lower[number] == matrix.row_upper[number]
            unit = model.scale.lines[line]
            taken = taken - table[number, : 3 * T] * unit / np.repeat(step, T)
            left += matrix.row_lower[number] * unit
            if matrix.lower[columns[t]] == 0.0:
                floors[line, t] = taken, left
    return floors


def test_rows_equal_those_of_a_slow_loop():
    problem = county()
    model = formulate(problem)
    matrix, scale = model.program.matrix(), model.scale
    size = {"potential": scale.builds, "ramp": scale.builds, "targets": scale.targets}
    ours = {}
    for name, rows in model.program.rows.items():
        for place in np.argwhere(rows.numbers >= 0):
            if name == "activity":
                continue
            number = rows.numbers[tuple(place)]
            unit = size.get(name, scale.lines)[place[0]]
            line = matrix.entries.toarray()[number, : 3 * T] * unit
            step = np.where(problem.integer, 1.0, scale.builds)
            ours[name, tuple(place)] = (
                line / np.repeat(step, T),
                matrix.row_lower[number] * unit,
                matrix.row_upper[number] * unit,
            )
    for (line, t), (taken, left) in written_out(model).items():
        ours["activity", (line, t)] = taken, -left, np.inf
    _, rows, low, high = second_formulation(problem)
    loop = list(zip(rows, low, high, strict=True))
    loop = [row for row in loop if not (row[0] >= 0).all() or np.isfinite(row[2])]
    assert len(ours) == len(loop)
    for line, lower, upper in ours.values():
        assert any(
            np.allclose(line, other[0][: 3 * T])
            and np.isclose(lower, other[1])
            and np.isclose(upper, other[2])
            for other in loop
        )


def test_window_limit_and_commitment_are_bounds_of_the_builds():
    problem = county(committed=np.array([[0, 0, 0, 3.0], [0, 2.0, 0, 0], [0.0] * T]))
    model = formulate(problem)
    lower, upper = model.program.bounds(model.builds)
    for m in range(3):
        for t, year in enumerate(YEARS):
            inside = problem.first_year[m] <= year <= problem.last_year[m]
            limit = problem.yearly_limit[m] / model.scale.builds[m]
            limit = np.floor(limit) if problem.integer[m] else limit
            assert upper[m, t] == pytest.approx(limit if inside else 0.0)
            assert lower[m, t] * model.scale.builds[m] == pytest.approx(problem.committed[m, t])


# --- optimum, cost, price -------------------------------------------------------------------


@pytest.mark.parametrize("build", [county, linear])
@pytest.mark.parametrize("cap", [5.55e4, 5.2e4, 4.5e4, 4.2e4])
def test_optimum_agrees_with_a_second_formulation(build, cap):
    problem = capped(build(), cap)
    oracle = second_formulation(problem)[0]
    plan = solve_least_cost(problem)
    assert plan.status == Status.OPTIMAL
    assert plan.cost == pytest.approx(oracle.fun, rel=1e-6, abs=1.0)
    assert plan.conditional == bool(problem.integer.any())


SHARES = {
    "budget": ((("co2", 2021, 1.0), ("co2", 2022, 1.0), ("co2", 2023, 1.0)), 1.5e5, "at_most"),
    "rise": ((("co2", 2023, 1.0), ("co2", 2021, -1.0)), -4e3, "at_most"),
    "share": ((("clean", 2023, 1.0), ("all", 2023, -0.3)), 0.0, "at_least"),
}


def with_energy(**changes):
    """Two more numerators of one unit, of which one is to be a share of the other."""
    clean = Numerator(np.full(T, 500.0), np.stack([ACTS * 0, ACTS * 900.0, ACTS * 0]), "tce")
    every = Numerator(np.full(T, 9e3), np.stack([_served(2) * -30.0, ACTS * -200, ACTS * 0]), "tce")
    co2 = county().numerators["co2"]
    return county(numerators={"co2": co2, "clean": clean, "all": every}, **changes)


@pytest.mark.parametrize("integer", [[False] * 3, [False, True, False]])
@pytest.mark.parametrize("kind", SHARES)
def test_rows_of_several_parts_agree_with_a_second_formulation(kind, integer):
    parts, cap, sense = SHARES[kind]
    target = Target(kind, tuple(Part(*part) for part in parts), cap, sense=sense)
    problem = with_energy(integer=np.array(integer), targets=(target,))
    oracle = second_formulation(problem)[0]
    plan = solve_least_cost(problem)
    assert plan.status == Status.OPTIMAL
    assert plan.cost == pytest.approx(oracle.fun, rel=1e-6, abs=1.0)
    achieved = plan.result["achieved"]
    reached = sum(w * achieved.sel(numerator=name, year=year).item() for name, year, w in parts)
    assert plan.result["value"].item() == pytest.approx(reached)
    assert plan.result["slack"].item() >= -1e-3
    assert solve_least_cost(replace(problem, targets=())).cost < plan.cost
    if not any(integer):
        assert plan.result["binding"].item()
        assert plan.prices.item() > 0


@pytest.mark.parametrize(
    ("kind", "cap", "en", "zh"),
    [
        ("budget", 6e4, " in 2021–2023 ", "：2021—2023 年差 "),
        ("rise", -6e4, " in 2023 against 2021 ", "：2023 年相对 2021 年差 "),
        ("share", 1e5, " in 2023 ", "：2023 年差 "),
    ],
)
def test_an_impossible_row_of_several_parts_names_its_years(kind, cap, en, zh):
    parts, _, sense = SHARES[kind]
    target = Target(kind, tuple(Part(*part) for part in parts), cap, sense=sense)
    plan = solve_least_cost(with_energy(targets=(target,)))
    assert plan.status == Status.INFEASIBLE
    assert en in plan.message.en
    assert zh in plan.message.zh


def test_published_numbers_of_the_plan_agree_with_each_other():
    problem = county()
    result = solve_least_cost(problem).result
    builds, effect = result["builds"].to_numpy(), problem.numerators["co2"].effect
    again = problem.numerators["co2"].baseline + np.einsum("mb,mbt->t", builds, effect)
    np.testing.assert_allclose(result["achieved"].sel(numerator="co2"), again, rtol=1e-12)
    assert result["value"].item() == pytest.approx(again[-1])
    assert result["slack"].item() == pytest.approx(4.5e4 - again[-1], abs=1e-6)
    assert result["cost_discounted"].sum() == pytest.approx((unit_cost(problem) * builds).sum())
    assert (result["activity"] >= -1e-6).all()
    assert builds[1] % 2.0 == pytest.approx(0.0)
    stock = result["stock"].sel(measure="switch").to_numpy()
    made = result["builds"].sel(measure="switch").to_numpy()
    np.testing.assert_allclose(stock, made + np.append(0.0, made[:-1]))


def test_costs_by_hand():
    problem = county(
        measures=("one",), unit_size=np.ones(1), integer=np.zeros(1, bool),
        first_year=np.array([2022]), last_year=np.array([2022]), potential=np.array([1.0]),
        yearly_limit=np.array([1.0]), lifetime=np.array([4.0]), capex=np.full((1, T), 1000.0),
        fixed_opex=np.full((1, T), 10.0), running_cost=ACTS[None] * 3.0,
        numerators={"co2": Numerator(np.full(T, 100.0), ACTS[None] * -5.0)},
        targets=(Target.at("cap", "co2", 2023, 95.0),), lines=(), baseline_activity=np.zeros(0),
        moves=Moves.none(), ramp_rate=np.zeros(0), ramp_seed=np.zeros(0),
    )  # fmt: skip
    plan = solve_least_cost(problem)
    cost = plan.result["cost"].sum("measure")
    assert cost.sel(kind="capex").to_numpy() == pytest.approx([0, 0, 1000, 0])
    assert cost.sel(kind="fixed_opex").to_numpy() == pytest.approx([0, 0, 10, 10])
    assert cost.sel(kind="energy").to_numpy() == pytest.approx([0, 0, 3, 3])
    assert cost.sel(kind="salvage").to_numpy() == pytest.approx([0, 0, 0, -500])
    expected = 1013 / 1.06 + 13 / 1.06**2 - 500 / 1.06**3
    assert plan.cost == pytest.approx(expected)
    assert plan.prices.item() == pytest.approx(expected / 5.0 * 1.06**2)


@pytest.mark.parametrize("cap", [5.4e4, 4.9e4, 4.4e4])
def test_price_is_the_finite_difference_of_the_cap(cap):
    step = 1.0
    problem = capped(linear(), cap)
    plan = solve_least_cost(problem)
    tighter = solve_least_cost(capped(problem, cap - step))
    looser = solve_least_cost(capped(problem, cap + step))
    discount = 1.06 ** -(2023 - problem.discount_to)
    price = plan.prices.item()
    assert price > 0
    assert (plan.cost - looser.cost) / step / discount <= price * (1 + 1e-6)
    assert price * (1 - 1e-6) <= (tighter.cost - plan.cost) / step / discount


def test_price_of_a_floor_is_positive_too():
    problem = linear()
    area = Numerator(np.zeros(T), np.stack([ACTS * 0, ACTS * 0, ACTS]), "ha")
    floor = Target.at("forest", "area", 2022, 8.0, sense="at_least")
    asked = replace(problem, numerators={**problem.numerators, "area": area}, targets=(floor,))
    plan = solve_least_cost(asked)
    assert plan.prices.item() > 0
    assert plan.result["value"].item() == pytest.approx(8.0)
    assert plan.result["builds"].sel(measure="forest").sum() == pytest.approx(8.0)


def test_limits_that_bind_are_named():
    plan = solve_least_cost(linear())
    named = {(limit.family, limit.subject) for limit in plan.limits}
    assert ("target", "cap_2023") in named
    assert all(limit.worth > 0 for limit in plan.limits)


def test_prices_of_whole_projects_are_labelled_as_conditional():
    assert solve_least_cost(county()).price_condition.en == "conditional on the builds chosen"
    assert solve_least_cost(linear()).price_condition.zh == "无附加条件"


# --- laws -----------------------------------------------------------------------------------

caps = st.floats(4.3e4, 5.7e4)
few = settings(max_examples=12, deadline=None)


@few
@given(caps, caps)
def test_a_tighter_cap_never_costs_less(one, other):
    low, high = sorted((one, other))
    tight, loose = (solve_least_cost(capped(county(), cap)) for cap in (low, high))
    assert tight.cost >= loose.cost - 1e-6 * abs(loose.cost) - 1e-3
    assert (tight.prices >= 0).all()


@few
@given(caps, st.integers(0, 2))
def test_a_new_measure_never_costs_more(cap, which):
    problem = capped(linear(), cap)
    limits = problem.yearly_limit.copy()
    limits[which] = 0.0
    without = solve_least_cost(replace(problem, yearly_limit=limits))
    if without.found:
        assert solve_least_cost(problem).cost <= without.cost * (1 + 1e-9) + 1e-3


@few
@given(caps)
def test_a_soft_target_with_a_huge_price_is_a_hard_one(cap):
    hard = solve_least_cost(capped(county(), cap))
    soft = solve_least_cost(capped(county(), cap, price=1e7))
    assert soft.cost == pytest.approx(hard.cost, rel=1e-6, abs=1e-2)
    assert soft.penalty == pytest.approx(0.0, abs=1e-2)


@few
@given(caps, st.sampled_from([1e-3, 1e-1, 1e2, 1e4]))
def test_units_of_gas_and_of_builds_change_nothing(cap, factor):
    problem = capped(linear(), cap)
    co2, moves = problem.numerators["co2"], problem.moves
    by_measure = {
        name: getattr(problem, name) * factor for name in ("potential", "yearly_limit", "ramp_seed")
    }
    per_unit = {
        name: getattr(problem, name) / factor for name in ("capex", "fixed_opex", "running_cost")
    }
    other = replace(
        problem,
        **by_measure,
        **per_unit,
        moves=Moves(moves.measure, moves.line, moves.response / factor),
        numerators={"co2": Numerator(co2.baseline * 1e-3, co2.effect * 1e-3 / factor, "kt CO2")},
        targets=(replace(problem.targets[0], cap=cap * 1e-3),),
    )
    one, two = solve_least_cost(problem), solve_least_cost(other)
    assert two.cost == pytest.approx(one.cost, rel=1e-6, abs=1e-2)
    np.testing.assert_allclose(two.prices, one.prices * 1e3, rtol=1e-6, atol=1e-6)


@few
@given(caps)
def test_whole_projects_never_cost_less_than_parts(cap):
    whole, parts = solve_least_cost(capped(county(), cap)), solve_least_cost(capped(linear(), cap))
    assert whole.cost >= parts.cost - 1e-6 * abs(parts.cost) - 1e-3


# --- states ---------------------------------------------------------------------------------


def test_target_already_met_has_price_zero():
    plan = solve_least_cost(capped(linear(running_cost=np.zeros((3, T, T))), 6e4))
    assert plan.prices.item() == 0.0
    assert plan.cost == 0.0
    assert plan.message.en == "every target is met without measures"


def test_soft_target_pays_its_price_where_measures_are_dearer():
    plan = solve_least_cost(capped(linear(), 4.5e4, price=0.5))
    assert plan.prices.item() == pytest.approx(0.5)
    assert plan.result["shortfall"].item() > 0
    assert plan.penalty == pytest.approx(
        plan.result["shortfall"].item() * 0.5 * 1.06 ** -(2023 - 2021), rel=1e-6
    )
    short, paid = plan.result["shortfall"].item(), plan.penalty / 1e4
    assert plan.message.en == (
        f"missed at their price: cap_2023 by {short / 1e4:.4g} × 10⁴ t CO2 in 2023; "
        f"the builds cost {plan.cost / 1e4:,.1f} × 10⁴ CNY discounted to 2021, "
        f"the misses {paid:,.1f}"
    )


def test_sinks_may_take_the_sum_below_zero():
    sink = Numerator(np.full(T, 100.0), np.stack([ACTS * 0, ACTS * 0, ACTS * -10.0]))
    problem = linear(numerators={"co2": sink}, targets=(Target.at("net", "co2", 2023, -50.0),))
    plan = solve_least_cost(problem)
    assert plan.result["value"].item() == pytest.approx(-50.0)


def test_one_year_horizon():
    def cut(array):
        return array[..., :1]

    whole = linear(moves=Moves.none(), lines=(), baseline_activity=np.zeros(0))
    co2 = Numerator(np.array([100.0]), np.full((3, 1, 1), -10.0))
    plan = solve_least_cost(
        replace(
            whole,
            years=(2021,),
            capex=cut(whole.capex),
            fixed_opex=cut(whole.fixed_opex),
            running_cost=np.zeros((3, 1, 1)),
            committed=np.zeros((3, 1)),
            moves=Moves.none(),
            numerators={"co2": co2},
            targets=(Target.at("now", "co2", 2021, 60.0),),
        )
    )
    assert plan.status == Status.OPTIMAL
    assert plan.result["builds"].sum() == pytest.approx(4.0)


def no_measures(**changes):
    empty = np.zeros(0)
    return county(
        measures=(), unit_size=empty, integer=np.zeros(0, bool), first_year=np.zeros(0, int),
        last_year=np.zeros(0, int), potential=empty, yearly_limit=empty, lifetime=empty,
        capex=np.zeros((0, T)), fixed_opex=np.zeros((0, T)), running_cost=np.zeros((0, T, T)),
        numerators={"co2": Numerator(np.linspace(5e4, 5.6e4, T), np.zeros((0, T, T)))},
        moves=Moves.none(), ramp_rate=empty, ramp_seed=empty, **changes,
    )  # fmt: skip


def test_no_measures():
    met = solve_least_cost(capped(no_measures(), 6e4))
    assert (met.status, met.cost, met.prices.item()) == (Status.OPTIMAL, 0.0, 0.0)
    missed = solve_least_cost(no_measures())
    assert missed.status == Status.INFEASIBLE
    assert missed.message.en == (
        "cap_2023 cannot be met: short by 1.1 × 10⁴ t CO2 (24.44%) in 2023, "
        "and there are no measures."
    )
    assert solve_least_cost(no_measures(targets=())).status == Status.OPTIMAL


def test_impossible_target_in_one_sentence():
    problem = capped(linear(titles={"plant": Sentence("gas plant", "燃气电厂")}), 1.5e4)
    plan = solve_least_cost(problem)
    assert plan.status == Status.INFEASIBLE
    assert not plan.found
    (shortfall,) = plan.diagnosis.shortfalls
    reach = solve_least_cost(capped(problem, 1.5e4 + shortfall.amount + 1.0))
    assert reach.status == Status.OPTIMAL
    assert solve_least_cost(capped(problem, 1.5e4 + shortfall.amount - 5.0)).diagnosis
    en, zh = plan.message
    assert en.startswith("cap_2023 cannot be met: short by ")
    assert f"({shortfall.share:.2%}) in 2023 with every measure at its limit" in en
    assert "potential of gas plant" in en
    assert zh.startswith("cap_2023无法达成：2023 年差 ")
    assert "燃气电厂的总潜力" in zh


def test_remedies_close_the_gap_cheapest_first():
    problem = capped(linear(), 1.9e4)
    remedies = solve_least_cost(problem).diagnosis.remedies
    assert remedies
    assert [remedy.cost for remedy in remedies] == sorted(remedy.cost for remedy in remedies)
    for remedy in remedies:
        if remedy.family == "window":
            continue
        name = "ramp_seed" if remedy.family == "ramp" else remedy.family
        limit = getattr(problem, name).copy()
        for change in remedy.changes:
            limit[problem.measures.index(change.subject)] = change.after * (1 + 1e-6)
        opened = solve_least_cost(replace(problem, **{name: limit}))
        assert opened.status == Status.OPTIMAL
        assert opened.cost == pytest.approx(remedy.cost, rel=1e-3)


def test_zero_potentials_are_named():
    problem = linear(potential=np.zeros(3), committed=np.zeros((3, T)))
    assert "potential of" in solve_least_cost(problem).message.en


def test_commitments_that_break_a_line_are_named():
    committed = np.zeros((3, T))
    committed[0] = [0, 12.0, 18.0, 0]
    problem = linear(committed=committed, baseline_activity=np.array([[2500.0] * T, [10.0] * T]))
    message = solve_least_cost(problem).message
    assert message.en == (
        "no plan exists even without targets: switch as committed take more from coal "
        "than there is in 2022"
    )
    assert "switch" in message.zh


def test_unbounded_names_the_measure():
    gain = np.stack([ACTS * 0, ACTS * 0, ACTS * -1e6])
    problem = linear(running_cost=gain, yearly_limit=np.array([20.0, 4.5, np.inf]))
    plan = solve_least_cost(problem)
    assert plan.status == Status.UNBOUNDED
    assert plan.message.en.endswith("to forest")
    whole = replace(problem, integer=np.array([False, False, True]))
    assert solve_least_cost(whole).status == Status.UNBOUNDED


def test_time_limit_without_a_plan_says_so():
    sentence = families.explain_stop(county(), Status.TIME_LIMIT)
    assert "allow more time" in sentence.en
    plan = solve_least_cost(county(), time_limit=60.0)
    assert plan.status == Status.OPTIMAL


def test_the_same_problem_gives_the_same_plan():
    one, two = (solve_least_cost(county(), settings=SolverSettings(seed=1)) for _ in range(2))
    assert one.result.identical(two.result)
    assert one.bound == pytest.approx(one.cost, rel=1e-5)
    assert MONEY == 1e4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capex": np.zeros((2, T))}, r"capex has shape \(2, 4\); expected \(3, 4\)"),
        ({"years": (2020, 2021, 2023, 2024)}, "years must follow each other"),
        ({"baseline_activity": np.array([[-1.0] * T, [0.0] * T])}, "'coal' without measures is -1"),
        ({"ramp_seed": np.array([0.0, np.nan, np.nan])}, "'switch': a ramp without a seed"),
        ({"targets": (Target.at("late", "co2", 2040, 1.0),)}, "2040 lies outside the horizon"),
        (
            {"targets": (Target.at("odd", "co", 2022, 1.0),)},
            "no numerator 'co'; did you mean 'co2'",
        ),
        ({"targets": (Target("none", (), 1.0),)}, "sums nothing"),
        ({"targets": (Target("none", (Part("co2", 2022, 0.0),), 1.0),)}, "a weight is zero"),
        ({"lifetime": np.array([2.5, 20.0, 40.0])}, "'switch': lifetime must be a whole number"),
        ({"existing": np.array([60.0, 0, 0])}, "'switch': potential is smaller than what exists"),
        ({"committed": np.array([[1.0, 0, 0, 0], [0.0] * T, [0.0] * T])}, "outside the window"),
        ({"committed": np.array([[0.0] * T, [1.0, 0, 0, 0], [0.0] * T])}, "not whole projects"),
        ({"last_year": np.array([2019, 2022, 2023])}, "the window ends before it begins"),
        ({"running_cost": np.ones((3, T, T))}, "running_cost: a build acts before"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes, words):
    with pytest.raises(ScenarioError, match=words):
        county(**changes)
