"""Which limits bind in a solution, and what a unit of each is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from carbonpeak.optimiser.blocks import BoolArray, FloatArray, IntArray
from carbonpeak.optimiser.build_rows import most_built, most_standing
from carbonpeak.optimiser.model import DUST, MONEY, LeastCostModel
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.program import Solution

FAMILY_NAMES = {
    "yearly_limit": Sentence("yearly limit", "年度建设上限"),
    "potential": Sentence("potential", "总潜力"),
    "ramp": Sentence("ramp", "增速限制"),
    "window": Sentence("window", "建设时段"),
    "committed": Sentence("committed builds", "已定建设量"),
    "activity": Sentence("remaining activity", "剩余活动量"),
    "target": Sentence("target", "目标"),
    "pool": Sentence("shared potential", "共享潜力"),
    "exclusion": Sentence("exclusion by another measure", "互斥限制"),
    "need": Sentence("need of another measure", "配套要求"),
    "minimum_build": Sentence("minimum size", "最小建设规模"),
    "once": Sentence("single building year", "一次性建设限制"),
    "budget": Sentence("budget", "投资预算"),
    "row": Sentence("own row", "自定约束"),
}
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
        What one more unit of it would save, in discounted CNY2020 (in units of the scaled
        shortfall when a diagnosis asks): one native unit of a measure, one of a pool, one CNY2020
        of a budget, one of the user's row.
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
        family = FAMILY_NAMES[self.family]
        return Sentence(f"{family.en} of {title.en}", f"{title.zh}的{family.zh}")


def binding_limits(
    model: LeastCostModel, solution: Solution, *, money: float = MONEY, fixed: bool = False
) -> tuple[Limit, ...]:
    """Return the limits with a price in a priced solution, dearest first.

    With `fixed` integers a whole project is held by the choice made, not by a limit.
    """
    if not solution.duals.data_vars:
        return ()
    found = [*_row_limits(model, solution, money), *_choice_limits(model, solution, money)]
    found += [
        limit
        for limit in _bound_limits(model, solution, money)
        if not (fixed and model.problem.integer[model.problem.measures.index(limit.subject)])
    ]
    spans = _spans(model)
    return tuple(sorted(found, key=lambda limit: (-limit.worth * spans(limit), limit.name)))


def _spans(model: LeastCostModel) -> Callable[[Limit], float]:
    """Return the size of a usual step of a limit, to compare limits of different units."""
    builds = dict(zip(model.problem.measures, model.scale.builds.tolist(), strict=True))
    rows = {
        family: dict(zip(subjects, units.tolist(), strict=True))
        for family, subjects, units in _rows_of_limits(model).values()
    }
    return lambda limit: float(rows.get(limit.family, builds)[limit.subject])


def _rows_of_limits(
    model: LeastCostModel,
) -> dict[str, tuple[str, Sequence[str], FloatArray]]:
    """Return by rows of the program the family, the subjects and the unit of each row."""
    problem, scale = model.problem, model.scale
    return {
        "ramp": ("ramp", problem.measures, scale.builds),
        "potential": ("potential", problem.measures, scale.builds),
        "activity": ("activity", problem.lines, scale.lines),
        "targets": ("target", [target.name for target in problem.targets], scale.targets),
        "pools": ("pool", [pool.name for pool in problem.pools], scale.pools),
        "budgets": ("budget", [budget.name for budget in problem.budgets], scale.budgets),
        "rows": ("row", [row.name for row in problem.rows], scale.rows),
    }


def _row_limits(model: LeastCostModel, solution: Solution, money: float) -> Iterator[Limit]:
    problem = model.problem
    years = {target.name: target.year for target in problem.targets}
    single = {held.name: held.years[0] for held in problem.budgets if len(held.years) == 1}
    for name, (family, subjects, units) in _rows_of_limits(model).items():
        if name not in solution.duals:
            continue
        duals = np.abs(solution.duals[name].to_numpy())
        alone = {"target": years, "budget": single}.get(family, {})
        for place in np.argwhere(duals > _TINY).tolist():
            subject = subjects[place[0]]
            year = problem.years[place[1]] if len(place) > 1 else alone.get(subject)
            worth = float(duals[tuple(place)] * money / units[place[0]])
            yield Limit(family, subject, year, worth)


def _choice_limits(model: LeastCostModel, solution: Solution, money: float) -> Iterator[Limit]:
    """Yield what a "no" bars, and what a "yes" holds up, each worth a native unit."""
    problem, duals, values = model.problem, solution.duals, solution.values
    if model.built is not None:
        lumpy, built = problem.lumpy, values["built"].to_numpy()
        least = problem.minimum_build[lumpy, None]
        taken = built.any(axis=1, keepdims=True) & problem.once[lumpy, None] & (built < NEARLY)
        once = _worth(duals["build_at_most"], most_built(problem)[lumpy], taken)
        minimum = _worth(duals["build_at_least"], least, built > DUST)
        yield from _of_measures(problem, "once", lumpy, once * money)
        yield from _of_measures(problem, "minimum_build", lumpy, minimum * money)
    if model.stands is not None:
        dependent, stands = problem.dependent, values["stands"].to_numpy()
        names = np.asarray(problem.measures)[dependent].tolist()
        most = most_standing(problem)[dependent]
        barred = np.zeros_like(stands)
        for pair in problem.excludes:
            one, other = names.index(pair.one), names.index(pair.other)
            barred[one], barred[other] = barred[one] + stands[other], barred[other] + stands[one]
        needy = np.isin(names, [need.measure for need in problem.needs])[:, None]
        held = _worth(duals["standing"], most, stands < NEARLY) * money
        excluded = barred > DUST
        yield from _of_measures(problem, "exclusion", dependent, np.where(excluded, held, 0.0))
        yield from _of_measures(problem, "need", dependent, np.where(needy & ~excluded, held, 0.0))


def _worth(duals: xr.DataArray, unit: FloatArray, held: BoolArray) -> FloatArray:
    """Return the prices of rows in native units, 0 where a row does not stand or is not `held`."""
    price = np.nan_to_num(np.abs(duals.to_numpy()))
    found = (price > _TINY) & held & (unit > 0)
    worth: FloatArray = np.divide(price, unit, out=np.zeros_like(price), where=found)
    return worth


def _of_measures(
    problem: LeastCostProblem, family: str, measures: IntArray, worth: FloatArray
) -> Iterator[Limit]:
    for row, year in np.argwhere(worth > 0):
        name = problem.measures[measures[row]]
        yield Limit(family, name, problem.years[year], float(worth[row, year]))


def _bound_limits(model: LeastCostModel, solution: Solution, money: float) -> Iterator[Limit]:
    problem, window = model.problem, model.problem.window
    values, costs = solution.values["builds"], solution.reduced_costs["builds"].to_numpy()
    lower, upper = model.program.bounds(model.builds)
    at_upper = (costs < -_TINY) & _close(values, upper)
    at_lower = (costs > _TINY) & _close(values, lower) & (problem.committed > 0)
    for measure, year in np.argwhere(at_upper | at_lower):
        family = "yearly_limit" if window[measure, year] else "window"
        family = "committed" if at_lower[measure, year] else family
        worth = abs(costs[measure, year]) * money / model.scale.builds[measure]
        yield Limit(family, problem.measures[measure], problem.years[year], float(worth))


def _close(values: xr.DataArray, bound: FloatArray) -> BoolArray:
    close: BoolArray = np.abs(values.to_numpy() - bound) <= 1e-6 * (1.0 + np.abs(bound))
    return close
