"""What measures ask of each other, who pays and early retirement: from the files to the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import InputError
from carbonpeak.evidence.region import load_region
from carbonpeak.optimiser import Optimum, optimise
from carbonpeak.optimiser.region.amounts import UNITS, numerators, with_retirement
from carbonpeak.optimiser.region.posing import pose
from carbonpeak.scenario.indicators import INDICATORS, indicator
from carbonpeak.scenario.limits import dependency_faults, limit_faults
from carbonpeak.scenario.measures.library import load_measures
from carbonpeak.scenario.pathway import lay_out, walk
from carbonpeak.workflow.chain import compute
from test_measures import add_saver, adopt

POOLS = "pool,value,unit,low,high,source_id,where,evidence,note\n"
ACTORS = "measure,actor,source_id,where,evidence,note\n"
BUDGETS = "budget,actor,first_year,last_year,value,unit,low,high,source_id,where,evidence,note\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return worlds.minimal(tmp_path)


def solved(folder: Path, offers: str = "") -> Optimum:
    """Return the least-cost path of the smallest region, with nothing that its judge minds."""
    region = cp.load_region(folder)
    scenario = adopt(folder, offers or "note: all\n")
    best = optimise(region, scenario)
    assert best.plan.found
    assert best.rerun_residual < 1e-9
    outlook = lay_out(region, scenario).narrowed(best.plan.builds["measure"].values.tolist())
    builds = best.plan.builds.values
    assert list(dependency_faults(scenario, outlook.measures, outlook.pools, builds)) == []
    assert [it for it in limit_faults(scenario, outlook.measures, builds) if "once" in it] == []
    return best


def state(folder: Path, name: str, header: str, *rows: str) -> None:
    (folder / name).write_text("\n".join([header.rstrip("\n"), *rows]) + "\n", "utf-8")


# What they ask of each other


def test_of_two_that_exclude_each_other_one_stands(folder: Path) -> None:
    add_saver(folder, "free", ", excludes: [coal_to_gas]", potential="3000,t/year")
    best = solved(folder)
    assert best.left_out == ()
    stock = best.plan.result["stock"].values
    assert not ((stock[0] > 0) & (stock[1] > 0)).any()
    assert "not considered" not in best.plan.message.en
    plan, names = best.plan, {"free", "coal_to_gas"}
    assert {it.subject for it in plan.limits if it.family == "exclusion"} <= names


def test_who_needs_another_stands_beside_a_unit_of_it(folder: Path) -> None:
    add_saver(folder, "helper", capex="5e6,CNY2020/(t/year)", saved_coal="0,t/year")
    add_saver(folder, "free", ", needs: [helper]", capex="0,CNY2020/(t/year)")
    best = solved(folder)
    stock = best.plan.result["stock"]
    free, helper = stock.sel(measure="free"), stock.sel(measure="helper")
    assert (free > 0).any()
    assert helper.where(free > 0).min() == pytest.approx(1.0)
    assert float(best.plan.builds.sel(measure="helper").sum()) == pytest.approx(1.0)


def test_a_measure_that_could_never_stand_is_refused(folder: Path) -> None:
    add_saver(folder, "selfish", ", needs: [selfish], excludes: [selfish]")
    add_saver(folder, "helper")
    add_saver(folder, "torn", ", needs: [helper], excludes: [helper]")
    with pytest.raises(InputError) as caught:
        load_measures(load_region(folder))
    told = [str(fault) for fault in caught.value.faults]
    assert sum("names the measure itself; remove it" in one for one in told) == 2
    assert sum("'helper' is needed and excluded; keep one of the two" in one for one in told) == 1


def test_who_needs_one_that_is_not_offered_is_left_out_and_named(folder: Path) -> None:
    add_saver(folder, "helper", ", needs: [coal_to_gas]")
    add_saver(folder, "free", ", needs: [helper]")
    add_saver(folder, "other")
    best = solved(folder, "offers: [other, free, helper]\n")
    assert best.left_out == ("free", "helper")
    assert "what they need is not offered: free, helper" in best.plan.message.en
    assert "所需的配套措施不在可选范围，未予考虑：free、helper" in best.plan.message.zh
    assert best.pathway is not None
    assert best.pathway.attrs["left_out_measures"] == "free, helper"
    assert list(best.pathway["measure"].values) == ["other"]


def test_pools_are_shared_and_their_worth_is_told(folder: Path) -> None:
    for name in ("first", "second"):
        add_saver(folder, name, ", shares: [roofs]", share_roofs="8,m2/(t/year)")
    state(folder, "pools.csv", POOLS, "roofs,0.5,ha,,,invented,x,assumption,")
    best = solved(folder)
    taken = 8e-4 * best.plan.result["stock"].sel(measure=["first", "second"]).sum("measure")
    assert float(taken.max()) == pytest.approx(0.5)
    worths = [limit for limit in best.plan.limits if limit.family == "pool"]
    assert worths
    assert worths[0].name.zh == "roofs的共享潜力"


def test_the_workbook_names_pools_and_budgets_with_their_units(folder: Path) -> None:
    add_saver(folder, "first", ", shares: [roofs]", share_roofs="8,m2/(t/year)")
    add_saver(folder, "second", capex="100,CNY2020/(t/year)")
    state(folder, "pools.csv", POOLS, "roofs,0.5,ha,,,invented,x,assumption,")
    state(folder, "actors.csv", ACTORS, "second,firm,invented,x,assumption,")
    state(folder, "budgets.csv", BUDGETS, "early,firm,2021,2022,1,万元2020,,,invented,x,plan,")
    (folder / "titles.csv").write_text(
        "name,title_en,title_zh\nroofs,roof area,屋顶面积\n", "utf-8"
    )
    plan = compute(folder, scenarios=["baseline"]).plan
    assert plan is not None
    told = {limit.text.title_zh: limit.unit for limit in plan.limits}
    assert told["屋顶面积的共享潜力"] == "ha"
    assert told["early的投资预算"] == "CNY2020"


# How much at once


def test_least_builds_and_one_year_of_building(folder: Path) -> None:
    add_saver(
        folder,
        "plant",
        ", once: true",
        minimum_build="3000,(t/year)/year",
        yearly_limit="4000,(t/year)/year",
    )
    builds = solved(folder).plan.builds.sel(measure="plant").values
    assert (builds > 0).sum() == 1
    assert builds.max() >= 3000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{2021: 30, 2022: 30}", "'plant' builds in 2021 and in 2022; it is built once"),
        ("{2022: 2}", r"'plant' builds 2 t/year in 2022; the least built in a year is 20 "),
    ],
)
def test_a_scenario_keeps_them_too(folder: Path, text: str, message: str) -> None:
    add_saver(folder, "plant", ", once: true", minimum_build="20,(t/year)/year")
    scenario = adopt(folder, f"measures:\n  plant: {{builds: {text}}}\n")
    with pytest.raises(cp.CarbonPeakError, match=message):
        cp.project(cp.load_region(folder), scenario)


def test_works_take_their_time_before_anything_acts(folder: Path) -> None:
    add_saver(folder, "slow", build_time="3,year")
    region = cp.load_region(folder)
    outlook = lay_out(region, cp.load_scenario(region, "baseline"))
    problem = pose(outlook, {})
    at, base = problem.measures.index("slow"), outlook.years[0]
    assert problem.first_year[at] == problem.soonest[at] == base + 3
    assert (np.delete(problem.soonest, at) == base + 1).all()
    assert not problem.window[at, :3].any()
    best = solved(folder)
    acts = best.plan.result["stock"].sel(measure="slow")
    assert not acts.sel(year=slice(base, base + 2)).any()
    assert acts.sel(year=base + 3) > 0
    coal = best.plan.result["cost"].sel(measure="slow", kind="energy")
    assert not coal.sel(year=slice(base, base + 2)).any()
    assert coal.sel(year=base + 3) < 0


# Who pays


def test_budgets_hold_and_costs_are_told_by_actor(folder: Path) -> None:
    add_saver(folder, "first", capex="100,CNY2020/(t/year)")
    state(folder, "actors.csv", ACTORS, "first,firm,invented,x,assumption,")
    free = solved(folder)
    assert list(free.plan.result["actor"].values) == ["firm", "unstated"]
    rows = ("early,firm,2021,2022,1,万元2020,,,invented,x,assumption,",)
    state(folder, "budgets.csv", BUDGETS, *rows, "late,firm,2030,2035,1,元2020,,,invented,x,plan,")
    bound = solved(folder)
    spent = bound.plan.result["cost"].sel(measure="first", kind="capex")
    assert float(spent.sel(year=[2021, 2022]).sum()) == pytest.approx(1e4)
    assert bound.plan.cost > free.plan.cost
    (limit,) = (limit for limit in bound.plan.limits if limit.family == "budget")
    assert (limit.subject, limit.year) == ("early", None)
    firm = bound.plan.result["cost_by_actor"].sel(actor="firm", kind="capex")
    np.testing.assert_allclose(firm, spent)


@pytest.mark.parametrize(
    ("actors", "budgets", "message"),
    [
        ("frst,firm,invented,x,assumption,", "", "unknown measure 'frst'; did you mean 'first'"),
        ("first,firm,nobody,x,assumption,", "", "unknown source 'nobody'"),
        ("first,frim,invented,x,assumption,", "", "actor"),
        ("first,firm,invented,x,assumption,", "b,grid,2021,2022,1,CNY2020,,,invented,x,plan,",
         "no measure is paid by 'grid', so that this budget holds nothing"),
        ("first,firm,invented,x,assumption,", "b,firm,2023,2022,1,CNY2020,,,invented,x,plan,",
         "ends before 2023, when it begins"),
        ("first,firm,invented,x,assumption,", "b,firm,2021,2022,-1,CNY2020,,,invented,x,plan,",
         "-1 is below 0; give what may be spent"),
        ("first,firm,invented,x,assumption,", "b,firm,2021,2022,1,t,,,invented,x,plan,", "'t'"),
    ],
)  # fmt: skip
def test_payers_that_do_not_fit(folder: Path, actors: str, budgets: str, message: str) -> None:
    add_saver(folder, "first")
    state(folder, "actors.csv", ACTORS, actors)
    state(folder, "budgets.csv", BUDGETS, *([budgets] if budgets else []))
    with pytest.raises(cp.CarbonPeakError, match=message):
        load_measures(cp.load_region(folder))


def test_a_budget_partly_outside_the_horizon_is_refused(folder: Path) -> None:
    add_saver(folder, "first")
    state(folder, "actors.csv", ACTORS, "first,firm,invented,x,assumption,")
    state(folder, "budgets.csv", BUDGETS, "b,firm,2023,2030,1,CNY2020,,,invented,x,plan,")
    with pytest.raises(cp.CarbonPeakError, match=r"budgets.csv:2: budget 'b' .* state the part in"):
        solved(folder)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"minimum_build": "9,(t/year)/year", "yearly_limit": "8,(t/year)/year"},
         "'first' builds at least 9, but its yearly_limit is 8"),
        ({"minimum_build": "9,(kt/year)/year", "potential": "8000,t/year"},
         "'first' builds at least 9000, but its potential is 8000"),
        ({"minimum_build": "-1,(t/year)/year"}, "-1 is below 0"),
        ({"retire_cost": "-1,CNY2020/(t/year)"}, "a cost of -1 would pay for tearing down"),
        ({"retire_cost": "1,CNY2020/MW"}, "does not convert"),
    ],
)  # fmt: skip
def test_numbers_of_size_and_retirement_that_do_not_fit(
    folder: Path, numbers: dict[str, str], message: str
) -> None:
    add_saver(folder, "first", **numbers)
    with pytest.raises(cp.CarbonPeakError, match=message):
        load_measures(cp.load_region(folder))


# Early retirement


def test_a_unit_is_retired_when_it_costs_more_to_run(folder: Path) -> None:
    """It is needed in 2022 alone; the pathway loses it from the next year on."""
    add_saver(
        folder, "dear", fixed_opex="9e4,CNY2020/year/(t/year)", retire_cost="10,CNY2020/(t/year)"
    )
    region = cp.load_region(folder)
    targets = cp.load_targets(cp.load_region("yangjiang"))
    early = targets["co2_intensity_2030"].model_copy(
        update={"year": 2022, "reduction": 40.0, "source_id": "invented"}
    )
    best = optimise(region, adopt(folder, "offers: [dear]\n"), targets={"early": early})
    retired = best.plan.result["retired"].sel(measure="dear")
    assert retired.sel(year=2023).sum() == pytest.approx(best.plan.builds.sum())
    assert best.rerun_residual < 1e-9
    assert best.pathway is not None
    np.testing.assert_allclose(best.pathway["stock"], best.plan.result["stock"], atol=1e-6)
    assert not best.plan.result["stock"].sel(year=slice(2023, None)).any()
    np.testing.assert_allclose(
        best.pathway["retired"], best.plan.result["retired"].sum("build_year")
    )
    cost = best.plan.result["cost"].sel(measure="dear", kind="retirement")
    assert cost.sel(year=2023) == pytest.approx(10 * float(best.plan.builds.sum()))
    assert "contribution" in best.pathway
    assert not best.pathway["contribution"].sel(year=2024).any()


def test_what_retires_takes_back_all_that_it_would_still_do(tmp_path: Path) -> None:
    """Every form that stands, on every amount: the map against the equations run again.

    Food that a digester kept from the landfill stays out of it, so that retiring the digester
    takes back less than all its effect.
    """
    folder = worlds.every_form(tmp_path)
    with (folder / "prices.csv").open("a", encoding="utf-8") as prices:
        for source in ("diesel", "gasoline", "heat", "lpg"):
            for year in (2023, 2035):
                prices.write(f"{source},{year},1,CNY2020/kg,,,invented,x,assumption,\n")
    region = cp.load_region(folder)
    outlook = lay_out(region, cp.load_scenario(region, "baseline"))
    standing = [name for name, one in outlook.measures.items() if one.form.acts == "stock"]
    outlook = outlook.narrowed(standing)
    empty = np.zeros((len(standing), len(outlook.years)))
    # The invented county states neither pollutants nor what its bought power is made of.
    amounts = [name for name in UNITS if name in INDICATORS and name != "non_fossil_energy"]
    goals = {name: SimpleNamespace(amount=name) for name in amounts}
    problem = replace(
        pose(outlook, {}),
        retire_cost=np.ones(len(standing)),
        numerators=numerators(outlook, walk(outlook, empty), goals),
    )
    problem = with_retirement(outlook, problem)
    way = problem.retirements
    flat = np.where(way.left - way.built == 2, 1e-3, 0.0)
    builds, retired = empty.copy(), np.zeros((*empty.shape, empty.shape[1]))
    builds[way.measure[flat > 0], way.built[flat > 0]] = 2e-3
    retired[tuple(way)] = flat
    kept, gone = walk(outlook, builds), walk(outlook, builds, retired=retired)
    moved = set()
    for name in amounts:
        change = indicator(gone, name).values - indicator(kept, name).values
        ours = flat @ problem.retired_effect(name)
        np.testing.assert_allclose(ours, change, atol=1e-12 * abs(indicator(kept, name)).max())
        moved |= {name} if np.abs(ours).max() > 1e-6 else set()
    assert {"energy_co2", "gross_ghg", "net_ghg", "energy_total"} <= moved
    digester = way.measure == standing.index("transfer")
    ends = problem.retired_response(problem.numerators["gross_ghg"].effect)[digester]
    lasting = problem.retired_effect("gross_ghg")[digester]
    assert np.abs(ends - lasting).max() > 0.1 * np.abs(ends).max()
