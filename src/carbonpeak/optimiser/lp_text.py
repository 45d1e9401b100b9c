"""A program as text in LP format, for people, for golden tests and for other solvers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from carbonpeak.optimiser.blocks import Block, Rows
from carbonpeak.optimiser.matrix import Matrix
from carbonpeak.optimiser.names import column_names, row_names

Write = Callable[[float], str]


def lp_text(
    matrix: Matrix, blocks: Iterable[Block], rows: Iterable[Rows], *, digits: int = 12
) -> str:
    """Return the program in LP format; with 17 digits numbers are exact."""
    columns, named = column_names(blocks), row_names(rows)
    write = functools.partial(_number, digits=digits)
    lines = [
        "minimize",
        f" obj: {_objective(matrix, columns, write)}",
        "subject to",
        *_rows(matrix, columns, named, write),
        "bounds",
        *(_range(name, matrix, at, write) for at, name in enumerate(columns)),
    ]
    whole = [f" {name}" for name, flag in zip(columns, matrix.integer, strict=True) if flag]
    return "\n".join([*lines, *(["general", *whole] if whole else []), "end", ""])


def _objective(matrix: Matrix, columns: list[str], write: Write) -> str:
    at = np.flatnonzero(matrix.cost)
    stated = _sum(((matrix.cost[column], columns[column]) for column in at), write)
    return stated or "".join(f"0 {name}" for name in columns[:1])


def _rows(matrix: Matrix, columns: list[str], named: list[str], write: Write) -> Iterator[str]:
    by_row = matrix.entries.tocsr()
    for row, name in enumerate(named):
        part = slice(by_row.indptr[row], by_row.indptr[row + 1])
        pairs = zip(by_row.data[part], by_row.indices[part], strict=True)
        left = _sum(((value, columns[column]) for value, column in pairs), write)
        left = left or f"0 {columns[0]}"
        low, high = matrix.row_lower[row], matrix.row_upper[row]
        if low == high:
            yield f" {name}: {left} = {write(low)}"
            continue
        both = np.isfinite(low) and np.isfinite(high)
        if np.isfinite(high):
            yield f" {name}{'.high' if both else ''}: {left} <= {write(high)}"
        if np.isfinite(low):
            yield f" {name}{'.low' if both else ''}: {left} >= {write(low)}"


def _range(name: str, matrix: Matrix, at: int, write: Write) -> str:
    low, high = matrix.lower[at], matrix.upper[at]
    if low == high:
        return f" {name} = {write(low)}"
    return f" {write(low)} <= {name} <= {write(high)}"


def _sum(pairs: Iterable[tuple[float, str]], write: Write) -> str:
    return " ".join(
        f"{'-' if value < 0 else '+'} {write(abs(value))} {name}" for value, name in pairs
    )


def _number(value: float, *, digits: int) -> str:
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    return f"{float(value):.{digits}g}"
