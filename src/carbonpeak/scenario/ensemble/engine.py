"""Paths of a scenario for many draws at once, through buffers that are used again.

The gases of a draw are a small sum: the folded amount of each profile times its course over the
years, and of each measure times its units at work. A measure cannot take what is not there: in a
draw in which a line runs short, the measures are served in the order in which the scenario states
them, and one that finds less than it would take works at that part of its strength in that year,
with all that it moves. How many draws ran short is counted, never hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, get_args

import numpy as np

from carbonpeak import units
from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.declaration import Of
from carbonpeak.scenario.ensemble.fold import Fold, folded_amounts, in_one_thread
from carbonpeak.scenario.ensemble.inputs import Drawn
from carbonpeak.scenario.ensemble.layout import Layout
from carbonpeak.scenario.ensemble.rates import Ageing, Paths
from carbonpeak.scenario.ensemble.weights import COST, CUMULATED, GDP, RATIOS
from carbonpeak.scenario.spread import powers

CHUNK = 256
"""Draws that are evaluated at once: what fits a processor's cache."""

_SLACK = 1e-9


@dataclass(frozen=True)
class Evaluated:
    """Paths of some draws.

    Attributes
    ----------
    paths : mapping of indicator to (year, draw)
    short : (line, draw) of bool
        Where measures would take more than there is, for the lines that they take from.
    negative : (draw,) of bool
        Where the exact totals leave less than nothing of some activity of the base year.
    """

    paths: Mapping[str, Floats]
    short: np.ndarray
    negative: np.ndarray


@dataclass
class DrawState:
    """What one chunk of draws has in common."""

    activity: Floats
    rates: Floats
    cells: Floats
    factors: Floats
    profiles: list[Floats]
    courses: dict[Paths, Floats]
    numbers: list[dict[str, Any]]
    moved: Floats
    at_work: list[Floats]


class Engine:
    """Evaluates draws of one layout, chunk by chunk."""

    def __init__(self, layout: Layout, *, chunk: int = CHUNK) -> None:
        self.layout, self.chunk = layout, chunk
        self.years = np.array(layout.outlook.years)
        self.activity = np.array([cell.value for cell in layout.terms.cells])
        self.factors = np.array([factor.value for factor in layout.model.factors])
        self.rows = {of: layout.inputs.rows(of) for of in get_args(Of)}
        self.pairs = layout.plans.pairs(layout.own)
        self.taken = _taken(layout)
        self.takes = layout.plans.places(self.taken)
        self.leads = _leads(layout)
        self.buffer = np.empty((len(self.years), chunk))

    def evaluate(self, drawn: Drawn) -> Evaluated:
        """Return the paths of draws, chunk by chunk; the result does not depend on the cut."""
        count = drawn.numbers.shape[1]
        parts = [
            self._chunk(
                Drawn(
                    drawn.numbers[:, start : start + self.chunk],
                    {
                        name: values[:, start : start + self.chunk]
                        for name, values in drawn.paths.items()
                    },
                )
            )
            for start in range(0, count, self.chunk)
        ]
        return Evaluated(
            {
                name: np.concatenate([part.paths[name] for part in parts], axis=1)
                for name in self.layout.names
            },
            np.concatenate([part.short for part in parts], axis=1),
            np.concatenate([part.negative for part in parts]),
        )

    def _chunk(self, drawn: Drawn) -> Evaluated:
        draws = self._draws(drawn)
        amounts = self._baseline(draws)
        short = self._short(draws)
        at_work = self._at_work(draws, short)
        self._add_measures(amounts, draws, at_work)
        beside = {GDP: self._gdp(drawn)}
        if self.layout.costing:
            beside[COST] = self.layout.costing.yearly(
                draws.numbers, draws.moved, at_work, drawn.paths
            )
        return self._finished(amounts, beside, draws, short)

    def _finished(
        self, amounts: Floats, beside: Mapping[str, Floats], draws: DrawState, short: np.ndarray
    ) -> Evaluated:
        names = self.layout.weights.names
        for at, name in enumerate(names):
            if name in CUMULATED:
                np.cumsum(amounts[at], axis=0, out=amounts[at])
        found = {**dict(zip(names, amounts, strict=True)), **beside}
        paths = {}
        for name in self.layout.names:
            upper, lower = RATIOS.get(name, (name, ""))
            paths[name] = found[upper] / found[lower] if lower else found[upper]
        least = -_SLACK * np.abs(self._base()[:, None])
        return Evaluated(paths, short, np.asarray((draws.activity < least).any(axis=0)))

    def _base(self) -> Floats:
        return np.where(self.layout.cell_of >= 0, self.activity[self.layout.cell_of], 0.0)

    def _draws(self, drawn: Drawn) -> DrawState:
        layout, count = self.layout, drawn.numbers.shape[1]
        cells = self._cells(drawn)
        own = np.where(layout.cell_of[:, None] >= 0, cells[layout.cell_of], 0.0)
        factors = np.repeat(self.factors[:, None], count, axis=1)
        factors[list(self.rows["factor"])] = drawn.numbers[list(self.rows["factor"].values())]
        numbers = layout.plans.numbers(drawn.numbers, self.rows["measure"])
        return DrawState(
            own,
            layout.rates.at(factors),
            cells,
            factors,
            self._profiles(drawn, own),
            self._courses(drawn),
            numbers,
            layout.plans.moves(numbers, count),
            [layout.plans.at_work(at, each) for at, each in enumerate(numbers)],
        )

    def _cells(self, drawn: Drawn) -> Floats:
        here, there = self.layout.inputs.numbers.places("activity")
        deviations = np.zeros((self.activity.size, drawn.numbers.shape[1]))
        deviations[there] = drawn.numbers[here] - self.activity[there, None]
        for step in self.layout.steps:
            step.apply(deviations)
        deviations += self.activity[:, None]
        return deviations

    def _profiles(self, drawn: Drawn, start: Floats) -> list[Floats]:
        """Return the activity of each profile relative to the base year, (year, 1 or draw)."""
        layout = self.layout
        trends = self._trends(drawn)
        used = dict(term for profile in layout.profiles for term in profile.terms)
        indices = {name: self._index(drawn, name) for name in used}
        still = np.ones((len(self.years), 1))
        found: list[Floats] = []
        for profile in layout.profiles:
            parts = [
                indices[name] if exponent == 1.0 else indices[name] ** exponent
                for name, exponent in profile.terms
            ]
            parts += [trends[name] for name in profile.efficiency]
            found.append(reduce(np.multiply, parts) if parts else still)
        uses = {source: self._use(source, start, found) for source in self.leads}
        for at, profile in enumerate(layout.profiles):
            if profile.follows:
                found[at] = found[at] * uses[profile.follows]
        return found

    def _trends(self, drawn: Drawn) -> dict[str, Floats]:
        stated_trends = self.layout.scenario.record.efficiency
        found = {}
        for at, (name, one) in enumerate(stated_trends.items()):
            change = self._number(drawn, "efficiency", at, one.change)
            found[name] = powers(1.0 + change * units.factor(one.unit, "1/year"), len(self.years))
        return found

    def _number(self, drawn: Drawn, of: str, place: int, stated: float) -> Floats:
        row = self.rows[of].get(place)
        return np.array([stated]) if row is None else drawn.numbers[row]

    def _index(self, drawn: Drawn, name: str) -> Floats:
        series = self.layout.series[name]
        return series.index(drawn.paths.get(f"driver|{name}", series.stated))

    def _use(self, source: str, own: Floats, profiles: list[Floats]) -> Floats:
        """Return the use of a source by the lines that follow nothing, relative to the base."""
        used, whole = np.zeros((len(self.years), own.shape[1])), np.zeros(own.shape[1])
        for profile, lines in self.leads[source].items():
            amount = own[lines].sum(axis=0)
            used += amount * profiles[profile]
            whole += amount
        return np.asarray(used / whole)

    def _courses(self, drawn: Drawn) -> dict[Paths, Floats]:
        layout = self.layout
        single = {}
        for name, course in layout.courses.items():
            series = layout.series[course.series]
            values = drawn.paths.get(f"driver|{course.series}", series.stated)
            single[name] = series.levels(values, unit=course.unit) / course.base
        cells = [paths for fold in (layout.fold, layout.plan_fold) for _, paths in fold.cells]
        return {paths: _product(single, paths) for paths in dict.fromkeys(cells) if paths}

    def _gdp(self, drawn: Drawn) -> Floats:
        level = self._number(drawn, "indicator", 0, self.layout.gdp)
        series = level * self._index(drawn, self.layout.scenario.record.gdp)
        return np.broadcast_to(series, (len(self.years), drawn.numbers.shape[1]))

    def _baseline(self, draws: DrawState) -> Floats:
        """Return every amount without measures, (indicator, year, draw)."""
        layout, count = self.layout, draws.activity.shape[1]
        shape = (len(layout.weights.names), len(self.years), count)
        amounts = np.zeros(shape)
        self._add_cells(amounts, draws, layout.fold, draws.activity, draws.profiles)
        for one in layout.rates.ageing:
            made = draws.activity[one.line] * draws.profiles[layout.profile_of[one.line]]
            self._add_ageing(amounts, one, made, draws.factors)
            self._add_past(amounts, one, draws)
        return amounts

    def _add_cells(
        self, amounts: Floats, draws: DrawState, fold: Fold, folding: Floats, carriers: list[Floats]
    ) -> None:
        """Add the folded amount of each cell, times what carries it and its factor paths."""
        folded = folded_amounts(fold, folding, draws.rates, len(amounts))
        buffer = self.buffer[:, : amounts.shape[2]]
        for paths, cells in fold.along.items():
            given = np.zeros_like(amounts) if paths else amounts
            steady = [at for at in cells if carriers[fold.cells[at][0]].shape[1] == 1]
            for at in (one for one in cells if one not in steady):
                for place in fold.counted[at]:
                    np.multiply(carriers[fold.cells[at][0]], folded[place, at], out=buffer)
                    given[place] += buffer
            if steady:
                still = np.concatenate([carriers[fold.cells[at][0]] for at in steady], axis=1)
                for one, each in zip(given, folded, strict=True):
                    one += in_one_thread(still, each[steady], out=buffer)
            if paths:
                given *= draws.courses[paths]
                amounts += given

    def _add_ageing(self, amounts: Floats, one: Ageing, made: Floats, factors: Floats) -> None:
        """Add what activity of each year gives at each age."""
        grown = self._grown(one, made, factors)
        for place in np.flatnonzero(one.weights):
            amounts[place] += one.weights[place] * grown

    def _grown(self, one: Ageing, made: Floats, factors: Floats) -> Floats:
        """Return what activity of each year gives at each age, (year, draw)."""
        by_age = one.group.rates(factors)[0]
        grown = np.zeros((len(self.years), factors.shape[1]))
        for age in range(min(len(self.years), len(by_age))):
            grown[age:] += by_age[age] * made[: len(self.years) - age]
        return grown

    def _add_past(self, amounts: Floats, one: Ageing, draws: DrawState) -> None:
        """Add what activity of years before the base year still gives."""
        past = self.layout.past[one.line]
        if not past:
            return
        by_age = one.group.rates(draws.factors)[0]
        left = np.zeros((len(self.years), amounts.shape[2]))
        for year, cell in past:
            ages = self.years - year
            alive = ages < len(by_age)
            left[alive] += by_age[ages[alive]] * draws.cells[cell]
        for place in np.flatnonzero(one.weights):
            amounts[place] += one.weights[place] * left

    def _short(self, draws: DrawState) -> np.ndarray:
        """Tell for which draws the measures take more than a line has, (line, draw)."""
        count = draws.activity.shape[1]
        found, buffer = np.zeros((len(self.taken), count), dtype=bool), self.buffer[:, :count]
        for row, (line, movers) in enumerate(self.taken):
            there = draws.activity[line] * draws.profiles[self.layout.profile_of[line]]
            left = there.copy()
            for place, measure in movers:
                np.multiply(draws.moved[place], draws.at_work[measure], out=buffer)
                left += buffer
            found[row] = (left < -_SLACK * np.abs(there)).any(axis=0)
        return found

    def _at_work(self, draws: DrawState, short: np.ndarray) -> list[Floats]:
        """Return the units at work, less where a line has run short."""
        columns = np.flatnonzero(short.any(axis=0))
        found = list(draws.at_work)
        if not columns.size:
            return found
        left = {
            line: (draws.activity[line] * draws.profiles[self.layout.profile_of[line]])[:, columns]
            for row, (line, movers) in enumerate(self.taken)
            if short[row].any() or self.layout.plans.adds(movers)
        }
        for measure in range(len(found)):
            places = [pair for pair in self.takes[measure] if pair[0] in left]
            if places:
                found[measure] = self._served(found[measure], places, left, draws.moved, columns)
        return found

    def _served(
        self,
        at_work: Floats,
        places: list[tuple[int, int]],
        left: dict[int, Floats],
        moved: Floats,
        columns: Integers,
    ) -> Floats:
        """Let a measure work at the part of its strength that what is left allows."""
        asked = at_work[:, columns] if at_work.shape[1] > 1 else np.repeat(at_work, len(columns), 1)
        work = asked.copy()
        for line, place in places:
            there = np.maximum(left[line], 0.0)
            wanted = asked * -moved[place, columns]
            part = np.divide(there, wanted, out=np.ones_like(asked), where=wanted > there)
            np.minimum(work, asked * part, out=work)
        for line, place in places:
            left[line] += work * moved[place, columns]
        if (work == asked).all():
            return at_work
        served = np.array(np.broadcast_to(at_work, (len(at_work), moved.shape[1])))
        served[:, columns] = work
        return served

    def _add_measures(self, amounts: Floats, draws: DrawState, at_work: list[Floats]) -> None:
        if at_work:
            self._add_cells(amounts, draws, self.layout.plan_fold, draws.moved, at_work)
            self._add_planted(amounts, draws, at_work)

    def _add_planted(self, amounts: Floats, draws: DrawState, at_work: list[Floats]) -> None:
        """Add what measures bring to lines that act over their age."""
        layout = self.layout
        for one in layout.rates.ageing:
            for line, (place, measure) in self.pairs:
                if line == one.line:
                    made = draws.moved[place] * at_work[measure]
                    self._add_ageing(amounts, one, made, draws.factors)


def _taken(layout: Layout) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return the lines that some measure takes from, with every number that moves them.

    Memo lines stand beside the totals and run short without changing one: they are left out.
    """
    pairs = layout.plans.pairs(layout.model.ids)
    movers: dict[int, list[tuple[int, int]]] = {}
    for line, pair in pairs:
        movers.setdefault(line, []).append(pair)
    return [
        (line, found)
        for line, found in movers.items()
        if not layout.model.lines[line].rule.memo
        and any(
            layout.plans.measures[measure].moves[layout.plans.moved[place][1]] < 0
            for place, measure in found
        )
    ]


def _leads(layout: Layout) -> dict[str, dict[int, list[int]]]:
    """Return the lines whose use each followed source is, by their profile.

    Those are the lines that follow nothing themselves.
    """
    found: dict[str, dict[int, list[int]]] = {}
    for profile in layout.profiles:
        if profile.follows:
            found[profile.follows] = {}
    for at, line in enumerate(layout.model.lines):
        place = int(layout.profile_of[at])
        profile = layout.profiles[place]
        leads = line.source in found and not line.rule.activity_of and not profile.follows
        if leads and profile.terms:
            found[line.source].setdefault(place, []).append(at)
    return found


def _product(single: Mapping[str, Floats], paths: Paths) -> Floats:
    found = single[paths[0]]
    for name in paths[1:]:
        found = found * single[name]
    return found
