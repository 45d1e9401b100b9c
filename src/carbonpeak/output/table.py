"""A table that people read: headings with units, cells, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

Kind = Literal["text", "link", "whole", "amount", "sparse", "fine", "factor", "year"]
Cell = str | float | int | None
Emphasis = Literal["plain", "group", "total"]

NOT_ESTIMATED = "NE"
NOT_OCCURRING = "NO"
NOT_APPLICABLE = "NA"
NOTATION_KEYS = (NOT_ESTIMATED, NOT_OCCURRING, NOT_APPLICABLE, "IE", "C")


@dataclass(frozen=True)
class Column:
    """One column: its heading, its unit, and how its numbers are written.

    `whole` and `amount` numbers have 0 and 2 decimals, `fine` ones 4, `factor` ones as many as
    they need; large amounts lose their decimals. A zero in a `sparse` column is a dash. A `link`
    names a sheet.
    """

    title: str
    unit: str = ""
    kind: Kind = "text"
    width: float | None = None

    @property
    def heading(self) -> str:
        """The title with the unit in brackets."""
        return f"{self.title} [{self.unit}]" if self.unit else self.title


@dataclass(frozen=True)
class Row:
    """Cells of one row, how deep its first cell is indented, and how it stands out."""

    cells: tuple[Cell, ...]
    level: int = 0
    emphasis: Emphasis = "plain"


@dataclass(frozen=True)
class Table:
    """A table with its title, columns, rows and the notes below it.

    Tables of one `sheet` are blocks below each other; `block` heads one of them, `year` and
    `part` say what it shows.
    """

    key: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    year: int | None = None
    part: str = ""
    block: str = ""

    def frame(self) -> pd.DataFrame:
        """Return the cells as a DataFrame; the unit follows the heading in brackets."""
        names = [column.heading for column in self.columns]
        return pd.DataFrame([row.cells for row in self.rows], columns=names)


def rows_of(cells: Iterable[Sequence[Any]]) -> tuple[Row, ...]:
    """Return plain rows, with nan and None as empty cells and numpy scalars as Python's."""
    return tuple(Row(tuple(plain(cell) for cell in row)) for row in cells)


def plain(cell: Any) -> Cell:
    """Return a cell as text, number or nothing."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if cell is None or (isinstance(cell, float) and not np.isfinite(cell)):
        return None
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, str | int | float):
        return cell
    return str(cell)
