"""From one unit to another, and the quantity that a text states."""

from __future__ import annotations

import functools
from typing import Any

import pint
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import UnitError
from carbonpeak.units.catalogue import gases, registry, unit
from carbonpeak.units.grammar import split_number, tidy
from carbonpeak.units.misfit import explain_misfit
from carbonpeak.units.potentials import gwp

_FACTORS: dict[tuple[str, str, str | None], float] = {}


def factor(from_unit: str, to_unit: str, *, metric: str | None = None) -> float:
    """Return how many of `to_unit` one `from_unit` is: 1000 from t to kg.

    With a metric such as ``AR5GWP100`` a mass of one gas also converts to CO2e.

    Raises
    ------
    UnitError
        When a unit or the metric is unknown, or the units differ in dimension.
    """
    key = (from_unit, to_unit, metric)
    if key not in _FACTORS:
        _FACTORS[key] = _factor(from_unit, to_unit, metric)
    return _FACTORS[key]


def _factor(from_unit: str, to_unit: str, metric: str | None) -> float:
    source, target = unit(from_unit), unit(to_unit)
    if source == target:
        return 1.0
    if source.dimensionality == target.dimensionality:
        return float(registry().convert(1.0, source, target))
    gas = _gas_to_weigh(source, target)
    if metric is None or gas is None:
        raise UnitError(explain_misfit(from_unit, to_unit))
    weighed = source * unit("CO2e") / unit(gas)
    return float(registry().convert(gwp(metric, gas), weighed, target))


def _gas_to_weigh(source: pint.Unit, target: pint.Unit) -> str | None:
    """Return the gas in `source` where `target` has CO2e, when that is all they differ in."""
    ratio = dict((source / target).dimensionality)
    found = [gas for gas in gases() if ratio.get(f"[{gas}]") == 1]
    if len(found) == 1 and len(ratio) == 2 and ratio.get("[CO2e]") == -1:
        return found[0]
    return None


@functools.cache
def same_dimension(first: str, second: str) -> bool:
    """Say whether two units measure the same thing; an unknown unit is a UnitError."""
    return bool(unit(first).dimensionality == unit(second).dimensionality)


def convert(values: Any, from_unit: str, to_unit: str, *, metric: str | None = None) -> Any:
    """Return `values` (a number or an array of any shape), given in `from_unit`, in `to_unit`.

    A labelled array keeps its labels and its other attributes, and says its new unit.

    Raises
    ------
    UnitError
        When a unit or the metric is unknown, or the units differ in dimension.
    """
    scale = factor(from_unit, to_unit, metric=metric)
    result = values if scale == 1.0 else values * scale
    if isinstance(values, xr.DataArray):
        result = result.copy(deep=False)
        result.attrs = {**values.attrs, "units": to_unit}
    return result


def split_quantity(text: str) -> tuple[float, str]:
    """Return the number and the unit text of a quantity such as ``4 percent/year``.

    Raises
    ------
    UnitError
        When the text is not one finite number followed by a text.
    """
    if not isinstance(text, str) or not text.strip():
        raise UnitError(f"no quantity given ({text!r}); write a number and a unit, like '15 亩'")
    return split_number(tidy(text))


@checked
def quantity(text: str) -> pint.Quantity[float]:
    """Return the quantity written in `text`, such as ``218.57 万吨标煤`` or ``1,234.5 吨``.

    Raises
    ------
    UnitError
        When the text is not exactly one finite number followed by one unit.
    """
    value, name = split_quantity(text)
    return registry().Quantity(value, unit(name))


def written(given: pint.Quantity[Any]) -> str:
    """Return the unit text of a quantity of our registry.

    Raises
    ------
    UnitError
        When the quantity belongs to another registry, where names may mean other things.
    """
    if given._REGISTRY is not registry():
        raise UnitError("a quantity of another registry; make it with carbonpeak.quantity")
    return format(given.units, "D").replace("dimensionless", "1") or "1"
