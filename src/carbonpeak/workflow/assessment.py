"""How sure an inventory is and what matters in it, computed once for figures and tables."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.evidence.region import Region
from carbonpeak.inventory.key_categories import key_categories
from carbonpeak.inventory.uncertainty import uncertainty
from carbonpeak.output.data import Assessment

DRAWS = 4096
WHOLE = "total_with_indirect"
"""The total whose variance is split."""


def assess(region: Region, dataset: xr.Dataset) -> Assessment:
    """Return the uncertainty of an inventory by sector, its origin, and the key categories."""
    year = region.record.base_year
    drawn = uncertainty(region, dataset, approach=2, draws=DRAWS, shares=False)
    linear = uncertainty(region, dataset, approach=1, by=())
    share = linear["variance_share"].sel(part=WHOLE, year=year, drop=True)
    order = np.argsort(-share.values, kind="stable")
    return Assessment(
        ranges=drawn[["central", "low", "high"]].sel(year=year, drop=True),
        variance=linear[["input_of"]].assign(share=share).isel(input=order),
        key=key_categories(dataset, year=year),
        draws=DRAWS,
    )
