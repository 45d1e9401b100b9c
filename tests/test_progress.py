"""Targets year by year: both paths by hand, every verdict, the sign of 2015 to 2020, sentences."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak.errors import ResultError
from carbonpeak.planning.goals import Goal
from carbonpeak.vocabulary import unit_words


@cache
def projection() -> xr.Dataset:
    """Project the plan once for many checks; nobody changes it."""
    return pathway()


def pathway(name: str = "plan") -> xr.Dataset:
    return cp.project(worlds.loaded(), cp.load_scenario(worlds.loaded(), name))


def goal(**changes: Any) -> Goal:
    stated = {
        "indicator": "straw_utilisation",
        "year": 2025,
        "base_year": 2020,
        "unit": "percent",
        "binding": True,
        "source_id": "plan_14fyp",
        "where": "invented",
        "evidence": "assumption",
    }
    return Goal.model_validate({**stated, **changes})


def recorded(folder: Path, rows: str) -> cp.Region:
    """Return the minimal region with rows of one indicator: year, value."""
    path = worlds.minimal(folder)
    table = path / "indicators.csv"
    lines = [
        f"straw_utilisation,{row.strip().replace(' ', ',')},percent,,,invented,count,statistics,"
        for row in rows.split(";")
    ]
    table.write_text(table.read_text("utf-8") + "\n".join(lines) + "\n", "utf-8")
    return cp.load_region(path)


def checked(region: cp.Region, target: Goal, **options: Any) -> pd.DataFrame:
    inventory = cp.compile_inventory(region)
    return cp.check_progress(region, inventory, targets={"straw": target}, **options).loc["straw"]


def test_from_2015_to_2020_the_intensity_rose_and_the_target_was_missed() -> None:
    """The plan says so in section 1.2(1); the asked number stands in for the city's."""
    table = cp.check_progress(worlds.loaded(), worlds.compiled())
    row = table.loc[("co2_intensity_2020", 2020)]
    assert row["verdict"] == "missed"
    assert row["change"] == pytest.approx(20.34)
    assert row["achieved"] == pytest.approx(-20.34)
    assert row["lead"] == pytest.approx(-20.34 - 20.5)
    assert row["basis"] == "observed"
    assert row["stand_in"]
    assert "up 20.34 % in 2020 on 2015" in row["sentence_en"]
    assert "2020年比2015年上升20.34 %" in row["sentence_zh"]
    assert row["sentence_en"].endswith(
        "stands in for one that Yangjiang City sets (section 1.2(1))."
    )


@pytest.mark.parametrize("asked", [0, 18, 20.5])
def test_whatever_reduction_was_asked_it_was_missed(asked: float) -> None:
    table = cp.check_progress(
        worlds.loaded(), worlds.compiled(), parameters={"co2_intensity_reduction_2020": asked}
    )
    row = table.loc[("co2_intensity_2020", 2020)]
    assert (row["verdict"], row["stand_in"]) == ("missed", False)
    assert row["lead"] == pytest.approx(-20.34 - asked)


def test_a_printed_number_serves_where_the_years_are_not_in_the_result() -> None:
    row = cp.check_progress(worlds.loaded(), pathway()).loc[("co2_intensity_2020", 2020)]
    assert (row["basis"], row["verdict"]) == ("printed", "missed")
    assert row["change"] == pytest.approx(20.34)


def test_both_paths_of_a_reduction_by_hand() -> None:
    """18 % in five years: 3.6 points a year, or 1 - 0.82^(1/5) = 3.891 % of the year before."""
    table = cp.check_progress(worlds.loaded(), pathway()).loc["co2_intensity_2025"]
    assert table["required_linear"].tolist() == pytest.approx([3.6, 7.2, 10.8, 14.4, 18.0])
    by_rate = [(1 - 0.82 ** (years / 5)) * 100 for years in range(1, 6)]
    assert table["required_constant_rate"].tolist() == pytest.approx(by_rate)
    intensity = cp.indicator(pathway(), "co2_intensity")
    reached = (1 - intensity.sel(year=2023) / intensity.sel(year=2020)) * 100
    assert table.loc[2023, "achieved"] == pytest.approx(float(reached))
    assert (table["change"] == -table["achieved"]).all()
    assert table["verdict"].tolist() == ["on_track"] * 4 + ["met"]


@pytest.mark.parametrize(
    ("rows", "target", "verdicts"),
    [
        # From 60 to 80: the straight path asks for 64, 68, 72, 76, 80.
        ("2020 60; 2021 64; 2022 67.9; 2025 80", {"at_least": 80}, "on_track late met"),
        ("2020 60; 2021 64; 2025 79.9", {"at_least": 80}, "on_track missed"),
        # What the base year already keeps has to stay.
        ("2020 99.5; 2021 99; 2022 98.9", {"at_least": 99}, "on_track late"),
        # Without a base year only the target year, or a value that keeps the target, says much.
        ("2021 85; 2022 70; 2025 81", {"at_least": 80}, "not_known not_known met"),
        ("2020 60", {"at_least": 80}, "not_known"),
        ("2020 60; 2021 61", {"range": {"kind": "at_least", "low": 80, "high": 90}}, "late"),
    ],
)
def test_verdicts_by_hand(tmp_path: Path, rows: str, target: dict[str, Any], verdicts: str) -> None:
    table = checked(recorded(tmp_path, rows), goal(**target))
    assert " ".join(table["verdict"]) == verdicts


def test_a_change_that_allows_an_increase(tmp_path: Path) -> None:
    """Straw used may rise at will, so more is ahead: 5 % a year of 25 % by 2025."""
    table = checked(recorded(tmp_path, "2020 40; 2021 42; 2022 43"), goal(change=25))
    assert table["required_linear"].tolist() == pytest.approx([5.0, 10.0])
    assert table["achieved"].tolist() == pytest.approx([5.0, 7.5])
    assert table["verdict"].tolist() == ["on_track", "late"]
    assert (
        "asks for a rise of at least 10.00 %. Late by 2.50 percentage points"
        in (table.loc[2022, "sentence_en"])
    )


def test_a_ceiling_that_allows_an_increase() -> None:
    """Energy may rise by 25 %: less is ahead."""
    target = goal(indicator="energy_total", change=25)
    table = cp.check_progress(worlds.loaded(), pathway(), targets={"energy": target})
    row = table.loc[("energy", 2025)]
    assert row["lead"] == pytest.approx(25 - row["change"])
    assert "the target asks for a rise of at most 25.00 %" in row["sentence_en"]


def test_both_ends_of_a_range(tmp_path: Path) -> None:
    region = recorded(tmp_path, "2020 60; 2025 85")
    low = goal(range={"kind": "at_least", "low": 80, "high": 90})
    high = goal(range={"kind": "at_least", "low": 80, "high": 85})
    first, second = checked(region, low), checked(region, high)
    assert first["verdict"].tolist() == second["verdict"].tolist() == ["met"]
    assert not first.loc[2025, "hard_end_met"]
    assert second.loc[2025, "hard_end_met"]
    assert first.loc[2025, "sentence_en"].endswith("The harder end of the range is not reached.")
    assert second.loc[2025, "sentence_zh"].endswith("区间的较高要求也已达到。")


def test_the_path_that_decides_is_the_one_that_is_named(tmp_path: Path) -> None:
    """From 40 to 90 in five years: 50 by the straight path, 40 x 2.25^(1/5) = 47.04 by rate."""
    region = recorded(tmp_path, "2020 40; 2021 48")
    straight = checked(region, goal(at_least=90))
    by_rate = checked(region, goal(at_least=90), path="constant_rate")
    assert straight.loc[2021, "verdict"] == "late"
    assert by_rate.loc[2021, "verdict"] == "on_track"
    assert by_rate.loc[2021, "lead"] == pytest.approx(48 - 40 * 2.25**0.2)
    assert "the path of a constant yearly rate to 2025" in by_rate.loc[2021, "sentence_en"]


def test_a_path_from_zero_has_no_constant_rate(tmp_path: Path) -> None:
    table = checked(recorded(tmp_path, "2020 0; 2021 10"), goal(at_least=90))
    assert table.loc[2021, "required_linear"] == pytest.approx(18)
    assert np.isnan(table.loc[2021, "required_constant_rate"])


def test_a_number_that_the_city_sets_leaves_the_verdict_open() -> None:
    table = cp.check_progress(worlds.loaded(), worlds.compiled())
    row = table.loc[("pm25_2025", 2025)]
    assert row["verdict"] == "not_known"
    assert np.isnan(row["asked"])
    assert row["sentence_en"] == (
        "PM2.5 of the year, 2025: not known: set by Yangjiang City under table 2 row 2 of "
        "“Yangjiang High-tech Zone, 14th Five-Year plan of ecological and environmental "
        "protection” (parameter pm25_2025)."
    )
    stated = cp.check_progress(worlds.loaded(), worlds.compiled(), parameters={"pm25_2025": 20})
    assert stated.loc[("pm25_2025", 2025), "asked"] == 20


def test_every_target_of_the_plan_has_a_row_and_both_sentences() -> None:
    from carbonpeak.planning.targets import load_targets

    for result in (worlds.compiled(), pathway()):
        table = cp.check_progress(worlds.loaded(), result)
        assert set(table.index.get_level_values("target")) == set(load_targets(worlds.loaded()))
        for column in ("sentence_en", "sentence_zh"):
            assert table[column].str.len().gt(10).all()
            assert not table[column].str.contains("nan|{", regex=True).any()
    assert table.loc["co2_intensity_2030"].index.tolist() == list(range(2021, 2031))


def test_the_non_fossil_share_waits_for_that_of_the_grid(tmp_path: Path) -> None:
    share = goal(indicator="non_fossil_share", at_least=20)
    path = worlds.minimal(tmp_path)
    region = cp.load_region(path)

    def table() -> pd.DataFrame:
        again = cp.load_region(path)
        projected = cp.project(again, cp.load_scenario(again, "plan"))
        return cp.check_progress(again, projected, targets={"share": share})

    first = table()
    assert "not known: nobody states the non-fossil share" in first["sentence_en"].iloc[0]
    drivers = region.path / "drivers.csv"
    row = "grid_non_fossil_share,{},{},percent,level,,,invented,round number,assumption,\n"
    drivers.write_text(
        drivers.read_text("utf-8") + row.format(2020, 50) + row.format(2025, 60), "utf-8"
    )
    second = table().loc["share"]
    assert set(second["verdict"]) <= {"on_track", "late", "met", "missed"}
    again = cp.load_region(path)
    projected = cp.project(again, cp.load_scenario(again, "plan"))
    power = projected["energy"].sel(convention="equal", line="1.A.4.a/offices/electricity")
    # All that is non-fossil is 60 % of the offices' power.
    expected = 60 * power.sel(year=2025) / cp.energy_total(projected).sel(year=2025)
    assert second.loc[2025, "achieved"] == pytest.approx(float(expected))


def test_an_unknown_path_is_refused() -> None:
    with pytest.raises(ResultError, match="unknown path 'linar'; did you mean 'linear'"):
        cp.check_progress(worlds.loaded(), worlds.compiled(), path="linar")  # type: ignore[arg-type]


def test_dual_control_sets_totals_beside_intensities() -> None:
    region = worlds.loaded()
    table = cp.dual_control(region, worlds.compiled())
    assert table.loc[2020, "energy_total_equal"] == pytest.approx(218.57)
    assert table.loc[2020, "co2_intensity_change"] == pytest.approx(20.34)
    assert table.loc[2015].filter(like="_change").tolist() == [0.0] * 6
    projected = cp.dual_control(region, pathway())
    gdp = pathway()["gdp"].to_series()
    for total, per_gdp in (
        ("energy_total_calorific", "energy_intensity_calorific"),
        ("energy_total_equal", "energy_intensity_equal"),
        ("energy_co2", "co2_intensity"),
    ):
        sums = projected[per_gdp] * (gdp / 1e4) / 1e4
        assert sums.tolist() == pytest.approx(projected[total].tolist())
    assert projected.attrs["units"]["energy_total_equal"] == "万吨标煤/year"


def test_a_region_without_targets_has_an_empty_table() -> None:
    table = cp.check_progress(worlds.loaded("minimal"), worlds.compiled("minimal"), targets={})
    assert table.empty
    assert table.index.names == ["target", "year"]


@settings(max_examples=25)
@given(st.floats(0.1, 99), st.integers(2, 15))
def test_the_two_paths_of_a_reduction_meet_at_the_end_and_the_rate_is_ahead_before(
    asked: float, years: int
) -> None:
    """A constant rate falls faster first: 1 - (1 - r)^f >= r f for f between 0 and 1."""
    region, projected = worlds.loaded(), projection()
    cut = goal(indicator="co2_intensity", reduction=asked, year=2020 + years)
    table = cp.check_progress(region, projected, targets={"cut": cut})
    straight, rate = table["required_linear"], table["required_constant_rate"]
    assert straight.iloc[-1] == pytest.approx(rate.iloc[-1]) == pytest.approx(asked)
    assert (rate >= straight - 1e-9).all()
    ahead = table["lead"] >= 0
    assert (table["verdict"].isin(["on_track", "met"]) == ahead).all()


@pytest.mark.parametrize("name", ["plan", "full_plan"])
def test_a_pathway_that_reaches_a_target_year_says_what_is_known_of_it(name: str) -> None:
    table = cp.check_progress(worlds.loaded(), pathway(name))
    for target, rows in table.groupby("target"):
        assert rows.index.get_level_values("year").max() == rows["target_year"].iloc[0], target


@pytest.mark.parametrize("name", ["full_plan", None])
def test_chinese_sentences_name_documents_and_places_in_chinese(name: str | None) -> None:
    """Latin words are units, files, functions and the parameter that a number is stated under."""
    result = worlds.compiled() if name is None else pathway(name)
    said = "".join(cp.check_progress(worlds.loaded(), result)["sentence_zh"])
    assert "由阳江市下达，依据《阳江高新区生态环境保护“十四五”规划》表2第1项" in said
    known = {"indicators", "csv", "screen", "project", "percent", "CNY", "tce"}
    plain = re.sub("（参数[a-z0-9_]+）", "", said)
    assert {word for word in re.findall("[A-Za-z]{3,}", plain) if word not in known} == set()


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_says_by_how_much_the_whole_plan_overshoots_the_stand_ins(name: str) -> None:
    text = (Path(__file__).parents[1] / name).read_text("utf-8")
    said = text[text.index("`full_plan`") :]
    said = re.findall(r"([\d.]+) %", said)[:4]
    table = cp.check_progress(worlds.loaded(), pathway("full_plan"))
    wanted = [
        f"{table.loc[(f'co2_intensity_{year}', year), column]:.3g}"
        for year in (2025, 2030)
        for column in ("achieved", "asked")
    ]
    assert said == wanted


def test_a_level_without_a_base_value_names_the_row_that_is_missing(tmp_path: Path) -> None:
    row = checked(recorded(tmp_path, "2022 50"), goal(at_least=90)).loc[2022]
    assert row["verdict"] == "not_known"
    assert row["sentence_en"] == (
        "Straw used: 50.00 % in 2022; the target of 2025 asks for at least 90.00 %, and the path "
        "to it is not known: indicators.csv holds no row straw_utilisation of the base year 2020; "
        "add it."
    )
    assert row["sentence_zh"] == (
        "农作物秸秆综合利用率：2022年为50.00 %；2025年目标要求不低于90.00 %，其间进度未知："
        "indicators.csv缺少基准年2020年的straw_utilisation行，请补充。"
    )


def test_the_harder_end_of_a_range_is_reached_exactly() -> None:
    """Both ends have the same slack for rounding, a billionth of the number."""
    coal = float(cp.indicator(projection(), "coal").sel(year=2025))
    ends = {"kind": "at_most", "low": coal * (1 - 1e-12), "high": coal * 2}
    cap = goal(indicator="coal", range=ends, unit="tce/year")
    row = cp.check_progress(worlds.loaded(), projection(), targets={"cap": cap}).iloc[-1]
    assert row["verdict"] == "met"
    assert row["hard_end_met"]


@pytest.mark.parametrize("name", ["plan", "full_plan", None])
def test_replacement_of_coal_is_asked_of_projects_and_not_of_years(name: str | None) -> None:
    """Measures that burn coal are no new projects: their net change says nothing of it."""
    result = worlds.compiled() if name is None else pathway(name)
    rows = cp.check_progress(worlds.loaded(), result).loc["coal_replacement_2025"]
    assert list(rows.index) == [2025]
    only = rows.loc[2025]
    assert only["verdict"] == "not_known"
    assert np.isnan(only["achieved"])
    assert "asked of each new project" in only["sentence_en"]
    assert "按新上项目逐个核定" in only["sentence_zh"]


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("万吨 CO2/year", "万吨二氧化碳/年", "× 10⁴ t CO₂/year"),
        ("万吨 CO2e", "万吨二氧化碳当量", "× 10⁴ t CO₂e"),
        ("万吨标煤/year", "万吨标煤/年", "× 10⁴ tce/year"),
        ("km", "公里", "km"),
    ],
)
def test_units_of_sentences_are_words_of_their_language(unit: str, zh: str, en: str) -> None:
    assert (unit_words(unit, "zh"), unit_words(unit, "en")) == (zh, en)
