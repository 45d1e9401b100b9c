"""The program of one choice of builds beside many futures, one family of rows per function.

A future s is the same problem with other numbers, of probability p[s] (1). Builds n[m, τ] are one
choice for all futures; C[s] is their discounted cost in s, misses of soft targets with it
(CNY2020); e[s, k, m, τ] what a build adds to target k in s, and room[s, k] what may be added;
x[s, k] is a soft target missed there (all in the unit of the target); g[s] = 1 where the hard
targets of s are given up (0 or 1). What retires counts as in the formulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import xarray as xr

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.blocks import Block, BoolArray, Coefficient, FloatArray, Labels
from carbonpeak.optimiser.costs import retirement_cost, unit_cost
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.reach import highest, with_retirement

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
        terms: list[tuple[Block, Coefficient]] = [(self._made, cost), (missed, price)]
        if self.base.retired is not None:
            leaving = xr.DataArray(self.leaving, dims=("future", "retirement"))
            terms.append((self.base.retired, leaving))
        return terms

    @property
    def _made(self) -> Block:
        return self.base.builds.rename(year="build_year")

    @property
    def rows(self) -> dict[str, Labels]:
        """Labels of rows over target and future."""
        targets = np.asarray([target.name for target in self.base.problem.targets])
        return {"target": targets, "future": np.asarray(self.futures.names)}

    def weighed(self, weights: FloatArray, part: str) -> xr.DataArray:
        """Return weights of the futures in the one row of a part, (future, part)."""
        return xr.DataArray(weights[:, None], {"part": [part]}, dims=("future", "part"))

    def missed(self) -> list[tuple[Block, Coefficient]]:
        """Return the terms of what the builds add to each target, over target and future."""
        dims = ("future", "target", "measure", "build_year")
        terms: list[tuple[Block, Coefficient]] = [
            (self._made, xr.DataArray(self.effect, dims=dims))
        ]
        if self.base.retired is not None:
            undone = xr.DataArray(self.undone, dims=("future", "target", "retirement"))
            terms.append((self.base.retired, undone))
        return terms

    def most(self) -> FloatArray:
        """Return the most that builds can add beyond the room, (future, target)."""
        problem, scale = self.base.problem, self.base.scale
        reach = np.empty(self.room.shape)
        for at in np.ndindex(*reach.shape):
            native = self.effect[at] / scale.builds[:, None]
            gone = self.undone[at] / self.base.retired_scale()
            reach[at] = highest(problem, with_retirement(problem, native, gone)).sum()
        return np.asarray(reach - self.room)


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
    _open_soft(model)
    room = xr.DataArray(model.room.T, dims=("target", "future"))
    model.base.program.require(
        "future_targets", [*model.missed(), _slack(model)], rows=model.rows, at_most=room
    )


def price_misses(model: RobustModel) -> None:
    """Soft targets alone hold, or are missed at their price:  Σ e·n - x[s,k] <= room[s,k], k soft.

    What is then least on average costs nothing for sureness; other plans are held against it.
    """
    _open_soft(model)
    soft = np.broadcast_to(~model.hard[:, None], model.room.T.shape)
    model.base.program.require(
        "future_targets",
        [*model.missed(), _slack(model)],
        rows=model.rows,
        at_most=xr.DataArray(model.room.T, dims=("target", "future")),
        where=xr.DataArray(soft, dims=("target", "future")),
    )


def keep_in_share(model: RobustModel, share: float) -> None:
    """Hard targets hold but where a future is given up:  Σ e·n - x[s,k] - M[s,k]·g[s] <= room[s,k].

    Futures given up weigh little enough:  Σ_s p[s]·g[s] <= 1 - share. M[s,k] is
    the most that builds can add beyond the room.
    """
    _open_soft(model)
    most = np.maximum(model.most(), 0.0)
    if np.isinf(most[:, model.hard]).any():
        raise ScenarioError(
            "a measure without potential and yearly limit adds to a target, so no future can be "
            "given up: state a limit, or keep = 1"
        )
    free = xr.DataArray((most[:, model.hard] > 0).any(axis=1).astype(float), dims="future")
    given_up = model.add("given_up", upper=free, integer=True)
    big = xr.DataArray(np.where(model.hard, -most, 0.0).T, dims=("target", "future"))
    room = xr.DataArray(model.room.T, dims=("target", "future"))
    program = model.base.program
    program.require(
        "future_targets",
        [*model.missed(), _slack(model), (given_up, big)],
        rows=model.rows,
        at_most=room,
    )
    program.require(
        "share",
        [(given_up, model.weighed(model.futures.probabilities, "share"))],
        rows={"part": np.array(["share"])},
        at_most=1.0 - share,
    )


def keep_in_tail(model: RobustModel, share: float) -> None:
    """Hard targets hold on average of the worst futures:  a + Σ_s p[s]·v[s] / (1 - share) <= 0.

    v[s] >= (Σ e·n - room[s,k]) - a for every hard target k, v[s] >= 0. Then the share holds too
    (Rockafellar & Uryasev 2000), which is why this is safe.
    """
    _open_soft(model)
    program = model.base.program
    anchor = program.add("anchor", {"part": np.array(["tail"])}, lower=-np.inf)
    beyond = model.add("beyond")
    held = xr.DataArray(model.hard.astype(float), dims="target")
    ones = np.ones(model.room.T.shape)
    label = xr.DataArray(
        -(ones * held.values[:, None])[..., None], dims=("target", "future", "part")
    )
    minus = xr.DataArray(-ones * held.values[:, None], dims=("target", "future"))
    program.require(
        "future_targets",
        [*model.missed(), _slack(model), (beyond, minus), (anchor, label)],
        rows=model.rows,
        at_most=xr.DataArray(model.room.T, dims=("target", "future")),
    )
    weight = model.weighed(model.futures.probabilities / (1.0 - share), "tail")
    program.require(
        "tail",
        [(anchor, 1.0), (beyond, weight)],
        rows={"part": np.array(["tail"])},
        at_most=0.0,
    )


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


def _open_soft(model: RobustModel) -> None:
    """Let soft targets be missed in each future."""
    soft = np.where(model.hard, 0.0, np.inf)
    model.base.program.add(
        "future_shortfall",
        model.rows,
        upper=xr.DataArray(soft, dims="target"),
    )


def _slack(model: RobustModel) -> tuple[Block, Coefficient]:
    missed = model.base.program.blocks["future_shortfall"]
    return missed, xr.DataArray(-np.ones(model.room.T.shape), dims=("target", "future"))
