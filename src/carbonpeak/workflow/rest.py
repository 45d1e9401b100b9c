"""The few entries that a figure shows, and the sum of all others as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

REST = "rest"


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
