"""Fuel by industry: table T3, four layers of the same shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.table import Cell, Column, Emphasis, Row, Table, plain
from carbonpeak.output.tables.form import official_block, years_of
from carbonpeak.output.tables.lines import Lines, amount, key_of, lines_of_year
from carbonpeak.output.tables.sectoral import burning_categories
from carbonpeak.output.wording import source_title, unit_text
from carbonpeak.vocabulary import Language, categories, label, sources

FOSSIL = ("coal", "oil", "gas", "waste")
LAYERS = ("quantity", "carbon_factor", "carbon_dioxide", "share")
EMPHASIS: tuple[Emphasis, ...] = ("total", "group", "plain", "plain")


def fuel_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T3: quantity, carbon factor, CO2 and share of each fuel in each industry."""
    made = []
    for year in years_of(data):
        every = lines_of_year(data, year)
        burnt = every.where(every.counted & ~every.biogenic).under("1.A")
        held = [str(name) for name in dict.fromkeys(burnt.source)]
        fuels = sorted(held, key=[*fossil_fuels(), *held].index)
        notes = [
            label("note.notation", lang),
            label("note.fuel_layers", lang),
            label("note.no_fuel", lang).format(fuels=_listed(fuels, lang)),
        ]
        for layer in LAYERS:
            made.append(
                official_block(
                    data,
                    "T3",
                    _columns(burnt, fuels, layer, lang),
                    list(_rows(data, burnt, fuels, layer, lang)),
                    lang=lang,
                    year=year,
                    part=label(f"official.part.{layer}", lang),
                    notes=notes,
                )
            )
    return made


def fossil_fuels() -> list[str]:
    """Return the fossil fuels in the order of the energy balance."""
    return [name for name, source in sources().items() if source.group in FOSSIL]


def _listed(shown: Sequence[str], lang: Language) -> str:
    """Return the fuels that no line burns, in words."""
    others = [source_title(name, lang) for name in fossil_fuels() if name not in shown]
    return ("、" if lang == "zh" else ", ").join(others)


def _columns(burnt: Lines, fuels: Sequence[str], layer: str, lang: Language) -> list[Column]:
    columns = [
        Column(label("col.industry", lang), width=34),
        Column(label("col.code", lang), width=13),
    ]
    for fuel in fuels:
        base = unit_text(amount(burnt.of_source(fuel))[1], lang)
        columns.append(Column(source_title(fuel, lang), _unit(base, layer, lang), "amount", 13))
    base = unit_text("tce", lang)
    return [*columns, Column(label("col.total", lang), _unit(base, layer, lang), "amount", 13)]


def _unit(base: str, layer: str, lang: Language) -> str:
    carbon = unit_text("t CO2", lang)
    units = {"quantity": base, "carbon_factor": f"{carbon}/{base}", "share": "%"}
    return units.get(layer, carbon)


def _rows(
    data: InventoryData, burnt: Lines, fuels: Sequence[str], layer: str, lang: Language
) -> Iterator[Row]:
    for level, title, code, lines in _industries(data, burnt, lang):
        cells: list[Cell] = [key_of(data, code)] * (len(fuels) + 1)
        if len(lines):
            cells = [_cell(lines.of_source(fuel), burnt, layer) for fuel in fuels]
            cells.append(_cell(lines, burnt, layer, whole_row=True))
        yield Row((title, code, *cells), level, EMPHASIS[level])


def _industries(
    data: InventoryData, burnt: Lines, lang: Language
) -> Iterator[tuple[int, str, str, Lines]]:
    """Yield level, title, code and lines of the total, each sector, industry and enterprise."""
    yield 0, summary_rows()["combustion"].title(lang), "1.A", burnt
    for code in burning_categories():
        lines, title = burnt.under(code), categories()[code].title(lang)
        group = code.count(".") == 2
        yield 1 if group else 2, title, code, lines
        for site in dict.fromkeys(lines.site[lines.site != ""]) if not group else ():
            name = data.facts.site(str(site), lang)
            if name != title:
                yield 3, name, code, lines.where(lines.site == site)


def _cell(lines: Lines, table: Lines, layer: str, *, whole_row: bool = False) -> Cell:
    """Return the cell of one fuel, or of all together, whose quantity is their energy in tce."""
    if not len(lines):
        return None
    if state := lines.state():
        return state
    base = float(np.nansum(lines.coal)) if whole_row else amount(lines)[0]
    carbon, all_carbon = carbon_dioxide(lines), carbon_dioxide(table)
    found = {
        "quantity": base,
        "carbon_factor": carbon / base if isinstance(base, float) and base else None,
        "carbon_dioxide": carbon,
        "share": carbon / all_carbon * 100.0 if all_carbon else None,
    }
    return plain(found[layer])


def carbon_dioxide(lines: Lines) -> float:
    """Return the CO2 that lines emit, in t."""
    return float(np.nansum(lines.net[:, lines.gases.index("CO2")]))
