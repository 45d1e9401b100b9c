"""What single firms report, beside the activity of the region that holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from carbonpeak import sectors, vocabulary
from carbonpeak.errors import Fault, UnitError
from carbonpeak.evidence.region_rows import ActivityRow, FirmRow, activity_factor
from carbonpeak.records import Row

Key = tuple[str, str, str, int]
"""Category, site, source and year; firms without a site are those of every site."""


@dataclass(frozen=True)
class FirmSum:
    """The sum of the firms of a source and the activity that holds them, in one unit."""

    place: str
    firms: float
    region: float
    unit: str


def firm_faults(firms: Iterable[Row[FirmRow]], activity: Sequence[Row[ActivityRow]]) -> list[Fault]:
    """Return a fault for each firm that cannot be set beside the activity of its source."""
    held = {key for row in activity for key in _keys(row.record)}
    faults = []
    for firm in firms:
        record = firm.record
        unknown = vocabulary.unknown_line(record.category, record.source)
        if unknown is not None:
            faults.append(firm.fault(*unknown))
        elif _key(record) not in held:
            problem = f"no activity of this line in {record.year} to set the firm beside"
            faults.append(firm.fault("source", problem, "state the activity of all firms first"))
        else:
            try:
                activity_factor(record.unit, _unit(record))
            except UnitError as error:
                faults.append(firm.fault("unit", str(error)))
    return faults


def firm_sums(firms: Iterable[Row[FirmRow]], activity: Sequence[Row[ActivityRow]]) -> list[FirmSum]:
    """Return the sum of firms of each line and year beside the region's own activity."""
    sums: dict[Key, float] = {}
    wholes: dict[Key, float] = {}
    for row in firms:
        _add(sums, _key(row.record), row.record)
    for other in activity:
        for key in _keys(other.record):
            _add(wholes, key, other.record)
    return [
        FirmSum(_place(key), total, wholes[key], _unit_of(key[0], key[2]))
        for key, total in sums.items()
    ]


def _add(sums: dict[Key, float], key: Key, record: FirmRow | ActivityRow) -> None:
    amount = record.value * activity_factor(record.unit, _unit(record))
    sums[key] = sums[key] + amount if key in sums else amount


def _key(record: FirmRow | ActivityRow) -> Key:
    return record.category, record.site, record.source, record.year


def _keys(record: ActivityRow) -> set[Key]:
    return {_key(record), (record.category, "", record.source, record.year)}


def _place(key: Key) -> str:
    return f"{'/'.join(part for part in key[:3] if part)} {key[3]}"


def _unit(record: FirmRow | ActivityRow) -> str:
    return _unit_of(record.category, record.source)


def _unit_of(category: str, source: str) -> str:
    rule = vocabulary.find_line(category, source).rule
    return sectors.find_method(rule.method).activity_unit
