"""Sheets of a file as grids of values, whatever spreadsheet wrote it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from carbonpeak.errors import Fault, InputError
from carbonpeak.evidence.inputs import Unreadable

Grid = list[list[Any]]
MERGED = Unreadable("is part of a merged cell", "unmerge the cells and fill in each")
NO_RESULT = Unreadable(
    "holds a formula without a result", "open the file in Excel and save it, or write the number"
)


def read_grids(path: Path) -> dict[str, Grid]:
    """Return the cells of every sheet by its title.

    Raises
    ------
    InputError
        When there is no such file, when it is no workbook, or when it needs an extra.
    """
    if not path.is_file():
        raise InputError([Fault(path.name, None, None, "missing file", "give its path")])
    return _legacy(path) if path.suffix.lower() == ".xls" else _modern(path)


def _modern(path: Path) -> dict[str, Grid]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        book = _opened(path, results=False)
        grids = {
            sheet.title: [[_value(cell) for cell in row] for row in sheet.iter_rows()]
            for sheet in book.worksheets
        }
        if any(value is NO_RESULT for grid in grids.values() for row in grid for value in row):
            _put_results(grids, _opened(path, results=True))
    return grids


def _opened(path: Path, *, results: bool) -> Any:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(path, data_only=results)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        problem = f"cannot be read as a workbook: {error}"
        remedy = "save it as 'Excel workbook (.xlsx)', without a password"
        raise InputError([Fault(path.name, None, None, problem, remedy)]) from error


def _value(cell: Any) -> Any:
    if type(cell).__name__ == "MergedCell":
        return MERGED
    if cell.data_type == "f":
        return NO_RESULT
    if cell.data_type == "e":
        return Unreadable(f"holds the error {cell.value}", "write the number itself")
    return cell.value


def _put_results(grids: dict[str, Grid], book: Any) -> None:
    """Put the stored results where formulas stand; a formula without one stays a fault."""
    for sheet in book.worksheets:
        for row, cells in zip(grids[sheet.title], sheet.iter_rows(), strict=True):
            for at, cell in enumerate(cells):
                if row[at] is NO_RESULT and cell.value is not None:
                    row[at] = _value(cell)


def _legacy(path: Path) -> dict[str, Grid]:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        problem = "is a workbook of the old kind (.xls)"
        remedy = "save it as .xlsx, or install carbonpeak[xls]"
        raise InputError([Fault(path.name, None, None, problem, remedy)]) from None
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except CalamineError as error:
        problem = f"cannot be read as a workbook: {error}"
        raise InputError([Fault(path.name, None, None, problem, "save it as .xlsx")]) from error
