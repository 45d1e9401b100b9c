"""Workbooks: numbers are numbers, equal to the Dataset, and the bytes are the same twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from carbonpeak.output.excel import write_workbook
from carbonpeak.output.sheet import FIRST_ROW, HEAD_ROW, UNIT_ROW, sheet_name
from carbonpeak.output.table import Column, Row, Table, rows_of
from carbonpeak.workflow.publish import inventory_tables, write_inventory, write_plan
from output_worlds import computed


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    write_inventory(folder / "inventory.xlsx", computed().inventory, lang="zh")
    write_plan(folder / "plan.xlsx", computed(), lang="en")
    return folder


@pytest.fixture(scope="module")
def book(written: Path) -> Workbook:
    return load_workbook(written / "inventory.xlsx")


def test_cover_comes_first_and_names_region_metric_convention_and_shares(book: Workbook) -> None:
    sheet = book.worksheets[0]
    assert sheet.title == "说明"
    held = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=3, max_col=2)}
    assert held["区域"] == "阳江高新区"
    assert held["二氧化碳当量折算依据"] == "AR5GWP100"
    assert held["电力折标口径"] == "等价值"
    assert held["依赖假设数据的占比"].endswith(" %")
    assert "carbonpeak" in held["生成软件"]


def test_every_number_of_every_table_is_a_number_in_its_sheet(book: Workbook) -> None:
    for table in inventory_tables(computed().inventory, lang="zh"):
        sheet = book[sheet_name(table.sheet)]
        for down, row in enumerate(table.rows, start=FIRST_ROW):
            for at, value in enumerate(row.cells, start=1):
                found = sheet.cell(down, at)
                if isinstance(value, int | float):
                    assert found.data_type == "n"
                    assert found.value == pytest.approx(value, rel=1e-14)
                else:
                    assert found.value == (value or None)


def test_unit_row_stands_under_the_headings_and_panes_are_frozen(book: Workbook) -> None:
    sheet = book["清单总表 2020"]
    assert sheet.cell(HEAD_ROW, 2).value == "CO2"
    assert sheet.cell(UNIT_ROW, 2).value == "吨"
    assert sheet.freeze_panes == f"B{FIRST_ROW}"
    assert sheet.print_title_rows == f"${HEAD_ROW}:${UNIT_ROW}"
    assert sheet.page_setup.orientation == "landscape"


def test_numbers_show_with_thousands_and_negative_ones_keep_their_sign(book: Workbook) -> None:
    sheet = book["清单总表 2020"]
    assert sheet.cell(FIRST_ROW, 2).number_format == "#,##0"
    groups = book["分领域能源 2020"]
    heat = [cell for row in groups.iter_rows(min_row=FIRST_ROW) for cell in row]
    below = [cell for cell in heat if isinstance(cell.value, float) and cell.value < 0]
    assert below
    assert all("[" not in cell.number_format for cell in below)


def test_same_tables_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again = write_inventory(tmp_path / "again.xlsx", computed().inventory, lang="zh")
    assert again.read_bytes() == (written / "inventory.xlsx").read_bytes()


def test_plan_workbook_has_a_sheet_for_each_table(written: Path) -> None:
    names = load_workbook(written / "plan.xlsx").sheetnames
    assert names[:4] == ["About", "Targets", "Paths by year", "Builds"]
    assert names[-1] == "Measures"


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    table = Table(
        "t", "a/b[c]", "T", (Column("x"), Column("y", "t", "amount")), rows_of([("=1+1", 2)])
    )
    path = write_workbook(tmp_path / "t.xlsx", [("a", "b")], [table], title="T", cover_name="C")
    sheet = load_workbook(path)["a-b-c-"]
    assert sheet.cell(FIRST_ROW, 1).value == "=1+1"
    assert sheet.cell(FIRST_ROW, 1).data_type == "s"


def test_empty_table_gives_a_sheet_with_headings(tmp_path: Path) -> None:
    table = Table("t", "empty", "T", (Column("x"), Column("y", "t", "amount")), ())
    path = write_workbook(tmp_path / "t.xlsx", [], [table], title="T", cover_name="C")
    assert load_workbook(path)["empty"].cell(HEAD_ROW, 1).value == "x"


def test_indent_follows_the_level_of_a_row(tmp_path: Path) -> None:
    table = Table("t", "s", "T", (Column("x"),), (Row(("a",), 2), Row(("b",), 0, "total")))
    path = write_workbook(tmp_path / "t.xlsx", [], [table], title="T", cover_name="C")
    sheet = load_workbook(path)["s"]
    assert sheet.cell(FIRST_ROW, 1).alignment.indent == 4
    assert sheet.cell(FIRST_ROW + 1, 1).font.bold
