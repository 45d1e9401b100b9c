"""Minimax regret, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from carbonpeak.analysis.regret import regret_table
from carbonpeak.errors import ResultError

NAMES = ["baseline", "plan", "strengthened"]
COSTS = [[10, 40, 90], [25, 35, 50], [45, 45, 45]]


def test_costs_by_hand() -> None:
    """Least costs are 10, 35 and 45; the plan is best once, and never far off."""
    found = regret_table(COSTS, scenarios=NAMES, best="least")
    assert found.regret.tolist() == [[0, 5, 45], [15, 0, 5], [35, 10, 0]]
    assert found.worst.tolist() == [45, 15, 35]
    assert found.choices == ("plan",)


def test_gains_by_hand() -> None:
    """Most are 45, 45 and 90: the baseline loses less at first than the others at last."""
    found = regret_table(COSTS, scenarios=NAMES, best="most")
    assert found.regret.tolist() == [[35, 5, 0], [20, 10, 40], [0, 0, 45]]
    assert found.choices == ("baseline",)


def test_ties_are_all_named() -> None:
    found = regret_table([[1, 2], [2, 1]], scenarios=["a", "b"], best="least")
    assert found.choices == ("a", "b")


@given(hnp.arrays(float, (3, 4), elements=st.floats(-1e6, 1e6)), st.floats(-1e3, 1e3))
def test_what_a_future_costs_everyone_does_not_matter(outcomes: np.ndarray, more: float) -> None:
    found, other = (
        regret_table(one, scenarios=NAMES, best="least")
        for one in (outcomes, outcomes + np.array([more, 0, 0, 0]))
    )
    np.testing.assert_allclose(found.regret, other.regret, atol=1e-6)
    assert (found.regret >= 0).all()
    assert (found.regret.min(axis=0) == 0).all()


@pytest.mark.parametrize(
    ("outcomes", "best", "message"),
    [
        ([[1, 2]], "least", r"\(1, 2\) and 3 names do not fit"),
        ([[1], [np.nan], [2]], "least", "'plan' has no outcome in future 0"),
        ([[1], [2], [3]], "fewest", "expected 'least' or 'most'"),
    ],
)
def test_faults(outcomes: list[list[float]], best: str, message: str) -> None:
    with pytest.raises(ResultError, match=message):
        regret_table(outcomes, scenarios=NAMES, best=best)  # type: ignore[arg-type]
