"""Paths of a series when its stated numbers vary together: one quantile for the whole path.

The base year does not vary: what is unsure about it stands with the activity of the inventory.
A path therefore starts from the stated base and opens towards the ranges of the later years.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from carbonpeak import units
from carbonpeak.inventory.model import Floats
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.scenario.drivers import Series


def laws(series: Series) -> list[Distribution]:
    """Return how each stated number of a series varies, in the unit of its row."""
    rows = [row.record for row in series.rows]
    return [distribution_of(row.value, row.low, row.high) for row in rows]


def stated(series: Series) -> Floats:
    """Return what the rows of a series say, (row,)."""
    return np.array([row.record.value for row in series.rows])


def index_at(series: Series, years: Sequence[int], values: Floats) -> Floats:
    """Return a series relative to the first of some years, draw by draw.

    Parameters
    ----------
    series : Series
        Covers the years.
    years : sequence of int
        Every year, the first one being the base.
    values : (row, draw)
        What its rows say, in their own units; rows up to the base year count as stated.

    Returns
    -------
    (year, draw)
        Starts with 1; as `Series.index` where the values are those stated.
    """
    if series.rows[0].record.measure_of == "growth":
        return _compounded(series, years, values)
    known = np.array([row.record.year <= years[0] for row in series.rows])
    moved = np.where(known[:, None], stated(series)[:, None], values)
    unit = series.rows[0].record.unit
    index = levels_at(series, years, moved, unit=unit)
    index /= series.levels(years[:1], unit=unit)[0]
    index[0] = 1.0
    return index


def levels_at(series: Series, years: Sequence[int], values: Floats, *, unit: str) -> Floats:
    """Return the levels over years in a unit, (year, draw), interpolated linearly."""
    scales = [units.factor(row.record.unit, unit) for row in series.rows]
    ends = [row.record.year for row in series.rows]
    whole = np.asarray(years, float)
    weights = np.stack([np.interp(whole, ends, row) for row in np.diag(scales)], axis=1)
    return np.asarray(weights @ values)


def _compounded(series: Series, years: Sequence[int], values: Floats) -> Floats:
    ends = np.array([row.record.year for row in series.rows])
    scales = np.array([units.factor(row.record.unit, "1/year") for row in series.rows])
    rates = (values * scales[:, None])[np.searchsorted(ends, np.asarray(years[1:]))]
    index = np.ones((len(years), values.shape[1]))
    np.cumprod(1.0 + rates, axis=0, out=index[1:])
    return index
