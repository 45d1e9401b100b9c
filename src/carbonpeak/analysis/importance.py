"""Which inputs of a scenario its spread comes from, in every year and for the peak year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr

from carbonpeak.analysis.ensemble import input_title
from carbonpeak.analysis.peak import peak_year
from carbonpeak.analysis.sensitivity import (
    morris_effects,
    morris_points,
    sobol_indices,
    sobol_samples,
)
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.scenario.ensemble import Runs, runs_of
from carbonpeak.scenario.ensemble.inputs import INCLUDED
from carbonpeak.scenario.ensemble.weights import COST
from carbonpeak.scenario.scenario import Scenario

AT_ONCE = 4096
TAIL = 0.025
"""Morris moves an input over its 95 % range: an end of the scale has no value of its own."""

Way = Callable[[Runs, list[Integers], str, int, int], dict[str, Floats]]


@checked
def sensitivity(
    region: Region,
    scenario: Scenario,
    *,
    method: Literal["sobol", "morris"] = "sobol",
    of: str = "energy_co2",
    base: int = 512,
    trajectories: int = 40,
    seed: int = 0,
    include: Sequence[str] = INCLUDED,
) -> xr.Dataset:
    """Say which inputs the spread of a scenario comes from, for every year at once.

    Inputs are grouped as a user tells them apart: each series of `drivers.csv`, each efficiency
    trend and each measure by itself, the activity of the base year and its factors as a whole;
    for the cost also each price.

    Parameters
    ----------
    region, scenario : Region, Scenario
        As for `ensemble`.
    method : {"sobol", "morris"}
        Shares of the variance, or mean changes when an input runs over its 95 % range.
    of : str
        An indicator, or ``cost``.
    base : int
        For Sobol: rows of the base sample, a power of two; ``base * (groups + 2)`` runs.
    trajectories : int
        For Morris; ``trajectories * (groups + 1)`` runs. The inputs of a group stand at one
        quantile.
    seed : int
        Same seed, same result.
    include : sequence of str
        Kinds of inputs that vary.

    Returns
    -------
    xr.Dataset
        Over ``input`` and ``year``. Sobol: ``first`` and ``total`` with ``first_error`` and
        ``total_error``, half of the 95 % interval. Morris: ``mean``, ``mean_absolute`` and
        ``deviation`` in the unit of the indicator. The same with ``peak_year_`` before it, over
        ``input`` alone, is for the peak year; Morris in years. For the cost it is
        ``cost_total_``, for the discounted cost of all years. Where nothing varies, Sobol gives
        NaN. Coordinates ``input_title_en`` and ``input_title_zh``.

    Raises
    ------
    ResultError
        When the method or the indicator is unknown, nothing varies, or a number is out of
        range.
    """
    if method not in _WAYS:
        raise ResultError(f"no method '{method}'; {suggestion(method, list(_WAYS))}")
    runs = runs_of(region, scenario, draws=1, seed=seed, sampler="sobol", of=(of,), include=include)
    groups = runs.groups
    if not groups:
        raise ResultError("no input of this scenario has a range, so nothing can be told apart")
    count = base if method == "sobol" else trajectories
    found = _WAYS[method](runs, list(groups.values()), of, count, seed)
    attributes = {
        "method": method,
        "of": of,
        "units": runs.units[of],
        "region": region.name,
        "scenario": scenario.name,
        "seed": seed,
        "runs": count * (len(groups) + (2 if method == "sobol" else 1)),
    }
    return _labelled(runs, found, attributes)


def _labelled(runs: Runs, found: dict[str, Floats], attributes: dict[str, Any]) -> xr.Dataset:
    names = list(runs.groups)
    costs = attributes["of"] == COST
    unit = "1" if attributes["method"] == "sobol" else attributes["units"]
    sole_unit = "1" if attributes["method"] == "sobol" else "CNY2020" if costs else "year"
    variables: dict[str, Any] = {}
    for name, values in found.items():
        variables[name] = (("input", "year"), values[:, :-1], {"units": unit})
        sole = f"{COST}_total_{name}" if costs else f"peak_year_{name}"
        variables[sole] = ("input", values[:, -1], {"units": sole_unit})
    titles = {
        f"input_title_{lang}": ("input", [input_title(name, lang, runs) for name in names])
        for lang in ("en", "zh")
    }
    coordinates = {"input": names, "year": list(runs.years), **titles}
    return xr.Dataset(variables, coords=coordinates, attrs=attributes)


def _outputs(runs: Runs, chances: Floats, of: str) -> Floats:
    """Return the path and the peak year or the discounted cost of each run, (run, year and one)."""
    cuts = np.arange(AT_ONCE, len(chances), AT_ONCE)
    paths = np.concatenate([runs.at(part).paths[of].T for part in np.split(chances, cuts)], axis=0)
    costing = runs.layout.costing
    sole = costing.total(paths.T) if costing else peak_year(paths, np.array(runs.years))
    return np.column_stack([paths, sole])


def _by_variance(
    runs: Runs, groups: list[Integers], of: str, base: int, seed: int
) -> dict[str, Floats]:
    first, second = sobol_samples(len(runs.inputs.names), base=base, seed=seed)
    outputs = [_outputs(runs, each, of) for each in (first, second)]
    for places in groups:
        mixed = first.copy()
        mixed[:, places] = second[:, places]
        outputs.append(_outputs(runs, mixed, of))
    found = sobol_indices(np.concatenate(outputs), inputs=len(groups), seed=seed)
    names = ("first", "total", "first_error", "total_error")
    return {name: getattr(found, name) for name in names}


def _by_effect(
    runs: Runs, groups: list[Integers], of: str, trajectories: int, seed: int
) -> dict[str, Floats]:
    points = morris_points(len(groups), trajectories=trajectories, seed=seed)
    chances = np.full((len(points), len(runs.inputs.names)), 0.5)
    for at, places in enumerate(groups):
        chances[:, places] = (TAIL + (1 - 2 * TAIL) * points[:, at])[:, None]
    found = morris_effects(points, _outputs(runs, chances, of))
    return {name: getattr(found, name) for name in ("mean", "mean_absolute", "deviation")}


_WAYS: dict[str, Way] = {"sobol": _by_variance, "morris": _by_effect}
