"""What surrounds the tables of a workbook: contents, findings of the checks, notation keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from carbonpeak.output.data import InventoryData
from carbonpeak.output.sheet import sheet_name
from carbonpeak.output.table import NOTATION_KEYS, Column, Table, rows_of
from carbonpeak.output.tables.lines import line_title
from carbonpeak.output.wording import source_title
from carbonpeak.vocabulary import Language, categories, label, labels, parse_line, sources

LINE_ID = re.compile(r"[0-9][A-Za-z0-9.]*(?:/\w+)+", re.ASCII)


def contents_table(tables: Sequence[Table], *, lang: Language) -> Table:
    """Return the sheets of a workbook with what stands on each."""
    titles: dict[str, str] = {}
    for table in tables:
        titles.setdefault(sheet_name(table.sheet), table.title)
    columns = (
        Column(label("col.sheet", lang), kind="link", width=36),
        Column(label("col.content", lang), width=100),
    )
    title = label("sheet.contents", lang)
    return Table("contents", title, title, columns, rows_of(titles.items()))


def finding_table(data: InventoryData, *, lang: Language) -> Table:
    """Return what the checks found, errors first, with who accepts what."""
    columns = (
        Column(label("col.level", lang), width=8),
        Column(label("col.check", lang), width=28),
        Column(label("col.place", lang), width=40),
        Column(label("col.found", lang), width=40),
        Column(label("col.allowed", lang), width=34),
        Column(label("col.remedy", lang), width=34),
        Column(label("col.accepted", lang), width=30),
    )
    found = data.findings.get(lang)
    rows = [] if found is None else found.to_numpy().tolist()
    shown = (
        (
            *row[:2],
            place_text(data, row[2], lang),
            *(with_titles(data, one, lang) for one in row[3:]),
        )
        for row in rows
    )
    return Table(
        "findings",
        label("sheet.findings", lang),
        label("table.findings", lang).format(region=data.facts.title.title(lang)),
        columns,
        rows_of(shown),
        (label("note.findings", lang),),
    )


def place_text(data: InventoryData, place: str, lang: Language) -> str:
    """Return the place of a finding with titles where its parts have some."""
    return " ".join(_part_text(data, part, lang) for part in place.split(" "))


def _part_text(data: InventoryData, part: str, lang: Language) -> str:
    if part in data.dataset["line"].values:
        line = parse_line(part)
        heading = _category_text(line.category, lang)
        return f"{heading} · {line_title(data, line.source, line.site, lang=lang)}"
    if part in categories():
        return _category_text(part, lang)
    if part in sources():
        return source_title(part, lang)
    keys = (f"{kind}.{part}" for kind in ("parameter", "condition", "region"))
    return next((label(key, lang) for key in keys if key in labels()), part)


def with_titles(data: InventoryData, text: str, lang: Language) -> str:
    """Return a sentence with the titles of the lines that it names."""
    return LINE_ID.sub(lambda found: _part_text(data, found[0], lang), text)


def _category_text(code: str, lang: Language) -> str:
    return f"{code} {categories()[code].title(lang)}"


def notation_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return what the notation keys mean, and which the region states for what reason."""
    sheet = label("sheet.notation", lang)
    title = label("table.notation", lang).format(region=data.facts.title.title(lang))
    key = Column(label("col.key", lang), width=14)
    meanings = Table(
        "notation",
        sheet,
        title,
        (key, Column(label("col.meaning", lang), width=60)),
        rows_of((name, label(f"notation.{name}", lang)) for name in NOTATION_KEYS),
        block=label("official.part.meanings", lang),
    )
    if not data.notations:
        return [meanings]
    stated = Table(
        "notation_stated",
        sheet,
        title,
        (
            key,
            Column(label("col.category", lang), width=60),
            Column(label("col.source", lang), width=26),
            Column(label("col.reason", lang), width=70),
        ),
        rows_of(_stated(data, lang)),
        block=label("official.part.stated", lang),
    )
    return [meanings, stated]


def _stated(data: InventoryData, lang: Language) -> Iterable[Sequence[str]]:
    for one in data.notations:
        source = source_title(one.source, lang) if one.source else ""
        yield one.key, _category_text(one.category, lang), source, one.reason.title(lang)
