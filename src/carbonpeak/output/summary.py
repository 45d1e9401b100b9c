"""The result as plain data: every number with its unit, the same bytes for the same input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carbonpeak.output.data import InventoryData, PeakFacts, PlanData, RunData, TargetFacts
from carbonpeak.output.tables.pathways import significant

NOISE = 1e-12
"""Relative differences below this are rounding of the arithmetic, and are written as zero."""


def summarise(data: RunData) -> dict[str, Any]:
    """Return the summary of a run; each number is ``{"value": …, "unit": …}``."""
    inventory = data.inventory
    base_year = inventory.facts.base_year
    return {
        "region": inventory.facts.region,
        "base_year": base_year,
        "version": inventory.facts.version,
        "convention": inventory.facts.convention,
        "energy_total": _energy_total(inventory),
        "emissions": _emissions(inventory),
        **_intensity_change(inventory),
        "assumption_share": measured(inventory.assumption_share[base_year] * 100.0, "%"),
        "unverified_share": measured(inventory.unverified_share[base_year] * 100.0, "%"),
        "unverified_energy_share": measured(
            inventory.unverified_energy_share[base_year] * 100.0, "%"
        ),
        "closure_residual": measured(without_noise(data.closure_residual), "1"),
        "scenarios": {name: _peak(part.peak) for name, part in data.scenarios.items()},
        "plan": None if data.plan is None else _plan(data.plan),
    }


def measured(value: float | None, unit: str) -> dict[str, Any]:
    """Return a number with its unit, rounded to 12 significant digits; None stays None."""
    if value is None or value != value:
        return {"value": None, "unit": unit}
    return {"value": value if isinstance(value, int) else significant(value), "unit": unit}


def without_noise(value: float) -> float:
    """Return zero for what is only the rounding of the arithmetic."""
    return value if abs(value) > NOISE else 0.0


def _energy_total(data: InventoryData) -> dict[str, Any]:
    total = data.figures["energy_total"].sel(year=data.facts.base_year)
    return measured(float(total.sel(convention=data.facts.convention)) * 1e-4, "10^4 tce")


def _emissions(data: InventoryData) -> dict[str, Any]:
    year = data.facts.base_year
    by_sector = data.by_sector.sel(year=year)
    by_gas = data.by_gas.sel(year=year)
    figures = data.figures.sel(year=year)
    return {
        "total": measured(float(figures["total"]), "t CO2e"),
        "total_with_indirect": measured(float(figures["total_with_indirect"]), "t CO2e"),
        "energy_co2": measured(float(figures["energy_co2"]), "t CO2"),
        "by_sector": {
            str(name): measured(float(by_sector.sel(sector=name)), "t CO2e")
            for name in by_sector["sector"].values
        },
        "by_gas": {
            str(gas): measured(float(by_gas.sel(gas=gas)), f"t {gas}")
            for gas in by_gas["gas"].values
        },
        "metric": data.facts.metric,
        "year": year,
    }


def _intensity_change(data: InventoryData) -> dict[str, Any]:
    if data.intensity_change is None:
        return {}
    key = f"intensity_change_{data.intensity_from}_{data.facts.base_year}"
    return {key: measured(data.intensity_change, "%")}


def _peak(peak: PeakFacts) -> dict[str, Any]:
    return {
        "peak_year": measured(peak.year, "year"),
        "peak_value": measured(peak.value * 1e-4, "10^4 t CO2"),
        "verdict": peak.verdict,
    }


def _plan(plan: PlanData) -> dict[str, Any]:
    residual = plan.rerun_residual
    return {
        "scenario": plan.scenario,
        "status": plan.status,
        "message": {"en": plan.message.title_en, "zh": plan.message.title_zh},
        "cost": measured(_scaled(plan.total_cost, 1e-4), "10^4 CNY2020"),
        "carbon_price": _carbon_price(plan),
        "targets": {target.name: _target(target) for target in plan.targets},
        "rerun_residual": measured(None if residual is None else without_noise(residual), "1"),
    }


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale


def carbon_target(plan: PlanData) -> TargetFacts | None:
    """Return the CO2 target with the highest price; None when no CO2 target has one."""
    priced = [
        target
        for target in plan.targets
        if target.price is not None and target.amount_unit == "t CO2"
    ]
    return max(priced, key=lambda target: target.price or 0.0, default=None)


def _carbon_price(plan: PlanData) -> dict[str, Any]:
    target = carbon_target(plan)
    if target is None:
        return {**measured(None, "CNY2020/t CO2"), "target": None}
    return {**measured(target.price, "CNY2020/t CO2"), "target": target.name}


def _target(target: TargetFacts) -> dict[str, Any]:
    unit = "%" if target.unit == "percent" else target.unit
    return {
        "asked": measured(target.asked, unit),
        "reached": {name: measured(value, unit) for name, value in target.reached.items()},
        "slack": measured(_settled(target), target.amount_unit),
        "binds": target.binds,
        "price": measured(target.price, f"CNY2020/({target.amount_unit})"),
    }


def _settled(target: TargetFacts) -> float | None:
    """Return the slack, zero where it is only the rounding of the solver."""
    if target.slack is None or target.cap is None:
        return target.slack
    return 0.0 if abs(target.slack) <= 1e-9 * max(abs(target.cap), 1.0) else target.slack


def summary_text(summary: Mapping[str, Any]) -> str:
    """Return a summary as JSON text."""
    return json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_summary(path: Path, data: RunData) -> Path:
    """Write `summary.json`."""
    path.write_text(summary_text(summarise(data)), encoding="utf-8")
    return path
