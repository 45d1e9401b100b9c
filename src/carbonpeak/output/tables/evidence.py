"""Where the numbers come from: factors used, assumptions, documents."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from carbonpeak.output.data import InventoryData, Stated
from carbonpeak.output.table import Cell, Column, Table, plain, rows_of
from carbonpeak.records import said
from carbonpeak.vocabulary import Language, label, labels, sources, unit_text

TEXT_FIELDS = ("condition", "region", "gas", "year")


def factor_table(data: InventoryData, *, lang: Language) -> Table:
    """Return every factor used, with source, place, verification, set and users."""
    columns = [
        Column(label("col.parameter", lang), width=20),
        Column(label("col.subject", lang), width=16),
        Column(label("col.condition", lang), width=18),
        Column(label("col.region", lang)),
        Column(label("col.gas", lang)),
        Column(label("col.year", lang)),
        Column(label("col.value", lang), "", "factor"),
        Column(label("col.unit", lang), width=14),
        Column(label("col.low", lang), "", "factor"),
        Column(label("col.high", lang), "", "factor"),
        Column(label("col.set", lang), width=20),
        Column(label("col.fallback", lang)),
        Column(label("col.verified", lang)),
        Column(label("col.evidence", lang)),
        Column(label("col.document", lang), width=40),
        Column(label("col.where", lang), width=50),
        Column(label("col.lines_using", lang), "", "whole"),
        Column(label("col.note", lang), width=50),
    ]
    users = users_of(data)
    count = data.dataset.sizes["factor"]
    rows = [_factor_cells(data, at, len(users[at]), lang) for at in range(count)]
    return Table(
        "factors",
        label("sheet.factors", lang),
        label("table.factors", lang).format(region=data.facts.title.title(lang)),
        tuple(columns),
        rows_of(sorted(rows, key=lambda row: [str(cell) for cell in row[:6]])),
        (label("note.fallback", lang), label("note.verified", lang)),
    )


def users_of(data: InventoryData) -> dict[int, set[str]]:
    """Return the lines that use each factor, by its place."""
    users: dict[int, set[str]] = defaultdict(set)
    for factor, line in zip(
        data.dataset["use_factor"].values, data.dataset["use_line"].values, strict=True
    ):
        users[int(factor)].add(str(line))
    return users


def _factor_cells(data: InventoryData, at: int, users: int, lang: Language) -> list[Cell]:
    def get(field: str) -> Cell:
        return plain(data.dataset[f"factor_{field}"].values[at])

    def text(field: str) -> str:
        return said(lang, en=str(get(field)), zh=str(get(f"{field}_zh")))

    held = str(get("set"))
    return [
        label(f"parameter.{get('parameter')}", lang),
        sources()[str(get("subject"))].title(lang),
        *(key_text(field, get(field), lang) for field in TEXT_FIELDS),
        get("value"),
        unit_text(str(get("unit")), lang),
        number_or_nothing(get("low")),
        number_or_nothing(get("high")),
        held,
        label("no" if held in _asked_first(data) else "yes", lang),
        label(f"verified.{get('verified')}", lang),
        label(f"evidence.{get('evidence')}", lang),
        get("source"),
        text("where"),
        users,
        text("note"),
    ]


def _asked_first(data: InventoryData) -> tuple[str, str]:
    """Return the region itself and the set that it names; any other set stands behind it."""
    return ("local", str(data.dataset.attrs["factor_set"]))


def key_text(field: str, cell: Cell, lang: Language) -> Cell:
    """Return a part of a factor's key in words; what has no word stays as it is."""
    if cell == "all":
        return label("all", lang)
    if cell == "none":
        return "–"
    return label(f"{field}.{cell}", lang) if f"{field}.{cell}" in labels() else cell


def number_or_nothing(cell: Cell) -> Cell:
    """Return a bound that was kept as text as a number."""
    if isinstance(cell, str):
        return None if cell in ("None", "nan") else float(cell)
    return cell


def assumption_table(data: InventoryData, *, lang: Language) -> Table:
    """Return every stated number that is an assumption, and every unverified factor in use."""
    columns = [
        Column(label("col.kind", lang)),
        Column(label("col.subject", lang), width=40),
        Column(label("col.year", lang)),
        Column(label("col.value", lang), "", "factor"),
        Column(label("col.unit", lang), width=16),
        Column(label("col.low", lang), "", "factor"),
        Column(label("col.high", lang), "", "factor"),
        Column(label("col.document", lang), width=40),
        Column(label("col.where", lang), width=50),
        Column(label("col.note", lang), width=60),
    ]
    assumed = [one for one in data.stated if one.evidence == "assumption"]
    rows = [stated_cells(one, lang) for one in assumed]
    rows += [_unverified(data, at, lang) for at in _unverified_factors(data)]
    return Table(
        "assumptions",
        label("sheet.assumptions", lang),
        label("table.assumptions", lang).format(region=data.facts.title.title(lang)),
        tuple(columns),
        rows_of(rows),
        (label("note.assumptions", lang),),
    )


def stated_cells(one: Stated, lang: Language) -> list[Cell]:
    """Return the cells of one stated number."""
    return [
        label(f"kind.{one.kind}", lang),
        one.title.title(lang),
        "" if one.year == "all" else one.year,
        one.value,
        unit_text(one.unit, lang),
        one.low,
        one.high,
        one.source.title(lang),
        one.where.title(lang),
        one.note.title(lang),
    ]


def _unverified_factors(data: InventoryData) -> list[int]:
    return [
        int(at) for at in np.flatnonzero(data.dataset["factor_verified"].values == "unverified")
    ]


def _unverified(data: InventoryData, at: int, lang: Language) -> list[Cell]:
    cells = _factor_cells(data, at, 0, lang)
    subject = " ".join(str(cell) for cell in cells[:5] if cell not in ("–", None))
    return [
        label("kind.unverified_factor", lang),
        subject,
        cells[5],
        cells[6],
        cells[7],
        cells[8],
        cells[9],
        cells[14],
        cells[15],
        cells[17],
    ]


def document_table(data: InventoryData, *, lang: Language) -> Table:
    """Return the documents that the numbers of the region come from."""
    used: dict[str, int] = defaultdict(int)
    for one in data.stated:
        used[one.source.title_en] += 1
    columns = [
        Column(label("col.document", lang), width=70),
        Column(label("col.address", lang), width=50),
        Column(label("col.numbers", lang), "", "whole"),
    ]
    documents = data.facts.documents.values()
    return Table(
        "documents",
        label("sheet.documents", lang),
        label("table.documents", lang).format(region=data.facts.title.title(lang)),
        tuple(columns),
        rows_of([title.title(lang), url, used[title.title_en]] for title, url in documents),
    )
