"""The sheets of a region's workbook and their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import get_origin

from carbonpeak import locate, vocabulary
from carbonpeak.evidence.factor_rows import FactorRow
from carbonpeak.evidence.region_rows import (
    ActivityRow,
    CorrelationRecord,
    FirmRow,
    GapRow,
    IndicatorRow,
    NotationRow,
    OverrideRecord,
    RegionRecord,
    SiteRow,
    SourceRow,
    SupplyRow,
    Total,
)
from carbonpeak.records import Record, read_table
from carbonpeak.vocabulary import LANGUAGES, Language, Titled

HEAD_ROW, NOTE_ROW, FIRST_ROW = 3, 4, 5
SECTORS = ("energy", "indirect", "ippu", "agriculture", "land", "waste")
GUIDE, REGION, LISTS = "guide", "region", "lists"
SINGLE = ("land_area", "discount_rate")
"""Numbers of the region that are no totals; they stand among them without a kind."""

ORDER, STATUS, LINE, ITEM = "order", "status", "line", "item"
FIRM_SUM, BALANCE = "firm_sum", "balance"
COMPUTED = frozenset({ORDER, STATUS, LINE, ITEM, FIRM_SUM, BALANCE})
PREPARED = frozenset({"category", "site", "source", "unit"})
"""Columns that say what a row of activity is for; filled in alone they make no row."""

LEADING = (
    "name", "kind", "category", "site", "source", "firm", "indicator", "flow", ITEM, "year",
    "value", "unit", "low", "high", "evidence", "source_id", "where", "where_zh",
    FIRM_SUM, BALANCE,
)  # fmt: skip
LAST = ("note", "note_zh", LINE, STATUS, ORDER)
_FACTORS = ("parameter", "subject", "condition", "region", "gas", "year", "variant")


@dataclass(frozen=True)
class Sheet:
    """A sheet of rows.

    Attributes
    ----------
    name : str
        Of the table: the CSV file, or the sector of its activity.
    model : type
        The record of a row.
    spare : int
        Empty rows below those that are filled in or prepared.
    named : bool
        Whether the rows are entries of a mapping, under a name of their own.
    computed : tuple of str
        Grey columns.
    """

    name: str
    model: type[Record]
    spare: int = 40
    named: bool = False
    computed: tuple[str, ...] = (STATUS,)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in their order, filled in and grey."""
        names = {*self.model.model_fields, *self.computed}
        names |= {"name"} if self.named else set()
        leading = _FACTORS if self.model is FactorRow else ()
        first = [name for name in (*leading, *LEADING) if name in names]
        middle = [name for name in self.model.model_fields if name not in (*first, *LAST)]
        return tuple(dict.fromkeys([*first, *middle, *(name for name in LAST if name in names)]))

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns that people fill in."""
        return tuple(name for name in self.columns if not self.is_grey(name))

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that may not stay empty."""
        if self.model is Total:
            return tuple(name for name in self.fields if name in NEEDED_OF_NUMBERS)
        needed = {name for name, one in self.model.model_fields.items() if one.is_required()}
        return tuple(name for name in self.fields if name in needed | {"name"})

    @property
    def answers(self) -> tuple[str, ...]:
        """The columns of which one makes a row count."""
        prepared = {ActivityRow: PREPARED, Total: frozenset({"name"})}
        return tuple(name for name in self.fields if name not in prepared.get(self.model, ()))

    def is_grey(self, name: str) -> bool:
        """Tell whether a column is computed."""
        return name in self.computed


NEEDED_OF_NUMBERS = ("name", "value", "unit", "evidence", "source_id", "where")
_ACTIVITY = (ITEM, LINE, STATUS, ORDER)
SHEETS: Mapping[str, Sheet] = MappingProxyType(
    {
        sheet.name: sheet
        for sheet in (
            Sheet("numbers", Total, 12, named=True),
            *(Sheet(sector, ActivityRow, 60, computed=_ACTIVITY) for sector in SECTORS),
            Sheet("firms", FirmRow, 100, computed=(FIRM_SUM, BALANCE, STATUS)),
            Sheet("notation", NotationRow),
            Sheet("gaps", GapRow, 20),
            Sheet("supply", SupplyRow),
            Sheet("indicators", IndicatorRow),
            Sheet("sites", SiteRow),
            Sheet("sources", SourceRow),
            Sheet("factors", FactorRow, 20),
            Sheet("overrides", OverrideRecord, 20, named=True),
            Sheet("correlations", CorrelationRecord, 20, named=True),
        )
    }
)
NECESSARY = (REGION, "numbers", *SECTORS, "indicators", "sites", "sources")
_FIRST = ("name", "title_zh", "title_en")
_NOTES = ("note", "note_zh")
_ELSEWHERE = ("schema_name", "totals", "overrides", "correlations", *SINGLE)
FACTS = (
    *_FIRST,
    *(name for name in RegionRecord.model_fields if name not in (*_FIRST, *_ELSEWHERE, *_NOTES)),
    *_NOTES,
)
"""Keys of the region with one value or a list, in the order of their sheet."""


class UsualLine(Record):
    """A line that most counties have; its row is prepared in an empty template."""

    category: str
    source: str
    unit: str


@cache
def usual_lines() -> tuple[UsualLine, ...]:
    """Return the lines that an empty template prepares."""
    key = ["category", "source"]
    rows = read_table(locate.definitions("usual_lines.csv"), UsualLine, key=key)
    return tuple(row.record for row in rows)


def several(model: type[Record], field: str) -> bool:
    """Tell whether a cell holds several words, written with `;` between."""
    found = model.model_fields.get(field)
    return found is not None and get_origin(found.annotation) is tuple


def sheet_title(name: str, lang: Language) -> str:
    """Return the name of a sheet in Chinese or English."""
    return vocabulary.label(f"template.sheet.{name}", lang)


def sheet_names() -> Mapping[str, tuple[str, Language]]:
    """Return the sheet and the language that each title means."""
    every = (GUIDE, REGION, *SHEETS, LISTS)
    return {sheet_title(name, lang): (name, lang) for lang in LANGUAGES for name in every}


def heading(column: str, lang: Language, *, sheet: str = "") -> str:
    """Return the heading of a column; one without a word of its own keeps its name."""
    return _of_column("column", column, sheet, column, lang)


def note(column: str, lang: Language, *, sheet: str = "") -> str:
    """Return what the template says below a heading; empty where it says nothing."""
    return _of_column("note", column, sheet, "", lang)


def _of_column(kind: str, column: str, sheet: str, otherwise: str, lang: Language) -> str:
    """Return the words of a column, those of its sheet before those of all sheets."""
    common = title_or(f"template.{kind}.{column}", otherwise, lang)
    return title_or(f"template.{kind}.{sheet}.{column}", common, lang)


def headings(columns: Iterable[str], *, sheet: str = "") -> Mapping[str, str]:
    """Return the column that each heading means, in both languages or by its own name."""
    return {
        text: name
        for name in columns
        for text in (name, *(heading(name, lang, sheet=sheet) for lang in LANGUAGES))
    }


def title_or(key: str, otherwise: str, lang: Language) -> str:
    """Return a word of the vocabulary, or another where it has none."""
    found: Titled | None = vocabulary.labels().get(key)
    return otherwise if found is None else found.title(lang)
