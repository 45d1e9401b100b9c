"""The figures of a scenario, drawn from its own results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from carbonpeak import plot
from carbonpeak.analysis.attribution import attribute
from carbonpeak.analysis.decoupling import decoupling
from carbonpeak.analysis.ensemble import Ensemble, ensemble, input_title
from carbonpeak.analysis.importance import TAIL, sensitivity
from carbonpeak.analysis.kaya import kaya
from carbonpeak.analysis.odds import PeakOdds
from carbonpeak.analysis.peak import find_peak
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.inventory.totals import energy_co2
from carbonpeak.planning.abatement_costs import abatement_costs
from carbonpeak.planning.bounds import target_bound
from carbonpeak.planning.co_control import co_control
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.progress import check_progress
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.pathway import project
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import Language, label
from carbonpeak.workflow.inventory_figures import DPI, in_ten_thousands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

CO2 = "万吨 CO2/year"
INDICATOR = "energy_co2"
CO2_TARGETS = ("co2_intensity", "energy_co2")
CHANCES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
PEAK_CHANCES = (0.05, 0.95)
PEAKS = ("peaked", "plateau", "twin")
NAMED_INPUTS = 12
STACKED_INPUTS = 8
SOBOL_BASE = 256
REST = "rest"
ROW_HEIGHT, MARGINS = 0.33, 1.7


class Sheet(NamedTuple):
    """What draws a figure on an empty page, and how large it is in inches."""

    draw: Callable[[Figure], object]
    width: float = 8.6
    height: float = 4.8


def draw_scenarios(
    region: Region,
    scenario: Scenario,
    *,
    out: str | Path,
    lang: Language = "zh",
    draws: int = 1024,
    seed: int = 0,
) -> dict[str, Path]:
    """Compute what there is to see of a scenario and draw it as PNG.

    Parameters
    ----------
    region : Region
        From `load_region`.
    scenario : Scenario
        From `load_scenario`.
    out : str or Path
        Folder for the files; it is made when it is not there.
    lang : {"zh", "en"}
        Language.
    draws, seed : int
        Of the ensemble.

    Returns
    -------
    dict of str to Path
        The files by name. Every scenario has ``fan``, ``peak_odds``, ``waterfall``, ``kaya``
        and ``decoupling``. With inputs that have a range come ``tornado`` and ``sobol``, with
        measures ``attribution``, ``abatement_costs`` and ``co_control_<pollutant>`` for every
        pollutant of which something is known, with targets ``targets``.
    """
    sheets = scenario_sheets(Findings(region, scenario, lang, draws, seed))
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, (draw, width, height) in sheets.items():
        figure = plot.new_figure(width, height, lang=lang)
        draw(figure)
        files[name] = plot.save_figure(figure, folder / f"{name}.png", dpi=DPI, lang=lang)
    return files


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


def scenario_sheets(found: Findings) -> dict[str, Sheet]:
    """Return the figures of a scenario by name, in the order in which they are read."""
    sheets = {
        "fan": Sheet(lambda page: draw_fan(page, found)),
        "peak_odds": Sheet(lambda page: draw_peak_odds(page, found)),
        "waterfall": Sheet(lambda page: draw_waterfall(page, found), 10.0),
        "kaya": Sheet(lambda page: draw_kaya(page, found), 9.8, 5.8),
        "decoupling": Sheet(lambda page: draw_decoupling(page, found), 6.4, 6.4),
    }
    groups = len(found.ensemble.runs.inputs.groups)
    if groups:
        rows = min(groups, NAMED_INPUTS)
        sheets["tornado"] = Sheet(
            lambda page: draw_tornado(page, found), 9.0, MARGINS + ROW_HEIGHT * rows
        )
        sheets["sobol"] = Sheet(lambda page: draw_sobol(page, found), 9.6)
    if bool(found.pathway["builds"].any()):
        sheets["attribution"] = Sheet(lambda page: draw_attribution(page, found), 9.4)
        sheets["abatement_costs"] = Sheet(lambda page: draw_abatement(page, found), 10.4)
        sheets |= _co_control_sheets(found)
    if found.goals:
        height = MARGINS + ROW_HEIGHT * len(found.goals)
        sheets["targets"] = Sheet(lambda page: draw_targets(page, found), 11.6, height)
    return sheets


def _axes(page: Figure, lang: Language) -> Any:
    with plot.figure_style(lang):
        return page.add_subplot()


def draw_fan(page: Figure, found: Findings) -> None:
    """Draw the fan of energy CO2 after the observed years, with its peak."""
    fan = found.ensemble.fan(INDICATOR, chances=CHANCES)
    past = energy_co2(found.inventory)
    past = past.sel(year=[year for year in past["year"].values if year < found.scenario.years[0]])
    central = xr.concat(
        [past.reset_coords(drop=True), fan["central"].reset_coords(drop=True)], "year"
    )
    verdict = find_peak(found.pathway)
    peak = verdict.year if verdict.verdict in PEAKS else None
    draws = label("drawing.ensemble_note", found.lang).format(draws=f"{found.draws:,}")
    plot.plot_fan(
        _axes(page, found.lang),
        in_ten_thousands(fan["level"], CO2),
        central=in_ten_thousands(central, CO2),
        observed=[*past["year"].values.tolist(), found.scenario.years[0]],
        peak=peak,
        peak_range=_peak_range(found.ensemble.odds(INDICATOR)) if peak else None,
        targets=_ceilings(found),
        labels={name: found.aim(name) for name in found.goals},
        lang=found.lang,
        title=found.title("fan"),
        source=found.note(draws),
    )


def _ceilings(found: Findings) -> xr.DataArray | None:
    """Return the energy CO2 that each target of it allows in its year, if there is one."""
    names = [
        name
        for name, goal in found.goals.items()
        if goal.indicator in CO2_TARGETS
        and goal.numerator == INDICATOR
        and goal.demand is not None
        and goal.year in found.scenario.years[1:]
    ]
    if not names:
        return None
    bounds = [target_bound(found.region, found.scenario, name) for name in names]
    years = sorted({bound.year for bound in bounds})
    values = [[one.value if one.year == year else np.nan for year in years] for one in bounds]
    caps = xr.DataArray(values, {"target": names, "year": years}, ("target", "year"))
    return in_ten_thousands(caps, CO2)


def _peak_range(odds: PeakOdds) -> tuple[int, int]:
    """Return the years in which most of the paths peak; the edges where they may lie beyond."""
    low, high = PEAK_CHANCES
    first = odds.years[0] - 1 if odds.before >= low else odds.quantile(low)
    last = odds.quantile(high)
    edge = odds.years[-1] + 1
    return (edge if first is None else first, edge if last is None else last)


def draw_peak_odds(page: Figure, found: Findings) -> None:
    """Draw the odds of the peak year of energy CO2."""
    odds = found.ensemble.odds(INDICATOR)
    years = list(odds.years)
    plot.plot_peak_odds(
        _axes(page, found.lang),
        _percent(odds.shares, year=years),
        cumulative=_percent([odds.by(year) for year in years], year=years),
        before=100.0 * odds.before,
        not_yet=100.0 * odds.not_yet,
        lang=found.lang,
        title=found.title("peak_odds"),
        source=found.note(label("drawing.draws_note", found.lang).format(draws=f"{found.draws:,}")),
    )


def _percent(shares: Any, **coords: Any) -> xr.DataArray:
    values = 100.0 * np.asarray(shares, dtype=float)
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": "percent"})


def _steps(found: Findings) -> xr.DataArray:
    """Return what each Kaya driver adds from one turn to the next, (driver, period)."""
    effect = found.kaya["effect"].sel(year=found.turns)
    periods = [f"{start}–{end}" for start, end in pairwise(found.turns)]
    values = np.diff(effect.transpose("driver", "year").values, axis=1) * 1e-4
    coords = {"driver": effect["driver"].values, "period": periods}
    return xr.DataArray(values, coords, ("driver", "period"), attrs={"units": CO2})


def draw_waterfall(page: Figure, found: Findings) -> None:
    """Draw what carried energy CO2 from turn to turn."""
    total = found.kaya["total"].sel(year=found.turns)
    plot.plot_waterfall(
        _axes(page, found.lang),
        in_ten_thousands(total, CO2),
        _steps(found),
        labels=found.titles(found.kaya, "driver"),
        lang=found.lang,
        title=found.title("waterfall"),
        source=found.note(),
    )


def draw_kaya(page: Figure, found: Findings) -> None:
    """Draw the Kaya factors with the first year as 100, and what each adds."""
    steps = _steps(found).rename(driver="factor")
    level = found.kaya["level"].sel(term=steps["factor"].values).rename(term="factor")
    index = 100.0 * level / level.isel(year=0, drop=True)
    total = found.kaya["total"].sel(year=found.turns)
    net = steps.isel(factor=0, drop=True).copy(data=np.diff(total.values) * 1e-4)
    plot.plot_kaya(
        page,
        index.transpose("factor", "year").reset_coords(drop=True).assign_attrs(units="1"),
        effects=steps,
        net=net,
        labels=found.titles(found.kaya, "driver"),
        observed=found.kaya.attrs.get("observed", 1),
        lang=found.lang,
        title=found.title("kaya"),
        source=found.note(),
    )


def draw_decoupling(page: Figure, found: Findings) -> None:
    """Draw energy CO2 against GDP from turn to turn."""
    level = found.kaya["level"].sel(year=found.turns)
    output = level.sel(term="GDP/population") * level.sel(term="population")
    states = decoupling(level.sel(term="CO2", drop=True), output)
    periods = [f"{start}–{end}" for start, end in pairwise(found.turns)]
    changes = [
        states[name].rename(year="period").assign_coords(period=periods)
        for name in ("output_change", "emissions_change")
    ]
    plot.plot_decoupling(
        _axes(page, found.lang),
        *changes,
        lang=found.lang,
        title=found.title("decoupling"),
        source=found.note(),
    )


def draw_tornado(page: Figure, found: Findings) -> None:
    """Draw how far single inputs move energy CO2 of the year, the strongest on top."""
    low, high, central = _swings(found)
    names = [str(name) for name in low["input"].values]
    runs = found.ensemble.runs
    kept = np.argsort(-np.abs((high - low).values), kind="stable")[:NAMED_INPUTS]
    told = label("drawing.tornado_note", found.lang).format(count=len(kept), all=len(names))
    plot.plot_tornado(
        _axes(page, found.lang),
        low.isel(input=kept),
        high.isel(input=kept),
        central=central,
        labels={name: input_title(name, found.lang, runs) for name in names},
        lang=found.lang,
        title=found.title("tornado", year=found.year),
        source=found.note(told),
    )


def _swings(found: Findings) -> tuple[xr.DataArray, xr.DataArray, float]:
    """Return the result with each group of inputs at both ends, and with all at the median."""
    runs = found.ensemble.runs
    groups = runs.inputs.groups
    chances = np.full((2 * len(groups) + 1, len(runs.inputs.names)), 0.5)
    for row, places in enumerate(groups.values()):
        chances[row, places] = TAIL
        chances[len(groups) + row, places] = 1 - TAIL
    paths = runs.at(chances).paths[INDICATOR][runs.years.index(found.year)] * 1e-4
    low, high = (
        xr.DataArray(part, {"input": list(groups)}, ("input",), attrs={"units": CO2})
        for part in (paths[: len(groups)], paths[len(groups) : -1])
    )
    return low, high, float(paths[-1])


def draw_sobol(page: Figure, found: Findings) -> None:
    """Draw which inputs the variance comes from, the smaller ones together."""
    shares = sensitivity(
        found.region, found.scenario, of=INDICATOR, base=SOBOL_BASE, seed=found.seed
    )
    first, peak = 100.0 * shares["first"], 100.0 * shares["peak_year_first"]
    order = np.argsort(-np.nanmean(first.values, axis=1), kind="stable")
    kept, rest = order[:STACKED_INPUTS], order[STACKED_INPUTS:]
    shown, at_peak = (_with_rest(part, kept, rest) for part in (first, peak))
    varies = bool(np.isfinite(at_peak).all())
    fixed = [] if varies else [label("drawing.peak_fixed", found.lang)]
    count = label("drawing.rest_inputs", found.lang).format(count=len(rest))
    plot.plot_sobol_over_time(
        page,
        shown,
        shared=100.0 - shown.sum("input", skipna=False),
        peak_first=at_peak if varies else None,
        peak_shared=100.0 - float(at_peak.sum()) if varies else 0.0,
        labels={**found.titles(shares, "input"), REST: count},
        lang=found.lang,
        title=found.title("sobol"),
        source=found.note(*fixed),
    )


def _with_rest(shares: xr.DataArray, kept: Any, rest: Any) -> xr.DataArray:
    """Return the inputs kept, and the sum of the others as a last one."""
    bare = shares.reset_coords(drop=True)
    parts = [bare.isel(input=kept)]
    if len(rest):
        others = bare.isel(input=rest).sum("input", skipna=False)
        parts.append(others.expand_dims(input=[REST]))
    return xr.concat(parts, "input").assign_attrs(units="percent")


def draw_attribution(page: Figure, found: Findings) -> None:
    """Hang the Shapley parts of the measures under the path without them."""
    parts = attribute(found.region, found.scenario, of=INDICATOR, seed=found.seed)
    plot.plot_wedges(
        _axes(page, found.lang),
        in_ten_thousands(parts["start"], CO2),
        in_ten_thousands(parts["part"].sel(rule="shapley", drop=True), CO2),
        path=in_ten_thousands(parts["end"], CO2),
        labels=found.titles(parts, "group"),
        lang=found.lang,
        title=found.title("attribution"),
        source=found.note(label("drawing.shapley", found.lang)),
    )


def draw_abatement(page: Figure, found: Findings) -> None:
    """Draw the naive abatement cost curve of the year; what abates nothing is named."""
    costs = abatement_costs(found.region, found.scenario, year=found.year)
    titles = found.titles(costs, "measure")
    abates = (costs["abatement"] > 0) & np.isfinite(costs["unit_cost"])
    left_out = [titles[str(name)] for name in costs["measure"].values[~abates.values]]
    shown = costs.isel(measure=np.flatnonzero(abates.values))
    plot.plot_abatement_curve(
        _axes(page, found.lang),
        in_ten_thousands(shown["abatement"], "万吨 CO2e/year"),
        shown["unit_cost"],
        labels=titles,
        lang=found.lang,
        title=found.title("abatement", year=found.year),
        source=found.note(*_left_out(left_out, found.lang)),
    )


def _left_out(names: list[str], lang: Language) -> list[str]:
    if not names:
        return []
    joined = ("、" if lang == "zh" else ", ").join(names)
    return [label("drawing.left_out", lang).format(names=joined)]


def _co_control_sheets(found: Findings) -> dict[str, Sheet]:
    """Return a figure for each pollutant of which the change by some measure is known."""
    changes = co_control(found.region, found.scenario).sel(year=found.year)
    moving = changes.isel(measure=np.flatnonzero((changes["co2"] != 0).values))
    known = moving["change"].notnull().any("measure")
    return {
        f"co_control_{name}": Sheet(_co_control(moving, str(name), found), 10.4)
        for name in moving["pollutant"].values[known.values]
    }


def _co_control(moving: xr.Dataset, name: str, found: Findings) -> Callable[[Figure], object]:
    titles = found.titles(moving, "measure")
    one = moving.sel(pollutant=name)
    known = np.isfinite(one["change"].values)
    pollutant = found.titles(moving, "pollutant")[name]

    def draw(page: Figure) -> None:
        shown = one.isel(measure=np.flatnonzero(known))
        left_out = [titles[str(key)] for key in one["measure"].values[~known]]
        plot.plot_co_control(
            _axes(page, found.lang),
            in_ten_thousands(shown["co2"], CO2),
            shown["change"],
            pollutant_name=pollutant,
            labels=titles,
            lang=found.lang,
            title=found.title("co_control", year=found.year, pollutant=pollutant),
            source=found.note(*_left_out(left_out, found.lang)),
        )

    return draw


def draw_targets(page: Figure, found: Findings) -> None:
    """Draw every target in its year, or in the last year that is known of it."""
    table = check_progress(found.region, found.pathway, targets=found.goals)
    last = table.groupby(level="target", sort=False).tail(1).reset_index("year")
    names = [str(name) for name in last.index]
    ways = [_way(found.goals[name], row) for name, row in _rows(last)]
    plot.plot_dashboard(
        _axes(page, found.lang),
        xr.DataArray(ways, {"target": names}, ("target",), attrs={"units": "percent"}),
        standing={name: row["verdict"] for name, row in _rows(last)},
        required=_told(last, "asked", found.lang),
        expected=_told(last, "achieved", found.lang),
        lead=_leads(last, found.lang),
        labels={name: found.aim(name) for name in names},
        lang=found.lang,
        title=found.title("targets"),
        source=found.note(),
    )


def _rows(table: pd.DataFrame) -> list[tuple[str, dict[Any, Any]]]:
    names = [str(name) for name in table.index]
    return list(zip(names, table.to_dict("records"), strict=True))


def _way(goal: Goal, row: Mapping[Any, Any]) -> float:
    """Return how far a target is reached in percent; of a ceiling, how far it is kept."""
    asked, achieved = float(row["asked"]), float(row["achieved"])
    ceiling = goal.demand is not None and goal.demand.sense == "at_most"
    if goal.kind == "level" and ceiling:
        asked, achieved = achieved, asked
    return 100.0 * achieved / asked if asked else np.nan


def _told(table: pd.DataFrame, column: str, lang: Language) -> dict[str, str]:
    return {
        name: label("drawing.asked", lang).format(
            value=_number(row[column]), unit=_unit(row["unit"]), year=row["year"]
        )
        for name, row in _rows(table)
        if np.isfinite(row[column])
    }


def _leads(table: pd.DataFrame, lang: Language) -> dict[str, str]:
    found = {}
    for name, row in _rows(table):
        if np.isfinite(row["lead"]):
            key = "drawing.ahead" if row["lead"] >= 0 else "drawing.behind"
            points = row["unit"] == "percent"
            unit = label("drawing.points", lang) if points else _unit(row["unit"])
            found[name] = label(key, lang).format(value=_number(abs(row["lead"])), unit=unit)
    return found


def _unit(unit: str) -> str:
    return {"percent": "%", "1": ""}.get(unit, f" {unit}")


def _number(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")
