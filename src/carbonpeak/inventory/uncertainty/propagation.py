"""Approach 1: first-order error propagation through the inventory's own equations.

A loading is what one standard deviation of one independent input adds to a part. Variances
are sums of squared loadings; a factor that many lines share has one loading, the sum over
them, so that shared factors correlate lines, gases and years without further ado.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.declaration import Declared
from carbonpeak.inventory.uncertainty.exact_totals import Step
from carbonpeak.inventory.uncertainty.parts import Parts
from carbonpeak.inventory.uncertainty.terms import Formula, Terms

STEP = 1e-4
"""Relative step of the central differences; exact for products, where rates are linear."""


@dataclass(frozen=True)
class Propagated:
    """Parts with their loadings.

    Attributes
    ----------
    central : (part, year)
        Tonnes of CO2e a year.
    loadings : (part, year, dimension)
        Tonnes of CO2e for one standard deviation of each input, then of each correlation.
    """

    central: Floats
    loadings: Floats

    @property
    def deviation(self) -> Floats:
        """Standard deviation, (part, year)."""
        return np.asarray(np.sqrt(np.einsum("pyd,pyd->py", self.loadings, self.loadings)))


def propagate(
    terms: Terms, declared: Declared, parts: Parts, steps: Sequence[Step] = ()
) -> Propagated:
    """Propagate the standard deviations of the inputs to the parts.

    Parameters
    ----------
    terms, declared, parts
        From `terms_of`, `declare` and `parts_of`.
    steps : sequence of Step
        From `steps_of`, when activity keeps to exact totals.
    """
    rates, activity = terms.central
    shape = (*parts.shape, -1)
    central = parts.weights @ (rates[terms.rate] * activity[terms.cell])
    by_input = np.zeros((central.size, len(declared.inputs)))
    here, there = declared.places("activity")
    by_input[:, here] = _by_cell(terms, parts, rates, steps)[:, there]
    here, there = declared.places("factor")
    by_input[:, here] = _by_factor(terms, parts, activity)[:, there]
    loadings = _with_groups(by_input * declared.deviations, declared)
    return Propagated(central.reshape(parts.shape), loadings.reshape(shape))


def _by_cell(terms: Terms, parts: Parts, rates: Floats, steps: Sequence[Step]) -> Floats:
    """Return the derivative of each part by each activity, (part × year, cell)."""
    found = _gathered(parts, rates[terms.rate], terms.cell, len(terms.cells))
    for step in reversed(steps):
        found -= found[:, step.cells] @ step.gain @ step.rows
    return found


def _by_factor(terms: Terms, parts: Parts, activity: Floats) -> Floats:
    """Return the derivative of each part by each factor, (part × year, factor)."""
    scaled = terms.values[terms.factor] * terms.scale
    total = sum(part.count for part in terms.formulas)
    by_rate = _gathered(parts, activity[terms.cell], terms.rate, total)
    rows, columns, slopes = (
        np.concatenate(part)
        for part in zip(*(_slopes(part, scaled) for part in terms.formulas), strict=True)
    )
    of_factors = sparse.csr_array(
        (slopes * terms.scale[columns], (rows, terms.factor[columns])),
        shape=(total, terms.values.size),
    )
    return np.asarray(by_rate @ of_factors)


def _gathered(parts: Parts, values: Floats, place: Integers, count: int) -> Floats:
    """Sum the weighed values of terms, (term,), by part and place, (part × year, place)."""
    term = parts.weights.indices
    where = parts.rows * count + place[term]
    size = parts.weights.shape[0]
    flat = np.bincount(where, weights=parts.weights.data * values[term], minlength=size * count)
    return np.asarray(flat.reshape(size, count))


def _slopes(formula: Formula, scaled: Floats) -> tuple[Integers, Integers, Floats]:
    """Return rates, scaled factors and the derivative of the ones by the others."""
    names = list(formula.parameters)
    changed: dict[str, Floats] = {}
    steps = []
    for at, name in enumerate(names):
        value = scaled[formula.parameters[name]]
        step = STEP * np.where(value == 0, 1.0, np.abs(value))
        columns = np.repeat(value[:, None], 2 * len(names), axis=1)
        columns[:, 2 * at] += step
        columns[:, 2 * at + 1] -= step
        changed[name] = columns
        steps.append(step)
    moved = np.broadcast_to(formula.rates(scaled, **changed), (formula.count, 2 * len(names)))
    slopes = [
        (moved[:, 2 * at] - moved[:, 2 * at + 1]) / (2 * step) for at, step in enumerate(steps)
    ]
    rows = np.tile(formula.start + np.arange(formula.count), len(names))
    return rows, np.concatenate(list(formula.parameters.values())), np.concatenate(slopes)


def _with_groups(by_input: Floats, declared: Declared) -> Floats:
    """Split what inputs of a correlation have in common from what is their own."""
    if not declared.correlations:
        return by_input
    grouped = np.stack(
        [
            (by_input * np.sqrt(declared.common) * (declared.group == at)).sum(axis=1)
            for at in range(len(declared.correlations))
        ],
        axis=1,
    )
    return np.hstack([by_input * np.sqrt(1.0 - declared.common), grouped])


def trend(central: Floats, loadings: Floats, base: int) -> tuple[Floats, Floats]:
    """Return the change since a base year in percent, and its loadings.

    Parameters
    ----------
    central : (part, year)
    loadings : (part, year, dimension)
    base : int
        Place of the base year.

    Returns
    -------
    (part, year) and (part, year, dimension)
        nan where the base is zero.
    """
    start = central[:, base, None]
    size = np.where(start == 0, np.nan, np.abs(start))
    change = 100.0 * (central - start) / size
    ratio = (central / np.where(start == 0, np.nan, start))[..., None]
    slope = loadings - ratio * loadings[:, base, None, :]
    return change, 100.0 * slope / size[..., None]
