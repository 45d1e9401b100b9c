"""A plan run again through the inventory, and how far the two differ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.plan import LeastCostPlan
from carbonpeak.optimiser.region.amounts import UNITS, amount
from carbonpeak.scenario.limits import dependency_faults
from carbonpeak.scenario.pathway import Outlook, walk


def run_again(outlook: Outlook, builds: FloatArray, retired: FloatArray | None) -> xr.Dataset:
    """Run builds through the inventory, and judge them as those of a scenario are judged.

    `retired` (measure, build year, year) is what leaves early, None for nothing.
    """
    faults = dependency_faults(
        outlook.scenario, outlook.measures, outlook.pools, builds, retired=retired, slack=1e-6
    )
    if found := "\n".join(faults):
        raise ScenarioError(
            f"the least-cost plan breaks what its measures ask of each other:\n{found}"
        )
    pathway = walk(outlook, builds, retired=retired)
    if retired is None:
        return pathway
    said = {"units": "see measure_unit", "long_name": "units retired early"}
    return pathway.assign(retired=(("measure", "year"), retired.sum(axis=1), said))


def residual_of_plan(plan: LeastCostPlan, outlook: Outlook, pathway: xr.Dataset) -> float:
    """Return the largest relative difference between a plan and its pathway, money apart."""
    achieved = plan.result["achieved"]
    names = [str(name) for name in achieved["numerator"].values]
    reached = {name: achieved.sel(numerator=name).values for name in names if name in UNITS}
    return residual_of(reached, outlook, pathway)


def residual_of(reached: Mapping[str, FloatArray], outlook: Outlook, pathway: xr.Dataset) -> float:
    """Return the largest relative difference between amounts, each (year,), and a pathway."""
    worst = 0.0
    for name, solver in reached.items():
        again = amount(outlook, pathway, name)
        scale = max(float(np.abs(again).max()), 1e-12)
        worst = max(worst, float(np.abs(solver - again).max()) / scale)
    return worst
