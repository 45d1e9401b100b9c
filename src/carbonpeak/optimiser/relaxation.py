"""Give one kind of limit some slack, measure by measure."""

from __future__ import annotations

import numpy as np

from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.model import LeastCostModel
from carbonpeak.optimiser.program import Block

FAMILIES = ("yearly_limit", "potential", "ramp", "window")


def relax(model: LeastCostModel, family: str) -> tuple[Block, FloatArray, FloatArray]:
    """Open one family of limits by `relaxation[m] >= 0`.

    Returns
    -------
    relaxation : Block
        Over measure, in the scale of the builds.
    before : (measure,)
        The limit as it stands, in native units; 0 for a window.
    weight : (measure,)
        Cost of one unit, so that the relative change of limits is compared.
    """
    extra = model.program.add("relaxation", {"measure": model.builds.coords["measure"]})
    before: FloatArray = {
        "yearly_limit": _relax_yearly_limit,
        "potential": _relax_potential,
        "ramp": _relax_ramp,
        "window": _relax_window,
    }[family](model, extra)
    known = np.isfinite(before) & (before > 0)
    weight = np.where(known, model.scale.builds / np.where(known, before, 1.0), 1.0)
    return extra, before, weight


def _relax_yearly_limit(model: LeastCostModel, extra: Block) -> FloatArray:
    """Builds of a year:  n[m,t] - r[m] <= limit[m]  within the window."""
    problem = model.problem
    limit = problem.yearly_limit / model.scale.builds
    program, shape = model.program, np.shape(problem.committed)
    lower, _ = program.bounds(model.builds)
    upper = model.sized(np.where(problem.window, np.inf, 0.0), "measure", "year")
    program.set_bounds(model.builds, lower=model.sized(lower, "measure", "year"), upper=upper)
    program.require(
        "yearly_limit",
        [(model.builds, 1.0), (extra, model.sized(-np.ones(shape), "measure", "year"))],
        rows=model.builds.coords,
        at_most=model.sized(limit, "measure"),
        where=model.sized(problem.window & np.isfinite(limit)[:, None], "measure", "year"),
    )
    return np.asarray(problem.yearly_limit, dtype=float)


def _relax_potential(model: LeastCostModel, extra: Block) -> FloatArray:
    """Builds in all:  Σ_t n[m,t] - r[m] <= potential[m] - existing[m]."""
    problem = model.problem
    room = (problem.potential - problem.existing) / model.scale.builds
    model.program.set_row_bounds("potential")
    model.program.require(
        "potential_relaxed",
        [(model.builds, 1.0), (extra, -1.0)],
        rows={"measure": model.builds.coords["measure"]},
        at_most=model.sized(room, "measure"),
        where=model.sized(np.isfinite(room), "measure"),
    )
    return np.asarray(problem.potential, dtype=float)


def _relax_ramp(model: LeastCostModel, extra: Block) -> FloatArray:
    """Growth:  n[m,t] - rate[m]·n[m,t-1] - r[m] <= seed[m]."""
    problem = model.problem
    ramped = ~np.isnan(problem.ramp_rate)
    seed = np.where(ramped, problem.ramp_seed, np.inf)
    rate = np.where(ramped, problem.ramp_rate, 0.0)
    shape = np.shape(problem.committed)
    model.program.set_row_bounds("ramp")
    model.program.require(
        "ramp_relaxed",
        [
            (model.builds, 1.0),
            (model.builds.lagged(), model.sized(-rate, "measure")),
            (extra, model.sized(-np.ones(shape), "measure", "year")),
        ],
        rows=model.builds.coords,
        at_most=model.sized(seed / model.scale.builds, "measure"),
        where=model.sized(ramped, "measure"),
    )
    return np.where(ramped, seed, 0.0)


def _relax_window(model: LeastCostModel, extra: Block) -> FloatArray:
    """Builds outside the window:  Σ_{t outside} n[m,t] - r[m] <= 0."""
    problem, program = model.problem, model.program
    outside = ~problem.window
    lower, _ = program.bounds(model.builds)
    limit = problem.yearly_limit / model.scale.builds
    whole = np.where(problem.integer, np.floor(limit + 1e-9), limit)
    program.set_bounds(
        model.builds,
        lower=model.sized(lower, "measure", "year"),
        upper=model.sized(whole, "measure"),
    )
    program.require(
        "window",
        [
            (model.builds, model.sized(outside.astype(float), "measure", "year")),
            (extra, -1.0),
        ],
        rows={"measure": model.builds.coords["measure"]},
        at_most=0.0,
    )
    return np.zeros(len(problem.measures))
