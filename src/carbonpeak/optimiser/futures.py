"""The program of one choice of builds beside many futures, one family of rows per function.

A future s is the same problem with other numbers, of probability p[s] (1). Builds n[m, τ] are one
choice for all futures; C[s] is their discounted cost in s, misses of soft targets with it
(CNY2020); e[s, k, m, τ] what a build adds to target k in s, and room[s, k] what may be added;
x[s, k] is a soft target missed there (all in the unit of the target); g[s] = 1 where the hard
targets of s are given up (0 or 1). What retires counts as in the formulation.

Where a target leaves a choice, such as that of the year of a peak, the alternative a is chosen once
for the stated numbers and all futures, h[a] = 1 (0 or 1), like the builds. That is on the safe
side: whoever may choose anew in each future, once it is known, pays no more. A row of an
alternative that is not chosen may be missed in every future by as much as builds can miss it there:
in the rows of targets below, M[s, k]·(1 - h[a]) is added to room[s, k], M[s, k] >= 0 the most that
builds can add beyond the room (in the unit of the target).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import xarray as xr

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.blocks import Block, BoolArray, Coefficient, FloatArray, Labels
from carbonpeak.optimiser.choice_rows import change_weights, own_alternative
from carbonpeak.optimiser.costs import retirement_cost, unit_cost
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.model import MONEY, LeastCostModel, compared_of
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.reach import unlimited, with_retirement
from carbonpeak.optimiser.targets import Target, held_by

Aim = Literal["expected", "cvar", "regret"]


@dataclass(frozen=True, eq=False)
class Futures:
    """What may come: the same problem with other numbers.

    Attributes
    ----------
    names : tuple of str
    problems : tuple of LeastCostProblem
        Same measures, years and targets; other costs, effects, paths and caps.
    probabilities : (future,)
        Above 0, sum 1.
    """

    names: tuple[str, ...]
    problems: tuple[LeastCostProblem, ...]
    probabilities: FloatArray

    @classmethod
    def equally_likely(cls, problems: Mapping[str, LeastCostProblem]) -> Futures:
        """Return futures of the same probability."""
        count = len(problems)
        return cls(tuple(problems), tuple(problems.values()), np.full(count, 1.0 / max(count, 1)))


@dataclass(frozen=True, eq=False)
class RobustModel:
    """A program with a choice of builds, and its futures as arrays in the scales of its rows.

    Attributes
    ----------
    cost : (future, measure, build year)
        Discounted, per unit of the variable, in units of the objective.
    effect : (future, target, measure, build year)
        Of targets that are ceilings; floors are turned round.
    room : (future, target)
        What the builds may add.
    leaving : (future, retirement)
        What retiring costs, as `cost`.
    undone : (future, target, retirement)
        What retiring adds to targets, as `effect`.
    """

    base: LeastCostModel
    futures: Futures
    cost: FloatArray
    effect: FloatArray
    room: FloatArray
    leaving: FloatArray
    undone: FloatArray

    @property
    def hard(self) -> BoolArray:
        """Which targets have no price, (target,)."""
        return ~self.base.soft()

    def add(self, name: str, **bounds: float | xr.DataArray) -> Block:
        """Add variables over the futures."""
        return self.base.program.add(name, {"future": np.asarray(self.futures.names)}, **bounds)  # type: ignore[arg-type]

    def costs(self) -> list[tuple[Block, Coefficient]]:
        """Return the terms of C[s], over future."""
        cost = xr.DataArray(self.cost, dims=("future", "measure", "build_year"))
        missed = self.base.program.blocks["future_shortfall"]
        price = xr.DataArray(self.base.miss_cost(), dims="target")
        terms: list[tuple[Block, Coefficient]] = [(self.made, cost), (missed, price)]
        if self.base.retired is not None:
            leaving = xr.DataArray(self.leaving, dims=("future", "retirement"))
            terms.append((self.base.retired, leaving))
        return terms

    @property
    def made(self) -> Block:
        """What is built, over measure and build_year."""
        return self.base.builds.rename(year="build_year")

    @property
    def rows(self) -> dict[str, Labels]:
        """Labels of rows over target and future."""
        targets = np.asarray([target.name for target in self.base.problem.targets])
        return {"target": targets, "future": np.asarray(self.futures.names)}

    def weighed(self, weights: FloatArray, part: str) -> xr.DataArray:
        """Return weights of the futures in the one row of a part, (future, part)."""
        return xr.DataArray(weights[:, None], {"part": [part]}, dims=("future", "part"))

    @property
    def optional(self) -> BoolArray:
        """Which rows belong to an alternative, (target,)."""
        return np.array([bool(one.either) for one in self.base.problem.targets], dtype=bool)

    def missed(self) -> list[tuple[Block, Coefficient]]:
        """Return the terms of what the builds add to each target, over target and future."""
        dims = ("future", "target", "measure", "build_year")
        direct = np.where(self.optional, 0.0, 1.0)
        effect = self.effect * direct[:, None, None]
        terms: list[tuple[Block, Coefficient]] = [(self.made, xr.DataArray(effect, dims=dims))]
        if self.base.retired is not None:
            undone = xr.DataArray(
                self.undone * direct[:, None], dims=("future", "target", "retirement")
            )
            terms.append((self.base.retired, undone))
        return terms

    def reach(self, way: float = 1.0, where: BoolArray | None = None) -> FloatArray:
        """Return the most that each measure can add to each target, (future, target, measure).

        Parameters
        ----------
        way : 1 or -1
            With -1, the most that it can take away.
        where : (target,), optional
            Rows that are of interest; others read zero.
        """
        problem, scale = self.base.problem, self.base.scale
        reach = np.zeros((*self.room.shape, len(problem.measures)))
        rows = np.arange(len(problem.targets)) if where is None else np.flatnonzero(where)
        for at in itertools.product(range(len(reach)), rows):
            native = way * self.effect[at] / scale.builds[:, None]
            gone = way * self.undone[at] / self.base.retired_scale()
            most = with_retirement(problem, native, gone)
            reach[at] = self.base.reach.highest(most)
        return reach


def robust_model(problem: LeastCostProblem, futures: Futures) -> RobustModel:
    """Return the program of the stated numbers with its futures beside it, no row added."""
    base = formulate(problem)
    scale = base.scale
    sign = np.array([1.0 if one.sense == "at_most" else -1.0 for one in problem.targets])
    parts = [replace(base, problem=future) for future in futures.problems]
    count, shape = len(parts), np.shape(problem.capex)
    cost = np.array([unit_cost(part.problem) for part in parts]).reshape(count, *shape)
    effect = np.array([part.target_effect() for part in parts])
    left = problem.retirements.left.size
    leaving = np.array([retirement_cost(part.problem) for part in parts]).reshape(count, left)
    undone = np.array([part.target_undone() for part in parts]).reshape(count, len(sign), left)
    room = np.array([part.room() for part in parts])
    return RobustModel(
        base,
        futures,
        cost * scale.builds[:, None] / MONEY,
        effect.reshape(count, len(sign), *shape) * sign[:, None, None],
        room.reshape(count, len(sign)) * sign,
        leaving * base.retired_scale() / MONEY,
        undone * sign[:, None],
    )


def keep_in_futures(model: RobustModel) -> None:
    """Every target holds in every future:  Σ e[s,k,m,τ]·n[m,τ] - x[s,k] <= room[s,k].

    Floors are turned round. A hard target has x = 0, a soft one is missed at its price.
    """
    _open(model)
    _require_targets(model, np.maximum(_most(model, model.optional), 0.0))


def price_misses(model: RobustModel) -> None:
    """Soft targets alone hold, or are missed at their price:  Σ e·n - x[s,k] <= room[s,k], k soft.

    What is then least on average costs nothing for sureness; other plans are held against it.
    """
    _open(model)
    soft = np.broadcast_to(~model.hard[:, None], model.room.T.shape)
    _require_targets(
        model,
        np.maximum(_most(model, model.optional & ~model.hard), 0.0),
        where=xr.DataArray(soft, dims=("target", "future")),
    )


def keep_in_share(model: RobustModel, share: float) -> None:
    """Hard targets hold but where a future is given up:  Σ e·n - x[s,k] - M[s,k]·g[s] <= room[s,k].

    Futures given up weigh little enough:  Σ_s p[s]·g[s] <= 1 - share. M[s,k] is
    the most that builds can add beyond the room.
    """
    _open(model)
    most = np.maximum(_most(model, model.hard | model.optional), 0.0)
    free = xr.DataArray((most[:, model.hard] > 0).any(axis=1).astype(float), dims="future")
    given_up = model.add("given_up", upper=free, integer=True)
    big = xr.DataArray(np.where(model.hard, -most, 0.0).T, dims=("target", "future"))
    _require_targets(model, most, (given_up, big))
    model.base.program.require(
        "share",
        [(given_up, model.weighed(model.futures.probabilities, "share"))],
        rows={"part": np.array(["share"])},
        at_most=1.0 - share,
    )


def keep_in_tail(model: RobustModel, share: float) -> None:
    """Hard targets hold on average of the worst futures:  a + Σ_s p[s]·v[s] / (1 - share) <= 0.

    v[s] >= (Σ e·n - room[s,k]) - a for every hard target k, v[s] >= 0. Then the share holds too
    (Rockafellar & Uryasev 2000), which is why this is safe. Where a target leaves a choice, a has
    a lower bound L, the least that the largest miss of a future can be, whatever is built and
    chosen; M[s,k] is counted from there, M[s,k] - L.
    """
    _open(model)
    program, hard = model.base.program, model.hard
    most = _most(model, model.optional)
    least = _least_miss(model) if (model.optional & hard).any() else -np.inf
    anchor = program.add("anchor", {"part": np.array(["tail"])}, lower=least)
    beyond = model.add("beyond")
    most = np.maximum(np.where(model.optional & hard, most - least, most), 0.0)
    minus = np.broadcast_to(-hard.astype(float)[:, None], model.room.T.shape)
    _require_targets(
        model,
        most,
        (beyond, xr.DataArray(minus, dims=("target", "future"))),
        (anchor, xr.DataArray(minus[..., None], dims=("target", "future", "part"))),
    )
    weight = model.weighed(model.futures.probabilities / (1.0 - share), "tail")
    program.require(
        "tail",
        [(anchor, 1.0), (beyond, weight)],
        rows={"part": np.array(["tail"])},
        at_most=0.0,
    )


def sum_future_changes(model: RobustModel) -> None:
    """Amounts that alternatives compare change in each future:  d[s,p] - Σ e[s,m,τ,p]·n[m,τ] = 0.

    The rows of alternatives are written over these changes d[s,p] of a numerator in a year p, as
    each would otherwise hold every build.
    """
    base = model.base
    if base.changes is None:
        return
    amounts = [Target.at(name, name, year, 0.0) for name, year in compared_of(base.problem)]
    parts, size = model.futures.problems, base.scale.changes
    effect = [[it.effect(one.numerators, one.years) for it in amounts] for one in parts]
    scaled = np.array(effect) * base.scale.builds[:, None] / size[:, None, None]
    coords = {"future": np.asarray(model.futures.names), **base.changes.coords}
    changes = base.program.add("future_changes", coords, lower=-np.inf)
    dims = ("future", "compared", "measure", "build_year")
    terms: list[tuple[Block, Coefficient]] = [
        (changes, 1.0),
        (model.made, xr.DataArray(-scaled, dims=dims)),
    ]
    if base.retired is not None:
        undone = np.array([[one.undone(it) for it in amounts] for one in parts])
        gone = undone * base.retired_scale() / size[:, None]
        terms.append((base.retired, xr.DataArray(-gone, dims=("future", "compared", "retirement"))))
    base.program.require("future_changes", terms, rows=coords, equal=0.0)


def aim_at(model: RobustModel, aim: Aim, tail: float, best: FloatArray) -> None:
    """Minimise the cost over the futures as it is aimed at:  Σ_s p[s]·C[s].

    That is the expected cost. Tail: η + Σ_s p[s]·u[s] / (1 - tail), u[s] >= C[s] - η, u[s] >= 0.
    Regret: R with C[s] - R <= best[s].
    """
    program, chance = model.base.program, model.futures.probabilities
    program.change_cost(model.base.shortfall, 0.0)
    if aim == "expected":
        mean = np.tensordot(chance, model.cost, axes=1)
        program.change_cost(model.base.builds, xr.DataArray(mean, dims=("measure", "year")))
        missed = program.blocks["future_shortfall"]
        price = np.outer(model.base.miss_cost(), chance)
        program.change_cost(missed, xr.DataArray(price, dims=("target", "future")))
        if model.base.retired is not None:
            leaving = xr.DataArray(chance @ model.leaving, dims="retirement")
            program.change_cost(model.base.retired, leaving)
        return
    model.base.charge(builds=False)
    part = {"aim": np.array([aim])}
    level = program.add("level", part, lower=-np.inf, cost=1.0)
    every = {"future": np.asarray(model.futures.names)}
    minus = xr.DataArray(-np.ones((len(chance), 1)), dims=("future", "aim"))
    if aim == "regret":
        most = xr.DataArray(best / MONEY, dims="future")
        program.require("regret", [*model.costs(), (level, minus)], rows=every, at_most=most)
        return
    weight = xr.DataArray(chance / (1.0 - tail), dims="future")
    over = model.add("over", cost=weight)
    terms = [*model.costs(), (level, minus), (over, -1.0)]
    program.require("dear_futures", terms, rows=every, at_most=0.0)


def _open(model: RobustModel) -> None:
    """Let soft targets be missed in each future, and sum what alternatives compare there."""
    soft = np.where(model.hard, 0.0, np.inf)
    model.base.program.add("future_shortfall", model.rows, upper=xr.DataArray(soft, dims="target"))
    sum_future_changes(model)


def _require_targets(
    model: RobustModel,
    most: FloatArray,
    *terms: tuple[Block, Coefficient],
    where: xr.DataArray | None = None,
) -> None:
    """Add the rows of targets in futures, with further terms.

    Parameters
    ----------
    most : (future, target)
        By how much a row of an alternative that is not chosen may be missed.
    """
    missed = model.base.program.blocks["future_shortfall"]
    less = xr.DataArray(-np.ones(model.room.T.shape), dims=("target", "future"))
    leeway = np.where(model.optional, most, 0.0)
    model.base.program.require(
        "future_targets",
        [*model.missed(), (missed, less), *_choice_terms(model, leeway), *terms],
        rows=model.rows,
        at_most=xr.DataArray((model.room + leeway).T, dims=("target", "future")),
        where=where,
    )


def _choice_terms(model: RobustModel, leeway: FloatArray) -> list[tuple[Block, Coefficient]]:
    """Return the terms of alternatives in the rows of targets, over target and future."""
    base = model.base
    changes = base.program.blocks.get("future_changes")
    if base.chosen is None or changes is None:
        return []
    floor = np.array([target.sense != "at_most" for target in base.problem.targets])
    weights = change_weights(base) * np.where(floor, -1.0, 1.0)[:, None]
    allowed = leeway[:, :, None] * own_alternative(base)
    opened = xr.DataArray(allowed, dims=("future", "target", "alternative"))
    summed = xr.DataArray(weights, dims=("target", "compared"))
    return [(base.chosen, opened), (changes, summed)]


def _most(model: RobustModel, where: BoolArray) -> FloatArray:
    """Return the most that builds can add beyond the room, (future, target), zero elsewhere.

    Raises
    ------
    ScenarioError
        When a measure without limits makes that infinite.
    """
    reach = model.reach(where=where)
    _require_limits(model, reach)
    return np.where(where, reach.sum(axis=2) - model.room, 0.0)


def _least_miss(model: RobustModel) -> float:
    """Return a miss that the largest one of a future is never below, whatever is built."""
    hard = model.hard
    reach = model.reach(-1.0, where=hard)
    least = -(reach.sum(axis=2) + model.room)
    least = np.where(hard, least, least[:, hard].min(axis=1, keepdims=True))
    floors = [
        np.min([least[:, rows].max(axis=1) for rows in one.ways], axis=0)
        for one in held_by(model.base.problem.targets)
    ]
    found = min(0.0, float(np.max(floors, axis=0).min()))
    if np.isinf(found):
        _require_limits(model, reach)
    return found


def _require_limits(model: RobustModel, reach: FloatArray) -> None:
    """Refuse what no limit holds, (future, target, measure)."""
    problem = model.base.problem
    for at in np.argwhere(np.isinf(reach).any(axis=2))[:1]:
        future, row = at.tolist()
        target, free = problem.targets[row], unlimited(problem, reach[future, row])
        where = f"target '{target.group}', future '{model.futures.names[future]}'"
        if target.either:
            raise ScenarioError(
                f"{where}: it leaves a choice, and builds without a limit set no bound to what is "
                f"not chosen: give a potential or a yearly limit to {free}"
            )
        raise ScenarioError(
            f"{where}: builds without a limit add to it, so no future can be given up: state a "
            f"limit, a potential or one a year, of {free}, or keep = 1"
        )
