"""Approach 2: Monte Carlo through the inventory's own equations, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from carbonpeak.errors import ResultError
from carbonpeak.inventory.model import Floats
from carbonpeak.inventory.uncertainty.declaration import Declared
from carbonpeak.inventory.uncertainty.exact_totals import Step
from carbonpeak.inventory.uncertainty.parts import Parts
from carbonpeak.inventory.uncertainty.sampling import BLOCK, blocks
from carbonpeak.inventory.uncertainty.sketch import Sketch
from carbonpeak.inventory.uncertainty.terms import Terms

CHUNK = 256
"""Draws that are evaluated at once: what fits a processor's cache."""
ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Plan:
    """How many draws are made, and of what kind."""

    draws: int = 10_000
    seed: int = 0
    sampler: str = "sobol"
    chunk: int = CHUNK

    def __post_init__(self) -> None:
        for name in ("draws", "chunk"):
            if getattr(self, name) < 1:
                raise ResultError(f"'{name}' is {getattr(self, name)}; expected at least 1")


@dataclass(frozen=True)
class Simulated:
    """What the draws say of each part and of its change since the base year.

    Attributes
    ----------
    mean, deviation, skewness, low, high : (part, year)
    correlation : (part, year, dimension)
        Between a part and each input, then each correlation; empty when not asked for.
    trend_low, trend_high, trend_deviation : (part, year)
        In percent of the base year.
    """

    mean: Floats
    deviation: Floats
    skewness: Floats
    low: Floats
    high: Floats
    correlation: Floats
    trend_low: Floats
    trend_high: Floats
    trend_deviation: Floats


@dataclass(frozen=True)
class Block:
    """A block of draws.

    Attributes
    ----------
    chances : (draw, dimension)
        Independent numbers between 0 and 1.
    inputs : (input, draw)
        Values of the inputs.
    parts : (part × year, draw)
        Tonnes of CO2e a year.
    """

    chances: Floats
    inputs: Floats
    parts: Floats


def part_draws(
    terms: Terms, declared: Declared, parts: Parts, steps: Sequence[Step], plan: Plan
) -> Iterator[Block]:
    """Yield draws of the inputs and of every part in every year, block by block."""
    engine = _Engine(terms, declared, parts, steps, plan.chunk)
    left = plan.draws
    for block in blocks(declared.names or ["nothing"], sampler=plan.sampler, seed=plan.seed):
        chances = block[:left] if left < BLOCK else block
        inputs = declared.draws(chances)
        yield Block(chances, inputs, engine.evaluate(inputs))
        left -= len(chances)
        if left <= 0:
            return


class _Engine:
    """Holds the arrays that every chunk uses again."""

    def __init__(
        self,
        terms: Terms,
        declared: Declared,
        parts: Parts,
        steps: Sequence[Step],
        chunk: int,
    ) -> None:
        self.terms, self.steps, self.chunk = terms, steps, chunk
        self.weights = parts.weights
        _, self.centre = terms.central
        self.drawn_cells, self.cells = declared.places("activity")
        self.drawn_factors, self.factors = declared.places("factor")
        self.activity = np.repeat(self.centre[:, None], chunk, axis=1)
        self.factor = np.repeat(terms.values[:, None], chunk, axis=1)
        self.masses = np.empty((terms.rate.size, chunk))
        self.amounts = np.empty_like(self.masses)

    def evaluate(self, drawn: Floats) -> Floats:
        """Return every part, (part × year, draw), for drawn inputs, (input, draw)."""
        found = np.empty((self.weights.shape[0], drawn.shape[1]))
        for start in range(0, drawn.shape[1], self.chunk):
            part = drawn[:, start : start + self.chunk]
            found[:, start : start + self.chunk] = self._chunk(part)
        return found

    def _chunk(self, drawn: Floats) -> Floats:
        count = drawn.shape[1]
        activity, factor = self.activity[:, :count], self.factor[:, :count]
        masses, amounts = self.masses[:, :count], self.amounts[:, :count]
        factor[self.factors] = drawn[self.drawn_factors]
        activity[self.cells] = drawn[self.drawn_cells]
        if self.steps:
            self._keep_totals(activity)
        rates = self.terms.rates(self.terms.scaled(factor))
        np.take(rates, self.terms.rate, axis=0, out=masses, mode="clip")
        np.take(activity, self.terms.cell, axis=0, out=amounts, mode="clip")
        masses *= amounts
        return np.asarray(self.weights @ masses)

    def _keep_totals(self, activity: Floats) -> None:
        activity -= self.centre[:, None]
        for step in self.steps:
            step.apply(activity)
        activity += self.centre[:, None]


def simulate(
    terms: Terms,
    declared: Declared,
    parts: Parts,
    steps: Sequence[Step],
    plan: Plan,
    *,
    base: int,
    shares: bool = True,
) -> Simulated:
    """Draw the inputs and gather what the parts do.

    Parameters
    ----------
    terms, declared, parts, steps
        As in approach 1.
    plan : Plan
        Number of draws, seed, sampler.
    base : int
        Place of the base year, for the trend.
    shares : bool
        Whether the correlation of each part with each input is gathered.
    """
    rates, activity = terms.central
    centre = parts.weights @ (rates[terms.rate] * activity[terms.cell])
    level, change = _Gathered(centre), _Gathered(np.zeros(centre.size))
    correlated = _Correlated(declared, centre) if shares else None
    for block in part_draws(terms, declared, parts, steps, plan):
        level.add(block.parts)
        change.add(_changes(block.parts, parts.shape, base))
        if correlated is not None:
            correlated.add(block)
    low, high = (each.reshape(parts.shape) for each in level.sketch.quantiles(ENDS))
    trend_low, trend_high = (each.reshape(parts.shape) for each in change.sketch.quantiles(ENDS))
    mean, deviation, skewness = (each.reshape(parts.shape) for each in level.moments())
    found = correlated.found() if correlated is not None else np.empty((centre.size, 0))
    known = changed_from(centre.reshape(parts.shape), base)
    return Simulated(
        mean,
        deviation,
        skewness,
        low,
        high,
        found.reshape(*parts.shape, -1),
        trend_low + known,
        trend_high + known,
        change.moments()[1].reshape(parts.shape) + known,
    )


def changed_from(centre: Floats, base: int) -> Floats:
    """Return nan where there is no base to change from, else 0, (part, 1)."""
    return np.where(centre[:, [base]] == 0, np.nan, 0.0)


def _changes(drawn: Floats, shape: tuple[int, int], base: int) -> Floats:
    """Return the change since the base year in percent, draw by draw; 0 for a base of zero."""
    level = drawn.reshape(*shape, -1)
    start = level[:, base, None]
    size = np.where(start == 0, np.inf, np.abs(start))
    return np.asarray((100.0 * (level - start) / size).reshape(drawn.shape))


class _Gathered:
    """Moments about a centre, and quantiles, of streamed draws."""

    def __init__(self, centre: Floats) -> None:
        self.centre, self.count = centre, 0
        self.sums = np.zeros((3, centre.size))
        self.sketch = Sketch(centre.size)

    def add(self, drawn: Floats) -> None:
        off = drawn - self.centre[:, None]
        square = off * off
        self.sums += [off.sum(1), square.sum(1), np.einsum("pd,pd->p", square, off)]
        self.count += drawn.shape[1]
        self.sketch.add(drawn)

    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Return mean, standard deviation and skewness."""
        first, second, third = self.sums / self.count
        variance = np.maximum(second - first**2, 0.0)
        deviation = np.sqrt(variance)
        cubed = third - 3 * first * second + 2 * first**3
        none = deviation <= 1e-12 * np.abs(self.centre)
        skewness = np.where(none, 0.0, cubed / np.where(none, 1.0, deviation**3))
        return self.centre + first, deviation, skewness


class _Correlated:
    """Correlation of parts with inputs, streamed."""

    def __init__(self, declared: Declared, centre: Floats) -> None:
        self.declared, self.centre = declared, centre[:, None]
        self.means = np.array([one.distribution.mean for one in declared.inputs])
        self.size = len(declared.names)
        self.products = np.zeros((centre.size, self.size))
        self.parts, self.inputs = np.zeros((2, centre.size)), np.zeros((2, self.size))
        self.count = 0

    def add(self, block: Block) -> None:
        inputs = self._standard(block)
        off = block.parts - self.centre
        self.products += off @ inputs.T
        self.parts += [off.sum(1), (off * off).sum(1)]
        self.inputs += [inputs.sum(1), (inputs * inputs).sum(1)]
        self.count += off.shape[1]

    def _standard(self, block: Block) -> Floats:
        """Return inputs in standard deviations; what a correlation splits in normal scores."""
        declared = self.declared
        own = (block.inputs - self.means[:, None]) / declared.deviations[:, None]
        if not declared.correlations:
            return np.asarray(own)
        member = np.flatnonzero(declared.group >= 0)
        own[member] = ndtri(block.chances.T[member])
        return np.vstack([own, ndtri(block.chances.T[len(declared.inputs) :])])

    def found(self) -> Floats:
        parts, inputs = self.parts / self.count, self.inputs / self.count
        covariance = self.products / self.count - np.outer(parts[0], inputs[0])
        spread = np.outer(
            np.sqrt(np.maximum(parts[1] - parts[0] ** 2, 0.0)),
            np.sqrt(np.maximum(inputs[1] - inputs[0] ** 2, 0.0)),
        )
        return np.divide(covariance, spread, out=np.zeros_like(covariance), where=spread > 0)
