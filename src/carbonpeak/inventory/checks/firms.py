"""The sum of single firms beside the activity of the region that holds them."""

from __future__ import annotations

from carbonpeak.evidence.firms import firm_sums
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.checks.finding import Comparison

ROUNDING = 1e-6
"""Share by which firms may exceed the whole that holds them, for the rounding of their sum."""


def firm_comparisons(region: Region) -> list[Comparison]:
    """Return a comparison for each line and year of which firms report."""
    return [
        Comparison(one.place, one.firms, one.region, one.unit, ROUNDING, at_most=True)
        for one in firm_sums(region.firms, region.activity)
    ]
