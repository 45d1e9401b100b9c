"""Write the workbook that a county fills in, empty or with the rows of a region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from carbonpeak import vocabulary
from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError
from carbonpeak.evidence.region import Region, load_region
from carbonpeak.evidence.region_rows import ActivityRow, RegionRecord, Total
from carbonpeak.evidence.workbook import layout, look, words
from carbonpeak.evidence.workbook.choices import offer, write_lists
from carbonpeak.evidence.workbook.formulas import count_of, formula, mark
from carbonpeak.evidence.workbook.layout import (
    FACTS,
    FIRST_ROW,
    GUIDE,
    HEAD_ROW,
    ITEM,
    LISTS,
    NOTE_ROW,
    ORDER,
    REGION,
    SECTORS,
    SHEETS,
    SINGLE,
    STATUS,
    Sheet,
    heading,
    sheet_title,
)
from carbonpeak.records import Record
from carbonpeak.vocabulary import Language, label

STAMP = datetime(2020, 1, 1)
GUIDE_STEPS = 9
TABS = {GUIDE: look.HEAD, REGION: look.HEAD, LISTS: look.QUIET} | dict.fromkeys(SECTORS, look.MUST)
Cells = Mapping[str, str | float | int | None]


@checked
def write_template(
    path: str | Path, *, region: Region | str | Path | None = None, lang: Language = "zh"
) -> Path:
    """Write the workbook in which a county states its inventory.

    Parameters
    ----------
    path : str or Path
        Where to write; ends in ``.xlsx``.
    region : Region, str or Path, optional
        A region whose rows are filled in already. Without it the rows of the lines that most
        counties have are prepared, with no number in them.
    lang : {"zh", "en"}
        Language of headings, notes and words. `load_region` understands both.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        When the name has another ending, the folder is missing, or the region has faults.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        problem, remedy = "a template is an Excel workbook", "end its name in .xlsx"
        raise InputError([Fault(target.name, None, None, problem, remedy)])
    loaded = load_region(region) if isinstance(region, str | Path) else region
    book = _book(loaded, lang)
    try:
        book.save(target)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise InputError([Fault(str(target), None, None, problem, "name another file")]) from error
    return target


def _book(region: Region | None, lang: Language) -> Workbook:
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)
    guide.title = sheet_title(GUIDE, lang)
    facts = book.create_sheet(sheet_title(REGION, lang))
    _write_facts(facts, region, lang)
    for sheet in SHEETS.values():
        page = book.create_sheet(sheet_title(sheet.name, lang))
        _write_rows(page, sheet, _rows(sheet, region, lang), lang=lang)
        offer(page, sheet, lang=lang)
    for line, name in enumerate(FACTS, start=FIRST_ROW):
        offer(facts, None, lang=lang, cell=(f"B{line}", name))
    write_lists(book.create_sheet(sheet_title(LISTS, lang)), lang)
    _write_guide(guide, region, lang)
    for name, page in zip([GUIDE, REGION, *SHEETS, LISTS], book.worksheets, strict=True):
        sector = name in SECTORS or name == "firms"
        freeze = "A3" if name == GUIDE else f"{'D' if sector else 'B'}{FIRST_ROW}"
        look.finish(page, freeze=freeze, tab=TABS.get(name, look.GREY))
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.creator = "carbonpeak"
    book.properties.created = STAMP
    return book


def _write_guide(page: Worksheet, region: Region | None, lang: Language) -> None:
    name = "" if region is None else f"{region.record.title(lang)}  "
    look.title(page, f"{name}{label('template.title', lang)}", "")
    for step in range(1, GUIDE_STEPS + 1):
        look.text(page.cell(step + 2, 1, step), step)
        look.text(page.cell(step + 2, 2), label(f"template.guide.{step}", lang))
        page.merge_cells(start_row=step + 2, end_row=step + 2, start_column=2, end_column=4)
        page.row_dimensions[step + 2].height = (1.2 if lang == "zh" else 2.1) * look.LINE_HEIGHT
    first = GUIDE_STEPS + 4
    for at, key in enumerate(("sheet", "meaning", "complete", "incomplete"), start=1):
        look.head(page.cell(first, at), label(f"template.progress.{key}", lang))
    for line, sheet in enumerate((REGION, *SHEETS), start=first + 1):
        link = page.cell(line, 1)
        look.text(link, sheet_title(sheet, lang), bold=True)
        link.hyperlink = f"#'{link.value}'!A1"
        look.text(page.cell(line, 2), label(f"template.hint.{sheet}", lang))
        for at, key in ((3, "complete"), (4, "missing")):
            cell = page.cell(line, at)
            cell.value = count_of(SHEETS[sheet], key, lang) if sheet in SHEETS else None
            look.given(cell, "value", grey=True)
        page.row_dimensions[line].height = 1.3 * look.LINE_HEIGHT
    look.widths(page, [22, 92, 16, 16])


def _write_facts(page: Worksheet, region: Region | None, lang: Language) -> None:
    look.title(page, sheet_title(REGION, lang), label(f"template.hint.{REGION}", lang))
    for at, name in enumerate(("entry", "content", "meaning"), start=1):
        look.head(page.cell(HEAD_ROW, at), heading(name, lang))
        look.note(page.cell(NOTE_ROW, at), None)
    page.row_dimensions[NOTE_ROW].height = look.LINE_HEIGHT / 3
    for line, name in enumerate(FACTS, start=FIRST_ROW):
        look.text(page.cell(line, 1), heading(name, lang), bold=True)
        if RegionRecord.model_fields[name].is_required():
            page.cell(line, 1).font = look.font(must=True)
        value = None if region is None else _plain(name, getattr(region.record, name), lang)
        _put(page.cell(line, 2), value)
        look.given(page.cell(line, 2), name, grey=False)
        look.text(page.cell(line, 3), layout.note(name, lang))
        page.row_dimensions[line].height = 1.3 * look.LINE_HEIGHT
    look.widths(page, [24, 60, 60])


def _write_rows(page: Worksheet, sheet: Sheet, rows: Sequence[Cells], *, lang: Language) -> None:
    look.title(page, sheet_title(sheet.name, lang), label(f"template.hint.{sheet.name}", lang))
    columns = sheet.columns
    for at, name in enumerate(columns, start=1):
        must = name in sheet.required
        look.head(page.cell(HEAD_ROW, at), heading(name, lang, sheet=sheet.name), must=must)
        look.note(page.cell(NOTE_ROW, at), layout.note(name, lang, sheet=sheet.name))
    dress = look.Dress()
    last = FIRST_ROW + len(rows) + sheet.spare - 1
    for line in range(FIRST_ROW, last + 1):
        cells = rows[line - FIRST_ROW] if line - FIRST_ROW < len(rows) else {}
        for at, name in enumerate(columns, start=1):
            cell = page.cell(line, at)
            computed = formula(sheet, name, line, lang=lang)
            if computed is None:
                _put(cell, cells.get(name))
            else:
                cell.value = computed
            dress.put(cell, name, grey=sheet.is_grey(name))
    look.widths(page, [look.WIDTHS.get(name, 14) for name in columns])
    if ORDER in columns:
        page.column_dimensions[get_column_letter(columns.index(ORDER) + 1)].hidden = True
    if STATUS in columns:
        mark(page, columns.index(STATUS) + 1, last, lang)
    page.print_title_rows = f"{HEAD_ROW}:{NOTE_ROW}"


def _put(cell: Any, value: str | float | int | None) -> None:
    """Set a cell; a text that starts with an equals sign stays a text."""
    cell.value = value
    if isinstance(value, str) and value.startswith("="):
        cell.data_type = "s"


def _plain(field: str, value: Any, lang: Language) -> str | float | int | None:
    """Return the value of a field as a cell holds it."""
    if value is None or value == "":
        return None
    if isinstance(value, tuple):
        return "; ".join(str(part) for part in value)
    return value if isinstance(value, int | float) else words.shown(field, str(value), lang)


def _rows(sheet: Sheet, region: Region | None, lang: Language) -> list[Cells]:
    """Return the cells that are filled in before anybody writes."""
    if sheet.model is ActivityRow:
        return _activity(sheet.name, region, lang)
    if region is None:
        names = SINGLE if sheet.model is Total else ()
        return [{"name": _plain("name", name, lang)} for name in names]
    return [
        {"name": _plain("name", name, lang)} | _cells(sheet, record, lang)
        for name, record in _records(sheet, region)
    ]


def _cells(sheet: Sheet, record: Record, lang: Language) -> dict[str, Any]:
    return {
        name: _value(sheet, name, getattr(record, name), lang) for name in record.model_fields_set
    }


def _value(sheet: Sheet, name: str, value: Any, lang: Language) -> str | float | int | None:
    coded = words.closed(sheet.model, name)
    return _plain(name, value, lang) if coded or not isinstance(value, str) else value or None


def _activity(sector: str, region: Region | None, lang: Language) -> list[Cells]:
    sheet = SHEETS[sector]
    if region is not None:
        stated = enumerate((row.record for row in region.activity), start=1)
        return [
            {**_cells(sheet, row, lang), ITEM: _item(row.item, lang), ORDER: order}
            for order, row in stated
            if row.line.rule.sector == sector
        ]
    usual = [(one, vocabulary.find_line(one.category, one.source)) for one in layout.usual_lines()]
    return [
        {**_cells(sheet, one, lang), ITEM: _item(line.rule.item, lang)}
        for one, line in usual
        if line.rule.sector == sector
    ]


def _item(item: str, lang: Language) -> str:
    return layout.title_or(f"template.item.{item}", item, lang)


def _records(sheet: Sheet, region: Region) -> Iterable[tuple[str, Record]]:
    record = region.record
    if sheet.model is Total:
        single = [(name, getattr(record, name)) for name in SINGLE]
        return [*((name, one) for name, one in single if one), *record.totals.items()]
    if sheet.named:
        return list(getattr(record, sheet.name).items())
    kept: dict[str, Iterable[Record]] = {
        "sites": region.sites.values(),
        "sources": region.sources.values(),
        "notation": (row.record for row in region.notations),
        "factors": (row.record for row in region.local_factors),
    }
    rows = kept[sheet.name] if sheet.name in kept else _own(region, sheet.name)
    return [("", one) for one in rows]


def _own(region: Region, name: str) -> Iterable[Record]:
    return (row.record for row in getattr(region, name))
