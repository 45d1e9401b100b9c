"""The proof of an equation: its formula on quantities against the same formula on numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pint

from carbonpeak.errors import UnitError
from carbonpeak.units import explain_misfit, factor, registry, same_dimension, unit, written

Numbers = npt.NDArray[np.float64]
_POINTS = 24
_CLOSE = 1e-9


def points(inputs: Mapping[str, str]) -> dict[str, Numbers]:
    """Return positive points for each input, the same at every call.

    Half lie below one, where `1 - share` is positive; half reach beyond a hundred, so that a cap
    stated as 1 acts on a share stated in percent.
    """
    return {name: _spread(random.Random(name)) for name in inputs}


def _spread(source: random.Random) -> Numbers:
    half = _POINTS // 2
    low = [10 ** source.uniform(-4, 0) for _ in range(half)]
    high = [10 ** source.uniform(-1, 3) for _ in range(half)]
    return np.array([*low, *high])


def find_scale(
    name: str, bare: Callable[..., Any], inputs: Mapping[str, str], returns: str
) -> float:
    """Return the factor from the formula on numbers in the declared units to the unit `returns`.

    Raises
    ------
    UnitError
        When the formula adds or compares what does not fit, its result measures something else
        than `returns`, or it needs a conversion inside, which no factor outside can replace.
    """
    drawn = points(inputs)
    with np.errstate(all="ignore"):
        magnitude, own_unit = _measured(name, bare, inputs, drawn)
        plain = np.broadcast_to(np.asarray(bare(**drawn), dtype=float), magnitude.shape)
    if not same_dimension(own_unit, returns):
        raise UnitError(f"equation {name}, result: {explain_misfit(own_unit, returns)}")
    return factor(own_unit, returns) * _common_ratio(name, magnitude, plain, inputs)


def _measured(
    name: str, bare: Callable[..., Any], inputs: Mapping[str, str], drawn: Mapping[str, Numbers]
) -> tuple[Numbers, str]:
    """Return the magnitude and the unit of the formula on quantities."""
    quantity = registry().Quantity
    given = {key: quantity(drawn[key], _declared(name, key, text)) for key, text in inputs.items()}
    try:
        result = bare(**given)
    except (pint.DimensionalityError, ValueError) as error:
        problem = "the formula adds, compares or exponentiates what does not fit"
        raise UnitError(f"equation {name}: {problem}: {_reason(error)}") from error
    if not isinstance(result, pint.Quantity):
        return np.atleast_1d(np.asarray(result, dtype=float)), "1"
    return np.atleast_1d(np.asarray(result.magnitude, dtype=float)), written(result)


def _reason(error: Exception) -> str:
    if not isinstance(error, pint.DimensionalityError):
        return str(error)
    first, second = (str(it).replace("dimensionless", "1") for it in (error.units1, error.units2))
    return explain_misfit(first, second)


def _declared(name: str, key: str, text: str) -> pint.Unit:
    try:
        return unit(text)
    except UnitError as error:
        raise UnitError(f"equation {name}, input '{key}': {error}") from error


def _common_ratio(
    name: str, magnitude: Numbers, plain: Numbers, inputs: Mapping[str, str]
) -> float:
    """Return the one ratio between both results, which is 1 unless pint converted inside."""
    usable = np.isfinite(magnitude) & np.isfinite(plain) & ((magnitude != 0) | (plain != 0))
    if not usable.any():
        raise UnitError(f"equation {name}: the formula is zero or undefined wherever it is tried")
    with np.errstate(divide="ignore"):
        ratio = magnitude[usable] / plain[usable]
    if not np.allclose(ratio, ratio[0], rtol=_CLOSE, atol=0):
        stated = ", ".join(f"{key} [{text}]" for key, text in inputs.items())
        problem = f"its terms are not in one unit, so bare numbers do not add up: {stated}"
        raise UnitError(f"equation {name}: {problem}; declare units that agree")
    return 1.0 if abs(ratio[0] - 1) < _CLOSE else float(ratio[0])


def is_linear(bare: Callable[..., Any], inputs: Mapping[str, str], name: str) -> bool:
    """Say whether the formula is additive and proportional in one input."""
    drawn = points(inputs)
    other = drawn[name][::-1]
    with np.errstate(all="ignore"):
        once, apart, doubled, together = (
            np.asarray(bare(**{**drawn, name: values}), dtype=float)
            for values in (drawn[name], other, 2 * drawn[name], drawn[name] + other)
        )
        usable = np.isfinite(once) & np.isfinite(apart)
        proportional = np.allclose(doubled[usable], 2 * once[usable], rtol=_CLOSE, atol=0)
        additive = np.allclose(together[usable], (once + apart)[usable], rtol=_CLOSE, atol=0)
    return bool(usable.any() and proportional and additive)
