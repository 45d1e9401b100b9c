"""T17: emissions and energy per GDP, per head, per industrial value added, per tonne of product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.output.data import InventoryData, Stated
from carbonpeak.output.table import NOT_ESTIMATED, Cell, Column, Row, Table
from carbonpeak.output.tables.form import official_block
from carbonpeak.output.tables.lines import line_title
from carbonpeak.output.wording import unit_text
from carbonpeak.records import said
from carbonpeak.vocabulary import Language, find_line, label

NUMBER = "T17"
INDUSTRY = "1.A.2"
MADE = "made"
"""Item of a line whose activity is the output of a product."""


@dataclass(frozen=True)
class Base:
    """What emissions are divided by: an indicator, the unit it is shown in, what is divided."""

    indicator: str
    unit: str
    numerators: tuple[str, ...]


BASES = (
    Base(
        "gdp",
        "10^4 CNY2020",
        ("total", "total_with_indirect", "energy_co2", "energy_total"),
    ),
    Base(
        "population",
        "person",
        ("total", "total_with_indirect", "energy_co2", "energy_total"),
    ),
    Base("industrial_value_added", "10^4 CNY2020", ("industry", "industry_with_indirect")),
)
STATED_UNITS = {
    "gdp": "10^8 CNY2020/year",
    "population": "10^4 person",
    "industrial_value_added": "10^8 CNY2020/year",
}
"""Units in which the indicators themselves are shown."""


def indicator_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the one block of T17."""
    years = [int(year) for year in data.dataset["year"].values]
    columns = [
        Column(label("col.indicator", lang), width=52),
        Column(label("col.unit", lang), width=24),
        *(Column(str(year), "", "fine", 14) for year in years),
        Column(label("official.T17.source", lang), width=70),
    ]
    rows = [
        *_stated_rows(data, years, lang),
        *_ratio_rows(data, years, lang),
        *_product_rows(data, years, lang),
    ]
    notes = [label(f"official.note.{name}", lang) for name in ("indicators", "industry")]
    return [official_block(data, NUMBER, columns, rows, lang=lang, notes=notes)]


def _heading(name: str, years: list[int], lang: Language) -> Row:
    return Row((label(f"official.T17.{name}", lang), "", *[None] * len(years), ""), 0, "group")


def _stated(data: InventoryData, name: str) -> dict[int, Stated]:
    """Return an indicator by year, as the region states it."""
    return {
        int(one.year): one
        for one in data.stated
        if one.kind == "indicator" and one.subject == name and one.year.isdigit()
    }


def _origin(stated: Mapping[int, Stated], years: list[int], lang: Language) -> str:
    """Return document, place and grade of an indicator, once for years that share them."""
    found = [
        f"{one.source.title(lang)}; {one.where.title(lang)} "
        f"({label(f'evidence.{one.evidence}', lang)})"
        for year, one in stated.items()
        if year in years
    ]
    return "\n".join(dict.fromkeys(found))


def _stated_rows(data: InventoryData, years: list[int], lang: Language) -> Iterator[Row]:
    yield _heading("stated", years, lang)
    for name, unit in STATED_UNITS.items():
        stated = _stated(data, name)
        plain_unit = unit.removesuffix("/year")
        cells: list[Cell] = [
            stated[year].value * units.factor(stated[year].unit, plain_unit)
            if year in stated
            else NOT_ESTIMATED
            for year in years
        ]
        title = label(f"indicator.{name}", lang)
        yield Row((title, unit_text(unit, lang), *cells, _origin(stated, years, lang)), 1)


def _ratio_rows(data: InventoryData, years: list[int], lang: Language) -> Iterator[Row]:
    amounts = _numerators(data)
    for base in BASES:
        stated = _stated(data, base.indicator)
        yield _heading(f"per_{base.indicator}", years, lang)
        for name in base.numerators:
            values = amounts[name]
            cells: list[Cell] = []
            for year in years:
                one = stated.get(year)
                divided = None if one is None else one.value * units.factor(one.unit, base.unit)
                amount = float(values.sel(year=year))
                cells.append(amount / divided if divided else NOT_ESTIMATED)
            unit = f"{str(values.attrs['units']).removesuffix('/year')}/{base.unit}"
            title = label(f"official.T17.{name}", lang)
            yield Row((title, unit_text(unit, lang), *cells, _divided(stated, base, lang)), 1)


def _divided(stated: Mapping[int, Stated], base: Base, lang: Language) -> str:
    """Say by what it is divided, and of which grade that is."""
    grades = dict.fromkeys(label(f"evidence.{one.evidence}", lang) for one in stated.values())
    words = {
        "indicator": label(f"indicator.{base.indicator}", lang),
        "grades": ("、" if lang == "zh" else ", ").join(grades),
    }
    return label("official.T17.divided", lang).format(**words) if stated else ""


def _numerators(data: InventoryData) -> dict[str, xr.DataArray]:
    """Return what is divided, each over the years with its unit."""
    figures = data.figures
    found = {name: figures[name] for name in ("total", "total_with_indirect", "energy_co2")}
    found["energy_total"] = figures["energy_total"].sel(convention=data.facts.convention)
    codes, sectors = data.dataset["category"].values, data.dataset["sector"].values
    burnt = np.array([str(code).startswith(f"{INDUSTRY}.") for code in codes], dtype=bool)
    direct = (burnt & (sectors == "energy")) | (sectors == "ippu")
    for name, kept in (
        ("industry", direct),
        ("industry_with_indirect", direct | (burnt & (sectors == "indirect"))),
    ):
        inside = data.co2e.isel(line=np.flatnonzero(kept))
        found[name] = inside.sum("line").assign_attrs(units="t CO2e/year")
    return found


def _product_rows(data: InventoryData, years: list[int], lang: Language) -> Iterator[Row]:
    """Yield emissions per tonne of each product: of its process, of its plant."""
    yield _heading("per_product", years, lang)
    places = [at for at in range(data.dataset.sizes["line"]) if _is_product(data, at)]
    for at in places:
        dataset = data.dataset
        source, site = str(dataset["source"].values[at]), str(dataset["site"].values[at])
        title = line_title(data, source, site, lang=lang)
        made = dataset["activity"].isel(line=at)
        for name, kept in _parts_of_plant(data, at):
            emitted = data.co2e.isel(line=np.flatnonzero(kept)).sum("line")
            cells = [_per_tonne(emitted, made, year) for year in years]
            words = label(f"official.T17.{name}", lang).format(product=title)
            yield Row(
                (words, unit_text("t CO2e/t", lang), *cells, _output_origin(data, at, lang)), 1
            )
    if not places:
        nothing = label("official.T17.no_product", lang)
        yield Row((nothing, "", *[NOT_ESTIMATED] * len(years), ""), 1)


def _is_product(data: InventoryData, at: int) -> bool:
    names = (str(data.dataset[name].values[at]) for name in ("category", "source", "site"))
    mass = str(data.dataset["activity_unit"].values[at]) == "t/year"
    return mass and find_line(*names).rule.item == MADE


def _parts_of_plant(data: InventoryData, at: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the process alone and, where the product has a plant, all that the plant emits."""
    dataset = data.dataset
    own = np.arange(dataset.sizes["line"]) == at
    yield "process", own
    if site := str(dataset["site"].values[at]):
        plant = dataset["site"].values == site
        scope, memo = dataset["scope"].values, dataset["is_memo"].values.astype(bool)
        yield "plant", plant & (scope == 1) & ~memo
        yield "plant_with_indirect", plant & (scope > 0) & ~memo


def _per_tonne(emitted: xr.DataArray, made: xr.DataArray, year: int) -> Cell:
    amount = float(made.sel(year=year))
    return float(emitted.sel(year=year)) / amount if amount > 0 else NOT_ESTIMATED


def _output_origin(data: InventoryData, at: int, lang: Language) -> str:
    dataset = data.dataset
    found = [
        f"{data.facts.document(str(source), lang)}; {said(lang, en=str(where), zh=str(where_zh))}"
        for source, where, where_zh in zip(
            *(dataset[name].values[at] for name in ("source_id", "where", "where_zh")),
            strict=True,
        )
        if source
    ]
    return "\n".join(dict.fromkeys(found))
