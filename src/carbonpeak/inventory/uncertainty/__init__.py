"""Uncertainty of an inventory from one declaration, by error propagation or Monte Carlo.

Every input, an activity of a line and year or a factor, has one distribution (see
`distribution`) and perhaps a correlation with others. A factor has one draw, however many
lines and years use it; activities of two years are independent unless a correlation says
otherwise. Activity that was reconciled with exact totals stays on them in every draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.activity import region_lines
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.inventory.uncertainty.declaration import Correlation, Declared, declare
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.inventory.uncertainty.exact_totals import Step, steps_of
from carbonpeak.inventory.uncertainty.ipcc_table import (
    NORMAL_95,
    error_propagation_table,
    table_columns,
)
from carbonpeak.inventory.uncertainty.parts import COORDINATES, Parts, parts_of
from carbonpeak.inventory.uncertainty.propagation import propagate, trend
from carbonpeak.inventory.uncertainty.simulation import Plan, part_draws, simulate
from carbonpeak.inventory.uncertainty.terms import Terms, activity_of, terms_of

__all__ = [
    "Correlation",
    "Distribution",
    "distribution_of",
    "draws_of",
    "error_propagation_table",
    "uncertainty",
]


@dataclass(frozen=True)
class Setup:
    """What both approaches start from, and the labels of their results, laid out once."""

    terms: Terms
    declared: Declared
    parts: Parts
    steps: tuple[Step, ...]
    base: int
    labels: dict[tuple[str, ...], xr.Dataset] = field(default_factory=dict, compare=False)


@checked
def uncertainty(
    region: Region | Model,
    inventory: xr.Dataset,
    *,
    approach: Literal[1, 2] = 1,
    metric: str | None = None,
    by: str | Sequence[str] = "sector",
    base_year: int | None = None,
    correlations: Sequence[Correlation] | None = None,
    exact_totals: bool = True,
    draws: int = 10_000,
    seed: int = 0,
    sampler: str = "sobol",
    chunk: int = 256,
    shares: bool = True,
) -> xr.Dataset:
    """Return the 95 % ranges of an inventory, of its parts and of its trend.

    Parameters
    ----------
    region : Region or Model
        What the inventory was compiled from.
    inventory : xr.Dataset
        From `compile_inventory`.
    approach : {1, 2}
        1: error propagation, with the columns of IPCC table 3.2. 2: Monte Carlo.
    metric : str, optional
        By default the one of the region.
    by : str or sequence of str
        Parts by any of ``sector category gas line site source carrier scope``; several join,
        as in ``("category", "gas")``.
    base_year : int, optional
        Year that the trend starts from, by default the first of the inventory.
    correlations : sequence of Correlation, optional
        Inputs that move together, by default those that the region declares.
    exact_totals : bool
        Whether activity keeps to the exact totals of the region.
    draws, seed, sampler, chunk
        Of approach 2. The result does not depend on `chunk`, the draws evaluated at once.
    shares : bool
        Whether ``variance_share`` is wanted: of each input in each part.

    Returns
    -------
    xr.Dataset
        Over ``part`` and ``year``: the parts, then ``total`` (direct, without land use),
        ``total_with_land`` and ``total_with_indirect``. ``central`` is what the inventory
        says, in every approach; ``mean``, ``standard_deviation``, ``skewness``, ``low``,
        ``high`` in t CO2e/year; ``half_range`` in percent; ``trend``, ``trend_low``,
        ``trend_high`` in percent since the base year. Over ``input``: distribution, value and
        range of each, and ``variance_share``.

    Raises
    ------
    ResultError
        When the inventory does not fit the region, or a choice is unknown.
    """
    if approach not in (1, 2):
        raise ResultError(f"no approach {approach}; use 1 (propagation) or 2 (Monte Carlo)")
    chosen = metric or str(inventory.attrs["metric"])
    setup = _set_up(region, inventory, chosen, by, base_year, correlations, exact_totals)
    if approach == 1:
        found = propagated(setup, shares=shares)
    else:
        plan = Plan(draws, seed, sampler, chunk)
        found = _simulated(setup, plan, shares=shares)
        found.attrs |= {"draws": draws, "seed": seed, "sampler": sampler}
    found.attrs |= {"approach": approach, "metric": chosen, "base_year": _base_year(setup)}
    return found.assign_attrs(_count_attributes(setup))


def draws_of(
    region: Region | Model,
    inventory: xr.Dataset,
    *,
    metric: str | None = None,
    by: str | Sequence[str] = (),
    correlations: Sequence[Correlation] | None = None,
    exact_totals: bool = True,
    draws: int = 10_000,
    seed: int = 0,
    sampler: str = "sobol",
) -> xr.DataArray:
    """Return the draws themselves, in t CO2e/year over part, year and draw.

    The parameters are those of `uncertainty`, and so are the draws.
    """
    chosen = metric or str(inventory.attrs["metric"])
    setup = _set_up(region, inventory, chosen, by, None, correlations, exact_totals)
    plan = Plan(draws, seed, sampler)
    blocks = part_draws(setup.terms, setup.declared, setup.parts, setup.steps, plan)
    values = np.concatenate([block.parts for block in blocks], axis=1)
    return xr.DataArray(
        values.reshape(*setup.parts.shape, -1),
        dims=("part", "year", "draw"),
        coords=_coordinates(setup),
        attrs={"units": "t CO2e/year", "long_name": "net emissions", "metric": chosen},
    )


def _set_up(
    region: Region | Model,
    inventory: xr.Dataset,
    metric: str,
    by: str | Sequence[str],
    base_year: int | None,
    correlations: Sequence[Correlation] | None,
    exact_totals: bool,
) -> Setup:
    model = region if isinstance(region, Model) else _model(region)
    together = _of_region(model.region) if correlations is None else correlations
    activity = activity_of(model, inventory).tobytes()
    labels = [inventory.variables[name].values.tobytes() for name in COORDINATES if name != "gas"]
    key = (activity, labels, metric, by, base_year, repr(together), exact_totals)
    if model.cache.get("uncertainty key") != key:
        model.cache["uncertainty"] = _prepared(
            model, inventory, metric, by, base_year, together, exact_totals
        )
        model.cache["uncertainty key"] = key
    setup: Setup = model.cache["uncertainty"]
    return setup


def _prepared(
    model: Model,
    inventory: xr.Dataset,
    metric: str,
    by: str | Sequence[str],
    base_year: int | None,
    together: Sequence[Correlation],
    exact_totals: bool,
) -> Setup:
    terms = terms_of(model, inventory)
    declared = declare(terms, correlations=together)
    parts = parts_of(terms, inventory, metric, (by,) if isinstance(by, str) else tuple(by))
    start = model.years[0] if base_year is None else base_year
    if start not in model.years:
        hint = suggestion(str(start), [str(year) for year in model.years])
        raise ResultError(f"no year {start} in this inventory; {hint}")
    steps = steps_of(terms, _cell_deviations(terms, declared)) if exact_totals else ()
    return Setup(terms, declared, parts, steps, model.years.index(start))


def _of_region(region: Region) -> list[Correlation]:
    stated = region.record.correlations.items()
    return [Correlation(name, one.inputs, one.coefficient) for name, one in stated]


def _model(region: Region) -> Model:
    return bind(region, region_lines(region), region.record.years)


def _cell_deviations(terms: Terms, declared: Declared) -> Floats:
    deviations = np.zeros(len(terms.cells))
    here, there = declared.places("activity")
    deviations[there] = declared.deviations[here]
    return deviations


def _base_year(setup: Setup) -> int:
    return setup.terms.model.years[setup.base]


def propagated(setup: Setup, *, shares: bool) -> xr.Dataset:
    """Return the result of approach 1."""
    found = propagate(setup.terms, setup.declared, setup.parts, setup.steps)
    change, slopes = trend(found.central, found.loadings, setup.base)
    half = NORMAL_95 * found.deviation
    half_trend = NORMAL_95 * np.sqrt((slopes**2).sum(axis=-1))
    variables = {
        "central": found.central,
        "mean": found.central,
        "standard_deviation": found.deviation,
        "skewness": np.zeros_like(half),
        "low": found.central - half,
        "high": found.central + half,
        "half_range": _percent(half, found.central),
        "trend": change,
        "trend_low": change - half_trend,
        "trend_high": change + half_trend,
        **table_columns(found, setup.declared, setup.base, setup.parts.names.index("total")),
    }
    squares = found.loadings**2 if shares else None
    return _labelled(setup, variables, squares)


def _simulated(setup: Setup, plan: Plan, *, shares: bool) -> xr.Dataset:
    found = simulate(
        setup.terms,
        setup.declared,
        setup.parts,
        setup.steps,
        plan,
        base=setup.base,
        shares=shares,
    )
    rates, activity = setup.terms.central
    flat = setup.parts.weights @ (rates[setup.terms.rate] * activity[setup.terms.cell])
    central = flat.reshape(setup.parts.shape)
    variables = {
        "central": central,
        "mean": found.mean,
        "mean_error": found.deviation / np.sqrt(plan.draws),
        "standard_deviation": found.deviation,
        "skewness": found.skewness,
        "low": found.low,
        "high": found.high,
        "half_range": _percent((found.high - found.low) / 2, central),
        "trend": trend(central, central[..., None], setup.base)[0],
        "trend_low": found.trend_low,
        "trend_high": found.trend_high,
    }
    return _labelled(setup, variables, found.correlation**2 if shares else None)


def _percent(part: Floats, whole: Floats) -> Floats:
    return 100.0 * part / np.where(whole == 0, np.nan, np.abs(whole))


def _coordinates(setup: Setup) -> dict[str, Any]:
    return {
        "part": list(setup.parts.names),
        "year": list(setup.terms.model.years),
        **{f"part_{name}": ("part", values) for name, values in setup.parts.columns.items()},
    }


UNITS = {
    "central": "t CO2e/year",
    "mean": "t CO2e/year",
    "mean_error": "t CO2e/year",
    "standard_deviation": "t CO2e/year",
    "low": "t CO2e/year",
    "high": "t CO2e/year",
    "skewness": "1",
    "variance_share": "1",
}
INPUT_COLUMNS = (
    "input_of",
    "input_distribution",
    "input_value",
    "input_mean",
    "input_standard_deviation",
)


def _labelled(setup: Setup, variables: Mapping[str, Floats], squares: Floats | None) -> xr.Dataset:
    data = dict(variables)
    if squares is not None:
        whole = squares.sum(axis=-1, keepdims=True)
        data["variance_share"] = np.divide(
            squares, whole, out=np.zeros_like(squares), where=whole > 0
        )
    names = tuple(data)
    if names not in setup.labels:
        setup.labels[names] = _laid_out(setup, data)
    template = setup.labels[names]
    columns = {name: template.variables[name].values for name in INPUT_COLUMNS}
    return template.copy(data=data | columns)


def _laid_out(setup: Setup, data: Mapping[str, Floats]) -> xr.Dataset:
    dims = ("part", "year", "input")
    variables = {
        name: xr.Variable(dims[: values.ndim], values, _words(name))
        for name, values in data.items()
    }
    columns = {name: xr.Variable(*column) for name, column in _input_columns(setup).items()}
    coordinates = {**_coordinates(setup), "input": setup.declared.names}
    return xr.Dataset({**variables, **columns}, coords=coordinates)


def _words(name: str) -> dict[str, str]:
    return {"units": UNITS.get(name, "percent"), "long_name": name.replace("_", " ")}


def _input_columns(setup: Setup) -> dict[str, Any]:
    declared = setup.declared
    laws = [one.distribution for one in declared.inputs]
    extra = len(declared.correlations)
    nothing = [np.nan] * extra
    return {
        "input_of": ("input", [one.of for one in declared.inputs] + ["correlation"] * extra),
        "input_distribution": ("input", [law.kind for law in laws] + ["normal"] * extra),
        "input_value": ("input", [law.value for law in laws] + nothing),
        "input_mean": ("input", [law.mean for law in laws] + nothing),
        "input_standard_deviation": ("input", [law.standard_deviation for law in laws] + nothing),
    }


def _count_attributes(setup: Setup) -> dict[str, Any]:
    inputs = setup.declared.inputs
    activity = sum(name.startswith("activity|") for name in setup.declared.without_range)
    return {
        "inputs": len(inputs),
        "activity_without_range": activity,
        "factors_without_range": len(setup.declared.without_range) - activity,
        "inputs_shifted": sum(one.distribution.shifted for one in inputs),
        "correlations": len(setup.declared.correlations),
        "exact_totals": len([row for step in setup.steps for row in step.rows]),
    }
