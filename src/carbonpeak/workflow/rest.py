"""The few entries that a figure shows: none that is nothing; the sum of all others as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

REST = "rest"

NOTHING = 1e-6
"""Share of a whole below which a part is nothing: no number that people state is that fine."""


def without_nothing(parts: xr.DataArray, dim: str) -> xr.DataArray:
    """Return the entries of a dimension that amount to something, and zero where they do not.

    What rounding leaves of a balance, or a trace beside millions, has no band that one could
    see; a label beside it would only raise a question.

    Parameters
    ----------
    parts : DataArray
        Any array over `dim`. An entry below a millionth of the sizes of all entries together
        is nothing there.
    dim : str
        The dimension to shorten.

    Returns
    -------
    DataArray
        Without the entries that are nothing everywhere, in the order given.
    """
    sizes = xr.apply_ufunc(np.abs, parts)
    kept = parts.where(sizes > NOTHING * sizes.sum(dim), 0.0)
    other = [name for name in parts.dims if name != dim]
    return kept.isel({dim: (kept != 0).any(other).values})


def with_rest(
    parts: xr.DataArray, dim: str, kept: Sequence[int] | np.ndarray, *, name: str = REST
) -> xr.DataArray:
    """Return the entries kept of a dimension, and the sum of the others as a last one.

    Parameters
    ----------
    parts : DataArray
        Any array over `dim`; a missing value stays missing in the sum.
    dim : str
        The dimension to shorten.
    kept : (entry,)
        Places of the entries to keep, in the order to show them.
    name : str
        What the sum of the others is called; there is none when all are kept.

    Returns
    -------
    DataArray
        Without the coordinates beside the dimensions.
    """
    bare = parts.reset_coords(drop=True)
    others = np.setdiff1d(np.arange(parts.sizes[dim]), np.asarray(kept, dtype=np.int64))
    found = [bare.isel({dim: np.asarray(kept, dtype=np.int64)})]
    if others.size:
        summed = bare.isel({dim: others}).sum(dim, skipna=False)
        found.append(summed.expand_dims({dim: [name]}))
    return xr.concat(found, dim).assign_attrs(parts.attrs)
