"""The Shapley value: what each player of a game adds, averaged over all orders of joining.

A coalition is a row of a boolean matrix, one column for each player. With few players every
coalition is asked once, 2^n in all; with more, orders of joining are drawn, each together with
its reverse, which takes out much of the noise (antithetic sampling, see Mitchell et al. 2022,
https://www.jmlr.org/papers/v23/21-0439.html). The gains along one order sum to the value of all
players together, so their mean does too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

from carbonpeak.errors import ResultError

Floats = npt.NDArray[np.float64]
Members = npt.NDArray[np.bool_]
Game = Callable[[Members], npt.ArrayLike]

EXACT = 12
"""Up to so many players, every coalition is asked."""


@dataclass(frozen=True)
class ShapleyValue:
    """What each player adds.

    Attributes
    ----------
    parts : (player, …)
        Sum to the value of all players less that of none.
    standard_error : (player, …)
        Of the parts; zero when they are exact.
    exact : bool
        Whether every coalition was asked.
    coalitions : int
        How many different coalitions were asked.
    """

    parts: Floats
    standard_error: Floats
    exact: bool
    coalitions: int


def shapley(
    value: Game, players: int, *, permutations: int = 200, seed: int = 0, exact_to: int = EXACT
) -> ShapleyValue:
    """Return the Shapley value of a game.

    Parameters
    ----------
    value : callable
        From coalitions, (coalition, player) of bool, to their values, (coalition, …). It is
        called once, with each coalition in one row.
    players : int
        How many there are.
    permutations : int
        Orders of joining that are drawn when there are more than `exact_to` players; even,
        because each order comes with its reverse.
    seed : int
        Of the draws.
    exact_to : int
        Up to so many players, all 2^n coalitions are asked instead.

    Raises
    ------
    ResultError
        When there is no player, or fewer than four or an odd number of orders.
    """
    if players < 1:
        raise ResultError("a game without players has nothing to share")
    if players <= exact_to:
        return _exact(value, players)
    if permutations < 4 or permutations % 2:
        raise ResultError(
            f"permutations is {permutations}; expected an even number of at least 4: each order "
            "comes with its reverse, and an error needs two pairs"
        )
    return _sampled(value, players, permutations, seed)


def _exact(value: Game, players: int) -> ShapleyValue:
    codes = np.arange(2**players)
    members = (codes[:, None] >> np.arange(players) & 1).astype(bool)
    worth = np.asarray(value(members), dtype=np.float64)
    worth = worth - worth[0]
    size = members.sum(axis=1)
    weights = np.array(
        [factorial(one) * factorial(players - one - 1) for one in range(players)], float
    ) / factorial(players)
    parts = np.empty((players, *worth.shape[1:]))
    for player in range(players):
        without = codes[~members[:, player]]
        gain = worth[without | 1 << player] - worth[without]
        parts[player] = np.tensordot(weights[size[without]], gain, axes=1)
    return ShapleyValue(parts, np.zeros_like(parts), True, len(codes))


def _sampled(value: Game, players: int, permutations: int, seed: int) -> ShapleyValue:
    generator = np.random.default_rng(seed)
    half = np.array([generator.permutation(players) for _ in range(permutations // 2)])
    orders = np.stack([half, half[:, ::-1]], axis=1).reshape(permutations, players)
    members = np.zeros((permutations, players + 1, players), dtype=bool)
    joined = np.arange(players)
    for at, order in enumerate(orders):
        members[at, 1:, order] = joined[None, :] >= joined[:, None]
    asked, place = np.unique(members.reshape(-1, players), axis=0, return_inverse=True)
    worth = np.asarray(value(asked), dtype=np.float64)[place.reshape(permutations, players + 1)]
    gain = np.diff(worth, axis=1)
    by_player = np.empty_like(gain)
    for at, order in enumerate(orders):
        by_player[at, order] = gain[at]
    pairs = by_player.reshape(permutations // 2, 2, *by_player.shape[1:]).mean(axis=1)
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return ShapleyValue(pairs.mean(axis=0), error, False, len(asked))
