"""Blocks of a sector: its categories by gas, and its lines one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from carbonpeak import units
from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import SummaryRow, summary_rows
from carbonpeak.output.table import NOT_APPLICABLE, Cell, Column, Emphasis, Row, Table, plain
from carbonpeak.output.tables.form import official_block
from carbonpeak.output.tables.lines import (
    Lines,
    Value,
    amount,
    cells,
    co2e,
    detail_columns,
    head_rows,
    key_of,
    lines_of_year,
    mass,
)
from carbonpeak.output.tables.summary import VALUE
from carbonpeak.output.wording import unit_text
from carbonpeak.vocabulary import Language, categories, label

GASES = ("CO2", "CH4", "N2O")
"""Gases of agriculture, land and waste."""
AT_ONCE = "4.A.m"
"""Landfills by the mass balance: memo items whose titles say so themselves."""


@dataclass(frozen=True, eq=False)
class Account:
    """The lines of one year, apart by how they count, in the language of a table."""

    data: InventoryData
    year: int
    lang: Language

    @cached_property
    def every(self) -> Lines:
        """All lines."""
        return lines_of_year(self.data, self.year)

    @cached_property
    def _inside(self) -> np.ndarray:
        return np.asarray(self.data.dataset["scope"].values == 1)

    @property
    def counted(self) -> Lines:
        """What happens in the region and counts in a total, land use among it."""
        return self.every.where(self._inside & ~self.every.is_memo)

    @property
    def memo(self) -> Lines:
        """What happens in the region and is a memo item."""
        return self.every.where(self._inside & self.every.is_memo)

    @property
    def outside(self) -> Lines:
        """What happens outside the region for it, or is computed for comparison."""
        return self.every.where(~self._inside & self.every.is_memo)


def gas_block(account: Account, number: str, sector: str, code: str, *, part: str) -> Table:
    """Return a sector of the summary by heading, category and gas, with its memo items.

    Parameters
    ----------
    account : Account
        The lines of a year.
    number : str
        Of the reporting table.
    sector : str
        Key of a row of the summary.
    code : str
        Category whose memo items belong here.
    part : str
        What the block shows.
    """
    lang = account.lang
    columns = [
        *detail_columns(lang)[:2],
        *(value.column for value in gas_values(lang)),
    ]
    rows = [_summary_row(account, sector, 0), *_headings(account, sector), *_memo(account, code)]
    return official_block(
        account.data, number, columns, rows, lang=lang, year=account.year, part=part
    )


def gas_values(lang: Language, gases: Sequence[str] = GASES, *, memo: bool = False) -> list[Value]:
    """Return the mass of each gas, and their CO2e."""
    tonnes = unit_text("t", lang)
    weighed = co2e(label("col.co2e", lang), unit_text("t CO2e", lang), memo=memo)

    def of(lines: Lines) -> Cell:
        return weighed.of(lines) if lines.gives.any() else NOT_APPLICABLE

    return [*(mass(gas, tonnes, memo=memo) for gas in gases), Value(weighed.column, of)]


def implied_factor(gas: str, lang: Language, per: str = "") -> Value:
    """Return the gas of one unit of activity, in kilograms; only single lines have it."""
    of_gas = mass(gas, "t")
    thing = unit_text(per, lang) if per else label("official.unit_of_activity", lang)
    column = Column(
        label("official.implied_factor", lang).format(gas=gas),
        label("official.per_unit", lang).format(unit=thing),
        "fine",
    )

    def of(lines: Lines) -> Cell:
        emitted, used = of_gas.of(lines), amount(lines)[0]
        if len(lines) > 1 or not isinstance(used, float) or used == 0:
            return None
        return emitted * units.factor("t", "kg") / used if isinstance(emitted, float) else emitted

    return Value(column, of)


def line_block(
    account: Account,
    number: str,
    codes: Sequence[str],
    values: Sequence[Value],
    *,
    part: str,
    lines: Lines | None = None,
    notes: Sequence[str] = (),
) -> Table:
    """Return lines under their categories, each category with its sum, and the sum of all.

    Parameters
    ----------
    account : Account
        The lines of a year.
    number : str
        Of the reporting table.
    codes : sequence of str
        Categories of the block; one that has no lines is a row with its notation key.
    values : sequence of Value
        What is told of each line beside its activity.
    part : str
        What the block shows.
    lines : Lines, optional
        By default what counts in a total.
    notes : sequence of str
        Below the block.
    """
    data, lang = account.data, account.lang
    inside = (account.counted if lines is None else lines).under(*codes)
    columns = [*detail_columns(lang), *(value.column for value in values)]
    rows = []
    for code in codes:
        for held, members in by_category(inside.under(code)):
            title = categories()[held].title(lang)
            rows += head_rows(data, title, members, values, code=held, absent="", lang=lang)
        if not len(inside.under(code)):
            rows.append(absent_row(account, code, len(columns)))
    if len(set(inside.category)) > 1:
        head = (label("col.total", lang), "", None, None)
        rows.append(Row((*head, *cells(inside, values, "")), 0, "total"))
    return official_block(
        data, number, columns, rows, lang=lang, year=account.year, part=part, notes=notes
    )


def by_category(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Yield each category with its lines."""
    for code in dict.fromkeys(lines.category.tolist()):
        yield code, lines.where(lines.category == code)


def absent_row(account: Account, code: str, width: int) -> Row:
    """Return a row of the notation key of a category that has no lines."""
    title = categories()[code].title(account.lang)
    return Row((title, code, *[key_of(account.data, code)] * (width - 2)), 0, "group")


def _summary_row(account: Account, key: str, level: int) -> Row:
    """Return a row of the summary with the gases of the sector."""
    row, values = summary_rows()[key], account.data.summary.sel(row=key, year=account.year)
    state = str(values["state"].item())
    found: list[Cell] = [state] * (len(GASES) + 1)
    if state == VALUE:
        masses = (plain(values["mass"].sel(column=gas).item()) for gas in GASES)
        found = [NOT_APPLICABLE if one is None else one for one in masses]
        found.append(plain(values["co2e"].item()))
    emphasis: Emphasis = ("total", "group", "plain")[level]
    return Row((row.title(account.lang), row.category, *found), level, emphasis)


def _children(sector: str) -> Iterator[SummaryRow]:
    """Yield the headings under a sector of the summary."""
    rows = list(summary_rows().values())
    for row in rows[rows.index(summary_rows()[sector]) + 1 :]:
        if row.level == 0:
            return
        yield row


def _headings(account: Account, sector: str) -> Iterator[Row]:
    """Yield the headings of a sector, each with its own parts or else its categories."""
    children = list(_children(sector))
    for at, heading in enumerate(children):
        yield _summary_row(account, heading.key, heading.level)
        split = heading.level > 1 or [one.level for one in children[at + 1 : at + 2]] == [2]
        lines = account.counted.under(*heading.category.split())
        if not split and set(lines.category) != {heading.category}:
            values = gas_values(account.lang)
            for code, members in by_category(lines):
                title = categories()[code].title(account.lang)
                yield Row((title, code, *cells(members, values, "")), 2)


def _memo(account: Account, code: str) -> Iterator[Row]:
    """Yield the memo items: lines that are one, what others do for the region, biogenic gases."""
    counted = account.counted
    biogenic = counted.where(np.asarray(counted.memo.any(axis=1)))
    rows = [
        *_memo_rows(account, account.memo.under(code), ""),
        *_memo_rows(account, account.outside.under(code), "outside"),
        *_memo_rows(account, biogenic.under(code), "biogenic"),
    ]
    if rows:
        title = label("official.memo", account.lang)
        yield Row((title, "", *[None] * (len(GASES) + 1)), 0, "group")
        yield from rows


def _memo_rows(account: Account, lines: Lines, kind: str) -> Iterator[Row]:
    values = gas_values(account.lang, memo=True)
    for code, members in by_category(lines):
        title = categories()[code].title(account.lang)
        if kind and not code.startswith(AT_ONCE):
            title = label(f"official.memo.{kind}", account.lang).format(title=title)
        yield Row((title, code, *cells(members, values, "")), 1)
