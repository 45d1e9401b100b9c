"""Compile the inventory of a region into one Dataset."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.evidence.factors import Factor
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.activity import (
    Reported,
    feeders,
    history,
    region_lines,
    reported_activity,
)
from carbonpeak.inventory.balance import reconcile
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.labels import label_masses
from carbonpeak.inventory.model import Floats, Model, Use

FACTOR_FIELDS = (
    "parameter",
    "subject",
    "condition",
    "region",
    "gas",
    "year",
    "value",
    "unit",
    "low",
    "high",
    "source",
    "where",
    "where_zh",
    "verified",
    "evidence",
    "note",
    "note_zh",
    "set",
)


@checked
def compile_inventory(region: Region) -> xr.Dataset:
    """Compile the inventory of every year that the region lists.

    Parameters
    ----------
    region : Region
        From `load_region`.

    Returns
    -------
    xr.Dataset
        Variables ``activity``, ``activity_reported``, ``emissions``, ``removals``, ``memo``
        (t/year over line, gas, year) and ``energy`` (tce/year over convention, line, year);
        the factors used stand in the ``factor_*`` and ``use_*`` variables.

    Raises
    ------
    MissingFactorError
        When a factor is missing; all of them are named.
    BalanceError
        When the exact totals contradict each other.
    """
    model = bind(region, region_lines(region), region.record.years)
    reported = reported_activity(model)
    activity = reconcile(model, reported.activity, reported.error)[feeders(model.lines)]
    return to_dataset(model.with_history(history(model)), activity, reported)


def to_dataset(model: Model, activity: Floats, reported: Reported) -> xr.Dataset:
    """Label the activity, gases and energy of a model, with evidence and provenance."""
    cell = ("line", "year")
    known = {
        "activity_reported": (cell, reported.activity),
        "activity_error": (cell, reported.error),
        "evidence": (cell, reported.evidence.astype(str)),
        "source_id": (cell, reported.source_id.astype(str)),
        "where": (cell, reported.where.astype(str)),
        "where_zh": (cell, reported.where_zh.astype(str)),
        "filled": (cell, reported.filled.astype(str)),
        **provenance(model.uses),
    }
    dataset = label_masses(model, activity).assign(known)
    for name in ("activity_reported", "activity_error"):
        dataset[name].attrs = {"units": "see activity_unit", "long_name": name}
    dataset.attrs = dict(_attributes(model.region))
    return dataset


def provenance(uses: Iterable[Use]) -> dict[str, Any]:
    """Return the factors used, and who used them, as plain columns."""
    listed = list(uses)
    factors: dict[Factor, int] = {}
    for use in listed:
        factors.setdefault(use.factor, len(factors))
    columns: dict[str, Any] = {
        f"factor_{name}": ("factor", _column([getattr(factor, name) for factor in factors]))
        for name in FACTOR_FIELDS
    }
    for name in ("line", "gas", "parameter"):
        columns[f"use_{name}"] = ("use", np.array([getattr(use, name) for use in listed], str))
    columns["use_year"] = ("use", np.array([use.year for use in listed], int))
    columns["use_factor"] = ("use", np.array([factors[use.factor] for use in listed], int))
    return columns


def _column(values: list[Any]) -> Any:
    if all(isinstance(value, float) or value is None for value in values):
        return np.array([np.nan if value is None else value for value in values], float)
    return np.array([str(value) for value in values], str)


def _attributes(region: Region) -> Mapping[str, Any]:
    record = region.record
    return {
        "region": record.name,
        "title_en": record.title_en,
        "title_zh": record.title_zh,
        "factor_set": region.factors.name,
        "fallback": region.factors.fallback_name or "",
        "grid_region": record.grid_region,
        "base_year": record.base_year,
        "metric": record.metric,
        "convention": record.convention,
        "version": version("carbonpeak"),
        "hashes": json.dumps(region.hashes(), sort_keys=True),
        "sources": json.dumps(
            {name: source.title for name, source in region.sources.items()},
            sort_keys=True,
            ensure_ascii=False,
        ),
        "notations": json.dumps(
            [row.record.model_dump(mode="json") for row in region.notations],
            sort_keys=True,
            ensure_ascii=False,
        ),
        "totals": json.dumps(
            {name: total.model_dump(mode="json") for name, total in record.totals.items()},
            sort_keys=True,
            ensure_ascii=False,
        ),
    }
