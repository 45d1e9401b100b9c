"""The reference approach beside the sectoral one, and energy brought in: tables T6 and T7."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import NOT_ESTIMATED, Cell, Column, Emphasis, Row, Table, plain
from carbonpeak.output.tables.form import official_block, years_of
from carbonpeak.output.tables.fuels import FOSSIL, carbon_dioxide, fossil_fuels
from carbonpeak.output.tables.lines import Lines, amount, key_of, lines_of_year
from carbonpeak.output.wording import shown_activity, source_title, unit_text
from carbonpeak.vocabulary import Language, categories, label, sources

ALL = "all"
BOUGHT = ("electricity", "heat")
GENERATION = ("solar_electricity", "wind_electricity")


def reference_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T6: CO2 from the supply of fuels beside CO2 of the fuels burnt."""
    carbon = unit_text("t CO2", lang)
    columns = [
        Column(label("col.source", lang), width=30),
        Column(label("col.apparent", lang), "", "amount"),
        Column(label("col.unit", lang), width=14),
        Column(label("col.stored_carbon", lang), unit_text("t C", lang), "amount"),
        Column(label("col.reference", lang), carbon, "amount"),
        Column(label("col.sectoral", lang), carbon, "amount"),
        Column(label("col.difference", lang), carbon, "amount"),
        Column(label("col.difference", lang), "%", "amount"),
    ]
    notes = [label("note.notation", lang), label("note.reference", lang)]
    if data.reference is None:
        notes.append(label("note.no_supply", lang))
    made = []
    for year in years_of(data):
        rows = _without_supply(data, year, lang)
        if data.reference is not None:
            rows = list(_compared(data.reference.sel(year=year), lang))
        made.append(official_block(data, "T6", columns, rows, lang=lang, year=year, notes=notes))
    return made


def _without_supply(data: InventoryData, year: int, lang: Language) -> list[Row]:
    """Return the sectoral approach alone."""
    every = lines_of_year(data, year)
    burnt = every.where(every.counted & ~every.biogenic).under("1.A")
    groups = {name: burnt.of_source(*_members(name)) for name in (*FOSSIL, ALL)}
    return [
        _total_row(name, NOT_ESTIMATED, carbon_dioxide(lines), lang)
        for name, lines in groups.items()
        if len(lines)
    ]


def _members(group: str) -> list[str]:
    return [name for name in fossil_fuels() if group in (ALL, sources()[name].group)]


def _compared(reference: xr.Dataset, lang: Language) -> Iterator[Row]:
    held = {str(name) for name in reference["source"].values}
    for group in (str(name) for name in reference["group"].values):
        fuels = _members(group) if group != ALL else []
        for fuel in (name for name in fuels if name in held):
            yield _fuel_row(reference.sel(source=fuel), fuel, lang)
        part = reference.sel(group=group)
        supplied = _estimated(part["reference_total"])
        yield _total_row(group, supplied, float(part["sectoral_total"]), lang)


def _fuel_row(fuel: xr.Dataset, name: str, lang: Language) -> Row:
    unit = str(fuel["consumption_unit"].item())
    apparent = _estimated(fuel["apparent_consumption"])
    shown, unit = shown_activity(apparent if isinstance(apparent, float) else 0.0, unit)
    cells = _difference(_estimated(fuel["reference"]), float(fuel["sectoral"]))
    quantity = shown if isinstance(apparent, float) else apparent
    kept = (source_title(name, lang), quantity, unit_text(unit, lang))
    return Row((*kept, _estimated(fuel["stored_carbon"]), *cells), 1)


def _estimated(value: xr.DataArray) -> Cell:
    return NOT_ESTIMATED if np.isnan(value.item()) else float(value)


def _total_row(group: str, reference: Cell, sectoral: float, lang: Language) -> Row:
    title = label("col.total" if group == ALL else f"official.group.{group}", lang)
    emphasis: Emphasis = "total" if group == ALL else "group"
    return Row((title, None, None, None, *_difference(reference, sectoral)), 0, emphasis)


def _difference(reference: Cell, sectoral: float) -> tuple[Cell, ...]:
    """Return both approaches, and how far they are apart in t and percent of the sectoral."""
    if not isinstance(reference, float):
        return reference, sectoral, NOT_ESTIMATED, NOT_ESTIMATED
    apart = reference - sectoral
    return reference, sectoral, apart, apart / sectoral * 100.0 if sectoral > 0 else None


def bought_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T7: electricity and heat used, made inside and brought in, with their CO2."""
    carbon = unit_text("t CO2", lang)
    columns = [
        Column(label("col.item", lang), width=46),
        Column(label("col.code", lang), width=13),
        Column(label("official.part.quantity", lang), "", "amount"),
        Column(label("col.unit", lang), width=14),
        Column(label("col.emission_factor", lang), "", "fine"),
        Column(label("col.factor_unit", lang), width=22),
        Column("CO2", carbon, "amount"),
    ]
    made = []
    for year in years_of(data):
        every = lines_of_year(data, year)
        rows = [row for carrier in BOUGHT for row in _carrier(data, every, carrier, lang)]
        notes = [label(f"note.{key}", lang) for key in ("notation", "indirect", "bought")]
        made.append(official_block(data, "T7", columns, rows, lang=lang, year=year, notes=notes))
    return made


def _carrier(data: InventoryData, every: Lines, carrier: str, lang: Language) -> Iterator[Row]:
    """Yield what is used, made inside and brought in of electricity or heat."""
    used, own = every.of_source(carrier), every.of_source(f"own_{carrier}")
    if not len(used) and not len(own):
        key = key_of(data, "1.A", carrier, f"own_{carrier}")
        yield Row((_word("net", carrier, lang), "", key, None, key, None, key), 0, "total")
        return
    yield _flow_row(_word("used", carrier, lang), "", used, lang, level=1)
    for code in dict.fromkeys(used.category):
        yield _flow_row(categories()[str(code)].title(lang), str(code), used.under(code), lang)
    if len(own):
        yield _flow_row(_word("own", carrier, lang), "", own, lang, level=1)
    for name in GENERATION if carrier == "electricity" else ():
        made = every.of_source(name)
        if len(made):
            quantity, unit = amount(made)
            title = label("official.of_which", lang).format(source=source_title(name, lang))
            cells = (quantity, unit_text(unit, lang), None, None, None)
            yield Row((title, str(made.category[0]), *cells), 2)
    yield _net_row(_word("net", carrier, lang), used, own, lang)


def _word(flow: str, carrier: str, lang: Language) -> str:
    return label(f"official.{flow}_{carrier}", lang)


def _flow_row(title: str, code: str, lines: Lines, lang: Language, *, level: int = 2) -> Row:
    """Return the row of what is used, or of what is made and need not be bought."""
    if not len(lines):
        return Row((title, code, NOT_ESTIMATED, None, NOT_ESTIMATED, None, NOT_ESTIMATED), level)
    quantity, unit = amount(lines)
    carbon, base = carbon_dioxide(lines), float(np.nansum(lines.activity))
    factor = abs(carbon) / base if base else None
    factor_unit = f"t CO2/{str(lines.unit[0]).removesuffix('/year')}"
    words = (unit_text(unit, lang), factor, unit_text(factor_unit, lang))
    emphasis: Emphasis = "group" if level == 1 else "plain"
    return Row((title, code, quantity, *words, plain(carbon)), level, emphasis)


def _net_row(title: str, used: Lines, own: Lines, lang: Language) -> Row:
    """Return what is used less what is made inside; negative where more is sent out."""
    parts = [(lines, sign) for lines, sign in ((used, 1.0), (own, -1.0)) if len(lines)]
    net = sum(sign * float(np.nansum(lines.activity)) for lines, sign in parts)
    quantity, unit = shown_activity(net, str(parts[0][0].unit[0]))
    carbon = sum(carbon_dioxide(lines) for lines, _ in parts)
    words = (unit_text(unit, lang), None, None)
    return Row((title, "", quantity, *words, plain(carbon)), 0, "total")
