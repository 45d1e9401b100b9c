"""What holds for every pathway: closure in the base year, and one linear map."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak.scenario.measures.library import load_measures

SCENARIOS = ["baseline", "plan", "strengthened"]
few = settings(max_examples=15, deadline=None)


@cache
def pathway_of(scenario: str) -> xr.Dataset:
    region = worlds.loaded()
    return cp.project(region, cp.load_scenario(region, scenario))


@cache
def without_measures() -> xr.Dataset:
    """The baseline of the opulent world, which builds nothing."""
    return pathway_of("baseline")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_base_year_is_the_inventory(scenario: str) -> None:
    start = pathway_of(scenario).sel(year=2020)
    inventory = worlds.compiled().sel(year=2020)
    for name in ("activity", "emissions", "removals", "memo", "energy"):
        same = start[name].sel(line=inventory["line"])
        np.testing.assert_allclose(same, inventory[name], rtol=1e-9, err_msg=name)
    new = [line for line in start["line"].values if line not in inventory["line"].values]
    assert not start["activity"].sel(line=new).values.any()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_contributions_of_measures_sum_to_the_difference(scenario: str) -> None:
    opulent, pathway = worlds.loaded(), pathway_of(scenario)
    nothing = cp.project(
        opulent, cp.load_scenario(opulent, scenario), builds=np.zeros(pathway["builds"].shape)
    )
    change = cp.net(pathway) - cp.net(nothing)
    summed = pathway["contribution"].sum("measure").transpose(*change.dims)
    np.testing.assert_allclose(summed, change, atol=1e-6)


@few
@given(seed=st.integers(0, 10**6))
def test_moves_of_a_sum_are_the_sum_of_moves(seed: int) -> None:
    opulent = worlds.loaded()
    scenario = cp.load_scenario(opulent, "baseline")
    shape = (len(load_measures(opulent)), len(scenario.years))
    first, second = np.random.default_rng(seed).uniform(0.0, 0.05, (2, *shape))
    first[:, 0] = second[:, 0] = 0.0
    start = without_measures()
    one, other, both = (
        cp.project(opulent, scenario, builds=builds) for builds in (first, second, first + second)
    )
    for name in ("activity", "emissions", "removals", "energy"):
        apart = (one[name] - start[name]) + (other[name] - start[name])
        scale = float(abs(start[name]).max()) + 1.0
        np.testing.assert_allclose(both[name] - start[name], apart, atol=1e-9 * scale)


@pytest.mark.parametrize("place", range(7))
def test_a_measure_changes_only_the_lines_that_it_names(place: int) -> None:
    opulent = worlds.loaded()
    scenario, measures = cp.load_scenario(opulent, "baseline"), load_measures(opulent)
    builds = np.zeros((len(measures), len(scenario.years)))
    start = without_measures()
    builds[place, 5] = 1.0
    moved = cp.project(opulent, scenario, builds=builds)
    changed = (abs(moved["activity"] - start["activity"]) > 0).any("year")
    named = set(list(measures.values())[place].moves)
    assert set(start["line"].values[changed.values]) == named
    before = moved.sel(year=slice(None, 2024))
    np.testing.assert_array_equal(before["activity"], start["activity"].sel(year=before["year"]))


@few
@given(amount=st.floats(min_value=1.0, max_value=20000.0))
def test_a_switch_abates_what_its_lines_say(amount: float) -> None:
    minimal = worlds.loaded("minimal")
    scenario = cp.load_scenario(minimal, "baseline")
    builds = np.zeros((1, len(scenario.years)))
    builds[0, 1] = amount
    pathway = cp.project(minimal, scenario, builds=builds)
    direct = pathway["emissions"].sel(year=2021, gas="CO2")
    without = cp.project(minimal, scenario)["emissions"].sel(year=2021, gas="CO2")
    change = float(direct.sum("line") - without.sum("line"))
    assert change < 0
    contribution = pathway["contribution"].sel(measure="coal_to_gas", gas="CO2", year=2021)
    assert change == pytest.approx(float(contribution), rel=1e-9)


def test_the_optimum_is_never_dearer_than_a_stricter_one() -> None:
    from carbonpeak.planning.targets import load_targets

    minimal = worlds.loaded("minimal")
    scenario, goals = cp.load_scenario(minimal, "baseline"), load_targets(minimal)
    costs = []
    for reduction in (0.0, 10.0, 15.0, 20.0):
        asked = {
            name: goal.model_copy(update={"reduction": reduction}) for name, goal in goals.items()
        }
        best = cp.optimise(minimal, scenario, targets=asked)
        assert best.plan.found
        assert best.rerun_residual <= 1e-6
        assert float(best.plan.prices.min()) >= 0.0
        costs.append(best.plan.cost)
    assert costs == sorted(costs)
