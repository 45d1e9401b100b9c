"""The allocation switch: the carbon of a plant's reductants counts in energy or in processes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from carbonpeak import vocabulary
from carbonpeak.errors import Fault
from carbonpeak.evidence.region_rows import ActivityRow, FirmRow, GapRow, SiteRow
from carbonpeak.records import Row

LineRow = TypeVar("LineRow", ActivityRow, GapRow, FirmRow)


def allocate(
    rows: Iterable[Row[LineRow]], sites: Mapping[str, SiteRow], faults: list[Fault]
) -> list[Row[LineRow]]:
    """Put each reductant of a site where the `reductant_carbon` of the site says.

    The line moves as a whole, with the same equation and factors, so the carbon is counted
    once and its total does not change. A reductant without a site stays where its row says.

    Parameters
    ----------
    rows : iterable of Row
        Activity, gaps or firms, as stated.
    sites : mapping
        The rows of `sites.csv` by name.
    faults : list of Fault
        Gets a fault for each reductant of a site that does not state its choice.
    """
    return [_allocated(row, sites, faults) for row in rows]


def _allocated(
    row: Row[LineRow], sites: Mapping[str, SiteRow], faults: list[Fault]
) -> Row[LineRow]:
    record = row.record
    pair = _pair(record.category)
    site = sites.get(record.site)
    if pair is None or site is None or not _is_reductant(record):
        return row
    if "reductant_carbon" not in site.model_fields_set:
        problem = f"'{record.site}' does not say where the carbon of its reductants counts"
        remedy = "write energy or ippu in the column reductant_carbon of sites.csv"
        faults.append(row.fault("site", problem, remedy))
        return row
    category = pair.energy if site.reductant_carbon == "energy" else pair.process
    return replace(row, record=record.model_copy(update={"category": category}))


def _pair(category: str) -> vocabulary.ReductantPair | None:
    pairs = vocabulary.reductant_pairs()
    return next((pair for pair in pairs if category in (pair.process, pair.energy)), None)


def _is_reductant(record: ActivityRow | GapRow | FirmRow) -> bool:
    unknown = vocabulary.unknown_line(record.category, record.source)
    return unknown is None and record.line.rule.item == "reductant"
