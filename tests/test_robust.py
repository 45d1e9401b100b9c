"""Builds for many futures: programs written out again in scipy, enumeration, and laws."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from carbonpeak.errors import ScenarioError
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
from carbonpeak.optimiser.least_cost import LeastCostProblem, Numerator, Target, solve_least_cost
from carbonpeak.optimiser.robust import price_of_robustness, solve_robust, tail_mean

GOLDEN = Path(__file__).parent / "lp"
YEARS = (2020, 2021, 2022)
T = len(YEARS)
ACTS = np.triu(np.ones((T, T)))


def county(emissions=1000.0, cut=(1.0, 2.0), capex=(10.0, 35.0), cap=900.0, **changes):
    """Return two measures against one ceiling in 2022; money in 10^4 CNY, carbon in 10 t."""
    held = {
        "measures": ("cheap", "strong"),
        "years": YEARS,
        "unit_size": np.ones(2),
        "integer": np.zeros(2, bool),
        "first_year": np.array([2021, 2021]),
        "last_year": np.array([2022, 2022]),
        "potential": np.array([80.0, 100.0]),
        "yearly_limit": np.array([60.0, 70.0]),
        "lifetime": np.array([20.0, 20.0]),
        "capex": np.repeat(np.array(capex)[:, None], T, axis=1) * 1e4,
        "fixed_opex": np.zeros((2, T)),
        "running_cost": np.zeros((2, T, T)),
        "discount_rate": 0.05,
        "discount_to": 2020,
        "numerators": {
            "co2": Numerator(np.full(T, emissions * 10), -10 * np.array(cut)[:, None, None] * ACTS)
        },
        "targets": (Target.at("cap", "co2", 2022, cap * 10),),
    }
    return LeastCostProblem(**{**held, **changes})


def drawn(count, seed=0, **changes):
    draw = np.random.default_rng(seed)
    return Futures.equally_likely(
        {
            f"future_{at}": county(
                emissions=draw.uniform(960, 1080),
                cut=draw.uniform(0.8, 1.2, 2) * (1.0, 2.0),
                capex=draw.uniform(0.7, 1.4, 2) * (10.0, 35.0),
                **changes,
            )
            for at in range(count)
        }
    )


def arrays(problem):
    """Return cost, effect and room of the one target over native builds, flat."""
    held = problem.numerators["co2"]
    room = problem.targets[0].cap - held.baseline[-1]
    return unit_cost(problem).ravel(), held.effect[:, :, -1].ravel(), room


def limits(problem, extra=0):
    """Return bounds and potential rows over native builds and `extra` further variables."""
    upper = np.concatenate(
        [(problem.window * problem.yearly_limit[:, None]).ravel(), np.full(extra, np.inf)]
    )
    rows = np.zeros((2, 2 * T + extra))
    rows[0, :T], rows[1, T : 2 * T] = 1.0, 1.0
    return np.zeros(2 * T + extra), upper, rows, problem.potential


def solved(cost, lower, upper, rows, high, whole=None):
    low = np.full(len(high), -np.inf)
    answer = milp(
        cost,
        integrality=np.zeros(len(cost)) if whole is None else whole,
        bounds=np.array([lower, upper]),
        constraints=LinearConstraint(rows, low, high),
        options={"mip_rel_gap": 1e-9},
    )
    return answer.fun if answer.success else np.inf


def least_expected(problem, futures, kept):
    """The expected cost of the best builds that keep the target in the futures `kept`."""
    lower, upper, rows, high = limits(problem)
    cost = sum(
        p * arrays(f)[0] for p, f in zip(futures.probabilities, futures.problems, strict=True)
    )
    held = [arrays(problem), *(arrays(futures.problems[at]) for at in kept)]
    rows = np.vstack([rows, *(effect for _, effect, _ in held)])
    high = np.concatenate([high, [room for _, _, room in held]])
    return solved(cost, lower, upper, rows, high)


def test_one_future_that_is_what_is_stated_changes_nothing():
    problem = county()
    found = solve_robust(problem, Futures.equally_likely({"stated": problem}))
    plan = solve_least_cost(problem)
    assert found.plan.cost == pytest.approx(plan.cost, rel=1e-9)
    assert float(found.result["premium"]) == pytest.approx(0.0, abs=1e-3)
    assert float(found.result["share_kept"]) == 1.0


@pytest.mark.parametrize("keep", [0.5, 0.75, 1.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_share_kept_costs_what_the_best_choice_of_futures_costs(keep, seed):
    problem, futures = county(), drawn(8, seed)
    found = solve_robust(problem, futures, keep=keep)
    least = min(
        least_expected(problem, futures, kept)
        for kept in itertools.combinations(range(8), round(8 * keep))
    )
    assert float(found.result["expected_cost"]) == pytest.approx(least, rel=1e-6)
    assert float(found.result["share_kept"]) >= keep - 1e-12


@pytest.mark.parametrize("tail", [0.0, 0.5, 0.8])
def test_the_tail_of_costs_is_the_least_there_is(tail):
    problem, futures = county(), drawn(10, 4)
    found = solve_robust(problem, futures, aim="cvar", tail=tail)
    lower, upper, rows, high = limits(problem, extra=11)
    lower[2 * T] = -np.inf
    cost = np.zeros(2 * T + 11)
    cost[2 * T], cost[2 * T + 1 :] = 1.0, 0.1 / (1 - tail)
    over, kept = np.zeros((10, 2 * T + 11)), np.zeros((11, 2 * T + 11))
    room = np.zeros(11)
    for at, future in enumerate(futures.problems):
        over[at, : 2 * T], kept[at, : 2 * T], room[at] = arrays(future)
        over[at, 2 * T], over[at, 2 * T + 1 + at] = -1.0, -1.0
    _, kept[10, : 2 * T], room[10] = arrays(problem)
    rows, high = np.vstack([rows, over, kept]), np.concatenate([high, np.zeros(10), room])
    assert float(found.result["cvar"]) == pytest.approx(
        solved(cost, lower, upper, rows, high), rel=1e-6
    )


def test_the_largest_regret_is_the_least_there_is():
    problem, futures = county(), drawn(6, 5)
    found = solve_robust(problem, futures, aim="regret")
    best = [solve_least_cost(future).cost for future in futures.problems]
    np.testing.assert_allclose(found.result["best_cost"], best, rtol=1e-9)
    lower, upper, rows, high = limits(problem, extra=1)
    over, kept = np.zeros((6, 2 * T + 1)), np.zeros((7, 2 * T + 1))
    room = np.zeros(7)
    for at, future in enumerate(futures.problems):
        over[at, : 2 * T], kept[at, : 2 * T], room[at] = arrays(future)
        over[at, -1] = -1.0
    _, kept[6, : 2 * T], room[6] = arrays(problem)
    rows, high = np.vstack([rows, over, kept]), np.concatenate([high, best, room])
    least = solved(np.append(np.zeros(2 * T), 1.0), lower, upper, rows, high)
    worst = float((found.result["cost"] - found.result["best_cost"]).max())
    assert worst == pytest.approx(least, rel=1e-6)
    assert float((found.result["cost"] - found.result["best_cost"]).min()) >= -1e-3


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.6, 0.8, 0.9]))
def test_safe_costs_at_least_the_exact_choice_and_more_kept_never_less(seed, keep):
    problem, futures = county(), drawn(10, seed)
    exact = solve_robust(problem, futures, keep=keep)
    safe = solve_robust(problem, futures, keep=keep, safe=True)
    all_kept = solve_robust(problem, futures)
    costs = [float(one.result["expected_cost"]) for one in (exact, safe, all_kept)]
    assert costs[0] <= costs[1] * (1 + 1e-6) + 1
    assert costs[1] <= costs[2] * (1 + 1e-6) + 1
    assert float(safe.result["share_kept"]) >= keep - 1e-12
    nominal = solve_robust(problem, futures, keep=keep).nominal
    assert exact.plan.cost >= nominal.cost - 1e-6 * abs(nominal.cost)
    for one in (exact, safe, all_kept):
        if one.plan.found:
            assert float(one.result["premium"]) >= -1.0
            assert float(one.result["nominal_premium"]) >= -1.0


def test_soft_targets_are_missed_at_their_price_in_each_future():
    soft = {"targets": (Target.at("cap", "co2", 2022, 9000.0, price=20_000.0),)}
    problem, futures = county(**soft), drawn(5, 6, **soft)
    found = solve_robust(problem, futures)
    lower, upper, rows, high = limits(problem, extra=5)
    chance, price = 0.2, 20_000.0 / 1.05**2
    cost = np.append(sum(chance * arrays(one)[0] for one in futures.problems), [chance * price] * 5)
    missed, room = np.zeros((5, 2 * T + 5)), np.zeros(5)
    for at, future in enumerate(futures.problems):
        _, missed[at, : 2 * T], room[at] = arrays(future)
        missed[at, 2 * T + at] = -1.0
    least = solved(cost, lower, upper, np.vstack([rows, missed]), np.concatenate([high, room]))
    assert float(found.result["expected_cost"]) == pytest.approx(least, rel=1e-6)
    assert bool(found.result["kept"].all())


def test_a_floor_is_kept_in_every_future():
    def floor(amount):
        numerators = {
            "area": Numerator(np.zeros(T), amount * ACTS[None] * np.ones((2, 1, 1)), "ha")
        }
        targets = (Target.at("cover", "area", 2022, 50.0, sense="at_least"),)
        return county(numerators=numerators, targets=targets)

    futures = Futures.equally_likely({"dry": floor(0.5), "wet": floor(1.25)})
    found = solve_robust(floor(1.0), futures)
    assert float(found.plan.builds.sum()) == pytest.approx(100.0)
    assert found.result["miss"].sel(future="wet").item() == pytest.approx(50.0 - 125.0)


@pytest.mark.parametrize("level", [0.0, 0.25, 0.7, 0.95])
def test_the_mean_of_a_tail_is_that_of_its_definition(level):
    draw = np.random.default_rng(8)
    cost, chance = draw.normal(size=20), draw.dirichlet(np.ones(20))
    least = min(anchor + (chance @ np.maximum(cost - anchor, 0)) / (1 - level) for anchor in cost)
    assert tail_mean(cost, chance, level) == pytest.approx(least, rel=1e-9)


def test_a_premium_is_what_the_targets_of_the_futures_cost():
    problem, futures = county(), drawn(6, 12)
    found = solve_robust(problem, futures, keep=0.8)
    free = least_expected(problem, futures, ())
    assert float(found.result["premium"]) == pytest.approx(
        float(found.result["expected_cost"]) - free, rel=1e-6
    )
    assert float(found.result["nominal_premium"]) >= 0.0


FAMILIES = {
    "price_misses": price_misses,
    "keep_in_futures": keep_in_futures,
    "keep_in_share": lambda model: keep_in_share(model, 0.5),
    "keep_in_tail": lambda model: keep_in_tail(model, 0.5),
    "aim_at_cvar": lambda model: (keep_in_futures(model), aim_at(model, "cvar", 0.5, np.zeros(2))),
    "aim_at_regret": lambda model: (
        keep_in_futures(model),
        aim_at(model, "regret", 0.5, np.array([1e5, 2e5])),
    ),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_of_futures_writes_its_golden_text(name):
    model = robust_model(county(), drawn(2, 7))
    FAMILIES[name](model)
    found, path = model.base.program.text(), GOLDEN / f"robust_{name}.lp"
    if os.environ.get("CARBONPEAK_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def test_what_no_choice_of_builds_can_keep_is_said():
    found = solve_robust(county(), Futures.equally_likely({"bad": county(emissions=5000.0)}))
    assert found.plan.status.value == "infeasible"
    assert "100%" in found.plan.message.en
    assert not found.result.data_vars
    assert solve_robust(county(cap=1.0), drawn(3)).plan.diagnosis is not None


def test_a_future_without_a_plan_has_no_regret():
    futures = Futures.equally_likely({"bad": county(emissions=5000.0)})
    with pytest.raises(ScenarioError, match="future 'bad' has no plan of its own"):
        solve_robust(county(), futures, aim="regret")


def test_faults_of_futures_come_together():
    futures = Futures(
        ("a", "a"),
        (county(), county(discount_to=2021, targets=())),
        np.array([0.2, 0.2]),
    )
    with pytest.raises(ScenarioError) as caught:
        solve_robust(county(), futures, aim="best", keep=0.0, tail=1.0)
    for words in (
        "unknown aim 'best'",
        "'keep': 0.0 is no share",
        "'tail' is 1",
        "share a name",
        "sum to 1",
        "other discount_to",
        "other targets",
    ):
        assert words in str(caught.value)
    with pytest.raises(ScenarioError, match="no futures"):
        solve_robust(county(), Futures.equally_likely({}))


def test_no_future_can_be_given_up_where_builds_have_no_limit():
    harm = Numerator(np.full(T, 9000.0), np.stack([-ACTS, ACTS]) * 10)
    free = {"potential": np.full(2, np.inf), "yearly_limit": np.full(2, np.inf)}
    problem = county(numerators={"co2": harm}, **free)
    with pytest.raises(ScenarioError, match="state a limit"):
        solve_robust(problem, Futures.equally_likely({"same": problem}), keep=0.5)


@pytest.mark.parametrize("aim", ["expected", "cvar", "regret"])
def test_what_is_retired_counts_in_every_future(aim):
    """One measure pays for a while and is in the way later: it is built and retired."""
    harm = Numerator(np.full(T, 9000.0), np.stack([-10 * ACTS, 50 * ACTS]))
    save = np.stack([0 * ACTS, -30e4 * ACTS])
    terms = {"numerators": {"co2": harm}, "running_cost": save, "first_year": np.full(2, 2020)}
    problem = county(**terms, retire_cost=np.array([np.nan, 1e3]))
    futures = Futures.equally_likely(
        {
            f"{cap}": county(**terms, retire_cost=np.array([np.nan, 1e3]), cap=cap)
            for cap in (880, 900)
        }
    )
    found = solve_robust(problem, futures, aim=aim)
    assert found.plan.result["retired"].sum() > 1.0
    assert bool(found.result["kept"].all())
    tight = solve_least_cost(futures.problems[0])
    assert float(found.result["cost"].max()) == pytest.approx(tight.cost, rel=1e-6)


def test_the_order_of_futures_does_not_matter():
    problem, futures = county(), drawn(6, 9)
    turned = Futures(futures.names[::-1], futures.problems[::-1], futures.probabilities)
    costs = [
        float(solve_robust(problem, one, keep=0.8).result["expected_cost"])
        for one in (futures, turned)
    ]
    assert costs[0] == pytest.approx(costs[1], rel=1e-9)


def test_builds_that_every_future_judges_anew():
    problem, futures = county(), drawn(4, 10)
    found = solve_robust(problem, futures, keep=0.5)
    for name, future in zip(futures.names, futures.problems, strict=True):
        cost, effect, room = arrays(future)
        builds = found.plan.builds.values.ravel()
        here = found.result.sel(future=name)
        assert float(here["cost"]) == pytest.approx(cost @ builds, rel=1e-9)
        assert here["miss"].item() == pytest.approx(effect @ builds - room, rel=1e-6, abs=1e-6)


def test_keeping_more_futures_never_costs_less():
    front = price_of_robustness(county(), drawn(10, 11), shares=[1.0, 0.5, 0.8, 0.6, 0.9])
    assert front["share"].values.tolist() == [0.5, 0.6, 0.8, 0.9, 1.0]
    assert (np.diff(front["expected_cost"]) >= -1.0).all()
    assert (front["share_kept"] >= front["share"] - 1e-12).all()
    assert (front["premium"] >= -1.0).all()
    lost = price_of_robustness(
        county(), Futures.equally_likely({"bad": county(emissions=5000.0)}), shares=[0.5]
    )
    assert lost["status"].item() == "infeasible"
    assert np.isnan(lost["expected_cost"]).all()
