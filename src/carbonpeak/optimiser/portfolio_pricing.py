"""What one region answers to prices on the rows that it shares with others.

A region is an assembled program of its own, with its part of each shared row as a vector. It is
solved from nothing at every price, so that its answer does not depend on what was asked before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import get_args

import numpy as np

from carbonpeak.errors import ArgumentError, ScenarioError, suggestion
from carbonpeak.optimiser.blocks import BoolArray, FloatArray, IntArray
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.matrix import Matrix
from carbonpeak.optimiser.model import MONEY
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.solver import Solver, SolverSettings, Status
from carbonpeak.optimiser.targets import Numerator, Part, Sense, Target

INVESTMENT = "investment"
"""Numerator that a shared row may name: capex of the builds of a year, undiscounted."""


@dataclass(frozen=True)
class SharedRow:
    """A ceiling or floor on the sum of a numerator over regions and years.

    Attributes
    ----------
    name : str
        Own name.
    numerator : str
        A numerator of every region, or ``"investment"``: the capex of the builds of a year.
    years : tuple of int
        Years that are summed; one for a yearly limit.
    cap : float
        Bound, in the unit of the numerator.
    sense : "at_most" or "at_least"
        Ceiling or floor.
    price : float, optional
        Without it the row is hard; with it each unit missed costs so many CNY2020 of the last of
        its years.
    """

    name: str
    numerator: str
    years: tuple[int, ...]
    cap: float
    sense: Sense = "at_most"
    price: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number, and a year where years are asked for."""
        where = f"shared row '{self.name}'"
        if not isinstance(self.years, Iterable):
            raise ScenarioError(f"{where}: years is {self.years}; write ({self.years},)")
        price = 0.0 if self.price is None else self.price
        numbers = [("cap", self.cap), ("price", price), *(("a year", it) for it in self.years)]
        for name, number in numbers:
            if not isinstance(number, Real):
                raise ArgumentError(f"{where}: {name} is {number!r}; expected a number")

    @property
    def sign(self) -> float:
        """1 of a ceiling, -1 of a floor."""
        return 1.0 if self.sense == "at_most" else -1.0

    def target(self, share: float) -> Target:
        """Return what a region may take of this row at most, or has to give at least."""
        parts = tuple(Part(self.numerator, year) for year in self.years)
        return Target(self.name, parts, share, sense=self.sense)


@dataclass(frozen=True, eq=False)
class Pricing:
    """The program of a region and its part of the shared rows.

    Attributes
    ----------
    matrix : Matrix
        Program without any bound on the shared rows.
    part : (shared, column)
        Use of each shared row per unit of a variable, in the row's unit.
    baseline : (shared,)
        The same without measures.
    rows, scale, ceiling : (shared,)
        Row of the program that may hold a share, its unit, and whether the share is a ceiling.
    """

    matrix: Matrix
    part: FloatArray
    baseline: FloatArray
    rows: IntArray
    scale: FloatArray
    ceiling: BoolArray

    @property
    def whole(self) -> bool:
        """Whether some builds are whole projects."""
        return bool(self.matrix.integer.any())


@dataclass(frozen=True, eq=False)
class Column:
    """A plan of a region as the others see it.

    Attributes
    ----------
    status : Status
        How the solver ended.
    cost : float
        CNY2020 discounted.
    use : (shared,)
        What it takes of each shared row.
    bound : float
        No plan of the region is worth less at the prices asked, its use paid for.
    """

    status: Status
    cost: float
    use: FloatArray
    bound: float


@dataclass(frozen=True, eq=False)
class Question:
    """What is put to a region.

    Attributes
    ----------
    region : Pricing
        The region.
    prices : (shared,)
        CNY2020 discounted per unit of each shared row; a floor has a negative one.
    weight : float
        Weight of its own cost.
    settings : SolverSettings
        For the solver.
    share : (shared,), optional
        What it may take at most, of a floor must give at least.
    """

    region: Pricing
    prices: FloatArray
    weight: float
    settings: SolverSettings
    share: FloatArray | None = None


def with_investment(problem: LeastCostProblem, shared: Sequence[SharedRow]) -> LeastCostProblem:
    """Add the capex of each year as a numerator where a shared row bounds it."""
    wanted = any(row.numerator == INVESTMENT for row in shared)
    if not wanted or INVESTMENT in problem.numerators:
        return problem
    years = np.arange(len(problem.years))
    effect = np.zeros((len(problem.measures), len(years), len(years)))
    effect[:, years, years] = problem.capex
    money = Numerator(np.zeros(len(years)), effect, "CNY2020")
    return replace(problem, numerators={**problem.numerators, INVESTMENT: money})


def with_quota(
    problem: LeastCostProblem, shared: Sequence[SharedRow], quota: FloatArray
) -> LeastCostProblem:
    """Add a region's share of each shared row as a hard target of its own."""
    held = tuple(row.target(float(share)) for row, share in zip(shared, quota, strict=True))
    return replace(with_investment(problem, shared), targets=(*problem.targets, *held))


def pricing_of(problem: LeastCostProblem, shared: Sequence[SharedRow]) -> Pricing:
    """Assemble the program of a region and its part of the shared rows."""
    held = with_investment(problem, shared)
    quota = np.array([_span(held, row) for row in shared])
    model = formulate(with_quota(held, shared, quota))
    first = len(problem.targets)
    matrix = model.program.matrix()
    rows = model.program.rows["targets"].numbers[first:]
    scale = model.scale.targets[first:]
    part = matrix.entries.tocsr()[rows].toarray() * scale[:, None]
    part[:, model.shortfall.columns.ravel()] = 0.0
    low, high = matrix.row_lower.copy(), matrix.row_upper.copy()
    low[rows], high[rows] = -np.inf, np.inf
    baseline = quota - model.room()[first:] * scale
    ceiling = np.array([row.sense == "at_most" for row in shared])
    bare = replace(matrix, row_lower=low, row_upper=high)
    return Pricing(bare, part, baseline, rows, scale, ceiling)


def price_out(question: Question) -> Column:
    """Return the best plan of a region at some prices."""
    region, money = question.region, question.prices / MONEY
    matrix = region.matrix if question.share is None else _held(region, question.share)
    cost = question.weight * matrix.cost + money @ region.part
    answer = Solver(replace(matrix, cost=cost)).run(question.settings)
    paid = float(question.prices @ region.baseline)
    bound = answer.bound * MONEY + paid
    if answer.values is None:
        return Column(answer.status, np.nan, np.full(len(region.baseline), np.nan), bound)
    own = float(matrix.cost @ answer.values) * MONEY
    return Column(answer.status, own, region.baseline + region.part @ answer.values, bound)


def _held(region: Pricing, share: FloatArray) -> Matrix:
    """Return the program of a region within a share."""
    low, high = region.matrix.row_lower.copy(), region.matrix.row_upper.copy()
    room = (share - region.baseline) / region.scale
    high[region.rows[region.ceiling]] = room[region.ceiling]
    low[region.rows[~region.ceiling]] = room[~region.ceiling]
    return replace(region.matrix, row_lower=low, row_upper=high)


def fingerprint(regions: Mapping[str, Pricing], shared: Sequence[SharedRow]) -> str:
    """Return a hash of all that a portfolio is made of."""
    digest = hashlib.sha256(repr(tuple(shared)).encode())
    for name, one in regions.items():
        matrix = one.matrix
        digest.update(name.encode())
        for array in (
            matrix.cost,
            *matrix.bounds,
            matrix.integer,
            matrix.row_lower,
            matrix.row_upper,
            matrix.entries.data,
            matrix.entries.indices,
            matrix.entries.indptr,
            one.part,
            one.baseline,
        ):
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def refuse_misfits(problems: Mapping[str, LeastCostProblem], shared: Sequence[SharedRow]) -> None:
    """Refuse shared rows that a region cannot take part in.

    Raises
    ------
    ScenarioError
        Lists everything that is wrong.
    """
    faults = [*_row_faults(shared), *_region_faults(problems, shared)]
    if faults:
        raise ScenarioError("\n".join(faults))


def _row_faults(shared: Sequence[SharedRow]) -> Iterator[str]:
    names = [row.name for row in shared]
    if not shared:
        yield "no shared row; regions without one are solved apart by optimise"
    for row in shared:
        where = f"shared row '{row.name}'"
        if names.count(row.name) > 1:
            yield f"{where}: the name is used more than once"
        if not row.years or len(set(row.years)) < len(row.years):
            yield f"{where}: years must be given, each once; found {row.years}"
        if not np.isfinite(row.cap):
            yield f"{where}: the cap is not a finite number"
        if row.sense not in get_args(Sense):
            yield f"{where}: unknown sense '{row.sense}'; {suggestion(row.sense, get_args(Sense))}"
        if row.price is not None and not row.price > 0:
            yield f"{where}: the price of missing it must be above 0"


def _region_faults(
    problems: Mapping[str, LeastCostProblem], shared: Sequence[SharedRow]
) -> Iterator[str]:
    if not problems:
        yield "no region"
        return
    first = next(iter(problems))
    money = {name: (one.discount_rate, one.discount_to) for name, one in problems.items()}
    for name, problem in problems.items():
        if money[name] != money[first]:
            yield (
                f"region '{name}' discounts at {money[name][0]:g} to {money[name][1]}, region "
                f"'{first}' at {money[first][0]:g} to {money[first][1]}; give both the same"
            )
        known = [*problem.numerators, INVESTMENT]
        for row in shared:
            where = f"shared row '{row.name}', region '{name}'"
            if row.numerator not in known:
                hint = suggestion(row.numerator, known)
                yield f"{where}: no numerator '{row.numerator}'; {hint}"
            for year in row.years:
                if year not in problem.years:
                    horizon = f"{problem.years[0]}-{problem.years[-1]}"
                    yield f"{where}: {year} lies outside the horizon {horizon}"


def _span(problem: LeastCostProblem, row: SharedRow) -> float:
    """Return a typical size of a region's part of a row, from which it takes its scale."""
    numerator = problem.numerators[row.numerator]
    largest = float(np.abs(numerator.baseline).max(initial=0.0))
    size = largest or float(np.abs(numerator.effect).max(initial=0.0)) or 1.0
    return size * len(row.years)
