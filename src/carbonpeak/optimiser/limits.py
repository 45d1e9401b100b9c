"""Which limits bind in a solution, and what a unit of each is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from carbonpeak.optimiser.blocks import BoolArray, FloatArray, IntArray
from carbonpeak.optimiser.limit_families import FAMILY_WORDS, ROW_FAMILIES, RowFamily
from carbonpeak.optimiser.model import DUST, MONEY, LeastCostModel
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.program import Solution

_TINY = 1e-7
NEARLY = 1.0 - 1e-6


@dataclass(frozen=True)
class Limit:
    """One row or bound that holds the plan back.

    Attributes
    ----------
    family : str
        `yearly_limit potential ramp window committed activity target pool exclusion need
        minimum_build once budget row`.
    subject : str
        Measure, line, target, pool, budget or row.
    year : int, optional
        Year in which it binds; None for a limit over several years.
    worth : float
        What a little more of it would save per unit, in discounted CNY2020 (in units of the scaled
        shortfall when a diagnosis asks): one native unit of a measure, one of a pool, one CNY2020
        of a budget, one of the user's row. Where more limits meet in one place than are needed to
        hold the plan there, it is one of the values from what a little more saves, which may be
        nothing while the others hold, up to what a little less costs.
    """

    family: str
    subject: str
    year: int | None
    worth: float

    @property
    def name(self) -> Sentence:
        """The limit in words, without its year."""
        return self.words(Sentence(self.subject, self.subject))

    def words(self, title: Sentence) -> Sentence:
        """Return the limit in words with the title of its subject."""
        family = FAMILY_WORDS[self.family]
        return Sentence(f"{family.en} of {title.en}", f"{title.zh}的{family.zh}")


def binding_limits(
    model: LeastCostModel,
    solution: Solution,
    *,
    money: float = MONEY,
    fixed: bool = False,
    tiny: float = _TINY,
) -> tuple[Limit, ...]:
    """Return the limits with a price above `tiny` in a priced solution, dearest first.

    The price of a row counts by what it adds to the cost of a build where that is more: that of
    a budget of one CNY is small in CNY and large for whoever wants to build with it.

    With `fixed` integers a whole project is held by the choice made, not by a limit.
    """
    if not solution.duals.data_vars:
        return ()
    found = [*_row_limits(model, solution, tiny), *_choice_limits(model, solution, tiny)]
    found += [
        limit
        for limit in _bound_limits(model, solution, tiny)
        if not (fixed and model.problem.integer[model.problem.measures.index(limit.subject)])
    ]
    spans = _spans(model)
    found.sort(key=lambda limit: (-limit.worth * spans(limit), limit.name))
    return tuple(replace(limit, worth=limit.worth * money) for limit in found)


def _spans(model: LeastCostModel) -> Callable[[Limit], float]:
    """Return the size of a usual step of a limit, to compare limits of different units."""
    builds = dict(zip(model.problem.measures, model.scale.builds.tolist(), strict=True))
    rows = {
        family.name: dict(zip(subjects, units.tolist(), strict=True))
        for family, subjects, units in _standing(model)
    }
    return lambda limit: float(rows.get(limit.family, builds)[limit.subject])


def _standing(model: LeastCostModel) -> Iterator[tuple[RowFamily, Sequence[str], FloatArray]]:
    """Yield the families with rows in the program, their subjects and the unit of each row."""
    for family in ROW_FAMILIES:
        if family.priced and family.rows in model.program.rows:
            yield family, family.subjects(model), family.scale(model)


def _row_limits(model: LeastCostModel, solution: Solution, tiny: float) -> Iterator[Limit]:
    problem = model.problem
    years = {target.name: target.year for target in problem.targets}
    single = {held.name: held.years[0] for held in problem.budgets if len(held.years) == 1}
    for family, subjects, units in _standing(model):
        worth = solution.reduced_costs if family.bounds else solution.duals
        duals = np.abs(worth[family.rows].to_numpy())
        felt = _felt(model, family, duals, tiny)
        alone = {"target": years, "budget": single}.get(family.name, {})
        for place in np.argwhere(felt).tolist():
            subject = subjects[place[0]]
            year = problem.years[place[1]] if len(place) > 1 else alone.get(subject)
            yield Limit(family.name, subject, year, float(duals[tuple(place)] / units[place[0]]))


def _felt(model: LeastCostModel, family: RowFamily, duals: FloatArray, tiny: float) -> BoolArray:
    """Return which rows have a price above `tiny`, alone or times the most that a build adds."""
    felt: BoolArray = duals > tiny
    weak = (duals > 0) & ~felt
    if weak.any():
        felt[weak] = (duals * _most_added(model, family))[weak] > tiny
    return felt


def _most_added(model: LeastCostModel, family: RowFamily) -> FloatArray:
    """Return the most that a build, or its retirement, adds to each row, in units of both."""
    if family.added is not None:
        return family.added(model)
    largest: FloatArray = abs(model.program.matrix().entries).max(axis=1).toarray()
    return largest[model.program.rows[family.rows].numbers]


def _choice_limits(model: LeastCostModel, solution: Solution, tiny: float) -> Iterator[Limit]:
    """Yield what a "no" bars, and what a "yes" holds up, each worth a native unit."""
    problem, duals, values = model.problem, solution.duals, solution.values
    if model.built is not None:
        lumpy, built = problem.lumpy, values["built"].to_numpy()
        least = problem.minimum_build[lumpy, None]
        taken = built.any(axis=1, keepdims=True) & problem.once[lumpy, None] & (built < NEARLY)
        once = _worth(duals["build_at_most"], model.reach.built[lumpy], taken, tiny)
        minimum = _worth(duals["build_at_least"], least, built > DUST, tiny)
        yield from _of_measures(problem, "once", lumpy, once)
        yield from _of_measures(problem, "minimum_build", lumpy, minimum)
    if model.stands is not None:
        dependent, stands = problem.dependent, values["stands"].to_numpy()
        names = np.asarray(problem.measures)[dependent].tolist()
        most = model.reach.standing[dependent]
        barred = np.zeros_like(stands)
        for pair in problem.excludes:
            one, other = names.index(pair.one), names.index(pair.other)
            barred[one], barred[other] = barred[one] + stands[other], barred[other] + stands[one]
        needy = np.isin(names, [need.measure for need in problem.needs])[:, None]
        held = _worth(duals["standing"], most, stands < NEARLY, tiny)
        excluded = barred > DUST
        yield from _of_measures(problem, "exclusion", dependent, np.where(excluded, held, 0.0))
        yield from _of_measures(problem, "need", dependent, np.where(needy & ~excluded, held, 0.0))


def _worth(duals: xr.DataArray, unit: FloatArray, held: BoolArray, tiny: float) -> FloatArray:
    """Return the prices of rows in native units, 0 where a row does not stand or is not `held`."""
    price = np.nan_to_num(np.abs(duals.to_numpy()))
    found = (price > tiny) & held & (unit > 0)
    worth: FloatArray = np.divide(price, unit, out=np.zeros_like(price), where=found)
    return worth


def _of_measures(
    problem: LeastCostProblem, family: str, measures: IntArray, worth: FloatArray
) -> Iterator[Limit]:
    for row, year in np.argwhere(worth > 0):
        name = problem.measures[measures[row]]
        yield Limit(family, name, problem.years[year], float(worth[row, year]))


def _bound_limits(model: LeastCostModel, solution: Solution, tiny: float) -> Iterator[Limit]:
    problem, window = model.problem, model.problem.window
    values, costs = solution.values["builds"], solution.reduced_costs["builds"].to_numpy()
    lower, upper = model.program.bounds(model.builds)
    at_upper = (costs < -tiny) & _close(values, upper)
    at_lower = (costs > tiny) & _close(values, lower) & (problem.committed > 0)
    for measure, year in np.argwhere(at_upper | at_lower):
        family = "yearly_limit" if window[measure, year] else "window"
        family = "committed" if at_lower[measure, year] else family
        worth = abs(costs[measure, year]) / model.scale.builds[measure]
        yield Limit(family, problem.measures[measure], problem.years[year], float(worth))


def _close(values: xr.DataArray, bound: FloatArray) -> BoolArray:
    close: BoolArray = np.abs(values.to_numpy() - bound) <= 1e-6 * (1.0 + np.abs(bound))
    return close
