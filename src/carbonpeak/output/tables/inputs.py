"""T13: every activity and every factor, with range, source, grade and verification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carbonpeak.output.data import InventoryData, Stated
from carbonpeak.output.table import Cell, Column, Table, plain, rows_of
from carbonpeak.output.tables.evidence import TEXT_FIELDS, key_text, number_or_nothing, users_of
from carbonpeak.output.tables.form import official_block
from carbonpeak.output.tables.lines import line_title
from carbonpeak.output.wording import source_title, unit_text
from carbonpeak.records import said
from carbonpeak.vocabulary import Language, categories, label

NUMBER = "T13"
FIELDS = (
    *("parameter", "subject", *TEXT_FIELDS, "value", "unit", "low", "high"),
    *("evidence", "verified", "source", "where", "where_zh", "note", "note_zh"),
)


def input_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the blocks of T13: activity, then factors, with the same columns."""
    activity = [_activity_cells(data, one, lang) for one in _activities(data)]
    users = users_of(data)
    fields = {name: data.dataset[f"factor_{name}"].values.tolist() for name in FIELDS}
    rows = (dict(zip(fields, row, strict=True)) for row in zip(*fields.values(), strict=True))
    factors = [_factor_cells(row, len(users[at]), lang) for at, row in enumerate(rows)]
    factors.sort(key=lambda cells: [str(cell) for cell in cells[:4]])
    return [_block(data, "activity", activity, lang), _block(data, "factors", factors, lang)]


def _block(
    data: InventoryData, name: str, cells: Sequence[Sequence[Cell]], lang: Language
) -> Table:
    columns = [
        Column(label("official.T13.what", lang), width=40),
        Column(label("official.T13.code", lang), width=12),
        Column(label("official.T13.subject", lang), width=26),
        Column(label("col.year", lang), width=8),
        Column(label("col.value", lang), "", "factor", 14),
        Column(label("col.unit", lang), width=14),
        Column(label("col.low", lang), "", "factor", 12),
        Column(label("col.high", lang), "", "factor", 12),
        Column(label("official.uncertainty", lang), "±%", "amount", 13),
        Column(label("col.evidence", lang), width=13),
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
        one.source.title(lang),
        one.where.title(lang),
        one.note.title(lang),
    ]


def _factor_cells(factor: Mapping[str, Cell], users: int, lang: Language) -> list[Cell]:
    words = {field: key_text(field, factor[field], lang) for field in TEXT_FIELDS}
    about = [source_title(str(factor["subject"]), lang), words["condition"], words["region"]]
    value, low, high = (number_or_nothing(plain(factor[name])) for name in ("value", "low", "high"))
    return [
        label(f"parameter.{factor['parameter']}", lang),
        words["gas"],
        " · ".join(str(word) for word in about if word not in ("–", label("all", lang))),
        words["year"],
        value,
        unit_text(str(factor["unit"]), lang),
        low,
        high,
        half_range(value, low, high),
        label(f"evidence.{factor['evidence']}", lang),
        label(f"verified.{factor['verified']}", lang),
        users,
        factor["source"],
        *(
            said(lang, en=str(factor[field]), zh=str(factor[f"{field}_zh"]))
            for field in ("where", "note")
        ),
    ]


def half_range(value: Cell, low: Cell, high: Cell) -> float | None:
    """Return half the 95 % range in percent of the value; None where there is none."""
    if not (isinstance(low, float) and isinstance(high, float) and isinstance(value, float)):
        return None
    return 50.0 * (high - low) / abs(value) if value else None
