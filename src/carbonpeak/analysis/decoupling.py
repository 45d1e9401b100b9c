"""How far emissions come apart from output: the eight states of Tapio (2005).

The elasticity is the relative change of emissions over that of output (Tapio 2005,
doi:10.1016/j.tranpol.2005.01.001). Between 0.8 and 1.2 the two are said to move together.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError

LOWER, UPPER = 0.8, 1.2


class Decoupling(StrEnum):
    """The states, named as Tapio did."""

    STRONG_DECOUPLING = "strong_decoupling"
    WEAK_DECOUPLING = "weak_decoupling"
    EXPANSIVE_COUPLING = "expansive_coupling"
    EXPANSIVE_NEGATIVE_DECOUPLING = "expansive_negative_decoupling"
    STRONG_NEGATIVE_DECOUPLING = "strong_negative_decoupling"
    WEAK_NEGATIVE_DECOUPLING = "weak_negative_decoupling"
    RECESSIVE_COUPLING = "recessive_coupling"
    RECESSIVE_DECOUPLING = "recessive_decoupling"


@checked
def decoupling(emissions: xr.DataArray, output: xr.DataArray, *, span: int = 1) -> xr.Dataset:
    """Return the elasticity of emissions to output and its state.

    Parameters
    ----------
    emissions, output : (year,)
        Positive series of the same years.
    span : int
        How many years lie between the two that are compared.

    Returns
    -------
    xr.Dataset
        ``emissions_change`` and ``output_change`` (percent), ``elasticity`` and ``state`` over
        the later ``year``.

    Raises
    ------
    ResultError
        When the years differ, a value is not positive, or output does not change.
    """
    years = emissions["year"].values
    if not np.array_equal(years, output["year"].values):
        raise ResultError("emissions and output have different years; give both the same")
    if not 1 <= span < years.size:
        raise ResultError(f"span is {span}; expected 1 to {years.size - 1} years")
    changes = [_change(part, span) for part in (emissions, output)]
    still = years[span:][changes[1] == 0]
    if still.size:
        raise ResultError(
            f"output does not change up to {', '.join(map(str, still))}: no elasticity exists there"
        )
    elasticity = changes[0] / changes[1]
    states = [str(state_of(*pair)) for pair in zip(*changes, strict=True)]
    found = xr.Dataset(
        {
            "emissions_change": ("year", changes[0], {"units": "percent"}),
            "output_change": ("year", changes[1], {"units": "percent"}),
            "elasticity": ("year", elasticity, {"units": "1"}),
            "state": ("year", states),
        },
        coords={"year": years[span:]},
    )
    return found.assign_attrs(span=span)


def state_of(emissions_change: float, output_change: float) -> Decoupling:
    """Return the state of two relative changes; output must change."""
    grows = output_change > 0
    if emissions_change <= 0 < output_change:
        return Decoupling.STRONG_DECOUPLING
    if emissions_change >= 0 > output_change:
        return Decoupling.STRONG_NEGATIVE_DECOUPLING
    elasticity = emissions_change / output_change
    if elasticity < LOWER:
        return Decoupling.WEAK_DECOUPLING if grows else Decoupling.WEAK_NEGATIVE_DECOUPLING
    if elasticity <= UPPER:
        return Decoupling.EXPANSIVE_COUPLING if grows else Decoupling.RECESSIVE_COUPLING
    return Decoupling.EXPANSIVE_NEGATIVE_DECOUPLING if grows else Decoupling.RECESSIVE_DECOUPLING


def _change(series: xr.DataArray, span: int) -> np.ndarray:
    values = np.asarray(series.values, float)
    if values.ndim != 1 or not (np.isfinite(values) & (values > 0)).all():
        raise ResultError(f"'{series.name}' must be one series of positive numbers")
    return np.asarray((values[span:] / values[:-span] - 1.0) * 100.0)
