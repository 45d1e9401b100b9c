"""The assembled program: bare vectors and one sparse matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sparse

from carbonpeak.optimiser.blocks import FloatArray, IntArray

_NONE = np.zeros(0, np.int64), np.zeros(0, np.int64)


@dataclass(eq=False)
class Matrix:
    """The assembled program, column by column.

    `defined` are columns to which rows give their value, and these rows, one each.
    """

    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: IntArray
    row_lower: FloatArray
    row_upper: FloatArray
    entries: sparse.csc_array
    defined: tuple[IntArray, IntArray] = _NONE

    @property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lower and upper bounds of the columns."""
        return self.lower, self.upper

    def copy(self) -> Matrix:
        """Return the same program whose bounds and costs change on their own."""
        own = {name: getattr(self, name).copy() for name in _CHANGING}
        return replace(self, **own)


_CHANGING = ("cost", "lower", "upper", "row_lower", "row_upper")


@dataclass(eq=False)
class Parts:
    """Arrays gathered block by block, before they are one matrix."""

    cost: list[FloatArray] = field(default_factory=list)
    lower: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    integer: list[IntArray] = field(default_factory=list)
    row_lower: list[FloatArray] = field(default_factory=list)
    row_upper: list[FloatArray] = field(default_factory=list)
    entries: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    defined: list[tuple[IntArray, IntArray]] = field(default_factory=list)

    def assembled(self, size: tuple[int, int]) -> Matrix:
        """Join the parts; the matrix shares its vectors with them, so that changes stay."""
        return Matrix(
            cost=joined(self.cost),
            lower=joined(self.lower),
            upper=joined(self.upper),
            integer=np.concatenate([np.zeros(0, np.int64), *self.integer]),
            row_lower=joined(self.row_lower),
            row_upper=joined(self.row_upper),
            entries=columnwise(self.entries, size),
            defined=self._defined(),
        )

    def _defined(self) -> tuple[IntArray, IntArray]:
        columns, rows = zip(_NONE, *self.defined, strict=True)
        return np.concatenate(columns), np.concatenate(rows)

    def replaced_by(self, matrix: Matrix) -> Parts:
        """Return parts that share their vectors with another matrix of the same entries."""
        vectors = {name: [getattr(matrix, name)] for name in (*_CHANGING, "integer")}
        return Parts(**vectors, entries=list(self.entries), defined=list(self.defined))


def joined(parts: list[FloatArray]) -> FloatArray:
    """Join the parts in place into one array, and return it."""
    parts[:] = [np.concatenate([np.zeros(0), *parts])]
    return parts[0]


def columnwise(
    parts: Sequence[tuple[IntArray, IntArray, FloatArray]], shape: tuple[int, int]
) -> sparse.csc_array:
    """Join the entries into one matrix; entries of the same place add up."""
    empty = np.zeros(0, np.int64)
    rows = np.concatenate([empty, *(part[0] for part in parts)])
    columns = np.concatenate([empty, *(part[1] for part in parts)])
    values = np.concatenate([np.zeros(0), *(part[2] for part in parts)])
    return sparse.csc_array((values, (rows, columns)), shape=shape)
