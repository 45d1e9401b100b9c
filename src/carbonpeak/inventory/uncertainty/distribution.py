"""The distribution of an input, from its value and 95 % range by one stated rule.

==========================================  ===============================================
what is stated                              distribution
==========================================  ===============================================
no range                                    fixed, and counted as such
the value is an end of its own range        triangular, low to high, mode at the value
a share between 0 and 1                     beta on 0 to 1
symmetric, half range under 30 %            normal
symmetric, wider, low not below zero        normal cut off at 0 and at twice the value
skewed to the right, low not below zero     lognormal, sigma = ln(high/low) / 3.92
any other                                   triangular
==========================================  ===============================================

The mean of each is the stated value, so that the mean of what is linear in its inputs is the
central estimate. The one exception is a value at the end of its range: no distribution within
the range can have it as its mean, so there the mode is the value and `shifted` is true.

The standard deviation is (high - low) / 3.92, also of a normal that is cut off, except for the
lognormal and the triangular ones, whose own is used. A lognormal keeps the ratio of high to low
and has its mean, not its median, at the value; with a low of zero its standard deviation is
(high - low) / 3.92. A range counts as symmetric when its two halves differ by less than a tenth
of it: printed ranges are rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from carbonpeak.errors import ResultError

Kind = Literal["fixed", "normal", "truncated_normal", "lognormal", "beta", "triangular"]
Shape = tuple[float, float, float, float]

NORMAL_UP_TO = 0.30
ROUNDING = 0.10
RANGE_IN_STANDARD_ERRORS = 3.92
_TAIL = 0.025
_NO_SHAPE: Shape = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Distribution:
    """How an input varies.

    Attributes
    ----------
    kind : str
        ``fixed``, ``normal``, ``truncated_normal``, ``lognormal``, ``beta`` or ``triangular``.
    value : float
        The stated value.
    mean, standard_deviation : float
        Of the distribution; the mean is the value unless `shifted`.
    shape : tuple of float
        normal: mean and standard deviation; truncated normal: those before the cut and the
        chance cut off on each side; lognormal: those of the logarithm; beta: alpha and beta;
        triangular: least, mode and most.
    """

    kind: Kind
    value: float
    mean: float
    standard_deviation: float
    shape: Shape

    @property
    def shifted(self) -> bool:
        """Whether the mean is not the stated value."""
        return not bool(np.isclose(self.mean, self.value, rtol=1e-9, atol=0.0))


def distribution_of(
    value: float, low: float | None, high: float | None, *, share: bool = False
) -> Distribution:
    """Return the distribution of an input.

    Parameters
    ----------
    value, low, high : float
        Value and 95 % range in one unit; a range needs both ends.
    share : bool
        Whether the input lies between 0 and 1 by its nature.

    Raises
    ------
    ResultError
        When the value lies outside its range.
    """
    if low is None or high is None or np.isnan(low) or np.isnan(high) or low == high:
        return Distribution("fixed", value, value, 0.0, _NO_SHAPE)
    if not low <= value <= high:
        raise ResultError(f"value {value:g} lies outside its range {low:g} to {high:g}")
    if value in (low, high):
        return _triangular(value, low, value, high)
    deviation = (high - low) / RANGE_IN_STANDARD_ERRORS
    if share and _fits_share(value, deviation):
        return _beta(value, deviation)
    return _by_range(value, low, high, deviation)


def _fits_share(value: float, deviation: float) -> bool:
    return 0.0 < value < 1.0 and deviation**2 < 0.5 * value * (1.0 - value)


def _by_range(value: float, low: float, high: float, deviation: float) -> Distribution:
    lean = (high - value) - (value - low)
    if abs(lean) < ROUNDING * (high - low):
        if low < 0 or (high - low) < 2 * NORMAL_UP_TO * value:
            shape = (value, deviation, 0.0, 0.0)
            return Distribution("normal", value, value, deviation, shape)
        return _truncated_normal(value, deviation)
    if lean > 0 and low >= 0:
        return _lognormal(value, low, high, deviation)
    return _balanced_triangular(value, low, high)


def _beta(value: float, deviation: float) -> Distribution:
    size = value * (1.0 - value) / deviation**2 - 1.0
    shape = (value * size, (1.0 - value) * size, 0.0, 0.0)
    return Distribution("beta", value, value, deviation, shape)


def _truncated_normal(value: float, deviation: float) -> Distribution:
    """Return the normal on 0 to twice the value that has this deviation after the cut."""
    cut = _cut_for(deviation / value)
    shape = (value, value / cut, float(ndtr(-cut)), 0.0)
    return Distribution("truncated_normal", value, value, deviation, shape)


def _cut_for(relative: float) -> float:
    """Return where to cut, in standard deviations, for a relative deviation after the cut."""
    return float(brentq(lambda cut: _relative_after(cut) - relative, 1e-2, 40.0, xtol=1e-12))


def _relative_after(cut: float) -> float:
    density = float(np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi))
    inside = 1.0 - 2.0 * float(ndtr(-cut))
    return float(np.sqrt(1.0 - 2.0 * cut * density / inside)) / cut


def _lognormal(value: float, low: float, high: float, deviation: float) -> Distribution:
    if low > 0:
        sigma = float(np.log(high / low)) / RANGE_IN_STANDARD_ERRORS
    else:
        sigma = float(np.sqrt(np.log1p((deviation / value) ** 2)))
    own = value * float(np.sqrt(np.expm1(sigma**2)))
    return Distribution(
        "lognormal", value, value, own, (float(np.log(value)) - sigma**2 / 2, sigma, 0.0, 0.0)
    )


def _triangular(value: float, least: float, mode: float, most: float) -> Distribution:
    mean = (least + mode + most) / 3.0
    variance = (least**2 + mode**2 + most**2 - least * mode - least * most - mode * most) / 18.0
    deviation = float(np.sqrt(max(variance, 0.0)))
    return Distribution("triangular", value, mean, deviation, (least, mode, most, 0.0))


def _balanced_triangular(value: float, low: float, high: float) -> Distribution:
    """Return the triangle with its mean at the value and a 95 % range as wide as stated.

    The mode is chosen so that the mean lies where it should within the range, as far as a
    triangle can lean.
    """
    modes = np.linspace(0.0, 1.0, 1001)
    ends = [_unit_quantile(modes, part) for part in (_TAIL, 1.0 - _TAIL)]
    places = ((1.0 + modes) / 3.0 - ends[0]) / (ends[1] - ends[0])
    mode = float(np.interp((value - low) / (high - low), places, modes))
    inner = float(np.interp(mode, modes, ends[1] - ends[0]))
    width = (high - low) / inner
    least = value - width * (1.0 + mode) / 3.0
    if least < 0 <= low:
        deviation = (high - low) / RANGE_IN_STANDARD_ERRORS
        return _truncated_normal(value, deviation)
    found = _triangular(value, least, least + mode * width, least + width)
    return Distribution("triangular", value, value, found.standard_deviation, found.shape)


def _unit_quantile(mode: np.ndarray, part: float) -> np.ndarray:
    left = np.sqrt(part * mode)
    right = 1.0 - np.sqrt((1.0 - part) * (1.0 - mode))
    return np.where(mode >= part, left, right)
