"""Futures of a region for its least-cost program, drawn from the uncertainty of its own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from carbonpeak.errors import ScenarioError
from carbonpeak.inventory.model import Floats
from carbonpeak.inventory.uncertainty.sampling import BLOCK, blocks
from carbonpeak.optimiser.futures import Futures
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.region.posing import pose
from carbonpeak.optimiser.region.question import Question
from carbonpeak.optimiser.region.stating import restate
from carbonpeak.optimiser.robust import same_choices
from carbonpeak.optimiser.shapes import peak_in
from carbonpeak.optimiser.targets import Numerator, Target, held_by
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.target_odds import NOT_DRAWN
from carbonpeak.scenario.ensemble.engine import Engine
from carbonpeak.scenario.ensemble.inputs import Inputs
from carbonpeak.scenario.ensemble.layout import lay_out_draws
from carbonpeak.scenario.ensemble.measures import Plans, plans_for
from carbonpeak.scenario.ensemble.unit_effects import UnitEffects, unit_engine
from carbonpeak.scenario.ensemble.weights import COST, GDP
from carbonpeak.scenario.pathway import Outlook, lay_out
from carbonpeak.scenario.scenario import Scenario


@dataclass(frozen=True)
class Draws:
    """Which draws are taken.

    Attributes
    ----------
    count, seed : int
    sampler : str
        As for `ensemble`.
    include : frozenset of str
        Kinds of inputs that vary.
    """

    count: int
    seed: int
    sampler: str
    include: frozenset[str]

    def chances(self, inputs: Inputs) -> Iterator[Floats]:
        """Yield numbers between 0 and 1, (draw, dimension), block by block."""
        left = self.count
        for block in blocks(inputs.names or ["nothing"], sampler=self.sampler, seed=self.seed):
            yield block[:left] if left < BLOCK else block
            left -= BLOCK
            if left <= 0:
                return


def named_futures(asked: Question, scenarios: Mapping[str, Scenario]) -> Futures:
    """Return the problem under the drivers, factors and prices of other scenarios of the region.

    Parameters
    ----------
    asked : Question
        Its measures and targets are the same in every future.
    scenarios : mapping of Scenario
        With the horizon of the problem.
    """
    outlook, measures = asked.outlook, list(asked.outlook.measures)
    considered = {
        name: lay_out(asked.region, scenario, like=outlook).narrowed(measures)
        for name, scenario in scenarios.items()
    }
    return Futures.equally_likely(
        {
            name: pose(future, asked.goals, soft=asked.soft, rows=asked.rows)
            for name, future in considered.items()
        }
    )


def sample_futures(asked: Question, draws: Draws) -> Futures:
    """Return the problem as each of some draws would have it.

    Paths without measures, what a unit of each measure does and costs, prices, and what the
    targets allow follow the draw. Limits of builds and of activity stay as stated.

    Raises
    ------
    ScenarioError
        When an amount cannot be drawn, what a measure does would outlast its retirement, or one
        that may be retired early lives longer or shorter in a draw.
    """
    problem, goals = asked.problem, asked.goals
    _require_drawn(problem)
    names = [*problem.numerators, COST]
    engine = unit_engine(asked.region, asked.scenario, of=names, include=draws.include)
    central = engine.effects(engine.layout.inputs.central())
    rows = [central.measures.index(name) for name in problem.measures]
    found: dict[str, LeastCostProblem] = {}
    for chances in draws.chances(engine.layout.inputs):
        effects = engine.effects(engine.layout.inputs.drawn(chances))
        for draw in range(len(chances)):
            future = _future(problem, goals, effects, central, rows, draw)
            _require_same_choices(future, problem)
            found[f"draw_{len(found) + 1}"] = future
    return Futures.equally_likely(found)


def share_choices(asked: Question, futures: Futures) -> tuple[Question, Futures]:
    """Return a question and its futures with the same alternatives for targets that leave a choice.

    On the stated numbers alone, a year that another one passes whatever is built is no candidate
    for a peak; in a future it may be the highest. It is left out only if the same other year
    passes it on the stated numbers and in every future.
    """
    problem = asked.problem
    beside = [replace(problem, numerators=one.numerators) for one in futures.problems]
    restated = restate(problem, asked.goals, beside)
    if not restated:
        return asked, futures
    shared = tuple(replace(one, targets=_with(restated, one)) for one in futures.problems)
    stated = replace(problem, targets=_with(restated, problem))
    return replace(asked, problem=stated), replace(futures, problems=shared)


def _with(
    restated: Mapping[str, tuple[Target, ...]], problem: LeastCostProblem
) -> tuple[Target, ...]:
    """Return the targets of a problem with some of them stated anew."""
    groups = dict.fromkeys(target.group for target in problem.targets)
    own = {name: tuple(it for it in problem.targets if it.group == name) for name in groups}
    return tuple(row for name in groups for row in restated.get(name, own[name]))


def _future(
    problem: LeastCostProblem,
    goals: Mapping[str, Goal],
    effects: UnitEffects,
    central: UnitEffects,
    rows: list[int],
    draw: int,
) -> LeastCostProblem:
    # `_require_drawn` has seen that what a unit does ends with its retirement: in a draw, what
    # retiring changes is the rest of what the unit does there, as `Numerator` takes it to be.
    numerators = {
        name: Numerator(
            effects.baseline[name][:, draw], effects.effect[name][rows, :, :, draw], stated.unit
        )
        for name, stated in problem.numerators.items()
    }
    scales = allowance(problem, goals, effects.baseline, central.baseline)
    targets = tuple(
        replace(target, cap=target.cap * float(scale[draw]))
        for target, scale in zip(problem.targets, scales, strict=True)
    )
    paid, years = effects.paid, len(problem.years)
    return replace(
        problem,
        numerators=numerators,
        targets=targets,
        capex=paid.capex[rows, :, draw],
        fixed_opex=np.repeat(paid.fixed_opex[rows, None, draw], years, axis=1),
        lifetime=paid.lifetime[rows, draw],
        running_cost=paid.running[rows, :, :, draw],
    )


def _require_drawn(problem: LeastCostProblem) -> None:
    """Refuse amounts without draws, and effects that outlast retirement, which draws do not tell.

    Raises
    ------
    ScenarioError
        Names the amounts.
    """
    lasting = [
        name
        for name, held in problem.numerators.items()
        if held.retired.size
        and not np.allclose(held.retired, problem.retired_response(held.effect), rtol=1e-9)
    ]
    missing = [name for name in problem.numerators if name in NOT_DRAWN]
    if missing:
        raise ScenarioError(
            f"{', '.join(missing)} cannot be drawn, so its targets cannot be kept in futures; "
            "leave them out"
        )
    if lasting:
        raise ScenarioError(
            f"what a measure does to {', '.join(lasting)} outlasts its early retirement, which "
            "futures do not follow; leave its 'retire_cost' out"
        )


def _require_same_choices(future: LeastCostProblem, problem: LeastCostProblem) -> None:
    if same_choices(future, problem):
        return
    other = ~np.isnan(problem.retire_cost) & (future.lifetime != problem.lifetime)
    named = ", ".join(problem.measures[at] for at in np.flatnonzero(other))
    raise ScenarioError(
        f"{named} may be retired early and has another lifetime in a draw, so other choices than "
        "the stated ones; leave out the range of its 'lifetime', or its 'retire_cost'"
    )


def allowance(
    problem: LeastCostProblem,
    goals: Mapping[str, Goal],
    drawn: Mapping[str, Floats],
    central: Mapping[str, Floats],
) -> list[Floats]:
    """Return what each target allows in each draw over what it allows on the stated numbers.

    A rate starts from the base year of the same draw; an amount per GDP follows its GDP.

    Parameters
    ----------
    drawn, central : mapping of indicator to (year, draw)
        Without measures.

    Returns
    -------
    list of (draw,)
        One for each target of the problem.
    """
    return [
        _allowance(problem, target, goals[target.group], drawn, central)
        for target in problem.targets
    ]


def _allowance(
    problem: LeastCostProblem,
    target: Target,
    goal: Goal,
    drawn: Mapping[str, Floats],
    central: Mapping[str, Floats],
) -> Floats:
    year = problem.years.index(target.year)
    scale = np.ones(drawn[goal.amount].shape[1])
    if goal.per_gdp:
        scale = scale * drawn[GDP][year] / central[GDP][year]
    if goal.kind != "level":
        own, stated = drawn[goal.amount][0], central[goal.amount][0]
        scale = scale * own / stated
        if goal.per_gdp:
            scale = scale * central[GDP][0] / drawn[GDP][0]
    return np.asarray(scale)


@dataclass(frozen=True)
class Verdict:
    """Builds held against draws that they were not made for.

    Attributes
    ----------
    names : tuple of str
        The rows of the targets; a target that leaves a choice once, by its own name.
    hard : (row,) of bool
        Whether it has no price.
    kept : (row, draw) of bool
        A target that leaves a choice is kept where all rows of any alternative hold, whichever
        was chosen with the builds: a peak, where no later value is above the highest of its years.
    short : (draw,) of bool
        Whether a measure finds less than it would take away and works at part of its strength.
    """

    names: tuple[str, ...]
    hard: np.ndarray
    kept: np.ndarray
    short: np.ndarray


def judge_builds(asked: Question, builds: Floats, draws: Draws) -> Verdict:
    """Run builds through the ensemble, where a measure takes no more than there is.

    Parameters
    ----------
    builds : (measure, year)
        Native units, measures of the problem.
    """
    problem, names = asked.problem, [*asked.problem.numerators, GDP]

    def built(whole: Outlook) -> Plans:
        every = np.zeros((len(whole.measures), len(whole.years)))
        every[[list(whole.measures).index(name) for name in problem.measures]] = builds
        return plans_for(whole, every)

    layout = lay_out_draws(
        asked.region, asked.scenario, of=names, include=draws.include, plan=built
    )
    engine = Engine(layout)
    central = engine.evaluate(layout.inputs.central()).paths
    told = _told(asked)
    kept, short = [], []
    for chances in draws.chances(layout.inputs):
        found = engine.evaluate(layout.inputs.drawn(chances))

        def holds(target: Target, paths: Mapping[str, Floats] = found.paths) -> np.ndarray:
            goal = asked.goals[target.group]
            scale = _allowance(problem, target, goal, paths, central)
            return _holds(target, scale, paths, problem)

        here = [
            np.any([np.all([holds(row) for row in rows], axis=0) for rows in either], axis=0)
            for either in told.values()
        ]
        kept.append(np.reshape(here, (len(told), len(chances))))
        short.append(found.short.any(axis=0))
    joined = np.concatenate(kept, axis=1)
    hard = [either[0][0].price is None for either in told.values()]
    return Verdict(tuple(told), np.array(hard, dtype=bool), joined, np.concatenate(short))


def _told(asked: Question) -> dict[str, list[tuple[Target, ...]]]:
    """Return what draws are held against: by name, alternatives of rows that hold together."""
    years, found = asked.problem.years, dict[str, list[tuple[Target, ...]]]()
    for one in held_by(asked.problem.targets):
        ways = [tuple(asked.problem.targets[row] for row in rows) for rows in one.ways]
        first, *_ = ways[0]
        goal = asked.goals[first.group]
        if goal.peak_by is None:
            found[one.name] = ways
            continue
        # All its years: one that no builds within the limits make the highest may be so in a draw.
        found[first.group] = [
            peak_in(first.group, goal.amount, (year,), goal.peak_by, years, price=first.price)
            for year in years
            if year <= goal.peak_by
        ]
    return found


def _holds(
    target: Target, scale: Floats, paths: Mapping[str, Floats], problem: LeastCostProblem
) -> np.ndarray:
    years = problem.years
    value = sum(weight * paths[name][years.index(year)] for name, year, weight in target.parts)
    cap = target.cap * scale
    slack = 1e-6 * np.maximum(np.abs(cap), target.size(problem.numerators) * 1e-3)
    over = np.asarray(value - cap)
    return np.asarray(over <= slack if target.sense == "at_most" else over >= -slack)
