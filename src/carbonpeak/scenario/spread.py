"""Paths of a series when its stated numbers vary together: one quantile for the whole path.

The base year does not vary: what is unsure about it stands with the activity of the inventory.
A path therefore starts from the stated base and opens towards the ranges of the later years. A
series that follows from others, such as a stock of vehicles, stays as it was computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from carbonpeak import units
from carbonpeak.inventory.model import Floats
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.scenario.series import Growth, Points, Series


@dataclass(frozen=True)
class Spread:
    """A series over some years, of which the first is the base.

    Wherever values are given, they are what its rows say, (row, draw), as `Series.stated`.
    """

    series: Series
    years: tuple[int, ...]

    @cached_property
    def laws(self) -> tuple[Distribution, ...]:
        """How each row varies."""
        found = []
        for row, value in zip(self.series.rows, self.stated[:, 0].tolist(), strict=True):
            given = row.record
            scale = value / given.value if given.value else units.factor(given.unit, self.unit)
            ends = [None if end is None else end * scale for end in (given.low, given.high)]
            found.append(distribution_of(value, ends[0], ends[1]))
        return tuple(found)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The year of each row; the last of all years for a row that has none."""
        return tuple(row.record.year or self.years[-1] for row in self.series.rows)

    @cached_property
    def stated(self) -> Floats:
        """What its rows say, (row, 1); without a row for a series that follows from others."""
        return self.series.stated()[:, None] if self.series.rows else np.zeros((0, 1))

    @property
    def unit(self) -> str:
        """The unit of its rows."""
        return self.series.unit

    def index(self, values: Floats) -> Floats:
        """Return the series relative to the base year, (year, draw).

        Starts with 1, and is `Series.index` where the values are those stated.
        """
        if not self.series.rows:
            return self._fixed
        if isinstance(self.series, Growth):
            return self._compounded(values)
        if not isinstance(self.series, Points):
            return self.series.index(self.years, values=values)
        if self._weights is not None:
            index: Floats = self._later @ values
            index += self._start
            return index
        moved = np.where(self._known[:, None], self.stated, values)
        index = self.series.levels(self.years, unit=self.unit, values=moved) / self._base
        index[0] = 1.0
        return index

    def levels(self, values: Floats, *, unit: str) -> Floats:
        """Return the levels in a unit, (year, draw)."""
        if not self.series.rows:
            return self.series.levels(self.years, unit=unit)[:, None]
        return self.series.levels(self.years, unit=unit, values=values)

    def at(self, values: Floats, year: int) -> Floats:
        """Return the level in the year of a place, or the growth of its period, (draw,)."""
        if isinstance(self.series, Growth):
            return np.asarray(values[np.searchsorted(self.ends, self.years[year])])
        return np.asarray(self.levels(values, unit=self.unit)[year])

    @cached_property
    def _fixed(self) -> Floats:
        return self.series.index(self.years)[:, None]

    @cached_property
    def _known(self) -> np.ndarray:
        """Which rows stand in the base year or before it."""
        return np.asarray(np.array(self.ends) <= self.years[0])

    @cached_property
    def _weights(self) -> Floats | None:
        """What each row counts in the level of each year, (year, row); None when not linear."""
        if any(row.record.interpolation == "geometric" for row in self.series.rows):
            return None
        return self.series.levels(self.years, unit=self.unit, values=np.eye(len(self.ends)))

    @cached_property
    def _base(self) -> float:
        return float(self.series.levels(self.years[:1], unit=self.unit)[0])

    @cached_property
    def _later(self) -> Floats:
        """What the rows after the base year count in the index."""
        assert self._weights is not None
        free: Floats = self._weights / self._base
        free[:, self._known] = 0.0
        free[0] = 0.0
        return free

    @cached_property
    def _start(self) -> Floats:
        """What the rows up to the base year add to the index, (year, 1)."""
        assert self._weights is not None
        known: Floats = self._weights @ np.where(self._known[:, None], self.stated, 0.0)
        known /= self._base
        known[0] = 1.0
        return known

    def _compounded(self, values: Floats) -> Floats:
        # As `Growth.index`, which is slower with many draws.
        yearly = np.ones((len(self.years), values.shape[1]))
        period = np.searchsorted(self.ends, self.years[1:])
        np.multiply(values[period], units.factor(self.unit, "1/year"), out=yearly[1:])
        yearly[1:] += 1.0
        return compound(yearly)


def compound(yearly: Floats) -> Floats:
    """Multiply each year, (year, draw), with those before it, in place; return the result."""
    # Row by row: several times as fast as np.cumprod along the first axis.
    for before, here in pairwise(yearly):
        np.multiply(before, here, out=here)
    return yearly


def powers(base: Floats, count: int) -> Floats:
    """Return the powers of numbers, (power, draw), from the zeroth on."""
    found = np.empty((count, base.size))
    found[0], filled = 1.0, 1
    while filled < count:
        more = found[filled : 2 * filled]
        np.multiply(found[: len(more)], base, out=more)
        base, filled = base * base, 2 * filled
    return found


def spread_of(series: Series, years: Sequence[int]) -> Spread:
    """Return a series over years, the first of which is the base."""
    return Spread(series, tuple(years))
