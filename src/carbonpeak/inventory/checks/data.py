"""Checks of what a region states: completeness, jumps, areas, figures set beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import numpy as np

from carbonpeak import units, vocabulary
from carbonpeak.inventory.activity import reported_activity
from carbonpeak.inventory.checks.finding import Case, Comparison, Finding, Level, joined
from carbonpeak.inventory.model import Floats

JUMP, JUMP_OF_SMALL = 0.20, 0.30
"""Change from year to year that asks for an explanation: method.md's 20 %, 30 % for small ones."""
SMALL = 0.01
"""Share of the total under which a category is small."""
LANDFILLS, BY_MASS_BALANCE = "4.A", "4.A.b"
"""Landfills, and the categories that stand for them where their history is unknown."""


def no_value(case: Case) -> Iterator[Finding]:
    """Find categories that have neither a line nor a notation key."""
    stated = {str(code) for code in case.inventory["category"].values}
    present = {code.replace(BY_MASS_BALANCE, LANDFILLS) for code in stated}
    noted = [row.record.category for row in case.region.notations]
    for code in _leaves():
        above = vocabulary.ancestors(code)
        below = {one for one in present if code in vocabulary.ancestors(one)}
        if not below and not any(one in noted for one in above):
            yield Finding("no_value", "warning", code, {"title": vocabulary.categories()[code]})


def _leaves() -> list[str]:
    """Return the categories that lines can be in and that have no part with lines."""
    rules = [rule for rule in vocabulary.line_rules() if not rule.memo and rule.scope == 1]
    able = [
        code
        for code in vocabulary.categories()
        if any(fnmatchcase(code, rule.category) for rule in rules)
    ]
    parents = {vocabulary.categories()[code].parent for code in able}
    return [code for code in able if code not in parents and not code.startswith(BY_MASS_BALANCE)]


def missing_year(case: Case) -> Iterator[Finding]:
    """Find lines that have a value in one year and none in another."""
    activity = case.activity()
    for at, line in enumerate(case.lines):
        absent = [
            year for year, value in zip(case.years, activity[at], strict=True) if np.isnan(value)
        ]
        if absent:
            yield Finding("missing_year", "warning", line, {"years": joined(absent)})


def notation_contradicted(case: Case) -> Iterator[Finding]:
    """Find a key that says there is nothing beside a value."""
    amounts = np.nan_to_num(case.activity(), nan=0.0).max(axis=1)
    for row in case.region.notations:
        note = row.record
        if note.key not in ("NO", "NE", "NA"):
            continue
        for at, line in enumerate(case.lines):
            found = vocabulary.parse_line(line)
            inside = note.category in vocabulary.ancestors(found.category)
            if inside and note.source in ("", found.source) and amounts[at] > 0:
                values = {
                    "amount": f"{amounts[at]:g}",
                    "key": note.key,
                    "category": note.category,
                    "row": f"{row.path.name}:{row.line}",
                }
                yield Finding("notation_contradicted", "error", line, values)


def filled(case: Case) -> Iterator[Finding]:
    """Tell which values were filled by a named method."""
    methods = case.inventory["filled"].transpose("line", "year").values
    for at, line in enumerate(case.lines):
        for year, method in zip(case.years, methods[at], strict=True):
            if method:
                yield Finding("filled", "info", f"{line} {year}", {"method": str(method)})


def year_on_year(case: Case) -> Iterator[Finding]:
    """Find categories whose emissions jump; over several years the mean yearly change counts."""
    net = case.net()
    categories = np.array([str(code) for code in case.inventory["category"].values])
    scope = case.inventory["scope"].values == 1
    total = np.nansum(np.abs(net[scope]), axis=0)
    for code in sorted(set(categories[scope])):
        level = np.nansum(net[scope & (categories == code)], axis=0)
        for at in range(1, len(case.years)):
            before, after = level[at - 1], level[at]
            if before <= 0 or after <= 0:
                continue
            apart = case.years[at] - case.years[at - 1]
            change = (after / before) ** (1.0 / apart) - 1.0
            small = max(before, after) < SMALL * total[at]
            limit = JUMP_OF_SMALL if small else JUMP
            if abs(change) > limit:
                values = {
                    "change": f"{100 * change:+.1f}",
                    "since": str(case.years[at - 1]),
                    "limit": f"{100 * limit:.0f}",
                }
                yield Finding("year_on_year", "warning", f"{code} {case.years[at]}", values)


def land_area(case: Case) -> Iterator[Finding]:
    """Find a year whose land use, rice fields and ponds cover more than the region."""
    stated = case.region.record.land_area
    most = stated.high if stated.high is not None else stated.value
    limit = most * units.factor(stated.unit, "ha")
    used = _area(case, "3.B*")
    covered = used + _rice_fields(case) + _area(case, "3.C.8")
    for year, area, land in zip(case.years, covered, used, strict=True):
        if area > limit:
            values = {"area": f"{area:,.0f}", "limit": f"{limit:,.0f}"}
            form = "land_area" if land > limit else "cropped_area"
            yield Finding("land_area", "error", f"{form} {year}", values, form)


def _area(case: Case, category: str, source: str = "*") -> Floats:
    """Return the hectares of some lines by year."""
    own = case.inventory["activity_unit"].values == "ha"
    held = [
        fnmatchcase(line.category, category) and fnmatchcase(line.source, source)
        for line in (vocabulary.parse_line(name) for name in case.lines)
    ]
    return np.asarray(np.nansum(case.activity()[own & np.array(held, dtype=bool)], axis=0))


def _rice_fields(case: Case) -> Floats:
    """Return the hectares of rice fields; early and late rice grow on the same ones."""
    early, late = (_area(case, "3.C.7", f"double_{crop}_rice") for crop in ("early", "late"))
    return _area(case, "3.C.7") - np.minimum(early, late)


def without_range(case: Case) -> Iterator[Finding]:
    """Find activity of key categories without a 95 % range."""
    model = case.model
    reported = reported_activity(model)
    for at, line in enumerate(model.ids):
        bare = (reported.error[at] == 0) & (np.nan_to_num(reported.activity[at], nan=0.0) > 0)
        years = [year for year, one in zip(model.years, bare, strict=True) if one]
        if years and model.lines[at].rule.scope == 1 and case.is_key(line):
            yield Finding("without_range", "info", line, {"years": joined(years)})


def comparison(case: Case) -> Iterator[Finding]:
    """Find figures that should agree and do not."""
    for one in case.comparisons:
        found = compared(one)
        if found is not None:
            yield found


def compared(given: Comparison) -> Finding | None:
    """Return a finding when a part does not agree with its whole."""
    gap = given.part - given.whole
    limit = given.tolerance * abs(given.whole)
    if gap <= limit and (given.at_most or gap >= -limit):
        return None
    share = 100.0 * gap / abs(given.whole) if given.whole else float("inf")
    values = {
        "part": f"{given.part:,.6g}",
        "whole": f"{given.whole:,.6g}",
        "unit": given.unit,
        "share": f"{share:+.1f}",
        "tolerance": f"{100 * given.tolerance:g}",
    }
    level: Level = "error" if given.at_most else "warning"
    form = "comparison_at_most" if given.at_most else "comparison"
    return Finding("comparison", level, given.place, values, form)


def reference_approach(case: Case) -> Iterator[Finding]:
    """Find years in which the sectoral and the reference approach differ too much."""
    if case.reference is None:
        return
    totals = case.reference[["difference_total", "exceeds"]]
    for group in totals["group"].values:
        for year in totals["year"].values:
            cell = totals.sel(group=group, year=year)
            if bool(cell["exceeds"]):
                values = {"difference": f"{float(cell['difference_total']):+.1f}"}
                yield Finding("reference_approach", "warning", f"{group} {year}", values)
