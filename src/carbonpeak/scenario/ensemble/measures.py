"""The measures that a scenario builds, as arrays of draws: their moves, strength and cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from carbonpeak.inventory.model import Floats
from carbonpeak.inventory.uncertainty.declaration import Input
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.scenario.measures import checks
from carbonpeak.scenario.measures.library import Measure, line_moves
from carbonpeak.scenario.pathway import Outlook

COSTS = ("capex", "fixed_opex")
VARYING = ("lifetime", *COSTS)
"""Numbers that every measure has and that vary, beside those of its form."""


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

    def numbers(self, drawn: Mapping[tuple[int, str], Floats]) -> list[dict[str, Any]]:
        """Return the engineering numbers of each measure, drawn where they vary."""
        return [
            {name: drawn.get((at, name), value) for name, value in measure.numbers.items()}
            for at, measure in enumerate(self.measures)
        ]

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

        Returns
        -------
        (year, 1) or (year, draw)
        """
        years = self.builds.shape[1]
        strength = _strength(self.measures[at], numbers, years)
        total = np.zeros((years, strength.shape[1]))
        for built in np.flatnonzero(self.builds[at]):
            total[built:] += self.builds[at, built] * strength[: years - built]
        return total


def _strength(measure: Measure, numbers: Mapping[str, Any], ages: int) -> Floats:
    """Return the part of its move that a measure makes at each age, (age, 1 or draw)."""
    age = np.arange(ages)[:, None]
    if measure.form.acts == "once":
        return np.asarray(age == 0, dtype=float)
    decline = np.atleast_1d(numbers[measure.form.decline]) if measure.form.decline else np.zeros(1)
    lifetime = np.atleast_1d(numbers["lifetime"])
    alive = np.ones(1, bool) if lifetime.min() >= ages else age < lifetime
    return np.asarray((1.0 - decline) ** age * alive)


def plans_of(outlook: Outlook) -> Plans:
    """Return what the scenario of an outlook builds, in the order in which it is served."""
    builds, names = outlook.planned_builds(), list(outlook.measures)
    order = [at for at in outlook.order() if builds[at].any()]
    measures = tuple(outlook.measures[names[at]] for at in order)
    moved = [(at, line) for at, measure in enumerate(measures) for line in measure.moves]
    return Plans(measures, builds[np.array(order, dtype=np.int64)], tuple(moved))


def varying_numbers(plans: Plans) -> list[tuple[int, str]]:
    """Return the numbers of each measure that may vary: engineering ones, lifetime and costs."""
    return [
        (at, name)
        for at, measure in enumerate(plans.measures)
        for name in checks.declared(measure.entry, {})
        if name in measure.numbers and (name in VARYING or name not in _administrative(measure))
    ]


def _administrative(measure: Measure) -> set[str]:
    """Return the numbers that say how much may be built when, or what is moved elsewhere."""
    return {*checks.needed_numbers(measure.entry), *checks.other_numbers(measure.entry)}


def measure_inputs(plans: Plans, include: Collection[str]) -> list[Input]:
    """Return the numbers of the measures that vary; costs count as prices."""
    return [
        Input(f"measure|{plans.measures[at].name}|{name}", "measure", place, law)
        for place, (at, name) in enumerate(varying_numbers(plans))
        if ("prices" if name in COSTS else "measures") in include
        for law in [_law(plans.measures[at], name)]
    ]


def _law(measure: Measure, name: str) -> Distribution:
    row, unit = measure.rows[name].record, checks.declared(measure.entry, {})[name]
    given = row.value != 0
    scale = (
        measure.numbers[name] / row.value if given else checks.scale(measure.entry, row, unit, None)
    )
    ends = [None if end is None else end * scale for end in (row.low, row.high)]
    share = unit == "1" and ends[1] is not None and ends[1] <= 1
    return distribution_of(measure.numbers[name], ends[0], ends[1], share=share)
