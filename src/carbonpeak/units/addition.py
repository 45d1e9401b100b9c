"""Labelled arrays: their units, their labels, and the sum of like with like."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd
import xarray as xr

from carbonpeak.errors import CarbonPeakError, UnitError
from carbonpeak.units.conversion import convert


def units_of(array: xr.DataArray, name: str | None = None) -> str:
    """Return the unit an array says it is in; `name` is what an error calls the array.

    Raises
    ------
    UnitError
        When it does not say.
    """
    found = array.attrs.get("units")
    if not isinstance(found, str):
        known_as = name or array.name or "an array"
        raise UnitError(f"'{known_as}' has no units; set attrs['units'] ('1' for a pure number)")
    return found


def require_same_labels(arrays: Mapping[str, xr.DataArray]) -> None:
    """Check that every shared dimension has the same labels in the same order in all arrays.

    Raises
    ------
    CarbonPeakError
        When it does not, or is labelled in one array and a bare position in another; the message
        names the dimension, the two arrays and a label.
    """
    seen: dict[Hashable, tuple[str, pd.Index | int]] = {}
    for name, array in arrays.items():
        labels = dict(array.indexes)
        for dimension, size in array.sizes.items():
            mine = labels.get(dimension, size)
            first, known = seen.setdefault(dimension, (name, mine))
            if not _equal(known, mine):
                raise CarbonPeakError(_difference(dimension, (first, known), (name, mine)))


def _equal(known: pd.Index | int, mine: pd.Index | int) -> bool:
    if isinstance(known, int) or isinstance(mine, int):
        return known is mine or (isinstance(known, int) and known == mine)
    return known is mine or known.equals(mine)


def _difference(
    dimension: Hashable, first: tuple[str, pd.Index | int], second: tuple[str, pd.Index | int]
) -> str:
    start = f"labels of '{dimension}' differ between '{first[0]}' and '{second[0]}'"
    for (holder, mine), (_, other) in ((first, second), (second, first)):
        if isinstance(mine, int):
            return f"{start}: '{holder}' has {mine} places without labels; assign the coordinate"
        only = [] if isinstance(other, int) else mine.difference(other, sort=False).tolist()
        if only:
            return f"{start}: only '{holder}' has {only[0]!r}"
    return f"{start}: the same ones in another order"


def total(*arrays: xr.DataArray) -> xr.DataArray:
    """Return the sum of labelled arrays that measure the same thing and share their labels.

    The result is in the unit of the first array and carries no other attribute.

    Raises
    ------
    UnitError
        When there is none, one has no units, or they measure different things.
    CarbonPeakError
        When the labels of a shared dimension differ.
    """
    if not arrays:
        raise UnitError("nothing to add")
    target = units_of(arrays[0])
    converted: list[xr.DataArray] = [convert(array, units_of(array), target) for array in arrays]
    names = [f"{array.name or 'array'} ({place})" for place, array in enumerate(arrays, start=1)]
    require_same_labels(dict(zip(names, converted, strict=True)))
    result = xr.DataArray(sum(converted[1:], start=converted[0]))
    result.attrs = {"units": target}
    return result
