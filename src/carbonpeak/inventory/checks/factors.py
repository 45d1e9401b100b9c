"""Checks of the factors in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np

from carbonpeak import locate, units
from carbonpeak.evidence.factor_rows import ALL
from carbonpeak.evidence.factors import LOCAL, Factor
from carbonpeak.inventory.checks.finding import Case, Finding, Level, Values, joined
from carbonpeak.records import Record, read_table
from carbonpeak.vocabulary import Titled


class PlausibleRange(Record):
    """What a factor can be; a row of `definitions/plausible_ranges.csv`."""

    name: str
    parameter: str
    gas: str
    subject: str
    unit: str
    least: float
    most: float
    why_en: str
    why_zh: str

    @property
    def why(self) -> Titled:
        """What the least and the most are of."""
        return Titled(title_en=self.why_en, title_zh=self.why_zh)

    def covers(self, factor: Factor) -> bool:
        """Tell whether a factor is of this kind and unit."""
        return (
            self.parameter == factor.parameter
            and self.gas == factor.gas
            and self.subject in ("*", factor.subject)
            and units.same_dimension(self.unit, factor.unit)
        )


@cache
def plausible_ranges() -> tuple[PlausibleRange, ...]:
    """Return what factors can be."""
    rows = read_table(locate.definitions("plausible_ranges.csv"), PlausibleRange, key=["name"])
    return tuple(row.record for row in rows)


def named(factor: Factor) -> str:
    """Return a short name of a factor: what it is of, and when."""
    parts = (factor.parameter, factor.subject, factor.condition, factor.gas, str(factor.year))
    return " ".join(part for part in parts if part not in ("all", "none"))


def plausible_range(case: Case) -> Iterator[Finding]:
    """Find factors that lie where none of their kind does; a slip of unit or decimal point."""
    for factor in case.model.factors:
        for span in plausible_ranges():
            if not span.covers(factor):
                continue
            value = factor.value * units.factor(factor.unit, span.unit)
            if not span.least <= value <= span.most:
                values: Values = {
                    "value": f"{factor.value:g} {factor.unit}",
                    "row": f"{factor.path.name}:{factor.line}",
                    "least": f"{span.least:g}",
                    "most": f"{span.most:g} {span.unit}",
                    "why": span.why,
                }
                yield Finding("plausible_range", "error", named(factor), values)


def local_factor(case: Case) -> Iterator[Finding]:
    """Find values of the region outside the 95 % range of the value that they replace."""
    rows = [row for row in case.region.factors.rows if row.set != LOCAL and row.is_default]
    for factor in case.model.factors:
        if factor.set != LOCAL:
            continue
        key = (factor.parameter, factor.subject, factor.gas)
        for row in rows:
            if (row.parameter, row.subject, row.gas) != key or row.year not in ("all", factor.year):
                continue
            if (
                row.condition not in ("all", factor.condition)
                or row.low is None
                or row.high is None
            ):
                continue
            value = factor.value * units.factor(factor.unit, row.unit)
            if not row.low <= value <= row.high:
                values = {
                    "value": f"{value:g} {row.unit}",
                    "low": f"{row.low:g}",
                    "high": f"{row.high:g}",
                    "set": row.set,
                }
                yield Finding("local_factor", "warning", named(factor), values)
            break


def fallback_factor(case: Case) -> Iterator[Finding]:
    """Tell how many factors the set lacks, so that each set behind it gave them."""
    factors = case.region.factors
    for fallback in factors.chain:
        borrowed = [one for one in case.model.factors if one.set == fallback]
        if borrowed and fallback not in (LOCAL, factors.name):
            values = {
                "count": str(len(borrowed)),
                "names": joined(sorted({named(one) for one in borrowed})[:5]),
                "set": factors.name,
            }
            yield Finding("fallback_factor", "info", fallback, values)


def regional_factor(case: Case) -> Iterator[Finding]:
    """Find factors for all regions where the sets hold values of some, and none was named."""
    users: dict[Factor, set[str]] = {}
    for use in case.model.uses:
        if use.factor.region == ALL:
            users.setdefault(use.factor, set()).add(use.line)
    regional = _regional(case)
    order = list(dict.fromkeys(row.set for row in case.region.factors.rows))
    for factor, lines in users.items():
        rows = regional.get((factor.parameter, factor.subject, factor.gas), [])
        regions = {row.region for row in rows if _goes_before(row, factor, order)}
        if regions:
            values = {
                "value": f"{factor.value:g} {factor.unit}",
                "lines": str(len(lines)),
                "line": min(lines),
                "regions": joined(sorted(regions)),
            }
            yield Finding("regional_factor", "warning", named(factor), values)


def _regional(case: Case) -> Mapping[tuple[str, str, str], list[Factor]]:
    """Return the rows in force for some region, by parameter, subject and gas."""
    found: dict[tuple[str, str, str], list[Factor]] = {}
    for row in case.region.factors.rows:
        if row.is_default and row.region != ALL:
            found.setdefault((row.parameter, row.subject, row.gas), []).append(row)
    return found


def _goes_before(row: Factor, factor: Factor, order: Sequence[str]) -> bool:
    """Say whether a row would have been found first, had its region been named."""
    nearer = order.index(row.set) <= order.index(factor.set)
    same_year = ALL in (row.year, factor.year) or row.year == factor.year
    return nearer and same_year and row.condition in (factor.condition, ALL)


def unverified_key(case: Case) -> Iterator[Finding]:
    """Find factors that nobody has verified in key categories."""
    yield from _key_factors(case, "unverified_key", "warning", "verified", "unverified")


def assumed_key(case: Case) -> Iterator[Finding]:
    """Find assumptions, of factors and of activity, in key categories."""
    yield from _key_factors(case, "assumed_key", "info", "evidence", "assumption")
    evidence = case.inventory["evidence"].transpose("line", "year").values
    for at, line in enumerate(case.lines):
        years = [
            year
            for year, word in zip(case.years, evidence[at], strict=True)
            if word == "assumption"
        ]
        if years and case.counts(at) and case.is_key(line):
            yield Finding("assumed_key", "info", line, {"years": joined(years)}, "assumed_activity")


def _key_factors(case: Case, name: str, level: Level, field: str, word: str) -> Iterator[Finding]:
    inventory = case.inventory
    users: dict[int, set[str]] = {}
    marked = np.flatnonzero(inventory[f"factor_{field}"].values == word)
    hit = np.isin(inventory["use_factor"].values, marked) & (
        inventory["use_gas"].values != "energy"
    )
    for at in np.flatnonzero(hit):
        line = str(inventory["use_line"].values[at])
        if case.is_key(line):
            users.setdefault(int(inventory["use_factor"].values[at]), set()).add(line)
    for factor, lines in sorted(users.items()):
        key = " ".join(
            str(inventory[f"factor_{part}"].values[factor])
            for part in ("parameter", "subject", "condition", "gas", "year")
        )
        place = " ".join(part for part in key.split() if part not in ("all", "none"))
        yield Finding(name, level, place, {"lines": str(len(lines)), "line": min(lines)})
