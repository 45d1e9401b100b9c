"""What is computed of a scenario for its figures, each result once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import xarray as xr

from carbonpeak.analysis.ensemble import Ensemble, ensemble
from carbonpeak.analysis.kaya import kaya
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import load_targets
from carbonpeak.plot import figure_style
from carbonpeak.scenario.ensemble import Runs, runs_of
from carbonpeak.scenario.ensemble.inputs import INCLUDED
from carbonpeak.scenario.pathway import project
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import Language, label

CO2 = "万吨 CO2/year"
INDICATOR = "energy_co2"


@dataclass(frozen=True)
class Findings:
    """A scenario and what is computed of it, each result once."""

    region: Region
    scenario: Scenario
    lang: Language
    draws: int
    seed: int

    @cached_property
    def pathway(self) -> xr.Dataset:
        """The path of the scenario."""
        return project(self.region, self.scenario)

    @cached_property
    def inventory(self) -> xr.Dataset:
        """The years that were observed."""
        return compile_inventory(self.region)

    @cached_property
    def runs(self) -> Runs:
        """What varies in a draw of the scenario; nothing is drawn yet."""
        return runs_of(
            self.region,
            self.scenario,
            draws=1,
            seed=self.seed,
            sampler="sobol",
            of=(INDICATOR,),
            include=INCLUDED,
        )

    @cached_property
    def ensemble(self) -> Ensemble:
        """Many draws of the scenario."""
        return ensemble(
            self.region, self.scenario, draws=self.draws, seed=self.seed, of=(INDICATOR,)
        )

    @cached_property
    def goals(self) -> dict[str, Goal]:
        """The targets of the region."""
        return load_targets(self.region)

    @cached_property
    def kaya(self) -> xr.Dataset:
        """Levels of the Kaya terms over observed years with GDP and population, then the path."""
        path = kaya(self.pathway)[["level", "effect", "total"]]
        before = [year for year in self._observed if year < self.scenario.years[0]]
        if not before:
            return path
        first = self.scenario.years[0]
        past = kaya(self.inventory.sel(year=[*before, first]), region=self.region)
        past = past[["level", "effect", "total"]]
        path = path.assign(effect=path["effect"] + past["effect"].sel(year=first, drop=True))
        joined = xr.concat([past.sel(year=before), path], "year", data_vars="minimal")
        return joined.assign_attrs(observed=len(before) + 1)

    @property
    def _observed(self) -> list[int]:
        """Years of the inventory whose GDP and population are stated."""
        stated = {(row.record.indicator, row.record.year) for row in self.region.indicators}
        years = [int(year) for year in self.inventory["year"].values]
        return [y for y in years if {("gdp", y), ("population", y)} <= stated]

    @property
    def turns(self) -> list[int]:
        """The years between which changes are told: first, base, of targets, last."""
        years = [int(year) for year in self.kaya["year"].values]
        aimed = {goal.year for goal in self.goals.values()}
        ends = {years[0], self.scenario.years[0], years[-1]}
        return sorted(ends | (aimed & set(years)))

    @property
    def year(self) -> int:
        """The year that single measures are judged in: of the last target, else the last."""
        aimed = [goal.year for goal in self.goals.values() if goal.year in self.scenario.years]
        return max(aimed, default=self.scenario.years[-1])

    def title(self, key: str, **words: object) -> str:
        """Return the title of a figure."""
        name = self.scenario.record.title_zh if self.lang == "zh" else self.scenario.record.title_en
        return label(f"drawing.{key}", self.lang).format(scenario=name, **words)

    def note(self, *more: str) -> str:
        """Return the line under a figure: what to know, then where it is from."""
        record = self.region.record
        told = label("drawing.scenario_note", self.lang).format(
            region=record.title_zh if self.lang == "zh" else record.title_en,
            scenario=self.scenario.record.title_zh
            if self.lang == "zh"
            else self.scenario.record.title_en,
            version=self.inventory.attrs["version"],
        )
        return ("；" if self.lang == "zh" else "; ").join([*more, told])

    def aim(self, name: str) -> str:
        """Return the title of a target, marked when its number only stands in."""
        goal = self.goals[name]
        title = (goal.title_zh if self.lang == "zh" else goal.title_en) or name
        return label("drawing.stand_in", self.lang).format(title=title) if goal.stand_in else title

    def titles(self, data: xr.Dataset, dim: str) -> dict[str, str]:
        """Return the titles that a result holds for the entries of a dimension."""
        named = data[f"{dim}_title_{self.lang}"].values
        return {str(key): str(name) for key, name in zip(data[dim].values, named, strict=True)}


def empty_axes(page: Any, lang: Language) -> Any:
    """Return the one Axes of an empty page, in the style of the library."""
    with figure_style(lang):
        return page.add_subplot()
