"""The form of a block of a reporting table: its sheet, its title, its year."""

from __future__ import annotations

from collections.abc import Sequence

from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import Column, Row, Table
from carbonpeak.vocabulary import Language, label


def official_block(
    data: InventoryData,
    number: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    lang: Language,
    year: int | None = None,
    part: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """Return one block of a reporting table.

    Parameters
    ----------
    data : InventoryData
        For the title of the region.
    number : str
        Such as ``"T3"``; labels `official.sheet.T3` and `official.title.T3` name it.
    columns, rows, notes
        What the block holds.
    lang : {"zh", "en"}
        Language.
    year : int, optional
        Year of the block; None for a table over all years.
    part : str
        What the block shows, where a table has several parts.

    Returns
    -------
    Table
    """
    words = [year_words(year, lang)] if year is not None else []
    return Table(
        key=number if year is None else f"{number}_{year}",
        sheet=f"{number} {label(f'official.sheet.{number}', lang)}",
        title=f"{number} {official_title(data, number, lang=lang)}",
        columns=tuple(columns),
        rows=tuple(rows),
        notes=tuple(notes),
        year=year,
        part=part,
        block=" · ".join([*words, *([part] if part else [])]),
    )


def official_title(data: InventoryData, number: str, *, lang: Language) -> str:
    """Return the title of a reporting table without its number."""
    return label(f"official.title.{number}", lang).format(region=data.facts.title.title(lang))


def year_words(year: int, lang: Language) -> str:
    """Return a year as it heads a block."""
    return label("official.year", lang).format(year=year)


def years_of(data: InventoryData) -> list[int]:
    """Return the years of an inventory, latest first."""
    return sorted((int(year) for year in data.dataset["year"].values), reverse=True)
