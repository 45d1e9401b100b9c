"""Workbooks that tests fill in: the smallest region, its cells found by sheet and heading."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from openpyxl import Workbook, load_workbook

import carbonpeak as cp
import worlds

HEAD, FIRST = 3, 5
ENERGY, POWER, FACTS = "能源", "电力热力", "基本信息"
SITES, SOURCES, FIRMS, NOTATION, TOTALS = "场所", "数据来源", "企业", "符号说明", "总量与常数"


@cache
def _smallest() -> Path:
    path = Path(mkdtemp()) / "county.xlsx"
    return cp.write_template(path, region=worlds.loaded("minimal"), lang="zh")


class Filled:
    """A workbook that may be changed by sheet, heading and line."""

    def __init__(self, folder: Path) -> None:
        self.path = Path(shutil.copy(_smallest(), folder / "county.xlsx"))
        self.book: Workbook = load_workbook(self.path)

    def column(self, sheet: str, heading: str) -> int:
        """Return the number of a column."""
        return next(cell.column for cell in self.book[sheet][HEAD] if cell.value == heading)

    def put(self, sheet: str, heading: str, value: Any, line: int = FIRST) -> Filled:
        """Write a cell."""
        self.book[sheet].cell(line, self.column(sheet, heading)).value = value
        return self

    def put_row(self, sheet: str, line: int, **cells: Any) -> Filled:
        """Write cells of a row."""
        for heading, value in cells.items():
            self.put(sheet, heading, value, line)
        return self

    def put_at(self, sheet: str, line: int, column: int, value: Any) -> Filled:
        """Write a cell wherever it is."""
        self.book[sheet].cell(line, column).value = value
        return self

    def fact(self, name: str, value: Any) -> Filled:
        """Write a fact of the region."""
        line = next(row[0].row for row in self.book[FACTS] if row[0].value == name)
        self.book[FACTS].cell(line, 2).value = value
        return self

    def saved(self) -> Path:
        """Save the workbook and return its path."""
        self.book.save(self.path)
        return self.path


def firm(filled: Filled, **cells: Any) -> Filled:
    """Add a firm that burns raw coal in the boiler house."""
    usual = {
        "类别": "1.A.1.a",
        "来源": "原煤",
        "企业": "甲",
        "年份": 2020,
        "数值": 1,
        "单位": "万吨",
    }
    return filled.put_row(FIRMS, FIRST, **(usual | cells))


def copied_row(filled: Filled, sheet: str, line: int) -> Filled:
    """Write the first row of a sheet once more."""
    for cell in filled.book[sheet][FIRST]:
        filled.book[sheet].cell(line, cell.column).value = cell.value
    return filled


def swapped(filled: Filled, sheet: str, first: str, second: str) -> Filled:
    """Let two columns change places."""
    one, other = filled.column(sheet, first), filled.column(sheet, second)
    for line in range(HEAD, filled.book[sheet].max_row + 1):
        left, right = filled.book[sheet].cell(line, one), filled.book[sheet].cell(line, other)
        left.value, right.value = right.value, left.value
    return filled


def without_column(filled: Filled, sheet: str, heading: str) -> Filled:
    """Take a column away."""
    filled.book[sheet].delete_cols(filled.column(sheet, heading))
    return filled


def renamed(filled: Filled, sheet: str, name: str) -> Filled:
    """Give a sheet another name."""
    filled.book[sheet].title = name
    return filled


def without_sheet(filled: Filled, sheet: str) -> Filled:
    """Take a sheet away."""
    del filled.book[sheet]
    return filled


def merged(filled: Filled) -> Filled:
    """Merge the value of a row with the one below."""
    column = filled.column(ENERGY, "年份")
    filled.put(ENERGY, "年份", None, FIRST + 1)
    copied_row(filled, ENERGY, FIRST + 1)
    filled.book[ENERGY].merge_cells(
        start_row=FIRST, end_row=FIRST + 1, start_column=column, end_column=column
    )
    return filled


A_DATE = date(2020, 1, 1)
