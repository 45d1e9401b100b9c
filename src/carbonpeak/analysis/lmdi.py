"""Which driver changed a total: the logarithmic mean Divisia index (LMDI).

The total of each cell (a sector, a fuel) is a product of drivers. The change between two years
is split over the drivers without a residue:

additive         V1 - V0 = sum over drivers of  sum over cells of w ln(x1/x0)
multiplicative   V1 / V0 = product over drivers of  exp(sum over cells of w ln(x1/x0) / L(V1, V0))

with the logarithmic mean L(a, b) = (a - b) / ln(a/b), L(a, a) = a. Version I weighs a cell by
w = L(v1, v0); version II by w = L(V1, V0) L(s1, s0) / sum L(s1, s0), s the share v/V (Ang 2015,
doi:10.1016/j.enpol.2015.07.007).

Zeros take their limits (Wood and Lenzen 2006, doi:10.1016/j.enpol.2004.11.010). Where a cell
appears or vanishes, its whole change belongs to the drivers that were or become zero, in equal
parts when there are several; a ratio of zero to zero tells nothing, and is taken as unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak.analysis.identity import Identity, Term, parse_identity
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion

Floats = npt.NDArray[np.float64]
Form = Literal["additive", "multiplicative"]

FORMS: tuple[Form, ...] = ("additive", "multiplicative")

# For quotients this close to one, (a - b) / ln(a/b) would lose digits that the series keeps.
_NEAR = 1e-4


@checked
def decompose(
    identity: str,
    quantities: Mapping[str, xr.DataArray] | xr.Dataset,
    *,
    form: Form = "additive",
    version: Literal[1, 2] = 1,
    chained: bool = True,
) -> xr.Dataset:
    """Split the change of a total over its drivers.

    Parameters
    ----------
    identity : str
        For example ``"CO2 = population * GDP/population * energy/GDP * CO2/energy"``.
    quantities : mapping of str to DataArray
        Each over ``year`` and perhaps over cells such as ``sector``; a quantity that lacks the
        dimension of a cell is the same for all of them. The total has every dimension.
    form : {"additive", "multiplicative"}
        Whether effects add up to the difference or multiply to the ratio.
    version : {1, 2}
        LMDI-I or LMDI-II.
    chained : bool
        Whether each year is compared with the one before and the effects are accumulated, or
        each year is compared with the first at once.

    Returns
    -------
    xr.Dataset
        ``effect`` over driver and year, since the first year; ``cell_effect`` over driver,
        cells and year, the same by cell (additive only); ``total`` over year.

    Raises
    ------
    ResultError
        When the identity does not close, a quantity is missing, a year has no number, or a
        driver has no logarithm: a change of sign, or a number over zero.
    """
    if form not in FORMS:
        raise ResultError(f"unknown form '{form}'; {suggestion(form, list(FORMS))}")
    if version not in (1, 2):
        raise ResultError(f"no version {version} of LMDI; use 1 or 2")
    parsed = parse_identity(identity)
    whole, named = _aligned(parsed, quantities)
    cells = whole.values.reshape(-1, whole.sizes["year"])
    drivers = np.stack([_ratio(term, named, whole).reshape(cells.shape) for term in parsed.terms])
    _check_signs(parsed, drivers, whole, chained=chained)
    first = slice(0, -1) if chained else slice(0, 1)
    parts = lmdi_parts(
        cells[:, first], drivers[..., first], cells[:, 1:], drivers[..., 1:], version=version
    )
    if form == "multiplicative":
        total = cells.sum(axis=0)
        parts = parts / log_mean(total[1:], total[first])
    return _labelled(parsed, parts, whole, form=form, chained=chained)


def log_mean(first: Floats, second: Floats) -> Floats:
    """Return the logarithmic mean of two arrays of one shape; zero where either is zero.

    Both must have the same sign.
    """
    quotient = np.divide(first, second, out=np.zeros_like(first), where=second != 0)
    there = quotient > 0
    logarithm = np.log(quotient, out=np.ones_like(quotient), where=there)
    mean = np.divide(first - second, logarithm, out=np.zeros_like(first), where=logarithm != 0)
    near = there & (np.abs(quotient - 1.0) < _NEAR)
    if near.any():
        excess = quotient[near] - 1.0
        mean[near] = second[near] * (1.0 + excess / 2.0 - excess**2 / 12.0 + excess**3 / 24.0)
    return np.where(there, mean, 0.0)


def lmdi_parts(
    start: Floats,
    start_drivers: Floats,
    end: Floats,
    end_drivers: Floats,
    *,
    version: Literal[1, 2] = 1,
) -> Floats:
    """Return the additive part of each driver in each cell.

    Parameters
    ----------
    start, end : (cell, year)
        The total by cell before and after; the years of `start` may be one for all.
    start_drivers, end_drivers : (driver, cell, year)
        The drivers; NaN for zero over zero.
    version : {1, 2}
        LMDI-I or LMDI-II.

    Returns
    -------
    (driver, cell, year)
        Summed over drivers and cells, the change of the total.
    """
    start, end = np.broadcast_arrays(start, end)
    weights = log_mean(end, start)
    quotient = (
        end_drivers / start_drivers if weights.all() else _quotient(end_drivers, start_drivers)
    )
    parts = np.log(quotient, out=quotient)
    parts *= weights
    one_sided = (start == 0) != (end == 0)
    if one_sided.any():
        parts += _limits(start_drivers, end_drivers, np.where(one_sided, end - start, 0.0))
    if version == 2:
        parts *= _share_weights(start, end, weights)
    return parts


def _quotient(after: Floats, before: Floats) -> Floats:
    """Return after over before, and one where either is zero or undefined."""
    quotient = np.divide(
        after,
        before,
        out=np.ones(np.broadcast(after, before).shape),
        where=(before != 0) & (after != 0),
    )
    return np.where(np.isnan(quotient), 1.0, quotient)


def _limits(before: Floats, after: Floats, change: Floats) -> Floats:
    """Give the change of a cell that appears or vanishes to the drivers that are zero, alike."""
    zero = (before == 0) | (after == 0)
    split: Floats = change * zero / np.maximum(zero.sum(axis=0), 1)
    return split


def _share_weights(start: Floats, end: Floats, weights: Floats) -> Floats:
    """Return what turns the weights of version I into those of version II, (cell, year)."""
    total, base = end.sum(axis=0), start.sum(axis=0)
    by_share = log_mean(end / total, start / base)
    ratio = np.divide(by_share, weights, out=np.zeros_like(by_share), where=weights != 0)
    ratio = np.where((start == 0) & (end != 0), 1.0 / total, ratio)
    ratio = np.where((end == 0) & (start != 0), 1.0 / base, ratio)
    scaled: Floats = ratio * log_mean(total, base) / by_share.sum(axis=0)
    return scaled


def _aligned(
    identity: Identity, quantities: Mapping[str, xr.DataArray] | xr.Dataset
) -> tuple[xr.DataArray, dict[str, xr.DataArray]]:
    held = [str(name) for name in quantities]
    missing = [name for name in identity.quantities if name not in held]
    if missing:
        hints = "; ".join(f"no quantity '{name}', {suggestion(name, held)}" for name in missing)
        raise ResultError(f"{identity}: {hints}")
    named = {name: quantities[name] for name in identity.quantities}
    whole = named[identity.total]
    for name, array in named.items():
        if "year" not in array.dims or not set(array.dims) <= set(whole.dims):
            raise ResultError(
                f"{identity}: '{name}' is over {array.dims}; expected year, and of the others "
                f"only the dimensions of '{identity.total}', {whole.dims}"
            )
        if not np.isfinite(array.values).all():
            raise ResultError(f"{identity}: '{name}' lacks a number; give every year one")
    whole = whole.transpose(..., "year")
    return whole, {name: _like(array, whole, name) for name, array in named.items()}


def _like(array: xr.DataArray, whole: xr.DataArray, name: str) -> xr.DataArray:
    try:
        aligned, _ = xr.align(array, whole, join="exact")
    except ValueError as fault:
        raise ResultError(f"'{name}' and the total have other years or cells: {fault}") from fault
    return aligned.broadcast_like(whole).transpose(*whole.dims)


def _ratio(term: Term, named: Mapping[str, xr.DataArray], whole: xr.DataArray) -> Floats:
    above = np.asarray(named[term.numerator].values, float)
    if not term.denominator:
        return above
    below = np.asarray(named[term.denominator].values, float)
    lone = (below == 0) & (above != 0)
    if lone.any():
        raise ResultError(f"{term} is a number over zero at {_place(lone, whole)}")
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0))


def _check_signs(
    identity: Identity, drivers: Floats, whole: xr.DataArray, *, chained: bool
) -> None:
    before = drivers[..., :-1] if chained else drivers[..., :1]
    turned = before * drivers[..., 1:] < 0
    for term, marks in zip(identity.terms, turned, strict=True):
        if marks.any():
            full = np.pad(marks, ((0, 0), (1, 0))).reshape(whole.shape)
            raise ResultError(
                f"{term} changes its sign at {_place(full, whole)}, where a logarithm has no "
                "meaning; explain gross emissions and removals apart"
            )


def _place(marks: npt.NDArray[np.bool_], whole: xr.DataArray) -> str:
    first = np.unravel_index(int(marks.argmax()), whole.shape)
    return ", ".join(
        f"{dim} {whole[dim].values[at]}" for dim, at in zip(whole.dims, first, strict=True)
    )


def _labelled(
    identity: Identity, parts: Floats, whole: xr.DataArray, *, form: Form, chained: bool
) -> xr.Dataset:
    steps = np.pad(parts, ((0, 0), (0, 0), (1, 0)))
    by_cell = np.cumsum(steps, axis=-1) if chained else steps
    effect = by_cell.sum(axis=1)
    unit = str(whole.attrs.get("units", ""))
    additive = form == "additive"
    drivers = [str(term) for term in identity.terms]
    found = xr.Dataset(
        {
            "effect": (("driver", "year"), effect if additive else np.exp(effect)),
            "total": ("year", whole.values.reshape(-1, whole.sizes["year"]).sum(axis=0)),
        },
        coords={"driver": drivers, "year": whole["year"].values},
        attrs={"identity": str(identity), "form": form},
    )
    found["effect"].attrs = {"units": unit if additive else "1", "long_name": "effect of a driver"}
    found["total"].attrs = {"units": unit, "long_name": identity.total}
    if additive and whole.ndim > 1:
        dims = ("driver", *whole.dims)
        shape = (len(drivers), *whole.shape)
        found = found.assign_coords(
            {dim: whole[dim].values for dim in whole.dims if dim in whole.coords}
        )
        found["cell_effect"] = (dims, by_cell.reshape(shape), found["effect"].attrs)
    return found
