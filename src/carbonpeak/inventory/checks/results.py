"""Checks of an inventory's sums, and of what may be counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

import numpy as np

from carbonpeak import locate, vocabulary
from carbonpeak.inventory.balance import total_row
from carbonpeak.inventory.checks.finding import Case, Finding, Level, Values, joined
from carbonpeak.inventory.totals import co2e, net, summary
from carbonpeak.records import Record, read_table
from carbonpeak.vocabulary import Line, Titled

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
    problem_en: str
    problem_zh: str
    remedy_en: str
    remedy_zh: str

    @property
    def problem(self) -> Titled:
        """What would be counted twice."""
        return Titled(title_en=self.problem_en, title_zh=self.problem_zh)

    @property
    def remedy(self) -> Titled:
        """What to do about it."""
        return Titled(title_en=self.remedy_en, title_zh=self.remedy_zh)


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
                if _differ(lines[one], lines[other]) and _together(lines[one], lines[other], trap):
                    years = np.flatnonzero(active[one] & active[other])
                    if years.size:
                        yield _trapped(case, trap, lines[one], lines[other], years)


def _is(line: Line, trap: Trap, side: str) -> bool:
    category = trap.first_category if side == "first" else trap.second_category
    listed = (trap.first_sources if side == "first" else trap.second_sources).split("|")
    source = vocabulary.sources()[line.source]
    known = {source.source, source.group, "*"}
    return fnmatchcase(line.category, category) and bool(known & set(listed))


def _differ(one: Line, other: Line) -> bool:
    """Say whether two lines are of two kinds, and not of one kind at two sites."""
    return (one.category, one.source) != (other.category, other.source)


def _together(one: Line, other: Line, trap: Trap) -> bool:
    if trap.same_source and one.source != other.source:
        return False
    return not trap.same_site or one.site == other.site


def _trapped(case: Case, trap: Trap, one: Line, other: Line, years: np.ndarray) -> Finding:
    values: Values = {
        "problem": trap.problem,
        "trap": trap.name,
        "years": joined(case.years[at] for at in years),
        "remedy": trap.remedy,
    }
    return Finding("double_count", trap.level, f"{one.id} + {other.id}", values)


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
            values = {"made": f"{np.asarray(made)[at]:,.0f}", "own": f"{own[at]:,.0f}"}
            place = f"{site or 'region'} {case.years[at]}"
            yield Finding("unpaired_generation", "error", place, values)


def balance_closure(case: Case) -> Iterator[Finding]:
    """Find exact totals that the activity of the inventory does not meet."""
    model = case.model
    activity = case.inventory["activity"].sel(line=model.ids).transpose("line", "year").values
    for name, total in case.region.record.totals.items():
        if total.year not in model.years:
            continue
        row = total_row(model, name, total, activity)
        moment = model.years.index(total.year)
        reached = float(np.nansum(row.coefficients * activity[:, moment]))
        scale = max(
            abs(row.value), float(np.nansum(np.abs(row.coefficients * activity[:, moment])))
        )
        if abs(reached - row.value) > CLOSED * max(scale, 1e-30):
            values = {"reached": f"{reached:,.6g}", "total": f"{row.value:,.6g}"}
            yield Finding("balance_closure", "error", name, values)


def moved_far(case: Case) -> Iterator[Finding]:
    """Find activity that reconciliation moved by more than two standard errors."""
    now, stated = case.activity(), case.activity("activity_reported")
    error = case.activity("activity_error")
    for at, moment in zip(*np.nonzero(np.abs(now - stated) > FAR * error), strict=True):
        if error[at, moment] > 0:
            moved = (now[at, moment] - stated[at, moment]) / error[at, moment]
            values = {
                "now": f"{now[at, moment]:,.6g}",
                "stated": f"{stated[at, moment]:,.6g}",
                "moved": f"{moved:+.1f}",
                "limit": f"{FAR:g}",
            }
            place = f"{case.lines[at]} {case.years[moment]}"
            yield Finding("moved_far", "warning", place, values)


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
            values = {"sum": f"{one:,.6g}", "total": f"{all_:,.6g}"}
            yield Finding("sum_of_sectors", "error", str(year), values)


def biogenic_in_total(case: Case) -> Iterator[Finding]:
    """Find carbon dioxide of biomass in the total, where it is a memo item."""
    if "CO2" not in case.inventory["gas"].values:
        return
    dioxide = case.inventory["emissions"].sel(gas="CO2").transpose("line", "year").values
    for at, name in enumerate(case.lines):
        line = vocabulary.parse_line(name)
        fuel = vocabulary.sources()[line.source].biogenic and line.rule.sector == "energy"
        if fuel and np.nan_to_num(dioxide[at], nan=0.0).any():
            values = {"mass": f"{np.nanmax(dioxide[at]):,.6g}"}
            yield Finding("biogenic_in_total", "error", name, values)


def empty_year(case: Case) -> Iterator[Finding]:
    """Find a year in which nothing at all is emitted."""
    whole = net(co2e(case.inventory, str(case.inventory.attrs["metric"]))).sum("gas")
    for year in case.years:
        if float(whole.sel(year=year)) == 0:
            yield Finding("empty_year", "error", str(year))
