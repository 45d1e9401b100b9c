"""Least-cost programs against linopy and PyPSA on the same problem, where they are installed.

linopy states the whole county. PyPSA has no rows for ramps, potentials or moved activity, so it is
given the county without them: each build is a generator of abatement that must run once it stands,
the caps are loads.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.bench_optimise import county
from benchmarks.timing import Measured, against
from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.least_cost import LeastCostProblem, Moves, solve_least_cost

SAME = 1e-6


def bench() -> Iterator[Measured]:
    """Yield the time of ours over that of each peer; a peer that is not installed is named."""
    full = county(200, 40, 40)
    none = np.full(len(full.measures), np.nan)
    bare = replace(
        full,
        potential=np.full(len(full.measures), np.inf),
        moves=Moves.none(),
        lines=(),
        baseline_activity=np.zeros(0),
        ramp_rate=none,
        ramp_seed=none,
    )
    for name, problem, peer in (
        ("linopy", full, linopy_total),
        ("pypsa", bare, pypsa_total),
    ):
        if find_spec(name) is None:
            print(f"{name} is not installed: not compared", file=sys.stderr)
            continue
        with _quiet():
            ours, theirs = solve_least_cost(problem).cost, peer(problem)
            if not np.isclose(ours, theirs, rtol=SAME):
                raise AssertionError(f"{name} finds {theirs}, not {ours}")
            measured = _compared(name, problem, peer)
        yield measured


def _compared(name: str, problem: LeastCostProblem, peer: Any) -> Measured:
    size = f"{len(problem.measures) * len(problem.years):,}"
    return against(
        f"least-cost program, {size} columns: total over {name}",
        lambda: solve_least_cost(problem),
        lambda: peer(problem),
        bound=1.0,
        repeats=3,
    )


def linopy_total(problem: LeastCostProblem) -> float:
    """State the county with linopy as its users would, solve it, return the cost."""
    import linopy

    measures = pd.Index(problem.measures, name="measure")
    built, years = pd.Index(problem.years, name="built"), pd.Index(problem.years, name="year")
    model = linopy.Model()
    upper = xr.DataArray(
        np.where(problem.window, problem.yearly_limit[:, None], 0.0), [measures, built]
    )
    builds = model.add_variables(0.0, upper, name="builds")
    rate = xr.DataArray(problem.ramp_rate, [measures])
    seed = xr.DataArray(problem.ramp_seed, [measures])
    model.add_constraints(builds - rate * builds.shift(built=1) <= seed, name="ramp")
    potential = xr.DataArray(problem.potential, [measures])
    model.add_constraints(builds.sum("built") <= potential, name="potential")
    moves = pd.RangeIndex(len(problem.moves.measure), name="move")
    moved = builds.isel(measure=xr.DataArray(problem.moves.measure, [moves]))
    response = xr.DataArray(problem.moves.response, [moves, built, years])
    line = xr.DataArray(problem.moves.line, [moves], name="line")
    change = (moved * response).sum("built").groupby(line).sum()
    baseline = xr.DataArray(problem.baseline_activity, [pd.RangeIndex(40, name="line"), years])
    model.add_constraints(change >= -baseline.sel(line=change.coords["line"]), name="activity")
    for target in problem.targets:
        held = problem.numerators[target.numerator]
        at = problem.years.index(target.year)
        effect = xr.DataArray(held.effect[:, :, at], [measures, built])
        model.add_constraints(
            (builds * effect).sum() <= target.cap - held.baseline[at], name=target.name
        )
    model.add_objective((builds * xr.DataArray(unit_cost(problem), [measures, built])).sum())
    model.solve("highs", io_api="direct", log_to_console=False, threads=1)
    return float(model.objective.value)


def pypsa_total(problem: LeastCostProblem) -> float:
    """State builds as generators of abatement and caps as loads, solve, return the cost."""
    import pypsa

    network = pypsa.Network()
    network.set_snapshots(pd.Index([target.year for target in problem.targets]))
    network.add("Bus", "abatement")
    held = problem.numerators["co2"]
    at = [problem.years.index(target.year) for target in problem.targets]
    needed = held.baseline[at] - np.array([target.cap for target in problem.targets])
    network.add("Load", "caps", bus="abatement", p_set=pd.Series(needed, network.snapshots))
    names = [f"{name} {year}" for name in problem.measures for year in problem.years]
    gives = -held.effect[:, :, at].reshape(len(names), -1)
    most = gives.max(axis=1)
    size = np.where(most > 0, most, 1.0)
    share = pd.DataFrame((gives / size[:, None]).T, network.snapshots, names)
    limit = np.where(problem.window, problem.yearly_limit[:, None], 0.0).ravel()
    network.add(
        "Generator",
        share.columns,
        bus="abatement",
        p_nom_extendable=True,
        p_nom_max=limit * size,
        p_max_pu=share,
        p_min_pu=share,
        capital_cost=unit_cost(problem).ravel() / size,
    )
    network.add("Generator", "more", bus="abatement", p_nom=1e9, p_min_pu=-1.0, p_max_pu=0.0)
    network.optimize(
        solver_name="highs",
        io_api="direct",
        solver_options={"threads": 1, "log_to_console": False},
    )
    return float(network.objective)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the remarks of peers out of the table of ratios."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)
