"""A region read from its folder: activity, indicators, sites, sources and local factors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from carbonpeak import locate, units, vocabulary
from carbonpeak.errors import Fault, InputError, ResultError, suggestion
from carbonpeak.evidence import references
from carbonpeak.evidence.allocation import allocate
from carbonpeak.evidence.factor_rows import FactorRow
from carbonpeak.evidence.factors import FactorSet, load_factor_set
from carbonpeak.evidence.portraits import region_card
from carbonpeak.evidence.region_rows import (
    CONVENTIONS,
    ActivityRow,
    Convention,
    GapRow,
    IndicatorRow,
    NotationRow,
    RegionRecord,
    SiteRow,
    Sourced,
    SourceRow,
    Total,
    activity_factor,
)
from carbonpeak.records import (
    Document,
    Record,
    Row,
    collect,
    duplicate_faults,
    read_table,
    read_yaml,
    scan_table,
    shown,
)

__all__ = [
    "CONVENTIONS",
    "ActivityRow",
    "Convention",
    "GapRow",
    "Region",
    "Sourced",
    "Total",
    "activity_factor",
    "load_region",
]

AnyRecord = TypeVar("AnyRecord", bound=Record)
LINE_YEAR = ("category", "site", "source", "year")


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        years = ", ".join(str(year) for year in self.record.years)
        return (
            f"Region({self.name}: {self.record.title_en} {self.record.title_zh}; {years}; "
            f"{len(self.activity)} rows of activity; factors {self.factors.name})"
        )

    def _repr_html_(self) -> str:
        return region_card(self)

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


@dataclass
class _Folder:
    """A folder while it is read: what was found, and what is wrong with it."""

    path: Path
    faults: list[Fault]

    def rows(
        self, name: str, model: type[AnyRecord], key: Sequence[str], *, optional: bool = False
    ) -> list[Row[AnyRecord]] | None:
        """Return the good rows of a table; None when it could not be read as a table."""
        path = self.path / name
        if optional and not path.is_file():
            return []
        rows, faults = scan_table(path, model, key=key)
        self.faults += faults
        return rows

    def activity(self) -> list[Row[ActivityRow]]:
        """Return the good rows of every file of activity."""
        before = len(self.faults)
        paths = sorted((self.path / "activity").glob("*.csv"))
        tables = [self.rows(f"activity/{path.name}", ActivityRow, ()) for path in paths]
        rows = [row for table in tables for row in table or []]
        if not rows and len(self.faults) == before:
            remedy = "add rows to a CSV file in activity/"
            place = shown(self.path / "activity")
            self.faults.append(Fault(place, None, None, "no activity data", remedy))
        return rows


def _load(path: Path) -> Region:
    folder = _Folder(path, [])
    faults = folder.faults
    document = collect(faults, lambda: read_yaml(path / "region.yaml", RegionRecord))
    sites = folder.rows("sites.csv", SiteRow, ["site"])
    sources = folder.rows("sources.csv", SourceRow, ["source_id"])
    indicators = folder.rows("indicators.csv", IndicatorRow, ["indicator", "year"]) or []
    by_name = {row.record.site: row.record for row in sites or []}
    activity = allocate(folder.activity(), by_name, faults)
    faults += duplicate_faults(activity, LINE_YEAR)
    gaps = folder.rows("gaps.csv", GapRow, LINE_YEAR, optional=True) or []
    gaps = allocate(gaps, by_name, faults)
    keys = ["category", "source"]
    notations = folder.rows("notation.csv", NotationRow, keys, optional=True) or []
    factors = collect(faults, lambda: _factors(path, document)) if document else None
    known = None if sources is None else [row.record.source_id for row in sources]
    if sites is not None:
        faults += references.site_faults(activity, [row.record.site for row in sites])
    if known is not None:
        faults += references.source_faults([*activity, *indicators], known)
    for row in activity:
        faults += references.line_faults(row)
    faults += references.gap_faults(gaps) + references.notation_faults(notations)
    faults += references.document_faults(document, known) if document else []
    if faults or document is None or factors is None:
        raise InputError(faults)
    return Region(
        path,
        document.record,
        tuple(activity),
        tuple(indicators),
        by_name,
        {row.record.source_id: row.record for row in sources or []},
        factors,
        tuple(gaps),
        tuple(notations),
    )


def _factors(path: Path, document: Document[RegionRecord]) -> FactorSet:
    """Load the set that a region names, with the region's own values before it."""
    name = document.record.factor_set
    if name not in locate.shipped("emission_factors") and not Path(name).is_dir():
        hint = suggestion(name, locate.shipped("emission_factors"))
        problem = f"unknown factor set '{name}'"
        raise InputError([document.fault(("factor_set",), problem, hint)])
    chosen = load_factor_set(name)
    local = path / "factors.csv"
    return chosen.with_local(read_table(local, FactorRow)) if local.is_file() else chosen
