"""Answers beside the plan: each against a second way to the same number, and the faults."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.answers import fronts
from carbonpeak.optimiser.answers.alternatives import different_plans, near_optimal
from carbonpeak.optimiser.answers.cash import cash_flow
from carbonpeak.optimiser.answers.curve import abatement_curve
from carbonpeak.optimiser.answers.fronts import pareto_front
from carbonpeak.optimiser.answers.gauges import (
    allow,
    hold_peak,
    limit_spending,
    measure_height,
    measure_total,
)
from carbonpeak.optimiser.answers.myopic import Myopic, solve_myopic
from carbonpeak.optimiser.answers.prices import shadow_prices
from carbonpeak.optimiser.answers.ranging import cost_ranges
from carbonpeak.optimiser.answers.statements import target_costs
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.least_cost import (
    LeastCostProblem,
    Moves,
    Numerator,
    Part,
    SolverSettings,
    Status,
    Target,
    formulate,
    solve_least_cost,
)
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from test_build_rows import BUNDLES, drawn, town
from test_least_cost import YEARS, capped, county, linear

GOLDEN = Path(__file__).parent / "lp"
T = len(YEARS)


def empty() -> LeastCostProblem:
    """No measure; the ceiling lies above the path."""
    none = np.zeros(0)
    return capped(
        county(
            measures=(), unit_size=none, integer=none.astype(bool), first_year=none.astype(int),
            last_year=none.astype(int), potential=none, yearly_limit=none, lifetime=none,
            capex=np.zeros((0, T)), fixed_opex=np.zeros((0, T)), running_cost=np.zeros((0, T, T)),
            ramp_rate=none, ramp_seed=none, moves=Moves.none(T),
            numerators={"co2": Numerator(np.linspace(5e4, 5.6e4, T), np.zeros((0, T, T)))},
        ),
        6e4,
    )  # fmt: skip


def single_year() -> LeastCostProblem:
    """A horizon of one year."""
    one = np.ones((3, 1))
    return linear(
        years=(2020,), first_year=np.full(3, 2020), last_year=np.full(3, 2020), lifetime=np.ones(3),
        capex=one * np.array([[3e4], [6e6], [5e4]]), fixed_opex=one, running_cost=one[:, :, None],
        numerators={"co2": Numerator(np.array([5e4]), -np.array([[[120.0]], [[4e3]], [[90.0]]]))},
        targets=(Target.at("cap", "co2", 2020, 4.8e4),), lines=(), baseline_activity=np.zeros(0),
        moves=Moves.none(1), ramp_rate=np.zeros(0), ramp_seed=np.zeros(0),
    )  # fmt: skip


def drawn_down() -> LeastCostProblem:
    """A baseline below zero: a sink larger than what is emitted."""
    held = linear().numerators["co2"]
    sink = {"co2": Numerator(held.baseline - 2e5, held.effect)}
    return capped(linear(numerators=sink), -1.55e5)


def no_room() -> LeastCostProblem:
    return capped(linear(potential=np.zeros(3)), 6e4)


def lasting(**changes) -> LeastCostProblem:
    """A county whose effects all last, so that its path runs on."""
    acts = np.triu(np.ones((T, T))) * np.array([-120.0, -4e3, -90.0])[:, None, None]
    return linear(numerators={"co2": Numerator(np.linspace(5e4, 5.6e4, T), acts)}, **changes)


def rows_of(name: str) -> str:
    """Return the LP text of one family of rows on the county's builds."""
    model = formulate(lasting() if name == "measure_height_lasting" else linear())
    made = {
        "measure_height_lasting": lambda: measure_height(model, "co2"),
        "measure_total": lambda: measure_total(model, "co2", np.ones(T)),
        "measure_height": lambda: measure_height(model, "co2"),
        "hold_peak": lambda: hold_peak(measure_height(model, "co2"), 2022),
        "limit_spending": lambda: (limit_spending(model), allow(model, 500.0)),
    }
    made[name]()
    kept = ("total(", "height(", "path(", "spending(")
    lines = model.program.text().splitlines()
    return "\n".join(line for line in lines if line.strip().startswith(kept)) + "\n"


GAUGES = (
    "measure_total",
    "measure_height",
    "measure_height_lasting",
    "hold_peak",
    "limit_spending",
)


@pytest.mark.parametrize("name", GAUGES)
def test_each_new_family_writes_its_golden_text(name: str) -> None:
    found, path = rows_of(name), GOLDEN / f"{name}.lp"
    if os.environ.get("CARBONPEAK_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def test_what_a_gauge_reads_is_what_builds_do() -> None:
    problem = linear()
    held = problem.numerators["co2"]
    model = formulate(problem)
    total, height = measure_total(model, "co2", np.arange(T) * 1.0), measure_height(model, "co2")
    solution = model.program.solve()
    builds = model.native(solution.values["builds"])
    path = [
        held.baseline[t] + sum((builds * held.effect[:, :, t]).ravel().tolist()) for t in range(T)
    ]
    assert total.read(solution) == pytest.approx(sum(t * path[t] for t in range(T)))
    assert height.read(solution) == pytest.approx(max(path))


def written_out(model: LeastCostModel, table: FloatArray) -> FloatArray:
    """Return what each row of the height holds over builds and retirements, (year, column).

    Where effects last it holds one year of a path, whose rows are changes from the year before.
    """
    numbers, blocks = model.program.rows["height"].numbers, model.program.blocks
    top = blocks["height"].columns.item()
    assert (table[numbers, top] == -1.0).all()
    if "path" not in blocks:
        return table[numbers]
    columns, steps = blocks["path"].columns, model.program.rows["path"].numbers
    each = np.eye(len(steps))
    np.testing.assert_array_equal(table[numbers][:, columns], each)
    assert np.count_nonzero(table[numbers]) == 2 * len(steps)
    np.testing.assert_array_equal(table[steps][:, columns], each - np.eye(len(steps), k=-1))
    path = -table[steps].cumsum(axis=0)
    path[:, columns] = 0.0
    return path


@pytest.mark.parametrize("effect", ["lasting", "fading", "outlasting its retirement"])
def test_rows_of_gauges_equal_those_of_a_slow_loop(effect: str) -> None:
    """In native units, one loop over builds, retirements and years."""
    problem = town(**BUNDLES["retire_what_stands"])
    every, ends = problem.numerators["co2"], problem.retired_effect("co2")
    changed = {
        "lasting": every,
        "fading": replace(every, effect=every.effect * 0.9 ** np.arange(len(problem.years))),
        "outlasting its retirement": replace(every, retired=0.7 * ends),
    }
    problem = replace(problem, numerators={"co2": changed[effect]})
    part = 0.7 if effect == "outlasting its retirement" else 1.0
    held, years = problem.numerators["co2"], range(len(problem.years))
    model = formulate(problem)
    weights = np.array([0.0, 1.0, 2.0, 0.5, 1.0])
    total, height = measure_total(model, "co2", weights), measure_height(model, "co2")
    limit_spending(model)
    matrix, rows = model.program.matrix(), model.program.rows
    table, cost = matrix.entries.toarray(), unit_cost(problem)
    path = written_out(model, table)
    assert ("path" in rows) == (effect != "fading")
    for m, b in np.ndindex(cost.shape):
        column, size = model.builds.columns[m, b], model.scale.builds[m]
        for t in years:
            found = path[t, column] * height.scale / size
            assert found == pytest.approx(held.effect[m, b, t])
        found = table[rows["total"].numbers[0], column] * total.scale / size
        assert found == pytest.approx(sum(weights[t] * held.effect[m, b, t] for t in years))
        found = table[rows["spending"].numbers[0], column] * MONEY / size
        assert found == pytest.approx(cost[m, b])
    for at, (m, b, left) in enumerate(zip(*problem.retirements, strict=True)):
        column, size = model.retired.columns[at], model.scale.builds[m]
        gone = [-part * held.effect[m, b, t] if t >= left else 0.0 for t in years]
        for t in years:
            found = path[t, column] * height.scale / size
            assert found == pytest.approx(gone[t])
        found = table[rows["total"].numbers[0], column] * total.scale / size
        assert found == pytest.approx(sum(weights[t] * gone[t] for t in years))


@pytest.mark.parametrize(
    "problem", [linear(), county(), lasting()], ids=["linear", "whole", "lasting"]
)
@pytest.mark.parametrize("against", ["cumulative", "height"])
def test_each_point_of_a_front_is_a_least_cost_plan_of_its_own(problem, against: str) -> None:
    front = pareto_front(problem, numerator="co2", against=against, points=4)
    held = problem.numerators["co2"]
    rows = [YEARS] if against == "cumulative" else [(year,) for year in YEARS]
    for at in range(1, 4):
        cap = float(front["cap"][at]) + 1e-3
        more = [
            Target(f"cap {years[0]}", tuple(Part("co2", year) for year in years), cap)
            for years in rows
        ]
        alone = solve_least_cost(replace(problem, targets=(*problem.targets, *more)))
        assert front["cost"].values[at] == pytest.approx(alone.cost, rel=1e-5)
        builds = front["builds"].values[at]
        path = held.baseline + np.einsum("mb,mbt->t", builds, held.effect)
        assert front["path"].values[at] == pytest.approx(path)
        measured = path.sum() if against == "cumulative" else path.max()
        assert front["reached"].values[at] == pytest.approx(measured)
    assert front.attrs["conditional"] == int(problem.integer.any())


@pytest.mark.parametrize("problem", [linear(), county()], ids=["linear", "whole"])
def test_a_front_is_the_same_from_both_ends_at_once_and_one_after_the_other(
    problem, tmp_path: Path
) -> None:
    """With a log the two ends take turns, so that their lines do not mix."""
    apart = pareto_front(problem, numerator="co2", points=7)
    logged = SolverSettings(log_file=str(tmp_path / "log.txt"))
    in_turn = pareto_front(problem, numerator="co2", points=7, settings=logged)
    xr.testing.assert_identical(apart, in_turn)


@pytest.mark.parametrize("problem", [linear(), county()], ids=["linear", "whole"])
@pytest.mark.parametrize("points", [2, 3, 4, 6])
def test_a_front_has_as_many_points_as_are_asked_for(problem, points: int) -> None:
    front = pareto_front(problem, numerator="co2", points=points)
    caps = np.linspace(front["cap"].values[0], front["cap"].values[-1], points)
    assert front["cap"].values == pytest.approx(caps)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("against", ["cumulative", "height"])
def test_prices_that_go_ahead_of_caps_change_only_the_way(
    seed: int, against: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = np.zeros(4, dtype=bool)
    town = replace(drawn(seed), integer=no, once=no, minimum_build=np.zeros(4), needs=())
    problem, found = replace(town, excludes=(), targets=()), []
    for pivots in (0, 10**9):
        monkeypatch.setattr(fronts, "FAR_APART", pivots)
        found.append(pareto_front(problem, numerator="co2", against=against, points=9))
    led, plain = found
    for name in ("cap", "reached", "cost", "penalty"):
        assert led[name].values == pytest.approx(plain[name].values, rel=1e-7, abs=1e-2)
    slope = -np.diff(led["cost"] + led["penalty"]) / np.diff(led["cap"])
    marginal, dust = led["marginal_cost"].values[1:], 1e-6 * slope.max()
    assert (marginal >= slope - dust).all()
    assert (marginal[:-1] <= slope[1:] + dust).all()


def test_caps_beyond_the_possible_are_refused_whatever_goes_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fronts, "FAR_APART", 0)
    whole = pareto_front(linear(), numerator="co2", points=2)
    beyond = 2 * whole["cap"].values[1] - whole["cap"].values[0]
    with pytest.raises(ResultError, match="no plan keeps it"):
        pareto_front(linear(), numerator="co2", points=9, tightest=float(beyond))


def test_a_front_may_stop_at_a_cap_of_its_own() -> None:
    front = pareto_front(linear(), numerator="co2", points=3, tightest=1.5e5)
    assert front["cap"].values[-1] == 1.5e5


@pytest.mark.parametrize("problem", [linear(), county()], ids=["linear", "whole"])
@pytest.mark.parametrize("against", ["cumulative", "height"])
def test_a_cap_outside_what_is_possible_is_refused_with_the_range(problem, against: str) -> None:
    def front(tightest: float | None):
        return pareto_front(problem, numerator="co2", against=against, points=3, tightest=tightest)

    whole = front(None)
    numbers = r"Expected ([\d,.]+) t CO2.*, the least possible, to ([\d,.]+) t CO2"
    for outside, why in ((-5.0, "no plan keeps it"), (1e12, "stays below it anyway")):
        with pytest.raises(ResultError, match=why) as refused:
            front(outside)
        told = re.search(numbers, str(refused.value))
        assert told is not None
        low, high = (float(number.replace(",", "")) for number in told.groups())
        assert front(low)["reached"].values[-1] == pytest.approx(low, rel=1e-3)
        assert (front(low)["status"] == "optimal").all()
        assert front(high)["cost"].values[-1] == pytest.approx(whole["cost"].values[0], rel=1e-3)
    exact = front(float(whole["reached"][-1]))
    assert exact["cost"].values[-1] == pytest.approx(whole["cost"].values[-1], rel=1e-6)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"tightest": np.nan}, "'tightest' is nan; expected a number"),
        ({"tightest": 1e5, "against": "peak_year"}, "against 'peak_year' every year is tried"),
    ],
)
def test_a_cap_that_is_none_is_refused(asked: dict[str, object], words: str) -> None:
    with pytest.raises(ResultError, match=words):
        pareto_front(linear(), numerator="co2", **asked)


def test_a_cap_where_nothing_can_be_traded_is_refused() -> None:
    for ask in (pareto_front, abatement_curve):
        with pytest.raises(ResultError, match=r"no plan keeps it\. The least-cost plan reaches"):
            ask(no_room(), numerator="co2", tightest=1.0)


@pytest.mark.parametrize("problem", [linear(), lasting()], ids=["linear", "lasting"])
def test_the_peak_is_where_it_is_asked(problem) -> None:
    front = pareto_front(problem, numerator="co2", against="peak_year")
    path = front["path"].values
    for at, year in enumerate(YEARS):
        assert path[at].max() == pytest.approx(path[at][YEARS.index(year)], rel=1e-6)
    assert (np.diff(front["cost"].values) <= 1e-6).all()
    free = solve_least_cost(problem).cost
    assert front["cost"].values[-1] == pytest.approx(free)


def test_marginal_cost_is_the_dual_and_the_finite_difference() -> None:
    problem = linear(targets=())
    curve = abatement_curve(problem, numerator="co2", year=2023, points=5)
    for at in range(1, 4):
        cap = float(curve["cap"][at])
        asked = Target.at("cap", "co2", 2023, cap)
        plan = solve_least_cost(replace(problem, targets=(asked,)))
        assert curve["marginal_cost"].values[at] == pytest.approx(plan.prices.item(), rel=1e-4)
        tighter = solve_least_cost(replace(problem, targets=(replace(asked, cap=cap - 1.0),)))
        step = (tighter.cost - plan.cost) / problem.discount[3]
        assert curve["marginal_cost"].values[at] == pytest.approx(step, rel=1e-4)
        assert curve["average_cost"].values[at] == pytest.approx(
            plan.cost / problem.discount[3] / (5.6e4 - cap), rel=1e-4
        )
    steps, marginal = curve["step_cost"].values, curve["marginal_cost"].values
    assert np.isnan(steps[0])
    assert (steps[1:] <= marginal[1:] * (1 + 1e-6)).all()
    assert (steps[1:] >= marginal[:-1] * (1 - 1e-6)).all()


def two_targets() -> LeastCostProblem:
    early = Target.at("early", "co2", 2022, 5.0e4)
    return linear(targets=(Target.at("late", "co2", 2023, 4.5e4), early))


def test_a_target_costs_what_is_saved_without_it() -> None:
    problem = two_targets()
    costs = target_costs(problem)
    whole = solve_least_cost(problem).cost
    for name in ("late", "early"):
        left = tuple(target for target in problem.targets if target.name != name)
        only = tuple(target for target in problem.targets if target.name == name)
        without = solve_least_cost(replace(problem, targets=left)).cost
        alone = solve_least_cost(replace(problem, targets=only)).cost
        assert costs["saves"].sel(target=name).item() == pytest.approx(whole - without, abs=1.0)
        assert costs["alone"].sel(target=name).item() == pytest.approx(alone, abs=1.0)
    both = costs["total_cost"] - costs["cost_without_any"]
    assert costs["interaction"].item() == pytest.approx(float(both - costs["saves"].sum()))


def test_rows_of_one_statement_cost_together() -> None:
    problem = two_targets()
    joined = tuple(replace(target, group="both") for target in problem.targets)
    costs = target_costs(replace(problem, targets=joined))
    assert costs["target"].values.tolist() == ["both"]
    assert costs["saves"].item() == pytest.approx(solve_least_cost(problem).cost)
    assert costs["interaction"].item() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("problem", [linear(), county()], ids=["linear", "whole"])
def test_ranges_hold_what_some_plan_within_the_allowance_builds(problem) -> None:
    ranges = near_optimal(problem, slacks=(0.0, 0.05, 0.10))
    planned = solve_least_cost(problem).builds.sum("year").values
    assert (ranges["least"].values <= planned + 1e-3).all()
    assert (ranges["most"].values >= planned - 1e-3).all()
    assert (np.diff(ranges["least"].values, axis=0) <= 1e-4).all()
    assert (np.diff(ranges["most"].values, axis=0) >= -1e-4).all()
    assert bool(ranges["always"].sel(slack=0.10, measure="switch"))
    assert not bool((ranges["always"] & ranges["never"]).any())


def test_the_end_of_a_range_is_reached_at_the_allowance() -> None:
    """Forcing a little more than the most costs more than what is allowed."""
    problem = linear()
    ranges = near_optimal(problem, slacks=(0.05,)).isel(slack=0)
    most = float(ranges["most"].sel(measure="plant"))
    for amount, dearer in ((most * 0.99, False), (most * 1.01, True)):
        forced = np.zeros((3, T))
        cheapest = min(
            solve_least_cost(replace(problem, committed=_at(forced, 1, year, amount))).cost
            for year in range(3)
        )
        assert (cheapest > float(ranges["allowance"])) is dearer


def _at(builds: np.ndarray, measure: int, year: int, amount: float) -> np.ndarray:
    builds = builds.copy()
    builds[measure, year] = amount
    return builds


def test_a_measure_that_nothing_limits_has_no_most() -> None:
    free = np.array([50.0, 6.0, np.inf])
    problem = linear(
        yearly_limit=np.array([20.0, 4.5, np.inf]), potential=free, capex=np.zeros((3, T)),
        fixed_opex=np.zeros((3, T)), running_cost=np.zeros((3, T, T)),
    )  # fmt: skip
    ranges = near_optimal(problem, slacks=(0.1,))
    assert np.isinf(ranges["most"].sel(measure="forest")).all()


@pytest.mark.parametrize("problem", [linear(), county()], ids=["linear", "whole"])
def test_different_plans_meet_the_targets_within_the_allowance(problem) -> None:
    found = different_plans(problem, slack=0.4, count=3)
    assert found.sizes["plan"] >= 2
    assert (found["cost"] <= found["allowance"] + 1.0).all()
    assert (found["nearest"].values[1:] > 0).all()
    held = problem.numerators["co2"]
    for builds in found["builds"].values:
        reached = held.baseline[3] + (builds * held.effect[:, :, 3]).sum()
        assert reached <= 4.5e4 * (1 + 1e-9) + 0.1
        fixed = np.where(builds > 1e-9, builds, 0.0) * (1 - 1e-9)
        same = replace(problem, committed=np.where(problem.integer[:, None], builds, fixed))
        assert solve_least_cost(same).found
    assert found["difference"].values[0] == 0.0


def test_fewer_plans_than_asked_for_say_why() -> None:
    every = different_plans(linear(), slack=0.4, count=9)
    further = every.sizes["plan"] - 1
    assert 1 <= further < 9
    assert every.attrs["note_en"].startswith(f"{further} of 9 further plans found: within 40 %")
    assert f"9个其他方案中的{further}个：成本上浮40%以内" in every.attrs["note_zh"]
    asked = different_plans(linear(), slack=0.4, count=further)
    assert (asked.sizes["plan"], asked.attrs["note_en"]) == (every.sizes["plan"], "")


def moved(problem: LeastCostProblem, measure: int, amount: float) -> LeastCostProblem:
    capex = np.array(problem.capex)
    capex[measure] += amount
    return replace(problem, capex=capex)


@pytest.mark.parametrize("problem", [linear(), county()], ids=["linear", "whole"])
def test_a_plan_stays_within_the_range_of_a_cost_and_changes_beyond(problem) -> None:
    ranges, plan = cost_ranges(problem), solve_least_cost(problem)
    for at, measure in enumerate(problem.measures):
        for sign, name in ((-1.0, "fall"), (1.0, "rise")):
            step = float(ranges[name].sel(measure=measure))
            if problem.integer[at]:
                assert np.isnan(step)
            elif np.isfinite(step):
                within = solve_least_cost(moved(problem, at, sign * step * 0.999))
                beyond = solve_least_cost(moved(problem, at, sign * step * 1.01))
                assert within.builds.values == pytest.approx(plan.builds.values, abs=1e-6)
                assert abs(beyond.builds.values - plan.builds.values).max() > 1e-3
    assert ranges.attrs["conditional"] == int(problem.integer.any())


def test_costs_by_actor_add_up_to_the_plan() -> None:
    problem = linear(actors=("firm", "government", "government"))
    plan = solve_least_cost(problem)
    flow = cash_flow(plan)
    assert flow["actor"].values.tolist() == ["firm", "government"]
    assert float(flow["cost_discounted"].sum()) == pytest.approx(plan.cost)
    firm = plan.result["cost"].sel(measure="switch")
    assert flow["cost"].sel(actor="firm").values == pytest.approx(firm.values)
    cash = firm.sel(kind=["capex", "fixed_opex", "energy"]).sum("kind")
    paid = (flow["outlay"] + flow["running"]).sel(actor="firm").values
    assert paid == pytest.approx(cash.values)
    assert flow["cash_flow"].sel(actor="firm").values == pytest.approx(-cash.values)
    assert flow["so_far"].sel(actor="firm").values[-1] == pytest.approx(-float(cash.sum()))


def test_prices_stand_in_their_year_with_the_rows_that_carry_them() -> None:
    problem = two_targets()
    plan = solve_least_cost(problem)
    table = shadow_prices(plan)
    for target in problem.targets:
        place = {"numerator": "co2", "year": target.year}
        price = plan.prices.sel(target=target.name).item()
        assert table["price"].sel(place).item() == price
        assert (table["rows"].sel(place).item() == target.name) is (price > 0)
    assert (table["price"] >= 0).all()
    assert table.attrs["price_condition_en"] == "unconditional"
    whole = shadow_prices(solve_least_cost(county()))
    assert whole.attrs["price_condition_zh"] == "以所选整数项目为条件"


def test_one_window_over_all_years_is_the_least_cost_plan() -> None:
    for problem in (linear(), county()):
        plan, whole = solve_myopic(problem, horizon=T, step=1), solve_least_cost(problem)
        assert plan.cost == pytest.approx(whole.cost)
        assert plan.prices.values == pytest.approx(whole.prices.values)
        assert (plan.bound, plan.gap) == pytest.approx((whole.bound, whole.gap), abs=1e-9)


def test_short_sight_costs_more_and_says_so() -> None:
    plan = solve_myopic(linear(), horizon=2, step=1)
    assert plan.cost > solve_least_cost(linear()).cost * 1.05
    assert plan.result.attrs["windows"] == "2020–2021, 2021–2022, 2022–2023"
    assert "without sight" in plan.message.en
    assert plan.bound == -np.inf
    assert plan.price_condition.en == "conditional on the builds of earlier windows"
    assert plan.result["value"].item() <= 4.5e4 + 0.1


def test_a_window_without_a_plan_is_named_and_diagnosed() -> None:
    """What is not built before the target is seen cannot be made up in its year."""
    problem = capped(linear(), 3.2e4)
    assert solve_least_cost(problem).found
    plan = solve_myopic(problem, horizon=1, step=1)
    assert plan.status == Status.INFEASIBLE
    assert plan.message.en.startswith("the window 2023 has no plan: cap_2023 cannot be met")
    assert plan.message.zh.startswith("时段 2023 没有可行方案")
    assert plan.diagnosis is not None
    (short,) = plan.diagnosis.shortfalls
    best = capped(problem, 3.2e4 + short.amount * 1.001 + 1.0)
    assert solve_myopic(best, horizon=1, step=1).found


@pytest.mark.parametrize("name", list(BUNDLES))
def test_conditions_on_builds_hold_in_every_answer(name: str) -> None:
    """What is retired, built once or stands apart counts in fronts, ranges and short sight."""
    problem = town(**BUNDLES[name])
    best = solve_least_cost(problem)
    front = pareto_front(problem, numerator="co2", points=3)
    assert front["cost"].values[0] == pytest.approx(best.cost, rel=1e-6)
    assert front["path"].sum("year").values == pytest.approx(front["reached"].values)
    extra = Target(
        "extra", tuple(Part("co2", year) for year in problem.years), float(front["cap"][1]) + 1e-2
    )
    alone = solve_least_cost(replace(problem, targets=(*problem.targets, extra)))
    assert front["cost"].values[1] == pytest.approx(alone.cost, rel=1e-5)
    ranges = near_optimal(problem, slacks=(0.05,)).isel(slack=0)
    assert (ranges["least"] <= ranges["planned"] + 1e-3).all()
    assert (ranges["most"] >= ranges["planned"] - 1e-3).all()
    seen = solve_myopic(problem, horizon=5, step=5)
    assert seen.cost == pytest.approx(best.cost, rel=1e-6)
    for horizon in (1, 2, 3):
        plan = solve_myopic(problem, horizon=horizon, step=1)
        if plan.found:
            assert plan.cost >= best.cost * (1 - 2e-6)
            assert (plan.result["slack"].values >= -0.1).all()
        else:
            assert plan.diagnosis is not None
            assert plan.diagnosis.shortfalls


@pytest.mark.parametrize(("horizon", "step"), [(2, 3), (2, 0), (0, 0)])
def test_windows_that_leave_years_out_are_refused(horizon: int, step: int) -> None:
    with pytest.raises(ResultError, match="windows of"):
        Myopic(horizon, step)


def everything(problem: LeastCostProblem) -> dict[str, object]:
    """Ask every question."""
    plan = solve_least_cost(problem)
    return {
        "cumulative": pareto_front(problem, numerator="co2", points=3),
        "height": pareto_front(problem, numerator="co2", against="height", points=3),
        "peak_year": pareto_front(problem, numerator="co2", against="peak_year"),
        "curve": abatement_curve(problem, numerator="co2", points=3),
        "targets": target_costs(problem),
        "near": near_optimal(problem),
        "different": different_plans(problem),
        "ranges": cost_ranges(problem),
        "cash": cash_flow(plan),
        "prices": shadow_prices(plan),
        "myopic": solve_myopic(problem, horizon=2, step=1),
    }


@pytest.mark.parametrize("problem", [empty(), no_room()], ids=["no measure", "no potential"])
def test_where_nothing_can_be_built_every_answer_says_nothing(problem) -> None:
    found = everything(problem)
    assert found["cumulative"].sizes["point"] == 1
    assert found["curve"]["abated"].values == pytest.approx([0.0])
    assert np.isnan(found["curve"]["average_cost"]).all()
    assert found["targets"]["saves"].values == pytest.approx([0.0])
    assert not found["near"]["most"].values.any()
    assert found["near"]["never"].values.all()
    assert found["different"].sizes["plan"] == 1
    assert found["different"].attrs["note_en"].startswith("0 of 5 further plans found: within 5 %")
    assert found["myopic"].cost == 0.0
    assert not found["prices"]["price"].values.any()
    assert not found["cash"]["cost"].values.any()


def test_a_target_that_is_met_costs_nothing() -> None:
    problem = capped(linear(), 6e4)
    found = everything(problem)
    assert not found["prices"]["price"].values.any()
    assert set(found["prices"]["rows"].values.flat) == {""}
    assert found["targets"]["saves"].values == pytest.approx([0.0], abs=1e-6)
    assert found["cumulative"]["marginal_cost"].values[0] == 0.0


def test_a_horizon_of_one_year_has_every_answer() -> None:
    found = everything(single_year())
    assert found["peak_year"]["cost"].values == pytest.approx(
        [solve_least_cost(single_year()).cost]
    )
    assert found["myopic"].cost == pytest.approx(solve_least_cost(single_year()).cost)
    assert found["targets"]["saves"].item() > 0


def test_a_baseline_below_zero_has_every_answer() -> None:
    found = everything(drawn_down())
    above = pareto_front(linear(), numerator="co2", points=3)
    assert found["cumulative"]["cost"].values == pytest.approx(above["cost"].values, rel=1e-6)
    assert found["cumulative"]["reached"].values == pytest.approx(
        above["reached"].values - 8e5, rel=1e-6
    )


def test_what_cannot_be_asked_is_said() -> None:
    problem = linear()
    with pytest.raises(ResultError, match=r"no numerator 'co3'.*co2"):
        pareto_front(problem, numerator="co3")
    with pytest.raises(ResultError, match="expected one of cumulative, height, peak_year"):
        pareto_front(problem, numerator="co2", against="depth")
    with pytest.raises(ResultError, match="at least 2"):
        pareto_front(problem, numerator="co2", points=1)
    with pytest.raises(ResultError, match="the horizon is 2020 to 2023"):
        abatement_curve(problem, numerator="co2", year=2030)
    with pytest.raises(ResultError, match="expected shares of at least 0 that rise"):
        near_optimal(problem, slacks=(0.1, 0.05))
    for wrong in ((), (np.nan,), ("0.1",)):
        with pytest.raises(ResultError, match=r"'slacks' is .*; expected shares of at least 0"):
            near_optimal(problem, slacks=wrong)
    with pytest.raises(ResultError, match=r"'slack' is -0.1; expected shares of at least 0"):
        different_plans(problem, slack=-0.1)
    with pytest.raises(ResultError, match=r"rise by 500%; write 0.05 for 5 %"):
        near_optimal(problem, slacks=(5,))
    with pytest.raises(ResultError, match="'count' is 0; expected at least 1 plan beside"):
        different_plans(problem, count=0)
    impossible = capped(problem, 0.0)
    for ask in (target_costs, near_optimal, different_plans, cost_ranges):
        with pytest.raises(ResultError, match="there is no plan to ask about: cap_2023 cannot"):
            ask(impossible)
    with pytest.raises(ResultError, match="has no prices"):
        shadow_prices(solve_least_cost(impossible))


def test_a_time_limit_before_any_plan_is_said() -> None:
    stopped = SolverSettings(time_limit=0.0)
    with pytest.raises(ResultError, match="time limit"):
        pareto_front(county(), numerator="co2", settings=stopped)


def test_short_sight_pays_for_the_soft_targets_of_windows_gone_by():
    problem = linear()
    soft = Target.at("early", "co2", 2021, 1e4, price=3.0)
    plan = solve_myopic(replace(problem, targets=(soft,)), horizon=1, step=1)
    missed = float(plan.result["shortfall"].sel(target="early"))
    assert missed > 0
    factor = (1.0 + problem.discount_rate) ** (problem.discount_to - 2021)
    assert plan.penalty == pytest.approx(missed * 3.0 * factor)


def test_a_window_without_a_plan_is_explained_where_units_may_retire():
    never = Target.at("late", "co2", 2023, -1e9)
    problem = linear(targets=(never,), retire_cost=np.array([1.0, np.nan, 1.0]))
    plan = solve_myopic(problem, horizon=2, step=1)
    assert not plan.found
    assert "the window 2022–2023 has no plan: late cannot be met" in plan.message.en
