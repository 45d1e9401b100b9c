"""Targets over several years or numerators, each as the rows that state it; it knows no carbon.

Symbols: E[t], P[t], W[t] numerators with all builds at work. Every row may be soft: each unit
missed then costs `price` CNY2020 of the last year of the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.reach import Reach
from carbonpeak.optimiser.targets import Part, Sense, Target


def budget(
    name: str, numerator: str, years: Sequence[int], amount: float, *, price: float | None = None
) -> Target:
    """A sum over years stays within an amount:  Σ_t E[t] <= amount."""
    if not years:
        raise ScenarioError(f"target '{name}': a budget needs its years; state the first and last")
    return Target(name, tuple(Part(numerator, year) for year in years), amount, price)


def share(
    name: str,
    part: str,
    whole: str,
    year: int,
    bound: float,
    *,
    sense: Sense = "at_least",
    price: float | None = None,
) -> Target:
    """A numerator is at least a share of another:  P[t] - bound·W[t] >= 0."""
    parts = [Part(part, year), Part(whole, year, -bound)]
    return Target(name, tuple(one for one in parts if one.weight), 0.0, price, sense)


def no_rise_after(
    name: str, numerator: str, year: int, years: Sequence[int], *, price: float | None = None
) -> tuple[Target, ...]:
    """From a year on nothing rises:  E[t+1] - E[t] <= 0  for t >= year."""
    _require_later(name, "no_rise_after", year, years)
    return tuple(
        _difference(name, numerator, after, after - 1, price=price)
        for after in years
        if after > year
    )


def plateau(
    name: str, numerator: str, first: int, last: int, band: float, *, price: float | None = None
) -> tuple[Target, ...]:
    """Values stay near that of the first year:  (1-band)·E[first] <= E[t] <= (1+band)·E[first].

    For t in first+1 … last, and for a numerator above zero.
    """
    if last <= first:
        raise ScenarioError(
            f"target '{name}': the plateau ends in {last}, not after its first year {first}"
        )
    if not 0 <= band < 1:
        raise ScenarioError(f"target '{name}': the band is {band:g}; expected 0 to below 1")
    sides: tuple[tuple[str, float, Sense], ...] = (
        ("high", 1.0 + band, "at_most"),
        ("low", 1.0 - band, "at_least"),
    )
    return tuple(
        Target(
            f"{name}.{year}.{side}",
            (Part(numerator, year), Part(numerator, first, -height)),
            0.0,
            price,
            sense,
            name,
        )
        for year in range(first + 1, last + 1)
        for side, height, sense in sides
    )


def peak_by(
    problem: LeastCostProblem,
    name: str,
    numerator: str,
    year: int,
    *,
    price: float | None = None,
    beside: Sequence[LeastCostProblem] = (),
) -> tuple[Target, ...]:
    """The largest value up to a year is not passed later:  E[t] <= E[s]  for all t > year, one s.

    The year s <= `year` is chosen with the builds, one binary for each that may be the highest. A
    year that another one equals or passes whatever is built is no candidate; where one is left,
    such as a base year that nothing built can be higher than, no binary is needed. Where one choice
    of builds is made for many futures, a year is left out only if the same other one passes it in
    each of them.
    """
    _require_later(name, "peak_by", year, problem.years)
    before = [one for one in problem.years if one <= year]
    rising = candidates(problem, numerator, before, beside=beside)
    return peak_in(name, numerator, rising, year, problem.years, price=price)


def peak_in(
    name: str,
    numerator: str,
    peaks: Sequence[int],
    last: int,
    years: Sequence[int],
    *,
    price: float | None = None,
) -> tuple[Target, ...]:
    """Return the rows of a peak in one of some years; they choose where there are several.

    Parameters
    ----------
    peaks : sequence of int
        Years that may be the highest.
    last, years : int, sequence of int
        The years after `last` stay below.
    """
    return tuple(
        _difference(name, numerator, after, peak, price=price, either=len(peaks) > 1)
        for peak in peaks
        for after in years
        if after > last
    )


def any_of(
    problem: LeastCostProblem,
    name: str,
    rows: Mapping[str, Target],
    *,
    beside: Sequence[LeastCostProblem] = (),
) -> tuple[Target, ...]:
    """At least one of several rows holds:  Σ_p w[p]·E[p] <= cap  for one row.

    One binary for each row, except those that hold only where another one holds too, whatever is
    built, with many futures the same one in each; where one is left, no binary is needed.
    """
    kept = dict(rows)
    for key, row in rows.items():
        others = [other for at, other in kept.items() if at != key]
        if any(_implies((problem, *beside), row, other) for other in others):
            del kept[key]
    if len(kept) == 1:
        return tuple(replace(row, name=name, group=name) for row in kept.values())
    return tuple(
        replace(row, name=f"{name}.{key}", group=name, either=key) for key, row in kept.items()
    )


def _implies(problems: Sequence[LeastCostProblem], row: Target, other: Target) -> bool:
    """Tell whether the other row, of the same sense, has no less slack whatever is built."""
    parts = (*other.parts, *(part._replace(weight=-part.weight) for part in row.parts))
    surplus = replace(row, parts=parts, cap=other.cap - row.cap)
    return all(Reach.of(problem).most_missed(surplus) == 0 for problem in problems)


def candidates(
    problem: LeastCostProblem,
    numerator: str,
    years: Sequence[int],
    *,
    beside: Sequence[LeastCostProblem] = (),
) -> tuple[int, ...]:
    """Return the years that may be the highest of `years`, whatever is built within the limits.

    Those are left out that the same other year passes in the problem and in all `beside` it.
    """
    kept, problems = list(years), (problem, *beside)
    for year in years:
        rows = [_difference("", numerator, year, other) for other in kept if other != year]
        if any(all(Reach.of(one).most_missed(row) == 0 for one in problems) for row in rows):
            kept.remove(year)
    return tuple(kept)


def _difference(
    name: str,
    numerator: str,
    year: int,
    other: int,
    *,
    price: float | None = None,
    either: bool = False,
) -> Target:
    """E[year] - E[other] <= 0."""
    parts = (Part(numerator, year), Part(numerator, other, -1.0))
    chosen = str(other) if either else ""
    return Target(f"{name}.{year}.{other}", parts, 0.0, price, "at_most", name, chosen)


def _require_later(
    name: str, key: Literal["peak_by", "no_rise_after"], year: int, years: Sequence[int]
) -> None:
    if not years[0] <= year < years[-1]:
        raise ScenarioError(
            f"target '{name}': {key} is {year}; expected a year of the horizon {years[0]} to "
            f"{years[-1]} with one after it. Extend the horizon or drop the target"
        )
