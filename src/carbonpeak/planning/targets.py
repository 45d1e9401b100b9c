"""Targets with a sign that cannot be misread: reductions are positive, levels are levels."""

from __future__ import annotations

from typing import Literal

import xarray as xr
from pydantic import Field, RootModel, model_validator

from carbonpeak import units
from carbonpeak.errors import Fault, InputError, ScenarioError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.records import Document, Evidence, Record, read_yaml
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import Outlook

Indicator = Literal[
    "co2_intensity", "energy_intensity", "energy_co2", "energy_total", "forest_cover"
]


Numerator = Literal["energy_co2", "direct_co2", "gross_ghg", "net_ghg"]


class Goal(Record):
    """One target: a reduction against a base year, or a level.

    `numerator` says which gases a carbon target counts: energy CO2 with net bought electricity
    and heat, direct CO2, or all gases without and with land use (both with what is bought).
    A reduction of 18 percent means 18 percent less than in the base year. A plan that prints a
    reduction of -20.34 has seen an increase, and no target states one.
    """

    indicator: Indicator
    year: int
    base_year: int
    reduction: float | None = Field(default=None, ge=0, lt=100)
    level: float | None = None
    unit: str
    binding: bool
    numerator: Numerator = "energy_co2"
    title_en: str = ""
    title_zh: str = ""
    source_id: str
    where: str
    evidence: Evidence
    note: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> Goal:
        if (self.reduction is None) == (self.level is None):
            raise ValueError("needs either 'reduction' or 'level'")
        return self

    @property
    def amount(self) -> str:
        """The yearly amount that the target bounds, as an indicator of a pathway."""
        if self.indicator == "forest_cover":
            return "planted_area"
        return (
            "energy_total"
            if self.indicator.startswith("energy_") and (self.indicator != "energy_co2")
            else self.numerator
        )


class GoalsRecord(RootModel[dict[str, Goal]]):
    """The content of `targets.yaml`: targets by name."""


def load_targets(region: Region) -> dict[str, Goal]:
    """Load the targets of a region; a region without `targets.yaml` has none.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    path = region.path / "targets.yaml"
    if not path.is_file():
        return {}
    document = read_yaml(path, GoalsRecord)
    faults = [
        fault
        for name, goal in document.record.root.items()
        for fault in _goal_faults(region, document, name, goal)
    ]
    if faults:
        raise InputError(faults)
    return dict(document.record.root)


def _goal_faults(
    region: Region, document: Document[GoalsRecord], name: str, goal: Goal
) -> list[Fault]:
    faults = []
    if goal.source_id not in region.sources:
        hint = suggestion(goal.source_id, list(region.sources))
        problem = f"unknown source '{goal.source_id}'"
        faults.append(document.fault((name, "source_id"), problem, hint))
    if goal.base_year != region.record.base_year:
        problem = f"is {goal.base_year}; the inventory's base year is {region.record.base_year}"
        faults.append(document.fault((name, "base_year"), problem, "state the target against it"))
    wanted = "1" if goal.reduction is not None else _LEVEL_UNITS[goal.indicator]
    if not units.same_dimension(goal.unit, wanted):
        problem = f"'{goal.unit}' does not fit {goal.indicator}"
        faults.append(document.fault((name, "unit"), problem, f"write a unit such as {wanted}"))
    return faults


_LEVEL_UNITS: dict[str, str] = {
    "co2_intensity": "t CO2/CNY2020",
    "energy_intensity": "tce/CNY2020",
    "energy_co2": "t CO2/year",
    "energy_total": "tce/year",
    "forest_cover": "percent",
}


def require_in_horizon(outlook: Outlook, name: str, goal: Goal) -> int:
    """Return the place of a target's year in the horizon.

    Raises
    ------
    ScenarioError
        When the scenario does not reach that year.
    """
    if goal.year not in outlook.years:
        first, last = outlook.years[0], outlook.years[-1]
        raise ScenarioError(
            f"target '{name}' is for {goal.year}, outside the horizon {first} to {last} of "
            f"scenario '{outlook.scenario.name}'. Extend the horizon or drop the target"
        )
    return outlook.years.index(goal.year)


def bound(outlook: Outlook, baseline: xr.Dataset, name: str, goal: Goal) -> float:
    """Return the value that a target allows or asks for in its year.

    Parameters
    ----------
    outlook : Outlook
        The scenario laid out.
    baseline : xr.Dataset
        Its pathway; only the base year is read, where no measure is at work.
    name, goal : str, Goal
        The target.

    Returns
    -------
    float
        In the indicator's own unit; for intensities the amount at the GDP of the year, in
        t CO2/year or tce/year; for forest cover the hectares to be planted since the base year.
    """
    moment = require_in_horizon(outlook, name, goal)
    if goal.indicator == "forest_cover":
        return _area_to_plant(outlook, goal)
    per_gdp = goal.indicator.endswith("intensity")
    scale = float(outlook.gdp[moment]) if per_gdp else 1.0
    if goal.level is not None:
        return goal.level * units.factor(goal.unit, _LEVEL_UNITS[goal.indicator]) * scale
    amount = indicator(baseline, goal.amount).isel(year=0)
    start = float(amount / baseline["gdp"].isel(year=0)) if per_gdp else float(amount)
    reduction = (goal.reduction or 0.0) * units.factor(goal.unit, "1")
    return start * (1.0 - reduction) * scale


def _area_to_plant(outlook: Outlook, goal: Goal) -> float:
    if goal.level is None:
        raise ScenarioError("a forest cover target states a level, not a reduction")
    region = outlook.scenario.region
    land = region.record.land_area
    area = land.value * units.factor(land.unit, "ha")
    cover = region.indicator("forest_cover", goal.base_year, unit="1")
    return (goal.level * units.factor(goal.unit, "1") - cover) * area
