"""The columns of the general reporting table of uncertainty, approach 1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from carbonpeak.inventory.model import Floats
from carbonpeak.inventory.uncertainty.declaration import Declared
from carbonpeak.inventory.uncertainty.propagation import Propagated

NORMAL_95 = 1.959963984540054
"""Half a 95 % range of a normal distribution, in standard deviations."""
Flags = npt.NDArray[np.bool_]


def error_propagation_table(
    base: Floats,
    current: Floats,
    *,
    activity_uncertainty: Floats,
    factor_uncertainty: Floats,
    factor_shared: Flags | bool = True,
    activity_shared: Flags | bool = False,
) -> dict[str, Floats]:
    """Return the computed columns of table 3.2 of 2006 IPCC Guidelines vol. 1 ch. 3.

    Parameters
    ----------
    base, current : (row,)
        Emissions of the base year and of year t, columns C and D; removals negative.
    activity_uncertainty, factor_uncertainty : (row,)
        Half 95 % ranges in percent, columns E and F.
    factor_shared, activity_shared : (row,) or bool
        Whether the same error holds in both years (sensitivity A) or each year has its own
        (sensitivity B and the square root of two).

    Returns
    -------
    dict
        ``combined_uncertainty`` (G), ``contribution_to_variance`` (H), ``sensitivity_a`` (I),
        ``sensitivity_b`` (J), ``trend_from_factors`` (K), ``trend_from_activity`` (L),
        ``trend_contribution`` (M), each (row,); ``total_uncertainty`` and
        ``trend_uncertainty``, the square roots of the sums of H and M. H and M are squares of
        percent, A and B are pure numbers as percent per percent.
    """
    first, last = base.sum(), current.sum()
    combined = np.hypot(activity_uncertainty, factor_uncertainty)
    variance = (combined * current / last) ** 2
    moved = 0.01 * current + last - (0.01 * base + first)
    sensitivity_a = np.abs(moved / (0.01 * base + first) * 100.0 - (last - first) / first * 100.0)
    sensitivity_b = np.abs(current / first)
    factors = _trend_part(factor_uncertainty, factor_shared, sensitivity_a, sensitivity_b)
    activity = _trend_part(activity_uncertainty, activity_shared, sensitivity_a, sensitivity_b)
    contribution = factors**2 + activity**2
    return {
        "combined_uncertainty": combined,
        "contribution_to_variance": variance,
        "sensitivity_a": sensitivity_a,
        "sensitivity_b": sensitivity_b,
        "trend_from_factors": factors,
        "trend_from_activity": activity,
        "trend_contribution": contribution,
        "total_uncertainty": np.sqrt(variance.sum()),
        "trend_uncertainty": np.sqrt(contribution.sum()),
    }


def _trend_part(
    percent: Floats, shared: Flags | bool, sensitivity_a: Floats, sensitivity_b: Floats
) -> Floats:
    apart = sensitivity_b * percent * np.sqrt(2.0)
    return np.where(shared, sensitivity_a * percent, apart)


def table_columns(
    found: Propagated, declared: Declared, base: int, total: int
) -> Mapping[str, Floats]:
    """Return the columns of the table for every part and year, against the total.

    Sensitivities are exact derivatives rather than the changes for one percent that the table
    prints; a part counts with the loadings of its own inputs in both years.

    Parameters
    ----------
    found : Propagated
    declared : Declared
    base, total : int
        Places of the base year and of the part that all are compared with.
    """
    central, kinds = found.central, declared.kinds
    size = np.where(central == 0, np.nan, np.abs(central))
    whole = np.where(central[total] == 0, np.nan, central[total])
    start, ratio, whole = abs(whole[base]), central[total] / whole[base], np.abs(whole)
    slope = found.loadings - ratio[None, :, None] * found.loadings[:, base, None, :]
    activity, factor = _halves(found.loadings, kinds)
    trend_of_activity, trend_of_factor = _halves(slope, kinds)
    combined = np.hypot(activity, factor)
    return {
        "activity_uncertainty": activity / size,
        "factor_uncertainty": factor / size,
        "combined_uncertainty": combined / size,
        "contribution_to_variance": (combined / whole) ** 2,
        "sensitivity_a": 100 * np.abs(central - ratio * central[:, [base]]) / start,
        "sensitivity_b": 100 * np.abs(central) / start,
        "trend_from_factors": trend_of_factor / start,
        "trend_from_activity": trend_of_activity / start,
    }


def _halves(loadings: Floats, kinds: Floats) -> Floats:
    """Return half 95 % ranges, (kind, part, year), in hundredths: over a value they are percent."""
    return np.asarray(100.0 * NORMAL_95 * np.sqrt(np.moveaxis(loadings**2 @ kinds, -1, 0)))
