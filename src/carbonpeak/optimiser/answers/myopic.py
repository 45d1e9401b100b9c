"""The plan of who looks only some years ahead, window by window."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from numbers import Real

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.answers.statements import TargetRows
from carbonpeak.optimiser.answers.tables import priced
from carbonpeak.optimiser.blocks import BoolArray, FloatArray, IntArray
from carbonpeak.optimiser.costs import retirement_cost, unit_cost
from carbonpeak.optimiser.diagnosis import explain_stop
from carbonpeak.optimiser.elastic import diagnose
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from carbonpeak.optimiser.plan import LeastCostPlan, read_plan, stopped_plan
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence, span
from carbonpeak.optimiser.program import Solution, SolverSettings, Status


@dataclass(frozen=True)
class Myopic:
    """How far is looked ahead, and how often.

    Attributes
    ----------
    horizon : int
        Years seen at once, the first of them included.
    step : int
        Years whose builds are then committed; at most `horizon`.
    """

    horizon: int
    step: int

    def __post_init__(self) -> None:
        """Refuse windows that leave years undecided, or that end within a year."""
        both = (self.step, self.horizon)
        whole = all(isinstance(number, Real) and number % 1 == 0 for number in both)
        if not (whole and 1 <= self.step <= self.horizon):
            raise ResultError(
                f"windows of {self.horizon} years every {self.step}; expected whole years, a "
                "step of at least 1 and at most the years seen"
            )

    def windows(self, years: tuple[int, ...]) -> Iterator[Window]:
        """Yield the windows over a horizon; the last one sees and commits all that is left."""
        first = years[0]
        while first <= years[-1]:
            last = min(first + self.horizon - 1, years[-1])
            after = years[-1] + 1 if last == years[-1] else first + self.step
            yield Window(first, last, after)
            first = after


@dataclass(frozen=True)
class Window:
    """First and last year seen, and the year from which builds stay open."""

    first: int
    last: int
    after: int

    @property
    def words(self) -> Sentence:
        """The years seen."""
        return span(self.first, self.last)


def solve_myopic(
    problem: LeastCostProblem,
    *,
    horizon: int,
    step: int,
    settings: SolverSettings | None = None,
    explain: bool = True,
) -> LeastCostPlan:
    """Find the builds of who sees only some years ahead, and what they cost in the end.

    Each window minimises the costs of its years, with salvage after them, under the targets up to
    its last year. Its first `step` years are then committed. Limits and activity hold over the
    whole horizon, so that what is built can always be kept; costs and targets beyond the window
    are unknown.

    Parameters
    ----------
    problem : LeastCostProblem
        The whole horizon.
    horizon, step : int
        Years seen at once, and years committed of them.
    settings : SolverSettings, optional
        For each window.
    explain : bool
        Whether a window without a plan is diagnosed.

    Returns
    -------
    LeastCostPlan
        With the costs of the whole problem, never below those of `solve_least_cost`. A target has
        the price of the window that commits its year. Several windows prove no bound. Where a
        window has no plan, the message names the window and says why.

    Raises
    ------
    ResultError
        When the step is below 1 or above the horizon.
    """
    chosen = settings or SolverSettings()
    windows = list(Myopic(horizon, step).windows(problem.years))
    model = formulate(problem)
    rows = TargetRows(model)
    due = np.array([target.year for target in problem.targets], dtype=int)
    bounds = {name: model.program.bounds(model.program.blocks[name]) for name in _dated(model)}
    prices = np.full(len(due), np.nan)
    for window in windows:
        _see(model, window, bounds)
        rows.keep(_asked(problem, window))
        solution = model.program.solve(chosen)
        if not solution.found:
            return _stopped(problem, window, bounds, solution, chosen, explain=explain)
        valued = priced(model, solution, chosen)
        now = (due >= window.first) & (due < window.after)
        prices[now] = model.prices(valued)[now]
        bounds = _committed(model, bounds, solution, window.after)
    return _read(model, solution, valued, prices, windows)


def _asked(problem: LeastCostProblem, window: Window) -> BoolArray:
    """Return which targets a window keeps, (target,).

    Those of years gone by are settled, save where the choice between alternatives goes on.
    """
    return np.array(
        [
            target.year <= window.last and (target.year >= window.first or bool(target.either))
            for target in problem.targets
        ],
        dtype=bool,
    )


def _dated(model: LeastCostModel) -> dict[str, IntArray]:
    """Return the year of each build and each retirement, by block.

    Whether anything is built or may stand follows from them and stays open.
    """
    years = np.asarray(model.problem.years)
    dated = {model.builds.name: np.broadcast_to(years, model.builds.columns.shape)}
    if model.retired is not None:
        dated[model.retired.name] = years[model.problem.retirements.left]
    return dated


Bounds = dict[str, tuple[FloatArray, FloatArray]]


def _committed(model: LeastCostModel, bounds: Bounds, solution: Solution, after: int) -> Bounds:
    """Return the bounds with the years before `after` held at the solution."""
    held: Bounds = {}
    for name, year in _dated(model).items():
        low, high = bounds[name]
        integer = model.program.matrix().integer[model.program.blocks[name].columns] > 0
        values = np.clip(solution.values[name].to_numpy(), low, high)
        values = np.where(integer, np.round(values), values)
        held[name] = np.where(year < after, values, low), np.where(year < after, values, high)
    return held


def _see(model: LeastCostModel, window: Window, bounds: Bounds) -> None:
    """Close the years after a window and count only the costs within it."""
    program, problem = model.program, model.problem
    for name, year in _dated(model).items():
        block, (low, high) = program.blocks[name], bounds[name]
        shut = np.where(year > window.last, low, high)
        lower, upper = (xr.DataArray(bound, dims=block.dims) for bound in (low, shut))
        program.set_bounds(block, lower=lower, upper=upper)
    cost = program.costs()
    beyond = np.asarray(problem.years) > window.last
    seen = unit_cost(problem, window.last) * model.scale.builds[:, None] / MONEY
    cost[model.builds.columns] = np.where(beyond, 0.0, seen)
    if model.retired is not None:
        leaving = retirement_cost(problem, window.last) * model.retired_scale() / MONEY
        later = beyond[problem.retirements.left]
        cost[model.retired.columns] = np.where(later, 0.0, leaving)
    program.set_costs(cost)


def _read(
    model: LeastCostModel,
    solution: Solution,
    valued: Solution,
    prices: FloatArray,
    windows: list[Window],
) -> LeastCostPlan:
    """Return the plan of all windows at the costs of the whole problem."""
    plan = read_plan(model, solution, valued)
    english, chinese = zip(*(window.words for window in windows), strict=True)
    seen = ", ".join(english)
    several = len(windows) > 1
    price = ("target", prices[model.held(valued if valued.found else solution)])
    result = plan.result.assign(price=price).assign_attrs(windows=seen)
    message = Sentence(
        f"{plan.message.en}; decided in windows without sight of what follows: {seen}",
        f"{plan.message.zh}；按时段逐步决策，不预见其后：{'、'.join(chinese)}",
    )
    return replace(
        plan,
        message=message,
        bound=-np.inf if several else plan.bound,
        gap=np.inf if several else plan.gap,
        conditional=model.program.whole or several,
        result=result,
        limits=(),
    )


def _stopped(
    problem: LeastCostProblem,
    window: Window,
    bounds: Bounds,
    solution: Solution,
    settings: SolverSettings,
    *,
    explain: bool,
) -> LeastCostPlan:
    """Return the answer that names the window without a plan.

    The builds before and after the window are rows here: limits that the diagnosis opens must not
    move what is decided.
    """
    asked = itertools.compress(problem.targets, _asked(problem, window))
    seen = replace(problem, targets=tuple(asked))

    def decided(model: LeastCostModel) -> None:
        for name, year in _dated(model).items():
            block, (low, high) = model.program.blocks[name], bounds[name]
            shut = np.where(year > window.last, low, high)
            model.program.require(
                f"decided {name}",
                [(block, 1.0)],
                at_least=model.sized(low, *block.dims),
                at_most=model.sized(shut, *block.dims),
                where=model.sized((year < window.first) | (year > window.last), *block.dims),
            )

    diagnosis = None
    why = explain_stop(seen, solution.status)
    if explain and solution.status == Status.INFEASIBLE:
        diagnosis = diagnose(formulate(seen, decided), settings)
        why = diagnosis.message
    message = Sentence(
        f"the window {window.words.en} has no plan: {why.en}",
        f"时段 {window.words.zh} 没有可行方案：{why.zh}",
    )
    return stopped_plan(solution, message, diagnosis)
