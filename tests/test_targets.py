"""Targets: three kinds of number, one sign each, and numbers that an authority has not set."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak.errors import InputError, ResultError, ScenarioError
from carbonpeak.planning.bounds import target_bound
from carbonpeak.planning.goals import Goal, Printed, Range, SetBy
from carbonpeak.planning.magnitudes import doubt
from carbonpeak.planning.rates import ChangeRate, ReductionRate
from carbonpeak.planning.targets import GoalsRecord, load_targets
from carbonpeak.records import read_yaml
from carbonpeak.scenario.scenario import Scenario

GOAL: dict[str, Any] = {
    "indicator": "co2_intensity",
    "year": 2025,
    "base_year": 2020,
    "unit": "percent",
    "binding": True,
    "source_id": "invented",
    "where": "round number",
    "evidence": "assumption",
}
CITY: dict[str, Any] = {
    "authority_en": "The city",
    "authority_zh": "市政府",
    "parameter": "asked",
    "source_id": "invented",
    "where": "row 1",
}


def goal(**changes: Any) -> Goal:
    return Goal.model_validate({**GOAL, **changes})


def test_the_printed_reduction_of_the_plan_is_a_rise_of_20_34_percent() -> None:
    """Section 1.2(1) of the plan says in words what table 2 row 11 prints as -20.34."""
    printed = load_targets(worlds.loaded())["co2_intensity_2020"].printed
    assert printed is not None
    assert printed.reduction == -20.34
    assert printed.rate.value("percent") == pytest.approx(20.34)
    assert printed.rate.ratio == pytest.approx(1.2034)


def test_the_inventory_rises_by_the_same() -> None:
    region, inventory = worlds.loaded(), worlds.compiled()
    intensity = [
        float(cp.energy_co2(inventory).sel(year=year))
        / region.indicator("gdp", year, unit="CNY2020")
        for year in (2015, 2020)
    ]
    assert ChangeRate.between(*intensity).value() == pytest.approx(20.34, rel=1e-6)


@given(st.floats(-0.99, 5))
def test_a_rate_turned_twice_is_itself(share: float) -> None:
    change = ChangeRate(share)
    assert change.as_reduction().as_change() == change
    assert change.as_reduction().ratio == pytest.approx(change.ratio)


def test_the_two_rates_are_two_types() -> None:
    assert ReductionRate(0.2) != ChangeRate(0.2)
    with pytest.raises(TypeError):
        _ = ReductionRate(0.2) + ChangeRate(0.2)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("changes", "kind", "sense", "easy", "hard"),
    [
        ({"reduction": 18}, "reduction", "at_most", 18, 18),
        ({"change": -18}, "change", "at_most", -18, -18),
        ({"change": 5}, "change", "at_most", 5, 5),
        ({"indicator": "forest_cover", "level": 12.4}, "level", "at_least", 12.4, 12.4),
        ({"indicator": "coal", "at_most": 9, "unit": "tce/year"}, "level", "at_most", 9, 9),
        # The easier end of a range: the smaller reduction, the higher ceiling, the lower floor.
        ({"range": {"kind": "reduction", "low": 18, "high": 20}}, "reduction", "at_most", 18, 20),
        ({"range": {"kind": "change", "low": -20, "high": -18}}, "change", "at_most", -18, -20),
        (
            {"indicator": "forest_cover", "range": {"kind": "at_least", "low": 12, "high": 13}},
            "level",
            "at_least",
            12,
            13,
        ),
    ],
)
def test_what_a_target_asks(
    changes: dict[str, Any], kind: str, sense: str, easy: float, hard: float
) -> None:
    demand = goal(**changes).demand
    assert demand is not None
    assert (demand.kind, demand.sense, demand.easy, demand.hard) == (kind, sense, easy, hard)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reduction": 18, "change": 18}, "two signs of one move"),
        ({"reduction": -20.34}, "write 'change: 20.34'"),
        ({"range": {"kind": "reduction", "low": -5, "high": 5}}, "negative reduction"),
        ({"level": 1, "at_most": 1}, "states level and at_most; keep one"),
        ({"range": {"kind": "level", "low": 5, "high": 5}}, "put the lower one first"),
        ({}, "or name under 'set_by' who sets the number"),
        ({"reduction": 18, "stand_in": True}, "under 'set_by' who sets the true one"),
        ({"set_by": CITY, "stand_in": True}, "'stand_in' needs the number"),
        (
            {"reduction": 18, "printed": {"unit": "1", "source_id": "a", "where": "b"}},
            "printed.evidence",
        ),
    ],
)
def test_a_target_that_cannot_be_read_one_way_is_refused(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        goal(**changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reductoin": 18}, "Goal: [reductoin] unknown key 'reductoin'; did you mean 'reduction'?"),
        ({"year": "soon"}, "Goal: [year] 'soon' is not a whole number; give a whole number"),
        ({"reduction": 118}, "Goal: [reduction] is 118; expected below 100; check the unit"),
        ({"reduction": -18}, "Goal: asks for a reduction of -18, and a negative reduction is"),
        (
            {"evidence": "measurd"},
            "Goal: [evidence] 'measurd' is not allowed; did you mean 'measured'?",
        ),
        ({"unit": 7}, "Goal: [unit] '7' is no text; write it as text"),
        (
            {"price": {"value": 1, "unit": "CNY2020/t CO2", "where": "here"}},
            "Goal: [price.source_id] is missing; fill it in",
        ),
    ],
)
def test_a_target_built_or_copied_in_code_is_refused_in_plain_words(
    changes: dict[str, Any], words: str
) -> None:
    stated = {**GOAL, "reduction": 18}
    with pytest.raises(InputError) as built:
        Goal(**{**stated, **changes})
    with pytest.raises(InputError) as copied:
        Goal(**stated).model_copy(update=changes)
    assert words in str(built.value)
    assert str(copied.value) == str(built.value)


def test_every_fault_of_a_target_in_code_is_told() -> None:
    with pytest.raises(InputError) as caught:
        Goal(**{**GOAL, "year": "soon", "binding": "perhaps"}, reductoin=18)
    assert {fault.column for fault in caught.value.faults} == {"year", "binding", "reductoin"}


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Range(kind="level", low=5, high=5), "Range: runs from 5 to 5; put the lower"),
        (lambda: SetBy(**CITY | {"kind": "leve"}), "SetBy: [kind] 'leve' is not allowed; did you"),
        (lambda: Printed(unit="1"), "Printed: [source_id] is missing"),  # type: ignore[call-arg]
    ],
    ids=["range", "set_by", "printed"],
)
def test_so_are_the_parts_of_a_target(build: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        build()
    assert str(caught.value).startswith(words)


def test_the_year_of_a_copy_is_never_that_of_the_original() -> None:
    said = {**GOAL, "indicator": "energy_co2", "unit": "万吨 CO2", "at_most": 4300}
    del said["year"]
    budget = Goal(**said, years=(2021, 2030))
    assert budget.year == 2030
    later = budget.model_copy(update={"years": (2021, 2035)})
    assert (later.year, later.years) == (2035, (2021, 2035))
    assert later == Goal(**said, years=(2021, 2035))
    peak = budget.model_copy(update={"years": None, "at_most": None, "peak_by": 2028})
    assert peak.year == 2028
    assert budget.model_copy(update={"note": "mine"}).year == 2030
    with pytest.raises(InputError, match="needs 'year', or one of years"):
        budget.model_copy(update={"years": None})
    with pytest.raises(InputError, match="states year 2025, and years to 2030; leave out 'year'"):
        Goal(**said, years=(2021, 2030), year=2025)
    with pytest.raises(InputError, match="states year 2031, and years to 2030"):
        budget.model_copy(update={"year": 2031})
    single = Goal(**{**GOAL, "reduction": 18})
    assert single.model_copy(update={"year": 2030}).year == 2030
    assert single.model_copy(deep=True) == single == pickle.loads(pickle.dumps(single))


def test_a_fault_of_a_target_in_a_file_keeps_its_line(tmp_path: Path) -> None:
    """What a record says in a program is said by the file where there is one."""
    path = tmp_path / "targets.yaml"
    path.write_text("cut:\n  indicator: coal\n  range: {kind: level, low: 5, high: 5}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_yaml(path, GoalsRecord)
    lines = {fault.column: fault.line for fault in caught.value.faults}
    assert lines["cut.range, column 3"] == 3


def test_a_printed_number_has_one_sign() -> None:
    printed = {"unit": "percent", "source_id": "a", "where": "b", "evidence": "plan"}
    with pytest.raises(ValueError, match="write the one that is printed"):
        goal(reduction=18, printed=printed)


def with_targets(folder: Path, text: str) -> cp.Region:
    path = worlds.minimal(folder)
    (path / "targets.yaml").write_text(text, "utf-8")
    return cp.load_region(path)


UNSET = """
cut:
  indicator: co2_intensity
  year: 2025
  base_year: 2020
  unit: percent
  binding: true
  source_id: invented
  where: row 1
  evidence: assumption
  set_by:
    authority_en: The city
    authority_zh: 市政府
    parameter: asked
    source_id: invented
    where: row 1
"""


def baseline(region: cp.Region) -> Scenario:
    return cp.load_scenario(region, "baseline")


def test_a_number_that_the_city_sets_is_never_assumed(tmp_path: Path) -> None:
    region = with_targets(tmp_path, UNSET)
    unset = load_targets(region)["cut"]
    said = (
        "not known: set by The city under row 1 of “Invented for tests and examples” "
        "(parameter asked)"
    )

    assert unset.demand is None
    assert unset.unknown("en", region) == said
    assert unset.unknown("zh", region).startswith("未知：由市政府下达")
    with pytest.raises(ScenarioError, match="set by The city"):
        target_bound(region, baseline(region), "cut")
    assert cp.optimise(region, baseline(region)).skipped["cut"].en == said


def test_a_stated_parameter_takes_its_place(tmp_path: Path) -> None:
    region = with_targets(tmp_path, UNSET)
    stated = load_targets(region, parameters={"asked": 20})["cut"]
    assert stated.reduction == 20
    bound = target_bound(region, baseline(region), "cut", parameters={"asked": 20})
    assert not bound.stand_in
    pathway = cp.project(region, baseline(region))
    base = float(cp.indicator(pathway, "co2_intensity").sel(year=2020))
    assert bound.value == pytest.approx(0.8 * base * float(pathway["gdp"].sel(year=2025)))
    with pytest.raises(InputError, match="no parameter 'aked'; did you mean 'asked'"):
        load_targets(region, parameters={"aked": 20})


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (-18, "a negative reduction is an increase"),
        (118, "should be less than 100"),
        ("eighteen", "valid number"),
    ],
)
def test_a_parameter_that_no_reduction_can_have_is_an_input_fault(
    tmp_path: Path, number: Any, said: str
) -> None:
    region = with_targets(tmp_path, UNSET)
    with pytest.raises(InputError, match=said) as caught:
        load_targets(region, parameters={"asked": number})
    assert str(caught.value).startswith("parameters: [asked] ")
    assert "state a number in percent (reduction)" in str(caught.value)


def test_a_stand_in_is_marked_and_gives_way() -> None:
    region = worlds.loaded()
    goals = load_targets(region)
    assert goals["co2_intensity_2025"].stand_in
    stated = load_targets(region, parameters={"co2_intensity_reduction_2025": 20.5})
    assert not stated["co2_intensity_2025"].stand_in
    assert stated["co2_intensity_2025"].reduction == 20.5
    assert goals["co2_intensity_2025"].reduction == 18


def test_an_amount_is_rounded_to_the_side_on_which_the_target_holds() -> None:
    region = worlds.loaded()
    plan = cp.load_scenario(region, "plan")
    ceiling = target_bound(region, plan, "co2_intensity_2025")
    floor = target_bound(region, plan, "forest_cover_2025")
    for bound, unit, side in ((ceiling, "万吨 CO2/year", -1), (floor, "ha", 1)):
        exact = bound.value * cp.quantity(f"1 {bound.unit}").to(cp.quantity(f"1 {unit}").units).m
        shift = (bound.rounded(unit, decimals=1) - exact) * side
        assert 0 <= shift < 0.1


def test_the_bound_of_a_target_is_allocated_without_a_rest() -> None:
    import pandas as pd

    region = worlds.loaded()
    bound = target_bound(region, cp.load_scenario(region, "plan"), "co2_intensity_2025")
    total = bound.rounded("万吨 CO2/year", decimals=2)
    towns = pd.DataFrame({"base_emissions": [70.0, 20.0, 10.0]}, index=["a", "b", "c"])
    parts = cp.allocate(
        total, towns, "grandfathering", kind="budget", unit="万吨 CO2/year", decimals=2
    )
    assert round(parts["amount"].sum(), 2) == total


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("co2_intensity_225", "did you mean 'co2_intensity_2025'"),
        ("straw_utilisation_2025", "no amount to be split"),
        ("co2_intensity_2020", "starts from 2015"),
    ],
)
def test_what_has_no_bound(target: str, words: str) -> None:
    region = worlds.loaded()
    with pytest.raises(ScenarioError, match=words):
        target_bound(region, cp.load_scenario(region, "plan"), target)


def test_the_optimiser_names_what_it_skips_and_refuses_what_it_is_given() -> None:
    region = worlds.loaded()
    scenario = cp.load_scenario(region, "baseline")
    answer = cp.optimise(region, scenario)
    assert list(answer.targets) == [
        "co2_intensity_2025",
        "co2_intensity_2030",
        "forest_cover_2025",
    ]
    assert (
        answer.skipped["straw_utilisation_2025"].zh
        == "最低成本路径没有“农作物秸秆综合利用率”的约束行"
    )
    assert "not after the base year 2020" in answer.skipped["co2_intensity_2020"].en
    said = f"targets of the region that it holds no row for: {len(answer.skipped)}"
    held = {name: answer.targets[name] for name in list(answer.targets)[:1]}
    some = cp.optimise(answer.question.region, answer.question.scenario, targets=held)
    unasked = len(answer.targets) + len(answer.skipped) - 1
    assert some.plan.message.en.startswith("every target asked for is met at ")
    assert some.plan.message.en.endswith(
        f"targets of the region that were not asked for: {unasked}"
    )
    assert some.plan.message.zh.startswith("所要求的各项目标均可达成")
    assert some.plan.message.zh.endswith(f"另有{unasked}项地区目标未要求")
    assert "asked for" not in answer.plan.message.en
    assert answer.plan.message.en.endswith(said)
    given_ = {"straw": load_targets(region)["straw_utilisation_2025"]}
    with pytest.raises(ScenarioError, match="target 'straw': the least-cost path has no row"):
        cp.optimise(region, scenario, targets=given_)


def test_a_coal_cap_is_a_row_of_the_optimiser() -> None:
    region = worlds.loaded()
    scenario = cp.load_scenario(region, "baseline")
    without = cp.project(region, scenario, builds=None)
    now = float(cp.indicator(without, "coal").sel(year=2025))
    cap = goal(indicator="coal", at_most=0.97 * now, unit="tce/year", source_id="plan_14fyp")
    answer = cp.optimise(region, scenario, targets={"coal": cap})
    assert answer.plan.found
    assert answer.rerun_residual < 1e-6
    assert answer.pathway is not None
    assert float(cp.indicator(answer.pathway, "coal").sel(year=2025)) <= 0.97 * now * (1 + 1e-6)


def test_a_change_and_a_reduction_of_one_move_bound_the_same(tmp_path: Path) -> None:
    region = worlds.loaded("minimal")
    texts = [
        UNSET.split("  set_by")[0] + f"  {number}\n" for number in ("reduction: 20", "change: -20")
    ]
    values = []
    for place, text in enumerate(texts):
        region = with_targets(tmp_path / str(place), text)
        values.append(target_bound(region, baseline(region), "cut").value)
    assert values[0] == pytest.approx(values[1], rel=1e-12)


def test_a_region_may_follow_an_indicator_of_its_own(tmp_path: Path) -> None:
    text = UNSET.split("  set_by")[0].replace("co2_intensity", "buses_electric")
    region = with_targets(tmp_path, text + "  at_least: 80\n")
    with pytest.raises(InputError, match="unknown indicator 'buses_electric'"):
        load_targets(region)
    rows = region.path / "indicators.csv"
    rows.write_text(
        rows.read_text("utf-8") + "buses_electric,2020,30,percent,,,invented,count,statistics,\n",
        "utf-8",
    )
    assert load_targets(cp.load_region(region.path))["cut"].demand is not None


def test_energy_is_told_under_both_conventions() -> None:
    pathway = cp.project(worlds.loaded(), cp.load_scenario(worlds.loaded(), "plan"))
    stated = cp.indicator(pathway, "energy_total")
    assert float(abs(stated - cp.indicator(pathway, "energy_total_equal")).max()) == 0
    low = cp.indicator(pathway, "energy_total_calorific")
    assert bool((low < stated).all())
    per_gdp = cp.indicator(pathway, "energy_intensity_calorific") * pathway["gdp"]
    assert float(abs(per_gdp / low - 1).max()) < 1e-12


def test_carbon_per_energy_is_that_of_the_two_totals() -> None:
    pathway = cp.project(worlds.loaded(), cp.load_scenario(worlds.loaded(), "plan"))
    ratio = cp.indicator(pathway, "co2_per_tce")
    assert ratio.attrs["units"] == "t CO2/tce"
    again = cp.energy_co2(pathway) / cp.energy_total(pathway)
    assert float(abs(ratio - again).max()) == 0


def test_the_non_fossil_share_is_not_known_without_that_of_the_grid() -> None:
    region = worlds.loaded()
    pathway = cp.project(region, cp.load_scenario(region, "plan"))
    with pytest.raises(ResultError, match="not known: nobody states that of the bought power"):
        cp.indicator(pathway, "non_fossil_share")
    none = pathway.assign(grid_non_fossil_share=pathway["gdp"] * 0)
    energy = pathway["energy"].sel(convention="equal")
    solar = energy.sel(line="1.A.1.a/solar_pv/solar_electricity", drop=True)
    # All bought power is fossil, so only the solar panels count.
    own = cp.indicator(none, "non_fossil_share") * cp.energy_total(pathway)
    assert float(abs(own - solar).max()) < 1e-6
    half = pathway.assign(grid_non_fossil_share=pathway["gdp"] * 0 + 0.5)
    power = energy.isel(line=(energy["carrier"] == "electricity").values).sum("line")
    more = cp.indicator(half, "non_fossil_share") * cp.energy_total(pathway)
    # All power less the solar panels is bought.
    assert float(abs(more - (solar + 0.5 * (power - solar))).max()) < 1e-6


def test_coal_replaced_by_measures_only_has_no_ratio() -> None:
    region = worlds.loaded()
    ratio = cp.indicator(
        cp.project(region, cp.load_scenario(region, "plan")), "coal_replacement_ratio"
    )
    assert bool(ratio.isnull().all())


def test_a_result_without_carbon_says_so() -> None:
    inventory = worlds.compiled()
    with pytest.raises(ResultError, match="no line of this result gives CO2; it has CH4, N2O"):
        cp.energy_co2(inventory.sel(gas=["CH4", "N2O"]))
    with pytest.raises(ResultError, match="needs the GDP"):
        cp.indicator(inventory, "co2_intensity")


FOREST = {"indicator": "forest_cover"}
CAP = {"indicator": "surface_water_below_class_5"}


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ({"reduction": 0.18}, "did you mean 18? Or state 0.0018 in unit '1'"),
        ({"change": -0.18}, "did you mean -18? Or state -0.0018 in unit '1'"),
        ({"range": {"kind": "reduction", "low": 0.18, "high": 0.2}}, "did you mean 18?"),
        ({**FOREST, "level": 0.124}, "did you mean 12.4?"),
        ({**FOREST, "at_least": 1}, "did you mean 100?"),
        ({**FOREST, "at_least": 124}, "write at most 100 percent"),
        ({**FOREST, "level": 12.4, "unit": "1"}, "did you mean 12.4 percent?"),
        ({"reduction": 18, "unit": "1"}, "did you mean 18 percent?"),
        ({"change": -18, "unit": "1"}, "did you mean -18 percent? Or state -1800 in percent"),
    ],
)
def test_a_fraction_where_percent_is_meant_is_questioned(
    stated: dict[str, Any], meant: str
) -> None:
    found = doubt(goal(**stated))
    assert found is not None
    assert found[1].startswith(meant)


@pytest.mark.parametrize(
    "stated",
    [
        {"reduction": 18},
        {"reduction": 0.18, "unit": "1"},
        {"reduction": 0.0018, "unit": "1"},
        {"reduction": 1},
        {"reduction": 0},
        {"change": 1800},
        {"change": 0},
        {**FOREST, "level": 12.4},
        {**FOREST, "level": 0.124, "unit": "1"},
        {**FOREST, "at_least": 100},
        {**CAP, "at_most": 0.5},
        {"indicator": "coal_replacement_ratio", "at_least": 1.25, "unit": "1"},
        {"indicator": "coal", "at_most": 0.18, "unit": "万吨标煤/year"},
    ],
)
def test_what_may_well_be_meant_is_not_questioned(stated: dict[str, Any]) -> None:
    assert doubt(goal(**stated)) is None


@given(st.floats(0.01, 0.999))
def test_what_is_proposed_instead_is_never_questioned_again(share: float) -> None:
    wrong = doubt(goal(reduction=share))
    assert wrong is not None
    meant, kept = re.findall(r"-?\d[\d.e-]*", wrong[1])[:2]
    assert doubt(goal(reduction=float(meant.rstrip(".")))) is None
    assert doubt(goal(reduction=float(kept), unit="1")) is None


def test_a_parameter_is_questioned_too() -> None:
    with pytest.raises(InputError, match=r"0\.205 percent; did you mean 20\.5\?") as caught:
        load_targets(worlds.loaded(), parameters={"co2_intensity_reduction_2025": 0.205})
    assert str(caught.value).startswith("parameters: [co2_intensity_reduction_2025] ")
