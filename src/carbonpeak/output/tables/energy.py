"""Energy by source and by user, and the activity line by line."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.table import Cell, Column, Row, Table, plain, rows_of
from carbonpeak.output.tables.form import year_words, years_of
from carbonpeak.output.wording import carrier_title, shown_activity, source_title, unit_text
from carbonpeak.records import said
from carbonpeak.vocabulary import Language, label

CONVENTIONS = ("calorific", "equal")


def energy_table(data: InventoryData, *, lang: Language) -> Table:
    """Return what is used of each source: in its own unit and in tce, both ways of counting."""
    years = [int(year) for year in data.dataset["year"].values]
    per_year = [
        (
            Column(f"{year} {label('col.quantity', lang)}", "", "amount"),
            *(
                Column(f"{year} {label(name, lang)}", unit_text("tce", lang), "amount")
                for name in CONVENTIONS
            ),
        )
        for year in years
    ]
    columns = [
        Column(label("col.carrier", lang)),
        Column(label("col.source", lang), width=18),
        Column(label("col.unit", lang)),
        *chain.from_iterable(per_year),
    ]
    rows = [_source_row(data.by_source, name, years, lang) for name in _in_order(data.by_source)]
    total = [_total_cells(data, year) for year in years]
    head = (label("row.energy_total", lang), "", "")
    rows.append(Row((*head, *chain.from_iterable(total)), 0, "total"))
    return Table(
        "energy",
        label("sheet.energy", lang),
        label("table.energy", lang).format(region=data.facts.title.title(lang)),
        tuple(columns),
        tuple(rows),
        (
            label("note.conventions", lang),
            label("note.stated_convention", lang).format(
                convention=label(data.facts.convention, lang)
            ),
            label("note.own", lang),
        ),
    )


def _in_order(by_source: xr.Dataset) -> list[str]:
    held = {str(name) for name in by_source["source"].values}
    return [name for name in vocabulary.sources() if name in held]


def _source_row(by_source: xr.Dataset, name: str, years: list[int], lang: Language) -> Row:
    source = vocabulary.sources()[name]
    part = by_source.sel(source=name)
    unit = str(part["unit"].item())
    cells: list[Cell] = []
    for year in years:
        amount, shown = shown_activity(float(part["quantity"].sel(year=year)), unit)
        cells.append(plain(amount))
        cells += [
            plain(part["energy"].sel(convention=convention, year=year).item())
            for convention in CONVENTIONS
        ]
    return Row(
        (carrier_title(source.carrier, lang), source.title(lang), unit_text(shown, lang), *cells)
    )


def _total_cells(data: InventoryData, year: int) -> list[Cell]:
    energy = data.figures["energy_total"].sel(year=year)
    return [None, *(plain(energy.sel(convention=name).item()) for name in CONVENTIONS)]


def group_table(data: InventoryData, year: int, *, lang: Language) -> Table:
    """Return energy by user group and carrier in 10^4 tce under the stated convention."""
    table = data.by_group.sel(year=year) * 1e-4
    carriers = [name for name in map(str, table["carrier"].values) if _used(data.by_group, name)]
    unit = unit_text("10^4 tce/year", lang)
    columns = [
        Column(label("col.group", lang), width=26),
        *(Column(carrier_title(name, lang), unit, "sparse") for name in carriers),
        Column(label("col.total", lang), unit, "sparse"),
    ]
    rows = []
    for group in table["group"].values:
        part = table.sel(group=group)
        values = [settled(part.sel(carrier=name)) for name in carriers]
        rows.append(Row((summary_rows()[str(group)].title(lang), *values, settled(part.sum()))))
    sums = [settled(table.sel(carrier=name).sum()) for name in carriers]
    rows.append(Row((label("col.total", lang), *sums, settled(table.sum())), 0, "total"))
    return Table(
        f"group_{year}",
        f"{label('sheet.group', lang)} {year}",
        label("table.group", lang).format(region=data.facts.title.title(lang), year=year),
        tuple(columns),
        tuple(rows),
        (
            label("note.stated_convention", lang).format(
                convention=label(data.facts.convention, lang)
            ),
            label("note.negative_energy", lang),
        ),
    )


def group_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return energy by user group and carrier of every year, as blocks of one sheet."""
    return [
        replace(
            group_table(data, year, lang=lang),
            sheet=label("sheet.group", lang),
            title=label("table.groups", lang).format(region=data.facts.title.title(lang)),
            year=year,
            block=year_words(year, lang),
        )
        for year in years_of(data)
    ]


def settled(value: xr.DataArray) -> float:
    """Return a number, zero where adding and taking away leaves only rounding."""
    number = float(value)
    return number if abs(number) > 1e-9 else 0.0


def _used(table: xr.DataArray, carrier: str) -> bool:
    return bool(np.abs(table.sel(carrier=carrier)).max() > 1e-12)


def activity_table(data: InventoryData, *, lang: Language) -> Table:
    """Return every line: reported and reconciled activity, energy, gases, evidence, source."""
    tonnes = unit_text("t", lang)
    columns = [
        Column(label("col.year", lang), kind="year"),
        Column(label("col.code", lang)),
        Column(label("col.heading", lang), width=24),
        Column(label("col.site", lang), width=24),
        Column(label("col.source", lang), width=14),
        Column(label("col.scope", lang), kind="year"),
        Column(label("col.reported", lang), "", "amount"),
        Column(label("col.reconciled", lang), "", "amount"),
        Column(label("col.unit", lang)),
        Column(label("col.moved", lang), unit_text("standard errors", lang), "amount"),
        Column(label("col.energy", lang), unit_text("tce", lang), "amount"),
        *(Column(str(gas), tonnes, "amount") for gas in data.dataset["gas"].values),
        Column(label("col.co2e", lang), unit_text("t CO2e", lang), "amount"),
        Column(label("col.evidence", lang)),
        Column(label("col.document", lang), width=40),
        Column(label("col.where", lang), width=50),
    ]
    years = range(data.dataset.sizes["year"])[::-1]
    lines = range(data.dataset.sizes["line"])
    rows = [_line_cells(data, line, year, lang) for year in years for line in lines]
    return Table(
        "activity",
        label("sheet.activity", lang),
        label("table.activity", lang).format(region=data.facts.title.title(lang)),
        tuple(columns),
        rows_of(rows),
        tuple(label(f"note.{key}", lang) for key in ("moved", "own", "line_gases")),
    )


def _line_cells(data: InventoryData, line: int, year: int, lang: Language) -> list[Cell]:
    dataset = data.dataset
    at = (line, year)

    def word(name: str) -> str:
        return str(dataset[name].values[line])

    def cell(name: str) -> Any:
        return dataset[name].values[at].item()

    reported, shown = shown_activity(cell("activity_reported"), word("activity_unit"))
    final, _ = shown_activity(cell("activity"), word("activity_unit"))
    convention = list(dataset["convention"].values).index(data.facts.convention)
    gases = dataset["emissions"].values - dataset["removals"].values
    return [
        int(dataset["year"].values[year]),
        word("category"),
        vocabulary.categories()[word("category")].title(lang),
        data.facts.site(word("site"), lang),
        source_title(word("source"), lang),
        int(word("scope")),
        reported,
        final,
        unit_text(shown, lang),
        _moved(cell("activity"), cell("activity_reported"), cell("activity_error")),
        dataset["energy"].values[convention, line, year],
        *gases[line, :, year],
        data.co2e.values[at],
        label(f"evidence.{cell('evidence')}", lang) if cell("evidence") else "",
        data.facts.document(cell("source_id"), lang),
        said(lang, en=cell("where"), zh=cell("where_zh")),
    ]


def _moved(final: float, reported: float, error: float) -> float | None:
    """Return by how many standard errors the reconciliation moved a number."""
    return (final - reported) / error if error > 0 else None
