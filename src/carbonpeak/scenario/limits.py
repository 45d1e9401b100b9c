"""Whether what a scenario builds keeps the limits of its measures and what they ask of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.adoption import SLACK, place_of
from carbonpeak.scenario.measures.library import Measure, Pool
from carbonpeak.scenario.moves import units_left
from carbonpeak.scenario.scenario import Scenario


def limit_faults(
    scenario: Scenario, measures: Mapping[str, Measure], asked: Floats
) -> Iterator[str]:
    """Yield where builds leave the window, yearly limit, potential, ramp or whole units.

    Parameters
    ----------
    asked : (measure, year)
        Native units.
    """
    for measure, builds in zip(measures.values(), asked, strict=True):
        if builds.any():
            place = place_of(scenario, measure.name)
            for problem in _problems(measure, scenario.years, builds):
                yield f"{place}: '{measure.name}' {problem}"


def _problems(measure: Measure, years: Sequence[int], builds: Floats) -> Iterator[str]:
    yield from _outside_window(measure, years, builds)
    limit, unit = measure.numbers["yearly_limit"], measure.entry.unit
    over = np.flatnonzero(builds > limit * (1 + SLACK))
    if over.size:
        yield (
            f"builds {builds[over[0]]:,.6g} {unit} in {years[over[0]]}; its yearly limit is "
            f"{limit:,.6g} ({measure.rows['yearly_limit'].place}). "
            "Spread the builds over more years"
        )
    potential = measure.numbers["potential"]
    if builds.sum() > potential * (1 + SLACK):
        yield (
            f"builds {builds.sum():,.6g} {unit} in all; its potential is {potential:,.6g} "
            f"({measure.rows['potential'].place}). Build less, or state where more could stand"
        )
    if measure.entry.integer and np.abs(builds - np.round(builds)).max() > SLACK:
        part = int(np.flatnonzero(np.abs(builds - np.round(builds)) > SLACK)[0])
        yield (
            f"builds {builds[part]:,.6g} {unit} in {years[part]}; it is built in whole units only. "
            "State 'builds' by year"
        )
    yield from _lumps(measure, years, builds)
    yield from _ramp(measure, years, builds)


def _lumps(measure: Measure, years: Sequence[int], builds: Floats) -> Iterator[str]:
    built = np.flatnonzero(builds > 0)
    if measure.entry.once and built.size > 1:
        yield (
            f"builds in {years[built[0]]} and in {years[built[1]]}; it is built once. "
            "Leave one of the years out"
        )
    least = measure.numbers.get("minimum_build", 0.0)
    below = built[builds[built] < least * (1 - SLACK)]
    if below.size:
        yield (
            f"builds {builds[below[0]]:,.6g} {measure.entry.unit} in {years[below[0]]}; the least "
            f"built in a year is {least:,.6g} ({measure.rows['minimum_build'].place}). "
            "Build more at once, or nothing"
        )


def _outside_window(measure: Measure, years: Sequence[int], builds: Floats) -> Iterator[str]:
    first, last = measure.window(years[0])
    built = zip(years, builds, strict=True)
    outside = [year for year, amount in built if amount > 0 and not first <= year <= last]
    if not outside:
        return
    if last < first or first > years[-1] or last <= years[0]:
        yield (
            f"has its window outside the horizon: nothing can be built from {years[0] + 1} to "
            f"{years[-1]} (first_year {measure.rows['first_year'].place}, last_year "
            f"{measure.rows['last_year'].place}). Change the window or take the measure out"
        )
        return
    yield (
        f"builds in {outside[0]}; its window is {first} to {last} "
        f"({measure.rows['first_year' if outside[0] < first else 'last_year'].place}). "
        "Move the builds or the window"
    )


def _ramp(measure: Measure, years: Sequence[int], builds: Floats) -> Iterator[str]:
    if "ramp_rate" not in measure.numbers:
        return
    rate, seed = measure.numbers["ramp_rate"], measure.numbers["ramp_seed"]
    most = seed + (1.0 + rate) * np.concatenate([[0.0], builds[:-1]])
    over = np.flatnonzero(builds > most * (1 + SLACK))
    if over.size:
        at = int(over[0])
        yield (
            f"builds {builds[at]:,.6g} {measure.entry.unit} in {years[at]}; its ramp allows "
            f"{most[at]:,.6g} ({measure.rows['ramp_rate'].place}). "
            "Start earlier or rise more slowly"
        )


def dependency_faults(
    scenario: Scenario,
    measures: Mapping[str, Measure],
    pools: Mapping[str, Pool],
    builds: Floats,
    *,
    retired: Floats | None = None,
    slack: float = SLACK,
) -> Iterator[str]:
    """Yield where a measure stands without one it needs, beside one it excludes, or without room.

    Parameters
    ----------
    builds : (measure, year)
        Native units.
    retired : (measure, year built, year), optional
        Native units that are gone from a year on.
    slack : float
        Share by which a pool may be overdrawn.
    """
    names, years = list(measures), scenario.years
    standing = units_standing(measures, builds, retired)
    for row, measure in enumerate(measures.values()):
        for other in measure.entry.needs:
            rows = [at for at in meant(measures, other) if at != row]
            at_work = (standing[rows] > 0).any(axis=0)
            alone = np.flatnonzero((standing[row] > 0) & ~at_work)
            if alone.size:
                yield (
                    f"{place_of(scenario, measure.name)}: '{measure.name}' needs '{other}', which "
                    f"is not at work in {years[alone[0]]}. {_way_to(measures, other)}"
                )
        for other in measure.entry.excludes:
            for at in meant(measures, other):
                both = np.flatnonzero((standing[row] > 0) & (standing[at] > 0))
                if both.size and at != row:
                    yield (
                        f"{place_of(scenario, measure.name)}: '{measure.name}' excludes "
                        f"'{names[at]}' ({place_of(scenario, names[at])}), but both are at work "
                        f"in {years[both[0]]}. Take one of them out"
                    )
    yield from _pool_faults(scenario, measures, pools, standing, slack)


def units_standing(
    measures: Mapping[str, Measure], builds: Floats, retired: Floats | None = None
) -> Floats:
    """Return the native units within their lifetime, however strong they still are.

    Parameters
    ----------
    builds : (measure, year)
    retired : (measure, year built, year), optional
        Native units that are gone from a year on.

    Returns
    -------
    (measure, year)
    """
    count = builds.shape[1]
    age = np.arange(count)[None, :] - np.arange(count)[:, None]
    lifetime = np.array([measure.numbers["lifetime"] for measure in measures.values()])
    alive = (age >= 0) & (age < lifetime[:, None, None])
    if retired is None:
        return np.asarray(np.einsum("mb,mby->my", builds, alive))
    standing = (units_left(builds, retired) * alive).sum(axis=1)
    rounding = SLACK * builds.sum(axis=1, keepdims=True)
    return np.where(np.abs(standing) <= rounding, 0.0, standing)


def meant(measures: Mapping[str, Measure], other: str) -> list[int]:
    """Return the places of the measures that a name means: its own, or those made from it."""
    return [
        at
        for at, (name, measure) in enumerate(measures.items())
        if other in (name, measure.entry.inherits)
    ]


def _way_to(measures: Mapping[str, Measure], other: str) -> str:
    if meant(measures, other):
        return "Build it too, or earlier"
    return f"The region does not offer it: add an entry 'from: {other}' to measures.yaml"


def _pool_faults(
    scenario: Scenario,
    measures: Mapping[str, Measure],
    pools: Mapping[str, Pool],
    standing: Floats,
    slack: float,
) -> Iterator[str]:
    for pool in pools.values():
        per_unit = np.array([one.shares.get(pool.name, 0.0) for one in measures.values()])
        over = np.flatnonzero(per_unit @ standing > pool.amount * (1 + slack))
        if over.size:
            year = int(over[0])
            takers = [
                f"{name} takes {per_unit[row] * standing[row, year]:,.6g} "
                f"({place_of(scenario, name)})"
                for row, name in enumerate(measures)
                if per_unit[row] * standing[row, year] > 0
            ]
            yield (
                f"{pool.row.place}: pool '{pool.name}' holds {pool.amount:,.6g} {pool.unit}, "
                f"but in {scenario.years[year]} {', '.join(takers)}. "
                "Build less, or state a larger pool"
            )
