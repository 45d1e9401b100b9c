"""Checks of an inventory's sums, and of what may be counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

import numpy as np

from carbonpeak import locate, vocabulary
from carbonpeak.inventory.activity import region_lines
from carbonpeak.inventory.balance import total_row
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.checks.finding import Case, Finding, Level
from carbonpeak.inventory.totals import co2e, net, summary
from carbonpeak.records import Record, read_table
from carbonpeak.vocabulary import Line

CLOSED = 1e-6
"""Relative gap up to which an exact total is met."""
FAR = 2.0
"""Standard errors by which reconciliation may move a number without a word."""


class Trap(Record):
    """Two kinds of line that may hold one emission; a row of `definitions/double_counts.csv`."""

    name: str
    first_category: str
    first_sources: str
    second_category: str
    second_sources: str
    same_site: bool
    same_source: bool
    level: Level
    problem: str
    remedy: str


@cache
def traps() -> tuple[Trap, ...]:
    """Return what may be counted twice."""
    rows = read_table(locate.definitions("double_counts.csv"), Trap, key=["name"])
    return tuple(row.record for row in rows)


def double_count(case: Case) -> Iterator[Finding]:
    """Find pairs of lines, both with activity in one year, that may hold one emission."""
    active = np.nan_to_num(case.activity(), nan=0.0) > 0
    scope = case.inventory["scope"].values == 1
    lines = [vocabulary.parse_line(name) for name in case.lines]
    for trap in traps():
        first = [at for at, line in enumerate(lines) if scope[at] and _is(line, trap, "first")]
        second = [at for at, line in enumerate(lines) if scope[at] and _is(line, trap, "second")]
        for one in first:
            for other in second:
                if one != other and _together(lines[one], lines[other], trap):
                    years = np.flatnonzero(active[one] & active[other])
                    if years.size:
                        yield _trapped(case, trap, lines[one], lines[other], years)


def _is(line: Line, trap: Trap, side: str) -> bool:
    category = trap.first_category if side == "first" else trap.second_category
    listed = (trap.first_sources if side == "first" else trap.second_sources).split("|")
    source = vocabulary.sources()[line.source]
    known = {source.source, source.group, "*"}
    return fnmatchcase(line.category, category) and bool(known & set(listed))


def _together(one: Line, other: Line, trap: Trap) -> bool:
    if trap.same_source and one.source != other.source:
        return False
    return not trap.same_site or one.site == other.site


def _trapped(case: Case, trap: Trap, one: Line, other: Line, years: np.ndarray) -> Finding:
    when = ", ".join(str(case.years[at]) for at in years)
    return Finding(
        "double_count",
        trap.level,
        f"{one.id} + {other.id}",
        f"{trap.problem} ({trap.name}; {when})",
        "each emission once",
        trap.remedy,
    )


def unpaired_generation(case: Case) -> Iterator[Finding]:
    """Find sun and wind power that does not lower what is bought: it needs own_electricity."""
    lines = [vocabulary.parse_line(name) for name in case.lines]
    activity = np.nan_to_num(case.activity(), nan=0.0)
    primary = [
        at
        for at, line in enumerate(lines)
        if line.source in ("solar_electricity", "wind_electricity")
    ]
    for site in sorted({lines[at].site for at in primary}):
        made = sum(activity[at] for at in primary if lines[at].site == site)
        own = sum(
            (
                activity[at]
                for at, line in enumerate(lines)
                if line.site == site and line.source == "own_electricity"
            ),
            start=np.zeros(len(case.years)),
        )
        for at in np.flatnonzero(np.asarray(made) > own * (1 + CLOSED)):
            yield Finding(
                "unpaired_generation",
                "error",
                f"{site or 'region'} {case.years[at]}",
                f"{np.asarray(made)[at]:,.0f} MWh of sun and wind, {own[at]:,.0f} MWh generated",
                "own_electricity of at least that much",
                "add a row own_electricity, so that purchases fall once",
            )


def balance_closure(case: Case) -> Iterator[Finding]:
    """Find exact totals that the activity of the inventory does not meet."""
    region = case.region
    model = bind(region, region_lines(region), region.record.years)
    activity = case.inventory["activity"].sel(line=model.ids).transpose("line", "year").values
    for name, total in region.record.totals.items():
        if total.year not in model.years:
            continue
        row = total_row(model, name, total, activity)
        moment = model.years.index(total.year)
        reached = float(np.nansum(row.coefficients * activity[:, moment]))
        scale = max(
            abs(row.value), float(np.nansum(np.abs(row.coefficients * activity[:, moment])))
        )
        if abs(reached - row.value) > CLOSED * max(scale, 1e-30):
            yield Finding(
                "balance_closure",
                "error",
                name,
                f"{reached:,.6g}",
                f"{row.value:,.6g}, as in region.yaml",
                "compile the inventory again from this region",
            )


def moved_far(case: Case) -> Iterator[Finding]:
    """Find activity that reconciliation moved by more than two standard errors."""
    now, stated = case.activity(), case.activity("activity_reported")
    error = case.activity("activity_error")
    for at, moment in zip(*np.nonzero(np.abs(now - stated) > FAR * error), strict=True):
        if error[at, moment] > 0:
            moved = (now[at, moment] - stated[at, moment]) / error[at, moment]
            yield Finding(
                "moved_far",
                "warning",
                f"{case.lines[at]} {case.years[moment]}",
                f"{now[at, moment]:,.6g} where {stated[at, moment]:,.6g} was stated "
                f"({moved:+.1f} standard errors)",
                f"at most {FAR:g} standard errors",
                "the number or an exact total is wrong, or its range is too narrow",
            )


def sum_of_sectors(case: Case) -> Iterator[Finding]:
    """Find a total that differs from the sum of its sectors, or from its gases weighed anew."""
    metric = str(case.inventory.attrs["metric"])
    weighed = co2e(case.inventory, metric)
    kept = (case.inventory["scope"] == 1) & ~case.inventory["is_memo"]
    part = (weighed["emissions"] - weighed["removals"]).isel(line=np.flatnonzero(kept.values))
    sectors = part.sum(["gas", "line"])
    total = summary(case.inventory, metric)["total_with_land"]
    for year in case.years:
        one, all_ = float(sectors.sel(year=year)), float(total.sel(year=year))
        if not np.isclose(one, all_, rtol=1e-9, atol=1e-6):
            yield Finding(
                "sum_of_sectors",
                "error",
                str(year),
                f"sectors sum to {one:,.6g} t CO2e",
                f"{all_:,.6g} t CO2e, the total with land use",
                "a line has a scope, sector or memo mark that does not fit",
            )


def biogenic_in_total(case: Case) -> Iterator[Finding]:
    """Find carbon dioxide of biomass in the total, where it is a memo item."""
    if "CO2" not in case.inventory["gas"].values:
        return
    dioxide = case.inventory["emissions"].sel(gas="CO2").transpose("line", "year").values
    for at, name in enumerate(case.lines):
        line = vocabulary.parse_line(name)
        fuel = vocabulary.sources()[line.source].biogenic and line.rule.sector == "energy"
        if fuel and np.nan_to_num(dioxide[at], nan=0.0).any():
            yield Finding(
                "biogenic_in_total",
                "error",
                name,
                f"{np.nanmax(dioxide[at]):,.6g} t CO2 in the total",
                "CO2 of biomass as a memo item",
                "use a method for biomass in definitions/lines",
            )


def empty_total(case: Case) -> Iterator[Finding]:
    """Find a year in which nothing at all is emitted."""
    whole = net(co2e(case.inventory, str(case.inventory.attrs["metric"]))).sum("gas")
    for year in case.years:
        if float(whole.sel(year=year)) == 0:
            yield Finding(
                "missing_year",
                "error",
                str(year),
                "no emission in any line",
                "an inventory of every year listed in region.yaml",
                "add activity, or take the year off the list",
            )
