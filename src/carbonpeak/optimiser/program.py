"""A linear or mixed-integer program of labelled blocks over one live HiGHS solver.

It knows no carbon. Every block states its dims and labels, every row block checks them, and the
whole matrix is put together once, without a Python loop over rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from pathlib import Path

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.blocks import (
    Block,
    Coefficient,
    FloatArray,
    IntArray,
    Labels,
    Rows,
    Term,
    as_labels,
    check_term,
    entries,
    one_each,
    shape_of,
    spread,
)
from carbonpeak.optimiser.lp_text import lp_text
from carbonpeak.optimiser.matrix import Matrix, Parts, joined
from carbonpeak.optimiser.mps_text import mps_text
from carbonpeak.optimiser.solution import Solution
from carbonpeak.optimiser.solver import Answer, Basis, Solver, SolverSettings, Status

__all__ = ["Block", "Program", "Solution", "SolverSettings", "Status", "Term"]

Terms = Sequence[Term | tuple[Block, Coefficient]]
_Places = Mapping[str, tuple[tuple[str, ...], IntArray]]


class Program:
    """Minimise the cost of labelled variables under labelled rows."""

    def __init__(self) -> None:
        self.blocks: dict[str, Block] = {}
        self.rows: dict[str, Rows] = {}
        self._labels: dict[str, Labels] = {}
        self._indexed: dict[tuple[str, ...], xr.Coordinates] = {}
        self._columns = 0
        self._row_count = 0
        self._parts = Parts()
        self._matrix: Matrix | None = None
        self._solver: Solver | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return self._row_count, self._columns

    @property
    def whole(self) -> bool:
        """Whether any variable takes whole numbers only, so that a solution has no duals."""
        return any(bool(part.any()) for part in self._parts.integer)

    def add(
        self,
        name: str,
        coords: Mapping[str, Iterable[object]],
        *,
        lower: Coefficient = 0.0,
        upper: Coefficient = np.inf,
        cost: Coefficient = 0.0,
        integer: bool | xr.DataArray = False,
    ) -> Block:
        """Add variables `name` over the dims and labels of `coords`.

        `lower`, `upper`, `cost` and `integer` may be constant along some of the dims.

        Raises
        ------
        ValueError
            When the name is taken, also by a dim, or the dims or labels do not fit.
        """
        labels = self._known(name, coords, self.blocks)
        shape = shape_of(labels)
        count = int(np.prod(shape))
        columns = np.arange(self._columns, self._columns + count).reshape(shape)
        where = f"block '{name}'"
        for part, value in (("lower", lower), ("upper", upper), ("cost", cost)):
            getattr(self._parts, part).append(spread(where, value, labels).ravel())
        whole = spread(where, integer, labels).ravel()
        self._parts.integer.append(whole.astype(np.int64))
        self._columns += count
        self.blocks[name] = Block(name, labels, columns)
        self._forget()
        return self.blocks[name]

    def require(
        self,
        name: str,
        terms: Terms,
        *,
        rows: Mapping[str, Iterable[object]] | None = None,
        at_most: Coefficient = np.inf,
        at_least: Coefficient = -np.inf,
        equal: Coefficient | None = None,
        where: xr.DataArray | None = None,
        defines: Block | None = None,
    ) -> None:
        """Require `at_least <= sum of terms <= at_most`, one row per label.

        Parameters
        ----------
        name : str
            Name of the rows.
        terms : sequence of Term or (Block, coefficient)
            Dims of a block that the rows do not have are summed.
        rows : mapping, optional
            Dims and labels of the rows. Without it they are those of the first block, nothing
            is summed, and every block must have just these dims.
        at_most, at_least, equal : float or DataArray
            Bounds; each may be constant along some dims of the rows.
        where : DataArray of bool, optional
            Rows to keep.
        defines : Block, optional
            Variables that the rows give values to, one each, in the order of the rows, by those
            before and by others. A linear program starts with them worked out.

        Raises
        ------
        ValueError
            When the name is taken, also by a dim, or dims or labels do not fit; names the rows, the
            block and the dims.
        """
        given = [term if isinstance(term, Term) else Term(*term) for term in terms]
        coords = given[0].block.coords if rows is None else rows
        block = self._number(name, self._known(name, coords, self.rows), where)
        for term in given:
            check_term(block, term, sums=rows is not None)
        lower, upper = (at_least, at_most) if equal is None else (equal, equal)
        found = [entries(block, term) for term in given]
        low, high = self._bounds(block, lower, upper)
        self._parts.entries += found
        self._parts.row_lower.append(low)
        self._parts.row_upper.append(high)
        self.rows[name] = block
        if defines is not None:
            self._parts.defined.append(one_each(block, defines))
        self._row_count += len(low)
        self._forget()

    def extend(self, name: str, terms: Terms) -> None:
        """Add terms to the rows `name` that stand; dims that the rows do not have are summed."""
        rows = self.rows[name]
        for given in terms:
            term = given if isinstance(given, Term) else Term(*given)
            check_term(rows, term, sums=True)
            self._parts.entries.append(entries(rows, term))
        self._forget()

    def solve(
        self,
        settings: SolverSettings | None = None,
        *,
        relaxed: bool = False,
        primal: bool = False,
    ) -> Solution:
        """Minimise; a second call after a change of bounds starts from the last basis.

        "Infeasible" is never said of a program that presolve has cut. `relaxed` lets integers
        take any value between their bounds, for duals. `primal` goes on faster from a basis that
        is feasible but no longer best.
        """
        answer = self._live().run(settings or SolverSettings(), relaxed=relaxed, primal=primal)
        return self._labelled(answer)

    def basis(self) -> Basis:
        """Return which columns and rows the last answer rests on.

        Raises
        ------
        SolverError
            When the last run left none, as after a search over integers.
        """
        return self._live().basis()

    def go_on_from(self, basis: Basis) -> None:
        """Start the next run from `basis`; what was added since starts at rest."""
        rows, columns = self.size
        self._live().set_basis(basis.grown(columns, rows))

    def fix_integers(self, solution: Solution, settings: SolverSettings | None = None) -> Solution:
        """Re-solve with the integers held at `solution`, for its duals; then release them."""
        matrix, solver = self._assembled(), self._live()
        whole = np.flatnonzero(matrix.integer)
        values = self._flat(solution.values)
        held = np.round(values[whole])
        solver.set_column_bounds(whole, held, held)
        answer = solver.run(settings or SolverSettings(), relaxed=True)
        solver.set_column_bounds(whole, matrix.lower[whole], matrix.upper[whole])
        return self._labelled(answer)

    def set_row_bounds(
        self,
        name: str,
        *,
        at_most: Coefficient = np.inf,
        at_least: Coefficient = -np.inf,
        equal: Coefficient | None = None,
    ) -> None:
        """Change the bounds of the rows `name`; the solver keeps its basis."""
        rows = self.rows[name]
        lower, upper = (at_least, at_most) if equal is None else (equal, equal)
        low, high = self._bounds(rows, lower, upper)
        numbers = rows.numbers[rows.numbers >= 0]
        matrix = self._assembled()
        matrix.row_lower[numbers], matrix.row_upper[numbers] = low, high
        if self._solver is not None:
            self._solver.set_row_bounds(numbers, low, high)

    def row_bounds(self, name: str) -> tuple[FloatArray, FloatArray]:
        """Return the lower and upper bounds of the rows `name` that stand, in their order."""
        numbers = self.rows[name].numbers
        kept = numbers[numbers >= 0]
        return joined(self._parts.row_lower)[kept], joined(self._parts.row_upper)[kept]

    def set_bounds(
        self, block: Block, *, lower: Coefficient = 0.0, upper: Coefficient = np.inf
    ) -> None:
        """Change the bounds of variables; the solver keeps its basis."""
        where = f"block '{block.name}'"
        low = spread(where, lower, block.coords).ravel()
        high = spread(where, upper, block.coords).ravel()
        columns = block.columns.ravel()
        lows, highs = self._column_bounds() if self._matrix is None else self._matrix.bounds
        lows[columns], highs[columns] = low, high
        if self._solver is not None:
            self._solver.set_column_bounds(columns, low, high)

    def bounds(self, block: Block) -> tuple[FloatArray, FloatArray]:
        """Return the lower and upper bounds of variables, over the dims of the block."""
        lows, highs = self._column_bounds() if self._matrix is None else self._matrix.bounds
        return lows[block.columns], highs[block.columns]

    def narrow(
        self, block: Block, *, lower: Coefficient = -np.inf, upper: Coefficient = np.inf
    ) -> None:
        """Keep the tighter of the present bounds of variables and those given."""
        low, high = self.bounds(block)
        where = f"block '{block.name}'"
        low = np.maximum(low, spread(where, lower, block.coords))
        high = np.minimum(high, spread(where, upper, block.coords))
        self.set_bounds(
            block,
            lower=xr.DataArray(low, dims=block.dims),
            upper=xr.DataArray(high, dims=block.dims),
        )

    def change_cost(self, block: Block, cost: Coefficient, *, keep_basis: bool = False) -> None:
        """Change the cost of variables; the solver forgets its basis, which seldom helps then."""
        values = spread(f"block '{block.name}'", cost, block.coords).ravel()
        columns = block.columns.ravel()
        self._costs()[columns] = values
        if self._solver is not None:
            self._solver.set_cost(columns, values, keep_basis=keep_basis)

    def costs(self) -> FloatArray:
        """Return a copy of the cost of every column, to be changed and set again."""
        return self._costs().copy()

    def set_costs(self, cost: FloatArray, *, keep_basis: bool = False) -> None:
        """Minimise another cost per column; `keep_basis` goes on from the last answer."""
        self._costs()[:] = cost
        if self._solver is not None:
            self._solver.set_cost(np.arange(self._columns), cost, keep_basis=keep_basis)

    def load(self) -> None:
        """Pass the program to the solver now rather than at the first solve."""
        self._live()

    def twin(self) -> Program:
        """Return the same program with bounds, costs and a solver of its own.

        It starts from where this one rests; whole numbers leave nothing to start from.
        """
        other, matrix = copy(self), self._assembled().copy()
        other.blocks, other.rows = dict(self.blocks), dict(self.rows)
        other._labels, other._indexed = dict(self._labels), dict(self._indexed)
        other._parts = self._parts.replaced_by(matrix)
        other._matrix, other._solver = matrix, None
        if self._solver is not None and self._solver.warm:
            other.go_on_from(self.basis())
        return other

    def matrix(self) -> Matrix:
        """Return the assembled arrays; they are the program's own, not to be written."""
        return self._assembled()

    def text(self) -> str:
        """Return the program in LP format, the same for the same program."""
        return lp_text(self._assembled(), self.blocks.values(), self.rows.values())

    def write_lp(self, path: Path | str) -> None:
        """Write the program in LP format; numbers are exact."""
        parts = self._assembled(), self.blocks.values(), self.rows.values()
        _write(path, lp_text(*parts, digits=17))

    def write_mps(self, path: Path | str) -> None:
        """Write the program in free MPS format; numbers are exact."""
        _write(path, mps_text(self._assembled(), self.blocks.values(), self.rows.values()))

    def write(self, path: Path | str) -> None:
        """Write the program in the format that the end of the name says, `.lp` or `.mps`.

        Raises
        ------
        ResultError
            When it is another ending.
        """
        writers = {".lp": self.write_lp, ".mps": self.write_mps}
        writers[require_ending(path)](path)

    def _known(
        self, name: str, coords: Mapping[str, Iterable[object]], taken: Mapping[str, object]
    ) -> dict[str, Labels]:
        if name in taken:
            raise ValueError(f"the name '{name}' is taken")
        labels = {dim: as_labels(values) for dim, values in coords.items()}
        # The Datasets of a solution hold variables, rows and labels of dims by one name each.
        named, dims = {name, *self.blocks, *self.rows}, {*labels, *self._labels}
        if both := named & dims:
            raise ValueError(
                f"'{name}' over ({', '.join(labels)}): '{min(both)}' would name a dim as well as "
                "variables or rows; rename one of them"
            )
        for dim, values in labels.items():
            known = self._labels.setdefault(dim, values)
            if not np.array_equal(known, values):
                raise ValueError(f"'{name}': dim '{dim}' has other labels elsewhere in the program")
        return labels

    def _number(self, name: str, labels: dict[str, Labels], where: xr.DataArray | None) -> Rows:
        shape = shape_of(labels)
        kept = np.ones(shape, dtype=bool)
        if where is not None:
            kept = spread(f"rows '{name}'", where, labels) > 0
        numbers = np.full(shape, -1, dtype=np.int64)
        numbers[kept] = np.arange(self._row_count, self._row_count + int(kept.sum()))
        return Rows(name, labels, numbers)

    def _bounds(
        self, rows: Rows, lower: Coefficient, upper: Coefficient
    ) -> tuple[FloatArray, FloatArray]:
        kept = rows.numbers >= 0
        where = f"bounds of rows '{rows.name}'"
        low = spread(where, lower, rows.coords)[kept]
        high = spread(where, upper, rows.coords)[kept]
        return low, high

    def _column_bounds(self) -> tuple[FloatArray, FloatArray]:
        return joined(self._parts.lower), joined(self._parts.upper)

    def _costs(self) -> FloatArray:
        return joined(self._parts.cost) if self._matrix is None else self._matrix.cost

    def _forget(self) -> None:
        self._matrix = self._solver = None

    def _assembled(self) -> Matrix:
        if self._matrix is None:
            self._matrix = self._parts.assembled(self.size)
        return self._matrix

    def _live(self) -> Solver:
        if self._solver is None:
            self._solver = Solver(self._assembled())
        return self._solver

    def _flat(self, values: xr.Dataset) -> FloatArray:
        flat = np.zeros(self._columns)
        for name, block in self.blocks.items():
            flat[block.columns] = values[name].to_numpy()
        return flat

    def _labelled(self, answer: Answer) -> Solution:
        columns = {name: (block.dims, block.columns) for name, block in self.blocks.items()}
        numbers = {name: (rows.dims, rows.numbers) for name, rows in self.rows.items()}
        return Solution(
            status=answer.status,
            objective=answer.objective,
            bound=answer.bound,
            pivots=answer.pivots,
            found=answer.found and bool(columns),
            read_values=lambda: self._read(columns, answer.values),
            read_duals=lambda: self._read(numbers, answer.duals),
            read_reduced_costs=lambda: self._read(columns, answer.reduced_costs),
            read_row_values=lambda: self._read(numbers, answer.row_values),
        )

    def _read(self, places: _Places, flat: FloatArray | None) -> xr.Dataset:
        """Label the values at some places; one of -1 has none."""
        if flat is None:
            return xr.Dataset()
        padded = np.append(flat, np.nan)
        dims = tuple(dict.fromkeys(dim for own, _ in places.values() for dim in own))
        if dims not in self._indexed:
            self._indexed[dims] = xr.Coordinates({dim: self._labels[dim] for dim in dims})
        variables = {name: (own, padded[at]) for name, (own, at) in places.items()}
        return xr.Dataset(variables, coords=self._indexed[dims])


def require_ending(path: Path | str) -> str:
    """Return the ending of a file for a program, or refuse it."""
    ending = Path(path).suffix.lower()
    if ending not in (".lp", ".mps"):
        raise ResultError(f"a program is written as .lp or .mps, not '{Path(path).name}'")
    return ending


def _write(path: Path | str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ResultError(f"{path}: cannot be written; {error.strerror}") from error
