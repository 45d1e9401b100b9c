"""The facts of a region, put together from the sheets that hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from carbonpeak.errors import Fault, InputError
from carbonpeak.evidence.inputs import Unreadable, cell_text
from carbonpeak.evidence.region_rows import RegionRecord, Total
from carbonpeak.evidence.workbook import layout, words
from carbonpeak.evidence.workbook.cells import CellPlace, SheetOrigin
from carbonpeak.evidence.workbook.grids import Grid
from carbonpeak.evidence.workbook.layout import FACTS, SINGLE, Sheet
from carbonpeak.records import Document, Keys, Lines, Origin, Place, check_document, collect


@dataclass
class Facts:
    """The content of `region.yaml` while it is gathered, with the cell of each key."""

    origin: SheetOrigin
    plain: dict[str, Any] = field(default_factory=lambda: {"schema": "carbonpeak/region/1"})
    places: dict[Keys, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add_values(self, grid: Grid) -> None:
        """Add the sheet of keys and values."""
        known = layout.headings(FACTS)
        self.places[()] = CellPlace(self.origin.path, layout.HEAD_ROW, 1, self.origin)
        for line, row in enumerate(grid, start=1):
            name = known.get(str(row[0]).strip()) if row else None
            if name is None:
                continue
            place = self.places[(name,)] = CellPlace(self.origin.path, line, 2, self.origin)
            value = cell_text(row[1] if len(row) > 1 else None)
            if isinstance(value, Unreadable):
                self.faults.append(place.fault(name, value.problem, value.remedy))
            elif value.strip():
                self.plain[name] = self._value(place, name, value.strip())

    def _value(self, place: Place, name: str, text: str) -> str | list[str]:
        if layout.several(RegionRecord, name):
            return parts(text)
        code = words.meant(RegionRecord, name, text)
        if code is None:
            remedy = words.nearest_word(RegionRecord, name, text)
            self.faults.append(place.fault(name, f"'{text}' is not in the list", remedy))
        return code or text

    def add_entries(self, sheet: Sheet, origin: Origin, lines: Lines) -> None:
        """Add the named entries of a sheet."""
        assert isinstance(origin, SheetOrigin)
        head, header, _ = next(lines)
        for name in SINGLE if sheet.model is Total else ():
            self.places[(name,)] = CellPlace(origin.path, head, 1, origin)
        for line, texts, wrong in lines:
            self.faults += wrong.values()
            cells = {name: text for name, text in zip(header, texts, strict=True) if text}
            at = _key_of(sheet, cells.pop("name", ""), cells)
            inner = self.plain
            for above in at[:-1]:
                inner = inner.setdefault(above, {})
            if at[-1] in inner:
                problem = f"'{at[-1]}' stands twice"
                self.faults.append(origin.fault(line, "name", problem, "keep one"))
            inner[at[-1]] = {
                name: parts(text) if layout.several(sheet.model, name) else text
                for name, text in cells.items()
            }
            for name, column in origin.columns.items():
                key = at if name == "name" else (*at, name)
                self.places[key] = CellPlace(origin.path, line, column, origin)

    def checked(self) -> Document[RegionRecord]:
        """Return the record.

        Raises
        ------
        InputError
            With every fault of its cells.
        """
        path, found = self.origin.path, self.faults
        said = {fault.where for fault in found}
        more: list[Fault] = []
        document = collect(
            more, lambda: check_document(path, self.plain, self.places, RegionRecord)
        )
        found += [fault for fault in more if fault.where not in said]
        if found or document is None:
            raise InputError(found)
        return document


def parts(text: str) -> list[str]:
    """Return the words of a cell that holds several."""
    return [part.strip() for part in re.split("[;；,，、]", text) if part.strip()]


def _key_of(sheet: Sheet, name: str, cells: dict[str, str]) -> Keys:
    if sheet.model is Total:
        return (name,) if name in SINGLE and "kind" not in cells else ("totals", name)
    return (sheet.name, name)
