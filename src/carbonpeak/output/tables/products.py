"""Industrial processes by product and gas: table T9."""

from __future__ import annotations

from dataclasses import replace

from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import SummaryRow, summary_rows
from carbonpeak.output.table import Row, Table
from carbonpeak.output.tables.form import official_block, years_of
from carbonpeak.output.tables.lines import (
    Lines,
    Value,
    cells,
    co2e,
    detail_columns,
    head_rows,
    key_of,
    lines_of_year,
    mass,
)
from carbonpeak.vocabulary import Language, label, unit_text

GASES = (
    "CO2",
    "CH4",
    "N2O",
    "HFC23",
    "HFC32",
    "HFC125",
    "HFC134a",
    "HFC143a",
    "HFC152a",
    "HFC227ea",
    "HFC236fa",
    "HFC245fa",
    "CF4",
    "C2F6",
    "SF6",
)
"""Gases that the guideline's table of processes has columns for; others stand behind them."""

SECTOR = "2"


def product_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T9: processes by product and gas, in t of gas and in t CO2e."""
    made = []
    for year in years_of(data):
        every = lines_of_year(data, year)
        processes = every.where(every.counted).under(SECTOR)
        for part in ("mass", "weighed"):
            values = _values(processes, lang, weighed=part == "weighed")
            columns = [*detail_columns(lang), *(value.column for value in values)]
            made.append(
                official_block(
                    data,
                    "T9",
                    columns,
                    _rows(data, processes, values, lang),
                    lang=lang,
                    year=year,
                    part=label(f"official.part.{part}", lang),
                    notes=[label("note.notation", lang), label("note.reductant", lang)],
                )
            )
    return made


def _values(lines: Lines, lang: Language, *, weighed: bool) -> list[Value]:
    tonnes, co2_tonnes = unit_text("t", lang), unit_text("t CO2e", lang)
    found = [gas for at, gas in enumerate(lines.gases) if lines.gives[:, at].any()]
    gases = dict.fromkeys((*GASES, *found))
    by_gas = [mass(gas, co2_tonnes if weighed else tonnes, weighed=weighed) for gas in gases]
    narrow = [replace(value, column=replace(value.column, width=10)) for value in by_gas]
    return [*narrow, co2e(label("col.co2e", lang), co2_tonnes)]


def _rows(data: InventoryData, processes: Lines, values: list[Value], lang: Language) -> list[Row]:
    total = cells(processes, values, key_of(data, SECTOR))
    whole = Row((summary_rows()["ippu"].title(lang), SECTOR, None, None, *total), 0, "total")
    return [
        whole,
        *(row for head in _heads() for row in _head(data, processes, head, values, lang)),
    ]


def _heads() -> list[SummaryRow]:
    """Return the headings of processes in the summary."""
    return [
        row
        for row in summary_rows().values()
        if row.level and all(code.startswith(f"{SECTOR}.") for code in row.category.split() or [""])
    ]


def _head(
    data: InventoryData, processes: Lines, head: SummaryRow, values: list[Value], lang: Language
) -> list[Row]:
    codes = head.category.split()
    keys = {key_of(data, code) for code in codes}
    return head_rows(
        data,
        head.title(lang),
        processes.under(*codes),
        values,
        code=codes[0] if len(codes) == 1 else "",
        absent=keys.pop() if len(keys) == 1 else head.missing,
        lang=lang,
        level=1,
    )
