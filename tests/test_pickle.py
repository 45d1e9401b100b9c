"""What a worker of another process is given arrives whole and gives the same numbers."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from carbonpeak import compile_inventory, load_region, load_scenario, optimise, project
from carbonpeak.equation import Equation, equation
from carbonpeak.optimiser.least_cost import solve_least_cost
from carbonpeak.optimiser.region.question import question
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.pathway import lay_out, walk_as_planned
from carbonpeak.sectors import agriculture

ELSEWHERE = """
import pickle, sys
from pathlib import Path
import carbonpeak as cp
region, scenario = pickle.loads(Path(sys.argv[1]).read_bytes())
Path(sys.argv[2]).write_bytes(pickle.dumps(cp.project(region, scenario)))
"""


@pytest.fixture(params=["pickle", "cloudpickle"])
def sent(request):
    """Send a thing there and back."""
    module = pytest.importorskip(request.param)
    return lambda thing: pickle.loads(module.dumps(thing))


@pytest.fixture(scope="module")
def county():
    region = load_region("yangjiang")
    return region, load_scenario(region, "baseline")


def test_a_region_and_a_scenario(sent, county):
    region, scenario = sent(county)
    xr.testing.assert_identical(compile_inventory(region), compile_inventory(county[0]))
    xr.testing.assert_identical(project(region, scenario), project(*county))


def test_an_outlook_with_its_model(sent, county):
    outlook = lay_out(*county)
    there = sent(outlook)
    assert there.years == outlook.years
    xr.testing.assert_identical(walk_as_planned(there), walk_as_planned(outlook))


def test_a_problem_and_its_answer(sent, county):
    region, scenario = county
    steep = {"co2_intensity_2030": load_targets(region)["co2_intensity_2030"]}
    answer = optimise(region, scenario, targets=steep)
    xr.testing.assert_identical(sent(answer).plan.result, answer.plan.result)
    problem = question(region, scenario, targets=steep).problem
    one, other = solve_least_cost(problem), solve_least_cost(sent(problem))
    xr.testing.assert_identical(one.result, other.result)


def test_another_process_finds_the_equations_again(county, tmp_path):
    parcel, answer = tmp_path / "parcel", tmp_path / "answer"
    parcel.write_bytes(pickle.dumps(county))
    subprocess.run([sys.executable, "-c", ELSEWHERE, parcel, answer], check=True)
    xr.testing.assert_identical(pickle.loads(answer.read_bytes()), project(*county))


def declared_in(module):
    return [one for one in vars(module).values() if isinstance(one, Equation)]


def test_an_equation_of_a_module_is_the_same_one_again(sent):
    found = declared_in(agriculture)
    assert found
    for one in found:
        assert sent(one) is one


def test_an_equation_with_other_units_keeps_them(sent):
    one = declared_in(agriculture)[0]
    other = one.restated("other", returns=one.returns, source="a paper")
    again = sent(other)
    assert (again.name, again.source, again.inputs) == ("other", "a paper", other.inputs)
    assert again.bare is one.bare
    with pytest.raises(TypeError):
        again.inputs["x"] = "t"


def test_an_equation_made_on_the_spot_travels_whole_where_its_formula_can():
    cloudpickle = pytest.importorskip("cloudpickle")

    @equation(mass="t", returns="kg", source="here")
    def weight(mass):
        """Mass in kilograms."""
        return mass

    again = pickle.loads(cloudpickle.dumps(weight))
    assert again.evaluate(mass=np.array([2.0])).tolist() == [2000.0]
    with pytest.raises((AttributeError, pickle.PicklingError), match="weight"):
        pickle.dumps(weight)
