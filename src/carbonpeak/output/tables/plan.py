"""The least-cost path: targets, builds, cost, limits; and the numbers of the measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.output.data import (
    LimitFacts,
    MeasureFacts,
    PlanData,
    RunData,
    ScenarioData,
    TargetFacts,
)
from carbonpeak.output.table import Cell, Column, Row, Table, rows_of
from carbonpeak.output.tables.pathways import remarks
from carbonpeak.output.wording import large, measure_number, unit_text
from carbonpeak.vocabulary import Language, label


def target_table(data: RunData, *, lang: Language) -> Table:
    """Return each target: what is asked, what each path reaches, cap, slack and price.

    A reduction is positive when the amount falls; the change rate beside it is its negative.
    """
    plan = required(data)
    names = list(plan.targets[0].reached) if plan.targets else []
    of_plan = () if plan.path is None else ("price", "one_option")
    titles = _path_titles(data, lang)
    columns = [
        Column(label("col.target", lang), width=38),
        Column(label("col.year", lang), kind="year"),
        Column(label("col.kind", lang), width=16),
        Column(label("col.asked_unit", lang), width=14),
        Column(label("col.asked", lang), "", "amount"),
        Column(label("col.asked_change", lang), "%", "amount"),
        *(Column(titles[name], "", "amount", 16) for name in names),
        Column(label("col.cap", lang), "", "amount"),
        Column(label("col.value_reached", lang), "", "amount"),
        Column(label("col.slack", lang), "", "amount"),
        Column(label("col.unit", lang), width=14),
        Column(label("col.binds", lang)),
        Column(label("col.price", lang), "", "amount"),
        Column(label("col.price_unit", lang), width=16),
        Column(label("col.evidence", lang)),
        Column(label("col.document", lang), width=40),
        Column(label("col.where", lang), width=40),
        Column(label("col.note", lang), width=50),
    ]
    return Table(
        "targets",
        label("sheet.targets", lang),
        label("table.targets", lang).format(region=data.inventory.facts.title.title(lang)),
        tuple(columns),
        rows_of(_target_cells(target, names, lang) for target in plan.targets),
        tuple(label(f"note.{key}", lang) for key in ("reduction", *of_plan)),
    )


def full_target_table(data: RunData, *, lang: Language) -> Table:
    """Return the targets, and below them those that the least-cost path does not hold, and why."""
    table, unheld = target_table(data, lang=lang), required(data).unheld
    if not unheld:
        return table
    heading = label("note.unheld", lang).format(count=len(unheld))
    row = label("note.unheld.row", lang)
    listed = (row.format(target=name.title(lang), why=why.title(lang)) for name, why in unheld)
    return replace(table, notes=(*table.notes, heading, *listed))


def required(data: RunData) -> PlanData:
    """Return the plan of a run that has one."""
    if data.plan is None:
        raise ResultError("this run holds no least-cost path; run it with the optimiser")
    return data.plan


def _path_titles(data: RunData, lang: Language) -> dict[str, str]:
    """Return a heading for what each path reaches."""
    reached = label("col.reached", lang)
    titles = {name: f"{reached} {path.title.title(lang)}" for name, path in data.scenarios.items()}
    plan = required(data)
    if plan.path is not None:
        titles[plan.path.name] = f"{reached} {label('optimised.short', lang)}"
    return titles


def _target_cells(target: TargetFacts, names: list[str], lang: Language) -> list[Cell]:
    binds = None if target.binds is None else label("yes" if target.binds else "no", lang)
    unit = unit_text(target.amount_unit, lang)
    return [
        target.title.title(lang),
        target.year,
        label(f"target.{target.kind}.{'binding' if target.binding_by_law else 'expected'}", lang),
        asked_unit(target.unit, lang),
        target.asked,
        target.asked_change,
        *(target.reached[name] for name in names),
        target.cap,
        target.value,
        target.slack,
        unit,
        binds,
        target.price,
        unit_text(f"CNY2020/{target.amount_unit}", lang),
        label(f"evidence.{target.evidence}", lang),
        target.source.title(lang),
        target.where.title(lang),
        target.note.title(lang),
    ]


def asked_unit(unit: str, lang: Language) -> str:
    """Return the unit in which a target asks; of one that asks for a year, which has none, that."""
    return unit_text(unit, lang) if unit else label("col.year", lang)


def build_table(data: RunData, *, lang: Language) -> Table:
    """Return what the least-cost path and each scenario build in which year."""
    parts = _paths(data)
    table = _measure_years(data, "builds", {key: part.builds for key, part in parts.items()}, lang)
    return replace(table, notes=(*table.notes, *remarks(parts.values(), lang)))


def stock_table(data: RunData, *, lang: Language) -> Table:
    """Return what is in service in which year, however strong it still is."""
    stocks = {key: part.stock for key, part in _paths(data).items()}
    return _measure_years(data, "stock", stocks, lang)


def _paths(data: RunData) -> dict[str, ScenarioData]:
    plan = required(data)
    first = {} if plan.path is None else {plan.path.name: plan.path}
    return {**first, **data.scenarios}


def _measure_years(
    data: RunData, key: str, arrays: Mapping[str, xr.DataArray], lang: Language
) -> Table:
    years = [int(year) for year in next(iter(arrays.values()))["year"].values]
    columns = [
        Column(label("col.scenario", lang), width=24),
        Column(label("col.measure", lang), width=34),
        Column(label("col.unit", lang), width=12),
        *(Column(str(year), "", "sparse") for year in years),
    ]
    if key == "builds":
        columns.append(Column(label("col.total", lang), "", "sparse"))
    rows = []
    for name, values in arrays.items():
        for measure in values["measure"].values:
            facts = data.measures[str(measure)]
            series = values.sel(measure=measure).values.tolist()
            cells: list[Cell] = [_paths(data)[name].title.title(lang), facts.title.title(lang)]
            cells += [unit_text(facts.unit, lang), *series]
            rows.append([*cells, sum(series)] if key == "builds" else cells)
    notes = (label(f"note.{key}", lang),)
    title = label(f"table.{key}", lang).format(region=data.inventory.facts.title.title(lang))
    return Table(key, label(f"sheet.{key}", lang), title, tuple(columns), rows_of(rows), notes)


def cost_table(data: RunData, *, lang: Language) -> Table:
    """Return the cost of the least-cost path by measure, kind and year in 10^4 CNY2020."""
    plan = required(data)
    if plan.cost is None or plan.cost_discounted is None:
        return _no_plan(data, "cost", lang)
    years = [int(year) for year in plan.cost["year"].values]
    unit = unit_text("10^4 CNY2020", lang)
    columns = [
        Column(label("col.measure", lang), width=34),
        Column(label("col.cost_kind", lang), width=16),
        *(Column(str(year), unit, "sparse") for year in years),
        Column(label("col.total", lang), unit, "sparse"),
        Column(label("col.discounted", lang).format(year=plan.discount_to), unit, "sparse", 16),
    ]
    rows = [
        _cost_row(plan.cost, plan.cost_discounted, data.measures[str(measure)], kind, lang=lang)
        for measure in plan.cost["measure"].values
        if float(abs(plan.cost.sel(measure=measure)).sum()) > 0
        for kind in map(str, plan.cost["kind"].values)
    ]
    yearly = [large(float(plan.cost.sel(year=year).sum()), "CNY2020")[0] for year in years]
    all_years = large(float(plan.cost.sum()), "CNY2020")[0]
    discounted = large(float(plan.cost_discounted.sum()), "CNY2020")[0]
    rows.append(Row((label("col.total", lang), "", *yearly, all_years, discounted), 0, "total"))
    return Table(
        "cost",
        label("sheet.cost", lang),
        label("table.cost", lang).format(region=data.inventory.facts.title.title(lang)),
        tuple(columns),
        tuple(rows),
        tuple(label(f"note.{key}", lang) for key in ("cost", "salvage", "one_option")),
    )


def _cost_row(
    cost: xr.DataArray,
    discounted: xr.DataArray,
    measure: MeasureFacts,
    kind: str,
    *,
    lang: Language,
) -> Row:
    chosen = {"measure": measure.name, "kind": kind}
    yearly = cost.sel(chosen)
    cells = [large(float(value), "CNY2020")[0] for value in yearly.values]
    sums = (float(yearly.sum()), float(discounted.sel(chosen).sum()))
    title, name = measure.title.title(lang), label(f"cost.{kind}", lang)
    return Row((title, name, *cells, *(large(value, "CNY2020")[0] for value in sums)))


def _no_plan(data: RunData, key: str, lang: Language) -> Table:
    plan = required(data)
    region = data.inventory.facts.title.title(lang)
    return Table(
        key,
        label(f"sheet.{key}", lang),
        label(f"table.{key}", lang).format(region=region),
        (Column(label("col.answer", lang), width=80),),
        (Row((plan.message.title(lang),)),),
    )


def limit_table(data: RunData, *, lang: Language) -> Table:
    """Return what holds the least-cost path back, dearest first."""
    plan = required(data)
    if plan.path is None:
        return _no_plan(data, "limits", lang)
    columns = [
        Column(label("col.limit", lang), width=44),
        Column(label("col.year", lang), kind="year"),
        Column(label("col.worth", lang), unit_text("CNY2020", lang), "amount", 18),
        Column(label("col.per", lang), width=16),
    ]
    cells = [_limit_cells(limit, lang) for limit in plan.limits]
    if plan.limits_unknown is not None:
        cells.append([plan.limits_unknown.title(lang), None, None, None])
    return Table(
        "limits",
        label("sheet.limits", lang),
        label("table.limits", lang).format(region=data.inventory.facts.title.title(lang)),
        tuple(columns),
        rows_of(cells),
        (label("note.limits", lang).format(condition=plan.condition.title(lang)),),
    )


def _limit_cells(limit: LimitFacts, lang: Language) -> list[Cell]:
    return [limit.text.title(lang), limit.year, limit.worth, unit_text(limit.unit, lang)]


def measure_table(data: RunData, *, lang: Language) -> Table:
    """Return every number of every measure with its range and source."""
    columns = [
        Column(label("col.measure", lang), width=34),
        Column(label("col.parameter", lang), width=22),
        Column(label("col.value", lang), "", "factor"),
        Column(label("col.unit", lang), width=20),
        Column(label("col.low", lang), "", "factor"),
        Column(label("col.high", lang), "", "factor"),
        Column(label("col.evidence", lang)),
        Column(label("col.document", lang), width=40),
        Column(label("col.where", lang), width=50),
        Column(label("col.note", lang), width=50),
    ]
    rows = []
    for one in (one for one in data.inventory.stated if one.kind == "measure"):
        name, parameter = one.subject.split(" ")
        rows.append(
            [
                data.measures[name].title.title(lang),
                measure_number(parameter, one.unit, lang),
                one.value,
                unit_text(one.unit, lang),
                one.low,
                one.high,
                label(f"evidence.{one.evidence}", lang),
                one.source.title(lang),
                one.where.title(lang),
                one.note.title(lang),
            ]
        )
    return Table(
        "measures",
        label("sheet.measures", lang),
        label("table.measures", lang).format(region=data.inventory.facts.title.title(lang)),
        tuple(columns),
        rows_of(rows),
    )
