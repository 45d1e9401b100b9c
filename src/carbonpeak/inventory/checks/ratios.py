"""Checks of two sums of an inventory that nature or the accounts tie to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

import numpy as np

from carbonpeak import locate, units, vocabulary
from carbonpeak.inventory.checks.finding import Case, Finding, Level, Values
from carbonpeak.inventory.model import Floats
from carbonpeak.records import Record, read_table
from carbonpeak.vocabulary import Titled

REGION = ""
"""Stands for the whole region where sites are not told apart."""


class Ratio(Record):
    """What one sum can be of another; a row of `definitions/ratios.csv`.

    A sum is over lines, of their activity or their standard coal, or an indicator of the
    region. Without `most` there is no upper end.
    """

    name: str
    first_measure: Literal["activity", "energy"]
    first_categories: str
    first_sources: str
    first_unit: str
    second_measure: Literal["activity", "indicator"]
    second_categories: str = ""
    second_sources: str
    second_unit: str
    same_site: bool
    least: float
    most: float | None = None
    level: Level
    why_en: str
    why_zh: str

    @property
    def unit(self) -> str:
        """The unit of the ratio."""
        return f"{self.first_unit}/{self.second_unit}"

    @property
    def allowed(self) -> str:
        """What the ratio can be."""
        if self.most is None:
            return f"≥ {self.least:g} {self.unit}"
        return f"{self.least:g}–{self.most:g} {self.unit}"

    def holds(self, first: float, second: float) -> bool:
        """Tell whether two sums fit; a part needs its whole, anything else may stand alone."""
        if second == 0 and self.least > 0:
            return True
        least, most = self.least * second, np.inf if self.most is None else self.most * second
        return least * (1 - 1e-9) <= first <= most * (1 + 1e-9)


@cache
def ratios() -> tuple[Ratio, ...]:
    """Return what sums can be of each other."""
    rows = read_table(locate.definitions("ratios.csv"), Ratio, key=["name"])
    return tuple(row.record for row in rows)


def ratio(case: Case) -> Iterator[Finding]:
    """Find sums that cannot both be right."""
    for rule in ratios():
        firsts = _sums(case, rule.first_measure, rule, "first")
        seconds = _seconds(case, rule)
        for site, first in firsts.items():
            second = seconds.get(site, np.zeros_like(first))
            for at in np.flatnonzero(first > 0):
                if np.isfinite(second[at]) and not rule.holds(first[at], second[at]):
                    yield _finding(case, rule, site, int(at), first[at], second[at])


def _finding(case: Case, rule: Ratio, site: str, at: int, first: float, second: float) -> Finding:
    values: Values = {
        "ratio": f"{first / second:.4g}" if second else "",
        "unit": rule.unit,
        "first": f"{first:,.6g}",
        "first_unit": rule.first_unit,
        "second": f"{second:,.6g}",
        "second_unit": rule.second_unit,
        "allowed": rule.allowed,
        "why": Titled(title_en=rule.why_en, title_zh=rule.why_zh),
    }
    place = " ".join(part for part in (rule.name, site, str(case.years[at])) if part)
    return Finding("ratio", rule.level, place, values, "ratio" if second else "ratio_alone")


def _seconds(case: Case, rule: Ratio) -> Mapping[str, Floats]:
    if rule.second_measure == "indicator":
        return {REGION: _indicator(case, rule.second_sources, rule.second_unit)}
    return _sums(case, rule.second_measure, rule, "second")


def _indicator(case: Case, name: str, unit: str) -> Floats:
    """Return an indicator of the region by year; nan where it is not stated."""
    known = {row.record.year for row in case.region.indicators if row.record.indicator == name}
    stated = [
        case.region.indicator(name, year, unit=unit) if year in known else np.nan
        for year in case.years
    ]
    return np.array(stated)


def _sums(
    case: Case, measure: str, rule: Ratio, side: Literal["first", "second"]
) -> dict[str, Floats]:
    """Return a sum by year, for each site or for the region; missing activity left out."""
    categories, sources = _listed(rule, side)
    unit = rule.first_unit if side == "first" else rule.second_unit
    own = case.inventory["activity_unit"].values
    amounts = case.activity() if measure == "activity" else case.standard_coal()
    found: dict[str, Floats] = {}
    for at, name in enumerate(case.lines):
        line = vocabulary.parse_line(name)
        if not _holds(line.category, line.source, categories, sources):
            continue
        scale = _scale(str(own[at]), unit) if measure == "activity" else 1.0
        if scale is not None:
            site = line.site if rule.same_site else REGION
            part = np.nan_to_num(amounts[at], nan=0.0) * scale
            found[site] = found.get(site, np.zeros(len(case.years))) + part
    return found


def _listed(rule: Ratio, side: Literal["first", "second"]) -> tuple[list[str], list[str]]:
    if side == "first":
        return rule.first_categories.split("|"), rule.first_sources.split("|")
    return rule.second_categories.split("|"), rule.second_sources.split("|")


def _holds(category: str, source: str, categories: list[str], sources: list[str]) -> bool:
    named = {source, vocabulary.sources()[source].group}
    inside = any(fnmatchcase(category, pattern) for pattern in categories)
    return inside and bool(named & set(sources))


def _scale(own: str, unit: str) -> float | None:
    """Return the factor to the unit of a sum; None for a line that is measured otherwise."""
    yearly = own.removesuffix("/year")
    return units.factor(yearly, unit) if units.same_dimension(yearly, unit) else None
