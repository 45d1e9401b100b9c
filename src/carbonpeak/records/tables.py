"""Rows of a table into frozen records."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from pydantic import BaseModel, ValidationError

from carbonpeak.errors import Fault, InputError, suggestion
from carbonpeak.records.model import Model
from carbonpeak.records.places import Origin, read_text
from carbonpeak.records.wording import column_of, explain

Lines = Iterator[tuple[int, Sequence[str], Mapping[str, Fault]]]
"""The header, then the rows: number, cells, and faults of the cells that hold no text."""


@dataclass(frozen=True, slots=True)
class Row(Generic[Model]):
    """A checked record and the place that it came from."""

    record: Model
    path: Path
    line: int
    table: Origin | None = None

    @property
    def place(self) -> str:
        """The place of the row for messages."""
        return self._origin.place(self.line)

    def fault(self, column: str | None, problem: str, remedy: str = "") -> Fault:
        """Make a fault that points at this row."""
        return self._origin.fault(self.line, column, problem, remedy)

    @property
    def _origin(self) -> Origin:
        return self.table or Origin(self.path)


def read_table(path: Path, model: type[Model], *, key: Sequence[str] = ()) -> list[Row[Model]]:
    """Read a CSV file into records.

    Parameters
    ----------
    path : Path
        UTF-8 file with a header row.
    model : type
        The pydantic model of one row.
    key : sequence of str
        Columns whose joint value may occur only once.

    Returns
    -------
    list of Row
        In file order.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    rows, faults = scan_table(path, model, key=key)
    if faults:
        raise InputError(faults)
    return rows or []


def scan_table(
    path: Path, model: type[Model], *, key: Sequence[str] = ()
) -> tuple[list[Row[Model]] | None, list[Fault]]:
    """Read the good rows of a CSV file, and the faults of the others.

    Returns
    -------
    rows : list of Row, or None when the file cannot be read as a table at all
    faults : list of Fault
    """
    return scan(Origin(path), csv_lines(path), model, key=key)


def csv_lines(path: Path) -> Lines:
    """Yield the lines of a CSV file as they are read, so that a long file needs no copy."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            start = 1
            for cells in reader:
                yield start, cells, {}
                start = reader.line_num + 1
    except (FileNotFoundError, UnicodeDecodeError):
        read_text(path)
    except csv.Error as error:
        problem = f"broken CSV: {error}"
        raise InputError([Origin(path).fault(reader.line_num, None, problem)]) from error


def scan(
    origin: Origin, lines: Lines, model: type[Model], *, key: Sequence[str] = ()
) -> tuple[list[Row[Model]] | None, list[Fault]]:
    """Check rows of cells, wherever they were written.

    Returns
    -------
    rows : list of Row, or None when there is no usable header
    faults : list of Fault
    """
    rows: list[Row[Model]] = []
    faults: list[Fault] = []
    header: list[str] | None = None
    try:
        _, names, _ = next(lines, (1, (), {}))
        header = [name.strip() for name in names]
        faults += _header_faults(origin, header, model)
        if faults:
            return None, faults
        rows += _checked_rows(origin, header, lines, model, faults)
    except InputError as error:
        faults += error.faults
        if header is None:
            return None, faults
    faults += duplicate_faults(rows, key)
    return rows, sorted(faults, key=lambda fault: fault.line or 0)


def read_tables(folder: Path, model: type[Model], *, key: Sequence[str] = ()) -> list[Row[Model]]:
    """Read every CSV file of a folder, in the order of their names, as one table.

    Raises
    ------
    InputError
        With every fault of every file; a key may occur only once in all of them.
    """
    faults: list[Fault] = []
    rows: list[Row[Model]] = []
    for path in sorted(folder.glob("*.csv")):
        try:
            rows += read_table(path, model)
        except InputError as error:
            faults += error.faults
    faults += duplicate_faults(rows, key)
    if faults:
        raise InputError(faults)
    return rows


def _header_faults(origin: Origin, header: list[str], model: type[BaseModel]) -> list[Fault]:
    fields = list(model.model_fields)
    if not any(header):
        known = model.model_fields.items()
        usual = [one for one, field in known if field.is_required() or not one.endswith("_zh")]
        return [origin.fault(1, None, "empty file", f"needs the columns {', '.join(usual)}")]
    faults = [
        origin.fault(1, name, f"unknown column '{name}'", suggestion(name, fields))
        for name in header
        if name not in fields
    ]
    faults += [
        origin.fault(1, name, f"column '{name}' stands twice", "keep one")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    faults += [
        origin.fault(1, name, f"missing column '{name}'", "add it to the header")
        for name, field in model.model_fields.items()
        if field.is_required() and name not in header
    ]
    return faults


def _checked_rows(
    origin: Origin, header: list[str], lines: Lines, model: type[Model], faults: list[Fault]
) -> Iterator[Row[Model]]:
    given: dict[tuple[str, ...], set[str]] = {}
    for line, cells, unreadable in lines:
        filled = {name: cell for name, cell in zip(header, cells, strict=False) if cell.strip()}
        faults += unreadable.values()
        if len(cells) != len(header) and any(cell.strip() for cell in cells):
            problem = f"has {len(cells)} cells; the header has {len(header)}"
            faults.append(origin.fault(line, None, problem, "quote cells that hold a comma"))
        elif filled:
            try:
                record = model.model_validate(filled)
            except ValidationError as error:
                faults += [
                    origin.fault(line, column_of(detail), *explain(detail, model))
                    for detail in error.errors(include_url=False)
                    if column_of(detail) not in unreadable
                ]
                continue
            _share_names(record, given.setdefault(tuple(filled), record.model_fields_set))
            if not unreadable:
                yield Row(record, origin.path, line, origin)


def _share_names(record: BaseModel, names: set[str]) -> None:
    """Let records with the same cells share the set of their names, half of their memory."""
    object.__setattr__(record, "__pydantic_fields_set__", names)


def duplicate_faults(rows: Sequence[Row[Any]], key: Sequence[str]) -> list[Fault]:
    """Return a fault for each row whose key another row before it already has."""
    if not key:
        return []
    seen: dict[tuple[Any, ...], Row[Any]] = {}
    faults = []
    for row in rows:
        names = tuple([getattr(row.record, name) for name in key])
        first = seen.setdefault(names, row)
        if first is not row:
            words = ", ".join(str(name) for name in names)
            problem = f"duplicate of {first.place} ({words})"
            faults.append(row.fault(None, problem, "keep one row, or add the two numbers yourself"))
    return faults
