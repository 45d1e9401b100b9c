"""A region read from its folder, a workbook or data frames: activity, facts, local factors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from carbonpeak import locate, vocabulary
from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, ResultError, UnitError, suggestion
from carbonpeak.evidence import references
from carbonpeak.evidence.allocation import allocate
from carbonpeak.evidence.deflation import (
    KEY,
    Deflator,
    DeflatorRow,
    find_deflator,
    make_deflators,
    money_factor,
)
from carbonpeak.evidence.factor_rows import FactorRow
from carbonpeak.evidence.factors import FactorSet, load_factor_set
from carbonpeak.evidence.firms import firm_faults
from carbonpeak.evidence.inputs import Folder, Frames, Inputs
from carbonpeak.evidence.portraits import region_card
from carbonpeak.evidence.region_rows import (
    CONVENTIONS,
    LINE_YEAR,
    ActivityRow,
    Convention,
    FirmRow,
    GapRow,
    IndicatorRow,
    NotationRow,
    RegionRecord,
    SiteRow,
    Sourced,
    SourceRow,
    SupplyRow,
    Total,
    activity_factor,
)
from carbonpeak.records import (
    Document,
    Record,
    Row,
    collect,
    duplicate_faults,
    scan,
    shown,
)

if TYPE_CHECKING:
    import pandas as pd

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
WORKBOOKS = (".xlsx", ".xlsm", ".xls")


@dataclass(frozen=True, repr=False)
class Region:
    """A region and everything known of it.

    Attributes
    ----------
    path : Path
        The folder or the workbook.
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
    supply, firms : tuple of Row
        Supply of fuels for the reference approach, and what single firms report.
    local_factors : tuple of Row
        The region's own factors.
    deflator : Deflator or None
        The price index that `region.yaml` names; without it money of two years never converts.
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
    supply: tuple[Row[SupplyRow], ...] = ()
    firms: tuple[Row[FirmRow], ...] = ()
    local_factors: tuple[Row[FactorRow], ...] = ()
    deflator: Deflator | None = None

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
        """Return an indicator of a year in a unit; money goes through the region's deflator.

        Raises
        ------
        ResultError
            When the region does not state it.
        UnitError
            When it is money of another price year and the region names no deflator.
        """
        rows = [row.record for row in self.indicators if row.record.indicator == name]
        for row in rows:
            if row.year == year:
                return row.value * self.money_factor(row.unit, unit)
        years = ", ".join(str(row.year) for row in rows) or "no year"
        raise ResultError(
            f"{self.name}: no indicator '{name}' for {year}; it has {years}. "
            "Add a row to indicators.csv"
        )

    def money_factor(self, unit: str, target: str) -> float:
        """Return how many `target` one `unit` is, price years through the region's deflator.

        Raises
        ------
        UnitError
            As `evidence.deflation.money_factor`.
        """
        return money_factor(unit, target, self.deflator)

    def site_title(self, site: str, lang: vocabulary.Language) -> str:
        """Return the title of a site in Chinese or English."""
        return self.sites[site].title(lang) if site in self.sites else site

    def document(self, source_id: str, lang: vocabulary.Language) -> str:
        """Return the title of a document; its id where `sources.csv` does not list it."""
        return self.sources[source_id].named(lang) if source_id in self.sources else source_id

    def line_title(self, line: vocabulary.Line, lang: vocabulary.Language) -> str:
        """Return the title of a line: its site, or else its category, and its source."""
        category = vocabulary.categories()[line.category].title(lang)
        place = self.site_title(line.site, lang) if line.site else category
        source = vocabulary.sources()[line.source].title(lang)
        return f"{place}{'：' if lang == 'zh' else ': '}{source}"

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of the workbook, or of every file of the folder by relative path."""
        if self.path.is_file():
            return {self.path.name: hashlib.sha256(self.path.read_bytes()).hexdigest()}
        kinds = {".csv", ".yaml", *WORKBOOKS}
        files = sorted(path for path in self.path.rglob("*") if path.suffix in kinds)
        return {
            path.relative_to(self.path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }


@checked
def load_region(name: str | Path) -> Region:
    """Load a region by its shipped name, from its folder, or from a filled-in workbook.

    Parameters
    ----------
    name : str or Path
        A workbook is one made by `write_template`, in either language. A folder without
        `region.yaml` may hold one, beside the scenarios.

    Raises
    ------
    InputError
        With every fault of every file of the folder, or of every sheet of the workbook.
    """
    if Path(name).suffix.lower() in WORKBOOKS and not Path(name).is_dir():
        from carbonpeak.evidence.workbook.reader import open_workbook

        return _load(open_workbook(Path(name)))
    path = locate.find("scenarios", name)
    books = [one for one in path.glob("*.xls*") if not one.name.startswith("~$")]
    if not (path / "region.yaml").is_file() and len(books) == 1:
        return replace(load_region(books[0]), path=path)
    if not (path / "region.yaml").is_file():
        fault = Fault(
            shown(path),
            None,
            None,
            "is not a region: it holds no region.yaml",
            f"shipped regions: {', '.join(locate.shipped('scenarios'))}",
        )
        raise InputError([fault])
    return _load(Folder(path))


@checked
def region_from_frames(facts: Mapping[str, Any], **frames: pd.DataFrame) -> Region:
    """Make a region from data frames, by the same checks as its files.

    Parameters
    ----------
    facts : mapping
        The content of `region.yaml`.
    **frames : DataFrame
        ``activity``, ``sites``, ``sources``, ``indicators`` and, where there are any, ``gaps``,
        ``notation``, ``supply``, ``firms``, ``factors``, ``deflators``; columns as in the files.

    Raises
    ------
    InputError
        With every fault of every frame; each names the label of its row.
    """
    given = Frames(facts, frames)
    return _load(given, given.unknown())


@dataclass
class _Reading:
    """The tables of a region while they are read: what is wrong with them."""

    inputs: Inputs
    faults: list[Fault]

    def rows(
        self, name: str, model: type[AnyRecord], key: Sequence[str] = ()
    ) -> list[Row[AnyRecord]] | None:
        """Return the good rows of a kind; None when a table of it cannot be read at all."""
        tables = collect(self.faults, lambda: self.inputs.tables(name))
        if tables is None:
            return None
        scanned = [scan(origin, lines, model) for origin, lines in tables]
        rows = [row for found, _ in scanned for row in found or []]
        faults = [fault for _, wrong in scanned for fault in wrong]
        self.faults += sorted(
            [*faults, *duplicate_faults(rows, key)], key=lambda one: (one.where, one.line or 0)
        )
        return None if any(found is None for found, _ in scanned) else rows

    def activity(self) -> list[Row[ActivityRow]]:
        """Return the good rows of activity."""
        before = len(self.faults)
        rows = self.inputs.arranged(self.rows("activity", ActivityRow) or [])
        if not rows and len(self.faults) == before:
            self.faults.append(self.inputs.nothing())
        return rows


def _load(inputs: Inputs, faults: Sequence[Fault] = ()) -> Region:
    reading = _Reading(inputs, list(faults))
    document = collect(reading.faults, inputs.document)
    sites = reading.rows("sites", SiteRow, ["site"])
    sources = reading.rows("sources", SourceRow, ["source_id"])
    indicators = reading.rows("indicators", IndicatorRow, ["indicator", "year"]) or []
    found = reading.faults
    by_name = {row.record.site: row.record for row in sites or []}
    activity = allocate(reading.activity(), by_name, found)
    found += duplicate_faults(activity, LINE_YEAR)
    gaps = allocate(reading.rows("gaps", GapRow, LINE_YEAR) or [], by_name, found)
    notations = reading.rows("notation", NotationRow, ["category", "source"]) or []
    supply = reading.rows("supply", SupplyRow, ["source", "flow", "year"]) or []
    stated = reading.rows("firms", FirmRow, [*LINE_YEAR, "firm"]) or []
    firms = allocate(stated, by_name, found)
    local = reading.rows("factors", FactorRow)
    prices = make_deflators(reading.rows("deflators", DeflatorRow, KEY) or [], found)
    factors = collect(found, lambda: _factors(document, local or [])) if document else None
    known = None if sources is None else [row.record.source_id for row in sources]
    if sites is not None:
        found += references.site_faults(activity, [row.record.site for row in sites])
    if known is not None:
        found += references.source_faults([*activity, *indicators, *supply], known)
    for row in activity:
        found += references.line_faults(row)
    found += references.gap_faults(gaps) + references.notation_faults(notations)
    found += firm_faults(firms, activity)
    found += references.document_faults(document, known) if document else []
    deflator = _deflator(document, prices, found) if document else None
    if found or document is None or factors is None:
        raise InputError(found)
    return Region(
        inputs.path,
        document.record,
        tuple(activity),
        tuple(indicators),
        by_name,
        {row.record.source_id: row.record for row in sources or []},
        factors,
        tuple(gaps),
        tuple(notations),
        tuple(supply),
        tuple(firms),
        tuple(local or ()),
        deflator,
    )


def _deflator(
    document: Document[RegionRecord], own: Mapping[str, Deflator], faults: list[Fault]
) -> Deflator | None:
    if document.record.deflator is None:
        return None
    try:
        return find_deflator(document.record.deflator, own)
    except UnitError as error:
        problem, _, hint = str(error).partition("; ")
        faults.append(document.fault(("deflator",), problem, hint))
        return None


def _factors(document: Document[RegionRecord], local: Sequence[Row[FactorRow]]) -> FactorSet:
    """Load the set that a region names, with the region's own values before it."""
    name = document.record.factor_set
    if name not in locate.shipped("emission_factors") and not Path(name).is_dir():
        hint = suggestion(name, locate.shipped("emission_factors"))
        problem = f"unknown factor set '{name}'"
        raise InputError([document.fault(("factor_set",), problem, hint)])
    chosen = load_factor_set(name)
    return chosen.with_local(local) if local else chosen
