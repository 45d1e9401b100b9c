"""Activity as a level that runs on: by a second formulation, by the plan, and what it is worth."""

from dataclasses import replace

import numpy as np
import pytest
from tests.test_least_cost import ACTS, YEARS, T, county, linear, second_formulation

from carbonpeak.optimiser.least_cost import Moves, formulate, solve_least_cost
from carbonpeak.optimiser.limit_families import ROW_FAMILIES
from carbonpeak.optimiser.limits import binding_limits
from carbonpeak.optimiser.model import MONEY
from carbonpeak.optimiser.shapes import peak_by


def by_chance(seed, **changes):
    """Return a county whose moves change with every year, with rounding noise on those that last.

    A line is lowered late, another never; units may be retired.
    """
    draw = np.random.default_rng(seed)
    rounding = 1.0 + 1e-15 * draw.integers(-4, 5, (T, T))
    response = np.stack(
        [
            ACTS * draw.uniform(-120.0, 20.0, (T, T)),
            ACTS * -900.0 * rounding,
            ACTS * 700.0 * rounding,
            ACTS * draw.uniform(-3.0, 0.0, (T, T)) * (np.arange(T) > 1),
            ACTS * 5.0 * rounding,
        ]
    )
    return county(
        lines=("coal", "gas", "wood"),
        baseline_activity=draw.uniform([[2e3], [1.0], [3.0]], [[8e3], [9.0], [60.0]], (3, T)),
        moves=Moves(np.array([0, 1, 1, 2, 2]), np.array([0, 0, 1, 2, 1]), response),
        **changes,
    )


@pytest.mark.parametrize("integer", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_activity_by_chance_agrees_with_a_second_formulation(seed, integer):
    problem = by_chance(seed, integer=np.array([False, integer, False]))
    plan, oracle = solve_least_cost(problem, explain=False), second_formulation(problem)[0]
    assert plan.found == (oracle.status == 0)
    if plan.found:
        assert plan.cost == pytest.approx(oracle.fun, rel=1e-6, abs=1.0)


@pytest.mark.parametrize("retired", [False, True])
def test_what_remains_in_the_program_is_what_the_plan_tells(retired):
    gone = {"retire_cost": np.array([10.0, np.nan, 2.0])} if retired else {}
    for seed in range(8):
        problem = by_chance(seed, integer=np.zeros(3, bool), **gone)
        model = formulate(problem)
        solution = model.program.solve()
        names = solution.values["activity"]["lowered"].values.tolist()
        assert names == ["coal", "wood"]
        size = model.scale.lines[[problem.lines.index(name) for name in names]]
        choice = model.choice(solution)
        left = np.zeros((T, len(problem.measures), T)) + choice.builds
        for (m, b, u), amount in zip(
            zip(*problem.retirements, strict=True), choice.retired, strict=True
        ):
            left[u:, m, b] -= amount
        activity = problem.baseline_activity.copy()
        for m, line, response in zip(*vars(problem.moves).values(), strict=True):
            activity[line] += [left[t, m] @ response[:, t] for t in range(T)]
        remains = solution.values["activity"].to_numpy() * size[:, None]
        np.testing.assert_allclose(remains, activity[[0, 2]], rtol=1e-7, atol=1e-6)


def test_a_lasting_effect_stands_in_one_row_and_a_changing_one_in_all():
    """Retired units too: they take back the effect in the year that they go."""
    problem = by_chance(1, retire_cost=np.array([np.nan, 1.0, 1.0]))
    model = formulate(problem)
    table, rows = model.program.matrix().entries.toarray(), model.program.rows["activity"].numbers
    for b in range(T):
        rest = T - b
        switch, plant, forest = (model.builds.columns[m, b] for m in range(3))
        assert np.count_nonzero(table[rows[0], switch]) == rest
        assert np.count_nonzero(table[rows[0], plant]) == 1
        assert np.count_nonzero(table[rows[1], forest]) == min(rest, T - 2)
    for at, (m, _, left) in enumerate(zip(*problem.retirements, strict=True)):
        column = table[:, model.retired.columns[at]]
        found = np.count_nonzero(column[rows[0 if m == 1 else 1]])
        assert found == (1 if m == 1 else T - max(left, 2))


def test_the_price_of_an_activity_is_the_finite_difference():
    seen = set()
    for seed in range(10):
        problem = by_chance(seed, integer=np.zeros(3, bool))
        plan = solve_least_cost(problem, explain=False)
        for limit in (one for one in plan.limits if one.family == "activity"):
            line, t = problem.lines.index(limit.subject), YEARS.index(limit.year)
            costs = []
            for step in (-1e-3, 1e-3):
                more = problem.baseline_activity.copy()
                more[line, t] += step
                costs.append(solve_least_cost(replace(problem, baseline_activity=more)).cost)
            assert limit.worth > 0
            assert (costs[0] - costs[1]) / 2e-3 == pytest.approx(limit.worth, rel=1e-3)
            seen.add((limit.subject, limit.year))
    assert {line for line, _ in seen} == {"coal", "wood"}
    assert len(seen) > 2


def test_a_line_that_nothing_lowers_has_no_rows():
    gains = linear(moves=Moves(np.array([1]), np.array([0]), ACTS[None] * 5.0))
    assert "activity" not in formulate(gains).program.rows
    assert solve_least_cost(gains).found


def growing():
    """Switches that save money and take more coal each year, until none is left in the last one."""
    age = np.arange(T)[None, :] - np.arange(T)[:, None]
    problem = linear(
        lines=("coal",),
        baseline_activity=np.full((1, T), 5e3),
        moves=Moves(np.array([0]), np.array([0]), (ACTS * -100.0 * (1.0 + age))[None]),
        first_year=np.full(3, 2020),
        lifetime=np.full(3, 20.0),
        targets=(),
    )
    return replace(problem, running_cost=problem.running_cost - 2e4 * ACTS)


def test_a_price_is_felt_by_what_a_build_does_to_the_level_not_to_a_row():
    """The rows hold the change from the year before, which is the same in each year of service."""
    model = formulate(growing())
    solution = model.program.solve()
    (limit,) = (one for one in binding_limits(model, solution) if one.family == "activity")
    assert limit.year == YEARS[-1]
    in_row, on_level = (part * model.scale.builds[0] / model.scale.lines[0] for part in (100, 400))
    price = limit.worth / MONEY * model.scale.lines[0]
    rows = np.abs(model.program.matrix().entries.toarray())[model.program.rows["activity"].numbers]
    assert rows.max() == pytest.approx(max(in_row, 1.0))
    between = price * np.sqrt(max(in_row, 1.0) * on_level)
    assert price < between < price * on_level
    felt = [one.family for one in binding_limits(model, solution, tiny=between)]
    assert "activity" in felt
    beyond = binding_limits(model, solution, tiny=price * on_level * 1.001)
    assert "activity" not in [one.family for one in beyond]


@pytest.mark.parametrize("retired", [False, True])
def test_what_a_build_adds_to_a_limit_is_what_the_plan_would_tell(retired):
    """One unit of the variable more, in each year of building: activity and targets move by it."""
    gone = {"retire_cost": np.array([10.0, np.nan, 2.0])} if retired else {}
    problem = by_chance(3, **gone)
    problem = replace(problem, potential=np.full(3, 500.0))
    peak = peak_by(problem, "peak", "co2", 2022)
    problem = replace(problem, targets=(*problem.targets, *peak))
    assert any(target.either for target in peak)
    model = formulate(problem)
    added = {one.name: one.added(model) for one in ROW_FAMILIES if one.added is not None}
    most = np.zeros((len(problem.lines), T))
    for m, line, response in zip(*vars(problem.moves).values(), strict=True):
        for b in range(T):
            unit = np.abs(response[b]) * model.scale.builds[m] / model.scale.lines[line]
            most[line] = np.maximum(most[line], unit)
    np.testing.assert_allclose(added["activity"], most[[0, 2]])
    held = problem.numerators["co2"].effect
    for row, target in enumerate(problem.targets):
        sums = [
            abs(sum(part.weight * held[m, b, YEARS.index(part.year)] for part in target.parts))
            * model.scale.builds[m]
            / model.scale.targets[row]
            for m in range(3)
            for b in range(T)
        ]
        assert added["target"][row] == pytest.approx(max(sums))
