"""Checks of an inventory: small named findings, accepted by name or put right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.checks import data, factors, results
from carbonpeak.inventory.checks.finding import (
    Case,
    Check,
    Comparison,
    Finding,
    Level,
    Override,
    accepted,
)
from carbonpeak.inventory.checks.firms import firm_comparisons

__all__ = [
    "CHECKS",
    "Comparison",
    "Finding",
    "Level",
    "Override",
    "findings_table",
    "run_checks",
]

CHECKS: tuple[Check, ...] = (
    factors.plausible_range,
    factors.local_factor,
    factors.fallback_factor,
    factors.unverified_key,
    factors.assumed_key,
    data.no_value,
    data.missing_year,
    data.notation_contradicted,
    data.filled,
    data.year_on_year,
    data.land_area,
    data.without_range,
    data.comparison,
    data.reference_approach,
    results.double_count,
    results.unpaired_generation,
    results.balance_closure,
    results.moved_far,
    results.sum_of_sectors,
    results.biogenic_in_total,
    results.empty_total,
)


def run_checks(
    region: Region,
    inventory: xr.Dataset,
    *,
    comparisons: Iterable[Comparison] = (),
    reference: xr.Dataset | None = None,
    overrides: Sequence[Override] | None = None,
) -> list[Finding]:
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
    list of Finding
        Errors first. A finding that is accepted stays in the list, with who accepts it and why.

    Raises
    ------
    ResultError
        When an override names an unknown check.
    """
    compared = (*comparisons, *firm_comparisons(region))
    case = Case.of(region, inventory, compared, reference)
    chosen = _of_region(region) if overrides is None else overrides
    return accepted((finding for check in CHECKS for finding in check(case)), chosen)


def _of_region(region: Region) -> list[Override]:
    stated = region.record.overrides.values()
    return [Override(one.check, one.place, one.reason, one.author) for one in stated]


def findings_table(findings: Sequence[Finding], lang: vocabulary.Language) -> pd.DataFrame:
    """Return findings as a table with titles in Chinese or English."""
    return pd.DataFrame(
        [
            {
                "level": vocabulary.label(f"check.level.{one.level}", lang),
                "check": one.title(lang),
                "place": one.place,
                "found": one.found,
                "allowed": one.allowed,
                "remedy": one.remedy,
                "override": _accepted_words(one, lang),
            }
            for one in findings
        ],
        columns=["level", "check", "place", "found", "allowed", "remedy", "override"],
    )


def _accepted_words(finding: Finding, lang: vocabulary.Language) -> str:
    if finding.override is None:
        return ""
    words = vocabulary.label("check.overridden", lang)
    return words.format(author=finding.override.author, reason=finding.override.reason)
