"""T16: the series of all years, what was filled in, and the recalculation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr

from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.table import Cell, Column, Row, Table, plain, rows_of
from carbonpeak.output.tables.form import official_block
from carbonpeak.output.tables.lines import line_title
from carbonpeak.output.tables.summary import VALUE
from carbonpeak.output.wording import shown_activity, unit_text
from carbonpeak.vocabulary import Language, label

NUMBER = "T16"
SERIES = (
    "energy",
    "ippu",
    "agriculture",
    "waste",
    "total",
    "land",
    "total_with_land",
    "total_with_indirect",
)
SECTORS = ("energy", "ippu", "agriculture", "land", "waste", "indirect")


def series_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the blocks of T16: series, filled values, recalculation."""
    return [
        _series_block(data, lang),
        _filled_block(data, lang),
        _recalculation_block(data, lang),
    ]


def _part(name: str, lang: Language) -> str:
    return label(f"official.T16.{name}", lang)


def _series_block(data: InventoryData, lang: Language) -> Table:
    years = [int(year) for year in data.dataset["year"].values]
    weighed = unit_text("t CO2e", lang)
    columns = [
        Column(label("col.heading", lang), width=46),
        *(Column(str(year), weighed, "amount") for year in years),
    ]
    if len(years) > 1:
        words = {"first": years[0], "last": years[-1]}
        columns.append(Column(label("col.change", lang).format(**words), "%", "amount"))
    rows = []
    for key in SERIES:
        cells = [_amount(data, key, year) for year in years]
        change = [_change(cells[0], cells[-1])] if len(years) > 1 else []
        total = key.startswith("total")
        row = (summary_rows()[key].title(lang), *cells, *change)
        rows.append(Row(row, 0, "total" if total else "plain"))
    return official_block(data, NUMBER, columns, rows, lang=lang, part=_part("series", lang))


def _amount(data: InventoryData, key: str, year: int) -> Cell:
    values = data.summary.sel(row=key, year=year)
    state = str(values["state"].item())
    return plain(values["co2e"].item()) if state == VALUE else state


def _change(first: Cell, last: Cell) -> float | None:
    """Return a change in percent of the size of the first value."""
    if not (isinstance(first, float) and isinstance(last, float)) or first == 0:
        return None
    return (last - first) / abs(first) * 100.0


def _filled_block(data: InventoryData, lang: Language) -> Table:
    """Return every activity that was not stated, with the method that gave it."""
    columns = [
        Column(label("official.T16.source", lang), width=46),
        Column(label("col.code", lang), width=12),
        Column(label("col.year", lang), kind="year"),
        Column(label("col.value", lang), "", "amount"),
        Column(label("col.unit", lang), width=14),
        Column(_part("method", lang), width=20),
    ]
    rows = list(_filled_cells(data, lang)) or [[_part("none_filled", lang), *[None] * 5]]
    return official_block(
        data, NUMBER, columns, rows_of(rows), lang=lang, part=_part("filled", lang)
    )


def _filled_cells(data: InventoryData, lang: Language) -> Iterator[list[Cell]]:
    dataset = data.dataset.transpose("line", "year", ...)
    for at, moment in np.argwhere(dataset["filled"].values != ""):
        line = dataset.isel(line=at, year=moment)
        value, unit = shown_activity(float(line["activity"]), str(line["activity_unit"].values))
        yield [
            line_title(data, str(line["source"].values), str(line["site"].values), lang=lang),
            str(line["category"].values),
            int(line["year"]),
            value,
            unit_text(unit, lang),
            label(f"gap.{line['filled'].values}", lang),
        ]


def _recalculation_block(data: InventoryData, lang: Language) -> Table:
    """Return the difference from the former inventory by sector and cause."""
    found = data.recalculation
    weighed = unit_text("t CO2e", lang)
    causes = [] if found is None else [str(cause) for cause in found["cause"].values]
    columns = [
        Column(label("col.heading", lang), width=46),
        Column(label("col.year", lang), kind="year"),
        *(
            Column(_part(name, lang), unit, "amount")
            for name, unit in (
                ("old", weighed),
                ("new", weighed),
                ("difference", weighed),
                ("percent", "%"),
            )
        ),
        *(Column(_part(f"cause.{cause}", lang), weighed, "amount") for cause in causes),
    ]
    if found is None:
        rows = [Row((_part("no_former", lang), *[None] * 5))]
        notes: Sequence[str] = ()
    else:
        rows = list(_recalculated_rows(found, lang))
        words = {name: found.attrs[name] for name in ("old_factor_set", "new_factor_set")}
        notes = [label("official.note.recalculation", lang).format(**words)]
    return official_block(
        data, NUMBER, columns, rows, lang=lang, part=_part("recalculation", lang), notes=notes
    )


def _recalculated_rows(found: xr.Dataset, lang: Language) -> Iterator[Row]:
    sectors = found["sector"].values
    for year in sorted(found["year"].values.tolist(), reverse=True):
        of_year = found.sel(year=year)
        for sector in SECTORS:
            places = np.flatnonzero(sectors == sector)
            if len(places):
                title = label(f"sector.{sector}", lang)
                yield Row((title, year, *_causes(of_year.isel(line=places))), 1)
        direct = np.flatnonzero(~np.isin(sectors, ("indirect", "land")))
        title = summary_rows()["total"].title(lang)
        yield Row((title, year, *_causes(of_year.isel(line=direct))), 0, "total")


def _causes(part: xr.Dataset) -> list[Cell]:
    old, new = float(part["old"].sum()), float(part["new"].sum())
    by_cause = part["contribution"].sum("line").values
    return [old, new, new - old, _change(old, new), *(plain(one) for one in by_cause)]
