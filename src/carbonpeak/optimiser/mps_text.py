"""A program as text in free MPS format, for other solvers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from carbonpeak.optimiser.blocks import Block, Rows
from carbonpeak.optimiser.matrix import Matrix
from carbonpeak.optimiser.names import column_names, row_names

_COST = "cost"


def mps_text(matrix: Matrix, blocks: Iterable[Block], rows: Iterable[Rows]) -> str:
    """Return the program in free MPS format; numbers are exact."""
    columns, named = column_names(blocks), row_names(rows)
    ends = list(zip(named, matrix.row_lower.tolist(), matrix.row_upper.tolist(), strict=True))
    lines = [
        "NAME carbonpeak",
        "ROWS",
        f" N {_COST}",
        *(f" {_sense(low, high)} {name}" for name, low, high in ends),
        "COLUMNS",
        *_columns(matrix, columns, named),
        "RHS",
        *(f" rhs {name} {_side(low, high)!r}" for name, low, high in ends if _side(low, high)),
        "RANGES",
        *(f" range {name} {high - low!r}" for name, low, high in ends if _ranged(low, high)),
        "BOUNDS",
        *_bounds(matrix, columns),
        "ENDATA",
    ]
    return "\n".join([*lines, ""])


def _ranged(low: float, high: float) -> bool:
    return bool(np.isfinite(low) and np.isfinite(high) and low != high)


def _sense(low: float, high: float) -> str:
    if low == high:
        return "E"
    if np.isfinite(high):
        return "L"
    return "G" if np.isfinite(low) else "N"


def _side(low: float, high: float) -> float:
    side = high if np.isfinite(high) else low
    return side if np.isfinite(side) else 0.0


def _columns(matrix: Matrix, columns: Sequence[str], named: Sequence[str]) -> Iterator[str]:
    held, whole = matrix.entries, False
    for at, name in enumerate(columns):
        if whole != bool(matrix.integer[at]):
            whole = not whole
            yield f" M{at} 'MARKER' '{'INTORG' if whole else 'INTEND'}'"
        yield f" {name} {_COST} {float(matrix.cost[at])!r}"
        part = slice(held.indptr[at], held.indptr[at + 1])
        for row, value in zip(held.indices[part].tolist(), held.data[part].tolist(), strict=True):
            yield f" {name} {named[row]} {value!r}"
    if whole:
        yield f" M{len(columns)} 'MARKER' 'INTEND'"


def _bounds(matrix: Matrix, columns: Sequence[str]) -> Iterator[str]:
    """State both ends of every column: readers differ in what they assume."""
    ends = zip(columns, matrix.lower.tolist(), matrix.upper.tolist(), strict=True)
    for name, low, high in ends:
        if low == high:
            yield f" FX bound {name} {low!r}"
            continue
        yield f" LO bound {name} {low!r}" if np.isfinite(low) else f" MI bound {name}"
        yield f" UP bound {name} {high!r}" if np.isfinite(high) else f" PL bound {name}"
