"""A program as text in LP format, for people, for golden tests and for other solvers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import numpy as np

from carbonpeak.optimiser.blocks import Block, Rows
from carbonpeak.optimiser.matrix import Matrix


def lp_text(matrix: Matrix, blocks: Iterable[Block], rows: Iterable[Rows]) -> str:
    """Return the program in LP format."""
    columns = [name for block in blocks for name in _names(block)]
    named = [name for block in rows for name in _names(block)]
    lines = [
        "minimize",
        f" obj: {_objective(matrix, columns)}",
        "subject to",
        *_rows(matrix, columns, named),
        "bounds",
        *(_range(name, matrix, at) for at, name in enumerate(columns)),
    ]
    whole = [f" {name}" for name, flag in zip(columns, matrix.integer, strict=True) if flag]
    return "\n".join([*lines, *(["general", *whole] if whole else []), "end", ""])


def _names(block: Block | Rows) -> Iterator[str]:
    numbers = block.numbers.ravel() if isinstance(block, Rows) else block.columns.ravel()
    labels = itertools.product(*(map(str, values) for values in block.coords.values()))
    for number, label in zip(numbers, labels, strict=True):
        if number >= 0:
            yield f"{block.name}({','.join(label)})".replace(" ", "_") if label else block.name


def _objective(matrix: Matrix, columns: list[str]) -> str:
    at = np.flatnonzero(matrix.cost)
    return _sum((matrix.cost[column], columns[column]) for column in at) or f"0 {columns[0]}"


def _rows(matrix: Matrix, columns: list[str], named: list[str]) -> Iterator[str]:
    by_row = matrix.entries.tocsr()
    for row, name in enumerate(named):
        part = slice(by_row.indptr[row], by_row.indptr[row + 1])
        pairs = zip(by_row.data[part], by_row.indices[part], strict=True)
        left = _sum((value, columns[column]) for value, column in pairs) or f"0 {columns[0]}"
        low, high = matrix.row_lower[row], matrix.row_upper[row]
        if low == high:
            yield f" {name}: {left} = {_number(low)}"
            continue
        both = np.isfinite(low) and np.isfinite(high)
        if np.isfinite(high):
            yield f" {name}{'.high' if both else ''}: {left} <= {_number(high)}"
        if np.isfinite(low):
            yield f" {name}{'.low' if both else ''}: {left} >= {_number(low)}"


def _range(name: str, matrix: Matrix, at: int) -> str:
    low, high = matrix.lower[at], matrix.upper[at]
    if low == high:
        return f" {name} = {_number(low)}"
    return f" {_number(low)} <= {name} <= {_number(high)}"


def _sum(pairs: Iterable[tuple[float, str]]) -> str:
    return " ".join(
        f"{'-' if value < 0 else '+'} {_number(abs(value))} {name}" for value, name in pairs
    )


def _number(value: float) -> str:
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    return f"{float(value):.12g}"
