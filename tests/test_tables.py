"""Tables hold the numbers of the Dataset, in the layout of the guideline, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak import vocabulary
from carbonpeak.optimiser.problem import span
from carbonpeak.output import tables
from carbonpeak.output.summary import measured, summarise, without_noise
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.table import NOTATION_KEYS, Table
from carbonpeak.output.tables.answers import actor_table, answer_tables
from carbonpeak.output.tables.pathways import IAMC_INDEX, to_wide
from carbonpeak.output.tables.plan import asked_unit
from carbonpeak.output.wording import number_text, shown_activity
from carbonpeak.vocabulary import unit_text, year_span
from carbonpeak.workflow.publish import inventory_tables, plan_tables
from output_worlds import computed

SOURCE = Path(tables.__file__).parents[2]


def cell(table: Table, row: str, column: str) -> object:
    titles = [one.title for one in table.columns]
    (found,) = (one for one in table.rows if one.cells[0] == row)
    return found.cells[titles.index(column)]


@pytest.fixture(scope="module")
def summary() -> Table:
    return tables.summary_table(computed().inventory, 2020, lang="en")


def test_summary_totals_equal_those_of_the_inventory(summary: Table) -> None:
    inventory = worlds.compiled()
    total = cp.summary(inventory, "AR5GWP100")["total"].sel(year=2020)
    title = summary_rows()["total"].title("en")
    assert cell(summary, title, "CO₂e") == pytest.approx(float(total), rel=1e-12)
    burnt = inventory.isel(line=np.flatnonzero((inventory["scope"] == 1).values))
    methane = float(burnt["emissions"].sel(gas="CH4", year=2020).sum())
    assert cell(summary, title, "CH4") == pytest.approx(methane, rel=1e-12)


def test_groups_of_combustion_add_up_to_combustion(summary: Table) -> None:
    names = [
        key
        for key, row in summary_rows().items()
        if row.level == 2 and row.category.startswith("1.A")
    ]
    assert len(names) == 6
    for gas in ("CO2", "CH4", "N2O", "CO₂e"):
        parts = [cell(summary, summary_rows()[name].title("en"), gas) for name in names]
        whole = cell(summary, summary_rows()["combustion"].title("en"), gas)
        assert sum(float(part) for part in parts) == pytest.approx(float(whole), rel=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "notation"),
    [("cement", "NO"), ("coal_fugitive", "NO"), ("steel", "NE"), ("power_equipment", "NE")],
)
def test_what_is_not_estimated_is_a_key_and_never_zero(
    summary: Table, key: str, notation: str
) -> None:
    (row,) = (one for one in summary.rows if one.cells[0] == summary_rows()[key].title("en"))
    assert set(row.cells[1:]) == {notation}


def test_stands_planted_after_the_base_year_do_not_occur_in_it(summary: Table) -> None:
    (row,) = (r for r in summary.rows if r.cells[0] == summary_rows()["new_forest"].title("en"))
    assert set(row.cells[1:]) == {"NO"}


def test_gases_without_a_method_are_keys_and_true_zeros_stay_numbers(summary: Table) -> None:
    assert cell(summary, summary_rows()["energy"].title("en"), "SF6") == "NA"
    assert cell(summary, summary_rows()["bought_electricity"].title("en"), "CH4") == "NE"
    heat = cell(summary, summary_rows()["bought_heat"].title("en"), "CO2")
    assert heat == pytest.approx(0.0, abs=1e-6)


def test_rows_of_the_guideline_are_in_its_order() -> None:
    top = [row.key for row in summary_rows().values() if row.level == 0]
    order = ["total", "total_with_land", "energy", "ippu", "agriculture", "land", "waste", "memo"]
    assert top == [*order, "total_with_indirect"]


def test_energy_table_adds_up_to_the_stated_total_in_both_conventions() -> None:
    table = tables.energy_table(computed().inventory, lang="zh")
    titles = [column.title for column in table.columns]
    for convention in ("当量值", "等价值"):
        column = titles.index(f"2020 {convention}")
        parts = [float(row.cells[column]) for row in table.rows[:-1]]  # type: ignore[arg-type]
        assert sum(parts) == pytest.approx(float(table.rows[-1].cells[column]), rel=1e-12)  # type: ignore[arg-type]
    assert table.rows[-1].cells[titles.index("2020 等价值")] == pytest.approx(2_185_700, rel=1e-9)


def test_energy_by_user_adds_up_to_the_energy_total() -> None:
    table = tables.group_table(computed().inventory, 2020, lang="en")
    assert table.rows[-1].cells[-1] == pytest.approx(218.57, rel=1e-9)
    assert sum(float(row.cells[-1]) for row in table.rows[:-1]) == pytest.approx(218.57)  # type: ignore[arg-type]


def test_activity_table_has_every_line_of_every_year_with_its_source() -> None:
    data = computed().inventory
    frame = tables.activity_table(data, lang="en").frame()
    assert len(frame) == data.dataset.sizes["line"] * data.dataset.sizes["year"]
    assert (frame["Source document"] != "").all()
    carbon = frame.loc[frame["Year"] == 2020, "CO2 [t]"].sum()
    net = (data.dataset["emissions"] - data.dataset["removals"]).sel(gas="CO2", year=2020)
    assert carbon == pytest.approx(float(net.sum()), rel=1e-12)


def test_factor_table_has_every_factor_used_with_source_place_and_verification() -> None:
    data = computed().inventory
    frame = tables.factor_table(data, lang="zh").frame()
    assert len(frame) == data.dataset.sizes["factor"]
    for column in ("来源文件", "文件中位置", "核实情况", "数据依据", "因子集"):
        assert frame[column].astype(bool).all(), column
    fallback = (data.dataset["factor_set"].values == data.dataset.attrs["fallback"]).sum()
    assert (frame["取自后备集"] == "是").sum() == fallback > 0
    assert (frame["使用次数"] > 0).all()


def test_every_set_behind_the_first_is_a_fallback() -> None:
    data = computed().inventory
    under = data.dataset.assign_attrs(factor_set="guangdong_county_2020")
    frame = tables.factor_table(replace(data, dataset=under), lang="zh").frame()
    behind = frame["因子集"].isin(["cn_provincial_2011", "ipcc_2006"])
    assert set(frame["因子集"][behind]) == {"cn_provincial_2011", "ipcc_2006"}
    assert ((frame["取自后备集"] == "是") == behind).all()


def test_assumption_table_lists_every_assumption_and_every_unverified_factor() -> None:
    data = computed().inventory
    assumed = sum(one.evidence == "assumption" for one in data.stated)
    unverified = int((data.dataset["factor_verified"].values == "unverified").sum())
    assert len(tables.assumption_table(data, lang="en").rows) == assumed + unverified


def test_reduction_rate_is_the_negative_of_the_change_rate() -> None:
    frame = tables.figure_table(computed().inventory, lang="en").frame().set_index("Indicator")
    row = frame.loc["CO₂ per GDP"]
    assert row["Change rate 2015–2020 [%]"] == pytest.approx(20.34, rel=1e-9)
    assert row["Reduction rate 2015–2020 [%]"] == pytest.approx(-20.34, rel=1e-9)
    assert frame.loc["GDP", "Evidence"].startswith("assumption: ")
    assert frame.loc["Energy total", "Evidence"].startswith("plan: ")


def test_iamc_columns_and_values() -> None:
    data = computed()
    wide = tables.iamc_table(data)
    years = [str(year) for year in range(2020, 2036)]
    assert list(wide.columns) == [*IAMC_INDEX, *years]
    assert not wide.duplicated(list(IAMC_INDEX)).any()
    names = {"baseline", "plan", "full_plan", "strengthened", "optimised"}
    assert set(wide["Scenario"]) == names
    variable = "Emissions|CO2|Energy and Net Bought Power"
    row = wide[(wide["Scenario"] == "plan") & (wide["Variable"] == variable)].iloc[0]
    expected = data.scenarios["plan"].figures["energy_co2"].sel(year=2025)
    assert row["2025"] == pytest.approx(float(expected), rel=1e-11)
    assert row["Unit"] == "t CO2/year"


def test_iamc_survives_long_and_back() -> None:
    wide = tables.iamc_table(computed("minimal"))
    text = wide.to_csv(index=False)
    again = to_wide(tables.to_long(tables.read_iamc(text)))
    both = [one.sort_values(list(IAMC_INDEX)).reset_index(drop=True) for one in (wide, again)]
    pd.testing.assert_frame_equal(both[0], both[1], check_names=False)


def test_energy_by_carrier_adds_up_in_the_iamc_table() -> None:
    wide = tables.iamc_table(computed())
    plan = wide[wide["Scenario"] == "plan"].set_index("Variable")["2030"]
    carriers = [name for name in plan.index if re.fullmatch(r"Energy Consumption\|\w+", name)]
    assert plan[carriers].sum() == pytest.approx(plan["Energy Consumption"], rel=1e-9)


def test_contributions_of_measures_close_the_gap_to_the_path_without_them() -> None:
    for path in computed().scenarios.values():
        gap = path.figures["energy_co2"] - path.without_measures
        np.testing.assert_allclose(path.contribution.sum("measure"), gap, rtol=1e-9, atol=1e-6)


def test_reagents_of_flue_gas_cleaning_stand_beside_the_change_of_energy() -> None:
    """Limestone 0.396 and urea 0.7333 t CO2 per t, by both flue-gas projects and two dryers."""
    paths = computed().scenarios
    other = paths["full_plan"].other_contribution.sum("measure").sel(year=2030)
    sulphur, nitrogen = 263 + 496 + 2 * 6.24, 540 + 930
    limestone = sulphur * 100.0869 / 64.064 * 1.03 * 0.43971
    urea = nitrogen * 60.06 / 46.0055 / 2 * 1.05 * 0.7333
    assert float(other) == pytest.approx(limestone + urea, rel=0.01)
    assert float(abs(paths["plan"].other_contribution).max()) == 0


def test_target_table_shows_reduction_and_change_and_what_each_path_reaches() -> None:
    frame = tables.target_table(computed(), lang="en").frame()
    first = frame.iloc[0]
    assert first["Asked: reduction rate, level or year"] == -first["Asked as change rate [%]"]
    assert first["Unit asked in"] == "%"
    intensity = computed().scenarios["plan"].figures["co2_intensity"]
    reached = (1 - float(intensity.sel(year=2025) / intensity.sel(year=2020))) * 100
    assert first["Reached The plan as written"] == pytest.approx(reached)


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("percent", "%", "%"),
        ("万吨 CO2", "万吨二氧化碳", "10⁴ t CO₂"),
        ("万吨标煤/年", "万吨标煤/年", "10⁴ tce/year"),
        ("", "年份", "Year"),
    ],
)
def test_what_a_target_asks_for_stands_beside_its_own_unit(unit: str, zh: str, en: str) -> None:
    """A budget of 4300 × 10⁴ t or a peak by 2030 is no percentage."""
    assert (asked_unit(unit, "zh"), asked_unit(unit, "en")) == (zh, en)
    plan = computed().plan
    assert plan is not None
    target = replace(plan.targets[0], unit=unit)
    data = replace(computed(), plan=replace(plan, targets=(target,)))
    assert tables.target_table(data, lang="zh").frame()["要求值单位"].tolist() == [zh]


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("CNY2020/year/(t/year)", "元/年/（吨/年）（2020年价）", "CNY/year/(t/year) (2020 prices)"),
        ("CNY2015/unit", "元/台（2015年价）", "CNY/unit (2015 prices)"),
        ("unit/year", "台/年", "units/year"),
        ("kg CH4/head/year", "千克甲烷/头（只）/年", "kg CH₄/head/year"),
        ("1/year", "1/年", "1/year"),
        ("10^4 CNY2020", "万元（2020年价）", "10⁴ CNY (2020 prices)"),
        ("t/parsec", "吨/parsec", "t/parsec"),
    ],
)
def test_a_unit_is_told_part_by_part(unit: str, zh: str, en: str) -> None:
    assert (unit_text(unit, "zh"), unit_text(unit, "en")) == (zh, en)


def test_a_span_of_years_is_written_one_way_in_each_language() -> None:
    assert [year_span((2021, 2023, 2025), lang) for lang in ("zh", "en")] == [
        "2021—2025",
        "2021–2025",
    ]
    assert year_span((2025, 2025), "zh") == year_span((2025,), "en") == "2025"
    assert span(2021, 2025) == (year_span((2021, 2025), "en"), year_span((2021, 2025), "zh"))
    assert span(2025, 2025) == ("2025", "2025")


def test_units_of_chinese_tables_are_chinese() -> None:
    data = computed()
    made = [*inventory_tables(data.inventory, lang="zh"), *plan_tables(data, lang="zh")]
    seen = set()
    for table in made:
        units = [at for at, column in enumerate(table.columns) if column.title.endswith("单位")]
        seen |= {str(row.cells[at]) for row in table.rows for at in units}
    assert len(seen) > 50
    kept = re.compile("COD|BOD")
    told = seen.difference(NOTATION_KEYS, {"None"})
    assert not [unit for unit in told if re.search("[A-Za-z]", kept.sub("", unit))]


def test_cost_table_adds_up_to_the_cost_of_the_plan() -> None:
    plan = computed().plan
    assert plan is not None
    assert plan.total_cost is not None
    table = tables.cost_table(computed(), lang="en")
    assert table.rows[-1].cells[-1] == pytest.approx(plan.total_cost * 1e-4)
    parts = [float(row.cells[-1]) for row in table.rows[:-1]]  # type: ignore[arg-type]
    assert sum(parts) == pytest.approx(plan.total_cost * 1e-4)


def test_what_the_actors_pay_is_the_cost_and_their_cash_flow_is_all_but_the_rest_at_the_end() -> (
    None
):
    plan = computed().plan
    assert plan is not None
    assert plan.cash is not None
    assert plan.cost is not None
    table = actor_table(computed(), plan.cash, lang="en")
    sums = {True: 0.0, False: 0.0}
    for row in table.rows:
        sums[row.emphasis == "total"] += float(row.cells[-1])  # type: ignore[arg-type]
    assert sums[False] == pytest.approx(float(plan.cost.sum()) * 1e-4)
    paid = plan.cost.drop_sel(kind="salvage")
    assert sums[True] == pytest.approx(-float(paid.sum()) * 1e-4)


def test_retired_units_are_listed_by_the_year_of_building_and_of_leaving() -> None:
    data = computed()
    assert data.plan is not None
    name = next(iter(data.measures))
    years = {"build_year": [2021, 2022], "year": [2021, 2022]}
    retired = xr.DataArray(
        [[[0.0, 1.5], [0.0, 0.0]]], {"measure": [name], **years}, ("measure", "build_year", "year")
    )
    found = replace(data, plan=replace(data.plan, retired=retired))
    table = {one.key: one for one in answer_tables(found, lang="en")}["retired"]
    assert [row.cells[1:4] for row in table.rows] == [(2021, 2022, 1.5)]


def test_what_is_in_service_is_what_was_built_whatever_it_still_yields() -> None:
    """Solar modules lose output with age, not capacity."""
    data = computed()
    assert data.plan is not None
    assert data.plan.path is not None
    built = data.plan.path.builds.sel(measure="solar_pv")
    assert float(built.sum()) > 0
    title = data.measures["solar_pv"].title.title("en")
    table = tables.stock_table(data, lang="en")
    (row,) = (
        row.cells for row in table.rows if row.cells[:2] == ("Least-cost path (one option)", title)
    )
    np.testing.assert_allclose(np.array(row[3:], float), np.cumsum(built.values))


def test_every_table_is_filled_in_both_languages() -> None:
    for lang in vocabulary.LANGUAGES:
        data = computed()
        made = [*inventory_tables(data.inventory, lang=lang), *plan_tables(data, lang=lang)]
        assert len({(table.sheet, table.block) for table in made}) == len(made)
        for table in made:
            assert table.rows, table.key
            assert all(len(row.cells) == len(table.columns) for row in table.rows), table.key


def test_number_columns_hold_numbers_notation_keys_or_nothing() -> None:
    data = computed()
    for table in [*inventory_tables(data.inventory, lang="zh"), *plan_tables(data, lang="zh")]:
        for place, column in enumerate(table.columns):
            if column.kind in ("text", "year", "link"):
                continue
            for row in table.rows:
                value = row.cells[place]
                assert value is None or value in NOTATION_KEYS or isinstance(value, int | float)


def test_every_label_used_in_the_code_exists_and_has_both_languages() -> None:
    used: set[str] = set()
    for path in [*SOURCE.rglob("output/**/*.py"), *SOURCE.rglob("workflow/*.py")]:
        used |= set(re.findall(r"\blabel\(\s*\"([^\"{]+)\"", path.read_text("utf-8")))
    template = (SOURCE / "output" / "templates" / "report.html.j2").read_text("utf-8")
    used |= {key for key in re.findall(r"\bt\(\"([^\"]+)\"", template) if not key.endswith(".")}
    assert len(used) > 150
    missing = sorted(key for key in used if key not in vocabulary.labels())
    assert not missing
    for key, found in vocabulary.labels().items():
        assert found.title_en.strip(), key
        assert found.title_zh.strip(), key


def test_placeholders_of_a_label_are_the_same_in_both_languages() -> None:
    for key, found in vocabulary.labels().items():
        marks = [set(re.findall(r"\{(\w*)\}", text)) for text in (found.title_en, found.title_zh)]
        assert marks[0] == marks[1], key


def test_summary_has_the_agreed_keys_and_units() -> None:
    found = summarise(computed())
    keys = {
        "energy_total",
        "emissions",
        "intensity_change_2015_2020",
        "unverified_share",
        "assumption_share",
        "closure_residual",
        "scenarios",
        "plan",
    }
    assert keys <= set(found)
    assert found["energy_total"] == {"value": 218.57, "unit": "10^4 tce"}
    assert found["intensity_change_2015_2020"] == {"value": 20.34, "unit": "%"}
    assert found["emissions"]["metric"] == "AR5GWP100"
    assert set(found["scenarios"]["plan"]) == {"peak_year", "peak_value", "verdict"}
    assert isinstance(found["scenarios"]["plan"]["peak_year"]["value"], int)
    plan = {"status", "cost", "carbon_price", "targets", "rerun_residual"}
    assert plan <= set(found["plan"])
    sectors = [
        part["value"] for name, part in found["emissions"]["by_sector"].items() if name != "land"
    ]
    assert sum(sectors) == pytest.approx(found["emissions"]["total_with_indirect"]["value"])


def test_residuals_are_within_what_the_chain_promises() -> None:
    data = computed()
    assert data.closure_residual <= 1e-9
    assert data.plan is not None
    assert data.plan.rerun_residual is not None
    assert data.plan.rerun_residual <= 1e-6


def test_summary_rounds_the_noise_of_arithmetic_away() -> None:
    assert measured(1 / 3, "t")["value"] == 0.333333333333
    assert measured(float("nan"), "t") == {"value": None, "unit": "t"}
    assert measured(2025, "year")["value"] == 2025
    assert without_noise(3e-16) == 0.0
    assert without_noise(3e-6) == 3e-6


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234.567, 2, "1,234.57"), (-4.65, 2, "−4.65"), (-0.001, 2, "0.00"), (None, 2, "–")],
)
def test_numbers_as_text(value: float | None, decimals: int, text: str) -> None:
    assert number_text(value, decimals) == text


def test_activity_is_shown_in_the_units_of_statistics() -> None:
    assert shown_activity(1e7, "MWh/year") == (pytest.approx(1e6), "万千瓦时")
    assert shown_activity(2e4, "Nm3/year") == (pytest.approx(2.0), "万标立方米")


@pytest.mark.parametrize(
    ("lang", "volume", "area"),
    [
        ("en", "Standing volume of the same growth", "Area"),
        ("zh", "折算蓄积量（生长量相当）", "面积"),
    ],
)
def test_what_is_added_to_standing_timber_is_called_a_volume(
    lang: vocabulary.Language, volume: str, area: str
) -> None:
    table = tables.measure_table(computed(), lang=lang)
    named = {(row.cells[1], str(row.cells[3]).split("/")[0]) for row in table.rows}
    wood = unit_text("m3", lang)
    assert (volume, wood) in named
    assert {unit for words, unit in named if words == volume} == {wood}
    assert wood not in {unit for words, unit in named if words == area}


def test_assumptions_are_told_in_words() -> None:
    """Of 1100 numbers none stands under a name of the files; one indicator has no words."""
    frame = tables.assumption_table(computed().inventory, lang="zh").frame()
    told = set(frame["对象"])
    assert {
        "稻田：双季早稻",
        "镍铁（回转窑—矿热炉）：电力",
        "净购入：热力",
        "镍生铁产量",
        "屋顶光伏 · 年衰减率",
        "2025 年单位地区生产总值二氧化碳排放",
    } <= told
    assert not [one for one in told if re.fullmatch(r"[\w./ ]+", one, re.ASCII)]
