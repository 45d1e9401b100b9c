"""Targets and projects in the lines that the command line prints."""

from __future__ import annotations

from pathlib import Path

from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.planning.progress import check_progress
from carbonpeak.planning.screening import screen_project
from carbonpeak.scenario.pathway import project as project_region
from carbonpeak.scenario.scenario import load_scenario
from carbonpeak.vocabulary import Language
from carbonpeak.workflow.chain import read_region


def progress_lines(
    name: str | Path, scenario: str | None = None, *, lang: Language = "zh"
) -> list[str]:
    """Return a sentence for each target: at its last year that is known."""
    region = read_region(name)
    if scenario is None:
        result = compile_inventory(region)
    else:
        result = project_region(region, load_scenario(region, scenario))
    table = check_progress(region, result)
    last = table.groupby(level="target", sort=False).tail(1)
    return [str(text) for text in last[f"sentence_{lang}"]]


def screening_lines(
    name: str | Path, scenario: str, project: str, *, lang: Language = "zh"
) -> list[str]:
    """Return the verdict on a project, then a sentence for each target that it touches."""
    region = read_region(name)
    found = screen_project(region, load_scenario(region, scenario), project)
    return [found.sentence(lang), *(str(text) for text in found.targets[f"sentence_{lang}"])]
