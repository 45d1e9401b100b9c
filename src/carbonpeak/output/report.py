"""The report: one HTML file that opens without a network."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from carbonpeak.output import tables
from carbonpeak.output.data import RunData, ScenarioData
from carbonpeak.output.headline import inventory_headline, plan_headline
from carbonpeak.output.table import NOTATION_KEYS, Cell, Column, Row, Table
from carbonpeak.output.tables.pathways import all_paths, change_by_measure, remarks
from carbonpeak.output.wording import large, number_text, percent_text, unit_text
from carbonpeak.vocabulary import Language, label, year_span

TEMPLATE = "report.html.j2"
FACTOR_COLUMNS = (0, 1, 2, 4, 5, 6, 7, 12, 14)
"""Of the table of factors: what it is for, value, unit, how it is known, document."""

LONG = 32
"""A text of more letters may break anywhere, as addresses have to."""

LONGEST = 12
"""Rows of a list that the report shows; the workbooks hold all."""


def write_report(path: Path, data: RunData, figures: Mapping[str, Path], *, lang: Language) -> Path:
    """Write the report with its figures inside.

    Parameters
    ----------
    path : Path
        Where to write.
    data : RunData
        The finished numbers.
    figures : mapping of Path
        PNG files by name; a figure that is missing leaves no gap.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    Path
    """
    path.write_text(report_text(data, figures, lang=lang), encoding="utf-8")
    return path


def report_text(data: RunData, figures: Mapping[str, Path], *, lang: Language) -> str:
    """Return the report as HTML text."""
    environment = Environment(
        loader=PackageLoader("carbonpeak.output"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = cell_text
    environment.filters["side"] = cell_side
    template = environment.get_template(TEMPLATE)
    return template.render(
        t=partial(_word, lang=lang),
        lang=lang,
        data=data,
        facts=data.inventory.facts,
        title=partial(_title, lang=lang),
        number=number_text,
        percent=percent_text,
        figures={name: _embedded(file) for name, file in figures.items()},
        headline=[
            *inventory_headline(data.inventory, lang=lang),
            *plan_headline(data, lang=lang),
        ],
        tables=_tables(data, lang),
        not_estimated=tables.not_estimated(data.inventory, lang=lang),
        covered=tables.covered(data.inventory, lang=lang),
    )


def _word(key: str, *, lang: Language, **words: Any) -> str:
    text = label(key, lang)
    return text.format(**words) if words else text


def _title(titled: Any, *, lang: Language) -> str:
    return str(titled.title(lang))


def _embedded(file: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(file.read_bytes()).decode("ascii")


def cell_text(cell: Cell, column: Column) -> str:
    """Return a cell as a reader sees it."""
    if cell is None:
        return ""
    if isinstance(cell, str) or column.kind in ("text", "year"):
        return str(cell)
    if column.kind == "factor":
        return f"{cell:.6g}".replace("-", "\u2212")
    if column.kind == "sparse" and cell == 0:
        return "–"
    decimals = 0 if abs(cell) >= 1000 or column.kind == "whole" else 2
    if (column.kind == "fine" and abs(cell) < 10) or 0 < abs(cell) < 0.1:
        decimals = 4
    return number_text(float(cell), decimals)


def cell_side(cell: Cell, column: Column) -> str:
    """Return the class of a cell: numbers and notation keys stand at the right, text left."""
    if column.kind == "text":
        return "text long" if len(str(cell)) > LONG else "text"
    return "key" if cell in NOTATION_KEYS else "number"


def _tables(data: RunData, lang: Language) -> dict[str, Table]:
    inventory = data.inventory
    year = inventory.facts.base_year
    found = {
        "summary": tables.summary_table(inventory, year, lang=lang),
        "figures": tables.figure_table(inventory, lang=lang),
        "energy": tables.energy_table(inventory, lang=lang),
        "group": tables.group_table(inventory, year, lang=lang),
        "tasks": task_table(data, lang=lang),
        "projects": project_table(data, lang=lang),
        "paths": milestone_table(data, lang=lang),
        "documents": tables.document_table(inventory, lang=lang),
        "factors": _only(tables.factor_table(inventory, lang=lang), FACTOR_COLUMNS),
    }
    if data.plan is not None:
        found["targets"] = _target_columns(tables.target_table(data, lang=lang), data, lang)
        found["limits"] = _first(tables.limit_table(data, lang=lang), lang)
        found["cost"] = _cost_by_kind(tables.cost_table(data, lang=lang))
        beside = {one.key: one for one in tables.answer_tables(data, lang=lang)}
        if "actors" in beside:
            actors = beside["actors"]
            found["actors"] = _only(actors, (0, 1, len(actors.columns) - 1))
        if "retired" in beside:
            found["retired"] = _first(beside["retired"], lang)
    return found


def _only(table: Table, places: tuple[int, ...]) -> Table:
    columns = tuple(table.columns[at] for at in places)
    rows = tuple(replace(row, cells=tuple(row.cells[at] for at in places)) for row in table.rows)
    return replace(table, columns=columns, rows=rows)


def _first(table: Table, lang: Language) -> Table:
    if len(table.rows) <= LONGEST:
        return table
    note = label("note.more", lang).format(count=len(table.rows) - LONGEST)
    return replace(table, rows=table.rows[:LONGEST], notes=(*table.notes, note))


def _target_columns(table: Table, data: RunData, lang: Language) -> Table:
    """Leave out the columns that only the workbook has room for; sources stand below."""
    after = 6 + len(all_paths(data))
    kept = _only(table, (0, 2, 3, 4, 5, *range(6, after), after + 4, after + 7))
    targets = () if data.plan is None else data.plan.targets
    sources = [
        label("note.target_source", lang).format(
            target=target.title.title(lang),
            source=target.source.title(lang),
            where=target.where.title(lang),
        )
        for target in targets
    ]
    return replace(kept, notes=(*table.notes, *sources))


def _cost_by_kind(table: Table) -> Table:
    """Keep measure, kind, total and discounted total of the cost table."""
    if len(table.columns) < 5:
        return table
    last = len(table.columns)
    return _only(table, (0, 1, last - 2, last - 1))


def milestones(data: RunData) -> list[int]:
    """Return the base year and every fifth calendar year of the horizon."""
    years = next(iter(data.scenarios.values())).figures["year"].values
    first, last = int(years[0]), int(years[-1])
    return sorted({first, last, *(year for year in range(first, last + 1) if year % 5 == 0)})


def milestone_table(data: RunData, *, lang: Language) -> Table:
    """Return the indicators of every path in the milestone years, one block a path."""
    table = tables.pathway_table(data, lang=lang)
    wanted = {str(year) for year in milestones(data)}
    places = [at for at, column in enumerate(table.columns) if column.title in wanted]
    rows: list[Row] = []
    name: Cell = None
    for row in table.rows:
        if row.cells[0] != name:
            name = row.cells[0]
            rows.append(Row((name, *[None] * (len(places) + 1)), 0, "total"))
        rows.append(replace(row, cells=tuple(row.cells[at] for at in (1, 2, *places)), level=1))
    columns = tuple(table.columns[at] for at in (1, 2, *places))
    return replace(table, columns=columns, rows=tuple(rows))


def task_table(data: RunData, *, lang: Language) -> Table:
    """Return what each measure changes in the milestone years, by scenario."""
    years = milestones(data)[1:]
    unit = unit_text("t CO2/year", lang)
    columns = [
        Column(label("col.scenario", lang)),
        Column(label("col.measure", lang)),
        Column(label("col.measure_kind", lang)),
        *(Column(str(year), unit, "sparse") for year in years),
    ]
    rows = [
        Row(
            (
                path.title.title(lang),
                data.measures[name].title.title(lang),
                label(f"measure_kind.{data.measures[name].kind}", lang),
                *(change_by_measure(path, year)[name] for year in years),
            )
        )
        for path in all_paths(data).values()
        for name in built_measures(path)
    ]
    title = label("table.tasks", lang)
    notes = (label("note.tasks", lang),)
    return Table("tasks", title, title, tuple(columns), tuple(rows), notes)


def built_measures(path: ScenarioData) -> list[str]:
    """Return the measures of which a path builds anything."""
    return [
        str(name)
        for name in path.builds["measure"].values
        if float(path.builds.sel(measure=name).sum()) > 0
    ]


def project_table(data: RunData, *, lang: Language) -> Table:
    """Return what is built when and for how much, by scenario."""
    columns = [
        Column(label("col.scenario", lang)),
        Column(label("col.measure", lang)),
        Column(label("col.years", lang)),
        Column(label("col.amount", lang), "", "amount"),
        Column(label("col.unit", lang)),
        Column(label("col.investment", lang), unit_text("10^4 CNY2020", lang), "amount"),
    ]
    rows = [
        _project_row(data, path, name, lang)
        for path in all_paths(data).values()
        for name in built_measures(path)
    ]
    title = label("table.projects", lang)
    notes = (label("note.projects", lang), *remarks(all_paths(data).values(), lang))
    return Table("projects", title, title, tuple(columns), tuple(rows), notes)


def _project_row(data: RunData, path: ScenarioData, name: str, lang: Language) -> Row:
    builds = path.builds.sel(measure=name)
    active = [int(year) for year in builds["year"].values[builds.values > 0]]
    investment = large(float(path.investment.sel(measure=name)), "CNY2020")[0]
    return Row(
        (
            path.title.title(lang),
            data.measures[name].title.title(lang),
            year_span(active, lang),
            float(builds.sum()),
            unit_text(data.measures[name].unit, lang),
            investment,
        )
    )
