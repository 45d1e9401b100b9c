"""Many futures with targets that leave a choice: each alternative tried by itself, and scipy."""

import itertools
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser import shapes
from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.futures import (
    Futures,
    aim_at,
    keep_in_futures,
    keep_in_share,
    keep_in_tail,
    price_misses,
    robust_model,
)
from carbonpeak.optimiser.least_cost import Numerator, Target, solve_least_cost
from carbonpeak.optimiser.model import MONEY
from carbonpeak.optimiser.robust import price_of_robustness, solve_robust
from carbonpeak.optimiser.targets import Held, held_by
from test_build_rows import town
from test_least_cost import second_formulation
from test_robust import county as two_measures
from test_target_shapes import T, enumerated, rising

GOLDEN = Path(__file__).parent / "lp"
few = settings(max_examples=10, deadline=None)
COUNT = 6


def peaked(by=2022, *, price=None, baseline=None, **changes):
    """The rising county, whose peak is to come by a year."""
    problem = rising(**changes)
    if baseline is not None:
        co2 = Numerator(np.array(baseline), problem.numerators["co2"].effect)
        problem = replace(problem, numerators={**problem.numerators, "co2": co2})
    return replace(problem, targets=shapes.peak_by(problem, "peak", "co2", by, price=price))


def drawn(problem, count=COUNT, seed=0, spread=0.02):
    """Futures with paths, effects and costs of their own; the base year is the same."""
    draw, found = np.random.default_rng(seed), {}
    for at in range(count):
        amounts = {}
        for name, held in problem.numerators.items():
            path = held.baseline * np.append(1.0, draw.uniform(1 - spread, 1 + spread, T - 1))
            amounts[name] = Numerator(path, held.effect * draw.uniform(0.8, 1.2, (3, 1, 1)))
        capex = problem.capex * draw.uniform(0.7, 1.4, (3, 1))
        found[f"future_{at}"] = replace(problem, numerators=amounts, capex=capex)
    return Futures.equally_likely(found)


def ways_of(problem):
    return list(dict.fromkeys(one.either for one in problem.targets if one.either))


def fixed(problem, way):
    """The problem with one alternative for rows that hold in any case."""
    rows = [it for it in problem.targets if it.either in ("", way)]
    return replace(problem, targets=tuple(replace(it, either="") for it in rows))


def both_fixed(problem, futures, way):
    parts = tuple(fixed(one, way) for one in futures.problems)
    return fixed(problem, way), replace(futures, problems=parts)


def least(problem, futures, keep, aim="expected"):
    """The least aim of a program of some families, CNY2020; infinite where there is no plan."""
    best = np.array([solve_least_cost(one).cost for one in futures.problems])
    model = robust_model(problem, futures)
    keep(model)
    aim_at(model, aim, 0.5, best)
    solution = model.base.program.solve()
    return solution.objective * MONEY if solution.found else np.inf


def least_of_each(problem, futures, keep, aim="expected"):
    """The same over every alternative, held by rows without a choice."""
    best = np.array([solve_least_cost(one).cost for one in futures.problems])
    found = []
    for way in ways_of(problem):
        model = robust_model(*both_fixed(problem, futures, way))
        keep(model)
        aim_at(model, aim, 0.5, best)
        solution = model.base.program.solve()
        found.append(solution.objective * MONEY if solution.found else np.inf)
    return found


KEEPS = {
    "all": keep_in_futures,
    "share": lambda model: keep_in_share(model, 0.5),
    "tail": lambda model: keep_in_tail(model, 0.5),
    "none": price_misses,
}
paths = st.lists(st.floats(4.9e4, 5.4e4), min_size=T, max_size=T)
seeds = st.integers(0, 10**6)


# --- the optimum ----------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(paths, st.sampled_from(list(KEEPS)), st.sampled_from(["expected", "cvar", "regret"]), seeds)
def test_the_optimum_is_that_of_the_best_alternative(baseline, keep, aim, seed):
    problem = peaked(baseline=baseline)
    assume(len(ways_of(problem)) > 1)
    futures = drawn(problem, seed=seed)
    assume(all(solve_least_cost(one, explain=False).found for one in futures.problems))
    asked = problem, futures, KEEPS[keep], aim
    best = min(least_of_each(*asked))
    assert least(*asked) == pytest.approx(best, rel=1e-5, abs=1.0)


@pytest.mark.parametrize("keep", KEEPS)
def test_the_alternative_of_least_cost_may_be_any(keep):
    """The choice is a real one: each year is the best in some county, and no other one is."""
    taken = set()
    for baseline in ([5.3e4, 5.1e4, 5.0e4, 5.25e4], [5.0e4, 5.3e4, 5.1e4, 5.25e4], [5.0e4] * 4):
        problem = peaked(baseline=baseline)
        costs = least_of_each(problem, drawn(problem), KEEPS[keep])
        taken.add(ways_of(problem)[int(np.argmin(costs))])
        assert least(problem, drawn(problem), KEEPS[keep]) == pytest.approx(
            min(costs), rel=1e-6, abs=1.0
        )
    assert len(taken) > 1


@few
@given(st.sampled_from([20.0, 60.0, 400.0]), st.sampled_from(list(KEEPS)), seeds)
def test_soft_rows_of_the_alternative_chosen_are_missed_at_their_price(price, keep, seed):
    problem = peaked(price=price)
    futures = drawn(problem, seed=seed)
    best = min(least_of_each(problem, futures, KEEPS[keep]))
    assert least(problem, futures, KEEPS[keep]) == pytest.approx(best, rel=1e-6, abs=1.0)
    found = solve_robust(problem, futures)
    assert bool(found.result["kept"].all())
    told = found.result["miss"].clip(min=0.0)
    assert set(told["target"].values) == set(found.plan.result["target"].values)


@pytest.mark.parametrize("price", [10.0, 30.0, 60.0])
def test_misses_of_the_alternative_chosen_and_of_no_other_are_paid_for(price):
    problem = peaked(2021, price=price)
    futures = drawn(problem, seed=2)
    found = solve_robust(problem, futures)
    paid = least(problem, futures, keep_in_futures)
    assert float(found.result["expected_cost"]) == pytest.approx(paid, rel=1e-6, abs=1.0)
    assert float(found.result["premium"]) == pytest.approx(0.0, abs=1.0)
    assert float(found.result["nominal_premium"]) >= -1.0
    assert (found.result["miss"] > 1.0).any()


@pytest.mark.parametrize("keep", KEEPS)
def test_an_alternative_may_be_soft_where_others_are_hard(keep):
    problem = peaked()
    rows = [replace(it, price=60.0) if it.either == "2021" else it for it in problem.targets]
    problem = replace(problem, targets=tuple(rows))
    futures = drawn(problem, seed=3)
    costs = least_of_each(problem, futures, KEEPS[keep])
    assert least(problem, futures, KEEPS[keep]) == pytest.approx(min(costs), rel=1e-6, abs=1.0)


def in_scipy(problem, futures, share):
    """Least expected cost where a share of the futures keeps a peak, written out over builds."""
    _, rows, _, high = second_formulation(replace(problem, targets=()))
    low = second_formulation(replace(problem, targets=()))[2]
    ways, years = [int(way) for way in ways_of(problem)], list(problem.years)
    builds, count = 3 * T, len(futures.names)
    size, big = builds + len(ways) + count, 2e5
    rows = [np.append(row, np.zeros(size - builds)) for row in rows]
    for future, one in enumerate((problem, *futures.problems), -1):
        held = one.numerators["co2"]
        for at, way in enumerate(ways):
            for later in range(years.index(2022) + 1, T):
                line, peak = np.zeros(size), years.index(way)
                line[:builds] = (held.effect[:, :, later] - held.effect[:, :, peak]).ravel()
                line[builds + at] = big
                if future >= 0:
                    line[builds + len(ways) + future] = -big
                rows.append(line / 1e4)
                low = [*low, -np.inf]
                high = [*high, (big - held.baseline[later] + held.baseline[peak]) / 1e4]
    one, given_up = np.zeros(size), np.zeros(size)
    one[builds : builds + len(ways)] = 1.0
    given_up[builds + len(ways) :] = futures.probabilities
    cost = np.zeros(size)
    for weight, future in zip(futures.probabilities, futures.problems, strict=True):
        cost[:builds] += weight * unit_cost(future).ravel()
    limit = np.where(problem.window, problem.yearly_limit[:, None], 0.0).ravel()
    answer = milp(
        cost,
        integrality=np.repeat([0, 1], [builds, size - builds]),
        bounds=np.array([np.zeros(size), np.append(limit, np.ones(size - builds))]),
        constraints=LinearConstraint(
            np.vstack([*rows, one, given_up]), [*low, 1.0, -np.inf], [*high, 1.0, 1.0 - share]
        ),
        options={"mip_rel_gap": 1e-9},
    )
    return answer.fun


@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_share_kept_agrees_with_a_program_written_out_in_scipy(share, seed):
    problem = peaked(baseline=[5.0e4, 5.2e4, 5.15e4, 5.25e4])
    futures = drawn(problem, seed=seed)
    found = solve_robust(problem, futures, keep=share)
    assert float(found.result["expected_cost"]) == pytest.approx(
        in_scipy(problem, futures, share), rel=1e-5, abs=1.0
    )
    assert float(found.result["share_kept"]) >= share - 1e-12


def test_one_of_several_rows_is_chosen_for_all_futures():
    problem = rising()
    more = problem.numerators["clean"].baseline * 1.4
    net = Numerator(more, problem.numerators["clean"].effect * 0.7, "tce")
    problem = replace(problem, numerators={**problem.numerators, "net": net})
    rows = {key: shapes.share("s", key, "all", 2023, 0.3) for key in ("net", "clean")}
    problem = replace(problem, targets=shapes.any_of(problem, "s", rows))
    assert ways_of(problem) == ["net", "clean"]
    futures = drawn(problem, seed=4)
    for keep in KEEPS.values():
        best = min(least_of_each(problem, futures, keep))
        assert least(problem, futures, keep) == pytest.approx(best, rel=1e-6, abs=1.0)


def test_what_is_retired_counts_in_the_changes_of_every_future():
    problem = peaked(2021, retire_cost=np.array([10.0, np.nan, np.nan]))
    effect, gain = problem.numerators["co2"].effect.copy(), problem.running_cost.copy()
    effect[0] = np.diag(np.full(T - 1, 300.0), 1)
    gain[0] = np.eye(T) * -4e4 + np.diag(np.full(T - 1, -500.0), 1)
    co2 = Numerator(np.array([5.15e4, 5.1e4, 5.0e4, 5.0e4]), effect)
    problem = replace(problem, numerators={**problem.numerators, "co2": co2}, running_cost=gain)
    problem = replace(problem, targets=shapes.peak_by(problem, "peak", "co2", 2021))
    futures = drawn(problem, seed=5, spread=0.005)
    found = solve_robust(problem, futures)
    assert float(found.plan.result["retired"].sum()) > 1.0
    assert bool(found.result["kept"].all())
    for keep in KEEPS.values():
        best = min(least_of_each(problem, futures, keep))
        assert least(problem, futures, keep) == pytest.approx(best, rel=1e-6, abs=1.0)


# --- laws -----------------------------------------------------------------------------------


@few
@given(paths, st.booleans())
def test_one_future_that_is_what_is_stated_changes_nothing(baseline, integer):
    problem = peaked(baseline=baseline, integer=integer)
    plan = solve_least_cost(problem, explain=False)
    assume(plan.found)
    found = solve_robust(problem, Futures.equally_likely({"stated": problem}))
    assert found.plan.cost == pytest.approx(plan.cost, rel=1e-6, abs=1.0)
    assert float(found.result["premium"]) == pytest.approx(0.0, abs=1.0)
    assert float(found.result["share_kept"]) == 1.0
    assert found.plan.cost == pytest.approx(enumerated(problem), rel=1e-6, abs=1.0)


@few
@given(paths, seeds, st.booleans())
def test_more_sureness_never_costs_less(baseline, seed, safe):
    problem = peaked(baseline=baseline)
    assume(solve_least_cost(problem, explain=False).found)
    futures = drawn(problem, seed=seed)
    front = price_of_robustness(problem, futures, shares=[0.5, 0.7, 0.9, 1.0], safe=safe)
    cost = front["expected_cost"].dropna("share")
    assert (np.diff(cost) >= -1e-5 * np.abs(cost[1:]) - 1.0).all()
    assert (front["premium"].dropna("share") >= -1.0).all()
    kept = front["share_kept"].dropna("share")
    assert (kept >= kept["share"] - 1e-12).all()


@few
@given(paths, seeds)
def test_a_choice_once_the_future_is_known_never_costs_more(baseline, seed):
    problem = peaked(baseline=baseline)
    futures = drawn(problem, seed=seed)
    found = solve_robust(problem, futures)
    assume(found.plan.found)
    for name, future in zip(futures.names, futures.problems, strict=True):
        cost = float(found.result["cost"].sel(future=name))
        assert solve_least_cost(future).cost <= cost + 1e-5 * abs(cost) + 1.0


# --- rows -----------------------------------------------------------------------------------


def hill(emissions=(880.0, 1000.0, 1010.0), cut=(1.0, 2.0), price=None):
    """Two measures, whose emissions are to be highest by 2021."""
    acts = np.triu(np.ones((3, 3)))
    co2 = Numerator(np.array(emissions) * 10, -10 * np.array(cut)[:, None, None] * acts)
    problem = two_measures(numerators={"co2": co2}, targets=())
    return replace(problem, targets=shapes.peak_by(problem, "peak", "co2", 2021, price=price))


def hills(price=None):
    return Futures.equally_likely(
        {
            "dry": hill((880.0, 990.0, 1020.0), (1.1, 1.9), price),
            "wet": hill((880.0, 1010.0, 1000.0), (0.9, 2.2), price),
        }
    )


@pytest.mark.parametrize("name", KEEPS)
def test_each_family_writes_its_golden_text_with_alternatives(name):
    price = 300.0 if name == "none" else None
    model = robust_model(hill(price=price), hills(price))
    KEEPS[name](model)
    found, path = model.base.program.text(), GOLDEN / f"robust_choice_{name}.lp"
    if os.environ.get("CARBONPEAK_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def over_builds(model, number):
    """Return a row of the program with each change of a future put in place of its variable."""
    program = model.base.program
    rows = program.matrix().entries.toarray()
    line = rows[number].copy()
    changes, numbers = program.blocks["future_changes"], program.rows["future_changes"].numbers
    for at, column in zip(numbers.ravel(), changes.columns.ravel(), strict=True):
        line -= line[column] / rows[at, column] * rows[at]
    return line


def missed(problem, future, target, way=1.0):
    """The most, or with -1 the least, that builds can miss a row, by a program over them."""
    effect = target.effect(future.numerators, problem.years)
    limit = np.where(problem.window, problem.yearly_limit[:, None], 0.0).ravel()
    answer = milp(
        -way * effect.ravel(),
        bounds=np.array([np.zeros(effect.size), limit]),
        constraints=LinearConstraint(
            np.repeat(np.eye(len(problem.measures)), len(problem.years), axis=1),
            ub=problem.potential,
        ),
    )
    return -way * answer.fun + target.value(future.without_measures, problem.years) - target.cap


@pytest.mark.parametrize("name", ["all", "share", "tail"])
def test_rows_of_futures_equal_those_of_a_slow_loop(name):
    problem, futures = hill(), hills()
    model = robust_model(problem, futures)
    KEEPS[name](model)
    program, scale = model.base.program, model.base.scale
    matrix, numbers = program.matrix(), program.rows["future_targets"].numbers
    lowest = 0.0
    if name == "tail":
        lowest = matrix.lower[program.blocks["anchor"].columns.item()]
        size = scale.targets[0]
        assert lowest == pytest.approx(
            min(
                missed(problem, future, target, -1.0) / size
                for future in futures.problems
                for target in problem.targets
            )
        )
    open_rows = 0
    for (row, target), (at, future) in itertools.product(
        enumerate(problem.targets), enumerate(futures.problems)
    ):
        line = over_builds(model, numbers[row, at])
        effect = target.effect(future.numerators, problem.years)
        for m, b in np.ndindex(*effect.shape):
            own = line[model.base.builds.columns[m, b]] * scale.targets[row] / scale.builds[m]
            assert own == pytest.approx(effect[m, b], abs=1e-9)
        most = max(0.0, missed(problem, future, target) / scale.targets[row] - lowest)
        leeway = [most if target.alternative == way else 0.0 for way in model.base.alternatives()]
        open_rows += most > 0
        assert line[model.base.chosen.columns] == pytest.approx(leeway)
        value = target.value(future.without_measures, problem.years)
        room = (target.cap - value) / scale.targets[row]
        assert matrix.row_upper[numbers[row, at]] == pytest.approx(room + most)
        if name == "share":
            assert line[program.blocks["given_up"].columns[at]] == pytest.approx(-most)
    assert open_rows >= 3


# --- what is told ---------------------------------------------------------------------------


def test_only_the_rows_of_the_alternative_chosen_are_told():
    problem = peaked()
    found = solve_robust(problem, drawn(problem), keep=0.8)
    (chosen,) = found.plan.result.attrs["alternatives"].split(", ")
    rows = [it.name for it in problem.targets if it.alternative == chosen]
    assert found.result["target"].values.tolist() == rows
    given_up = (found.result["miss"] > 1e-3).any("target")
    assert (found.result["kept"] | given_up).all()


def test_a_target_that_leaves_a_choice_holds_in_any_of_its_alternatives():
    """Nothing is built; each future peaks in another of the years asked for, or too late."""
    problem = hill((880.0, 1000.0, 900.0))
    highest = {
        "early": (990.0, 980.0, 985.0),
        "middle": (880.0, 990.0, 900.0),
        "late": (880, 890, 990),
    }
    futures = Futures.equally_likely(
        {name: replace(problem, numerators=hill(path).numerators) for name, path in highest.items()}
    )
    found = solve_robust(problem, futures, keep=0.3)
    assert not found.plan.builds.any()
    assert found.plan.result.attrs["alternatives"] == "peak.2021"
    assert (found.result["miss"].values > 0).tolist() == [[True, False, True]]
    assert found.result["kept"].values.tolist() == [True, True, False]
    assert float(found.result["share_kept"]) == pytest.approx(2 / 3)
    assert float(found.result["nominal_share_kept"]) == pytest.approx(2 / 3)


def test_what_is_held_by_itself_is_told_once():
    rows = [
        Target.at("cap", "co2", 2022, 1.0),
        *(replace(it, name=f"x{at}") for at, it in enumerate(hill().targets)),
        Target.at("peak", "co2", 2022, 1.0),
    ]
    assert held_by(rows) == (
        Held("cap", ((0,),)),
        Held("peak", ((1,), (2,))),
        Held("peak", ((3,),)),
    )


# --- faults ---------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [keep_in_futures, KEEPS["share"], KEEPS["tail"]])
def test_a_measure_without_limits_is_named(keep):
    """On the stated numbers it only lowers later years; in a future it may raise them."""
    problem = peaked(2021, yearly_limit=np.array([20.0, 4.5, np.inf]))
    co2 = problem.numerators["co2"]
    burnt = Numerator(co2.baseline, co2.effect * np.array([1.0, 1.0, -1.0])[:, None, None])
    other = replace(problem, numerators={**problem.numerators, "co2": burnt})
    model = robust_model(problem, Futures.equally_likely({"as stated": problem, "burnt": other}))
    words = "'peak', future 'burnt': it leaves a choice, .* a potential or a yearly limit to forest"
    with pytest.raises(ScenarioError, match=words):
        keep(model)


def test_a_tail_without_an_end_on_the_safe_side_is_refused():
    problem = peaked(2021, yearly_limit=np.array([20.0, 4.5, np.inf]))
    futures = drawn(problem, 2)
    assert solve_robust(problem, futures).plan.found
    assert solve_robust(problem, futures, keep=0.5).plan.found
    with pytest.raises(ScenarioError, match="a potential or a yearly limit to forest"):
        solve_robust(problem, futures, keep=0.5, safe=True)
    held = replace(
        problem,
        targets=(*problem.targets, Target.at("cap", "clean", 2023, 600.0, sense="at_least")),
    )
    futures = drawn(held, 2)
    assert solve_robust(held, futures, keep=0.5, safe=True).plan.found


def test_futures_in_which_units_that_may_retire_live_longer_are_refused():
    """Their choices to retire would be others."""
    problem = town(retire_cost=np.full(len(town().measures), 100.0))
    shorter = replace(problem, lifetime=np.maximum(1.0, problem.lifetime - 2.0))
    futures = Futures.equally_likely({"stated": problem, "shorter": shorter})
    with pytest.raises(ScenarioError, match="'shorter' has other lifetimes of measures that may"):
        solve_robust(problem, futures)


def test_futures_with_other_alternatives_are_refused():
    problem = peaked(2021)
    futures = Futures.equally_likely({"other": fixed(problem, "2021")})
    with pytest.raises(ScenarioError, match="future 'other' has other targets"):
        solve_robust(problem, futures)
