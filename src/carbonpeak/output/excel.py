"""Tables into workbooks that a reader can print: numbers as numbers, units under headings."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from carbonpeak.output.table import NOTATION_KEYS, Cell, Column, Row, Table

WHOLE, CENTS, FINE = "#,##0", "#,##0.00", "#,##0.0000"
STAMP = datetime(2020, 1, 1)
"""Every workbook carries this date, so that the same numbers give the same bytes."""

INK, QUIET, HEAD, BAND = "262626", "6B6B6B", "1F4E79", "EAF1F8"
NARROWEST, WIDEST, PAGE, WRAPPED = 9.0, 60.0, 190.0, 24.0
TALLEST = 9
"""Lines of text that a row shows at most; the cell holds all."""

TITLE_ROW, HEAD_ROW, UNIT_ROW, FIRST_ROW = 1, 3, 4, 5
COVER_WIDTHS = (44.0, 84.0)
LINE_HEIGHT = 15.0
FAMILY = "Microsoft YaHei"
FOOTER = "&A  &P / &N"
STYLE = "_style"
"""Where a cell keeps its style; setting it whole is what makes writing fast."""


def write_workbook(
    path: Path,
    cover: Sequence[tuple[str, Cell]],
    tables: Sequence[Table],
    *,
    title: str,
    cover_name: str,
) -> Path:
    """Write a cover sheet and one sheet per table.

    Parameters
    ----------
    path : Path
        Where to write.
    cover : sequence of (str, cell)
        What the cover says, line by line; an empty second part makes a heading.
    tables : sequence of Table
        In the order of the sheets.
    title, cover_name : str
        Title of the workbook and name of its first sheet.

    Returns
    -------
    Path
        The same tables give the same bytes.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = cover_name
    _write_cover(sheet, title, cover)
    for table in tables:
        _write_table(book.create_sheet(sheet_name(table.sheet)), table, _Dress())
    book.properties.creator = "carbonpeak"
    book.properties.title = title
    book.properties.created = book.properties.modified = STAMP
    path.write_bytes(_steady(book))
    return path


def sheet_name(name: str) -> str:
    """Return a name that Excel accepts for a sheet."""
    kept = "".join("-" if char in r"[]:*?/\\" else char for char in name)
    return kept[:31]


def _steady(book: Workbook) -> bytes:
    """Return the bytes of a workbook with every date of the archive fixed."""
    buffer, steady = io.BytesIO(), io.BytesIO()
    book.save(buffer)
    stamp = STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(buffer) as read, zipfile.ZipFile(steady, "w") as write:
        for name in read.namelist():
            content = read.read(name)
            if name == "docProps/core.xml":
                content = _with_modified(content, stamp)
            info = zipfile.ZipInfo(name, STAMP.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            write.writestr(info, content)
    return steady.getvalue()


def _with_modified(content: bytes, stamp: bytes) -> bytes:
    """Put the fixed date where saving wrote the time of day."""
    before, rest = content.split(b"<dcterms:modified", 1)
    opening, tail = rest.split(b">", 1)
    _, after = tail.split(b"<", 1)
    return before + b"<dcterms:modified" + opening + b">" + stamp + b"<" + after


def _write_cover(sheet: Worksheet, title: str, lines: Sequence[tuple[str, Cell]]) -> None:
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("AB", COVER_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet["A1"] = title
    sheet["A1"].font = Font(FAMILY, 16, bold=True, color=HEAD)
    sheet.row_dimensions[1].height = 30
    for at, (name, value) in enumerate(lines, start=3):
        head, body = sheet.cell(at, 1, name), sheet.cell(at, 2, value)
        alone = value is None
        head.font = Font(FAMILY, 12 if alone else 10, bold=alone, color=HEAD if alone else QUIET)
        body.font = Font(FAMILY, 10, color=INK)
        head.alignment = Alignment(vertical="bottom" if alone else "top", wrap_text=not alone)
        body.alignment = Alignment(vertical="top", horizontal="left", wrap_text=True)
        texts = zip((name, str(value or "")), COVER_WIDTHS, strict=True)
        lines_needed = max(_lines(text, width) for text, width in texts)
        sheet.row_dimensions[at].height = 26 if alone else LINE_HEIGHT * lines_needed + 3
    _print_setup(sheet, pages=1, landscape=False)


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column."""
    return sum(max(1, ceil(0.93 * _width(part) / (width - 1))) for part in text.split("\n"))


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


def _write_table(sheet: Worksheet, table: Table, dress: _Dress) -> None:
    widths = [
        _column_width(column, [row.cells[at] for row in table.rows])
        for at, column in enumerate(table.columns)
    ]
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.cell(TITLE_ROW, 1, table.title).font = Font(FAMILY, 13, bold=True, color=HEAD)
    for at, column in enumerate(table.columns, start=1):
        _write_head(sheet, at, column)
    heads = zip(table.columns, widths, strict=True)
    deepest = max(_lines(column.title, width) for column, width in heads)
    sheet.row_dimensions[HEAD_ROW].height = LINE_HEIGHT * deepest + 4
    for down, row in enumerate(table.rows, start=FIRST_ROW):
        _write_row(sheet, down, row, table.columns, dress=dress)
        sheet.row_dimensions[down].height = _row_height(row, widths)
    for down, note in enumerate(table.notes, start=FIRST_ROW + len(table.rows) + 1):
        sheet.cell(down, 1, note).font = Font(FAMILY, 9, color=QUIET)
    _freeze(sheet, table)
    _print_setup(sheet, pages=max(1, round(sum(widths) / PAGE)), landscape=True)
    sheet.print_title_rows = f"{HEAD_ROW}:{UNIT_ROW}"


def _row_height(row: Row, widths: Sequence[float]) -> float:
    texts = zip(row.cells, widths, strict=True)
    lines = max(
        _lines(cell, width - 2 * row.level) if isinstance(cell, str) else 1 for cell, width in texts
    )
    return LINE_HEIGHT * min(lines, TALLEST) + 2


def _write_head(sheet: Worksheet, at: int, column: Column) -> None:
    for down, text in ((HEAD_ROW, column.title), (UNIT_ROW, column.unit)):
        cell = sheet.cell(down, at, text or None)
        bold = down == HEAD_ROW
        cell.font = Font(FAMILY, 10 if bold else 9, bold=bold, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD)
        side = {"text": "left", "year": "center"}.get(column.kind, "right")
        indent = 1 if side == "left" and at > 1 else 0
        cell.alignment = Alignment(
            horizontal=side, vertical="center", wrap_text=True, indent=indent
        )


def _write_row(
    sheet: Worksheet, down: int, row: Row, columns: Sequence[Column], *, dress: _Dress
) -> None:
    for at, (value, column) in enumerate(zip(row.cells, columns, strict=True), start=1):
        cell = sheet.cell(down, at)
        assert isinstance(cell, SheetCell)
        cell.value = value
        dress.put(cell, value, row, column, first=at == 1)
        if isinstance(value, str) and value.startswith("="):
            cell.data_type = "s"


def _format(column: Column, value: float) -> str:
    """Return the format of a number: small ones keep their digits."""
    size = abs(value)
    if column.kind in ("text", "factor", "year"):
        return "0" if column.kind == "year" else "General"
    if column.kind == "sparse" and size == 0:
        return '"–"'
    if column.kind == "fine":
        return CENTS if size >= 10 else FINE
    if column.kind == "whole" or size >= 1000:
        return WHOLE
    return FINE if 0 < size < 0.1 else CENTS


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
    words = ("text", "year")
    first = next((at for at, column in enumerate(table.columns) if column.kind not in words), 1)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, min(max(first, 1), 4) + 1).coordinate


def _print_setup(sheet: Worksheet, *, pages: int, landscape: bool) -> None:
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = pages
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.HeaderFooter = HeaderFooter(oddFooter=HeaderFooterItem(center=_HeaderFooterPart(FOOTER)))
