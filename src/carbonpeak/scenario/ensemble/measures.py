"""The measures that a scenario builds, as arrays of draws: their moves, strength and cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.declaration import Input
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.scenario.costs import standing
from carbonpeak.scenario.measures import checks
from carbonpeak.scenario.measures.library import Measure, line_moves
from carbonpeak.scenario.pathway import Outlook
from carbonpeak.scenario.spread import powers

COSTS = ("capex", "fixed_opex", "learning")
VARYING = ("lifetime", *COSTS)
"""Numbers that any measure may have and that vary, beside those of its form."""


@dataclass(frozen=True)
class Plans:
    """What a scenario builds.

    Attributes
    ----------
    measures : tuple of Measure
        Those that are built, in the order in which the scenario states them.
    builds : (measure, year)
        Native units.
    moved : tuple of (measure, line id)
        What each number of `moves` moves.
    """

    measures: tuple[Measure, ...]
    builds: Floats
    moved: tuple[tuple[int, str], ...]

    @cached_property
    def varying(self) -> list[tuple[int, str]]:
        """The numbers of each measure that may vary: engineering ones, lifetime and costs."""
        return [
            (at, name)
            for at, measure in enumerate(self.measures)
            for name in checks.declared(measure.entry, {})
            if name in measure.numbers and (name in VARYING or name not in _administrative(measure))
        ]

    def pairs(self, own: Sequence[str]) -> list[tuple[int, tuple[int, int]]]:
        """Return each line that is moved, with the number and the measure that move it.

        Parameters
        ----------
        own : sequence of str
            The id of the line that each line takes its activity from.
        """
        return [
            (line, (place, measure))
            for place, (measure, name) in enumerate(self.moved)
            for line, feeder in enumerate(own)
            if feeder == name
        ]

    def numbers(self, drawn: Floats, rows: Mapping[int, int]) -> list[dict[str, Any]]:
        """Return the engineering numbers of each measure, drawn where they vary.

        Parameters
        ----------
        drawn : (input, draw)
        rows : mapping
            The input of each place in `varying` that varies.
        """
        found: list[dict[str, Any]] = [dict(measure.numbers) for measure in self.measures]
        for place, row in rows.items():
            at, name = self.varying[place]
            found[at][name] = drawn[row]
        return found

    def moves(self, numbers: Sequence[Mapping[str, Any]], count: int) -> Floats:
        """Return the activity moved by one native unit, (moved, draw)."""
        found = np.zeros((len(self.moved), count))
        moved = [
            line_moves(one.entry, each) for one, each in zip(self.measures, numbers, strict=True)
        ]
        for place, (at, line) in enumerate(self.moved):
            found[place] = moved[at][line]
        return found

    def at_work(self, at: int, numbers: Mapping[str, Any]) -> Floats:
        """Return the native units of a measure at work, weighed by strength.

        What stands loses its decline each year, and is taken down at the end of its lifetime.

        Returns
        -------
        (year, 1) or (year, draw)
        """
        measure, builds = self.measures[at], self.builds[at]
        if measure.form.acts == "once":
            return np.asarray(builds[:, None])
        kept = 1.0 - np.atleast_1d(numbers[measure.form.decline] if measure.form.decline else 0.0)
        lifetime = np.ceil(np.atleast_1d(numbers["lifetime"])).astype(np.int64)
        if lifetime.min() >= len(builds) and kept.size == 1:
            lifetime = lifetime[:1]
        if measure.form.decline is None:
            return np.asarray(np.take(self._standing[at], lifetime, axis=1, mode="clip"))
        return _declining(builds, kept, np.minimum(lifetime, len(builds)))

    @cached_property
    def _standing(self) -> list[Floats]:
        """What stands of each measure in each year by lifetime in years, (year, lifetime)."""
        lives = np.arange(self.builds.shape[1] + 1)
        return [standing(builds[:, None], lives) for builds in self.builds]

    def adds(self, movers: Sequence[tuple[int, int]]) -> bool:
        """Tell whether some of the numbers that move a line add to it."""
        return any(
            self.measures[measure].moves[self.moved[place][1]] > 0 for place, measure in movers
        )

    def places(
        self, taken: Sequence[tuple[int, list[tuple[int, int]]]]
    ) -> list[list[tuple[int, int]]]:
        """Return which of the taken lines each measure moves, and the number that does."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.measures]
        for line, movers in taken:
            for place, measure in movers:
                found[measure].append((line, place))
        return found


def _declining(builds: Floats, kept: Floats, lifetime: Integers) -> Floats:
    years = len(builds)
    count = np.broadcast_shapes(kept.shape, lifetime.shape)[0]
    strength = powers(np.broadcast_to(kept, count), years)
    strength *= np.arange(years)[:, None] < lifetime
    found, buffer = np.zeros((years, count)), np.empty((years, count))
    for built in np.flatnonzero(builds):
        later = buffer[built:]
        np.multiply(strength[: years - built], builds[built], out=later)
        found[built:] += later
    return found


def plans_of(outlook: Outlook) -> Plans:
    """Return what the scenario of an outlook builds, in the order in which it is served."""
    return plans_for(outlook, outlook.planned_builds())


def plans_for(outlook: Outlook, builds: Floats) -> Plans:
    """Return given builds, (measure, year) in native units, in the order in which they serve."""
    names = list(outlook.measures)
    order = [at for at in outlook.order() if builds[at].any()]
    measures = tuple(outlook.measures[names[at]] for at in order)
    moved = [(at, line) for at, measure in enumerate(measures) for line in measure.moves]
    return Plans(measures, builds[np.array(order, dtype=np.int64)], tuple(moved))


def _administrative(measure: Measure) -> set[str]:
    """Return the numbers that say how much may be built when, or what is moved elsewhere."""
    return {*checks.needed_numbers(measure.entry), *checks.other_numbers(measure.entry)}


def measure_inputs(plans: Plans, include: Collection[str]) -> list[Input]:
    """Return the numbers of the measures that vary; costs count as prices."""
    return [
        Input(f"measure|{plans.measures[at].name}|{name}", "measure", place, law)
        for place, (at, name) in enumerate(plans.varying)
        if ("prices" if name in COSTS else "measures") in include
        for law in [_law(plans.measures[at], name)]
    ]


def _law(measure: Measure, name: str) -> Distribution:
    row, unit, scale = measure.rows[name].record, measure.units[name], measure.scales[name]
    ends = [None if end is None else end * scale for end in (row.low, row.high)]
    share = unit == "1" and ends[1] is not None and ends[1] <= 1
    return distribution_of(measure.numbers[name], ends[0], ends[1], share=share)
