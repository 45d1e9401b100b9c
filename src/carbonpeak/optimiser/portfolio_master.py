"""The restricted master of a portfolio: the best mix of the plans that the regions have offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy.sparse as sparse

from carbonpeak.errors import SolverError
from carbonpeak.optimiser.blocks import FloatArray, IntArray
from carbonpeak.optimiser.matrix import Matrix
from carbonpeak.optimiser.model import MONEY
from carbonpeak.optimiser.portfolio_pricing import Column, SharedRow
from carbonpeak.optimiser.solver import Solver, SolverSettings

NODES = 500
"""Nodes of the search for whole plans in a round: a count, so that the answer is repeatable."""


class Stage(StrEnum):
    """What is minimised: first, where need be, how far the shared rows are missed; then cost."""

    SHORTAGE = "shortage"
    COST = "cost"


@dataclass(frozen=True, eq=False)
class Terms:
    """The shared rows as arrays.

    Attributes
    ----------
    sign, cap : (row,)
        1 of a ceiling, -1 of a floor; the bound.
    miss : (row,)
        CNY2020 discounted per unit missed; infinite for a hard row.
    """

    sign: FloatArray
    cap: FloatArray
    miss: FloatArray

    def of_missed(self, shortage: FloatArray) -> float:
        """Return what a shortage of each soft row costs."""
        soft = np.isfinite(self.miss)
        return float(self.miss[soft] @ shortage[soft])

    def due(self, prices: FloatArray) -> float:
        """Return what the rows themselves are worth at their prices."""
        return float(self.sign * self.cap @ prices)


@dataclass(frozen=True, eq=False)
class Mix:
    """The best mix of plans.

    Attributes
    ----------
    value : float
        CNY2020, or 10⁴ × units of the rows' scales while the shortage is minimised.
    weights : list of (column,)
        Share of each plan of each region.
    prices : (row,)
        CNY2020 discounted per unit, at least 0; NaN where plans are taken whole.
    worth : (region,)
        What a plan of a region must undercut to be of use; NaN where plans are taken whole.
    shortage : (row,)
        By how much a row is missed.
    """

    value: float
    weights: list[FloatArray]
    prices: FloatArray
    worth: FloatArray
    shortage: FloatArray


def terms_of(shared: Sequence[SharedRow], discount: FloatArray) -> Terms:
    """Lay out the shared rows; `discount` is the factor of the last year of each."""
    return Terms(
        sign=np.array([row.sign for row in shared]),
        cap=np.array([row.cap for row in shared], dtype=float),
        miss=np.array([np.inf if row.price is None else row.price for row in shared]) * discount,
    )


def best_mix(
    columns: Sequence[Sequence[Column]],
    terms: Terms,
    stage: Stage,
    *,
    whole: bool = False,
    settings: SolverSettings,
) -> Mix | None:
    """Choose shares of the plans of each region; `whole` takes one plan of each.

    Minimise Σ_r Σ_k c[r,k]·w[r,k] + Σ_s price[s]·z[s]  with  Σ_k w[r,k] = 1  and, for each
    shared row,  Σ_r Σ_k e[r,k,s]·w[r,k] - z[s] <= cap[s].  A hard row has z = 0. To minimise the
    shortage, plans cost nothing and a hard row may be missed at the price of one.

    Returns
    -------
    Mix or None
        None when the plans at hand cannot meet the hard rows.
    """
    owner: IntArray = np.repeat(np.arange(len(columns)), [len(held) for held in columns])
    flat = [column for held in columns for column in held]
    use = terms.sign[:, None] * np.array([one.use for one in flat]).T
    scale = _scales(use, terms)
    answer = Solver(_matrix(flat, owner, use / scale[:, None], terms, scale, stage, whole)).run(
        settings if whole else SolverSettings(seed=settings.seed)
    )
    if answer.values is None:
        return None
    if answer.duals is None and not whole:
        raise SolverError(f"the master of the portfolio ended without prices: {answer.status}")
    rows, regions = len(terms.cap), len(columns)
    duals = np.full(regions + rows, np.nan) if answer.duals is None else answer.duals * MONEY
    return Mix(
        value=answer.objective * MONEY,
        weights=[answer.values[: len(flat)][owner == at] for at in range(regions)],
        prices=np.maximum(-duals[regions:], 0.0) / scale,
        worth=duals[:regions],
        shortage=answer.values[len(flat) :] * scale,
    )


def _scales(use: FloatArray, terms: Terms) -> FloatArray:
    size = np.maximum(np.abs(use).max(axis=1, initial=0.0), np.abs(terms.cap))
    power: FloatArray = 10.0 ** np.floor(np.log10(np.where(size > 0, size, 1.0)))
    return power


def _matrix(
    flat: Sequence[Column],
    owner: IntArray,
    use: FloatArray,
    terms: Terms,
    scale: FloatArray,
    stage: Stage,
    whole: bool,
) -> Matrix:
    count, rows, regions = len(flat), len(scale), int(owner.max()) + 1
    hard = np.isinf(terms.miss)
    price = np.where(hard, 0.0, terms.miss) * scale / MONEY
    room = np.where(hard, 0.0, np.inf)
    cost = np.array([one.cost for one in flat]) / MONEY
    if stage == Stage.SHORTAGE:
        cost, price, room = np.zeros(count), hard.astype(float), np.full(rows, np.inf)
    one_each = sparse.csc_array((np.ones(count), (owner, np.arange(count))), (regions, count))
    blocks = [[one_each, None], [sparse.csc_array(use), -sparse.eye_array(rows, format="csc")]]
    return Matrix(
        cost=np.concatenate([cost, price]),
        lower=np.zeros(count + rows),
        # A bound of 1 on a share would take part of the worth of a plan out of the prices.
        upper=np.concatenate([np.full(count, np.inf), room]),
        integer=np.repeat(np.array([int(whole), 0]), [count, rows]),
        row_lower=np.concatenate([np.ones(regions), np.full(rows, -np.inf)]),
        row_upper=np.concatenate([np.ones(regions), terms.sign * terms.cap / scale]),
        entries=sparse.csc_array(sparse.block_array(blocks, format="csc")),
    )
