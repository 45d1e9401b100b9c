"""What stands beside the least-cost path: prices, who pays, what retires, trade-offs, sureness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from carbonpeak.output.data import LimitFacts, PriceFacts, RunData
from carbonpeak.output.table import Cell, Column, Row, Table, rows_of
from carbonpeak.output.tables.plan import required
from carbonpeak.output.wording import actor_title, every_target, large, lone_point, unit_text
from carbonpeak.vocabulary import Language, Titled, label

PEAK_YEAR_FIELDS = ("cost", "cost_in", "height")


def answer_tables(data: RunData, *, lang: Language) -> list[Table]:
    """Return the tables of all that is known of the least-cost path beside the path itself."""
    plan = required(data)
    found = []
    if plan.prices:
        found.append(price_table(data, plan.prices, lang=lang))
    if plan.cash is not None:
        found.append(actor_table(data, plan.cash, lang=lang))
    if plan.retired is not None and bool((plan.retired > 0).any()):
        found.append(retired_table(data, plan.retired, lang=lang))
    asked = []
    if plan.front is not None:
        asked.append(front_table(data, plan.front, lang=lang))
    if plan.ranges is not None:
        asked.append(range_table(data, plan.ranges, lang=lang))
    if plan.sureness is not None:
        asked.append(sureness_table(data, plan.sureness, lang=lang))
    if plan.windowed:
        said = label("note.whole_horizon", lang)
        asked = [replace(table, notes=(*table.notes, said)) for table in asked]
    return found + asked


def _table(
    key: str,
    data: RunData,
    columns: list[Column],
    rows: tuple[Row, ...],
    notes: tuple[str, ...],
    *,
    lang: Language,
) -> Table:
    region = data.inventory.facts.title.title(lang)
    every = every_target(required(data).prices, lang)
    title = label(f"table.{key}", lang).format(region=region, every=every)
    return Table(key, label(f"sheet.{key}", lang), title, tuple(columns), rows, notes)


def price_table(data: RunData, prices: tuple[PriceFacts, ...], *, lang: Language) -> Table:
    """Return every row of a target: value, room or shortfall, price, and what binds beside it."""
    columns = [
        Column(label("col.target", lang), width=38),
        Column(label("col.years", lang), width=12),
        Column(label("col.hard", lang), width=14),
        Column(label("col.sense", lang), width=14),
        Column(label("col.cap", lang), "", "amount"),
        Column(label("col.value_reached", lang), "", "amount"),
        Column(label("col.slack", lang), "", "amount"),
        Column(label("col.shortfall", lang), "", "amount"),
        Column(label("col.unit", lang), width=14),
        Column(label("col.binds", lang)),
        Column(label("col.price", lang), "", "amount"),
        Column(label("col.price_unit", lang), width=26),
        Column(label("col.held_by", lang), width=46),
    ]
    condition = required(data).condition.title(lang)
    compares = any(one.first < one.last and one.cap == 0 for one in prices)
    notes = (
        label("note.price", lang),
        *([label("note.compared", lang)] if compares else []),
        label("note.limits", lang).format(condition=condition),
    )
    unknown = required(data).limits_unknown
    rows = rows_of(_price_cells(price, unknown, lang) for price in prices)
    return _table("prices", data, columns, rows, notes, lang=lang)


def _price_cells(price: PriceFacts, unknown: Titled | None, lang: Language) -> list[Cell]:
    unit = unit_text(price.unit, lang)
    held = ("；" if lang == "zh" else "; ").join(_limit(one, lang) for one in price.held_by)
    if unknown is not None and price.price > 0:
        held = unknown.title(lang)
    return [
        price.title.title(lang),
        price.years(lang),
        label("target.hard" if price.hard else "target.soft", lang),
        label(f"sense.{price.sense}", lang),
        price.cap,
        price.value,
        price.slack,
        price.shortfall,
        unit,
        label("yes" if price.binds else "no", lang),
        price.price,
        unit_text(f"CNY2020/{price.unit}", lang),
        held,
    ]


def _limit(limit: LimitFacts, lang: Language) -> str:
    text = limit.text.title(lang)
    if limit.year is None:
        return text
    return label("drawing.limit_in", lang).format(limit=text, year=limit.year)


def actor_table(data: RunData, cash: xr.Dataset, *, lang: Language) -> Table:
    """Return what each actor pays by kind and year, and its cash flow, in 10^4 CNY2020."""
    unit = unit_text("10^4 CNY2020", lang)
    columns = [
        Column(label("col.actor", lang), width=18),
        Column(label("col.cost_kind", lang), width=30),
        *(Column(str(year), unit, "sparse") for year in cash["year"].values),
        Column(label("col.total", lang), unit, "sparse"),
    ]
    rows = []
    for actor in map(str, cash["actor"].values):
        one = cash.sel(actor=actor)
        for kind in map(str, one["kind"].values):
            rows.append(_money_row(actor, f"cost.{kind}", one["cost"].sel(kind=kind).values, lang))
        flow = one["cash_flow"].values
        rows.append(_money_row(actor, "cost.cash_flow", flow, lang, emphasis=True))
    notes = (label("note.cash_flow", lang), label("note.cost", lang), label("note.salvage", lang))
    return _table("actors", data, columns, tuple(rows), notes, lang=lang)


def _money_row(
    actor: str, kind: str, yearly: np.ndarray, lang: Language, *, emphasis: bool = False
) -> Row:
    cells = [large(value, "CNY2020")[0] for value in (*yearly.tolist(), float(yearly.sum()))]
    return Row(
        (actor_title(actor, lang), label(kind, lang), *cells), 0, "total" if emphasis else "plain"
    )


def retired_table(data: RunData, retired: xr.DataArray, *, lang: Language) -> Table:
    """Return which units leave early: measure, year of building, year of leaving, how many."""
    columns = [
        Column(label("col.measure", lang), width=34),
        Column(label("col.built_in", lang), kind="year"),
        Column(label("col.retired_in", lang), kind="year"),
        Column(label("col.retired", lang), "", "amount"),
        Column(label("col.unit", lang), width=12),
    ]
    held = retired.transpose("measure", "build_year", "year")
    names, built, years = (held[dim].values.tolist() for dim in held.dims)
    rows = rows_of(
        [
            data.measures[names[m]].title.title(lang),
            built[b],
            years[y],
            float(held.values[m, b, y]),
            unit_text(data.measures[names[m]].unit, lang),
        ]
        for m, b, y in np.argwhere(held.values > 0).tolist()
    )
    return _table("retired", data, columns, rows, (label("note.retired", lang),), lang=lang)


def front_table(data: RunData, front: xr.Dataset, *, lang: Language) -> Table:
    """Return the points of the trade-off, from the least cost to the least emissions."""
    against, money = front.attrs["against"], unit_text("10^4 CNY2020", lang)
    what = label(f"front.{against}", lang)
    cost = Column(label("col.front_cost", lang), money, "amount", 22)
    penalty = Column(label("col.penalty", lang), money, "sparse")
    amount_unit = unit_text("10^4 t CO2/year", lang)
    if against == "peak_year":
        columns = [
            Column(what, kind="year", width=22),
            cost,
            Column(label("col.peak_in", lang), money, "amount", 22),
            Column(label("front.height", lang), amount_unit, "amount", 26),
        ]
        values = [front["peak_year"], *(front[name] * 1e-4 for name in PEAK_YEAR_FIELDS)]
    else:
        columns = [
            Column(label("col.point", lang), kind="whole"),
            Column(what, amount_unit, "amount", 26),
            cost,
            penalty,
            Column(label("col.next_tonne", lang), unit_text("CNY2020/t CO2", lang), "amount", 26),
        ]
        tens = [front[name] * 1e-4 for name in ("reached", "cost", "penalty")]
        values = [front["point"], *tens, front["marginal_cost"]]
    rows = rows_of(zip(*(_known(column) for column in values), strict=True))
    notes = (
        label("note.front.peak_year" if against == "peak_year" else "note.front", lang).format(
            year=front.attrs["discount_year"], condition=front.attrs[f"price_condition_{lang}"]
        ),
        *((label("note.peak_year", lang),) if against == "peak_year" else ()),
        *filter(None, (lone_point(front, lang),)),
    )
    region = data.inventory.facts.title.title(lang)
    amount = label(f"amount.{against}", lang)
    title = label("table.front", lang).format(region=region, amount=amount)
    return Table("front", label("sheet.front", lang), title, tuple(columns), rows, notes)


def _known(values: xr.DataArray) -> list[Cell]:
    """Return the values, None where there is none."""
    return [None if value != value else value for value in values.values.tolist()]


def range_table(data: RunData, ranges: xr.Dataset, *, lang: Language) -> Table:
    """Return how much of each measure plans of nearly the same cost build."""
    slacks = ranges["slack"].values.tolist()
    columns = [
        Column(label("col.measure", lang), width=34),
        Column(label("col.unit", lang), width=12),
        Column(label("col.buildable", lang), "", "amount", 16),
        Column(label("col.planned", lang), "", "amount", 16),
    ]
    for slack in slacks:
        words = f"+{100 * slack:g} %"
        columns += [
            Column(label(f"col.{end}_within", lang).format(slack=words), "", "amount", 18)
            for end in ("least", "most")
        ]
        columns.append(Column(label("col.built_within", lang).format(slack=words), width=18))
    rows = rows_of(
        _range_cells(data, ranges.sel(measure=name), str(name), lang)
        for name in ranges["measure"].values
    )
    every = every_target(required(data).prices, lang)
    notes = (label("note.ranges", lang).format(every=every), label("note.one_option", lang))
    return _table("ranges", data, columns, rows, notes, lang=lang)


def _range_cells(data: RunData, one: xr.Dataset, name: str, lang: Language) -> list[Cell]:
    facts = data.measures[name]
    cells: list[Cell] = [facts.title.title(lang), unit_text(facts.unit, lang)]
    cells += [float(one["buildable"]), float(one["planned"])]
    for at in range(one.sizes["slack"]):
        row = one.isel(slack=at)
        verdict = "always" if row["always"] else "never" if row["never"] else "some"
        cells += [float(row["least"]), float(row["most"]), label(f"ranges.{verdict}", lang)]
    return cells


def sureness_table(data: RunData, sure: xr.Dataset, *, lang: Language) -> Table:
    """Return what it costs to keep the targets in more of the futures."""
    money = unit_text("10^4 CNY2020", lang)
    columns = [
        Column(label("col.share_asked", lang), "%", "amount", 18),
        Column(label("col.share_kept", lang), "%", "amount", 18),
        Column(label("col.share_checked", lang), "%", "amount", 18),
        Column(label("col.share_nominal", lang), "%", "amount", 22),
        Column(label("col.expected_cost", lang), money, "amount", 20),
        Column(label("col.cvar", lang), money, "amount", 20),
        Column(label("col.premium", lang), money, "amount", 20),
    ]
    shares = ("share", "share_kept", "checked_share", "nominal_checked_share")
    along = sure["share"].shape
    series = [np.broadcast_to(100.0 * sure[name].values, along) for name in shares]
    series += [1e-4 * sure[name].values for name in ("expected_cost", "cvar", "premium")]
    rows = rows_of(np.array(series).T.tolist())
    counts = {name: sure.attrs[name] for name in ("draws", "checks")}
    every = every_target(required(data).prices, lang)
    notes = (label("note.sureness", lang).format(every=every, **counts),)
    return _table("sureness", data, columns, rows, notes, lang=lang)
