"""Labelled blocks of variables and rows, and the matrix entries between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from carbonpeak.errors import suggestion

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.generic]
Coefficient = float | xr.DataArray


def as_labels(values: Iterable[object]) -> Labels:
    """Return the labels of one dim as a one-dimensional array."""
    return np.asarray(list(values)) if not isinstance(values, np.ndarray) else values


def positions(where: str, dim: str, labels: Labels, wanted: npt.ArrayLike) -> IntArray:
    """Return where each wanted label stands; an unknown label is an error that names it."""
    found = pd.Index(labels).get_indexer(pd.Index(np.ravel(np.asarray(wanted))))
    if (found < 0).any():
        missing = str(np.ravel(np.asarray(wanted))[found < 0][0])
        hint = suggestion(missing, [str(label) for label in labels])
        raise ValueError(f"{where}: dim '{dim}' has no label '{missing}'; {hint}")
    return found.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Block:
    """Variables of one name over labelled dims, or a view of them.

    Attributes
    ----------
    name : str
        Name of the variables.
    coords : mapping
        Labels of each dim, in order.
    columns : array, one axis per dim
        Column of each variable in the matrix.
    partial : bool
        The view covers only some labels of a dim: rows of other labels get no entry.
    """

    name: str
    coords: Mapping[str, Labels]
    columns: IntArray
    partial: bool = False

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dims, in order."""
        return tuple(self.coords)

    def rename(self, **names: str) -> Block:
        """Return the same variables with dims renamed, `old="new"`."""
        coords = {names.get(dim, dim): labels for dim, labels in self.coords.items()}
        return replace(self, coords=coords)

    def lagged(self, dim: str = "year") -> Block:
        """Return the variables one step earlier, labelled by the later step.

        The first step has no predecessor, so the view is partial.
        """
        return replace(self.before_last(dim), partial=True)

    def after_first(self, dim: str = "year") -> Block:
        """Return all but the first step."""
        return self._cut(dim, slice(1, None))

    def before_last(self, dim: str = "year") -> Block:
        """Return all but the last step, each labelled by the step that follows it."""
        return self._cut(dim, slice(None, -1))

    def _cut(self, dim: str, steps: slice) -> Block:
        key = tuple(steps if name == dim else slice(None) for name in self.dims)
        coords = {**self.coords, dim: self.coords[dim][1:]}
        return replace(self, coords=coords, columns=self.columns[key])

    def pick(self, dim: str, labels: xr.DataArray) -> Block:
        """Return the variables at `labels` of `dim`, along the one dim of `labels`.

        A variable may be picked several times.
        """
        (new,) = (str(name) for name in labels.dims)
        at = positions(f"block '{self.name}'", dim, self.coords[dim], labels.to_numpy())
        axis = self.dims.index(dim)
        coords = {
            (new if name == dim else name): (labels[new].to_numpy() if name == dim else own)
            for name, own in self.coords.items()
        }
        return replace(self, coords=coords, columns=np.take(self.columns, at, axis=axis))


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one name over labelled dims; `numbers` is -1 where no row stands."""

    name: str
    coords: Mapping[str, Labels]
    numbers: IntArray

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dims, in order."""
        return tuple(self.coords)


@dataclass(frozen=True, eq=False)
class Term:
    """Variables times coefficients, as they enter a block of rows.

    Attributes
    ----------
    block : Block
        The variables. Its dims that the rows do not have are summed.
    coefficient : float or DataArray
        Over dims of the block and of the rows.
    group : DataArray, optional
        One-dimensional over a dim of the block; its name is a dim of the rows and its values say
        to which label of it each position belongs.
    """

    block: Block
    coefficient: Coefficient = 1.0
    group: xr.DataArray | None = None

    @property
    def grouped(self) -> str | None:
        """The dim that `group` sums."""
        return None if self.group is None else str(self.group.dims[0])


def spread(where: str, value: Coefficient, coords: Mapping[str, Labels]) -> FloatArray:
    """Return `value` over the dims of `coords`; it may be constant along some of them.

    Raises
    ------
    ValueError
        When `value` has a dim or a label of its own, or holds no number somewhere.
    """
    shape = tuple(len(labels) for labels in coords.values())
    if not isinstance(value, xr.DataArray):
        full = np.full(shape, float(value))
    else:
        check_labels(where, value, coords)
        order = [dim for dim in coords if dim in value.dims]
        index = tuple(slice(None) if dim in value.dims else None for dim in coords)
        ordered = value.transpose(*order).to_numpy().astype(np.float64, copy=False)
        full = np.ascontiguousarray(np.broadcast_to(ordered[index], shape))
    if np.isnan(full).any():
        raise ValueError(f"{where}: holds a value that is not a number")
    return full


def check_labels(where: str, value: xr.DataArray, coords: Mapping[str, Labels]) -> None:
    """Refuse dims that `coords` does not have, and labels that differ from its own."""
    extra = [str(dim) for dim in value.dims if dim not in coords]
    if extra:
        raise ValueError(
            f"{where}: dims ({', '.join(map(str, value.dims))}) do not fit "
            f"({', '.join(coords)}); unexpected: {', '.join(extra)}"
        )
    for dim in map(str, value.dims):
        if dim in value.coords and not np.array_equal(value[dim].to_numpy(), coords[dim]):
            raise ValueError(f"{where}: labels of dim '{dim}' differ from those expected")
        if value.sizes[dim] != len(coords[dim]):
            raise ValueError(
                f"{where}: dim '{dim}' has {value.sizes[dim]} labels, not {len(coords[dim])}"
            )


def check_term(rows: Rows, term: Term, *, sums: bool) -> None:
    """Refuse a term whose dims would repeat, spread or sum it without being told to.

    Raises
    ------
    ValueError
        Names the rows, the block and the dims that do not fit.
    """
    where = f"rows '{rows.name}', block '{term.block.name}'"
    held = set(term.block.dims) | _dims(term.coefficient)
    reached = held | ({str(term.group.name)} if term.group is not None else set())
    repeated = [dim for dim in rows.dims if dim not in reached]
    if repeated:
        raise ValueError(
            f"{where}: dims ({', '.join(term.block.dims)}) lack {', '.join(repeated)} of the rows; "
            "the term would be repeated along it"
        )
    outer = sorted(_dims(term.coefficient) - set(term.block.dims) - set(rows.dims))
    if outer:
        raise ValueError(
            f"{where}: the coefficient has dims ({', '.join(outer)}) of neither block nor rows"
        )
    summed = [dim for dim in term.block.dims if dim not in rows.dims]
    if summed and not sums:
        raise ValueError(
            f"{where}: dims ({', '.join(summed)}) of the block are not dims of the rows; "
            "state the rows to sum over them"
        )


def _dims(value: Coefficient) -> set[str]:
    return {str(dim) for dim in value.dims} if isinstance(value, xr.DataArray) else set()


def entries(rows: Rows, term: Term) -> tuple[IntArray, IntArray, FloatArray]:
    """Return row numbers, columns and values of the entries that are not zero."""
    coords = _axes(rows, term)
    where = f"rows '{rows.name}', block '{term.block.name}'"
    coefficient = spread(where, term.coefficient, coords)
    flat = np.flatnonzero(coefficient)
    at = dict(zip(coords, np.unravel_index(flat, coefficient.shape), strict=True))
    places = tuple(_row_positions(rows, term, coords, dim, at) for dim in rows.dims)
    values = coefficient.ravel()[flat]
    numbers = np.broadcast_to(rows.numbers[places], values.shape)
    columns = term.block.columns[tuple(at[dim] for dim in term.block.dims)]
    if (rows.numbers >= 0).all():
        return numbers, columns, values
    kept = numbers >= 0
    return numbers[kept], columns[kept], values[kept]


def one_each(rows: Rows, block: Block) -> tuple[IntArray, IntArray]:
    """Return the columns of a block and the rows that define them, side by side."""
    if block.dims != rows.dims or block.columns.shape != rows.numbers.shape:
        raise ValueError(f"rows '{rows.name}' do not define block '{block.name}': other dims")
    if (rows.numbers < 0).any():
        raise ValueError(f"rows '{rows.name}' do not define block '{block.name}': some are missing")
    return block.columns.ravel(), rows.numbers.ravel()


def _axes(rows: Rows, term: Term) -> dict[str, Labels]:
    where = f"rows '{rows.name}', block '{term.block.name}'"
    own = term.block.coords
    axes = {dim: own.get(dim, labels) for dim, labels in rows.coords.items() if dim != _goal(term)}
    for dim in rows.dims:
        same = dim not in own or np.array_equal(own[dim], rows.coords[dim])
        if not same and not (term.block.partial and dim != _goal(term)):
            raise ValueError(f"{where}: labels of dim '{dim}' differ from those of the rows")
    return axes | {dim: labels for dim, labels in own.items() if dim not in axes}


def _goal(term: Term) -> str | None:
    return None if term.group is None else str(term.group.name)


def _row_positions(
    rows: Rows, term: Term, coords: Mapping[str, Labels], dim: str, at: Mapping[str, IntArray]
) -> IntArray:
    where = f"rows '{rows.name}', block '{term.block.name}'"
    if term.group is not None and dim == term.group.name:
        goal = positions(where, dim, rows.coords[dim], term.group.to_numpy())
        return goal[at[str(term.grouped)]]
    if term.block.partial and len(coords[dim]) != len(rows.coords[dim]):
        return positions(where, dim, rows.coords[dim], coords[dim])[at[dim]]
    return at[dim]


def shape_of(coords: Mapping[str, Sequence[object] | Labels]) -> tuple[int, ...]:
    """Return the lengths of the dims."""
    return tuple(len(labels) for labels in coords.values())
