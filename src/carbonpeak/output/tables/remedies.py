"""Why there is no plan: what each target lacks, and what would have to give."""

from __future__ import annotations

from collections.abc import Iterator

from carbonpeak.output.data import DiagnosisFacts, GivenFacts, RemedyFacts, RunData, ShortfallFacts
from carbonpeak.output.table import Cell, Column, Row, Table, rows_of
from carbonpeak.output.tables.plan import required
from carbonpeak.output.wording import large, number_text, unit_text
from carbonpeak.vocabulary import Language, label


def diagnosis_tables(data: RunData, *, lang: Language) -> list[Table]:
    """Return what is missing of each target, and the limits whose giving would let all be met."""
    found = required(data).diagnosis
    if found is None:
        return []
    made = [_shortfall_table(data, found, lang)] if found.shortfalls else []
    return [*made, *([_remedy_table(data, found, lang)] if found.remedies else [])]


def _table(
    key: str,
    data: RunData,
    columns: list[Column],
    rows: tuple[Row, ...],
    *notes: str,
    lang: Language,
) -> Table:
    region = data.inventory.facts.title.title(lang)
    return Table(
        key,
        label("sheet.diagnosis", lang),
        label("table.diagnosis", lang).format(region=region),
        tuple(columns),
        rows,
        notes,
        block=label(f"block.{key}", lang),
    )


def _shortfall_table(data: RunData, found: DiagnosisFacts, lang: Language) -> Table:
    columns = [
        Column(label("col.target", lang), width=56),
        Column(label("col.years", lang), width=24),
        Column(label("col.missing", lang), "", "amount", 18),
        Column(label("col.unit", lang), width=18),
        Column(label("col.share_missing", lang), "%", "amount", 18),
        Column(label("col.note", lang), width=40),
    ]
    rows = rows_of(_shortfall_cells(one, lang) for one in found.shortfalls)
    return _table("shortfalls", data, columns, rows, lang=lang)


def _shortfall_cells(one: ShortfallFacts, lang: Language) -> list[Cell]:
    return [
        one.title.title(lang),
        one.years.title(lang),
        one.amount,
        unit_text(one.unit, lang),
        100.0 * one.share,
        "" if one.proven else label("remedies.at_most", lang),
    ]


def _remedy_table(data: RunData, found: DiagnosisFacts, lang: Language) -> Table:
    columns = [
        Column(label("col.gives", lang), width=56),
        Column(label("col.way_out", lang), kind="whole", width=10),
        Column(label("col.from", lang), "", "amount", 14),
        Column(label("col.to", lang), "", "amount", 14),
        Column(label("col.unit", lang), width=16),
        Column(label("col.closes", lang), width=26),
        Column(label("col.cost_then", lang), unit_text("10^4 CNY2020", lang), "amount", 22),
        Column(label("col.plausible", lang), width=14),
        Column(label("col.note", lang), width=56),
    ]
    closed = _closed(found, lang)
    rows = (
        cells for at, one in enumerate(found.remedies) for cells in _ways(at + 1, one, closed, lang)
    )
    return _table(
        "remedies",
        data,
        columns,
        rows_of(rows),
        label("note.remedies", lang),
        label("note.remedies_cost", lang).format(year=found.discount_to),
        label("note.plausible", lang),
        lang=lang,
    )


def _closed(found: DiagnosisFacts, lang: Language) -> str:
    """Say which shortfall a way out closes: each closes all."""
    missing = found.shortfalls
    if not missing:
        return label("remedies.conflict", lang)
    if len(missing) > 1:
        return label("remedies.all", lang).format(count=len(missing))
    amount = missing[0].amount
    return f"{number_text(amount, 0 if amount >= 1e3 else 1)} {unit_text(missing[0].unit, lang)}"


def _ways(number: int, one: RemedyFacts, closed: str, lang: Language) -> Iterator[list[Cell]]:
    cost = large(one.cost, "CNY2020")[0]
    for given in one.given:
        doubted = given.doubt is not None
        yield [
            given.limit.title(lang),
            number,
            given.before,
            given.after,
            given.unit.title(lang),
            closed,
            cost,
            label("remedies.doubtful" if doubted else "remedies.plausible", lang),
            _remarks(one, given, lang),
        ]


def _remarks(one: RemedyFacts, given: GivenFacts, lang: Language) -> str:
    said = [] if given.doubt is None else [given.doubt.title(lang)]
    said += [] if one.proven else [label("remedies.less", lang)]
    said += [] if one.cheapest else [label("remedies.cheaper", lang)]
    return ("；" if lang == "zh" else "; ").join(said)
