"""The workbook that a county fills in: written, looked at, filled in, read back."""

from __future__ import annotations

import builtins
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import load_workbook
from typer.testing import CliRunner

import carbonpeak as cp
import worlds
from broken_workbooks import CASES
from carbonpeak import vocabulary
from carbonpeak.cli import app
from carbonpeak.evidence.workbook import layout
from carbonpeak.inventory.checks import Finding
from filled_workbooks import (
    ENERGY,
    FIRMS,
    FIRST,
    HEAD,
    POWER,
    SOURCES,
    Filled,
    firm,
    swapped,
)

RUNNER = CliRunner()
LANGUAGES = vocabulary.LANGUAGES
TABLES = ("activity", "indicators", "gaps", "notations", "supply", "firms", "local_factors")


def records(region: cp.Region, name: str) -> list[Any]:
    return [row.record for row in getattr(region, name)]


def firm_findings(path: Path) -> list[Finding]:
    region = cp.load_region(path)
    found = cp.run_checks(region, cp.compile_inventory(region))
    return [one for one in found if one.name == "comparison"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["yangjiang", "sample_county"])
def test_what_is_written_is_read_back_equal(
    name: str, lang: vocabulary.Language, tmp_path: Path
) -> None:
    region = worlds.loaded(name)
    back = cp.load_region(cp.write_template(tmp_path / "a.xlsx", region=region, lang=lang))
    for table in TABLES:
        assert records(back, table) == records(region, table)
    assert list(back.sites.items()) == list(region.sites.items())
    assert list(back.sources.items()) == list(region.sources.items())
    assert back.record == region.record
    ours, theirs = worlds.compiled(name), cp.compile_inventory(back)
    assert theirs.drop_attrs().identical(ours.drop_attrs())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_template_prepares_lines_and_holds_no_number(
    lang: vocabulary.Language, tmp_path: Path
) -> None:
    book = load_workbook(cp.write_template(tmp_path / "a.xlsx", lang=lang))
    prepared = 0
    for sector in layout.SECTORS:
        sheet = book[layout.sheet_title(sector, lang)]
        columns = {cell.value: cell.column for cell in sheet[HEAD]}
        for name in ("year", "value", "low", "high", "evidence", "source_id", "where"):
            column = columns[layout.heading(name, lang)]
            assert not any(sheet.cell(at, column).value for at in range(FIRST, sheet.max_row + 1))
        sources = columns[layout.heading("source", lang)]
        prepared += sum(bool(sheet.cell(at, sources).value) for at in range(FIRST, sheet.max_row))
    assert prepared == len(layout.usual_lines()) > 100
    with pytest.raises(cp.CarbonPeakError, match="no activity data"):
        cp.load_region(tmp_path / "a.xlsx")


def test_every_prepared_line_exists_and_its_unit_fits() -> None:
    from carbonpeak.evidence.region import activity_factor
    from carbonpeak.sectors import find_method

    for one in layout.usual_lines():
        rule = vocabulary.find_line(one.category, one.source).rule
        assert not rule.activity_of
        assert activity_factor(one.unit, find_method(rule.method).activity_unit) > 0


def test_cells_to_fill_in_are_open_and_computed_ones_are_grey_and_locked(tmp_path: Path) -> None:
    book = load_workbook(cp.write_template(tmp_path / "a.xlsx"))
    assert book.security.lockStructure
    sheet = book[ENERGY]
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "D5"
    by_heading = {cell.value: cell.column for cell in sheet[HEAD]}
    for heading, grey in (("数值", False), ("类别", False), ("行编号", True), ("状态", True)):
        cell = sheet.cell(FIRST, by_heading[heading])
        assert cell.protection.locked == grey
        assert (cell.fill.fgColor.rgb == "00E4E4E4") == grey
    listed = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    for heading in ("类别", "来源", "单位", "依据", "出处", "场所"):
        letter = sheet.cell(HEAD, by_heading[heading]).column_letter
        assert any(cells.startswith(f"{letter}{FIRST}:") for cells in listed)


def test_every_list_of_a_drop_down_holds_the_words_of_its_column(tmp_path: Path) -> None:
    book = load_workbook(cp.write_template(tmp_path / "a.xlsx"))
    rules = book["符号说明"].data_validations.dataValidation
    reach = next(rule.formula1 for rule in rules if str(rule.sqref).startswith("C"))
    sheet, cells = re.fullmatch(r"'(.+)'!(.+)", reach).groups()  # type: ignore[union-attr]
    words = [row[0].value for row in book[sheet][cells.replace("$", "")]]
    assert words == ["NO 不发生", "NE 未估算", "IE 列于他处", "NA 不适用", "C 保密"]


def test_words_may_be_ids_or_titles_of_either_language(tmp_path: Path) -> None:
    filled = Filled(tmp_path).put(ENERGY, "来源", "raw coal").put(ENERGY, "类别", "1.A.1.a")
    filled.put(ENERGY, "依据", "measured").put(POWER, "来源", "electricity")
    region = cp.load_region(filled.saved())
    assert records(region, "activity") == records(worlds.loaded("minimal"), "activity")


def test_columns_and_blank_rows_may_move(tmp_path: Path) -> None:
    filled = swapped(Filled(tmp_path), ENERGY, "数值", "来源")
    filled.book[SOURCES].insert_rows(FIRST, 3)
    filled.book[ENERGY].insert_rows(1, 2)
    region = cp.load_region(filled.saved())
    assert records(region, "activity") == records(worlds.loaded("minimal"), "activity")


def test_a_formula_counts_by_the_result_that_was_saved_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from carbonpeak.evidence.workbook import grids

    path = Filled(tmp_path).put(ENERGY, "数值", "=12000+13000").saved()
    opened = grids._opened

    def with_result(book: Path, *, results: bool) -> Any:
        found = opened(book, results=results)
        if results:
            found[ENERGY].cell(FIRST, Filled(tmp_path).column(ENERGY, "数值")).value = 25000
        return found

    monkeypatch.setattr(grids, "_opened", with_result)
    assert records(cp.load_region(path), "activity")[0].value == 25000


@pytest.mark.parametrize("case", CASES)
def test_a_broken_workbook_names_sheet_and_cell(case: str, tmp_path: Path) -> None:
    edit, message = CASES[case]
    path = edit(Filled(tmp_path)).saved()
    with pytest.raises(cp.CarbonPeakError) as caught:
        cp.load_region(path)
    assert str(caught.value) == message


@pytest.mark.parametrize("case", ["several", "renamed sheet", "formula", "fact unknown"])
@pytest.mark.parametrize("command", ["inventory", "check", "explain", "run"])
def test_the_command_line_says_the_same_and_writes_nothing(
    case: str, command: str, tmp_path: Path
) -> None:
    edit, message = CASES[case]
    path = edit(Filled(tmp_path)).saved()
    out = ["--out", str(tmp_path / "out")] if command in ("inventory", "run") else []
    found = RUNNER.invoke(app, [command, str(path), *out])
    assert found.exit_code == 2
    assert message in found.output
    assert "Traceback" not in found.output
    assert [one.name for one in tmp_path.iterdir()] == ["county.xlsx"]


def test_a_file_that_is_no_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "county.xlsx"
    path.write_text("类别,数值\n", "utf-8")
    with pytest.raises(cp.CarbonPeakError, match=r"county\.xlsx: cannot be read as a workbook"):
        cp.load_region(path)
    with pytest.raises(cp.CarbonPeakError, match=r"nothing\.xlsx: missing file"):
        cp.load_region(tmp_path / "nothing.xlsx")


def test_a_local_factor_is_written_in_the_words_of_the_drop_downs(tmp_path: Path) -> None:
    row = {
        "参数": "折标准煤系数", "对象": "原煤", "条件": "all", "适用地区": "all", "气体": "none",
        "年份": "all", "方案": "default", "来源文件": "煤质报告", "数值": 0.7, "单位": "tce/t",
        "依据": "实测", "出处中的位置": "第2页", "核实程度": "已查原文",
    }  # fmt: skip
    filled = Filled(tmp_path).put_row("本地因子", FIRST, **row)
    filled.book.save(filled.path)
    (found,) = records(cp.load_region(filled.path), "local_factors")
    assert (found.parameter, found.subject, found.value) == ("standard_coal", "raw_coal", 0.7)
    assert (found.source, found.evidence, found.verified) == ("煤质报告", "measured", "read")


def as_old_workbook(path: Path) -> Path:
    """Write the values of a workbook again in the format of 1997."""
    old = xlwt.Workbook(encoding="utf-8")
    for sheet in load_workbook(path):
        page = old.add_sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and cell.data_type != "f":
                    page.write(cell.row - 1, cell.column - 1, cell.value)
    old.save(str(path.with_suffix(".xls")))
    return path.with_suffix(".xls")


def test_the_old_kind_of_workbook_is_read_as_the_new(tmp_path: Path) -> None:
    new = cp.write_template(tmp_path / "county.xlsx", region=worlds.loaded("minimal"), lang="zh")
    back, region = cp.load_region(as_old_workbook(new)), worlds.loaded("minimal")
    for table in TABLES:
        assert records(back, table) == records(region, table)
    assert back.record == region.record


def test_a_fault_of_an_old_workbook_names_its_cell(tmp_path: Path) -> None:
    filled = Filled(tmp_path).put(ENERGY, "数值", "12,300")
    filled.book.save(filled.path)
    with pytest.raises(cp.CarbonPeakError, match=r"county\.xls 能源!F5: .*write 12300"):
        cp.load_region(as_old_workbook(filled.path))


def test_the_old_kind_of_workbook_needs_an_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "county.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    load = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "python_calamine":
            raise ImportError(name)
        return load(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "python_calamine", raising=False)
    with pytest.raises(cp.CarbonPeakError, match=r"or install carbonpeak\[xls\]"):
        cp.load_region(path)


def test_firms_that_exceed_the_activity_are_a_finding(tmp_path: Path) -> None:
    # The boiler house burns 2.5 万吨 of raw coal; two firms of 1 万吨 fit, a third of 0.6 does not.
    filled = firm(Filled(tmp_path))
    filled.put_row(FIRMS, FIRST + 1, **{"类别": "1.A.1.a", "来源": "原煤", "企业": "乙"})
    filled.put_row(FIRMS, FIRST + 1, **{"年份": 2020, "数值": 10000, "单位": "吨"})
    assert firm_findings(filled.saved()) == []
    filled.put_row(FIRMS, FIRST + 2, **{"类别": "1.A.1.a", "来源": "原煤", "企业": "丙"})
    filled.put_row(FIRMS, FIRST + 2, **{"年份": 2020, "数值": 6000, "单位": "吨"})
    (found,) = firm_findings(filled.saved())
    assert (found.level, found.place) == ("error", "1.A.1.a/raw_coal 2020")
    assert "26,000 beside 25,000 t/year" in str(found)


def test_firms_are_read_from_a_folder_too(tmp_path: Path) -> None:
    path = worlds.minimal(tmp_path)
    row = "1.A.1.a,boiler_house,raw_coal,甲,2020,3,万吨,"
    head = "category,site,source,firm,year,value,unit,note"
    (path / "firms.csv").write_text(f"{head}\n{row}\n", "utf-8")
    (found,) = firm_findings(path)
    assert found.place == "1.A.1.a/boiler_house/raw_coal 2020"


def test_commands_read_a_workbook_and_say_what_a_path_lacks(tmp_path: Path) -> None:
    path = Filled(tmp_path).saved()
    for command in ("check", "explain"):
        found = RUNNER.invoke(app, [command, str(path)])
        assert found.exit_code == 0, found.output
    found = RUNNER.invoke(app, ["project", str(path)])
    assert found.exit_code == 2
    assert "has no scenario; a path needs drivers.csv and at least one" in found.output


def test_a_workbook_may_stand_in_a_folder_beside_its_scenarios(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path / "a")
    ours = cp.project(cp.load_region(folder), cp.load_scenario(cp.load_region(folder), "plan"))
    cp.write_template(folder / "county.xlsx", region=folder)
    (folder / "region.yaml").unlink()
    region = cp.load_region(folder)
    theirs = cp.project(region, cp.load_scenario(region, "plan"))
    assert theirs.drop_attrs().identical(ours.drop_attrs())
    assert "county.xlsx" in region.hashes()


def test_template_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "county.xlsx"
    options = ["--region", str(worlds.MINIMAL), "--lang", "en"]
    found = RUNNER.invoke(app, ["template", str(path), *options])
    assert found.exit_code == 0, found.output
    assert cp.load_region(path).record == worlds.loaded("minimal").record
    for wrong in (tmp_path / "county.csv", tmp_path / "no" / "county.xlsx"):
        found = RUNNER.invoke(app, ["template", str(wrong)])
        assert found.exit_code == 2
        assert not wrong.exists()
