"""Targets over years and numerators: goldens, a second formulation, and the peak by enumeration."""

import itertools
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser import least_cost as families
from carbonpeak.optimiser import shapes
from carbonpeak.optimiser.least_cost import (
    LeastCostProblem,
    Numerator,
    Part,
    Status,
    Target,
    formulate,
    solve_least_cost,
)
from carbonpeak.optimiser.program import Program
from carbonpeak.optimiser.reach import Reach
from test_least_cost import YEARS, T, county, second_formulation, with_energy

GOLDEN = Path(__file__).parent / "lp"
few = settings(max_examples=12, deadline=None)


def rising(integer=False, **changes) -> LeastCostProblem:
    """A county whose emissions rise by themselves; the plant adds some before it takes away."""
    effect = county().numerators["co2"].effect.copy()
    effect[1] = np.triu(np.full((T, T), -4e3), 1) + np.diag(np.full(T, 900.0))
    co2 = Numerator(np.array([5e4, 5.2e4, 5.3e4, 5.35e4]), effect)
    base = with_energy(integer=np.array([False, integer, False]), targets=(), **changes)
    return replace(base, numerators={**base.numerators, "co2": co2})


def stated(problem, kind, *, price=None):
    """Return the rows of a kind on the rising county, each with a bound that costs something."""
    made = {
        "cap": lambda: Target.at("cap", "co2", 2022, 4.9e4, price),
        "budget": lambda: shapes.budget("budget", "co2", YEARS[1:], 1.5e5, price=price),
        "share": lambda: shapes.share("share", "clean", "all", 2023, 0.3, price=price),
        "no_rise": lambda: shapes.no_rise_after("no_rise", "co2", 2021, YEARS, price=price),
        "plateau": lambda: shapes.plateau("flat", "co2", 2020, 2023, 0.02, price=price),
        "peak_by": lambda: shapes.peak_by(problem, "peak", "co2", 2022, price=price),
        "first": lambda: shapes.peak_by(problem, "first", "co2", 2020, price=price),
    }[kind]()
    rows = (made,) if isinstance(made, Target) else made
    return replace(problem, targets=rows)


KINDS = ("cap", "budget", "share", "no_rise", "plateau", "peak_by", "first")


def enumerated(problem):
    """The least cost over every choice of alternatives, each solved by scipy's milp."""
    groups: dict[str, list[str]] = {}
    for target in problem.targets:
        if target.either:
            held = groups.setdefault(target.group, [])
            held += [target.either] if target.either not in held else []
    costs = []
    for choice in itertools.product(*groups.values()):
        taken = dict(zip(groups, choice, strict=True))
        rows = [it for it in problem.targets if not it.either or taken[it.group] == it.either]
        costs.append(second_formulation(replace(problem, targets=tuple(rows)))[0].fun)
    return min((cost for cost in costs if cost is not None), default=np.inf)


def only_targets(problem):
    """The program of the families of targets alone."""
    program = Program()
    builds = program.add("builds", {"measure": problem.measures, "year": problem.years})
    names = [target.name for target in problem.targets]
    shortfall = program.add("shortfall", {"target": names}, upper=0.0)
    whole = replace(formulate(problem), program=program, builds=builds, shortfall=shortfall)
    model = families.add_choice(whole)
    for family in (
        families.meet_target,
        families.sum_changes,
        families.choose_alternative,
        families.price_shortfalls,
    ):
        family(model)
    return program


# --- families -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS[1:])
def test_each_kind_writes_its_golden_text(kind):
    found = only_targets(stated(rising(), kind, price=100.0 if kind == "plateau" else None)).text()
    path = GOLDEN / f"target_{kind}.lp"
    if os.environ.get("CARBONPEAK_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def over_builds(model, number):
    """Return a row with each change that it sums put in place of its variable."""
    rows = model.program.matrix().entries.toarray()
    line = rows[number].copy()
    if model.changes is not None:
        held = model.program.rows["changes"].numbers
        for at, column in zip(held, model.changes.columns, strict=True):
            line -= line[column] / rows[at, column] * rows[at]
    return line


@pytest.mark.parametrize("kind", KINDS)
def test_rows_equal_those_of_a_slow_loop(kind):
    problem = stated(rising(), kind)
    model = formulate(problem)
    matrix, scale = model.program.matrix(), model.scale
    numbers = model.program.rows["targets"].numbers
    for row, target in enumerate(problem.targets):
        line = over_builds(model, numbers[row]) * scale.targets[row]
        bound = target.cap
        for m, b in itertools.product(range(3), range(T)):
            expected = 0.0
            for name, year, weight in target.parts:
                effect = problem.numerators[name].effect
                expected += weight * effect[m, b, YEARS.index(year)]
            assert line[m * T + b] / scale.builds[m] == pytest.approx(expected)
        for name, year, weight in target.parts:
            bound -= weight * problem.numerators[name].baseline[YEARS.index(year)]
        if target.either:
            column = model.chosen.columns[model.alternatives().index(target.alternative)]
            bound += line[column]
        ends = matrix.row_lower[numbers[row]], matrix.row_upper[numbers[row]]
        assert ends[target.sense == "at_most"] * scale.targets[row] == pytest.approx(bound)


@pytest.mark.parametrize("integer", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_optimum_agrees_with_a_second_formulation(kind, integer):
    problem = stated(rising(integer), kind)
    plan = solve_least_cost(problem)
    assert plan.status == Status.OPTIMAL
    assert plan.cost == pytest.approx(enumerated(problem), rel=1e-6, abs=1.0)
    assert solve_least_cost(replace(problem, targets=())).cost < plan.cost
    assert (plan.result["slack"] >= -1e-3).all()


@pytest.mark.parametrize("price", [1.0, 30.0, 200.0])
@pytest.mark.parametrize("kind", KINDS)
def test_soft_targets_agree_with_a_second_formulation(kind, price):
    problem = stated(rising(), kind, price=price)
    plan = solve_least_cost(problem)
    assert plan.cost + plan.penalty == pytest.approx(enumerated(problem), rel=1e-6, abs=1.0)
    assert (plan.prices <= price * (1 + 1e-6)).all()


# --- what the kinds say ---------------------------------------------------------------------


def reached(plan, name="co2"):
    return plan.result["achieved"].sel(numerator=name).to_numpy()


def test_a_budget_holds_the_sum_over_its_years():
    plan = solve_least_cost(stated(rising(), "budget"))
    assert reached(plan)[1:].sum() == pytest.approx(1.5e5)
    assert plan.result["value"].item() == pytest.approx(1.5e5)
    assert plan.result["target_year"].item() == 2023


def test_a_share_holds_one_numerator_against_another():
    plan = solve_least_cost(stated(rising(), "share"))
    assert reached(plan, "clean")[-1] / reached(plan, "all")[-1] == pytest.approx(0.3)


def test_after_the_year_nothing_rises():
    assert (np.diff(reached(solve_least_cost(stated(rising(), "no_rise"))))[1:] <= 1e-3).all()


def test_a_plateau_keeps_its_band():
    values = reached(solve_least_cost(stated(rising(), "plateau")))
    assert np.abs(values / values[0] - 1.0).max() == pytest.approx(0.02)


def test_the_peak_is_not_later_than_its_year():
    values = reached(solve_least_cost(stated(rising(), "peak_by")))
    assert values[3] <= values[:3].max() + 1e-3
    free = reached(solve_least_cost(replace(rising(), targets=())))
    assert free[3] > free[:3].max()


def test_a_peak_in_the_first_year_takes_no_binary():
    program = formulate(stated(rising(), "first")).program
    assert "chosen" not in program.blocks
    assert not program.whole
    assert formulate(stated(rising(), "peak_by")).program.whole


def test_years_that_another_one_passes_whatever_is_built_are_no_candidates():
    problem = rising()
    falling = Numerator(np.array([9e5, 8e5, 5.3e4, 5.2e4]), problem.numerators["co2"].effect)
    problem = replace(problem, numerators={**problem.numerators, "co2": falling})
    assert shapes.candidates(problem, "co2", YEARS) == (2020,)
    assert not any(target.either for target in shapes.peak_by(problem, "p", "co2", 2022))


def test_only_the_rows_of_the_year_chosen_are_told():
    plan = solve_least_cost(stated(rising(), "peak_by"))
    assert plan.result.sizes["target"] == 1
    chosen = plan.result.attrs["alternatives"].removeprefix("peak.")
    assert plan.result["target"].item() == f"peak.2023.{chosen}"
    assert plan.result["target_group"].item() == "peak"
    assert plan.price_condition.en == "conditional on the builds and the years chosen"
    assert reached(plan)[:3].max() == pytest.approx(reached(plan)[YEARS.index(int(chosen))])


def test_the_room_between_alternatives_is_what_builds_can_reach():
    problem = stated(rising(), "peak_by")
    rng = np.random.default_rng(3)
    limit = np.where(problem.window, problem.yearly_limit[:, None], 0.0)
    for target in problem.targets:
        effect = target.effect(problem.numerators, YEARS)
        most = Reach.of(problem).highest(effect)
        for _ in range(50):
            builds = limit * rng.random(limit.shape)
            sums = builds.sum(axis=1)
            builds *= np.minimum(1.0, problem.potential / sums)[:, None]
            assert ((effect * builds).sum(axis=1) <= most + 1e-6).all()


def test_highest_by_hand():
    problem = replace(rising(), potential=np.array([50.0, 6.0, np.inf]))
    effect = np.array([[9.0, 1.0, 3.0, 2.0], [1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 2.0, 0.0]])
    # switch: window from 2021, 20 a year, 50 in all; plant: until 2022, 4.5 a year, 6 in all
    assert Reach.of(problem).highest(effect) == pytest.approx([60 + 40 + 10, 13.5 + 3.0, 60.0])
    free = replace(problem, yearly_limit=np.array([20.0, 4.5, np.inf]))
    assert Reach.of(free).highest(effect)[2] == np.inf


def test_a_measure_without_limits_is_named():
    problem = rising(yearly_limit=np.array([20.0, 4.5, np.inf]))
    co2 = problem.numerators["co2"]
    burnt = Numerator(co2.baseline, -co2.effect)
    problem = replace(problem, numerators={**problem.numerators, "co2": burnt})
    with pytest.raises(ScenarioError, match="a potential or a yearly limit to forest"):
        solve_least_cost(stated(problem, "peak_by"))


def test_an_impossible_peak_says_which_years():
    tiny = rising(potential=np.array([1.0, 0.0, 1.0]))
    plan = solve_least_cost(stated(tiny, "peak_by"))
    assert plan.status == Status.INFEASIBLE
    assert plan.message.en.startswith("peak cannot be met: short by ")
    assert " in 2023 against 2022 " in plan.message.en
    assert "2023 年相对 2022 年差" in plan.message.zh
    assert "potential of" in plan.message.en
    (shortfall,) = plan.diagnosis.shortfalls
    assert shortfall.share == pytest.approx(shortfall.amount / 5.35e4)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (lambda: shapes.budget("x", "co2", (), 1.0), "a budget needs its years"),
        (lambda: shapes.plateau("x", "co2", 2022, 2022, 0.1), "ends in 2022, not after"),
        (lambda: shapes.plateau("x", "co2", 2020, 2022, 1.5), "the band is 1.5"),
        (lambda: shapes.peak_by(rising(), "x", "co2", 2030), "peak_by is 2030; expected a year of"),
        (lambda: shapes.peak_by(rising(), "x", "co2", 2023), "with one after it"),
        (lambda: shapes.no_rise_after("x", "co2", 2019, YEARS), "no_rise_after is 2019"),
    ],
)
def test_kinds_wrongly_stated_are_refused(state, words):
    with pytest.raises(ScenarioError, match=words):
        state()


# --- laws -----------------------------------------------------------------------------------

kinds = st.sampled_from(KINDS)


@few
@given(kinds, st.booleans())
def test_a_soft_target_with_a_huge_price_is_a_hard_one(kind, integer):
    problem = rising(integer)
    hard = solve_least_cost(stated(problem, kind))
    soft = solve_least_cost(stated(problem, kind, price=1e7))
    assert soft.cost == pytest.approx(hard.cost, rel=1e-6, abs=1.0)
    assert soft.penalty == pytest.approx(0.0, abs=1.0)


@few
@given(kinds, st.floats(0.0, 300.0), st.booleans())
def test_a_tighter_bound_never_costs_less(kind, less, integer):
    problem = stated(rising(integer), kind)
    sign = [-1.0 if target.sense == "at_most" else 1.0 for target in problem.targets]
    tighter = [
        replace(target, cap=target.cap + way * less)
        for way, target in zip(sign, problem.targets, strict=True)
    ]
    loose, tight = (solve_least_cost(replace(problem, targets=tuple(rows)))
                    for rows in (problem.targets, tighter))  # fmt: skip
    assert not tight.found or tight.cost >= loose.cost - 1e-6 * abs(loose.cost) - 1.0
    assert (loose.prices >= 0).all()


@few
@given(st.sampled_from([kind for kind in KINDS if kind not in ("plateau", "peak_by")]))
def test_the_price_lies_between_the_differences_of_the_cost(kind):
    problem = stated(rising(), kind)
    plan = solve_least_cost(problem)
    for row, target in enumerate(problem.targets):
        step = (1.0 if target.sense == "at_most" else -1.0) * 0.5
        costs = []
        for way in (step, -step):
            moved = list(problem.targets)
            moved[row] = replace(target, cap=target.cap + way)
            costs.append(solve_least_cost(replace(problem, targets=tuple(moved))).cost)
        discounted = plan.prices.sel(target=target.name).item() * 1.06 ** (2021 - target.year)
        looser, tighter = costs
        assert (plan.cost - looser) / 0.5 <= discounted + 1e-3
        assert discounted <= (tighter - plan.cost) / 0.5 + 1e-3


@few
@given(kinds, st.sampled_from([1e-3, 1e2]))
def test_units_of_the_numerators_change_nothing(kind, factor):
    problem = stated(rising(), kind)
    scaled = {
        name: Numerator(held.baseline * factor, held.effect * factor, held.unit)
        for name, held in problem.numerators.items()
    }
    rows = tuple(replace(target, cap=target.cap * factor) for target in problem.targets)
    one, two = solve_least_cost(problem), solve_least_cost(
        replace(problem, numerators=scaled, targets=rows)
    )  # fmt: skip
    assert two.cost == pytest.approx(one.cost, rel=1e-6, abs=1.0)


@pytest.mark.parametrize("start", [5.0e4, 5.15e4, 5.2e4])
def test_what_is_retired_counts_in_a_choice_too(start):
    """Each year tried by hard rows over the builds, where the switch harms in its second year."""
    problem = rising(retire_cost=np.array([10.0, np.nan, np.nan]))
    effect, gain = problem.numerators["co2"].effect.copy(), problem.running_cost.copy()
    effect[0] = np.diag(np.full(T - 1, 300.0), 1)
    gain[0] = np.eye(T) * -4e4 + np.diag(np.full(T - 1, -500.0), 1)
    co2 = Numerator(np.array([start, 5.1e4, 5.0e4, 5.0e4]), effect)
    problem = replace(problem, numerators={**problem.numerators, "co2": co2}, running_cost=gain)
    plan = solve_least_cost(replace(problem, targets=shapes.peak_by(problem, "peak", "co2", 2021)))
    assert plan.result.attrs["alternatives"]
    assert float(plan.result["retired"].sum()) > 1.0
    costs = []
    for year in YEARS[:2]:
        rows = [
            Target(f"{later}", (Part("co2", later), Part("co2", year, -1.0)), 0.0)
            for later in YEARS[2:]
        ]
        tried = solve_least_cost(replace(problem, targets=tuple(rows)), explain=False)
        costs.append(tried.cost if tried.found else np.inf)
    assert plan.cost == pytest.approx(min(costs), rel=1e-6, abs=1.0)


@few
@given(st.floats(-0.6, 0.4), st.floats(0.0, 3e3), st.booleans())
def test_one_of_two_rows_agrees_with_trying_both(weight, more, integer):
    """The larger of two amounts is a share of a third, as with power bought and sold."""
    problem = rising(integer)
    clean, every = problem.numerators["clean"], problem.numerators["all"]
    net = Numerator(
        clean.baseline + more, clean.effect + weight * every.effect - 0.4 * clean.effect, "tce"
    )
    problem = replace(problem, numerators={**problem.numerators, "net": net})
    rows = {key: shapes.share("s", key, "all", 2023, 0.3) for key in ("net", "clean")}
    plan = solve_least_cost(replace(problem, targets=shapes.any_of(problem, "s", rows)))
    costs = [second_formulation(replace(problem, targets=(row,)))[0].fun for row in rows.values()]
    best = min((cost for cost in costs if cost is not None), default=np.inf)
    assert plan.found == np.isfinite(best)
    if plan.found:
        assert plan.cost == pytest.approx(best, rel=1e-6, abs=1.0)
        assert set(plan.result["target_group"].to_numpy()) == {"s"}
        larger = np.maximum(reached(plan, "net"), reached(plan, "clean"))[-1]
        assert larger >= 0.3 * reached(plan, "all")[-1] - 1e-3


def test_a_row_that_another_one_implies_takes_no_binary():
    problem = rising()
    less = Numerator(np.full(T, 100.0), problem.numerators["clean"].effect, "tce")
    problem = replace(problem, numerators={**problem.numerators, "less": less})
    rows = {key: shapes.share("s", key, "all", 2023, 0.3) for key in ("less", "clean")}
    (row,) = shapes.any_of(problem, "s", rows)
    assert (row.name, row.numerator, row.either) == ("s", "clean", "")


@few
@given(
    st.lists(st.floats(4.8e4, 5.6e4), min_size=T, max_size=T),
    st.integers(0, T - 2),
    st.booleans(),
)
def test_the_peak_agrees_with_trying_every_year(baseline, last, integer):
    """Without pruning: every year up to the last allowed one, also where no binary is left."""
    problem = rising(integer)
    co2 = Numerator(np.array(baseline), problem.numerators["co2"].effect)
    problem = replace(problem, numerators={**problem.numerators, "co2": co2})
    plan = solve_least_cost(
        replace(problem, targets=shapes.peak_by(problem, "peak", "co2", YEARS[last]))
    )
    costs = []
    for peak in YEARS[: last + 1]:
        rows = [
            Target(f"{year}", (Part("co2", year), Part("co2", peak, -1.0)), 0.0)
            for year in YEARS[last + 1 :]
        ]
        costs.append(second_formulation(replace(problem, targets=tuple(rows)))[0].fun)
    best = min((cost for cost in costs if cost is not None), default=np.inf)
    assert plan.found == np.isfinite(best)
    if plan.found:
        assert plan.cost == pytest.approx(best, rel=1e-6, abs=1.0)
