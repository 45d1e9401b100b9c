"""The chain from a region to its finished numbers, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr

from carbonpeak.errors import Fault, InputError
from carbonpeak.evidence.region import Region, load_region
from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.inventory.editions import compile_under, under
from carbonpeak.optimiser import optimise
from carbonpeak.output.data import (
    InventoryData,
    MeasureFacts,
    PlanData,
    RunData,
    ScenarioData,
    Stated,
)
from carbonpeak.planning.projects import load_projects
from carbonpeak.planning.targets import load_targets
from carbonpeak.records import collect, shown
from carbonpeak.scenario.measures.library import load_measures
from carbonpeak.scenario.pathway import lay_out, walk, walk_as_planned
from carbonpeak.scenario.scenario import Scenario, load_scenario, scenario_names
from carbonpeak.vocabulary import Titled, label
from carbonpeak.workflow.inventory import inventory_data
from carbonpeak.workflow.optimum_answers import PLAIN, POINTS, Answers, Request
from carbonpeak.workflow.prices import price_facts
from carbonpeak.workflow.remarks import remarks_of
from carbonpeak.workflow.remedies import diagnosis_facts
from carbonpeak.workflow.scenarios import measure_facts, plan_data, scenario_data
from carbonpeak.workflow.stated import stated_numbers

Progress = Callable[[str], None]
"""Is told the key of each step as it begins."""

BASELINE = "baseline"
OPTIMISED = "optimised"


@dataclass(frozen=True, eq=False)
class Projection:
    """A pathway, and the same drivers without measures."""

    scenario: Scenario
    pathway: xr.Dataset
    without: xr.Dataset


def silent(step: str) -> None:
    """Ignore progress."""


def read_region(name: str | Path) -> Region:
    """Load a region with its measures, targets and projects, so that every fault shows at once.

    Raises
    ------
    InputError
        With every fault of every file.
    """
    region = load_region(name)
    faults: list[Fault] = []
    collect(faults, partial(load_measures, region))
    collect(faults, partial(load_targets, region))
    collect(faults, partial(load_projects, region))
    if faults:
        raise InputError(faults)
    return region


def chosen_scenarios(region: Region, names: Sequence[str] | None) -> list[Scenario]:
    """Load the named scenarios, or all of a region with the baseline first.

    Raises
    ------
    InputError
        For an unknown name, any fault of a scenario file, or data without scenarios.
    """
    if not scenario_names(region):
        raise InputError([_no_scenario(region)])
    listed = list(dict.fromkeys(names)) if names else _in_order(scenario_names(region))
    return [load_scenario(region, name) for name in listed]


def _no_scenario(region: Region) -> Fault:
    """Say what a region lacks that has data only, as a workbook has."""
    problem = "has no scenario; a path needs drivers.csv and at least one <scenario>.yaml"
    remedy = "add them, with measures, prices and targets where there are any"
    if not region.path.is_dir():
        remedy = "put the data into a folder beside these files, and give the folder"
    return Fault(shown(region.path), None, None, problem, remedy)


def _in_order(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: (name != BASELINE, name))


def project_both(scenario: Scenario) -> Projection:
    """Project a scenario, and its drivers without measures."""
    outlook = lay_out(scenario.region, scenario)
    nothing = np.zeros((len(outlook.measures), len(outlook.years)))
    return Projection(scenario, walk_as_planned(outlook), walk(outlook, nothing))


def closure_residual(inventory: xr.Dataset, without: xr.Dataset) -> float:
    """Return how far a path without measures is from the inventory in the base year.

    The largest difference of activity, gas or energy, relative to the largest value of each.
    """
    base = int(without.attrs["base_year"])
    start = without.sel(year=base, line=inventory["line"])
    worst = 0.0
    for name in ("activity", "emissions", "removals", "memo", "energy"):
        ours, theirs = inventory[name].sel(year=base), start[name]
        scale = np.maximum(np.abs(ours.values), 1e-12 * max(1.0, float(np.abs(ours).max())))
        gap = np.abs(theirs.transpose(*ours.dims).values - ours.values) / scale
        worst = max(worst, float(gap.max()))
    return worst


def inventory_of(
    region: Region, scenarios: Sequence[Scenario] = (), *, previous: xr.Dataset | None = None
) -> InventoryData:
    """Compile a region's inventory with its totals and the numbers behind it and its paths.

    Parameters
    ----------
    region : Region
        From `load_region`.
    scenarios : sequence of Scenario
        Whose numbers are listed too.
    previous : xr.Dataset, optional
        A former inventory, so that the recalculation can be shown.
    """
    stated = _stated(region, scenarios)
    return inventory_data(region, compile_inventory(region), stated, previous=previous)


def inventory_under(
    region: Region, factor_set: str, *, previous: xr.Dataset | None = None
) -> InventoryData:
    """Compile a region's inventory with another factor set and the same activity.

    Unless a former inventory is given, what the set changes is shown as the recalculation of
    the region's own inventory.
    """
    return inventory_data(
        under(region, factor_set),
        compile_under(region, factor_set),
        _stated(region, ()),
        previous=compile_inventory(region) if previous is None else previous,
    )


def _stated(region: Region, scenarios: Sequence[Scenario]) -> tuple[Stated, ...]:
    measures, goals = load_measures(region), load_targets(region)
    return stated_numbers(region, measures, goals, scenarios=scenarios)


def scenario_of(projection: Projection, measures: dict[str, MeasureFacts]) -> ScenarioData:
    """Return the finished numbers of a projected scenario."""
    record = projection.scenario.record
    return scenario_data(
        projection.scenario.name,
        Titled(title_en=record.title_en, title_zh=record.title_zh),
        projection.pathway,
        projection.without,
        measures=measures,
        note=Titled.of(record.noted),
        remarks=remarks_of(projection.scenario.region, projection.pathway, measures),
    )


def plan_of(
    region: Region,
    projection: Projection,
    scenarios: dict[str, ScenarioData],
    measures: dict[str, MeasureFacts],
    *,
    answers: Answers,
    request: Request = PLAIN,
) -> PlanData:
    """Return a least-cost path with what it reaches, and what else the request asks about it."""
    optimum = answers.optimum
    path = None
    if optimum.pathway is not None:
        title = Titled(title_en=label("optimised", "en"), title_zh=label("optimised", "zh"))
        path = scenario_data(
            OPTIMISED, title, optimum.pathway, projection.without, measures=measures
        )
    plan = plan_data(region, optimum, scenarios, path=path, measures=measures)
    plan = replace(plan, windowed=request.myopic is not None)
    if path is None:
        return replace(plan, diagnosis=diagnosis_facts(optimum))
    return replace(
        plan,
        prices=price_facts(answers),
        cash=answers.cash,
        retired=optimum.plan.result.get("retired"),
        front=answers.front if request.pareto else None,
        ranges=answers.ranges if request.alternatives else None,
        sureness=answers.sureness if request.robust else None,
    )


def ask(region: Region, scenario: Scenario, request: Request) -> Answers:
    """Find the least-cost path, and keep what is needed to ask more about it."""
    optimum = optimise(
        region,
        scenario,
        targets=request.kept_targets(region),
        soft=request.soft,
        myopic=request.myopic,
        settings=request.settings,
        write=request.program,
    )
    return Answers(
        optimum,
        points=request.pareto or POINTS,
        against=request.against,
        shares=request.shares,
        draws=request.draws,
        seed=request.draw_seed,
        settings=request.settings,
    )


def compute(
    name: str | Path,
    *,
    scenarios: Sequence[str] | None = None,
    least_cost: bool = True,
    data_only: bool = False,
    progress: Progress = silent,
) -> RunData:
    """Run the chain: inventory, scenarios, peaks and, unless told not to, least-cost path.

    With `data_only` a region without scenarios, such as a workbook, goes as far as it can.

    Raises
    ------
    CarbonPeakError
        When something people wrote cannot be used.
    """
    request = PLAIN if least_cost else None
    return answered(
        name, scenarios=scenarios, request=request, data_only=data_only, progress=progress
    )[0]


def answered(
    name: str | Path,
    *,
    scenarios: Sequence[str] | None = None,
    request: Request | None = PLAIN,
    data_only: bool = False,
    progress: Progress = silent,
) -> tuple[RunData, Answers | None]:
    """Run the chain as `compute` does, and keep the answers behind the least-cost path.

    Without a `request` there is none.
    """
    progress("step.read")
    region = read_region(name)
    nothing = data_only and scenarios is None and not scenario_names(region)
    chosen = [] if nothing else chosen_scenarios(region, scenarios)
    measures = measure_facts(load_measures(region))
    progress("step.inventory")
    inventory = inventory_of(region, chosen)
    progress("step.scenarios")
    projections = [project_both(scenario) for scenario in chosen]
    paths = {part.scenario.name: scenario_of(part, measures) for part in projections}
    plan = answers = None
    if request is not None and projections:
        progress("step.optimise")
        first = projections[0]
        answers = ask(region, first.scenario, request)
        plan = plan_of(region, first, paths, measures, answers=answers, request=request)
    data = RunData(
        inventory=inventory,
        measures=measures,
        scenarios=paths,
        plan=plan,
        closure_residual=max(
            (closure_residual(inventory.dataset, part.without) for part in projections),
            default=0.0,
        ),
    )
    return data, answers
