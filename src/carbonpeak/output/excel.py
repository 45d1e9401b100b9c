"""Tables into workbooks that a reader can print: numbers as numbers, units under headings."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from carbonpeak.output.sheet import (
    FAMILY,
    HEAD,
    INK,
    LINE_HEIGHT,
    QUIET,
    lines_of,
    set_up_print,
    sheet_name,
    write_sheet,
)
from carbonpeak.output.table import Cell, Table

STAMP = datetime(2020, 1, 1)
"""Every workbook carries this date, so that the same numbers give the same bytes."""

COVER_WIDTHS = (44.0, 84.0)


def write_workbook(
    path: Path,
    cover: Sequence[tuple[str, Cell]],
    tables: Sequence[Table],
    *,
    title: str,
    cover_name: str,
) -> Path:
    """Write a cover sheet, and the tables on the sheets that they name.

    Parameters
    ----------
    path : Path
        Where to write.
    cover : sequence of (str, cell)
        What the cover says, line by line; an empty second part makes a heading.
    tables : sequence of Table
        In the order of the sheets; tables of one sheet stand below each other.
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
    by_sheet: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        by_sheet[sheet_name(table.sheet)].append(table)
    for name, blocks in by_sheet.items():
        write_sheet(book.create_sheet(name), blocks)
    book.properties.creator = "carbonpeak"
    book.properties.title = title
    book.properties.created = book.properties.modified = STAMP
    path.write_bytes(_steady(book))
    return path


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
        lines_needed = max(lines_of(text, width) for text, width in texts)
        sheet.row_dimensions[at].height = 26 if alone else LINE_HEIGHT * lines_needed + 3
    set_up_print(sheet, pages=1, landscape=False)
