"""What one native unit of each measure does to yearly amounts, draw by draw.

An ensemble follows given builds; a program that chooses builds needs what each of them would do
in each draw. Both are the same sums, so this reads them off the same engine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.ensemble.engine import DrawState, Engine
from carbonpeak.scenario.ensemble.fold import folded_amounts
from carbonpeak.scenario.ensemble.inputs import Drawn
from carbonpeak.scenario.ensemble.layout import lay_out_draws
from carbonpeak.scenario.ensemble.measures import Plans, plans_for
from carbonpeak.scenario.ensemble.weights import COST, CUMULATED, GDP
from carbonpeak.scenario.pathway import Outlook
from carbonpeak.scenario.scenario import Scenario


@dataclass(frozen=True)
class UnitCosts:
    """What one native unit of each measure costs, CNY2020.

    Attributes
    ----------
    capex : (measure, build year, draw)
    fixed_opex : (measure, draw)
        A year.
    lifetime : (measure, draw)
        Whole years in which it stands.
    running : (measure, build year, year, draw)
        Energy bought less energy spared.
    """

    capex: Floats
    fixed_opex: Floats
    lifetime: Floats
    running: Floats


@dataclass(frozen=True)
class UnitEffects:
    """Yearly amounts without measures, and how each build changes them.

    Attributes
    ----------
    measures : tuple of str
    baseline : mapping of indicator to (year, draw)
        `gdp` is among them.
    effect : mapping of indicator to (measure, build year, year, draw)
        Per native unit built.
    costs : UnitCosts, optional
        Where `cost` was asked for.
    """

    measures: tuple[str, ...]
    baseline: Mapping[str, Floats]
    effect: Mapping[str, Floats]
    costs: UnitCosts | None

    @property
    def paid(self) -> UnitCosts:
        """What units cost.

        Raises
        ------
        ResultError
            When `cost` is not among the amounts asked for.
        """
        if self.costs is None:
            raise ResultError(f"what units cost was not worked out: ask for '{COST}' among amounts")
        return self.costs


def unit_plans(outlook: Outlook) -> Plans:
    """Return one native unit of every measure, built in the first year."""
    builds = np.zeros((len(outlook.measures), len(outlook.years)))
    builds[:, 0] = 1.0
    return plans_for(outlook, builds)


class UnitEngine(Engine):
    """Evaluates one native unit of each measure on draws of a layout of `unit_plans`."""

    def effects(self, drawn: Drawn) -> UnitEffects:
        """Return what each unit does in each of some draws."""
        names = self.layout.weights.names
        draws = self._draws(drawn)
        amounts = self._baseline(draws)
        count, years = amounts.shape[2], len(self.years)
        measures = self.layout.plans.measures
        effect = np.zeros((len(names), len(measures), years, years, count))
        folded = folded_amounts(self.layout.plan_fold, draws.moved, draws.rates, len(names))
        for at, (measure, paths) in enumerate(self.layout.plan_fold.cells):
            course = draws.courses[paths] if paths else np.ones((years, 1))
            for counted in np.flatnonzero(folded[:, at].any(axis=1)):
                rate = course * folded[counted, at]
                strength = draws.at_work[measure]
                for built in range(years):
                    effect[counted, measure, built, built:] += (
                        strength[: years - built] * rate[built:]
                    )
        for one in self.layout.rates.ageing:
            for line, (place, measure) in self.pairs:
                if line == one.line:
                    grown = self._grown(
                        one, draws.moved[place] * draws.at_work[measure], draws.factors
                    )
                    for built in range(years):
                        effect[:, measure, built, built:] += np.multiply.outer(
                            one.weights, grown[: years - built]
                        )
        for at, name in enumerate(names):
            if name in CUMULATED:
                np.cumsum(amounts[at], axis=0, out=amounts[at])
                np.cumsum(effect[at], axis=2, out=effect[at])
        return UnitEffects(
            tuple(one.name for one in measures),
            {**dict(zip(names, amounts, strict=True)), GDP: self._gdp(drawn)},
            dict(zip(names, effect, strict=True)),
            self._costs(draws, drawn),
        )

    def _costs(self, draws: DrawState, drawn: Drawn) -> UnitCosts | None:
        if self.layout.costing is None:
            return None
        count, years = draws.moved.shape[1], len(self.years)
        energy = self.layout.costing.energy_of_units(draws.moved, drawn.paths)
        running = np.zeros((len(energy), years, years, count))
        for measure, strength in enumerate(draws.at_work):
            for built in range(years):
                running[measure, built, built:] = (
                    strength[: years - built] * energy[measure, built:]
                )
        learnt = 1.0 - self._each(draws, "learning")
        return UnitCosts(
            self._each(draws, "capex")[:, None] * learnt[:, None] ** np.arange(years)[:, None],
            self._each(draws, "fixed_opex"),
            np.ceil(self._each(draws, "lifetime")),
            running,
        )

    def _each(self, draws: DrawState, name: str) -> Floats:
        """Return a number of each measure, 0 where it has none, (measure, draw)."""
        shape = (draws.moved.shape[1],)
        return np.array([np.broadcast_to(each.get(name, 0.0), shape) for each in draws.numbers])


def unit_engine(
    region: Region, scenario: Scenario, *, of: Sequence[str], include: Collection[str]
) -> UnitEngine:
    """Lay a scenario out for what each measure of its region does in draws.

    Parameters
    ----------
    of : sequence of str
        Yearly amounts, no ratios.
    include : collection of str
        Kinds of inputs that vary.
    """
    return UnitEngine(lay_out_draws(region, scenario, of=of, include=include, plan=unit_plans))
