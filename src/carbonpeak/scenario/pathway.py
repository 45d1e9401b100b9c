"""Project a region along a scenario: the inventory's own equations on moved activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.evidence.region import CONVENTIONS, Region
from carbonpeak.inventory import totals
from carbonpeak.inventory.activity import feeders, region_lines, reported_activity
from carbonpeak.inventory.activity import history as earlier_activity
from carbonpeak.inventory.balance import reconcile
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.labels import label_masses
from carbonpeak.inventory.model import ENERGY, Floats, Model, Use
from carbonpeak.method import ROLES
from carbonpeak.scenario.adoption import Asked, asked_builds, record_shares
from carbonpeak.scenario.drivers import Series, activity_index, find_series, read_series
from carbonpeak.scenario.limits import dependency_faults, limit_faults, units_standing
from carbonpeak.scenario.measures.library import Measure, Pool, load_measures, load_pools
from carbonpeak.scenario.moves import MoveMap, map_moves, require_non_negative
from carbonpeak.scenario.past import with_past
from carbonpeak.scenario.prices import said_price_years
from carbonpeak.scenario.scenario import FactorPath, Scenario
from carbonpeak.scenario.settlement import Cut, record_cuts, settle
from carbonpeak.vocabulary import derived_lines, parse_line


@dataclass(frozen=True)
class Outlook:
    """A scenario laid out in arrays before any measure is built.

    Attributes
    ----------
    model : Model
        Every line of the inventory and of the measures, over the years of the scenario.
    baseline : (line, year)
        Activity without measures.
    measures : mapping
        Every measure that the region offers.
    moves : MoveMap
        The linear map of those measures.
    gdp, population : (year,)
        In CNY2020/year and persons.
    pools : mapping
        What measures share.
    """

    scenario: Scenario
    model: Model
    baseline: Floats
    measures: Mapping[str, Measure]
    moves: MoveMap
    gdp: Floats
    population: Floats
    pools: Mapping[str, Pool]

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the scenario, base year first."""
        return self.model.years

    def narrowed(self, names: Sequence[str]) -> Outlook:
        """Return the outlook on some of its measures; lines and drivers stay."""
        rows = [list(self.measures).index(name) for name in names]
        moves = self.moves
        return replace(
            self,
            measures={name: self.measures[name] for name in names},
            moves=MoveMap(tuple(names), moves.model, moves.move[rows], moves.strength[rows]),
        )

    def planned_builds(self) -> Floats:
        """Return what the scenario itself builds, after its interactions are settled.

        Returns
        -------
        (measure, year)
            Native units.

        Raises
        ------
        ScenarioError
            As `plan`.
        """
        return self.plan().builds

    def plan(self) -> Planned:
        """Return what the scenario asks for, what is built of it, and what was cut.

        Raises
        ------
        ScenarioError
            When the scenario names a measure that the region does not offer, or builds that
            break a limit, a dependency or a pool; every fault at once.
        """
        asked = asked_builds(self.scenario, self.measures, self.moves, self.baseline)
        builds = asked.builds
        cuts: list[Cut] = []
        if self.scenario.record.interaction == "order":
            whole = [measure.entry.integer for measure in self.measures.values()]
            builds, cuts = settle(
                self.moves, self.baseline, asked.builds, order=self.order(), integer=whole
            )
        faults = [
            *limit_faults(self.scenario, self.measures, asked.builds),
            *dependency_faults(self.scenario, self.measures, self.pools, builds),
        ]
        if faults:
            raise ScenarioError("\n".join(faults))
        return Planned(asked, builds, tuple(cuts))

    def order(self) -> list[int]:
        """Return the places of all measures, those of the stated order before the others."""
        record, names = self.scenario.record, list(self.measures)
        for name in record.order:
            if name not in names:
                place = self.scenario.where_from("order")
                raise ScenarioError(f"{place}: unknown measure '{name}'; {suggestion(name, names)}")
        stated = dict.fromkeys([*record.order, *record.measures, *names])
        return [names.index(name) for name in stated]


@dataclass(frozen=True)
class Planned:
    """What a scenario asks for and what is built of it.

    Attributes
    ----------
    builds : (measure, year)
        Native units.
    cuts : tuple of Cut
        Builds that were asked for and found nothing left to take.
    """

    asked: Asked
    builds: Floats
    cuts: tuple[Cut, ...]


def lay_out(region: Region, scenario: Scenario, *, like: Outlook | None = None) -> Outlook:
    """Lay a scenario out in arrays.

    Parameters
    ----------
    region : Region
        From `load_region`.
    scenario : Scenario
        From `load_scenario`.
    like : Outlook, optional
        Another scenario of the region laid out, whose measures are taken over unread.

    Raises
    ------
    ScenarioError, MissingFactorError, InputError
        When drivers, factors or measures do not fit the region, or the scenario is none of it.
    """
    _require_its_own(region, scenario)
    measures = load_measures(region) if like is None else like.measures
    series = read_series(scenario)
    base = region.record.base_year
    lines = region_lines(region)
    known = {line.id for line in lines}
    moved = [parse_line(name) for measure in measures.values() for name in measure.moves]
    every = {line.id: line for one in moved for line in (one, *derived_lines(one))}
    lines += [every[name] for name in sorted(set(every) - known)]
    model = bind(region, lines, [base])
    start = base_activity(region, model)
    index = activity_index(scenario, lines, start, series)[feeders(lines)]
    future = over_years(model, scenario, series)
    record = scenario.record
    gdp = find_series(series, record.gdp, asked_by=f"{scenario.name}: gdp")
    people = find_series(series, record.population, asked_by=f"{scenario.name}: population")
    return Outlook(
        scenario,
        future,
        start[:, None] * index,
        measures,
        map_moves(future, measures),
        region.indicator("gdp", base, unit="CNY2020") * gdp.index(scenario.years),
        region.indicator("population", base, unit="person") * people.index(scenario.years),
        load_pools(region) if like is None else like.pools,
    )


def _require_its_own(region: Region, scenario: Scenario) -> None:
    """Refuse what is no region or no scenario, such as a name, and the scenario of another region.

    The drivers of a scenario come from its own region, so two regions would mix in silence.
    """
    if not isinstance(region, Region) or not isinstance(scenario, Scenario):
        found = f"{type(region).__name__} and {type(scenario).__name__}"
        raise ScenarioError(
            f"expected a Region and a Scenario, in this order, not {found}; load them with "
            "cp.load_region(NAME) and cp.load_scenario(region, NAME)"
        )
    if scenario.region.name != region.name:
        raise ScenarioError(
            f"scenario '{scenario.name}' is of '{scenario.region.name}', not of '{region.name}'; "
            "load it from the region that it is used with"
        )


def base_activity(region: Region, model: Model) -> Floats:
    """Return the reconciled activity of the base year for the lines of a model.

    Returns
    -------
    (line,)
        Zero for the lines that only measures bring in.
    """
    full = bind(region, region_lines(region), region.record.years)
    reported = reported_activity(full)
    adjusted = reconcile(full, reported.activity, reported.error)[feeders(full.lines)]
    moment = full.years.index(region.record.base_year)
    values = dict(zip(full.ids, adjusted[:, moment], strict=True))
    missing = [name for name, value in values.items() if np.isnan(value)]
    if missing:
        raise ScenarioError(
            f"no activity for {region.record.base_year}: {', '.join(missing)}. "
            "Give a value, or 0 where the source did not exist"
        )
    start = np.zeros(len(model.ids))
    for place, name in enumerate(model.ids):
        if name in values:
            start[place] = values[name]
    return start


def over_years(
    model: Model, scenario: Scenario, series: Mapping[str, Series], *, partial: bool = False
) -> Model:
    """Hold the base-year factors over the years, except those that follow a path.

    Parameters
    ----------
    model : Model
        Lines bound for the base year of the scenario.
    scenario : Scenario
        Its `factors` say which factor follows which series, such as that of the grid.
    series : mapping
        From `read_series`.
    partial : bool
        The model holds only some lines of the region, so that it need not use every factor.

    Raises
    ------
    ScenarioError
        When no line uses a factor that has a path, or a path starts elsewhere.
    """
    count = len(scenario.years)
    rates = {role: np.repeat(model.rates[role], count, axis=2) for role in ROLES}
    energy = np.repeat(model.energy, count, axis=2)
    for name, path in scenario.record.factors.items():
        asked_by = f"{scenario.name}: factors.{name}"
        if partial and not _uses_of(model, path):
            continue
        index, users = factor_index(model, scenario, path, series, asked_by)
        for line, gas in users:
            if gas == ENERGY:
                for choice, convention in enumerate(CONVENTIONS):
                    if path.condition in (None, convention):
                        energy[choice, model.ids.index(line)] *= index
            else:
                for role in ROLES:
                    rates[role][model.ids.index(line), model.gases.index(gas)] *= index
    future = model.stretched(scenario.years, rates, energy)
    return future.with_history(earlier_activity(future, before=scenario.years[0]))


def factor_index(
    model: Model,
    scenario: Scenario,
    path: FactorPath,
    series: Mapping[str, Series],
    asked_by: str,
) -> tuple[Floats, list[tuple[str, str]]]:
    """Return the path relative to the base-year factor, and who uses that factor."""
    uses = _uses_of(model, path)
    if not uses:
        raise ScenarioError(f"{asked_by}: no line uses {path.parameter} of '{path.subject}'")
    factor = uses[0].factor
    found = find_series(dict(series), path.series, asked_by=asked_by)
    levels = found.levels(scenario.years, unit=factor.unit)
    if not np.isclose(levels[0], factor.value, rtol=1e-9):
        raise ScenarioError(
            f"{asked_by}: series '{path.series}' starts with {levels[0]:g} {factor.unit}; the "
            f"inventory of {scenario.years[0]} uses {factor.value:g}. Make them equal"
        )
    pairs = dict.fromkeys((use.line, use.gas) for use in uses)
    return levels / factor.value, list(pairs)


def _uses_of(model: Model, path: FactorPath) -> list[Use]:
    return [
        use
        for use in model.uses
        if use.parameter == path.parameter
        and use.factor.subject == path.subject
        and path.gas in ("none", use.gas)
        and path.condition in (None, use.factor.condition)
    ]


@checked
def project(
    region: Region, scenario: Scenario, *, builds: Floats | None = None, history: bool = False
) -> xr.Dataset:
    """Project a region along a scenario.

    Parameters
    ----------
    region : Region
        From `load_region`.
    scenario : Scenario
        From `load_scenario`.
    builds : (measure, year), optional
        Builds in native units instead of those of the scenario, as the optimiser gives them;
        they are not compared with potential, limits and dependencies.
    history : bool
        Whether the inventory's years before the base year stand in front, see `with_past`.

    Returns
    -------
    xr.Dataset
        As `compile_inventory`, over the years of the scenario, with ``builds`` and ``stock``, what
        is in service of them, (measure, year), ``contribution`` (measure, gas, year) in t/year and
        its part in ``energy_related`` lines, ``energy_contribution`` (measure, year) in
        t CO2/year, ``gdp`` and ``population``.

    Raises
    ------
    ScenarioError
        When measures take away more activity than there is, builds of the scenario break a
        limit or a dependency, or a driver does not fit.
    """
    outlook = lay_out(region, scenario)
    pathway = walk_as_planned(outlook) if builds is None else walk(outlook, builds)
    return with_past(region, pathway) if history else pathway


def walk_as_planned(outlook: Outlook) -> xr.Dataset:
    """Run the inventory's equations on what the scenario itself builds.

    Where the scenario settles interactions by order, the pathway holds ``builds_asked`` beside
    ``builds``; see `settlement`. Where it asks for measures in percent of a line, the pathway
    holds ``share_asked`` and ``share_reached`` (measure, year).
    """
    planned = outlook.plan()
    pathway = walk(outlook, planned.builds)
    if planned.asked.shares:
        pathway = record_shares(pathway, outlook.moves, outlook.baseline, planned.asked.shares)
    if outlook.scenario.record.interaction == "order":
        return record_cuts(pathway, planned.asked.builds, planned.cuts)
    return pathway


def walk(outlook: Outlook, builds: Floats, *, retired: Floats | None = None) -> xr.Dataset:
    """Run the equations on what builds moved, less `retired` (measure, year built, year)."""
    activity = require_non_negative(outlook.moves, outlook.baseline, builds, retired)
    cell, plan, by_gas = ("line", "year"), ("measure", "year"), ("measure", "gas", "year")
    dataset = label_masses(outlook.model, activity).assign(
        {
            "activity_without_measures": (cell, outlook.baseline),
            "builds": (plan, builds),
            "stock": (plan, units_standing(outlook.measures, builds, retired)),
            "contribution": (by_gas, outlook.moves.contribution(builds, retired)),
            "energy_contribution": (plan, _energy_contribution(outlook, builds, retired)),
            "gdp": ("year", outlook.gdp),
            "population": ("year", outlook.population),
        }
    )
    dataset = dataset.assign_coords(_measure_coordinates(outlook.measures))
    dataset.attrs = _attributes(outlook)
    return _label(dataset)


def _energy_contribution(outlook: Outlook, builds: Floats, retired: Floats | None) -> Floats:
    """Return the change of CO2 of fuels and bought energy by each measure, (measure, year)."""
    model, sectors = outlook.model, totals.ENERGY_SECTORS
    of_energy = np.array([line.rule.sector in sectors for line in model.lines])
    change = outlook.moves.on_lines(of_energy).contribution(builds, retired)
    return np.asarray(change[:, list(model.gases).index("CO2")])


def _measure_coordinates(measures: Mapping[str, Measure]) -> dict[str, Any]:
    entries = [measure.entry for measure in measures.values()]
    return {
        "measure": list(measures),
        "measure_unit": ("measure", [entry.unit for entry in entries]),
        "measure_title_en": ("measure", [entry.title_en for entry in entries]),
        "measure_title_zh": ("measure", [entry.title_zh for entry in entries]),
    }


def _attributes(outlook: Outlook) -> dict[str, Any]:
    record, region = outlook.scenario.record, outlook.scenario.region.record
    return said_price_years(outlook.scenario.region, outlook.measures) | {
        "region": region.name,
        "region_title_en": region.title_en,
        "region_title_zh": region.title_zh,
        "scenario": outlook.scenario.name,
        "title_en": record.title_en,
        "title_zh": record.title_zh,
        "base_year": region.base_year,
        "metric": region.metric,
        "convention": region.convention,
        "land_area": region.land_area.value * units.factor(region.land_area.unit, "ha"),
        "factor_set": outlook.scenario.region.factors.name,
    }


def _label(dataset: xr.Dataset) -> xr.Dataset:
    dataset["activity_without_measures"].attrs = dict(dataset["activity"].attrs)
    dataset["contribution"].attrs = {"units": "t/year", "long_name": "change by measure"}
    told = "change of energy CO2 by measure"
    dataset["energy_contribution"].attrs = {"units": "t CO2/year", "long_name": told}
    dataset["builds"].attrs = {"units": "see measure_unit", "long_name": "builds"}
    dataset["stock"].attrs = {"units": "see measure_unit", "long_name": "units in service"}
    dataset["gdp"].attrs = {"units": "CNY2020/year", "long_name": "GDP"}
    dataset["population"].attrs = {"units": "person", "long_name": "population"}
    return dataset
