"""Paths of a series when its stated numbers vary together: one quantile for the whole path.

The base year does not vary: what is unsure about it stands with the activity of the inventory.
A path therefore starts from the stated base and opens towards the ranges of the later years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from carbonpeak import units
from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.scenario.drivers import Series


@dataclass(frozen=True)
class Spread:
    """A series over some years, of which the first is the base.

    Wherever values are given, they are what its rows say, (row, draw), in their own units.
    """

    series: Series
    years: tuple[int, ...]

    @cached_property
    def laws(self) -> tuple[Distribution, ...]:
        """How each row varies."""
        rows = [row.record for row in self.series.rows]
        return tuple(distribution_of(row.value, row.low, row.high) for row in rows)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The years of its rows."""
        return tuple(row.record.year for row in self.series.rows)

    @cached_property
    def stated(self) -> Floats:
        """What its rows say, (row, 1)."""
        return np.array([[row.record.value] for row in self.series.rows])

    @cached_property
    def _unit(self) -> str:
        return self.series.rows[0].record.unit

    @cached_property
    def _grows(self) -> bool:
        return self.series.rows[0].record.measure_of == "growth"

    def index(self, values: Floats) -> Floats:
        """Return the series relative to the base year, (year, draw).

        Starts with 1, and is `Series.index` where the values are those stated.
        """
        if self._grows:
            return self._compounded(values)
        index = self._later @ values
        index += self._start
        return np.asarray(index)

    def levels(self, values: Floats, *, unit: str) -> Floats:
        """Return the levels in a unit, (year, draw), interpolated linearly."""
        return np.asarray(self._weights @ values) * units.factor(self._unit, unit)

    @cached_property
    def _weights(self) -> Floats:
        """What each row counts in the level of each year, (year, row)."""
        scales = [units.factor(row.record.unit, self._unit) for row in self.series.rows]
        whole = np.asarray(self.years, float)
        return np.stack([np.interp(whole, self.ends, row) for row in np.diag(scales)], axis=1)

    @cached_property
    def _base(self) -> float:
        return float(self.series.levels(self.years[:1], unit=self._unit)[0])

    @cached_property
    def _later(self) -> Floats:
        """What the rows after the base year count in the index."""
        free = self._weights / self._base
        free[:, np.array(self.ends) <= self.years[0]] = 0.0
        free[0] = 0.0
        return free

    @cached_property
    def _start(self) -> Floats:
        """What the rows up to the base year add to the index, (year, 1)."""
        known = self._weights @ np.where(
            np.array(self.ends)[:, None] <= self.years[0], self.stated, 0.0
        )
        known /= self._base
        known[0] = 1.0
        return np.asarray(known)

    @cached_property
    def _period(self) -> tuple[Integers, Floats]:
        scales = [units.factor(row.record.unit, "1/year") for row in self.series.rows]
        period = np.searchsorted(self.ends, self.years[1:])
        return period, np.array(scales)[period, None]

    def _compounded(self, values: Floats) -> Floats:
        period, scales = self._period
        yearly = np.ones((len(self.years), values.shape[1]))
        np.multiply(values[period], scales, out=yearly[1:])
        yearly[1:] += 1.0
        return compound(yearly)


def compound(yearly: Floats) -> Floats:
    """Multiply each year, (year, draw), with those before it, in place; return the result."""
    # Row by row: several times as fast as np.cumprod along the first axis.
    for before, here in pairwise(yearly):
        np.multiply(before, here, out=here)
    return yearly


def spread_of(series: Series, years: Sequence[int]) -> Spread:
    """Return a series over years, the first of which is the base."""
    return Spread(series, tuple(years))
