"""A county of 50 categories and 6 gases, and a panel of 200 of them over 30 years."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from benchmarks.timing import NO_BOUND, Measured, against, fastest
from carbonpeak.evidence.region import load_region
from carbonpeak.inventory.activity import region_lines, reported_activity
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.compile import compile_inventory, to_dataset
from carbonpeak.inventory.labels import label_masses
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.inventory.totals import co2e, group
from carbonpeak.method import ROLES
from carbonpeak.units import gwp_table

GASES = ("CO2", "CH4", "N2O", "SF6", "HFC134a", "CF4")
METRICS = ["SARGWP100", "AR4GWP100", "AR5GWP100", "AR6GWP100"]
LINES, YEARS, REGIONS, PARENTS = 50, 30, 200, 10
MILLISECOND = 1e-3


def county(years: int) -> Model:
    """Return a model of 50 lines and 6 gases with drawn rates."""
    draw = np.random.default_rng(7)
    region = load_region("yangjiang")
    lines = region_lines(region)[:LINES]
    bound = bind(region, lines, [region.record.base_year])
    shape = (LINES, len(GASES), years)
    rates = {role: draw.uniform(size=shape) for role in ROLES}
    nothing = {role: np.zeros(shape) for role in ROLES}
    ageless = {role: np.zeros((LINES, len(GASES), 0)) for role in ROLES}
    span = tuple(range(2020, 2020 + years))
    return replace(
        bound,
        years=span,
        gases=GASES,
        rates=rates,
        tail=nothing,
        aged=ageless,
        energy=draw.uniform(size=(2, LINES, years)),
    )


def bench() -> list[Measured]:
    """Return the ratios of the deterministic inventory."""
    return [*_county_ratios(), *_panel_ratios()]


def _county_ratios() -> list[Measured]:
    model, region = county(1), load_region("yangjiang")
    activity = np.random.default_rng(8).uniform(size=(LINES, 1))
    reported = reported_activity(model)
    inventory = to_dataset(model, activity, reported)
    weights = gwp_table(["AR5GWP100"], GASES)[0]
    masses, labelled, weighed, documented, whole = fastest(
        lambda: model.gas_masses(activity),
        lambda: co2e(label_masses(model, activity), metric="AR5GWP100"),
        lambda: group(co2e(inventory, metric="AR5GWP100")["emissions"], "sector"),
        lambda: to_dataset(model, activity, reported),
        lambda: compile_inventory(region),
        repeats=60,
    )
    return [
        Measured("county, masses of gas, of 1 ms", masses / MILLISECOND, 1.0),
        Measured("county, activity to labelled CO2e, of 1 ms", labelled / MILLISECOND, 1.0),
        Measured("county, CO2e by sector, of 1 ms", weighed / MILLISECOND, NO_BOUND),
        Measured(
            "county, with evidence and every factor, of 1 ms", documented / MILLISECOND, NO_BOUND
        ),
        Measured("county, binding the factors as well, of 1 ms", whole / MILLISECOND, NO_BOUND),
        against(
            "county, masses over numpy floor",
            lambda: model.gas_masses(activity),
            lambda: _bare_masses(model, activity, weights),
            bound=3.0,
            repeats=300,
        ),
    ]


def _bare_masses(model: Model, activity: Floats, weights: Floats) -> object:
    return [np.einsum("lgy,ly,g->lgy", model.rates[role], activity, weights) for role in ROLES]


def panel() -> xr.Dataset:
    """Return masses over region, line, gas and year, with ten sectors."""
    draw = np.random.default_rng(9)
    dims = ("region", "line", "gas", "year")
    shape = (REGIONS, LINES, len(GASES), YEARS)
    return xr.Dataset(
        {role: (dims, draw.uniform(size=shape), {"units": "t/year"}) for role in ROLES},
        coords={
            "line": [f"line_{at}" for at in range(LINES)],
            "sector": ("line", [f"sector_{at % PARENTS}" for at in range(LINES)]),
            "gas": list(GASES),
            "year": list(range(2020, 2020 + YEARS)),
        },
    )


def _panel_ratios() -> list[Measured]:
    data = panel()
    bare: list[Any] = [data[role].values for role in ROLES]
    one, four = gwp_table(["AR5GWP100"], GASES)[0], gwp_table(METRICS, GASES)
    values = data["emissions"]
    member = (np.arange(LINES)[None, :] % PARENTS == np.arange(PARENTS)[:, None]).astype(float)
    return [
        against(
            "panel, to CO2e",
            lambda: co2e(data, metric="AR5GWP100"),
            lambda: [part * one[:, None] for part in bare],
            bound=3.0,
            repeats=7,
        ),
        against(
            "panel, 10 parents and the total",
            lambda: group(values, "sector").sum("sector", skipna=False),
            lambda: np.tensordot(member, bare[0], (1, 1)).sum(axis=0),
            bound=3.0,
            repeats=7,
        ),
        against(
            "panel, four GWP sets at once",
            lambda: co2e(data, metric=METRICS),
            lambda: [part[..., None] * four.T[:, None, :] for part in bare],
            bound=3.0,
            repeats=4,
        ),
    ]
