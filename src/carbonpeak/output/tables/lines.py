"""The lines of one year as plain arrays, and the cells that tables make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from carbonpeak import units, vocabulary
from carbonpeak.output.data import InventoryData
from carbonpeak.output.notation import notation_key
from carbonpeak.output.table import (
    NOT_APPLICABLE,
    NOT_ESTIMATED,
    NOT_OCCURRING,
    Cell,
    Column,
    Emphasis,
    Row,
    plain,
)
from carbonpeak.output.wording import shown_activity, source_title, unit_text
from carbonpeak.vocabulary import Language, label

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Lines:
    """Some lines of an inventory in one year.

    Attributes
    ----------
    category, site, source, unit : (line,)
    activity, coal : (line,)
        Activity in `unit`, and its energy in tce under the stated convention.
    net, memo : (line, gas)
        Emissions less removals, and what is reported apart, in t.
    gives : (line, gas)
        Whether the method of a line has a factor for a gas.
    weights : (gas,)
        t CO2e per t.
    counted, biogenic, is_memo : (line,)
        Whether a line counts in the direct total; is of biomass; is a memo item as a whole.
    """

    category: Texts
    site: Texts
    source: Texts
    unit: Texts
    activity: Floats
    coal: Floats
    net: Floats
    memo: Floats
    gives: Mask
    gases: tuple[str, ...]
    weights: Floats
    counted: Mask
    biogenic: Mask
    is_memo: Mask

    def __len__(self) -> int:
        return len(self.category)

    def where(self, kept: Mask) -> Lines:
        """Return the lines for which `kept` is true."""
        parts = {
            name: getattr(self, name)[kept]
            for name in self.__dataclass_fields__
            if name not in ("gases", "weights")
        }
        return replace(self, **parts)

    def under(self, *codes: str) -> Lines:
        """Return the lines of these categories and their subcategories."""
        kept = [
            any(code == one or code.startswith(f"{one}.") for one in codes)
            for code in self.category
        ]
        return self.where(np.array(kept, dtype=bool))

    def of_source(self, *sources: str) -> Lines:
        """Return the lines of these sources."""
        return self.where(np.isin(self.source, sources))

    def state(self) -> str | None:
        """Return why the lines give no number; None when they do, if only by old waste."""
        lasting = np.nan_to_num(self.net, nan=0.0).any() or np.nan_to_num(self.memo, nan=0.0).any()
        if lasting or (self.activity > 0).any():
            return None
        return NOT_OCCURRING if np.isfinite(self.activity).all() else NOT_ESTIMATED


def lines_of_year(data: InventoryData, year: int) -> Lines:
    """Return all lines of an inventory in one year."""
    dataset = data.dataset.sel(year=year).transpose("line", "gas", "convention", ...)
    gases = tuple(str(gas) for gas in dataset["gas"].values)
    sources = [vocabulary.sources()[str(name)] for name in dataset["source"].values]
    is_memo = dataset["is_memo"].values.astype(bool)
    direct = (dataset["scope"].values == 1) & ~is_memo
    energy = dataset["energy"].sel(convention=data.facts.convention)
    return Lines(
        category=dataset["category"].values,
        site=dataset["site"].values,
        source=dataset["source"].values,
        unit=dataset["activity_unit"].values,
        activity=dataset["activity"].values,
        coal=energy.values,
        net=(dataset["emissions"] - dataset["removals"]).values,
        memo=dataset["memo"].values,
        gives=_gives(data, gases),
        gases=gases,
        weights=units.gwp_table([data.facts.metric], list(gases))[0],
        counted=direct & (dataset["sector"].values != "land"),
        biogenic=np.array([source.biogenic for source in sources], dtype=bool),
        is_memo=is_memo,
    )


def _gives(data: InventoryData, gases: Sequence[str]) -> Mask:
    """Return which line uses a factor for which gas."""
    place = {str(line): at for at, line in enumerate(data.dataset["line"].values)}
    column = {gas: at for at, gas in enumerate(gases)}
    found = np.zeros((len(place), len(column)), dtype=bool)
    users = zip(data.dataset["use_line"].values, data.dataset["use_gas"].values, strict=True)
    for line, gas in users:
        if str(gas) in column:
            found[place[str(line)], column[str(gas)]] = True
    return found


@dataclass(frozen=True)
class Value:
    """A column of numbers, and how it follows from lines that have some."""

    column: Column
    of: Callable[[Lines], Cell]


def mass(gas: str, unit: str, *, memo: bool = False, weighed: bool = False) -> Value:
    """Return the mass of a gas in t, or its weight in t CO2e.

    A gas for which no line has a factor, or only one for the other account, is not applicable.
    """

    def of(lines: Lines) -> Cell:
        if gas not in lines.gases:
            return NOT_APPLICABLE
        at = lines.gases.index(gas)
        chosen, other = (lines.memo, lines.net) if memo else (lines.net, lines.memo)
        elsewhere = (chosen[:, at] == 0) & (other[:, at] != 0)
        if not (lines.gives[:, at] & ~elsewhere).any():
            return NOT_APPLICABLE
        total = np.nansum(chosen[:, at])
        return plain(total * lines.weights[at] if weighed else total)

    return Value(Column(gas_title(gas), unit, "amount"), of)


def co2e(title: str, unit: str, *, memo: bool = False) -> Value:
    """Return the sum of all gases in t CO2e."""

    def of(lines: Lines) -> Cell:
        return plain(np.nansum((lines.memo if memo else lines.net) @ lines.weights))

    return Value(Column(title, unit, "amount"), of)


def gas_title(gas: str) -> str:
    """Return the formula of a gas as it heads a column."""
    return f"HFC-{gas.removeprefix('HFC')}" if gas.startswith("HFC") else gas


def cells(lines: Lines, values: Sequence[Value], absent: str) -> list[Cell]:
    """Return the cells of a row: numbers, or one key where the lines have none."""
    key = lines.state() if len(lines) else absent
    return [key] * len(values) if key else [value.of(lines) for value in values]


def amount(lines: Lines) -> tuple[Cell, str]:
    """Return the activity of lines that share a unit, in the unit of tables."""
    value, unit = shown_activity(float(lines.activity.sum()), str(lines.unit[0]))
    return plain(value), unit


def line_title(data: InventoryData, source: str, site: str, *, lang: Language) -> str:
    """Return the title of a source, with the plant or user that has it."""
    title = source_title(source, lang)
    return f"{title} · {data.facts.site(site, lang)}" if site else title


def detail_columns(lang: Language) -> list[Column]:
    """Return the columns that `head_rows` fills before those of the values."""
    return [
        Column(label("col.category", lang), width=46),
        Column(label("col.code", lang), width=13),
        Column(label("official.part.quantity", lang), "", "amount"),
        Column(label("col.unit", lang), width=14),
    ]


def head_rows(
    data: InventoryData,
    title: str,
    lines: Lines,
    values: Sequence[Value],
    *,
    code: str,
    absent: str,
    lang: Language,
    level: int = 0,
) -> list[Row]:
    """Return the row of a heading, and below it one row for each of its lines."""
    emphasis: Emphasis = "plain" if level else "group"
    head = Row((title, code, None, None, *cells(lines, values, absent)), level, emphasis)
    return [head, *line_rows(data, lines, values, lang=lang, level=level + 1)]


def line_rows(
    data: InventoryData, lines: Lines, values: Sequence[Value], *, lang: Language, level: int
) -> list[Row]:
    """Return one row for each line: what it is, its activity, its values."""
    rows = []
    for at in range(len(lines)):
        one = lines.where(np.arange(len(lines)) == at)
        title = line_title(data, str(one.source[0]), str(one.site[0]), lang=lang)
        quantity, unit = amount(one)
        kept = (title, str(one.category[0]), quantity, unit_text(unit, lang))
        rows.append(Row((*kept, *cells(one, values, NOT_ESTIMATED)), level))
    return rows


def key_of(data: InventoryData, code: str, *sources: str, default: str = NOT_ESTIMATED) -> str:
    """Return the notation key of a category, or of sources in it, that has no line."""
    return notation_key(data.notations, code, sources) or default
