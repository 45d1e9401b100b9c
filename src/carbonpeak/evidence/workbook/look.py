"""How the sheets of a region's workbook look, and which of their cells are open."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FAMILY = "Microsoft YaHei"
INK, QUIET, HEAD, MUST, GREY, NOTE, RED = (
    "262626", "6B6B6B", "1F4E79", "A6401B", "E4E4E4", "EAF1F8", "F4B6A6",
)  # fmt: skip
WIDTHS = {
    "name": 20, "category": 28, "source": 20, "subject": 24, "site": 16, "item": 14, "year": 8,
    "value": 13, "unit": 12, "low": 11, "high": 11, "source_id": 18, "where": 26, "where_zh": 26,
    "evidence": 11, "note": 20, "note_zh": 20, "status": 11, "line": 28, "title": 60, "url": 40,
    "title_zh": 28, "title_en": 28, "reason": 50, "key": 14, "firm": 28, "parameter": 24,
    "indicator": 20, "kind": 16, "convention": 16, "gbt4754": 16, "inputs": 50, "check": 24,
    "place": 30,
}  # fmt: skip
LINE_HEIGHT = 15.0
FOOTER = "&A  &P / &N"
NUMBERS = frozenset({"value", "low", "high", "year", "coefficient", "base_year"})
THIN = Side(style="hair", color="BFBFBF")
STYLE = "_style"
"""Where a cell keeps its style; setting it whole is what makes writing fast."""


def title(sheet: Worksheet, name: str, hint: str) -> None:
    """Write the name of a sheet and the sentence that says what belongs there."""
    sheet["A1"], sheet["A2"] = name, hint
    sheet["A1"].font = Font(FAMILY, 15, bold=True, color=HEAD)
    sheet["A2"].font = Font(FAMILY, 9, color=QUIET)
    sheet.row_dimensions[1].height = 28


def head(cell: Any, text: str, *, must: bool = False) -> None:
    """Write a heading; that of a column that may not stay empty is red."""
    cell.value = text
    cell.font = Font(FAMILY, 10, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=MUST if must else HEAD)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = Border(THIN, THIN, THIN, THIN)
    cell.parent.row_dimensions[cell.row].height = 2 * LINE_HEIGHT


def note(cell: Any, text: str | None) -> None:
    """Write below a heading what its column holds."""
    cell.value = text or None
    cell.font = Font(FAMILY, 8, color=QUIET)
    cell.fill = PatternFill("solid", fgColor=NOTE)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = Border(THIN, THIN, THIN, THIN)
    cell.parent.row_dimensions[cell.row].height = 2 * LINE_HEIGHT


def text(cell: Any, value: Any, *, bold: bool = False) -> None:
    """Write a line of text."""
    cell.value = value
    cell.font = font(must=False) if bold else Font(FAMILY, 10, color=INK)
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)


def font(*, must: bool) -> Font:
    """Return the font of a word at the left; of one that has to be filled in, a red one."""
    return Font(FAMILY, 10, bold=True, color=MUST if must else HEAD)


def given(cell: Any, name: str, *, grey: bool) -> None:
    """Dress a cell that people fill in, or a grey one that is computed and locked."""
    cell.font = Font(FAMILY, 10, color=QUIET if grey else INK)
    cell.fill = PatternFill("solid", fgColor=GREY if grey else "FFFFFF")
    cell.border = Border(THIN, THIN, THIN, THIN)
    cell.alignment = Alignment(vertical="center", horizontal=None if name in NUMBERS else "left")
    cell.protection = Protection(locked=grey)
    if not grey and name not in NUMBERS:
        cell.number_format = "@"


@dataclass
class Dress:
    """Puts a style on cells; each style is made once, since making one is slow."""

    made: dict[tuple[bool, bool], Any] = field(default_factory=dict)

    def put(self, cell: Any, name: str, *, grey: bool) -> None:
        """Dress a cell of a column."""
        kind = (grey, name in NUMBERS)
        if kind not in self.made:
            given(cell, name, grey=grey)
            self.made[kind] = getattr(cell, STYLE)
        setattr(cell, STYLE, copy(self.made[kind]))


def widths(sheet: Worksheet, columns: Iterable[float]) -> None:
    """Set the widths of the columns, from the first on."""
    for at, width in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width


def finish(sheet: Worksheet, *, freeze: str, tab: str) -> None:
    """Freeze the headings, lock what is not to be filled in, and set the page up."""
    sheet.freeze_panes = freeze
    sheet.sheet_properties.tabColor = tab
    sheet.sheet_view.showGridLines = False
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.sort = sheet.protection.autoFilter = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.HeaderFooter = HeaderFooter(oddFooter=HeaderFooterItem(center=_HeaderFooterPart(FOOTER)))
