"""T14 and T15: uncertainty by category and gas, and the key categories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr

from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.table import NOT_APPLICABLE, Cell, Column, Row, Table, plain
from carbonpeak.output.tables.form import official_block, years_of
from carbonpeak.output.tables.lines import gas_title
from carbonpeak.output.wording import unit_text
from carbonpeak.vocabulary import Language, categories, label

TOTALS = ("total", "total_with_land", "total_with_indirect")
LEVEL_COLUMNS = (
    ("activity_uncertainty", "E", "±%"),
    ("factor_uncertainty", "F", "±%"),
    ("combined_uncertainty", "G", "±%"),
    ("contribution_to_variance", "H", "%²"),
)
TREND_COLUMNS = (
    ("sensitivity_a", "I", "%"),
    ("sensitivity_b", "J", "%"),
    ("trend_from_factors", "K", "%"),
    ("trend_from_activity", "L", "%"),
)
"""Columns of table 3.2 of 2006 IPCC Guidelines vol. 1 ch. 3 with their letters and units."""


def uncertainty_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the blocks of T14, latest year first: totals, then each category and gas."""
    return [
        block
        for year in years_of(data)
        for block in (_total_block(data, year, lang), _source_block(data, year, lang))
    ]


def _total_block(data: InventoryData, year: int, lang: Language) -> Table:
    found = data.uncertainty.sel(year=year)
    weighed = unit_text("t CO2e", lang)
    columns = [
        Column(label("official.T14.total", lang), width=46),
        Column(label("col.code", lang), width=12),
        Column(label("col.gas", lang), width=8),
        Column(label("official.T14.value", lang), weighed, "amount"),
        Column(label("official.uncertainty", lang), "±%", "amount"),
        Column(label("col.low", lang), weighed, "amount"),
        Column(label("col.high", lang), weighed, "amount"),
        Column(label("official.T14.trend", lang).format(year=_start(data)), "%", "amount"),
        Column(label("official.T14.trend_low", lang), "%", "amount"),
        Column(label("official.T14.trend_high", lang), "%", "amount"),
    ]
    rows = []
    for name in TOTALS:
        part = found.sel(part=name)
        cells = [plain(part[field].item()) for field in ("central", "half_range", "low", "high")]
        cells += _trend(data, part, year, ("trend", "trend_low", "trend_high"))
        rows.append(Row((summary_rows()[name].title(lang), "", "", *cells), 0, "total"))
    return official_block(
        data,
        "T14",
        columns,
        rows,
        lang=lang,
        year=year,
        part=label("official.T14.totals", lang),
        notes=_range_notes(data, lang),
    )


def _start(data: InventoryData) -> int:
    return int(data.uncertainty.attrs["base_year"])


def _trend(data: InventoryData, part: xr.Dataset, year: int, names: Sequence[str]) -> list[Cell]:
    """Return numbers about the trend; there is none in the year that it starts from."""
    if year == _start(data):
        return [NOT_APPLICABLE] * len(names)
    return [plain(part[name].item()) for name in names]


def _range_notes(data: InventoryData, lang: Language) -> list[str]:
    attrs = data.uncertainty.attrs
    words = {
        "activity": attrs["activity_without_range"],
        "factors": attrs["factors_without_range"],
        "inputs": attrs["inputs"],
    }
    return [label(f"official.note.{key}", lang).format(**words) for key in ("ranges", "approach")]


def _source_block(data: InventoryData, year: int, lang: Language) -> Table:
    weighed = unit_text("t CO2e", lang)
    columns = [
        Column(f"A {label('col.heading', lang)}", width=46),
        Column(label("col.code", lang), width=12),
        Column(f"B {label('col.gas', lang)}", width=8),
        Column(f"C {_start(data)}", weighed, "amount"),
        Column(f"D {year}", weighed, "amount"),
        *(
            Column(f"{letter} {label(f'official.T14.{name}', lang)}", unit, "fine")
            for name, letter, unit in (*LEVEL_COLUMNS, *TREND_COLUMNS)
        ),
        Column(f"M {label('official.T14.trend_contribution', lang)}", "%²", "fine"),
    ]
    return official_block(
        data,
        "T14",
        columns,
        list(_source_rows(data, year, lang)),
        lang=lang,
        year=year,
        part=label("official.T14.sources", lang),
        notes=(label("official.note.propagation", lang),),
    )


def _source_rows(data: InventoryData, year: int, lang: Language) -> Iterator[Row]:
    found = data.uncertainty
    codes, names = found["part_category"].values, found["part"].values
    now, then = found.sel(year=year), found["central"].sel(year=_start(data)).values
    current = now["central"].values
    level = [now[field].values for field, _, _ in LEVEL_COLUMNS]
    trend = [now[field].values for field, _, _ in TREND_COLUMNS]
    for code, category in categories().items():
        for at in np.flatnonzero(codes == code):
            gas = str(names[at]).rpartition("/")[2]
            if gas == "indirect":
                continue
            parts = [_cell(values[at]) for values in level]
            moved = [NOT_APPLICABLE if year == _start(data) else _cell(one[at]) for one in trend]
            head = (category.title(lang), code, gas_title(gas))
            amounts = float(then[at]), float(current[at])
            yield Row((*head, *amounts, *parts, *moved, _squares(moved[2:])))


def _cell(value: float) -> Cell:
    """Return a number, or NA where nothing is emitted that it could refer to."""
    found = plain(value)
    return NOT_APPLICABLE if found is None else found


def _squares(parts: Sequence[Cell]) -> Cell:
    """Return the contribution to the variance of the trend: the sum of two squares."""
    numbers = [one for one in parts if isinstance(one, float)]
    return sum(one**2 for one in numbers) if numbers else parts[0]


def key_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the blocks of T15: with land use and without, both approaches in one."""
    return [_key_block(data, with_land, lang) for with_land in (True, False)]


def _key_block(data: InventoryData, with_land: bool, lang: Language) -> Table:
    first, second = (_assessment(data, approach, with_land) for approach in (1, 2))
    weighed, year = unit_text("t CO2e", lang), int(first.attrs["year"])
    columns = [
        Column(label("col.heading", lang), width=46),
        Column(label("col.code", lang), width=12),
        Column(label("col.gas", lang), width=8),
        *(
            Column(label(f"official.T15.{name}", lang).format(year=when), weighed, "amount")
            for name, when in (("base", first.attrs["base_year"]), ("current", year))
        ),
        *(
            Column(label(f"official.T15.{name}", lang), "%", "amount")
            for name in ("level", "level_cumulative", "trend", "trend_cumulative")
        ),
        Column(label("official.T15.identified", lang), width=16),
        Column(label("official.T15.remark", lang), width=66),
    ]
    marks = dict(zip(second["part"].values.tolist(), second["identified_by"].values, strict=True))
    rows = list(_key_rows(data, first, marks, lang))
    name = "with_land" if with_land else "without_land"
    return official_block(
        data,
        "T15",
        columns,
        rows,
        lang=lang,
        part=label(f"official.T15.{name}", lang),
        notes=[label(f"official.note.{key}", lang) for key in ("keys", "default_factors")],
    )


def _assessment(data: InventoryData, approach: int, with_land: bool) -> xr.Dataset:
    (found,) = (
        one
        for one in data.keys
        if one.attrs["approach"] == approach and one.attrs["with_land"] == int(with_land)
    )
    return found


def _key_rows(
    data: InventoryData, first: xr.Dataset, second: dict[str, str], lang: Language
) -> Iterator[Row]:
    nothing = [NOT_APPLICABLE] * first.sizes["part"]
    shares = [
        first[field].values * 100.0 if field in first else nothing
        for field in ("level", "level_cumulative", "trend", "trend_cumulative")
    ]
    names = ("part", "part_category", "part_gas", "base", "current", "identified_by")
    columns = [first[name].values.tolist() for name in names]
    for at, (part, code, gas, base, current, marked) in enumerate(zip(*columns, strict=True)):
        marks = [mark for one in (marked, str(second[part])) for mark in one.split(",") if mark]
        head = (categories()[code].title(lang), code, gas_title(gas), base, current)
        cells = (*head, *(plain(share[at]) for share in shares), ", ".join(marks))
        remark = _remark(data, code, gas, lang) if marks else ""
        yield Row((*cells, remark), 0, "group" if marks else "plain")


def _remark(data: InventoryData, code: str, gas: str, lang: Language) -> str:
    """Say what weakens a key category: default or unverified factors, assumed activity."""
    dataset = data.dataset
    counted = (dataset["scope"].values == 1) & ~dataset["is_memo"].values.astype(bool)
    inside = counted & (dataset["category"].values == code)
    lines = dataset["line"].values[inside]
    used = np.isin(dataset["use_line"].values, lines) & (dataset["use_gas"].values == gas)
    factors = np.unique(dataset["use_factor"].values[used])
    found = {
        "default": not _is_local(dataset, factors).any(),
        "unverified": (dataset["factor_verified"].values[factors] == "unverified").any(),
        "assumed": (dataset["evidence"].values[inside] == "assumption").any(),
    }
    words = [label(f"official.T15.{name}", lang) for name, holds in found.items() if holds]
    return ("；" if lang == "zh" else "; ").join(words)


def _is_local(dataset: xr.Dataset, factors: np.ndarray) -> np.ndarray:
    """Tell which factors the region states itself or measured."""
    own = dataset["factor_set"].values[factors] == "local"
    return np.asarray(own | (dataset["factor_evidence"].values[factors] == "measured"))
