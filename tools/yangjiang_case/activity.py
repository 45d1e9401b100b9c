"""The energy balance of both years and the figures of the zone as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from yangjiang_case import rules
from yangjiang_case.compilation import Case, Compilation, Output, origin, scaled, shown


def balance(compilation: Compilation) -> list[Output]:
    """Return the balance of both years: cells, zero cells of plants not built, own generation."""
    rows: list[Output] = []
    for year, topic in rules.BALANCE_TOPICS.items():
        cells = [balance_row(cell, year) for cell in compilation.cells(topic, year)]
        rows += [*cells, own_electricity(compilation, year)]
        rows += not_built(rows, cells, year)
    return gross_iron_works(rows)


def balance_row(cell: Case, year: int) -> Output:
    """Turn `site | source` of the compilation into an activity row."""
    site, source = cell.item.split(" | ")
    produced = source == "heat" and cell.number < 0
    row: Output = {
        **line(site, "own_heat" if produced else source),
        "year": year,
        "unit": rules.UNIT[cell.unit],
        **scaled(cell, 1),
        **origin(cell, rules.reason(site, source, year)),
    }
    return positive(row) if produced else row


def line(site: str, source: str) -> Output:
    """Return the columns that name a line."""
    category = rules.CATEGORY_OF_CELL.get((site, source), rules.CATEGORY[site])
    item = rules.ITEM.get(source, "burnt")
    return {"category": category, "site": site, "source": source, "item": item}


def positive(row: Output) -> Output:
    """Write heat output, negative in the compilation, as a positive amount produced."""
    ends = {"value": "value", "low": "high", "high": "low"}
    return {**row, **{name: str(row[other]).removeprefix("-") for name, other in ends.items()}}


def own_electricity(compilation: Compilation, year: int) -> Output:
    """Return own generation: given for 2020, for 2015 in proportion to hot metal."""
    case = compilation.get(*rules.OWN_GENERATION)
    hot_metal = {y: compilation.get(*rules.HOT_METAL, y).number for y in (2015, 2020)}
    to_wan_kwh = 10_000 * hot_metal[year] / hot_metal[2020]
    note = "kept" if year == 2020 else "derived: own generation of 2020 x hot metal 2015 / 2020"
    return {
        **line("iron_works", "own_electricity"),
        "year": year,
        "unit": "万千瓦时",
        **scaled(case, to_wan_kwh),
        **origin(case, f"{note}. All of it is taken as recovery at the iron works"),
    }


def not_built(rows: Sequence[Output], cells: Sequence[Output], year: int) -> list[Output]:
    """Return exact zeros for cells of 2020 that another year does not have."""
    here = {(row["site"], row["source"]) for row in cells}
    own = "own_electricity"
    return [
        {**row, "year": year, "value": 0, "low": 0, "high": 0, "note": rules.NOT_BUILT}
        for row in rows
        if row["year"] == 2020 and (row["site"], row["source"]) not in here and row["source"] != own
    ]


def gross_iron_works(rows: Sequence[Output]) -> list[Output]:
    """Add own generation to the electricity of the iron works, which is net of it."""
    own = {row["year"]: row for row in rows if row["source"] == "own_electricity"}
    return [
        add_own(row, own[row["year"]])
        if (row["site"], row["source"]) == ("iron_works", "electricity")
        else row
        for row in rows
    ]


def add_own(row: Output, own: Output) -> Output:
    """Add the central own generation to value and range of a net cell."""
    ends = {
        name: shown(float(row[name]) + float(own["value"])) for name in ("value", "low", "high")
    }
    return {**row, **ends, "note": f"{rules.GROSS} {row['note']}"}


def indicators(compilation: Compilation) -> list[Output]:
    """Return the figures of the zone as a whole."""
    rows = [indicator(compilation, rule) for rule in rules.INDICATORS]
    return [*rows, gdp_back_cast(compilation), *rules.PLAN_INDICATORS]


def indicator(compilation: Compilation, rule: rules.Indicator) -> Output:
    """Return one figure in another unit."""
    case = compilation.get(rule.topic, rule.item, rule.year or "")
    head: Output = {"indicator": rule.name, "year": rule.year or 2020, "unit": rule.unit}
    return {**head, **scaled(case, rule.factor), **origin(case, "kept")}


def gdp_back_cast(compilation: Compilation) -> Output:
    """Return the GDP of 2015: that of 2020 less five years of real growth."""
    given = compilation.get("1 region", "GDP, zone", 2015)
    growth = compilation.get("1 region", "GDP, zone, real growth 2015-2020", 2020).number
    gdp = compilation.get("1 region", "GDP, zone", 2020).number
    value = gdp / (1 + growth / 100) ** 5
    note = f"changed: {given.value} of the compilation unrounded, {growth:g} %/a over five years"
    return {
        "indicator": "gdp",
        "year": 2015,
        "unit": "CNY2020",
        **scaled(given, 1e8),
        "value": shown(value * 1e8),
        **origin(given, note),
    }
