"""The figures of an inventory, drawn from its finished numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.evidence.region import Region
from carbonpeak.inventory import totals
from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.wording import carrier_title, input_title, part_title
from carbonpeak.plot import (
    new_axes,
    plot_emission_trend,
    plot_energy_sankey,
    plot_inventory,
    plot_key_categories,
    plot_uncertainty,
    plot_variance_shares,
    save_figure,
)
from carbonpeak.vocabulary import Language, label
from carbonpeak.workflow.chain import inventory_of
from carbonpeak.workflow.energy_flows import MAKER, SOLD, EnergyFlows, energy_flows
from carbonpeak.workflow.inventory import GROUPS
from carbonpeak.workflow.rest import REST, with_rest

DPI = 160
CO2E = "万吨 CO2e/year"
STACKED = ("energy", "ippu", "agriculture", "waste", "indirect", "land")
"""Sectors from the bottom of a stack; removals hang below."""

INPUTS = 12
"""How many inputs are named; the others stand together in a last row."""

BEYOND = 2
"""How many categories are named after the last key one."""

ROW_HEIGHT = 0.36
MARGINS = 1.6


class Drawing(NamedTuple):
    """What draws a figure, and how high it is in inches."""

    draw: Callable[[Any], object]
    height: float = 4.6
    width: float = 8.2


@checked
def draw_inventory(region: Region, folder: str | Path, *, lang: Language = "zh") -> dict[str, Path]:
    """Compile the inventory of a region and draw its figures as PNG.

    Parameters
    ----------
    region : Region
        From `load_region`.
    folder : str or Path
        Where the files go; it is made when it is not there.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    dict of str to Path
        The files by name: ``emissions_by_sector``, ``energy_flows``, ``emission_trend``,
        ``uncertainty``, ``variance_shares``, ``key_categories_level`` and, with a second year,
        ``key_categories_trend``.
    """
    drawings = inventory_drawings(inventory_of(region), lang=lang)
    return draw_all(drawings, Path(folder), lang=lang)


def draw_all(drawings: Mapping[str, Drawing], folder: Path, *, lang: Language) -> dict[str, Path]:
    """Draw figures as PNG into a folder and return the files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, (draw, height, width) in drawings.items():
        figure, ax = new_axes(width, height, lang=lang)
        draw(ax)
        files[name] = save_figure(figure, folder / f"{name}.png", dpi=DPI, lang=lang)
    return files


def inventory_drawings(data: InventoryData, *, lang: Language) -> dict[str, Drawing]:
    """Return the figures of an inventory by name, in the order of the report."""
    flows = energy_flows(data.dataset, data.facts.base_year)
    drawn = flows.supply.size > 0 and flows.emissions.size > 0
    sankey = Drawing(lambda ax: draw_energy_flows(ax, data, flows, lang=lang), 5.4, 9.6)
    return {
        "emissions_by_sector": Drawing(lambda ax: draw_groups(ax, data, lang=lang)),
        **({"energy_flows": sankey} if drawn else {}),
        "emission_trend": Drawing(lambda ax: draw_trend(ax, data, lang=lang)),
        "uncertainty": Drawing(lambda ax: draw_uncertainty(ax, data, lang=lang)),
        "variance_shares": Drawing(
            lambda ax: draw_variance(ax, data, lang=lang), MARGINS + ROW_HEIGHT * (INPUTS + 1)
        ),
        **{
            f"key_categories_{name}": _key_drawing(data, name, lang)
            for name in ("level", "trend")
            if name in data.assessment.key
        },
    }


def in_ten_thousands(values: xr.DataArray, unit: str) -> xr.DataArray:
    """Return an array of base units in multiples of 10⁴, with the unit that figures know."""
    return (values * 1e-4).assign_attrs(units=unit)


def source_note(data: InventoryData, lang: Language, *more: str) -> str:
    """Return the line under a figure: region, what it rests on, and what else to know."""
    facts = data.facts
    share = data.assumption_share[facts.base_year]
    note = label("drawing.note", lang).format(
        region=facts.title.title(lang), share=f"{share:.0%}", version=facts.version
    )
    return ("；" if lang == "zh" else "; ").join([*more, note])


def metric_note(data: InventoryData, lang: Language) -> str:
    """Return by which metric gases are weighed, in words."""
    return label("drawing.metric", lang).format(metric=data.facts.metric)


def draw_groups(ax: Any, data: InventoryData, *, lang: Language) -> None:
    """Draw direct emissions by user group, and what stands behind bought power."""
    year = data.facts.base_year
    names = [*GROUPS, "bought_electricity", "bought_heat"]
    values = data.summary["co2e"].sel(year=year, row=names)
    shown = [name for name in names if abs(float(values.sel(row=name))) > 0]
    plot_inventory(
        ax,
        in_ten_thousands(values.sel(row=shown), CO2E).rename(row="group"),
        labels={name: summary_rows()[name].title(lang) for name in shown},
        palette="measure",
        lang=lang,
        title=label("drawing.groups", lang).format(year=year),
        source=source_note(data, lang),
    )


def draw_energy_flows(ax: Any, data: InventoryData, flows: EnergyFlows, *, lang: Language) -> None:
    """Draw energy from carriers to users and on to what they emit in the base year."""
    carriers = [str(name) for name in flows.supply["carrier"].values]
    users = [str(name) for name in flows.supply["user"].values]
    kinds = [str(name) for name in flows.emissions["kind"].values]
    plot_energy_sankey(
        ax,
        in_ten_thousands(flows.supply, "万吨标煤/year"),
        in_ten_thousands(flows.emissions, CO2E),
        delivered=in_ten_thousands(flows.delivered, "万吨标煤/year"),
        maker=MAKER,
        labels={name: carrier_title(name, lang) for name in carriers}
        | {name: summary_rows()[name].title(lang) for name in users if name != SOLD}
        | {SOLD: label("drawing.sold", lang)}
        | {name: label(f"drawing.{name}", lang) for name in kinds},
        lang=lang,
        title=label("drawing.energy_flows", lang).format(
            year=data.facts.base_year, convention=label(data.facts.convention, lang)
        ),
        source=source_note(data, lang, label("drawing.pool", lang), metric_note(data, lang)),
    )


def draw_trend(ax: Any, data: InventoryData, *, lang: Language) -> None:
    """Draw emissions and removals by sector for every year, and their net."""
    weighed = totals.co2e(data.dataset, data.facts.metric)
    emissions = totals.group(weighed["emissions"].sum("gas"), "sector")
    removals = -totals.group(weighed["removals"].sum("gas"), "sector").sum("sector")
    listed = [name for name in STACKED if name in emissions["sector"]]
    parts = [emissions.sel(sector=listed), removals.expand_dims(sector=["removals"])]
    stacked = xr.concat(parts, dim="sector")
    stacked = stacked.isel(sector=np.abs(stacked.values).max(axis=1) > 0)
    plot_emission_trend(
        ax,
        in_ten_thousands(stacked, CO2E),
        net=in_ten_thousands(stacked.sum("sector"), CO2E),
        labels=_sector_titles(stacked["sector"], lang),
        lang=lang,
        source=source_note(data, lang, metric_note(data, lang)),
    )


def draw_uncertainty(ax: Any, data: InventoryData, *, lang: Language) -> None:
    """Draw the 95 % range of each sector and total in the base year."""
    found = data.assessment.ranges
    names = [str(name) for name in found["part"].values]
    ordered = [name for name in (*STACKED, *names) if name in names]
    ranges = found.sel(part=list(dict.fromkeys(ordered)))
    draws = label("drawing.draws", lang).format(draws=f"{data.assessment.draws:,}")
    plot_uncertainty(
        ax,
        in_ten_thousands(ranges["central"], CO2E),
        low=in_ten_thousands(ranges["low"], CO2E),
        high=in_ten_thousands(ranges["high"], CO2E),
        labels=_sector_titles(ranges["part"], lang),
        lang=lang,
        title=label("drawing.uncertainty", lang).format(year=data.facts.base_year),
        source=source_note(data, lang, metric_note(data, lang), draws),
    )


def draw_variance(ax: Any, data: InventoryData, *, lang: Language) -> None:
    """Draw which inputs the variance of the total comes from."""
    variance = data.assessment.variance
    names = [str(name) for name in variance["input"].values]
    share = _first(variance["share"], INPUTS)
    plot_variance_shares(
        ax,
        share,
        kinds=dict(zip(names, variance["input_of"].values.tolist(), strict=True)),
        labels={name: input_title(name, data.facts, lang) for name in names[:INPUTS]}
        | {REST: label("drawing.rest_inputs", lang).format(count=len(names) - INPUTS)},
        lang=lang,
        title=label("drawing.variance", lang).format(year=data.facts.base_year),
        source=source_note(data, lang, metric_note(data, lang)),
    )


def _key_drawing(data: InventoryData, assessment: str, lang: Language) -> Drawing:
    """Return the drawing of the key categories by level or by trend."""
    order = np.argsort(-data.assessment.key[assessment].values, kind="stable")
    found = data.assessment.key.isel(part=order)
    count = int(found[f"{assessment}_key"].sum()) + BEYOND
    share = _first(found[assessment], count)
    names = [str(name) for name in found["part"].values]

    def draw(ax: Any) -> None:
        plot_key_categories(
            ax,
            share,
            cumulative=share.cumsum("part").assign_coords(share.coords).assign_attrs(share.attrs),
            key=_first(found[f"{assessment}_key"], count) > 0,
            threshold=100.0 * found.attrs["threshold"],
            labels={name: part_title(name, lang) for name in names}
            | {REST: label("drawing.rest_categories", lang).format(count=len(names) - count)},
            lang=lang,
            title=label(f"drawing.key_{assessment}", lang).format(
                year=found.attrs["year"], base=found.attrs["base_year"]
            ),
            source=source_note(data, lang, metric_note(data, lang)),
        )

    return Drawing(draw, MARGINS + ROW_HEIGHT * share.size)


def _first(shares: xr.DataArray, count: int) -> xr.DataArray:
    """Return the first shares in percent, and the sum of the others as a last one."""
    dim = str(shares.dims[0])
    kept = range(min(count, shares.sizes[dim]))
    return (100.0 * with_rest(shares, dim, kept)).assign_attrs(units="percent")


def _sector_titles(names: xr.DataArray, lang: Language) -> dict[str, str]:
    return {str(name): label(f"sector.{name}", lang) for name in names.values}
