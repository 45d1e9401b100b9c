"""The figures of a scenario, drawn from its own results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from carbonpeak import plot
from carbonpeak.analysis.attribution import attribute
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.planning.abatement_costs import abatement_costs
from carbonpeak.planning.co_control import NOTHING, co_control
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.progress import check_progress
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import Language, label, require_language
from carbonpeak.workflow.inventory_figures import DPI, in_ten_thousands
from carbonpeak.workflow.path_figures import (
    NAMED_INPUTS,
    draw_decoupling,
    draw_fan,
    draw_kaya,
    draw_peak_odds,
    draw_sobol,
    draw_tornado,
    draw_waterfall,
)
from carbonpeak.workflow.rest import REST, with_rest
from carbonpeak.workflow.scenario_findings import (
    CO2,
    INDICATOR,
    Findings,
    empty_axes,
)

if TYPE_CHECKING:
    import pandas as pd

NAMED_GROUPS = 11
ROW_HEIGHT, MARGINS = 0.33, 1.7


class Sheet(NamedTuple):
    """What draws a figure on an empty page, and how large it is in inches."""

    draw: Callable[[Any], object]
    width: float = 8.6
    height: float = 4.8


@checked
def draw_scenarios(
    region: Region,
    scenario: Scenario,
    *,
    out: str | Path,
    only: Sequence[str] | None = None,
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
    only : sequence of str, optional
        Which figures, by their names below; by default all.
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

    Raises
    ------
    ResultError
        When the scenario has no figure of a name in `only`, or nobody speaks the language.
    ScenarioError
        When a number that a figure needs is missing, such as a price for ``abatement_costs``;
        add it, or leave the figure out of `only`.
    """
    require_language(lang)
    sheets = scenario_sheets(Findings(region, scenario, lang, draws, seed))
    for name in only or ():
        if name not in sheets:
            hint = suggestion(name, list(sheets))
            raise ResultError(f"scenario '{scenario.name}' has no figure '{name}'; {hint}")
    names = sheets if only is None else only
    return draw_sheets({name: sheets[name] for name in names}, Path(out), lang=lang)


def draw_sheets(sheets: Mapping[str, Sheet], folder: Path, *, lang: Language) -> dict[str, Path]:
    """Draw each figure as PNG into a folder, which is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, (draw, width, height) in sheets.items():
        figure = plot.new_figure(width, height, lang=lang)
        draw(figure)
        files[name] = plot.save_figure(figure, folder / f"{name}.png", dpi=DPI, lang=lang)
    return files


def scenario_sheets(found: Findings) -> dict[str, Sheet]:
    """Return the figures of a scenario by name, in the order in which they are read."""
    sheets = {
        "fan": Sheet(lambda page: draw_fan(page, found)),
        "peak_odds": Sheet(lambda page: draw_peak_odds(page, found)),
        "waterfall": Sheet(lambda page: draw_waterfall(page, found), 10.0),
        "kaya": Sheet(lambda page: draw_kaya(page, found), 9.8, 5.8),
        "decoupling": Sheet(lambda page: draw_decoupling(page, found), 6.4, 6.4),
    }
    groups = len(found.runs.inputs.groups)
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


def draw_attribution(page: Any, found: Findings) -> None:
    """Hang the Shapley parts of the measures under the path without them."""
    parts = attribute(found.region, found.scenario, of=INDICATOR, seed=found.seed)
    change = parts["part"].sel(rule="shapley", drop=True)
    order = np.argsort(-np.abs(change.values).max(axis=1), kind="stable")
    kept, rest = np.sort(order[:NAMED_GROUPS]), np.sort(order[NAMED_GROUPS:])
    others = label("drawing.rest_measures", found.lang).format(count=len(rest))
    plot.plot_wedges(
        empty_axes(page, found.lang),
        in_ten_thousands(parts["start"], CO2),
        in_ten_thousands(with_rest(change, "group", kept), CO2),
        path=in_ten_thousands(parts["end"], CO2),
        labels={**found.titles(parts, "group"), REST: others},
        lang=found.lang,
        title=found.title("attribution"),
        source=found.note(label("drawing.shapley", found.lang)),
    )


def draw_abatement(page: Any, found: Findings) -> None:
    """Draw the naive abatement cost curve of the year; what abates nothing is named."""
    costs = abatement_costs(found.region, found.scenario, year=found.year)
    titles = found.titles(costs, "measure")
    abates = (costs["abatement"] > 0) & np.isfinite(costs["unit_cost"])
    left_out = [titles[str(name)] for name in costs["measure"].values[~abates.values]]
    shown = costs.isel(measure=np.flatnonzero(abates.values))
    plot.plot_abatement_curve(
        empty_axes(page, found.lang),
        in_ten_thousands(shown["abatement"], "万吨 CO2e/year"),
        shown["unit_cost"],
        labels=titles,
        lang=found.lang,
        title=found.title("abatement", year=found.year),
        source=found.note(*left_out_note(left_out, found.lang)),
    )


def left_out_note(names: list[str], lang: Language) -> list[str]:
    """Say what is not drawn, if there is anything."""
    return named_note("drawing.left_out", names, lang)


def named_note(key: str, names: list[str], lang: Language) -> list[str]:
    """Say something of names in words, if there are any."""
    joined = ("、" if lang == "zh" else ", ").join(names)
    return [label(key, lang).format(names=joined)] if names else []


def _co_control_sheets(found: Findings) -> dict[str, Sheet]:
    """Return a figure for each pollutant of which the change by some measure is known."""
    changes = co_control(found.region, found.scenario).sel(year=found.year)
    builds = found.pathway["builds"].sel(year=slice(None, found.year))
    built = builds["measure"].values[(builds > 0).any("year").values]
    moving = changes.sel(measure=[name for name in changes["measure"].values if name in built])
    known = ((moving["basis"] != NOTHING) & moving["change"].notnull()).any("measure")
    return {
        f"co_control_{name}": Sheet(_co_control(moving, str(name), found), 10.4)
        for name in moving["pollutant"].values[known.values]
    }


def _co_control(moving: xr.Dataset, name: str, found: Findings) -> Callable[[Any], object]:
    titles = found.titles(moving, "measure")
    one = moving.sel(pollutant=name)
    known = np.isfinite(one["change"].values)
    burning = (one["basis"] != NOTHING).values
    pollutant = found.titles(moving, "pollutant")[name]

    def draw(page: Any) -> None:
        shown = one.isel(measure=np.flatnonzero(known & burning))
        left_out = [titles[str(key)] for key in one["measure"].values[~known]]
        plot.plot_co_control(
            empty_axes(page, found.lang),
            in_ten_thousands(shown["co2"], CO2),
            shown["change"],
            pollutant_name=pollutant,
            labels=titles,
            lang=found.lang,
            title=found.title("co_control", year=found.year, pollutant=pollutant),
            source=found.note(*left_out_note(left_out, found.lang)),
        )

    return draw


def draw_targets(page: Any, found: Findings) -> None:
    """Draw every target in its year, or in the last year that is known of it."""
    table = check_progress(found.region, found.pathway, targets=found.goals)
    last = table.groupby(level="target", sort=False).tail(1).reset_index("year")
    names = [str(name) for name in last.index]
    ways = [_way(found.goals[name], row) for name, row in _rows(last)]
    plot.plot_dashboard(
        empty_axes(page, found.lang),
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
    if goal.over_years or (goal.kind == "level" and ceiling):
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
            unit = _points(lang) if points else _unit(row["unit"])
            found[name] = label(key, lang).format(value=_number(abs(row["lead"])), unit=unit)
    return found


def _points(lang: Language) -> str:
    words = label("drawing.points", lang)
    return words if lang == "zh" else f" {words}"


def _unit(unit: str) -> str:
    return {"percent": "%", "1": ""}.get(unit, f" {unit}")


def _number(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")
