"""The official summary of an inventory, in the order of the provincial guideline."""

from __future__ import annotations

import xarray as xr

from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import SummaryRow, summary_rows
from carbonpeak.output.table import NOT_ESTIMATED, Cell, Column, Emphasis, Row, Table, plain
from carbonpeak.output.tables.form import official_block, years_of
from carbonpeak.vocabulary import Language, label, unit_text

VALUE = "value"
WEIGHED = ("HFCs", "PFCs")
"""Columns of many gases, summed in t CO2e; a sum of their masses would say nothing."""


def summary_table(data: InventoryData, year: int, *, lang: Language) -> Table:
    """Return the summary of one year: masses of each gas in t and CO2e in t.

    What is not estimated stands as a notation key and never as zero.
    """
    summary = data.summary.sel(year=year)
    gases = [str(name) for name in summary["column"].values]
    mass, weighed = unit_text("t", lang), unit_text("t CO2e", lang)
    columns = [
        Column(label("col.category", lang), width=56),
        *(Column(gas, weighed if gas in WEIGHED else mass, "amount") for gas in gases),
        Column(label("col.co2e", lang), weighed, "amount"),
    ]
    rows = tuple(_row(row, summary.sel(row=key), lang) for key, row in summary_rows().items())
    words = {"metric": data.facts.metric, "year": year}
    notes = [label(f"note.{key}", lang).format(**words) for key in NOTES]
    return Table(
        key=f"summary_{year}",
        sheet=f"{label('sheet.summary', lang)} {year}",
        title=label("table.summary", lang).format(region=data.facts.title.title(lang), year=year),
        columns=tuple(columns),
        rows=rows,
        notes=tuple(notes),
    )


def summary_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T1: the summary of every year."""
    made = {year: summary_table(data, year, lang=lang) for year in years_of(data)}
    return [
        official_block(
            data, "T1", table.columns, table.rows, lang=lang, year=year, notes=table.notes
        )
        for year, table in made.items()
    ]


def not_estimated(data: InventoryData, *, lang: Language) -> str:
    """Return which rows of the base year's summary are not estimated, in a sentence."""
    state = data.summary["state"].sel(year=data.facts.base_year)
    titles: list[str] = []
    above = len(summary_rows())
    for key, row in summary_rows().items():
        if row.level <= above:
            absent = str(state.sel(row=key).item()) == NOT_ESTIMATED
            titles += [row.title(lang)] if absent else []
            above = row.level if absent else len(summary_rows())
    if not titles:
        return label("text.all_stated", lang)
    listed = ("、" if lang == "zh" else "; ").join(titles)
    return label("text.not_estimated", lang).format(rows=listed)


def covered(data: InventoryData, *, lang: Language) -> str:
    """Return the sectors that have a value in the base year, as a list in words."""
    state = data.summary["state"].sel(year=data.facts.base_year)
    keys = [key for key in SECTOR_ROWS if str(state.sel(row=key).item()) == VALUE]
    return ("、" if lang == "zh" else "; ").join(summary_rows()[key].title(lang) for key in keys)


SECTOR_ROWS = ("energy", "ippu", "agriculture", "land", "waste")
NOTES = ("notation", "metric", "with_land", "indirect")


def _row(row: SummaryRow, values: xr.Dataset, lang: Language) -> Row:
    state = str(values["state"].item())
    emphasis: Emphasis = "plain"
    if row.level == 0:
        emphasis = "total" if row.key.startswith("total") else "group"
    title = row.title(lang)
    if state != VALUE:
        return Row((title, *[state] * (values.sizes["column"] + 1)), row.level, emphasis)
    masses: list[Cell] = [_mass(float(cell), row) for cell in values["mass"].values]
    return Row((title, *masses, plain(values["co2e"].item())), row.level, emphasis)


def _mass(value: float, row: SummaryRow) -> Cell:
    """Return a mass, or the key that says why there is none."""
    return value if value == value else row.absent
