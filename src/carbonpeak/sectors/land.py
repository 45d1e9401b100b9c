"""Carbon taken up by planted forest and mangrove."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any


@equation(
    area="ha",
    uptake="t CO2/ha/year",
    returns="t CO2/year",
    source="2006 IPCC Guidelines vol. 4 ch. 2 eq. 2.9-2.10, growth by age of stand",
)
def stand_uptake(area: Array, uptake: Array) -> Array:
    """Carbon dioxide that the stands planted in one year take up at one age.

    Parameters
    ----------
    area : (…, year)
        Area planted in the year and alive.
    uptake : (…, age)
        Uptake of a hectare at that age.

    Returns
    -------
    (…, year, age)
        Uptake in the year in which the stand has that age.
    """
    return area * uptake


METHODS = (Method("planted_stand", "ha", {"CO2": stand_uptake}, role="removals", by_age=True),)
