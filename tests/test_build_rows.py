"""Families on builds: goldens, each row by a slow loop, optima by a second formulation, faults."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser import build_rows
from carbonpeak.optimiser.costs import cost_table, discount_by_kind
from carbonpeak.optimiser.least_cost import (
    Budget,
    Exclusion,
    LeastCostProblem,
    LinearRow,
    Moves,
    Need,
    Numerator,
    Pool,
    RowTerm,
    SolverSettings,
    Status,
    Target,
    formulate,
    solve_least_cost,
)
from carbonpeak.optimiser.limit_families import FAMILY_WORDS

GOLDEN = Path(__file__).parent / "lp"
YEARS = (2020, 2021, 2022, 2023, 2024)
T, M = len(YEARS), 4
MEASURES = ("boiler", "plant", "roof", "store")
LIFE = np.array([3, 20, 25, 2])


def serving(lifetime):
    age = np.arange(T)[None, :] - np.arange(T)[:, None]
    return ((age >= 0) & (age < lifetime)).astype(float)


SERVES = np.stack([serving(life) for life in LIFE])
CUTS = np.array([120.0, 4000.0, 90.0, 150.0])


def town(**changes):
    """Four measures, one line, a ceiling in 2022 and in 2024."""
    held = {
        "measures": MEASURES,
        "years": YEARS,
        "unit_size": np.array([1.0, 2.0, 1.0, 1.0]),
        "integer": np.array([False, True, False, False]),
        "first_year": np.array([2020, 2021, 2020, 2020]),
        "last_year": np.array([2024, 2024, 2024, 2023]),
        "potential": np.array([60.0, 8.0, 90.0, np.inf]),
        "yearly_limit": np.array([20.0, 4.0, 30.0, 25.0]),
        "lifetime": LIFE.astype(float),
        "capex": np.array([[3e4] * T, [4e6] * T, [5e4, 4e4, 3e4, 2e4, 2e4], [2e4] * T]),
        "fixed_opex": np.array([[1e3] * T, [1e5] * T, [50.0] * T, [10.0] * T]),
        "running_cost": SERVES * np.array([500.0, -1e5, -200.0, 900.0])[:, None, None],
        "discount_rate": 0.05,
        "discount_to": 2020,
        "numerators": {"co2": Numerator(np.full(T, 5e4), SERVES * -CUTS[:, None, None])},
        "targets": (
            Target.at("cap_2022", "co2", 2022, 4.6e4),
            Target.at("cap_2024", "co2", 2024, 3.9e4),
        ),
        "lines": ("coal",),
        "baseline_activity": np.full((1, T), 7e3),
        "moves": Moves(np.array([0, 1]), np.array([0, 0]), SERVES[:2] * [[[-100.0]], [[-900.0]]]),
    }
    return LeastCostProblem(**{**held, **changes})


CONDITIONS = {
    "share_pools": {"pools": (Pool("roofs", np.array([0.0, 3.0, 1.0, 0.5]), 40.0, "ha"),)},
    "build_in_lumps": {
        "once": np.array([True, False, True, False]),
        "minimum_build": np.array([0.0, 4.0, 0.0, 12.0]),
    },
    "stand_if_chosen": {"excludes": (Exclusion("boiler", "roof"),)},
    "need_others": {
        "needs": (Need("store", ("roof",), (6.0,)), Need("boiler", ("plant", "store"))),
        "existing": np.array([0.0, 0.0, 2.0, 0.0]),
    },
    "keep_apart": {"excludes": (Exclusion("plant", "store"), Exclusion("roof", "boiler"))},
    "retire_what_stands": {"retire_cost": np.array([np.nan, np.nan, 700.0, 50.0])},
    "keep_budgets": {
        "actors": ("firm", "government", "household", "firm"),
        "budgets": (
            Budget("firms", "firm", (2023, 2024), 5e5),
            Budget("solar", np.array([False, False, True, False]), YEARS, 2.3e6),
        ),
    },
    "hold_rows": {
        "rows": (
            LinearRow("mixed", (RowTerm("roof", 2.0), RowTerm("boiler", -1.0, "stock", 2023)), 5.0),
            LinearRow("both", (RowTerm("store", 1.0, "stock"),), 8.0, 90.0, "unit-years"),
        ),
    },
}
EVERY = {
    "pools": CONDITIONS["share_pools"]["pools"],
    **CONDITIONS["build_in_lumps"],
    **CONDITIONS["keep_budgets"],
    "needs": (Need("store", ("roof",), (6.0,)),),
    "excludes": (Exclusion("boiler", "store"),),
    "retire_cost": np.array([400.0, np.nan, 700.0, 50.0]),
    "rows": (LinearRow("roofs", (RowTerm("roof", 1.0, "stock", 2024),), 4.0, 20.0),),
}
BUNDLES = {**CONDITIONS, "retire_and_exclude": {
    "retire_cost": np.array([10.0, np.nan, 10.0, 10.0]),
    "excludes": (Exclusion("boiler", "roof"), Exclusion("roof", "store")),
    "targets": (Target.at("early", "co2", 2021, 4.75e4), Target.at("late", "co2", 2024, 4.2e4)),
}, "one_year_of_building": {
    "once": np.array([False, False, True, False]),
    "yearly_limit": np.array([0.0, 0.0, 30.0, 0.0]),
    "targets": (Target.at("early", "co2", 2022, 4.8e4), Target.at("late", "co2", 2024, 4.75e4)),
}, "every": EVERY}  # fmt: skip


# --- the slow loop --------------------------------------------------------------------------


class Slow:
    """The same problem in native units, one Python loop a row, for scipy's milp.

    Activity is one row over all builds, or with `running` a variable R that runs on.
    """

    def __init__(self, problem, *, running=False):
        self.problem, self.rows, self.running = problem, {}, running
        keys = [("n", m, b) for m in MEASURES for b in YEARS]
        for m, name in enumerate(MEASURES):
            if not np.isnan(problem.retire_cost[m]):
                keys += [
                    ("r", name, b, u)
                    for b in YEARS
                    for u in YEARS
                    if b < u < b + LIFE[m] and problem.first_year[m] <= b <= problem.last_year[m]
                ]
        partners = {name for pair in problem.excludes for name in (pair.one, pair.other)}
        partners |= {need.measure for need in problem.needs}
        for m, name in enumerate(MEASURES):
            if problem.once[m] or problem.minimum_build[m] > 0:
                keys += [("b", name, t) for t in YEARS]
        keys += [("y", name, t) for name in MEASURES if name in partners for t in YEARS]
        keys += [("R", "coal", t) for t in YEARS if running]
        self.at = {key: place for place, key in enumerate(keys)}

    def row(self, name, pairs, low=-np.inf, high=np.inf):
        line = np.zeros(len(self.at))
        for key, value in pairs:
            line[self.at[key]] += value
        self.rows[name] = line, low, high

    def standing(self, name, t):
        """Return the units of the horizon that stand in a year, term by term."""
        life = LIFE[MEASURES.index(name)]
        alive = [b for b in YEARS if b <= t < b + life]
        pairs = [(("n", name, b), 1.0) for b in alive]
        return pairs + [
            (key, -1.0)
            for key in self.at
            if key[0] == "r" and key[1] == name and key[2] in alive and key[3] <= t
        ]

    def add_rows(self):
        p = self.problem
        have = dict(zip(MEASURES, p.existing, strict=True))
        room = dict(zip(MEASURES, p.potential - p.existing, strict=True))
        limit = dict(zip(MEASURES, p.yearly_limit, strict=True))
        inside = {
            (name, t): p.first_year[m] <= t <= p.last_year[m]
            for m, name in enumerate(MEASURES)
            for t in YEARS
        }
        for pool in p.pools:
            for t in YEARS:
                pairs = [
                    (key, share * value)
                    for name, share in zip(MEASURES, pool.per_unit, strict=True)
                    for key, value in self.standing(name, t)
                ]
                held = sum(pool.per_unit[m] * p.existing[m] for m in range(M))
                self.row(("pools", pool.name, t), pairs, high=pool.amount - held)
        for m, name in enumerate(MEASURES):
            least = p.minimum_build[m]
            if not (p.once[m] or least > 0):
                continue
            for t in YEARS:
                if not inside[name, t]:
                    continue
                most = 1.01 * min(limit[name], room[name])
                pair = ("n", name, t), ("b", name, t)
                self.row(("build_at_most", name, t), [(pair[0], 1.0), (pair[1], -most)], high=0.0)
                if least > 0:
                    self.row(
                        ("build_at_least", name, t), [(pair[0], 1.0), (pair[1], -least)], low=0.0
                    )
            if p.once[m]:
                self.row(("build_once", name), [(("b", name, t), 1.0) for t in YEARS], high=1.0)
        for key in [key for key in self.at if key[0] == "y"]:
            _, name, t = key
            life = LIFE[MEASURES.index(name)]
            years = [b for b in YEARS if b <= t < b + life and inside[name, b]]
            most = 1.01 * (have[name] + min(room[name], len(years) * limit[name]))
            if most > 0:
                self.row(
                    ("standing", name, t), [*self.standing(name, t), (key, -most)], high=-have[name]
                )
        for need in p.needs:
            for t in YEARS:
                pairs, there = [(("y", need.measure, t), 1.0)], 0.0
                for at, other in enumerate(need.others):
                    least = need.least[at] if need.least else p.unit_size[MEASURES.index(other)]
                    pairs += [(key, -value / least) for key, value in self.standing(other, t)]
                    there += have[other] / least
                self.row(("needs", need.name, t), pairs, high=there)
        for pair in p.excludes:
            for t in YEARS:
                both = [(("y", pair.one, t), 1.0), (("y", pair.other, t), 1.0)]
                self.row(("exclusions", pair.name, t), both, high=1.0)
        for name, b in {(key[1], key[2]) for key in self.at if key[0] == "r"}:
            gone = [(key, 1.0) for key in self.at if key[0] == "r" and key[1:3] == (name, b)]
            self.row(("retirements", f"{name},{b}"), [*gone, (("n", name, b), -1.0)], high=0.0)
        for budget in p.budgets:
            pairs = [
                (("n", name, t), p.capex[m, YEARS.index(t)])
                for m, name in enumerate(MEASURES)
                for t in budget.years
                if (p.actors[m] == budget.measures if isinstance(budget.measures, str)
                    else budget.measures[m])
            ]  # fmt: skip
            self.row(("budgets", budget.name), pairs, high=budget.amount)
        for row in p.rows:
            pairs, there = [], 0.0
            for term in row.terms:
                for t in YEARS if term.year is None else (term.year,):
                    if term.of == "builds":
                        pairs.append((("n", term.measure, t), term.coefficient))
                    else:
                        there += term.coefficient * have[term.measure]
                        pairs += [
                            (key, term.coefficient * value)
                            for key, value in self.standing(term.measure, t)
                        ]
            self.row(("rows", row.name), pairs, row.at_least - there, row.at_most - there)

    def add_rest(self):
        """Potential, activity and targets; what stands does all of it, each year of service."""
        p = self.problem
        for m, name in enumerate(MEASURES):
            if np.isfinite(p.potential[m]):
                pairs = [(("n", name, t), 1.0) for t in YEARS]
                self.row(("potential", name), pairs, high=p.potential[m] - p.existing[m])
        for t in YEARS:
            pairs = self.taken(t, 1.0)
            if self.running:
                self.run_on(t, pairs)
            else:
                self.row(("activity", "coal", t), pairs, low=-7e3)
        for target in p.targets:
            pairs = [
                (key, -CUTS[m] * value)
                for m, name in enumerate(MEASURES)
                for key, value in self.standing(name, target.year)
            ]
            self.row(("targets", target.name), pairs, high=target.cap - 5e4)

    def taken(self, t, sign):
        takes = {"boiler": -100.0, "plant": -900.0}
        return [
            (key, sign * takes[name] * v) for name in takes for key, v in self.standing(name, t)
        ]

    def run_on(self, t, pairs):
        """What is left is what was left, and what has come or gone since."""
        gone = [(key, -value) for key, value in pairs]
        if t == YEARS[0]:
            self.row(("activity", "coal", t), [(("R", "coal", t), 1.0), *gone], 7e3, 7e3)
            return
        left = [(("R", "coal", t), 1.0), (("R", "coal", t - 1), -1.0)]
        self.row(("activity", "coal", t), [*left, *gone, *self.taken(t - 1, 1.0)], 0.0, 0.0)

    def cost(self):
        """Pay for every column on its own, year by year."""
        p, cost, last = self.problem, np.zeros(len(self.at)), YEARS[-1]
        for key, place in self.at.items():
            if key[0] not in "nr":
                continue
            m, b = MEASURES.index(key[1]), key[2]
            end = b + LIFE[m]
            rest = p.capex[m, b - 2020] * max(0.0, 1 - (last - b + 1) / LIFE[m]) / 1.05**T
            first, sign = (b, 1.0) if key[0] == "n" else (key[3], -1.0)
            total = -sign * rest
            if key[0] == "n":
                total += p.capex[m, b - 2020] / 1.05 ** (b - 2020)
            else:
                total += p.retire_cost[m] / 1.05 ** (first - 2020)
            for t in range(first, min(end, last + 1)):
                yearly = p.fixed_opex[m, t - 2020] + p.running_cost[m, b - 2020, t - 2020]
                total += sign * yearly / 1.05 ** (t - 2020)
            cost[place] = total
        return cost

    def solve(self):
        p = self.problem
        self.add_rows()
        self.add_rest()
        upper, whole = np.ones(len(self.at)), np.ones(len(self.at))
        for key, place in self.at.items():
            m = MEASURES.index(key[1])
            inside = p.first_year[m] <= key[2] <= p.last_year[m]
            if key[0] == "n":
                upper[place] = p.yearly_limit[m] if inside else 0.0
            if key[0] == "r":
                upper[place] = np.inf
            whole[place] = key[0] in "by"
        lines = np.array([row[0] for row in self.rows.values()])
        cost = self.cost()
        for m in np.flatnonzero(p.integer):
            # n = size k with k whole: k takes the place of n, its column multiplied.
            size, places = p.unit_size[m], [self.at["n", MEASURES[m], t] for t in YEARS]
            places += [at for key, at in self.at.items() if key[:2] == ("r", MEASURES[m])]
            lines[:, places] *= size
            cost[places] *= size
            upper[places] /= size
            whole[places] = 1
        return milp(
            cost,
            integrality=whole,
            bounds=np.array([np.zeros(len(upper)), upper]),
            constraints=LinearConstraint(
                lines,
                [row[1] for row in self.rows.values()],
                [row[2] for row in self.rows.values()],
            ),
            options={"mip_rel_gap": 1e-9},
        )


def native_rows(model):
    """Return the rows of the program in native units, each by name and labels."""
    matrix, problem = model.program.matrix(), model.problem
    size = np.ones(model.program.size[1])
    size[model.builds.columns] = model.scale.builds[:, None]
    if model.retired is not None:
        size[model.retired.columns] = model.retired_scale()
    size[model.program.blocks["activity"].columns] = model.scale.lines[:, None]
    dense = matrix.entries.toarray() / size
    found = {}
    for name, rows in model.program.rows.items():
        for place in np.argwhere(rows.numbers >= 0):
            labels = [labels[at] for labels, at in zip(rows.coords.values(), place, strict=True)]
            number = rows.numbers[tuple(place)]
            key = (name, *(int(x) if isinstance(x, np.integer) else str(x) for x in labels))
            found[key] = dense[number], matrix.row_lower[number], matrix.row_upper[number]
    assert problem.measures == MEASURES
    return found


def named_columns(model):
    """Return the position of each of our columns under the key of the slow loop."""
    at = {}
    for short, block in (
        ("n", model.builds), ("r", model.retired), ("b", model.built), ("y", model.stands),
        ("R", model.program.blocks["activity"]),
    ):  # fmt: skip
        for place in np.ndindex(block.columns.shape if block is not None else (0,)):
            labels = [labels[x] for labels, x in zip(block.coords.values(), place, strict=True)]
            if short == "r":
                name, made, left = str(labels[0]).split(",")
                labels = [name, int(made), int(left)]
            key = (short, *(int(x) if isinstance(x, np.integer) else x for x in labels))
            at[tuple(str(x) if isinstance(x, str) else x for x in key)] = block.columns[place]
    return at


# --- each family ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [family.__name__ for family in build_rows.BUILD_FAMILIES])
def test_each_family_writes_its_golden_text(name):
    found = formulate(town(targets=(), lines=(), baseline_activity=np.zeros(0),
                           moves=Moves.none(), **CONDITIONS[name])).program.text()  # fmt: skip
    path = GOLDEN / f"{name}.lp"
    if os.environ.get("CARBONPEAK_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def test_every_family_states_its_inequality():
    for family in build_rows.BUILD_FAMILIES:
        assert "=" in family.__doc__


@pytest.mark.parametrize("bundle", BUNDLES)
def test_rows_equal_those_of_a_slow_loop(bundle):
    problem = town(**BUNDLES[bundle])
    model, slow = formulate(problem), Slow(problem, running=True)
    slow.add_rows()
    slow.add_rest()
    columns, ours = named_columns(model), native_rows(model)
    assert set(columns) == set(slow.at)
    order = [columns[key] for key in slow.at]
    assert set(ours) == set(slow.rows)
    for key, (line, low, high) in slow.rows.items():
        own, own_low, own_high = ours[key]
        largest = np.abs(own).max() / np.abs(line).max()
        np.testing.assert_allclose(own[order] / largest, line, atol=1e-9 * np.abs(line).max())
        assert own_low / largest == pytest.approx(low)
        assert own_high / largest == pytest.approx(high)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_optimum_agrees_with_a_second_formulation(bundle):
    problem = town(**BUNDLES[bundle])
    oracle = Slow(problem).solve()
    plan = solve_least_cost(problem)
    assert plan.found == (oracle.status == 0), plan.message
    assert plan.cost == pytest.approx(oracle.fun, rel=2e-6)


def test_the_second_formulation_needs_the_conditions():
    """Each bundle changes the optimum of the bare town, so that none is tested in vain."""
    bare = solve_least_cost(town()).cost
    for name, changes in BUNDLES.items():
        if name != "retire_what_stands":
            assert solve_least_cost(town(**changes)).cost != pytest.approx(bare, rel=1e-5), name


def drawn(seed):
    """Return a town with conditions by chance."""
    draw = np.random.default_rng(seed)
    one, other, third = draw.permutation(MEASURES)[:3].tolist()
    some = draw.permutation(MEASURES)[:2].tolist()
    years = tuple(draw.permutation(YEARS)[:2].tolist())
    return town(
        integer=np.array([False, draw.random() < 0.5, False, False]),
        retire_cost=np.where(draw.random(M) < 0.5, 10.0 ** draw.uniform(1, 5, M), np.nan),
        once=draw.random(M) < 0.3,
        minimum_build=np.where(draw.random(M) < 0.4, draw.uniform(0.5, 4.0, M), 0.0),
        pools=(Pool("p", draw.uniform(0, 3, M), draw.uniform(10, 120), "ha"),),
        actors=("a", "b", "a", "b"),
        budgets=(Budget("b", "a", years, 10.0 ** draw.uniform(5, 7)),),
        excludes=(Exclusion(*some),),
        needs=(Need(one, (other, third), tuple(draw.uniform(0.5, 6.0, 2).tolist())),),
        rows=(LinearRow("r", (RowTerm("roof", draw.uniform(0.1, 2), "stock", 2024),), 1.0),),
        targets=(
            Target.at("early", "co2", 2022, 5e4 - draw.uniform(0, 8e3)),
            Target.at("late", "co2", 2024, 5e4 - draw.uniform(0, 12e3)),
        ),
    )


@pytest.mark.parametrize("seed", range(16))
def test_conditions_by_chance_agree_with_the_second_formulation_and_hold(seed):
    problem = drawn(seed)
    oracle, plan = Slow(problem).solve(), solve_least_cost(problem, explain=False)
    assert plan.found == (oracle.status == 0)
    if not plan.found:
        return
    assert plan.cost == pytest.approx(oracle.fun, rel=2e-6, abs=0.1)
    stock, builds = plan.result["stock"], plan.builds.to_numpy()
    (pair,), (need,), (pool,) = problem.excludes, problem.needs, problem.pools
    assert not ((stock.sel(measure=pair.one) > 0) & (stock.sel(measure=pair.other) > 0)).any()
    least = np.array(need.least)[:, None]
    beside = (stock.sel(measure=list(need.others)).to_numpy() / least).sum(axis=0)
    assert (beside[stock.sel(measure=need.measure) > 0] >= 1 - 1e-6).all()
    assert (pool.per_unit @ stock.to_numpy() <= pool.amount * (1 + 1e-9)).all()
    assert ((builds > 0).sum(axis=1)[problem.once] <= 1).all()
    small = (builds > 0) & (builds < problem.minimum_build[:, None] * (1 - 1e-6))
    assert not small.any()
    assert (stock >= 0).all()


@pytest.mark.parametrize("seed", [3, 14])
def test_the_gap_of_a_plan_stopped_early_is_that_of_what_it_costs(seed):
    """With its whole numbers held the first plan grows cheaper; its bound does not move."""
    early = SolverSettings(options={"mip_max_improving_sols": 1})
    plan = solve_least_cost(drawn(seed), settings=early)
    assert plan.status == Status.TIME_LIMIT
    assert plan.bound <= cost_of(drawn(seed))
    assert plan.gap == pytest.approx((plan.cost - plan.bound) / plan.cost, rel=1e-6)
    assert f"at most {plan.gap:.2%} above" in plan.message.en


def cost_of(problem):
    """Return the least cost, infinite where there is no plan."""
    plan = solve_least_cost(problem, explain=False)
    return plan.cost if plan.found else np.inf


@pytest.mark.parametrize("seed", range(8))
def test_more_room_or_choice_never_costs_more(seed):
    """A condition less, a larger pool or budget, or one more way to retire: never dearer."""
    problem = drawn(seed)
    (pool,), (budget,), cost = problem.pools, problem.budgets, cost_of(problem)
    easier = (
        {"excludes": ()},
        {"needs": ()},
        {"pools": (replace(pool, amount=pool.amount * 1.2),)},
        {"budgets": (replace(budget, amount=budget.amount * 1.2),)},
        {"minimum_build": problem.minimum_build / 2},
        {"once": np.zeros(M, dtype=bool)},
        {"retire_cost": np.where(np.isnan(problem.retire_cost), 1e3, problem.retire_cost)},
    )
    for change in easier:
        assert cost_of(replace(problem, **change)) <= cost + 2e-6 * abs(cost), change


@pytest.mark.parametrize("seed", [6, 31])
def test_a_floor_that_has_to_go_falls_to_nothing_and_not_to_dust(seed):
    diagnosis = solve_least_cost(drawn(seed)).diagnosis
    changes = [change for remedy in diagnosis.remedies for change in remedy.changes]
    assert [one.after for one in changes if one.family == "row_floor"] == [0.0]


@pytest.mark.parametrize("seed", [1, 5, 6])
def test_the_unit_of_a_measure_changes_nothing(seed):
    """The last measure counted in units a thousand times larger; prices and cost stay."""
    problem = drawn(seed)
    size = np.array([1.0, 1.0, 1.0, 1000.0])
    (pool,), (need,), held = problem.pools, problem.needs, problem.numerators["co2"]
    least = np.array(need.least) / size[[MEASURES.index(name) for name in need.others]]
    larger = replace(
        problem,
        **{
            name: getattr(problem, name) / size
            for name in ("potential", "yearly_limit", "minimum_build", "existing")
        },
        **{name: getattr(problem, name) * size[:, None] for name in ("capex", "fixed_opex")},
        retire_cost=problem.retire_cost * size,
        running_cost=problem.running_cost * size[:, None, None],
        numerators={"co2": Numerator(held.baseline, held.effect * size[:, None, None])},
        pools=(replace(pool, per_unit=pool.per_unit * size),),
        needs=(replace(need, least=tuple(least.tolist())),),
    )
    one, other = solve_least_cost(problem, explain=False), solve_least_cost(larger, explain=False)
    assert one.status == other.status
    assert one.cost == pytest.approx(other.cost, rel=2e-6, nan_ok=True)


# --- what a plan keeps ----------------------------------------------------------------------


def test_who_excludes_never_stands_beside_and_who_needs_never_alone():
    plan = solve_least_cost(town(**EVERY))
    stock = plan.result["stock"]
    boiler, roof, store = (stock.sel(measure=name) for name in ("boiler", "roof", "store"))
    assert not ((boiler > 0) & (store > 0)).any()
    assert (roof.where(store > 0) >= 6.0 - 1e-6).where(store > 0, other=True).all()
    assert (plan.builds.sel(measure=["boiler", "roof"]) > 0).sum("year").max() <= 1
    least = plan.builds.sel(measure="plant").values
    assert (least[least > 0] >= 4.0 - 1e-9).all()


def test_pool_is_full_and_its_price_is_the_finite_difference():
    def at(amount):
        pool = Pool("roofs", np.array([0.5, 3.0, 1.0, 0.5]), amount, "ha")
        return solve_least_cost(town(integer=np.zeros(M, bool), pools=(pool,)))

    plan, more = at(50.0), at(50.01)
    worth = sum(limit.worth for limit in plan.limits if limit.family == "pool")
    taken = np.array([0.5, 3.0, 1.0, 0.5]) @ plan.result["stock"].to_numpy()
    assert taken.max() == pytest.approx(50.0)
    assert worth > 0
    assert (plan.cost - more.cost) / 0.01 == pytest.approx(worth, rel=1e-6)


def test_budget_binds_and_its_price_is_the_finite_difference():
    def at(amount):
        budget = Budget("roofs", "household", YEARS, amount)
        actors = CONDITIONS["keep_budgets"]["actors"]
        return solve_least_cost(town(integer=np.zeros(M, bool), actors=actors, budgets=(budget,)))

    plan, more = at(2.2e6), at(2.2e6 + 10)
    (limit,) = (limit for limit in plan.limits if limit.family == "budget")
    spent = plan.result["cost"].sel(kind="capex")
    assert spent.sel(measure="roof").sum() == pytest.approx(2.2e6)
    assert (plan.cost - more.cost) / 10 == pytest.approx(limit.worth, rel=1e-6)
    assert limit.year is None
    assert limit.words(limit.name).zh.endswith("投资预算")


def test_a_users_row_binds_with_its_price():
    def at(least):
        row = LinearRow("roofs", (RowTerm("roof", 1.0, "stock", 2023),), at_least=least)
        return solve_least_cost(town(integer=np.zeros(M, bool), rows=(row,)))

    plan, more = at(70.0), at(70.01)
    (limit,) = (limit for limit in plan.limits if limit.family == "row")
    assert plan.result["stock"].sel(measure="roof", year=2023) == pytest.approx(70.0)
    assert (more.cost - plan.cost) / 0.01 == pytest.approx(limit.worth, rel=1e-6)


def test_where_limits_meet_a_worth_lies_between_what_more_saves_and_less_costs():
    """Three limits hold the same roofs: more of one saves nothing while the others hold."""

    def at(potential=40.0, own=40.0, twice=80.0):
        rows = (
            LinearRow("own", (RowTerm("roof", 1.0),), at_most=own),
            LinearRow("twice", (RowTerm("roof", 2.0),), at_most=twice),
        )
        limits = np.array([60.0, 8.0, potential, np.inf])
        return solve_least_cost(town(integer=np.zeros(M, bool), potential=limits, rows=rows))

    plan, dear = at(), {"potential": 40.0, "own": 40.0, "twice": 80.0}
    assert plan.builds.sel(measure="roof").sum() == pytest.approx(40.0)
    names = {("potential", "roof"): "potential", ("row", "own"): "own", ("row", "twice"): "twice"}
    held = {names.get((one.family, one.subject)): one.worth for one in plan.limits}
    assert any(held.get(name, 0.0) > 0 for name in dear)
    for name, amount in dear.items():
        saved = (plan.cost - at(**{name: amount + 0.01}).cost) / 0.01
        lost = (at(**{name: amount - 0.01}).cost - plan.cost) / 0.01
        assert saved == pytest.approx(0.0, abs=1e-3)
        assert saved - 1e-3 <= held.get(name, 0.0) <= lost + 1e-3
        assert lost > 1.0


def test_choices_that_bind_are_named():
    families = set()
    for changes in BUNDLES.values():
        plan = solve_least_cost(town(**changes))
        families |= {limit.family for limit in plan.limits}
        assert all(limit.worth > 0 for limit in plan.limits)
    assert families <= set(FAMILY_WORDS)
    assert {"pool", "exclusion", "once", "minimum_build", "budget", "row"} <= families


# --- early retirement -----------------------------------------------------------------------


def dear(**changes):
    """A town whose boilers cost more to run than to retire, once the ceiling of 2022 is met."""
    running = town().running_cost.copy()
    running[2] = SERVES[2] * 9e4
    return town(
        running_cost=running, integer=np.zeros(M, bool), yearly_limit=np.array([0, 0, 60.0, 0]),
        targets=(Target.at("cap_2021", "co2", 2021, 4.8e4),), **changes,
    )  # fmt: skip


def test_retiring_pays_where_running_costs_more():
    kept = solve_least_cost(dear())
    plan = solve_least_cost(dear(retire_cost=np.array([np.nan, np.nan, 1e3, np.nan])))
    assert plan.cost < kept.cost
    assert "retired" not in kept.result
    retired = plan.result["retired"].sel(measure="roof")
    assert retired.sel(build_year=2021, year=2022) == pytest.approx(2000 / 90)
    assert plan.result["stock"].sel(measure="roof").values == pytest.approx([0, 2000 / 90, 0, 0, 0])
    cost = plan.result["cost"].sel(measure="roof")
    made = 2000 / 90
    assert cost.sel(kind="capex").values == pytest.approx([0, 4e4 * made, 0, 0, 0])
    assert cost.sel(kind="fixed_opex").values == pytest.approx([0, 50 * made, 0, 0, 0])
    assert cost.sel(kind="energy").values == pytest.approx([0, 9e4 * made, 0, 0, 0])
    assert cost.sel(kind="retirement").values == pytest.approx([0, 0, 1e3 * made, 0, 0])
    assert not cost.sel(kind="salvage").any()
    by_hand = made * ((4e4 + 50 + 9e4) / 1.05 + 1e3 / 1.05**2)
    assert plan.cost == pytest.approx(by_hand)
    emissions = plan.result["achieved"].sel(numerator="co2")
    assert emissions.values == pytest.approx([5e4, 4.8e4, 5e4, 5e4, 5e4])


def test_nothing_retires_where_it_costs_too_much():
    plan = solve_least_cost(dear(retire_cost=np.array([np.nan, np.nan, 1e9, np.nan])))
    assert not plan.result["retired"].any()
    assert plan.cost == pytest.approx(solve_least_cost(dear()).cost)


def test_retiring_whole_projects_gives_back_what_they_took():
    problem = town(**BUNDLES["retire_and_exclude"])
    plan = solve_least_cost(problem)
    stock, retired = plan.result["stock"].to_numpy(), plan.result["retired"].to_numpy()
    assert (stock >= 0).all()
    assert (retired.sum(axis=2) <= plan.builds.to_numpy() + 1e-9).all()
    alive = plan.builds.to_numpy()[:, :, None] - retired.cumsum(axis=2)
    np.testing.assert_allclose((alive * SERVES).sum(axis=1), stock, atol=1e-6)
    coal = 7e3 + np.array([-100.0, -900.0]) @ stock[:2]
    np.testing.assert_allclose(plan.result["activity"].sel(line="coal"), coal, rtol=1e-9)
    co2 = 5e4 - CUTS @ stock
    np.testing.assert_allclose(plan.result["achieved"].sel(numerator="co2"), co2, rtol=1e-9)


def test_what_acts_on_after_retirement_may_be_stated():
    """Waste that was kept from a landfill stays out of it; only what is retired later counts."""
    asked = dear(retire_cost=np.array([np.nan, np.nan, 1e3, np.nan]))
    nothing = np.zeros((len(asked.retirements.measure), T))
    lasting = {"co2": replace(asked.numerators["co2"], retired=nothing)}
    plan = solve_least_cost(replace(asked, numerators=lasting))
    reached = plan.result["achieved"].sel(numerator="co2").values
    assert reached == pytest.approx([5e4, 4.8e4, 4.8e4, 4.8e4, 4.8e4])


# --- money by who pays it -------------------------------------------------------------------


def test_costs_by_actor_add_up_to_the_plan():
    plan = solve_least_cost(town(**EVERY))
    result = plan.result
    assert list(result["actor"].values) == ["firm", "government", "household"]
    assert result["payer"].sel(measure="store") == "firm"
    np.testing.assert_allclose(result["cost_by_actor"].sum("actor"), result["cost"].sum("measure"))
    by_hand = result["cost"].sel(measure=["boiler", "store"]).sum("measure")
    np.testing.assert_allclose(result["cost_by_actor"].sel(actor="firm"), by_hand)
    paid = result["cost"].drop_sel(kind="salvage").sum(["kind", "measure"])
    np.testing.assert_allclose(result["cash_flow"].sum("actor"), -paid)
    builds, retired = plan.builds.to_numpy(), plan.result["retired"].to_numpy()
    flat = retired[tuple(town(**EVERY).retirements)]
    table = cost_table(town(**EVERY), builds, flat) * discount_by_kind(town(**EVERY))[:, None]
    assert table.sum() == pytest.approx(plan.cost)


def test_without_conditions_nobody_is_named_and_nothing_is_added():
    plan, model = solve_least_cost(town()), formulate(town())
    assert list(plan.result["actor"].values) == ["unstated"]
    assert set(model.program.blocks) == {"builds", "shortfall", "activity"}
    assert set(model.program.rows) == {"ramp", "potential", "activity", "targets"}


def test_an_impossible_need_is_an_answer():
    problem = town(
        needs=tuple(Need(name, ()) for name in MEASURES), potential=np.array([60.0, 8, 90, 99])
    )
    plan = solve_least_cost(problem)
    assert plan.status == Status.INFEASIBLE
    assert "cap_2022 cannot be met: short by" in plan.message.en


def test_rows_that_exclude_each_other_are_said_to():
    term = (RowTerm("roof", 1.0),)
    rows = (LinearRow("much", term, at_least=50.0), LinearRow("little", term, at_most=40.0))
    message = solve_least_cost(town(rows=rows)).message
    assert message.en.endswith(
        "limits and rows exclude each other. There is one, which meets every target too, if the "
        "own row of much falls from 50 to 40; or if the own row of little rises from 40 to 50."
    )
    assert "所设限制与约束相互矛盾。若much的自定约束由 50 降低到 40；或" in message.zh


def test_the_same_conditions_give_the_same_plan():
    one, two = (solve_least_cost(town(**EVERY), settings=SolverSettings(seed=3)) for _ in range(2))
    assert one.result.identical(two.result)


# --- faults ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"needs": (Need("roof", ("roof",)),)}, "need of 'roof': it names itself"),
        ({"needs": (Need("roof", ("stor",)),)}, "unknown measure 'stor'; did you mean 'store'"),
        ({"needs": (Need("roof", ("store",), (1.0, 2.0)),)}, "2 least amounts for 1 measures"),
        ({"needs": (Need("roof", ("store",), (0.0,)),)}, "least amount must be above 0"),
        ({"needs": (Need("roof", ("plant",)),) * 2}, "'roof/plant': the name is used more than"),
        ({"excludes": (Exclusion("roof", "rof"),)}, "unknown measure 'rof'; did you mean 'roof'"),
        ({"excludes": (Exclusion("roof", "roof"),)}, "'roof': it excludes itself"),
        ({"minimum_build": np.array([21.0, 0, 0, 0])}, "'boiler': minimum_build exceeds the year"),
        ({"minimum_build": np.array([-1.0, 0, 0, 0])}, "minimum_build must be at least 0"),
        ({"retire_cost": np.array([-1.0, 0, 0, 0])}, "'boiler': retire_cost must be at least 0"),
        ({"budgets": (Budget("b", "frm", (2021,), 1.0),), "actors": ("firm",) * 4},
         "no measure has the actor 'frm'; did you mean 'firm'"),
        ({"budgets": (Budget("b", "firm", (2021,), 1.0),)}, "no measure has the actor 'firm'"),
        ({"budgets": (Budget("b", np.ones(M, bool), (2031,), 1.0),)}, "unknown year '2031'"),
        ({"budgets": (Budget("b", np.ones(M, bool), (), 1.0),)}, "it names no year"),
        ({"budgets": (Budget("b", np.ones(M, bool), (2021,), -1.0),)}, "at least 0"),
        ({"pools": (Pool("p", np.ones(3), 1.0),)}, r"per_unit has shape \(3,\); expected \(4,\)"),
        ({"pools": (Pool("p", np.ones(4), np.inf),)}, "the amount is not a finite number"),
        ({"pools": (Pool("p", np.ones(4), 1.0),), "existing": np.array([2.0, 0, 0, 0])},
         "what exists takes 2 of the 1"),
        ({"rows": (LinearRow("r", (RowTerm("roofs", 1.0),), 1.0),)}, "did you mean 'roof'"),
        ({"rows": (LinearRow("r", (RowTerm("roof", 1.0),)),)}, "it bounds nothing"),
        ({"rows": (LinearRow("r", (RowTerm("roof", 1.0),), 2.0, 1.0),)}, "leave no room"),
        ({"rows": (LinearRow("r", (), 2.0),)}, "no coefficient other than 0"),
        ({"actors": ("firm",)}, r"actors has shape \(1,\); expected \(4,\)"),
        ({"once": np.ones(M, bool), "yearly_limit": np.full(M, np.inf)}, "'store': a yes-or-no"),
        ({"once": np.ones(M, bool), "committed": np.eye(M, T) + np.eye(M, T, 1)},
         "committed in several years"),
    ],
)  # fmt: skip
def test_conditions_that_do_not_fit_are_refused(changes, words):
    with pytest.raises(ScenarioError, match=words):
        town(**changes)
