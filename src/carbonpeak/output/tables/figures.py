"""Indicators of a region by year."""

from __future__ import annotations

from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import Column, Row, Table, plain
from carbonpeak.output.wording import large, percent_text, unit_text
from carbonpeak.vocabulary import Language, label

SHOWN = (
    "gdp",
    "population",
    "energy_total",
    "energy_intensity",
    "energy_co2",
    "co2_intensity",
    "co2_per_person",
    "total",
    "total_with_indirect",
)


def figure_table(data: InventoryData, *, lang: Language) -> Table:
    """Return the indicators of the inventory years, with the change in percent."""
    years = [int(year) for year in data.figures["year"].values]
    columns = [
        Column(label("col.indicator", lang), width=44),
        Column(label("col.unit", lang), width=22),
        *(Column(str(year), "", "fine") for year in years),
    ]
    if len(years) > 1:
        words = {"first": years[0], "last": years[-1]}
        columns.append(Column(label("col.change", lang).format(**words), "%", "amount"))
        columns.append(Column(label("col.reduction", lang).format(**words), "%", "amount"))
    columns.append(Column(label("col.evidence", lang), width=44))
    rows = [_figure_row(data, name, years, lang) for name in SHOWN]
    convention = label(data.facts.convention, lang)
    return Table(
        "figures",
        label("sheet.figures", lang),
        label("table.figures", lang).format(region=data.facts.title.title(lang)),
        tuple(columns),
        tuple(rows),
        (
            label("note.stated_convention", lang).format(convention=convention),
            label("note.reduction", lang),
        ),
    )


def _figure_row(data: InventoryData, name: str, years: list[int], lang: Language) -> Row:
    values = data.figures[name]
    if name == "energy_total":
        values = values.sel(convention=data.facts.convention)
    unit = str(data.figures[name].attrs["units"])
    pairs = [large(float(values.sel(year=year)), unit) for year in years]
    title = label(f"figure.{name}", lang)
    cells = [title, unit_text(pairs[0][1], lang), *(plain(value) for value, _ in pairs)]
    if len(years) > 1:
        change, reduction = _changes(pairs[0][0], pairs[-1][0])
        cells += [change, reduction if name.endswith("intensity") else None]
    return Row((*cells, _evidence(data, name, lang)))


def _evidence(data: InventoryData, name: str, lang: Language) -> str:
    """Say what a figure of the base year rests on."""
    year = str(data.facts.base_year)
    kinds = {"energy_total": "total"}
    for one in data.stated:
        of_kind = one.kind == kinds.get(name, "indicator")
        about = one.subject == name or (name == "energy_total" and one.subject.startswith("energy"))
        if of_kind and about and one.year == year:
            kind = label(f"evidence.{one.evidence}", lang)
            return label("text.stated", lang).format(evidence=kind, where=one.where.title(lang))
    share = percent_text(data.assumption_share[data.facts.base_year])
    return label("text.computed", lang).format(share=share)


def _changes(first: float, last: float) -> tuple[float | None, float | None]:
    """Return the change rate and the reduction rate in percent: one is minus the other."""
    if not first or first != first or last != last:
        return None, None
    change = (last / first - 1.0) * 100.0
    return change, -change
