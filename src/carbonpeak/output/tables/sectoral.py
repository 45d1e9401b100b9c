"""Energy by sector, biomass, fugitive emissions and memo items: tables T2, T4, T5 and T8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.table import Column, Emphasis, Row, Table
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
from carbonpeak.output.wording import source_title
from carbonpeak.vocabulary import Language, categories, label, line_rules, unit_text

STOVE_FUELS = ("straw", "firewood", "charcoal", "animal_dung", "biogas")
"""Biomass that the guideline asks for in households, whether or not it is burnt."""

GASES = ("CO2", "CH4", "N2O")
MEMO = ("bunker_aviation", "bunker_navigation", "biomass_co2")
HOMES = "1.A.4.b"
BIOMASS_SECTORS = ("1.A.1", "1.A.2", "1.A.4.a", HOMES, "1.A.4.c")
FUGITIVE = ("coal_fugitive", "oil_gas_fugitive")


EMPHASIS: Mapping[int, Emphasis] = {0: "total", 1: "group"}


def _weighed(lang: Language, *, memo: bool = False) -> Value:
    return co2e(label("col.co2e", lang), unit_text("t CO2e", lang), memo=memo)


def sector_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T2: CO2, CH4 and N2O of energy by sector."""
    tonnes = unit_text("t", lang)
    values = [*(mass(gas, tonnes) for gas in GASES), _weighed(lang)]
    columns = [
        Column(label("col.category", lang), width=46),
        Column(label("col.code", lang), width=13),
        *(value.column for value in values),
        Column(label("col.share", lang), "%", "amount"),
    ]
    notes = _notes(lang, "notation", "biomass_apart", "bunkers_apart")
    made = []
    for year in years_of(data):
        rows = _sector_rows(data, lines_of_year(data, year), values, lang)
        block = official_block(data, "T2", columns, rows, lang=lang, year=year, notes=notes)
        made.append(block)
    return made


def _notes(lang: Language, *keys: str) -> list[str]:
    return [label(f"note.{key}", lang) for key in keys]


def _sector_rows(
    data: InventoryData, every: Lines, values: list[Value], lang: Language
) -> list[Row]:
    whole, rows = 0.0, []
    for level, title, code, lines in _sectors(every.where(every.counted).under("1"), lang):
        found = cells(lines, values, key_of(data, code))
        part = found[-1]
        if level == 0 and isinstance(part, float):
            whole = part
        share = part / whole * 100.0 if whole and isinstance(part, float) else part
        rows.append(Row((title, code, *found, share), level, EMPHASIS.get(level, "plain")))
    return rows


def _sectors(energy: Lines, lang: Language) -> Iterator[tuple[int, str, str, Lines]]:
    """Yield level, title, code and lines of each row."""
    fossil, biomass = energy.where(~energy.biogenic), energy.where(energy.biogenic)
    yield 0, _title("energy", lang), "1", energy
    yield 1, _title("combustion", lang), "1.A", fossil.under("1.A")
    for code in burning_categories():
        yield min(code.count("."), 3), categories()[code].title(lang), code, fossil.under(code)
    yield 1, _title("biomass", lang), "1.A", biomass.under("1.A")
    for key in FUGITIVE:
        code = summary_rows()[key].category
        yield 1, _title(key, lang), code, energy.under(code)


def _title(key: str, lang: Language) -> str:
    return summary_rows()[key].title(lang)


def burning_categories() -> list[str]:
    """Return the sectors of combustion and their industries; parts of an industry are in it."""
    rules = [rule for rule in line_rules() if rule.sector == "energy" and not rule.memo]
    found: list[str] = []
    for code in (code for code in categories() if code.startswith("1.A.")):
        within = any(code.startswith(f"{one}.") for one in found if one.count(".") > 2)
        burns = any(fnmatchcase(code, rule.category) for rule in rules)
        if code.count(".") == 2 or (burns and not within):
            found.append(code)
    return found


def biomass_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T4: biomass burnt by sector and fuel, its CO2 as a memo item."""
    tonnes = unit_text("t", lang)
    memo = mass("CO2", tonnes, memo=True)
    values = [
        mass("CH4", tonnes),
        mass("N2O", tonnes),
        _weighed(lang),
        replace(memo, column=replace(memo.column, title=label("col.biomass_co2", lang))),
    ]
    columns = [*detail_columns(lang), *(value.column for value in values)]
    made = []
    for year in years_of(data):
        every = lines_of_year(data, year)
        burnt = every.where(every.counted & every.biogenic).under("1.A")
        rows = [
            row for code in BIOMASS_SECTORS for row in _biomass(data, burnt, code, values, lang)
        ]
        total = cells(burnt, values, key_of(data, "1.A"))
        rows.append(Row((label("col.total", lang), "1.A", None, None, *total), 0, "total"))
        notes = _notes(lang, "notation", "biomass_memo")
        made.append(official_block(data, "T4", columns, rows, lang=lang, year=year, notes=notes))
    return made


def _biomass(
    data: InventoryData, burnt: Lines, code: str, values: list[Value], lang: Language
) -> list[Row]:
    """Return the rows of a sector; households also name the fuels of stoves that they state not."""
    lines = burnt.under(code)
    title = categories()[code].title(lang)
    absent = key_of(data, code)
    rows = head_rows(data, title, lines, values, code=code, absent=absent, lang=lang)
    missing = [name for name in STOVE_FUELS if name not in lines.source] if code == HOMES else []
    for name in missing:
        key = key_of(data, code, name)
        kept = (source_title(name, lang), code, key, None)
        rows.append(Row((*kept, *[key] * len(values)), 1))
    return rows


def fugitive_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T5: what escapes from coal mines and from oil and gas systems."""
    values = [mass("CH4", unit_text("t", lang)), _weighed(lang)]
    columns = [*detail_columns(lang), *(value.column for value in values)]
    made = []
    for year in years_of(data):
        every = lines_of_year(data, year)
        lost = every.where(every.counted).under("1.B")
        rows = [
            row
            for key in FUGITIVE
            for row in head_rows(
                data,
                _title(key, lang),
                lost.under(summary_rows()[key].category),
                values,
                code=summary_rows()[key].category,
                absent=key_of(data, summary_rows()[key].category),
                lang=lang,
            )
        ]
        total = cells(lost, values, key_of(data, "1.B"))
        rows.append(Row((label("col.total", lang), "1.B", None, None, *total), 0, "total"))
        notes = _notes(lang, "notation")
        made.append(official_block(data, "T5", columns, rows, lang=lang, year=year, notes=notes))
    return made


def memo_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return table T8: fuel of international ships and aircraft, and the CO2 of biomass."""
    tonnes = unit_text("t", lang)
    values = [*(mass(gas, tonnes, memo=True) for gas in GASES), _weighed(lang, memo=True)]
    columns = [*detail_columns(lang), *(value.column for value in values)]
    made = []
    for year in years_of(data):
        every = lines_of_year(data, year)
        rows = [
            row
            for key in MEMO
            for row in head_rows(
                data,
                _title(key, lang),
                _memo_lines(every, key),
                values,
                code=summary_rows()[key].category.split()[0],
                absent=key_of(data, summary_rows()[key].category.split()[0]),
                lang=lang,
            )
        ]
        notes = _notes(lang, "notation", "memo")
        made.append(official_block(data, "T8", columns, rows, lang=lang, year=year, notes=notes))
    return made


def _memo_lines(every: Lines, key: str) -> Lines:
    """Return bunkers, or the lines of the inventory whose CO2 of biomass is reported apart."""
    row = summary_rows()[key]
    lines = every.under(*row.category.split())
    apart = lines.counted & (lines.memo != 0).any(axis=1)
    return lines.where(lines.is_memo if row.part == "memo_lines" else apart)
