"""T12, waste: by gas, landfill by decay and by mass balance, treatment, waste water, history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from carbonpeak import units
from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import NOT_APPLICABLE, Cell, Column, Row, Table
from carbonpeak.output.tables.by_line import (
    AT_ONCE,
    Account,
    gas_block,
    gas_values,
    implied_factor,
    line_block,
)
from carbonpeak.output.tables.form import official_block, year_words, years_of
from carbonpeak.output.tables.lines import Lines, Value, detail_columns, mass
from carbonpeak.output.wording import source_title, unit_text
from carbonpeak.vocabulary import Language, label, sources

NUMBER = "T12"
LANDFILL, WITHOUT_HISTORY = "4.A", "4.A.b"
SITES = ("4.A.1", "4.A.2", "4.A.3")
TREATMENT, WATER = ("4.B", "4.C.1", "4.C.2"), ("4.D.1", "4.D.2")
GASES = ("CH4", "N2O")


def waste_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the blocks of T12, latest year first, then what was deposited year by year."""
    years = [block for year in years_of(data) for block in _blocks(Account(data, year, lang))]
    return [*years, *_deposit_blocks(data, lang)]


def _blocks(account: Account) -> Iterator[Table]:
    lang = account.lang
    yield gas_block(account, NUMBER, "waste", "4", part=_part("gases", lang))
    yield _landfill_block(account)
    carbon = [
        _titled(mass("CO2", unit_text("t", lang), memo=memo), memo, lang) for memo in (False, True)
    ]
    yield line_block(
        account,
        NUMBER,
        TREATMENT,
        [*carbon, *gas_values(lang, GASES)],
        part=_part("treatment", lang),
    )
    yield line_block(
        account,
        NUMBER,
        WATER,
        [*(implied_factor(gas, lang) for gas in GASES), *gas_values(lang, GASES)],
        part=_part("water", lang),
    )
    outside = account.outside.under("4")
    outside = outside.where(~_under(outside, AT_ONCE))
    if len(outside):
        values = gas_values(lang, memo=True)
        part = _part("outside", lang)
        yield line_block(account, NUMBER, ("4",), values, part=part, lines=outside)


def _part(name: str, lang: Language) -> str:
    return label(f"official.T12.{name}", lang)


def _titled(value: Value, memo: bool, lang: Language) -> Value:
    title = _part("biogenic" if memo else "fossil", lang)
    return replace(value, column=replace(value.column, title=title))


def _under(lines: Lines, code: str) -> np.ndarray:
    return np.array([one == code or one.startswith(f"{code}.") for one in lines.category], bool)


def _landfill_block(account: Account) -> Table:
    """Return the landfills of the region: methane by decay and by mass balance side by side."""
    lang = account.lang
    values = [
        Value(_methane("decay", lang), _by_decay),
        Value(_methane("balance", lang), lambda lines: _by_balance(account, lines)),
        *gas_values(lang, ("CH4",)),
    ]
    return line_block(
        account,
        NUMBER,
        SITES + ((WITHOUT_HISTORY,) if len(account.counted.under(WITHOUT_HISTORY)) else ()),
        values,
        part=_part("landfill", lang),
        notes=(label("official.note.landfill", lang),),
    )


def _methane(way: str, lang: Language) -> Column:
    return Column(_part(way, lang), unit_text("t", lang), "amount")


def _by_decay(lines: Lines) -> Cell:
    return mass("CH4", "t").of(lines.where(~_under(lines, WITHOUT_HISTORY)))


def _by_balance(account: Account, lines: Lines) -> Cell:
    """Return methane by mass balance: counted where there is no history, else beside it."""
    own = lines.where(_under(lines, WITHOUT_HISTORY))
    codes = [str(code).replace(LANDFILL, AT_ONCE, 1) for code in lines.category]
    asked = set(zip(codes, lines.site, lines.source, strict=True))
    every = account.outside
    keys = zip(every.category, every.site, every.source, strict=True)
    beside = every.where(np.array([key in asked for key in keys], dtype=bool))
    found = [mass("CH4", "t").of(own), mass("CH4", "t", memo=True).of(beside)]
    numbers = [one for one in found if isinstance(one, float)]
    return sum(numbers) if numbers else NOT_APPLICABLE


def _deposit_blocks(data: InventoryData, lang: Language) -> Iterator[Table]:
    """Yield what was deposited in each stated year, in the region and outside it."""
    for part, outside in (("deposits", False), ("deposits_outside", True)):
        amounts = _deposits(data, outside=outside)
        if not amounts:
            continue
        kinds = [name for name in sources() if any(name in held for held in amounts.values())]
        tonnes = unit_text("t", lang)
        columns = [
            Column(label("col.year", lang), width=detail_columns(lang)[0].width),
            Column(label("col.total", lang), tonnes, "amount"),
            *(Column(source_title(name, lang), tonnes, "amount") for name in kinds),
        ]
        rows = [
            Row((year_words(year, lang), sum(held.values()), *(held.get(kind) for kind in kinds)))
            for year, held in sorted(amounts.items(), reverse=True)
        ]
        yield official_block(data, NUMBER, columns, rows, lang=lang, part=_part(part, lang))


def _deposits(data: InventoryData, *, outside: bool) -> dict[int, dict[str, float]]:
    """Return tonnes deposited by year and kind, as the region states them."""
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for one in (one for one in data.stated if one.kind == "activity"):
        category, *_, source = one.subject.split("/")
        landfilled = category == LANDFILL or category.startswith(f"{LANDFILL}.")
        weighed = landfilled and sources()[source].measured_by == "other"
        if weighed and outside == (category == LANDFILL):
            found[int(one.year)][source] += one.value * units.factor(one.unit, "t")
    return found
