"""Read, compile and project a region, and run the checks of its inventory."""

from __future__ import annotations

from pathlib import Path

from carbonpeak.inventory.checks import Findings, run_checks
from carbonpeak.output.data import RunData
from carbonpeak.workflow.chain import compute, read_region


def check(name: str | Path) -> tuple[RunData, Findings]:
    """Compute everything of a region and check its inventory.

    The reference approach takes part when the region states its supply of fuels.

    Raises
    ------
    CarbonPeakError
        When something people wrote cannot be used.
    """
    data = compute(name, data_only=True)
    region, inventory = read_region(name), data.inventory.dataset
    return data, run_checks(region, inventory, reference=data.inventory.reference)
