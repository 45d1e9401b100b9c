"""Read, compile and project a region, and run the checks of its inventory."""

from __future__ import annotations

from pathlib import Path

from carbonpeak.evidence.region import Region
from carbonpeak.inventory.checks import Findings, run_checks
from carbonpeak.inventory.reference import reference_approach
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
    return data, findings_of(read_region(name), data)


def findings_of(region: Region, data: RunData) -> Findings:
    """Run the checks of an inventory that was compiled from a region."""
    inventory = data.inventory.dataset
    reference = reference_approach(region, inventory) if region.supply else None
    return run_checks(region, inventory, reference=reference)
