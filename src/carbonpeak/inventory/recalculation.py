"""Why a new version of an inventory differs from an old one, line by line.

Each line and year is a sum over gases of weight x rate x activity. The difference of the
products is split symmetrically (every order of change counts alike), so that the causes add up
to it exactly whichever inventory is called old:

=========== =====================================================================================
cause       what changed
=========== =====================================================================================
activity    the activity, after reconciliation
factor      the rate, by other factors in the same equation
metric      the weight of a gas in CO2e
method      the rate, by another method or one with other parameters; a gas that was not counted
scope       a line, or its year, is in one inventory only, or counts elsewhere in it
correction  the rate, though method and factors are the same: an error was put right
=========== =====================================================================================

A line that ages, such as a landfill, has no rate of one year. What it gives changes by its
factors when they differ and its activity does not, else by its activity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak import sectors, units, vocabulary
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError
from carbonpeak.units import gwp_table

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Pair = tuple[float, float]
Uses = Mapping[tuple[str, str, int], Mapping[str, int]]

CAUSES = ("activity", "factor", "metric", "method", "scope", "correction")
COORDINATES = ("category", "site", "source", "sector", "scope", "is_memo")
_SAME = 1e-12


@dataclass(frozen=True)
class FactorChange:
    """A factor that a line uses in another value, or from another place, than before."""

    line: str
    gas: str
    year: int
    parameter: str
    unit: str
    old: float
    new: float
    old_source: str
    new_source: str


@checked
def recalculation(old: xr.Dataset, new: xr.Dataset, *, metric: str | None = None) -> xr.Dataset:
    """Split the difference between two inventories by its causes.

    Parameters
    ----------
    old, new : xr.Dataset
        Inventories from `compile_inventory`, fresh or read back: of two versions of the data,
        two factor sets, two editions.
    metric : str, optional
        One metric for both; by default each has its own, and the difference is a cause.

    Returns
    -------
    xr.Dataset
        ``contribution`` (cause, line, year), ``old`` and ``new`` (line, year), in t CO2e/year,
        removals negative, memo items left out. The lines are those of either inventory, with
        their coordinates in the new one where it has them; the years are those of both.

    Raises
    ------
    ResultError
        When the inventories share no year.
    """
    years = [int(year) for year in old["year"].values if year in new["year"].values]
    if not years:
        raise ResultError("the inventories share no year, so that nothing can be compared")
    lines = _union(old["line"].values, new["line"].values)
    gases = _union(old["gas"].values, new["gas"].values)
    before, after = (
        _Side.of(inventory, lines, gases, years, metric or str(inventory.attrs["metric"]))
        for inventory in (old, new)
    )
    contribution = _split(before, after, lines, gases, years)
    axes = ("line", "year")
    unit = {"units": "t CO2e/year"}
    return xr.Dataset(
        {
            "contribution": (("cause", *axes), contribution, {**unit, "long_name": "contribution"}),
            "old": (axes, before.total, {**unit, "long_name": "old"}),
            "new": (axes, after.total, {**unit, "long_name": "new"}),
        },
        coords={"cause": list(CAUSES), "year": years, **_coordinates(old, new, lines)},
        attrs={
            "old_factor_set": old.attrs.get("factor_set", ""),
            "new_factor_set": new.attrs.get("factor_set", ""),
            "old_metric": before.metric,
            "new_metric": after.metric,
            "old_version": old.attrs.get("version", ""),
            "new_version": new.attrs.get("version", ""),
        },
    )


def _union(first: Any, second: Any) -> list[str]:
    return sorted({str(name) for name in first} | {str(name) for name in second})


@dataclass(frozen=True)
class _Side:
    """One inventory over the lines, gases and years of both."""

    metric: str
    activity: Floats
    mass: Floats
    weight: Floats
    counted: list[tuple[str, ...] | None]
    method: list[str]
    uses: Uses
    values: Floats
    unit: list[str]

    @classmethod
    def of(
        cls,
        inventory: xr.Dataset,
        lines: list[str],
        gases: list[str],
        years: list[int],
        metric: str,
    ) -> _Side:
        wide = inventory[["activity", "emissions", "removals"]].reindex(
            {"line": lines, "gas": gases, "year": years}
        )
        memo, method = _by_line(inventory, "is_memo"), _by_line(inventory, "method")
        net = (wide["emissions"] - wide["removals"]).transpose("line", "gas", "year").values
        inside = np.array([memo.get(line, "True") == "False" for line in lines])
        counted = {
            line: (scope, sector)
            for (line, scope), sector in zip(
                _by_line(inventory, "scope").items(),
                _by_line(inventory, "sector").values(),
                strict=True,
            )
        }
        return cls(
            metric,
            wide["activity"].transpose("line", "year").values,
            np.where(inside[:, None, None], np.nan_to_num(net, nan=0.0), 0.0),
            gwp_table([metric], gases)[0],
            [(*counted[line], memo[line]) if line in counted else None for line in lines],
            [method.get(line, "") for line in lines],
            _uses(inventory),
            np.asarray(inventory["factor_value"].values, dtype=float),
            [str(unit) for unit in inventory["factor_unit"].values],
        )

    @property
    def total(self) -> Floats:
        """Net tonnes of CO2e, (line, year)."""
        return np.asarray(np.einsum("lgy,g->ly", self.mass, self.weight))


def _by_line(inventory: xr.Dataset, name: str) -> dict[str, str]:
    if name not in inventory.coords:
        return {}
    lines = [str(line) for line in inventory["line"].values]
    return dict(zip(lines, (str(one) for one in inventory[name].values), strict=True))


def _uses(inventory: xr.Dataset) -> Uses:
    """Return the places of the factors of each line, gas and year, by parameter and age class."""
    found: dict[tuple[str, str, int], dict[str, int]] = {}
    by_age: dict[str, bool] = {}
    columns = [
        inventory[f"use_{name}"].values for name in ("line", "gas", "year", "parameter", "factor")
    ]
    for line, gas, year, parameter, factor in zip(*columns, strict=True):
        name = str(line)
        if name not in by_age:
            rule = vocabulary.parse_line(name).rule
            by_age[name] = sectors.find_method(rule.method).by_age
        when = 0 if by_age[name] else int(year)
        label = f"{parameter}@{year}" if by_age[name] else str(parameter)
        found.setdefault((name, str(gas), when), {})[label] = int(factor)
    return found


def _split(
    before: _Side, after: _Side, lines: list[str], gases: list[str], years: list[int]
) -> Floats:
    found = np.zeros((len(CAUSES), len(lines), len(years)))
    for place, line in enumerate(lines):
        one, two = before.counted[place], after.counted[place]
        ageing = sectors.find_method(vocabulary.parse_line(line).rule.method).by_age
        for moment, year in enumerate(years):
            at = (place, moment)
            missing = np.isnan(before.activity[at]) != np.isnan(after.activity[at])
            if one != two or (missing and not ageing):
                change = after.total[at] - before.total[at]
                found[(CAUSES.index("scope"), *at)] = change
                continue
            for gas, name in enumerate(gases):
                key = (line, name, 0 if ageing else year)
                why = _why(before, after, key, place)
                parts = _parts(before, after, place, gas, moment, ageing=ageing, why=why)
                for cause, part in parts.items():
                    found[(CAUSES.index(cause), *at)] += part
    return found


def _why(before: _Side, after: _Side, key: tuple[str, str, int], place: int) -> str:
    """Say what a change of the rate is due to."""
    first, second = before.uses.get(key), after.uses.get(key)
    if before.method[place] != after.method[place] and before.method[place] and after.method[place]:
        return "method"
    if first is None or second is None:
        return "correction" if first is second else "method"
    if {label.partition("@")[0] for label in first} != {
        label.partition("@")[0] for label in second
    }:
        return "method"
    if set(first) != set(second):
        return "factor"
    changed = any(_moved(before, after, first[name], second[name]) for name in first)
    return "factor" if changed else "correction"


def _moved(before: _Side, after: _Side, first: int, second: int) -> bool:
    one = before.values[first] * units.factor(before.unit[first], after.unit[second])
    return not bool(np.isclose(one, after.values[second], rtol=_SAME, atol=0.0))


def _parts(
    before: _Side,
    after: _Side,
    place: int,
    gas: int,
    moment: int,
    *,
    ageing: bool,
    why: str,
) -> dict[str, float]:
    """Return the parts of one line, gas and year by cause."""
    masses = before.mass[place, gas, moment], after.mass[place, gas, moment]
    weights = before.weight[gas], after.weight[gas]
    amounts = before.activity[place, moment], after.activity[place, moment]
    if masses == (0.0, 0.0):
        return {}
    if ageing:
        same = bool(np.array_equal(before.activity[place], after.activity[place], equal_nan=True))
        cause = why if same and why != "correction" else "activity"
        amounts, rates = (1.0, 1.0), masses
    else:
        cause = why
        amounts, rates = _products(masses, amounts)
    by_activity, by_rate, by_weight = _symmetric(amounts, rates, weights)
    parts = {"activity": by_activity, "metric": by_weight}
    parts[cause] = parts.get(cause, 0.0) + by_rate
    return parts


def _products(masses: Pair, amounts: Pair) -> tuple[Pair, Pair]:
    """Return amounts and rates whose products are the masses.

    Where nothing was done the rate is taken to be that of the other side. A mass without an
    activity has no rate and stands as it is.
    """
    known = [amount > 0 for amount in amounts]
    pairs = zip(masses, known, strict=True)
    if not any(known) or any(mass != 0 and not rated for mass, rated in pairs):
        return (1.0, 1.0), masses
    first, second = known
    rates = [mass / amount for mass, amount in zip(masses, amounts, strict=True) if amount > 0]
    return (amounts[0] if first else 0.0, amounts[1] if second else 0.0), (rates[0], rates[-1])


def _symmetric(first: Pair, second: Pair, third: Pair) -> tuple[float, float, float]:
    """Split the difference of two products of three over their factors, all orders alike."""

    def part(own: Pair, a: Pair, b: Pair) -> float:
        together = (a[0] * b[0] + a[1] * b[1]) / 3.0 + (a[0] * b[1] + a[1] * b[0]) / 6.0
        return (own[1] - own[0]) * together

    return part(first, second, third), part(second, first, third), part(third, first, second)


def _coordinates(old: xr.Dataset, new: xr.Dataset, lines: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"line": lines}
    for name in COORDINATES:
        values = _plain(old, name) | _plain(new, name)
        found[name] = ("line", [values[line] for line in lines])
    return found


def _plain(inventory: xr.Dataset, name: str) -> dict[str, Any]:
    lines = [str(line) for line in inventory["line"].values]
    return dict(zip(lines, inventory[name].values.tolist(), strict=True))


def factor_changes(old: xr.Dataset, new: xr.Dataset) -> list[FactorChange]:
    """List every factor that a line of both inventories uses in another value.

    Values are in the unit of the new factor; lines that age list each class of age.
    """
    before, after = (
        _Side.of(
            inventory,
            [str(line) for line in inventory["line"].values],
            [str(gas) for gas in inventory["gas"].values],
            [int(year) for year in inventory["year"].values],
            str(inventory.attrs["metric"]),
        )
        for inventory in (old, new)
    )
    found = []
    for key in sorted(set(before.uses) & set(after.uses)):
        for label in sorted(set(before.uses[key]) & set(after.uses[key])):
            first, second = before.uses[key][label], after.uses[key][label]
            if _moved(before, after, first, second):
                found.append(_factor_change(old, new, before, after, key, label, first, second))
    return found


def _factor_change(
    old: xr.Dataset,
    new: xr.Dataset,
    before: _Side,
    after: _Side,
    key: tuple[str, str, int],
    label: str,
    first: int,
    second: int,
) -> FactorChange:
    parameter, _, moment = label.partition("@")
    unit = after.unit[second]
    return FactorChange(
        key[0],
        key[1],
        int(moment) if moment else key[2],
        parameter,
        unit,
        float(before.values[first] * units.factor(before.unit[first], unit)),
        float(after.values[second]),
        _source(old, first),
        _source(new, second),
    )


def _source(inventory: xr.Dataset, factor: int) -> str:
    return (
        f"{inventory['factor_source'].values[factor]}, {inventory['factor_where'].values[factor]}"
    )
