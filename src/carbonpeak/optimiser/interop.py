"""A program in another modelling library."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.blocks import Block, FloatArray, IntArray, Rows
from carbonpeak.optimiser.matrix import Matrix
from carbonpeak.optimiser.names import row_names
from carbonpeak.optimiser.program import Program

if TYPE_CHECKING:
    import linopy


def to_linopy(program: Program) -> linopy.Model:
    """Return a program as a model of linopy, with the same names and labels.

    Rows with two different bounds become two constraints, `NAME_at_most` and `NAME_at_least`;
    a block of which a part is whole becomes two variables, `NAME` and `NAME_whole`.

    Raises
    ------
    ResultError
        When linopy is not installed.
    """
    if find_spec("linopy") is None:
        raise ResultError("linopy is not installed; pip install 'carbonpeak[linopy]' brings it")
    import linopy

    matrix, model = program.matrix(), linopy.Model()
    variables = np.full(program.size[1], -1, dtype=np.int64)
    for block in program.blocks.values():
        _add(model, matrix, block, variables)
    costly = np.flatnonzero(matrix.cost)
    model.add_objective(
        linopy.LinearExpression(_terms("cost", variables[costly], matrix.cost[costly]), model)
    )
    by_row = matrix.entries.tocsr()
    for rows in program.rows.values():
        _constrain(model, matrix, by_row, rows, variables)
    return model


def _add(model: linopy.Model, matrix: Matrix, block: Block, variables: IntArray) -> None:
    """Add a block; where some of it is whole and some is not, as two variables."""
    whole = matrix.integer[block.columns].astype(bool)
    coords = {dim: pd.Index(labels, name=dim) for dim, labels in block.coords.items()}
    lower, upper = (
        xr.DataArray(bound[block.columns], coords, block.dims) for bound in matrix.bounds
    )
    for kind, part in (("", ~whole), ("_whole", whole)):
        if part.any():
            added = model.add_variables(
                lower,
                upper,
                name=f"{block.name}{kind}",
                mask=xr.DataArray(part, coords, block.dims),
                integer=kind == "_whole",
            )
            variables[block.columns[part]] = added.labels.to_numpy()[part]


def _constrain(
    model: linopy.Model, matrix: Matrix, by_row: Any, rows: Rows, variables: IntArray
) -> None:
    import linopy

    numbers = rows.numbers[rows.numbers >= 0]
    if not numbers.size:
        return
    held, dim = by_row[numbers], f"{rows.name}_row"
    labels = pd.Index(row_names([rows]), name=dim)
    count = np.diff(held.indptr)
    place = np.arange(held.nnz) - np.repeat(held.indptr[:-1], count)
    row = np.repeat(np.arange(len(numbers)), count)
    shape = len(numbers), int(count.max(initial=1))
    which, values = np.full(shape, -1, dtype=np.int64), np.full(shape, np.nan)
    which[row, place], values[row, place] = variables[held.indices], held.data
    low, high = matrix.row_lower[numbers], matrix.row_upper[numbers]
    kinds = {
        "": (low == high, "=", low),
        "_at_most": (np.isfinite(high) & (low != high), "<=", high),
        "_at_least": (np.isfinite(low) & (low != high), ">=", low),
    }
    used = [kind for kind, (stands, _, _) in kinds.items() if stands.any()]
    for kind in used:
        stands, sign, side = kinds[kind]
        terms = _terms(dim, which[stands], values[stands]).assign_coords({dim: labels[stands]})
        name = rows.name if len(used) == 1 else f"{rows.name}{kind}"
        model.add_constraints(
            linopy.LinearExpression(terms, model),
            sign,
            xr.DataArray(side[stands], {dim: labels[stands]}),
            name=name,
        )


def _terms(dim: str, variables: IntArray, values: FloatArray) -> xr.Dataset:
    """Return sums of terms as linopy holds them: one axis of rows, or none, and one of terms."""
    dims = (dim, "_term")[-variables.ndim :]
    const = np.zeros(variables.shape[:-1])
    return xr.Dataset(
        {"coeffs": (dims, values), "vars": (dims, variables), "const": (dims[:-1], const)}
    )
