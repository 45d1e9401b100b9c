"""May a project come: its energy and emissions, the region with it, the room that is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import Cited
from carbonpeak.inventory import totals
from carbonpeak.planning.effects import project_masses, with_project
from carbonpeak.planning.follow import prepared
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.projects import Project, load_project
from carbonpeak.planning.rooms import COLUMNS as ROOM_COLUMNS
from carbonpeak.planning.rooms import Room, quantity, room_of, say
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import project as project_region
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import LANGUAGES, Language

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["passes", "passes_if", "does_not_fit"]
COMPARED = (
    "energy_total_calorific",
    "energy_total_equal",
    "energy_intensity_calorific",
    "energy_intensity_equal",
    "coal",
    "energy_co2",
    "co2_intensity",
    "direct_co2",
    "gross_ghg",
)
"""What is told of the region before and after, and of the project alone."""

NOT_TOUCHED = ("coal_replacement_ratio", "forest_cover")
"""The first is asked of the project itself; the second no use of energy touches."""


@dataclass(frozen=True)
class CoalNeed:
    """The coal that has to go so that a project may come, in tce a year, calorific.

    Attributes
    ----------
    used, replaced : float
        Coal and coke of the project in a full year, and what it takes away elsewhere.
    ratio : float or None
        Coal that goes per coal that comes: 1 is equal replacement, above 1 reduced replacement;
        None while nobody states it.
    source_zh, source_en : str
        The document and place that state the ratio.
    """

    used: float
    ratio: float | None
    replaced: float
    source_zh: str = ""
    source_en: str = ""

    @property
    def needed(self) -> float | None:
        """The coal that has to be replaced."""
        if self.used == 0:
            return 0.0
        return None if self.ratio is None else self.ratio * self.used

    @property
    def short(self) -> float | None:
        """What is still to be found."""
        return None if self.needed is None else max(0.0, self.needed - self.replaced)


@dataclass(frozen=True, eq=False, repr=False)
class Screening:
    """What a project does to its region and its targets.

    Attributes
    ----------
    name, title_en, title_zh, start : str, str, str, int
    verdict : {"passes", "passes_if", "does_not_fit"}
        It does not fit when a binding target that the region would keep breaks, or one that it
        misses already gets worse. It passes on conditions when coal is still to be replaced, a
        number is not known or stands in, or an expected target is not kept.
    effect : xr.Dataset
        The project alone over years: energy under both conventions, coal, direct CO2, energy CO2
        with bought power, all gases and all but CO2 in t CO2e; its intensities.
    compared : DataFrame
        Region before and after with the change in percent, the project alone and its share of
        the total in percent, in the start and the target years.
    targets : DataFrame
        A row for each target that the project touches: bound, before, after, room before and
        after (positive is room), the same room as an amount a year, ``verdict``, sentences.
    coal : CoalNeed
    conditions : tuple
        On what the project depends, each in the order of the languages, Chinese and English.
    """

    name: str
    title_en: str
    title_zh: str
    start: int
    scenario: str
    verdict: Verdict
    effect: xr.Dataset
    compared: pd.DataFrame
    targets: pd.DataFrame
    coal: CoalNeed
    conditions: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return f"Screening({self.name}: {self.verdict}; {self.sentence('en')})"

    def sentence(self, lang: Language = "zh") -> str:
        """Say the verdict with its reasons and conditions."""
        at = self.effect.sel(year=self.start)
        amounts = {
            "calorific": quantity(float(at["energy_total_calorific"]), "tce", lang),
            "equal": quantity(float(at["energy_total_equal"]), "tce", lang),
            "carbon": quantity(float(at["co2_with_power"]), "t CO2", lang),
        }
        title = self.title_zh if lang == "zh" else self.title_en
        said = [say("project", lang, title=title, start=self.start, **amounts)]
        said.append(say(self.verdict, lang))
        stops = self.targets["stops"].astype(bool)
        said += self.targets.loc[stops, f"sentence_{lang}"].tolist()
        place = LANGUAGES.index(lang)
        if self.conditions:
            joint = "；" if lang == "zh" else "; "
            listed = joint.join(pair[place] for pair in self.conditions)
            said.append(say("conditions", lang, listed=listed))
        return ("" if lang == "zh" else " ").join(said)


@checked
def screen_project(
    region: Region,
    scenario: Scenario,
    project: str | Path | Mapping[str, Any],
    *,
    targets: Mapping[str, Goal] | None = None,
    parameters: Mapping[str, float] | None = None,
    name: str = "project",
) -> Screening:
    """Hold a new project against the targets of its region.

    The scenario is the region without the project: take its output out of the drivers first.

    Parameters
    ----------
    region, scenario : Region, Scenario
        Factors, grid path, GDP and targets.
    project : str, Path or mapping
        As in `load_project`.
    targets : mapping of Goal, optional
        By default those of the region.
    parameters : mapping, optional
        Numbers that an authority has stated, as in `load_targets`.
    name : str
        Name of a project that is given by its content.

    Returns
    -------
    Screening

    Raises
    ------
    InputError
        With every fault of the project, or when it starts outside the horizon.
    ScenarioError
        When it replaces more coal than there is.
    """
    found = load_project(region, project, name=name)
    _require_in_horizon(found, scenario)
    goals = load_targets(region, parameters=parameters) if targets is None else dict(targets)
    before = prepared(region, project_region(region, scenario))
    masses = project_masses(region, scenario, found)
    added = _value_added(found, before)
    after = with_project(before, masses, added)
    touched = _touched(goals, found.record.start, scenario.years[-1])
    rooms = [room_of(region, key, goal, before, after) for key, goal in touched.items()]
    coal = _coal_need(region, found, goals, masses)
    conditions = _conditions(rooms, coal)
    effect = _effect(masses, added)
    years = sorted({found.record.start, *(goal.year for goal in touched.values())})
    return Screening(
        found.name,
        found.record.title_en,
        found.record.title_zh,
        found.record.start,
        scenario.name,
        _verdict(rooms, conditions),
        effect,
        _compared(before, after, effect, years),
        _table({room.name: room.row() for room in rooms}, ["target"], ROOM_COLUMNS),
        coal,
        tuple(conditions),
    )


def _require_in_horizon(project: Project, scenario: Scenario) -> None:
    start, years = project.record.start, scenario.years
    if start > years[-1]:
        problem = f"starts in {start}, outside the horizon {years[0]} to {years[-1]}"
        remedy = f"extend the horizon of '{scenario.name}' or start earlier"
        raise InputError([Fault(f"project '{project.name}'", None, "start", problem, remedy)])


def _value_added(project: Project, pathway: xr.Dataset) -> xr.DataArray:
    """Return what the project adds to the GDP by year; missing where nobody states it."""
    stated = project.record.value_added
    amount = np.nan if stated is None else stated.value * units.factor(stated.unit, "CNY2020/year")
    before = pathway["year"] < project.record.start
    return xr.full_like(pathway["gdp"], amount).where(~before, 0.0)


def _touched(goals: Mapping[str, Goal], start: int, end: int) -> dict[str, Goal]:
    """Return the targets that a project may touch, in years in which it runs."""
    return {
        name: goal
        for name, goal in goals.items()
        if goal.model and goal.indicator not in NOT_TOUCHED and start <= goal.year <= end
    }


def _coal_need(
    region: Region, project: Project, goals: Mapping[str, Goal], masses: xr.Dataset
) -> CoalNeed:
    """Return the coal of a full year of the project, and how much has to go for it."""
    last = masses.isel(year=-1, line=np.flatnonzero(masses["carrier"].isin(["coal", "coke"])))
    coal = last["energy"].sel(convention="calorific", drop=True)
    used, replaced = (float(part.sum()) for part in (coal.where(coal > 0), -coal.where(coal < 0)))
    stated = project.record.replacement
    if stated is not None:
        return CoalNeed(used, stated.ratio, replaced, *_cited(region, stated))
    for goal in goals.values():
        if goal.indicator == "coal_replacement_ratio" and goal.demand is not None:
            ratio = goal.demand.easy * units.factor(goal.unit, "1")
            return CoalNeed(used, ratio, replaced, *_cited(region, goal))
    return CoalNeed(used, None, replaced)


def _cited(region: Region, cited: Cited) -> tuple[str, ...]:
    return tuple(
        f"{region.document(cited.source_id, lang)}{'，' if lang == 'zh' else ', '}"
        f"{cited.place(lang)}"
        for lang in LANGUAGES
    )


def _conditions(rooms: Sequence[Room], coal: CoalNeed) -> list[tuple[str, ...]]:
    """Return on what the project depends, in both languages."""
    found = [tuple(room.condition(lang) for lang in LANGUAGES) for room in rooms]
    found.append(tuple(_coal_condition(coal, lang) for lang in LANGUAGES))
    return [pair for pair in found if any(pair)]


def _coal_condition(coal: CoalNeed, lang: Language) -> str:
    if coal.short is None:
        return say("if.no_ratio", lang)
    if coal.short == 0:
        return ""
    source = coal.source_zh if lang == "zh" else coal.source_en
    words = {
        "short": quantity(coal.short, "tce", lang),
        "needed": quantity(coal.needed or 0.0, "tce", lang),
    }
    return say("if.coal", lang, ratio=f"{coal.ratio:g}", source=source, **words)


def _verdict(rooms: Sequence[Room], conditions: Sequence[tuple[str, ...]]) -> Verdict:
    if any(room.stops for room in rooms):
        return "does_not_fit"
    return "passes_if" if conditions else "passes"


def _effect(masses: xr.Dataset, added: xr.DataArray) -> xr.Dataset:
    """Return what a project uses and emits, by year, and per unit of the value that it adds."""
    alone = masses.assign(gdp=added.where(added != 0))
    found = {name: indicator(alone, name) for name in COMPARED}
    bought = totals.net(totals.carbon_dioxide(totals.indirect(masses)))
    found["co2_with_power"] = (found["direct_co2"] + bought).assign_attrs(units="t CO2/year")
    other = found["gross_ghg"] - found["co2_with_power"]
    found["non_co2"] = other.assign_attrs(units="t CO2e/year")
    found["value_added"] = added.assign_attrs(units="CNY2020/year")
    return xr.Dataset(found)


def _compared(
    before: xr.Dataset, after: xr.Dataset, effect: xr.Dataset, years: Sequence[int]
) -> pd.DataFrame:
    """Return the region before and after, and the project, in the years asked for."""
    rows = {}
    for name in COMPARED:
        pair = [indicator(dataset, name) for dataset in (before, after)]
        for year in years:
            first, second = (float(series.sel(year=year)) for series in pair)
            rows[year, name] = {
                "before": first,
                "after": second,
                "change": (second / first - 1.0) * 100.0 if first else np.nan,
                "project": float(effect[name].sel(year=year)),
                "share": _share(float(effect[name].sel(year=year)), second, name),
                "unit": str(pair[0].attrs["units"]),
            }
    table = _table(rows, ["year", "indicator"], list(next(iter(rows.values()))))
    return table.sort_index(level=0, sort_remaining=False)


def _share(part: float, whole: float, name: str) -> float:
    """Return the percent of a total that is the project's; an intensity has no share."""
    per_gdp = name == "co2_intensity" or name.startswith("energy_intensity")
    return np.nan if per_gdp or not whole else part / whole * 100.0


def _table(
    rows: Mapping[Any, Mapping[str, Any]], names: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame.from_dict(dict(rows), orient="index", columns=list(columns))
    table.index.names = list(names)
    return table
