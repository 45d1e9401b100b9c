"""The drop-downs, the sheet of their words, and what number cells accept."""

from __future__ import annotations

from typing import Literal

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from carbonpeak import vocabulary
from carbonpeak.evidence.workbook import look, words
from carbonpeak.evidence.workbook.formulas import LAST
from carbonpeak.evidence.workbook.layout import (
    FIRST_ROW,
    HEAD_ROW,
    LISTS,
    SHEETS,
    Sheet,
    heading,
    sheet_title,
)
from carbonpeak.vocabulary import Language, label

BEFORE = 2
"""Columns of the sheet of lists before the drop-downs: every source, and its id."""
FROM_SHEETS = {"site": "sites", "source_id": "sources"}


def write_lists(page: Worksheet, lang: Language) -> None:
    """Write the words of the drop-downs, each list in a column."""
    look.title(page, sheet_title(LISTS, lang), label("template.hint.lists", lang))
    ids = list(vocabulary.sources())
    titles = [words.shown("source", one, lang) for one in ids]
    columns = {heading("source", lang): titles, "id": ids}
    for name, codes in words.offered_lists().items():
        field, _, sheet = name.partition(".")
        where = f" · {sheet_title(sheet, lang)}" if sheet else ""
        columns[f"{heading(field, lang)}{where}"] = [words.shown(field, one, lang) for one in codes]
    for at, (text, listed) in enumerate(columns.items(), start=1):
        look.head(page.cell(HEAD_ROW, at), text)
        for line, word in enumerate(listed, start=FIRST_ROW):
            page.cell(line, at, word)
    look.widths(page, [24] * len(columns))


def offer(
    page: Worksheet, sheet: Sheet | None, *, lang: Language, cell: tuple[str, str] | None = None
) -> None:
    """Put the drop-downs and the rules for numbers on the columns of a sheet, or on one cell."""
    columns = [(cell[1], cell[0])] if cell else []
    for at, name in enumerate(sheet.columns if sheet else (), start=1):
        letter = get_column_letter(at)
        columns.append((name, f"{letter}{FIRST_ROW}:{letter}{page.max_row}"))
    for name, cells in columns:
        rule = None if sheet is not None and sheet.is_grey(name) else _rule(sheet, name, lang)
        if rule is not None:
            page.add_data_validation(rule)
            rule.add(cells)


def _rule(sheet: Sheet | None, name: str, lang: Language) -> DataValidation | None:
    other = FROM_SHEETS.get(name)
    if other is not None and (sheet is None or sheet.name != other):
        kept = SHEETS[other]
        letter = get_column_letter(kept.columns.index(name) + 1)
        reach = f"'{sheet_title(other, lang)}'!${letter}${FIRST_ROW}:${letter}${LAST}"
        return _list(reach, "open", lang)
    listed = words.list_of(sheet, name)
    if listed is not None:
        at = list(words.offered_lists()).index(listed) + 1 + BEFORE
        last = FIRST_ROW + len(words.offered_lists()[listed]) - 1
        letter = get_column_letter(at)
        reach = f"'{sheet_title(LISTS, lang)}'!${letter}${FIRST_ROW}:${letter}${last}"
        fixed = sheet is None or bool(words.closed(sheet.model, name))
        return _list(reach, "closed" if fixed else "open", lang)
    if name in ("value", "low", "high"):
        return _number("decimal", "-1E+300", "1E+300", label("template.number", lang))
    if name == "year" and sheet is not None and sheet.name != "factors":
        return _number("whole", "1900", "2200", label("template.year", lang))
    return None


def _list(reach: str, kind: str, lang: Language) -> DataValidation:
    rule = DataValidation(type="list", formula1=reach, allow_blank=True, showErrorMessage=True)
    rule.errorStyle = "stop" if kind == "closed" else "warning"
    rule.error = label(f"template.list.{kind}", lang)
    return rule


def _number(
    kind: Literal["decimal", "whole"], least: str, most: str, message: str
) -> DataValidation:
    rule = DataValidation(
        type=kind, operator="between", formula1=least, formula2=most, allow_blank=True
    )
    rule.showErrorMessage, rule.error = True, message
    return rule
