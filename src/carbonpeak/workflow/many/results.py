"""What is kept of each of many regions: small Datasets whose every dim has labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from carbonpeak.analysis.ensemble import INDICATORS, ensemble
from carbonpeak.analysis.fans import CHANCES
from carbonpeak.evidence.region import Region
from carbonpeak.inventory import totals
from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import project
from carbonpeak.scenario.scenario import load_scenario
from carbonpeak.workflow.inventory import inventory_figures


def inventory(region: Region) -> xr.Dataset:
    """Return the figures of an inventory by year, and its masses by category and gas."""
    dataset = compile_inventory(region)
    figures = inventory_figures(region, dataset, str(dataset.attrs["metric"]))
    return _with_facts(figures.merge(_masses(dataset)), dataset)


def projection(
    region: Region, *, scenario: str = "baseline", of: Sequence[str] = INDICATORS
) -> xr.Dataset:
    """Return indicators of a scenario by year, and its masses by category and gas."""
    pathway = project(region, load_scenario(region, scenario))
    figures = xr.Dataset({name: _plain(indicator(pathway, name)) for name in of})
    return _with_facts(figures.merge(_masses(pathway)), pathway)


def drawn(
    region: Region,
    *,
    scenario: str = "baseline",
    draws: int = 1000,
    seed: int = 0,
    of: Sequence[str] = INDICATORS,
    chances: Sequence[float] = CHANCES,
) -> xr.Dataset:
    """Return quantiles of indicators over the draws of a scenario, by chance and year."""
    found = ensemble(region, load_scenario(region, scenario), draws=draws, seed=seed, of=of)
    fans = {name: found.fan(name, chances=chances)["level"] for name in of}
    return xr.Dataset({name: _plain(level) for name, level in fans.items()})


FUNCTIONS: dict[str, Callable[..., xr.Dataset]] = {
    "inventory": inventory,
    "projection": projection,
    "ensemble": drawn,
}


def _plain(values: xr.DataArray) -> xr.DataArray:
    """Drop the coordinates that are no labels; they may differ between regions."""
    return values.reset_coords(drop=True)


def _masses(dataset: xr.Dataset) -> xr.Dataset:
    masses = {
        f"{name}_by_category": _plain(totals.group(dataset[name], "category")).assign_attrs(
            units="t/year"
        )
        for name in totals.MASSES
    }
    return xr.Dataset(masses)


def _with_facts(result: xr.Dataset, dataset: xr.Dataset) -> xr.Dataset:
    """Add what says how the numbers were made; it may differ between regions."""
    names = {"metric": "metric", "convention": "own_convention", "factor_set": "factor_set"}
    texts = {new: ((), np.array(str(dataset.attrs[old]))) for old, new in names.items()}
    return result.drop_attrs(deep=False).assign(texts)
