"""The optimiser on regions: every amount that a target may bound agrees with the re-run."""

from dataclasses import replace

import numpy as np
import pytest
from tests import worlds

from carbonpeak import load_region, load_scenario, optimise
from carbonpeak.errors import ArgumentError, ScenarioError
from carbonpeak.optimiser import LinearRow, RowTerm
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.limits import dependency_faults
from carbonpeak.scenario.pathway import lay_out


def goal(**changes):
    targets = load_targets(load_region("yangjiang"))
    return targets["co2_intensity_2030"].model_copy(update=changes)


def solved(**changes):
    region = load_region("yangjiang")
    goals = {"target": goal(**changes)}
    return optimise(region, load_scenario(region, "baseline"), targets=goals)


@pytest.mark.parametrize("numerator", ["energy_co2", "direct_co2", "gross_ghg", "net_ghg"])
def test_the_rerun_agrees_for_every_numerator(numerator):
    answer = solved(numerator=numerator, reduction=45.0)
    assert answer.plan.found
    assert answer.rerun_residual < 1e-9
    reached = answer.plan.result["achieved"].sel(numerator=numerator).values
    assert reached == pytest.approx(indicator(answer.pathway, numerator).values, rel=1e-9)


@pytest.mark.parametrize("indicator_name", ["energy_total", "energy_intensity"])
def test_energy_may_be_bound_as_well(indicator_name):
    level = {"energy_total": 240e4, "energy_intensity": 2.4e-4}[indicator_name]
    unit = {"energy_total": "tce/year", "energy_intensity": "tce/CNY2020"}[indicator_name]
    answer = solved(indicator=indicator_name, reduction=None, level=level, unit=unit)
    assert answer.rerun_residual < 1e-9


def test_a_binding_target_has_the_price_of_its_finite_difference(tmp_path):
    """The undiscounted price times the discount factor is what a tonne less would cost."""
    region = load_region(worlds.minimal(tmp_path))
    scenario = load_scenario(region, "baseline")

    def at(reduction):
        asked = goal(year=2025, reduction=reduction, source_id="invented")
        return optimise(region, scenario, targets={"target": asked}).plan

    loose, tight = at(10.0), at(10.01)
    price = float(loose.prices.sel(target="target"))
    tonnes = float(loose.result["cap"][0] - tight.result["cap"][0])
    assert price > 0
    assert bool(loose.result["binding"][0])
    assert (tight.cost - loose.cost) / tonnes == pytest.approx(price / 1.06**5, rel=1e-6)


def test_an_impossible_target_is_said_in_one_sentence():
    answer = solved(reduction=90.0)
    assert not answer.plan.found
    assert answer.pathway is None
    assert np.isnan(answer.rerun_residual)
    assert answer.plan.message.en.startswith("CO2 intensity of 2030 cannot be met: short by")
    assert "2030" in answer.plan.message.en
    assert "万吨" in answer.plan.message.zh


def test_a_target_in_a_year_before_any_build_is_impossible_too(tmp_path):
    region = load_region(worlds.minimal(tmp_path))
    first = goal(year=2021, reduction=60.0, source_id="invented")
    answer = optimise(region, load_scenario(region, "baseline"), targets={"first": first})
    assert not answer.plan.found
    assert "2021" in answer.plan.message.en


def test_no_target_takes_only_what_pays():
    region = load_region("yangjiang")
    answer = optimise(region, load_scenario(region, "baseline"), targets={})
    assert answer.plan.cost <= 0
    assert answer.rerun_residual < 1e-9


def test_the_full_plan_keeps_what_its_measures_ask_of_each_other():
    region = load_region("yangjiang")
    scenario = load_scenario(region, "full_plan")
    answer = optimise(region, scenario)
    assert answer.left_out == ()
    assert answer.rerun_residual < 1e-9
    builds = answer.plan.builds
    outlook = lay_out(region, scenario).narrowed(builds["measure"].values.tolist())
    judged = dependency_faults(scenario, outlook.measures, outlook.pools, builds.values)
    assert list(judged) == []
    stock = answer.plan.result["stock"]
    np.testing.assert_allclose(answer.pathway["stock"], stock, rtol=1e-9)
    tractors, stations = stock.sel(measure="lng_tractor"), stock.sel(measure="lng_filling")
    assert (tractors > 0).any()
    assert (stations.where(tractors > 0) >= 1).where(tractors > 0, other=True).all()
    assert set(answer.plan.result["actor"].values) == {"firm", "government"}


def test_rows_of_the_user_hold_and_name_what_is_offered():
    region = load_region("yangjiang")
    scenario = load_scenario(region, "baseline")
    free = optimise(region, scenario)
    stood = float(free.plan.result["stock"].sel(measure="solar_pv", year=2030))
    row = LinearRow("sun", (RowTerm("solar_pv", 1.0, "stock", 2030),), at_most=stood / 2)
    held = optimise(region, scenario, rows=[row])
    assert held.plan.result["stock"].sel(measure="solar_pv", year=2030) <= stood / 2 * (1 + 1e-9)
    assert held.plan.cost > free.plan.cost
    assert held.rerun_residual < 1e-9
    (worth,) = (limit.worth for limit in held.plan.limits if limit.family == "row")
    assert worth > 0
    bound = {"at_most": stood / 2000, "unit": "GW"}
    rated = LinearRow("sun", (RowTerm("solar_pv", 0.001, "stock", 2030),), **bound)
    assert optimise(region, scenario, rows=[rated]).plan.cost == pytest.approx(held.plan.cost)
    both = RowTerm("solar_pv", 1.0, "stock", 2030), RowTerm("solar_pv", 0.001, "stock", 2031)
    native = LinearRow("sun", both, **bound)
    with pytest.raises(ScenarioError, match=r"row 'sun': .* counts 'solar_pv' in MW; write 0.001"):
        optimise(region, scenario, rows=[native])
    with pytest.raises(ScenarioError, match="row 'sun': unknown unit 'MWW'"):
        optimise(region, scenario, rows=[replace(row, unit="MWW")])
    with pytest.raises(ArgumentError, match="'rows' holds a dict; expected LinearRow"):
        optimise(region, scenario, rows=[{"solar_pv": 1.0}])
    wrong = LinearRow("sun", (RowTerm("solar", 1.0),), at_most=1.0)
    with pytest.raises(ScenarioError, match="row 'sun': unknown measure 'solar'; did you mean"):
        optimise(region, scenario, rows=[wrong])
