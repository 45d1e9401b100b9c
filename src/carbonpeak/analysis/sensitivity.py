"""Which input the spread of a result comes from: Sobol indices and Morris effects.

Each method is a pair: points between 0 and 1, one row for each run of a model, and what its
outputs say. Many outputs are judged at once, such as every year of a path and its peak year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, qmc

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError

Floats = npt.NDArray[np.float64]

_BITS = 30

# A spread below this share of the outputs is rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class SobolIndices:
    """Shares of the variance of each output.

    Attributes
    ----------
    first : (input, …)
        Share that an input explains alone. Estimates of small indices may fall below zero.
    total : (input, …)
        Share in which an input has a part, alone or together with others.
    first_error, total_error : (input, …)
        Half of the confidence interval around each.

    An output that does not vary has no shares: they are NaN.
    """

    first: Floats
    total: Floats
    first_error: Floats
    total_error: Floats


@dataclass(frozen=True)
class MorrisEffects:
    """Changes of each output, extrapolated to the whole range of one input.

    Attributes
    ----------
    mean : (input, …)
        Mean effect, mu.
    mean_absolute : (input, …)
        Mean size of the effect, mu*: how much the input matters.
    deviation : (input, …)
        Standard deviation, sigma: how far the effect depends on where it is measured.
    """

    mean: Floats
    mean_absolute: Floats
    deviation: Floats


@checked
def sobol_points(inputs: int, *, base: int = 1024, seed: int = 0) -> Floats:
    """Return where to run a model for Sobol indices.

    Two independent samples A and B come first, then for each input a copy of A with that
    column from B (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018). All are parts of one
    scrambled Sobol sequence.

    Parameters
    ----------
    inputs : int
        How many inputs vary.
    base : int
        Rows of A, a power of two.
    seed : int
        Same seed, same points.

    Returns
    -------
    (run, input)
        ``base * (inputs + 2)`` rows strictly between 0 and 1. An input with the quantile
        function ``q`` takes the value ``q(points[:, input])``.

    Raises
    ------
    ResultError
        When there is no input or the base is no power of two.
    """
    first, second = sobol_samples(inputs, base=base, seed=seed)
    mixed = np.repeat(first[None], inputs, axis=0)
    for at in range(inputs):
        mixed[at, :, at] = second[:, at]
    return np.concatenate([first, second, mixed.reshape(-1, inputs)])


def sobol_samples(inputs: int, *, base: int, seed: int) -> tuple[Floats, Floats]:
    """Return the two independent samples that `sobol_points` begins with, (base, input) each.

    Raises
    ------
    ResultError
        As `sobol_points`.
    """
    _require_inputs(inputs)
    if base < 2 or base & (base - 1):
        raise ResultError(f"'base' is {base}; expected a power of two, like 512 or 1024")
    sequence = qmc.Sobol(2 * inputs, scramble=True, bits=_BITS, seed=seed)
    first, second = np.split(sequence.random(base) + 0.5 ** (_BITS + 1), 2, axis=1)
    return first, second


@checked
def sobol_indices(
    outputs: npt.ArrayLike,
    *,
    inputs: int,
    confidence: float = 0.95,
    resamples: int = 200,
    seed: int = 0,
) -> SobolIndices:
    """Return Sobol indices from the outputs of a model at `sobol_points`.

    First-order indices follow Saltelli et al. (2010), total ones Jansen (1999). Errors come
    from a bootstrap over the rows of the base sample.

    Parameters
    ----------
    outputs : (run, …)
        One row for each point, in their order.
    inputs : int
        How many inputs varied.
    confidence : float
        Coverage of the errors, between 0 and 1.
    resamples : int
        How often the base sample is drawn again, at least 2.
    seed : int
        Of the bootstrap.

    Raises
    ------
    ResultError
        When the outputs do not fit the inputs, hold a missing value, or an option is out of
        range.
    """
    values = _finite(outputs)
    base = _base(values, inputs)
    if not 0 < confidence < 1:
        raise ResultError(f"'confidence' is {confidence}; expected between 0 and 1, like 0.95")
    if resamples < 2:
        raise ResultError(f"'resamples' is {resamples}; expected at least 2")
    runs = values.reshape(inputs + 2, base, -1)
    runs = runs - runs.mean(axis=(0, 1))
    scale = np.abs(values).reshape(len(values), -1).max(axis=0)
    runs[..., np.sqrt((runs**2).mean(axis=(0, 1))) <= _ROUNDING * scale] = np.nan
    draws = np.random.default_rng(seed).multinomial(base, np.full(base, 1 / base), resamples)
    weights = np.concatenate([np.ones((1, base)), draws]) / base
    found = _shares(runs, weights)
    width = float(norm.ppf(0.5 + confidence / 2))
    errors = width * found[:, :, 1:].std(axis=2, ddof=1)
    shape = (inputs, *values.shape[1:])
    return SobolIndices(
        found[0, :, 0].reshape(shape),
        found[1, :, 0].reshape(shape),
        errors[0].reshape(shape),
        errors[1].reshape(shape),
    )


def _shares(runs: Floats, weights: Floats) -> Floats:
    """Return first and total indices, (2, input, weighting, output)."""
    first, second = runs[:2]
    pair = np.concatenate([first, second], axis=1)
    means, squares = weights @ pair, weights @ pair**2
    mean = sum(np.split(means, 2, axis=1)) / 2
    variance = sum(np.split(squares, 2, axis=1)) / 2 - mean**2
    found = [
        [weights @ (second * (mixed - first)), weights @ (first - mixed) ** 2 / 2]
        for mixed in runs[2:]
    ]
    return np.asarray(found).swapaxes(0, 1) / variance


@checked
def morris_points(inputs: int, *, trajectories: int = 20, levels: int = 4, seed: int = 0) -> Floats:
    """Return where to run a model for Morris effects.

    Each trajectory starts at random on a grid and moves every input once, one after another,
    by ``levels / (2 * (levels - 1))`` (Morris 1991, doi:10.2307/1269043).

    Parameters
    ----------
    inputs : int
        How many inputs vary.
    trajectories : int
        How many effects of each input are measured, at least 2.
    levels : int
        Levels of the grid, an even number.
    seed : int
        Same seed, same points.

    Returns
    -------
    (run, input)
        ``trajectories * (inputs + 1)`` rows from 0 to 1.

    Raises
    ------
    ResultError
        When an option is out of range.
    """
    _require_inputs(inputs)
    if trajectories < 2:
        raise ResultError(f"'trajectories' is {trajectories}; expected at least 2")
    if levels < 2 or levels % 2:
        raise ResultError(f"'levels' is {levels}; expected an even number, like 4")
    random = np.random.default_rng(seed)
    shape = (trajectories, 1, inputs)
    low = random.integers(levels // 2, size=shape) / (levels - 1)
    starts_high = random.random(shape) < 0.5
    order = random.random(shape).argsort(axis=2)
    moved = order < np.arange(inputs + 1)[:, None]
    step = levels / (2 * (levels - 1))
    return (low + step * (moved ^ starts_high)).reshape(-1, inputs)


@checked
def morris_effects(points: npt.ArrayLike, outputs: npt.ArrayLike) -> MorrisEffects:
    """Return Morris effects from the outputs of a model at `morris_points`.

    Parameters
    ----------
    points : (run, input)
        The points, from 0 to 1.
    outputs : (run, …)
        One row for each point, in their order.

    Raises
    ------
    ResultError
        When the points are no trajectories, or the outputs do not fit them or hold a missing
        value.
    """
    places, values = _finite(points), _finite(outputs)
    inputs = places.shape[-1]
    if places.ndim != 2 or len(places) != len(values) or len(places) % (inputs + 1):
        raise ResultError(
            f"points {places.shape} and outputs {values.shape} make no trajectories; expected "
            f"as many rows in both, a multiple of the inputs and one"
        )
    steps = np.diff(places.reshape(-1, inputs + 1, inputs), axis=1)
    moved = steps != 0
    if (moved.sum(axis=1) != 1).any() or (moved.sum(axis=2) != 1).any():
        raise ResultError(
            "a trajectory does not move each input once, one at a time; use morris_points"
        )
    changes = np.diff(values.reshape(len(steps), inputs + 1, -1), axis=1)
    changes = np.take_along_axis(changes, moved.argmax(axis=1)[:, :, None], axis=1)
    effects = changes / steps.sum(axis=1)[:, :, None]
    shape = (inputs, *values.shape[1:])
    return MorrisEffects(
        effects.mean(axis=0).reshape(shape),
        np.abs(effects).mean(axis=0).reshape(shape),
        effects.std(axis=0, ddof=1).reshape(shape),
    )


def _require_inputs(inputs: int) -> None:
    if inputs < 1:
        raise ResultError(f"'inputs' is {inputs}; expected at least 1")


def _base(values: Floats, inputs: int) -> int:
    _require_inputs(inputs)
    base, rest = divmod(len(values), inputs + 2)
    if rest or base < 2:
        raise ResultError(
            f"{len(values)} outputs do not fit {inputs} inputs; sobol_points gives "
            f"base * {inputs + 2} rows, and each needs its output"
        )
    return base


def _finite(values: npt.ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim == 0 or not found.size:
        raise ResultError("there are no values; expected one row for each run")
    if not np.isfinite(found).all():
        runs = np.flatnonzero(~np.isfinite(found.reshape(len(found), -1)).all(axis=1))
        raise ResultError(
            f"{runs.size} runs have a missing value, the first is run {runs[0]}; "
            "an index without them would be of other inputs"
        )
    return found
