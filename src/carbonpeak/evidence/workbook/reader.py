"""A filled-in workbook as the tables of a region, with faults that name sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from carbonpeak import vocabulary
from carbonpeak.errors import Fault, InputError, suggestion
from carbonpeak.evidence.inputs import Table, Unreadable, cell_text
from carbonpeak.evidence.region_rows import ActivityRow, RegionRecord
from carbonpeak.evidence.workbook import layout, words
from carbonpeak.evidence.workbook.cells import CellPlace, SheetOrigin
from carbonpeak.evidence.workbook.facts import Facts
from carbonpeak.evidence.workbook.grids import Grid, read_grids
from carbonpeak.evidence.workbook.layout import COMPUTED, ITEM, ORDER, SHEETS, Sheet
from carbonpeak.records import (
    Document,
    Lines,
    Record,
    Row,
    collect,
)
from carbonpeak.vocabulary import LANGUAGES, Language

TOP = 12
"""How many rows from the top the headings of a sheet are looked for."""


def open_workbook(path: Path) -> FilledWorkbook:
    """Open a workbook of a region.

    Raises
    ------
    InputError
        When it cannot be read, lacks sheets, or has some that nobody would read.
    """
    grids, known = read_grids(path), layout.sheet_names()
    found = {known[title][0]: title for title in grids if title in known}
    if not found:
        problem, remedy = "is not the workbook of a region", "make one with 'carbonpeak template'"
        raise InputError([Fault(path.name, None, None, problem, remedy)])
    lang = known[next(iter(found.values()))][1]
    titles = {name: layout.sheet_title(name, lang) for name in (layout.REGION, *SHEETS)}
    free = [title for name, title in titles.items() if name not in found]
    faults = [
        Fault(path.name, None, None, f"unknown sheet '{title}'", suggestion(title, free))
        for title, grid in grids.items()
        if title not in known and any(value is not None for row in grid for value in row)
    ]
    remedy = "give it its name again, or copy it from an empty template"
    faults += [
        Fault(path.name, None, None, f"missing sheet '{titles[name]}'", remedy)
        for name in layout.NECESSARY
        if name not in found
    ]
    if faults:
        raise InputError(faults)
    sheets = {name: (path / title, grids[title]) for name, title in found.items()}
    return FilledWorkbook(path, lang, sheets)


@dataclass(frozen=True)
class FilledWorkbook:
    """A workbook while it is read; `sheets` has the place and the cells of each."""

    path: Path
    lang: Language
    sheets: Mapping[str, tuple[Path, Grid]]
    orders: dict[tuple[Path, int], int] = field(default_factory=dict)

    def tables(self, name: str) -> list[Table]:
        """Return the sheet of a table; those of every sector for the activity."""
        names = layout.SECTORS if name == "activity" else (name,)
        return self._tables([one for one in names if one in self.sheets])

    def arranged(self, rows: list[Row[ActivityRow]]) -> list[Row[ActivityRow]]:
        """Return the activity in the order that the template kept; new rows follow."""
        last = max(self.orders.values(), default=0) + 1
        return sorted(
            rows,
            key=lambda row: self.orders.get((row.path, row.line), last),
        )

    def nothing(self) -> Fault:
        """Return the fault of a workbook without activity."""
        remedy = f"fill in {layout.sheet_title('energy', self.lang)} and the sheets after it"
        return Fault(self.path.name, None, None, "no activity data", remedy)

    def document(self) -> Document[RegionRecord]:
        """Return the facts of the region, from their sheets.

        Raises
        ------
        InputError
            With every fault of these sheets.
        """
        path, grid = self.sheets[layout.REGION]
        origin = SheetOrigin(path, self.lang)
        facts = Facts(origin)
        facts.add_values(grid)
        for name in ("numbers", "overrides", "correlations"):
            tables = collect(facts.faults, partial(self._tables, [name]))
            for table in tables or []:
                facts.add_entries(SHEETS[name], *table)
        return facts.checked()

    def _tables(self, names: Sequence[str]) -> list[Table]:
        faults: list[Fault] = []
        found = [
            collect(faults, partial(self._table, SHEETS[name]))
            for name in names
            if name in self.sheets
        ]
        if faults:
            raise InputError(faults)
        return [table for table in found if table is not None]

    def _table(self, sheet: Sheet) -> Table:
        path, grid = self.sheets[sheet.name]
        known = layout.headings(sheet.columns, sheet=sheet.name)
        texts = [[_plain(value) for value in row] for row in grid[:TOP]]
        head = max(range(len(texts)), key=lambda at: len(known.keys() & set(texts[at])), default=0)
        heading = texts[head] if texts else []
        columns = {known[text]: at for at, text in enumerate(heading, 1) if text in known}
        origin = SheetOrigin(path, self.lang, columns, sheet.name)
        faults = list(_heading_faults(sheet, origin, grid, heading, head + 1))
        if faults:
            raise InputError(faults)
        return origin, self._lines(sheet, origin, grid, head + 1)

    def _lines(self, sheet: Sheet, origin: SheetOrigin, grid: Grid, head: int) -> Lines:
        names = [name for name in origin.columns if name not in COMPUTED]
        yield head, [*names, *([ITEM] if sheet.model is ActivityRow else [])], {}
        for line, values in enumerate(grid[head:], start=head + 1):
            cells = {name: _cell(values, origin.columns[name]) for name in names}
            if line == head + 1 and _are_notes(sheet, cells):
                continue
            if any(cells[name] for name in sheet.answers if name in cells):
                faults = _faults(sheet.model, origin, line, cells)
                texts = [_code(sheet.model, name, cell) for name, cell in cells.items()]
                if sheet.model is ActivityRow:
                    texts.append(_item(dict(zip(names, texts, strict=True))))
                order = _cell(values, origin.columns.get(ORDER, 0))
                if isinstance(order, str) and order.isdigit():
                    self.orders[origin.path, line] = int(order)
                yield line, texts, faults


def _cell(values: Sequence[Any], number: int) -> str | Unreadable:
    text = cell_text(values[number - 1]) if 0 < number <= len(values) else ""
    return text.strip() if isinstance(text, str) else text


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _are_notes(sheet: Sheet, cells: Mapping[str, str | Unreadable]) -> bool:
    """Tell whether a row holds nothing but what the template says of its columns."""
    return all(
        cell in ("", *(layout.note(name, lang, sheet=sheet.name) for lang in LANGUAGES))
        for name, cell in cells.items()
    )


def _faults(
    model: type[Record], origin: SheetOrigin, line: int, cells: Mapping[str, str | Unreadable]
) -> dict[str, Fault]:
    """Return the faults of cells that hold no text, or no word of their column."""
    found = {}
    for name, cell in cells.items():
        if isinstance(cell, Unreadable):
            found[name] = origin.fault(line, name, cell.problem, cell.remedy)
        elif cell and words.meant(model, name, cell) is None:
            remedy = words.nearest_word(model, name, cell)
            found[name] = origin.fault(line, name, f"'{cell}' is not in the list", remedy)
    return found


def _code(model: type[Record], name: str, cell: str | Unreadable) -> str:
    """Return the word that a cell means; a cell with a fault of its own keeps its text."""
    if isinstance(cell, Unreadable):
        return ""
    return words.meant(model, name, cell) or cell


def _item(texts: Mapping[str, str]) -> str:
    """Return the item of a line, about which its category and source leave no choice."""
    category, source = texts.get("category", ""), texts.get("source", "")
    if vocabulary.unknown_line(category, source) is not None:
        return "unknown"
    return vocabulary.find_line(category, source).rule.item


def _heading_faults(
    sheet: Sheet, origin: SheetOrigin, grid: Grid, heading: Sequence[str], line: int
) -> Iterator[Fault]:
    known = layout.headings(sheet.columns, sheet=sheet.name)
    offered = [layout.heading(name, origin.lang, sheet=sheet.name) for name in sheet.columns]
    for at, text in enumerate(heading, start=1):
        cell = CellPlace(origin.path, line, at, origin)
        if text and text not in known:
            yield cell.fault("", f"unknown column '{text}'", suggestion(text, offered))
        elif text and origin.columns[known[text]] != at:
            yield cell.fault("", f"column '{text}' stands twice", "keep one")
    for at in range(1, max((len(row) for row in grid), default=0) + 1):
        if at > len(heading) or not heading[at - 1]:
            for below, row in enumerate(grid[line:], start=line + 1):
                if len(row) >= at and _cell(row, at):
                    place = CellPlace(origin.path, below, at, origin)
                    yield place.fault("", "stands under no heading", "clear it or give a heading")
                    break
    for name in sheet.required:
        if name not in origin.columns:
            missing = layout.heading(name, origin.lang, sheet=sheet.name)
            problem = f"missing column '{missing}'"
            yield CellPlace(origin.path, line, 1, origin).fault("", problem, "add its heading")
