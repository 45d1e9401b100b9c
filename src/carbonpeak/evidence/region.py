"""A region read from its folder: activity, indicators, sites, sources and local factors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field

from carbonpeak import locate, sectors, units, vocabulary
from carbonpeak.errors import Fault, InputError, ResultError, UnitError, suggestion
from carbonpeak.evidence.factor_rows import FactorRow
from carbonpeak.evidence.factors import FactorSet, load_factor_set
from carbonpeak.records import (
    Document,
    Number,
    Record,
    Row,
    collect,
    duplicate_faults,
    read_table,
    read_yaml,
    shown,
)
from carbonpeak.vocabulary import Line, Titled

Convention = Literal["calorific", "equal"]
CONVENTIONS: tuple[Convention, ...] = ("calorific", "equal")


AnyRecord = TypeVar("AnyRecord", bound=Record)


class Sourced(Number):
    """A number whose origin is a row of `sources.csv`."""

    source_id: str


class Total(Sourced):
    """An exact total that the activity of a year has to meet."""

    kind: Literal["energy", "net_bought", "intensity_change"]
    year: int
    convention: Convention = "equal"
    source: str = ""
    base_year: int | None = None


class RegionRecord(Titled):
    """The content of `region.yaml`."""

    schema_name: Literal["carbonpeak/region/1"] = Field(alias="schema")
    name: str
    province: str
    grid_region: str
    factor_regions: tuple[str, ...] = ()
    factor_set: str
    metric: str
    base_year: int
    years: tuple[int, ...] = Field(min_length=1)
    convention: Convention
    note: str = ""
    land_area: Sourced
    discount_rate: Sourced | None = None
    totals: dict[str, Total] = Field(default_factory=dict)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions whose factors fit, nearest first: the grid's, then the others named."""
        return (self.grid_region, *self.factor_regions)


class ActivityRow(Sourced):
    """The activity of one line in one year."""

    category: str
    site: str = ""
    source: str
    item: str
    year: int
    value: float = Field(ge=0)

    @property
    def line(self) -> Line:
        """The line that this activity belongs to."""
        return vocabulary.find_line(self.category, self.source, self.site)


class IndicatorRow(Sourced):
    """A figure of the region as a whole in one year, such as its GDP."""

    indicator: str
    year: int


class SiteRow(Titled):
    """A plant, or a group of users, that has lines of its own."""

    site: str
    category: str = ""
    gbt4754: str = ""
    note: str = ""


class GapRow(Record):
    """A missing year of a line, and the method that fills it."""

    category: str
    site: str = ""
    source: str
    year: int
    method: str
    other: str = ""
    note: str = ""

    @property
    def line(self) -> Line:
        """The line whose year is missing."""
        return vocabulary.find_line(self.category, self.source, self.site)


class NotationRow(Record):
    """Why a category has no number: a notation key with its reason."""

    category: str
    source: str = ""
    key: Literal["NO", "NE", "IE", "NA", "C"]
    reason: str


class SourceRow(Record):
    """A document that numbers are taken from."""

    source_id: str
    title: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Region:
    """A region and everything known of it.

    Attributes
    ----------
    path : Path
        The folder.
    record : RegionRecord
        Name, base year, factor set, electricity convention, exact totals.
    activity : tuple of Row
        Activity as reported, before reconciliation.
    indicators : tuple of Row
        Population, GDP and the like.
    sites, sources : mapping
        Titles of sites, and the documents by `source_id`.
    factors : FactorSet
        The set in force, local values first.
    gaps, notations : tuple of Row
        Years to be filled by a named method, and keys of categories without a number.
    """

    path: Path
    record: RegionRecord
    activity: tuple[Row[ActivityRow], ...]
    indicators: tuple[Row[IndicatorRow], ...]
    sites: Mapping[str, SiteRow]
    sources: Mapping[str, SourceRow]
    factors: FactorSet
    gaps: tuple[Row[GapRow], ...] = ()
    notations: tuple[Row[NotationRow], ...] = ()

    @property
    def name(self) -> str:
        """The short name of the region."""
        return self.record.name

    def indicator(self, name: str, year: int, *, unit: str) -> float:
        """Return an indicator of a year in a unit.

        Raises
        ------
        ResultError
            When the region does not state it.
        """
        rows = [row.record for row in self.indicators if row.record.indicator == name]
        for row in rows:
            if row.year == year:
                return row.value * units.factor(row.unit, unit)
        years = ", ".join(str(row.year) for row in rows) or "no year"
        raise ResultError(
            f"{self.name}: no indicator '{name}' for {year}; it has {years}. "
            "Add a row to indicators.csv"
        )

    def site_title(self, site: str, lang: vocabulary.Language) -> str:
        """Return the title of a site in Chinese or English."""
        return self.sites[site].title(lang) if site in self.sites else site

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file of the folder, by relative path."""
        files = sorted(path for path in self.path.rglob("*") if path.suffix in {".csv", ".yaml"})
        return {
            path.relative_to(self.path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }


def load_region(name: str | Path) -> Region:
    """Load a region by its shipped name or from its folder.

    Raises
    ------
    InputError
        With every fault of every file of the folder.
    """
    path = locate.find("scenarios", name)
    if not (path / "region.yaml").is_file():
        fault = Fault(
            shown(path),
            None,
            None,
            "is not a region: it holds no region.yaml",
            f"shipped regions: {', '.join(locate.shipped('scenarios'))}",
        )
        raise InputError([fault])
    return _load(path)


def _load(path: Path) -> Region:
    faults: list[Fault] = []
    document = collect(faults, partial(read_yaml, path / "region.yaml", RegionRecord))
    sites = _read(path / "sites.csv", SiteRow, ["site"], faults)
    sources = _read(path / "sources.csv", SourceRow, ["source_id"], faults)
    indicators = _read(path / "indicators.csv", IndicatorRow, ["indicator", "year"], faults)
    activity = _read_activity(path / "activity", faults)
    gaps = _read_optional(path / "gaps.csv", GapRow, ["category", "site", "source", "year"], faults)
    notations = _read_optional(path / "notation.csv", NotationRow, ["category", "source"], faults)
    factors = collect(faults, partial(_factors, path, document)) if document else None
    faults += _reference_faults(activity, sites, sources, indicators)
    for row in activity:
        faults += _line_faults(row)
    for gap in gaps:
        unknown = vocabulary.unknown_line(gap.record.category, gap.record.source)
        faults += [gap.fault(*unknown)] if unknown else []
    faults += [
        row.fault(
            "category",
            f"unknown category '{row.record.category}'",
            suggestion(row.record.category, list(vocabulary.categories())),
        )
        for row in notations
        if row.record.category not in vocabulary.categories()
    ]
    if document is not None:
        faults += _total_faults(document, sources)
    if faults or document is None or factors is None:
        raise InputError(faults)
    return Region(
        path,
        document.record,
        tuple(activity),
        tuple(indicators),
        {row.record.site: row.record for row in sites},
        {row.record.source_id: row.record for row in sources},
        factors,
        tuple(gaps),
        tuple(notations),
    )


def _read(
    path: Path, model: type[AnyRecord], key: list[str], faults: list[Fault]
) -> list[Row[AnyRecord]]:
    return collect(faults, partial(read_table, path, model, key=key)) or []


def _read_optional(
    path: Path, model: type[AnyRecord], key: list[str], faults: list[Fault]
) -> list[Row[AnyRecord]]:
    return _read(path, model, key, faults) if path.is_file() else []


def _read_activity(folder: Path, faults: list[Fault]) -> list[Row[ActivityRow]]:
    paths = sorted(folder.glob("*.csv"))
    before = len(faults)
    rows = [row for path in paths for row in _read(path, ActivityRow, [], faults)]
    if not rows and len(faults) == before:
        remedy = "add rows to a CSV file in activity/"
        faults.append(Fault(shown(folder), None, None, "no activity data", remedy))
    faults += duplicate_faults(rows, ["category", "site", "source", "year"])
    return rows


def _factors(path: Path, document: Document[RegionRecord]) -> FactorSet:
    chosen = load_factor_set(document.record.factor_set)
    local = path / "factors.csv"
    return chosen.with_local(read_table(local, FactorRow)) if local.is_file() else chosen


def _reference_faults(
    activity: Iterable[Row[ActivityRow]],
    sites: Iterable[Row[SiteRow]],
    sources: Iterable[Row[SourceRow]],
    indicators: Iterable[Row[IndicatorRow]],
) -> list[Fault]:
    known_sites = [row.record.site for row in sites]
    known = [row.record.source_id for row in sources]
    faults = [
        row.fault(
            "site",
            f"unknown site '{row.record.site}'",
            suggestion(row.record.site, known_sites),
        )
        for row in activity
        if row.record.site and row.record.site not in known_sites
    ]
    numbers: list[Row[ActivityRow] | Row[IndicatorRow]] = [*activity, *indicators]
    faults += [
        row.fault(
            "source_id",
            f"unknown source '{row.record.source_id}'",
            _source_hint(row.record, known),
        )
        for row in numbers
        if row.record.source_id not in known
    ]
    return faults


def _source_hint(record: Sourced, known: list[str]) -> str:
    return f"{suggestion(record.source_id, known)} Or add it to sources.csv"


def _line_faults(row: Row[ActivityRow]) -> list[Fault]:
    record = row.record
    unknown = vocabulary.unknown_line(record.category, record.source)
    if unknown is not None:
        return [row.fault(*unknown)]
    rule = record.line.rule
    if rule.activity_of:
        problem = f"'{record.category}' takes its activity from {rule.activity_of}"
        return [row.fault("category", problem, "state it there, once")]
    faults = []
    if record.item != rule.item:
        problem = f"'{record.item}' is not the activity of '{record.source}'"
        faults.append(row.fault("item", problem, f"write '{rule.item}'"))
    try:
        activity_factor(record.unit, sectors.find_method(rule.method).activity_unit)
    except UnitError as error:
        faults.append(row.fault("unit", str(error)))
    return faults


def _total_faults(
    document: Document[RegionRecord], sources: Iterable[Row[SourceRow]]
) -> list[Fault]:
    known = [row.record.source_id for row in sources]
    return [
        document.fault(
            ("totals", name, "source_id"),
            f"unknown source '{total.source_id}'",
            _source_hint(total, known),
        )
        for name, total in document.record.totals.items()
        if total.source_id not in known
    ]


def activity_factor(unit: str, target: str) -> float:
    """Return the factor from a row's unit to the yearly unit of its method.

    A row carries its year, so an amount such as ``t`` means that amount in that year.

    Raises
    ------
    UnitError
        When the unit is unknown or of another dimension.
    """
    if target.endswith("/year") and units.same_dimension(unit, target.removesuffix("/year")):
        return units.factor(unit, target.removesuffix("/year"))
    return units.factor(unit, target)
