"""The raw case compilation: its rows, and what an output row keeps of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from yangjiang_case import rules

Output = dict[str, str | int | float]


@dataclass(frozen=True)
class Case:
    """One row of the compilation."""

    topic: str
    item: str
    year: str
    value: str
    unit: str
    low: str
    high: str
    source: str
    source_url: str
    how: str
    notes: str

    @property
    def number(self) -> float:
        """The value as a number."""
        return float(self.value)

    @property
    def where(self) -> str:
        """Place in the compilation and, after it, the source that the compilation names."""
        place = f"topic '{self.topic}', item '{self.item}'"
        return f"{place}: {self.source}" if self.source else place

    @property
    def source_id(self) -> str:
        """Id of the document that the row cites; the compilation itself when it cites none."""
        known = {**rules.SOURCE_OF_URL, **rules.SOURCE_OF_NAME}
        return known.get(self.source_url or self.source, rules.COMPILATION)

    @property
    def remark(self) -> str:
        """How the number was obtained, and the notes of the compilation."""
        return "; ".join(part for part in (self.how, self.notes) if part)


class Compilation:
    """The rows of the raw table by topic, item and year."""

    def __init__(self, rows: Iterable[Case]) -> None:
        self.rows = {(row.topic, row.item, row.year): row for row in rows}
        self.used: set[tuple[str, str, str]] = set()

    def get(self, topic: str, item: str, year: int | str = "") -> Case:
        """Return one row and remember that it was used."""
        key = (topic, item, str(year))
        if key not in self.rows:
            raise SystemExit(f"case-assumptions.csv: no row {key}")
        self.used.add(key)
        return self.rows[key]

    def years(self, topic: str, item: str) -> list[int]:
        """Return the years for which an item is given, in order."""
        return sorted(int(key[2]) for key in self.rows if key[:2] == (topic, item))

    def cells(self, topic: str, year: int) -> list[Case]:
        """Return the physical cells of a balance: items named `site | source`."""
        found = [
            row
            for row in self.rows.values()
            if row.topic == topic and row.year == str(year) and row.item.count(" | ") == 1
        ]
        cells = [row for row in found if row.item.split(" | ")[0] in rules.CATEGORY]
        self.used.update((row.topic, row.item, row.year) for row in cells)
        return cells


def read(source: Path) -> Compilation:
    """Read the raw table."""
    with (source / "case-assumptions.csv").open(encoding="utf-8-sig", newline="") as file:
        return Compilation(Case(**row) for row in csv.DictReader(file))


def origin(case: Case, note: str, *, evidence: str = "") -> Output:
    """Return the provenance columns of an output row."""
    return {
        "source_id": case.source_id,
        "where": case.where,
        "evidence": evidence or rules.evidence(case.how, case.source),
        "note": f"{note} [{case.remark}]" if case.remark else note,
    }


def shown(number: float) -> str:
    """Write a number in the shortest form that keeps twelve digits."""
    return format(number, ".12g")


def scaled(case: Case, factor: float) -> Output:
    """Return value, low and high of a row in another unit."""
    ends = {"value": case.value, "low": case.low, "high": case.high}
    return {
        name: text if factor == 1 or not text else shown(float(text) * factor)
        for name, text in ends.items()
    }
