"""What a scenario asks to be built: amounts as stated, or in percent of a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.measures.library import Measure
from carbonpeak.scenario.moves import MoveMap
from carbonpeak.scenario.scenario import Adoption, Scenario

SLACK = 1e-9


@dataclass(frozen=True)
class Asked:
    """What a scenario asks to be built.

    Attributes
    ----------
    builds : (measure, year)
        Native units.
    beyond : tuple of str
        Measures asked for in percent of a line that falls faster than they retire, so that they
        reach more than was asked; in words.
    """

    builds: Floats
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Share:
    """A measure asked for in percent of a line."""

    name: str
    row: int
    line: int
    wanted: Floats


def asked_builds(
    scenario: Scenario, measures: Mapping[str, Measure], moves: MoveMap, baseline: Floats
) -> Asked:
    """Lay what a scenario builds over measures and years.

    Parameters
    ----------
    baseline : (line, year)
        Activity without measures, of which percentages are taken.

    Raises
    ------
    ScenarioError
        For measures that the region does not offer, and for percentages of a line that has no
        activity, that the measure does not move, or that come to more than 100.
    """
    adoptions = scenario.record.measures
    _require_known(scenario, list(measures))
    builds = np.zeros((len(measures), len(moves.model.years)))
    faults: list[str] = []
    shares = []
    for row, name in enumerate(measures):
        adoption = adoptions.get(name)
        if adoption is not None and adoption.percent is None:
            for year, amount in adoption.by_year().items():
                builds[row, moves.model.years.index(year)] = amount
        elif adoption is not None:
            line = _line(scenario, measures[name], moves, row, faults)
            if line is not None:
                wanted = adoption.shares(moves.model.years)
                shares.append(_Share(name, row, line, wanted))
    faults += _empty_faults(scenario, moves, baseline, shares)
    faults += _sum_faults(scenario, moves, shares)
    if faults:
        raise ScenarioError("\n".join(faults))
    for share in shares:
        builds[share.row] = _builds(moves, baseline, share)
    beyond = [_beyond(moves, baseline, share, builds) for share in shares]
    return Asked(builds, tuple(words for words in beyond if words))


def place_of(scenario: Scenario, name: str) -> str:
    """Return the file and line where a scenario states a measure."""
    return scenario.where_from(f"measures.{name}")


def _require_known(scenario: Scenario, names: list[str]) -> None:
    unknown = [
        f"{place_of(scenario, name)}: unknown measure '{name}'; {suggestion(name, names)}"
        for name in scenario.record.measures
        if name not in names
    ]
    if unknown:
        raise ScenarioError("\n".join(unknown))


def _line(
    scenario: Scenario, measure: Measure, moves: MoveMap, row: int, faults: list[str]
) -> int | None:
    """Return the place of the line that a percentage is of."""
    adoption: Adoption = scenario.record.measures[measure.name]
    lines, role = measure.entry.lines, str(adoption.of)
    place = place_of(scenario, measure.name)
    if role not in lines:
        hint = suggestion(role, list(lines))
        faults.append(f"{place}: '{measure.name}' has no role '{role}'; {hint}")
        return None
    line = moves.model.ids.index(lines[role])
    if moves.move[row, line] == 0:
        faults.append(
            f"{place}: '{measure.name}' does not move '{lines[role]}', so that no number of it "
            "reaches a percentage; name another role under 'of'"
        )
        return None
    return line


def _empty_faults(
    scenario: Scenario, moves: MoveMap, baseline: Floats, shares: list[_Share]
) -> list[str]:
    faults = []
    for share in shares:
        empty = np.flatnonzero((share.wanted > 0) & (baseline[share.line] <= 0))
        if empty.size:
            line, year = moves.model.ids[share.line], moves.model.years[int(empty[0])]
            faults.append(
                f"{place_of(scenario, share.name)}: '{line}' has no activity in {year} without "
                "measures, so that a percentage of it is nothing; state an amount"
            )
    return faults


def _sum_faults(scenario: Scenario, moves: MoveMap, shares: list[_Share]) -> list[str]:
    """Return a fault for each line of which the measures together ask more than there is."""
    faults = []
    for line in sorted({share.line for share in shares}):
        takers = [it for it in shares if it.line == line and moves.move[it.row, line] < 0]
        together = sum((it.wanted for it in takers), np.zeros(len(moves.model.years)))
        over = np.flatnonzero(together > 1 + SLACK)
        if over.size:
            year = int(over[0])
            parts = ", ".join(
                f"{it.name} {100 * it.wanted[year]:.4g} % ({place_of(scenario, it.name)})"
                for it in takers
            )
            faults.append(
                f"'{moves.model.ids[line]}': {100 * together[year]:.4g} % of it are asked for in "
                f"{moves.model.years[year]}: {parts}; lower one, 100 is all there is"
            )
    return faults


def _builds(moves: MoveMap, baseline: Floats, share: _Share) -> Floats:
    """Return the builds that hold a share, year by year; what stands is never torn down."""
    strength = moves.strength[share.row]
    needed = share.wanted * baseline[share.line] / abs(moves.move[share.row, share.line])
    builds: Floats = np.zeros_like(needed)
    for year in range(len(needed)):
        lacking = needed[year] - builds[:year] @ strength[:year, year]
        builds[year] = max(0.0, lacking) if lacking > SLACK * needed[year] else 0.0
    return builds


def _beyond(moves: MoveMap, baseline: Floats, share: _Share, builds: Floats) -> str:
    """Say where a measure reaches more of its line than was asked."""
    at_work = builds[share.row] @ moves.strength[share.row]
    moved = at_work * abs(moves.move[share.row, share.line])
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = np.where(share.wanted > 0, moved / baseline[share.line], 0.0)
    over = reached - share.wanted
    year = int(np.argmax(over))
    if over[year] <= 1e-6:
        return ""
    return (
        f"{share.name}: {100 * reached[year]:.4g} % of '{moves.model.ids[share.line]}' in "
        f"{moves.model.years[year]}, asked {100 * share.wanted[year]:.4g} %; what stands is not "
        "torn down when the line falls"
    )
