"""The assembled program: bare vectors and one sparse matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from carbonpeak.optimiser.blocks import FloatArray, IntArray


@dataclass(eq=False)
class Matrix:
    """The assembled program, column by column."""

    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: IntArray
    row_lower: FloatArray
    row_upper: FloatArray
    entries: sparse.csc_array

    @property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lower and upper bounds of the columns."""
        return self.lower, self.upper


def columnwise(
    parts: Sequence[tuple[IntArray, IntArray, FloatArray]], shape: tuple[int, int]
) -> sparse.csc_array:
    """Join the entries into one matrix; entries of the same place add up."""
    empty = np.zeros(0, np.int64)
    rows = np.concatenate([empty, *(part[0] for part in parts)])
    columns = np.concatenate([empty, *(part[1] for part in parts)])
    values = np.concatenate([np.zeros(0), *(part[2] for part in parts)])
    return sparse.csc_array((values, (rows, columns)), shape=shape)
