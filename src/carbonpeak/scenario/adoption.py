"""What a scenario asks to be built: amounts as stated, or in percent of a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

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
    shares : tuple of Share
        Measures asked for in percent of a line.
    """

    builds: Floats
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Share:
    """A measure asked for in percent of a line.

    Attributes
    ----------
    row, line : int
        Places of the measure and of the line.
    wanted : (year,)
        Share of the line's activity without measures.
    """

    name: str
    row: int
    line: int
    wanted: Floats

    def reached(self, moves: MoveMap, baseline: Floats, working: Floats) -> Floats:
        """Return the share that units at work move.

        Parameters
        ----------
        baseline : (line, year)
        working : (measure, year)
            Native units, weighed by strength.

        Returns
        -------
        (year,)
            Zero where the line has no activity.
        """
        moved = working[self.row] * abs(moves.move[self.row, self.line])
        whole = baseline[self.line]
        share: Floats = np.divide(moved, whole, out=np.zeros_like(moved), where=whole > 0)
        return share


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
                shares.append(Share(name, row, line, wanted))
    faults += _empty_faults(scenario, moves, baseline, shares)
    faults += _sum_faults(scenario, moves, shares)
    if faults:
        raise ScenarioError("\n".join(faults))
    for share in shares:
        builds[share.row] = _builds(moves, baseline, share)
    return Asked(builds, tuple(shares))


def place_of(scenario: Scenario, name: str) -> str:
    """Return the file and line where a scenario states a measure, or the name of the scenario."""
    if name not in scenario.record.measures:
        return scenario.name
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
    scenario: Scenario, moves: MoveMap, baseline: Floats, shares: list[Share]
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


def _sum_faults(scenario: Scenario, moves: MoveMap, shares: list[Share]) -> list[str]:
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


def _builds(moves: MoveMap, baseline: Floats, share: Share) -> Floats:
    """Return the builds that hold a share, year by year; what stands is never torn down."""
    strength = moves.strength[share.row]
    needed = share.wanted * baseline[share.line] / abs(moves.move[share.row, share.line])
    builds: Floats = np.zeros_like(needed)
    for year in range(len(needed)):
        lacking = needed[year] - builds[:year] @ strength[:year, year]
        builds[year] = max(0.0, lacking) if lacking > SLACK * needed[year] else 0.0
    return builds


def record_shares(
    pathway: xr.Dataset, moves: MoveMap, baseline: Floats, shares: Sequence[Share]
) -> xr.Dataset:
    """Return a pathway with the shares of lines that were asked for and that are reached.

    What stands is not torn down when a line falls, so that a share may be higher than asked.
    """
    working = moves.effective(pathway["builds"].values)
    asked, reached = (np.full(working.shape, np.nan) for _ in range(2))
    lines = [""] * len(asked)
    for share in shares:
        asked[share.row] = share.wanted
        reached[share.row] = share.reached(moves, baseline, working)
        lines[share.row] = moves.model.ids[share.line]
    plan = ("measure", "year")
    return pathway.assign(
        share_asked=(plan, asked, {"units": "1", "long_name": "share of its line asked for"}),
        share_reached=(plan, reached, {"units": "1", "long_name": "share of its line reached"}),
        share_line=("measure", lines),
    )
