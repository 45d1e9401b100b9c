"""Checks of what a region states: completeness, jumps, areas, figures set beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import numpy as np

from carbonpeak import units, vocabulary
from carbonpeak.inventory.activity import region_lines, reported_activity
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.checks.finding import Case, Comparison, Finding

JUMP, JUMP_OF_SMALL = 0.20, 0.30
"""Change from year to year that asks for an explanation: method.md's 20 %, 30 % for small ones."""
SMALL = 0.01
"""Share of the total under which a category is small."""


def no_value(case: Case) -> Iterator[Finding]:
    """Find categories that have neither a line nor a notation key."""
    present = {str(code) for code in case.inventory["category"].values}
    noted = [row.record.category for row in case.region.notations]
    for code in _leaves():
        above = vocabulary.ancestors(code)
        below = {one for one in present if code in vocabulary.ancestors(one)}
        if not below and not any(one in noted for one in above):
            title = vocabulary.categories()[code].title_en
            yield Finding(
                "no_value",
                "warning",
                code,
                f"nothing stated for {title}",
                "a value or NO, NE, IE, NA or C with its reason",
                "add activity, or a row to notation.csv",
            )


def _leaves() -> list[str]:
    """Return the categories that lines can be in and that have no part with lines."""
    rules = [rule for rule in vocabulary.line_rules() if not rule.memo and rule.scope == 1]
    able = [
        code
        for code in vocabulary.categories()
        if any(fnmatchcase(code, rule.category) for rule in rules)
    ]
    parents = {vocabulary.categories()[code].parent for code in able}
    return [code for code in able if code not in parents]


def missing_year(case: Case) -> Iterator[Finding]:
    """Find lines that have a value in one year and none in another."""
    activity = case.activity()
    for at, line in enumerate(case.lines):
        absent = [
            year for year, value in zip(case.years, activity[at], strict=True) if np.isnan(value)
        ]
        if absent:
            yield Finding(
                "missing_year",
                "warning",
                line,
                f"no activity for {', '.join(str(year) for year in absent)}",
                "a value for every year of the inventory; 0 when there was none",
                "add a row, or fill the gap by a named method in gaps.csv",
            )


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
                yield Finding(
                    "notation_contradicted",
                    "error",
                    line,
                    f"activity {amounts[at]:g} beside the key {note.key} of {note.category}",
                    "a value or a key",
                    f"take one of them away ({row.path.name}:{row.line})",
                )


def filled(case: Case) -> Iterator[Finding]:
    """Tell which values were filled by a named method."""
    methods = case.inventory["filled"].transpose("line", "year").values
    for at, line in enumerate(case.lines):
        for year, method in zip(case.years, methods[at], strict=True):
            if method:
                yield Finding(
                    "filled",
                    "info",
                    f"{line} {year}",
                    f"filled by {method}",
                    "a stated value",
                    "replace it when the number is known",
                )


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
                yield Finding(
                    "year_on_year",
                    "warning",
                    f"{code} {case.years[at]}",
                    f"{100 * change:+.1f} % a year since {case.years[at - 1]}",
                    f"at most {100 * limit:.0f} % a year",
                    "explain it in the report, or check method, unit and boundary of both years",
                )


def land_area(case: Case) -> Iterator[Finding]:
    """Find a year whose lines by area cover more than the region."""
    stated = case.region.record.land_area
    most = stated.high if stated.high is not None else stated.value
    limit = most * units.factor(stated.unit, "ha")
    by_area = case.inventory["activity_unit"].values == "ha"
    land = by_area & (case.inventory["sector"].values == "land")
    forest = land & np.char.startswith(case.inventory["category"].values.astype(str), "3.B")
    covered = np.nansum(np.where(forest[:, None], case.activity(), 0.0), axis=0)
    for year, area in zip(case.years, covered, strict=True):
        if area > limit:
            yield Finding(
                "land_area",
                "error",
                f"3.B {year}",
                f"{area:,.0f} ha in lines of land use",
                f"at most {limit:,.0f} ha, the land of the region",
                "check units (mu, ha, km2) and areas that are stated twice",
            )


def without_range(case: Case) -> Iterator[Finding]:
    """Find activity of key categories without a 95 % range."""
    region = case.region
    model = bind(region, region_lines(region), region.record.years)
    reported = reported_activity(model)
    for at, line in enumerate(model.ids):
        bare = (reported.error[at] == 0) & (np.nan_to_num(reported.activity[at], nan=0.0) > 0)
        years = [year for year, one in zip(model.years, bare, strict=True) if one]
        if years and model.lines[at].rule.scope == 1 and case.is_key(line):
            yield Finding(
                "without_range",
                "info",
                line,
                f"no range for {', '.join(str(year) for year in years)}",
                "low and high, the 95 % range",
                "give the range; without it the number counts as exact",
            )


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
    word = "at most" if given.at_most else "within"
    return Finding(
        "comparison",
        "error" if given.at_most else "warning",
        given.place,
        f"{given.part:,.6g} beside {given.whole:,.6g} {given.unit} ({share:+.1f} %)",
        f"{word} {100 * given.tolerance:g} % of {given.whole:,.6g}",
        "find what one of the two counts and the other does not",
    )


def reference_approach(case: Case) -> Iterator[Finding]:
    """Find years in which the sectoral and the reference approach differ too much."""
    if case.reference is None:
        return
    totals = case.reference[["difference_total", "exceeds"]]
    for group in totals["group"].values:
        for year in totals["year"].values:
            cell = totals.sel(group=group, year=year)
            if bool(cell["exceeds"]):
                yield Finding(
                    "reference_approach",
                    "warning",
                    f"{group} {year}",
                    f"reference approach {float(cell['difference_total']):+.1f} % of the sectoral",
                    "within 5 %",
                    "look for feedstock, stocks, and fuels brought in that are not burnt",
                )
