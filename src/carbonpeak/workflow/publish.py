"""Files of a run: written apart, then moved into place as a whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carbonpeak.errors import Fault, InputError
from carbonpeak.output import tables
from carbonpeak.output.cover import inventory_cover, plan_cover
from carbonpeak.output.data import InventoryData, RunData
from carbonpeak.output.excel import write_workbook
from carbonpeak.output.table import Table
from carbonpeak.vocabulary import Language, label

MARKER = "summary.json"
"""A folder that holds this file was made by carbonpeak and may be replaced."""


def require_free(out: Path) -> None:
    """Refuse a place that carbonpeak has not made.

    Raises
    ------
    InputError
        When `out` is a file, or a folder with content that carbonpeak did not write.
    """
    if out.is_file():
        fault = Fault(str(out), None, None, "is a file", "name a folder with --out")
        raise InputError([fault])
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        problem = f"holds files that carbonpeak did not write (no {MARKER})"
        raise InputError([Fault(str(out), None, None, problem, "name another folder with --out")])


def folder_faults(out: Path) -> list[Fault]:
    """Return why results cannot go into a folder, which need not be there yet."""
    nearest = next(one for one in (out, *out.parents) if one.exists())
    if not nearest.is_dir():
        return [Fault(str(nearest), None, None, "is a file", "name a folder with --out")]
    if not os.access(nearest, os.W_OK):
        return [Fault(str(nearest), None, None, "cannot be written", "name another --out")]
    return []


def file_faults(option: str, path: Path) -> list[Fault]:
    """Return why the file of an option cannot be written; its folder has to be there."""
    problem = ""
    if path.is_dir():
        problem = "is a folder"
    elif not path.parent.is_dir():
        problem = f"there is no folder '{path.parent}'"
    elif not os.access(path if path.exists() else path.parent, os.W_OK):
        problem = "cannot be written"
    remedy = f"name a file with {option} in a folder that exists"
    return [Fault(str(path), None, None, problem, remedy)] if problem else []


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a temporary folder beside `out` that takes its place when all went well.

    On an error nothing is left, and what stood at `out` stays.

    Raises
    ------
    InputError
        When `out` may not be replaced or written.
    """
    require_free(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise InputError([Fault(str(out), None, None, problem, "name another --out")]) from error
    try:
        yield work
        work.chmod(0o755)
        _put_in_place(work, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put_in_place(work: Path, out: Path) -> None:
    """Move a finished folder to its place; the old one goes only when the new one stands."""
    if not out.exists():
        work.replace(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    out.replace(old)
    try:
        work.replace(out)
    except OSError:
        old.replace(out)
        raise
    shutil.rmtree(old)


def inventory_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the tables of the inventory workbook: contents, reporting tables, evidence."""
    made = [
        *(block for build in tables.OFFICIAL.values() for block in build(data, lang=lang)),
        tables.figure_table(data, lang=lang),
        tables.energy_table(data, lang=lang),
        *tables.group_tables(data, lang=lang),
        tables.activity_table(data, lang=lang),
        tables.factor_table(data, lang=lang),
        tables.assumption_table(data, lang=lang),
        tables.document_table(data, lang=lang),
        tables.finding_table(data, lang=lang),
        *tables.notation_tables(data, lang=lang),
    ]
    return [tables.contents_table(made, lang=lang), *made]


def plan_tables(data: RunData, *, lang: Language) -> list[Table]:
    """Return the tables of the plan workbook."""
    return [
        *tables.diagnosis_tables(data, lang=lang),
        tables.full_target_table(data, lang=lang),
        tables.pathway_table(data, lang=lang),
        tables.build_table(data, lang=lang),
        tables.stock_table(data, lang=lang),
        tables.cost_table(data, lang=lang),
        tables.limit_table(data, lang=lang),
        *tables.answer_tables(data, lang=lang),
        tables.measure_table(data, lang=lang),
    ]


def write_inventory(path: Path, data: InventoryData, *, lang: Language) -> Path:
    """Write `inventory.xlsx`."""
    title = label("book.inventory", lang).format(region=data.facts.title.title(lang))
    return write_workbook(
        path,
        inventory_cover(data, lang=lang),
        inventory_tables(data, lang=lang),
        title=title,
        cover_name=label("sheet.cover", lang),
    )


def write_plan(path: Path, data: RunData, *, lang: Language) -> Path:
    """Write `plan.xlsx`."""
    region = data.inventory.facts.title.title(lang)
    return write_workbook(
        path,
        plan_cover(data, lang=lang),
        plan_tables(data, lang=lang),
        title=label("book.plan", lang).format(region=region),
        cover_name=label("sheet.cover", lang),
    )


def write_pathways(path: Path, data: RunData) -> Path:
    """Write `pathways.csv` with the columns of the IAMC."""
    table = tables.iamc_table(data)
    path.write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    return path
