"""Checks of an inventory: small named findings, accepted by name or put right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.checks import data, factors, ratios, results, sites
from carbonpeak.inventory.checks.finding import (
    Case,
    Check,
    Comparison,
    Finding,
    Level,
    Override,
    accepted,
)
from carbonpeak.inventory.checks.findings import Findings
from carbonpeak.inventory.checks.firms import firm_comparisons

__all__ = [
    "CHECKS",
    "Comparison",
    "Finding",
    "Findings",
    "Level",
    "Override",
    "run_checks",
]

CHECKS: tuple[Check, ...] = (
    factors.plausible_range,
    factors.local_factor,
    factors.fallback_factor,
    factors.regional_factor,
    factors.unverified_key,
    factors.assumed_key,
    data.no_value,
    data.missing_year,
    data.notation_contradicted,
    data.filled,
    data.year_on_year,
    sites.method_changed,
    data.land_area,
    data.without_range,
    data.comparison,
    data.reference_approach,
    ratios.ratio,
    results.double_count,
    sites.reductant_switch,
    results.unpaired_generation,
    results.balance_closure,
    results.moved_far,
    results.sum_of_sectors,
    results.biogenic_in_total,
    results.empty_year,
)


@checked
def run_checks(
    region: Region,
    inventory: xr.Dataset,
    *,
    comparisons: Iterable[Comparison] = (),
    reference: xr.Dataset | None = None,
    overrides: Sequence[Override] | None = None,
) -> Findings:
    """Run every check.

    Parameters
    ----------
    region : Region
        What the inventory was compiled from.
    inventory : xr.Dataset
        From `compile_inventory`.
    comparisons : iterable of Comparison
        Figures that should agree, besides the firms of the region and its activity.
    reference : xr.Dataset, optional
        From `reference_approach`.
    overrides : sequence of Override, optional
        Findings that are accepted; by default those of the region.

    Returns
    -------
    Findings
        Errors first, a tuple. A finding that is accepted stays in it, with who accepts it and why.

    Raises
    ------
    ResultError
        When an override names an unknown check.
    """
    compared = (*comparisons, *firm_comparisons(region))
    case = Case.of(region, inventory, compared, reference)
    chosen = _of_region(region) if overrides is None else overrides
    found = (finding for check in CHECKS for finding in check(case))
    known = [check.__name__ for check in CHECKS]
    return Findings(accepted(found, chosen, known))


def _of_region(region: Region) -> list[Override]:
    stated = region.record.overrides.values()
    return [Override(one.check, one.place, one.reason, one.author) for one in stated]
