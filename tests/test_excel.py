"""Workbooks: numbers are numbers, equal to the Dataset, and the bytes are the same twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

import carbonpeak as cp
from carbonpeak.output.excel import write_workbook
from carbonpeak.output.sheet import FIRST_ROW, HEAD_ROW, UNIT_ROW, sheet_name
from carbonpeak.output.table import Column, Row, Table, rows_of
from carbonpeak.planning.targets import load_targets
from carbonpeak.vocabulary import Language, label
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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_targets_without_a_row_are_named_with_their_reason(
    tmp_path: Path, lang: Language
) -> None:
    """Each target of the region is held, with a row of the table, or named below it."""
    region = cp.load_region("yangjiang")
    stated = load_targets(region)
    held = [target.name for target in computed().plan.targets]
    write_plan(tmp_path / "plan.xlsx", computed(), lang=lang)
    sheet = load_workbook(tmp_path / "plan.xlsx")[label("sheet.targets", lang)]
    cells = [str(row[0]) for row in sheet.iter_rows(values_only=True)]
    below = [cell for cell in cells if cell.startswith(("–", "—"))]
    assert len(held) + len(below) == len(stated)
    for name, goal in stated.items():
        told = [cell for cell in below if goal.called(name, lang) in cell]
        assert len(told) == (name not in held), name
    (coal,) = (cell for cell in below if stated["coal_replacement_2025"].title(lang) in cell)
    assert ("约束行" if lang == "zh" else "has no row for") in coal


def test_cover_comes_first_and_names_region_metric_convention_and_shares(book: Workbook) -> None:
    sheet = book.worksheets[0]
    assert sheet.title == "说明"
    held = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=3, max_col=2)}
    assert held["区域"] == "阳江高新区"
    assert held["二氧化碳当量折算依据"] == "AR5GWP100"
    assert held["电力折标口径"] == "等价值"
    assert held["依赖假设数据的占比"].endswith(" %")
    assert "carbonpeak" in held["生成软件"]


def test_every_cell_of_every_table_stands_in_its_sheet_and_numbers_are_numbers(
    book: Workbook,
) -> None:
    made = inventory_tables(computed().inventory, lang="zh")
    for name, blocks in by_sheet(made).items():
        rows = book[name].iter_rows(min_row=FIRST_ROW, values_only=True)
        shown = {tuple(map(exact, row)) for row in rows}
        width = book[name].max_column
        for row in (row for table in blocks for row in table.rows):
            padded = [*row.cells, *[None] * (width - len(row.cells))]
            assert tuple(map(exact, padded)) in shown, (name, row)


def exact(value: object) -> object:
    """Return a number with the 16 digits that a workbook keeps."""
    return float(f"{value:.16g}") if isinstance(value, int | float) else value or None


def by_sheet(tables: list[Table]) -> dict[str, list[Table]]:
    found: dict[str, list[Table]] = {}
    for table in tables:
        found.setdefault(sheet_name(table.sheet), []).append(table)
    return found


def test_contents_come_second_and_lead_to_every_sheet(book: Workbook) -> None:
    sheet = book.worksheets[1]
    assert sheet.title == "目录"
    named = [row[0] for row in sheet.iter_rows(min_row=FIRST_ROW, max_col=1)]
    assert [cell.value for cell in named] == book.sheetnames[2:]
    for cell in named:
        assert cell.hyperlink is not None
        assert cell.hyperlink.location == f"'{cell.value}'!A1"


def test_unit_row_stands_under_the_headings_and_panes_are_frozen(book: Workbook) -> None:
    sheet = book["T1 清单总表"]
    assert sheet.cell(HEAD_ROW, 2).value == "CO2"
    assert sheet.cell(UNIT_ROW, 2).value == "吨"
    assert sheet.freeze_panes == f"B{FIRST_ROW}"
    assert sheet.print_title_rows == f"${HEAD_ROW}:${UNIT_ROW}"
    assert sheet.page_setup.orientation == "landscape"


def test_years_are_blocks_below_each_other(book: Workbook) -> None:
    sheet = book["T1 清单总表"]
    assert sheet.cell(FIRST_ROW, 1).value == "2020年"
    first = [row[0].value for row in sheet.iter_rows(min_row=FIRST_ROW, max_col=1)]
    assert first.count("能源活动") == 2
    assert first.index("2020年") < first.index("2015年")
    assert [mark.id for mark in sheet.row_breaks.brk] == [FIRST_ROW + first.index("2015年") - 1]


def test_layers_carry_their_own_units_where_these_differ(book: Workbook) -> None:
    sheet = book["T3 分行业分品种"]
    heads = [cell.value for cell in sheet[HEAD_ROW]]
    coal = heads.index("原煤")
    assert sheet.cell(UNIT_ROW, coal + 1).value is None
    bands = [row for row in sheet.iter_rows(min_row=FIRST_ROW) if "年 · " in str(row[0].value)]
    assert [row[coal].value for row in bands[:4]] == ["吨", "吨二氧化碳/吨", "吨二氧化碳", "%"]


def test_tables_with_other_headings_keep_them(tmp_path: Path) -> None:
    one = Table("a", "s", "T", (Column("x"),), rows_of([("p",)]), block="first", notes=("n",))
    two = Table("b", "s", "T", (Column("y", "t", "amount"),), rows_of([(3,)]), block="second")
    path = write_workbook(tmp_path / "t.xlsx", [], [one, two], title="T", cover_name="C")
    shown = [row[0].value for row in load_workbook(path)["s"].iter_rows(max_col=1)]
    assert shown == ["T", None, "first", "x", None, "p", None, "second", "y", "t", 3, None, "n"]


def test_numbers_show_with_thousands_and_negative_ones_keep_their_sign(book: Workbook) -> None:
    sheet = book["T1 清单总表"]
    assert sheet.cell(FIRST_ROW + 1, 2).number_format == "#,##0"
    groups = book["分领域能源"]
    heat = [cell for row in groups.iter_rows(min_row=FIRST_ROW) for cell in row]
    below = [cell for cell in heat if isinstance(cell.value, float) and cell.value < 0]
    assert below
    assert all("[" not in cell.number_format for cell in below)


def test_a_number_too_small_for_decimals_is_shown_as_a_power(tmp_path: Path) -> None:
    table = Table("t", "s", "T", (Column("y", "t", "amount"),), rows_of([(2e-6,), (0.0,)]))
    path = write_workbook(tmp_path / "t.xlsx", [], [table], title="T", cover_name="C")
    sheet = load_workbook(path)["s"]
    assert sheet.cell(FIRST_ROW, 1).number_format == "0.00E+00"
    assert sheet.cell(FIRST_ROW + 1, 1).number_format == "#,##0.00"


def test_same_tables_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again = write_inventory(tmp_path / "again.xlsx", computed().inventory, lang="zh")
    assert again.read_bytes() == (written / "inventory.xlsx").read_bytes()


def test_plan_workbook_has_a_sheet_for_each_table(written: Path) -> None:
    names = load_workbook(written / "plan.xlsx").sheetnames
    assert names[:4] == ["About", "Targets", "Paths by year", "Builds"]
    assert names[-1] == "Measures"


def test_the_cover_of_the_plan_says_when_each_path_peaks(written: Path) -> None:
    sheet = load_workbook(written / "plan.xlsx").worksheets[0]
    held = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=3, max_col=2)}
    data = computed()
    assert data.plan.path is not None
    for path in (*data.scenarios.values(), data.plan.path):
        assert f"in {path.peak.year}" in held[path.title.title("en")]


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
