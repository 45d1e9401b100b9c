"""Sums over lines that rise and fall together, laid out as small sparse matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from carbonpeak.evidence.region import CONVENTIONS
from carbonpeak.inventory.model import ENERGY, Floats, Integers, Model
from carbonpeak.scenario.ensemble.rates import Paths, Rates
from carbonpeak.scenario.ensemble.weights import Weights

ALONE = 2**18
"""Multiplications in a product of matrices up to which OpenBLAS keeps it in one thread; on a busy
machine, threads wait long for each other."""


@dataclass(frozen=True)
class Fold:
    """Sums over lines, laid out as matrices.

    Attributes
    ----------
    amounts : sparse (row, line)
        Activity of the lines that share a rate, a profile and weights.
    rate : (row,)
        The rate of each row.
    gases : sparse (indicator × cell, row)
    fixed : sparse (indicator × cell, line)
        Standard coal and activity, whose rates do not vary.
    cells : tuple
        A profile or measure, with the factor paths that its rates follow.
    """

    amounts: Any
    rate: Integers
    gases: Any
    fixed: Any
    cells: tuple[tuple[int, Paths], ...]

    @cached_property
    def along(self) -> dict[Paths, list[int]]:
        """The cells by the factor paths that they follow."""
        found: dict[Paths, list[int]] = {}
        for at, (_, paths) in enumerate(self.cells):
            found.setdefault(paths, []).append(at)
        return found

    @cached_property
    def counted(self) -> list[list[int]]:
        """The indicators that each cell counts in."""
        filled = np.diff(self.gases.indptr) + np.diff(self.fixed.indptr) > 0
        by_cell = filled.reshape(-1, len(self.cells)).T
        return [np.flatnonzero(one).tolist() for one in by_cell]


def fold_lines(
    model: Model,
    weights: Weights,
    rates: Rates,
    followed: Mapping[tuple[str, str], Paths],
    carriers: Sequence[tuple[int, int, int]],
) -> Fold:
    """Fold lines into what carries them: the profile of each line, or the measures that move it.

    Parameters
    ----------
    carriers : sequence of (line, column, carrier)
        Which amount each line takes, and the profile or measure that carries it.
    """
    cells: dict[tuple[int, Paths], int] = {}
    rows: dict[tuple[int, int, tuple[float, ...]], int] = {}
    amounts: list[tuple[int, int]] = []
    fixed: list[tuple[int, int, Floats]] = []
    of_line: dict[int, list[Any]] = {}
    for term in rates.terms:
        of_line.setdefault(term.line, []).append(term)
    for line, column, key in carriers:
        for term in of_line.get(line, []):
            cell = cells.setdefault((key, term.paths), len(cells))
            row = rows.setdefault((term.rate, cell, term.weights), len(rows))
            amounts.append((row, column))
        for paths, part in _fixed(model, weights, followed, line):
            cell = cells.setdefault((key, paths), len(cells))
            fixed.append((cell, column, part))
    count, size = len(weights.names), len(cells)
    width = 1 + max((column for _, column, _ in carriers), default=-1)
    listed = list(rows)
    at = [(q * size + cell, row) for row, (_, cell, _) in enumerate(listed) for q in range(count)]
    weight = [w for _, _, each in listed for w in each]
    still = [(q * size + cell, column) for cell, column, _ in fixed for q in range(count)]
    return Fold(
        _matrix([1.0] * len(amounts), amounts, (len(rows), width)),
        np.array([rate for rate, _, _ in listed], dtype=np.int64),
        _matrix(weight, at, (count * size, len(rows))),
        _matrix([w for _, _, each in fixed for w in each], still, (count * size, width)),
        tuple(cells),
    )


def _fixed(
    model: Model, weights: Weights, followed: Mapping[tuple[str, str], Paths], line: int
) -> list[tuple[Paths, Floats]]:
    """Return what a unit of activity of a line counts by standard coal and by itself."""
    parts = [(followed.get((model.ids[line], ""), ()), weights.activity[:, line])]
    for at, convention in enumerate(CONVENTIONS):
        paths = followed.get((model.ids[line], ENERGY + convention), ())
        parts.append((paths, weights.energy[:, at, line] * model.energy[at, line, 0]))
    return [(paths, part) for paths, part in parts if part.any()]


def _matrix(
    values: Sequence[float], places: Sequence[tuple[int, int]], shape: tuple[int, int]
) -> Any:
    rows, columns = (np.array([place[at] for place in places], dtype=np.int64) for at in (0, 1))
    return sparse.csr_matrix((np.asarray(values, float), (rows, columns)), shape=shape)


def folded_amounts(fold: Fold, amounts: Floats, rates: Floats, indicators: int) -> Floats:
    """Return the folded amount of each cell, (indicator, cell, draw)."""
    rows = fold.amounts @ amounts
    rows *= rates[fold.rate]
    found = fold.gases @ rows
    found += fold.fixed @ amounts
    return np.asarray(found).reshape(indicators, len(fold.cells), amounts.shape[1])


def in_one_thread(first: Floats, second: Floats, *, out: Floats) -> Floats:
    """Return a product of matrices, made in parts that BLAS does not hand to threads."""
    width = max(1, ALONE // first.size)
    for start in range(0, out.shape[1], width):
        here = slice(start, start + width)
        np.matmul(first, second[:, here], out=out[:, here])
    return out
