"""A project compiled with the factors of its region, and the region with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import xarray as xr

from carbonpeak.errors import Fault, InputError, ScenarioError
from carbonpeak.evidence.allocation import allocate
from carbonpeak.evidence.region import ActivityRow, Region
from carbonpeak.evidence.region_rows import SiteRow
from carbonpeak.inventory.activity import region_lines, reported_activity
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.labels import label_masses
from carbonpeak.planning.projects import Project, UseRow
from carbonpeak.records import Row
from carbonpeak.scenario.drivers import read_series
from carbonpeak.scenario.pathway import over_years
from carbonpeak.scenario.scenario import Scenario

SUMMED = ("activity", "activity_without_measures", "emissions", "removals", "memo", "energy")


def project_masses(region: Region, scenario: Scenario, project: Project) -> xr.Dataset:
    """Compile a project over the years of a scenario, by the inventory's own equations.

    Factors are those of the region; one that follows a path in the scenario, such as that of the
    grid, follows it here. Before the start the project does nothing, from the start on it runs
    at full output every year. Coal that it replaces stands in lines below zero.

    Returns
    -------
    xr.Dataset
        As a pathway: masses in t/year, energy in tce/year, over line, gas and year.

    Raises
    ------
    InputError
        When the project uses reductants and does not say where their carbon counts.
    MissingFactorError
        When a factor of one of its lines is missing.
    """
    record = project.record
    home = _with_site(region, project)
    added = [row.model_copy(update={"site": project.name}) for row in record.activity]
    parts = [_compiled(home, scenario, added, start=record.start)]
    if record.coal_replaced:
        parts.append(_compiled(region, scenario, record.coal_replaced, start=record.start, sign=-1))
    joined = _joined(parts)
    gases = list(dict.fromkeys(["CO2", *joined["gas"].values.tolist()]))
    joined = joined.reindex(gas=gases, fill_value=0.0)
    joined.attrs = {"metric": region.record.metric, "convention": region.record.convention}
    return joined


def _with_site(region: Region, project: Project) -> Region:
    """Return the region with a site of the project's own, so that no line meets another."""
    record = project.record
    if project.name in region.sites:
        problem = f"the region has a site '{project.name}' already"
        fault = Fault(f"project '{project.name}'", None, None, problem, "rename the project")
        raise InputError([fault])
    stated = {"site": project.name, "title_en": record.title_en, "title_zh": record.title_zh}
    if record.reductant_carbon is not None:
        stated["reductant_carbon"] = record.reductant_carbon
    return replace(region, sites={project.name: SiteRow.model_validate(stated)})


def _compiled(
    region: Region, scenario: Scenario, rows: Iterable[UseRow], *, start: int, sign: int = 1
) -> xr.Dataset:
    """Compile rows of a full year, repeated in every year from the start on."""
    base, faults = region.record.base_year, list[Fault]()
    stated = [
        Row(ActivityRow.model_validate({**row.model_dump(), "year": base}), Path("project"), place)
        for place, row in enumerate(rows, start=1)
    ]
    placed = allocate(stated, region.sites, faults)
    if faults:
        raise InputError(
            replace(fault, remedy="write 'reductant_carbon: energy' or 'reductant_carbon: ippu'")
            for fault in faults
        )
    alone = replace(
        region,
        activity=tuple(placed),
        gaps=(),
        record=region.record.model_copy(update={"years": (base,), "totals": {}}),
    )
    model = bind(alone, region_lines(alone), [base])
    full = reported_activity(model).activity
    runs = sign * (np.asarray(scenario.years) >= start).astype(float)
    future = over_years(model, scenario, read_series(scenario), partial=True)
    masses = label_masses(future, full * runs)
    # A project counts as a measure does: without it there is nothing on its lines.
    return masses.assign(activity_without_measures=xr.zeros_like(masses["activity"]))


def with_project(pathway: xr.Dataset, masses: xr.Dataset, added: xr.DataArray) -> xr.Dataset:
    """Return a pathway with the lines of a project and the value that it adds to the GDP.

    Raises
    ------
    ScenarioError
        When the project replaces more coal than its region burns.
    """
    _require_coal(pathway, masses)
    joined = _joined([pathway, masses])
    others = pathway.drop_vars([name for name in pathway.data_vars if name in SUMMED])
    kept = [name for name, part in others.data_vars.items() if "line" not in part.dims]
    return (
        joined.assign({name: pathway[name] for name in kept})
        .assign(gdp=(pathway["gdp"] + added).assign_attrs(pathway["gdp"].attrs))
        .assign_attrs(pathway.attrs)
    )


def _joined(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    """Put lines under one another; a gas that a part does not give is zero there."""
    gases = list(dict.fromkeys(str(gas) for part in parts for gas in part["gas"].values))
    summed = [part[list(SUMMED)].reindex(gas=gases, fill_value=0.0) for part in parts]
    joined = xr.concat(summed, "line", join="outer")
    for name in SUMMED:
        joined[name].attrs = dict(parts[0][name].attrs)
    return joined


def _require_coal(pathway: xr.Dataset, masses: xr.Dataset) -> None:
    taken = masses["activity"].isel(line=np.flatnonzero((masses["activity"] < 0).any("year")))
    for name in dict.fromkeys(str(line) for line in taken["line"].values):
        wanted = -taken.sel(line=name)
        there = pathway["activity"].sel(line=name) if name in pathway["line"].values else 0 * wanted
        short = wanted > there * (1.0 + 1e-9)
        if bool(short.any()):
            year = int(wanted["year"].values[int(short.values.argmax())])
            raise ScenarioError(
                f"the project replaces {float(wanted.sel(year=year)):,.0f} of '{name}' in {year}; "
                f"the region has {float(there.sel(year=year)):,.0f}. "
                "Replace less, or name another line"
            )
