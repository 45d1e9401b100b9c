"""The figures of a run, drawn from its finished numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.output.data import RunData, ScenarioData
from carbonpeak.output.tables.pathways import all_paths
from carbonpeak.output.tables.plan import required
from carbonpeak.output.wording import carrier_title
from carbonpeak.plot import (
    plot_cost,
    plot_emissions_paths,
    plot_energy,
    plot_plan,
    plot_wedges,
)
from carbonpeak.vocabulary import Language, label
from carbonpeak.workflow.chain import OPTIMISED
from carbonpeak.workflow.inventory_figures import (
    Drawing,
    draw_all,
    in_ten_thousands,
    inventory_drawings,
    source_note,
)
from carbonpeak.workflow.rest import with_rest, without_nothing

OTHERS = "other_measures"
MOST_WEDGES = 9

PEAKS = ("peaked", "plateau", "twin")


def draw_figures(data: RunData, folder: Path, *, lang: Language) -> dict[str, Path]:
    """Draw every figure of a run as PNG.

    Returns
    -------
    dict
        Files by the name of the figure, in the order of the report.
    """
    drawings = inventory_drawings(data.inventory, lang=lang)
    drawings["co2_paths"] = Drawing(lambda ax: draw_paths(ax, data, lang=lang))
    for name, path in data.scenarios.items():
        drawings[f"energy_{name}"] = Drawing(energy_drawing(data, path, lang))
        if float(np.abs(path.contribution).max()) > 0:
            drawings[f"wedges_{name}"] = Drawing(_wedges(data, path, lang))
    plan = data.plan
    if plan is not None and plan.path is not None:
        drawings["least_cost_path"] = Drawing(lambda ax: draw_plan(ax, data, lang=lang))
        drawings["least_cost_cost"] = Drawing(lambda ax: draw_cost(ax, data, lang=lang))
    return draw_all(drawings, folder, lang=lang)


def draw_paths(ax: Any, data: RunData, *, lang: Language) -> None:
    """Draw energy CO2 of every path, the peaks marked, after the inventory years."""
    paths = all_paths(data)
    emissions = xr.concat(
        [path.figures["energy_co2"] for path in paths.values()],
        dim=xr.DataArray(list(paths), dims="scenario", name="scenario"),
    )
    plot_emissions_paths(
        ax,
        in_ten_thousands(emissions, "万吨 CO2/year"),
        labels={name: path.title.title(lang) for name, path in paths.items()},
        peaks={name: path.peak.year for name, path in paths.items() if path.peak.verdict in PEAKS},
        history=in_ten_thousands(data.inventory.figures["energy_co2"], "万吨 CO2/year"),
        lang=lang,
        source=source_note(data.inventory, lang),
    )


def energy_drawing(data: RunData, path: ScenarioData, lang: Language) -> Callable[[Any], object]:
    """Return what draws the energy of a path by carrier; one that is nothing is left out."""

    def draw(ax: Any) -> None:
        used = without_nothing(path.by_carrier, "carrier")
        names = [str(name) for name in used["carrier"].values]
        plot_energy(
            ax,
            in_ten_thousands(used, "万吨标煤/year"),
            labels={name: carrier_title(name, lang) for name in names},
            lang=lang,
            title=label("drawing.energy", lang).format(
                scenario=path.title.title(lang),
                convention=label(data.inventory.facts.convention, lang),
            ),
            source=source_note(data.inventory, lang),
        )

    return draw


def _wedges(data: RunData, path: ScenarioData, lang: Language) -> Callable[[Any], object]:
    def draw(ax: Any) -> None:
        change = largest_measures(in_ten_thousands(path.contribution, "万吨 CO2/year"))
        titles = {name: facts.title.title(lang) for name, facts in data.measures.items()}
        plot_wedges(
            ax,
            in_ten_thousands(path.without_measures, "万吨 CO2/year"),
            change,
            path=in_ten_thousands(path.figures["energy_co2"], "万吨 CO2/year"),
            labels=titles | {OTHERS: label("drawing.other_measures", lang)},
            lang=lang,
            title=label("drawing.wedges", lang).format(scenario=path.title.title(lang)),
            source=source_note(data.inventory, lang),
        )

    return draw


def largest_measures(change: xr.DataArray, *, most: int = MOST_WEDGES) -> xr.DataArray:
    """Return the measures that change most in any year, and all others as one.

    Parameters
    ----------
    change : (measure, year)
        A measure that changes nothing is left out.
    most : int
        Entries in all.

    Returns
    -------
    (measure, year)
        In the order given; `OTHERS` is last, where there are more than `most`.
    """
    size = np.abs(change.values).max(axis=1)
    working = np.flatnonzero(size > 0)
    if working.size <= most:
        return change.isel(measure=working)
    by_size = working[np.argsort(-size[working], kind="stable")]
    return with_rest(change, "measure", np.sort(by_size[: most - 1]), name=OTHERS)


def draw_plan(ax: Any, data: RunData, *, lang: Language) -> None:
    """Draw the least-cost path under the ceilings of the CO2 targets."""
    plan, path = required(data), all_paths(data)[OPTIMISED]
    caps = {
        target.year: target.cap * 1e-4
        for target in plan.targets
        if target.amount_unit == "t CO2" and target.cap is not None and target.kind != "years"
    }
    plot_plan(
        ax,
        in_ten_thousands(path.figures["energy_co2"], "万吨 CO2/year"),
        caps=caps,
        baseline=in_ten_thousands(path.without_measures, "万吨 CO2/year"),
        lang=lang,
        source=source_note(data.inventory, lang),
    )


def draw_cost(ax: Any, data: RunData, *, lang: Language) -> None:
    """Draw the yearly cost of the least-cost path by kind; the salvage value is left out."""
    found = required(data).cost
    if found is None:
        raise ResultError("there is no least-cost path whose cost could be drawn")
    kinds = [str(kind) for kind in found["kind"].values if str(kind) != "salvage"]
    cost = in_ten_thousands(found.sel(kind=kinds).sum("measure"), "万元2020/year")
    plot_cost(
        ax,
        cost.rename(kind="part"),
        labels={kind: label(f"cost.{kind}", lang) for kind in kinds},
        lang=lang,
        title=label("drawing.cost", lang),
        source=source_note(data.inventory, lang),
    )
