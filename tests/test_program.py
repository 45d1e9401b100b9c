"""The program of labelled blocks: its checks, its rows, its solver."""

import highspy
import numpy as np
import pytest
import xarray as xr
from scipy.optimize import linprog

from carbonpeak.errors import SolverError
from carbonpeak.optimiser.program import Program, SolverSettings, Status, Term
from carbonpeak.optimiser.solver import Solver

YEARS = (2020, 2021, 2022)
KINDS = ("sun", "wind")


def along(dim, values, labels):
    return xr.DataArray(values, {dim: list(labels)}, (dim,))


def small(*, integer=False, need=(1.0, 2.0, 3.5)):
    program = Program()
    builds = program.add(
        "builds",
        {"measure": KINDS, "year": YEARS},
        upper=2.0,
        cost=along("measure", [1.0, 2.0], KINDS),
        integer=integer,
    )
    program.require(
        "need",
        [(builds, 1.0)],
        rows={"year": YEARS},
        at_least=along("year", list(need), YEARS),
    )
    program.require("ramp", [(builds, 1.0), (builds.lagged(), -1.0)], at_most=1.0)
    return program, builds


def test_lp_text_is_readable_by_another_reader_and_gives_the_same_optimum(tmp_path):
    program, _ = small()
    program.write_lp(tmp_path / "small.lp")
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    reader.readModel(str(tmp_path / "small.lp"))
    reader.run()
    assert reader.getObjectiveValue() == pytest.approx(program.solve().objective)


def test_text_is_the_same_for_the_same_program():
    assert small()[0].text() == small()[0].text()


def test_optimum_agrees_with_scipy():
    program, _ = small()
    matrix = program.matrix()
    held = matrix.entries.toarray()
    upper, lower = np.isfinite(matrix.row_upper), np.isfinite(matrix.row_lower)
    oracle = linprog(
        matrix.cost,
        A_ub=np.vstack([held[upper], -held[lower]]),
        b_ub=np.append(matrix.row_upper[upper], -matrix.row_lower[lower]),
        bounds=list(zip(matrix.lower, matrix.upper, strict=True)),
    )
    assert program.solve().objective == pytest.approx(oracle.fun)


def test_values_duals_and_rows_carry_labels():
    solution = small()[0].solve()
    assert solution.values["builds"].dims == ("measure", "year")
    assert solution.duals["need"].sel(year=2021) >= 0
    assert solution.row_values["need"].to_numpy() == pytest.approx([1.0, 2.0, 3.5])
    assert solution.reduced_costs["builds"].sizes == {"measure": 2, "year": 3}


def test_a_coefficient_may_carry_a_dim_of_the_rows_and_groups_add_up():
    program = Program()
    builds = program.add("builds", {"measure": KINDS})
    move = along("move", ["sun", "wind", "sun"], range(3))
    goal = along("move", ["coal", "coal", "gas"], range(3)).rename("line")
    response = xr.DataArray(np.arange(6.0).reshape(3, 2) + 1, {"move": [0, 1, 2], "year": [1, 2]})
    program.require(
        "activity",
        [Term(builds.pick("measure", move), response, goal)],
        rows={"line": ("coal", "gas"), "year": (1, 2)},
        at_least=0.0,
    )
    expected = np.array([[1.0, 3.0], [2.0, 4.0], [5.0, 0.0], [6.0, 0.0]])
    np.testing.assert_array_equal(program.matrix().entries.toarray(), expected)


def running(steps=50):
    """Return a program with one level that falls by what is built, never below zero."""
    program, years = Program(), np.arange(steps)
    builds = program.add("builds", {"year": years}, upper=1.0, cost=-1.0)
    level = program.add("level", {"year": years})
    program.require(
        "level",
        [(level, 1.0), (level.lagged(), -1.0), (builds, 1.0)],
        equal=along("year", 10.0 * (years == 0), years),
        defines=level,
    )
    return program, builds


def test_what_rows_define_is_worked_out_before_the_first_pivot():
    """At the start nothing is built and the level stays, which is best where building costs."""
    program, builds = running()
    program.change_cost(builds, 1.0)
    for _ in range(2):
        solution = program.solve()
        assert (solution.values["level"] == 10.0).all()
        assert program._live()._highs.getInfo().simplex_iteration_count == 0
        program.change_cost(builds, 2.0)
    program.change_cost(builds, -1.0)
    assert program.solve().objective == pytest.approx(-10.0)


def test_an_impossible_program_is_run_once_from_where_its_rows_put_it(monkeypatch):
    runs, start = [], Solver._start
    monkeypatch.setattr(Solver, "_start", lambda self: (runs.append(self), start(self)))
    program, builds = running()
    program.set_bounds(builds, lower=0.5, upper=1.0)
    assert program.solve().status == Status.INFEASIBLE
    assert len(runs) == 1
    program.set_bounds(builds, upper=1.0)
    assert program.twin().solve().objective == pytest.approx(-10.0)


def test_rows_define_a_block_one_each():
    program, years = Program(), np.arange(3)
    builds = program.add("builds", {"year": years})
    with pytest.raises(ValueError, match="do not define block 'builds': other dims"):
        program.require("all", [(builds, 1.0)], rows={}, equal=1.0, defines=builds)
    some = along("year", years > 0, years)
    with pytest.raises(ValueError, match="do not define block 'builds': some are missing"):
        program.require("some", [(builds, 1.0)], equal=1.0, where=some, defines=builds)


def test_rows_left_out_get_no_number():
    program = Program()
    builds = program.add("builds", {"year": YEARS})
    program.require(
        "cap", [(builds, 1.0)], at_most=1.0, where=along("year", [True, False, True], YEARS)
    )
    assert program.size == (2, 3)
    assert np.isnan(program.solve().row_values["cap"].sel(year=2021))


@pytest.mark.parametrize(
    ("terms", "rows", "words"),
    [
        (lambda b, s: [(b, 1.0), (s, 1.0)], None, r"'mix', block 'stock'.*lack year"),
        (lambda b, s: [(s, 1.0), (b, 1.0)], None, r"block 'builds': dims \(year\).*sum over"),
        (lambda b, _: [(b, along("region", [1.0], "a"))], None, r"dims \(region\) of neither"),
        (lambda b, _: [(b, along("measure", [1.0, 2.0], ("sun", "gas")))], None, "labels of dim"),
        (lambda b, _: [(b, along("measure", [1.0, np.nan], KINDS))], None, "not a number"),
        (lambda b, _: [(b.after_first(), 1.0), (b, 1.0)], None, "other labels elsewhere"),
        (lambda b, _: [(b, 1.0)], {"year": (2020, 2021)}, "other labels elsewhere"),
    ],
)
def test_dims_that_do_not_fit_are_refused_by_name(terms, rows, words):
    program = Program()
    builds = program.add("builds", {"measure": KINDS, "year": YEARS})
    stock = program.add("stock", {"measure": KINDS})
    with pytest.raises(ValueError, match=words):
        program.require("mix", terms(builds, stock), rows=rows, at_most=1.0)


def test_a_bound_with_a_strange_dim_and_a_taken_name_are_refused():
    program, builds = small()
    with pytest.raises(ValueError, match=r"bounds of rows 'cap': dims \(region\)"):
        program.require("cap", [(builds, 1.0)], at_most=along("region", [1.0], "a"))
    with pytest.raises(ValueError, match="'need' is taken"):
        program.require("need", [(builds, 1.0)], at_most=1.0)
    with pytest.raises(ValueError, match="no label 'tide'; allowed: sun, wind"):
        builds.pick("measure", along("move", ["tide"], [0]))


@pytest.mark.parametrize(
    ("name", "dim", "both"),
    [("year", "kind", "year"), ("builds", "need", "need"), ("tide", "builds", "builds"),
     ("tide", "tide", "tide")],
)  # fmt: skip
def test_a_name_of_both_a_dim_and_rows_or_variables_is_refused(name, dim, both):
    """A solution would hold two things of that name; whichever of the two comes first."""
    program, builds = small()
    words = f"'{both}' would name a dim as well as variables or rows"
    with pytest.raises(ValueError, match=words):
        program.add("new" if name == "builds" else name, {dim: (1, 2)})
    rows = {dim: (1, 2)}
    with pytest.raises(ValueError, match=words):
        program.require("new" if name == "builds" else name, [(builds, 1.0)], rows=rows)
    assert program.solve().values["builds"].dims == ("measure", "year")


def test_new_bounds_and_costs_give_the_answer_of_a_fresh_program():
    program, builds = small()
    program.solve()
    program.set_row_bounds("need", at_least=along("year", [0.5, 1.0, 1.5], YEARS))
    fresh = small(need=(0.5, 1.0, 1.5))[0]
    assert program.solve().objective == pytest.approx(fresh.solve().objective)
    program.change_cost(builds, 3.0)
    assert program.solve().objective == pytest.approx(9.0)
    program.set_bounds(builds, upper=0.25)
    assert program.solve().status == Status.INFEASIBLE


def test_a_twin_has_bounds_costs_and_rows_of_its_own():
    program, builds = small()
    first = program.solve().objective
    twin = program.twin()
    assert twin.solve().objective == first
    twin.set_row_bounds("need", at_least=along("year", [0.5, 1.0, 1.5], YEARS))
    twin.change_cost(builds, 3.0)
    twin.require("most", [(builds, 1.0)], rows={}, at_most=1.0)
    assert twin.solve().status == Status.INFEASIBLE
    twin.set_row_bounds("most", at_most=3.0)
    assert twin.solve().objective == pytest.approx(9.0)
    assert program.solve().objective == first
    assert small()[0].text() == program.text() != twin.text()


def test_a_solution_stays_what_it_was_when_its_program_goes_on():
    """Labels are put on when they are asked for, after more blocks, rows and runs."""
    program, builds = small()
    first, read = program.solve(), small()[0].solve()
    more = program.add("more", {"measure": KINDS}, cost=-1.0, upper=1.0)
    program.require("most", [(more, 1.0)], at_most=0.5)
    program.set_bounds(builds, lower=0.5, upper=3.0)
    later = program.solve()
    assert set(later.values) == {"builds", "more"}
    for part in ("values", "duals", "reduced_costs", "row_values"):
        xr.testing.assert_identical(getattr(first, part), getattr(read, part))
    assert not later.values["builds"].equals(first.values["builds"])


def test_changes_outlive_rows_added_later():
    program, builds = small(need=(0.0, 0.0, 1.0))
    program.change_cost(builds, 5.0)
    program.narrow(builds, lower=0.5)
    program.require("all", [(builds, 1.0)], rows={}, at_most=100.0)
    assert program.solve().objective == pytest.approx(15.0)


def test_integer_duals_come_from_fixing_and_the_integers_are_released():
    program, _ = small(integer=True)
    solution = program.solve()
    assert not solution.duals.data_vars
    fixed = program.fix_integers(solution)
    assert fixed.objective == pytest.approx(solution.objective)
    assert "need" in fixed.duals
    again = program.solve()
    assert again.objective == pytest.approx(solution.objective)
    assert solution.bound == pytest.approx(solution.objective)


def test_infeasible_unbounded_and_empty_programs_are_told_apart():
    program, _ = small(need=(9.0, 9.0, 9.0))
    stuck = program.solve()
    assert stuck.status == Status.INFEASIBLE
    assert not stuck.found
    assert np.isnan(stuck.objective)
    free = Program()
    free.add("gain", {"year": YEARS}, cost=-1.0)
    assert free.solve().status == Status.UNBOUNDED
    assert Program().solve().status == Status.OPTIMAL


def test_time_limit_is_its_own_status():
    draw = np.random.default_rng(3)
    size = range(60)
    program = Program()
    take = program.add(
        "take",
        {"item": size},
        upper=9.0,
        integer=True,
        cost=along("item", -draw.integers(10, 40, 60).astype(float), size),
    )
    weight = xr.DataArray(
        draw.integers(1, 30, (40, 60)).astype(float), {"box": range(40), "item": size}
    )
    program.require(
        "room", [(take, weight)], rows={"box": range(40)}, at_most=weight.sum("item") * 0.7
    )
    solution = program.solve(SolverSettings(time_limit=0.05))
    assert solution.status == Status.TIME_LIMIT
    assert solution.bound <= solution.objective or not solution.found


def test_an_unknown_option_is_named():
    with pytest.raises(SolverError, match="no option 'speed'"):
        small()[0].solve(SolverSettings(options={"speed": 9}))


def test_nothing_is_printed(capfd):
    small()[0].solve()
    assert capfd.readouterr() == ("", "")


def test_a_log_is_written_on_request(tmp_path, capfd):
    small()[0].solve(SolverSettings(log_file=str(tmp_path / "run.log")))
    assert "HiGHS" in (tmp_path / "run.log").read_text(encoding="utf-8")
    assert capfd.readouterr().out == ""


def knapsack(seed, unit=1.0):
    """Return a program over whole numbers that has many answers of nearly the same cost."""
    draw, program = np.random.default_rng(seed), Program()
    things, needs = np.arange(18), np.arange(6)
    cost = along("thing", draw.integers(50, 99, len(things)) * unit, things)
    taken = program.add("taken", {"thing": things}, upper=3.0, cost=cost, integer=True)
    gives = draw.integers(10, 60, (6, 18)) * (draw.random((6, 18)) < 0.5)
    program.require(
        "need",
        [(taken, xr.DataArray(gives, dims=("need_of", "thing")))],
        rows={"need_of": needs},
        at_least=along("need_of", gives.sum(axis=1) * 1.37, needs),
    )
    return program


@pytest.mark.parametrize("unit", [1.0, 1e-7, 1e-8])
@pytest.mark.parametrize("gap", [0.0, 1e-6, 0.3])
def test_no_answer_over_whole_numbers_costs_less_than_the_bound(unit, gap):
    """Nor where HiGHS cannot tell costs apart: it then says that its answer is the best."""
    for seed in range(8):
        least = knapsack(seed).solve(SolverSettings(gap=0.0)).objective * unit
        solution = knapsack(seed, unit).solve(SolverSettings(gap=gap))
        assert solution.bound <= least <= solution.objective * (1.0 + 1e-9)
        apart = (solution.objective - solution.bound) / max(solution.objective, 1.0)
        assert solution.gap == pytest.approx(apart)
        assert solution.gap <= max(gap, 1e-6) * (1.0 + 1e-9)


def test_the_optimum_of_a_linear_program_is_its_own_bound():
    solution = small()[0].solve()
    assert (solution.bound, solution.gap) == (solution.objective, 0.0)
