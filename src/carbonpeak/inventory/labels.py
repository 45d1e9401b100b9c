"""Labels of lines, and masses of gas with their labels and units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.evidence.region import CONVENTIONS
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.method import ROLES
from carbonpeak.vocabulary import Line

UNITS: dict[str, str] = {
    "activity": "see activity_unit",
    "emissions": "t/year",
    "removals": "t/year",
    "memo": "t/year",
    "energy": "tce/year",
}
"""Units of what a model gives."""


def label_masses(model: Model, activity: Floats) -> xr.Dataset:
    """Compute and label the gases and the energy of a model's activity.

    The labels of a model are laid out once; only the numbers are new in each call.

    Parameters
    ----------
    model : Model
        Bound lines.
    activity : (line, year)
        In the activity unit of each line's method.

    Returns
    -------
    xr.Dataset
        ``activity``, ``emissions``, ``removals``, ``memo`` and ``energy``.
    """
    if "labels" not in model.cache:
        model.cache["labels"] = _empty(model)
    numbers: dict[str, Any] = {"activity": activity, "energy": model.standard_coal(activity)}
    numbers |= {str(role): mass for role, mass in model.gas_masses(activity).items()}
    labelled: xr.Dataset = model.cache["labels"].copy(data=numbers)
    return labelled


def _empty(model: Model) -> xr.Dataset:
    lines, gases, years = len(model.lines), len(model.gases), len(model.years)
    cell, mass = ("line", "year"), ("line", "gas", "year")
    shapes: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
        "activity": (cell, (lines, years)),
        **dict.fromkeys(ROLES, (mass, (lines, gases, years))),
        "energy": (("convention", *cell), (len(CONVENTIONS), lines, years)),
    }
    return xr.Dataset(
        {
            name: (dims, np.zeros(shape), {"units": UNITS[name], "long_name": name})
            for name, (dims, shape) in shapes.items()
        },
        coords={
            "year": list(model.years),
            "gas": list(model.gases),
            "convention": list(CONVENTIONS),
            **line_coordinates(model.lines, [method.activity_unit for method in model.methods]),
        },
    )


def line_coordinates(lines: Sequence[Line], activity_units: Sequence[str]) -> dict[str, Any]:
    """Return the coordinates that lie along the dimension `line`."""
    carriers = [vocabulary.sources()[line.rule.subject or line.source].carrier for line in lines]
    columns: dict[str, list[Any]] = {
        "line": [line.id for line in lines],
        "category": [line.category for line in lines],
        "site": [line.site for line in lines],
        "source": [line.source for line in lines],
        "sector": [line.rule.sector for line in lines],
        "scope": [line.rule.scope for line in lines],
        "is_memo": [line.rule.memo for line in lines],
        "method": [line.rule.method for line in lines],
        "carrier": carriers,
        "activity_unit": list(activity_units),
    }
    return {name: ("line", values) for name, values in columns.items()}
