"""The diagnosis of an impossible problem, against a second formulation of what it says."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tests.test_least_cost import ACTS, YEARS, T, capped, county, linear, second_formulation

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.diagnosis import Diagnosis, Shortfall, explain
from carbonpeak.optimiser.elastic import diagnose
from carbonpeak.optimiser.least_cost import (
    Budget,
    Exclusion,
    LinearRow,
    Moves,
    Need,
    Numerator,
    Pool,
    RowTerm,
    Sentence,
    SolverSettings,
    Status,
    Target,
    formulate,
    solve_least_cost,
)
from carbonpeak.optimiser.problem import counted
from carbonpeak.optimiser.remedies import Change, Remedy, doubt
from carbonpeak.vocabulary import unit_text

FEASIBLE, INFEASIBLE = 0, 2
SHORT = Shortfall("cap_2023", 2023, 1.0, 0.1, "t CO2", Sentence("in 2023", "2023 年"))
HECTARES = {"forest": Sentence("ha", "公顷")}


def opened(problem, changes, part=1.0):
    """Return the problem with a part of the changes made."""
    for change in changes:
        name = "ramp_seed" if change.family == "ramp" else change.family
        if name == "window":
            return None
        limit = getattr(problem, name).copy()
        at = problem.measures.index(change.subject)
        limit[at] = change.before + part * (change.after - change.before)
        problem = replace(problem, **{name: limit})
    return problem


@pytest.mark.parametrize("build", [county, linear])
@pytest.mark.parametrize("cap", [1e3, 1.5e4, 1.9e4])
def test_the_shortfall_is_the_smallest(build, cap):
    plan = solve_least_cost(capped(build(), cap))
    (shortfall,) = plan.diagnosis.shortfalls
    within, beyond = (
        second_formulation(capped(build(), cap + shortfall.amount + more))[0].status
        for more in (1.0, -1.0)
    )
    assert (within, beyond) == (FEASIBLE, INFEASIBLE)
    assert shortfall.proven


@pytest.mark.parametrize("build", [county, linear])
@pytest.mark.parametrize("cap", [1.0e4, 1.6e4, 1.9e4])
def test_remedies_close_the_gap_in_a_second_formulation(build, cap):
    problem = capped(build(), cap)
    diagnosis = solve_least_cost(problem).diagnosis
    assert diagnosis is not None
    seen = 0
    for remedy in diagnosis.remedies:
        other = opened(problem, remedy.changes, 1.0 + 1e-6)
        if other is None:
            continue
        oracle = second_formulation(other)[0]
        assert oracle.status == FEASIBLE
        assert remedy.cost == pytest.approx(oracle.fun, rel=1e-3)
        seen += 1
        if len(remedy.changes) == 1:
            less = opened(problem, remedy.changes, 0.98)
            assert second_formulation(less)[0].status == INFEASIBLE
    assert seen


FOREST = np.array([0.0, 0.0, 1.0])
OTHER_FAMILIES = {
    "pool": {"pools": (Pool("land", FOREST, 40.0, "ha"),)},
    "budget": {"budgets": (Budget("fund", FOREST > 0, YEARS, 2.5e6),)},
    "row": {"rows": (LinearRow("own", (RowTerm("forest", 1.0),), at_most=45.0, unit="ha"),)},
    "row_floor": {"rows": (LinearRow("own", (RowTerm("forest", -1.0),), at_least=-45.0),)},
}


def given(problem, change, part):
    """Return the problem with a part of a change of a pool, budget or row made."""
    field, name = {
        "pool": ("pools", "amount"),
        "budget": ("budgets", "amount"),
        "row": ("rows", "at_most"),
        "row_floor": ("rows", "at_least"),
    }[change.family]
    (held,) = getattr(problem, field)
    assert change.subject == held.name
    value = change.before + part * (change.after - change.before)
    return replace(problem, **{field: (replace(held, **{name: value}),)})


@pytest.mark.parametrize("family", list(OTHER_FAMILIES))
def test_other_families_give_as_little_as_closes_the_gap(family):
    problem = capped(linear(**OTHER_FAMILIES[family]), 2.1e4)
    remedies = {one.family: one for one in solve_least_cost(problem).diagnosis.remedies}
    (change,) = remedies[family].changes
    assert (change.after < change.before) == (family == "row_floor")
    opened_plan = solve_least_cost(given(problem, change, 1.0 + 1e-6))
    assert opened_plan.cost == pytest.approx(remedies[family].cost, rel=1e-3)
    assert not solve_least_cost(given(problem, change, 0.98), explain=False).found


def test_a_least_size_may_fall():
    """Of three hectares that may be planted none is while ten are the least."""
    three = LinearRow("own", (RowTerm("forest", 1.0),), at_most=3.0, unit="ha")
    free = linear(rows=(three,))
    reach = 1e4 + solve_least_cost(capped(free, 1e4)).diagnosis.shortfalls[0].amount + 10.0
    problem = replace(capped(free, reach), minimum_build=np.array([0.0, 0.0, 10.0]))
    plan = solve_least_cost(problem)
    found = {one.family: one for one in plan.diagnosis.remedies}
    (change,) = found["minimum_build"].changes
    assert change.before == 10.0
    assert 0.0 < change.after <= 3.0 + 1e-9
    assert "the minimum size of forest falls from 10 to " in plan.message.en
    least = np.array([0.0, 0.0, change.after])
    assert solve_least_cost(replace(problem, minimum_build=least * (1 - 1e-6))).found


@pytest.mark.parametrize("amount", [0.0, 1e-6, 1e-3, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("size", [1.0, 100.0, 1e4])
@pytest.mark.parametrize("build", [county, linear])
def test_what_limits_names_what_alone_would_close_the_gap(build, size, amount):
    """A limit without a price at the smallest shortfall could give and change nothing."""
    co2 = build().numerators["co2"]
    fund = Budget("fund", np.ones(3, bool), YEARS, amount)
    large = {"co2": Numerator(co2.baseline * size, co2.effect)}
    problem = build(budgets=(fund,), numerators=large)
    problem = capped(problem, co2.baseline[-1] * size - 2.1e4)
    plan = solve_least_cost(problem)
    assert plan.diagnosis.remedies
    assert any(change.subject == "fund" for it in plan.diagnosis.remedies for change in it.changes)
    assert ("budget", "fund") in {(it.family, it.subject) for it in plan.diagnosis.limits}
    assert "what limits: budget of fund" in plan.message.en
    assert "制约因素：fund的投资预算" in plan.message.zh


@pytest.mark.parametrize("gap", [1e-6, 0.3, 0.9])
@pytest.mark.parametrize("cap", [1.0e4, 1.6e4, 1.75e4])
def test_the_cost_of_a_remedy_is_the_least_but_for_the_gap_that_it_states(gap, cap):
    """Whole projects: the search for the smallest change stops at a gap of all its weights."""
    problem = capped(county(), cap)
    remedies = solve_least_cost(problem, settings=SolverSettings(gap=gap)).diagnosis.remedies
    assert remedies
    for remedy in remedies:
        assert 0.0 <= remedy.cost_above <= gap * remedy.cost * (1.0 + 1e-9)
        other = opened(problem, remedy.changes, 1.0 + 1e-6)
        least, dust = second_formulation(other)[0].fun, 1e-5 * remedy.cost
        assert remedy.cost - remedy.cost_above - dust <= least <= remedy.cost + dust


@pytest.mark.parametrize("cap", [1.4e4, 1.8e4, 2.0e4])
def test_the_cost_of_a_remedy_is_the_least_beside_a_build_that_weighs_much_more(cap):
    """All other costs then weigh less than the absolute gap at which HiGHS stops."""
    capex = county().capex.copy()
    capex[1] = 1e8
    limit, whole = np.array([20.0, 4.0, 30.0]), np.array([True, True, False])
    problem = capped(county(capex=capex, yearly_limit=limit, integer=whole), cap)
    seen = 0
    for remedy in solve_least_cost(problem).diagnosis.remedies:
        other = opened(problem, remedy.changes, 1.0 + 1e-9)
        if other is not None:
            least = second_formulation(other)[0].fun
            assert remedy.cost - remedy.cost_above <= least * (1.0 + 1e-5)
            seen += 1
    assert seen


def test_a_soft_target_too_dear_to_be_weighed_is_paid_for_in_full():
    """Its price is lowered while the smallest change is sought, and counts in the cost of it."""
    soft = Target.at("soft", "co2", 2022, 1.5e4, price=1e9)
    problem = linear(targets=(Target.at("hard", "co2", 2023, 1.6e4), soft))
    for remedy in solve_least_cost(problem).diagnosis.remedies:
        other = opened(problem, remedy.changes, 1.0 + 1e-6)
        plan = solve_least_cost(other)
        assert remedy.cost == pytest.approx(plan.cost + plan.penalty, rel=1e-4)
        assert remedy.cost_above == 0.0


def test_a_window_that_may_give_closes_the_gap():
    problem = capped(linear(last_year=np.array([2023, 2022, 2020])), 2.2e4)
    found = {one.family: one for one in solve_least_cost(problem).diagnosis.remedies}
    built = {change.subject: change.after for change in found["window"].changes}
    wider = replace(problem, last_year=np.full(3, 2023))
    plan = solve_least_cost(wider)
    assert plan.found
    assert 0 < built["forest"] <= 90
    assert plan.cost <= found["window"].cost * (1 + 1e-6)


def test_a_window_that_may_give_names_years_in_which_the_gap_closes():
    """Opened in just these years, with what is built in them, the program has a plan."""
    last = np.array([2023, 2022, 2020])
    problem = capped(linear(last_year=last), 2.2e4)
    plan = solve_least_cost(problem)
    (remedy,) = (one for one in plan.diagnosis.remedies if one.family == "window")
    opened = last.copy()
    for change in remedy.changes:
        at = problem.measures.index(change.subject)
        assert change.years
        assert not set(change.years) & set(np.asarray(YEARS)[problem.window[at]])
        opened[at] = max(opened[at], *change.years)
    wider = solve_least_cost(replace(problem, last_year=opened))
    assert wider.found
    assert wider.cost <= remedy.cost * (1 + 1e-6)
    assert f"the window of forest opens from 2020 to 2020–{opened[2]}, with " in plan.message.en
    assert (
        f"forest的建设时段由 2020 年扩展到 2020—{opened[2]} 年（原时段之外建设" in plan.message.zh
    )


def test_a_measure_that_may_be_built_in_no_year_gets_a_window():
    never = {"first_year": np.array([2021, 2020, 2019]), "last_year": np.array([2023, 2022, 2019])}
    problem = capped(linear(**never), 2.2e4)
    change = Change("window", "forest", 0.0, 40.0, (2021, 2022))
    told = explain(problem, Diagnosis((), (SHORT,), (), (Remedy("window", (change,), 0.0),)))
    words = "forest, which has no building year, gets a window of 2021–2022 with 40 built in it"
    assert words in told.en
    assert "为原无可建年份的forest设定建设时段 2021—2022 年" in told.zh


@pytest.mark.parametrize(("name", "said"), [("builds", "builds"), ("prices", "price")])
def test_what_a_plan_that_was_not_found_lacks_is_said_with_the_reason(name, said):
    missed = solve_least_cost(capped(county(), 1e3))
    with pytest.raises(ResultError, match=f"has no {said}: cap_2023 cannot be met"):
        getattr(missed, name)


@pytest.mark.parametrize(("soonest", "opens"), [(2021, True), (2022, True), (2023, False)])
def test_a_window_opens_no_sooner_than_works_can_be_done(soonest, opens):
    """What a remedy asks for can be built: wider windows meet the target from that year on."""
    late = linear(first_year=np.full(3, 2023), last_year=np.full(3, 2023))
    missed = Target.at("cap", "co2", 2022, float(late.numerators["co2"].baseline[2]) - 100.0)
    problem = replace(late, targets=(missed,), soonest=np.full(3, soonest))
    found = solve_least_cost(problem)
    assert not found.found
    assert ("window" in {one.family for one in found.diagnosis.remedies}) == opens
    wider = replace(problem, first_year=np.full(3, soonest))
    assert solve_least_cost(wider).found == opens


UNITS = np.array([1.0, 0.0, 0.0])
CHOICES = {
    "once": {"once": UNITS > 0},
    "least size": {"minimum_build": 2.0 * UNITS},
    "need": {"needs": (Need("switch", ("plant",), (1.0,)),)},
    "exclusion": {"excludes": (Exclusion("switch", "forest"),)},
}


def switches(needed, choice, **changes):
    """Return a problem in which so many switches have to stand in the end."""
    held = {
        "potential": np.array([100.0, 1.0, 0.0]),
        "yearly_limit": np.array([100.0, 1.0, 0.0]),
        "first_year": np.full(3, 2020),
        "last_year": np.full(3, 2023),
        "lifetime": np.full(3, 20.0),
        "numerators": {"co2": Numerator(np.full(T, 5e4), ACTS * -100.0 * UNITS[:, None, None])},
        "moves": Moves.none(),
        "ramp_rate": np.full(3, np.nan),
        "ramp_seed": np.full(3, np.nan),
        "targets": (Target.at("cap", "co2", 2023, 5e4 - 100.0 * needed),),
    }
    return linear(**{**held, **CHOICES[choice], **changes})


@pytest.mark.parametrize("choice", list(CHOICES))
@pytest.mark.parametrize("family", ["potential", "yearly_limit"])
def test_a_choice_of_yes_or_no_lets_a_limit_give_as_it_does_without_it(family, choice):
    changes = {family: np.array([10.0, 1.0, 0.0]), "first_year": np.array([2023, 2020, 2020])}
    problem = switches(15.0, choice, **changes)
    remedies = solve_least_cost(problem).diagnosis.remedies
    (remedy,) = (one for one in remedies if one.family == family)
    (change,) = remedy.changes
    assert change.subject == "switch"
    assert change.after == pytest.approx(15.0)
    other = solve_least_cost(opened(problem, remedy.changes, 1.0 + 1e-9))
    assert remedy.cost == pytest.approx(other.cost, rel=1e-5)


@pytest.mark.parametrize("choice", list(CHOICES))
def test_a_choice_of_yes_or_no_holds_outside_a_window_too(choice):
    """20 a year: what is built once in 2023 is not built outside of it as well."""
    limit, first = np.array([20.0, 1.0, 0.0]), np.array([2023, 2020, 2020])
    problem = switches(25.0, choice, yearly_limit=limit, first_year=first)
    remedies = solve_least_cost(problem).diagnosis.remedies
    outside = [change.after for one in remedies if one.family == "window" for change in one.changes]
    assert outside == ([] if choice == "once" else pytest.approx([5.0]))


def test_where_no_family_is_enough_all_together_are():
    problem = capped(linear(potential=np.array([50.0, 6.0, 100.0])), 0.0)
    (remedy,) = solve_least_cost(problem).diagnosis.remedies
    assert remedy.family == "several"
    assert len({change.family for change in remedy.changes}) > 1
    plan = solve_least_cost(problem)
    assert (
        "No single kind of limit closes the gap within reason; together they do, if "
        in plan.message.en
    )
    assert "若同时" in plan.message.zh


def test_what_nothing_closes_is_said():
    """Activity is arithmetic, no limit that may give: coal cannot fall below nothing."""
    problem = capped(
        linear(numerators={"co2": Numerator(np.full(T, 5e4), np.zeros((3, T, T)))}), 1e4
    )
    plan = solve_least_cost(problem)
    assert plan.diagnosis.remedies == ()
    assert plan.message.en.endswith("not even all limits together.")
    assert "no measure acts on it" in plan.message.en


def test_limits_carry_the_units_of_their_measures():
    problem = replace(capped(linear(), 1.9e4), units=HECTARES)
    plan = solve_least_cost(problem)
    assert "rises from 30 to 36.6 ha" in plan.message.en
    assert "由 30 提高到 36.6 公顷" in plan.message.zh
    bare = solve_least_cost(capped(linear(), 1.9e4))
    assert plan.message.en.replace(" ha", "") == bare.message.en


def test_what_holds_is_told_where_parts_of_projects_would_do():
    problem = capped(county(potential=np.array([50.0, 5.0, np.inf])), 2.5e4)
    assert solve_least_cost(replace(problem, integer=np.zeros(3, bool))).found
    diagnosis = solve_least_cost(problem).diagnosis
    held = {(limit.family, limit.subject) for limit in diagnosis.limits}
    assert held == {("yearly_limit", "switch"), ("yearly_limit", "forest")}
    for _, measure in sorted(held):
        eased = problem.yearly_limit + (np.array(problem.measures) == measure)
        other = solve_least_cost(replace(problem, yearly_limit=eased)).diagnosis
        assert other.shortfalls[0].amount < diagnosis.shortfalls[0].amount


def test_targets_stated_first_are_met_first():
    problem = linear()
    both = (Target.at("first", "co2", 2023, 1.0e4), Target.at("second", "co2", 2023, 1.0e4))
    missed = solve_least_cost(replace(problem, targets=both)).diagnosis.shortfalls
    assert [one.target for one in missed] == ["first", "second"]
    apart = (Target.at("first", "co2", 2022, 1.5e4), Target.at("second", "area", 2023, 60.0))
    area = Numerator(np.zeros(T), np.stack([ACTS * 0, ACTS * 0, ACTS]), "ha")
    asked = replace(problem, numerators={**problem.numerators, "area": area}, targets=apart)
    assert [one.target for one in solve_least_cost(asked).diagnosis.shortfalls] == ["first"]


def test_a_soft_target_gives_way_to_a_hard_one():
    """However dear the soft one is, it is no part of what is impossible."""
    soft = Target.at("soft", "co2", 2022, 1e3, price=1e9)
    problem = linear(targets=(Target.at("hard", "co2", 2023, 1.5e4), soft))
    alone = solve_least_cost(replace(problem, targets=problem.targets[:1]))
    both = solve_least_cost(problem)
    (shortfall,) = both.diagnosis.shortfalls
    assert shortfall.target == "hard"
    assert shortfall.amount == pytest.approx(alone.diagnosis.shortfalls[0].amount, rel=1e-6)


def test_a_diagnosis_out_of_time_says_what_it_knows():
    problem = capped(county(), 1.9e4)
    hurried = diagnose(formulate(problem), SolverSettings(time_limit=0.0))
    assert hurried.status == Status.TIME_LIMIT
    assert "before it was known by how much" in hurried.message.en
    assert "尚未得出差距大小" in hurried.message.zh


@pytest.mark.parametrize(
    ("amount", "en", "zh"),
    [(1.0, "1 unit", "1 台"), (2.0, "2 units", "2 台"), (0.5, "0.5 units", "0.5 台")],
)
def test_english_counts_one_unit_and_two_units(amount, en, zh):
    """As the vocabulary gives the words of a gas turbine; a symbol such as ha has no plural."""
    words = {"plant": Sentence(*(unit_text("unit", lang) for lang in ("en", "zh")))}
    problem = county(units=words | HECTARES)
    changes = {
        "window": (Change("window", "plant", 0.0, amount, (2023,)), f"with {en} built outside"),
        "potential": (Change("potential", "plant", 0.1, amount), f"from 0.1 to {en}"),
    }
    for family, (change, said) in changes.items():
        remedy = Remedy(family, (change,), 0.0)
        told = explain(problem, Diagnosis(shortfalls=(SHORT,), remedies=(remedy,)))
        assert said in told.en
        assert zh in told.zh
    assert counted("1", "ha") == "1 ha"
    assert counted("1", "gas") == "1 gas"


def test_what_gives_beside_the_largest_changes_is_named():
    families = ("potential", "yearly_limit")
    changes = [
        Change(family, name, 10.0, 60.0 - at)
        for at, (family, name) in enumerate(product(families, ("switch", "plant", "forest")))
    ]
    told = explain(
        county(), Diagnosis(shortfalls=(SHORT,), remedies=(Remedy("several", tuple(changes), 0.0),))
    )
    rest = "and with them the yearly limit of plant, yearly limit of forest."
    assert told.en.count("rises from") == 4
    assert rest in told.en
    assert "，且一并放宽plant的年度建设上限、forest的年度建设上限，则可达成" in told.zh


def test_years_missed_beside_the_first_are_named():
    missed = [replace(SHORT, year=year) for year in (2020, 2021, 2022, 2023, 2025, 2026, 2028)]
    told = explain(county(), Diagnosis(shortfalls=tuple(missed)))
    assert "and in 2025–2026, 2028 too" in told.en
    assert "，2025—2026、2028 年亦有差距" in told.zh


RANGES = {
    ("potential", "forest"): (50.0, 80.0),
    ("minimum_build", "plant"): (0.5, np.nan),
    ("yearly_limit", "plant"): (np.nan, np.nan),
    ("pool", "roofs"): (np.nan, np.nan),
    ("first_year", "forest"): (2021.0, 2023.0),
    ("last_year", "forest"): (2024.0, 2026.0),
    ("first_year", "switch"): (np.nan, np.nan),
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("potential", "forest", 60.0, 79.9), None),
        (Change("potential", "forest", 60.0, 80.1), "beyond the stated range, which ends at 80"),
        (Change("minimum_build", "plant", 1.0, 0.6), None),
        (Change("minimum_build", "plant", 1.0, 0.4), "beyond the stated range, which ends at 0.5"),
        (Change("yearly_limit", "plant", 4.0, 40.0), None),
        (Change("yearly_limit", "plant", 4.0, 400.0), "100 times what is stated"),
        (Change("ramp", "switch", 0.0, 5.0), None),
        (Change("budget", "fund", 1e6, 2e7), "20 times what is stated"),
        (Change("minimum_build", "switch", 30.0, 1.0), "1/30 of what is stated"),
        (Change("minimum_build", "switch", 30.0, 0.0), "nothing is left of it"),
        (Change("pool", "roofs", 0.4, 1.0), None),
        (Change("pool", "roofs", 0.4, 1.1), "more than 100 %"),
        (Change("row_floor", "own", 1.0, -14.0), None),
        (Change("window", "plant", 0.0, 1e6, (2023,)), None),
        (Change("window", "switch", 0.0, 1e6, (2020,)), None),
        (Change("window", "forest", 0.0, 1.0, (2021, 2026)), None),
        (
            Change("window", "forest", 0.0, 1.0, (2020, 2021)),
            "before 2021, where the stated range of its first year begins",
        ),
        (
            Change("window", "forest", 0.0, 1.0, (2026, 2027)),
            "after 2026, where the stated range of its last year ends",
        ),
    ],
)
def test_a_limit_that_hardly_gives_so_far_is_doubted(change, said):
    roofs = Pool("roofs", np.array([0.0, 0.0, 1e-3]), 0.4, "1")
    found = doubt(replace(county(pools=(roofs,)), stated_ranges=RANGES), change)
    assert (found and found.en) == said


def test_a_way_out_that_is_not_plausible_says_so():
    problem = replace(capped(linear(), 1.9e4), units=HECTARES)
    likely = solve_least_cost(problem)
    families = {one.family: one for one in likely.diagnosis.remedies}
    assert "plausible" not in likely.message.en
    narrow = {("yearly_limit", "forest"): (10.0, 35.0)}
    told = solve_least_cost(replace(problem, stated_ranges=narrow)).message
    assert "to 36.6 ha (hardly plausible: beyond the stated range, which ends at 35)" in told.en
    assert "到 36.6 公顷（超出所列区间上限 35，难以实现）" in told.zh
    assert ("No way out is plausible" in told.en) == (set(families) == {"yearly_limit"})
    alone = Diagnosis(shortfalls=(SHORT,), remedies=(families["yearly_limit"],))
    every = explain(replace(problem, stated_ranges=narrow), alone)
    assert every.en.endswith("No way out is plausible: each takes a limit too far.")
    assert every.zh.endswith("以上方式均须将某项限制放宽到难以实现的程度。")


def test_what_was_not_examined_and_what_is_not_proven_is_said():
    shortfall = Shortfall(
        "cap_2023", 2023, 2e4, 0.4, "t CO2", Sentence("in 2023", "2023 年"), proven=False
    )
    diagnosis = Diagnosis(
        shortfalls=(shortfall,), unexamined=("ramp", "window"), status=Status.TIME_LIMIT
    )
    en, zh = explain(county(), diagnosis)
    assert "short by at most 2 × 10⁴ t CO2 (40.00%) in 2023" in en
    assert en.endswith("before it was known what these could do: ramp, window.")
    assert "至多差" in zh
    assert zh.endswith("增速限制、建设时段。")


def test_the_basis_left_by_the_first_run_changes_nothing():
    """Diagnosed at once, or after the run that found the problem impossible: the same answer."""
    problem = capped(linear(), 1.9e4)
    warm = solve_least_cost(problem).diagnosis
    cold = diagnose(formulate(problem), SolverSettings())
    assert YEARS[-1] == cold.shortfalls[0].year
    assert cold.shortfalls[0].amount == pytest.approx(warm.shortfalls[0].amount, rel=1e-9)
    pairs = zip(cold.remedies, warm.remedies, strict=True)
    assert all(one.cost == pytest.approx(other.cost, rel=1e-6) for one, other in pairs)


def test_whole_projects_that_are_too_coarse_are_no_lack_of_measures():
    """Half a plant meets the cap and the floor; a whole one takes too much for the floor."""
    effect = county().numerators["co2"].effect[:, 0, -1]
    plant = int(np.argmin(np.where(county().integer, effect, 0.0)))
    only = np.where(np.arange(3) == plant, county().potential, 0.0)
    problem = capped(county(potential=only), 0.0)
    base = problem.numerators["co2"].baseline[-1]
    whole = -problem.unit_size[plant] * problem.numerators["co2"].effect[plant, 0, -1]
    cap = base - whole / 2
    problem = capped(problem, cap)
    floor = Target.at("floor", "co2", YEARS[-1], cap - 1.0, sense="at_least")
    problem = replace(problem, targets=(*problem.targets, floor))
    parts = replace(problem, integer=np.zeros(3, bool))
    assert second_formulation(parts)[0].status == FEASIBLE
    assert second_formulation(problem)[0].status == INFEASIBLE
    plan = solve_least_cost(problem)
    assert plan.diagnosis.divisible
    assert "parts of projects would meet it, whole ones do not" in plan.message.en
    assert "no measure acts on it" not in plan.message.en


def test_a_target_that_holds_another_up_is_named():
    problem = capped(linear(), 2.5e4)
    floor = Target.at("floor", "co2", YEARS[-1], 2.6e4, sense="at_least")
    plan = solve_least_cost(replace(problem, targets=(*problem.targets, floor)))
    assert [limit.family for limit in plan.diagnosis.limits] == ["target"]
    (missed,) = plan.diagnosis.shortfalls
    other = {"floor": "cap_2023", "cap_2023": "floor"}[missed.target]
    assert f"what limits: target of {other}" in plan.message.en
    assert "no measure acts on it" not in plan.message.en


@pytest.mark.parametrize("stated", [1.0, 1e-3])
def test_a_budget_in_the_wrong_unit_is_named_with_what_it_has_to_be(stated):
    """However far off it is: some budget closes the gap, so that something does."""
    paid = Budget("firms", np.ones(3, bool), YEARS, np.inf)
    problem = capped(linear(), 4e4)
    spent = solve_least_cost(problem).result["cost"].sel(kind="capex").sum().item()
    small = replace(problem, budgets=(replace(paid, amount=stated),))
    plan = solve_least_cost(small)
    (remedy,) = plan.diagnosis.remedies
    assert [change.subject for change in remedy.changes] == ["firms"]
    assert 0 < remedy.changes[0].after <= spent * (1 + 1e-6)
    enough = replace(paid, amount=remedy.changes[0].after * (1 + 1e-6))
    assert solve_least_cost(replace(problem, budgets=(enough,))).found
    less = replace(paid, amount=remedy.changes[0].after * 0.99)
    assert not solve_least_cost(replace(problem, budgets=(less,)), explain=False).found


@pytest.mark.parametrize(("coefficient", "least", "cap"), [(3.3, 123.4, 5.5e4), (-3.3, 1.0, 2.6e4)])
def test_a_row_that_excludes_the_limits_is_told_what_to_fall_to(coefficient, least, cap):
    """A floor beyond what can be built; printed numbers are rounded to the side that is enough."""
    row = LinearRow("own", (RowTerm("plant", coefficient),), at_least=least)
    problem = capped(linear(rows=(row,)), cap)
    plan = solve_least_cost(problem)
    (remedy,) = (one for one in plan.diagnosis.remedies if one.family == "row_floor")
    assert "exclude each other. There is one, which meets every target too, if " in plan.message.en
    said = plan.message.en.partition(f"own row of own falls from {least:g} to ")[2]
    printed = float(said.split(";")[0].rstrip(".").replace(",", ""))
    assert printed <= remedy.changes[0].after + 1e-9
    assert solve_least_cost(replace(problem, rows=(replace(row, at_least=printed),))).found
