"""What the rows of a region say of each other: known sites, sources, lines and units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from carbonpeak import sectors, units, vocabulary
from carbonpeak.errors import Fault, UnitError, suggestion
from carbonpeak.evidence.region_rows import (
    ActivityRow,
    GapRow,
    IndicatorRow,
    NotationRow,
    RegionRecord,
    SupplyRow,
    activity_factor,
)
from carbonpeak.records import Document, Row


def site_faults(rows: Iterable[Row[ActivityRow]], known: Sequence[str]) -> list[Fault]:
    """Return a fault for each row whose site is not in `sites.csv`."""
    sites = {"", *known}
    return [
        row.fault(
            "site",
            f"unknown site '{row.record.site}'",
            suggestion(row.record.site, known),
        )
        for row in rows
        if row.record.site not in sites
    ]


def source_faults(
    rows: Iterable[Row[ActivityRow] | Row[IndicatorRow] | Row[SupplyRow]], known: Sequence[str]
) -> list[Fault]:
    """Return a fault for each row whose document is not in `sources.csv`."""
    documents = set(known)
    return [
        row.fault(
            "source_id",
            f"unknown source '{row.record.source_id}'",
            source_hint(row.record.source_id, known),
        )
        for row in rows
        if row.record.source_id not in documents
    ]


def source_hint(source_id: str, known: Sequence[str]) -> str:
    """Say which document was probably meant."""
    return f"{suggestion(source_id, known)} Or add it to sources.csv"


def line_faults(row: Row[ActivityRow]) -> list[Fault]:
    """Return what is wrong with the line, the item and the unit of an activity row."""
    record = row.record
    found = line_problems(record.category, record.source, record.item, record.unit)
    return [row.fault(*problem) for problem in found]


@cache
def line_problems(
    category: str, source: str, item: str, unit: str
) -> tuple[tuple[str, str, str], ...]:
    """Return column, problem and remedy of an activity; many rows share one answer."""
    unknown = vocabulary.unknown_line(category, source)
    if unknown is not None:
        return (unknown,)
    rule = vocabulary.find_line(category, source).rule
    if rule.activity_of:
        problem = f"'{category}' takes its activity from {rule.activity_of}"
        return (("category", problem, "state it there, once"),)
    found = []
    if item != rule.item:
        problem = f"'{item}' is not the activity of '{source}'"
        found.append(("item", problem, f"write '{rule.item}'"))
    try:
        activity_factor(unit, sectors.find_method(rule.method).activity_unit)
    except UnitError as error:
        found.append(("unit", str(error), ""))
    return tuple(found)


def gap_faults(rows: Iterable[Row[GapRow]]) -> list[Fault]:
    """Return a fault for each declared gap of a line that does not exist."""
    found = [(row, vocabulary.unknown_line(row.record.category, row.record.source)) for row in rows]
    return [row.fault(*unknown) for row, unknown in found if unknown is not None]


def notation_faults(rows: Iterable[Row[NotationRow]]) -> list[Fault]:
    """Return a fault for each notation key of a category that does not exist."""
    known = list(vocabulary.categories())
    return [
        row.fault(
            "category",
            f"unknown category '{row.record.category}'",
            suggestion(row.record.category, known),
        )
        for row in rows
        if row.record.category not in known
    ]


def document_faults(document: Document[RegionRecord], known: Sequence[str] | None) -> list[Fault]:
    """Return what is wrong between `region.yaml` and the rest; None skips the documents."""
    record, faults = document.record, []
    if record.metric not in units.metrics():
        hint = suggestion(record.metric, units.metrics())
        faults.append(document.fault(("metric",), f"unknown metric '{record.metric}'", hint))
    if record.base_year not in record.years:
        problem = f"{record.base_year} is not among the years"
        faults.append(document.fault(("base_year",), problem, "add it to 'years'"))
    stated = {"land_area": record.land_area, "discount_rate": record.discount_rate}
    stated |= {f"totals.{name}": total for name, total in record.totals.items()}
    for name, number in stated.items():
        if known is not None and number is not None and number.source_id not in known:
            problem = f"unknown source '{number.source_id}'"
            hint = source_hint(number.source_id, known)
            faults.append(document.fault((*name.split("."), "source_id"), problem, hint))
    return faults
