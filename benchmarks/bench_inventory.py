"""Uncertainty and key categories of a county of 50 categories and 6 gases."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from scipy import sparse
from scipy.special import ndtri
from scipy.stats import qmc

from benchmarks.bench_county import GASES, LINES, MILLISECOND, PARENTS, county
from benchmarks.timing import Measured, against, fastest
from carbonpeak.equation import equation
from carbonpeak.inventory.key_categories import (
    key_categories,
    key_flags,
    level_assessment,
    trend_assessment,
)
from carbonpeak.inventory.model import Floats
from carbonpeak.inventory.uncertainty import Setup, propagated
from carbonpeak.inventory.uncertainty.declaration import Declared, Input
from carbonpeak.inventory.uncertainty.distribution import distribution_of
from carbonpeak.inventory.uncertainty.parts import Parts
from carbonpeak.inventory.uncertainty.propagation import propagate
from carbonpeak.inventory.uncertainty.simulation import Plan, simulate
from carbonpeak.inventory.uncertainty.terms import Cell, Formula, Terms
from carbonpeak.units import gwp_table

DRAWS = 10_000
COUNT = LINES * len(GASES)


@equation(quantity="t/year", factor="t/t", returns="t/year", source="benchmark")
def emitted(quantity: Any, factor: Any) -> Any:
    """Gas of an activity."""
    return quantity * factor


def declared_county() -> tuple[Terms, Declared, Parts]:
    """Return 50 activities and 300 factors, all uncertain, and ten parents with the total."""
    model = county(1)
    factors = tuple(model.factors[at % len(model.factors)] for at in range(COUNT))
    place = np.arange(COUNT)
    terms = Terms(
        model,
        factors,
        place,
        np.ones(COUNT),
        tuple(
            Formula(emitted, {"factor": np.arange(LINES) + start}, None, start)
            for start in range(0, COUNT, LINES)
        ),
        tuple(Cell(f"line_{at}", 2020, 100.0 + at, 0.0, 0.0) for at in range(LINES)),
        place,
        place % LINES,
        place % LINES,
        place // LINES,
        np.zeros(COUNT, np.int64),
        np.ones(COUNT),
    )
    inputs = [
        Input(f"activity|{at}", "activity", at, distribution_of(100.0 + at, 90.0, 110.0 + 2 * at))
        for at in range(LINES)
    ] + [Input(f"factor|{at}", "factor", at, distribution_of(2.0, 1.6, 2.4)) for at in range(COUNT)]
    inputs.sort(key=lambda one: one.distribution.kind != "normal")
    declared = Declared(tuple(inputs), (), (), np.full(len(inputs), -1))
    return terms, declared, _parts(gwp_table(["AR5GWP100"], GASES)[0])


def _parts(weights: Floats) -> Parts:
    member = (np.arange(COUNT) % LINES % PARENTS)[None, :] == np.arange(PARENTS)[:, None]
    rows = np.vstack([member, np.ones((1, COUNT), bool)]) * np.repeat(weights, LINES)
    names = (*(f"parent_{at}" for at in range(PARENTS)), "total")
    return Parts(names, {}, sparse.csr_array(rows), (PARENTS + 1, 1))


def floor(declared: Declared, weights: Floats) -> list[Floats]:
    """Draw the same numbers and do the same sums with bare arrays, all draws at once."""
    sequence = qmc.Sobol(len(declared.inputs), scramble=True, seed=0)
    chance = sequence.random(16384)[:DRAWS].T
    normal = ndtri(chance + 0.5**31)
    laws = [one.distribution for one in declared.inputs]
    shape = np.array([law.shape for law in laws])
    values = shape[:, :1] + shape[:, 1:2] * normal
    skewed = np.array([law.kind == "lognormal" for law in laws])
    values[skewed] = np.exp(values[skewed])
    at = {one.name: place for place, one in enumerate(declared.inputs)}
    activity = values[[at[f"activity|{line}"] for line in range(LINES)]]
    factor = values[[at[f"factor|{place}"] for place in range(COUNT)]]
    masses = factor.reshape(len(GASES), LINES, DRAWS) * activity * weights[:, None, None]
    by_line = masses.sum(axis=0)
    parents = by_line.reshape(LINES // PARENTS, PARENTS, DRAWS).sum(axis=0)
    parts = np.vstack([parents, parents.sum(axis=0)])
    return [parts.mean(1), parts.std(1), np.quantile(parts, [0.025, 0.975], axis=1)]


def bench() -> list[Measured]:
    """Return the ratios of uncertainty and key categories."""
    terms, declared, parts = declared_county()
    weights = gwp_table(["AR5GWP100"], GASES)[0]
    inventory = _inventory()
    base, current = (inventory["emissions"].values.reshape(-1, 2)[:, at] for at in (0, 1))
    setup = Setup(terms, declared, parts, (), 0)
    spread, labelled, assessed, keys = fastest(
        lambda: propagate(terms, declared, parts),
        lambda: propagated(setup, shares=False),
        lambda: [
            key_flags(one, 0.95)
            for one in (level_assessment(current), trend_assessment(base, current))
        ],
        lambda: key_categories(inventory, by=("line",)),
        repeats=60,
    )
    return [
        Measured("county, error propagation, of 1 ms", spread / MILLISECOND, 1.0),
        Measured("county, error propagation with labels, of 1 ms", labelled / MILLISECOND, 2.0),
        Measured("county, key categories on arrays, of 1 ms", assessed / MILLISECOND, 1.0),
        Measured("county, key categories with labels, of 1 ms", keys / MILLISECOND, 1.0),
        against(
            "county, 10,000 draws of 350 inputs over numpy floor",
            lambda: simulate(terms, declared, parts, (), Plan(DRAWS), base=0, shares=False),
            lambda: floor(declared, weights),
            bound=2.0,
            repeats=5,
        ),
    ]


def _inventory() -> xr.Dataset:
    draw = np.random.default_rng(3)
    shape = (LINES, len(GASES), 2)
    names = [f"line_{at}" for at in range(LINES)]
    return xr.Dataset(
        {
            "emissions": (("line", "gas", "year"), draw.uniform(size=shape)),
            "removals": (("line", "gas", "year"), np.zeros(shape)),
        },
        coords={
            "line": names,
            "gas": list(GASES),
            "year": [2015, 2020],
            "scope": ("line", np.ones(LINES, int)),
            "is_memo": ("line", np.zeros(LINES, bool)),
            "sector": ("line", ["energy"] * LINES),
        },
        attrs={"metric": "AR5GWP100"},
    )
