"""Answers of the optimiser on the built-in region, each plan run again through the inventory."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import ResultError
from carbonpeak.optimiser import LinearRow, RowTerm
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import lay_out
from test_measures import add_saver, adopt

FOREST = "forest_cover_2025"


@cache
def case():
    region = cp.load_region("yangjiang")
    return region, cp.load_scenario(region, "baseline")


@cache
def best():
    return cp.optimise(*case())


@pytest.mark.parametrize("against", ["cumulative", "height", "peak_year"])
def test_every_plan_of_a_front_agrees_with_its_rerun(against: str) -> None:
    front = cp.pareto_front(best(), against=against, points=5)
    found = front["status"].values == "optimal"
    # The least-cost plan of the case already peaks as low as can be: that front is one point.
    assert found.sum() >= (1 if against == "height" else 3)
    assert (front["rerun_residual"].values[found] <= 1e-6).all()
    assert np.isnan(front["rerun_residual"].values[~found]).all()
    cost = front["cost"].values[found]
    falling = -1.0 if against == "peak_year" else 1.0
    assert (np.diff(cost) * falling >= -2e-6 * abs(cost).max()).all()
    first = 0 if against != "peak_year" else -1
    assert cost[first] == pytest.approx(best().plan.cost, rel=1e-5)
    assert front.attrs["region"] == case()[0].record.name
    assert front["path"].attrs["units"] == "t CO2/year"


def test_an_amount_that_no_target_bounds_may_be_traded() -> None:
    front = cp.pareto_front(best(), of="net_ghg", points=3)
    assert front["path"].attrs["units"] == "t CO2e/year"
    assert (front["rerun_residual"] <= 1e-6).all()
    with pytest.raises(ResultError, match="no front or curve of 'methane'; allowed: energy_co2"):
        cp.pareto_front(best(), of="methane")


def test_what_is_retired_early_counts_in_the_rerun(tmp_path: Path) -> None:
    """A unit that costs more to run than to retire leaves once its target is past."""
    folder = worlds.minimal(tmp_path)
    add_saver(
        folder, "dear", fixed_opex="9e4,CNY2020/year/(t/year)", retire_cost="10,CNY2020/(t/year)"
    )
    region, scenario = cp.load_region(folder), adopt(folder, "offers: [dear]\n")
    changes = {"year": 2022, "reduction": 5.0, "source_id": "invented"}
    goals = {"early": best().targets["co2_intensity_2030"].model_copy(update=changes)}
    answer = cp.optimise(region, scenario, targets=goals)
    front = cp.pareto_front(answer, of="net_ghg", points=3)
    assert float(front["retired"].isel(point=0).sum()) > 0
    assert (front["rerun_residual"] <= 1e-6).all()
    plans = cp.different_plans(answer, slack=0.2)
    assert float(plans["retired"].isel(plan=0).sum()) > 0
    assert (plans["rerun_residual"] <= 1e-6).all()
    short = cp.optimise(region, scenario, targets=goals, myopic=cp.Myopic(horizon=3, step=1))
    assert float(short.plan.result["retired"].sum()) > 0
    assert short.rerun_residual <= 1e-6


def test_the_path_of_a_point_is_that_of_its_builds() -> None:
    region, scenario = case()
    front = cp.pareto_front(best(), points=3)
    measures = list(lay_out(region, scenario).measures)
    every = front["builds"].isel(point=2).reindex(measure=measures, fill_value=0.0)
    pathway = cp.project(region, scenario, builds=every.values)
    again = indicator(pathway, "energy_co2").values
    assert front["path"].isel(point=2).values == pytest.approx(again, rel=1e-6)


def test_the_ranges_hold_the_plan() -> None:
    ranges = cp.near_optimal(best())
    planned = best().plan.builds.sum("year").values
    assert ranges["planned"].values == pytest.approx(planned)
    assert (ranges["least"] <= ranges["planned"] + 1e-3).all()
    assert (ranges["most"] >= ranges["planned"] - 1e-3).all()
    assert (ranges["most"] <= ranges["buildable"] * (1 + 1e-6)).all()
    assert ranges["slack"].values.tolist() == [0.01, 0.05, 0.1]


def test_different_plans_agree_with_their_rerun() -> None:
    plans = cp.different_plans(best(), slack=0.2, count=3)
    assert plans.sizes["plan"] >= 2
    assert (plans["rerun_residual"] <= 1e-6).all()
    assert (plans["cost"] <= plans["allowance"] + 1.0).all()
    assert plans["cost"].values[0] == pytest.approx(best().plan.cost)


def test_a_target_left_out_saves_what_it_cost() -> None:
    region, scenario = case()
    costs = cp.target_costs(best())
    assert set(costs["target"].values) == set(best().targets)
    fewer = {n: goal for n, goal in best().targets.items() if n != "forest_cover_2025"}
    without = cp.optimise(region, scenario, targets=fewer).plan.cost
    saved = costs["saves"].sel(target="forest_cover_2025").item()
    assert saved == pytest.approx(best().plan.cost - without, rel=1e-4)
    assert saved > 0


def missable(price: float):
    return cp.optimise(*case(), soft={FOREST: price})


def test_a_soft_target_may_be_missed_at_its_price() -> None:
    """What a target saves is what meeting it costs, and no more than its price."""
    name = FOREST
    hard = cp.target_costs(best())["saves"].sel(target=name).item()
    cheap = cp.target_costs(missable(100.0))["saves"].sel(target=name).item()
    dear = cp.target_costs(missable(1e7))["saves"].sel(target=name).item()
    assert 0 < cheap < hard
    assert dear == pytest.approx(hard, rel=1e-4)
    front = cp.pareto_front(missable(100.0), points=2)
    assert (front["penalty"] >= 0).all()
    assert front["penalty"].values[0] > 0


def test_the_curve_stands_beside_the_naive_one_with_its_warning() -> None:
    curve = cp.optimised_abatement_costs(best(), of="energy_co2", year=2030, points=5)
    assert (curve["rerun_residual"] <= 1e-6).all()
    assert (np.diff(curve["abated"]) > 0).all()
    assert curve.sizes["naive_measure"] >= 2
    assert curve.attrs["naive_year"] == 2030
    assert curve.attrs["warning_en"].startswith("Each measure is costed alone on the baseline")
    assert curve.attrs["warning_zh"]
    assert curve["marginal_cost"].attrs["units"] == "CNY2020/t CO2"
    alone = cp.optimised_abatement_costs(best(), of="energy_co2", points=3, naive=False)
    assert "naive_measure" not in alone.dims
    assert alone.attrs["money_year"] == 2020


def test_costs_by_actor_are_those_of_the_plan() -> None:
    flow = cp.cash_flow(best())
    assert float(flow["cost_discounted"].sum()) == pytest.approx(best().plan.cost)
    paid = flow["cash_flow"].sum("actor").values
    cost = best().plan.result["cost"].drop_sel(kind="salvage").sum(("kind", "measure")).values
    assert paid == pytest.approx(-cost)
    assert flow["so_far"].sum("actor").values == pytest.approx(-np.cumsum(cost))


def test_prices_by_year_are_those_of_the_targets() -> None:
    table = cp.shadow_prices(best())
    assert float(table["price"].sum()) == pytest.approx(float(best().plan.prices.sum()))
    at = {"numerator": "planted_area", "year": 2025}
    assert table["rows"].sel(at).item() == "forest_cover_2025"
    assert table["price"].sel(at).item() > 0
    assert table.attrs["conditional"] == 1
    impossible = cp.optimise(*case(), targets=impossible_goals())
    for ask in (cp.cash_flow, cp.shadow_prices):
        with pytest.raises(ResultError, match="not found"):
            ask(impossible)


def impossible_goals():
    goal = best().targets["co2_intensity_2030"]
    return {"steep": goal.model_copy(update={"reduction": 90.0})}


@pytest.mark.parametrize(
    "ask", [cp.pareto_front, cp.near_optimal, cp.different_plans, cp.target_costs, cp.cost_ranges]
)
def test_a_question_on_an_impossible_target_says_why(ask) -> None:
    with pytest.raises(ResultError, match="there is no plan to ask about"):
        ask(cp.optimise(*case(), targets=impossible_goals()))


def test_sureness_of_an_impossible_target_says_why() -> None:
    impossible = cp.optimise(*case(), targets=impossible_goals())
    with pytest.raises(ResultError, match="there is no plan to ask about: CO2 intensity of 2030"):
        cp.price_of_robustness(impossible, draws=10, seed=1, checks=2)


@pytest.mark.parametrize("ask", [cp.pareto_front, cp.optimised_abatement_costs])
def test_there_is_no_front_of_what_should_rise(ask) -> None:
    with pytest.raises(ResultError, match=r"no front or curve of 'planted_area'; .*energy_co2"):
        ask(best(), of="planted_area")


def test_short_sight_costs_as_much_or_more_and_its_rerun_agrees() -> None:
    region, scenario = case()
    goals = {"co2": best().targets["co2_intensity_2030"].model_copy(update={"reduction": 45.0})}
    whole = cp.optimise(region, scenario, targets=goals)
    short = cp.optimise(region, scenario, targets=goals, myopic=cp.Myopic(horizon=8, step=4))
    assert short.plan.found
    assert short.plan.cost >= whole.plan.cost - 1.0
    assert short.rerun_residual <= 1e-6
    assert "without sight" in short.plan.message.en
    far, near = cp.shadow_prices(whole), cp.shadow_prices(short)
    assert (far.attrs["limits_worked_out"], far.attrs["limits_unknown_en"]) == (1, "")
    assert near.sizes["limit"] == 0
    assert near.attrs["limits_worked_out"] == 0
    assert "windows" in near.attrs["limits_unknown_en"]


def test_a_window_without_a_plan_names_its_years() -> None:
    short = cp.optimise(*case(), myopic=cp.Myopic(horizon=5, step=5))
    assert not short.plan.found
    assert short.plan.message.en.startswith(
        "the window 2025–2029 has no plan: Forest cover of 2025"
    )


def test_ranges_of_costs_leave_whole_projects_out() -> None:
    ranges = cp.cost_ranges(best())
    measures = lay_out(*case()).measures
    whole = [measures[name].entry.integer for name in ranges["measure"].values.tolist()]
    assert any(whole)
    assert np.isnan(ranges["fall"].values).tolist() == whole
    assert np.isnan(ranges["rise"].values).tolist() == whole


def test_every_further_question_holds_the_rows_of_the_user() -> None:
    """At most one hectare a year of what the free plan plants, and none of what it likes best."""
    builds = best().plan.builds
    names = builds["measure"].values[builds.sum("year").values > 0].tolist()
    measure = next(name for name in names if not name.startswith("forest"))
    years = builds["year"].values.tolist()
    none = LinearRow("none", tuple(RowTerm(measure, year) for year in years), at_most=0.0)
    bound = cp.optimise(*case(), rows=[none])
    assert float(bound.plan.builds.sel(measure=measure).sum()) == 0.0
    at = {"measure": measure}
    front = cp.pareto_front(bound, of="net_ghg", points=3)
    assert front["cost"].values[0] == pytest.approx(bound.plan.cost, rel=1e-6)
    assert float(front["builds"].sel(at).sum()) == pytest.approx(0.0, abs=1e-6)
    assert float(cp.pareto_front(best(), points=2)["builds"].sel(at).sum()) > 0
    curve = cp.optimised_abatement_costs(bound, points=3)
    assert float(curve["builds"].sel(at).sum()) == pytest.approx(0.0, abs=1e-6)
    assert float(cp.near_optimal(bound, slacks=[0.1])["most"].sel(at).sum()) <= 1e-6
    costs = cp.target_costs(bound)
    assert costs["total_cost"].item() == pytest.approx(bound.plan.cost, rel=1e-6)
    surer = cp.price_of_robustness(bound, shares=[0.5], draws=4, seed=1, checks=8)
    assert float(surer["builds"].sel(at).sum()) == pytest.approx(0.0, abs=1e-6)
    robust = cp.optimise_robust(*case(), rows=[none], keep=0.5, draws=4, seed=1, checks=8)
    assert float(robust.optimum.plan.builds.sel(at).sum()) == pytest.approx(0.0, abs=1e-6)


def test_a_front_without_targets_asked_starts_where_nothing_is_asked() -> None:
    free = cp.optimise(*case(), targets={}).plan.cost
    curve = cp.optimised_abatement_costs(best(), points=2, naive=False)
    assert curve["total_cost"].values[0] == pytest.approx(free, rel=1e-6)
    kept = cp.optimised_abatement_costs(best(), points=2, naive=False, keep_targets=True)
    assert kept["total_cost"].values[0] == pytest.approx(best().plan.cost, rel=1e-6)
    assert free < best().plan.cost
