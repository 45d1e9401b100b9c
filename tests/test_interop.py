"""Programs written for others, read back by HiGHS and by linopy: the same optimum."""

from dataclasses import replace

import highspy
import numpy as np
import pytest
from tests.test_least_cost import capped, county, linear

import carbonpeak as cp
from carbonpeak.errors import ResultError
from carbonpeak.optimiser import interop
from carbonpeak.optimiser.interop import to_linopy
from carbonpeak.optimiser.least_cost import LinearRow, RowTerm, formulate
from carbonpeak.optimiser.program import Program


def ranged():
    """The county with a row of its own between two bounds, and a soft target."""
    own = LinearRow("own", (RowTerm("forest", 1.0), RowTerm("switch", -1.0)), -10.0, 20.0)
    return replace(capped(county(), 4.5e4, price=2e3), rows=(own,))


PROBLEMS = [county, linear, ranged]


def read_back(path):
    """Return the optimum that HiGHS finds in a file."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver


@pytest.mark.parametrize("ending", ["lp", "mps"])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_written_program_has_the_same_optimum(problem, ending, tmp_path):
    program = formulate(problem()).program
    path = tmp_path / f"county.{ending}"
    program.write(path)
    solver = read_back(path)
    ours = program.solve()
    assert solver.getObjectiveValue() == pytest.approx(ours.objective, rel=1e-9)
    assert (solver.getNumRow(), solver.getNumCol()) >= program.size
    names = [solver.getColName(at)[1] for at in range(solver.getNumCol())]
    assert "builds(forest,2021)" in names


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_names_are_safe_and_distinct(ending, tmp_path):
    program = Program()
    labels = ["煤 改气", "煤:改气", "a+b", "a-b", "1.A/x"]
    block = program.add("n", {"measure": labels}, upper=3.0, cost=1.0)
    program.require("least", [(block, 1.0)], at_least=1.0)
    path = tmp_path / f"odd.{ending}"
    program.write(path)
    assert path.read_text("utf-8").isascii()
    assert read_back(path).getObjectiveValue() == pytest.approx(5.0)


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_free_and_negative_columns_keep_their_bounds(ending, tmp_path):
    program = Program()
    low = program.add("low", {"a": [1]}, lower=-np.inf, upper=-2.0, cost=-1.0)
    free = program.add("free", {"a": [1]}, lower=-np.inf, cost=1.0)
    program.require("both", [(low, 1.0), (free, 1.0)], at_least=-7.0, at_most=9.0)
    path = tmp_path / f"free.{ending}"
    program.write(path)
    assert read_back(path).getObjectiveValue() == pytest.approx(program.solve().objective)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ResultError, match=r"written as .lp or .mps, not 'county.gms'"):
        formulate(county()).program.write(tmp_path / "county.gms")


@pytest.mark.parametrize("problem", PROBLEMS)
def test_linopy_finds_the_same_optimum(problem):
    pytest.importorskip("linopy")
    program = formulate(problem()).program
    model = to_linopy(program)
    model.solve("highs", io_api="direct", log_to_console=False, mip_rel_gap=1e-6)
    assert model.objective.value == pytest.approx(program.solve().objective, rel=1e-6)


def test_linopy_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(interop, "find_spec", {}.get)
    with pytest.raises(ResultError, match="pip install 'carbonpeak\\[linopy\\]'"):
        to_linopy(formulate(county()).program)


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_the_program_of_a_region_can_be_written(ending, tmp_path):
    region = cp.load_region("yangjiang")
    path = tmp_path / f"zone.{ending}"
    answer = cp.optimise(region, cp.load_scenario(region, "baseline"), write=path)
    cost = read_back(path).getObjectiveValue() * 1e4
    assert cost == pytest.approx(answer.plan.cost, rel=1e-5)
