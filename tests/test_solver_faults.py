"""What goes wrong in a run of the solver ends in a clear state, with nothing lost."""

import time
from dataclasses import replace

import numpy as np
import pytest
from tests.test_least_cost import ACTS, T, capped, county, linear

from carbonpeak.errors import ScenarioError, SolverError
from carbonpeak.optimiser.least_cost import (
    Numerator,
    SolverSettings,
    Status,
    formulate,
    solve_least_cost,
)


def many_projects():
    """Whole projects of unlike size: the first plan found is seldom the best."""
    draw, count = np.random.default_rng(3), 30
    ones = np.ones(count)
    return replace(
        county(),
        measures=tuple(f"plant_{at}" for at in range(count)),
        unit_size=ones,
        integer=np.ones(count, bool),
        first_year=np.full(count, 2020),
        last_year=np.full(count, 2023),
        potential=ones * 3,
        yearly_limit=ones * 2,
        lifetime=ones * 20,
        capex=np.repeat(draw.uniform(1e6, 9e6, (count, 1)), T, axis=1),
        fixed_opex=np.zeros((count, T)),
        running_cost=np.zeros((count, T, T)),
        moves=type(county().moves).none(),
        lines=(),
        baseline_activity=np.zeros(0),
        existing=np.zeros(0),
        soonest=np.zeros(0, dtype=np.int64),
        committed=np.zeros(0),
        once=np.zeros(0, bool),
        minimum_build=np.zeros(0),
        retire_cost=np.zeros(0),
        actors=(),
        ramp_rate=np.zeros(0),
        ramp_seed=np.zeros(0),
        numerators={
            "co2": Numerator(
                np.linspace(5e4, 5.6e4, T),
                -draw.uniform(100.0, 900.0, count)[:, None, None] * ACTS,
            )
        },
    )


def test_no_time_at_all_is_a_time_limit():
    plan = solve_least_cost(county(), time_limit=0.0)
    assert plan.status == Status.TIME_LIMIT
    assert not plan.found
    assert np.isnan(plan.cost)
    assert plan.message.en.endswith("allow more time")


def test_whole_projects_stopped_early_tell_bound_and_gap():
    """HiGHS is stopped at its first plan; the true best lies between the bound and that plan."""
    problem = many_projects()
    best = solve_least_cost(problem)
    first = solve_least_cost(
        problem, settings=SolverSettings(options={"mip_max_improving_sols": 1})
    )
    assert first.status == Status.TIME_LIMIT
    assert first.found
    assert first.bound <= best.cost * (1 + 1e-6)
    assert best.cost <= first.cost
    assert first.gap > 1e-4
    assert first.gap == pytest.approx((first.cost - first.bound) / first.cost, rel=1e-3)
    bound = f"{first.bound / 1e4:,.1f}"
    assert f"at most {first.gap:.2%} above the best possible" in first.message.en
    assert f"costs less than {bound} × 10⁴ CNY" in first.message.en
    assert f"不低于 {bound} 万元" in first.message.zh
    assert first.result["slack"].item() >= -1e-6


def test_the_time_limit_is_that_of_one_run():
    """The clock of HiGHS runs on over the runs of a program; each still has its whole limit."""
    problem = many_projects()
    program = formulate(problem).program
    start = time.perf_counter()
    program.solve(SolverSettings(options={"mip_max_improving_sols": 1}))
    one = time.perf_counter() - start
    limit, builds = 20 * one + 0.2, program.blocks["builds"]
    started = time.perf_counter()
    while time.perf_counter() - started < 1.5 * limit:
        program.change_cost(builds, 1.0)
        again = program.solve(SolverSettings(time_limit=limit, options={"mip_rel_gap": 1.0}))
        assert again.status == Status.OPTIMAL


def test_options_of_one_run_do_not_stay():
    program = formulate(county()).program
    stopped = program.solve(SolverSettings(time_limit=0.0, options={"presolve": "off"}))
    assert stopped.status == Status.TIME_LIMIT
    assert program.solve().status == Status.OPTIMAL


def test_a_linear_program_is_run_once_without_presolve(tmp_path):
    """What HiGHS itself logs; with presolve, "impossible" needs a second run."""
    said = {}
    for name, options in (("usual", {}), ("asked", {"presolve": "on"})):
        settings = SolverSettings(log_file=str(tmp_path / name), options=options)
        impossible = replace(linear(), targets=capped(linear(), -1e9).targets)
        plan = solve_least_cost(impossible, settings=settings, explain=False)
        assert plan.status == Status.INFEASIBLE
        said[name] = (tmp_path / name).read_text("utf-8")
    assert said["usual"].count("Model status") == 1
    assert "Presolving model" not in said["usual"]
    assert "Presolving model" in said["asked"]
    assert said["asked"].count("Model status") == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mip_relgap": 0.1}, "no option 'mip_relgap'; did you mean 'mip_rel_gap'"),
        ({"threads": "many"}, "'threads' of HiGHS does not take 'many'"),
        ({"presolve": "never"}, "'presolve' of HiGHS does not take 'never'"),
    ],
)
def test_a_wrong_option_is_named(options, words):
    with pytest.raises(SolverError, match=words):
        solve_least_cost(county(), settings=SolverSettings(options=options))


def test_options_may_be_written_as_text():
    plan = solve_least_cost(county(), settings=SolverSettings(options={"mip_rel_gap": "0.5"}))
    assert plan.found


def test_a_log_is_written_and_added_to(tmp_path):
    log = tmp_path / "solver.log"
    for runs in (1, 2):
        solve_least_cost(linear(), settings=SolverSettings(log_file=str(log)))
        assert log.read_text("utf-8").count("Model status") == runs
    for place in (tmp_path / "no" / "log", tmp_path):
        with pytest.raises(SolverError, match="is no file for a log; name one"):
            solve_least_cost(linear(), settings=SolverSettings(log_file=str(place)))


@pytest.mark.parametrize(
    "name", ["capex", "fixed_opex", "running_cost", "potential", "yearly_limit", "lifetime"]
)
def test_a_number_that_is_none_is_refused(name):
    held = np.array(getattr(county(), name), dtype=float)
    held.flat[0] = np.nan
    with pytest.raises(ScenarioError, match=name):
        county(**{name: held})


def test_a_numerator_that_holds_no_number_is_refused():
    co2 = county().numerators["co2"]
    for changed in (
        replace(co2, baseline=np.full(T, np.nan)),
        replace(co2, effect=np.full((3, T, T), np.nan)),
    ):
        with pytest.raises(ScenarioError, match="not a finite number"):
            county(numerators={"co2": changed})


def test_a_cap_that_is_no_number_is_refused():
    with pytest.raises(ScenarioError, match="cap"):
        capped(county(), np.nan)


def test_all_potentials_zero_names_what_would_have_to_give():
    problem = linear(potential=np.zeros(3), committed=np.zeros((3, T)))
    plan = solve_least_cost(problem)
    found = {one.family: one for one in plan.diagnosis.remedies}
    raised = np.zeros(3)
    for change in found["potential"].changes:
        raised[problem.measures.index(change.subject)] = change.after * (1 + 1e-6)
    again = solve_least_cost(replace(problem, potential=raised))
    assert again.cost == pytest.approx(found["potential"].cost, rel=1e-3)


def test_a_baseline_below_zero_is_a_sink_where_it_may_be_one():
    """Activity cannot be below zero; a numerator can, as the balance of a county of forests."""
    with pytest.raises(ScenarioError, match="expected at least 0"):
        county(baseline_activity=np.array([[8e3] * T, [-10.0] * T]))
    co2 = county().numerators["co2"]
    sink = Numerator(np.full(T, -1e3), co2.effect)
    met = solve_least_cost(capped(linear(numerators={"co2": sink}), -500.0))
    assert met.status == Status.OPTIMAL
    assert met.prices.item() == 0.0
    deeper = solve_least_cost(capped(linear(numerators={"co2": sink}), -3e3))
    assert deeper.result["value"].item() <= -3e3 + 1e-6
    assert deeper.prices.item() >= 0.0
