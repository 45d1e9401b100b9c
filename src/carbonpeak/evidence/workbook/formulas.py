"""The formulas of the grey cells."""

from __future__ import annotations

from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from carbonpeak.evidence.workbook import look
from carbonpeak.evidence.workbook.layout import (
    BALANCE,
    FIRM_SUM,
    FIRST_ROW,
    LINE,
    LISTS,
    SECTORS,
    SHEETS,
    STATUS,
    Sheet,
    sheet_title,
)
from carbonpeak.vocabulary import Language, label

LAST = 999
"""Last row that sums and counts over other sheets look at."""


def formula(sheet: Sheet, name: str, line: int, *, lang: Language) -> str | None:
    """Return the formula of a cell; None where the column has none."""
    made = {STATUS: _status, LINE: _line, FIRM_SUM: _firm_sum, BALANCE: _balance}
    return made[name](sheet, line, lang) if name in made and sheet.is_grey(name) else None


def count_of(sheet: Sheet, key: str, lang: Language) -> str:
    """Return the formula that counts the rows of a status."""
    return f'=COUNTIF({_column(sheet, STATUS, lang)},"{_word(key, lang)}")'


def mark(page: Worksheet, at: int, last: int, lang: Language) -> None:
    """Colour the rows that are not complete or do not fit."""
    letter = get_column_letter(at)
    red = DifferentialStyle(fill=PatternFill("solid", bgColor=look.RED))
    for key in ("missing", "exceeded"):
        words = [f'"{_word(key, lang)}"']
        rule = Rule("cellIs", dxf=red, operator="equal", formula=words)
        page.conditional_formatting.add(f"{letter}{FIRST_ROW}:{letter}{last}", rule)


def _word(key: str, lang: Language) -> str:
    return label(f"template.check.{key}", lang)


def _letter(sheet: Sheet, name: str) -> str:
    return get_column_letter(sheet.columns.index(name) + 1)


def _column(sheet: Sheet, name: str, lang: Language) -> str:
    letter = _letter(sheet, name)
    return f"'{sheet_title(sheet.name, lang)}'!${letter}${FIRST_ROW}:${letter}${LAST}"


def _is_empty(sheet: Sheet, line: int) -> str:
    cells = ",".join(f"{_letter(sheet, name)}{line}" for name in sheet.answers)
    return f"COUNTA({cells})=0"


def _status(sheet: Sheet, line: int, lang: Language) -> str:
    blanks = ",".join(f'{_letter(sheet, name)}{line}=""' for name in sheet.required)
    fine = f'"{_word("complete", lang)}"'
    if sheet.name == "firms":
        total, whole = (f"{_letter(sheet, name)}{line}" for name in (FIRM_SUM, BALANCE))
        fine = f'IF({total}>{whole}*(1+1E-6),"{_word("exceeded", lang)}",{fine})'
    missing = _word("missing", lang)
    return f'=IF({_is_empty(sheet, line)},"",IF(OR({blanks}),"{missing}",{fine}))'


def _line(sheet: Sheet, line: int, lang: Language) -> str:
    """Return the id of the line: code of the category, site, and id of the source."""
    category, site, source = (
        f"{_letter(sheet, name)}{line}" for name in ("category", "site", "source")
    )
    lists = sheet_title(LISTS, lang)
    code = f'LEFT({category},FIND(" ",{category}&" ")-1)'
    name = f"IFERROR(VLOOKUP({source},'{lists}'!$A${FIRST_ROW}:$B${LAST},2,FALSE),{source})"
    middle = f'IF({site}="","","/"&{site})'
    return f'=IF(OR({category}="",{source}=""),"",{code}&{middle}&"/"&{name})'


def _firm_sum(sheet: Sheet, line: int, lang: Language) -> str:
    return f'=IF({_is_empty(sheet, line)},"",{_sum_beside(sheet, sheet, line, lang)})'


def _balance(sheet: Sheet, line: int, lang: Language) -> str:
    sums = "+".join(_sum_beside(sheet, SHEETS[one], line, lang) for one in SECTORS)
    return f'=IF({_is_empty(sheet, line)},"",{sums})'


def _sum_beside(here: Sheet, other: Sheet, line: int, lang: Language) -> str:
    """Sum the values of a sheet with the line, year and unit of a row of the firms."""
    site = f"${_letter(here, 'site')}{line}"
    alike = [
        f"({_column(other, name, lang)}=${_letter(here, name)}{line})"
        for name in ("category", "source", "year", "unit")
    ]
    every = f'({site}="")*({"0" if other is here else "1"}=1)'
    alike.append(f"((({_column(other, 'site', lang)}={site})+{every})>0)")
    return f"SUMPRODUCT({'*'.join(alike)},{_column(other, 'value', lang)})"
