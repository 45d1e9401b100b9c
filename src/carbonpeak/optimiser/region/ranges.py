"""How far the sources of a region's limits think that these could go."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from carbonpeak.records import Number
from carbonpeak.scenario.pathway import Outlook

Range = tuple[tuple[str, str], tuple[float, float]]

LIMITS = {
    "potential": "potential",
    "yearly_limit": "yearly_limit",
    "minimum_build": "minimum_build",
    "ramp_seed": "ramp",
    "first_year": "first_year",
    "last_year": "last_year",
}
"""Family of the limit that a number of a measure states; of a window its two ends."""


def stated_ranges(outlook: Outlook) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the range of each limit, by family and subject, in the unit of the limit."""
    return dict(_ranges(outlook))


def _ranges(outlook: Outlook) -> Iterator[Range]:
    for name, measure in outlook.measures.items():
        for parameter, family in LIMITS.items():
            if parameter in measure.rows:
                scale = measure.scales[parameter]
                yield (family, name), _ends(measure.rows[parameter].record, scale)
    for pool in outlook.pools.values():
        yield ("pool", pool.name), _ends(pool.row.record, 1.0)


def _ends(number: Number, scale: float) -> tuple[float, float]:
    low, high = (np.nan if end is None else end * scale for end in (number.low, number.high))
    return low, high
