"""The public names of the package, with their docstrings."""

from __future__ import annotations

import inspect
from importlib import import_module

import carbonpeak
from generated import library

TITLES = {
    "evidence": "Evidence: regions and factor sets",
    "inventory": "Inventory",
    "units": "Units",
    "scenario": "Scenarios",
    "analysis": "Peaks, drivers of change, odds and sensitivity",
    "planning": "Targets, progress, projects, allocation",
    library.OPTIMISER.rpartition(".")[2]: "Least-cost path",
    "workflow": "The whole chain",
    "errors": "Errors",
}
"""Headings by floor, in the order of the chain; other floors follow under their own name."""

RETURNED = {
    f"{library.OPTIMISER}.plan": ("LeastCostPlan",),
    f"{library.OPTIMISER}.diagnosis": ("Diagnosis", "Shortfall", "Remedy"),
    f"{library.OPTIMISER}": ("Optimum",),
    f"{library.OPTIMISER}.region.portfolio": ("RegionalPortfolio",),
    f"{library.OPTIMISER}.portfolio": ("Portfolio",),
    f"{library.OPTIMISER}.portfolio_state": ("Round",),
    "carbonpeak.analysis.discovery": ("Box",),
    "carbonpeak.analysis.peak_assessment": ("PeakAssessment",),
    "carbonpeak.analysis.portrait": ("Portrait",),
    "carbonpeak.analysis.fans": ("Fan",),
    "carbonpeak.analysis.regret": ("RegretTable",),
    "carbonpeak.analysis.sensitivity": ("SobolIndices", "MorrisEffects"),
    "carbonpeak.planning.bounds": ("Bound",),
    "carbonpeak.planning.goals": ("Goal",),
    "carbonpeak.planning.projects": ("Project",),
    "carbonpeak.planning.screening": ("Screening", "CoalNeed"),
    "carbonpeak.evidence.factors": ("Factor",),
    "carbonpeak.inventory.explain": ("Explanation",),
    "carbonpeak.workflow": ("RunResult",),
    "carbonpeak.workflow.many": ("Mapped",),
    "carbonpeak.workflow.official": ("OfficialTables",),
    "carbonpeak.equation": ("Equation",),
}
"""What public functions return, and the declared equation: documented, imported from their home."""


def _names() -> dict[str, list[str]]:
    """Return the public names by floor."""
    floors: dict[str, list[str]] = {floor: [] for floor in TITLES}
    for name in carbonpeak.__all__:
        if not name.startswith("_"):
            floor = getattr(carbonpeak, name).__module__.split(".")[1]
            floors.setdefault(floor, []).append(name)
    return {floor: names for floor, names in floors.items() if names}


def summary() -> str:
    """Return the tables of all public names."""
    parts = [".. currentmodule:: carbonpeak", ""]
    for floor, names in _names().items():
        parts += [f".. rubric:: {_title(floor)}", "", ".. autosummary::", ""]
        parts += [f"   {name}" for name in names] + [""]
    return _rst(parts)


def details() -> str:
    """Return the full entry of each public name, and of what the functions return."""
    parts = []
    for floor, names in _names().items():
        parts += [f"## {_title(floor)}", _rst(_entries("carbonpeak", names))]
        home = [key for key in RETURNED if key.split(".")[1] == floor]
        for key in home:
            parts.append(_rst(_entries(key, RETURNED[key])))
    rest = [key for key in RETURNED if key.split(".")[1] not in _names()]
    parts.append("## Others")
    parts += [_rst(_entries(key, RETURNED[key])) for key in rest]
    return "\n\n".join(parts)


def _title(floor: str) -> str:
    return TITLES.get(floor, floor.capitalize())


def _entries(module: str, names: tuple[str, ...] | list[str]) -> list[str]:
    lines = [f".. currentmodule:: {module}", ""]
    for name in names:
        found = getattr(import_module(module), name)
        kind = "autofunction"
        if inspect.isclass(found):
            kind = "autoexception" if issubclass(found, Exception) else "autoclass"
        lines += [f".. {kind}:: {name}"]
        lines += ["   :members:", "   :exclude-members: __new__"] * (kind == "autoclass") + [""]
    return lines


def _rst(lines: list[str]) -> str:
    return "\n".join(["```{eval-rst}", *lines, "```"])
