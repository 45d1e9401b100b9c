"""Many draws of a scenario: every uncertain input of the region's own rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from carbonpeak.errors import ResultError, ScenarioError
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.distribution import Distribution
from carbonpeak.inventory.uncertainty.sampling import blocks
from carbonpeak.scenario.costs import UNIT as COST_UNIT
from carbonpeak.scenario.costs import measure_costs
from carbonpeak.scenario.ensemble.engine import CHUNK, Engine, Evaluated
from carbonpeak.scenario.ensemble.inputs import INCLUDED, Inputs, Path, require_included
from carbonpeak.scenario.ensemble.layout import Layout, lay_out_draws
from carbonpeak.scenario.ensemble.weights import COST, GDP
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import walk
from carbonpeak.scenario.prices import Price
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.scenario.spread import Spread

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Block:
    """Some draws, in the order of the sequence.

    Attributes
    ----------
    chances : (draw, input dimension)
        Independent numbers between 0 and 1.
    paths : mapping of indicator to (year, draw)
    short : (line, draw) of bool
        Where measures would take more than a line has.
    negative : (draw,) of bool
        Where the exact totals leave some activity of the base year below zero.
    """

    chances: Floats
    paths: Mapping[str, Floats]
    short: np.ndarray
    negative: np.ndarray


@dataclass(frozen=True, repr=False)
class Runs:
    """Draws of a scenario that can be run as often as wanted; they are the same each time."""

    layout: Layout
    draws: int
    seed: int
    sampler: str
    chunk: int

    @property
    def inputs(self) -> Inputs:
        """Everything that varies."""
        return self.layout.inputs

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the scenario."""
        return self.layout.outlook.years

    @property
    def taken(self) -> list[str]:
        """The lines that measures take from, in the order of `Block.short`."""
        return [self.layout.model.ids[line] for line, _ in self.engine.taken]

    def laws(self) -> list[tuple[str, Distribution]]:
        """Return how each input varies; a series by its row at the last of the years."""
        numbers = [(one.name, one.distribution) for one in self.inputs.numbers.inputs]
        return numbers + [(path.name, path.law_of(self.years[-1])) for path in self.inputs.paths]

    @property
    def groups(self) -> dict[str, Integers]:
        """What a user tells apart, as `Inputs.groups`; prices where something is paid for."""
        every = self.inputs.groups
        paid = self.layout.costing is not None
        return {name: every[name] for name in every if paid or not name.startswith("price|")}

    def drivers_at(self, chances: Floats, year: int) -> dict[str, Floats]:
        """Return each drawn series in a year and each efficiency trend, (draw,) by name.

        Prices are among them where something is paid for.
        """
        drawn, at = self.inputs.drawn(chances), self.years.index(year)
        found = {
            name: self._course(path).at(drawn.paths[path.name], at)
            for name, path in self._paths.items()
        }
        return found | {
            f"efficiency of {one.name.partition('|')[2]}": drawn.numbers[row]
            for row, one in enumerate(self.inputs.numbers.inputs)
            if one.of == "efficiency"
        }

    def driver_units(self) -> dict[str, str]:
        """Return the unit of each of `drivers_at`."""
        found = {name: self._course(path).unit for name, path in self._paths.items()}
        trends = self.layout.scenario.record.efficiency
        return found | {
            f"efficiency of {name}": trends[name].unit
            for one in self.inputs.numbers.inputs
            if one.of == "efficiency"
            for name in [one.name.partition("|")[2]]
        }

    @property
    def _paths(self) -> dict[str, Path]:
        """The series that vary and act, by what they are called beside each other."""
        acting = [path for path in self.inputs.paths if path.name in self.groups]
        return {_said(path): path for path in acting}

    def _course(self, path: Path) -> Spread | Price:
        of, _, name = path.name.partition("|")
        costing = self.layout.costing
        return costing.prices[name] if costing and of == "price" else self.layout.series[name]

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of each indicator."""
        return {name: path[1] for name, path in self._expected.items()}

    @cached_property
    def engine(self) -> Engine:
        """What evaluates draws."""
        return Engine(self.layout, chunk=self.chunk)

    def blocks(self) -> Iterator[Block]:
        """Yield the draws, block by block."""
        for chances in self.chances(self.inputs.names):
            found = self.at(chances)
            yield Block(chances, found.paths, found.short, found.negative)

    def chances(self, names: Sequence[str]) -> Iterator[Floats]:
        """Yield numbers between 0 and 1, (draw, name), block by block."""
        left = self.draws
        for block in blocks(names or ["nothing"], sampler=self.sampler, seed=self.seed):
            yield block[:left]
            left -= len(block)
            if left <= 0:
                return

    def at(self, chances: Floats) -> Evaluated:
        """Return the paths at given numbers between 0 and 1, (draw, dimension)."""
        return self.engine.evaluate(self.inputs.drawn(chances))

    @cached_property
    def _expected(self) -> dict[str, tuple[Floats, str]]:
        outlook = self.layout.outlook
        pathway = walk(outlook, outlook.planned_builds())
        said = {
            name: pathway[name] if name == GDP else indicator(pathway, name)
            for name in self.layout.names
            if name != COST
        }
        found = {name: (one.values, str(one.attrs["units"])) for name, one in said.items()}
        if self.layout.costing:
            costs = measure_costs(outlook, pathway["builds"].values)
            found[COST] = costs.sum(axis=(0, 1)), COST_UNIT
        return found

    @cached_property
    def central(self) -> dict[str, Floats]:
        """The paths with every input at its stated value, (year,): those of `project`.

        Raises
        ------
        ScenarioError
            When they are not, because a driver works in a way that draws do not follow.
        """
        found = self.engine.evaluate(self.inputs.central()).paths
        for name, (wanted, _) in self._expected.items():
            scale = max(float(np.abs(wanted).max()), 1e-12)
            gap = float(np.abs(found[name][:, 0] - wanted).max()) / scale
            if gap > _ROUNDING:
                raise ScenarioError(
                    f"{self.layout.scenario.name}: the draws of '{name}' miss its own path by "
                    f"{gap:.2g} of its height; a driver of this scenario cannot be drawn"
                )
        return {name: path[:, 0] for name, path in found.items()}

    def of(self, names: Sequence[str]) -> Runs:
        """Return the same draws of other indicators."""
        scenario = self.layout.scenario
        return replace(
            self,
            layout=lay_out_draws(scenario.region, scenario, of=names, include=self.layout.include),
        )


def _said(path: Path) -> str:
    of, _, name = path.name.partition("|")
    return f"price of {name}" if of == "price" else name


def runs_of(
    region: Region,
    scenario: Scenario,
    *,
    draws: int,
    seed: int,
    sampler: str,
    of: Sequence[str],
    include: Sequence[str] = INCLUDED,
    chunk: int = CHUNK,
) -> Runs:
    """Lay draws of a scenario out.

    Parameters
    ----------
    draws, seed, sampler, chunk
        As for `uncertainty`; the result does not depend on `chunk`.
    of : sequence of str
        Indicators.
    include : sequence of str
        Kinds of inputs that vary; the others stay at their stated value.

    Raises
    ------
    ResultError
        When an indicator or a kind of input is unknown, or a number is out of range.
    ScenarioError
        When the central draw is not the path of `project`.
    """
    for name, number in (("draws", draws), ("chunk", chunk)):
        if number < 1:
            raise ResultError(f"'{name}' is {number}; expected at least 1")
    layout = lay_out_draws(region, scenario, of=of, include=require_included(include))
    runs = Runs(layout, draws, seed, sampler, chunk)
    runs.central  # noqa: B018 - checked before anybody draws
    return runs


def in_common(every: Sequence[Runs]) -> Iterator[list[Evaluated]]:
    """Yield the same draws of several scenarios, block by block.

    What has one name is one dimension of the draws, so that it has the same quantile in every
    scenario. A Sobol sequence deals its dimensions out by place: here in the order of all names.

    Parameters
    ----------
    every : sequence of Runs
        Draws, seed and sampler are those of the first.
    """
    names = sorted({name for runs in every for name in runs.inputs.names})
    place = {name: at for at, name in enumerate(names)}
    columns = [[place[name] for name in runs.inputs.names] for runs in every]
    for chances in every[0].chances(names):
        yield [runs.at(chances[:, own]) for runs, own in zip(every, columns, strict=True)]
