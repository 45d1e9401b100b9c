"""Every number that a region states, listed with its origin."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from carbonpeak.evidence.region import Region, Sourced
from carbonpeak.evidence.region_rows import SourceRow
from carbonpeak.output.data import Stated
from carbonpeak.planning.goals import Goal
from carbonpeak.records import read_table
from carbonpeak.scenario.curves import CurveRow
from carbonpeak.scenario.drivers import SeriesRow, read_series, series_files
from carbonpeak.scenario.measures.library import Measure
from carbonpeak.scenario.prices import PriceRow
from carbonpeak.scenario.scenario import Efficiency, Scenario
from carbonpeak.scenario.stock import StockRow
from carbonpeak.vocabulary import Titled


def stated_numbers(
    region: Region,
    measures: Mapping[str, Measure],
    goals: Mapping[str, Goal],
    *,
    scenarios: Sequence[Scenario] = (),
) -> tuple[Stated, ...]:
    """Return every number of the region's files, and of the scenarios that are projected."""
    return (
        *_totals(region),
        *_activity(region),
        *_indicators(region),
        *_local_factors(region),
        *_drivers(region),
        *_own_drivers(region, scenarios),
        *_efficiencies(region, scenarios),
        *_prices(region),
        *_measures(region, measures),
        *_targets(region, goals),
    )


def _stated(
    region: Region,
    kind: str,
    subject: str,
    year: object,
    number: Sourced,
    *,
    source: SourceRow | None = None,
) -> Stated:
    """Return a number with its document, by default the one that the region lists."""
    return Stated(
        kind,
        subject,
        str(year),
        number.value,
        number.unit,
        number.low,
        number.high,
        number.evidence,
        Titled.of((source or region.sources[number.source_id]).named),
        Titled.of(number.place),
        Titled.of(number.noted),
    )


def _totals(region: Region) -> Iterator[Stated]:
    for name, total in region.record.totals.items():
        yield _stated(region, "total", name, total.year, total)
    base_year = region.record.base_year
    yield _stated(region, "indicator", "land_area", base_year, region.record.land_area)
    if region.record.discount_rate is not None:
        yield _stated(region, "price", "discount_rate", "", region.record.discount_rate)


def _activity(region: Region) -> Iterator[Stated]:
    for record in (row.record for row in region.activity):
        yield _stated(region, "activity", record.line.id, record.year, record)


def _indicators(region: Region) -> Iterator[Stated]:
    for record in (row.record for row in region.indicators):
        yield _stated(region, "indicator", record.indicator, record.year, record)


def _local_factors(region: Region) -> Iterator[Stated]:
    for record in (row.record for row in region.local_factors):
        yield Stated(
            "factor",
            f"{record.parameter} {record.subject}",
            str(record.year),
            record.value,
            record.unit,
            record.low,
            record.high,
            record.evidence,
            Titled(title_en=record.source, title_zh=record.source),
            Titled.of(record.place),
            Titled.of(record.noted),
            record.verified,
        )


def _drivers(region: Region) -> Iterator[Stated]:
    for path in series_files(region.path):
        for record in (row.record for row in read_table(path, SeriesRow)) if path.is_file() else ():
            yield _stated(region, "driver", record.series, record.year, record)
    path = region.path / "curves.csv"
    for bend in (row.record for row in read_table(path, CurveRow)) if path.is_file() else ():
        subject = f"{bend.series} {bend.parameter}"
        yield _stated(region, "driver", subject, bend.year or "", bend)


def _own_drivers(region: Region, scenarios: Sequence[Scenario]) -> Iterator[Stated]:
    """Yield the numbers of stocks, and the elasticities and series that scenarios state."""
    path = region.path / "stocks.csv"
    for held in (row.record for row in read_table(path, StockRow)) if path.is_file() else ():
        words = [held.stock, held.technology, held.parameter]
        age = "" if held.age is None else f"age {held.age}"
        yield _stated(region, "driver", " ".join(filter(None, [*words, age])), "", held)
    seen: dict[tuple[str, Sourced], None] = {}
    for scenario in scenarios:
        for name, driver in scenario.record.activity.items():
            for series, number in driver.elasticity.items():
                seen[f"{name} elasticity of {series}", number] = None
        own = [name for name, one in scenario.record.series.items() if one.points]
        known = read_series(scenario) if own else {}
        for record in (row.record for name in own for row in known[name].rows):
            seen[f"{scenario.name} {record.series} {record.year}", record] = None
    for subject, one in seen:
        yield _stated(region, "driver", subject, "", one)


def _efficiencies(region: Region, scenarios: Iterable[Scenario]) -> Iterator[Stated]:
    """Yield the trends of efficiency, each once, however many scenarios share it."""
    seen: dict[tuple[str, float], Efficiency] = {}
    for scenario in scenarios:
        for name, trend in scenario.record.efficiency.items():
            seen.setdefault((name, trend.change), trend)
    for (name, change), trend in seen.items():
        yield Stated(
            "efficiency",
            name,
            "",
            change,
            trend.unit,
            None,
            None,
            trend.evidence,
            Titled.of(partial(region.document, trend.source_id)),
            Titled.of(trend.place),
            Titled.of(trend.noted),
        )


def _prices(region: Region) -> Iterator[Stated]:
    path = region.path / "prices.csv"
    for record in (row.record for row in read_table(path, PriceRow)) if path.is_file() else ():
        yield _stated(region, "price", record.source, record.year, record)


def _measures(region: Region, measures: Mapping[str, Measure]) -> Iterator[Stated]:
    for name, measure in measures.items():
        for parameter, row in measure.rows.items():
            subject, source = f"{name} {parameter}", measure.sources[parameter]
            yield _stated(region, "measure", subject, "", row.record, source=source)


def _targets(region: Region, goals: Mapping[str, Goal]) -> Iterator[Stated]:
    """Yield the targets that have a number; one that an authority has not set states none."""
    for name, goal in goals.items():
        if math.isnan(goal.asked):
            continue
        yield Stated(
            "target",
            name,
            str(goal.year),
            goal.asked,
            goal.unit,
            None if goal.range is None else goal.range.low,
            None if goal.range is None else goal.range.high,
            goal.evidence,
            Titled.of(region.sources[goal.source_id].named),
            Titled.of(goal.place),
            Titled.of(goal.noted),
        )
        if goal.price is not None:
            yield _stated(region, "target", f"{name} price", goal.year, goal.price)
