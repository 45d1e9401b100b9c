"""Tapio's states against printed elasticities.

Guangdong, production energy-related carbon and economic growth, abstract of The Scientific World
Journal 2014, 782750 (https://www.hindawi.com/journals/tswj/2014/782750/abs/): the elasticity rises
from 0.53 in 1996 to 0.85 in 2011, the state turns from weak decoupling in 1996-2004 to expansive
coupling in 2005-2011. The abstract prints no growth rates, so output grows by round numbers here.
A table with changes, elasticity and state side by side was looked for and not found.
"""

from __future__ import annotations

import pytest
import xarray as xr

from carbonpeak.analysis.decoupling import Decoupling, decoupling


@pytest.mark.parametrize("growth", [0.05, 0.1])
@pytest.mark.parametrize(
    ("elasticity", "state"),
    [(0.53, Decoupling.WEAK_DECOUPLING), (0.85, Decoupling.EXPANSIVE_COUPLING)],
)
def test_guangdong(growth: float, elasticity: float, state: Decoupling) -> None:
    years = {"year": [2010, 2011]}
    output = xr.DataArray([100.0, 100.0 * (1 + growth)], years, "year")
    emissions = xr.DataArray([50.0, 50.0 * (1 + elasticity * growth)], years, "year")
    found = decoupling(emissions, output)
    assert found["elasticity"].item() == pytest.approx(elasticity)
    assert found["state"].item() == state
