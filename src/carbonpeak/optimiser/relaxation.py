"""Limits that may give: each a variable of one program, opened and closed by its bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.build_rows import AMPLE, most_built, most_standing
from carbonpeak.optimiser.limit_families import ROW_FAMILIES, OfModel, RowFamily
from carbonpeak.optimiser.model import WHOLE, LeastCostModel, along
from carbonpeak.optimiser.program import Block, Program, Term
from carbonpeak.optimiser.responses import response_terms
from carbonpeak.optimiser.solver import Basis

FURTHER = 100.0
"""By how much more of a measure a "yes" allows where its limits may give."""


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
        Its program is changed.
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
    _let_choices_allow_more(model)
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
    """Builds outside the window, each within its yearly limit:  Σ_{t outside} n[m,t] <= 0.

    Before the works can be done the window never opens.
    """
    problem, program = model.problem, model.program
    outside = ~problem.window
    may_open = outside & (np.asarray(problem.years) >= problem.soonest[:, None])
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


def _let_choices_allow_more(model: LeastCostModel) -> None:
    """A "yes" allows more than the limits do, in any year:  n[m,t] <= F·N[m]·b[m,t].

    And  x[m,t] <= F·X[m]·y[m,t],  with N and X those of the best year.
    """
    problem, program, scale = model.problem, model.program, model.scale.builds
    names = np.asarray(problem.measures)
    if model.built is not None:
        lumpy = problem.lumpy
        most = np.maximum(most_built(problem)[lumpy].max(axis=1), scale[lumpy])
        made = model.builds.pick("measure", along("lumpy", names[lumpy], names[lumpy]))
        program.set_bounds(model.built, upper=1.0)
        program.set_row_bounds("build_at_most")
        program.require(
            "build_if_chosen",
            [(made, model.sized(scale[lumpy] / most, "lumpy")), (model.built, -FURTHER)],
            at_most=0.0,
        )
    if model.stands is not None:
        chosen = problem.dependent
        there = problem.existing[chosen]
        most = np.maximum(most_standing(problem)[chosen].max(axis=1), AMPLE * scale[chosen])
        program.set_bounds(model.stands, upper=1.0)
        program.set_row_bounds("standing")
        part = problem.in_service[chosen] / most[:, None, None]
        program.require(
            "stand_if_chosen",
            [
                *response_terms(model, chosen, part, group=names[chosen], dim="dependent"),
                Term(model.stands, -FURTHER),
            ],
            rows={"dependent": names[chosen], "year": problem.years},
            at_most=model.sized(-there / most, "dependent"),
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
