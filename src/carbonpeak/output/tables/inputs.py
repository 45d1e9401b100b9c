"""T13: every activity and every factor, with range, source, grade and verification."""

from __future__ import annotations

from collections.abc import Sequence

from carbonpeak.output.data import InventoryData, Stated
from carbonpeak.output.table import Cell, Column, Table, plain, rows_of
from carbonpeak.output.tables.evidence import TEXT_FIELDS, key_text, number_or_nothing, users_of
from carbonpeak.output.tables.form import official_block
from carbonpeak.output.tables.lines import line_title
from carbonpeak.output.wording import source_title, unit_text
from carbonpeak.vocabulary import Language, categories, label

NUMBER = "T13"


def input_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the blocks of T13: activity, then factors."""
    activity = [_activity_cells(data, one, lang) for one in _activities(data)]
    users = users_of(data)
    factors = [
        _factor_cells(data, at, len(users[at]), lang) for at in range(data.dataset.sizes["factor"])
    ]
    factors.sort(key=lambda cells: [str(cell) for cell in cells[:4]])
    return [
        _block(data, "activity", ("col.code", "col.heading"), activity, lang),
        _block(data, "factors", ("col.gas", "official.T13.subject"), factors, lang),
    ]


def _block(
    data: InventoryData,
    name: str,
    heads: tuple[str, str],
    cells: Sequence[Sequence[Cell]],
    lang: Language,
) -> Table:
    """Return a block; both have their columns in the same places."""
    columns = [
        Column(label(f"official.T13.{name}.what", lang), width=40),
        Column(label(heads[0], lang), width=12),
        Column(label(heads[1], lang), width=26),
        Column(label("col.year", lang), width=8),
        Column(label("col.value", lang), "", "factor", 14),
        Column(label("col.unit", lang), width=14),
        Column(label("col.low", lang), "", "factor", 12),
        Column(label("col.high", lang), "", "factor", 12),
        Column(label("official.uncertainty", lang), "±%", "amount", 9),
        Column(label("col.evidence", lang), width=9),
        Column(label("col.verified", lang), width=16),
        Column(label("official.T13.users", lang), "", "whole", 9),
        Column(label("col.document", lang), width=44),
        Column(label("col.where", lang), width=72),
        Column(label("col.note", lang), width=64),
    ]
    return official_block(
        data,
        NUMBER,
        columns,
        rows_of(cells),
        lang=lang,
        part=label(f"official.T13.{name}", lang),
        notes=(label("official.note.range", lang), label("note.verified", lang)),
    )


def _activities(data: InventoryData) -> list[Stated]:
    order = list(categories())
    stated = [one for one in data.stated if one.kind == "activity"]
    return sorted(
        stated, key=lambda one: (order.index(one.subject.split("/")[0]), one.subject, one.year)
    )


def _activity_cells(data: InventoryData, one: Stated, lang: Language) -> list[Cell]:
    category, *site, source = one.subject.split("/")
    return [
        line_title(data, source, "/".join(site), lang=lang),
        category,
        categories()[category].title(lang),
        one.year,
        one.value,
        unit_text(one.unit, lang),
        one.low,
        one.high,
        half_range(one.value, one.low, one.high),
        label(f"evidence.{one.evidence}", lang),
        "",
        1,
        one.source,
        one.where,
        one.note,
    ]


def _factor_cells(data: InventoryData, at: int, users: int, lang: Language) -> list[Cell]:
    def get(field: str) -> Cell:
        return plain(data.dataset[f"factor_{field}"].values[at])

    words = {field: key_text(field, get(field), lang) for field in TEXT_FIELDS}
    about = [source_title(str(get("subject")), lang), words["condition"], words["region"]]
    value, low, high = (number_or_nothing(get(name)) for name in ("value", "low", "high"))
    return [
        label(f"parameter.{get('parameter')}", lang),
        words["gas"],
        " · ".join(str(word) for word in about if word not in ("–", label("all", lang))),
        words["year"],
        value,
        unit_text(str(get("unit")), lang),
        low,
        high,
        half_range(value, low, high),
        label(f"evidence.{get('evidence')}", lang),
        label(f"verified.{get('verified')}", lang),
        users,
        get("source"),
        get("where"),
        get("note"),
    ]


def half_range(value: Cell, low: Cell, high: Cell) -> float | None:
    """Return half the 95 % range in percent of the value; None where there is none."""
    if not (isinstance(low, float) and isinstance(high, float) and isinstance(value, float)):
        return None
    return 50.0 * (high - low) / abs(value) if value else None
