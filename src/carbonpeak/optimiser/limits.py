"""Which limits bind in a solution, and what a unit of each is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from carbonpeak.optimiser.blocks import BoolArray, FloatArray
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from carbonpeak.optimiser.problem import Sentence
from carbonpeak.optimiser.program import Solution

FAMILY_NAMES = {
    "yearly_limit": Sentence("yearly limit", "年度建设上限"),
    "potential": Sentence("potential", "总潜力"),
    "ramp": Sentence("ramp", "增速限制"),
    "window": Sentence("window", "建设时段"),
    "committed": Sentence("committed builds", "已定建设量"),
    "activity": Sentence("remaining activity", "剩余活动量"),
    "target": Sentence("target", "目标"),
}
_TINY = 1e-7


@dataclass(frozen=True)
class Limit:
    """One row or bound that holds the plan back.

    Attributes
    ----------
    family : str
        `yearly_limit potential ramp window committed activity target`.
    subject : str
        Measure, line or target.
    year : int, optional
        Year in which it binds; None for a limit over all years.
    worth : float
        What one more native unit of it would save, in discounted CNY2020 (in units of the scaled
        shortfall when a diagnosis asks).
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
    found = list(_row_limits(model, solution, money))
    found += [
        limit
        for limit in _bound_limits(model, solution, money)
        if not (fixed and model.problem.integer[model.problem.measures.index(limit.subject)])
    ]
    return tuple(sorted(found, key=lambda limit: (-limit.worth * _span(model, limit), limit.name)))


def _span(model: LeastCostModel, limit: Limit) -> float:
    """Return the size of a usual step of the limit, to compare limits of different units."""
    problem, scale = model.problem, model.scale
    if limit.family == "activity":
        return float(scale.lines[problem.lines.index(limit.subject)])
    if limit.family == "target":
        names = [target.name for target in problem.targets]
        return float(scale.targets[names.index(limit.subject)])
    return float(scale.builds[problem.measures.index(limit.subject)])


def _row_limits(model: LeastCostModel, solution: Solution, money: float) -> Iterator[Limit]:
    problem, scale = model.problem, model.scale
    targets = [target.name for target in problem.targets]
    years = {target.name: target.year for target in problem.targets}
    rows = {
        "ramp": ("ramp", problem.measures, scale.builds),
        "potential": ("potential", problem.measures, scale.builds),
        "activity": ("activity", problem.lines, scale.lines),
        "targets": ("target", targets, scale.targets),
    }
    for name, (family, subjects, units) in rows.items():
        duals = np.abs(solution.duals[name].to_numpy())
        for place in np.argwhere(duals > _TINY).tolist():
            subject = subjects[place[0]]
            year = problem.years[place[1]] if len(place) > 1 else years.get(subject)
            worth = float(duals[tuple(place)] * money / units[place[0]])
            yield Limit(family, subject, year, worth)


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
