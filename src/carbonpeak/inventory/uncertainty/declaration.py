"""The uncertain inputs of an inventory: declared once, used by both approaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.factor_rows import parameters
from carbonpeak.evidence.factors import Factor
from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.distribution import Distribution, Kind, distribution_of
from carbonpeak.inventory.uncertainty.terms import Cell, Terms

KINDS: tuple[Kind, ...] = get_args(Kind)
Of = Literal["activity", "factor", "driver", "efficiency", "measure", "price", "indicator"]
"""What an uncertain number is of; an inventory has the first two alone."""


@dataclass(frozen=True)
class Input:
    """One uncertain number: an activity of a line and year, a factor, an input of a scenario.

    Attributes
    ----------
    name : str
        ``activity|LINE|YEAR``, or the key of a factor with its set:
        ``parameter|subject|condition|region|gas|year|set``.
    place : int
        Place among the cells, the factors or the other numbers of its kind.
    """

    name: str
    of: Of
    place: int
    distribution: Distribution


@dataclass(frozen=True)
class Correlation:
    """Inputs that move together, such as the activities of one survey.

    Attributes
    ----------
    name : str
        What the shares of variance call what they have in common.
    inputs : sequence of str
        Names of inputs, or patterns such as ``activity|1.A.4.b/*``.
    coefficient : float
        Between each two of them, from 0 to 1.
    """

    name: str
    inputs: Sequence[str]
    coefficient: float = 1.0


@dataclass(frozen=True)
class Declared:
    """Every input of an inventory with its distribution and its correlations.

    Attributes
    ----------
    inputs : tuple of Input
        Those that vary, in the order of their kind.
    without_range : tuple of str
        Names of those that have no range and are taken as fixed.
    correlations : tuple of Correlation
        No input is in two of them.
    group : (input,)
        Place of the correlation of each input; -1 for none.
    """

    inputs: tuple[Input, ...]
    without_range: tuple[str, ...]
    correlations: tuple[Correlation, ...]
    group: Integers

    @property
    def names(self) -> list[str]:
        """Names of the inputs, then of the correlations: the dimensions of a draw."""
        return [one.name for one in self.inputs] + [one.name for one in self.correlations]

    @cached_property
    def deviations(self) -> Floats:
        """Standard deviation of each input."""
        return np.array([one.distribution.standard_deviation for one in self.inputs])

    @cached_property
    def common(self) -> Floats:
        """Share of each input's variance that it has in common with its group."""
        stated = np.array([*(one.coefficient for one in self.correlations), 0.0])
        return np.asarray(stated[self.group])

    @cached_property
    def kinds(self) -> Floats:
        """One where a dimension is activity and where it is not, (dimension, 2).

        A correlation is activity when all its inputs are.
        """
        activity = np.array([one.of == "activity" for one in self.inputs], dtype=bool)
        grouped = [activity[self.group == at].all() for at in range(len(self.correlations))]
        marked = np.concatenate([activity, np.array(grouped, dtype=bool)])
        return np.stack([marked, ~marked], axis=1).astype(float)

    def places(self, of: str) -> tuple[Integers, Integers]:
        """Return where the inputs of a kind stand, here and among all numbers of that kind."""
        return self._places[of]

    @cached_property
    def _places(self) -> dict[str, tuple[Integers, Integers]]:
        found = {}
        for of in get_args(Of):
            here = [at for at, one in enumerate(self.inputs) if one.of == of]
            there = [self.inputs[at].place for at in here]
            found[of] = np.array(here, dtype=np.int64), np.array(there, dtype=np.int64)
        return found

    @cached_property
    def _slices(self) -> dict[Kind, slice]:
        kinds = [one.distribution.kind for one in self.inputs]
        starts = {
            kind: sum(KINDS.index(other) < KINDS.index(kind) for other in kinds) for kind in KINDS
        }
        return {kind: slice(starts[kind], starts[kind] + kinds.count(kind)) for kind in KINDS}

    @cached_property
    def _shapes(self) -> Floats:
        rows = [one.distribution.shape for one in self.inputs]
        return np.array(rows, dtype=float).reshape(len(rows), 4).T[:, :, None]

    def draws(self, uniform: Floats) -> Floats:
        """Turn numbers between 0 and 1 into values of the inputs.

        Parameters
        ----------
        uniform : (draw, dimension)
            In the order of `names`; neither 0 nor 1.

        Returns
        -------
        (input, draw)
        """
        chance = uniform.T[: len(self.inputs)]
        if self.correlations:
            chance = self._correlated(uniform.T)
        drawn = np.empty(chance.shape)
        for kind, rows in self._slices.items():
            if rows.stop > rows.start:
                _transform(kind, chance[rows], self._shapes[:, rows], drawn[rows])
        return drawn

    def _correlated(self, uniform: Floats) -> Floats:
        chance = uniform[: len(self.inputs)].copy()
        member = np.flatnonzero(self.group >= 0)
        shared = ndtri(uniform[len(self.inputs) :])[self.group[member]]
        part = self.common[member, None]
        chance[member] = ndtr(np.sqrt(part) * shared + np.sqrt(1 - part) * ndtri(chance[member]))
        return chance


def _transform(kind: Kind, chance: Floats, shape: Floats, out: Floats) -> None:
    """Write the quantiles of a kind of distribution into `out`."""
    first, second, third, _ = shape
    if kind in ("normal", "truncated_normal", "lognormal"):
        inside = chance if kind != "truncated_normal" else third + chance * (1.0 - 2.0 * third)
        ndtri(inside, out=out)
        out *= second
        out += first
        if kind == "lognormal":
            np.exp(out, out=out)
    elif kind == "beta":
        betaincinv(first, second, chance, out=out)
    elif kind == "triangular":
        out[...] = _triangular(chance, first, second, third)


def _triangular(chance: Floats, least: Floats, mode: Floats, most: Floats) -> Floats:
    width = most - least
    left = least + np.sqrt(chance * width * (mode - least))
    right = most - np.sqrt((1 - chance) * width * (most - mode))
    return np.where(chance * width < mode - least, left, right)


def declare(terms: Terms, *, correlations: Sequence[Correlation] = ()) -> Declared:
    """Declare the inputs of an inventory.

    Parameters
    ----------
    terms : Terms
        From `terms_of`.
    correlations : sequence of Correlation
        Inputs are independent unless they stand in one of these.

    Raises
    ------
    ResultError
        When a correlation names no input, names one that another names too, or has a
        coefficient outside 0 to 1.
    """
    found = [activity_input(at, cell) for at, cell in enumerate(terms.cells)]
    found += [factor_input(int(at), terms.factors[at]) for at in np.unique(terms.factor)]
    return declared(found, correlations=correlations)


def declared(found: Sequence[Input], *, correlations: Sequence[Correlation] = ()) -> Declared:
    """Put inputs in the order of their kinds, and into the correlations that name them.

    Raises
    ------
    ResultError
        As `declare`.
    """
    varying = [one for one in found if one.distribution.standard_deviation > 0]
    varying.sort(key=lambda one: KINDS.index(one.distribution.kind))
    fixed = [one.name for one in found if one.distribution.kind == "fixed"]
    names = [one.name for one in varying]
    group = np.full(len(names), -1, dtype=np.int64)
    for place, correlation in enumerate(correlations):
        _join(group, place, correlation, names)
    return Declared(tuple(varying), tuple(fixed), tuple(correlations), group)


def activity_input(place: int, cell: Cell) -> Input:
    """Return the input of an activity of a line and year."""
    name = f"activity|{cell.line}|{cell.year}"
    return Input(name, "activity", place, distribution_of(cell.value, cell.low, cell.high))


def factor_input(place: int, factor: Factor) -> Input:
    """Return the input of a factor; a share keeps between 0 and 1."""
    parameter = parameters()[factor.parameter]
    share = (parameter.least, parameter.most) == (0, 1) and factor.unit == "1"
    stated = distribution_of(factor.value, factor.low, factor.high, share=share)
    return Input(factor_name(factor), "factor", place, stated)


def factor_name(factor: Factor) -> str:
    """Return the name that an input gets from a factor: its key and its set."""
    key = (factor.parameter, factor.subject, factor.condition, factor.region, factor.gas)
    return "|".join([*key, str(factor.year), factor.set])


def _join(group: Integers, place: int, correlation: Correlation, names: list[str]) -> None:
    if not 0 <= correlation.coefficient <= 1:
        problem = f"has the coefficient {correlation.coefficient:g}; expected 0 to 1"
        raise ResultError(f"correlation '{correlation.name}' {problem}")
    for pattern in correlation.inputs:
        matched = [at for at, name in enumerate(names) if fnmatchcase(name, pattern)]
        if not matched:
            hint = suggestion(pattern, names)
            raise ResultError(f"correlation '{correlation.name}': no input '{pattern}'; {hint}")
        for at in matched:
            if group[at] not in (-1, place):
                raise ResultError(f"'{names[at]}' stands in two correlations")
            group[at] = place
