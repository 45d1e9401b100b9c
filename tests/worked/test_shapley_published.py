"""The Shapley value against published games.

Glove game: "Shapley value", section "Glove game", Wikipedia (https://en.wikipedia.org/wiki/Shapley_value),
read in a copy. Airport games: answers to two questions at Mathematics Stack Exchange, read at
https://math.techqa.club/shapley-values-airport-problem-2541276 and
https://math.techqa.club/calculate-the-shapley-value-of-the-airport-game-4152535.
Security Council: the rule of 15 members, five with a veto, quota nine; the powers 421/2145 and
4/2145 are worked out below by counting, and are those that we remember from textbooks.
"""

from __future__ import annotations

from math import comb, factorial

import numpy as np
import pytest

from carbonpeak.analysis.shapley import Floats, Members, shapley


def test_glove_game() -> None:
    def pairs(members: Members) -> Floats:
        return np.minimum(members[:, :2].sum(axis=1), members[:, 2]).astype(float)

    assert shapley(pairs, 3).parts == pytest.approx([1 / 6, 1 / 6, 2 / 3])


@pytest.mark.parametrize(
    ("costs", "shares"),
    [
        ([100, 160, 200], np.array([100, 190, 310]) / 3),
        ([40, 50, 60, 70, 80, 90], np.array([40, 52, 67, 87, 117, 177]) / 6),
    ],
)
def test_airport_games(costs: list[float], shares: Floats) -> None:
    found = shapley(lambda members: (members * np.array(costs)).max(axis=1), len(costs))
    assert found.parts == pytest.approx(shares)


def test_security_council() -> None:
    def passes(members: Members) -> Floats:
        return (members[:, :5].all(axis=1) & (members.sum(axis=1) >= 9)).astype(float)

    # An elected member decides as the ninth, after the five with a veto and three of nine others.
    elected = comb(9, 3) * factorial(8) * factorial(6) / factorial(15)
    assert elected == pytest.approx(4 / 2145)
    found = shapley(passes, 15, exact_to=15)
    assert found.parts[5:] == pytest.approx(4 / 2145)
    assert found.parts[:5] == pytest.approx(421 / 2145)
    drawn = shapley(passes, 15, permutations=2000, seed=1)
    assert (np.abs(drawn.parts - found.parts) <= 4 * drawn.standard_error + 1e-12).all()
