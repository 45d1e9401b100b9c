"""T11, land-use change and forestry: change of carbon, and the parameters behind it."""

from __future__ import annotations

from collections.abc import Iterator

from carbonpeak import units
from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import NOT_APPLICABLE, Cell, Column, Row, Table
from carbonpeak.output.tables.by_line import Account, gas_block, gas_values, line_block
from carbonpeak.output.tables.form import official_block, years_of
from carbonpeak.output.tables.lines import Lines, Value, detail_columns, line_title, mass
from carbonpeak.output.wording import unit_text
from carbonpeak.vocabulary import Language, label, parameters

NUMBER = "T11"
CATEGORY = "3.B"
KINDS = ("3.B.1.a", "3.B.1.b", "3.B.1.c", "3.B.2", "3.B.3", "3.B.4.a", "3.B.4.b", "3.B.5")
Factors = dict[tuple[str, str], tuple[float, str]]


def land_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the blocks of T11, latest year first."""
    return [block for year in years_of(data) for block in _blocks(Account(data, year, lang))]


def _blocks(account: Account) -> Iterator[Table]:
    lang = account.lang
    lines = account.counted.under(CATEGORY)
    yield gas_block(account, NUMBER, "land", CATEGORY, part=label("official.T11.gases", lang))
    yield line_block(
        account,
        NUMBER,
        KINDS,
        [_carbon_gained(lang), *gas_values(lang)],
        part=label("official.T11.change", lang),
        notes=(label("official.note.carbon", lang),),
    )
    if len(lines):
        yield _parameter_block(account, lines)


def _carbon_gained(lang: Language) -> Value:
    """Return tonnes of carbon gained: what is emitted as CO2 is a loss."""
    dioxide = mass("CO2", "t")

    def of(lines: Lines) -> Cell:
        emitted = dioxide.of(lines)
        return -emitted * units.factor("t CO2", "t C") if isinstance(emitted, float) else emitted

    return Value(Column(label("official.T11.carbon", lang), unit_text("t C", lang), "amount"), of)


def _parameter_block(account: Account, lines: Lines) -> Table:
    """Return the factors of each line, one column for each parameter in its own unit."""
    lang = account.lang
    used = _factors(account)
    written = {parameter: unit for (_, parameter), (_, unit) in used.items()}
    shown = {name: written[name] for name in parameters() if name in written}
    columns = [
        *detail_columns(lang)[:2],
        *(
            Column(parameters()[name].title(lang), _unit_words(unit, lang), "factor")
            for name, unit in shown.items()
        ),
    ]
    rows = []
    for key in zip(lines.category, lines.site, lines.source, strict=True):
        name = "/".join(word for word in key if word)
        found = [_cell(used.get((name, parameter)), unit) for parameter, unit in shown.items()]
        title = line_title(account.data, str(key[2]), str(key[1]), lang=lang)
        rows.append(Row((title, str(key[0]), *found)))
    return official_block(
        account.data,
        NUMBER,
        columns,
        rows,
        lang=lang,
        year=account.year,
        part=label("official.T11.parameters", lang),
        notes=(label("official.note.parameters", lang),),
    )


def _factors(account: Account) -> Factors:
    """Return value and unit of each parameter that a line of land use has in the year."""
    dataset = account.data.dataset
    names = ("line", "parameter", "year", "factor")
    uses = zip(*(dataset[f"use_{name}"].values for name in names), strict=True)
    return {
        (str(line), str(parameter)): (
            float(dataset["factor_value"].values[factor]),
            str(dataset["factor_unit"].values[factor]),
        )
        for line, parameter, year, factor in uses
        if str(line).startswith(CATEGORY) and year == account.year
    }


def _cell(factor: tuple[float, str] | None, unit: str) -> Cell:
    """Return a factor in the unit of its column, or NA where the method has no such parameter."""
    if factor is None:
        return NOT_APPLICABLE
    value, written = factor
    return value * units.factor(written, unit)


def _unit_words(unit: str, lang: Language) -> str:
    return "" if unit == "1" else unit_text(unit, lang)
