"""Sheets and cells of a workbook as places in messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from carbonpeak.errors import Fault
from carbonpeak.evidence.workbook import layout
from carbonpeak.evidence.workbook.layout import SHEETS
from carbonpeak.records import Origin, Place
from carbonpeak.vocabulary import Language


@dataclass(frozen=True)
class SheetOrigin(Origin):
    """A sheet; its cells are named as in ``county.xlsx 能源!E7``."""

    lang: Language
    columns: Mapping[str, int] = field(default_factory=dict)
    sheet: str = ""

    def place(self, line: int) -> str:
        """Return the place of a row for messages."""
        return f"{self.path.name}!{self._letter(None)}{line}"

    def fault(self, line: int | None, column: str | None, problem: str, remedy: str = "") -> Fault:
        """Make a fault that names the cell, or the sheet."""
        cell = "" if line is None else f"!{self._letter(column)}{line}"
        remedy = re.sub(r"\b(\w+)\.csv", self._sheet_of, remedy)
        heading = layout.heading(column, self.lang, sheet=self.sheet) if column else None
        where = f"{self.path.parent.name} {self.path.name}{cell}"
        return Fault(where, None, heading, problem, remedy)

    def _letter(self, column: str | None) -> str:
        """Return the letter of a column; of a whole row, that of its value or first cell."""
        value = self.columns.get("value", 1)
        return get_column_letter(self.columns.get(column, value) if column else value)

    def _sheet_of(self, file: re.Match[str]) -> str:
        known = file[1] in SHEETS
        return f"the sheet {layout.sheet_title(file[1], self.lang)}" if known else file[0]


@dataclass(frozen=True)
class CellPlace(Place):
    """The cell of a fact of the region."""

    origin: SheetOrigin

    def fault(self, name: str, problem: str, remedy: str) -> Fault:
        """Make a fault that names the cell."""
        found = self.origin.fault(self.line, name.rpartition(".")[2], problem, remedy)
        where = f"{found.where.rpartition('!')[0]}!{get_column_letter(self.column)}{self.line}"
        return Fault(where, None, found.column, problem, found.remedy)
