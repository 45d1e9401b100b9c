"""Targets of a region over years and of every amount: rows, prices, what a path makes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.analysis.peak_assessment import assess_peak
from carbonpeak.errors import ArgumentError, InputError, ScenarioError
from carbonpeak.optimiser import Optimum, optimise
from carbonpeak.output.report import report_text
from carbonpeak.output.summary import summarise
from carbonpeak.planning.air_pollutants import find_factor, load_rows
from carbonpeak.planning.bounds import target_bound
from carbonpeak.planning.follow import prepared
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import lay_out
from carbonpeak.workflow.chain import compute
from carbonpeak.workflow.publish import plan_tables

SAID = {"base_year": 2020, "binding": False} | {
    "source_id": "invented",
    "where": "round number",
    "evidence": "assumption",
}
CARBON = {"indicator": "energy_co2"}
STATED: Mapping[str, dict[str, Any]] = {
    "cap": {**CARBON, "year": 2025, "at_most": 8.3, "unit": "万吨 CO2/year"},
    "budget": {**CARBON, "years": [2021, 2025], "at_most": 41, "unit": "万吨 CO2"},
    "peak_by": {**CARBON, "peak_by": 2022},
    "no_rise": {**CARBON, "no_rise_after": 2022},
    "plateau": {**CARBON, "plateau": [2022, 2025], "band": 1, "unit": "percent"},
    "all_gases": {**CARBON, "numerator": "gross_ghg", "peak_by": 2022},
    "coal": {"indicator": "coal", "year": 2025, "at_most": 1, "unit": "万吨标煤/year"},
    "energy": {"indicator": "energy_total", "year": 2025, "at_most": 43300, "unit": "tce/year"},
    "share": {"indicator": "non_fossil_share", "year": 2025, "at_least": 30.5, "unit": "percent"},
    "so2": {"indicator": "so2_burnt", "year": 2025, "at_most": 100, "unit": "t/year"},
    "nox": {"indicator": "nox_burnt", "years": [2021, 2025], "at_most": 750, "unit": "t"},
}


def stated(name: str, **changes: Any) -> Goal:
    return Goal.model_validate({**SAID, **STATED[name], **changes})


@pytest.fixture
def region(tmp_path: Path) -> cp.Region:
    """The smallest county, whose emissions rise, with the non-fossil share of its grid."""
    path = worlds.minimal(tmp_path)
    row = "grid_non_fossil_share,{},{},percent,level,,,invented,round number,assumption,\n"
    with (path / "drivers.csv").open("a", encoding="utf-8") as file:
        file.write(row.format(2020, 50) + row.format(2025, 60))
    return cp.load_region(path)


def asked(region: cp.Region, name: str, soft: float | None = None, **changes: Any) -> Optimum:
    prices = None if soft is None else {name: soft}
    goals = {name: stated(name, **changes)}
    return optimise(region, cp.load_scenario(region, "baseline"), targets=goals, soft=prices)


def carbon(answer: Optimum, name: str = "energy_co2") -> np.ndarray:
    assert answer.pathway is not None
    return indicator(answer.pathway, name).values


@pytest.mark.parametrize("name", STATED)
def test_every_kind_costs_something_and_agrees_with_the_rerun(region: cp.Region, name: str) -> None:
    answer = asked(region, name)
    assert answer.plan.found
    assert answer.plan.cost > 0
    assert answer.rerun_residual < 1e-9
    assert answer.plan.result["binding"].any()
    assert float(answer.plan.prices.max()) > 0
    assert set(answer.plan.result["target_group"].values) == {name}


def test_a_budget_holds_over_its_years(region: cp.Region) -> None:
    assert carbon(asked(region, "budget"))[1:].sum() == pytest.approx(41e4)


def test_the_peak_comes_no_later_and_the_assessment_agrees(region: cp.Region) -> None:
    free = optimise(region, cp.load_scenario(region, "baseline"), targets={})
    assert free.pathway is not None
    assert assess_peak(free.pathway).peak.year == 2025
    values = carbon(asked(region, "peak_by"))
    assert values[3:].max() <= values[:3].max() * (1 + 1e-9)
    every = carbon(asked(region, "all_gases"), "gross_ghg")
    assert every[3:].max() <= every[:3].max() * (1 + 1e-9)


def test_nothing_rises_and_the_plateau_is_kept(region: cp.Region) -> None:
    assert np.diff(carbon(asked(region, "no_rise")))[2:].max() <= 1e-3
    flat = carbon(asked(region, "plateau"))[2:]
    assert np.abs(flat / flat[0] - 1).max() == pytest.approx(0.01)


def test_the_share_is_that_of_the_pathway(region: cp.Region) -> None:
    answer = asked(region, "share")
    assert answer.pathway is not None
    share = indicator(prepared(region, answer.pathway), "non_fossil_share")
    assert float(share.sel(year=2025)) == pytest.approx(0.305)


def test_a_share_needs_that_of_the_grid(tmp_path: Path) -> None:
    bare = cp.load_region(worlds.minimal(tmp_path))
    with pytest.raises(ScenarioError, match="non-fossil share of bought power is not known"):
        asked(bare, "share")


def test_pollutants_are_those_of_the_fuel_burnt(region: cp.Region) -> None:
    """By hand: energy of each fuel, in GJ, times the factor of its row."""
    answer = asked(region, "so2")
    assert answer.pathway is not None
    total = 0.0
    for name in ("raw_coal", "natural_gas"):
        line = f"1.A.1.a/boiler_house/{name}"
        energy = answer.pathway["energy"].sel(convention="calorific", line=line, year=2025)
        row = find_factor(cp.vocabulary.parse_line(line), "so2", load_rows(region))
        assert row is not None
        total += (
            float(energy) * 29.3076 * row.record.value * cp.units.factor(row.record.unit, "t/GJ")
        )
    assert total == pytest.approx(100.0)


def test_a_cap_on_a_pollutant_without_factor_is_refused(region: cp.Region) -> None:
    with pytest.raises(ScenarioError, match=r"no pm25 factor for .*natural_gas"):
        asked(region, "so2", indicator="pm25_burnt")


def test_a_price_may_be_stated_or_given(region: cp.Region) -> None:
    """A price of 0.03 万元/t is one of 300 CNY/t, and pays where measures are dearer."""
    price = {"value": 0.03, "unit": "万元2020/t CO2", "source_id": "invented"}
    price |= {"where": "round number", "evidence": "assumption"}
    one = asked(region, "cap", price=price).plan
    two = asked(region, "cap", soft=300.0).plan
    assert one.cost == pytest.approx(two.cost)
    assert one.result["shortfall"].item() == pytest.approx(two.result["shortfall"].item())
    assert one.result["shortfall"].item() > 0
    assert one.prices.item() == pytest.approx(300.0)
    assert one.penalty == pytest.approx(one.result["shortfall"].item() * 300.0 / 1.06**5)
    assert "missed at their price" in one.message.en


@pytest.mark.parametrize("name", STATED)
def test_a_huge_price_makes_every_kind_hard(region: cp.Region, name: str) -> None:
    hard, soft = asked(region, name).plan, asked(region, name, soft=1e8).plan
    assert soft.cost == pytest.approx(hard.cost, rel=1e-6)
    assert soft.penalty == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize(
    ("soft", "words"),
    [({"budgt": 1.0}, "did you mean 'budget'"), ({"budget": 0.0}, "expected above 0")],
)
def test_prices_wrongly_given_are_refused(
    region: cp.Region, soft: dict[str, float], words: str
) -> None:
    with pytest.raises(ScenarioError, match=words):
        optimise(
            region,
            cp.load_scenario(region, "baseline"),
            targets={"budget": stated("budget")},
            soft=soft,
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"at_most": None}, "state its amount as 'at_most'"),
        ({"years": [2025, 2021]}, "years runs from 2025 to 2021; put the first year first"),
        ({"peak_by": 2022}, "states years and peak_by; make a target of each"),
        ({"years": None}, "needs 'year', or one of years, peak_by, no_rise_after, plateau"),
        ({"band": 3}, "'plateau: .first, last.' and its 'band' are stated together"),
        ({"years": None, "plateau": [2022, 2025]}, "'band' are stated together"),
        ({"unit": ""}, "needs the 'unit' of its number"),
        ({"years": None, "peak_by": 2022}, "states peak_by, which takes no at_most"),
        ({"indicator": "co2_intensity"}, "'co2_intensity' is no yearly amount for years; allowed"),
        ({"indicator": "energy_c02"}, "did you mean 'energy_co2'"),
        ({"stand_in": True}, "covers several years; it takes no set_by"),
    ],
)
def test_statements_that_do_not_fit_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        stated("budget", **changes)


# --- progress, odds, allocation -------------------------------------------------------------


def progress(region: cp.Region, name: str, **changes: Any) -> Any:
    pathway = cp.project(region, cp.load_scenario(region, "baseline"))
    goals = {name: stated(name, **changes)}
    return cp.check_progress(region, pathway, targets=goals).loc[name], pathway


def test_a_budget_is_judged_by_what_is_spent_so_far(region: cp.Region) -> None:
    table, pathway = progress(region, "budget")
    spent = indicator(pathway, "energy_co2").sel(year=slice(2021, 2025)).cumsum().values / 1e4
    assert list(table.index) == [2021, 2022, 2023, 2024, 2025]
    assert table["achieved"].tolist() == pytest.approx(spent.tolist())
    assert table["required_linear"].tolist() == pytest.approx([8.2, 16.4, 24.6, 32.8, 41.0])
    assert table["verdict"].tolist() == ["on_track", "on_track", "late", "late", "missed"]
    assert "are spent by the end of 2025" in table["sentence_en"].iloc[-1]
    assert "截至2025年末累计" in table["sentence_zh"].iloc[-1]


@pytest.mark.parametrize(
    ("name", "changes", "verdict"),
    [
        ("peak_by", {}, "missed"),
        ("peak_by", {"peak_by": 2025}, "not_known"),
        ("no_rise", {}, "missed"),
        ("plateau", {}, "missed"),
        ("plateau", {"band": 20}, "met"),
        ("plateau", {"plateau": [2022, 2030]}, "not_known"),
        ("nox", {}, "not_known"),
    ],
)
def test_other_kinds_are_judged_once(
    region: cp.Region, name: str, changes: dict[str, Any], verdict: str
) -> None:
    table, pathway = progress(region, name, **changes)
    assert table["verdict"].tolist() == [verdict]
    if name == "peak_by" and verdict == "missed":
        assert table["achieved"].item() == assess_peak(pathway).peak.year


def test_the_optimised_path_meets_what_it_was_asked(region: cp.Region) -> None:
    for name in ("budget", "peak_by", "no_rise", "plateau"):
        answer = asked(region, name)
        assert answer.pathway is not None
        table = cp.check_progress(region, answer.pathway, targets=answer.targets)
        assert table["verdict"].iloc[-1] == "met", name


def test_odds_judge_a_budget_and_say_of_the_others_that_they_do_not(region: cp.Region) -> None:
    drawn = cp.ensemble(region, cp.load_scenario(region, "baseline"), draws=64, seed=1)
    goals = {name: stated(name) for name in ("budget", "peak_by", "plateau", "so2", "share")}
    table = cp.target_odds(drawn, targets=goals)
    assert table["reason"].tolist() == ["", "over_years", "over_years", "not_drawn", "not_drawn"]
    path = indicator(cp.project(region, cp.load_scenario(region, "baseline")), "energy_co2")
    assert not table["central_met"].loc["budget"]
    loose = stated("budget", at_most=float(path[1:].sum()) / 1e4 + 1e-6)
    assert cp.target_odds(drawn, targets={"b": loose})["central_met"].loc["b"]


def written(folder: Path, *names: str) -> Path:
    """Return the minimal region with targets of these kinds in its file."""
    path = worlds.minimal(folder)
    texts = [
        "\n".join([f"{name}:", *(f"  {key}: {it}" for key, it in {**SAID, **STATED[name]}.items())])
        for name in names
    ]
    (path / "targets.yaml").write_text("\n".join([*texts, ""]), "utf-8")
    return path


def test_a_target_over_years_is_no_amount_to_be_split(tmp_path: Path) -> None:
    path = written(tmp_path, "budget")
    region = cp.load_region(path)
    assert load_targets(region)["budget"] == stated("budget")
    scenario = cp.load_scenario(region, "baseline")
    with pytest.raises(ScenarioError, match="bounds years of energy_co2, which is no amount"):
        target_bound(region, scenario, "budget")
    assert optimise(region, scenario).targets == {"budget": stated("budget")}


def test_a_run_tells_of_each_statement_once(tmp_path: Path) -> None:
    names = ("budget", "peak_by", "no_rise", "plateau", "so2")
    data = compute(written(tmp_path, *names))
    assert data.plan is not None
    facts = {target.name: target for target in data.plan.targets}
    assert tuple(facts) == names
    assert [facts[name].kind for name in names] == [
        "years", "peak_by", "no_rise_after", "plateau", "level",
    ]  # fmt: skip
    assert facts["budget"].reached["optimised"] <= 41 + 1e-6
    assert facts["peak_by"].reached["baseline"] == 2025
    assert facts["peak_by"].reached["optimised"] == 2022
    assert facts["plateau"].reached["optimised"] <= 1 + 1e-6
    assert facts["no_rise"].reached["optimised"] is None
    assert facts["no_rise"].binds
    for lang in ("zh", "en"):
        assert plan_tables(data, lang=lang)
        assert report_text(data, {}, lang=lang)
    assert set(summarise(data)["plan"]["targets"]) == set(names)


def test_the_edges_of_a_plateau_are_told_apart(tmp_path: Path) -> None:
    data = compute(written(tmp_path, "plateau", "so2"))
    (table,) = (one for one in plan_tables(data, lang="zh") if one.key == "prices")
    title = stated("plateau").called("plateau", "zh")
    rows = [row.cells for row in table.rows]
    edges = [(row[1], row[3]) for row in rows if row[0] == title]
    assert edges == [
        (years, edge)
        for years in ("2022—2023", "2022—2024", "2022—2025")
        for edge in ("上限", "下限")
    ]
    assert {row[3] for row in rows if row[0] != title} == {"上限"}
    assert any("两个年份之差" in note for note in table.notes)


# --- the built-in case ----------------------------------------------------------------------


def test_the_peak_and_a_budget_of_the_built_in_case() -> None:
    """Its drivers let energy CO2 fall after 2021, so a peak by 2030 costs nothing; a budget does.

    A budget of 3 % less than the cheapest path spends in 2021 to 2030 is met by builds that reduce
    earlier; its price is at least the average cost of the tonnes that it avoids.
    """
    region = worlds.loaded()
    scenario = cp.load_scenario(region, "baseline")
    said = {"source_id": "plan_14fyp", "where": "invented for this test"}

    def run(**changes: Any) -> Optimum:
        return optimise(region, scenario, targets={"it": stated("budget", **said, **changes)})

    peak = run(years=None, at_most=None, unit="", peak_by=2030)
    free = optimise(region, scenario, targets={})
    assert peak.plan.cost == pytest.approx(free.plan.cost, rel=1e-6)
    assert peak.pathway is not None
    assert assess_peak(peak.pathway).peak.year == 2021
    assert peak.plan.result.attrs["alternatives"] == "it.2021"
    assert (peak.plan.prices == 0).all()
    spent = carbon(free)[1:11].sum()
    tight = run(years=[2021, 2030], at_most=0.97 * spent / 1e4)
    assert tight.rerun_residual < 1e-6
    assert carbon(tight)[1:11].sum() == pytest.approx(0.97 * spent)
    average = (tight.plan.cost - free.plan.cost) / (0.03 * spent)
    assert tight.plan.prices.item() / 1.06**10 >= 0.5 * average
    impossible = run(years=[2021, 2030], at_most=0.5 * spent / 1e4)
    assert "2021–2030" in impossible.plan.message.en


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reduction": 0.18}, "did you mean 18"),
        ({"reduction": 18, "unit": "1"}, "did you mean 18 percent"),
        ({"indicator": "co2_intensty"}, "did you mean 'co2_intensity'"),
        ({"unit": "tce"}, "'tce' does not fit co2_intensity; write a unit such as 1"),
        ({"unit": "procent"}, "a unit such as 1 fits"),
    ],
)
def test_a_target_in_code_is_questioned_as_in_the_file(
    region: cp.Region, changes: dict[str, Any], words: str
) -> None:
    rate = {"indicator": "co2_intensity", "year": 2025, "reduction": 18, "unit": "percent"}
    goal = Goal.model_validate({**SAID, **rate}).model_copy(update=changes)
    with pytest.raises(InputError, match=words) as caught:
        optimise(region, cp.load_scenario(region, "baseline"), targets={"rate": goal})
    assert str(caught.value).startswith("targets: [rate] ")


def test_a_target_in_code_is_a_goal(region: cp.Region) -> None:
    scenario = cp.load_scenario(region, "baseline")
    with pytest.raises(ArgumentError, match="'cap' is a float; expected a Goal"):
        optimise(region, scenario, targets={"cap": 8.3})  # type: ignore[dict-item]


def test_messages_in_chinese_hold_no_names_and_no_english_units() -> None:
    region = cp.load_region("yangjiang")
    scenario = cp.load_scenario(region, "baseline")
    cover = {"indicator": "forest_cover", "year": 2025, "at_least": 15, "unit": "percent"}
    goals = {"cover": Goal.model_validate({**SAID, **cover})}
    goals["cut"] = stated("budget", years=(2021, 2030), at_most=0.0001)
    message = optimise(region, scenario, targets=goals).plan.message
    assert "2025年森林覆盖率无法达成：2025 年差 290.6 公顷" in message.zh
    assert "2021—2030年累计能源活动二氧化碳排放总量（含净调入电力热力）无法达成" in message.zh
    assert not re.search("cover|cut|ha", message.zh)
    assert "cover cannot be met: short by 290.6 ha" in message.en
    assert "e+" not in message.en + message.zh


CO2 = "能源活动二氧化碳排放总量（含净调入电力热力）"


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        ({"peak_by": 2024}, f"{CO2}不晚于2024年达峰"),
        ({"no_rise_after": 2020}, f"{CO2}2020年后不再上升"),
        (
            {"plateau": (2023, 2025), "band": 1, "unit": "percent"},
            f"{CO2}2023—2025年平台期",
        ),
    ],
)
def test_a_target_without_a_title_is_called_by_what_it_asks(
    region: cp.Region, asked: dict[str, Any], called: str
) -> None:
    goal = Goal.model_validate({**SAID, "indicator": "energy_co2", **asked})
    plan = optimise(region, cp.load_scenario(region, "plan"), targets={"cap": goal}).plan
    assert goal.called("cap", "zh") == called
    assert goal.called("cap", "en") == "cap"
    assert plan.found or called in plan.message.zh
    titled = goal.model_copy(update={"title_zh": "达峰"})
    assert titled.called("cap", "zh") == "达峰"


def test_a_way_out_beyond_the_ranges_of_the_sources_is_said_to_be_hardly_plausible() -> None:
    """Of rooftop panels the case states 120 to 400 MW in all, and 15 to 60 MW a year."""
    region = cp.load_region("yangjiang")
    goal = cp.load_targets(region)["co2_intensity_2025"].model_copy(update={"reduction": 40})
    answer = optimise(region, cp.load_scenario(region, "plan"), targets={"deep": goal})
    assert answer.question.problem.stated_ranges["potential", "solar_pv"] == (120.0, 400.0)
    message = answer.plan.message
    beyond = r"屋顶光伏的总潜力由 250 提高到 [\d,.]+ 兆瓦（超出所列区间上限 400，难以实现）"
    assert re.search(beyond, message.zh)
    assert "rises from 135,000 to 169,500 t/year and" in message.en
    assert "opens from 2028–2035 to 2024–2035, with 2 units built outside" in message.en
    assert "before 2026, where the stated range of its first year begins" in message.en
    assert "早于最早建成年份所列区间下限 2026 年，难以实现" in message.zh
    assert "No way out is plausible" in message.en


def test_a_target_must_not_be_called_like_a_measure(region: cp.Region) -> None:
    scenario = cp.load_scenario(region, "baseline")
    name = next(iter(lay_out(region, scenario).measures))
    with pytest.raises(ScenarioError, match=f"target '{name}' has the name of a measure"):
        optimise(region, scenario, targets={name: stated("cap")})


@pytest.mark.parametrize("price", ["200", float("inf"), float("nan"), 0, None])
def test_a_price_is_a_number_above_zero(region: cp.Region, price: Any) -> None:
    scenario = cp.load_scenario(region, "baseline")
    with pytest.raises(ScenarioError, match=r"soft: the price of 'cap' is .*; expected above 0"):
        optimise(region, scenario, targets={"cap": stated("cap")}, soft={"cap": price})


def test_without_targets_none_is_said_to_be_met(region: cp.Region) -> None:
    plan = optimise(region, cp.load_scenario(region, "baseline"), targets={}).plan
    assert plan.found
    assert plan.message.en.startswith("no target is held; the least cost is ")
    assert plan.message.zh.startswith("未设任何目标")
