"""Checks of the factors in use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from carbonpeak import locate, units
from carbonpeak.evidence.factors import LOCAL, Factor
from carbonpeak.inventory.activity import region_lines
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.checks.finding import Case, Finding
from carbonpeak.records import Record, read_table


class PlausibleRange(Record):
    """What a factor can be; a row of `definitions/plausible_ranges.csv`."""

    name: str
    parameter: str
    gas: str
    subject: str
    unit: str
    least: float
    most: float
    why: str

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


def used_factors(case: Case) -> tuple[Factor, ...]:
    """Return every factor that the inventory uses, once."""
    region = case.region
    return bind(region, region_lines(region), region.record.years).factors


def named(factor: Factor) -> str:
    """Return a short name of a factor: what it is of, and when."""
    parts = (factor.parameter, factor.subject, factor.condition, factor.gas, str(factor.year))
    return " ".join(part for part in parts if part not in ("all", "none"))


def plausible_range(case: Case) -> Iterator[Finding]:
    """Find factors that lie where none of their kind does; a slip of unit or decimal point."""
    for factor in used_factors(case):
        for span in plausible_ranges():
            if not span.covers(factor):
                continue
            value = factor.value * units.factor(factor.unit, span.unit)
            if not span.least <= value <= span.most:
                yield Finding(
                    "plausible_range",
                    "error",
                    named(factor),
                    f"{factor.value:g} {factor.unit} in {factor.path.name}:{factor.line}",
                    f"{span.least:g} to {span.most:g} {span.unit} ({span.why})",
                    "check the unit and the decimal point",
                )


def local_factor(case: Case) -> Iterator[Finding]:
    """Find values of the region outside the 95 % range of the value that they replace."""
    rows = [row for row in case.region.factors.rows if row.set != LOCAL and row.is_default]
    for factor in used_factors(case):
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
                yield Finding(
                    "local_factor",
                    "warning",
                    named(factor),
                    f"{value:g} {row.unit}",
                    f"{row.low:g} to {row.high:g} as in set {row.set}",
                    "state in the note why this place differs, or correct it",
                )
            break


def fallback_factor(case: Case) -> Iterator[Finding]:
    """Tell how many factors the set lacks, so that its fallback gave them."""
    fallback = case.region.factors.fallback_name
    borrowed = [one for one in used_factors(case) if one.set == fallback]
    if borrowed:
        names = ", ".join(sorted({named(one) for one in borrowed})[:5])
        yield Finding(
            "fallback_factor",
            "info",
            str(fallback),
            f"{len(borrowed)} factors, such as {names}",
            f"factors of {case.region.factors.name}",
            "nothing to do unless the edition has values of its own",
        )


def unverified_key(case: Case) -> Iterator[Finding]:
    """Find factors that nobody has verified in key categories."""
    yield from _key_factors(case, "unverified_key", "verified", "unverified", "warning")


def assumed_key(case: Case) -> Iterator[Finding]:
    """Find assumptions, of factors and of activity, in key categories."""
    yield from _key_factors(case, "assumed_key", "evidence", "assumption", "info")
    evidence = case.inventory["evidence"].transpose("line", "year").values
    for at, line in enumerate(case.lines):
        years = [
            year
            for year, word in zip(case.years, evidence[at], strict=True)
            if word == "assumption"
        ]
        if years and case.counts(at) and case.is_key(line):
            listed = ", ".join(str(year) for year in years)
            yield Finding(
                "assumed_key",
                "info",
                line,
                f"activity of {listed} is an assumption",
                "statistics or measurement",
                "ask the operator or the statistics office first for this line",
            )


def _key_factors(case: Case, name: str, field: str, word: str, level: str) -> Iterator[Finding]:
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
        yield Finding(
            name,
            "warning" if level == "warning" else "info",
            " ".join(part for part in key.split() if part not in ("all", "none")),
            f"{word} factor used by {len(lines)} lines of key categories, such as {min(lines)}",
            "a value read in its document" if word == "unverified" else "a measured value",
            "verify it or accept it by name",
        )
