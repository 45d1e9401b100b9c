"""One sheet of a workbook: a table, or the blocks of a table, ready to be read and printed."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from carbonpeak.output.table import NOTATION_KEYS, Cell, Column, Row, Table

WHOLE, CENTS, FINE, TINY = "#,##0", "#,##0.00", "#,##0.0000", "0.00E+00"
INK, QUIET, HEAD, BAND, BLOCK = "262626", "6B6B6B", "1F4E79", "EAF1F8", "C9DCEE"
NARROWEST, WIDEST, PAGE, WRAPPED = 9.0, 60.0, 190.0, 24.0
TALLEST = 9
"""Lines of text that a row shows at most; the cell holds all."""

TITLE_ROW, HEAD_ROW, UNIT_ROW, FIRST_ROW = 1, 3, 4, 5
LINE_HEIGHT = 15.0
THIN = 4.0
"""Height of a row of units where no column has one."""

LONG = 20
"""Rows of a block from which on the next block starts a page."""

FAMILY = "Microsoft YaHei"
FOOTER = "&A  &P / &N"
STYLE = "_style"
"""Where a cell keeps its style; setting it whole is what makes writing fast."""


def sheet_name(name: str) -> str:
    """Return a name that Excel accepts for a sheet."""
    kept = "".join("-" if char in r"[]:*?/\\" else char for char in name)
    return kept[:31]


def write_sheet(sheet: Worksheet, tables: Sequence[Table]) -> None:
    """Write tables below each other.

    Blocks with the same headings stand under one heading that stays in sight and is printed on
    every page; where their units differ, each block carries its own. Other tables keep their
    headings to themselves.
    """
    widths = _widths(tables)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.cell(TITLE_ROW, 1, tables[0].title).font = Font(FAMILY, 13, bold=True, color=HEAD)
    if len({_titles(table) for table in tables}) == 1:
        down = _write_blocks(sheet, tables, widths)
    else:
        down = _write_apart(sheet, tables, widths)
    notes = dict.fromkeys(note for table in tables for note in table.notes)
    _write_notes(sheet, down + 1, list(notes), widths)
    set_up_print(sheet, pages=max(1, round(sum(widths) / PAGE)), landscape=True)


def _titles(table: Table) -> tuple[str, ...]:
    return tuple(column.title for column in table.columns)


def _units(table: Table) -> tuple[str, ...]:
    return tuple(column.unit for column in table.columns)


def _write_blocks(sheet: Worksheet, tables: Sequence[Table], widths: Sequence[float]) -> int:
    """Write blocks under one heading; return the first free row."""
    same_units = len({_units(table) for table in tables}) == 1
    units = _units(tables[0]) if same_units else ("",) * len(widths)
    _write_heading(sheet, HEAD_ROW, tables[0].columns, units, widths)
    dress, down = _Dress(), FIRST_ROW
    for before, table in zip((None, *tables), tables, strict=False):
        if before is not None and len(before.rows) >= LONG:
            sheet.row_breaks.append(Break(id=down - 1))
        if table.block:
            _write_band(sheet, down, table, () if same_units else _units(table), widths)
            down += 1
        down = _write_rows(sheet, down, table, widths, dress)
    _freeze(sheet, tables[0])
    sheet.print_title_rows = f"{HEAD_ROW}:{UNIT_ROW}"
    return down


def _write_apart(sheet: Worksheet, tables: Sequence[Table], widths: Sequence[float]) -> int:
    """Write tables that have headings of their own; return the first free row."""
    dress, down = _Dress(), HEAD_ROW
    for before, table in zip((tables[0], *tables), tables, strict=False):
        if before.year != table.year:
            sheet.row_breaks.append(Break(id=down - 1))
        _write_band(sheet, down, table, (), widths)
        _write_heading(sheet, down + 1, table.columns, _units(table), widths)
        down = _write_rows(sheet, down + 3, table, widths, dress) + 1
    sheet.freeze_panes = sheet.cell(HEAD_ROW, 2).coordinate
    return down - 1


def _write_rows(
    sheet: Worksheet, down: int, table: Table, widths: Sequence[float], dress: _Dress
) -> int:
    for row in table.rows:
        for at, (value, column) in enumerate(zip(row.cells, table.columns, strict=True), start=1):
            cell = sheet.cell(down, at)
            assert isinstance(cell, SheetCell)
            cell.value = value
            dress.put(cell, value, row, column, first=at == 1)
            if isinstance(value, str) and value.startswith("="):
                cell.data_type = "s"
            if column.kind == "link" and value:
                place = f"'{sheet_name(str(value))}'!A1"
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
        sheet.row_dimensions[down].height = _row_height(row, widths)
        down += 1
    return down


def _write_heading(
    sheet: Worksheet,
    down: int,
    columns: Sequence[Column],
    units: Sequence[str],
    widths: Sequence[float],
) -> None:
    for at, (column, unit) in enumerate(zip(columns, units, strict=True), start=1):
        for place, text in ((down, column.title), (down + 1, unit)):
            cell = sheet.cell(place, at, text or None)
            bold = place == down
            cell.font = Font(FAMILY, 10 if bold else 9, bold=bold, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor=HEAD)
            cell.alignment = _head_alignment(column, at)
    heads = zip(columns, widths, strict=False)
    deepest = max(lines_of(column.title, width) for column, width in heads)
    sheet.row_dimensions[down].height = LINE_HEIGHT * deepest + 4
    deepest = max(lines_of(unit, width) for unit, width in zip(units, widths, strict=False))
    sheet.row_dimensions[down + 1].height = LINE_HEIGHT * deepest if any(units) else THIN


def _head_alignment(column: Column, at: int) -> Alignment:
    side = {"text": "left", "link": "left", "year": "center"}.get(column.kind, "right")
    indent = 1 if side == "left" and at > 1 else 0
    return Alignment(horizontal=side, vertical="center", wrap_text=True, indent=indent)


def _write_band(
    sheet: Worksheet, down: int, table: Table, units: Sequence[str], widths: Sequence[float]
) -> None:
    """Write the row that heads a block, with its units where they are its own."""
    for at in range(1, len(table.columns) + 1):
        cell = sheet.cell(down, at, units[at - 1] or None if units else None)
        cell.font = Font(FAMILY, 9, color=HEAD)
        cell.fill = PatternFill("solid", fgColor=BLOCK)
        cell.alignment = Alignment(horizontal="right", vertical="center", wrap_text=True)
    head = sheet.cell(down, 1, table.block)
    head.font = Font(FAMILY, 10, bold=True, color=HEAD)
    head.alignment = Alignment(vertical="center")
    lines = [lines_of(unit, width) for unit, width in zip(units, widths, strict=False)]
    sheet.row_dimensions[down].height = LINE_HEIGHT * max(lines, default=1) + 4


def _write_notes(
    sheet: Worksheet, down: int, notes: Sequence[str], widths: Sequence[float]
) -> None:
    """Write notes over as many columns as a page holds."""
    reach = list(accumulate(widths))
    columns = sum(width <= PAGE for width in reach) or 1
    for place, note in enumerate(notes, start=down):
        cell = sheet.cell(place, 1, note)
        cell.font = Font(FAMILY, 9, color=QUIET)
        if columns > 1:
            sheet.merge_cells(start_row=place, start_column=1, end_row=place, end_column=columns)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.row_dimensions[place].height = LINE_HEIGHT * lines_of(note, reach[columns - 1])


@dataclass
class _Dress:
    """Puts a style on cells; each style is made once, since making one is slow."""

    made: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def put(self, cell: SheetCell, value: Cell, row: Row, column: Column, *, first: bool) -> None:
        number = isinstance(value, int | float)
        shown = _format(column, value) if isinstance(value, int | float) else "General"
        right = number or (value in NOTATION_KEYS and column.kind != "text")
        side = "center" if column.kind == "year" else "right" if right else "left"
        indent = 2 * row.level if first else 1 if side == "left" else 0
        key = (row.emphasis, shown, side, indent)
        if key not in self.made:
            _style(cell, row.emphasis, shown, side=side, indent=indent)
            self.made[key] = getattr(cell, STYLE)
        setattr(cell, STYLE, copy(self.made[key]))


def _style(cell: SheetCell, emphasis: str, shown: str, *, side: str, indent: int) -> None:
    cell.font = Font(FAMILY, 10, bold=emphasis != "plain", color=INK)
    cell.border = Border(bottom=Side(style="hair", color="BFBFBF"))
    if emphasis == "total":
        cell.fill = PatternFill("solid", fgColor=BAND)
    cell.number_format = shown
    wrap = side == "left"
    cell.alignment = Alignment(horizontal=side, vertical="top", indent=indent, wrap_text=wrap)


def _format(column: Column, value: float) -> str:
    """Return the format of a number: small ones keep their digits."""
    size = abs(value)
    if column.kind in ("text", "factor", "year"):
        return "0" if column.kind == "year" else "General"
    if column.kind == "sparse" and size == 0:
        return '"–"'
    if 0 < size < 0.001:
        return TINY
    if column.kind == "fine":
        return CENTS if size >= 10 else FINE
    if column.kind == "whole" or size >= 1000:
        return WHOLE
    return FINE if 0 < size < 0.1 else CENTS


def _row_height(row: Row, widths: Sequence[float]) -> float:
    room = (widths[0] - 2 * row.level, *widths[1:])
    texts = zip(row.cells, room, strict=False)
    lines = max(lines_of(cell, width) if isinstance(cell, str) else 1 for cell, width in texts)
    return LINE_HEIGHT * min(lines, TALLEST) + 2


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column."""
    return sum(max(1, ceil(0.93 * _width(part) / (width - 1))) for part in text.split("\n"))


def _widths(tables: Sequence[Table]) -> list[float]:
    """Return the width of each column: what the widest of the tables needs."""
    needed = [
        [
            _column_width(column, [row.cells[at] for row in table.rows])
            for at, column in enumerate(table.columns)
        ]
        for table in tables
    ]
    count = max(len(widths) for widths in needed)
    return [max(widths[at] for widths in needed if at < len(widths)) for at in range(count)]


def _column_width(column: Column, cells: Sequence[Cell]) -> float:
    if column.width is not None:
        return column.width
    body = max((_width(_shown(cell, column)) for cell in cells), default=0.0)
    head = max(min(_width(column.title), WRAPPED / 2), _width(column.unit))
    return min(WIDEST, max(NARROWEST, head + 2.5, body + 2.5))


def _shown(cell: Cell, column: Column) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    if column.kind in ("amount", "sparse"):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:,.2f}"
    return f"{cell:,.4f}" if column.kind == "fine" else f"{cell:.9g}"


def _width(text: str) -> float:
    """Return the width of a text in Latin letters; a Chinese character takes two."""
    return sum(2.0 if east_asian_width(char) in "WF" else 1.05 for char in text)


def _freeze(sheet: Worksheet, table: Table) -> None:
    words = ("text", "link", "year")
    first = next((at for at, column in enumerate(table.columns) if column.kind not in words), 1)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, min(max(first, 1), 4) + 1).coordinate


def set_up_print(sheet: Worksheet, *, pages: int, landscape: bool) -> None:
    """Set paper, margins and footer; `pages` is how many are beside each other."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = pages
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.HeaderFooter = HeaderFooter(oddFooter=HeaderFooterItem(center=_HeaderFooterPart(FOOTER)))
