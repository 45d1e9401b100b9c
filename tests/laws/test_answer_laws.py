"""What holds for every least-cost problem: fronts, sight, choice and the cost of a change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbonpeak.optimiser.answers.alternatives import near_optimal
from carbonpeak.optimiser.answers.curve import abatement_curve
from carbonpeak.optimiser.answers.fronts import pareto_front
from carbonpeak.optimiser.answers.myopic import solve_myopic
from carbonpeak.optimiser.answers.ranging import cost_ranges
from carbonpeak.optimiser.answers.statements import target_costs
from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.least_cost import (
    LeastCostProblem,
    Moves,
    Numerator,
    Target,
    solve_least_cost,
)

some = settings(max_examples=20, deadline=None, derandomize=True)
seeds = st.integers(0, 10**6)
T = 6
ACTS = np.triu(np.ones((T, T)))


def drawn(seed: int, *, whole: bool = False, measures: int = 4) -> LeastCostProblem:
    """Return a small problem whose targets can be met with some of its limits left."""
    draw = np.random.default_rng(seed)
    limit, cut = draw.uniform(1.0, 5.0, measures), draw.uniform(50.0, 300.0, measures)
    integer = np.zeros(measures, bool)
    integer[0] = whole
    baseline = np.linspace(1e4, draw.uniform(1.1e4, 1.4e4), T)
    potential = limit * draw.uniform(2.0, 6.0, measures)
    if whole:
        potential[0], limit[0] = 4.0, 1.0
    best = (np.minimum(potential, limit * (T - 1)) * cut).sum()
    share = draw.uniform(0.2, 0.6)
    return LeastCostProblem(
        measures=tuple(f"measure {at}" for at in range(measures)),
        years=tuple(range(2020, 2020 + T)),
        unit_size=np.ones(measures),
        integer=integer,
        first_year=np.full(measures, 2021),
        last_year=np.full(measures, 2019 + T),
        potential=potential,
        yearly_limit=limit,
        lifetime=draw.integers(T, 30, measures).astype(float),
        capex=draw.uniform(1e4, 1e5, (measures, 1)) * np.linspace(1.0, 0.8, T),
        fixed_opex=np.repeat(draw.uniform(1e2, 1e3, (measures, 1)), T, axis=1),
        running_cost=draw.uniform(-3e3, 5e3, measures)[:, None, None] * ACTS,
        discount_rate=0.05,
        discount_to=2020,
        numerators={"co2": Numerator(baseline, -cut[:, None, None] * ACTS)},
        targets=(
            Target.at("middle", "co2", 2023, float(baseline[3] - 0.3 * share * best)),
            Target.at("end", "co2", 2019 + T, float(baseline[-1] - share * best)),
        ),
        lines=("coal",),
        baseline_activity=np.full((1, T), 1e5),
        moves=Moves(
            np.arange(measures), np.zeros(measures, int), -cut[:, None, None] * ACTS / 2
        ),
        ramp_rate=np.full(measures, 1.5),
        ramp_seed=limit,
    )  # fmt: skip


def without(problem: LeastCostProblem, measure: int) -> LeastCostProblem:
    """Return the problem in which one measure cannot be built."""
    potential = np.array(problem.potential)
    potential[measure] = 0.0
    return replace(problem, potential=potential)


@some
@given(seed=seeds, against=st.sampled_from(["cumulative", "height"]))
def test_a_front_of_a_linear_problem_rises_and_is_convex(seed: int, against: str) -> None:
    front = pareto_front(drawn(seed), numerator="co2", against=against, points=6)
    cost, reached = front["cost"].values, front["reached"].values
    if len(cost) == 1:  # the least-cost plan is as low as can be
        return
    size = max(1.0, abs(cost).max())
    assert (np.diff(cost) >= -1e-7 * size).all()
    assert (np.diff(reached) <= 1e-6).all()
    slopes = -np.diff(cost) / np.diff(reached)
    assert (np.diff(slopes) >= -1e-5 * max(1.0, abs(slopes).max())).all()
    marginal = front["marginal_cost"].values
    assert (marginal >= 0).all()
    assert (np.diff(marginal) >= -1e-5 * max(1.0, marginal.max())).all()


@some
@given(seed=seeds)
def test_a_front_with_whole_projects_rises(seed: int) -> None:
    cost = pareto_front(drawn(seed, whole=True), numerator="co2", points=5)["cost"].values
    assert (np.diff(cost) >= -2e-6 * abs(cost).max()).all()


@some
@given(seed=seeds, whole=st.booleans())
def test_a_later_peak_never_costs_more(seed: int, whole: bool) -> None:
    front = pareto_front(drawn(seed, whole=whole), numerator="co2", against="peak_year")
    cost = front["cost"].values
    cost = cost[~np.isnan(cost)]
    assert (np.diff(cost) <= 1e-6 * max(1.0, abs(cost).max())).all()
    free = solve_least_cost(drawn(seed, whole=whole)).cost
    assert cost[-1] == pytest.approx(free, rel=1e-5, abs=1.0)


@some
@given(seed=seeds, whole=st.booleans(), horizon=st.integers(1, T), data=st.data())
def test_short_sight_never_costs_less(seed: int, whole: bool, horizon: int, data) -> None:
    step = data.draw(st.integers(1, horizon))
    problem = drawn(seed, whole=whole)
    plan, best = solve_myopic(problem, horizon=horizon, step=step), solve_least_cost(problem)
    assert best.found
    if plan.found:
        assert plan.cost >= best.cost - 2e-6 * max(1.0, abs(best.cost))
        assert (plan.result["slack"].values >= -0.1).all()
        kept = solve_least_cost(replace(problem, committed=plan.builds.values * (1 - 1e-9)))
        assert kept.found
    else:
        assert plan.message.en.startswith("the window 20")


@some
@given(seed=seeds, whole=st.booleans(), measure=st.integers(0, 3))
def test_a_new_measure_never_costs_more(seed: int, whole: bool, measure: int) -> None:
    problem = drawn(seed, whole=whole)
    before, after = solve_least_cost(without(problem, measure)), solve_least_cost(problem)
    assert after.found
    if before.found:
        assert after.cost <= before.cost + 2e-6 * max(1.0, abs(before.cost))


@some
@given(seed=seeds, whole=st.booleans())
def test_ranges_contain_the_plan_and_widen(seed: int, whole: bool) -> None:
    ranges = near_optimal(drawn(seed, whole=whole), slacks=(0.01, 0.1))
    planned = ranges["planned"].values
    assert (ranges["least"].values <= planned + 1e-4).all()
    assert (ranges["most"].values >= planned - 1e-4).all()
    assert (np.diff(ranges["least"].values, axis=0) <= 1e-4).all()
    assert (np.diff(ranges["most"].values, axis=0) >= -1e-4).all()


@some
@given(seed=seeds, measure=st.integers(0, 3), share=st.floats(0.0, 0.99), up=st.booleans())
def test_the_plan_holds_within_the_range_of_a_cost(
    seed: int, measure: int, share: float, up: bool
) -> None:
    problem = drawn(seed)
    ranges = cost_ranges(problem).isel(measure=measure)
    step = float(ranges["rise" if up else "fall"])
    step = share * min(step, 1e6) * (1.0 if up else -1.0)
    capex = np.array(problem.capex)
    capex[measure] += step
    dearer = replace(problem, capex=capex)
    builds = solve_least_cost(problem).builds.values
    kept = float((unit_cost(dearer) * builds).sum())
    assert solve_least_cost(dearer).cost == pytest.approx(kept, rel=1e-7, abs=1.0)


@some
@given(seed=seeds)
def test_the_curve_sums_up_to_the_cost(seed: int) -> None:
    """The finite difference of two points lies between their duals."""
    curve = abatement_curve(drawn(seed), numerator="co2", year=2019 + T, points=6)
    marginal, step = curve["marginal_cost"].values, curve["step_cost"].values[1:]
    room = 1e-5 * max(1.0, marginal.max())
    assert (step <= marginal[1:] + room).all()
    assert (step >= marginal[:-1] - room).all()


@some
@given(seed=seeds, whole=st.booleans())
def test_leaving_a_target_out_never_costs_more(seed: int, whole: bool) -> None:
    costs = target_costs(drawn(seed, whole=whole))
    room = 2e-6 * abs(float(costs["total_cost"])) + 1.0
    assert (costs["saves"] >= -room).all()
    assert (costs["alone"] >= -room).all()
    assert (costs["alone"] <= costs["total_cost"] - costs["cost_without_any"] + room).all()
