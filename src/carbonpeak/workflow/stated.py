"""Every number that a region states, listed with its origin."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from carbonpeak.evidence.factor_rows import FactorRow
from carbonpeak.evidence.region import Region, Sourced
from carbonpeak.evidence.region_rows import SourceRow, Total
from carbonpeak.output.data import Stated
from carbonpeak.output.wording import measure_number
from carbonpeak.planning.goals import Goal
from carbonpeak.records import read_table
from carbonpeak.scenario.curves import CurveRow
from carbonpeak.scenario.drivers import SeriesRow, read_series, series_files
from carbonpeak.scenario.measures.library import Measure
from carbonpeak.scenario.prices import PriceRow
from carbonpeak.scenario.scenario import Efficiency, Scenario
from carbonpeak.scenario.stock import StockRow
from carbonpeak.scenario.titles import title_of
from carbonpeak.vocabulary import Language, Titled, indicators, label, labels, sources

Tell = Callable[[Language], str]


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
    title: Tell,
    source: SourceRow | None = None,
) -> Stated:
    """Return a number with what it is about in words, and its document.

    By default the one that the region lists.
    """
    return Stated(
        kind,
        subject,
        Titled.of(title),
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
        yield _stated(region, "total", name, total.year, total, title=partial(_total, total))
    year, area, rate = region.record.base_year, region.record.land_area, region.record.discount_rate
    yield _stated(region, "indicator", "land_area", year, area, title=_indicator("land_area"))
    if rate is not None:
        title = _indicator("discount_rate")
        yield _stated(region, "price", "discount_rate", "", rate, title=title)


def _total(total: Total, lang: Language) -> str:
    source = sources()[total.source].title(lang) if total.source else ""
    return label(f"stated.{total.kind}", lang).format(source=source)


def _indicator(name: str) -> Tell:
    """Return the words of an indicator; one that the package does not know keeps its name."""
    if f"indicator.{name}" in labels():
        return partial(label, f"indicator.{name}")
    known = indicators().get(name)
    return (lambda _lang: name) if known is None else known.title


def _activity(region: Region) -> Iterator[Stated]:
    for record in (row.record for row in region.activity):
        line = record.line
        title = partial(region.line_title, line)
        yield _stated(region, "activity", line.id, record.year, record, title=title)


def _indicators(region: Region) -> Iterator[Stated]:
    for record in (row.record for row in region.indicators):
        name = record.indicator
        yield _stated(region, "indicator", name, record.year, record, title=_indicator(name))


def _local_factors(region: Region) -> Iterator[Stated]:
    for record in (row.record for row in region.local_factors):
        yield Stated(
            "factor",
            f"{record.parameter} {record.subject}",
            Titled.of(partial(_factor, record)),
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


def _factor(record: FactorRow, lang: Language) -> str:
    subject = sources().get(record.subject)
    told = record.subject if subject is None else subject.title(lang)
    return f"{label(f'parameter.{record.parameter}', lang)} · {told}"


def _drivers(region: Region) -> Iterator[Stated]:
    for path in series_files(region.path):
        for record in (row.record for row in read_table(path, SeriesRow)) if path.is_file() else ():
            title = partial(title_of, region, record.series)
            yield _stated(region, "driver", record.series, record.year, record, title=title)
    path = region.path / "curves.csv"
    for bend in (row.record for row in read_table(path, CurveRow)) if path.is_file() else ():
        subject = f"{bend.series} {bend.parameter}"
        title = partial(_beside, region, bend.series, bend.parameter)
        yield _stated(region, "driver", subject, bend.year or "", bend, title=title)


def _beside(region: Region, name: str, words: str, lang: Language) -> str:
    """Return the title of a series with what is told of it."""
    return f"{title_of(region, name, lang)} · {words}"


def _own_drivers(region: Region, scenarios: Sequence[Scenario]) -> Iterator[Stated]:
    """Yield the numbers of stocks, and the elasticities and series that scenarios state."""
    path = region.path / "stocks.csv"
    for held in (row.record for row in read_table(path, StockRow)) if path.is_file() else ():
        age = "" if held.age is None else f"age {held.age}"
        words = " ".join(filter(None, [held.technology, held.parameter, age]))
        title = partial(_beside, region, held.stock, words)
        yield _stated(region, "driver", f"{held.stock} {words}", "", held, title=title)
    seen: dict[tuple[str, Sourced], Tell] = {}
    for scenario in scenarios:
        for name, driver in scenario.record.activity.items():
            for series, number in driver.elasticity.items():
                subject = f"{name} elasticity of {series}"
                seen.setdefault((subject, number), partial(_elasticity, region, name, series))
        own = [name for name, one in scenario.record.series.items() if one.points]
        known = read_series(scenario) if own else {}
        for record in (row.record for name in own for row in known[name].rows):
            subject, words = f"{scenario.name} {record.series} {record.year}", f"{record.year}"
            title = partial(_beside, region, record.series, f"{scenario.name} · {words}")
            seen.setdefault((subject, record), title)
    for (subject, one), tell in seen.items():
        yield _stated(region, "driver", subject, "", one, title=tell)


def _elasticity(region: Region, name: str, series: str, lang: Language) -> str:
    named = {"name": title_of(region, name, lang), "series": title_of(region, series, lang)}
    return label("stated.elasticity", lang).format(**named)


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
            Titled.of(partial(title_of, region, name)),
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
        title = sources()[record.source].title
        yield _stated(region, "price", record.source, record.year, record, title=title)


def _measures(region: Region, measures: Mapping[str, Measure]) -> Iterator[Stated]:
    for name, measure in measures.items():
        for parameter, row in measure.rows.items():
            subject, source = f"{name} {parameter}", measure.sources[parameter]
            title = partial(_of_measure, measure, parameter)
            yield _stated(region, "measure", subject, "", row.record, title=title, source=source)


def _of_measure(measure: Measure, parameter: str, lang: Language) -> str:
    words = measure_number(parameter, measure.rows[parameter].record.unit, lang)
    return f"{measure.entry.title(lang)} · {words}"


def _targets(region: Region, goals: Mapping[str, Goal]) -> Iterator[Stated]:
    """Yield the targets that have a number; one that an authority has not set states none."""
    for name, goal in goals.items():
        if math.isnan(goal.asked):
            continue
        yield Stated(
            "target",
            name,
            Titled.of(partial(goal.called, name)),
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
            title = partial(_price_of, name, goal)
            yield _stated(region, "target", f"{name} price", goal.year, goal.price, title=title)


def _price_of(name: str, goal: Goal, lang: Language) -> str:
    return f"{goal.called(name, lang)} · {label('kind.price', lang)}"
