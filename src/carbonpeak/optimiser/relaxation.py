"""Limits that may give: each a variable of one program, opened and closed by its bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.limit_families import ROW_FAMILIES, OfModel, RowFamily
from carbonpeak.optimiser.model import WHOLE, LeastCostModel
from carbonpeak.optimiser.program import Block, Program
from carbonpeak.optimiser.solver import Basis


@dataclass(frozen=True, eq=False)
class Slack:
    """By how much the limits of one family give, by subject, in the unit of its rows.

    Attributes
    ----------
    family : RowFamily
        Whose limits.
    block : Block
        The variables, closed at 0 until opened.
    before : (subject,)
        The limits as they stand, in native units.
    step : (subject,)
        Change of the limit, in native units, per unit of the variable: negative for a floor.
    """

    family: RowFamily
    block: Block
    before: FloatArray
    step: FloatArray

    def open(self, program: Program) -> None:
        """Let the limits give."""
        program.set_bounds(self.block)

    def close(self, program: Program) -> None:
        """Let the limits hold."""
        program.set_bounds(self.block, upper=0.0)


def loosen(model: LeastCostModel, basis: Basis | None) -> tuple[tuple[Slack, ...], Basis | None]:
    """Add a closed variable to every limit that may give.

    Parameters
    ----------
    model : LeastCostModel
        With the reach of limits that give; its program is changed.
    basis : Basis, optional
        Where the program stands.

    Returns
    -------
    slacks : tuple of Slack
        In the order of the families.
    basis : Basis, optional
        The same point in the larger program.
    """
    _yearly_limits_as_rows(model)
    _windows_as_rows(model)
    slacks = [
        _slack(model, family, family.limit)
        for family in ROW_FAMILIES
        if family.limit is not None
        and family.rows in model.program.rows
        and (model.program.rows[family.rows].numbers >= 0).any()
        and np.isfinite(family.limit(model)).any()
    ]
    return tuple(slacks), None if basis is None else _same_point(model, basis)


def _slack(model: LeastCostModel, family: RowFamily, limit: OfModel) -> Slack:
    """Add r[subject] to the rows of a family:  sum - r <= limit,  or  sum + r >= limit."""
    program, rows = model.program, model.program.rows[family.rows]
    before, step = limit(model), family.scale(model)
    known, size = np.isfinite(before), np.abs(before)
    weight = np.where(known & (size > 0), step / np.where(size > 0, size, 1.0), 1.0)
    labels = {family.along: rows.coords[family.along]}
    block = program.add(
        f"{family.name}_gives", labels, upper=0.0, cost=model.sized(weight, family.along)
    )
    sign = 1.0 if family.floor else -1.0
    gives = np.where(known, sign, 0.0).reshape(-1, *[1] * (rows.numbers.ndim - 1))
    gives = np.broadcast_to(gives, rows.numbers.shape)
    program.extend(family.rows, [(block, model.sized(gives, *rows.dims))])
    return Slack(family, block, before, -sign * step)


def _yearly_limits_as_rows(model: LeastCostModel) -> None:
    """Builds of a year:  n[m,t] <= limit[m]  within the window."""
    problem, program = model.problem, model.program
    limit = problem.yearly_limit / model.scale.builds
    inside = problem.window & np.isfinite(limit)[:, None]
    lower, upper = program.bounds(model.builds)
    program.set_bounds(
        model.builds,
        lower=model.sized(lower, *model.builds.dims),
        upper=model.sized(np.where(inside, np.inf, upper), *model.builds.dims),
    )
    program.require(
        "yearly_limit",
        [(model.builds, 1.0)],
        at_most=model.sized(limit, "measure"),
        where=model.sized(inside, *model.builds.dims),
    )


def _windows_as_rows(model: LeastCostModel) -> None:
    """Builds outside the window, each within its yearly limit:  Σ_{t outside} n[m,t] <= 0."""
    problem, program = model.problem, model.program
    outside = ~problem.window
    may_open = model.reach.window & outside
    limit = problem.yearly_limit / model.scale.builds
    whole = np.where(problem.integer, np.floor(limit + WHOLE), limit)
    lower, upper = program.bounds(model.builds)
    program.set_bounds(
        model.builds,
        lower=model.sized(lower, *model.builds.dims),
        upper=model.sized(np.where(may_open, whole[:, None], upper), *model.builds.dims),
    )
    program.require(
        "window",
        [(model.builds, model.sized(outside.astype(float), *model.builds.dims))],
        rows={"measure": model.builds.coords["measure"]},
        at_most=0.0,
        where=model.sized(outside.sum(axis=1) > 0, "measure"),
    )


def _same_point(model: LeastCostModel, basis: Basis) -> Basis:
    """Return the basis in the larger program: rows stand for bounds, nothing else has moved."""
    program, outside = model.program, ~model.problem.window
    rows, columns = program.size
    grown = basis.grown(columns, rows)
    grown.columns_up[model.builds.columns[outside]] = False
    numbers = program.rows["yearly_limit"].numbers
    stands = numbers >= 0
    return grown.with_rows_for_bounds(model.builds.columns[stands], numbers[stands])
